//! Signatures computed anew from the published algorithms. Nothing of the program's own signing is
//! used here, so that a mistake there is not made twice.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub fn md5(bytes: &[u8]) -> String {
    hex(&md5::Md5::digest(bytes))
}

/// RFC 3986: all but letters, digits and `-_.~` as `%XX`.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Pairs sorted and joined as both of Alibaba's algorithms want them.
pub fn canonical(pairs: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> = pairs.iter().map(|(k, v)| (encoded(k), encoded(v))).collect();
    pairs.sort();
    pairs.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&")
}

/// What `ACS3-HMAC-SHA256` signs, first step: the canonical request.
pub fn acs3_request(
    method: &str,
    path: &str,
    query: &[(String, String)],
    signed: &[(String, String)],
    body: &[u8],
) -> String {
    let mut signed = signed.to_vec();
    signed.sort();
    let lines: String = signed.iter().map(|(k, v)| format!("{k}:{}\n", v.trim())).collect();
    let names = signed.iter().map(|(k, _)| k.as_str()).collect::<Vec<_>>().join(";");
    [method, path, &canonical(query), &lines, &names, &sha256(body)].join("\n")
}

/// The signature of that.
pub fn acs3(secret: &str, request: &str) -> String {
    let text = format!("ACS3-HMAC-SHA256\n{}", sha256(request.as_bytes()));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// The older signature, over the parameters of query and form together.
pub fn rpc(secret: &str, method: &str, pairs: &[(String, String)]) -> String {
    let text = format!("{method}&%2F&{}", encoded(&canonical(pairs)));
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(format!("{secret}&").as_bytes()).unwrap();
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Meizu's: all parameters but `sign`, sorted, values as they are, the secret behind.
pub fn meizu(secret: &str, pairs: &[(String, String)]) -> String {
    let mut pairs: Vec<&(String, String)> = pairs.iter().filter(|(k, _)| k != "sign").collect();
    pairs.sort();
    let text: String = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
    md5(format!("{text}{secret}").as_bytes())
}

/// Header and payload of a JWT whose signature holds.
///
/// # Errors
/// What is wrong with it.
pub fn jwt(text: &str, algorithm: &str, public: &[u8]) -> Result<(Value, Value), String> {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return Err("a JWT has three parts".to_owned());
    };
    let open = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|e| format!("base64url: {e}"));
    let read = |part: &str| serde_json::from_slice::<Value>(&open(part)?).map_err(|e| e.to_string());
    let (head, claims) = (read(header)?, read(payload)?);
    if head["alg"] != algorithm {
        return Err(format!("alg {} is not {algorithm}", head["alg"]));
    }
    let rule: &dyn ring::signature::VerificationAlgorithm = match algorithm {
        "PS256" => &ring::signature::RSA_PSS_2048_8192_SHA256,
        _ => &ring::signature::RSA_PKCS1_2048_8192_SHA256,
    };
    let key = ring::signature::UnparsedPublicKey::new(rule, public);
    let signed = format!("{header}.{payload}");
    key.verify(signed.as_bytes(), &open(signature)?).map_err(|_| "the signature does not hold".to_owned())?;
    Ok((head, claims))
}

/// Whether `sign` of the old REST path, base64 with `-` and `_`, fits the body.
pub fn rest(sign: &str, body: &[u8], public: &[u8]) -> bool {
    let text = super::wire::decoded(sign).replace('-', "+").replace('_', "/");
    let Ok(bytes) = STANDARD.decode(text) else { return false };
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::RSA_PKCS1_2048_8192_SHA256, public);
    key.verify(body, &bytes).is_ok()
}
