//! One test a rule of what the server's records say, on made-up records. Each fails without its rule.

use super::tests::{case, code, link, of, phone, seen};
use super::*;
use crate::catalog::{Basis, Confidence};
use crate::diagnosis::VerdictState;
use crate::evidence::{CodeRef, Evidence, Place, Says};
use crate::source::Case;
use crate::source::identity::{IdKind, Identity};
use crate::source::server_log::coverage::{Covered, ServerCoverage};
use crate::source::server_log::record::{Record, RecordKind};

const REPORT: &str = "alipay.client.yunpushcore.device.report";
/// Made-up ids of the phone in question, and of another one.
const TOKEN: &str = "vendor-token-of-this-phone";
const AD_TOKEN: &str = "ad-token-of-this-phone";
const DEVICE: &str = "did-of-this-phone";
const OTHER: &str = "vendor-token-of-another-phone";

/// A record at second `t`.
fn record(kind: RecordKind, t: i64) -> Record {
    Record {
        kind,
        place: Place { input: 1, line: t as u64, time: Some(t * 1_000_000), ..Place::default() },
        basis: Basis::Documented,
        ..Record::default()
    }
}

fn with_code(mut r: Record, vendor: &str, side: &str, number: &str) -> Record {
    let known = Catalog::builtin().code(vendor, side, number).is_some();
    r.code = Some(CodeRef { vendor: vendor.into(), side: side.into(), code: number.into(), known });
    r
}

fn report(t: i64, result: &str, number: &str) -> Record {
    let r = Record {
        operation: REPORT.into(),
        ok: Some(result == "Y"),
        result: result.into(),
        device: DEVICE.into(),
        ..record(RecordKind::Report, t)
    };
    with_code(r, "mgs", "rpc", number)
}

/// An answer of a vendor to a send to this phone.
fn answer(vendor: &str, number: &str, t: i64) -> Record {
    let r =
        Record { vendor: Some(vendor.into()), vendor_token: TOKEN.into(), ..record(RecordKind::Forward, t) };
    with_code(r, vendor, "server", number)
}

fn receipt(vendor: &str, number: &str, t: i64) -> Record {
    let r =
        Record { vendor: Some(vendor.into()), vendor_token: TOKEN.into(), ..record(RecordKind::Receipt, t) };
    with_code(r, vendor, "receipt", number)
}

/// MPS's own status of a message.
fn status(number: &str, channel: Option<Channel>, t: i64) -> Record {
    let r = Record { ad_token: AD_TOKEN.into(), channel, ..record(RecordKind::Forward, t) };
    with_code(r, "mps", "status", number)
}

/// A phone of this vendor that showed its token at second 10, and its other ids.
fn device(vendor: &'static str, records: Vec<Record>) -> Case {
    let mut c = case(vec![seen(Link::Token, Says::Pass, vendor, 10)]);
    let id = |kind, value: &str, t: i64| Identity {
        kind,
        vendor: (kind == IdKind::VendorToken).then(|| vendor.to_owned()),
        value: value.to_owned(),
        package: None,
        place: Place { line: t as u64, time: Some(t * 1_000_000), ..Place::default() },
    };
    c.log.identities.add(id(IdKind::VendorToken, TOKEN, 10));
    c.log.identities.add(id(IdKind::AdToken, AD_TOKEN, 9));
    c.log.identities.add(id(IdKind::Device, DEVICE, 8));
    c.log.manufacturer = Some(vendor.to_owned());
    c.records = records;
    c.server.state = Covered::Partial;
    c
}

fn complete(mut c: Case, from: i64, to: i64) -> Case {
    c.server = ServerCoverage {
        state: Covered::Complete,
        from: Some(from * 1_000_000),
        to: Some(to * 1_000_000),
        reports: true,
        ..ServerCoverage::default()
    };
    c
}

fn run(case: Case) -> Diagnosis {
    judge(case, &Catalog::builtin(), &Target::default())
}

fn ask(case: Case, target: Target) -> Diagnosis {
    judge(case, &Catalog::builtin(), &target)
}

fn state(d: &Diagnosis, of: Link) -> State {
    link(d, of).state
}

fn says(d: &Diagnosis, text: &str) -> bool {
    d.notes.iter().any(|n| n.en.contains(text))
}

// Joining.

