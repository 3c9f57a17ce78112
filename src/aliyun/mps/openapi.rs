//! A call of the OpenAPI, from its parameters to the signed bytes.
//!
//! Headers and body are those of Alibaba's own SDK for Python, byte for byte, except that neither
//! `accept` nor `user-agent` is signed: proxies may change both, and the published rule leaves them
//! out.

use super::config::{Endpoint, Signing};
use crate::aliyun::clock::iso_date;
use crate::aliyun::credentials::Credentials;
use crate::aliyun::sign::{self, Key, acs3, rpc};
use crate::http::Request;

/// What a signature shows that is not to be shown.
pub const MASKED: &str = "***";
const FORM: &str = "application/x-www-form-urlencoded";

/// What is called.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub action: &'a str,
    pub version: &'a str,
    pub parameters: &'a [(String, String)],
}

/// When, and the number used once.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// Milliseconds since 1970, as the service counts them.
    pub now_ms: i64,
    pub nonce: &'a str,
}

/// The signed request. Without credentials it is for show: the id is a name, the signature is masked.
pub fn request(
    call: Call<'_>,
    endpoint: &Endpoint,
    signing: Signing,
    region: Option<&str>,
    credentials: Option<&Credentials>,
    stamp: Stamp<'_>,
) -> Request {
    match signing {
        Signing::Acs3 => by_acs3(call, endpoint, credentials, stamp),
        Signing::Rpc => by_rpc(call, endpoint, region, credentials, stamp),
    }
}

fn id(credentials: Option<&Credentials>) -> &str {
    credentials.map_or("<access key id>", |c| c.id.as_str())
}

fn by_acs3(
    call: Call<'_>,
    endpoint: &Endpoint,
    credentials: Option<&Credentials>,
    stamp: Stamp<'_>,
) -> Request {
    let body = sign::form_body(call.parameters).into_bytes();
    let token = credentials.and_then(|c| c.sts_token.as_deref());
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut set = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
    set("host", &endpoint.host);
    set("x-acs-version", call.version);
    set("x-acs-action", call.action);
    set("x-acs-date", &iso_date(stamp.now_ms));
    set("x-acs-signature-nonce", stamp.nonce);
    set("accept", "application/json");
    set("content-type", FORM);
    set("x-acs-content-sha256", &sign::sha256_hex(&body));
    set("x-acs-credentials-provider", if token.is_some() { "static_sts" } else { "static_ak" });
    if let Some(token) = token {
        set("x-acs-accesskey-id", id(credentials));
        set("x-acs-security-token", token);
    }
    let secret = credentials.map_or("", |c| c.secret.as_str());
    let key = Key { id: id(credentials), secret };
    let mut authorization = acs3::authorization(key, "POST", "/", &[], &headers);
    if credentials.is_none()
        && let Some(at) = authorization.find("Signature=")
    {
        authorization.truncate(at);
        authorization.push_str("Signature=");
        authorization.push_str(MASKED);
    }
    headers.push(("Authorization".to_owned(), authorization));
    Request { method: "POST", url: format!("{}/", endpoint.base), headers, body }
}

fn by_rpc(
    call: Call<'_>,
    endpoint: &Endpoint,
    region: Option<&str>,
    credentials: Option<&Credentials>,
    stamp: Stamp<'_>,
) -> Request {
    let now = iso_date(stamp.now_ms);
    let mut query: Vec<(String, String)> = [
        ("Action", call.action),
        ("Version", call.version),
        ("Format", "JSON"),
        ("AccessKeyId", id(credentials)),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureNonce", stamp.nonce),
        ("Timestamp", now.as_str()),
    ]
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .into();
    if let Some(token) = credentials.and_then(|c| c.sts_token.as_deref()) {
        query.push(("SecurityToken".to_owned(), token.to_owned()));
    }
    if let Some(region) = region {
        query.push(("RegionId".to_owned(), region.to_owned()));
    }
    let all: Vec<(String, String)> = query.iter().chain(call.parameters).cloned().collect();
    let signature = match credentials {
        Some(credentials) => rpc::signature(&credentials.secret, "POST", &all),
        None => MASKED.to_owned(),
    };
    let signed = ("Signature".to_owned(), signature);
    let url = if credentials.is_some() {
        query.push(signed);
        format!("{}/?{}", endpoint.base, sign::form(&query))
    } else {
        format!("{}/?{}&Signature={MASKED}", endpoint.base, sign::form(&query))
    };
    let headers = vec![
        ("host".to_owned(), endpoint.host.clone()),
        ("accept".to_owned(), "application/json".to_owned()),
        ("content-type".to_owned(), FORM.to_owned()),
    ];
    Request { method: "POST", url, headers, body: sign::form_body(call.parameters).into_bytes() }
}
