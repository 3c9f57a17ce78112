//! The server stage of the examples: the phone's log says that all is well, and only with the
//! server's records beside it the broken link shows. All lines are made up.

mod common;

use std::path::Path;

use pushdoctor::catalog::Catalog;
use pushdoctor::chain::{Target, judge};
use pushdoctor::diagnosis::{Diagnosis, State};
use pushdoctor::lang::Lang;
use pushdoctor::read::NoProgress;
use pushdoctor::report::redact::Policy;
use pushdoctor::report::{Format, Redactor, RenderOptions, render};
use pushdoctor::source::device_log::{LogReader, Request};
use pushdoctor::source::server_log::profile::Profiles;
use pushdoctor::source::server_log::reader::{self, ServerRequest};

fn diagnose(device: &str, server: &str, target: &Target) -> Diagnosis {
    let catalog = Catalog::builtin();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let request = Request { paths: vec![examples.join(device)], year: Some(2026), ..Request::default() };
    let mut case = LogReader::new(&catalog).read(&request, &NoProgress).case;
    let profiles = Profiles::builtin(&catalog);
    let request = ServerRequest { paths: vec![examples.join("server").join(server)], ..Default::default() };
    let mut records = Vec::new();
    let outcome = reader::read(&request, &profiles, 1, &NoProgress, &mut |record, _| {
        records.push(record);
        true
    });
    case.inputs.extend(outcome.inputs);
    for (input, name) in case.inputs.iter_mut().zip([device, server]) {
        input.path = format!("examples/{name}");
    }
    case.server = outcome.coverage;
    case.records = records;
    judge(case, &catalog, target)
}

fn verdict(d: &Diagnosis) -> (&str, &str, &str) {
    (d.verdict.state.as_str(), d.verdict.link.map_or("", |l| l.as_str()), d.verdict.finding.as_str())
}

#[test]
fn a_silent_message_that_went_self_built_is_told_so() {
    let d = diagnose("05-self-built-route.log", "05-forward.jsonl", &Target::default());
    let (state, link, finding) = verdict(&d);
    assert!(matches!(state, "broken" | "degraded"), "{:?}", d.verdict);
    assert_eq!((link, finding), ("route", "route.self-built"));
}

#[test]
fn the_vendors_refusal_breaks_forward() {
    let d = diagnose("06-vendor-server-error.log", "06-forward.jsonl", &Target::default());
    assert_eq!(verdict(&d), ("broken", "forward", "huawei.server.80300008"));
    let before = Target { message: Some("bill-20260614-1".into()), ..Target::default() };
    let d = diagnose("06-vendor-server-error.log", "06-forward.jsonl", &before);
    assert_eq!(verdict(&d).0, "healthy", "the message before was taken: {:?}", d.verdict);
}

#[test]
fn the_daily_limit_of_operational_messages_is_counted() {
    let d = diagnose("07-vivo-limit.log", "07-forward.jsonl", &Target::default());
    assert_eq!(verdict(&d), ("degraded", "forward", "forward.user-quota"));
    let forward = d.chains[0].links.iter().find(|l| l.finding == "forward.user-quota").unwrap();
    assert_eq!(forward.state, State::Warn);
    assert!(forward.notes.iter().any(|n| n.en.contains('6') && n.zh.contains('6')), "{:?}", forward.notes);
}

#[test]
fn the_gateways_refusal_is_seen_from_the_server_too() {
    let d = diagnose("03-report-rpc-fails.log", "03-gateway-page-digest.log", &Target::default());
    assert_eq!(verdict(&d), ("broken", "report", "mgs.rpc.7002"));
}

#[test]
fn phone_and_server_stand_in_one_timeline() {
    let d = diagnose("06-vendor-server-error.log", "06-forward.jsonl", &Target::default());
    assert!(!d.timeline.is_empty());
    let redactor = Redactor::new(Policy::All, Some([7; 32]));
    for (lang, name) in [(Lang::En, "server-timeline-en.txt"), (Lang::Zh, "server-timeline-zh.txt")] {
        let options = RenderOptions { lang, ..RenderOptions::default() };
        let text = render(Format::Table, &d, &options, &redactor);
        let got = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n";
        assert!(!got.contains("ExampleHuaweiToken"), "{got}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
        if std::env::var_os("PUSHDOCTOR_ACCEPT").is_some() {
            std::fs::write(&path, &got).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n"), got, "{name}");
    }
    let options = RenderOptions::default();
    let json: serde_json::Value =
        serde_json::from_str(&render(Format::Json, &d, &options, &redactor)).unwrap();
    let sides: Vec<&str> =
        json["timeline"].as_array().unwrap().iter().filter_map(|e| e["side"].as_str()).collect();
    assert!(sides.contains(&"device") && sides.contains(&"server"), "{sides:?}");
    assert_eq!(json["coverage"]["server"], "partial");
    assert!(json["server"].is_object());
}
