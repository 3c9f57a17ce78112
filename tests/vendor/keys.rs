//! Keys and credentials of these tests. All are made up and open nothing.

use pushdoctor::catalog::Catalog;
use pushdoctor::config::Config;
use pushdoctor::environment::Environment;
use pushdoctor::lang::Lang;
use pushdoctor::send::{Address, Message, Secret, Sender, Setting};
use serde_json::json;

/// An RSA key in PKCS#8 form, made for this file.
pub const PRIVATE_KEY: &str = "\
-----BEGIN PRIVATE KEY-----\n\
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCp82hUBCcd992q\n\
Kxw0k3250p0Oz1RLMZE7AcYin2f1A17fCwNiSWiNgRdFb/imS/G7Vmeio9uAxNDw\n\
J9Qmed3xyKRqxMzN8luhp6phhuLAYuBttl/Cny01UueixTEK7Ms/XaL/TGA8QumR\n\
ywiMdKeyHmg6Gf9Silmr76zdOeLwcJ86l1419SzKNJPR3XBWPmPBAwyDMYU2nBOZ\n\
TNSV4OzIZPKCOR5C36XjYAWuWX9LmiDsfFFokBcSc92PnpnwLDn61/dEOpHzHJEU\n\
0HGisAf/L1olkeVfj+nNMAL6m2dmE23+a6xgdSBE3Ls/skxx6YDc5vgPV3V8j9Id\n\
sT55FRgrAgMBAAECggEAHBaaHhSnoGjYbmj8muXriBw6j/mNPXY+QgnbhNpitJhv\n\
hB6OWx611HlK7tOAPX/cvnEb5MH/I8ujmqWChy9qEq1uGyVWkg0lvtR2sPK5pEFT\n\
RV64efKT5rXCieDcZ6lWOC1SJK6rUxpd/xYW3hvjoWksIbotPCeYhXWx1Mhd7Q3y\n\
8feaSrUIDqg4vNOMoGMCC7jB+ss2H4YNgGh9cYLsbkrgPJPElLNBe25HqzTg16Qi\n\
hdrWcn50q0FcN4llft/cc8AzqEIsLp9QLDxgWysS5CdNvd3smR5f7ZM0TqDpjet2\n\
yAfMEofFZ2Z6P9DNAYudzkgpPAVppeYPI+ZGa4TMlQKBgQDe03pC70zXkQ+p2quP\n\
8hhG/5/yJUPlUgtCPM7zHdb4CO6kVUzLUDzoNoFA6wckciS13jtkNquKX5CwRN0X\n\
YZw9XEZAfcFnJoImvH4/gwzWsbeWGYFiWUaimJ21RNP/sJyQwvRwDHicxCDxLVph\n\
c8DufwGKWGj7d10XfSRikb5bvwKBgQDDQLTAv11PVW2tEcn6rLFPlp/pFlJ54fAl\n\
516srjyPODqCO29N3fiQ9zgO8+zs1EJyKH3TggRVovf87QeQC8JbSSxSrteyIwMT\n\
M9PsxCwtpUo/aqWc0iYJoEuvhsmuea4C2+WPcZ3DcVOUgiJ7469FElkz/oGHNoTe\n\
6FG3ngrOlQKBgBm8EOXEH3rSDR4P3DqeukEQ6tcbiLDmfdhjj38ylg5FcdJW66yb\n\
kr069kiaHFQQPr8mcHONgNhVWy+QdHxr0JChpJd0Lq8MGoIAyQ/qwcPV+J8ESRYj\n\
u22x9Jzn2xgvvJVXfsWmGxP37toL4+FXbhPdZT8mINHSIlVBJb+gl3yfAoGAJQbE\n\
QDkJ7N16avOQpeTRyxH5SS5efZaG/+kcXwq7mT1EeyXiOZX6aSM4kj1XlKG76AId\n\
ulpRkBvTgzc/0+Um+kCqExPs+28ASkftzFx3NEDAD76doVuIsxKex6572IZipVAl\n\
/EnDbSi0fNkgyPWoayTLnbyJu6ZvFAZiWLuzuPECgYEAqNfaEBjDkjkLlAhPp6Uz\n\
BSqwjQ8DnMkODfOkkB8bQR5Q2mGXK8RK4+TViaY5MycXSOlw9/tTmsmgPFQfzHjm\n\
fFEkmo/KOHN89aOBbh4jP19ASgMiPChOJTMKMwwffggEBdew0+esIu6LT9ZHN8h8\n\
O6qOTzxFbioZrpIqSV63/U8=\n\
-----END PRIVATE KEY-----\n\
";

