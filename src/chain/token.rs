//! Link 2: did the vendor's SDK issue a token? A token that is held stays held until it is given
//! back, the app's data go, or somebody says that it is invalid; a guard against repeated calls
//! never breaks it.

use crate::catalog::{Basis, Confidence, Link};
use crate::diagnosis::{Judgement, State};
use crate::evidence::{Evidence, Says};

use super::own_vendor::Own;
use super::{View, absence, weigh, words};

pub fn judge(view: &View<'_>) -> Judgement {
    let all: Vec<&Evidence> = view
        .of(Link::Token)
        .into_iter()
        .filter(|e| !is_noise(view, e))
        .filter(|e| view.as_of.is_none_or(|t| e.first_time().is_none_or(|first| first <= t)))
        .collect();
    let says = |s: Says| all.iter().copied().filter(|e| e.says == s).collect::<Vec<_>>();
    let (fails, warns, guards) = (says(Says::Fail), says(Says::Warn), says(Says::Guard));
    let pass = weigh::newest(says(Says::Pass).iter().copied());
    let drop = weigh::newest(all.iter().copied().filter(|e| e.drops_token));
    let last_fail = weigh::newest(fails.iter().copied());
    let held = pass.filter(|p| drop.is_none_or(|d| !weigh::after(d, p)));
    // A list that may be cut down says nothing against a token that a line shows.
    let weak = |e: &&Evidence| super::stated::is_stated(e) && e.confidence < Confidence::High;
    let fails: Vec<&Evidence> = fails.into_iter().filter(|e| held.is_none() || !weak(e)).collect();
    let warns: Vec<&Evidence> = warns.into_iter().filter(|e| held.is_none() || !weak(e)).collect();

    if let Some(pass) = held {
        let mut judgement = weigh::judged(view, Link::Token, State::Pass, pass);
        if let (Some(last), Some(fail)) = (last_fail, weigh::lead(view, &fails)) {
            if weigh::after(pass, last) {
                judgement.notes.push(words::repaired(&fail.finding, fail.count));
            } else if weigh::after(last, pass) || super::stated::is_stated(last) {
                // A dump without a time tells nothing against a token that a line shows.
                judgement = weigh::judged(view, Link::Token, State::Warn, fail);
                judgement.notes.push(words::still_held());
            } else {
                // At equal times fail beats pass.
                judgement = weigh::judged(view, Link::Token, State::Fail, fail);
                judgement.notes.push(words::worked_before());
            }
            judgement.also = weigh::others(fail, &fails);
        } else if let Some(warn) =
            weigh::lead(view, &warns).filter(|w| weigh::after(w, pass) && w.confidence > Confidence::Low)
        {
            judgement = weigh::judged(view, Link::Token, State::Warn, warn);
        } else {
            // Hints that are not sure say little against a token that is held.
            judgement.also = weigh::others(pass, &warns);
        }
        if !guards.is_empty() {
            judgement.notes.push(words::guards(guards.iter().map(|g| g.count).sum()));
        }
        return judgement;
    }
    if let (Some(drop), true) = (drop, drop.is_some_and(|d| last_fail.is_none_or(|f| weigh::after(d, f)))) {
        // Cleared data void the old token; whether a new one was made, the log does not say.
        if drop.finding == "token.app-reset" && last_fail.is_none() {
            let mut judgement = absence::unknown(view, Link::Token);
            judgement.summary = words::app_reset();
            judgement.evidence = weigh::places(drop);
            return judgement;
        }
        if drop.finding != "token.app-reset" {
            let mut judgement = weigh::judged(view, Link::Token, State::Fail, drop);
            judgement.also = weigh::others(drop, &[fails.as_slice(), warns.as_slice()].concat());
            return judgement;
        }
    }
    if let (Some(fail), Some(last)) = (weigh::lead(view, &fails), last_fail) {
        if let Some(perhaps) = weigh::perhaps_repaired(&all, last) {
            return weigh::perhaps_only(view, Link::Token, fail, perhaps);
        }
        let mut judgement = weigh::judged(view, Link::Token, State::Fail, fail);
        judgement.also = weigh::others(fail, &[fails.as_slice(), warns.as_slice()].concat());
        if *view.own == Own::Unknown && fail.elsewhere {
            judgement.confidence = Confidence::Low;
        }
        return judgement;
    }
    if let Some(warn) = weigh::lead(view, &warns) {
        return weigh::judged(view, Link::Token, State::Warn, warn);
    }
    let mut judgement = absence::unknown(view, Link::Token);
    if let Some(guard) = guards.first() {
        judgement.evidence = weigh::places(guard);
        judgement.summary = words::only_guards();
    } else if let Some(note) = says(Says::Note)
        .iter()
        .copied()
        .find(|n| n.vendor.is_some() && !n.drops_token && !super::stated::is_stated(n))
    {
        judgement.evidence = weigh::places(note);
        judgement.basis = Basis::None;
        judgement.summary = words::asked_not_answered();
    }
    judgement
}

/// Whether a "missing" or "unsupported" answer says nothing here: on a phone of another brand, and
/// on a phone of unknown brand unless it stands in mPaaS's own line.
pub fn is_noise(view: &View<'_>, e: &Evidence) -> bool {
    if !e.elsewhere {
        return false;
    }
    let vendor = e.vendor.as_deref().unwrap_or_default();
    match view.own {
        Own::Known(own) | Own::Guessed(own) => own != vendor,
        Own::NoVendor => vendor != "fcm",
        Own::Unknown => !e.rule.contains("mpaas-") && !e.rule.starts_with("mps."),
    }
}
