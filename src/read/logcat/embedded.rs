//! A log line inside something else: quoted, listed, found by `grep -n`, or in
//! the middle of a sentence.
//!
//! Tried last, because prose that happens to look like a header must not win
//! over a line that is one.

use super::cursor::LEVELS;
use super::{Line, adb, by_shape, stamp, studio};

/// How far into a line a header is looked for.
const REACH: usize = 600;
/// How many places in a line are tried.
const TRIES: usize = 12;

/// The line whose header stands somewhere inside `text`.
pub(super) fn find(text: &str) -> Option<Line<'_>> {
    let plain = undecorated(text);
    if plain.len() < text.len()
        && let Some(line) = by_shape(plain)
    {
        return Some(line);
    }
    dated(text).or_else(|| lettered(text))
}

/// The text behind quote marks, box lines, bullets and opening brackets.
fn undecorated(text: &str) -> &str {
    text.trim_start_matches(|c: char| {
        c.is_whitespace() || c == '\u{feff}' || ">|│┃┊*-+•·●▪#\"'`“”‘’「『【（(：:;,，。".contains(c)
    })
}

/// A header that begins with a calendar time: `他说: 06-14 09:58:02.123 …`.
fn dated(text: &str) -> Option<Line<'_>> {
    let mut before = ' ';
    let mut tries = 0;
    for (at, c) in text.char_indices() {
        if at > REACH || tries >= TRIES {
            break;
        }
        let starts_number = c.is_ascii_digit() && !before.is_ascii_digit();
        before = c;
        if !starts_number {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        if stamp::take_calendar(rest).is_none() {
            continue;
        }
        tries += 1;
        // "[ 06-14 … I/Tag ]" inside a line: the bracket is part of the header.
        let bracketed = text.get(..at).is_some_and(|head| head.ends_with("[ "));
        let line = if bracketed {
            text.get(at - 2..)
                .and_then(|rest| rest.find(']').and_then(|end| rest.get(..=end)))
                .and_then(adb::long)
        } else {
            by_shape(rest)
        };
        if line.is_some() {
            return line;
        }
    }
    None
}

/// A header that begins with a level: `… E/HmsSDK( 1234): …` or `… E/HmsSDK: …`,
/// or with a process number: `… 1234-5678/com.example E/Tag: …`.
fn lettered(text: &str) -> Option<Line<'_>> {
    let mut tries = 0;
    for (at, _) in text.match_indices('/') {
        if at > REACH || tries >= TRIES {
            break;
        }
        let head = text.get(..at).unwrap_or_default();
        let Some(letter) = head.chars().next_back() else {
            continue;
        };
        let start = at - letter.len_utf8();
        if letter.is_ascii_digit() {
            // The slash between numbers and process of Android Studio.
            let numbers = head.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
            let line = text.get(numbers.len()..).and_then(studio::old);
            if line.is_some() {
                return line;
            }
            tries += 1;
            continue;
        }
        let apart = head
            .get(..start)
            .and_then(|head| head.chars().next_back())
            .is_none_or(|c| !c.is_alphanumeric() && !"/\\.-_".contains(c) || is_cjk(c));
        if !LEVELS.contains(letter) || !apart {
            continue;
        }
        tries += 1;
        let rest = text.get(start..).unwrap_or_default();
        let line = adb::brief(rest).or_else(|| adb::tag(rest));
        if let Some(line) = line.filter(|line| line.tag.is_some_and(is_identifier)) {
            return Some(line);
        }
    }
    None
}

/// A tag that is one name, as in prose anything else is more likely prose.
fn is_identifier(tag: &str) -> bool {
    tag.len() > 1 && tag.chars().all(|c| c.is_ascii_alphanumeric() || "_.$-".contains(c))
}

fn is_cjk(c: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c)
}
