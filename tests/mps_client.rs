//! Queries to MPS: what their answers mean, when they are asked again, and what a sender refuses.

mod mps;

use mps::{NOW, Wire, answer, client, config, dated, failure, header, message, settings};
use pushdoctor::aliyun::mps::config::{Endpoint, Signing};
use pushdoctor::aliyun::mps::{Api, MpsConfig, MpsError, MpsSender};
use pushdoctor::catalog::Catalog;
use pushdoctor::http::Failure;
use pushdoctor::send::{Address, Sender};

const STATE: &str = r#"{"RequestId":"R-1","Success":true,"Code":"100","Message":"SUCCESS","Data":
    {"UserId":"u1","DeviceId":"d1","DeliveryToken":"t1","ThirdToken":"v1","Platform":"android",
     "Manufacturer":"hms","Statue":"OFFLINE"}}"#;

fn user() -> Address {
    Address::User("user1024".to_owned())
}

fn device() -> Address {
    Address::Device("1fe792f00163100080a730300a19467a".to_owned())
}

#[test]
fn the_state_of_a_device_is_read_with_its_misspelt_field() {
    let catalog = Catalog::builtin();
    let wire = Wire::new(vec![answer(200, STATE)]);
    let state = client(&catalog, config(), &wire).device_state(&user()).unwrap();
    assert!(state.known);
    assert_eq!((state.third_token.as_str(), state.status.as_str()), ("v1", "OFFLINE"));
    assert_eq!(state.vendor.as_deref(), Some("huawei"));
    let body = String::from_utf8(wire.sent()[0].body.clone()).unwrap();
    assert!(body.contains("Target=user1024&TargetType=2"), "{body}");
    let shown = format!("{state:?}");
    assert!(!shown.contains("v1") && !shown.contains("t1") && !shown.contains("u1"), "{shown}");
}

#[test]
fn every_manufacturer_that_mps_names_is_a_vendor_of_the_catalogue() {
    let catalog = Catalog::builtin();
    let vendor = |manufacturer: &str| {
        let body = STATE.replace("\"hms\"", &format!("\"{manufacturer}\""));
        let wire = Wire::new(vec![answer(200, &body)]);
        client(&catalog, config(), &wire).device_state(&device()).unwrap().vendor
    };
    let pairs = [
        ("miui", Some("xiaomi")),
        ("hms", Some("huawei")),
        ("fcm", Some("fcm")),
        ("oppo", Some("oppo")),
        ("vivo", Some("vivo")),
        ("honor", Some("honor")),
        ("harmonyos", Some("harmony")),
        ("ios", Some("apns")),
        ("android", None),
        ("unknown", None),
    ];
    for (manufacturer, wanted) in pairs {
        assert_eq!(vendor(manufacturer).as_deref(), wanted, "{manufacturer}");
    }
}

#[test]
fn a_target_that_mps_does_not_know_is_no_error() {
    let catalog = Catalog::builtin();
    for data in ["null", "\"\""] {
        let body = format!("{{\"RequestId\":\"R-2\",\"Success\":true,\"Code\":\"100\",\"Data\":{data}}}");
        let wire = Wire::new(vec![answer(200, &body)]);
        let state = client(&catalog, config(), &wire).device_state(&device()).unwrap();
        assert!(!state.known && state.third_token.is_empty());
        assert_eq!(state.request_id, "R-2");
    }
}

#[test]
fn a_failure_inside_of_an_answer_is_an_error_with_its_code() {
    let catalog = Catalog::builtin();
    let body = r#"{"RequestId":"R-3","Success":false,"Code":"3007","Message":"APPID_WRONG"}"#;
    let wire = Wire::new(vec![answer(200, body)]);
    let error = client(&catalog, config(), &wire).device_state(&user()).unwrap_err();
    let MpsError::Api { code, request_id, words, .. } = &error else { panic!("{error:?}") };
    assert_eq!((code.as_str(), request_id.as_str()), ("3007", "R-3"));
    assert!(!words.en.is_empty());
    assert_eq!(wire.sent().len(), 1);
}

