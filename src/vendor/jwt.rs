//! JSON Web Tokens that prove who sends: RS256 for Google, PS256 for HarmonyOS. The signature of
//! PS256 is another one each time, so only its input can be compared.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use serde_json::Value;

use crate::lang::Bilingual;

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    Ps256,
}

/// What is signed: head and claims, in their order, in unpadded base64url with a dot between.
pub fn signing_input(head: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(head), part(claims))
}

/// The whole token. `pem` is an RSA key, PKCS#8 or PKCS#1.
///
/// # Errors
/// One sentence, where the key is of no use.
pub fn token(algorithm: Algorithm, head: &Value, claims: &Value, pem: &str) -> Result<String, Bilingual> {
    let key = key_pair(pem)?;
    let input = signing_input(head, claims);
    let mut signature = vec![0; key.public().modulus_len()];
    let encoding: &'static dyn ring::signature::RsaEncoding = match algorithm {
        Algorithm::Rs256 => &RSA_PKCS1_SHA256,
        Algorithm::Ps256 => &RSA_PSS_SHA256,
    };
    key.sign(encoding, &SystemRandom::new(), input.as_bytes(), &mut signature).map_err(|_| no_key())?;
    Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The key of a PEM text; line ends may be written as `\n`.
fn key_pair(pem: &str) -> Result<RsaKeyPair, Bilingual> {
    let text = pem.replace("\\n", "\n");
    let body: String =
        text.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect::<Vec<_>>().concat();
    let der = STANDARD.decode(body).map_err(|_| no_key())?;
    RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)).map_err(|_| no_key())
}

fn no_key() -> Bilingual {
    Bilingual::new(
        "the private key of the service account is no RSA key in PEM form of 2048 to 4096 bits: download the key file anew",
        "服务账号的私钥不是 2048 到 4096 位的 PEM 格式 RSA 私钥：请重新下载密钥文件",
    )
}