#[test]
fn records_of_another_phone_judge_nothing_and_are_counted() {
    let mut other = answer("huawei", "80300007", 50);
    other.vendor_token = OTHER.into();
    let mut row = report(51, "N", "7002");
    row.device = "did-of-another-phone".into();
    let d = run(device("huawei", vec![other, row]));
    assert_eq!(d.verdict.state, VerdictState::Healthy);
    assert_eq!(d.server.as_ref().unwrap().not_joined, 2);
    assert!(says(&d, "2 of other phones"));
}

#[test]
fn a_row_that_holds_two_ids_ties_them() {
    // The ad-token leads to the business id, that to the internal id, that to the vendor's answer.
    let sent = Record {
        ad_token: AD_TOKEN.into(),
        msg_id: "biz-1".into(),
        ok: Some(true),
        ..record(RecordKind::Accept, 40)
    };
    let inner =
        Record { msg_id: "biz-1".into(), core_msg_id: "_0_0_aaaa".into(), ..record(RecordKind::Forward, 41) };
    let mut failed = answer("huawei", "80200001", 42);
    failed.vendor_token = String::new();
    failed.core_msg_id = "_0_0_aaaa".into();
    let d = run(device("huawei", vec![failed, inner, sent]));
    assert_eq!(d.verdict.finding, "huawei.server.80200001");
    assert_eq!(d.server.unwrap().joined, [("ad-token", 1), ("message", 2)]);
}

#[test]
fn a_message_to_several_targets_says_nothing_of_this_one() {
    let sent = |token: &str| {
        let mut r = answer("huawei", "80000000", 40);
        r.vendor_token = token.into();
        r.msg_id = "biz-1".into();
        r
    };
    let mut nobody = answer("huawei", "80100001", 41);
    nobody.vendor_token = String::new();
    nobody.msg_id = "biz-1".into();
    let d = run(device("huawei", vec![sent(TOKEN), sent(OTHER), nobody]));
    assert_eq!(state(&d, Link::Forward), State::Pass);
    assert_eq!(d.server.unwrap().not_joined, 2);
}

#[test]
fn a_user_on_two_phones_says_nothing_of_this_one() {
    let of_user = |ad_token: &str, t: i64| Record {
        user: "user-1".into(),
        ad_token: ad_token.into(),
        operation: "alipay.client.yunpushcore.bind".into(),
        ok: Some(true),
        ..record(RecordKind::Report, t)
    };
    let mut failed = answer("huawei", "80100001", 60);
    failed.vendor_token = String::new();
    failed.user = "user-1".into();
    let one = device("huawei", vec![of_user(AD_TOKEN, 20), failed.clone()]);
    assert_eq!(run(one).verdict.finding, "huawei.server.80100001");
    let two = device("huawei", vec![of_user(AD_TOKEN, 20), of_user("ad-token-of-another-phone", 30), failed]);
    assert_eq!(run(two).verdict.state, VerdictState::Healthy);
}

#[test]
fn the_only_target_of_a_server_log_is_taken_for_the_phone_and_said_so() {
    let mut c = device("huawei", vec![answer("huawei", "80100001", 50)]);
    c.log.identities = Default::default();
    let d = run(c.clone());
    assert_eq!(d.verdict.finding, "huawei.server.80100001");
    assert_eq!(d.verdict.confidence, Confidence::Medium);
    assert!(says(&d, "exactly one target"));
    // Two targets: nobody can tell which is the phone's.
    let mut other = answer("huawei", "80000000", 51);
    other.vendor_token = OTHER.into();
    c.records.push(other);
    assert_eq!(run(c).verdict.state, VerdictState::Healthy);
}

#[test]
fn what_the_user_names_is_the_phones() {
    let mut c = device("huawei", vec![answer("huawei", "80100001", 50)]);
    c.log.identities = Default::default();
    let named = |token: &str| Target { token: Some(token.into()), ..Target::default() };
    assert_eq!(ask(c.clone(), named(TOKEN)).verdict.confidence, Confidence::High);
    assert_eq!(ask(c, named(OTHER)).verdict.state, VerdictState::Healthy);
}

#[test]
fn a_row_at_the_time_of_the_phones_call_is_joined_by_time() {
    let mut c = device("huawei", vec![report(20, "N", "4001")]);
    c.log.identities = Default::default();
    c.records.push(Record { device: "did-of-another-phone".into(), ..report(900, "Y", "1000") });
    let mut call = code("mgs", "rpc", "4001", 19);
    call.rule = "mgs.rpc-exception".into();
    c.evidence.push(call);
    let d = run(c);
    assert_eq!(d.server.as_ref().unwrap().joined, [("time", 1)]);
    assert_eq!(d.verdict.finding, "mgs.rpc.4001");
}

