//! Keys of the stand-ins. All are made up for these tests and open nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{KeyPair, RsaKeyPair};
use serde_json::json;

pub const ID: &str = "LTAI5tMadeUpKeyId0001";
pub const SECRET: &str = "made+up/secret=";
pub const STS_TOKEN: &str = "made-up-sts-token/+=";
pub const APP_ID: &str = "ONEX570DA89211721";
pub const WORKSPACE: &str = "default";
pub const PACKAGE: &str = "com.example.bank";

/// An RSA key in PKCS#8 form, made for this file.
pub const PRIVATE_KEY: &str = "\
-----BEGIN PRIVATE KEY-----\n\
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCqDS16GMzzjMYC\n\
pg9It3bdvcjl5yDjFdNjY0ZOng/TjfFfC9Zm0XlXQCHGb8SPfWhbtR09D9q9lZp0\n\
5FBBSiVdy0ZcdBAgFc0WRU2WW+HJzlVn0VE7gnk0NYLZux67O/ZAKFuokawadeBM\n\
IoQ1aaMA5M3guzALF1qNaduvBX5uVr2SnihafAGK1NU2afCFgGHs2FdlDzoSqVQo\n\
/kOnbC2nhMP3yxljLWpGKev93E+PsBfjLZZOiqrqx5KufiyQ2Yx1IO4VcfG+bHUU\n\
z59v0iJ8GX4OOk/aUoQ8MMIVjXsIwprNh3qH7xqgAHsthTb0D6/my7dGqQrQcktT\n\
vtrw9FMZAgMBAAECggEAC/aKXP0Sqg2cvoH1ME3r2FSqJfZZG3ClIuhQgWZgQadK\n\
NEAOcMRKz4cM+TtSri+J4G3A5VNQtaapK5EGTlmLgGo1BHsLyV4PRAJTH4FORJa1\n\
7mxM1S1sHm6nSm7+Dfj9bW0JabX50BC7209QUrugQodWLnmsuxMFBU7NrCXsS5HE\n\
He40eEXquuqjxn+8P14NBkAb3uxr1Vadw+QXnAdD4mwICStom+wbGFyJfpVveJ/i\n\
d2GhngITXMZHTsdA8Yw1cHBBPBRcctCotEllVdtCg6DHr+tB4ptPlqYGP9bxM/et\n\
AJNhEj3vHH6e91QupAzcr0W/WI+q889bjKHevqyNCQKBgQDlgEUTAaISBQysDzv4\n\
AwIxfK59tJ2c/eblTRuN+/yRfC1ATDeR2j/Y8IZ0+xNOohNgq+sHq66xcvvfIKPV\n\
he9yKWPmCmo8jUmPqtXdw/7BwDcOk8fU54RhaPcLv/UEBV+dVz2H2JGSlqDblkRc\n\
rn94Qv3NS6CWL+mrZfJ/XeO2/QKBgQC9r6lSu03fX7n2ngDe0tJYEQp/4ANMThCG\n\
GI4Wv8sCfgYdzDNYCtFcHX63DYFmiVBAixH49aos5I/sdurf0BOqCwNC799zRgIG\n\
JjOGIkiuucIaJwX3eMb2YRYuf7qOHegkScOYlpnI3dQlTIIDblGgjDW2UyawPCBi\n\
L2fyYQw9TQKBgQDZaokFlnh5Zbs5jT0cmY0MYLfVcrQWNBr3g/LksaH2GZOs5AeI\n\
7x+pX0OhsvH5fmWpIXUI0UYv6WRfX0aWU8ohdsCi/57hOmBD8G2nJ7RCzNvbvXiE\n\
Y8fvmEbiJLnzUzvfjPRHq41NN9Gv9U1SGCW+Qoi6YjkBzuYpb+0paEL/6QKBgGm6\n\
6lS1Frj1sMBoXe/V720rQoD4qp3zvX4hXcIMceoXuO0PD2d50CzaO/Fo08IFs/fm\n\
DMSKmqqfVCHoPw81+mAD93NuJU0prqMi1AFmRsEtxaWyLr88URqwDx8oDyJ8RRNF\n\
EoORHnM6Qq/vr2CeM12cCaxxONVvDlXsOrJ9qcbZAoGAOpSKFd1l6xsCnthhMmEk\n\
HKZQS7B4yDQroTW1/ytRVug/uGrvcLdOLs5/6UwtQrmYSiAHULVU5l+39p8XayHb\n\
XzWQ3JYuZghpiZLzRwftRKdWziHhVkoOkNWEnRSQi3xCI5sTU+49nazEb17fy2XI\n\
Li7hKNQ+bQaDhmNKG9r8BQQ=\n\
-----END PRIVATE KEY-----\n\
";

fn pair() -> RsaKeyPair {
    let text: String = PRIVATE_KEY.lines().filter(|line| !line.starts_with("-----")).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(text).unwrap()).unwrap()
}

/// Its public half.
pub fn public() -> Vec<u8> {
    pair().public_key().as_ref().to_vec()
}

/// A signature by the key, for the tests of the stand-ins.
pub fn signed(text: &[u8], pss: bool) -> Vec<u8> {
    let pair = pair();
    let mut out = vec![0; pair.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    let encoding: &dyn ring::signature::RsaEncoding =
        if pss { &ring::signature::RSA_PSS_SHA256 } else { &ring::signature::RSA_PKCS1_SHA256 };
    pair.sign(encoding, &random, text, &mut out).unwrap();
    out
}

/// The file that Huawei's console gives for HarmonyOS.
pub fn harmony_account() -> String {
    json!({
        "project_id": "388421841221234567", "key_id": "0123456789abcdef0123456789abcdef",
        "private_key": PRIVATE_KEY, "sub_account": "100000001",
        "auth_uri": "https://oauth-login.cloud.huawei.com/oauth2/v3/authorize",
        "token_uri": "https://oauth-login.cloud.huawei.com/oauth2/v3/token",
    })
    .to_string()
}

/// The file that Firebase's console gives.
pub fn fcm_account() -> String {
    json!({
        "type": "service_account", "project_id": "demo-project", "private_key_id": "k1",
        "private_key": PRIVATE_KEY, "client_email": "svc@demo.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
    })
    .to_string()
}
