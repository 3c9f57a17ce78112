//! Cutting what is too long or too much to be one line.
//!
//! mPaaS joins its events with `$$` instead of line ends, a property dump is
//! pasted as one line, and a damaged file may have no line end at all.

use super::prefilter::Prefilter;

/// Bytes of the start of a long line that serve as header of its later pieces.
const BEGINNING: usize = 512;

/// The start of a line, cut at a character.
pub(crate) fn beginning(line: &[u8]) -> &[u8] {
    if line.len() <= BEGINNING {
        return line;
    }
    line.get(..at_character(line, BEGINNING)).unwrap_or(line)
}

/// The events that are joined with `$$` in one line; a line of any other kind
/// is one event.
pub(crate) fn events(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        for at in memchr::memmem::find_iter(text, b"$$") {
            let after = text.get(at + 2..).unwrap_or_default();
            if is_event_start(after) {
                rest = Some(after);
                return text.get(..at);
            }
        }
        rest = None;
        let ended = text.strip_suffix(b"$$").filter(|_| is_event_start(text));
        Some(ended.unwrap_or(text))
    })
}

/// Thirteen digits and a blank.
fn is_event_start(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    digits == 13 && text.get(13) == Some(&b' ')
}

/// Where to cut a piece of at most `most` bytes off the front: between events
/// or properties, else between words, else between characters, and never
/// through a literal. At least 1, at most the length of the text.
pub(crate) fn cut(prefilter: &Prefilter, text: &[u8], most: usize) -> usize {
    if text.len() <= most {
        return text.len();
    }
    let from = most - most / 4;
    let last = text.get(from..most).unwrap_or_default();
    let mut cut = if let Some(at) = memchr::memmem::rfind(last, b"$$") {
        from + at
    } else if let Some(at) = memchr::memmem::rfind(last, b"][") {
        from + at + 1
    } else if let Some(at) = memchr::memrchr(b' ', last) {
        from + at + 1
    } else {
        at_character(text, most)
    };
    // Each step moves to the start of a literal, which no other may cross.
    for _ in 0..64 {
        match prefilter.crossing(text, cut) {
            Some(start) if start > 0 => cut = start,
            _ => break,
        }
    }
    cut.clamp(1, text.len())
}

/// The nearest place at or before `at` that is no continuation byte of UTF-8.
fn at_character(text: &[u8], at: usize) -> usize {
    (0..4)
        .filter_map(|back| at.checked_sub(back))
        .find(|place| text.get(*place).is_none_or(|byte| byte & 0xC0 != 0x80))
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_events_are_split() {
        let joined = b"1556072279716 I/A:[1:m] x$$1556072279717 E/B:[m] 5$$7$$";
        let all: Vec<&[u8]> = events(joined).collect();
        assert_eq!(all, [&b"1556072279716 I/A:[1:m] x"[..], b"1556072279717 E/B:[m] 5$$7"]);
        assert_eq!(events(b"plain").count(), 1);
        assert_eq!(events(b"").count(), 1);
    }

    #[test]
    fn no_literal_is_cut() {
        let prefilter = Prefilter::new(&["register failed"]);
        let text = b"aaaaaaaaaaaaaaaaaaaaaaaaregister failed bbbbbbbbbbbbbbbbb";
        for most in 8..text.len() {
            let cut = cut(&prefilter, text, most);
            assert!(cut <= 24 || cut >= 39, "{most} {cut}");
            assert!(cut > 0);
        }
    }
}
