//! One pass over one stream: which lines name a known literal, and what kind of
//! log it is.
//!
//! Logs have gigabytes and a handful of interesting lines. The pass searches
//! raw bytes and decodes only the lines that were hit, in bounded memory
//! whatever the input.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::encoding::{self, Encoding};
use super::engine::Engine;
use super::error::ReadError;
use super::logcat::{Format, FormatCount, Stamp};
use super::open::Source;
pub use super::prefilter::Prefilter;
pub use super::sections::{Section, SectionEvent, SectionKind};
pub use super::sizes::Sizes;
pub use super::sniff::Kind;
use super::stream::{Counting, Rejoined, read_head};
use super::studio_json::{self, JsonLines};
use super::transcode::Transcoder;

/// Bytes of the head by which the encoding is decided.
pub(crate) const SAMPLE: usize = 64 << 10;

/// A line that names at least one literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The number of the line in the stream, from 1. In an export of Android
    /// Studio it counts the lines of the messages.
    pub number: u64,
    /// The line, decoded, without line ending, NUL bytes and colours.
    pub text: Cow<'a, str>,
    /// The header line that this line continues, when it has none of its own.
    pub head: Option<Cow<'a, str>>,
    /// The ids of all literals in the line, ascending.
    pub literals: &'a [u32],
    /// The line stands in a bug report's log of the time before the phone
    /// started, when process ids were others.
    pub earlier: bool,
}

/// A system property as a line gives it.
#[derive(Debug, Clone, Copy)]
pub struct Property<'a> {
    pub key: &'a str,
    pub value: &'a str,
    /// The number of the line in the stream, from 1.
    pub number: u64,
    /// The line.
    pub line: &'a str,
}

/// How to scan.
#[derive(Debug, Clone, Default)]
pub struct ScanOptions {
    /// The encoding, if the user knows it.
    pub encoding: Option<Encoding>,
    /// Whether system properties are wanted.
    pub properties: bool,
    /// Sizes of the buffer, for tests; `None` are the usual ones.
    pub sizes: Option<Sizes>,
}

/// What a pass over one stream found out beside the hits.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Scanned {
    /// Bytes read from the stream, after decompression.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Hits that were reported.
    pub hits: u64,
    /// The encoding of the stream.
    pub encoding: Encoding,
    /// The most frequent format of the first lines.
    pub format: Format,
    /// All formats of the first lines, most frequent first.
    pub formats_seen: Vec<FormatCount>,
    /// The first time in the head of the stream.
    pub first: Option<Stamp>,
    /// The last time in the tail of the stream.
    pub last: Option<Stamp>,
    /// Why the stream ended early.
    pub cut: Option<String>,
    /// The same as an error.
    pub cut_error: Option<ReadError>,
    /// Hit lines longer than 64 KiB, which are reported in several pieces.
    pub long_lines: u64,
    /// Hit lines of which some bytes could not be decoded.
    pub broken_bytes: u64,
    /// Properties that were reported.
    pub properties: u64,
    /// Properties that were not reported because there were too many.
    pub properties_dropped: u64,
    /// The first lines, decoded; at most 300.
    pub head_lines: Vec<String>,
    /// Lines of the head by level, in the order `V D I W E F S`; assert counts
    /// as fatal.
    pub levels: [u64; 7],
    /// What the stream is.
    pub kind: Kind,
    /// The sections of a bug report or of dumps.
    pub sections: Vec<Section>,
    /// Sections that were not kept because there were too many.
    pub sections_dropped: u64,
}

impl Scanned {
    pub(crate) fn empty(encoding: Encoding) -> Self {
        Self {
            bytes: 0,
            lines: 0,
            hits: 0,
            encoding,
            format: Format::Raw,
            formats_seen: Vec::new(),
            first: None,
            last: None,
            cut: None,
            cut_error: None,
            long_lines: 0,
            broken_bytes: 0,
            properties: 0,
            properties_dropped: 0,
            head_lines: Vec::new(),
            levels: [0; 7],
            kind: Kind::Empty,
            sections: Vec::new(),
            sections_dropped: 0,
        }
    }
}

/// Scans one stream. Each line that names a literal of `prefilter` goes to
/// `on_hit`; each system property goes to `on_property`, if wanted; the lines of
/// sections that hold facts of the phone go to `on_section`.
///
/// A stream that ends with an error after some text is no error: `cut` tells.
pub fn scan(
    source: &Source,
    reader: &mut dyn Read,
    prefilter: &Prefilter,
    options: &ScanOptions,
    on_hit: &mut dyn FnMut(Hit<'_>),
    on_property: &mut dyn FnMut(Property<'_>),
    on_section: &mut dyn FnMut(SectionEvent<'_>),
) -> Result<Scanned, ReadError> {
    let count = Rc::new(Cell::new(0_u64));
    let mut reader = Counting::new(reader, Rc::clone(&count));
    let (head, error) = read_head(&mut reader, SAMPLE);
    if head.is_empty()
        && let Some(error) = &error
    {
        return Err(ReadError::from_io(&source.name, error));
    }
    let encoding = options.encoding.unwrap_or_else(|| encoding::detect(&head));
    let binary = super::magic::binary(&head, options.encoding);
    let head = without_mark(head, encoding);
    let mut whole = Rejoined::new(head, error, &mut reader);
    let mut transcoder;
    let text: &mut dyn Read = match encoding.transcoder() {
        Some(decoder) => {
            transcoder = Transcoder::new(whole, decoder);
            &mut transcoder
        }
        None => &mut whole,
    };
    let (head, error) = read_head(text, 4096);
    let export = studio_json::is_export(&head);
    let mut whole = Rejoined::new(head, error, text);
    let mut json;
    let text: &mut dyn Read = if export {
        json = JsonLines::new(&source.name, whole);
        &mut json
    } else {
        &mut whole
    };
    let engine = Engine::new(prefilter, encoding, options, on_hit, on_property, on_section);
    let mut scanned = engine.run(&source.name, text);
    scanned.bytes = count.get();
    if export {
        scanned.kind = Kind::StudioJson;
        scanned.format = Format::StudioJson;
    } else if binary.is_some() {
        scanned.kind = Kind::Binary;
    }
    Ok(scanned)
}

pub(crate) fn without_mark(mut head: Vec<u8>, encoding: Encoding) -> Vec<u8> {
    let mark: &[u8] = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => &[0xEF, 0xBB, 0xBF],
        Encoding::Utf16Le => &[0xFF, 0xFE],
        Encoding::Utf16Be => &[0xFE, 0xFF],
        Encoding::Gb18030 => &[0x84, 0x31, 0x95, 0x33],
        Encoding::Other(_) => return head,
    };
    if head.starts_with(mark) {
        head.drain(..mark.len());
    }
    head
}
