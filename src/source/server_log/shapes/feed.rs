//! A window over a stream of text: what was passed can be looked at again while it is marked, and
//! the number of the current line is known. Memory is bounded by the longest row.

use std::io::{self, Read};

/// The longest row that is kept, in bytes.
pub(super) const LONGEST_ROW: usize = 16 << 20;
const CHUNK: usize = 256 << 10;
/// What stays behind the current place, to see how far a line is indented.
const HISTORY: usize = 256;

pub(super) struct Feed<'r> {
    reader: &'r mut dyn Read,
    window: Vec<u8>,
    filled: usize,
    at: usize,
    mark: Option<usize>,
    overflowed: bool,
    /// Bytes that left the window.
    dropped: u64,
    /// Line ends before `counted`.
    lines: u64,
    counted: usize,
    ended: bool,
    error: Option<io::Error>,
    longest: usize,
}

impl<'r> Feed<'r> {
    /// `line` is the number of the first line.
    pub(super) fn new(reader: &'r mut dyn Read, line: u64) -> Self {
        Feed {
            reader,
            window: Vec::new(),
            filled: 0,
            at: 0,
            mark: None,
            overflowed: false,
            dropped: 0,
            lines: line.saturating_sub(1),
            counted: 0,
            ended: false,
            error: None,
            longest: LONGEST_ROW,
        }
    }

    /// Gets more of the stream. False at its end.
    pub(super) fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        if self.mark.is_some_and(|mark| self.at - mark > self.longest) {
            self.mark = None;
            self.overflowed = true;
        }
        if self.window.len() - self.filled < CHUNK / 2 {
            self.make_room();
        }
        loop {
            let Some(space) = self.window.get_mut(self.filled..) else { return false };
            match self.reader.read(space) {
                Ok(0) => self.ended = true,
                Ok(n) => self.filled = (self.filled + n).min(self.window.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.error = Some(error);
                    self.ended = true;
                }
            }
            return !self.ended;
        }
    }

    /// Drops what nobody needs, or makes the window larger.
    fn make_room(&mut self) {
        let needed = self.mark.unwrap_or(self.at).min(self.at);
        let drop = needed.saturating_sub(HISTORY);
        if drop > 0 {
            self.count_to(drop.max(self.counted));
            self.window.copy_within(drop..self.filled, 0);
            self.filled -= drop;
            self.at -= drop;
            self.counted -= drop;
            self.mark = self.mark.map(|mark| mark - drop);
            self.dropped += drop as u64;
        }
        if self.window.len() - self.filled < CHUNK {
            let size = self.filled + CHUNK.max(self.filled / 2);
            self.window.resize(size, 0);
        }
    }

    fn count_to(&mut self, place: usize) {
        let between = |from: usize, to: usize| {
            memchr::memchr_iter(b'\n', self.window.get(from..to).unwrap_or_default()).count() as u64
        };
        if place >= self.counted {
            self.lines += between(self.counted, place);
        } else {
            self.lines = self.lines.saturating_sub(between(place, self.counted));
        }
        self.counted = place;
    }

    /// The number of the line on which the current place lies.
    pub(super) fn line(&mut self) -> u64 {
        self.count_to(self.at);
        self.lines + 1
    }

    /// Lines passed so far; a last one without an end counts.
    pub(super) fn lines_passed(&mut self) -> u64 {
        self.count_to(self.at);
        self.lines + u64::from(self.line_is_open())
    }

    /// Whether the last line passed has no end.
    pub(super) fn line_is_open(&self) -> bool {
        self.at.checked_sub(1).and_then(|last| self.window.get(last)).is_some_and(|last| *last != b'\n')
    }

    /// What lies ahead in the window; empty at the end of the stream only.
    pub(super) fn rest(&mut self) -> &[u8] {
        if self.at >= self.filled {
            while self.at >= self.filled && self.fill() {}
        }
        self.window.get(self.at..self.filled).unwrap_or_default()
    }

    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        if self.at < self.filled {
            return self.window.get(self.at).copied();
        }
        self.rest().first().copied()
    }

    #[inline]
    pub(super) fn advance(&mut self, n: usize) {
        self.at = (self.at + n).min(self.filled);
    }

    /// Keeps everything from here on, up to the longest row.
    pub(super) fn mark(&mut self) {
        self.mark = Some(self.at);
        self.overflowed = false;
    }

    pub(super) fn unmark(&mut self) {
        self.mark = None;
        self.overflowed = false;
    }

    /// The longest row that is kept from now on.
    pub(super) fn set_longest(&mut self, bytes: usize) {
        self.longest = bytes;
    }

    /// What was passed since the mark; `None` if it is too long.
    pub(super) fn marked(&self) -> Option<&[u8]> {
        let mark = self.mark?;
        (self.at - mark <= self.longest).then(|| self.window.get(mark..self.at)).flatten()
    }

    /// Whether more was passed since the mark than is kept.
    pub(super) fn overflowed(&self) -> bool {
        self.overflowed || self.mark.is_some_and(|mark| self.at - mark > self.longest)
    }

    /// Goes to a place behind the mark. False if that is no longer kept.
    pub(super) fn go_to_marked(&mut self, offset: usize) -> bool {
        let Some(place) = self.mark.map(|mark| mark + offset).filter(|place| *place <= self.filled) else {
            return false;
        };
        self.at = place;
        true
    }

    /// The place in the whole stream.
    pub(super) fn offset(&self) -> u64 {
        self.dropped + self.at as u64
    }

    /// What was passed since an offset, if it is still there.
    pub(super) fn since(&self, offset: u64) -> Option<&[u8]> {
        let from = usize::try_from(offset.checked_sub(self.dropped)?).ok()?;
        self.window.get(from..self.at)
    }

    /// How far the current place is indented, if only blanks stand before it on its line.
    pub(super) fn indent(&self) -> Option<usize> {
        let passed = self.window.get(..self.at)?;
        let blanks = passed.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
        match passed.len().checked_sub(blanks + 1).and_then(|at| passed.get(at)) {
            Some(b'\n') => Some(blanks),
            Some(_) => None,
            None => (self.dropped == 0).then_some(blanks),
        }
    }

    /// Passes the rest of the line and its end.
    pub(super) fn pass_line(&mut self) {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return;
            }
            match memchr::memchr(b'\n', rest) {
                Some(at) => return self.advance(at + 1),
                None => {
                    let n = rest.len();
                    self.advance(n);
                }
            }
        }
    }

    /// Passes blanks and line ends.
    #[inline]
    pub(super) fn pass_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The error that ended the stream.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }
}
