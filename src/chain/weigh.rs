//! Rules that hold for every link: the newest evidence wins, repeats are counted once, a code that
//! may heal by itself is weak when seen once, and a later link proves the earlier ones.

use std::cmp::Ordering;

use crate::catalog::{Basis, Channel, Confidence, Kind, Link, Owner, Retry};
use crate::diagnosis::{JudgedCode, Judgement, State};
use crate::evidence::{Evidence, Place, Says};
use crate::lang::Bilingual;

use super::View;
use super::words;

/// Which of two pieces of evidence is the newer, by their last occurrences. Without times the
/// order of lines counts, and only within one file.
pub fn newer(a: &Evidence, b: &Evidence) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (a.last_time(), b.last_time())
        && a != b
    {
        return Some(a.cmp(&b));
    }
    let line = |e: &Evidence| e.places.iter().map(|p| (p.input, p.line)).max();
    match (line(a), line(b)) {
        (Some((ia, la)), Some((ib, lb)))
            if ia == ib && a.last_time().is_none() == b.last_time().is_none() =>
        {
            // At equal times fail beats pass, whatever the order of the lines.
            if a.last_time().is_some() { None } else { Some(la.cmp(&lb)) }
        }
        _ => None,
    }
}

/// The newest of some evidence; of equals the surer, then the later in order.
pub fn newest<'a>(evidence: impl IntoIterator<Item = &'a Evidence>) -> Option<&'a Evidence> {
    evidence.into_iter().reduce(|best, e| match newer(e, best) {
        Some(Ordering::Greater) => e,
        Some(Ordering::Less) => best,
        _ if e.confidence > best.confidence => e,
        _ => best,
    })
}

/// Whether `a` is certainly newer than `b`.
pub fn after(a: &Evidence, b: &Evidence) -> bool {
    newer(a, b) == Some(Ordering::Greater)
}