#[test]
fn taking_back_fails_where_the_result_hides_a_failure() {
    let catalog = Catalog::builtin();
    let ok = r#"{"RequestId":"R-4","ResultCode":"OK","PushResult":{"Success":true,"Data":""}}"#;
    let hidden = r#"{"RequestId":"R-5","ResultCode":"OK","ResultMessage":"msg gone","PushResult":{"Success":false,"ResultMsg":"3028"}}"#;
    let refused = r#"{"RequestId":"R-6","ResultCode":"3028","ResultMessage":"INVALID_PARAM"}"#;
    let wire = Wire::new(vec![answer(200, ok), answer(200, hidden), answer(200, refused)]);
    let client = client(&catalog, config(), &wire);
    assert_eq!(client.revoke("m", "t").unwrap(), "R-4");
    for id in ["R-5", "R-6"] {
        match client.revoke("m", "t").unwrap_err() {
            MpsError::Api { code, request_id, .. } => {
                assert_eq!((code.as_str(), request_id.as_str()), ("3028", id))
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn numbers_of_a_task_are_read_however_they_are_written() {
    let catalog = Catalog::builtin();
    let body = r#"{"RequestId":"R-7","ResultCode":"OK","ResultContent":{"Data":{"TaskId":20001,"PushNum":10.0,
        "PushSuccessNum":"9","PushArrivalNum":8,"StartTime":1767225600000,"EndTime":0,"Duration":"00:01"}}}"#;
    let none = r#"{"RequestId":"R-8","ResultCode":"OK","ResultContent":{"Data":null}}"#;
    let wire = Wire::new(vec![answer(200, body), answer(200, none)]);
    let client = client(&catalog, config(), &wire);
    let task = client.task_detail("20001").unwrap().unwrap();
    assert_eq!((task.total, task.sent, task.arrived), (Some(10), Some(9), Some(8)));
    assert_eq!((task.started, task.ended, task.task_id.as_str()), (Some(NOW), None, "20001"));
    assert_eq!(client.task_detail("20001").unwrap(), None);
}

#[test]
fn busy_services_and_broken_connections_are_asked_again_signed_anew() {
    let catalog = Catalog::builtin();
    let busy = r#"{"RequestId":"R-9","Code":"Throttling.User","Message":"slow down"}"#;
    let wire = Wire::new(vec![
        answer(400, busy),
        failure(Failure::Dropped, true),
        answer(503, "<html><head><title>busy</title></head></html>"),
        answer(200, STATE),
    ]);
    assert!(client(&catalog, config(), &wire).device_state(&user()).is_ok());
    let sent = wire.sent();
    assert_eq!(sent.len(), 4);
    let nonces: std::collections::HashSet<&str> =
        sent.iter().map(|r| header(r, "x-acs-signature-nonce")).collect();
    let signatures: std::collections::HashSet<&str> =
        sent.iter().map(|r| header(r, "authorization")).collect();
    assert_eq!((nonces.len(), signatures.len()), (4, 4));
}

#[test]
fn four_tries_are_enough() {
    let catalog = Catalog::builtin();
    let wire = Wire::default();
    let error = client(&catalog, config(), &wire).device_state(&user()).unwrap_err();
    assert!(matches!(error, MpsError::Transport { .. }));
    assert_eq!(wire.sent().len(), 4);
}

#[test]
fn wrong_keys_and_signatures_are_said_at_once_without_repeating_what_was_signed() {
    let catalog = Catalog::builtin();
    let codes = [
        (404, "InvalidAccessKeyId.NotFound"),
        (403, "InvalidAccessKeyId.Inactive"),
        (400, "SignatureDoesNotMatch"),
        (400, "IncompleteSignature"),
        (403, "Forbidden.RAM"),
        (403, "NoPermission"),
        (400, "InvalidTimeStamp.Format"),
        (404, "InvalidAction.NotFound"),
    ];
    for (status, code) in codes {
        let body = format!(
            "{{\"RequestId\":\"R-10\",\"HostId\":\"mpaas.aliyuncs.com\",\"Code\":\"{code}\",\"Message\":\"string to sign: made-up-secret LTAI5tMadeUpKeyId0001\"}}"
        );
        let wire = Wire::new(vec![answer(status, &body)]);
        let error = client(&catalog, config(), &wire).device_state(&user()).unwrap_err();
        assert_eq!(wire.sent().len(), 1, "{code}");
        let MpsError::Api { code: found, words, .. } = &error else { panic!("{error:?}") };
        assert_eq!(found, code);
        assert!(!words.is_empty(), "{code} is not in the catalogue");
        let all = format!("{error} {error:?} {}", error.sentence().zh);
        assert!(!all.contains("made-up-secret") && !all.contains("LTAI5tMadeUpKeyId0001"), "{all}");
    }
}

#[test]
fn a_nonce_that_was_used_is_replaced() {
    let catalog = Catalog::builtin();
    let used = r#"{"RequestId":"R-11","Code":"SignatureNonceUsed","Message":"used"}"#;
    let wire = Wire::new(vec![answer(400, used), answer(200, STATE)]);
    assert!(client(&catalog, config(), &wire).device_state(&user()).is_ok());
}

#[test]
fn a_wrong_clock_is_mended_by_the_services_date_and_said() {
    let catalog = Catalog::builtin();
    let expired = r#"{"RequestId":"R-12","Code":"InvalidTimeStamp.Expired","Message":"expired"}"#;
    let late = "Thu, 01 Jan 2026 02:00:00 GMT";
    let wire = Wire::new(vec![dated(400, expired, late), dated(200, STATE, late)]);
    let client = client(&catalog, config(), &wire);
    assert!(client.device_state(&user()).is_ok());
    assert_eq!(header(&wire.sent()[1], "x-acs-date"), "2026-01-01T02:00:00Z");
    let notes: Vec<String> = client.notes().into_iter().map(|n| n.en).collect();
    assert_eq!(notes, ["this machine's clock is 120 min behind MPS's, so its time is used"]);
    // A send by the same way knows the time too.
    let sender = client.sender().unwrap();
    let made = sender.request(&message("simple", user()), None, NOW).unwrap();
    assert_eq!(header(&made, "x-acs-date"), "2026-01-01T02:00:00Z");
}

#[test]
fn a_clock_that_cannot_be_mended_is_an_error_of_its_own() {
    let catalog = Catalog::builtin();
    let expired = r#"{"RequestId":"R-13","Code":"IllegalTimestamp","Message":"expired"}"#;
    let early = "Wed, 31 Dec 2025 23:00:00 GMT";
    let wire = Wire::new(vec![dated(400, expired, early), dated(400, expired, early)]);
    let error = client(&catalog, config(), &wire).device_state(&user()).unwrap_err();
    assert!(matches!(&error, MpsError::Clock { ahead_ms: Some(-3_600_000), .. }), "{error:?}");
    assert!(error.to_string().contains("60 min ahead"), "{error}");
    assert_eq!(wire.sent().len(), 2);
}

#[test]
fn what_is_no_answer_of_mps_is_told_apart() {
    let catalog = Catalog::builtin();
    let page = "<!DOCTYPE html><html><head><title>Log in\u{1b}[2J</title></head></html>";
    for (status, body, html) in
        [(200, page, true), (407, page, true), (200, "hello", false), (200, "{}", false), (404, "{}", false)]
    {
        let wire = Wire::new(vec![answer(status, body)]);
        let error = client(&catalog, config(), &wire).device_state(&user()).unwrap_err();
        match &error {
            MpsError::NotAnswer { html: found, status: seen, .. } => {
                assert_eq!((*found, *seen), (html, status))
            }
            other => panic!("{other:?}"),
        }
        assert!(!error.to_string().contains('\u{1b}'));
        assert_eq!(wire.sent().len(), 1);
    }
}

#[test]
fn certificates_and_interrupts_end_at_once() {
    let catalog = Catalog::builtin();
    let wire = Wire::new(vec![failure(Failure::Tls, false)]);
    let error = client(&catalog, config(), &wire).device_state(&user()).unwrap_err();
    assert!(error.to_string().contains("mps.ca_file"), "{error}");
    assert_eq!(wire.sent().len(), 1);
}

#[test]
fn the_other_host_is_tried_where_the_first_cannot_be_reached() {
    let catalog = Catalog::builtin();
    let mut config = config();
    config.endpoints.push(Endpoint {
        base: "https://mpaas.cn-hangzhou.aliyuncs.com".to_owned(),
        host: "mpaas.cn-hangzhou.aliyuncs.com".to_owned(),
    });
    let wire = Wire::new(vec![failure(Failure::Connect, false), answer(200, STATE)]);
    let client = client(&catalog, config, &wire);
    assert!(client.device_state(&user()).is_ok());
    let sender = client.sender().unwrap();
    let made = sender.request(&message("simple", user()), None, NOW).unwrap();
    assert_eq!(made.url, "https://mpaas.cn-hangzhou.aliyuncs.com/");
    assert_eq!(header(&made, "host"), "mpaas.cn-hangzhou.aliyuncs.com");
    assert!(!sender.elsewhere());
}

#[test]
fn a_sender_goes_on_to_the_other_host_by_itself_too() {
    let catalog = Catalog::builtin();
    let mut config = config();
    config.endpoints.push(Endpoint { base: "http://127.0.0.1:9".to_owned(), host: "127.0.0.1:9".to_owned() });
    let sender = client(&catalog, config, &Wire::default()).sender().unwrap();
    assert!(sender.elsewhere());
    let made = sender.request(&message("simple", user()), None, NOW).unwrap();
    assert_eq!(made.url, "http://127.0.0.1:9/");
    assert!(!sender.elsewhere());
}

#[test]
fn the_rest_api_does_not_answer_queries() {
    let catalog = Catalog::builtin();
    let wire = Wire::default();
    let error = client(&catalog, MpsConfig { api: Api::Rest, ..config() }, &wire).device_state(&user());
    assert!(matches!(error, Err(MpsError::Setting(_))));
    assert!(wire.sent().is_empty());
}

#[test]
fn a_request_for_show_has_neither_key_nor_signature() {
    let catalog = Catalog::builtin();
    for signing in [Signing::Acs3, Signing::Rpc] {
        let sender = MpsSender::for_show(&catalog, &MpsConfig { signing, ..config() }).unwrap();
        let made = sender.request(&message("simple", user()), None, NOW).unwrap();
        let all = format!("{} {}", made.url, header(&made, "authorization"));
        assert!(all.trim_end().ends_with("Signature=***"), "{all}");
    }
    let rest = MpsConfig { api: Api::Rest, ..config() };
    let sender = MpsSender::for_show(&catalog, &rest).unwrap();
    let made = sender.request(&message("simple", user()), None, NOW).unwrap();
    assert!(made.url.ends_with("/push/pushsimple/ONEX000000000001/default/***"), "{}", made.url);
}

#[test]
fn the_secrets_of_a_sender_are_those_it_signed_with() {
    let catalog = Catalog::builtin();
    let sender = client(&catalog, config(), &Wire::default()).sender().unwrap();
    assert!(sender.secrets().is_empty());
    for _ in 0..3 {
        sender.request(&message("simple", user()), None, NOW).unwrap();
    }
    let secrets: Vec<&str> = sender.secrets().iter().map(|s| s.0.as_str()).collect();
    assert_eq!(secrets, ["made-up-secret"]);
}

#[test]
fn what_would_reach_others_than_those_who_are_named_is_refused() {
    let catalog = Catalog::builtin();
    let sender = client(&catalog, config(), &Wire::default()).sender().unwrap();
    let fault = |action: &str, address: Address, list: &[(&str, &str)]| {
        let message = pushdoctor::send::Message { settings: settings(list), ..message(action, address) };
        match sender.request(&message, None, NOW) {
            Ok(_) => panic!("it would be sent"),
            Err(sentence) => sentence.en,
        }
    };
    assert!(fault("simple", Address::Everyone, &[]).contains("needs a target"));
    let template = [("TemplateName", "x")];
    assert!(fault("broadcast", user(), &template).contains("sends to everybody"));
    assert!(fault("simple", Address::Token("t".to_owned()), &[]).contains("not the vendor's token"));
    assert!(fault("simple", user(), &[("DeliveryType", "1")]).contains("--device"));
    assert!(fault("simple", device(), &[("DeliveryType", "3")]).contains("--user"));
    assert!(fault("quick", user(), &[]).contains("known are simple, template, multiple, broadcast"));
    assert!(fault("template", user(), &[]).contains("TemplateName"));
    for ttl in [0, 604_801] {
        let message = pushdoctor::send::Message { ttl, ..message("simple", user()) };
        assert!(sender.request(&message, None, NOW).err().unwrap().en.starts_with("--ttl"));
    }
    assert!(
        fault("simple", user(), &[("ExtendedParams", &format!("{{\"k\":\"{}\"}}", "x".repeat(2100)))])
            .contains("bytes, the most is 2048")
    );
}

#[test]
fn the_app_may_be_named_on_the_command_line() {
    let catalog = Catalog::builtin();
    let mut config = MpsConfig { app_id: None, workspace_id: None, ..config() };
    let sender = client(&catalog, config.clone(), &Wire::default()).sender().unwrap();
    let list = settings(&[("appid", "ONEX1"), ("WorkspaceId", "w")]);
    let message = pushdoctor::send::Message { settings: list.clone(), ..message("simple", user()) };
    let made = sender.request(&message, None, NOW).unwrap();
    assert!(String::from_utf8(made.body).unwrap().starts_with("AppId=ONEX1&"));
    let error = client(&catalog, config.clone(), &Wire::default()).device_state(&user()).unwrap_err();
    assert!(error.to_string().contains("app_id in section [app]"), "{error}");
    config.apply(&list);
    let wire = Wire::new(vec![answer(200, STATE)]);
    client(&catalog, config, &wire).device_state(&user()).unwrap();
    assert!(String::from_utf8(wire.sent()[0].body.clone()).unwrap().starts_with("AppId=ONEX1&"));
}

#[test]
fn warnings_of_a_message_are_told_before_it_is_sent() {
    let catalog = Catalog::builtin();
    let sender = MpsSender::for_show(&catalog, &config()).unwrap();
    let list = settings(&[("NotifyType", "transparent")]);
    let message = pushdoctor::send::Message { settings: list, ..message("simple", user()) };
    let said = sender.warnings(&message).unwrap();
    assert_eq!(said.len(), 1);
    assert!(said[0].en.contains("self-built"));
}

/// The section `[mps]` as the file says it.
fn read(text: &str, variables: &[(&str, &str)]) -> Result<MpsConfig, String> {
    let catalog = Catalog::builtin();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pushdoctor.toml");
    std::fs::write(&path, text).unwrap();
    let config = pushdoctor::config::Config::load(Some(&path), &catalog, pushdoctor::lang::Lang::En).unwrap();
    let environment = pushdoctor::environment::Environment::new(None, variables);
    MpsConfig::from_config(&config, &environment).map_err(|sentence| sentence.en)
}

#[test]
fn endpoints_may_be_written_in_every_form() {
    let of = |line: &str| {
        let config = read(&format!("[mps]\n{line}\n"), &[]).unwrap();
        config.endpoints.into_iter().map(|e| e.base).collect::<Vec<_>>()
    };
    assert_eq!(of(""), ["https://mpaas.aliyuncs.com", "https://mpaas.cn-hangzhou.aliyuncs.com"]);
    assert_eq!(
        of("region = \"cn-test\""),
        ["https://mpaas.aliyuncs.com", "https://mpaas.cn-test.aliyuncs.com"]
    );
    assert_eq!(of("endpoint = \"mps.example.com\""), ["https://mps.example.com"]);
    assert_eq!(of("endpoint = \"10.0.0.9:8443\""), ["https://10.0.0.9:8443"]);
    assert_eq!(of("endpoint = \"http://127.0.0.1:8080/\""), ["http://127.0.0.1:8080"]);
}

#[test]
fn settings_that_are_none_are_named() {
    let fault = |line: &str| read(&format!("[mps]\n{line}\n"), &[]).unwrap_err();
    assert!(fault("endpoint = \"a/b\"").starts_with("mps.endpoint is no host name"));
    assert!(fault("region = \"a.b/c\"").starts_with("mps.region"));
    assert_eq!(fault("version = \"2019\""), "mps.version is \"2020-10-28\" or \"2020-07-10\"");
    assert_eq!(fault("sign_version = \"v4\""), "mps.sign_version is \"acs3\" or \"rpc\"");
    assert_eq!(fault("api = \"soap\""), "mps.api is \"openapi\" or \"rest\"");
    assert!(fault("api = \"rest\"").contains("set endpoint"));
}

#[test]
fn the_environment_names_the_private_key_before_the_config_does() {
    let text = "[mps]\napi = \"rest\"\nendpoint = \"a.example\"\nprivate_key_file = \"/a\"\n";
    let of = |variables: &[(&str, &str)]| read(text, variables).unwrap().private_key_file.unwrap();
    assert_eq!(of(&[]), std::path::Path::new("/a"));
    assert_eq!(of(&[("PUSHDOCTOR_MPS_PRIVATE_KEY_FILE", "/b")]), std::path::Path::new("/b"));
}

#[test]
fn the_rest_api_names_what_its_key_lacks() {
    let catalog = Catalog::builtin();
    let rest = MpsConfig { api: Api::Rest, ..config() };
    let fault = |config: MpsConfig| client(&catalog, config, &Wire::default()).sender().err().unwrap().en;
    assert!(fault(rest.clone()).contains("private_key_file in section [mps]"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.pem");
    std::fs::write(&path, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").unwrap();
    let said = fault(MpsConfig { private_key_file: Some(path), ..rest.clone() });
    assert!(said.contains("key.pem: no RSA private key"), "{said}");
    let none = fault(MpsConfig { private_key_file: Some(folder.path().join("none")), ..rest });
    assert!(none.contains("none"), "{none}");
}

#[test]
fn keys_under_the_names_of_mpss_documentation_come_first() {
    let catalog = Catalog::builtin();
    let both = [
        ("MPAAS_AK_ENV", "LTAI5tMadeUpKeyOfMps1"),
        ("MPAAS_SK_ENV", "made-up-1"),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tMadeUpKeyOther1"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "made-up-2"),
    ];
    let signed = |variables: &[(&str, &str)]| {
        let environment = pushdoctor::environment::Environment::new(None, variables);
        let client = pushdoctor::aliyun::mps::MpsClient::connect(&catalog, config(), &environment)?;
        let made = client.sender()?.request(&message("simple", user()), None, NOW)?;
        Ok::<_, pushdoctor::lang::Bilingual>(header(&made, "authorization").to_owned())
    };
    assert!(signed(&both).unwrap().contains("Credential=LTAI5tMadeUpKeyOfMps1,"));
    assert!(signed(both.get(2..).unwrap()).unwrap().contains("Credential=LTAI5tMadeUpKeyOther1,"));
    let half = signed(both.get(..1).unwrap()).unwrap_err();
    assert_eq!(half.en, "MPAAS_AK_ENV is set but MPAAS_SK_ENV is not: set both or none");
}
