//! One line of the journal, and how a line that was cut off is still read.

use serde::{Deserialize, Serialize};

use crate::evidence::CodeRef;
use crate::send::SendState;

/// Bytes of a line that is read as an entry; nothing that this program writes is longer.
const LONGEST: usize = 8 << 10;
/// Characters of an id that a server gave.
const ID: usize = 200;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The request is about to leave.
    Intent,
    /// What came of it.
    Outcome,
    /// The message was taken back.
    Revoked,
}

/// One line. The fields that tell one send from another come first, so that a line whose end was
/// lost still says what it was about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Milliseconds since 1970.
    pub at: i64,
    pub event: Event,
    /// Ties the lines of one send together.
    pub key: String,
    #[serde(default)]
    pub via: String,
    #[serde(default)]
    pub action: String,
    /// A pseudonym, the same as in reports.
    #[serde(default)]
    pub target: String,
    /// A keyed hash of via, action, target, title and content.
    #[serde(default)]
    pub same: String,
    /// Seconds for which the message is worth delivering; a day where the line does not say.
    #[serde(default = "day")]
    pub ttl: u32,
    #[serde(default)]
    pub msg_id: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub vendor_msg_id: String,
    #[serde(default)]
    pub request_id: String,
    /// `vendor.side.code`, the one that decided.
    #[serde(default)]
    pub code: String,
}

impl Entry {
    /// An entry of a line; `None` for what is none.
    pub fn read(line: &[u8]) -> Option<Self> {
        if line.len() > LONGEST {
            return None;
        }
        serde_json::from_slice::<Entry>(line).ok().filter(|e| !e.key.is_empty())
    }

    /// An entry of a line whose end was lost: its whole fields count. `None` where too few are left
    /// to tell which send it was.
    pub fn read_cut(line: &[u8]) -> Option<Self> {
        let line = line.get(..line.len().min(LONGEST))?;
        let text = match std::str::from_utf8(line) {
            Ok(text) => text,
            // The cut went through a character.
            Err(e) => std::str::from_utf8(line.get(..e.valid_up_to())?).ok()?,
        };
        // A number at the very end may have lost digits, a text has its quotation mark.
        let whole = text.ends_with('"').then_some(text.len());
        let ends: Vec<usize> = text.match_indices(',').map(|(at, _)| at).chain(whole).collect();
        ends.iter().rev().find_map(|end| {
            let whole = format!("{}}}", text.get(..*end)?);
            Entry::read(whole.as_bytes())
        })
    }

    /// The line with its end.
    pub fn line(&self) -> String {
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }

    /// The state that the entry tells; whatever this version does not know may have been sent.
    pub fn send_state(&self) -> SendState {
        match self.state.as_str() {
            "accepted" => SendState::Accepted,
            "refused" => SendState::Refused,
            "unsent" => SendState::Unsent,
            _ => SendState::Unknown,
        }
    }
}

const fn day() -> u32 {
    86_400
}

/// An id as the journal keeps it: without control characters, and not longer than ids are.
pub fn id(text: &str) -> String {
    crate::read::harmless(text).chars().take(ID).collect()
}

/// A code as the journal keeps it.
pub fn code(code: &CodeRef) -> String {
    id(&format!("{}.{}.{}", code.vendor, code.side, code.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            at: 1_700_000_000_000,
            event: Event::Intent,
            key: "k1".into(),
            via: "huawei".into(),
            action: String::new(),
            target: "<token:00ff00>".into(),
            same: "abcd".into(),
            ttl: 600,
            msg_id: "pd1".into(),
            state: String::new(),
            vendor_msg_id: "中,\"文".into(),
            request_id: String::new(),
            code: String::new(),
        }
    }

    #[test]
    fn a_line_comes_back_as_it_was() {
        let line = entry().line();
        assert_eq!(Entry::read(line.trim_end().as_bytes()), Some(entry()));
        assert_eq!(Entry::read(b"{}"), None);
        assert_eq!(Entry::read(b"hello"), None);
        assert_eq!(Entry::read(b"{\"at\":1,\"event\":\"eaten\",\"key\":\"k\"}"), None);
    }

    #[test]
    fn a_line_cut_at_any_byte_is_read_as_far_as_it_goes() {
        let whole = entry();
        let line = whole.line();
        let line = line.trim_end().as_bytes();
        let mut read = 0;
        for end in 0..line.len() {
            let Some(cut) = Entry::read_cut(&line[..end]) else { continue };
            read += 1;
            assert_eq!((cut.at, cut.event, cut.key.as_str()), (whole.at, Event::Intent, "k1"));
            assert!(whole.msg_id.starts_with(&cut.msg_id) || cut.msg_id.is_empty());
            assert!(cut.same.is_empty() || cut.same == whole.same, "{cut:?}");
            assert!(cut.ttl == whole.ttl || cut.ttl == day(), "{cut:?}");
        }
        assert!(read > line.len() / 2, "{read} of {}", line.len());
    }
}
