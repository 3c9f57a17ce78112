//! Whether a message was sent before, and what that asks for.

use super::entry::Entry;
use super::sent::Sent;
use crate::lang::Bilingual;
use crate::send::SendState;

/// Milliseconds for which an equal send is worth a word.
const RECENT: i64 = 10 * 60_000;

/// What the journal knows of a message that is to be sent. Moments are milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    None,
    /// A message with this id went the same way.
    SameId {
        at: i64,
        state: SendState,
    },
    /// An equal message may have been taken, and may still be delivered.
    UnknownOutcome {
        at: i64,
    },
    /// An equal message was sent a short time ago.
    RecentlySent {
        at: i64,
        state: SendState,
    },
}

impl Repeat {
    /// Whether a script must say `--again`.
    pub const fn needs_again(self) -> bool {
        matches!(self, Repeat::SameId { .. } | Repeat::UnknownOutcome { .. })
    }

    /// What to tell the user; `None` where there is nothing to tell.
    pub fn sentence(self) -> Option<Bilingual> {
        let word = |state: SendState| match state {
            SendState::Accepted => ("it was accepted", "已被受理"),
            SendState::Refused => ("it was refused", "被拒绝"),
            SendState::Unsent => ("it was not sent", "没有发出"),
            SendState::Unknown => ("it is not known whether it arrived", "是否送达未知"),
        };
        match self {
            Repeat::None => None,
            Repeat::SameId { at, state } => {
                let ((en, zh), at) = (word(state), time(at));
                Some(Bilingual::new(
                    format!("a message with this id was sent at {at} and {en}"),
                    format!("{at} 已发送过 ID 相同的消息，{zh}"),
                ))
            }
            Repeat::UnknownOutcome { at } => {
                let at = time(at);
                Some(Bilingual::new(
                    format!(
                        "the same message was sent at {at} and it is not known whether it arrived, so it may be shown twice"
                    ),
                    format!("{at} 已发送过相同的消息，是否送达未知，再次发送可能重复展示"),
                ))
            }
            Repeat::RecentlySent { at, state } => {
                let ((en, zh), at) = (word(state), time(at));
                Some(Bilingual::new(
                    format!("the same message was sent at {at} and {en}"),
                    format!("{at} 已发送过相同的消息，{zh}"),
                ))
            }
        }
    }
}

/// A moment on the clock of the place.
pub fn time(ms: i64) -> String {
    let stamp = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    stamp.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Whether a text has the form that is made where none is given, `HH:MM:SS word NNNN`: it differs
/// each time, so it does not make two messages different.
pub fn default_content(content: &str) -> bool {
    let mut words = content.split(' ');
    let (Some(time), Some(word), Some(number), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return false;
    };
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    shape == "99:99:99"
        && !word.is_empty()
        && word.chars().all(char::is_alphabetic)
        && number.len() == 4
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// What `sends` know of the message that `wanted` is the intent of.
pub(super) fn find(sends: &[Sent], wanted: &Entry, now_ms: i64) -> Repeat {
    // What surely did not leave repeats nothing.
    let left = || sends.iter().rev().filter(|s| s.state != SendState::Unsent);
    let same_id = |s: &&Sent| !s.msg_id.is_empty() && s.msg_id == wanted.msg_id && s.via == wanted.via;
    if let Some(sent) = left().find(same_id) {
        return Repeat::SameId { at: sent.at, state: sent.state };
    }
    // A clock that was put back makes ages negative: then the send counts as young.
    let age = |s: &Sent| now_ms.saturating_sub(s.at);
    let lives = |s: &&Sent| age(s) < i64::from(s.ttl).saturating_mul(1000);
    if let Some(sent) =
        left().filter(|s| s.state == SendState::Unknown).filter(lives).find(|s| equal(s, wanted))
    {
        return Repeat::UnknownOutcome { at: sent.at };
    }
    let known = |s: &&Sent| s.state != SendState::Unknown && age(s) < RECENT;
    match left().filter(known).find(|s| equal(s, wanted)) {
        Some(sent) => Repeat::RecentlySent { at: sent.at, state: sent.state },
        None => Repeat::None,
    }
}

/// Whether a send was equal to the wanted one. Of a cut line, what is lost may have been anything.
fn equal(sent: &Sent, wanted: &Entry) -> bool {
    if !sent.same.is_empty() {
        return sent.same == wanted.same;
    }
    let may_be = |kept: &str, wanted: &str| kept.is_empty() || kept == wanted;
    may_be(&sent.via, &wanted.via) && may_be(&sent.target, &wanted.target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_that_is_made_is_known_by_its_form() {
        assert!(default_content("11:13:05 test 0821"));
        assert!(default_content("11:13:05 测试 0821"));
        for other in ["11:13:05 test 821", "11:13 test 0821", "hello", "11:13:05 test 0821 x", "1 2 3", ""] {
            assert!(!default_content(other), "{other}");
        }
    }

    #[test]
    fn every_repeat_has_its_sentence() {
        assert_eq!(Repeat::None.sentence(), None);
        for repeat in [
            Repeat::SameId { at: 0, state: SendState::Refused },
            Repeat::UnknownOutcome { at: 0 },
            Repeat::RecentlySent { at: 0, state: SendState::Accepted },
        ] {
            let sentence = repeat.sentence().unwrap();
            assert!(sentence.en.contains(":0") && sentence.zh.contains(":0"), "{sentence:?}");
        }
    }
}
