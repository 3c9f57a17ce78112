//! Text logs, line by line. Of a filtered run only the lines that may hold what is asked for are
//! taken apart: a search over the bytes picks them, at the speed of the search.

use std::io::Read;
use std::ops::Range;
use std::sync::mpsc;

use memchr::{memchr, memchr_iter, memmem, memrchr};

use crate::lang::Bilingual;
use crate::read::{Encoding, ReadError, Source, TextStream};
use crate::source::server_log::row::{Body, Row, RowSink};

/// Bytes that are read at once: few enough that they are still near when they are searched.
const BLOCK: usize = 256 << 10;
/// A longer line is no line of a log.
const LONGEST: usize = 1 << 20;
/// Where the text starts in the buffer: a copy out of the page cache to the start of a page is slow
/// on some processors.
const OFF_PAGE: usize = 64;
/// So many bytes are searched by the thread that reads them: another one is not worth its start.
const ALONE: u64 = 1 << 20;
/// A shorter piece of a literal is too common to be searched for.
const SHORTEST: usize = 4;

/// What is asked of the text.
#[derive(Clone, Debug, Default)]
pub struct LineOptions {
    pub encoding: Option<Encoding>,
    /// Texts that a line must all hold to be wanted. More lines than those may be delivered.
    pub literals: Vec<String>,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct LineFacts {
    pub lines: u64,
    pub bytes: u64,
    /// Lines that do not hold what is asked for, and so were not taken apart.
    pub unread: u64,
    pub encoding: Encoding,
    /// Why the text ends early, if it does.
    pub cut: Option<ReadError>,
    /// The text ends without a line end.
    pub last_line_cut: bool,
    /// The first and the last line, which tell the time that the log spans.
    pub first: Option<String>,
    pub last: Option<String>,
}

/// Reads a text to its end, or until the sink wants no more.
///
/// # Errors
/// A stream that cannot be read at all, or that is not text.
pub fn read(
    source: &Source,
    stream: &mut dyn Read,
    options: &LineOptions,
    sink: &mut dyn RowSink,
) -> Result<LineFacts, ReadError> {
    let text = TextStream::open(source, stream, options.encoding)?;
    let mut reader = Reader::new(text.encoding, text.bytes_encoding(), sink);
    let needles: Vec<_> = options.literals.iter().filter_map(|l| core(l)).collect();
    let needles: Vec<_> = needles.into_iter().map(|l| memmem::Finder::new(l).into_owned()).collect();
    let mut blocks = Blocks { name: &source.name, text, carried: Vec::new(), ended: false, cut: None };
    let mut buffer = Buffer::new();
    let more = loop {
        match blocks.fill(&mut buffer) {
            Filled::End => break false,
            Filled::Endless => reader.endless(),
            Filled::Lines => {
                reader.enter(&mut buffer);
                if !reader.take(buffer.lines(), &search(&needles, buffer.lines())) {
                    break false;
                }
            }
        }
        if !needles.is_empty() && blocks.text.bytes_read() >= ALONE {
            break true;
        }
    };
    if more {
        read_beside_search(&mut blocks, &needles, &mut reader, buffer);
    }
    let mut facts = reader.finish();
    facts.bytes = blocks.text.bytes_read();
    facts.cut = blocks.cut;
    if facts.lines == 0 && facts.cut.is_some() {
        return Err(facts.cut.unwrap_or(ReadError::Empty { name: source.name.clone() }));
    }
    Ok(facts)
}

/// Reads while another thread searches what was read before; rows are delivered in their order.
fn read_beside_search(
    blocks: &mut Blocks<'_, '_>,
    needles: &[memmem::Finder<'static>],
    reader: &mut Reader<'_>,
    first: Buffer,
) {
    std::thread::scope(|scope| {
        let (to_search, unsearched) = mpsc::sync_channel::<Buffer>(1);
        let (to_deliver, searched) = mpsc::sync_channel::<(Buffer, Found)>(1);
        scope.spawn(move || {
            for buffer in unsearched {
                let found = search(needles, buffer.lines());
                if to_deliver.send((buffer, found)).is_err() {
                    break;
                }
            }
        });
        let mut free = vec![first, Buffer::new(), Buffer::new()];
        let mut waiting = 0_usize;
        // Takes the oldest block that was searched; `None` when the sink wants no more.
        let deliver = |reader: &mut Reader<'_>| {
            let (buffer, found) = searched.recv().ok()?;
            reader.take(buffer.lines(), &found).then_some(buffer)
        };
        loop {
            let mut buffer = match free.pop() {
                Some(buffer) => buffer,
                None => {
                    waiting -= 1;
                    let Some(buffer) = deliver(reader) else { return };
                    buffer
                }
            };
            match blocks.fill(&mut buffer) {
                Filled::End => break,
                Filled::Endless => {
                    for _ in 0..std::mem::take(&mut waiting) {
                        let Some(buffer) = deliver(reader) else { return };
                        free.push(buffer);
                    }
                    reader.endless();
                    free.push(buffer);
                }
                Filled::Lines => {
                    reader.enter(&mut buffer);
                    if to_search.send(buffer).is_err() {
                        return;
                    }
                    waiting += 1;
                }
            }
        }
        drop(to_search);
        for _ in 0..waiting {
            if deliver(reader).is_none() {
                return;
            }
        }
    });
}

/// Bytes of text, some of which are whole lines.
struct Buffer {
    bytes: Vec<u8>,
    lines: Range<usize>,
}

impl Buffer {
    fn new() -> Self {
        Buffer { bytes: vec![0; OFF_PAGE + LONGEST + 2 * BLOCK], lines: 0..0 }
    }

