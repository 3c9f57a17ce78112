//! Every pair of outcomes has one side, and no sentence claims what was not seen.

use super::*;
use crate::lang::is_chinese;

fn code(vendor: &str, side: &str, code: &str) -> CodeRef {
    CodeRef { vendor: vendor.into(), side: side.into(), code: code.into(), known: true }
}

fn leg(state: SendState, phone: OnPhone) -> Leg {
    Leg { state, step: Step::Send, codes: Vec::new(), later: None, phone, test: false }
}

fn refused(code: CodeRef) -> Leg {
    Leg { codes: vec![code], ..leg(SendState::Refused, OnPhone::NotWatched) }
}

/// Outcomes by a short name.
fn made(name: &str) -> Leg {
    use SendState::{Accepted, Unknown, Unsent};
    match name {
        "shown" => leg(Accepted, OnPhone::Shown),
        // An answer that got lost does not undo what the phone showed.
        "shown-unknown" => leg(Unknown, OnPhone::Shown),
        "kept" => leg(Accepted, OnPhone::Kept),
        "lost" => leg(Accepted, OnPhone::Nothing),
        "taken" => leg(Accepted, OnPhone::NotWatched),
        "unsent" => leg(Unsent, OnPhone::NotWatched),
        "unknown" => leg(Unknown, OnPhone::Nothing),
        "token" => refused(code("huawei", "server", "80300007")),
        "size" => refused(code("huawei", "server", "80300008")),
        "secret" => refused(code("huawei", "server", "80200001")),
        "login" => Leg { step: Step::Login, ..leg(SendState::Refused, OnPhone::NotWatched) },
        // MPS took it; its log shows the vendor's refusal.
        "later-token" => {
            Leg { later: Some(code("huawei", "server", "80300007")), ..leg(Accepted, OnPhone::Nothing) }
        }
        "later-secret" => {
            Leg { later: Some(code("huawei", "server", "80200001")), ..leg(Accepted, OnPhone::Nothing) }
        }
        "mps-switch" => refused(code("mps", "api", "3032")),
        "mps-key" => Leg { step: Step::Login, ..refused(code("mps", "api", "InvalidAccessKeyId.NotFound")) },
        other => panic!("{other}"),
    }
}

const SAYS: &[(&str, &str, Side, Confidence)] = &[
    ("shown", "shown", Side::None, Confidence::High),
    ("shown", "lost", Side::None, Confidence::High),
    ("shown", "taken", Side::None, Confidence::High),
    ("shown", "kept", Side::None, Confidence::High),
    ("shown", "token", Side::None, Confidence::High),
    ("shown", "login", Side::None, Confidence::High),
    ("shown", "unsent", Side::None, Confidence::High),
    ("shown-unknown", "lost", Side::None, Confidence::High),
    ("kept", "shown", Side::Mps, Confidence::Medium),
    ("kept", "kept", Side::Phone, Confidence::High),
    ("kept", "lost", Side::Phone, Confidence::High),
    ("kept", "taken", Side::Phone, Confidence::High),
    ("kept", "token", Side::Phone, Confidence::High),
    ("kept", "secret", Side::Phone, Confidence::High),
    ("kept", "unsent", Side::Phone, Confidence::High),
    ("lost", "shown", Side::Mps, Confidence::High),
    ("lost", "shown-unknown", Side::Mps, Confidence::High),
    ("lost", "kept", Side::Phone, Confidence::High),
    ("lost", "lost", Side::Phone, Confidence::Medium),
    ("lost", "taken", Side::Unknown, Confidence::Low),
    ("lost", "token", Side::Vendor, Confidence::Medium),
    ("lost", "secret", Side::Unknown, Confidence::Low),
    ("lost", "login", Side::Unknown, Confidence::Low),
    ("lost", "unsent", Side::Unknown, Confidence::Low),
    ("taken", "shown", Side::Unknown, Confidence::Low),
    ("taken", "kept", Side::Phone, Confidence::High),
    ("taken", "lost", Side::Unknown, Confidence::Low),
    ("taken", "taken", Side::Unknown, Confidence::Low),
    ("taken", "token", Side::Vendor, Confidence::Medium),
    ("taken", "login", Side::Unknown, Confidence::Low),
    ("taken", "unknown", Side::Unknown, Confidence::Low),
    ("unsent", "shown", Side::Unknown, Confidence::Low),
    ("unsent", "kept", Side::Phone, Confidence::Medium),
    ("unsent", "lost", Side::Unknown, Confidence::Low),
    ("unsent", "taken", Side::Unknown, Confidence::Low),
    ("unsent", "token", Side::Vendor, Confidence::Medium),
    ("unsent", "login", Side::Unknown, Confidence::Low),
    ("unsent", "unsent", Side::Unknown, Confidence::Low),
    ("unknown", "lost", Side::Unknown, Confidence::Low),
    ("later-token", "shown", Side::Mps, Confidence::High),
    ("later-token", "taken", Side::Mps, Confidence::High),
    ("later-token", "lost", Side::Mps, Confidence::Medium),
    ("later-token", "kept", Side::Mps, Confidence::Medium),
    ("later-token", "token", Side::Vendor, Confidence::High),
    ("later-token", "size", Side::Vendor, Confidence::Medium),
    ("later-token", "secret", Side::Unknown, Confidence::Low),
    ("later-token", "unsent", Side::Unknown, Confidence::Low),
    ("later-secret", "shown", Side::Mps, Confidence::High),
    ("later-secret", "secret", Side::Vendor, Confidence::High),
    ("mps-switch", "shown", Side::Mps, Confidence::High),
    ("mps-switch", "taken", Side::Mps, Confidence::High),
    ("mps-switch", "lost", Side::Mps, Confidence::Medium),
    ("mps-switch", "token", Side::Mps, Confidence::Medium),
    ("mps-switch", "login", Side::Unknown, Confidence::Low),
    ("mps-switch", "unsent", Side::Mps, Confidence::Low),
    ("mps-key", "shown", Side::Unknown, Confidence::Low),
    ("mps-key", "taken", Side::Unknown, Confidence::Low),
    ("mps-key", "token", Side::Vendor, Confidence::Medium),
    ("mps-key", "secret", Side::Unknown, Confidence::Low),
    ("mps-key", "unsent", Side::Unknown, Confidence::Low),
];

