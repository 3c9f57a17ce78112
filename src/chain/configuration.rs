//! How the app is made, weighed after all that happened on the phone.
//!
//! What a phone shows goes before what a file lets expect: a token that was issued stays issued. An
//! error that the phone shows stays the finding, with what the files add to it.

use crate::catalog::{Confidence, Link};
use crate::diagnosis::{Judgement, State, Verdict, VerdictState};
use crate::evidence::{Evidence, Says};
use crate::source::Case;

use super::{View, weigh, words};

/// Adds what the app's files say of a link to its judgement.
pub fn weigh_in(view: &View<'_>, judgement: &mut Judgement) {
    if !view.target.checks.judges(judgement.link) {
        return;
    }
    if judgement.state == State::Fail {
        combine(view, judgement);
    }
    let of_link = || view.evidence.iter().copied().filter(|e| e.configuration && e.link == judgement.link);
    let says = |says: Says| of_link().filter(|e| e.says == says).collect::<Vec<&Evidence>>();
    let (fails, warns) = (says(Says::Fail), says(Says::Warn));
    let all = [fails.as_slice(), warns.as_slice()].concat();
    let Some(lead) = all.first().copied() else { return note_passed(view, judgement) };
    match judgement.state {
        State::Pass => {
            judgement.notes.push(words::works_though(&lead.finding));
            judgement.also.extend(all.iter().map(|e| e.finding.clone()));
        }
        State::Fail | State::Warn if judgement.state == State::Fail || fails.is_empty() => {
            judgement.notes.extend(all.iter().map(|e| words::files_add(view, e)));
            judgement.also.extend(all.iter().map(|e| e.finding.clone()));
        }
        State::NotApplicable | State::Skipped => {}
        _ => {
            let state = if fails.is_empty() { State::Warn } else { State::Fail };
            let before = std::mem::replace(judgement, weigh::judged(view, judgement.link, state, lead));
            judgement.evidence.clone_from(&lead.places);
            judgement.notes.extend(all.iter().skip(1).map(|e| words::files_add(view, e)));
            judgement.also = before.also;
            judgement.also.extend(weigh::others(lead, &all));
            if before.state == State::Warn {
                judgement.also.push(before.finding);
            }
        }
    }
    judgement.also.sort();
    judgement.also.dedup();
    let finding = judgement.finding.clone();
    judgement.also.retain(|f| *f != finding && !f.is_empty());
}

/// Where nothing else tells of the token, that the files show no fault is worth a remark.
fn note_passed(view: &View<'_>, judgement: &mut Judgement) {
    if judgement.link != Link::Token || judgement.state != State::Unknown {
        return;
    }
    let checks = view.case.configuration.iter().flat_map(|c| c.checks.iter());
    let own = checks.filter(|c| c.vendor.is_some() && c.vendor.as_deref() == view.vendor);
    let passed = own.filter(|c| c.state == State::Pass).count();
    if passed > 0 {
        judgement.notes.push(words::files_show_no_fault(view, passed));
    }
}

/// A code behind which the app's certificate or package name stands, with the app's own.
fn combine(view: &View<'_>, judgement: &mut Judgement) {
    let Some(code) = &judgement.code else { return };
    let Some(rules) = view.catalog.vendor(&code.vendor).and_then(|v| v.app.as_ref()) else { return };
    let Some(app) = &view.case.app else { return };
    let named =
        |list: &[crate::catalog::Text]| list.iter().any(|c| *c == format!("{}.{}", code.side, code.code));
    if named(&rules.certificate_codes) {
        let found: Vec<&str> = app.certificates.iter().map(|(c, _)| c.sha256.as_str()).collect();
        if !found.is_empty() {
            judgement.notes.push(words::signed_with(&found));
        }
    }
    if named(&rules.package_codes)
        && let Some(package) = app.package()
    {
        judgement.notes.push(words::app_is(package));
    }
}

/// A verdict over the app's files alone: where no check found fault, nothing is broken as far as
/// files can tell, and the sentence says how far that is.
pub fn only(case: &Case, verdict: &mut Verdict) {
    let Some(configuration) = &case.configuration else { return };
    // What concerns every vendor is said once, not once a chain.
    let common =
        |finding: &str| configuration.checks.iter().any(|c| c.vendor.is_none() && c.finding == finding);
    let mut said = vec![verdict.finding.clone()];
    verdict.also.retain(|also| {
        let again = common(&also.finding) && said.contains(&also.finding);
        said.push(also.finding.clone());
        !again
    });
    let nothing_else = !case.log.read_text && case.properties.is_empty();
    if !nothing_else || verdict.state != VerdictState::Inconclusive {
        return;
    }
    let passed = configuration.checks.iter().filter(|c| c.state == State::Pass).count();
    let vendors: Vec<_> = configuration.vendors.iter().map(|(_, name)| name.clone()).collect();
    if passed == 0 || vendors.is_empty() {
        return;
    }
    verdict.state = VerdictState::Healthy;
    verdict.confidence = Confidence::Low;
    verdict.summary = words::files_pass(passed, &vendors);
}
