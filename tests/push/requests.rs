//! The requests of the program's own clients, each checked by the stand-in that they go to: every call
//! of MPS with many parameters, by every signature.

use pushdoctor::aliyun::mps::{MpsClient, MpsConfig};
use pushdoctor::catalog::Catalog;
use pushdoctor::config::Config;
use pushdoctor::environment::Environment;
use pushdoctor::http::{Http, Options, Transport};
use pushdoctor::lang::Lang;
use pushdoctor::send::{Address, Message, Sender, Setting};

use super::keys;
use super::stage::{DEVICE, Stage, USER};

/// Values that need care on the way: signs of forms, of JSON, of other scripts.
const HARD: &str = "检查 a=b&c d+e%~*'()/\"\\ 😀";

fn settings(action: &str, version: &str) -> Vec<Setting> {
    let mut all = vec![
        ("NotifyType", "notify"),
        ("Silent", "0"),
        ("PushAction", "1"),
        ("Classification", "1"),
        ("ChannelId", "channel 1"),
        ("MiChannelId", "101234"),
        ("ThirdChannelCategory", r#"{"hms":"9"}"#),
        ("NotifyLevel", r#"{"hms":"2"}"#),
        ("TransparentMessageUrgency", "HIGH"),
        ("ExtendedParams", r#"{"key":"值 a=b&c"}"#),
        ("TenantId", "PLDIAUZO"),
        ("TaskName", HARD),
    ];
    match action {
        "simple" => all.extend([("PushStyle", "0"), ("Uri", "https://example.com/a?b=c&d=检查")]),
        "template" => all.extend([("TemplateName", HARD), ("TemplateKeyValue", r#"{"name":"值"}"#)]),
        "multiple" => all.push(("TemplateName", HARD)),
        _ => all.extend([("TemplateName", HARD), ("AndroidChannel", "2")]),
    }
    if action == "broadcast" && version == "2020-10-28" {
        all.extend([("PushStatus", "0"), ("BindPeriod", "1")]);
    }
    all.into_iter().map(|(name, value)| Setting { name: name.into(), value: value.into() }).collect()
}

fn message(action: &str, version: &str) -> Message {
    Message {
        address: match action {
            "broadcast" => Address::Everyone,
            "multiple" => Address::User(USER.to_owned()),
            _ => Address::Device(DEVICE.to_owned()),
        },
        title: "检查".to_owned(),
        content: HARD.to_owned(),
        msg_id: format!("pd-{action}"),
        action: action.to_owned(),
        package: None,
        ttl: 600,
        settings: settings(action, version),
    }
}

/// Sends one message of each call; gives what the stand-in has accepted.
fn calls(stage: &Stage, version: &str, token: Option<&str>) {
    let catalog = Catalog::builtin();
    drop(stage.command(&[]));
    let path = stage.path("pushdoctor.toml");
    let config = Config::load(Some(&path), &catalog, Lang::En).unwrap();
    let mut variables = vec![
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", keys::ID),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keys::SECRET),
        ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
    ];
    variables.extend(token.map(|token| ("ALIBABA_CLOUD_SECURITY_TOKEN", token)));
    let environment = Environment::new(Some(stage.home.path().to_owned()), &variables);
    let config = MpsConfig::from_config(&config, &environment).unwrap();
    let client = MpsClient::connect(&catalog, config, &environment).unwrap();
    let sender = client.sender().unwrap();
    let transport = Http::new(&Options { direct: true, ..Options::default() }).unwrap();
    for action in ["simple", "template", "multiple", "broadcast"] {
        let mut message = message(action, version);
        if stage.mps_config.contains("rest") {
            message.settings.retain(|s| s.name.starts_with("Template"));
        }
        let now = jiff::Timestamp::now().as_millisecond();
        let request = sender.request(&message, None, now).unwrap_or_else(|e| panic!("{action}: {e:?}"));
        let answer = transport.send(&request).unwrap();
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 200, "{action}: {body}");
        stage.mps.content();
        let last = stage.mps.accepted().pop().unwrap_or_else(|| panic!("{action}: {body}"));
        assert_eq!((last.msg_id, last.target.is_empty()), (format!("pd-{action}"), false));
        if action == "simple" {
            assert_eq!((last.title.as_str(), last.content.as_str()), ("检查", HARD));
        }
        // The same bytes again are a replay, which MPS refuses.
        if !stage.mps_config.contains("rest") {
            let again = transport.send(&request).unwrap();
            assert!(String::from_utf8_lossy(&again.body).contains("SignatureNonceUsed"));
            stage.mps.book().complaints.clear();
        }
    }
}

#[test]
fn mps_takes_every_call_by_every_signature() {
    for version in ["2020-10-28", "2020-07-10"] {
        for sign in ["acs3", "rpc"] {
            for token in [None, Some(keys::STS_TOKEN)] {
                let mut stage = Stage::mps();
                stage.mps_config = format!("version = \"{version}\"\nsign_version = \"{sign}\"");
                stage.mps.service().token = token.map(str::to_owned);
                calls(&stage, version, token);
                assert_eq!(stage.mps.accepted().len(), 4);
            }
        }
    }
}

#[test]
fn the_rest_api_takes_every_call() {
    let mut stage = Stage::mps();
    std::fs::write(stage.path("mps.key.pem"), keys::PRIVATE_KEY).unwrap();
    let key = stage.path("mps.key.pem").to_string_lossy().replace('\\', "/");
    stage.mps_config = format!("api = \"rest\"\nprivate_key_file = \"{key}\"");
    calls(&stage, "", None);
    assert_eq!(stage.mps.accepted().len(), 4);
}
