//! Every code that MPS and the vendors can answer with, through the program: the code, its
//! explanation, the state and the exit code.

use pushdoctor::catalog::{Catalog, Code, Kind};

use super::shapes::{codes, ends, part};
use super::stage::{Run, Stage, texts};
use super::wire::{Fault, Part};

fn check(via: &str, code: &Code, run: &Run) -> Result<(), String> {
    let json: serde_json::Value =
        serde_json::from_str(&run.out).map_err(|e| format!("{e}: {} {}", run.out, run.err))?;
    let sent = &json["send"]["sends"][0];
    let wrong =
        |what: &str| Err(format!("{via} {}: {what}: exit {:?}, {sent} {}", code.code, run.code, run.err));
    let state = sent["state"].as_str().unwrap_or_default();
    let ends = ends(via, code);
    if !ends.iter().any(|(s, c)| *s == state && Some(*c) == run.code) {
        return wrong(&format!("not one of {ends:?}"));
    }
    if state == "unknown" {
        return Ok(());
    }
    let named = &sent["code"];
    if named["code"] != *code.code || named["vendor"] != *via || named["side"] != *code.side {
        return wrong("another code");
    }
    let step = if part(via, &code.code) == Part::Login { "login" } else { "send" };
    if sent["step"] != step {
        return wrong("another step");
    }
    if code.kind != Kind::Ok && !texts(&json).iter().any(|t| t.contains(&*code.en.meaning)) {
        return wrong("no explanation");
    }
    if json["exit_code"] != run.code.unwrap_or(-1) {
        return wrong("another exit code in the JSON");
    }
    Ok(())
}

fn every_code_of(via: &str) {
    let catalog = Catalog::builtin();
    let stage = if via == "mps" { Stage::mps() } else { Stage::with(via) };
    let mut wrong = Vec::new();
    for code in codes(&catalog, via) {
        let fault = Fault::Code(code.code.to_string());
        let run = if via == "mps" {
            stage.mps.fault(Part::Send, fault);
            stage.send_mps(&["--again"])
        } else {
            stage.vendor().fault(part(via, &code.code), fault);
            stage.send_vendor(&["--again"])
        };
        wrong.extend(check(via, code, &run).err());
        stage.forget_faults();
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let accepted = match &stage.vendor {
        None => stage.mps.accepted(),
        Some(vendor) => vendor.accepted(),
    };
    assert!(accepted.is_empty(), "every send was answered with a code: {accepted:?}");
}

macro_rules! vendors {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            every_code_of(stringify!($name));
        })*
    };
}

vendors!(mps huawei harmony honor xiaomi oppo vivo meizu fcm);

#[test]
fn a_message_that_is_taken_is_accepted_everywhere() {
    let stage = Stage::mps();
    let run = stage.send_mps(&["--msg", "pd-one"]);
    run.ended("accepted", 0);
    assert_eq!(run.sent(0)["msg_id"], "pd-one");
    assert!(run.sent(0)["request_id"].as_str().is_some_and(|id| id.starts_with("B6D3C0F2")), "{}", run.out);
    let state = &run.json()["send"]["device_state"];
    assert_eq!((&state["manufacturer"], &state["status"]), (&"miui".into(), &"OFFLINE".into()), "{state}");
    assert_eq!(state["has_vendor_token"], true);
    assert_eq!(stage.mps.accepted().len(), 1);
    stage.mps.content();
    for vendor in super::vendors::ALL {
        let stage = Stage::with(vendor);
        let run = stage.send_vendor(&["--title", "检查 a=b&c", "--content", "11:13 ping 4821 d+e%"]);
        run.ended("accepted", 0);
        let accepted = stage.vendor().accepted();
        assert_eq!(accepted.len(), 1, "{vendor}");
        assert_eq!(accepted[0].target, super::stage::token(vendor));
        assert_eq!(
            (accepted[0].title.as_str(), accepted[0].content.as_str()),
            ("检查 a=b&c", "11:13 ping 4821 d+e%")
        );
        assert_eq!(run.sent(0)["vendor_msg_id"], accepted[0].id.as_str(), "{vendor}: {}", run.out);
        assert!(stage.mps.book().requests.is_empty(), "{vendor}: MPS was asked without need");
        stage.vendor().content();
    }
}

