//! The program itself on a stage of its own: a home folder, a config, credentials of the
//! environment, and stand-ins for MPS and one vendor.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::keys;
use super::mps::{Device, Mps};
use super::vendors::{Vendor, honor, huawei, meizu, oppo, vivo, xiaomi};
use super::wire::Server;

pub const USER: &str = "user1024-made-up";
pub const DEVICE: &str = "VGhpc0lzQW5FeGFtcGxlMDM1MadeUp";

/// A vendor's token of the device, as the vendor writes them.
pub fn token(vendor: &str) -> &'static str {
    match vendor {
        "huawei" => "IQAAAACyExampleHuaweiToken0000000000000001",
        "harmony" => "MAMzLgIkEXAMPLEharmonyToken0000000000000001",
        "honor" => "exampleTokenOfHonor0000000000000000000001",
        "xiaomi" => "exampleRegIdOfXiaomi0000000000000000000001=",
        "oppo" => "CN_7f3a91c5d2e84b06a1f9c3d7e5b20846",
        "vivo" => "17183304001234567890123",
        "meizu" => "ABC12345678901234567890123456789012345678901",
        _ => "fExampleTokenOfFcm00:APA91bExample0000000000000000001",
    }
}

/// What MPS calls a vendor's channel.
pub fn manufacturer(vendor: &str) -> &'static str {
    match vendor {
        "huawei" => "hms",
        "xiaomi" => "miui",
        "oppo" => "oppo",
        "vivo" => "vivo",
        "honor" => "honor",
        "harmony" => "harmonyos",
        _ => "fcm",
    }
}

/// The credentials of each vendor, as the environment holds them.
pub fn credentials(vendor: &str) -> Vec<(String, String)> {
    let pairs: Vec<(&str, String)> = match vendor {
        "huawei" => vec![("APP_ID", huawei::APP_ID.into()), ("APP_SECRET", huawei::APP_SECRET.into())],
        "harmony" => vec![("SERVICE_ACCOUNT", keys::harmony_account())],
        "honor" => vec![
            ("APP_ID", honor::APP_ID.into()),
            ("CLIENT_ID", honor::CLIENT_ID.into()),
            ("CLIENT_SECRET", honor::CLIENT_SECRET.into()),
        ],
        "xiaomi" => vec![("APP_SECRET", xiaomi::APP_SECRET.into())],
        "oppo" => vec![("APP_KEY", oppo::APP_KEY.into()), ("MASTER_SECRET", oppo::MASTER_SECRET.into())],
        "vivo" => vec![
            ("APP_ID", vivo::APP_ID.into()),
            ("APP_KEY", vivo::APP_KEY.into()),
            ("APP_SECRET", vivo::APP_SECRET.into()),
        ],
        "meizu" => vec![("APP_ID", meizu::APP_ID.into()), ("APP_SECRET", meizu::APP_SECRET.into())],
        "fcm" => vec![("SERVICE_ACCOUNT", keys::fcm_account())],
        other => panic!("no credentials for {other}"),
    };
    let upper = vendor.to_uppercase();
    pairs.into_iter().map(|(name, value)| (format!("PUSHDOCTOR_{upper}_{name}"), value)).collect()
}

/// What no output and no file of the program may hold.
pub fn secrets() -> Vec<&'static str> {
    vec![
        keys::SECRET,
        keys::STS_TOKEN,
        huawei::APP_SECRET,
        honor::CLIENT_SECRET,
        xiaomi::APP_SECRET,
        oppo::MASTER_SECRET,
        vivo::APP_SECRET,
        meizu::APP_SECRET,
        "-access-1",
        "BEGIN PRIVATE KEY",
    ]
}

/// The secret with which messages go by this way.
pub fn secret_of(via: &str) -> &'static str {
    match via {
        "huawei" => huawei::APP_SECRET,
        "honor" => honor::CLIENT_SECRET,
        "xiaomi" => xiaomi::APP_SECRET,
        "oppo" => oppo::MASTER_SECRET,
        "vivo" => vivo::APP_SECRET,
        "meizu" => meizu::APP_SECRET,
        "mps" => keys::SECRET,
        // A private key, which never goes anywhere.
        _ => "",
    }
}

/// The stage.
pub struct Stage {
    pub home: tempfile::TempDir,
    pub mps: Server<Mps>,
    pub vendor: Option<Vendor>,
    /// Variables besides those of every run; an empty value takes one away.
    pub environment: Vec<(String, String)>,
    /// More lines of the config, behind `[mps]`.
    pub mps_config: String,
    /// Where `[mps]` says that MPS is, if not at the stand-in.
    pub mps_endpoint: Option<String>,
    /// The same for the vendor.
    pub vendor_endpoint: Option<String>,
    pub vendor_id: String,
}

impl Stage {
    /// MPS that knows one device with a token of Xiaomi; no vendor.
    pub fn mps() -> Stage {
        let stage = Stage {
            home: tempfile::tempdir().unwrap(),
            mps: Server::start(Mps::default()),
            vendor: None,
            environment: Vec::new(),
            mps_config: String::new(),
            mps_endpoint: None,
            vendor_endpoint: None,
            vendor_id: String::new(),
        };
        stage.device("xiaomi");
        stage
    }

