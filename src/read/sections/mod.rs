//! Sections of a bug report and of dumps, found while the text streams by.
//!
//! In a bug report only some parts are log: a line of a log that is quoted
//! inside a dump is no event, and a dump's own lines are facts that no log has.
//! So every byte passes here once, in chunks of any size. Where nothing is
//! wanted a search over line starts jumps from heading to heading; inside a
//! wanted section each line is handed on.

mod header;

#[cfg(test)]
mod tests;

use aho_corasick::packed;

use super::logcat::{Format, Stamp, parse_own};
pub use header::SectionKind;
use header::{Header, beginnings, header, start_of_dump};

/// The most sections that are remembered; a bug report has some hundreds.
const MOST: usize = 4096;
/// Bytes of a line that are kept; the rest of a longer one is dropped.
const LONGEST: usize = 64 << 10;
/// Bytes of a line by which its format and time are told.
const BEGINNING: usize = 256;

/// A section, once it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The title, or the name of the service.
    pub name: String,
    /// What it holds.
    pub kind: SectionKind,
    /// The number of its first line below the heading.
    pub from: u64,
    /// Lines below the heading.
    pub lines: u64,
    /// The first and the last time of a log section.
    pub first: Option<Stamp>,
    pub last: Option<Stamp>,
    /// Whether it had a heading, or was known by its content.
    pub headed: bool,
    /// Whether something came after it: it was not cut off by the end of the text.
    pub closed: bool,
}

