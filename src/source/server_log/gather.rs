//! The records that may concern one phone, out of logs of any size.
//!
//! A server's log speaks of millions of phones. What shares an id with the phone in question is
//! kept, and what shares an id with that, in as many readings as it takes; of the rest only so much
//! as a small log has, so that a log that speaks of one phone only is still judged whole.

use std::collections::HashSet;

use super::record::Record;

/// Records of others that are kept.
const OTHERS: usize = 20_000;
/// Records of the phone that are kept.
const KEPT: usize = 200_000;
/// Ids that are followed.
const IDS: usize = 100_000;

/// Records on their way into a case.
#[derive(Debug, Default)]
pub struct Gathered {
    known: HashSet<String>,
    kept: Vec<Record>,
    others: Vec<Record>,
    /// Records of others that were left out.
    pub left_out: u64,
    /// Records of the phone that were left out, for want of room.
    pub overflow: u64,
    grew: bool,
}

impl Gathered {
    /// `seeds` are the ids that are known to be the phone's, its user's or the message's.
    pub fn new(seeds: impl IntoIterator<Item = String>) -> Self {
        Gathered { known: seeds.into_iter().filter(|s| !s.is_empty()).collect(), ..Gathered::default() }
    }

    /// Takes a record, or counts it.
    pub fn add(&mut self, record: Record) {
        if ids(&record).any(|id| self.known.contains(id)) {
            for id in ids(&record) {
                if self.known.len() < IDS && self.known.insert(id.to_owned()) {
                    self.grew = true;
                }
            }
            if self.kept.len() < KEPT {
                self.kept.push(record);
            } else {
                self.overflow += 1;
            }
        } else if self.others.len() < OTHERS {
            self.others.push(record);
        } else {
            self.left_out += 1;
        }
    }

    /// Whether records that were left out may concern the phone after all, by ids that were learned
    /// since: the logs are to be read once more, by what [`Gathered::again`] returns.
    pub fn wants_more(&self) -> bool {
        self.grew && self.left_out > 0
    }

    /// A fresh start with all ids that are known by now.
    pub fn again(self) -> Self {
        Gathered { known: self.known, ..Gathered::default() }
    }

    /// The records in the order in which they were read.
    pub fn into_records(self) -> Vec<Record> {
        let mut all = self.kept;
        all.extend(self.others);
        all.sort_by_key(|r| (r.place.input, r.place.line, r.part));
        all
    }
}

/// The ids by which records are tied to one another.
fn ids(record: &Record) -> impl Iterator<Item = &str> {
    [
        &record.user,
        &record.device,
        &record.ad_token,
        &record.vendor_token,
        &record.msg_id,
        &record.core_msg_id,
        &record.vendor_msg_id,
        &record.trace_id,
    ]
    .into_iter()
    .map(String::as_str)
    .filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: u64, msg: &str, core: &str, token: &str) -> Record {
        let mut record = Record {
            msg_id: msg.into(),
            core_msg_id: core.into(),
            vendor_token: token.into(),
            ..Record::default()
        };
        record.place.line = line;
        record
    }

    #[test]
    fn a_row_that_stands_before_the_one_that_ties_it_is_found_in_a_second_reading() {
        let rows = |sink: &mut Gathered| {
            sink.add(record(1, "", "core-1", ""));
            (2..=OTHERS as u64 + 10).for_each(|n| sink.add(record(n, "", &format!("other-{n}"), "")));
            sink.add(record(1_000_000, "", "core-9", ""));
            sink.add(record(1_000_001, "msg-1", "core-9", "token"));
            sink.add(record(1_000_002, "msg-1", "core-1", ""));
        };
        let mut gathered = Gathered::new(["token".to_owned()]);
        rows(&mut gathered);
        assert!(gathered.wants_more());
        let mut gathered = gathered.again();
        rows(&mut gathered);
        assert!(!gathered.wants_more());
        let records = gathered.into_records();
        for line in [1, 1_000_000, 1_000_001, 1_000_002] {
            assert!(records.iter().any(|r| r.place.line == line), "{line}");
        }
        assert_eq!(records.len(), OTHERS + 4);
    }
}
