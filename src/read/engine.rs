//! The loop of the scan: a buffer that rolls over the stream, keeps some lines
//! above the current one, and cuts lines that are too long to be lines.

use std::borrow::Cow;
use std::io::{self, Read};

use super::context::{clean, head_for, lines_upwards};
use super::encoding::Encoding;
use super::error::ReadError;
use super::logcat::{Format, parse_own};
use super::prefilter::Prefilter;
use super::scan::{Hit, Property, ScanOptions, Scanned};
use super::sections::{SectionEvent, SectionKind, SectionReader};
use super::sizes::Sizes;
use super::sniff::{HEAD_LINES, Kind, sniff, time_of};
use super::{pieces, properties};

/// Properties that are reported for one stream.
const MOST_PROPERTIES: u64 = 20_000;
/// Bytes of a head line that are kept.
const HEAD_LINE: usize = 4096;

/// Where in the buffer what stands. The destination of a read must not lie at
/// the start of a page: there copies out of the page cache are three times
/// slower on some processors.
const OFF_PAGE: usize = 64;
const PAGE: usize = 4096;

/// Message lines that are read below one header.
const MOST_BELOW: u32 = 400;

/// A header of format long that names a literal.
struct Header {
    line: Vec<u8>,
    literals: Vec<u32>,
    /// Message lines read so far.
    lines: u32,
}

/// Where the kept text goes, so that the read behind it starts off a page. When
/// nearly all of the buffer is kept there is no room to shift it.
fn destination(address: usize, kept: usize, size: usize) -> usize {
    let on_page = (address + OFF_PAGE + kept) % PAGE < OFF_PAGE;
    if on_page && 2 * OFF_PAGE + kept < size { 2 * OFF_PAGE } else { OFF_PAGE }
}