pub const NOW: i64 = 1_700_000_000_000;
pub const TOKEN: &str = "exampleVendorToken0123456789abcdef";

/// The variables that a vendor's credentials come from here.
pub fn variables(vendor: &str) -> Vec<(String, String)> {
    let huawei_file = json!({
        "project_id": "101653523863000001", "key_id": "0123456789abcdef0123456789abcdef",
        "private_key": PRIVATE_KEY, "sub_account": "100000001",
    });
    let google_file = json!({
        "type": "service_account", "project_id": "demo", "private_key_id": "k1",
        "private_key": PRIVATE_KEY, "client_email": "svc@demo.iam.gserviceaccount.com",
    });
    let file = |value: serde_json::Value| serde_json::to_string_pretty(&value).unwrap();
    let list: &[(&str, String)] = &match vendor {
        "huawei" => vec![("APP_ID", "100000001".to_owned()), ("APP_SECRET", "hua+wei/secret=1".to_owned())],
        "harmony" => vec![("SERVICE_ACCOUNT", file(huawei_file))],
        "honor" => vec![
            ("APP_ID", "100000002".to_owned()),
            ("CLIENT_ID", "200000001".to_owned()),
            ("CLIENT_SECRET", "honor+secret&2".to_owned()),
        ],
        "xiaomi" => vec![("APP_SECRET", "xiaomiSecret3==".to_owned())],
        "oppo" => vec![
            ("APP_KEY", "0123456789abcdef0123456789abcdef".to_owned()),
            ("MASTER_SECRET", "fedcba9876543210fedcba9876543210".to_owned()),
        ],
        "vivo" => vec![
            ("APP_ID", "10009".to_owned()),
            ("APP_KEY", "3f1c0d2e-aaaa-bbbb-cccc-000000000001".to_owned()),
            ("APP_SECRET", "7b9e0f11-dddd-eeee-ffff-000000000002".to_owned()),
        ],
        "meizu" => vec![("APP_ID", "100999".to_owned()), ("APP_SECRET", "s3cr3tS3CR3T".to_owned())],
        "fcm" => vec![("SERVICE_ACCOUNT", file(google_file))],
        other => panic!("{other}"),
    };
    let name = |n: &str| format!("PUSHDOCTOR_{}_{n}", vendor.to_uppercase());
    list.iter().map(|(n, v)| (name(n), v.clone())).collect()
}

pub fn environment(variables: &[(String, String)]) -> Environment {
    let list: Vec<(&str, &str)> = variables.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    Environment::new(None, &list)
}

/// A config with this text.
pub fn config(catalog: &Catalog, text: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pushdoctor.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(Some(&path), catalog, Lang::En).unwrap()
}

/// The sender of a vendor, with a config.
pub fn sender_with<'c>(catalog: &'c Catalog, vendor: &str, text: &str) -> Box<dyn Sender + 'c> {
    let config = config(catalog, text);
    pushdoctor::vendor::sender(vendor, catalog, &config, &environment(&variables(vendor))).unwrap()
}

pub fn sender<'c>(catalog: &'c Catalog, vendor: &str) -> Box<dyn Sender + 'c> {
    sender_with(catalog, vendor, "")
}

/// The message of the documentation's examples.
pub fn message(token: &str, settings: &[(&str, &str)]) -> Message {
    let setting =
        |(name, value): &(&str, &str)| Setting { name: (*name).to_owned(), value: (*value).to_owned() };
    Message {
        address: Address::Token(token.to_owned()),
        title: "pushdoctor".to_owned(),
        content: "11:13 ping 4821".to_owned(),
        msg_id: "pd-1700000000".to_owned(),
        action: String::new(),
        package: Some("com.example.app".to_owned()),
        ttl: 600,
        settings: settings.iter().map(setting).collect(),
    }
}

pub fn access() -> Secret {
    Secret("access+token/1".to_owned())
}