fn said(mps: &Leg, direct: &Leg, formal: Option<&Leg>, known: &Known) -> Bisection {
    bisect(&Catalog::builtin(), "huawei", mps, direct, formal, known)
}

#[test]
fn every_pair_of_outcomes_has_its_side() {
    for (mps, direct, side, confidence) in SAYS {
        let b = said(&made(mps), &made(direct), None, &Known::default());
        assert_eq!((b.side, b.confidence), (*side, *confidence), "{mps} {direct}: {}", b.summary.en);
    }
}

#[test]
fn every_sentence_is_one_sentence_in_both_languages_and_fits_what_was_seen() {
    let names: Vec<&str> = SAYS.iter().flat_map(|(m, d, ..)| [*m, *d]).collect();
    for mps in &names {
        for direct in &names {
            let b = said(&made(mps), &made(direct), None, &Known::default());
            let (en, zh) = (&b.summary.en, &b.summary.zh);
            assert!(en.ends_with('.') && en.matches(". ").count() == 0 && !en.contains('\n'), "{en}");
            assert!(zh.ends_with('。') && zh.matches('。').count() == 1, "{zh}");
            assert!(zh.chars().any(is_chinese) && !en.chars().any(is_chinese), "{en} {zh}");
            assert_eq!(crate::lang::spaced(zh), *zh);
            // Nothing is called shown that the phone did not show.
            let shown = [mps, direct].iter().any(|name| name.starts_with("shown"));
            assert!(shown || b.side != Side::None, "{mps} {direct}");
            assert!(shown || !en.contains("phone showed the") && !en.contains("showed both"), "{en}");
            // Only what was watched, or a code, puts the blame anywhere.
            if [mps, direct].iter().all(|name| ["taken", "unsent", "unknown", "login"].contains(*name)) {
                assert_eq!(b.side, Side::Unknown, "{mps} {direct}");
            }
        }
    }
}

#[test]
fn what_nobody_watched_is_settled_by_watching() {
    let b = said(&made("taken"), &made("taken"), None, &Known::default());
    assert!(b.summary.en.contains("--adb") && b.summary.zh.contains("--adb"));
}

#[test]
fn a_direct_login_that_is_refused_says_nothing_of_mps() {
    let b = said(&made("lost"), &made("login"), None, &Known::default());
    assert!(b.summary.en.contains("says nothing about MPS"), "{}", b.summary.en);
}

#[test]
fn what_works_only_with_the_test_flag_hints_at_quota_or_review() {
    let test = Leg { test: true, ..made("shown") };
    let alone = said(&made("lost"), &test, None, &Known::default());
    assert_eq!(alone.side, Side::Unknown);
    assert!(alone.summary.en.contains("quota and review"), "{}", alone.summary.en);
    let formal = said(&made("lost"), &test, Some(&made("lost")), &Known::default());
    assert_eq!((formal.side, formal.confidence), (Side::Vendor, Confidence::Medium));
    // The flag made no difference: then it is MPS.
    let same = said(&made("lost"), &test, Some(&made("shown")), &Known::default());
    assert_eq!(same.side, Side::Mps);
    let both = said(&made("shown"), &test, None, &Known::default());
    assert_eq!(both.side, Side::None);
    let quota = Leg { later: Some(code("vivo", "server", "10070")), ..made("lost") };
    let b = bisect(&Catalog::builtin(), "vivo", &quota, &test, None, &Known::default());
    assert_eq!(b.side, Side::Vendor, "{}", b.summary.en);
}

#[test]
fn the_device_state_adds_why_mps_may_have_lost_it() {
    let no_token = Known { vendor_token: Some(false), ..Known::default() };
    let b = said(&made("lost"), &made("shown"), None, &no_token);
    assert!(b.summary.en.contains("no vendor token") && b.summary.zh.contains("没有该设备的厂商 token"));
    let other = Known { vendor_token: Some(true), vendor: Some("xiaomi".into()), online: None };
    let b = said(&made("lost"), &made("shown"), None, &other);
    assert!(b.summary.en.contains("takes the phone for one of Xiaomi"), "{}", b.summary.en);
}