// Clocks.

#[test]
fn the_clocks_are_compared_by_calls_that_both_sides_logged() {
    let mut c = device("huawei", Vec::new());
    for (trace, phone, server) in [("t1", 20, 140), ("t2", 30, 150), ("t3", 40, 165)] {
        let place = Place { time: Some(phone * 1_000_000), ..Place::default() };
        c.log.identities.add(Identity {
            kind: IdKind::Trace,
            vendor: None,
            value: trace.into(),
            package: None,
            place,
        });
        let mut row = report(server, "Y", "1000");
        row.trace_id = trace.into();
        c.records.push(row);
    }
    // By the server's clock the failure came after the phone's last report; it did not.
    let mut failed = answer("huawei", "80300007", 145);
    failed.vendor_token = TOKEN.into();
    c.records.push(failed);
    let d = run(c);
    assert_eq!(d.server.as_ref().unwrap().skew, Some((120_000_000, 3)));
    assert!(says(&d, "120.0 s ahead of"));
    assert_eq!(state(&d, Link::Report), State::Pass);
    assert!(d.timeline.windows(2).all(|w| w[0].time <= w[1].time));
    let no_pair = run(device("huawei", vec![report(20, "Y", "1000")]));
    assert!(says(&no_pair, "compared as they are"));
}

// Report.

#[test]
fn the_gateways_answer_judges_the_report() {
    let d = run(device("huawei", vec![report(12, "N", "7002")]));
    assert_eq!(d.verdict.finding, "mgs.rpc.7002");
    let d = run(device("huawei", vec![report(12, "N", "7002"), report(13, "Y", "1000")]));
    assert_eq!(state(&d, Link::Report), State::Pass);
    assert!(!link(&d, Link::Report).notes.is_empty());
}

#[test]
fn the_newest_of_phone_and_server_wins() {
    let mut c = device("huawei", vec![report(30, "Y", "1000")]);
    c.evidence.push(code("mgs", "rpc", "7002", 20));
    assert_eq!(state(&run(c), Link::Report), State::Pass);
    let mut c = device("huawei", vec![report(30, "Y", "1000")]);
    c.evidence.push(code("mgs", "rpc", "7002", 40));
    assert_eq!(run(c).verdict.finding, "mgs.rpc.7002");
}

#[test]
fn a_refused_bind_concerns_messages_to_users_only() {
    let mut bind = report(12, "N", "1000");
    bind.operation = "alipay.client.yunpushcore.bind".into();
    bind = with_code(bind, "mps", "client", "3012");
    let d = run(device("huawei", vec![report(11, "Y", "1000"), bind]));
    assert_eq!(state(&d, Link::Report), State::Warn);
}

#[test]
fn a_missing_report_breaks_only_on_complete_coverage_of_the_right_time() {
    let mut other = report(15, "Y", "1000");
    other.device = "did-of-another-phone".into();
    let with = |from: i64, to: i64| run(complete(device("huawei", vec![other.clone()]), from, to));
    let d = with(-100, 1000);
    assert_eq!(d.verdict.finding, "report.not-arrived");
    // The range ends too early, or begins too late.
    for (from, to) in [(-100, 60), (5, 1000)] {
        let d = with(from, to);
        assert_eq!(state(&d, Link::Report), State::Unknown);
        assert!(link(&d, Link::Report).notes.iter().any(|n| n.en.contains("do not cover the time")));
    }
    // A part of the log proves nothing, and says what to look at.
    let d = run(device("huawei", vec![other.clone()]));
    assert_eq!(state(&d, Link::Report), State::Unknown);
    assert!(link(&d, Link::Report).next.iter().any(|n| n.command.en.contains("every gateway host")));
    // The rows name devices by an id that the log of the phone does not show.
    let mut third = other.clone();
    third.device = "did-of-a-third-phone".into();
    let mut c = complete(device("huawei", vec![other, third]), -100, 1000);
    c.log.identities.all.retain(|i| i.kind == IdKind::VendorToken);
    assert_eq!(state(&run(c), Link::Report), State::Unknown);
}

#[test]
fn a_phone_that_says_its_report_went_well_outweighs_a_missing_row() {
    let mut c = complete(device("huawei", Vec::new()), -100, 1000);
    c.evidence.push(seen(Link::Report, Says::Pass, "", 12));
    assert_eq!(state(&run(c), Link::Report), State::Pass);
}

