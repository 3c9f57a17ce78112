//! OPPO, OnePlus and realme: the login is signed with the MasterSecret, and phones that were sold
//! abroad have servers of their own.

use serde_json::json;

use super::account::{Account, Body, Unit, post_form};
use super::{Letter, Way};
use crate::aliyun::sign::sha256_hex;
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

pub const WAY: Way = Way { vendor: "oppo", login, body, request };

/// The host of phones in China, and that of all others.
const HOME: &str = "https://api.push.oppomobile.com";
const ABROAD: &str = "https://api-intl.push.oppomobile.com";

/// The server of a registration id, by its shape: `<hex>` and `CN_<hex>` are of China, and so is
/// `<brand>_CN_<hex>`.
fn at_home(token: &str) -> bool {
    let parts: Vec<&str> = token.split('_').collect();
    matches!(parts.as_slice(), [] | [_] | ["CN", _] | [_, "CN", _])
}

fn nearest(url: &str, token: &str) -> String {
    if at_home(token) { url.to_owned() } else { url.replacen(HOME, ABROAD, 1) }
}

fn login(account: &Account<'_>, token: &str, now_ms: i64) -> Result<Option<Request>, Bilingual> {
    let (app_key, timestamp) = (account.key("app_key"), now_ms.to_string());
    let sign = sha256_hex(format!("{app_key}{timestamp}{}", account.key("master_secret")).as_bytes());
    account.secrets.hide(&sign);
    let url = account.auth_url_of(&nearest(&account.rules.auth_url, token));
    Ok(Some(post_form(url, [("app_key", app_key), ("timestamp", &timestamp), ("sign", &sign)])))
}

fn body(account: &Account<'_>, message: &Message) -> Result<Body, Bilingual> {
    let mut notification = json!({
        "title": message.title,
        "content": message.content,
        "click_action_type": 0,
        "off_line": true,
        "off_line_ttl": account.lasting("off_line_ttl", Unit::Seconds, message)?,
    });
    account.channel("/channel_id", &mut notification);
    Ok(Body::Json(json!({
        "target_type": 2,
        "target_value": message.address.id(),
        "verify_registration_id": false,
        "notification": notification,
    })))
}

fn request(account: &Account<'_>, letter: Letter<'_>) -> Result<Request, Bilingual> {
    let url = account.url_of(&nearest(&account.rules.url, letter.token), &[]);
    let message = letter.document().to_string();
    Ok(post_form(url, [("auth_token", letter.access), ("message", &message)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_id_tells_its_server() {
        for home in ["0123abcd", "CN_0123abcd", "OPPO_CN_0123abcd", ""] {
            assert!(at_home(home), "{home}");
        }
        for abroad in ["IN_0123abcd", "OPPO_IN_0123abcd", "realme_EUEX_0123", "A_B_CN_0123"] {
            assert!(!at_home(abroad), "{abroad}");
            assert_eq!(nearest("https://api.push.oppomobile.com/x", abroad), format!("{ABROAD}/x"));
        }
    }
}