    fn lines(&self) -> &[u8] {
        self.bytes.get(self.lines.clone()).unwrap_or_default()
    }
}

/// What a buffer was filled with.
enum Filled {
    Lines,
    /// A line without an end in sight; what was read of it is gone.
    Endless,
    End,
}

/// The text in blocks that end with a line.
struct Blocks<'t, 's> {
    name: &'t str,
    text: TextStream<'s>,
    /// The beginning of a line, whose rest comes with the next block.
    carried: Vec<u8>,
    ended: bool,
    cut: Option<ReadError>,
}

impl Blocks<'_, '_> {
    fn fill(&mut self, buffer: &mut Buffer) -> Filled {
        let start = OFF_PAGE;
        let mut end = start + self.carried.len();
        if let Some(space) = buffer.bytes.get_mut(start..end) {
            space.copy_from_slice(&self.carried);
        }
        self.carried.clear();
        loop {
            if self.ended {
                buffer.lines = start..start;
                return Filled::End;
            }
            let room = buffer.bytes.len().min(end + BLOCK);
            let n = match self.text.read(buffer.bytes.get_mut(end..room).unwrap_or_default()) {
                Ok(n) => {
                    self.ended = n == 0;
                    n
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => 0,
                Err(error) => {
                    self.cut = Some(ReadError::from_io(self.name, &error));
                    self.ended = true;
                    0
                }
            };
            // What was looked at before holds no line end.
            let fresh = end;
            end += n;
            if self.ended && end > start {
                buffer.lines = start..end;
                return Filled::Lines;
            }
            let filled = buffer.bytes.get(fresh..end).unwrap_or_default();
            if let Some(at) = memrchr(b'\n', filled) {
                let whole = fresh + at + 1;
                self.carried.extend_from_slice(buffer.bytes.get(whole..end).unwrap_or_default());
                buffer.lines = start..whole;
                return Filled::Lines;
            }
            if end - start > LONGEST {
                return Filled::Endless;
            }
        }
    }
}

/// A line that holds all that is asked for.
struct Hit {
    at: Range<usize>,
    /// Lines before it in its block.
    before: u64,
}

/// What a search of some lines found.
struct Found {
    lines: u64,
    hits: Vec<Hit>,
}

/// The lines that hold every needle; all lines where there is none.
fn search(needles: &[memmem::Finder<'static>], text: &[u8]) -> Found {
    let mut found = Found { lines: 0, hits: Vec::new() };
    if text.is_empty() {
        return found;
    }
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let Some((lead, others)) = needles.split_first() else {
        let mut begin = 0;
        for end in memchr_iter(b'\n', body).chain(std::iter::once(body.len())) {
            found.hits.push(Hit { at: begin..end, before: found.lines });
            found.lines += 1;
            begin = end + 1;
        }
        return found;
    };
    // All lines before `done` are counted.
    let mut done = 0;
    while let Some(at) = body.get(done..).and_then(|rest| lead.find(rest)).map(|at| done + at) {
        let before = body.get(done..at).unwrap_or_default();
        let begin = memrchr(b'\n', before).map_or(done, |n| done + n + 1);
        let end = memchr(b'\n', body.get(at..).unwrap_or_default()).map_or(body.len(), |n| at + n);
        found.lines += memchr_iter(b'\n', body.get(done..begin).unwrap_or_default()).count() as u64;
        let line = body.get(begin..end).unwrap_or_default();
        if others.iter().all(|needle| needle.find(line).is_some()) {
            found.hits.push(Hit { at: begin..end, before: found.lines });
        }
        found.lines += 1;
        done = end + 1;
        if done > body.len() {
            return found;
        }
    }
    found.lines += memchr_iter(b'\n', body.get(done..).unwrap_or_default()).count() as u64 + 1;
    found
}

struct Reader<'s> {
    facts: LineFacts,
    sink: &'s mut dyn RowSink,
    /// The rest of a line that is too long is passed over.
    inside_long: bool,
    /// The encoding of the bytes at hand, which may have been turned into UTF-8 on the way.
    encoding: Encoding,
    /// The last line that was seen, not decoded.
    last: Vec<u8>,
}

impl<'s> Reader<'s> {
    fn new(encoding: Encoding, bytes: Encoding, sink: &'s mut dyn RowSink) -> Self {
        Reader {
            facts: LineFacts {
                lines: 0,
                bytes: 0,
                unread: 0,
                encoding,
                cut: None,
                last_line_cut: false,
                first: None,
                last: None,
            },
            sink,
            inside_long: false,
            encoding: bytes,
            last: Vec::new(),
        }
    }