#[test]
fn rows_under_another_workspace_warn_and_judge_nothing() {
    let mut c = device("huawei", vec![report(12, "N", "7002")]);
    c.records[0].app_id = "APPEXAMPLE".into();
    c.records[0].workspace_id = "test".into();
    c.mpaas.app_id = Some("APPEXAMPLE".into());
    c.mpaas.workspace_id = Some("default".into());
    let d = run(c);
    assert_eq!(d.verdict.state, VerdictState::Degraded);
    assert_eq!(d.verdict.finding, "report.other-workspace");
    assert!(link(&d, Link::Report).notes.iter().any(|n| n.en.contains("workspaceId=test")));
}

// Accept and route.

#[test]
fn the_answer_of_the_api_judges_accept_and_proves_nothing_else() {
    let accept = |number: &str| {
        let r = Record { ad_token: AD_TOKEN.into(), ..record(RecordKind::Accept, 40) };
        with_code(r, "mps", "api", number)
    };
    let d = run(device("huawei", vec![accept("100")]));
    assert_eq!(state(&d, Link::Accept), State::Pass);
    assert_eq!(state(&d, Link::Report), State::Unknown);
    assert_eq!(run(device("huawei", vec![accept("3021")])).verdict.finding, "mps.api.3021");
    let d = run(device("huawei", vec![with_code(accept("100"), "mps", "status", "-1")]));
    assert_eq!(state(&d, Link::Accept), State::Unknown);
    assert!(link(&d, Link::Accept).summary.en.contains("still checking"));
}

#[test]
fn a_self_built_route_that_was_asked_for_passes() {
    let mut sent = status("2", Some(Channel::SelfBuilt), 40);
    sent.place.text = r#"{"NotifyType":"transparent"}"#.into();
    let d = run(device("huawei", vec![sent]));
    assert_eq!(state(&d, Link::Route), State::Pass);
    assert_eq!(d.chains[0].channel, Some(Channel::SelfBuilt));
    // Nor does it prove anything about the vendor.
    assert_eq!(state(&d, Link::Report), State::Unknown);
}

#[test]
fn a_self_built_route_that_nobody_asked_for_breaks_or_warns() {
    let pending = Record { result: "TO_PUSH".into(), ..status("2", Some(Channel::SelfBuilt), 40) };
    let d = run(device("huawei", vec![Record { code: None, ..pending }]));
    assert_eq!(d.verdict.finding, "route.self-built");
    assert_eq!(d.verdict.state, VerdictState::Broken);
    // The phone confirmed it: it works only while the app lives.
    let d = run(device("huawei", vec![status("2", Some(Channel::SelfBuilt), 40)]));
    assert_eq!(d.verdict.state, VerdictState::Degraded);
    // A phone without a vendor's channel has no other way.
    let mut c = device("huawei", vec![Record { code: None, ..status("2", Some(Channel::SelfBuilt), 40) }]);
    c.evidence.clear();
    c.log.manufacturer = None;
    c.device = phone("samsung", "samsung", "OneUI");
    assert_eq!(state(&run(c), Link::Route), State::Pass);
}

#[test]
fn the_statuses_0_and_1_break_the_route() {
    assert_eq!(run(device("huawei", vec![status("0", None, 40)])).verdict.finding, "mps.status.0");
    assert_eq!(run(device("huawei", vec![status("1", None, 40)])).verdict.finding, "mps.status.1");
}

// Forward and receipts.

#[test]
fn an_answer_that_calls_the_present_token_invalid_is_stale() {
    let d = run(device("huawei", vec![answer("huawei", "80300007", 50)]));
    assert_eq!(d.verdict.finding, "report.token-stale");
    assert_eq!(d.verdict.code, "80300007");
    // A message that the vendor took later repairs it.
    let d = run(device("huawei", vec![answer("huawei", "80300007", 50), answer("huawei", "80000000", 60)]));
    assert_eq!(d.verdict.state, VerdictState::Healthy);
}

