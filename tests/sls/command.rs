//! `--sls` as a person runs it: the program itself, with a config and credentials of the
//! environment, against the service of our own.

use std::process::{Command, Output};

use jiff::{Timestamp, ToSpan, tz::Offset};
use serde_json::Value;

use super::server::{Fault, ID, SECRET, Stored, row};
use super::stage::Stage;

const REPORT: &str = "alipay.client.yunpushcore.device.report";
const DID: &str = "VGhpc0lzQW5FeGFtcGxlMDM1";

/// The moment that rows and phone speak of, an hour ago.
fn then() -> Timestamp {
    Timestamp::now().checked_sub(1.hour()).unwrap()
}

fn local(at: Timestamp, format: &str) -> String {
    at.to_zoned_datetime(Offset::constant(8).to_time_zone()).strftime(format).to_string()
}

/// A line of the gateway's digest log, made up.
fn digest(at: Timestamp, user: &str, did: &str, result: &str, code: &str) -> Stored {
    let trace = format!("0a1d7667{}000000001", at.as_millisecond() - 40);
    let line = format!(
        "{} - (/mgw.htm,response,{result},40ms,{REPORT},-,0A1B2C3D4E5F6,default,{code},0A1B2C3D4E5F6_ANDROID-default,1.0.3,-,{user},{did},{did}x,{did}x,192.0.2.8,HTTP,PB,412,186,F,{trace},T,ANDROID,37,4,2.0)",
        local(at, "%Y-%m-%d %H:%M:%S,%3f")
    );
    row(at.as_second(), &trace, &line)
}

fn stage(rows: Vec<Stored>) -> Stage {
    let stage = Stage::new(rows);
    stage.clock.set(Timestamp::now().as_second());
    stage
}

fn run(stage: &Stage, args: &[&str], files: &[(&str, &str)]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let config = format!(
        "[sls]\nendpoint = \"{}\"\nproject = \"my-project\"\nreport_logstore = \"gateway\"\n",
        stage.settings.endpoint.base
    );
    std::fs::write(home.path().join("pushdoctor.toml"), config).unwrap();
    for (name, text) in files {
        std::fs::write(home.path().join(name), text).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_pushdoctor"));
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    command
        .args(args)
        .current_dir(home.path())
        .env("HOME", home.path())
        .env("USERPROFILE", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("APPDATA", home.path())
        .env("PUSHDOCTOR_LANG", "en")
        .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", ID)
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
        .output()
        .unwrap()
}

fn json(out: &Output) -> Value {
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"))
}

#[test]
fn reports_of_one_device_are_listed_and_no_secret_is_shown() {
    let at = then();
    let rows = vec![
        digest(at, "u1001", DID, "N", "7002"),
        digest(at, "u1002", "Rk9vQmFyQmF6UXV4VGVzdDAy", "Y", "1000"),
        digest(at.checked_add(5.seconds()).unwrap(), "u1001", DID, "Y", "1000"),
    ];
    let stage = stage(rows);
    let out = run(&stage, &["logs", "report", "--sls", "--device", DID, "--format", "json"], &[]);
    let got = json(&out);
    assert_eq!(out.status.code(), Some(0), "{out:?}");
    let codes: Vec<&str> =
        got["records"].as_array().unwrap().iter().filter_map(|r| r["code"].as_str()).collect();
    assert_eq!(codes, ["7002", "1000"]);
    assert_eq!(got["coverage"]["server"], "complete", "{}", got["coverage"]);
    let all = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(!all.contains(SECRET) && !all.contains(ID) && !all.contains(DID), "{all}");
    assert!(stage.sls().complaints.is_empty());
}

/// A phone that got its token and says nothing of the report.
fn phone(at: Timestamp) -> String {
    let line = |seconds: i64, text: &str| {
        format!("{} {text}\n", local(at.checked_add(seconds.seconds()).unwrap(), "%Y-%m-%d %H:%M:%S.%3f"))
    };
    [
        line(0, " 1680  1720 I ActivityManager: Start proc 4377:com.example.bank:push/u0a231 for service {com.example.bank/com.alipay.pushsdk.push.NotificationService}"),
        line(1, " 4377  4401 D mPush.PushProxyFactory: found proxy com.mpaas.push.external.vivo.Creator"),
        line(1, &format!(" 4377  4402 D AlipayPush_NotificationService: pushlog onStartCommand trigerEvent=1, userId=user1001, utdId={DID}")),
        line(2, " 4377  4405 D mPush14 : vivo turn on push state = 0, regId=17183304001234567890123"),
    ]
    .concat()
}

#[test]
fn a_missing_report_breaks_the_link_when_the_answer_is_whole() {
    let at = then();
    let others = vec![digest(at, "u1002", "Rk9vQmFyQmF6UXV4VGVzdDAy", "Y", "1000")];
    let log = phone(at);
    let args = ["diagnose", "phone.log", "--sls", "--format", "json", "--no-redact"];
    let whole = stage(others);
    let out = run(&whole, &args, &[("phone.log", &log)]);
    let got = json(&out);
    assert_eq!(got["coverage"]["server"], "complete", "{}", got["coverage"]);
    assert_eq!(got["verdict"]["finding"], "report.not-arrived", "{}", got["verdict"]);
    assert_eq!(out.status.code(), Some(1));
}

#[test]
fn a_service_that_refuses_is_told_and_the_phone_is_still_judged() {
    let at = then();
    let stage = stage(Vec::new());
    stage.sls().fault = Box::new(|_, _| Some(Fault::Status(401, "SignatureNotMatch")));
    let log = phone(at);
    let out = run(&stage, &["diagnose", "phone.log", "--sls", "--format", "json"], &[("phone.log", &log)]);
    let got = json(&out);
    assert_ne!(got["coverage"]["server"], "complete");
    assert!(String::from_utf8_lossy(&out.stderr).contains("SignatureNotMatch"), "{out:?}");
    let out = run(&stage, &["logs", "report", "--sls", "--device", DID], &[]);
    assert_eq!(out.status.code(), Some(2), "{out:?}");
}
