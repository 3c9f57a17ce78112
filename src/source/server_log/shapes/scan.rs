//! Finds the end of a JSON value without building it, so that of a stream of any length only one
//! row is held. The grammar is checked, because a broken row must not swallow its neighbours.

use super::feed::Feed;

/// Deeper nesting than this occurs in no log.
pub(super) const DEEPEST: usize = 128;

/// Why a value has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The stream ends inside.
    Ended,
    /// A line ends inside a text.
    LineEnd,
    /// A character that cannot stand there.
    Unexpected,
    TooDeep,
}

/// The place in the grammar: the brackets that are open.
pub(super) struct Scan<'r> {
    pub(super) feed: Feed<'r>,
    pub(super) open: Vec<u8>,
}

impl<'r> Scan<'r> {
    pub(super) fn new(feed: Feed<'r>) -> Self {
        Scan { feed, open: Vec::new() }
    }

    /// Passes one value. On an error the brackets that are open at that place stay in `open`.
    pub(super) fn value(&mut self) -> Result<(), Broken> {
        let base = self.open.len();
        loop {
            self.feed.pass_space();
            match self.feed.peek().ok_or(Broken::Ended)? {
                b'{' => {
                    self.enter(b'{')?;
                    self.feed.pass_space();
                    if self.feed.peek() != Some(b'}') {
                        self.key()?;
                        continue;
                    }
                    self.leave();
                }
                b'[' => {
                    self.enter(b'[')?;
                    self.feed.pass_space();
                    if self.feed.peek() != Some(b']') {
                        continue;
                    }
                    self.leave();
                }
                b'"' => self.text()?,
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                b'-' | b'0'..=b'9' => self.number(),
                _ => return Err(Broken::Unexpected),
            }
            loop {
                if self.open.len() <= base {
                    return Ok(());
                }
                self.feed.pass_space();
                match (self.open.last(), self.feed.peek().ok_or(Broken::Ended)?) {
                    (Some(b'{'), b',') => {
                        self.feed.advance(1);
                        self.feed.pass_space();
                        self.key()?;
                        break;
                    }
                    (Some(b'['), b',') => {
                        self.feed.advance(1);
                        break;
                    }
                    (Some(b'{'), b'}') | (Some(b'['), b']') => self.leave(),
                    _ => return Err(Broken::Unexpected),
                }
            }
        }
    }

    /// Passes an opening bracket.
    pub(super) fn enter(&mut self, bracket: u8) -> Result<(), Broken> {
        self.feed.advance(1);
        self.open.push(bracket);
        if self.open.len() > DEEPEST { Err(Broken::TooDeep) } else { Ok(()) }
    }

    /// Passes a closing bracket.
    pub(super) fn leave(&mut self) {
        self.feed.advance(1);
        self.open.pop();
    }

    /// Passes a key and its colon.
    pub(super) fn key(&mut self) -> Result<(), Broken> {
        match self.feed.peek() {
            Some(b'"') => self.text()?,
            Some(_) => return Err(Broken::Unexpected),
            None => return Err(Broken::Ended),
        }
        self.feed.pass_space();
        match self.feed.peek() {
            Some(b':') => self.feed.advance(1),
            Some(_) => return Err(Broken::Unexpected),
            None => return Err(Broken::Ended),
        }
        Ok(())
    }

