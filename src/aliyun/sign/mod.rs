//! The four signatures that Alibaba Cloud's services ask for, as pure functions: time and nonce are
//! handed in, so that every published example is a test.

pub mod acs3;
pub mod rpc;
pub mod sls_v1;
pub mod sls_v4;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// An access key for the time of one signature. It has no `Debug`, so that it cannot be printed.
#[derive(Clone, Copy)]
pub struct Key<'k> {
    pub id: &'k str,
    pub secret: &'k str,
}

/// Names and values, in any order.
pub type Pairs = [(String, String)];

/// What RFC 3986 leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Percent-encoding of RFC 3986: a space is `%20`, `*` is `%2A`, `~` stays.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// The MD5 of a body as SLS wants it in `Content-MD5`: upper-case hex.
pub fn content_md5(body: &[u8]) -> String {
    hex(&Md5::digest(body)).to_ascii_uppercase()
}

/// The SHA-256 of a body in lower-case hex.
pub fn sha256_hex(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A number used once: from the keys that the standard library draws for its hash maps, which are
/// random for each process and differ for each.
pub fn nonce() -> String {
    use std::hash::{BuildHasher, Hasher};
    let draw = || std::collections::hash_map::RandomState::new().build_hasher().finish().to_be_bytes();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let mut bytes = draw().to_vec();
    bytes.extend(now.as_nanos().to_be_bytes().iter().skip(8));
    hex(&bytes)
}

fn hmac_sha1_base64(key: &[u8], text: &[u8]) -> String {
    // An HMAC takes a key of any length, so the error cannot occur; an empty signature would be
    // refused by the server.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return String::new() };
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// The value of a header, whatever the case of its name.
fn header<'h>(headers: &'h Pairs, name: &str) -> Option<&'h str> {
    headers.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

/// Headers under lower-case names with trimmed values, sorted, as far as they are `wanted`.
fn canonical_headers(headers: &Pairs, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = headers
        .iter()
        .map(|(k, v)| (k.to_ascii_lowercase(), v.trim().to_owned()))
        .filter(|(k, _)| wanted(k))
        .collect();
    kept.sort();
    kept
}

/// Pairs sorted by name.
fn sorted(pairs: &Pairs) -> Vec<&(String, String)> {
    let mut all: Vec<_> = pairs.iter().collect();
    all.sort();
    all
}

/// `a=b&c=d` with names and values encoded, sorted by name: the query string of a request, or its
/// form body.
pub fn form(pairs: &Pairs) -> String {
    let parts: Vec<String> =
        sorted(pairs).into_iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
    parts.join("&")
}

/// The same as the body of a form: there a space is `+`.
pub fn form_body(pairs: &Pairs) -> String {
    form(pairs).replace("%20", "+")
}

#[cfg(test)]
pub(crate) fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}
