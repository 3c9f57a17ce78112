//! Lines that apps write to files of their own, and what people paste.

use super::cursor::{digits, is_package, level_word, number, split_colon, word};
use super::stamp::{Stamp, take_stamp};
use super::{Format, Line, adb};

/// `2024-06-14 09:58:02.123\tDEBUG:\tTag : message`
pub(super) fn tabbed(text: &str) -> Option<Line<'_>> {
    let (stamp, rest) = take_stamp(text.trim_start_matches(' '))?;
    let (level, rest) = rest.strip_prefix('\t')?.split_once('\t')?;
    let level = level_word(level.trim().trim_end_matches(':'))?;
    let (tag, message) = match split_colon(rest) {
        Some((tag, message)) if adb::is_likely_tag(tag.trim()) => (Some(tag.trim()), message),
        _ => match rest.split_once('\t') {
            Some((tag, message)) => (Some(tag.trim()), message),
            None => (None, rest),
        },
    };
    Some(Line { time: Some(stamp), level: Some(level), tag, ..Line::bare(Format::Tabbed, message) })
}

/// `1556072279716|D|PushCore|[Thread:275] message`
pub(super) fn mipush(text: &str) -> Option<Line<'_>> {
    let (millis, rest) = millis(text)?;
    let (level, rest) = rest.strip_prefix('|')?.split_once('|')?;
    let level = level_word(level.trim())?;
    let (tag, message) = rest.split_once('|').unwrap_or(("", rest));
    let (tid, message) = match message.strip_prefix("[Thread:").and_then(|inside| inside.split_once(']')) {
        Some((thread, after)) => (number(thread.trim()), after.strip_prefix(' ').unwrap_or(after)),
        None => (None, message),
    };
    Some(Line {
        time: Some(Stamp::from_epoch_millis(millis)),
        level: Some(level),
        tid,
        tag: Some(tag.trim()),
        ..Line::bare(Format::MiPush, message)
    })
}

/// `1556072279716 I/Tag:[275:main] message`; older builds write only the
/// thread's name in the brackets.
pub(super) fn applog(text: &str) -> Option<Line<'_>> {
    let text = text.trim_start_matches([' ', '$']);
    let (millis, rest) = millis(text)?;
    let (level, rest) = rest.strip_prefix(' ')?.split_once('/')?;
    let level = level_word(level)?;
    let (tag, rest) = rest.split_once(":[")?;
    let (thread, message) = rest.split_once(']')?;
    let tid = thread.split_once(':').and_then(|(tid, _)| number(tid));
    Some(Line {
        time: Some(Stamp::from_epoch_millis(millis)),
        level: Some(level),
        tid,
        tag: Some(tag.trim()),
        ..Line::bare(Format::Applog, message.strip_prefix(' ').unwrap_or(message))
    })
}

/// Milliseconds since 1970 in thirteen digits.
fn millis(text: &str) -> Option<(i64, &str)> {
    let (millis, rest) = digits(text, 13)?;
    (millis.len() == 13).then_some(())?;
    Some((number(millis)?, rest))
}

/// `com.example:push E/Tag: message`, as the old Android Studio is pasted
/// without its time and numbers.
pub(super) fn forum(text: &str) -> Option<Line<'_>> {
    let (process, rest) = word(text.trim_start_matches([' ', '\t']));
    if !is_package(process) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let line = adb::brief(rest).or_else(|| adb::tag(rest))?;
    Some(Line { format: Format::Forum, process: Some(process), ..line })
}

/// A line without any known prefix: the whole of it is the message. A time at
/// its start is still taken, and the console prefix of iOS is cut off.
pub(super) fn raw(text: &str) -> Line<'_> {
    let bare = Line::bare(Format::Raw, text);
    let Some((stamp, rest)) = take_stamp(text.trim_start_matches(' ')) else {
        return bare;
    };
    let line = Line { time: Some(stamp), ..bare };
    apple(rest.trim_start_matches(' '), line.clone()).unwrap_or(line)
}

/// `demo[1690:837105] message`
fn apple<'a>(rest: &'a str, line: Line<'a>) -> Option<Line<'a>> {
    let (process, inside) = rest.split_once('[')?;
    if process.is_empty() || process.contains(' ') {
        return None;
    }
    let (pid, rest) = digits(inside, 10)?;
    let (tid, rest) = digits(rest.strip_prefix(':')?, 10)?;
    let message = rest.strip_prefix(']')?;
    Some(Line {
        pid: Some(number(pid)?),
        tid: Some(number(tid)?),
        process: Some(process),
        message: message.strip_prefix(' ').unwrap_or(message),
        ..line
    })
}
