//! Each place that credentials may come from, with a made-up home folder, environment, metadata
//! service and token service. All keys are made up.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pushdoctor::aliyun::credentials::{Chain, Credentials, Places, log_cli};
use pushdoctor::aliyun::sls::CredentialSource;
use pushdoctor::environment::Environment;
use pushdoctor::http::Options;
use pushdoctor::lang::Bilingual;

use super::loopback::{Incoming, Loopback, Reply, TestClock, decoded};

const NOW: i64 = 1_780_000_000;
const ID: &str = "LTAI5tMadeUpKeyId0002";
const SECRET: &str = "MadeUpSecretOfTheUser";

struct World {
    clock: Arc<TestClock>,
    home: tempfile::TempDir,
    server: Loopback,
    seen: Arc<Mutex<Vec<Incoming>>>,
}

/// How the one server that plays metadata, token service and credential address is disposed.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    OnlyV1,
    Refusing,
}

impl World {
    fn new(mood: Mood) -> World {
        let clock = TestClock::at(NOW);
        let seen: Arc<Mutex<Vec<Incoming>>> = Arc::default();
        let (log, time) = (Arc::clone(&seen), Arc::clone(&clock));
        let server = Loopback::start(Box::new(move |incoming| {
            log.lock().unwrap().push(incoming.clone());
            answer(mood, incoming, &time)
        }));
        World { clock, home: tempfile::tempdir().unwrap(), server, seen }
    }

    fn file(&self, path: &str, text: &str) {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn chain(&self, variables: &[(&str, &str)]) -> Chain {
        let environment = Environment::new(Some(self.home.path().to_owned()), variables);
        let places = Places { sts: Some(self.server.url()), metadata: self.server.url() };
        let options = Options { direct: true, ..Options::default() };
        Chain::with_places(environment, self.clock.clone(), &options, places).unwrap()
    }

    /// Without a cloud server's metadata, unless the variables ask for it.
    fn get(&self, variables: &[(&str, &str)]) -> Result<Credentials, Bilingual> {
        let mut all = vec![("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")];
        all.extend(variables);
        self.chain(&all).credentials(NOW * 1000)
    }

    fn profile(&self, profile: &str) -> Result<Credentials, Bilingual> {
        let more = r#"{"name":"base","mode":"AK","access_key_id":"LTAI5tMadeUpKeyId0002","access_key_secret":"MadeUpSecretOfTheUser"}"#;
        self.file(".aliyun/config.json", &format!("{{\"current\":\"p\",\"profiles\":[{more},{profile}]}}"));
        self.get(&[])
    }

    fn paths(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|i| format!("{} {}", i.method, i.path)).collect()
    }
}

fn session(id: &str, clock: &TestClock) -> String {
    use pushdoctor::aliyun::clock::{Clock, iso_date};
    let end = iso_date(clock.now_ms() + 3_600_000);
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{id}","AccessKeySecret":"MadeUpSessionSecret","SecurityToken":"made-up-session-token","Expiration":"{end}"}}"#
    )
}

fn answer(mood: Mood, incoming: &Incoming, clock: &TestClock) -> Reply {
    let token = incoming.header("x-aliyun-ecs-metadata-token");
    match (incoming.method.as_str(), incoming.path.as_str()) {
        _ if mood == Mood::Refusing => Reply::json(403, r#"{"Code":"NoPermission","Message":"made up"}"#),
        ("PUT", "/latest/api/token") if mood == Mood::OnlyV1 => Reply::json(404, ""),
        ("PUT", "/latest/api/token") => Reply::json(200, "made-up-metadata-token"),
        ("GET", path) if path.starts_with("/latest/meta-data/ram/security-credentials/") => {
            if mood == Mood::Well && token != "made-up-metadata-token" {
                return Reply::json(403, "");
            }
            match path.rsplit('/').next() {
                Some("") => Reply::json(200, "reader-role"),
                Some("reader-role") => Reply::json(200, &session("STS.MadeUpOfMetadata", clock)),
                _ => Reply::json(404, ""),
            }
        }
        ("GET", "/credentials") => Reply::json(200, &session("STS.MadeUpOfTheAddress", clock)),
        ("POST", "/") => {
            let body = String::from_utf8(incoming.body.clone()).unwrap();
            let form: Vec<(String, String)> = body.split('&').map(decoded).collect();
            let field = |name: &str| form.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.as_str());
            assert!(field("RoleArn").starts_with("acs:ram::"), "{body}");
            let id = match incoming.parameter("Action") {
                "AssumeRoleWithOIDC" => {
                    assert_eq!(field("OIDCToken"), "made-up.oidc/token+=");
                    assert!(incoming.parameter("Signature").is_empty());
                    "STS.MadeUpOfOidc"
                }
                "AssumeRole" => {
                    assert_eq!(incoming.parameter("Signature"), signed(incoming, &form));
                    "STS.MadeUpOfRole"
                }
                other => panic!("{other}"),
            };
            Reply::json(200, &format!("{{\"Credentials\":{}}}", session(id, clock)))
        }
        other => panic!("{other:?}"),
    }
}

