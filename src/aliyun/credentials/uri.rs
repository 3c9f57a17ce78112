//! `ALIBABA_CLOUD_CREDENTIALS_URI`: an address that hands out keys for a while.

use super::chain::Chain;
use super::{Found, Origin, session};
use crate::http::Request;
use crate::lang::Bilingual;

const NAME: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

/// Asks the address, where there is one.
pub fn get(chain: &Chain) -> Found {
    let Some(url) = chain.environment.get(NAME) else { return Ok(None) };
    let request = Request { method: "GET", url: url.to_owned(), headers: Vec::new(), body: Vec::new() };
    let response = chain.inside.send(&request).map_err(|e| broken(&e.detail))?;
    if response.status != 200 {
        return Err(broken(&format!("HTTP {}", response.status)));
    }
    let origin = Origin::new(NAME, NAME);
    let found = session::of_value(&session::json(&response), origin);
    found.map(Some).ok_or_else(|| broken("no AccessKeyId, AccessKeySecret, SecurityToken and Expiration"))
}

fn broken(why: &str) -> Bilingual {
    Bilingual::new(
        format!("the address in {NAME} gave no credentials ({why}): mend or unset it"),
        format!("{NAME} 指向的地址未返回凭证（{why}）：请修正或取消该环境变量"),
    )
}
