//! Secrets in what is shown of requests and answers, in every form in which they may stand there.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::Secret;

/// What stands in place of a secret.
pub const MASK: &str = "***";
/// What stands in place of an access token that is not there yet.
pub const ACCESS: &str = "<access token>";
/// Bytes of an answer that are kept.
pub const KEPT: usize = 64 << 10;

/// Left as they are in addresses and forms (RFC 3986).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Names of fields and headers, without signs between their words, whose values are never shown.
const SECRET_NAMES: &[&str] = &[
    "accesstoken",
    "assertion",
    "authorization",
    "authtoken",
    "clientsecret",
    "appsecret",
    "mastersecret",
    "privatekey",
    "proxyauthorization",
    "refreshtoken",
    "securitytoken",
    "sign",
    "signature",
    "cookie",
    "xacssecuritytoken",
    "xacssignature",
    "xsignature",
];

/// Every form of a text: as it is, inside of JSON, in an address or form, and JSON in a form.
pub fn forms(text: &str) -> Vec<String> {
    let json = serde_json::to_string(text).unwrap_or_default();
    let json = json.trim_start_matches('"').trim_end_matches('"').to_owned();
    let slashes = json.replace('/', "\\/");
    let mut all = vec![text.to_owned(), json.clone(), slashes.clone()];
    for plain in [text, &json, &slashes] {
        let encoded = utf8_percent_encode(plain, UNRESERVED).to_string();
        all.push(encoded.replace("%20", "+"));
        all.push(lower_hex(&encoded));
        all.push(encoded);
    }
    all.retain(|form| !form.is_empty());
    all.sort_by_key(|form| std::cmp::Reverse(form.len()));
    all.dedup();
    all
}

/// `%2F` as `%2f`.
fn lower_hex(encoded: &str) -> String {
    let mut out = String::with_capacity(encoded.len());
    let mut left = 0;
    for c in encoded.chars() {
        if c == '%' {
            left = 3;
        }
        out.push(if left > 0 { c.to_ascii_lowercase() } else { c });
        left = i32::max(0, left - 1);
    }
    out
}

/// A text without the secrets.
pub fn without(text: &str, secrets: &[&Secret]) -> String {
    let mut out = text.to_owned();
    // The longest first: one may be a part of another.
    let mut all: Vec<String> = secrets.iter().flat_map(|s| forms(&s.0)).collect();
    all.sort_by_key(|form| std::cmp::Reverse(form.len()));
    for form in all {
        if out.contains(&form) {
            out = out.replace(&form, MASK);
        }
    }
    out
}

/// Whether values of this name are never shown, however the name is written.
pub fn is_secret_name(name: &str) -> bool {
    let plain: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    SECRET_NAMES.contains(&plain.as_str())
}

/// A body as it may be kept: text, without secrets, and not too long.
pub fn body(bytes: &[u8], secrets: &[&Secret]) -> String {
    let mut text = match serde_json::from_slice::<Value>(bytes) {
        Ok(value) if has_secret_field(&value) => masked(value).to_string(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text = without(&text, secrets);
    if text.len() > KEPT {
        let end = (0..=KEPT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

/// serde_json reads 128 levels at most.
fn has_secret_field(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.iter().any(|(name, v)| is_secret_name(name) && !shown_as_it_is(v) || has_secret_field(v))
        }
        Value::Array(list) => list.iter().any(has_secret_field),
        _ => false,
    }
}

/// A JSON value whose secret fields are masked.
pub fn masked(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map.into_iter().map(|(name, v)| {
                let hide = is_secret_name(&name) && !shown_as_it_is(&v);
                let v = if hide { Value::from(MASK) } else { masked(v) };
                (name, v)
            });
            Value::Object(fields.collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(masked).collect()),
        other => other,
    }
}

fn shown_as_it_is(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty() || text == ACCESS,
        Value::Null | Value::Bool(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form() {
        let secret = Secret("a/b+\"c=\n".to_owned());
        for form in
            ["a/b+\"c=\n", "a/b+\\\"c=\\n", "a\\/b+\\\"c=\\n", "a%2Fb%2B%22c%3D%0A", "a%2fb%2b%22c%3d%0a"]
        {
            assert_eq!(without(&format!("x{form}y"), &[&secret]), "x***y", "{form}");
        }
        let (short, long) = (Secret("abc".into()), Secret("abcdef".into()));
        assert_eq!(without("abcdef abc", &[&short, &long]), "*** ***");
        assert_eq!(without("nothing", &[&Secret(String::new())]), "nothing");
    }

    #[test]
    fn fields_that_hold_secrets_are_masked_by_their_names() {
        let bytes =
            br#"{"code":0,"data":{"auth_token":"t","create_time":1},"list":[{"Sign":"s"}],"sign":""}"#;
        let text = body(bytes, &[]);
        assert_eq!(
            text,
            r#"{"code":0,"data":{"auth_token":"***","create_time":1},"list":[{"Sign":"***"}],"sign":""}"#
        );
        assert_eq!(body(b"{ \"code\" : 1 }", &[]), "{ \"code\" : 1 }");
    }

    #[test]
    fn a_body_is_cut_between_characters() {
        let text = body("中".repeat(40_000).as_bytes(), &[]);
        assert!(text.len() <= KEPT && text.len() > KEPT - 3);
        assert!(text.chars().all(|c| c == '中'));
    }
}
