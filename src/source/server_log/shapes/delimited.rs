//! CSV by its standard: a field in quotes may hold delimiters and line ends, so it is never read
//! by line. A quote that is missing costs the row in which it is missing, not those behind it.

use std::collections::VecDeque;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use super::feed::Feed;
use super::outlet::Outlet;
use super::words;
use crate::lang::Bilingual;
use crate::source::server_log::row::Body;

/// Rows behind a missing quote that are looked for, and lines that are tried for each.
const MOST_REPAIRS: u32 = 1000;
const MOST_LINES: usize = 10_000;

/// How the fields of a file are set apart, and what they are called.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) delimiter: u8,
    /// The first row holds the names.
    pub(super) header: bool,
}

/// What came of it.
pub(super) struct DelimitedFacts {
    /// The last row ends inside of quotes.
    pub(super) open_end: bool,
}

/// One row as it was read.
#[derive(Default)]
struct Record {
    text: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    too_long: bool,
}

impl Record {
    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = 0;
        self.ends.iter().take(self.fields).map(move |to| {
            let field = self.text.get(from..*to).unwrap_or_default();
            from = *to;
            field
        })
    }
}

pub(super) fn read(feed: &mut Feed<'_>, layout: &Layout, out: &mut Outlet<'_>) -> DelimitedFacts {
    let mut reader = ReaderBuilder::new().delimiter(layout.delimiter).build();
    let mut record = Record::default();
    let mut names: Vec<String> = Vec::new();
    let mut named = !layout.header;
    let mut known_shapes: VecDeque<String> = VecDeque::new();
    let mut repairs = 0;
    let mut facts = DelimitedFacts { open_end: false };
    loop {
        while let Some(b'\n' | b'\r') = feed.peek() {
            feed.advance(1);
        }
        if feed.peek().is_none() || out.stopped {
            return facts;
        }
        let line = feed.line();
        feed.mark();
        next(&mut reader, feed, &mut record);
        if !named {
            named = true;
            names = titles(out, &record);
            continue;
        }
        let at_end = feed.peek().is_none();
        let raw = feed.marked();
        let open = at_end && raw.is_some_and(|raw| quote_is_open(raw, layout.delimiter));
        let wanted = if names.is_empty() { record.fields } else { names.len() };
        if !record.too_long && record.fields == wanted && !open && names.is_empty() {
            // The first row of a file without a header says how many columns there are.
            names = (1..=record.fields).map(|n| n.to_string()).collect();
        }
        if record.too_long || record.fields != wanted || open {
            let why = reason(&record, wanted, open);
            if !out.doubtful || !open {
                out.bad(line, why);
            }
            facts.open_end = open;
            let found = if repairs < MOST_REPAIRS {
                raw.and_then(|raw| row_inside(raw, layout.delimiter, wanted, &known_shapes))
            } else {
                None
            };
            if let Some(offset) = found {
                repairs += 1;
                facts.open_end = false;
                feed.go_to_marked(offset);
            }
            continue;
        }
        let first = record.fields().next().map(shape).unwrap_or_default();
        if !known_shapes.contains(&first) {
            known_shapes.push_front(first);
            known_shapes.truncate(16);
        }
        if is_type_row(&record) && out.rows == 0 && layout.header {
            continue;
        }
        let Some(raw) = raw else { continue };
        if out.wanted(raw) {
            let fields = values(out, &record, &names);
            out.row(line, Body::Fields(Value::Object(fields)));
        }
    }
}

/// Reads one row, however many lines it has.
fn next(reader: &mut Reader, feed: &mut Feed<'_>, record: &mut Record) {
    reader.reset();
    record.fields = 0;
    record.too_long = false;
    let (mut text, mut ends) = (0, 0);
    loop {
        if record.text.len() - text < 64 {
            let size = (record.text.len() * 2).max(4096);
            record.text.resize(size, 0);
        }
        if record.ends.len() - ends < 4 {
            let size = (record.ends.len() * 2).max(64);
            record.ends.resize(size, 0);
        }
        let input = feed.rest();
        let space = record.text.get_mut(text..).unwrap_or_default();
        let places = record.ends.get_mut(ends..).unwrap_or_default();
        let (result, read, written, found) = reader.read_record(input, space, places);
        feed.advance(read);
        text += written;
        ends += found;
        match result {
            ReadRecordResult::Record | ReadRecordResult::End => break,
            _ if feed.overflowed() || text > super::feed::LONGEST_ROW => {
                record.too_long = true;
                feed.pass_line();
                break;
            }
            _ => {}
        }
    }
    record.fields = ends;
}