/// The failures among some evidence, the one to name first: codes that tell the cause before codes
/// that only say that something else failed, a code before a failure without one, then the newest.
/// Times do not count here, or a format without them would name another code.
pub fn lead<'a>(view: &View<'_>, failures: &[&'a Evidence]) -> Option<&'a Evidence> {
    let rank = |e: &Evidence| (!wraps(view, e), e.code.as_ref().is_some_and(|c| c.known), e.code.is_some());
    failures.iter().copied().reduce(|best, e| match rank(e).cmp(&rank(best)) {
        Ordering::Greater => e,
        Ordering::Less => best,
        Ordering::Equal => match newer(e, best) {
            Some(Ordering::Greater) => e,
            Some(_) => best,
            None if e.confidence > best.confidence => e,
            None => best,
        },
    })
}

/// Whether the code only says that something behind it failed.
fn wraps(view: &View<'_>, e: &Evidence) -> bool {
    e.code.as_ref().and_then(|c| view.catalog.code(&c.vendor, &c.side, &c.code)).is_some_and(|c| c.wrapper)
}

/// The places of evidence that a report shows: the first and the last.
pub fn places(e: &Evidence) -> Vec<Place> {
    match e.places.as_slice() {
        [] => Vec::new(),
        [one] => vec![one.clone()],
        [first, .., last] => vec![first.clone(), last.clone()],
    }
}

/// How sure a failure is. A transient code seen once breaks its link with low confidence, seen over
/// two process starts or by the server with high.
pub fn confidence(view: &View<'_>, e: &Evidence) -> Confidence {
    if e.retry != Some(Retry::Yes) || e.server {
        return e.confidence;
    }
    // The starts may stand in several files; the same file given twice has the same ids.
    let same = |o: &&&Evidence| o.link == e.link && o.says == e.says && o.finding == e.finding;
    let mut starts: Vec<u32> = view
        .evidence
        .iter()
        .filter(same)
        .flat_map(|o| o.pids.iter().copied())
        .chain(e.pids.iter().copied())
        .collect();
    starts.sort_unstable();
    starts.dedup();
    match (starts.len(), e.count) {
        (2.., _) => e.confidence,
        (_, 1) => Confidence::Low,
        _ => e.confidence.min(Confidence::Medium),
    }
}

/// A judgement that names one piece of evidence.
pub fn judged(view: &View<'_>, link: Link, state: State, e: &Evidence) -> Judgement {
    let mut judgement = Judgement {
        confidence: confidence(view, e),
        basis: e.basis,
        finding: if state == State::Pass { String::new() } else { e.finding.clone() },
        count: e.count,
        evidence: places(e),
        ..Judgement::new(link, state)
    };
    if state == State::Pass {
        judgement.summary = words::passed(view, link, e);
        if e.server && !e.remark.is_empty() {
            judgement.notes.push(e.remark.clone());
            judgement.source.clone_from(&e.source);
        }
        return judgement;
    }
    if let Some(code) = &e.code {
        let entry = view.catalog.code(&code.vendor, &code.side, &code.code);
        judgement.code = Some(JudgedCode {
            vendor: code.vendor.clone(),
            side: code.side.clone(),
            code: code.code.clone(),
            symbol: entry.map(|c| c.symbol.to_string()).unwrap_or_default(),
            kind: entry.map(|c| c.kind),
            retry: entry.map(|c| c.retry),
            team_note: entry.map(|c| c.team_note.to_string()).unwrap_or_default(),
        });
        match entry {
            Some(entry) => {
                judgement.owner = entry.owner;
                judgement.basis = entry.basis;
                judgement.summary = Bilingual::new(entry.en.meaning.as_ref(), entry.zh.meaning.as_ref());
                judgement.cause = Bilingual::new(entry.en.cause.as_ref(), entry.zh.cause.as_ref());
                judgement.advice = words::steps(&entry.en, &entry.zh);
                judgement.source = entry.source.first().map(ToString::to_string).unwrap_or_default();
                if !entry.same_as.is_empty() {
                    judgement.also.push(entry.same_as.to_string());
                }
                if entry.kind == Kind::Quota
                    && let Some(limit) =
                        super::server::limit_of(view.catalog, &code.vendor, &code.side, &entry.code)
                {
                    judgement.notes.push(super::server::words::quota(limit));
                }
            }
            None => {
                judgement.owner = Owner::AppDeveloper;
                judgement.basis = Basis::Inferred;
                judgement.summary = words::unknown_code(view, code);
                judgement.advice = words::unknown_code_steps();
            }
        }
    } else if let Some(finding) = view.catalog.finding(&e.finding) {
        judgement.owner = finding.owner;
        judgement.basis = if e.basis == Basis::None { finding.basis } else { e.basis };
        judgement.summary = Bilingual::new(finding.en.meaning.as_ref(), finding.zh.meaning.as_ref());
        judgement.cause = Bilingual::new(finding.en.cause.as_ref(), finding.zh.cause.as_ref());
        judgement.advice = words::steps(&finding.en, &finding.zh);
        judgement.source = finding.source.first().map(ToString::to_string).unwrap_or_default();
    }
    if !e.source.is_empty() {
        judgement.source.clone_from(&e.source);
    }
    if !e.remark.is_empty() {
        judgement.notes.push(e.remark.clone());
    }
    if e.retry == Some(Retry::Yes) && state == State::Fail && judgement.confidence == Confidence::Low {
        judgement.notes.push(words::may_have_healed());
    }
    judgement
}

/// Other findings of the same link, for the record.
pub fn others(lead: &Evidence, all: &[&Evidence]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for e in all {
        if !e.finding.is_empty() && e.finding != lead.finding && !out.contains(&e.finding) {
            out.push(e.finding.clone());
        }
    }
    out
}

/// The judgement of a link where the newest evidence wins and nothing is held.
pub fn by_newest(view: &View<'_>, link: Link, evidence: &[&Evidence]) -> Option<Judgement> {
    let says = |s: Says| evidence.iter().copied().filter(|e| e.says == s).collect::<Vec<_>>();
    let (fails, passes, warns) = (says(Says::Fail), says(Says::Pass), says(Says::Warn));
    let pass = newest(passes.iter().copied());
    if let Some(fail) = lead(view, &fails) {
        let last = newest(fails.iter().copied()).unwrap_or(fail);
        if let Some(pass) = pass.filter(|p| after(p, last)) {
            let mut judgement = judged(view, link, State::Pass, pass);
            judgement.notes.push(words::repaired(&fail.finding, fail.count));
            judgement.also = others(pass, &fails);
            return Some(judgement);
        }
        if let Some(perhaps) = perhaps_repaired(evidence, last) {
            return Some(perhaps_only(view, link, fail, perhaps));
        }
        let mut judgement = judged(view, link, State::Fail, fail);
        judgement.also.extend(others(fail, &[fails.as_slice(), warns.as_slice()].concat()));
        if pass.is_some() {
            judgement.notes.push(words::worked_before());
        }
        return Some(judgement);
    }
    if let Some(warn) = lead(view, &warns) {
        if let Some(pass) = pass.filter(|p| after(p, warn)) {
            let mut judgement = judged(view, link, State::Pass, pass);
            judgement.notes.push(words::repaired(&warn.finding, warn.count));
            return Some(judgement);
        }
        let mut judgement = judged(view, link, State::Warn, warn);
        judgement.also.extend(others(warn, &warns));
        return Some(judgement);
    }
    pass.map(|pass| judged(view, link, State::Pass, pass))
}

/// A line after `fail` that may be a success, in a format that lacks the tag to tell.
pub fn perhaps_repaired<'a>(evidence: &[&'a Evidence], fail: &Evidence) -> Option<&'a Evidence> {
    evidence.iter().copied().filter(|e| e.perhaps_pass).find(|e| !after(fail, e))
}

