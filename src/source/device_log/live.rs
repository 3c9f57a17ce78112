//! A log that grows while it is read: lines are taken as they come, and the case can be asked for
//! at any time.
//!
//! The scan of files works on whole buffers, which a phone fills once in minutes; here every line
//! counts at once, and a phone writes few enough of them.

use super::{LogReader, Outcome, Reading, Request};
use crate::catalog::Catalog;
use crate::diagnosis::Input;
use crate::lang::Bilingual;
use crate::read::Progress;
use crate::read::encoding::{self, Encoding};
use crate::read::logcat::{Format, Stamp, parse_own};
use crate::source::clock::{self, Clock};
use crate::source::moment::Window;

/// A line that is longer is read in pieces.
const LONGEST: usize = 64 << 10;

/// Inputs that were read, and logs that go on.
pub struct Live<'r> {
    catalog: &'r Catalog,
    reading: Reading<'r>,
    growing: Vec<Growing>,
    literals: Vec<u32>,
}

/// One log that goes on.
struct Growing {
    clock: Clock,
    /// The place of the log among the inputs.
    input: usize,
    encoding: Option<Encoding>,
    lines: u64,
    first: Option<Stamp>,
    last: Option<Stamp>,
    /// The newest stamp, as lines of several buffers do not come in order.
    newest: Option<i64>,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
}

/// How far a log has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The place of the log among the inputs.
    pub input: usize,
    /// The number of the last line that had begun.
    pub line: u64,
    /// The newest stamp of its lines, in microseconds since 1970 by the phone's clock.
    pub newest: Option<i64>,
}

impl<'c> LogReader<'c> {
    /// Reads the inputs of a request, then stands ready for the lines of a log of this name.
    pub fn live<'r>(&'r self, request: &'r Request, name: &str, progress: &dyn Progress) -> Live<'r> {
        let mut live = self.open_live(request, progress);
        live.grow(name, None);
        live
    }

    /// Reads the inputs of a request; the logs that go on are named later.
    pub fn open_live<'r>(&'r self, request: &'r Request, progress: &dyn Progress) -> Live<'r> {
        Live {
            catalog: self.catalog,
            reading: self.begin(request, progress),
            growing: Vec::new(),
            literals: Vec::new(),
        }
    }
}

