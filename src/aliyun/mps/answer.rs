//! Answers to queries: JSON of MPS, errors of the gateway, and what is neither.

use serde_json::Value;

use super::error::MpsError;
use crate::aliyun::clock::parse_http_date;
use crate::aliyun::page::{looks_like_html, title};
use crate::catalog::{Catalog, Code, Retry, SendRules};
use crate::http::Response;
use crate::lang::Bilingual;

/// Characters of a code, a message and an id that are kept.
const CODE: usize = 80;
const MESSAGE: usize = 300;

/// Reads answers by the catalogue.
#[derive(Clone, Copy)]
pub struct Reader<'c> {
    pub catalog: &'c Catalog,
    pub rules: &'c SendRules,
}

impl Reader<'_> {
    /// The JSON of an answer that is none of the gateway's errors. `ahead` is how far the service's
    /// clock is ahead of this machine's.
    ///
    /// # Errors
    /// The gateway's error, or what answered in its place.
    pub fn json(&self, host: &str, response: &Response, ahead: Option<i64>) -> Result<Value, MpsError> {
        let stranger = || {
            let html = looks_like_html(&response.body);
            let title = if html { title(&response.body) } else { String::new() };
            MpsError::NotAnswer { host: host.to_owned(), status: response.status, title, html }
        };
        let value: Value = serde_json::from_slice(&response.body).map_err(|_| stranger())?;
        let code = text(&value, &["/Code", "/code"], CODE);
        let marks = ["/ResultCode", "/Success", "/PushResult", "/ResultContent"];
        match response.status {
            200 if marks.iter().any(|mark| value.pointer(mark).is_some()) => Ok(value),
            _ if code.is_empty() => Err(stranger()),
            _ => {
                let id = text(&value, &["/RequestId", "/requestId"], CODE);
                if self.rules.clock.iter().any(|c| c.eq_ignore_ascii_case(&code)) {
                    return Err(MpsError::Clock { ahead_ms: ahead, code, request_id: id });
                }
                Err(self.refusal(response.status, code, text(&value, &["/Message", "/message"], MESSAGE), id))
            }
        }
    }

    /// An error that MPS itself answered with.
    pub fn refusal(&self, status: u16, code: String, message: String, request_id: String) -> MpsError {
        let found = self.code(&code);
        let retry = found.is_some_and(|c| c.retry == Retry::Yes);
        let words = found.map(words).unwrap_or_default();
        // What the gateway says of a refused signature repeats the text that was signed.
        let message = if code.contains("Signature") { String::new() } else { message };
        MpsError::Api { status, code, message, request_id, words, retry }
    }

    /// The catalogue's entry: of the code itself, or of what stands before its first full stop.
    fn code(&self, code: &str) -> Option<&Code> {
        let (vendor, side) = (self.rules.vendor.as_ref(), self.rules.side.as_ref());
        let whole = self.catalog.code(vendor, side, code);
        whole.or_else(|| self.catalog.code(vendor, side, code.split('.').next()?))
    }
}

fn words(code: &Code) -> Bilingual {
    let (en, zh) = (&code.en, &code.zh);
    let first = |list: &[crate::catalog::Text]| list.first().map(|f| f.to_string()).unwrap_or_default();
    Bilingual::new(
        format!("{} {}", en.meaning, first(&en.fix)).trim_end().to_owned(),
        format!("{}{}", zh.meaning, first(&zh.fix)),
    )
}

/// The first of some places that holds a text or a number, harmless and short.
pub fn text(value: &Value, places: &[&str], most: usize) -> String {
    let found = places.iter().filter_map(|place| value.pointer(place)).find_map(|v| match v {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    crate::read::harmless(&found.unwrap_or_default()).chars().take(most).collect()
}

/// How far the service's clock is ahead of this machine's, in milliseconds, as its answer's date
/// shows it.
pub fn ahead(response: &Response, now_ms: i64) -> Option<i64> {
    let date = response.header("date").and_then(|v| parse_http_date(&v))?;
    Some(date.saturating_sub(now_ms))
}
