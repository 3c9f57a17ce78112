//! JSON in every arrangement: arrays and objects, one or many back to back, pretty or not, and the
//! envelopes in which log stores answer. Of a stream of any length only one row is held.

use std::io::{self, Cursor};

use serde_json::Map;

use super::envelope::{Envelope, Kind};
use super::feed::Feed;
use super::json_row::{Rows, first_key};
use super::outlet::Outlet;
use super::scan::{Broken, Scan};
use super::words;

/// What came of a JSON stream.
pub(super) struct JsonFacts {
    pub(super) form: &'static str,
    pub(super) bytes: u64,
    pub(super) lines: u64,
    pub(super) error: Option<io::Error>,
    /// The stream ends inside of a value.
    pub(super) ended_early: bool,
}

/// Lines of other text between the rows.
struct Stray {
    line: u64,
    text: String,
}

struct Json<'r, 'o, 's> {
    scan: Scan<'r>,
    rows: Rows<'o, 's>,
    stray: Option<Stray>,
    /// The first array called `data` holds the rows, whatever else the object holds.
    data_holds_rows: bool,
    ended_early: bool,
    /// The first key of the last whole row.
    first_key: Vec<u8>,
    /// How far rows are indented that begin a line.
    indent: Option<usize>,
}

/// Bytes of text between rows that are kept.
const STRAY: usize = 16 << 10;

/// Reads all of a stream.
pub(super) fn read(feed: Feed<'_>, out: &mut Outlet<'_>) -> JsonFacts {
    let mut json = Json::new(feed, Rows::new(out), false);
    json.run();
    let Json { mut scan, rows, ended_early, .. } = json;
    JsonFacts {
        form: rows.form(),
        bytes: scan.feed.offset(),
        lines: scan.feed.lines_passed(),
        error: scan.feed.take_error(),
        ended_early,
    }
}

impl<'r, 'o, 's> Json<'r, 'o, 's> {
    fn new(feed: Feed<'r>, rows: Rows<'o, 's>, data_holds_rows: bool) -> Self {
        Json {
            scan: Scan::new(feed),
            rows,
            stray: None,
            data_holds_rows,
            ended_early: false,
            first_key: Vec::new(),
            indent: None,
        }
    }

    fn run(&mut self) {
        while !self.rows.out.stopped {
            self.scan.feed.pass_space();
            self.scan.open.clear();
            match self.scan.feed.peek() {
                None => break,
                // Commas and closing brackets are what a broken row left behind.
                Some(b',' | b']' | b'}' | 0 | 0x1E) => self.scan.feed.advance(1),
                Some(b'{') => self.object(),
                Some(b'[') => {
                    self.say_stray();
                    self.rows.arrays += 1;
                    self.scan.feed.advance(1);
                    self.array(Kind::Plain);
                }
                Some(_) => self.other_text(),
            }
        }
        self.say_stray();
    }

    /// The elements of an array up to its end.
    fn array(&mut self, kind: Kind) {
        let base = self.scan.open.len();
        let mut behind_row = false;
        while !self.rows.out.stopped {
            self.scan.open.truncate(base);
            self.scan.feed.pass_space();
            match self.scan.feed.peek() {
                None => {
                    self.ended_early = true;
                    return;
                }
                Some(b']') => return self.scan.feed.advance(1),
                Some(b',') => {
                    self.scan.feed.advance(1);
                    behind_row = false;
                    continue;
                }
                // A row that closed too soon: what follows belongs to it.
                Some(byte) if behind_row && !matches!(byte, b'{' | b'[') => {
                    let line = self.scan.feed.line();
                    self.rows.out.note(words::left_over(line));
                    let key = std::mem::take(&mut self.first_key);
                    self.scan.resync(Broken::Unexpected, 0, self.indent, &key);
                    self.first_key = key;
                }
                // Behind a broken row: this is the next array, or a row of another stream.
                Some(b'[') if self.rows.out.doubtful && self.scan.feed.indent() == Some(0) => return,
                Some(b'{') if kind == Kind::LokiStream => self.loki_stream(),
                Some(_) => self.element(kind),
            }
            behind_row = true;
        }
    }

    fn element(&mut self, kind: Kind) {
        let indent = self.scan.feed.indent();
        self.indent = indent.or(self.indent);
        let line = self.scan.feed.line();
        let base = self.scan.open.len();
        self.scan.feed.mark();
        match self.scan.value() {
            Ok(()) => self.whole(line, kind),
            Err(broken) => self.broken(broken, line, base, indent),
        }
    }