impl Live<'_> {
    /// One more log that goes on; back comes its number for [`Live::take_from`]. Bytes of an
    /// encoding that cannot be split at line ends must be decoded before.
    pub fn grow(&mut self, name: &str, encoding: Option<Encoding>) -> usize {
        let zone = self.reading.zone().unwrap_or_else(clock::china);
        let request = self.reading.request;
        let clock = Clock::new(zone, request.year, None);
        self.reading.interpreter.window = Window::new(request.since, request.until, &clock);
        let input = self.reading.case.inputs.len();
        self.reading.case.inputs.push(Input {
            path: name.to_owned(),
            kind: "logcat".to_owned(),
            format: Format::Threadtime.name().to_owned(),
            encoding: encoding.unwrap_or(Encoding::Utf8).name(),
            ..Input::default()
        });
        self.reading.clocks.push(clock.clone());
        self.growing.push(Growing {
            clock,
            input,
            encoding,
            lines: 0,
            first: None,
            last: None,
            newest: None,
            begun: Vec::new(),
        });
        self.growing.len() - 1
    }

    /// Goes on with an input that was read from a plain file: its number for [`Live::take_from`],
    /// and how many bytes of it were read. Only lines with a date say how far its time had come, so
    /// `newest` starts empty.
    pub fn go_on(&mut self, path: &str) -> Option<(usize, u64)> {
        let input = self.reading.case.inputs.iter().position(|i| i.path == path)?;
        let (known, clock) = (self.reading.case.inputs.get(input)?, self.reading.clocks.get(input)?);
        let encoding = encoding::from_label(&known.encoding);
        let newest = known.to.as_deref().and_then(|to| to.parse::<jiff::Timestamp>().ok());
        let growing = Growing {
            clock: clock.clone(),
            input,
            encoding,
            lines: known.lines,
            first: None,
            last: None,
            newest: newest.map(|t| t.as_microsecond()),
            begun: Vec::new(),
        };
        let bytes = known.bytes;
        self.growing.push(growing);
        Some((self.growing.len() - 1, bytes))
    }

    /// The encoding of a log that goes on, if it is known.
    pub fn encoding(&self, log: usize) -> Option<Encoding> {
        self.growing.get(log)?.encoding
    }

    /// The encoding of a log that goes on was found out.
    pub fn set_encoding(&mut self, log: usize, encoding: Encoding) {
        let Some(growing) = self.growing.get_mut(log) else { return };
        growing.encoding = Some(encoding);
        if let Some(input) = self.reading.case.inputs.get_mut(growing.input) {
            input.encoding = encoding.name();
        }
    }

    /// Takes a piece of the first log, wherever it was cut. True if a line of it concerns us.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        self.take_from(0, bytes)
    }

    /// Takes a piece of one log, wherever it was cut. True if a line of it concerns us.
    pub fn take_from(&mut self, log: usize, bytes: &[u8]) -> bool {
        let Some(growing) = self.growing.get_mut(log) else { return false };
        if let Some(input) = self.reading.case.inputs.get_mut(growing.input) {
            input.bytes = input.bytes.saturating_add(bytes.len() as u64);
        }
        let mut begun = std::mem::take(&mut growing.begun);
        let mut concerns = false;
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            begun.extend_from_slice(piece);
            if piece.ends_with(b"\n") || begun.len() >= LONGEST {
                concerns |= self.line(log, &begun);
                begun.clear();
            }
        }
        if let Some(growing) = self.growing.get_mut(log) {
            growing.begun = begun;
        }
        concerns
    }

    /// Takes the line that has begun as a whole one: no more of it will come. True if it concerns us.
    pub fn end_line(&mut self, log: usize) -> bool {
        let Some(growing) = self.growing.get_mut(log) else { return false };
        let begun = std::mem::take(&mut growing.begun);
        !begun.is_empty() && self.line(log, &begun)
    }

    /// A remark on one log.
    pub fn remark(&mut self, log: usize, remark: Bilingual) {
        let Some(growing) = self.growing.get(log) else { return };
        if let Some(input) = self.reading.case.inputs.get_mut(growing.input)
            && !input.notes.contains(&remark)
        {
            input.notes.push(remark);
        }
    }

    /// How far one log has come.
    pub fn reached(&self, log: usize) -> Option<Reached> {
        let growing = self.growing.get(log)?;
        let line = growing.lines + u64::from(!growing.begun.is_empty());
        Some(Reached { input: growing.input, line, newest: growing.newest })
    }

    fn line(&mut self, log: usize, bytes: &[u8]) -> bool {
        let Some(growing) = self.growing.get_mut(log) else { return false };
        growing.lines += 1;
        self.reading.interpreter.facts.read_text = true;
        // What had to be decoded before is UTF-8 by now.
        let text = match growing.encoding {
            Some(encoding) if encoding.transcoder().is_none() => encoding::decode_line(bytes, encoding).0,
            _ => String::from_utf8_lossy(bytes),
        };
        let text = text.trim_end_matches(['\r', '\n']);
        if let Some(stamp) = parse_own(text, Format::Threadtime).and_then(|line| line.time) {
            growing.first.get_or_insert(stamp);
            growing.last = Some(stamp);
            growing.newest = growing.newest.max(growing.clock.micros(&stamp));
        }
        self.reading.prefilter.all(bytes, &mut self.literals);
        if self.literals.is_empty() {
            return false;
        }
        let (input, lines) = (growing.input, growing.lines);
        let interpreter = &mut self.reading.interpreter;
        interpreter.line(input, lines, text, None, &self.literals, Format::Threadtime, &growing.clock);
        true
    }

    /// Everything that is known so far.
    pub fn so_far(&self) -> Outcome {
        let mut reading = self.reading.clone();
        for growing in &self.growing {
            let clock = &growing.clock;
            let time = |stamp: &Option<Stamp>| {
                stamp.and_then(|s| clock.micros(&s)).and_then(|t| clock::rfc3339(t, clock.zone()))
            };
            if let Some(input) = reading.case.inputs.get_mut(growing.input) {
                input.lines = growing.lines;
                input.from = input.from.take().or_else(|| time(&growing.first));
                input.to = time(&growing.last).or(input.to.take());
            }
            let stamps = growing.first.iter().chain(growing.last.iter());
            for stamp in stamps.filter(|s| s.epoch.is_none() && s.has_date()) {
                reading.assumed_year |= stamp.year.is_none() && reading.request.year.is_none();
                reading.assumed_zone |= stamp.offset_minutes.is_none();
            }
        }
        reading.finish(self.catalog)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Target, judge};
    use crate::diagnosis::VerdictState;
    use crate::read::NoProgress;

    #[test]
    fn the_verdict_changes_with_the_line_that_tells_however_it_was_cut() {
        let catalog = Catalog::builtin();
        let reader = LogReader::new(&catalog);
        let request = Request::default();
        let mut live = reader.live(&request, "adb!/logcat", &NoProgress);
        let verdict = |live: &Live<'_>| judge(live.so_far().case, &catalog, &Target::default()).verdict.state;
        let hello = b"2026-06-14 09:58:01.000 +0800 10231  1234  1234 I art     : hello\r\n";
        assert!(!live.take(hello));
        assert_eq!(verdict(&live), VerdictState::Inconclusive);
        let line =
            b"2026-06-14 09:58:02.123 +0800 10231  1234  1260 D mOppo   : OPPO onRegister error = 14\r\n";
        let (head, tail) = line.split_at(80);
        assert!(!live.take(head));
        assert!(live.take(tail));
        assert_eq!(verdict(&live), VerdictState::Broken);
        let input = &live.so_far().case.inputs[0];
        assert_eq!((input.lines, input.bytes), (2, (hello.len() + line.len()) as u64));
        assert_eq!(input.to.as_deref(), Some("2026-06-14T09:58:02.123+08:00"));
    }
}
