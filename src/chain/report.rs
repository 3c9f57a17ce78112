//! Link 3: did the token reach MPS, and is it the one that MPS holds?

use crate::catalog::{Channel, Link, Owner};
use crate::diagnosis::{Judgement, State};
use crate::evidence::{Evidence, Says};

use super::{View, absence, weigh, words};

pub fn judge(view: &View<'_>) -> Judgement {
    let all: Vec<&Evidence> = view
        .of(Link::Report)
        .into_iter()
        .filter(|e| view.as_of.is_none_or(|t| e.first_time().is_none_or(|first| first <= t)))
        .collect();
    // A server or receipt that calls the token invalid speaks of this link, newest first.
    let stale =
        weigh::newest(view.evidence.iter().copied().filter(|e| e.token_stale && e.says == Says::Fail));
    // A report after that answer repairs it, and so does a message that the vendor took later.
    let taken = view.evidence.iter().copied().filter(|e| {
        e.says == Says::Pass
            && e.channel == Some(Channel::Vendor)
            && matches!(e.link, Link::Forward | Link::Display)
            && (e.vendor.is_some() || view.vendor.is_some())
    });
    let reports = all.iter().copied().filter(|e| e.says == Says::Pass && !e.user_targets_only);
    let reported = weigh::newest(reports.chain(taken));
    if let Some(stale) = stale.filter(|s| reported.is_none_or(|r| !weigh::after(r, s))) {
        let mut judgement = weigh::judged(view, Link::Report, State::Fail, stale);
        let code = judgement.finding.clone();
        let words = words::of_finding(view, "report.token-stale", State::Fail);
        judgement.finding = words.finding;
        judgement.notes.push(words.summary);
        judgement.also.push(code);
        judgement.owner = if words.owner == Owner::None { judgement.owner } else { words.owner };
        return judgement;
    }
    // Binding a user matters only to messages that are sent to users.
    let (bind, report): (Vec<&Evidence>, Vec<&Evidence>) =
        all.iter().copied().partition(|e| e.user_targets_only);
    let bind_failed =
        weigh::by_newest(view, Link::Report, &bind).filter(|j| matches!(j.state, State::Fail | State::Warn));
    match (weigh::by_newest(view, Link::Report, &report), bind_failed) {
        (Some(judgement), None) => judgement,
        (Some(mut judgement), Some(bind)) => {
            if judgement.state == State::Pass {
                return warn_of_bind(bind);
            }
            judgement.also.push(bind.finding);
            judgement
        }
        (None, Some(bind)) => warn_of_bind(bind),
        (None, None) => absence::unknown(view, Link::Report),
    }
}

fn warn_of_bind(mut bind: Judgement) -> Judgement {
    bind.state = State::Warn;
    bind.notes.push(words::bind_only());
    bind
}