    /// A row that is whole as far as its brackets go.
    fn whole(&mut self, line: u64, kind: Kind) {
        match self.scan.feed.marked() {
            Some(raw) => {
                if let Some(key) = first_key(raw) {
                    self.first_key.clear();
                    self.first_key.extend_from_slice(key);
                }
                self.rows.row(raw, line, kind);
            }
            None => self.rows.out.bad(line, words::too_long()),
        }
        self.scan.feed.unmark();
    }

    fn broken(&mut self, broken: Broken, line: u64, base: usize, indent: Option<usize>) {
        let out = &mut *self.rows.out;
        // Where none was whole since the last broken row, this may be the rest of that one.
        if !out.doubtful || indent.is_some() {
            out.bad(line, words::broken(broken));
        }
        if self.scan.back_to_row_inside(indent) {
            return;
        }
        if broken == Broken::Ended {
            self.ended_early = true;
            return;
        }
        let depth = self.scan.open.len().saturating_sub(base);
        let key = std::mem::take(&mut self.first_key);
        let inside = if base > 0 || self.rows.arrays > 0 { key.as_slice() } else { &[] };
        self.scan.resync(broken, depth, indent.or(self.indent), inside);
        self.first_key = key;
    }

    /// An object at the top: a row, or an envelope of rows.
    fn object(&mut self) {
        let indent = self.scan.feed.indent();
        let line = self.scan.feed.line();
        let mut envelope = Envelope::new(self.data_holds_rows);
        self.scan.feed.mark();
        let result = self.scan.enter(b'{').and_then(|()| self.members("", &mut envelope));
        let Some(kind) = envelope.kind else {
            self.join_error_word();
            return match result {
                // The next batch of a stream of envelopes: no row of it was reached.
                Err(Broken::Ended) if self.rows.kind.form().is_some() => self.ended_early = true,
                Err(broken) => {
                    let rest_of_envelope = broken == Broken::Ended && envelope.may_hold_rows_first;
                    if !(rest_of_envelope && self.rows.out.rows == 0 && self.read_again(line)) {
                        self.broken(broken, line, 0, indent);
                    }
                }
                Ok(()) if envelope.may_hold_rows_first && envelope.has("meta") && self.read_again(line) => {}
                Ok(()) => self.whole(line, Kind::Top),
            };
        };
        if let Some(tail) = self.scan.feed.marked() {
            envelope.head.extend_from_slice(tail);
        }
        self.scan.feed.unmark();
        match result {
            Ok(()) => self.rows.envelope(kind, &envelope.head, line),
            Err(Broken::Ended) => self.ended_early = true,
            Err(broken) => {
                self.rows.out.note(words::envelope_broken(line));
                let depth = self.scan.open.len();
                self.scan.resync(broken, depth, indent, &[]);
            }
        }
    }

    /// The members of an object up to its end. Goes into arrays that hold rows.
    fn members(&mut self, path: &str, envelope: &mut Envelope) -> Result<(), Broken> {
        self.scan.feed.pass_space();
        if self.scan.feed.peek() == Some(b'}') {
            self.scan.leave();
            return Ok(());
        }
        loop {
            let from = self.scan.feed.offset();
            self.scan.key()?;
            let key = self.scan.feed.since(from).map(key_of).unwrap_or_default();
            let path = if path.is_empty() { key } else { format!("{path}.{key}") };
            self.scan.feed.pass_space();
            let first = self.scan.feed.peek().ok_or(Broken::Ended)?;
            match envelope.rows_at(&path, first, self.scan.feed.marked()) {
                Some(kind) => {
                    self.say_stray();
                    envelope.head.extend_from_slice(self.scan.feed.marked().unwrap_or_default());
                    envelope.head.extend_from_slice(b"[]");
                    envelope.kind = Some(kind);
                    self.rows.kind = kind;
                    self.scan.feed.unmark();
                    self.scan.feed.advance(1);
                    self.array(kind);
                    self.scan.feed.mark();
                    if self.rows.out.stopped {
                        return Ok(());
                    }
                }
                None if first == b'{' && envelope.goes_into(&path) => {
                    self.scan.enter(b'{')?;
                    self.members(&path, envelope)?;
                }
                None => self.scan.value()?,
            }
            envelope.saw(path, first);
            self.scan.feed.pass_space();
            match self.scan.feed.peek().ok_or(Broken::Ended)? {
                b',' => {
                    self.scan.feed.advance(1);
                    self.scan.feed.pass_space();
                }
                b'}' => {
                    self.scan.leave();
                    return Ok(());
                }
                _ => return Err(Broken::Unexpected),
            }
        }
    }

    /// Reads the marked object again, now that it is known to hold rows in its first array.
    fn read_again(&mut self, line: u64) -> bool {
        let Some(raw) = self.scan.feed.marked().map(<[u8]>::to_vec) else { return false };
        self.scan.feed.unmark();
        let mut reader = Cursor::new(raw);
        let rows = Rows::of_part(&mut *self.rows.out, Kind::SlsV2, Map::new());
        let mut json = Json::new(Feed::new(&mut reader, line), rows, true);
        json.run();
        let (early, kind) = (json.ended_early, json.rows.kind);
        self.ended_early |= early;
        self.rows.kind = kind;
        true
    }