#[test]
fn a_token_that_was_used_up_between_login_and_send_is_a_matter_of_credentials() {
    for vendor in ["huawei", "honor", "oppo", "vivo", "fcm"] {
        let stage = Stage::with(vendor);
        assert!(stage.vendor().spend());
        let run = stage.send_vendor(&[]);
        run.ended("refused", 2);
        assert_eq!(run.sent(0)["step"], "send", "{vendor}");
        assert_eq!(stage.vendor().count(Part::Send), 1, "{vendor}: a send is never repeated");
        stage.vendor().content();
    }
}

#[test]
fn the_other_ways_of_signing_are_taken_too() {
    for config in [
        "sign_version = \"rpc\"",
        "sign_version = \"acs3\"\nversion = \"2020-07-10\"",
        "region = \"cn-hangzhou\"",
    ] {
        let mut stage = Stage::mps();
        stage.mps_config = config.to_owned();
        stage.send_mps(&[]).ended("accepted", 0);
        stage.mps.content();
    }
    let mut stage = Stage::mps();
    stage.mps.service().token = Some(super::keys::STS_TOKEN.to_owned());
    stage.environment = vec![
        ("MPAAS_AK_ENV".to_owned(), String::new()),
        ("MPAAS_SK_ENV".to_owned(), String::new()),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID".to_owned(), super::keys::ID.to_owned()),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET".to_owned(), super::keys::SECRET.to_owned()),
        ("ALIBABA_CLOUD_SECURITY_TOKEN".to_owned(), super::keys::STS_TOKEN.to_owned()),
    ];
    stage.send_mps(&[]).ended("accepted", 0);
    stage.mps.content();
}

#[test]
fn the_rest_path_of_private_clouds_is_taken() {
    let mut stage = Stage::mps();
    std::fs::write(stage.path("mps.key.pem"), super::keys::PRIVATE_KEY).unwrap();
    stage.mps_config = "api = \"rest\"\nprivate_key_file = \"mps.key.pem\"".to_owned();
    let run = stage.send_mps(&["--msg", "pd-rest"]);
    run.ended("accepted", 0);
    let accepted = stage.mps.accepted();
    assert_eq!((accepted.len(), accepted[0].msg_id.as_str()), (1, "pd-rest"));
    stage.mps.content();
    stage.mps.service().public_key = vec![0; 16];
    let run = stage.send_mps(&["--msg", "pd-rest-2"]);
    run.ended("refused", 2);
    assert_eq!(run.sent(0)["code"]["code"], "-1");
}

#[test]
fn each_call_of_the_api_goes_out_as_documented() {
    let stage = Stage::mps();
    let template = ["--set", "TemplateName=notice"];
    for api in ["template", "multiple"] {
        let run = stage.send_mps(&[&["--api", api], template.as_slice()].concat());
        run.ended("accepted", 0);
    }
    let app = super::keys::APP_ID;
    let everyone = ["--api", "broadcast", "--yes", "--confirm-broadcast", app, "--set", "BindPeriod=1"];
    stage.send(&[everyone.as_slice(), &template].concat()).ended("accepted", 0);
    let calls: Vec<String> = stage.mps.accepted().iter().map(|a| a.via.clone()).collect();
    assert_eq!(calls, ["PushTemplate", "PushMultiple", "PushBroadcast"]);
    stage.mps.content();
}

#[test]
fn a_user_is_asked_for_as_a_user() {
    let stage = Stage::mps();
    let run = stage.send(&["--user", super::stage::USER, "--yes"]);
    run.ended("accepted", 0);
    assert!(stage.mps.accepted()[0].raw.contains("DeliveryType=3"), "{}", stage.mps.accepted()[0].raw);
    stage.mps.content();
}

#[test]
fn what_mps_does_not_know_of_the_device_is_evidence_and_no_end() {
    let stage = Stage::mps();
    stage.mps.service().devices[0].vendor_token = "";
    let run = stage.send_mps(&[]);
    assert_eq!(run.state(), "accepted");
    assert_eq!(run.json()["send"]["device_state"]["has_vendor_token"], false);
    stage.mps.service().devices.clear();
    assert_eq!(stage.send_mps(&[]).state(), "accepted");
    // A question may be asked again; a right that is missing is not there the second time either.
    stage.mps.fault(Part::Query, Fault::Code("Forbidden.RAM".to_owned()));
    let run = stage.send_mps(&[]);
    run.ended("accepted", 0);
    assert!(run.json()["send"]["warnings"].as_array().is_some_and(|w| !w.is_empty()), "{}", run.out);
    assert_eq!(stage.mps.accepted().len(), 3);
}
