//! Which records speak of the same message: a row that holds two ids ties them, so that the sender's
//! id, MPS's own and the vendor's lead to one another.

use std::collections::HashMap;

use super::keys::message_keys;
use crate::source::server_log::record::Record;

/// Ids of messages that are tied to one another.
#[derive(Debug, Default)]
pub struct Groups<'a> {
    at: HashMap<&'a str, usize>,
    parent: Vec<usize>,
    /// By root: how many different targets the records of the message name.
    targets: HashMap<usize, [Distinct<'a>; 4]>,
}

/// None, one, or several values.
#[derive(Clone, Copy, Debug, Default)]
enum Distinct<'a> {
    #[default]
    None,
    One(&'a str),
    Several,
}

impl<'a> Groups<'a> {
    /// Ties the ids of all records.
    pub fn of(records: &'a [Record]) -> Self {
        let mut groups = Groups::default();
        for record in records {
            let mut ids = message_keys(record);
            let Some(first) = ids.next() else { continue };
            let first = groups.node(first);
            for id in ids {
                let other = groups.node(id);
                groups.union(first, other);
            }
        }
        // A parent never has a higher number than its child: one pass makes all chains short.
        for node in 0..groups.parent.len() {
            let root = groups.root(node);
            if let Some(parent) = groups.parent.get_mut(node) {
                *parent = root;
            }
        }
        for record in records {
            let Some(root) = groups.root_of(record) else { continue };
            let seen = groups.targets.entry(root).or_default();
            let values = [&record.vendor_token, &record.ad_token, &record.device, &record.user];
            for (seen, value) in seen.iter_mut().zip(values) {
                *seen = match *seen {
                    seen if value.is_empty() => seen,
                    Distinct::None => Distinct::One(value),
                    Distinct::One(known) if known == value => Distinct::One(known),
                    _ => Distinct::Several,
                };
            }
        }
        groups
    }

    fn node(&mut self, id: &'a str) -> usize {
        *self.at.entry(id).or_insert_with(|| {
            self.parent.push(self.parent.len());
            self.parent.len() - 1
        })
    }

    fn root(&self, mut node: usize) -> usize {
        while let Some(up) = self.parent.get(node).filter(|up| **up != node) {
            node = *up;
        }
        node
    }

    /// The root, with the chain halved on the way.
    fn shorten(&mut self, mut node: usize) -> usize {
        while let Some(up) = self.parent.get(node).copied().filter(|up| *up != node) {
            let above = self.parent.get(up).copied().unwrap_or(up);
            if let Some(parent) = self.parent.get_mut(node) {
                *parent = above;
            }
            node = above;
        }
        node
    }

    /// The lower root stays, so that chains of parents always end.
    fn union(&mut self, a: usize, b: usize) {
        let (a, b) = (self.shorten(a), self.shorten(b));
        let (low, high) = (a.min(b), a.max(b));
        if let Some(parent) = self.parent.get_mut(high) {
            *parent = low;
        }
    }

    /// The message that an id belongs to.
    pub fn root_of_id(&self, id: &str) -> Option<usize> {
        self.at.get(id).map(|node| self.root(*node))
    }

    /// The message that a record is about.
    pub fn root_of(&self, record: &Record) -> Option<usize> {
        message_keys(record).next().and_then(|id| self.root_of_id(id))
    }

    /// Whether the records of a message name several targets of one kind.
    pub fn several_targets(&self, root: usize) -> bool {
        self.targets.get(&root).is_some_and(|t| t.iter().any(|d| matches!(d, Distinct::Several)))
    }
}
