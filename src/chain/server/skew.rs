//! How far the server's clock is ahead of the phone's, from the same event on both sides.

use crate::source::Case;
use crate::source::identity::IdKind;
use crate::source::server_log::record::RecordKind;

/// The difference of the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// Microseconds by which the server's clock is ahead of the phone's.
    pub micros: i64,
    /// From how many pairs; 0 where only a bound is known.
    pub pairs: usize,
}

impl Skew {
    /// The skew of a case: the median over calls that both sides logged, else the least by which a
    /// message would have arrived before it was sent.
    pub fn of(case: &Case) -> Option<Self> {
        let mut differences: Vec<i64> = Vec::new();
        let mut bound: Option<i64> = None;
        let trace: std::collections::HashMap<&str, i64> = times(case, IdKind::Trace);
        let message = times(case, IdKind::Message);
        for record in &case.records {
            let Some(server) = record.place.time else { continue };
            if let Some(phone) = trace.get(record.trace_id.as_str()) {
                differences.push(server.saturating_sub(*phone));
            }
            let ids = [&record.msg_id, &record.core_msg_id, &record.vendor_msg_id];
            let arrived = ids.iter().find_map(|id| message.get(id.as_str()));
            if let (Some(arrived), RecordKind::Forward) = (arrived, record.kind) {
                bound = bound.max(Some(server.saturating_sub(*arrived)));
            }
        }
        differences.sort_unstable();
        if let Some(median) = differences.get(differences.len() / 2) {
            return Some(Skew { micros: *median, pairs: differences.len() });
        }
        bound.filter(|b| *b > 0).map(|micros| Skew { micros, pairs: 0 })
    }

    /// A time of the server on the phone's clock.
    pub fn to_phone(skew: Option<&Self>, server: i64) -> i64 {
        skew.map_or(server, |s| server.saturating_sub(s.micros))
    }
}

/// When ids of a kind were first seen on the phone.
fn times(case: &Case, kind: IdKind) -> std::collections::HashMap<&str, i64> {
    case.log.identities.of(kind).filter_map(|i| Some((i.value.as_str(), i.place.time?))).collect()
}
