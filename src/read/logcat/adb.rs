//! The formats of `adb logcat -v …`, as AOSP's `logprint.cpp` prints them.
//!
//! Tags may hold colons, slashes, blanks and brackets or be empty, so each
//! parser cuts where the printed shape has its next fixed part.

use super::cursor::{blanks, digits, level, number, split_colon, word};
use super::stamp::take_stamp;
use super::{Format, Line};

/// The longest tag that is believed; the logger's whole prefix has 128 bytes.
const LONGEST_TAG: usize = 128;

/// `I/Tag     ( 1234): message`
pub(super) fn brief(text: &str) -> Option<Line<'_>> {
    let (level, rest) = level(text)?;
    let rest = rest.strip_prefix('/')?;
    let (tag, pid, message) = tag_and_pid(rest)?;
    Some(Line { level: Some(level), tag: Some(tag), pid: Some(pid), ..Line::bare(Format::Brief, message) })
}

/// The tag, process number and message behind the slash: the first
/// `( 1234): ` counts, as a tag may hold brackets and a message may too.
fn tag_and_pid(rest: &str) -> Option<(&str, u32, &str)> {
    for (at, _) in rest.match_indices('(') {
        if at > LONGEST_TAG {
            return None;
        }
        let Some((tag, after)) = rest.split_at_checked(at) else {
            continue;
        };
        let inside = after.strip_prefix('(')?.trim_start_matches(' ');
        let Some((pid, after)) = digits(inside, 10) else {
            continue;
        };
        let Some(message) = after.strip_prefix("):") else {
            continue;
        };
        let message = match message.strip_prefix(' ') {
            Some(message) => message,
            None if message.is_empty() => message,
            None => continue,
        };
        return Some((tag.trim(), number(pid)?, message));
    }
    None
}

/// `I/Tag     : message`. A bare letter and slash also occur in prose ("I/O
/// error: …"), so the tag must look like one.
pub(super) fn tag(text: &str) -> Option<Line<'_>> {
    let (level, tag, message) = level_and_tag(text)?;
    Some(Line { level: Some(level), tag: Some(tag), ..Line::bare(Format::Tag, message) })
}

/// The level, tag and message of `I/Tag: message`.
pub(super) fn level_and_tag(text: &str) -> Option<(char, &str, &str)> {
    let (level, rest) = level(text)?;
    let rest = rest.strip_prefix('/')?;
    let (tag, message) = split_colon(rest)?;
    let tag = tag.trim();
    let padded = tag.is_empty() && rest.starts_with("        :");
    (padded || is_likely_tag(tag)).then_some((level, tag, message))
}

/// A tag that prose does not have: not "O" of "I/O", not a sentence.
pub(super) fn is_likely_tag(tag: &str) -> bool {
    !tag.is_empty()
        && tag.len() <= LONGEST_TAG
        && tag != "O"
        && !tag.starts_with("O ")
        && tag.bytes().filter(|b| *b == b' ').count() <= 2
}

/// `I( 1234) message  (Tag)`; the tag stands at the end.
pub(super) fn process(text: &str) -> Option<Line<'_>> {
    let (level, rest) = level(text)?;
    let inside = rest.strip_prefix('(')?.trim_start_matches(' ');
    let (pid, rest) = digits(inside, 10)?;
    let rest = rest.strip_prefix(')')?;
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix(' ')? };
    let end = rest.trim_end_matches(' ');
    let (tag, message) = match end.strip_suffix(')').and_then(|end| end.rsplit_once("  (")) {
        Some((message, tag)) => (Some(tag.trim()), message),
        None => (None, rest),
    };
    Some(Line { level: Some(level), pid: Some(number(pid)?), tag, ..Line::bare(Format::Process, message) })
}