    /// MPS behind TLS by an authority that no system knows.
    pub fn mps_behind_tls() -> Stage {
        let mps = Server::start_behind(Mps::default(), Some(super::tls::config()));
        let mps_endpoint = Some(format!("https://{}", mps.address));
        let stage = Stage { mps, mps_endpoint, ..Stage::mps() };
        stage.device("xiaomi");
        std::fs::write(stage.path("authority.pem"), super::tls::AUTHORITY).unwrap();
        stage
    }

    /// MPS and a vendor, whose token MPS knows.
    pub fn with(vendor: &str) -> Stage {
        let stage = Stage {
            vendor: Some(Vendor::start(vendor)),
            vendor_id: vendor.to_owned(),
            environment: credentials(vendor),
            ..Stage::mps()
        };
        stage.device(vendor);
        stage
    }

    fn device(&self, vendor: &str) {
        self.mps.service().devices = vec![Device {
            user: USER,
            device: DEVICE,
            vendor_token: token(vendor),
            manufacturer: manufacturer(vendor),
            state: "OFFLINE",
        }];
    }

    pub fn vendor(&self) -> &Vendor {
        self.vendor.as_ref().unwrap()
    }

    /// Faults that no request met.
    pub fn forget_faults(&self) {
        self.mps.book().faults.clear();
        if let Some(vendor) = &self.vendor {
            vendor.forget_faults();
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn config(&self) -> String {
        let endpoint = self.mps_endpoint.clone().unwrap_or_else(|| self.mps.url());
        let mut text = format!(
            "[app]\npackage = \"{}\"\napp_id = \"{}\"\nworkspace_id = \"{}\"\n\n[mps]\nendpoint = \"{endpoint}\"\n{}\n",
            keys::PACKAGE,
            keys::APP_ID,
            keys::WORKSPACE,
            self.mps_config
        );
        if let Some(vendor) = &self.vendor {
            let url = self.vendor_endpoint.clone().unwrap_or_else(|| vendor.url());
            text.push_str(&format!(
                "\n[vendors.{}]\nendpoint = \"{url}\"\nauth_endpoint = \"{url}\"\n",
                self.vendor_id
            ));
        }
        text
    }

    /// The program, not yet started, with nothing to read from.
    pub fn command(&self, args: &[&str]) -> Command {
        std::fs::write(self.path("pushdoctor.toml"), self.config()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pushdoctor"));
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("ALIBABA_CLOUD_") || name.starts_with("PUSHDOCTOR_") {
                command.env_remove(name);
            }
        }
        command
            .args(args)
            .current_dir(self.home.path())
            .env("HOME", self.home.path())
            .env("USERPROFILE", self.home.path())
            .env("APPDATA", self.home.path())
            .env("LOCALAPPDATA", self.home.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("XDG_DATA_HOME", self.path("data"))
            .env("PUSHDOCTOR_LANG", "en")
            .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
            .env("MPAAS_AK_ENV", keys::ID)
            .env("MPAAS_SK_ENV", keys::SECRET)
            .stdin(Stdio::null());
        for (name, value) in &self.environment {
            if value.is_empty() {
                command.env_remove(name);
            } else {
                command.env(name, value);
            }
        }
        command
    }

    /// `send-test` with these arguments and JSON.
    pub fn send(&self, args: &[&str]) -> Run {
        self.run(&[&["send-test", "--format", "json"], args].concat())
    }

    /// The same through MPS to the device, without a question.
    pub fn send_mps(&self, args: &[&str]) -> Run {
        self.send(&[&["--device", DEVICE, "--yes"], args].concat())
    }

    /// The same straight to the vendor.
    pub fn send_vendor(&self, args: &[&str]) -> Run {
        let token = token(&self.vendor_id);
        self.send(&[&["--via", &self.vendor_id, "--token", token, "--yes"], args].concat())
    }

    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().unwrap())
    }

    /// The journal, if there is one.
    pub fn journal(&self) -> String {
        files(self.home.path(), "sends.jsonl")
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap_or_default())
            .collect()
    }
}

/// Files of a name below a folder.
fn files(folder: &std::path::Path, name: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path, name));
        } else if entry.file_name() == name {
            all.push(path);
        }
    }
    all
}

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: Output) -> Run {
        Run {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The JSON on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The send of this number.
    pub fn sent(&self, number: usize) -> Value {
        self.json()["send"]["sends"][number].clone()
    }

    pub fn state(&self) -> String {
        self.sent(0)["state"].as_str().unwrap_or_default().to_owned()
    }

    /// State and exit code of a run with one send.
    pub fn ended(&self, state: &str, code: i32) {
        assert_eq!((self.state().as_str(), self.code), (state, Some(code)), "{}\n{}", self.err, self.out);
    }

    /// Nothing of what must stay secret stands in an output.
    pub fn keeps(&self, what: &[&str]) {
        for secret in what {
            assert!(!self.out.contains(secret) && !self.err.contains(secret), "{secret}: {self:?}");
        }
    }
}

/// Every text in a JSON value.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
