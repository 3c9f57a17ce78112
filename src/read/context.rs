//! Lines above a hit: the header that a line without prefix belongs to.

use std::borrow::Cow;

use super::encoding::{Encoding, decode_line};
use super::logcat::{Format, is_separator, parse_own};

/// Lines that are looked at upwards.
const REACH: usize = 600;

/// The header line for `text`, looked for upwards in `before`, which ends where
/// the line starts. `None` when the line has a header of its own, or none is
/// near.
pub(crate) fn head_for<'b>(
    before: &'b [u8],
    separator: u8,
    text: &str,
    format: Format,
    encoding: Encoding,
) -> Option<Cow<'b, str>> {
    let indented = text.starts_with([' ', '\t']);
    if !format.header_once() && !indented || has_own_header(text, format) {
        return None;
    }
    for line in lines_upwards(before, separator).take(REACH) {
        let (line, _) = clean(line, encoding);
        if line.trim().is_empty() {
            continue;
        }
        if is_separator(&line) {
            return None;
        }
        if has_own_header(&line, format) {
            return Some(line);
        }
        if !format.header_once() && !line.starts_with([' ', '\t']) {
            return None;
        }
    }
    None
}

/// In format long a message line may look like a shorter format; only a header
/// with a time counts there.
fn has_own_header(text: &str, format: Format) -> bool {
    parse_own(text, format).is_some_and(|line| format != Format::Long || line.time.is_some())
}

/// The lines of `before`, the nearest first.
pub(crate) fn lines_upwards(before: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let before = before.strip_suffix(&[separator]).unwrap_or(before);
    let mut rest = (!before.is_empty()).then_some(before);
    std::iter::from_fn(move || {
        let text = rest?;
        match memchr::memrchr(separator, text) {
            Some(at) => {
                rest = text.get(..at);
                text.get(at + 1..)
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

/// A line as text without carriage returns at its end, NUL bytes and colours.
/// The flag says that bytes were lost.
pub(crate) fn clean(line: &[u8], encoding: Encoding) -> (Cow<'_, str>, bool) {
    let end = line.iter().rposition(|b| !matches!(b, b'\r' | b'\n')).map_or(0, |at| at + 1);
    let line = line.get(..end).unwrap_or(line);
    // A transcoded stream is UTF-8 by now.
    let by_line = match encoding.transcoder() {
        Some(_) => Encoding::Utf8,
        None => encoding,
    };
    let (text, mut lossy) = decode_line(line, by_line);
    if encoding.transcoder().is_some() {
        lossy |= text.contains('\u{fffd}');
    }
    if memchr::memchr2(0, 0x1b, text.as_bytes()).is_none() {
        return (text, lossy);
    }
    (Cow::Owned(plain(&text)), lossy)
}

/// Without NUL and without `ESC[…m`.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(0, 0x1b, rest.as_bytes()) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let mut chars = from.chars();
        let dropped = chars.next();
        rest = chars.as_str();
        if dropped == Some('\u{1b}') {
            match rest
                .strip_prefix('[')
                .map(|codes| codes.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';'))
            {
                Some(tail) if tail.starts_with('m') => rest = tail.get(1..).unwrap_or_default(),
                // Another escape sequence stays; making it harmless is the
                // printer's task.
                _ => out.push('\u{1b}'),
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_colours_and_nuls_go() {
        let clean = |bytes: &'static [u8]| clean(bytes, Encoding::Utf8).0;
        assert_eq!(clean(b"abc\r\r"), "abc");
        assert_eq!(clean(b"\x1b[38;5;75m06-14 a\x1b[0m"), "06-14 a");
        assert_eq!(clean(b"a\0b\0"), "ab");
        assert_eq!(clean(b"\x1b[2Jx"), "\x1b[2Jx");
        assert_eq!(clean(b""), "");
    }

    #[test]
    fn lines_come_upwards() {
        let lines: Vec<&[u8]> = lines_upwards(b"a\n\nbc\n", b'\n').collect();
        assert_eq!(lines, [&b"bc"[..], b"", b"a"]);
        assert_eq!(lines_upwards(b"", b'\n').count(), 0);
    }
}