/// The signature of the token service, worked out apart from `src`.
fn signed(incoming: &Incoming, form: &[(String, String)]) -> String {
    use base64::Engine;
    use hmac::{KeyInit, Mac};
    let encode = |text: &str| {
        text.bytes().fold(String::new(), |mut out, b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
                out.push(b as char);
            } else {
                out.push_str(&format!("%{b:02X}"));
            }
            out
        })
    };
    let all = incoming.query.iter().filter(|(k, _)| k != "Signature").chain(form);
    let mut parts: Vec<String> = all.map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
    parts.sort();
    let secret = if incoming.parameter("SecurityToken").is_empty() { SECRET } else { "MadeUpSessionSecret" };
    let mut mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(format!("{secret}&").as_bytes()).unwrap();
    mac.update(format!("POST&%2F&{}", encode(&parts.join("&"))).as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

fn no_secret(text: &Bilingual) {
    for hidden in [SECRET, "MadeUpSessionSecret", "made-up-session-token", "made-up.oidc"] {
        assert!(!text.en.contains(hidden) && !text.zh.contains(hidden), "{}", text.en);
    }
    assert!(text.zh.chars().any(pushdoctor::lang::is_chinese), "{}", text.zh);
}

#[test]
fn the_environment_comes_first_and_half_of_it_is_an_error() {
    let world = World::new(Mood::Well);
    world.file(".aliyunlogcli", "[main]\naccess-id=other\naccess-key=other\n");
    let id = ("ALIBABA_CLOUD_ACCESS_KEY_ID", ID);
    let secret = ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
    let found = world.get(&[id, secret]).unwrap();
    assert_eq!((found.id.as_str(), found.secret.as_str(), found.sts_token), (ID, SECRET, None));
    let found = world.get(&[id, secret, ("ALIBABA_CLOUD_SECURITY_TOKEN", "t")]).unwrap();
    assert_eq!(found.sts_token.as_deref(), Some("t"));
    let error = world.get(&[id]).unwrap_err();
    assert!(error.en.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"), "{}", error.en);
    no_secret(&error);
}

#[test]
fn nothing_of_a_key_is_printed() {
    let world = World::new(Mood::Well);
    let found = world
        .get(&[
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", ID),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET),
            ("ALIBABA_CLOUD_SECURITY_TOKEN", "made-up-session-token"),
        ])
        .unwrap();
    let shown = format!("{found:?} {:#?} {}", found, found.sentence().en);
    for hidden in [ID, SECRET, "made-up-session-token"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    assert!(shown.contains("LTAI****0002"), "{shown}");
    assert_eq!(found.sentence().zh, "AccessKey LTAI****0002，来自环境变量");
    let environment = Environment::new(None, &[("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)]);
    assert!(!format!("{environment:?}").contains(SECRET));
}

#[test]
fn a_token_of_oidc_is_changed_for_a_key() {
    let world = World::new(Mood::Well);
    world.file("token", "made-up.oidc/token+=\n");
    let file = world.home.path().join("token");
    let file = file.to_str().unwrap();
    let role = ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r");
    let provider = ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p");
    let found = world.get(&[role, provider, ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file)]).unwrap();
    assert_eq!(found.id, "STS.MadeUpOfOidc");
    assert_eq!(found.expires, Some((NOW + 3600) * 1000));
    let error = world.get(&[role, provider]).unwrap_err();
    assert!(error.en.contains("ALIBABA_CLOUD_OIDC_TOKEN_FILE"), "{}", error.en);
    let error = world.get(&[role, provider, ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/no/such")]).unwrap_err();
    assert!(error.en.starts_with("/no/such: "), "{}", error.en);
    let refusing = World::new(Mood::Refusing);
    let error = refusing.get(&[role, provider, ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file)]).unwrap_err();
    assert!(error.en.contains("HTTP 403 NoPermission"), "{}", error.en);
    no_secret(&error);
}

#[test]
fn every_mode_of_a_profile_yields_a_key_or_says_what_to_do() {
    let world = World::new(Mood::Well);
    let good = |profile: &str| world.profile(profile).unwrap_or_else(|e| panic!("{}", e.en));
    let key = r#""access_key_id":"LTAI5tMadeUpKeyId0002","access_key_secret":"MadeUpSecretOfTheUser""#;
    let role = r#""ram_role_arn":"acs:ram::1:role/r","ram_session_name":"s","expired_seconds":900"#;
    assert_eq!(good(&format!(r#"{{"name":"p","mode":"AK",{key}}}"#)).id, ID);
    let sts = good(&format!(r#"{{"name":"p","mode":"StsToken",{key},"sts_token":"t"}}"#));
    assert_eq!(sts.sts_token.as_deref(), Some("t"));
    assert_eq!(good(&format!(r#"{{"name":"p","mode":"RamRoleArn",{key},{role}}}"#)).id, "STS.MadeUpOfRole");
    let chained =
        good(&format!(r#"{{"name":"p","mode":"ChainableRamRoleArn","source_profile":"base",{role}}}"#));
    assert_eq!(chained.id, "STS.MadeUpOfRole");
    assert!(chained.origin.0.en.contains("profile p"), "{}", chained.origin.0.en);
    assert_eq!(
        good(r#"{"name":"p","mode":"EcsRamRole","ram_role_name":"reader-role"}"#).id,
        "STS.MadeUpOfMetadata"
    );
    world.file("token", "made-up.oidc/token+=");
    let file = serde_json::to_string(&world.home.path().join("token")).unwrap();
    let oidc =
        format!(r#"{{"name":"p","mode":"OIDC","oidc_provider_arn":"o","oidc_token_file":{file},{role}}}"#);
    assert_eq!(good(&oidc).id, "STS.MadeUpOfOidc");
    for mode in ["CloudSSO", "OAuth"] {
        let until = |end: i64| {
            format!(r#"{{"name":"p","mode":"{mode}",{key},"sts_token":"t","sts_expiration":{end}}}"#)
        };
        assert_eq!(good(&until(NOW + 600)).expires, Some((NOW + 600) * 1000));
        let stale = world.profile(&until(NOW + 60)).unwrap_err();
        assert!(stale.en.contains("aliyun sts GetCallerIdentity --profile p"), "{}", stale.en);
        no_secret(&stale);
    }
    let error = |profile: &str| world.profile(profile).unwrap_err();
    assert!(error(r#"{"name":"p","mode":"RsaKeyPair"}"#).en.contains("RsaKeyPair"));
    assert!(error(r#"{"name":"p","mode":"StsToken"}"#).en.contains("no sts_token"));
    assert!(error(r#"{"name":"q","mode":"AK"}"#).en.contains("profile p does not exist"));
    let own = format!(r#"{{"name":"p","mode":"ChainableRamRoleArn","source_profile":"p",{role}}}"#);
    assert!(error(&own).en.contains("stands on itself"));
    world.file(".aliyun/config.json", "no json");
    assert!(world.get(&[]).unwrap_err().en.contains("it is no JSON"));
}

#[test]
fn a_profile_may_be_chosen_switched_off_or_blank() {
    let world = World::new(Mood::Well);
    world.file(".aliyunlogcli", "[main]\naccess-id = LTAI5tMadeUpKeyOfLogCli\naccess-key = k\n");
    world.file(
        ".aliyun/config.json",
        r#"{"current":"default","profiles":[{"name":"default","mode":"AK","access_key_id":"","access_key_secret":""},
            {"name":"work","mode":"AK","access_key_id":"LTAI5tMadeUpKeyOfWork","access_key_secret":"s"}]}"#,
    );
    assert_eq!(world.get(&[]).unwrap().id, "LTAI5tMadeUpKeyOfLogCli");
    let work = ("ALIBABA_CLOUD_PROFILE", "work");
    assert_eq!(world.get(&[work]).unwrap().id, "LTAI5tMadeUpKeyOfWork");
    let off = ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
    assert_eq!(world.get(&[work, off]).unwrap().id, "LTAI5tMadeUpKeyOfLogCli");
    let error = world.get(&[("ALIBABA_CLOUD_CONFIG_FILE", "/no/such.json")]).unwrap_err();
    assert!(error.en.contains("/no/such.json"), "{}", error.en);
}

#[test]
fn a_program_may_print_the_key() {
    let world = World::new(Mood::Well);
    world.file(
        "key.json",
        r#"{"mode":"StsToken","access_key_id":"LTAI5tMadeUpOfProgram","access_key_secret":"s","sts_token":"t","expiration":"2026-05-29T00:00:00Z"}"#,
    );
    world.file("empty.json", "{}");
    let print = |name: &str| {
        let path = world.home.path().join(name).to_str().unwrap().to_owned();
        if cfg!(windows) { format!("cmd /c type \"{path}\"") } else { format!("cat \"{path}\"") }
    };
    let profile = |command: &str| {
        let command = serde_json::to_string(command).unwrap();
        world.profile(&format!(r#"{{"name":"p","mode":"External","process_command":{command}}}"#))
    };
    let found = profile(&print("key.json")).unwrap();
    assert_eq!((found.id.as_str(), found.sts_token.as_deref()), ("LTAI5tMadeUpOfProgram", Some("t")));
    assert!(found.expires.is_some());
    assert!(profile(&print("empty.json")).unwrap_err().en.contains("run it by hand"));
    assert!(profile(&print("missing.json")).unwrap_err().en.contains("run it by hand"));
    assert!(profile("no-such-program-of-ours").unwrap_err().en.contains("run it by hand"));
}

#[test]
fn the_file_of_the_sdks_is_read() {
    let world = World::new(Mood::Well);
    let with = |text: &str| {
        world.file(".alibabacloud/credentials", text);
        world.get(&[])
    };
    let key = "access_key_id = LTAI5tMadeUpKeyId0002\naccess_key_secret = MadeUpSecretOfTheUser\n";
    let found = with(&format!("; made up\n[default]\ntype = access_key\n{key}")).unwrap();
    assert_eq!((found.id.as_str(), found.secret.as_str()), (ID, SECRET));
    assert_eq!(
        with("[default]\ntype=ecs_ram_role\nrole_name=reader-role\n").unwrap().id,
        "STS.MadeUpOfMetadata"
    );
    let role = "role_arn = acs:ram::1:role/r\nrole_session_name = s\n";
    assert_eq!(with(&format!("[default]\ntype=ram_role_arn\n{key}{role}")).unwrap().id, "STS.MadeUpOfRole");
    let error = with("[default]\ntype=access_key\naccess_key_id=x\n").unwrap_err();
    assert!(error.en.contains("[default] has no access_key_secret"), "{}", error.en);
    assert!(with("[default]\ntype=bearer\n").unwrap_err().en.contains("type bearer is not supported"));
    let path = world.home.path().join("else");
    world.file("else", &format!("[default]\ntype=access_key\n{key}"));
    let named = ("ALIBABA_CLOUD_CREDENTIALS_FILE", path.to_str().unwrap());
    assert_eq!(world.get(&[named]).unwrap().id, ID);
}

#[test]
fn a_cloud_server_has_a_role() {
    let world = World::new(Mood::Well);
    let found = world.chain(&[]).credentials(NOW * 1000).unwrap();
    assert_eq!(found.id, "STS.MadeUpOfMetadata");
    assert_eq!(found.origin.0.en, "the ECS RAM role reader-role");
    assert_eq!(world.paths()[0], "PUT /latest/api/token");
    let named = [("ALIBABA_CLOUD_ECS_METADATA", "reader-role")];
    assert_eq!(world.chain(&named).credentials(NOW * 1000).unwrap().id, "STS.MadeUpOfMetadata");
    let wrong = [("ALIBABA_CLOUD_ECS_METADATA", "no-role")];
    let error = world.chain(&wrong).credentials(NOW * 1000).unwrap_err();
    assert!(error.en.contains("no-role (HTTP 404)"), "{}", error.en);
    // A role that nobody named may be missing: then there is nothing.
    let error = World::new(Mood::Refusing).chain(&[]).credentials(NOW * 1000).unwrap_err();
    assert!(error.en.starts_with("no AccessKey was found"), "{}", error.en);
}

#[test]
fn the_older_metadata_service_will_do_unless_switched_off() {
    let world = World::new(Mood::OnlyV1);
    assert_eq!(world.chain(&[]).credentials(NOW * 1000).unwrap().id, "STS.MadeUpOfMetadata");
    let only = [("ALIBABA_CLOUD_ECS_METADATA", "reader-role"), ("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")];
    assert!(world.chain(&only).credentials(NOW * 1000).is_err());
}

#[test]
fn an_address_may_hand_out_keys() {
    let world = World::new(Mood::Well);
    let url = format!("{}/credentials", world.server.url());
    assert_eq!(world.get(&[("ALIBABA_CLOUD_CREDENTIALS_URI", &url)]).unwrap().id, "STS.MadeUpOfTheAddress");
    let refusing = World::new(Mood::Refusing);
    let url = format!("{}/credentials", refusing.server.url());
    let error = refusing.get(&[("ALIBABA_CLOUD_CREDENTIALS_URI", &url)]).unwrap_err();
    assert!(error.en.contains("HTTP 403"), "{}", error.en);
}

#[test]
fn the_log_command_lines_file_is_last_and_tells_where_to_ask() {
    let world = World::new(Mood::Well);
    world.file(
        ".aliyunlogcli",
        "[main]\naccess-id = LTAI5tMadeUpKeyId0002\naccess-key = MadeUpSecretOfTheUser\nregion-endpoint = cn-x.log.aliyuncs.com\n\
         sts-token = LTAI5tMadeUpKeyId0002::tok::en\nsign-version = v4\nregion-id = cn-x\n\
         [second]\naccess-id = LTAI5tMadeUpKeyOfSecond\naccess-key = k\nsts-token = another::t\n",
    );
    let found = world.get(&[]).unwrap();
    assert_eq!((found.id.as_str(), found.sts_token.as_deref()), (ID, Some("tok::en")));
    let environment = Environment::new(Some(world.home.path().to_owned()), &[]);
    let defaults = log_cli::defaults(&environment);
    assert_eq!(defaults.endpoint.as_deref(), Some("cn-x.log.aliyuncs.com"));
    assert_eq!((defaults.sign_version.as_deref(), defaults.region.as_deref()), (Some("v4"), Some("cn-x")));
    let second = world.get(&[("ALIYUN_LOG_CLI_CLIENT_NAME", "second")]).unwrap();
    assert_eq!((second.id.as_str(), second.sts_token), ("LTAI5tMadeUpKeyOfSecond", None));
}

#[test]
fn nothing_anywhere_says_where_was_looked() {
    let world = World::new(Mood::Well);
    let error = world.get(&[]).unwrap_err();
    assert!(error.en.contains("ALIBABA_CLOUD_ACCESS_KEY_ID") && error.en.contains("~/.aliyunlogcli"));
    let nowhere = Environment::new(None, &[]);
    assert_eq!(log_cli::defaults(&nowhere), log_cli::Defaults::default());
    assert!(!Path::new("~").exists());
}

#[test]
fn a_key_is_kept_and_changed_shortly_before_its_end() {
    let world = World::new(Mood::Well);
    let chain = world.chain(&[]);
    let first = chain.credentials(NOW * 1000).unwrap();
    let asked = world.paths().len();
    world.clock.advance(Duration::from_secs(3_400));
    chain.credentials((NOW + 3_400) * 1000).unwrap();
    assert_eq!(world.paths().len(), asked, "still good");
    world.clock.advance(Duration::from_secs(30));
    let second = chain.credentials((NOW + 3_430) * 1000).unwrap();
    assert!(world.paths().len() > asked);
    assert!(second.expires > first.expires);
}