    /// Whole lines come: the rest of a line that is too long is taken off, and what tells the time
    /// that the log spans is kept.
    fn enter(&mut self, buffer: &mut Buffer) {
        if self.inside_long {
            match memchr(b'\n', buffer.lines()) {
                Some(at) => {
                    self.inside_long = false;
                    buffer.lines.start += at + 1;
                }
                None => buffer.lines.start = buffer.lines.end,
            }
        }
        let text = buffer.lines();
        if text.is_empty() {
            return;
        }
        self.facts.last_line_cut = text.last() != Some(&b'\n');
        let body = text.strip_suffix(b"\n").unwrap_or(text);
        if self.facts.first.is_none() {
            self.facts.first = Some(self.decode(body.split(|b| *b == b'\n').next().unwrap_or_default()));
        }
        let last = memrchr(b'\n', body).map_or(body, |at| body.get(at + 1..).unwrap_or_default());
        self.last.clear();
        self.last.extend_from_slice(last);
    }

    /// Delivers what was found in some lines; `false` when the sink wants no more.
    fn take(&mut self, text: &[u8], found: &Found) -> bool {
        let before = self.facts.lines;
        self.facts.unread += found.lines - found.hits.len() as u64;
        for hit in &found.hits {
            self.facts.lines = before + hit.before + 1;
            if !self.deliver(text.get(hit.at.clone()).unwrap_or_default()) {
                return false;
            }
        }
        self.facts.lines = before + found.lines;
        true
    }

    /// A line without an end in sight: it is listed, and passed over to its end.
    fn endless(&mut self) {
        if !self.inside_long {
            self.inside_long = true;
            self.facts.lines += 1;
            self.sink.bad(
                self.facts.lines,
                Bilingual::new(
                    "the line is longer than 1 MiB: split it or give the export as JSON",
                    "这一行超过 1 MiB：请拆分，或改用 JSON 导出",
                ),
            );
        }
    }

    fn deliver(&mut self, line: &[u8]) -> bool {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return true;
        }
        let text = self.decode(line);
        self.sink.row(Row { line: self.facts.lines, body: Body::Line(text) })
    }

    fn decode(&self, line: &[u8]) -> String {
        crate::read::encoding::decode_line(line, self.encoding).0.into_owned()
    }

    fn finish(mut self) -> LineFacts {
        let last = std::mem::take(&mut self.last);
        self.facts.last = (!last.is_empty()).then(|| self.decode(&last));
        self.facts
    }
}

/// The longest piece of a literal that stands in a text as it is, however the text escapes what is
/// around it (`\/`, `%3D`); `None` when there is none worth searching for.
fn core(literal: &str) -> Option<&[u8]> {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    literal.as_bytes().split(|b| !plain(b)).max_by_key(|run| run.len()).filter(|run| run.len() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Default)]
    struct Kept {
        rows: Vec<(u64, String)>,
        bad: Vec<u64>,
    }