/// A failure that may have been repaired breaks nothing: the link is unknown, and says why.
pub fn perhaps_only(view: &View<'_>, link: Link, fail: &Evidence, perhaps: &Evidence) -> Judgement {
    let mut judgement = super::absence::unknown(view, link);
    judgement.evidence = [places(fail), places(perhaps)].concat();
    judgement.also = vec![fail.finding.clone()];
    judgement.summary = words::perhaps_repaired(&fail.finding);
    judgement
}

/// A message that came by the vendor's channel, or was shown from there, proves that the phone was
/// eligible, had a token and that MPS knew it, as of that time. A token proves eligibility.
pub fn prove_backwards(links: &mut [Judgement], view: &View<'_>) {
    for link in [Link::Token, Link::Report] {
        // Past MPS a message proves nothing of it, nor does the arrival of one that may have gone so.
        let proves = |e: &&Evidence| link == Link::Token || !e.direct && !sent_past_mps(view);
        let proof = newest(
            view.evidence
                .iter()
                .copied()
                .filter(|e| e.says == Says::Pass && e.channel == Some(Channel::Vendor))
                .filter(|e| matches!(e.link, Link::Forward | Link::Display))
                .filter(|e| e.vendor.is_some() || view.vendor.is_some())
                .filter(proves),
        );
        let Some(proof) = proof else { continue };
        let broken = newest(
            view.evidence
                .iter()
                .copied()
                .filter(|e| e.link == link && matches!(e.says, Says::Fail | Says::Warn)),
        );
        let Some(judgement) = links.iter_mut().find(|j| j.link == link) else { continue };
        let outdated = broken.is_some_and(|b| after(proof, b));
        match judgement.state {
            State::Unknown => *judgement = proven(view, link, proof),
            State::Fail | State::Warn if outdated => {
                let finding = judgement.finding.clone();
                let count = judgement.count;
                *judgement = proven(view, link, proof);
                judgement.notes.push(words::repaired(&finding, count));
            }
            _ => {}
        }
    }
    let token = links.iter().find(|j| j.link == Link::Token && j.state == State::Pass).cloned();
    if let (Some(token), Some(eligibility)) = (token, links.iter_mut().find(|j| j.link == Link::Eligibility))
        && eligibility.state == State::Unknown
    {
        eligibility.state = State::Pass;
        eligibility.confidence = token.confidence.min(Confidence::Medium);
        eligibility.basis = Basis::Inferred;
        eligibility.evidence = token.evidence;
        eligibility.summary = words::eligible_by_token(view);
        eligibility.next.clear();
        eligibility.notes.clear();
    }
}

/// Whether the only message at hand went straight to the vendor.
pub fn sent_past_mps(view: &View<'_>) -> bool {
    let by_mps = |e: &&&Evidence| {
        let sent = matches!(e.link, Link::Accept | Link::Route | Link::Forward);
        sent && e.server && e.says == Says::Pass && !e.direct
    };
    view.evidence.iter().any(|e| e.direct) && !view.evidence.iter().any(|e| by_mps(&e))
}

fn proven(view: &View<'_>, link: Link, proof: &Evidence) -> Judgement {
    let mut judgement = judged(view, link, State::Pass, proof);
    judgement.summary = match proof.server && proof.rule == "server.forward" {
        true => words::proven_by_vendor(link),
        false => words::proven_by_arrival(link),
    };
    judgement.confidence = proof.confidence.min(Confidence::Medium);
    judgement.basis = Basis::Inferred;
    judgement
}
