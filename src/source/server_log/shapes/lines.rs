//! Text logs, line by line; of a filtered run only the lines that hold what is asked for.

use std::io::Read;

use super::feed::Feed;
use super::text::Decoded;
use crate::read::encoding::{Encoding, decode_line, detect};
use crate::read::{ReadError, Rejoined, Source, read_head};
use crate::source::server_log::row::{Body, Row, RowSink};

#[derive(Clone, Debug, Default)]
pub struct LineOptions {
    pub encoding: Option<Encoding>,
    pub literals: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct LineFacts {
    pub lines: u64,
    pub bytes: u64,
    pub unread: u64,
    pub encoding: Encoding,
    pub cut: Option<ReadError>,
    pub last_line_cut: bool,
}

pub fn read(
    source: &Source,
    stream: &mut dyn Read,
    options: &LineOptions,
    sink: &mut dyn RowSink,
) -> Result<LineFacts, ReadError> {
    let (head, error) = read_head(stream, 64 << 10);
    let encoding = options.encoding.unwrap_or_else(|| detect(&head));
    let mut whole = Rejoined::new(head, error, stream);
    let mut decoded = Decoded::new(&mut whole, encoding);
    let mut feed = Feed::new(&mut decoded, 1);
    let mut facts = LineFacts { lines: 0, bytes: 0, unread: 0, encoding, cut: None, last_line_cut: false };
    while feed.peek().is_some() {
        feed.mark();
        let line = feed.line();
        feed.pass_line();
        facts.lines += 1;
        let Some(raw) = feed.marked() else { continue };
        facts.last_line_cut = !raw.ends_with(b"\n");
        let (text, _) = decode_line(raw.trim_ascii_end(), encoding);
        if !options.literals.iter().all(|l| text.contains(l.as_str())) {
            facts.unread += 1;
            continue;
        }
        if !text.is_empty() && !sink.row(Row { line, body: Body::Line(text.into_owned()) }) {
            break;
        }
    }
    facts.cut = feed.take_error().map(|e| ReadError::from_io(&source.name, &e));
    facts.bytes = feed.offset();
    Ok(facts)
}