/// What the sections hand on.
#[derive(Debug, Clone, Copy)]
pub enum SectionEvent<'a> {
    /// A section with lines of interest begins.
    Begins { kind: &'a SectionKind },
    /// A line of it, as bytes, without its ending.
    Line { kind: &'a SectionKind, number: u64, text: &'a [u8] },
    /// It is over; `closed` is false when the text just ended.
    Ends { kind: &'a SectionKind, closed: bool },
    /// The bug report's own time, as `2024-03-13 10:25:37`.
    Dumpstate { time: &'a str },
}

/// Which lines of the text are log lines, from a line on.
#[derive(Debug, Clone, Copy)]
struct Mark {
    line: u64,
    log: bool,
    properties: bool,
    /// A log of the time before the phone started: its process ids are others.
    earlier: bool,
}

/// Finds the sections of one text.
pub(crate) struct SectionReader {
    separator: u8,
    /// Complete lines before the current one.
    lines: u64,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    in_line: bool,
    current: Option<Section>,
    /// A heading was seen: text outside of sections is no log.
    headed: bool,
    /// The first line of this section decides whether it is a log.
    undecided: bool,
    /// The last line of the log section so far.
    last_line: Vec<u8>,
    /// The format of the first log section.
    format: Option<Format>,
    sections: Vec<Section>,
    dropped: u64,
    marks: Vec<Mark>,
    headings: Option<packed::Searcher>,
    all: Option<packed::Searcher>,
}

fn searcher(dumps: bool) -> Option<packed::Searcher> {
    let mut builder = packed::Config::new().builder();
    for start in beginnings(dumps) {
        builder.add(format!("\n{start}"));
    }
    builder.build()
}

impl SectionReader {
    pub(crate) fn new() -> Self {
        Self {
            separator: b'\n',
            lines: 0,
            partial: Vec::new(),
            in_line: false,
            current: None,
            headed: false,
            undecided: false,
            last_line: Vec::new(),
            format: None,
            sections: Vec::new(),
            dropped: 0,
            marks: Vec::new(),
            headings: searcher(false),
            all: searcher(true),
        }
    }

    /// Text with another line separator is read line by line.
    pub(crate) fn separator(&mut self, separator: u8) {
        if separator != b'\n' {
            self.separator = separator;
            self.headings = None;
            self.all = None;
        }
    }

    /// Takes the next bytes of the text.
    pub(crate) fn feed(&mut self, chunk: &[u8], out: &mut dyn FnMut(SectionEvent<'_>)) {
        let mut rest = chunk;
        if self.in_line {
            let Some(at) = memchr::memchr(self.separator, rest) else {
                self.keep(rest);
                return;
            };
            self.keep(rest.get(..at).unwrap_or_default());
            let line = std::mem::take(&mut self.partial);
            self.in_line = false;
            self.line(&line, out);
            self.partial = line;
            self.partial.clear();
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        loop {
            rest = self.jump(rest);
            let Some(at) = memchr::memchr(self.separator, rest) else { break };
            self.line(rest.get(..at).unwrap_or_default(), out);
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        if !rest.is_empty() {
            self.in_line = true;
            self.keep(rest);
        }
    }

    /// The text has ended.
    pub(crate) fn finish(&mut self, out: &mut dyn FnMut(SectionEvent<'_>)) {
        if self.in_line {
            let line = std::mem::take(&mut self.partial);
            let before = self.last_line.clone();
            self.in_line = false;
            self.line(&line, out);
            // A line that is cut off in its time tells none.
            if stamp_of(&self.last_line).is_none() {
                self.last_line = before;
            }
        }
        self.close(false, out);
    }

    /// All sections, and how many more there were.
    pub(crate) fn take(&mut self) -> (Vec<Section>, u64) {
        (std::mem::take(&mut self.sections), self.dropped)
    }

    /// The format of the first log section.
    pub(crate) fn format(&self) -> Option<Format> {
        self.format
    }

    /// Whether the line may hold an event of a log.
    pub(crate) fn is_log(&self, line: u64) -> bool {
        self.mark(line).is_none_or(|mark| mark.log)
    }

    /// Whether the line stands in a log of the time before the phone started.
    pub(crate) fn is_earlier(&self, line: u64) -> bool {
        self.mark(line).is_some_and(|mark| mark.earlier)
    }

    /// Whether the line may hold properties that nobody else reads.
    pub(crate) fn is_property(&self, line: u64) -> bool {
        self.mark(line).is_none_or(|mark| mark.properties)
    }

    fn mark(&self, line: u64) -> Option<&Mark> {
        let at = self.marks.partition_point(|mark| mark.line <= line);
        at.checked_sub(1).and_then(|at| self.marks.get(at))
    }

    /// Everything up to this line was asked for.
    pub(crate) fn forget(&mut self, line: u64) {
        let at = self.marks.partition_point(|mark| mark.line <= line);
        self.marks.drain(..at.saturating_sub(1));
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.partial.len());
        self.partial.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
    }

    /// Passes over lines that cannot matter; what remains begins at a line.
    fn jump<'t>(&mut self, text: &'t [u8]) -> &'t [u8] {
        let wanted = self.current.as_ref().is_some_and(|section| section.kind.wanted());
        let searcher = if self.headed { &self.headings } else { &self.all };
        let Some(searcher) = searcher else { return text };
        if wanted || self.undecided || self.is_candidate(text) {
            return text;
        }
        let at = match searcher.find(text) {
            Some(found) => found.start() + 1,
            None => memchr::memrchr(self.separator, text).map_or(0, |at| at + 1),
        };
        let (passed, rest) = text.split_at_checked(at).unwrap_or((text, &[]));
        self.lines += memchr::memchr_iter(self.separator, passed).count() as u64;
        if self.current.as_ref().is_some_and(|section| section.kind == SectionKind::Log) {
            self.remember_last(passed);
        }
        rest
    }

    fn is_candidate(&self, text: &[u8]) -> bool {
        beginnings(!self.headed).any(|start| {
            let start = start.as_bytes();
            let seen = start.get(..text.len().min(start.len())).unwrap_or(start);
            !text.is_empty() && text.starts_with(seen)
        })
    }

    /// The last line that may begin with a time; others only continue it.
    fn remember_last(&mut self, passed: &[u8]) {
        let mut rest = passed;
        while !rest.is_empty() {
            let start = memchr::memrchr(self.separator, rest).map_or(0, |at| at + 1);
            let line = rest.get(start..).unwrap_or_default();
            if may_have_time(line) {
                return self.set_last(line);
            }
            rest = rest.get(..start.saturating_sub(1)).unwrap_or_default();
        }
    }

    fn set_last(&mut self, line: &[u8]) {
        self.last_line.clear();
        self.last_line.extend_from_slice(line.get(..line.len().min(BEGINNING)).unwrap_or(line));
    }

    /// One whole line.
    fn line(&mut self, line: &[u8], out: &mut dyn FnMut(SectionEvent<'_>)) {
        self.lines += 1;
        let line = trim_cr(line);
        match header(line, self.headed) {
            Some(Header::Begins { title, kind }) => {
                self.close(true, out);
                self.headed = true;
                return self.open(title, kind, true, out);
            }
            Some(Header::Ends { title }) => {
                let own = self.current.as_ref().is_some_and(|s| s.name == title && s.headed);
                if own {
                    self.close(true, out);
                }
                if own || self.headed {
                    return;
                }
            }
            Some(Header::Dumpstate { time }) => {
                self.close(true, out);
                self.headed = true;
                self.mark_from(self.lines + 1, false, false);
                return out(SectionEvent::Dumpstate { time: &time });
            }
            Some(Header::Chapter) => return self.close(true, out),
            None => {}
        }
        if !self.headed {
            self.unheaded(line, out);
        }
        self.inside(line, out);
    }

    /// A line of a text without headings: a dump may begin or end here.
    fn unheaded(&mut self, line: &[u8], out: &mut dyn FnMut(SectionEvent<'_>)) {
        let open = self.current.as_ref().map(|section| section.kind.clone());
        if let Some(service) = start_of_dump(line) {
            let kind = SectionKind::Service(service.to_owned());
            if open.as_ref() != Some(&kind) {
                self.close(true, out);
                self.lines -= 1;
                self.open(service.to_owned(), kind, false, out);
                self.lines += 1;
            }
        } else if open.is_some() && is_log_line(line) {
            self.lines -= 1;
            self.close(true, out);
            self.lines += 1;
        }
    }

    fn inside(&mut self, line: &[u8], out: &mut dyn FnMut(SectionEvent<'_>)) {
        let number = self.lines;
        let mut became_log = false;
        let Some(section) = &mut self.current else { return };
        if self.undecided && !line.iter().all(u8::is_ascii_whitespace) {
            self.undecided = false;
            let parsed = log_line(line);
            let stamp = parsed.and_then(|(_, stamp)| stamp);
            // A vendor's own log sections have titles of their own.
            if section.kind == SectionKind::Other && stamp.is_some() {
                section.kind = SectionKind::Log;
                became_log = true;
            }
            if section.kind == SectionKind::Log {
                section.first = stamp;
                self.format = self.format.or(parsed.map(|(format, _)| format));
                // `--------- beginning of main` comes first.
                self.undecided = stamp.is_none() && number < section.from + 16;
            }
        }
        if section.kind.wanted() {
            out(SectionEvent::Line { kind: &section.kind, number, text: line });
        }
        if section.kind == SectionKind::Log && may_have_time(line) {
            self.set_last(line);
        }
        if became_log {
            self.mark_from(number, true, false);
        }
    }

    fn open(&mut self, name: String, kind: SectionKind, headed: bool, out: &mut dyn FnMut(SectionEvent<'_>)) {
        if kind.wanted() {
            out(SectionEvent::Begins { kind: &kind });
        }
        self.mark_from(self.lines + 1, kind == SectionKind::Log, false);
        if name.starts_with("LAST ")
            && let Some(mark) = self.marks.last_mut()
        {
            mark.earlier = true;
        }
        self.undecided = match &kind {
            SectionKind::Log => true,
            SectionKind::Other => !name.contains("KMSG") && !name.contains("KERNEL"),
            _ => false,
        };
        self.last_line.clear();
        self.current = Some(Section {
            name,
            kind,
            from: self.lines + 1,
            lines: 0,
            first: None,
            last: None,
            headed,
            closed: false,
        });
    }

    /// Ends the open section, if there is one; the line that ends it is counted already.
    fn close(&mut self, closed: bool, out: &mut dyn FnMut(SectionEvent<'_>)) {
        self.undecided = false;
        let Some(mut section) = self.current.take() else { return };
        let end = if closed && section.headed { self.lines.saturating_sub(1) } else { self.lines };
        section.lines = (end + 1).saturating_sub(section.from);
        section.closed = closed;
        if section.kind == SectionKind::Log {
            section.last = stamp_of(&self.last_line).or(section.first);
        }
        if section.kind.wanted() {
            out(SectionEvent::Ends { kind: &section.kind, closed });
        }
        let open = !self.headed;
        self.mark_from(self.lines + 1, open, open);
        if self.sections.len() < MOST {
            self.sections.push(section);
        } else {
            self.dropped += 1;
        }
    }

    fn mark_from(&mut self, line: u64, log: bool, properties: bool) {
        if let Some(last) = self.marks.last_mut()
            && last.line == line
        {
            *last = Mark { line, log, properties, earlier: false };
            return;
        }
        self.marks.push(Mark { line, log, properties, earlier: false });
    }
}

fn trim_cr(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|b| *b != b'\r').map_or(0, |at| at + 1);
    line.get(..end).unwrap_or(line)
}

fn may_have_time(line: &[u8]) -> bool {
    // Format long begins with a bracket; `[logcat: 0.9s elapsed]` is no time.
    line.iter().find(|b| !matches!(b, b' ' | b'\t' | b'[')).is_some_and(u8::is_ascii_digit)
}

fn stamp_of(line: &[u8]) -> Option<Stamp> {
    log_line(line).and_then(|(_, stamp)| stamp)
}

/// The format and time of a line of the Android log; its prefix is like nothing
/// in a dump.
fn log_line(line: &[u8]) -> Option<(Format, Option<Stamp>)> {
    let line = line.get(..line.len().min(BEGINNING)).unwrap_or(line);
    let text = String::from_utf8_lossy(line);
    let parsed = parse_own(&text, Format::Threadtime).filter(|line| line.level.is_some())?;
    Some((parsed.format, parsed.time))
}

/// A log line that ends a dump without headings: dumps are indented.
fn is_log_line(line: &[u8]) -> bool {
    line.first().is_some_and(|first| first.is_ascii_alphanumeric() || *first == b'[')
        && log_line(line).is_some()
}
