//! Which records are asked for: by identifiers, code and time.

use super::record::{Record, RecordKind};

/// What a record must fit. Everything that is named must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Empty takes every kind but [`RecordKind::Other`].
    pub kinds: Vec<RecordKind>,
    /// Names of operations; a record with any of them fits.
    pub operations: Vec<String>,
    /// The device: its ad-token, or the gateway's device id.
    pub device: Option<String>,
    pub user: Option<String>,
    /// The vendor token.
    pub token: Option<String>,
    /// The message, by any of its ids.
    pub message: Option<String>,
    /// Other ids of the same message, which rows tie to it.
    pub tied: Vec<String>,
    /// A vendor's id; empty takes any.
    pub vendor: Option<String>,
    /// A code as the vendor writes it.
    pub code: Option<String>,
    /// Microseconds since 1970.
    pub since: Option<i64>,
    pub until: Option<i64>,
}

impl Filter {
    /// Whether the record is asked for. A record without a time lies inside of every window.
    pub fn takes(&self, record: &Record) -> bool {
        let kind = match self.kinds.as_slice() {
            [] => record.kind != RecordKind::Other,
            kinds => kinds.contains(&record.kind),
        };
        let is = |wanted: &Option<String>, values: &[&str]| {
            wanted.as_deref().is_none_or(|wanted| values.contains(&wanted))
        };
        let code = record.code.as_ref().map_or("", |c| c.code.as_str());
        let ids = message_ids(record);
        kind && (self.operations.is_empty() || self.operations.contains(&record.operation))
            && is(&self.device, &[&record.ad_token, &record.device])
            && is(&self.user, &[&record.user])
            && is(&self.token, &[&record.vendor_token])
            && (is(&self.message, &ids) || ids.iter().any(|id| self.tied.iter().any(|t| t == id)))
            && is(&self.code, &[code])
            && self.vendor.as_deref().is_none_or(|v| record_vendor(record) == Some(v))
            && record.place.time.is_none_or(|t| {
                self.since.is_none_or(|since| t >= since) && self.until.is_none_or(|until| t <= until)
            })
    }

    /// Texts that a line must hold, each, to be asked for: for a search over bytes, before anything
    /// is parsed.
    pub fn literals(&self) -> Vec<String> {
        let message = self.message.clone().filter(|_| self.tied.is_empty());
        let named = [&self.device, &self.user, &self.token, &message];
        let mut all: Vec<String> = named.into_iter().flatten().cloned().collect();
        if let [operation] = self.operations.as_slice() {
            all.push(operation.clone());
        }
        all
    }
}

/// The ids that a record gives its message: the sender's, MPS's own, the vendor's.
pub fn message_ids(record: &Record) -> [&str; 3] {
    [&record.msg_id, &record.core_msg_id, &record.vendor_msg_id]
}

/// The vendor of a record, or of its code.
fn record_vendor(record: &Record) -> Option<&str> {
    record.vendor.as_deref().or_else(|| record.code.as_ref().map(|c| c.vendor.as_str()))
}
