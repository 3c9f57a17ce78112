//! TLS of the stand-ins: an authority that no system knows, and a certificate of it for the loopback.
//! Made for these tests, good until the end of the century.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// The authority.
pub const AUTHORITY: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBbDCCARGgAwIBAgIBATAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFtYWRlIHVw\n\
IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMDk5MTIzMTAwMDAwMFowHDEa\n\
MBgGA1UEAwwRbWFkZSB1cCBhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMB\n\
BwNCAARPCj96vIVOfFY9ArgxLgpljdD9Rzg1lohkRhg38is6fKm2suGAi4fIbWsp\n\
o+bygPRK043oze6gDuZTz1TIAzqCo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1Ud\n\
DwEB/wQEAwIBBjAdBgNVHQ4EFgQUV7bFRTGJn556mPw40S2HfE8G0AAwCgYIKoZI\n\
zj0EAwIDSQAwRgIhAIDbglv8gjwVsK7lBArPzjtkxf7iF2jzQblghE6N0zwsAiEA\n\
0jkpHddsU5WRjAUkZLKm5DBQhvcjM8Ahu/yfvXeKIew=\n\
-----END CERTIFICATE-----\n\
";

/// The certificate for `127.0.0.1` and `localhost`.
pub const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBtDCCAVqgAwIBAgIBAjAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFtYWRlIHVw\n\
IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMDk5MTIzMTAwMDAwMFowFDES\n\
MBAGA1UEAwwJMTI3LjAuMC4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGZij\n\
bLGsiimnctzVhbECFyWqznrWtQpBRbUOQCRj8Ks61Ol24rcsTT0wMOfGN5SqEnXK\n\
2RS++LszjKAaG9dypKOBkjCBjzAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIH\n\
gDATBgNVHSUEDDAKBggrBgEFBQcDATAaBgNVHREEEzARhwR/AAABgglsb2NhbGhv\n\
c3QwHQYDVR0OBBYEFEdieW3f8/Ed9EEmNL0IxhD1pPdJMB8GA1UdIwQYMBaAFFe2\n\
xUUxiZ+eepj8ONEth3xPBtAAMAoGCCqGSM49BAMCA0gAMEUCIQCI3dyj2vkIjAJH\n\
1CBauPQ2+KsMn4SATL/ePN3LOcWOJAIgPbKVZCn2Kk+9fcPUa62zt2rz794cHwic\n\
LNpupGC+9tc=\n\
-----END CERTIFICATE-----\n\
";

/// Its key.
pub const KEY: &str = "\
-----BEGIN PRIVATE KEY-----\n\
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsedICOn3stS/dzSd\n\
xxk2thUv65YOqrixVtg6Bz94+9mhRANCAAQZmKNssayKKady3NWFsQIXJarOeta1\n\
CkFFtQ5AJGPwqzrU6XbityxNPTAw58Y3lKoSdcrZFL74uzOMoBob13Kk\n\
-----END PRIVATE KEY-----\n\
";

fn der(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(text).unwrap()
}

/// A server's side of TLS.
pub fn config() -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from(der(CERTIFICATE));
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der(KEY)));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}
