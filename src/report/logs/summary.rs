//! How many records there are of each vendor and code, and when.

use std::collections::BTreeMap;

use crate::source::server_log::record::{Record, RecordKind};

/// Different groups that are told apart; a hostile log makes no more.
const GROUPS: usize = 10_000;

/// What records are counted by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    pub kind: RecordKind,
    pub vendor: String,
    /// The side and the code, where the record has one.
    pub side: String,
    pub code: String,
    pub result: String,
}

/// How many and when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    pub records: u64,
    pub first: Option<i64>,
    pub last: Option<i64>,
}

/// Records by kind, vendor and code.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    groups: BTreeMap<Group, Count>,
    /// Records that made a group too many.
    pub others: u64,
    pub records: u64,
}

impl Summary {
    /// Counts one record.
    pub fn add(&mut self, record: &Record) {
        self.records += 1;
        let code = record.code.as_ref();
        let vendor = code.map(|c| c.vendor.as_str()).filter(|v| !v.is_empty());
        let group = Group {
            kind: record.kind,
            vendor: vendor.or(record.vendor.as_deref()).unwrap_or_default().to_owned(),
            side: code.map(|c| c.side.clone()).unwrap_or_default(),
            code: code.map(|c| c.code.clone()).unwrap_or_default(),
            result: record.result.clone(),
        };
        if self.groups.len() >= GROUPS && !self.groups.contains_key(&group) {
            self.others += 1;
            return;
        }
        let count = self.groups.entry(group).or_default();
        count.records += 1;
        if let Some(time) = record.place.time {
            count.first = Some(count.first.map_or(time, |first| first.min(time)));
            count.last = Some(count.last.map_or(time, |last| last.max(time)));
        }
    }

    /// The groups, the largest first.
    pub fn groups(&self) -> Vec<(&Group, &Count)> {
        let mut groups: Vec<_> = self.groups.iter().collect();
        groups.sort_by(|a, b| b.1.records.cmp(&a.1.records).then_with(|| a.0.cmp(b.0)));
        groups
    }
}
