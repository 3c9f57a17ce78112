//! The answer that metadata, token service and credential addresses give alike: a key for a while.

use serde_json::Value;

use super::{Credentials, Origin};
use crate::aliyun::clock::parse_iso_date;
use crate::http::Response;

/// Reads `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`; all are required.
/// `None` where one is missing.
pub fn of_value(value: &Value, origin: Origin) -> Option<Credentials> {
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned).filter(|v| !v.is_empty());
    Some(Credentials {
        id: text("AccessKeyId")?,
        secret: text("AccessKeySecret")?,
        sts_token: Some(text("SecurityToken")?),
        expires: Some(parse_iso_date(&text("Expiration")?)?),
        origin,
    })
}

/// The JSON of an answer; `Null` where it is none.
pub fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_default()
}
