//! What a device log shows of this phone and app: the ids by which a server's records are known to
//! be its own. Values stay as read, for they are compared; they are masked only when shown.

use crate::evidence::Place;

/// What sort of id it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    /// The vendor's token of the app on this phone.
    VendorToken,
    /// The self-built channel's own token.
    AdToken,
    /// The gateway's device id (did, utdid).
    Device,
    /// A user id that was bound.
    User,
    /// A message that arrived.
    Message,
    /// A call through the gateway.
    Trace,
}

/// One id, and where it was last seen.
#[derive(Clone, Debug)]
pub struct Identity {
    pub kind: IdKind,
    /// The vendor of a token, where the line names it.
    pub vendor: Option<String>,
    pub value: String,
    pub package: Option<String>,
    /// The first time it was seen, in microseconds since 1970.
    pub place: Place,
}

/// The ids of a log, each once, in the order in which they were first seen.
#[derive(Clone, Debug, Default)]
pub struct Identities {
    pub all: Vec<Identity>,
    /// Further ids that were left out because there were too many.
    pub dropped: u64,
}

/// The most ids of one kind that are kept; one phone has a handful.
const MOST: usize = 128;
/// Shorter values are no ids, longer ones are not what they seem.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=512;

/// Words that stand where an id should.
const NO_IDS: &[&str] = &["null", "none", "nil", "undefined", "empty", "unknown", "true", "false"];

impl Identities {
    /// Adds an id unless it is known or stands for nothing.
    pub fn add(&mut self, identity: Identity) {
        let value = identity.value.trim();
        if !LENGTHS.contains(&value.len()) || NO_IDS.iter().any(|n| value.eq_ignore_ascii_case(n)) {
            return;
        }
        let known = |known: &Identity| known.kind == identity.kind && known.value == value;
        if let Some(known) = self.all.iter_mut().find(|k| known(k)) {
            known.vendor = known.vendor.take().or(identity.vendor);
            known.package = known.package.take().or(identity.package);
            return;
        }
        if self.of(identity.kind).count() >= MOST {
            self.dropped += 1;
            return;
        }
        self.all.push(Identity { value: value.to_owned(), ..identity });
    }

    /// The ids of one kind.
    pub fn of(&self, kind: IdKind) -> impl Iterator<Item = &Identity> {
        self.all.iter().filter(move |i| i.kind == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(kind: IdKind, value: &str) -> Identity {
        Identity { kind, vendor: None, value: value.to_owned(), package: None, place: Place::default() }
    }

    #[test]
    fn ids_are_kept_once_and_bounded() {
        let mut ids = Identities::default();
        for _ in 0..3 {
            ids.add(id(IdKind::AdToken, " abc123 "));
        }
        ids.add(id(IdKind::AdToken, "null"));
        assert_eq!(ids.all.len(), 1);
        for n in 0..500 {
            ids.add(id(IdKind::Message, &format!("m{n}")));
        }
        assert_eq!(ids.of(IdKind::Message).count(), MOST);
        assert_eq!(ids.dropped as usize, 500 - MOST);
    }
}