pub(crate) struct Engine<'a> {
    prefilter: &'a Prefilter,
    encoding: Encoding,
    properties: bool,
    sizes: Sizes,
    on_hit: &'a mut dyn FnMut(Hit<'_>),
    on_property: &'a mut dyn FnMut(Property<'_>),
    on_section: &'a mut dyn FnMut(SectionEvent<'_>),
    sections: SectionReader,
    separator: u8,
    /// The number of complete lines before the place that is looked at.
    lines: u64,
    /// The start of the line whose first part has already left the buffer.
    long_line: Option<Vec<u8>>,
    long_line_counted: bool,
    /// A header of format long whose message lines come next.
    header: Option<Header>,
    found: Vec<u32>,
    scanned: Scanned,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(
        prefilter: &'a Prefilter,
        encoding: Encoding,
        options: &ScanOptions,
        on_hit: &'a mut dyn FnMut(Hit<'_>),
        on_property: &'a mut dyn FnMut(Property<'_>),
        on_section: &'a mut dyn FnMut(SectionEvent<'_>),
    ) -> Self {
        Self {
            prefilter,
            encoding,
            properties: options.properties,
            sizes: options.sizes.unwrap_or_default(),
            on_hit,
            on_property,
            on_section,
            sections: SectionReader::new(),
            separator: b'\n',
            lines: 0,
            long_line: None,
            long_line_counted: false,
            header: None,
            found: Vec::new(),
            scanned: Scanned::empty(encoding),
        }
    }

    /// Reads the stream to its end.
    pub(crate) fn run(mut self, name: &str, reader: &mut dyn Read) -> Scanned {
        let smallest = self.sizes.context + 4 * self.prefilter.longest() + self.sizes.piece * 2;
        let size = self.sizes.buffer.max(smallest) + PAGE;
        let mut buffer = vec![0_u8; size];
        // front..todo is text that is done and kept, todo..filled is to do.
        let (mut front, mut todo, mut filled) = (OFF_PAGE, OFF_PAGE, OFF_PAGE);
        let mut first = true;
        loop {
            let ended = self.fill(name, reader, &mut buffer, &mut filled);
            if first {
                first = false;
                self.look_at_head(buffer.get(todo..filled).unwrap_or_default());
            }
            let fresh = buffer.get(todo..filled).unwrap_or_default();
            let whole = match memchr::memrchr(self.separator, fresh) {
                _ if ended => fresh.len(),
                Some(at) => at + 1,
                None => 0,
            };
            if whole > 0 || ended {
                let text = buffer.get(todo..todo + whole).unwrap_or_default();
                self.sections.feed(text, self.on_section);
                if ended {
                    self.sections.finish(self.on_section);
                }
                self.region(&buffer, front, todo, todo + whole);
            }
            todo += whole;
            self.sections.forget(self.lines + 1);
            if ended {
                let kept = buffer.get(front..filled).unwrap_or_default();
                self.scanned.last = lines_upwards(kept, self.separator)
                    .take(200)
                    .find_map(|line| time_of(&self.text(line), self.scanned.format))
                    .or(self.scanned.first);
                break;
            }
            if whole == 0 {
                let done = self.endless(buffer.get(todo..filled).unwrap_or_default());
                let text = buffer.get(todo..todo + done).unwrap_or_default();
                self.sections.feed(text, self.on_section);
                todo += done;
                front = todo;
            }
            (front, todo, filled) = self.roll(&mut buffer, front, todo, filled);
        }
        self.scanned.lines = self.lines;
        self.take_sections();
        self.scanned
    }

    /// What the sections say of the whole: their logs tell format and time, not
    /// the first and last lines of the text.
    fn take_sections(&mut self) {
        let (sections, dropped) = self.sections.take();
        let scanned = &mut self.scanned;
        let headed: Vec<_> = sections.iter().filter(|s| s.headed).collect();
        if !headed.is_empty() {
            let services = headed.iter().all(|s| matches!(s.kind, SectionKind::Service(_)));
            if scanned.kind != Kind::Bugreport {
                scanned.kind = if services { Kind::Dumpsys } else { Kind::Bugreport };
            }
            let log = headed.iter().find(|s| s.kind == SectionKind::Log);
            scanned.first = log.and_then(|s| s.first);
            scanned.last = log.and_then(|s| s.last);
            scanned.format = self.sections.format().unwrap_or(Format::Raw);
        } else if !sections.is_empty() && scanned.hits == 0 && matches!(scanned.kind, Kind::Text) {
            scanned.kind = Kind::Dumpsys;
        }
        scanned.sections = sections;
        scanned.sections_dropped = dropped;
    }

    /// Fills the buffer; true when the stream has ended, well or not.
    fn fill(&mut self, name: &str, reader: &mut dyn Read, buffer: &mut [u8], filled: &mut usize) -> bool {
        while let Some(space) = buffer.get_mut(*filled..).filter(|space| !space.is_empty()) {
            match reader.read(space) {
                Ok(0) => return true,
                Ok(n) => *filled += n.min(space.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let error = ReadError::from_io(name, &error);
                    self.scanned.cut = Some(error.to_string());
                    self.scanned.cut_error = Some(error);
                    return true;
                }
            }
        }
        false
    }

    /// Moves what is kept to the start of the buffer.
    fn roll(&self, buffer: &mut [u8], front: usize, todo: usize, filled: usize) -> (usize, usize, usize) {
        let from = todo.saturating_sub(self.sizes.context).max(front);
        // Keep whole lines only.
        let from = match buffer.get(from..todo) {
            Some(kept) if from > front => {
                memchr::memchr(self.separator, kept).map_or(todo, |at| from + at + 1)
            }
            _ => from,
        };
        let kept = filled - from;
        let to = destination(buffer.as_ptr() as usize, kept, buffer.len());
        buffer.copy_within(from..filled, to);
        (to, to + (todo - from), to + kept)
    }

    fn text<'b>(&self, line: &'b [u8]) -> Cow<'b, str> {
        clean(line, self.encoding).0
    }

    /// Decides on the line separator and the format.
    fn look_at_head(&mut self, head: &[u8]) {
        if memchr::memchr(b'\n', head).is_none() && memchr::memchr(b'\r', head).is_some() {
            self.separator = b'\r';
            self.sections.separator(b'\r');
        }
        let separator = self.separator;
        let lines: Vec<String> = head
            .split(|b| *b == separator)
            .take(HEAD_LINES)
            .map(|line| {
                let line = line.get(..line.len().min(HEAD_LINE)).unwrap_or(line);
                clean(line, self.encoding).0.into_owned()
            })
            .collect();
        let sniffed = sniff(&lines);
        self.scanned.format = sniffed.format;
        self.scanned.formats_seen = sniffed.formats_seen;
        self.scanned.first = sniffed.first;
        self.scanned.levels = sniffed.levels;
        self.scanned.kind = sniffed.kind;
        self.scanned.head_lines = lines;
    }

    /// Searches whole lines, `from..to` of the buffer; `front..from` is the
    /// text above them.
    fn region(&mut self, buffer: &[u8], front: usize, from: usize, to: usize) {
        let text = buffer.get(..to).unwrap_or(buffer);
        let mut at = from;
        if let Some(start) = self.long_line.take() {
            let rest = text.get(at..).unwrap_or_default();
            let end = memchr::memchr(self.separator, rest).unwrap_or(rest.len());
            self.long(rest.get(..end).unwrap_or(rest), Some(&start));
            at += (end + 1).min(rest.len());
            // Also the last line of a stream counts when nothing ends it.
            self.lines += 1;
        }
        at = self.below_header(text, at);
        let mut finder = self.prefilter.finder(self.properties);
        while let Some(place) = finder.find(text, at) {
            let start = text
                .get(at..place)
                .and_then(|before| memchr::memrchr(self.separator, before))
                .map_or(at, |found| at + found + 1);
            let end = text
                .get(place..)
                .and_then(|after| memchr::memchr(self.separator, after))
                .map_or(text.len(), |found| place + found);
            self.lines += self.count(text.get(at..start));
            let above = text.get(front..start).unwrap_or_default();
            self.line(text.get(start..end).unwrap_or_default(), above);
            self.lines += 1;
            at = (end + 1).min(text.len());
            self.open_header(text.get(start..end).unwrap_or_default());
            at = self.below_header(text, at);
            if at >= text.len() {
                return;
            }
        }
        let rest = text.get(at..).unwrap_or_default();
        self.lines += self.count(Some(rest));
        if rest.last().is_some_and(|last| *last != self.separator) {
            self.lines += 1;
        }
    }

    /// In format long the tag stands in a header of its own, so what it names is
    /// looked for in the message lines below it.
    fn open_header(&mut self, line: &[u8]) {
        if self.found.is_empty() {
            return;
        }
        let (text, _) = clean(line, self.encoding);
        if text.starts_with("[ ") && parse_own(&text, Format::Long).is_some_and(|l| l.format == Format::Long)
        {
            self.header = Some(Header { line: line.to_vec(), literals: self.found.clone(), lines: 0 });
        }
    }

    /// Reports the message lines of an open header, and returns where they end.
    fn below_header(&mut self, text: &[u8], from: usize) -> usize {
        let mut at = from;
        while let Some(header) = self.header.take() {
            let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) else {
                self.header = Some(header);
                break;
            };
            let end = memchr::memchr(self.separator, rest).unwrap_or(rest.len());
            let line = rest.get(..end).unwrap_or(rest);
            let (shown, _) = clean(line, self.encoding);
            let over = shown.trim().is_empty()
                || header.lines >= MOST_BELOW
                || line.len() > self.sizes.piece
                || parse_own(&shown, Format::Long).is_some_and(|l| l.format == Format::Long);
            if over {
                break;
            }
            drop(shown);
            self.report_with(line, Some(&header.line), &[], &header.literals);
            self.lines += 1;
            at += (end + 1).min(rest.len());
            self.header = Some(Header { lines: header.lines + 1, ..header });
        }
        at
    }

    fn count(&self, text: Option<&[u8]>) -> u64 {
        text.map_or(0, |text| memchr::memchr_iter(self.separator, text).count() as u64)
    }

    /// One line that holds a literal; several events may be joined in it.
    fn line(&mut self, line: &[u8], above: &[u8]) {
        self.long_line_counted = false;
        for event in pieces::events(line) {
            if event.len() > self.sizes.piece {
                self.long(event, None);
            } else {
                self.report(event, None, above);
            }
        }
    }

    /// A line that is too long to be reported whole, or the rest of one.
    fn long(&mut self, line: &[u8], start: Option<&[u8]>) {
        let first = pieces::beginning(line);
        let mut rest = line;
        let mut head = start;
        while !rest.is_empty() {
            let cut = pieces::cut(self.prefilter, rest, self.sizes.piece);
            let (piece, after) = rest.split_at_checked(cut).unwrap_or((rest, &[]));
            self.report(piece, head, &[]);
            head = start.or(Some(first));
            rest = after;
        }
    }

    /// A part of a line without end: reports all but its last bytes and returns
    /// how many are done.
    fn endless(&mut self, text: &[u8]) -> usize {
        let spare = 2 * self.prefilter.longest();
        let start = match self.long_line.take() {
            Some(start) => start,
            None => {
                self.long_line_counted = false;
                Vec::new()
            }
        };
        let mut done = 0;
        let first = pieces::beginning(text);
        while text.len() - done > self.sizes.piece + spare {
            let rest = text.get(done..).unwrap_or_default();
            let cut = pieces::cut(self.prefilter, rest, self.sizes.piece);
            let head = if !start.is_empty() { Some(start.as_slice()) } else { (done > 0).then_some(first) };
            self.report(rest.get(..cut).unwrap_or(rest), head, &[]);
            done += cut;
        }
        self.long_line = Some(if start.is_empty() { first.to_vec() } else { start });
        done
    }

    /// Hands a line or a piece of one to the callbacks. `start` is the start of
    /// the line for a later piece.
    fn report(&mut self, line: &[u8], start: Option<&[u8]>, above: &[u8]) {
        self.report_with(line, start, above, &[]);
    }

    /// The same with literals that stand in the header of the line.
    fn report_with(&mut self, line: &[u8], start: Option<&[u8]>, above: &[u8], inherited: &[u32]) {
        let number = self.lines + 1;
        let log = self.sections.is_log(number);
        if log {
            self.prefilter.all(line, &mut self.found);
        } else {
            self.found.clear();
        }
        if log && !inherited.is_empty() {
            self.found.extend_from_slice(inherited);
            self.found.sort_unstable();
            self.found.dedup();
        }
        // In a dump of properties every pair is one.
        let every = self.scanned.kind == Kind::Getprop;
        let property = self.properties
            && self.sections.is_property(number)
            && (every || self.prefilter.has_property(line));
        if self.found.is_empty() && !property {
            return;
        }
        let (text, lossy) = clean(line, self.encoding);
        self.scanned.broken_bytes += u64::from(lossy);
        if ((start.is_some() && inherited.is_empty()) || line.len() >= self.sizes.piece)
            && !self.long_line_counted
        {
            self.long_line_counted = true;
            self.scanned.long_lines += 1;
        }
        if property {
            let scanned = &mut self.scanned;
            let on_property = &mut *self.on_property;
            properties::pairs(&text, &mut |key, value| {
                if scanned.properties < MOST_PROPERTIES {
                    scanned.properties += 1;
                    on_property(Property { key, value, number, line: &text });
                } else {
                    scanned.properties_dropped += 1;
                }
            });
        }
        if self.found.is_empty() {
            return;
        }
        let head = match start {
            Some(start) => Some(self.text(start)),
            None => head_for(above, self.separator, &text, self.scanned.format, self.encoding),
        };
        self.scanned.hits += 1;
        let earlier = self.sections.is_earlier(number);
        (self.on_hit)(Hit { number, text, head, literals: &self.found, earlier });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_always_fits() {
        for address in 0..PAGE {
            for free in 0..200 {
                let kept = 10_000 - OFF_PAGE - free;
                let to = destination(address, kept, 10_000);
                assert!(to + kept <= 10_000, "{address} {free}");
                assert!(free < 2 * OFF_PAGE || (address + to + kept) % PAGE >= OFF_PAGE);
            }
        }
    }
}