#[test]
fn an_answer_about_an_older_token_is_a_note() {
    let about_older = |t: i64| {
        let mut r = answer("huawei", "80300007", t);
        r.vendor_token = "vendor-token-from-before".into();
        r.ad_token = AD_TOKEN.into();
        r
    };
    // Before the phone showed its present token.
    assert_eq!(run(device("huawei", vec![about_older(5)])).verdict.state, VerdictState::Healthy);
    // Afterwards MPS still sends to the old one.
    assert_eq!(run(device("huawei", vec![about_older(90)])).verdict.finding, "report.token-stale");
    // Unless it is seen to send to the present one too.
    let mut c = device("huawei", vec![about_older(90), answer("huawei", "80000000", 80)]);
    c.records[1].ok = Some(true);
    assert_eq!(run(c).verdict.state, VerdictState::Healthy);
}

#[test]
fn what_the_vendor_took_passes_forward_and_proves_the_report() {
    let d = run(device("huawei", vec![answer("huawei", "80000000", 50)]));
    assert_eq!(state(&d, Link::Forward), State::Pass);
    assert_eq!(state(&d, Link::Report), State::Pass);
    assert_eq!(state(&d, Link::Display), State::Unknown);
    assert_eq!(d.chains[0].channel, Some(Channel::Vendor));
    assert!(link(&d, Link::Forward).summary.en.contains("taken is not shown"));
}

#[test]
fn the_newest_send_or_the_message_in_hand_decides() {
    let send = |number: &str, id: &str, t: i64| Record { msg_id: id.into(), ..answer("huawei", number, t) };
    let records = || vec![send("80100001", "m1", 50), send("80000000", "m2", 60)];
    assert_eq!(run(device("huawei", records())).verdict.state, VerdictState::Healthy);
    let asked = |id: &str| Target { message: Some(id.into()), ..Target::default() };
    let d = ask(device("huawei", records()), asked("m1"));
    assert_eq!(d.verdict.finding, "huawei.server.80100001");
    assert!(says(&d, "about other messages"));
    assert_eq!(ask(device("huawei", records()), asked("m2")).verdict.state, VerdictState::Healthy);
}

#[test]
fn receipts_judge_forward_and_display() {
    let d = run(device("xiaomi", vec![receipt("xiaomi", "1", 50)]));
    assert_eq!(state(&d, Link::Display), State::Pass);
    assert_eq!(link(&d, Link::Display).confidence, Confidence::Medium);
    let d = run(device("xiaomi", vec![receipt("xiaomi", "2", 50)]));
    assert_eq!(link(&d, Link::Display).confidence, Confidence::High);
    // The message came, and a switch kept it from being shown.
    let d = run(device("xiaomi", vec![receipt("xiaomi", "barStatus:Disable", 50)]));
    assert_eq!(state(&d, Link::Forward), State::Pass);
    assert_eq!(d.verdict.finding, "xiaomi.receipt.barStatus:Disable");
    assert!(link(&d, Link::Display).also.contains(&"display.notifications-off".to_owned()));
    assert_eq!(
        run(device("huawei", vec![receipt("huawei", "15", 50)])).verdict.state,
        VerdictState::Degraded
    );
}

#[test]
fn without_a_receipt_nothing_is_proved() {
    let d = run(complete(device("oppo", vec![report(12, "Y", "1000"), answer("oppo", "0", 50)]), -100, 9000));
    assert_eq!(state(&d, Link::Display), State::Unknown);
    assert_eq!(d.verdict.state, VerdictState::Healthy);
}

#[test]
fn a_code_that_nobody_knows_still_breaks_forward() {
    let d = run(device("huawei", vec![answer("huawei", "86999999", 50)]));
    assert_eq!(d.verdict.finding, "huawei.server.86999999");
    assert_eq!(d.verdict.confidence, Confidence::Medium);
}

// The console's status.

#[test]
fn the_status_of_the_console_is_mps_own_or_the_vendors() {
    let with = |code: &str, vendor: Option<&str>| {
        let mut c = case(vec![seen(Link::Token, Says::Pass, "vivo", 10)]);
        c.log.manufacturer = vendor.map(str::to_owned);
        if vendor.is_none() {
            c.evidence.clear();
        }
        ask(c, Target { mps_status: Some(code.into()), ..Target::default() })
    };
    assert_eq!(with("0", Some("vivo")).verdict.finding, "mps.status.0");
    assert_eq!(with("10070", Some("vivo")).verdict.finding, "vivo.server.10070");
    let d = with("2", Some("vivo"));
    assert_eq!(state(&d, Link::Forward), State::Pass);
    assert_eq!(state(&d, Link::Display), State::Unknown);
    // 2 may be the phone's own answer, so it says nothing of the vendor's token.
    assert_eq!(state(&d, Link::Report), State::Unknown);
    assert!(link(&d, Link::Forward).notes.iter().any(|n| n.en.contains("vendor's gateway")));
    // Huawei and Honor both have it.
    let d = with("80300007", None);
    assert!(says(&d, "Huawei") && says(&d, "Honor") && says(&d, "--vendor"));
    assert_eq!(d.verdict.state, VerdictState::Inconclusive);
}

