//! One test a rule of judgement, on made-up evidence. Each fails without its rule.

use super::*;
use crate::catalog::{Basis, Confidence, Retry, Text};
use crate::diagnosis::{Device, Judgement, VerdictState};
use crate::evidence::{CodeRef, Evidence, Place, Says};
use crate::source::{Case, LogFacts, Proxy};

/// Evidence of one line at second `t`.
pub(super) fn seen(link: Link, says: Says, vendor: &'static str, t: i64) -> Evidence {
    Evidence {
        link,
        says,
        vendor: Some(vendor).filter(|v| !v.is_empty()).map(Text::Borrowed),
        rule: Text::Borrowed("test.rule"),
        basis: Basis::Documented,
        confidence: Confidence::High,
        places: vec![Place { line: t as u64, time: Some(t * 1_000_000), pid: Some(100), ..Place::default() }],
        pids: vec![100],
        ..Evidence::default()
    }
}

/// A code of the catalogue, with all that the entry says.
pub(super) fn code(vendor: &'static str, side: &'static str, code: &'static str, t: i64) -> Evidence {
    let catalog = Catalog::builtin();
    let entry = catalog.code(vendor, side, code).expect("the code is in the catalogue");
    Evidence {
        finding: entry.finding(),
        code: Some(CodeRef { vendor: vendor.into(), side: side.into(), code: code.into(), known: true }),
        retry: Some(entry.retry),
        elsewhere: entry.elsewhere,
        token_stale: entry.token_stale,
        says: match entry.effect() {
            crate::catalog::Effect::Fail => Says::Fail,
            crate::catalog::Effect::Warn => Says::Warn,
            crate::catalog::Effect::Guard => Says::Guard,
            _ => Says::Note,
        },
        ..seen(entry.link, Says::Fail, if vendor == "mgs" || vendor == "mps" { "" } else { vendor }, t)
    }
}

fn finding(id: &'static str, says: Says, t: i64) -> Evidence {
    let link = LINKS.into_iter().find(|l| id.starts_with(l.as_str())).expect("the id begins with a link");
    Evidence { finding: id.to_owned(), ..seen(link, says, "", t) }
}

fn untimed(mut e: Evidence, input: usize, line: u64) -> Evidence {
    e.places = vec![Place { input, line, ..Place::default() }];
    e
}

pub(super) fn of(package: &str, mut e: Evidence) -> Evidence {
    e.package = Some(package.to_owned());
    e
}

fn arrived(vendor: &'static str, channel: Channel, t: i64) -> Evidence {
    Evidence { channel: Some(channel), ..seen(Link::Forward, Says::Pass, vendor, t) }
}

pub(super) fn case(evidence: Vec<Evidence>) -> Case {
    Case { evidence, log: LogFacts { read_text: true, ..LogFacts::default() }, ..Case::default() }
}

pub(super) fn phone(family: &str, manufacturer: &str, rom: &str) -> Device {
    Device {
        brand: Some(manufacturer.to_owned()),
        manufacturer: Some(manufacturer.to_owned()),
        family: Some(family.to_owned()),
        rom: Some(rom.to_owned()),
        rom_version: Some("10.0.0".to_owned()),
        ..Device::default()
    }
}

fn run(case: Case) -> Diagnosis {
    judge(case, &Catalog::builtin(), &Target::default())
}

pub(super) fn link(diagnosis: &Diagnosis, link: Link) -> &Judgement {
    diagnosis.chains[0].links.iter().find(|j| j.link == link).expect("every link is judged")
}

#[test]
fn the_first_broken_link_is_the_verdict_and_the_others_stand_beside_it() {
    let d = run(case(vec![
        code("huawei", "client", "2", 10),
        of("com.example.bank", finding("display.notifications-off", Says::Fail, 20)),
    ]));
    assert_eq!(d.verdict.state, VerdictState::Broken);
    assert_eq!(d.verdict.finding, "huawei.client.2");
    assert_eq!(
        d.verdict.also.iter().map(|a| a.finding.as_str()).collect::<Vec<_>>(),
        ["display.notifications-off"]
    );
}

