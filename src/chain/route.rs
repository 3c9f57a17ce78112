//! Link 5: did MPS choose the vendor's channel? And by which channel does this chain run at all.

use crate::catalog::{Channel, Link};
use crate::diagnosis::Judgement;
use crate::evidence::{Evidence, Says};

use super::own_vendor::Own;
use super::{View, absence, weigh, words};

/// The channel of a chain: the newest message tells, then a token, then a phone that has no other.
pub fn channel(view: &View<'_>) -> Option<Channel> {
    let arrived = weigh::newest(
        view.evidence
            .iter()
            .copied()
            .filter(|e| e.says == Says::Pass && e.channel.is_some() && is_message(e)),
    );
    if let Some(e) = arrived {
        return e.channel;
    }
    // A record says which way the newest message went, whether or not that was wanted.
    let went =
        view.evidence.iter().copied().filter(|e| e.server && e.link == Link::Route && e.channel.is_some());
    if let Some(e) = weigh::newest(went) {
        return e.channel;
    }
    if view.has_token() {
        return Some(Channel::Vendor);
    }
    match view.own {
        Own::NoVendor if view.vendor.is_none() => Some(Channel::SelfBuilt),
        _ => None,
    }
}

/// Lines about a message, as opposed to lines about the connection.
fn is_message(e: &Evidence) -> bool {
    matches!(e.link, Link::Route | Link::Display) || (e.link == Link::Forward && e.channel.is_some())
}

pub fn judge(view: &View<'_>) -> Judgement {
    // A phone without a vendor's channel has no other than the self-built one.
    let only_way = view.vendor.is_none() && matches!(view.own, Own::NoVendor);
    let softened: Vec<Evidence> = view
        .of(Link::Route)
        .into_iter()
        .map(|e| match only_way && e.finding == "route.self-built" && e.channel == Some(Channel::SelfBuilt) {
            true => Evidence { says: Says::Pass, finding: String::new(), ..e.clone() },
            false => e.clone(),
        })
        .collect();
    let all: Vec<&Evidence> = softened.iter().collect();
    if let Some(judgement) = weigh::by_newest(view, Link::Route, &all) {
        return judgement;
    }
    let mut judgement = absence::unknown(view, Link::Route);
    if view.channel == Some(Channel::SelfBuilt) && view.vendor.is_some() {
        judgement.notes.push(words::came_self_built());
    }
    judgement
}