// Quotas.

#[test]
fn a_quota_code_is_named_as_quota_with_the_figures() {
    for (vendor, side, number, figure) in [
        ("huawei", "receipt", "256", "2 a device and day"),
        ("huawei", "receipt", "102", "3000 a device and day"),
        ("xiaomi", "server", "200001", "5 a device and day"),
        ("vivo", "server", "10070", "07:00 to 23:00"),
        ("meizu", "server", "110011", "3 a device and day"),
    ] {
        let r = if side == "receipt" { receipt(vendor, number, 50) } else { answer(vendor, number, 50) };
        let d = run(device(vendor, vec![r]));
        assert_eq!(d.verdict.code, number);
        let notes = &link(&d, Link::Forward).notes;
        assert!(notes.iter().any(|n| n.en.contains("quota") && n.en.contains(figure)), "{vendor} {notes:?}");
    }
}

/// Noon of 2026-05-04 at +08:00, in seconds.
const NOON: i64 = 1_777_867_200;

fn operational(n: i64, class: &str) -> Vec<Record> {
    let one = |i: i64| Record {
        class: class.into(),
        msg_id: format!("m{i}"),
        ..answer("vivo", "0", NOON + i * 60)
    };
    (0..n).map(one).collect()
}

#[test]
fn limits_without_a_code_are_counted_by_token_class_and_day() {
    let d = run(device("vivo", operational(6, "operational")));
    assert_eq!(d.verdict.finding, "forward.user-quota");
    assert_eq!(d.verdict.state, VerdictState::Degraded);
    let note = &link(&d, Link::Forward).notes[0].en;
    assert!(
        note.contains("6 accepted messages of the class operational") && note.contains("2026-05-04"),
        "{note}"
    );
    assert!(note.contains("5 (news apps) or 2 (others)"), "{note}");
    // System messages, few messages, those of two days, those of another phone: no warning.
    let healthy = |records: Vec<Record>| run(device("vivo", records)).verdict.state == VerdictState::Healthy;
    assert!(healthy(operational(6, "system")));
    assert!(healthy(operational(2, "0")));
    let mut two_days = operational(4, "0");
    two_days[..2].iter_mut().for_each(|r| r.place.time = r.place.time.map(|t| t - 86_400_000_000));
    assert!(healthy(two_days));
    let mut others = operational(6, "0");
    others[2..].iter_mut().for_each(|r| r.vendor_token = OTHER.into());
    assert!(healthy(others));
    // The same send in two logs counts once.
    let mut twice = operational(2, "0");
    twice.extend(operational(2, "0").into_iter().map(|mut r| {
        r.place.input = 2;
        r
    }));
    assert!(healthy(twice));
    // What the vendor refused does not count.
    let refused = operational(6, "0").into_iter().map(|r| with_code(r, "vivo", "server", "10070")).collect();
    assert_eq!(run(device("vivo", refused)).verdict.finding, "vivo.server.10070");
}

// Coverage and timeline.

#[test]
fn coverage_is_said_and_no_reason_claims_that_nothing_was_given() {
    let d = run(case(Vec::new()));
    assert_eq!(d.coverage.server, "none");
    assert!(d.server.is_none() && d.timeline.is_empty());
    let d = run(device("huawei", vec![report(12, "Y", "1000")]));
    assert_eq!(d.coverage.server, "partial");
    assert!(link(&d, Link::Forward).summary.en.contains("server records of this phone"));
    assert!(!d.coverage.reason.en.contains("No server log"));
    let d = run(complete(device("huawei", vec![report(12, "Y", "1000")]), 0, 100));
    assert_eq!(d.coverage.server, "complete");
}