#[test]
fn links_behind_a_break_are_skipped_unless_something_is_known() {
    let d = run(case(vec![code("huawei", "client", "2", 10)]));
    assert_eq!(link(&d, Link::Report).state, State::Skipped);
    let d = run(case(vec![code("huawei", "client", "2", 10), code("mgs", "rpc", "7001", 11)]));
    assert_eq!(link(&d, Link::Token).state, State::Fail);
    assert_eq!(link(&d, Link::Report).state, State::Fail);
}

#[test]
fn nothing_known_is_unknown_with_a_next_step_and_never_a_break() {
    let d = run(case(Vec::new()));
    assert_eq!(d.verdict.state, VerdictState::Inconclusive);
    for judgement in &d.chains[0].links {
        assert_eq!(judgement.state, State::Unknown);
        assert!(!judgement.summary.is_empty());
    }
}

#[test]
fn an_error_followed_by_a_success_is_a_pass_with_a_note() {
    let d = run(case(vec![
        code("huawei", "client", "907135000", 10),
        seen(Link::Token, Says::Pass, "huawei", 20),
    ]));
    assert_eq!(d.verdict.state, VerdictState::Healthy);
    assert_eq!(link(&d, Link::Token).state, State::Pass);
    assert!(!link(&d, Link::Token).notes.is_empty());
}

#[test]
fn a_held_token_survives_a_later_failed_request() {
    let d = run(case(vec![
        seen(Link::Token, Says::Pass, "huawei", 10),
        code("huawei", "client", "907135000", 3600),
    ]));
    assert_eq!(link(&d, Link::Token).state, State::Warn);
    assert_eq!(d.verdict.state, VerdictState::Degraded);
}

#[test]
fn a_token_that_was_given_back_is_no_longer_held() {
    let mut drop = finding("token.unregistered", Says::Note, 20);
    drop.drops_token = true;
    drop.vendor = Some(Text::Borrowed("huawei"));
    let d = run(case(vec![seen(Link::Token, Says::Pass, "huawei", 10), drop.clone()]));
    assert_eq!(link(&d, Link::Token).state, State::Fail);
    assert_eq!(d.verdict.finding, "token.unregistered");
    let d = run(case(vec![drop, seen(Link::Token, Says::Pass, "huawei", 30)]));
    assert_eq!(link(&d, Link::Token).state, State::Pass);
}

#[test]
fn cleared_data_void_a_token_without_breaking_the_link() {
    let mut reset = finding("token.app-reset", Says::Note, 20);
    reset.drops_token = true;
    let d = run(case(vec![seen(Link::Token, Says::Pass, "huawei", 10), reset]));
    assert_eq!(link(&d, Link::Token).state, State::Unknown);
}

#[test]
fn guards_against_repeated_calls_never_break_a_token() {
    let d = run(case(vec![seen(Link::Token, Says::Pass, "vivo", 10), code("vivo", "client", "1002", 20)]));
    assert_eq!(link(&d, Link::Token).state, State::Pass);
    let d = run(case(vec![code("vivo", "client", "1002", 20)]));
    assert_eq!(link(&d, Link::Token).state, State::Unknown);
}

#[test]
fn a_request_that_was_only_accepted_is_not_a_token() {
    let d = run(case(vec![seen(Link::Token, Says::Note, "huawei", 10)]));
    assert_eq!(link(&d, Link::Token).state, State::Unknown);
    assert_eq!(d.verdict.state, VerdictState::Inconclusive);
}

#[test]
fn at_equal_times_fail_beats_pass() {
    let d = run(case(vec![
        code("huawei", "client", "907135000", 10),
        seen(Link::Token, Says::Pass, "huawei", 10),
    ]));
    assert_eq!(link(&d, Link::Token).state, State::Fail);
}

#[test]
fn without_times_the_order_of_lines_counts_within_one_file_only() {
    let fail = || code("huawei", "client", "907135000", 0);
    let pass = || seen(Link::Token, Says::Pass, "huawei", 0);
    let d = run(case(vec![untimed(fail(), 0, 1), untimed(pass(), 0, 2)]));
    assert_eq!(link(&d, Link::Token).state, State::Pass);
    let d = run(case(vec![untimed(fail(), 0, 1), untimed(pass(), 1, 2)]));
    assert_eq!(link(&d, Link::Token).state, State::Fail);
}