/// `I( 1234: 5678) message`; this format prints no tag.
pub(super) fn thread(text: &str) -> Option<Line<'_>> {
    let (level, rest) = level(text)?;
    let inside = rest.strip_prefix('(')?.trim_start_matches(' ');
    let (pid, rest) = digits(inside, 10)?;
    let (tid, rest) = digits(rest.strip_prefix(':')?.trim_start_matches(' '), 10)?;
    let rest = rest.strip_prefix(')')?;
    Some(Line {
        level: Some(level),
        pid: Some(number(pid)?),
        tid: Some(number(tid)?),
        ..Line::bare(Format::Thread, rest.strip_prefix(' ').unwrap_or(rest))
    })
}

/// `06-14 09:58:02.123 I/Tag     ( 1234): message`, with a colon behind the
/// time as log apps write it, and without the number as people copy it.
pub(super) fn time(text: &str) -> Option<Line<'_>> {
    let (stamp, rest) = take_stamp(text.trim_start_matches(' '))?;
    let (format, rest) = match rest.strip_prefix(':') {
        Some(rest) => (Format::TimeColon, rest),
        None => (Format::Time, rest),
    };
    let rest = blanks(rest)?;
    let line = brief(rest).or_else(|| tag(rest))?;
    Some(Line { format, time: Some(stamp), ..line })
}

/// `06-14 09:58:02.123 [uid ] 1234  5678 I Tag     : message`
pub(super) fn threadtime(text: &str) -> Option<Line<'_>> {
    let (stamp, rest) = take_stamp(text.trim_start_matches(' '))?;
    let (first, rest) = word(blanks(rest)?);
    let (second, rest) = word(blanks(rest)?);
    let after_second = blanks(rest)?;
    let (uid, pid, tid, level, rest) = if let Some((letter, rest)) = lone_level(after_second) {
        (None, first, second, letter, rest)
    } else {
        let (third, rest) = word(after_second);
        let (letter, rest) = lone_level(blanks(rest)?)?;
        (Some(first), second, third, letter, rest)
    };
    let uid_looks_right =
        uid.is_none_or(|uid| uid.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')));
    if !uid_looks_right {
        return None;
    }
    let (tag, message) = match split_colon(rest) {
        Some((tag, message)) => (Some(tag.trim()), message),
        None => (None, rest),
    };
    Some(Line {
        time: Some(stamp),
        uid,
        pid: Some(number(pid)?),
        tid: Some(number(tid)?),
        level: Some(level),
        tag,
        ..Line::bare(Format::Threadtime, message)
    })
}

/// A level letter that stands alone, and what follows its one blank.
fn lone_level(text: &str) -> Option<(char, &str)> {
    let (letter, rest) = level(text)?;
    if rest.is_empty() {
        return Some((letter, rest));
    }
    rest.strip_prefix(' ').map(|rest| (letter, rest))
}

/// `[ 06-14 09:58:02.123  1234: 5678 I/Tag      ]`, the header alone.
pub(super) fn long(text: &str) -> Option<Line<'_>> {
    let inside = text.trim_matches(' ').strip_prefix("[ ")?.strip_suffix(']')?;
    let (stamp, rest) = take_stamp(inside.trim_start_matches(' '))?;
    let rest = blanks(rest)?;
    let (head, rest) = rest.split_once(':')?;
    let rest = rest.trim_start_matches(' ');
    let (number_part, after) = digits(rest, 10)?;
    // With -v uid a third number or name stands first: "10123: 1234: 5678 I/…".
    let (uid, pid, tid, rest) = match after.strip_prefix(':') {
        Some(after) => {
            let (tid, after) = digits(after.trim_start_matches(' '), 10)?;
            (Some(head), number_part, tid, after)
        }
        None => (None, head, number_part, after),
    };
    let (level, rest) = level(blanks(rest)?)?;
    let tag = rest.strip_prefix('/')?.trim();
    Some(Line {
        time: Some(stamp),
        uid,
        pid: Some(number(pid.trim())?),
        tid: Some(number(tid)?),
        level: Some(level),
        tag: Some(tag),
        ..Line::bare(Format::Long, "")
    })
}