#[test]
fn the_timeline_is_one_order_and_marks_what_broke() {
    let d = run(device("huawei", vec![report(12, "Y", "1000"), answer("huawei", "80100001", 50)]));
    let order: Vec<(&str, &str, bool)> =
        d.timeline.iter().map(|e| (e.side.as_str(), e.link.as_str(), e.breaking)).collect();
    assert_eq!(order, [("device", "token", false), ("server", "report", false), ("server", "forward", true)]);
    let many = (0..500).map(|i| report(20 + i, "Y", "1000")).collect();
    let d = run(device("huawei", many));
    assert!(d.timeline.len() <= 81);
    assert_eq!(d.timeline.len() as u64 + d.server.unwrap().timeline_left_out, 501);
}

// What must hold for all records.

/// Records of every kind about this phone.
fn mixed() -> Vec<Record> {
    let mut all = vec![
        report(12, "Y", "1000"),
        report(13, "N", "4001"),
        report(14, "Y", "1000"),
        answer("vivo", "0", 50),
        answer("vivo", "10072", 51),
        answer("vivo", "0", 51),
        receipt("vivo", "ackType:0", 52),
        receipt("vivo", "1020", 53),
        status("2", Some(Channel::Vendor), 54),
    ];
    all.extend(operational(3, "0"));
    all.iter_mut().enumerate().for_each(|(i, r)| r.place.line = i as u64 + 1);
    all
}

/// A small generator, so that a failure can be repeated.
fn shuffle(records: &mut [Record], mut seed: u64) {
    for i in (1..records.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        records.swap(i, (seed >> 33) as usize % (i + 1));
    }
}

/// All that a diagnosis says, but for how many records are others'.
fn spoken(d: &Diagnosis) -> String {
    let links: Vec<String> = d.chains[0]
        .links
        .iter()
        .map(|j| format!("{:?} {:?} {:?} {} {}", j.link, j.state, j.confidence, j.finding, j.summary.en))
        .collect();
    format!("{:?} {} {}", d.verdict.state, d.verdict.summary.en, links.join("\n"))
}

#[test]
fn the_order_of_records_does_not_change_the_verdict() {
    let wanted = spoken(&run(device("vivo", mixed())));
    for seed in 0..200 {
        let mut records = mixed();
        shuffle(&mut records, seed);
        assert_eq!(spoken(&run(device("vivo", records))), wanted, "seed {seed}");
    }
}

#[test]
fn records_of_other_phones_never_change_the_verdict() {
    let kinds = [RecordKind::Report, RecordKind::Accept, RecordKind::Forward, RecordKind::Receipt];
    let codes = [
        ("mgs", "rpc", "7002"),
        ("mps", "api", "3021"),
        ("vivo", "server", "10302"),
        ("vivo", "receipt", "1020"),
        ("mps", "status", "0"),
        ("vivo", "server", "0"),
    ];
    for base in [mixed(), vec![report(12, "Y", "1000")], vec![answer("vivo", "10070", 50)]] {
        let wanted = spoken(&run(device("vivo", base.clone())));
        for seed in 0..120_u64 {
            let mut records = base.clone();
            for i in 0..1 + seed % 7 {
                let n = (seed * 31 + i * 17) as usize;
                let (vendor, side, number) = codes[n % codes.len()];
                let mut r =
                    with_code(record(kinds[n % kinds.len()], 5 + (n % 90) as i64), vendor, side, number);
                r.place.input = 3;
                match n % 3 {
                    0 => r.vendor_token = OTHER.into(),
                    1 => r.ad_token = "ad-token-of-another-phone".into(),
                    _ => r.device = "did-of-another-phone".into(),
                }
                r.vendor = (vendor == "vivo").then(|| "vivo".to_owned());
                r.msg_id = format!("other-{n}");
                records.push(r);
            }
            shuffle(&mut records, seed);
            assert_eq!(spoken(&run(device("vivo", records))), wanted, "seed {seed}");
        }
    }
}

// The three examples of the server's stage: device log and server log together.

/// The lines of a phone's log, written for this test.
fn from_log(lines: &str) -> Case {
    use crate::source::device_log::{LogReader, Request};
    let catalog = Catalog::builtin();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), lines).unwrap();
    let request = Request { paths: vec![file.path().to_owned()], year: Some(2026), ..Request::default() };
    LogReader::new(&catalog).read(&request, &crate::read::NoProgress).case
}

fn phone_log(vendor_token: &str, kind: u32) -> String {
    format!(
        "05-04 11:00:00.100 12033 12061 D pushTag : [main] 自建渠道的adToken: {AD_TOKEN}-0123456789\n\
         05-04 11:00:00.200 12033 12061 D pushTag : [main] 第三方渠道的adToken: {vendor_token} platformType: {kind}\n"
    )
}