    fn text(&mut self) -> Result<(), Broken> {
        self.feed.advance(1);
        loop {
            let rest = self.feed.rest();
            if rest.is_empty() {
                return Err(Broken::Ended);
            }
            let Some(at) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                let n = rest.len();
                self.feed.advance(n);
                continue;
            };
            let found = rest.get(at).copied();
            self.feed.advance(at);
            match found {
                Some(b'"') => {
                    self.feed.advance(1);
                    return Ok(());
                }
                Some(b'\n') => return Err(Broken::LineEnd),
                _ => {
                    self.feed.advance(1);
                    match self.feed.peek() {
                        None => return Err(Broken::Ended),
                        Some(b'\n') => return Err(Broken::LineEnd),
                        Some(_) => self.feed.advance(1),
                    }
                }
            }
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Broken> {
        for byte in word {
            match self.feed.peek() {
                Some(found) if found == *byte => self.feed.advance(1),
                Some(_) => return Err(Broken::Unexpected),
                None => return Err(Broken::Ended),
            }
        }
        Ok(())
    }

    fn number(&mut self) {
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.feed.peek() {
            self.feed.advance(1);
        }
    }

    /// Goes back to a line inside of a broken row that begins like a row itself, because a row whose
    /// end is missing takes the next one for its part. False if there is none.
    pub(super) fn back_to_row_inside(&mut self, indent: Option<usize>) -> bool {
        let (Some(indent), Some(raw)) = (indent, self.feed.marked()) else { return false };
        let found = memchr::memchr_iter(b'\n', raw).find_map(|end| {
            let line = raw.get(end + 1..)?;
            let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            let begins = blanks == indent && line.get(blanks) == Some(&b'{');
            begins.then_some(end + 1 + blanks)
        });
        let went = found.is_some_and(|offset| self.feed.go_to_marked(offset));
        if went {
            self.feed.unmark();
        }
        went
    }

    /// Goes on behind a broken row that began at `indent` (if it was the first thing on its line)
    /// with `depth` brackets open where it broke. Stops behind the row if its brackets still
    /// close, else at the start of the next line that begins like a row, else before the next row
    /// on the same line: one that begins with `first_key`, as its neighbours do.
    pub(super) fn resync(&mut self, broken: Broken, depth: usize, indent: Option<usize>, first_key: &[u8]) {
        // What cannot stand there may be the start of the next row: the end of this one is missing.
        let here = self.feed.indent().filter(|blanks| *blanks == 0 || indent == Some(*blanks));
        if here.is_some() && matches!(self.feed.peek(), Some(b'{' | b'[')) {
            return self.feed.unmark();
        }
        self.feed.mark();
        let mut depth = depth;
        let mut in_text = false;
        let mut lost = broken == Broken::LineEnd;
        while let Some(byte) = self.feed.peek() {
            self.feed.advance(1);
            match byte {
                b'\n' => {
                    if in_text || lost {
                        lost = true;
                        in_text = false;
                        if self.next_on_line(first_key) {
                            return;
                        }
                    }
                    if self.at_row_start(indent) {
                        return;
                    }
                }
                _ if lost => {}
                b'\\' if in_text => match self.feed.peek() {
                    None | Some(b'\n') => {}
                    Some(_) => self.feed.advance(1),
                },
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        if self.followed_by_neighbour() {
                            return;
                        }
                        lost = true;
                    }
                }
                _ => {}
            }
        }
        if (in_text || lost) && self.next_on_line(first_key) {
            return;
        }
        self.feed.unmark();
    }

    /// Whether the line that begins here begins like a row; then its blanks are passed.
    fn at_row_start(&mut self, indent: Option<usize>) -> bool {
        let mut blanks = 0;
        while let Some(b' ' | b'\t') = self.feed.peek() {
            self.feed.advance(1);
            blanks += 1;
        }
        match self.feed.peek() {
            Some(b'{' | b'[') => blanks == 0 || indent == Some(blanks),
            Some(b']') => blanks == 0,
            _ => false,
        }
    }

    fn followed_by_neighbour(&mut self) -> bool {
        let line_end = loop {
            match self.feed.peek() {
                Some(b' ' | b'\t' | b'\r') => self.feed.advance(1),
                found => break found,
            }
        };
        matches!(line_end, None | Some(b',' | b']' | b'\n' | b'{'))
    }

    /// Looks through what is marked, which ends with its line, for a row behind a comma.
    fn next_on_line(&mut self, first_key: &[u8]) -> bool {
        const MOST: usize = 64;
        let end = self.feed.marked().map_or(0, <[u8]>::len);
        let line = self.feed.marked().unwrap_or_default();
        let line = line.get(..memchr::memchr(b'\n', line).unwrap_or(line.len())).unwrap_or_default();
        if first_key.is_empty() || line.is_empty() {
            return false;
        }
        let mut places = Vec::new();
        for at in memchr::memchr_iter(b'{', line) {
            let before = line.get(..at).unwrap_or_default().trim_ascii_end();
            let behind_row =
                before.strip_suffix(b",").is_some_and(|before| before.trim_ascii_end().ends_with(b"}"));
            let key = line.get(at + 1..).unwrap_or_default().trim_ascii_start();
            if behind_row && key.starts_with(first_key) {
                places.push(at);
                if places.len() >= MOST {
                    break;
                }
            }
        }
        for place in places {
            if !self.feed.go_to_marked(place) {
                return false;
            }
            let base = self.open.len();
            let whole = self.value().is_ok() && {
                self.feed.pass_space();
                matches!(self.feed.peek(), Some(b',' | b']'))
            };
            self.open.truncate(base);
            if whole {
                return self.feed.go_to_marked(place);
            }
        }
        self.feed.go_to_marked(end);
        false
    }
}