    impl RowSink for Kept {
        fn row(&mut self, row: Row) -> bool {
            if let Body::Line(text) = row.body {
                self.rows.push((row.line, text));
            }
            true
        }

        fn bad(&mut self, line: u64, _: Bilingual) {
            self.bad.push(line);
        }
    }

    /// A stream that gives a few bytes at a time.
    struct Slow<'t>(&'t [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = buffer.len().min(self.0.len()).min(self.1);
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn run(text: &[u8], step: usize, literals: &[&str]) -> (LineFacts, Kept) {
        let source = Source { name: "a.log".into(), file_name: "a.log".into(), modified: None, size: None };
        let options =
            LineOptions { encoding: None, literals: literals.iter().map(|l| (*l).to_owned()).collect() };
        let mut kept = Kept::default();
        let facts = read(&source, &mut Slow(text, step), &options, &mut kept).unwrap();
        (facts, kept)
    }

    #[test]
    fn every_line_has_its_number() {
        let (facts, kept) = run(b"one\r\n\ntwo\nthree", 4, &[]);
        let wanted = [(1, "one".to_owned()), (3, "two".to_owned()), (4, "three".to_owned())];
        assert_eq!(kept.rows, wanted);
        assert_eq!((facts.lines, facts.unread, facts.last_line_cut), (4, 0, true));
        assert_eq!((facts.first.as_deref(), facts.last.as_deref()), (Some("one\r"), Some("three")));
    }

    #[test]
    fn a_line_without_end_is_listed_and_the_rest_is_read() {
        let mut text = b"first\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 5 << 20));
        text.extend(b"\nlast wanted\n");
        for literals in [&[][..], &["wanted"][..]] {
            let (facts, kept) = run(&text, 70_000, literals);
            assert_eq!(kept.bad, [2]);
            assert_eq!(kept.rows.last(), Some(&(3, "last wanted".to_owned())));
            assert_eq!(facts.lines, 3);
        }
    }

    #[test]
    fn an_escaped_token_is_still_found() {
        let (_, kept) = run(b"{\"t\":\"ab12\\/cd34ef=\"}\n", 99, &["ab12/cd34ef="]);
        assert_eq!(kept.rows.len(), 1);
    }

    #[test]
    fn two_threads_find_the_same_lines_in_the_same_order() {
        let mut text = String::new();
        for at in 0..120_000 {
            let rare = if at % 997 == 0 { "needle" } else { "hay" };
            text.push_str(&format!("{at} {rare} {}\n", "x".repeat(at % 50)));
            if at == 60_000 {
                text.push_str(&"y".repeat(3 << 20));
                text.push('\n');
            }
        }
        for step in [1 << 20, 30_011] {
            let (facts, kept) = run(text.as_bytes(), step, &["needle"]);
            assert_eq!(facts.lines, 120_001);
            assert_eq!(kept.bad, [60_002]);
            let numbers: Vec<u64> = kept.rows.iter().map(|(line, _)| *line).collect();
            let wanted: Vec<u64> =
                (0..120_000).step_by(997).map(|at| if at > 60_000 { at + 2 } else { at + 1 }).collect();
            assert_eq!(numbers, wanted);
            assert_eq!(facts.unread + kept.rows.len() as u64 + 1, facts.lines);
        }
    }

    proptest! {
        #[test]
        fn a_search_finds_the_lines_that_a_plain_reading_finds(
            lines in prop::collection::vec("[ab ]{0,6}(needle|pin)?[ab ]{0,6}(needle|pin)?", 0..60),
            step in 1_usize..50,
        ) {
            let text = format!("first\n{}", lines.join("\n"));
            let (all, every) = run(text.as_bytes(), 1000, &[]);
            let (some, found) = run(text.as_bytes(), step, &["needle", "pins are short, this is not"]);
            prop_assert_eq!(all.lines, some.lines);
            prop_assert!(found.rows.is_empty());
            let (_, found) = run(text.as_bytes(), step, &["needle"]);
            let wanted: Vec<_> = every.rows.into_iter().filter(|(_, t)| t.contains("needle")).collect();
            prop_assert_eq!(found.rows, wanted);
        }
    }
}
