//! Tokens that senders sign themselves.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pushdoctor::catalog::Catalog;
use pushdoctor::http::Request;
use pushdoctor::vendor::jwt::{self, Algorithm};
use ring::signature::{
    KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::keys::{NOW, PRIVATE_KEY, TOKEN, message, sender};
use super::requests::{field, header};

const HARMONY: &str = "eyJraWQiOiIwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZiIsInR5cCI6IkpXVCIsImFsZyI6IlBTMjU2In0.eyJhdWQiOiJodHRwczovL29hdXRoLWxvZ2luLmNsb3VkLmh1YXdlaS5jb20vb2F1dGgyL3YzL3Rva2VuIiwiaXNzIjoiMTAwMDAwMDAxIiwiZXhwIjoxNzAwMDAzNjAwLCJpYXQiOjE3MDAwMDAwMDB9";
const FCM: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsxIn0.eyJpc3MiOiJzdmNAZGVtby5pYW0uZ3NlcnZpY2VhY2NvdW50LmNvbSIsInNjb3BlIjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9maXJlYmFzZS5tZXNzYWdpbmciLCJhdWQiOiJodHRwczovL29hdXRoMi5nb29nbGVhcGlzLmNvbS90b2tlbiIsImV4cCI6MTcwMDAwMzYwMCwiaWF0IjoxNzAwMDAwMDAwfQ";

/// The public half, as the server knows it.
fn public_key() -> Vec<u8> {
    let body: String = PRIVATE_KEY.lines().filter(|l| !l.starts_with('-')).collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
    pair.public_key().as_ref().to_vec()
}

/// The signing input of a token whose signature holds.
fn verified<'t>(token: &'t str, algorithm: &'static dyn VerificationAlgorithm) -> Option<&'t str> {
    let (input, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    UnparsedPublicKey::new(algorithm, public_key()).verify(input.as_bytes(), &signature).ok()?;
    Some(input)
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

fn bearer(request: &Request) -> String {
    header(request, "authorization").strip_prefix("Bearer ").unwrap().to_owned()
}

#[test]
fn harmony_signs_the_published_claims_with_pss() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "harmony");
    let request = sender.request(&message(TOKEN, &[]), None, NOW).unwrap();
    let token = bearer(&request);
    // ring verifies PSS with a salt as long as the hash only: 32 bytes.
    assert_eq!(verified(&token, &RSA_PSS_2048_8192_SHA256), Some(HARMONY));
    assert_eq!(hash(HARMONY), "a86ca75659349eebff66e1a01f7fa78fc472db0131d73d278cb7e7227812034a");
    assert!(verified(&token, &RSA_PKCS1_2048_8192_SHA256).is_none());
    let again = bearer(&sender.request(&message(TOKEN, &[]), None, NOW).unwrap());
    assert_ne!(token, again, "PSS is salted");
    let hidden: Vec<&str> = sender.secrets().into_iter().map(|s| s.0.as_str()).collect();
    assert!(hidden.contains(&token.as_str()) && hidden.contains(&again.as_str()));
}

#[test]
fn fcm_signs_the_published_claims() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "fcm");
    let login = sender.login(NOW).unwrap().unwrap();
    let token = field(&login.body, "assertion");
    assert_eq!(verified(&token, &RSA_PKCS1_2048_8192_SHA256), Some(FCM));
    assert_eq!(hash(FCM), "77ddf5d4b5f8ad464f0fd65527d84555606438c20fbcd6dc8ae7dc9a0af1a61f");
    // RS256 has no salt.
    assert_eq!(token, field(&sender.login(NOW + 999).unwrap().unwrap().body, "assertion"));
    let hidden: Vec<&str> = sender.secrets().into_iter().map(|s| s.0.as_str()).collect();
    assert!(hidden.contains(&token.as_str()));
}

#[test]
fn a_key_may_be_written_in_several_ways_and_a_bad_one_is_named_without_being_shown() {
    let (head, claims) = (json!({"alg": "RS256"}), json!({"iss": "x"}));
    let token = jwt::token(Algorithm::Rs256, &head, &claims, PRIVATE_KEY).unwrap();
    let escaped = PRIVATE_KEY.replace('\n', "\\n");
    let windows = PRIVATE_KEY.replace('\n', "\r\n");
    for text in [&escaped, &windows] {
        assert_eq!(jwt::token(Algorithm::Rs256, &head, &claims, text).unwrap(), token);
    }
    // PKCS#1 is what lies inside of PKCS#8.
    let body: String = PRIVATE_KEY.lines().filter(|l| !l.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap();
    let inner = format!(
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n",
        STANDARD.encode(&der[26..])
    );
    assert_eq!(jwt::token(Algorithm::Rs256, &head, &claims, &inner).unwrap(), token);
    for bad in ["", "secret words", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"] {
        let error = jwt::token(Algorithm::Rs256, &head, &claims, bad).unwrap_err();
        assert!(error.en.contains("private key") && !error.en.contains("secret words"), "{error:?}");
    }
    let parts: Vec<Value> = token
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!(parts, [head, claims]);
}
