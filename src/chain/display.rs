//! Link 7: did the phone show it? Permission, channel, force-stop, click target.

use crate::catalog::{Channel, Link};
use crate::diagnosis::{Judgement, State};
use crate::evidence::{Evidence, Says};

use super::{View, absence, weigh, words};

pub fn judge(view: &View<'_>) -> Judgement {
    let all: Vec<&Evidence> = view
        .of(Link::Display)
        .into_iter()
        .filter(|e| view.as_of.is_none_or(|t| e.last_time().is_none_or(|last| last >= t)))
        .collect();
    // A vendor's notification is shown by the vendor's service even when the app is stopped, so
    // that must not hide what really keeps it from being shown.
    let shows_itself = view.vendor.is_some_and(|v| v != "fcm") && view.channel != Some(Channel::SelfBuilt);
    let is_stop = |e: &Evidence| e.finding == "display.force-stopped" && e.says == Says::Fail;
    let softened: Vec<Evidence> = all
        .iter()
        .map(|e| match shows_itself && is_stop(e) {
            true => Evidence { says: Says::Warn, ..(*e).clone() },
            false => (*e).clone(),
        })
        .collect();
    let all: Vec<&Evidence> = softened.iter().collect();
    let Some(mut judgement) = weigh::by_newest(view, Link::Display, &all) else {
        return absence::unknown(view, Link::Display);
    };
    if judgement.state == State::Warn && judgement.finding == "display.force-stopped" && shows_itself {
        judgement.notes.push(words::vendor_shows_itself());
    }
    if judgement.state == State::Fail {
        // A notification of an app that is not seen to use push proves nothing about push.
        if !app_uses_push(view) {
            judgement.state = State::Warn;
            judgement.notes.push(words::app_not_seen_to_push(view));
        }
    }
    judgement
}

/// Whether anything but the system's remark ties the app to push.
fn app_uses_push(view: &View<'_>) -> bool {
    view.target.package.is_some()
        || view.package.is_some_and(|p| view.case.log.push_apps.iter().any(|a| a == p))
        || view.evidence.iter().any(|e: &&Evidence| {
            !e.rule.starts_with("mps.android-")
                && !super::stated::is_stated(e)
                && (e.link != Link::None)
                && e.says != Says::Guard
        })
}
