//! Where rows leave a shape: counts them, passes over those that lack what is asked for, and
//! remembers what a reader must be told.

use std::borrow::Cow;

use memchr::memmem::Finder;

use super::text::text;
use crate::lang::Bilingual;
use crate::read::encoding::Encoding;
use crate::source::server_log::row::{Body, Row, RowSink};

/// The rows of one input on their way out.
pub(super) struct Outlet<'s> {
    sink: &'s mut dyn RowSink,
    encoding: Encoding,
    literals: Vec<Finder<'static>>,
    pub(super) rows: u64,
    pub(super) unread: u64,
    pub(super) bad: u64,
    /// Rows in which bytes were replaced that are no text.
    pub(super) replaced: u64,
    /// Nobody wants more.
    pub(super) stopped: bool,
    /// A row was broken, and none was whole since: what is broken next may be the rest of it.
    pub(super) doubtful: bool,
    pub(super) notes: Vec<Bilingual>,
    pub(super) incomplete: bool,
}

impl<'s> Outlet<'s> {
    pub(super) fn new(sink: &'s mut dyn RowSink, encoding: Encoding, literals: &[String]) -> Self {
        let literals = literals
            .iter()
            // These may be written in another way inside of quotes.
            .filter(|l| !l.contains(['"', '\\', '/', '\t', '\n']) && l.is_ascii())
            .map(|l| Finder::new(l.as_bytes()).into_owned())
            .collect();
        Outlet {
            sink,
            encoding,
            literals,
            rows: 0,
            unread: 0,
            bad: 0,
            replaced: 0,
            stopped: false,
            doubtful: false,
            notes: Vec::new(),
            incomplete: false,
        }
    }

    /// Whether the row may hold all that is asked for. One that does not is counted as unread.
    pub(super) fn wanted(&mut self, raw: &[u8]) -> bool {
        let all = |raw: &[u8]| self.literals.iter().all(|l| l.find(raw).is_some());
        if self.literals.is_empty() || all(raw) || memchr::memmem::find(raw, b"\\u").is_some() {
            return true;
        }
        self.unread += 1;
        self.doubtful = false;
        false
    }

    /// The text of a row.
    pub(super) fn text<'t>(&mut self, raw: &'t [u8]) -> Cow<'t, str> {
        let (text, lossy) = text(raw, self.encoding);
        self.replaced += u64::from(lossy || text.contains('\u{fffd}'));
        text
    }

    pub(super) fn row(&mut self, line: u64, body: Body) {
        if self.stopped {
            return;
        }
        self.rows += 1;
        self.doubtful = false;
        self.stopped = !self.sink.row(Row { line, body });
    }

    pub(super) fn bad(&mut self, line: u64, why: Bilingual) {
        self.bad += 1;
        self.doubtful = true;
        self.sink.bad(line, why);
    }

    /// Says that the input is not whole.
    pub(super) fn incomplete(&mut self, why: Bilingual) {
        self.incomplete = true;
        self.note(why);
    }

    pub(super) fn note(&mut self, note: Bilingual) {
        if self.notes.len() < 32 && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}
