//! Small steps through a line: digits, levels, columns.
//!
//! Hand-written because hit lines come in the hundred thousands and because a
//! regular expression for a dozen shapes would be harder to check.

use std::str::FromStr;

/// The level letters of logcat; old tools write `A` for assert.
pub(crate) const LEVELS: &str = "VDIWEFAS";

/// One to `most` ASCII digits at the start, none following, and the rest.
pub(crate) fn digits(text: &str, most: usize) -> Option<(&str, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 || count > most {
        return None;
    }
    text.split_at_checked(count)
}

/// The number that these digits write, if it fits.
pub(crate) fn number<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// The level letter with which the text begins, and the rest.
pub(crate) fn level(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    LEVELS.contains(first).then_some((first, chars.as_str()))
}

/// A level written as a word or a letter.
pub(crate) fn level_word(word: &str) -> Option<char> {
    Some(match word.to_ascii_uppercase().as_str() {
        "V" | "VERBOSE" | "TRACE" => 'V',
        "D" | "DEBUG" => 'D',
        "I" | "INFO" => 'I',
        "W" | "WARN" | "WARNING" => 'W',
        "E" | "ERROR" => 'E',
        "F" | "FATAL" | "WTF" => 'F',
        "A" | "ASSERT" => 'A',
        "S" | "SILENT" => 'S',
        _ => return None,
    })
}

/// Skips one or more blanks; `None` when there is none.
pub(crate) fn blanks(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(' ');
    (rest.len() < text.len()).then_some(rest)
}

/// The next word up to a blank or tab, and the rest with its blanks.
pub(crate) fn word(text: &str) -> (&str, &str) {
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Width to which logcat pads a tag.
const TAG_WIDTH: usize = 8;

/// Splits behind the first `: `, or at a colon which ends the line. A short tag
/// that itself ends in a colon is known by its padding: `Push:   : message`.
pub(crate) fn split_colon(text: &str) -> Option<(&str, &str)> {
    if let Some((tag, rest)) = text.split_at_checked(TAG_WIDTH)
        && tag.trim_end_matches(' ').ends_with(':')
        && tag.ends_with(' ')
        && let Some(message) = rest.strip_prefix(": ")
    {
        return Some((tag, message));
    }
    match text.split_once(": ") {
        Some(parts) => Some(parts),
        None => text.trim_end_matches(' ').strip_suffix(':').map(|tag| (tag, "")),
    }
}

/// A process or package name: letters, digits, `_`, `.`, `:`, with a dot.
pub(crate) fn is_package(text: &str) -> bool {
    text.len() <= 256
        && text.contains('.')
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(['.', ':'])
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'-' | b'$'))
}