#[test]
fn a_transient_code_seen_once_is_weak_and_over_two_process_starts_strong() {
    let once = code("huawei", "client", "907135004", 10);
    assert_eq!(once.retry, Some(Retry::Yes));
    let d = run(case(vec![once.clone()]));
    assert_eq!(link(&d, Link::Token).confidence, Confidence::Low);
    assert!(!link(&d, Link::Token).notes.is_empty());
    let mut twice = once;
    twice.repeat(Place { line: 90, time: Some(90_000_000), pid: Some(200), ..Place::default() });
    let d = run(case(vec![twice.clone()]));
    assert_eq!(link(&d, Link::Token).confidence, Confidence::High);
    let mut server = code("mgs", "rpc", "4001", 10);
    server.server = true;
    let d = run(case(vec![server]));
    assert_eq!(link(&d, Link::Report).confidence, Confidence::High);
}

#[test]
fn repeats_are_counted_once() {
    let mut e = code("huawei", "client", "6003", 10);
    for i in 0..99 {
        e.repeat(Place {
            line: 11 + i,
            time: Some(11_000_000 + i as i64),
            pid: Some(100),
            ..Place::default()
        });
    }
    let d = run(case(vec![e]));
    assert_eq!(link(&d, Link::Token).count, 100);
    assert_eq!(link(&d, Link::Token).evidence.len(), 2);
}

#[test]
fn a_vendor_arrival_proves_the_earlier_links_as_of_its_time() {
    let d = run(case(vec![arrived("xiaomi", Channel::Vendor, 10)]));
    for l in [Link::Eligibility, Link::Token, Link::Report, Link::Forward] {
        assert_eq!(link(&d, l).state, State::Pass, "{}", l.as_str());
    }
    let d = run(case(vec![code("xiaomi", "client", "70000001", 5), arrived("xiaomi", Channel::Vendor, 10)]));
    assert_eq!(link(&d, Link::Token).state, State::Pass);
    let d = run(case(vec![arrived("xiaomi", Channel::Vendor, 10), code("xiaomi", "client", "22006", 50)]));
    assert_ne!(link(&d, Link::Token).state, State::Pass);
}

#[test]
fn a_self_built_arrival_proves_nothing_about_the_vendor() {
    let d = run(case(vec![code("oppo", "client", "14", 5), arrived("", Channel::SelfBuilt, 10)]));
    assert_eq!(link(&d, Link::Token).state, State::Fail);
    assert_eq!(d.verdict.finding, "oppo.client.14");
    let d = run(case(vec![arrived("", Channel::SelfBuilt, 10)]));
    assert_eq!(link(&d, Link::Token).state, State::Unknown);
}

#[test]
fn accepted_proves_nothing_of_the_vendor() {
    let d = run(case(vec![seen(Link::Accept, Says::Pass, "", 10)]));
    assert_eq!(link(&d, Link::Token).state, State::Unknown);
    assert_eq!(link(&d, Link::Report).state, State::Unknown);
}

#[test]
fn a_proof_holds_only_for_the_same_app() {
    let mut c = case(vec![
        of("com.example.bank", code("xiaomi", "client", "22006", 5)),
        of("com.example.news", arrived("xiaomi", Channel::Vendor, 10)),
    ]);
    c.log.push_apps = vec!["com.example.bank".to_owned()];
    let d = run(c);
    assert_eq!(d.verdict.finding, "xiaomi.client.22006");
}

#[test]
fn the_proxy_line_names_the_own_vendor_before_brand_and_rom() {
    let mut c =
        case(vec![code("huawei", "client", "907135000", 5), seen(Link::Token, Says::Pass, "honor", 10)]);
    c.device = phone("huawei", "HUAWEI", "EMUI");
    c.log.proxies = vec![Proxy { vendor: "honor".into(), package: None }];
    let d = run(c);
    assert_eq!(d.verdict.state, VerdictState::Healthy);
    assert_eq!(d.verdict.vendor.as_deref(), Some("honor"));
}

