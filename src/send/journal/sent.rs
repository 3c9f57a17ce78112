//! One send as the lines of the journal tell it together.

use std::collections::HashMap;

use super::entry::{Entry, Event};
use crate::send::SendState;

/// One send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When the request left, in milliseconds since 1970.
    pub at: i64,
    pub via: String,
    pub action: String,
    /// A pseudonym, the same as in reports.
    pub target: String,
    pub msg_id: String,
    /// Unknown as long as there is no outcome.
    pub state: SendState,
    /// There is an outcome; without one the program was ended in between, or still runs.
    pub settled: bool,
    pub vendor_msg_id: String,
    pub request_id: String,
    /// `vendor.side.code`; empty where there is none.
    pub code: String,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
    pub(super) key: String,
    pub(super) same: String,
    /// Seconds.
    pub(super) ttl: u32,
}

impl Sent {
    fn new(entry: &Entry) -> Self {
        Sent {
            at: entry.at,
            via: entry.via.clone(),
            action: entry.action.clone(),
            target: entry.target.clone(),
            msg_id: entry.msg_id.clone(),
            state: SendState::Unknown,
            settled: false,
            vendor_msg_id: String::new(),
            request_id: String::new(),
            code: String::new(),
            revoked_at: None,
            key: entry.key.clone(),
            same: entry.same.clone(),
            ttl: entry.ttl,
        }
    }

    /// An entry that tells something further of this send.
    pub(super) fn entry(&self, event: Event, at: i64) -> Entry {
        Entry {
            at,
            event,
            key: self.key.clone(),
            via: self.via.clone(),
            action: self.action.clone(),
            target: self.target.clone(),
            same: self.same.clone(),
            ttl: self.ttl,
            msg_id: self.msg_id.clone(),
            state: self.state.as_str().to_owned(),
            vendor_msg_id: self.vendor_msg_id.clone(),
            request_id: self.request_id.clone(),
            code: self.code.clone(),
        }
    }
}

/// The sends of entries, in the order in which they began.
pub(super) fn fold(entries: &[Entry]) -> Vec<Sent> {
    let mut sends: Vec<Sent> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for entry in entries {
        let at = *places.entry(&entry.key).or_insert_with(|| {
            sends.push(Sent::new(entry));
            sends.len() - 1
        });
        let Some(sent) = sends.get_mut(at) else { continue };
        match entry.event {
            Event::Intent => {}
            Event::Outcome => {
                sent.settled = true;
                sent.state = entry.send_state();
                sent.vendor_msg_id = entry.vendor_msg_id.clone();
                sent.request_id = entry.request_id.clone();
                sent.code = entry.code.clone();
            }
            Event::Revoked => sent.revoked_at = Some(entry.at),
        }
    }
    sends
}
