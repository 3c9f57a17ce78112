//! Link 6: vendor channel: did the vendor's server take the message for this target, within its
//! limits? Self-built channel: was the long connection up, and did the message come through?

use crate::catalog::{Channel, Link};
use crate::diagnosis::Judgement;
use crate::evidence::{Evidence, Says};

use super::{View, absence, weigh};

pub fn judge(view: &View<'_>) -> Judgement {
    let all = view.of(Link::Forward);
    // What came by the long connection says nothing of a vendor's server.
    let vendor_answered = all.iter().any(|e| e.server && e.channel == Some(Channel::Vendor));
    let all: Vec<&Evidence> = all
        .into_iter()
        .filter(|e| !(vendor_answered && !e.server && e.channel == Some(Channel::SelfBuilt)))
        .filter(|e| !e.token_stale)
        // The long connection is none of the vendor channel's business.
        .filter(|e| {
            !(view.channel == Some(Channel::Vendor)
                && e.channel == Some(Channel::SelfBuilt)
                && e.says != Says::Pass)
        })
        .filter(|e| view.as_of.is_none_or(|t| e.last_time().is_none_or(|last| last >= t)))
        .collect();
    weigh::by_newest(view, Link::Forward, &all).unwrap_or_else(|| absence::unknown(view, Link::Forward))
}