#[test]
fn mps_manufacturer_comes_before_brand() {
    let mut c = case(vec![seen(Link::Token, Says::Pass, "xiaomi", 5)]);
    c.device = phone("huawei", "HUAWEI", "EMUI");
    c.log.manufacturer = Some("xiaomi".into());
    assert_eq!(run(c).verdict.vendor.as_deref(), Some("xiaomi"));
}

#[test]
fn old_honor_phones_made_by_huawei_use_huawei() {
    let mut c = case(vec![seen(Link::Token, Says::Pass, "huawei", 5)]);
    c.device = Device { brand: Some("HONOR".into()), ..phone("honor", "HUAWEI", "MagicOS") };
    let d = run(c);
    assert_eq!(d.verdict.vendor.as_deref(), Some("huawei"));
    assert_eq!(d.verdict.state, VerdictState::Healthy);
}

#[test]
fn missing_and_unsupported_answers_are_noise_on_another_brand() {
    for (vendor, number) in [
        ("huawei", "1"),
        ("huawei", "21"),
        ("honor", "8001000"),
        ("honor", "8002008"),
        ("oppo", "-2"),
        ("vivo", "101"),
    ] {
        let mut c =
            case(vec![code(vendor, "client", number, 5), seen(Link::Token, Says::Pass, "xiaomi", 10)]);
        c.device = phone("xiaomi", "Xiaomi", "MIUI");
        let d = run(c);
        assert_eq!(d.verdict.state, VerdictState::Healthy, "{vendor} {number}");
        // On the vendor's own phone the same answer breaks the chain.
        let (family, maker, rom) = match vendor {
            "huawei" => ("huawei", "HUAWEI", "EMUI"),
            "honor" => ("honor", "HONOR", "MagicOS"),
            "oppo" => ("oppo", "OPPO", "ColorOS"),
            _ => ("vivo", "vivo", "OriginOS"),
        };
        let mut c = case(vec![code(vendor, "client", number, 5)]);
        c.device = phone(family, maker, rom);
        assert_eq!(run(c).verdict.state, VerdictState::Broken, "{vendor} {number}");
    }
}

#[test]
fn another_vendors_error_never_breaks_the_own_chain() {
    let mut c =
        case(vec![code("huawei", "client", "907135000", 5), seen(Link::Token, Says::Pass, "xiaomi", 10)]);
    c.device = phone("xiaomi", "Xiaomi", "HyperOS");
    let d = run(c);
    assert_eq!(d.verdict.state, VerdictState::Healthy);
    assert!(d.chains.iter().any(|c| c.aside == Some(crate::diagnosis::Aside::OtherVendor)));
}

#[test]
fn other_apps_never_break_a_link() {
    let mut c = case(vec![
        of("com.example.bank", seen(Link::Token, Says::Pass, "huawei", 5)),
        of("com.other.shop", code("huawei", "client", "6003", 10)),
        of("com.other.game", finding("display.notifications-off", Says::Fail, 10)),
    ]);
    c.log.push_apps = vec!["com.example.bank".to_owned()];
    let d = run(c);
    assert_eq!(d.verdict.state, VerdictState::Healthy);
    let target = Target { package: Some("com.other.shop".into()), ..Target::default() };
    let c = case(vec![
        of("com.example.bank", seen(Link::Token, Says::Pass, "huawei", 5)),
        of("com.other.shop", code("huawei", "client", "6003", 10)),
    ]);
    assert_eq!(judge(c, &Catalog::builtin(), &target).verdict.finding, "huawei.client.6003");
}

#[test]
fn an_app_that_no_line_names_is_said_so() {
    let target = Target { package: Some("com.example.typo".into()), ..Target::default() };
    let evidence = || vec![of("com.example.bank", seen(Link::Token, Says::Pass, "huawei", 5))];
    let d = judge(case(evidence()), &Catalog::builtin(), &target);
    assert!(d.notes.iter().any(|n| n.en.contains("com.example.typo")));
    assert_ne!(d.verdict.state, VerdictState::Broken);
    assert!(run(case(evidence())).notes.is_empty());
}

