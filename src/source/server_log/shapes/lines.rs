//! Text logs, line by line. Of a filtered run only the lines that may hold what is asked for are
//! taken apart: a search over the bytes picks them, at the speed of the search.

use std::io::Read;

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
    let mut text = TextStream::open(source, stream, options.encoding)?;
    let mut reader = Reader::new(text.encoding, text.bytes_encoding(), &options.literals, sink);
    let mut buffer = vec![0_u8; OFF_PAGE + LONGEST + 2 * BLOCK];
    let (mut start, mut end) = (OFF_PAGE, OFF_PAGE);
    loop {
        let room = buffer.len().min(end + BLOCK);
        let space = buffer.get_mut(end..room).unwrap_or_default();
        let (n, ended) = match text.read(space) {
            Ok(0) => (0, true),
            Ok(n) => (n, false),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => (0, false),
            Err(error) => {
                reader.facts.cut = Some(ReadError::from_io(&source.name, &error));
                (0, true)
            }
        };
        end += n;
        let filled = buffer.get(start..end).unwrap_or_default();
        // What was looked at before holds no line end.
        let fresh = filled.len().saturating_sub(n);
        let whole = match memrchr(b'\n', filled.get(fresh..).unwrap_or_default()) {
            _ if ended => filled.len(),
            Some(at) => fresh + at + 1,
            None if filled.len() > LONGEST => reader.endless(filled),
            None => 0,
        };
        if !reader.lines(filled.get(..whole).unwrap_or_default()) || ended {
            break;
        }
        start += whole;
        if start > OFF_PAGE {
            buffer.copy_within(start..end, OFF_PAGE);
            end = OFF_PAGE + (end - start);
            start = OFF_PAGE;
        }
    }
    let mut facts = reader.finish();
    facts.bytes = text.bytes_read();
    if facts.lines == 0 && facts.cut.is_some() {
        return Err(facts.cut.unwrap_or(ReadError::Empty { name: source.name.clone() }));
    }
    Ok(facts)
}

struct Reader<'s> {
    facts: LineFacts,
    /// What is searched for, and what a line found must hold besides.
    needles: Vec<memmem::Finder<'static>>,
    sink: &'s mut dyn RowSink,
    /// The rest of a line that is too long is passed over.
    inside_long: bool,
    /// The encoding of the bytes at hand, which may have been turned into UTF-8 on the way.
    encoding: Encoding,
    /// The last line that was seen, not decoded.
    last: Vec<u8>,
}

impl<'s> Reader<'s> {
    fn new(encoding: Encoding, bytes: Encoding, literals: &[String], sink: &'s mut dyn RowSink) -> Self {
        let needles = literals.iter().filter_map(|l| core(l)).map(|l| memmem::Finder::new(l).into_owned());
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
            needles: needles.collect(),
            sink,
            inside_long: false,
            encoding: bytes,
            last: Vec::new(),
        }
    }

    /// Whole lines; `false` when the sink wants no more.
    fn lines(&mut self, mut text: &[u8]) -> bool {
        if self.inside_long {
            let Some(at) = memchr(b'\n', text) else { return true };
            self.inside_long = false;
            text = text.get(at + 1..).unwrap_or_default();
        }
        if text.is_empty() {
            return true;
        }
        self.facts.last_line_cut = text.last() != Some(&b'\n');
        let body = text.strip_suffix(b"\n").unwrap_or(text);
        if self.facts.first.is_none() {
            self.facts.first = Some(self.decode(body.split(|b| *b == b'\n').next().unwrap_or_default()));
        }
        let last = memrchr(b'\n', body).map_or(body, |at| body.get(at + 1..).unwrap_or_default());
        self.last.clear();
        self.last.extend_from_slice(last);
        let Some(lead) = self.needles.first().cloned() else {
            for line in body.split(|b| *b == b'\n') {
                self.facts.lines += 1;
                if !self.deliver(line) {
                    return false;
                }
            }
            return true;
        };
        // All lines before `done` are counted.
        let mut done = 0;
        while let Some(found) = body.get(done..).and_then(|rest| lead.find(rest)) {
            let at = done + found;
            let before = body.get(done..at).unwrap_or_default();
            let begin = memrchr(b'\n', before).map_or(done, |n| done + n + 1);
            let end = memchr(b'\n', body.get(at..).unwrap_or_default()).map_or(body.len(), |n| at + n);
            let passed = memchr_iter(b'\n', body.get(done..begin).unwrap_or_default()).count() as u64;
            self.facts.unread += passed;
            self.facts.lines += passed + 1;
            let line = body.get(begin..end).unwrap_or_default();
            if self.needles.iter().skip(1).all(|needle| needle.find(line).is_some()) {
                if !self.deliver(line) {
                    return false;
                }
            } else {
                self.facts.unread += 1;
            }
            done = end + 1;
            if done > body.len() {
                return true;
            }
        }
        let rest = body.get(done..).unwrap_or_default();
        let passed = memchr_iter(b'\n', rest).count() as u64 + 1;
        self.facts.unread += passed;
        self.facts.lines += passed;
        true
    }

    /// A line without an end in sight: it is listed, and passed over to its end. Returns how much
    /// of the text was taken.
    fn endless(&mut self, text: &[u8]) -> usize {
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
        text.len()
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
