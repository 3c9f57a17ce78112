//! Gathers evidence so that memory stays bounded: repeats are counted, not copied.

use std::collections::HashMap;

use crate::catalog::{Link, Text};
use crate::evidence::{Evidence, Says};

/// What makes two pieces of evidence the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    link: Link,
    says: Says,
    vendor: Option<Text>,
    package: Option<String>,
    user: Option<u32>,
    finding: String,
    rule: Text,
    input: usize,
    /// Only while the app is not known: the process decides later whose it is.
    pid: Option<u32>,
    unattributed: bool,
    perhaps_pass: bool,
    message: Option<String>,
}

/// The most different pieces of evidence that are kept; a hostile log makes no more.
const MOST: usize = 2048;

/// Evidence in the order in which it was first seen.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    pub evidence: Vec<Evidence>,
    keys: HashMap<Key, usize>,
    /// Pieces that were dropped because there were too many different ones.
    pub dropped: u64,
}

impl Collected {
    /// Adds one occurrence.
    pub fn add(&mut self, evidence: Evidence) {
        let Some(place) = evidence.places.last().cloned() else { return };
        let key = Key {
            link: evidence.link,
            says: evidence.says,
            vendor: evidence.vendor.clone(),
            package: evidence.package.clone(),
            user: evidence.user,
            finding: evidence.finding.clone(),
            rule: evidence.rule.clone(),
            input: place.input,
            pid: if evidence.package.is_none() { place.pid } else { None },
            unattributed: evidence.unattributed,
            perhaps_pass: evidence.perhaps_pass,
            message: evidence.message.clone(),
        };
        if let Some(known) = self.keys.get(&key).and_then(|i| self.evidence.get_mut(*i)) {
            known.repeat(place);
            return;
        }
        if self.evidence.len() >= MOST {
            self.dropped += 1;
            return;
        }
        self.keys.insert(key, self.evidence.len());
        let mut evidence = evidence;
        evidence.pids.extend(place.pid);
        self.evidence.push(evidence);
    }
}