#[test]
fn a_line_that_names_no_app_is_at_most_a_warning() {
    let mut e = finding("display.unnamed-suppression", Says::Warn, 10);
    e.unattributed = true;
    let d = run(case(vec![seen(Link::Token, Says::Pass, "oppo", 5), e]));
    assert_eq!(d.verdict.state, VerdictState::Degraded);
}

#[test]
fn users_are_judged_apart() {
    let mut clone = of("com.example.bank", seen(Link::Token, Says::Pass, "xiaomi", 20));
    clone.user = Some(999);
    let d = run(case(vec![of("com.example.bank", code("xiaomi", "client", "22006", 5)), clone]));
    assert_eq!(d.verdict.finding, "xiaomi.client.22006");
    assert_eq!(d.chains.iter().filter(|c| c.aside.is_none()).count(), 2);
}

#[test]
fn a_bind_error_breaks_nothing_but_messages_to_users() {
    let mut bind = code("mps", "client", "3012", 10);
    bind.vendor = None;
    bind.user_targets_only = true;
    let d = run(case(vec![seen(Link::Token, Says::Pass, "oppo", 5), bind]));
    assert_eq!(link(&d, Link::Report).state, State::Warn);
    assert_eq!(d.verdict.state, VerdictState::Degraded);
}

#[test]
fn a_token_that_the_server_calls_invalid_is_stale() {
    let mut e = code("huawei", "server", "80300007", 50);
    e.server = true;
    let d = run(case(vec![seen(Link::Token, Says::Pass, "huawei", 5), e.clone()]));
    assert_eq!(d.verdict.finding, "report.token-stale");
    assert_eq!(d.verdict.code, "80300007");
    // A report after that answer repaired it.
    let d = run(case(vec![e, seen(Link::Report, Says::Pass, "", 90)]));
    assert_eq!(link(&d, Link::Report).state, State::Pass);
}

#[test]
fn a_receipt_that_says_later_warns() {
    let mut e = code("huawei", "receipt", "15", 10);
    e.server = true;
    let d = run(case(vec![seen(Link::Token, Says::Pass, "huawei", 5), e]));
    assert_eq!(d.verdict.state, VerdictState::Degraded);
}

#[test]
fn a_phone_without_the_vendor_channel_that_gets_self_built_messages_is_degraded() {
    let mut c = case(vec![arrived("", Channel::SelfBuilt, 10)]);
    c.device = phone("huawei", "HUAWEI", "LineageOS");
    let d = run(c);
    assert_eq!(link(&d, Link::Eligibility).state, State::Warn);
    assert_eq!(d.verdict.state, VerdictState::Degraded);
    let mut c = case(Vec::new());
    c.device = phone("huawei", "HUAWEI", "LineageOS");
    let d = run(c);
    assert_eq!(d.verdict.finding, "eligibility.rom-not-vendor");
}

#[test]
fn a_phone_of_no_vendor_is_degraded_not_broken() {
    let mut c = case(vec![arrived("", Channel::SelfBuilt, 10)]);
    c.device = phone("samsung", "samsung", "OneUI");
    let d = run(c);
    assert_eq!(d.verdict.state, VerdictState::Degraded);
    assert_eq!(d.chains[0].channel, Some(Channel::SelfBuilt));
}

#[test]
fn a_force_stopped_app_loses_data_and_self_built_messages_but_not_vendor_notifications() {
    let stop = || of("com.example.bank", finding("display.force-stopped", Says::Fail, 20));
    let mut c = case(vec![of("com.example.bank", seen(Link::Token, Says::Pass, "oppo", 5)), stop()]);
    c.log.push_apps = vec!["com.example.bank".to_owned()];
    assert_eq!(link(&run(c), Link::Display).state, State::Warn);
    let mut c = case(vec![of("com.example.bank", seen(Link::Token, Says::Pass, "fcm", 5)), stop()]);
    c.log.push_apps = vec!["com.example.bank".to_owned()];
    assert_eq!(link(&run(c), Link::Display).state, State::Fail);
}

