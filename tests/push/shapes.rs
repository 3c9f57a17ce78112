//! Every code of the catalogue's `api` and `server` sides as the stand-ins answer it. The shapes are
//! the vendors'; that the catalogue finds the same code in them holds the two together.

use pushdoctor::catalog::answer::{DEPTH, all_fits, documents, unfold};
use pushdoctor::catalog::{Catalog, Code, Effect, Kind};

use super::mps::Mps;
use super::vendors::{ALL, NO_ANSWER, Vendor, honor, huawei, is_answer, oppo, vivo};
use super::wire::{Answer, Part, Service};

/// The codes that a way of sending can be answered with.
pub fn codes<'c>(catalog: &'c Catalog, via: &str) -> Vec<&'c Code> {
    let side = if via == "mps" { "api" } else { "server" };
    catalog.codes().filter(|c| c.vendor == via && c.side == side && is_answer(via, &c.code)).collect()
}

/// The part of an exchange in which a code comes.
pub fn part(via: &str, code: &str) -> Part {
    let login = match via {
        "huawei" => huawei::of_login(code),
        "honor" => honor::OF_LOGIN.contains(&code),
        "oppo" => oppo::OF_LOGIN.contains(&code),
        "vivo" => vivo::of_login(code),
        "fcm" => code == "invalid_grant",
        _ => false,
    };
    if login { Part::Login } else { Part::Send }
}

/// A code that the status alone carries: the body says nothing.
pub fn by_status(via: &str, code: &str) -> Option<u16> {
    let status = code.strip_prefix("HTTP ")?.parse().ok()?;
    ["huawei", "harmony"].contains(&via).then_some(status)
}

/// How a run must end by a code: states that may be, each with its exit code.
pub fn ends(via: &str, code: &Code) -> Vec<(&'static str, i32)> {
    let refused = ("refused", if code.kind == Kind::Credential { 2 } else { 1 });
    match by_status(via, &code.code) {
        // No readable answer stands behind it: it may have been taken.
        Some(status) if status >= 500 => return vec![("unknown", 3)],
        Some(_) => return vec![refused],
        None => {}
    }
    match (code.kind, code.effect) {
        (Kind::Ok, _) => vec![("accepted", 0)],
        // "Some of the targets", "later": a doubt is no refusal by itself.
        (_, Some(Effect::Warn)) => vec![refused, ("accepted", 0)],
        _ => vec![refused],
    }
}

fn answer(via: &str, code: &str) -> Answer {
    if via == "mps" { Mps::default().refusal(code) } else { Vendor::start(via).refusal(code) }
}

#[test]
fn the_catalogue_reads_every_answer_as_the_code_that_it_carries() {
    let catalog = Catalog::builtin();
    let mut count = 0;
    for via in ALL.iter().copied().chain(["mps"]) {
        for code in codes(&catalog, via) {
            count += 1;
            if by_status(via, &code.code).is_some() {
                continue;
            }
            let body = String::from_utf8(answer(via, &code.code).body).unwrap();
            let document = unfold(documents(&body).pop().unwrap_or_else(|| panic!("{body}")), DEPTH);
            let own = catalog.vendors().filter(|v| v.id == via);
            let found = all_fits(own, &document);
            let named = |c: &String| catalog.code(via, &code.side, c).is_some_and(|c| c.code == code.code);
            assert!(
                found.iter().any(|f| f.codes.iter().any(named)),
                "{via} {}: {body}: {found:?}",
                code.code
            );
        }
    }
    assert!(count > 400, "{count}");
}

#[test]
fn what_is_no_answer_is_a_code_all_the_same() {
    let catalog = Catalog::builtin();
    for (vendor, code, why) in NO_ANSWER {
        assert!(catalog.code(vendor, "server", code).is_some(), "{vendor} {code}: {why}");
    }
}
