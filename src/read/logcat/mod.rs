//! Every shape in which people hand over lines of the Android log.
//!
//! Nobody says which of a dozen formats a file has, files switch between them,
//! and a check that reads a process number out of the wrong column is worse
//! than none. Each family has a file; this one holds what they have in common
//! and the order in which they are tried.

mod adb;
mod app;
mod cursor;
mod embedded;
mod stamp;
mod studio;
mod vote;

#[cfg(test)]
mod tests;

pub(crate) use cursor::is_package;
pub use stamp::{Stamp, take_stamp};
pub use vote::{FormatCount, vote};

/// The shape of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// `I/Tag     ( 1234): message`
    Brief,
    /// `I( 1234) message  (Tag)`
    Process,
    /// `I/Tag     : message`
    Tag,
    /// `I( 1234: 5678) message`
    Thread,
    /// No known prefix; the whole line is the message.
    Raw,
    /// `06-14 09:58:02.123 I/Tag     ( 1234): message`, also without number.
    Time,
    /// `06-14 09:58:02.123: I/Tag(1234):  message`, as log apps write it.
    TimeColon,
    /// `06-14 09:58:02.123  1234  5678 I Tag     : message`
    Threadtime,
    /// `[ 06-14 09:58:02.123  1234: 5678 I/Tag      ]`, message on the next lines.
    Long,
    /// `2024-06-14 09:58:02.123\tDEBUG:\tTag : message`
    Tabbed,
    /// Android Studio up to Chipmunk: `… 1234-5678/com.example I/Tag: message`
    StudioOld,
    /// Android Studio from Dolphin: columns, tag cut in the middle.
    StudioNew,
    /// Android Studio's compact view: time, level and message.
    StudioCompact,
    /// A message of Android Studio's exported `.logcat` file, see `studio_json`.
    StudioJson,
    /// Files of the Xiaomi push SDK: `1556072279716|D|PushCore|[Thread:275] …`
    MiPush,
    /// Diagnosis log of mPaaS: `1556072279716 I/Tag:[275:main] message`
    Applog,
    /// Forum copies: `com.example E/Tag: message`
    Forum,
}

impl Format {
    /// The name for reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brief => "brief",
            Self::Process => "process",
            Self::Tag => "tag",
            Self::Thread => "thread",
            Self::Raw => "raw",
            Self::Time => "time",
            Self::TimeColon => "time-colon",
            Self::Threadtime => "threadtime",
            Self::Long => "long",
            Self::Tabbed => "tabbed",
            Self::StudioOld => "studio-old",
            Self::StudioNew => "studio-new",
            Self::StudioCompact => "studio-compact",
            Self::StudioJson => "studio-json",
            Self::MiPush => "mipush",
            Self::Applog => "mpaas-applog",
            Self::Forum => "forum",
        }
    }

    /// Whether a message of several lines gets its header only once, so that a
    /// line without one belongs to the header above it.
    pub fn header_once(self) -> bool {
        matches!(
            self,
            Self::Long
                | Self::StudioOld
                | Self::StudioNew
                | Self::StudioCompact
                | Self::MiPush
                | Self::Applog
        )
    }
}

/// One line taken apart. A field that the format does not carry is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The shape in which the line, or the header it continues, is written.
    pub format: Format,
    /// The time as written.
    pub time: Option<Stamp>,
    /// The process number.
    pub pid: Option<u32>,
    /// The thread number.
    pub tid: Option<u32>,
    /// The user, as number or name, from `-v uid`.
    pub uid: Option<&'a str>,
    /// One of `V D I W E F A S`.
    pub level: Option<char>,
    /// The tag without padding; it may be empty, and Android Studio cuts a
    /// long one in the middle: `AlipayPush...ionService`.
    pub tag: Option<&'a str>,
    /// The process or package column, such as `com.example:push`.
    pub process: Option<&'a str>,
    /// What the program wrote.
    pub message: &'a str,
}

impl<'a> Line<'a> {
    /// A line of which only the message is known.
    pub(crate) fn bare(format: Format, message: &'a str) -> Self {
        Self {
            format,
            time: None,
            pid: None,
            tid: None,
            uid: None,
            level: None,
            tag: None,
            process: None,
            message,
        }
    }

    /// The message lines below a header of format long are its message.
    fn is_header_only(&self) -> bool {
        self.format == Format::Long
    }
}

/// Takes a line apart: by the format `hint` first, then by all others, then by
/// a header somewhere inside the line; else the whole line is the message.
/// `head` is the header line which `text` continues, if it has none of its own.
pub fn parse<'a>(text: &'a str, head: Option<&'a str>, hint: Format) -> Line<'a> {
    // In format long a message line may look like a shorter format.
    let own =
        parse_own(text, hint).filter(|line| head.is_none() || hint != Format::Long || line.time.is_some());
    if let Some(line) = own {
        return line;
    }
    if let Some(line) = head.and_then(|head| parse_own(head, hint)) {
        let message = if line.is_header_only() { text } else { text.trim_start_matches([' ', '\t']) };
        return Line { message, ..line };
    }
    if let Some(line) = embedded::find(text) {
        return line;
    }
    app::raw(text)
}

/// Takes apart a line that has a header of its own at its start.
pub fn parse_own(text: &str, hint: Format) -> Option<Line<'_>> {
    by_format(text, hint).or_else(|| by_shape(text))
}

/// Whether the line is one of the rules that logcat prints between buffers or
/// Android Studio between processes; these say nothing about the format.
pub fn is_separator(text: &str) -> bool {
    text.trim_start().starts_with("---------")
}

/// The parser of one format alone.
fn by_format(text: &str, format: Format) -> Option<Line<'_>> {
    match format {
        Format::Brief => adb::brief(text),
        Format::Process => adb::process(text),
        Format::Tag => adb::tag(text),
        Format::Thread => adb::thread(text),
        Format::Time | Format::TimeColon => adb::time(text),
        Format::Threadtime => adb::threadtime(text),
        Format::Long => adb::long(text),
        Format::Tabbed => app::tabbed(text),
        Format::StudioOld | Format::StudioJson => studio::old(text),
        Format::StudioNew => studio::new(text),
        Format::StudioCompact => studio::compact(text),
        Format::MiPush => app::mipush(text),
        Format::Applog => app::applog(text),
        Format::Forum => app::forum(text),
        Format::Raw => None,
    }
}

/// All parsers whose shape the first character allows, most exact first.
fn by_shape(text: &str) -> Option<Line<'_>> {
    let first = text.trim_start_matches([' ', '$']).bytes().next()?;
    if first == b'[' {
        return adb::long(text);
    }
    if first.is_ascii_digit() {
        return studio::new(text)
            .or_else(|| studio::old(text))
            .or_else(|| adb::threadtime(text))
            .or_else(|| adb::time(text))
            .or_else(|| app::tabbed(text))
            .or_else(|| app::mipush(text))
            .or_else(|| app::applog(text))
            .or_else(|| studio::compact(text));
    }
    adb::brief(text)
        .or_else(|| adb::thread(text))
        .or_else(|| adb::process(text))
        .or_else(|| adb::tag(text))
        .or_else(|| app::forum(text))
}
