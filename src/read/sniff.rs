//! What a stream is, by its first lines.

use super::logcat::{Format, FormatCount, Stamp, parse_own, take_stamp, vote};
use super::properties;

/// Lines of the head that are kept.
pub(crate) const HEAD_LINES: usize = 300;
/// Lines of the head that vote on the format.
const VOTERS: usize = 200;

/// The kind of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Lines of the Android log in one of its formats.
    Logcat,
    /// A dump of system properties.
    Getprop,
    /// Android Studio's JSON export.
    StudioJson,
    /// The text of a bug report.
    Bugreport,
    /// What system services say of themselves.
    Dumpsys,
    /// A log file that an app wrote: the Xiaomi push SDK or mPaaS.
    AppLog,
    /// The log of HarmonyOS NEXT.
    Hilog,
    /// The console of iOS.
    AppleConsole,
    /// Not text.
    Binary,
    /// Text without a known prefix.
    Text,
    /// Nothing at all.
    Empty,
}

/// What the head says.
pub(crate) struct Sniffed {
    pub format: Format,
    pub formats_seen: Vec<FormatCount>,
    pub first: Option<Stamp>,
    pub levels: [u64; 7],
    pub kind: Kind,
}

/// The place of a level letter in the counts `V D I W E F S`.
fn level_index(level: char) -> Option<usize> {
    "VDIWEFS".find(if level == 'A' { 'F' } else { level })
}

pub(crate) fn sniff(head: &[String]) -> Sniffed {
    let filled: Vec<&str> = head.iter().map(String::as_str).filter(|line| !line.trim().is_empty()).collect();
    let (format, formats_seen) = vote(filled.iter().copied().take(VOTERS));
    let mut levels = [0; 7];
    for line in filled.iter().filter_map(|line| parse_own(line, format)) {
        let place = line.level.and_then(level_index);
        if let Some(count) = place.and_then(|place| levels.get_mut(place)) {
            *count += 1;
        }
    }
    Sniffed {
        format,
        formats_seen,
        first: filled.iter().find_map(|line| time_of(line, format)),
        levels,
        kind: kind(&filled, format),
    }
}

/// The time of a line, if it begins with one.
pub(crate) fn time_of(line: &str, hint: Format) -> Option<Stamp> {
    match parse_own(line, hint) {
        Some(parsed) => parsed.time,
        None => take_stamp(line.trim_start()).map(|(stamp, _)| stamp),
    }
}

fn kind(lines: &[&str], format: Format) -> Kind {
    let share = |count: usize| count * 2 >= lines.len();
    let count = |test: &dyn Fn(&str) -> bool| lines.iter().filter(|line| test(line)).count();
    if lines.is_empty() {
        return Kind::Empty;
    }
    if lines
        .iter()
        .take(60)
        .any(|line| line.starts_with("== dumpstate: ") || line.starts_with("------ UPTIME"))
    {
        return Kind::Bugreport;
    }
    if share(count(&is_property_line)) {
        return Kind::Getprop;
    }
    match format {
        Format::MiPush | Format::Applog => Kind::AppLog,
        Format::Raw if share(count(&is_apple_line)) => Kind::AppleConsole,
        Format::Raw => Kind::Text,
        Format::Threadtime if share(count(&is_hilog_line)) => Kind::Hilog,
        _ => Kind::Logcat,
    }
}

fn is_property_line(line: &str) -> bool {
    let mut found = false;
    if line.starts_with('[') {
        properties::pairs(line, &mut |_, _| found = true);
    }
    found
}

/// `… I A03200/testTag: message`
fn is_hilog_line(line: &str) -> bool {
    let Some(tag) = parse_own(line, Format::Threadtime).and_then(|line| line.tag) else {
        return false;
    };
    tag.split_once('/').is_some_and(|(domain, _)| {
        let mut bytes = domain.bytes();
        matches!(bytes.next(), Some(b'A' | b'C' | b'D'))
            && domain.len() >= 5
            && bytes.all(|b| b.is_ascii_hexdigit())
    })
}

fn is_apple_line(line: &str) -> bool {
    let parsed = super::logcat::parse(line, None, Format::Raw);
    parsed.format == Format::Raw && parsed.time.is_some() && parsed.process.is_some()
}
