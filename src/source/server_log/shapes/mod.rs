//! Bytes to rows: text lines, JSON in every arrangement, CSV, exports of log stores.
//!
//! Operators hand over whatever their console or tool gave them. A shape is recognised by its
//! first bytes, read as a stream, and what is broken costs its own row only.

mod blocks;
mod delimited;
mod envelope;
mod feed;
mod json;
mod json_row;
pub mod lines;
mod outlet;
mod scan;
mod sniff;
mod tabbed;
mod text;
mod words;

use std::io::Read;

use super::row::RowSink;
use crate::lang::Bilingual;
use crate::read::encoding::{Encoding, detect};
use crate::read::{ReadError, Rejoined, Source, binary, columns, read_head};
use feed::Feed;
use outlet::Outlet;
use sniff::Shape;
use text::Decoded;

/// Bytes of the beginning by which a shape is recognised.
const HEAD: usize = 64 << 10;
/// Rows at which consoles and tools cut an export.
const LIMITS: [u64; 3] = [100, 10_000, 1_000_000];

/// How an input is read.
#[derive(Clone, Debug, Default)]
pub struct ShapeOptions {
    /// The encoding, if the user knows it.
    pub encoding: Option<Encoding>,
    /// Texts that a row must hold, each: rows without them may be passed over.
    pub literals: Vec<String>,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct ShapeFacts {
    /// The form that was recognised: `text`, `json`, `jsonl`, `csv`, `tsv`, `name-value`,
    /// `sls-arrays`, `sls-v2`, `sls-pull`, `elasticsearch`, `elasticdump`, `loki`, `logcli`,
    /// `clickhouse-json`.
    pub form: &'static str,
    pub encoding: Encoding,
    /// Rows that were handed over.
    pub rows: u64,
    /// Rows without the literals that were asked for.
    pub unread: u64,
    /// Rows that could not be read.
    pub bad: u64,
    /// Bytes of the text, as UTF-8.
    pub bytes: u64,
    pub lines: u64,
    /// Why the input ended before its end.
    pub cut: Option<ReadError>,
    /// Ids of the shapes that were tried, the last of which fitted.
    pub tried: Vec<&'static str>,
    /// Signs that rows are missing, and what was assumed.
    pub notes: Vec<Bilingual>,
    /// Rows are certainly missing.
    pub incomplete: bool,
    /// The first and the last line of a text log, which tell the time that it spans.
    pub first: Option<String>,
    pub last: Option<String>,
}

/// Reads one server log or export, row by row.
///
/// # Errors
/// When nothing of it can be read: it is empty, no text, or of a form that is not supported.
/// An input that breaks off later gives its rows, and [`ShapeFacts::cut`] says why.
pub fn read(
    source: &Source,
    stream: &mut dyn Read,
    options: &ShapeOptions,
    sink: &mut dyn RowSink,
) -> Result<ShapeFacts, ReadError> {
    let (head, error) = read_head(stream, HEAD);
    let name = || source.name.clone();
    if head.is_empty() {
        return Err(match error {
            Some(error) => ReadError::from_io(&source.name, &error),
            None => ReadError::Empty { name: name() },
        });
    }
    if let Some(what) = columns(&head) {
        return Err(ReadError::Columns { name: name(), what });
    }
    if let Some(what) = binary(head.get(..8 << 10).unwrap_or(&head), options.encoding) {
        return Err(ReadError::Binary { name: name(), what });
    }
    let encoding = options.encoding.unwrap_or_else(|| detect(&head));
    let mut beginning = Vec::new();
    // Reading from memory cannot fail.
    let _ = Decoded::new(&mut head.as_slice(), encoding).read_to_end(&mut beginning);
    let (shape, tried) =
        sniff::sniff(&String::from_utf8_lossy(&beginning), head.len() < HEAD, &source.file_name);
    let mut whole = Rejoined::new(head, error, stream);
    if matches!(shape, Shape::Lines) {
        return lines(source, &mut whole, options, tried, sink);
    }
    let mut decoded = Decoded::new(&mut whole, encoding);
    let mut feed = Feed::new(&mut decoded, 1);
    let mut out = Outlet::new(sink, encoding, &options.literals);
    let mut facts = ShapeFacts {
        form: "csv",
        encoding,
        rows: 0,
        unread: 0,
        bad: 0,
        bytes: 0,
        lines: 0,
        cut: None,
        tried,
        notes: Vec::new(),
        incomplete: false,
        first: None,
        last: None,
    };
    let (mut ended_early, mut open_line) = (false, false);
    let error = match shape {
        Shape::Json => {
            let read = json::read(feed, &mut out);
            (facts.form, facts.bytes, facts.lines) = (read.form, read.bytes, read.lines);
            ended_early = read.ended_early;
            read.error
        }
        other => {
            match other {
                Shape::Delimited(layout) => {
                    if !layout.header {
                        out.note(words::numbered_columns());
                    }
                    ended_early = delimited::read(&mut feed, &layout, &mut out).open_end;
                }
                Shape::Tabbed => {
                    facts.form = "tsv";
                    tabbed::read(&mut feed, &mut out);
                }
                _ => {
                    facts.form = "name-value";
                    blocks::read(&mut feed, &mut out);
                }
            }
            (facts.bytes, facts.lines) = (feed.offset(), feed.lines_passed());
            open_line = !out.stopped && feed.line_is_open();
            feed.take_error()
        }
    };
    facts.cut = error.map(|error| ReadError::from_io(&source.name, &error));
    if ended_early && facts.cut.is_none() && !out.stopped {
        match facts.form {
            "csv" => out.incomplete(words::cut_here()),
            _ => facts.cut = Some(ReadError::BrokenExport { name: name(), reason: "ends early".to_owned() }),
        }
    } else if open_line {
        out.note(words::last_line_cut());
    }
    finish(&mut facts, out);
    Ok(facts)
}

/// Counts, and the signs that an export is not whole.
fn finish(facts: &mut ShapeFacts, mut out: Outlet<'_>) {
    let all = out.rows + out.unread;
    if LIMITS.contains(&all) && !out.stopped {
        out.note(words::round_number(all));
    }
    if out.replaced > 0 {
        let replaced = out.replaced;
        out.note(words::replaced(replaced));
    }
    (facts.rows, facts.unread, facts.bad) = (out.rows, out.unread, out.bad);
    facts.incomplete = out.incomplete || facts.cut.is_some();
    facts.notes = out.notes;
}

/// Hands a text log over line by line.
fn lines(
    source: &Source,
    stream: &mut dyn Read,
    options: &ShapeOptions,
    tried: Vec<&'static str>,
    sink: &mut dyn RowSink,
) -> Result<ShapeFacts, ReadError> {
    let mut sink = Counted { sink, rows: 0, bad: 0 };
    let options = lines::LineOptions { encoding: options.encoding, literals: options.literals.clone() };
    let read = lines::read(source, stream, &options, &mut sink)?;
    let notes = if read.last_line_cut { vec![words::last_line_cut()] } else { Vec::new() };
    Ok(ShapeFacts {
        form: "text",
        encoding: read.encoding,
        rows: sink.rows,
        unread: read.unread,
        bad: sink.bad,
        bytes: read.bytes,
        lines: read.lines,
        incomplete: read.cut.is_some(),
        cut: read.cut,
        tried,
        notes,
        first: read.first,
        last: read.last,
    })
}

/// Counts what passes.
struct Counted<'s> {
    sink: &'s mut dyn RowSink,
    rows: u64,
    bad: u64,
}

impl RowSink for Counted<'_> {
    fn row(&mut self, row: super::row::Row) -> bool {
        self.rows += 1;
        self.sink.row(row)
    }

    fn bad(&mut self, line: u64, why: Bilingual) {
        self.bad += 1;
        self.sink.bad(line, why);
    }
}