fn titles(out: &mut Outlet<'_>, record: &Record) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, field) in record.fields().enumerate() {
        let name = out.text(field).trim().to_owned();
        let name = if name.is_empty() { (at + 1).to_string() } else { name };
        let unique = if names.contains(&name) { format!("{name}_{}", at + 1) } else { name };
        names.push(unique);
    }
    names
}

fn values(out: &mut Outlet<'_>, record: &Record, names: &[String]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, field) in names.iter().zip(record.fields()) {
        let value = match field {
            b"\\N" => Value::Null,
            field => Value::String(out.text(field).into_owned()),
        };
        fields.insert(name.clone(), value);
    }
    fields
}

fn reason(record: &Record, wanted: usize, open: bool) -> Bilingual {
    if record.too_long {
        words::too_long()
    } else if open {
        words::open_quote()
    } else {
        words::fields(record.fields, wanted)
    }
}

/// Whether a row ends inside of quotes.
fn quote_is_open(raw: &[u8], delimiter: u8) -> bool {
    let mut inside = false;
    let mut at_start = true;
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if inside && bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            b'"' if inside => inside = false,
            b'"' if at_start => inside = true,
            _ => {}
        }
        at_start = !inside && (byte == delimiter || byte == b'\n');
    }
    inside
}

/// Where inside of a broken row another one begins: at a line that by itself has the right number
/// of fields, and a first field like those of the rows before.
fn row_inside(raw: &[u8], delimiter: u8, wanted: usize, shapes: &VecDeque<String>) -> Option<usize> {
    if wanted < 2 {
        return None;
    }
    let starts = memchr::memchr_iter(b'\n', raw).map(|at| at + 1).filter(|at| *at < raw.len());
    for start in starts.take(MOST_LINES) {
        let rest = raw.get(start..)?;
        let first = rest.get(..memchr::memchr3(delimiter, b'\n', b'\r', rest).unwrap_or(rest.len()))?;
        if shapes.contains(&shape(first.strip_prefix(b"\"").unwrap_or(first)))
            && count_fields(rest, delimiter) == Some(wanted)
        {
            return Some(start);
        }
    }
    None
}

/// How many fields the row has that begins here, if it ends here too.
fn count_fields(text: &[u8], delimiter: u8) -> Option<usize> {
    let (mut fields, mut inside, mut at_start) = (1, false, true);
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if inside && bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            b'"' if inside => inside = false,
            b'"' if at_start => inside = true,
            b'\n' if !inside => return Some(fields),
            byte if byte == delimiter && !inside => fields += 1,
            _ => {}
        }
        at_start = !inside && byte == delimiter;
    }
    (!inside).then_some(fields)
}

/// Which kinds of characters a field is made of: `10.0.0.1` is `9.9.9.9`.
fn shape(field: &[u8]) -> String {
    let mut out = String::new();
    for byte in field.iter().take(32) {
        let kind = match byte {
            b'0'..=b'9' => '9',
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => 'a',
            other => char::from(*other),
        };
        if !out.ends_with(kind) {
            out.push(kind);
        }
    }
    out.trim_end_matches('"').to_owned()
}

/// The row of types below the names, as ClickHouse writes it on demand.
fn is_type_row(record: &Record) -> bool {
    record.fields > 0 && record.fields().all(is_type)
}

/// A type of ClickHouse.
pub(super) fn is_type(field: &[u8]) -> bool {
    const PLAIN: [&str; 9] = ["String", "UUID", "Bool", "Date", "Date32", "DateTime", "IPv4", "IPv6", "JSON"];
    const BEGIN: [&str; 10] = [
        "Nullable(",
        "LowCardinality(",
        "Array(",
        "Map(",
        "Tuple(",
        "Enum8(",
        "Enum16(",
        "DateTime(",
        "DateTime64(",
        "Decimal",
    ];
    let Ok(text) = std::str::from_utf8(field) else { return false };
    let number = ["UInt", "Int", "Float"].iter().find_map(|kind| text.strip_prefix(kind));
    PLAIN.contains(&text)
        || BEGIN.iter().any(|begin| text.starts_with(begin))
        || number.is_some_and(|bits| !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit()))
        || text.starts_with("FixedString(")
}
