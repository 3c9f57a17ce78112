//! What is copied or exported from Android Studio's log window.
//!
//! It is the only source that names the process of a line, which separates an
//! app from its `:push` process.

use super::cursor::{LEVELS, blanks, digits, number, word};
use super::stamp::{Stamp, take_clock, take_stamp};
use super::{Format, Line, adb};

/// Width of the tag column of the new window.
const TAG_COLUMN: usize = 23;

/// Up to Chipmunk: `2024-06-14 09:58:02.123 1234-5678/com.example I/Tag: message`,
/// also without year or without any time. With counted seconds it is a line
/// that `studio_json` has made.
pub(super) fn old(text: &str) -> Option<Line<'_>> {
    let text = text.trim_start_matches(' ');
    let (stamp, rest) = match take_stamp(text) {
        Some((stamp, rest)) => (Some(stamp), blanks(rest)?),
        None => (None, text),
    };
    let (pid, tid, rest) = pid_tid(rest)?;
    let (process, rest) = match rest.strip_prefix('/') {
        Some(rest) => {
            let (process, rest) = word(rest);
            (Some(process).filter(|process| *process != "?"), rest)
        }
        // Without the process only a time makes it sure enough.
        None if stamp.is_some() => (None, rest),
        None => return None,
    };
    let (level, tag, message) = level_tag_any(blanks(rest)?)?;
    let format = match stamp {
        Some(Stamp { epoch: Some(_), .. }) => Format::StudioJson,
        _ => Format::StudioOld,
    };
    Some(Line {
        time: stamp,
        pid: Some(pid),
        tid: Some(tid),
        process,
        level: Some(level),
        tag: Some(tag),
        ..Line::bare(format, message)
    })
}

/// Level, tag and message, where the columns before leave no doubt, so that
/// any tag is taken.
fn level_tag_any(text: &str) -> Option<(char, &str, &str)> {
    if let Some(line) = adb::brief(text) {
        return Some((line.level?, line.tag?, line.message));
    }
    let (level, rest) = super::cursor::level(text)?;
    let (tag, message) = super::cursor::split_colon(rest.strip_prefix('/')?)?;
    Some((level, tag.trim(), message))
}

/// From Dolphin: time, `pid-tid`, tag in 23 columns (cut in the middle with
/// `...`), package in 35, level, two blanks, message.
pub(super) fn new(text: &str) -> Option<Line<'_>> {
    let (stamp, rest) = take_stamp(text.trim_start_matches(' '))?;
    let (pid, tid, rest) = pid_tid(blanks(rest)?)?;
    let padded = rest;
    let rest = blanks(rest)?;
    let (columns, level, message) = split_level(rest, "  ")
        .or_else(|| split_level(rest, " ").filter(|(columns, _, _)| ends_in_process(columns)))
        .or_else(|| level_at_end(rest))?;
    let columns = columns.trim();
    let (tag, process) = match columns.rsplit_once(' ') {
        Some((tag, process)) => (tag.trim(), Some(process)),
        // One column only: the tag column is empty or the package is hidden.
        None if padded.len() - rest.len() > TAG_COLUMN => ("", Some(columns)),
        None => (columns, None),
    };
    Some(Line {
        time: Some(stamp),
        pid: Some(pid),
        tid: Some(tid),
        process,
        level: Some(level),
        tag: Some(tag),
        ..Line::bare(Format::StudioNew, message)
    })
}

/// Whether the last of at least two columns looks like the process column;
/// needed where copying has squeezed the blanks.
fn ends_in_process(columns: &str) -> bool {
    columns.trim().rsplit_once(' ').is_some_and(|(_, process)| {
        super::is_package(process) || process.starts_with("pid-") || process.contains('_')
    })
}

/// The first lone level letter with a blank before it and `gap` behind it.
fn split_level<'a>(rest: &'a str, gap: &str) -> Option<(&'a str, char, &'a str)> {
    for (at, blank) in rest.match_indices(' ') {
        let Some(after) = rest.get(at + blank.len()..) else {
            continue;
        };
        let Some((letter, after)) = super::cursor::level(after) else {
            continue;
        };
        let Some(message) = after.strip_prefix(gap) else {
            continue;
        };
        let columns = rest.get(..at).unwrap_or_default();
        if columns.trim().is_empty() {
            return None;
        }
        return Some((columns, letter, message));
    }
    None
}

/// A line whose empty message was trimmed: it ends in the level.
fn level_at_end(rest: &str) -> Option<(&str, char, &str)> {
    let rest = rest.trim_end_matches(' ');
    let letter = rest.chars().next_back()?;
    if !LEVELS.contains(letter) {
        return None;
    }
    let columns = rest.strip_suffix(letter)?.strip_suffix(' ')?;
    (!columns.trim().is_empty()).then_some((columns, letter, ""))
}

/// The compact view: a time with or without date, level, two blanks, message.
pub(super) fn compact(text: &str) -> Option<Line<'_>> {
    let text = text.trim_start_matches(' ');
    let (stamp, rest) = take_stamp(text).or_else(|| take_clock(text))?;
    let (level, rest) = super::cursor::level(blanks(rest)?)?;
    let message = rest.strip_prefix("  ")?;
    Some(Line { time: Some(stamp), level: Some(level), ..Line::bare(Format::StudioCompact, message) })
}

/// `1234-5678`, where the second number may be padded.
fn pid_tid(text: &str) -> Option<(u32, u32, &str)> {
    let (pid, rest) = digits(text, 10)?;
    let (tid, rest) = digits(rest.strip_prefix('-')?, 10)?;
    Some((number(pid)?, number(tid)?, rest))
}