#[test]
fn the_long_connection_is_none_of_the_vendor_channels_business() {
    let down = || Evidence {
        channel: Some(Channel::SelfBuilt),
        ..finding("forward.long-link-down", Says::Warn, 20)
    };
    let d = run(case(vec![seen(Link::Token, Says::Pass, "oppo", 5), down()]));
    assert_eq!(d.verdict.state, VerdictState::Healthy);
    let d = run(case(vec![down()]));
    assert_eq!(link(&d, Link::Forward).state, State::Warn);
}

#[test]
fn a_cause_goes_before_the_code_that_only_wraps_it() {
    let d = run(case(vec![code("huawei", "client", "2", 10), code("huawei", "client", "907135003", 11)]));
    assert_eq!(d.verdict.finding, "huawei.client.2");
    assert_eq!(link(&d, Link::Token).also, ["huawei.client.907135003"]);
}

#[test]
fn with_a_message_in_hand_earlier_links_are_judged_as_of_its_time() {
    let mut message = arrived("", Channel::SelfBuilt, 50);
    message.message = Some("m1".into());
    let c = case(vec![
        code("xiaomi", "client", "22006", 10),
        message,
        seen(Link::Token, Says::Pass, "xiaomi", 90),
    ]);
    let target = Target { message: Some("m1".into()), ..Target::default() };
    let d = judge(c, &Catalog::builtin(), &target);
    assert_eq!(link(&d, Link::Token).state, State::Fail);
}

#[test]
fn check_and_skip_narrow_what_is_judged() {
    let evidence = || {
        vec![
            code("huawei", "client", "2", 10),
            of("com.example.bank", finding("display.notifications-off", Says::Fail, 20)),
        ]
    };
    let with = |only: &[&str], skip: &[&str]| Target {
        checks: CheckFilter {
            only: only.iter().map(|s| (*s).to_owned()).collect(),
            skip: skip.iter().map(|s| (*s).to_owned()).collect(),
        },
        ..Target::default()
    };
    let catalog = Catalog::builtin();
    let d = judge(case(evidence()), &catalog, &with(&[], &["huawei.client.2"]));
    assert_eq!(link(&d, Link::Token).state, State::Unknown);
    let d = judge(case(evidence()), &catalog, &with(&["display"], &[]));
    assert_eq!(link(&d, Link::Token).state, State::Unknown);
}

#[test]
fn the_verdict_is_one_sentence_in_either_language() {
    let mut c = case(vec![code("huawei", "client", "2", 10)]);
    c.device = phone("huawei", "HUAWEI", "EMUI");
    let summary = run(c).verdict.summary;
    let (en, zh) = (summary.en, summary.zh);
    assert!(
        en.starts_with("Broken at token (Huawei): ")
            && en.ends_with("[huawei client 2 SERVICE_VERSION_UPDATE_REQUIRED]"),
        "{en}"
    );
    assert!(zh.starts_with("断在厂商 token 环节（华为）：") && !zh.contains("。 "), "{zh}");
    // Seen once and likely to pass by itself: the sentence does not claim more.
    let d = run(case(vec![code("huawei", "client", "907135004", 10)]));
    assert!(d.verdict.summary.zh.starts_with("可能断在厂商 token 环节"), "{}", d.verdict.summary.zh);
    assert!(!link(&d, Link::Token).next.is_empty(), "a doubtful break says what would confirm it");
}

#[test]
fn an_unknown_eligibility_says_what_is_missing() {
    let reason = |family: Option<&str>, rom: Option<&str>| {
        let mut c = case(Vec::new());
        if let Some(family) = family {
            c.device = phone(family, family, "OriginOS");
            c.device.rom = rom.map(str::to_owned);
        }
        c.log.manufacturer = Some("vivo".to_owned());
        link(&run(c), Link::Eligibility).summary.en.clone()
    };
    assert!(reason(None, None).contains("getprop"));
    assert!(reason(Some("vivo"), None).contains("no ROM"));
    assert!(reason(Some("vivo"), Some("OriginOS")).contains("its own list"));
}