#[test]
fn ids_of_the_phone_are_taken_from_its_log() {
    let c = from_log(&phone_log("exampleVendorToken0123456789abcdef", 5));
    let token: Vec<_> = c.log.identities.of(IdKind::VendorToken).collect();
    assert_eq!(token.len(), 1);
    assert_eq!(token[0].value, "exampleVendorToken0123456789abcdef");
    assert_eq!(token[0].vendor.as_deref(), Some("huawei"));
    assert_eq!(c.log.identities.of(IdKind::AdToken).next().unwrap().value, format!("{AD_TOKEN}-0123456789"));
}

#[test]
fn a_badge_or_silent_message_is_said_to_go_self_built() {
    let mut c = from_log(&phone_log("exampleVendorToken0123456789abcdef", 5));
    let mut sent = Record {
        ad_token: format!("{AD_TOKEN}-0123456789"),
        channel: Some(Channel::SelfBuilt),
        result: "TO_PUSH".into(),
        ..record(RecordKind::Forward, NOON)
    };
    sent.place.text = r#"{"Silent":"1","channel":"ANDROID"}"#.into();
    c.records = vec![sent.clone()];
    let d = run(c.clone());
    assert_eq!(d.verdict.finding, "route.self-built");
    assert_eq!(d.verdict.state, VerdictState::Broken);
    assert!(
        link(&d, Link::Route).notes.iter().any(|n| n.en.contains("silent")),
        "{:?}",
        link(&d, Link::Route)
    );
    // Where no record names the channel, today's documents leave it open: only a doubt.
    c.records = vec![Record { channel: None, result: String::new(), ..sent.clone() }];
    assert_eq!(run(c.clone()).verdict.state, VerdictState::Degraded);
    // And where the record says that it went to the vendor, the flag says nothing.
    c.records = vec![Record { channel: Some(Channel::Vendor), vendor: Some("huawei".into()), ..sent }];
    assert_eq!(state(&run(c), Link::Route), State::Pass);
}

#[test]
fn a_vendors_error_in_the_server_log_is_the_verdict() {
    let mut c = from_log(&phone_log("exampleVendorToken0123456789abcdef", 5));
    let mut failed = answer("huawei", "80200001", NOON);
    failed.vendor_token = "exampleVendorToken0123456789abcdef".into();
    c.records = vec![failed];
    let d = run(c);
    assert_eq!((d.verdict.finding.as_str(), d.verdict.link), ("huawei.server.80200001", Some(Link::Forward)));
    assert_eq!(state(&d, Link::Token), State::Pass);
}

#[test]
fn vivos_daily_limit_is_the_verdict_though_no_code_tells_of_it() {
    let token = "v2-CRExampleRegIdOfThisPhone0123456789";
    let log = format!("05-04 11:00:00.200 12033 12061 D mPush14 : vivo regId = {token}\n");
    let mut c = from_log(&log);
    c.records = operational(6, "");
    c.records.iter_mut().for_each(|r| r.vendor_token = token.into());
    let d = run(c);
    assert_eq!(d.verdict.finding, "forward.user-quota");
    assert_eq!(d.verdict.vendor.as_deref(), Some("vivo"));
    assert!(link(&d, Link::Forward).notes.iter().any(|n| n.en.contains("default was taken")));
}

#[test]
fn evidence_of_another_app_does_not_take_the_records() {
    let mut c = device("huawei", vec![answer("huawei", "80100001", 50)]);
    c.log.push_apps = vec!["com.example.bank".into()];
    c.evidence = vec![of("com.example.bank", seen(Link::Token, Says::Pass, "huawei", 10))];
    c.evidence.push(of("com.example.news", Evidence { ..seen(Link::Token, Says::Pass, "huawei", 11) }));
    let d = run(c);
    assert_eq!(d.verdict.finding, "huawei.server.80100001");
    assert_eq!(d.chains[0].package.as_deref(), Some("com.example.bank"));
}

#[test]
fn a_missing_report_says_nothing_where_no_reports_were_read() {
    let mut c = complete(device("huawei", Vec::new()), -100, 1000);
    assert_eq!(state(&run(c.clone()), Link::Report), State::Fail);
    c.server.reports = false;
    let d = run(c);
    assert_ne!(state(&d, Link::Report), State::Fail);
    assert_ne!(d.verdict.finding, "report.not-arrived");
}
