//! A log that grows while it is read: lines are taken as they come, and the case can be asked for
//! at any time.
//!
//! The scan of files works on whole buffers, which a phone fills once in minutes; here every line
//! counts at once, and a phone writes few enough of them.

use super::{LogReader, Outcome, Reading, Request};
use crate::catalog::Catalog;
use crate::diagnosis::Input;
use crate::read::Progress;
use crate::read::logcat::{Format, Stamp, parse_own};
use crate::source::clock::{self, Clock};
use crate::source::moment::Window;

/// A line that is longer is read in pieces.
const LONGEST: usize = 64 << 10;

/// Inputs that were read, and a log that goes on.
pub struct Live<'r> {
    catalog: &'r Catalog,
    reading: Reading<'r>,
    clock: Clock,
    /// The place of the growing log among the inputs.
    input: usize,
    lines: u64,
    first: Option<Stamp>,
    last: Option<Stamp>,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    literals: Vec<u32>,
}

impl<'c> LogReader<'c> {
    /// Reads the inputs of a request, then stands ready for the lines of a log of this name.
    pub fn live<'r>(&'r self, request: &'r Request, name: &str, progress: &dyn Progress) -> Live<'r> {
        let mut reading = self.begin(request, progress);
        let zone = reading.zone().unwrap_or_else(clock::china);
        let clock = Clock::new(zone, request.year, None);
        reading.interpreter.window = Window::new(request.since, request.until, &clock);
        let input = reading.case.inputs.len();
        reading.case.inputs.push(Input {
            path: name.to_owned(),
            kind: "logcat".to_owned(),
            format: Format::Threadtime.name().to_owned(),
            encoding: crate::read::Encoding::Utf8.name().to_owned(),
            ..Input::default()
        });
        reading.clocks.push(clock.clone());
        Live {
            catalog: self.catalog,
            reading,
            clock,
            input,
            lines: 0,
            first: None,
            last: None,
            begun: Vec::new(),
            literals: Vec::new(),
        }
    }
}

impl Live<'_> {
    /// Takes a piece of the log, wherever it was cut. True if a line of it concerns us.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        if let Some(input) = self.reading.case.inputs.get_mut(self.input) {
            input.bytes = input.bytes.saturating_add(bytes.len() as u64);
        }
        let mut concerns = false;
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            self.begun.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.begun.len() >= LONGEST {
                let line = std::mem::take(&mut self.begun);
                concerns |= self.line(&line);
                // The buffer is used again.
                self.begun = line;
                self.begun.clear();
            }
        }
        concerns
    }

    fn line(&mut self, bytes: &[u8]) -> bool {
        self.lines += 1;
        self.reading.interpreter.facts.read_text = true;
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_end_matches(['\r', '\n']);
        if let Some(stamp) = parse_own(text, Format::Threadtime).and_then(|line| line.time) {
            self.first.get_or_insert(stamp);
            self.last = Some(stamp);
        }
        self.reading.prefilter.all(bytes, &mut self.literals);
        if self.literals.is_empty() {
            return false;
        }
        let interpreter = &mut self.reading.interpreter;
        interpreter.line(self.input, self.lines, text, None, &self.literals, Format::Threadtime, &self.clock);
        true
    }

    /// Everything that is known so far.
    pub fn so_far(&self) -> Outcome {
        let mut reading = self.reading.clone();
        let time = |stamp: &Option<Stamp>| {
            stamp.and_then(|s| self.clock.micros(&s)).and_then(|t| clock::rfc3339(t, self.clock.zone()))
        };
        if let Some(input) = reading.case.inputs.get_mut(self.input) {
            input.lines = self.lines;
            input.from = time(&self.first);
            input.to = time(&self.last);
        }
        for stamp in self.first.iter().chain(self.last.iter()).filter(|s| s.epoch.is_none() && s.has_date()) {
            reading.assumed_year |= stamp.year.is_none() && reading.request.year.is_none();
            reading.assumed_zone |= stamp.offset_minutes.is_none();
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