    /// One stream of Loki: labels, then lines under them.
    fn loki_stream(&mut self) {
        let indent = self.scan.feed.indent();
        let line = self.scan.feed.line();
        let base = self.scan.open.len();
        self.scan.feed.mark();
        self.rows.labels.clear();
        if let Err(broken) = self.loki_members() {
            self.broken(broken, line, base, indent);
        }
        self.scan.feed.unmark();
    }

    fn loki_members(&mut self) -> Result<(), Broken> {
        self.scan.enter(b'{')?;
        self.scan.feed.pass_space();
        let mut early: Option<(Vec<u8>, u64)> = None;
        while self.scan.feed.peek() != Some(b'}') {
            let from = self.scan.feed.offset();
            self.scan.key()?;
            let key = self.scan.feed.since(from).map(key_of).unwrap_or_default();
            self.scan.feed.pass_space();
            let first = self.scan.feed.peek().ok_or(Broken::Ended)?;
            let line = self.scan.feed.line();
            self.scan.feed.mark();
            match (key.as_str(), first) {
                ("values", b'[') if !self.rows.labels.is_empty() => {
                    self.scan.feed.unmark();
                    self.scan.feed.advance(1);
                    self.array(Kind::LokiValue);
                    if self.rows.out.stopped {
                        return Ok(());
                    }
                }
                ("stream" | "metric", b'{') => {
                    self.scan.value()?;
                    self.rows.take_labels(self.scan.feed.marked().unwrap_or_default());
                }
                ("values", b'[') => {
                    self.scan.value()?;
                    match self.scan.feed.marked() {
                        Some(raw) => early = Some((raw.to_vec(), line)),
                        None => self.rows.out.bad(line, words::too_long()),
                    }
                }
                _ => self.scan.value()?,
            }
            self.scan.feed.mark();
            self.scan.feed.pass_space();
            match self.scan.feed.peek().ok_or(Broken::Ended)? {
                b',' => {
                    self.scan.feed.advance(1);
                    self.scan.feed.pass_space();
                }
                b'}' => {}
                _ => return Err(Broken::Unexpected),
            }
        }
        self.scan.leave();
        if let Some((values, line)) = early {
            // The lines came before their labels.
            let mut reader = Cursor::new(values);
            let labels = self.rows.labels.clone();
            let rows = Rows::of_part(&mut *self.rows.out, Kind::LokiValue, labels);
            let mut json = Json::new(Feed::new(&mut reader, line), rows, false);
            if json.scan.feed.peek() == Some(b'[') {
                json.scan.feed.advance(1);
            }
            json.array(Kind::LokiValue);
        }
        Ok(())
    }

    /// Lines between the rows that are no JSON.
    fn other_text(&mut self) {
        let line = self.scan.feed.line();
        if self.scan.feed.indent().is_none() && self.rows.out.rows > 0 {
            self.rows.out.note(words::left_over(line));
            return self.scan.feed.pass_line();
        }
        loop {
            self.scan.feed.mark();
            self.scan.feed.set_longest(STRAY);
            self.scan.feed.pass_line();
            let raw = self.scan.feed.marked().unwrap_or_default().to_vec();
            self.scan.feed.unmark();
            self.scan.feed.set_longest(super::feed::LONGEST_ROW);
            let text = self.rows.out.text(&raw).into_owned();
            let stray = self.stray.get_or_insert_with(|| Stray { line, text: String::new() });
            if stray.text.len() + text.len() <= STRAY {
                stray.text.push_str(&text);
            }
            self.scan.feed.pass_space();
            if matches!(self.scan.feed.peek(), None | Some(b'{' | b'[' | b']' | b',' | b'}')) {
                return;
            }
        }
    }

    /// "Error!" belongs to the object that follows it.
    fn join_error_word(&mut self) {
        if self.stray.as_ref().is_some_and(|s| s.text.trim().eq_ignore_ascii_case("error!")) {
            self.rows.error_word = self.stray.take().map(|s| s.line);
        } else {
            self.say_stray();
        }
    }

    fn say_stray(&mut self) {
        if let Some(stray) = self.stray.take() {
            self.rows.other_text(stray.line, &stray.text);
        }
    }
}

/// The name in `"name" :`.
fn key_of(raw: &[u8]) -> String {
    let name = raw.trim_ascii().strip_suffix(b":").unwrap_or(raw).trim_ascii();
    serde_json::from_slice(name).unwrap_or_default()
}
