//! A device log that another program writes while it is read: `adb logcat > file`, a copy that is
//! synced, a file that a logger turns over.
//!
//! The file is looked at, never locked: it is opened anew to see whether its name still means the
//! same file, and what was read last must still stand where it stood.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{News, Polled, Watch};
use crate::lang::{Bilingual, spaced};
use crate::read::Encoding;
use crate::read::encoding::detect;
use crate::read::harmless;

/// How often the file is looked at.
const PACE: Duration = Duration::from_millis(500);
/// How often a file that is not there is looked for.
const MISSING: Duration = Duration::from_secs(1);
/// Read at one look; the rest at the next, so that others are not kept waiting.
const PIECE: u64 = 4 << 20;
/// Bytes before the place reached that must still be there.
const TAIL: usize = 64;
/// Bytes from which the encoding is told.
const HEAD: u64 = 64 << 10;

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the beginning.
    Whole,
    /// So many bytes before the end that the file has now.
    End(u64),
    /// Behind so many bytes, which were read already.
    At(u64),
}

/// A log file that grows.
pub struct LogFile {
    path: PathBuf,
    name: String,
    start: Start,
    encoding: Option<Encoding>,
    decoder: Option<encoding_rs::Decoder>,
    open: Option<Open>,
    /// The encoding was said.
    told: bool,
    /// Reading began once: what comes in the place of the file is read from its beginning.
    begun: bool,
    missing_said: bool,
}

struct Open {
    file: File,
    offset: u64,
    tail: Vec<u8>,
    /// Bytes are passed over until the next line.
    seeks_line: bool,
}

impl LogFile {
    /// Nothing is opened yet. `encoding` is what the user says.
    pub fn new(path: &Path, encoding: Option<Encoding>, start: Start) -> Self {
        LogFile {
            path: path.to_owned(),
            name: path.display().to_string(),
            start,
            encoding,
            decoder: None,
            open: None,
            told: false,
            begun: false,
            missing_said: false,
        }
    }

    /// Begins behind what was read already, in the encoding that was found there.
    pub fn go_on(&mut self, bytes: u64, encoding: Option<Encoding>) {
        self.start = Start::At(bytes);
        self.encoding = self.encoding.or(encoding);
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// Opens the file where reading begins.
    fn begin(&mut self) -> std::io::Result<Open> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        let again = std::mem::replace(&mut self.begun, true);
        let mut offset = match self.start {
            _ if again => 0,
            Start::Whole => 0,
            Start::End(overlap) => length.saturating_sub(overlap),
            Start::At(bytes) if bytes <= length => bytes,
            // It was cut since.
            Start::At(_) => 0,
        };
        let mut seeks_line = offset > 0;
        if matches!(self.encoding, Some(Encoding::Utf16Le | Encoding::Utf16Be)) || offset > 0 {
            offset -= offset % 2;
        }
        if let Start::At(_) = self.start
            && offset > 0
            && let Some(line) = self.line_start(&mut file, offset)
        {
            // A line of which only the beginning was there is read again as a whole.
            (offset, seeks_line) = (line, false);
        }
        let tail = before(&mut file, offset)?;
        Ok(Open { file, offset, tail, seeks_line })
    }

    /// Where the line begins in which `offset` lies.
    fn line_start(&self, file: &mut File, offset: u64) -> Option<u64> {
        const BACK: u64 = 64 << 10;
        let from = offset.saturating_sub(BACK) / 2 * 2;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(from)).ok()?;
        file.take(offset - from).read_to_end(&mut bytes).ok()?;
        let end = match self.encoding {
            Some(Encoding::Utf16Le) => {
                bytes.chunks_exact(2).rposition(|c| c == [b'\n', 0]).map(|at| at * 2 + 2)
            }
            Some(Encoding::Utf16Be) => {
                bytes.chunks_exact(2).rposition(|c| c == [0, b'\n']).map(|at| at * 2 + 2)
            }
            _ => bytes.iter().rposition(|b| *b == b'\n').map(|at| at + 1),
        };
        match end {
            Some(end) => Some(from + end as u64),
            None if from == 0 => Some(0),
            None => None,
        }
    }

    /// Whether the name means another file by now, or what was read is no longer there.
    fn was_replaced(&self, open: &Open) -> bool {
        let Ok(mut file) = File::open(&self.path) else { return false };
        let Ok(length) = file.metadata().map(|m| m.len()) else { return false };
        length < open.offset || before(&mut file, open.offset).is_ok_and(|tail| tail != open.tail)
    }

    /// The encoding by the beginning of the file, once there is something to tell it by.
    fn find_encoding(&mut self, news: &mut Vec<News>) -> bool {
        if std::mem::replace(&mut self.told, self.encoding.is_some()) {
            return true;
        }
        if self.encoding.is_none() {
            let mut head = Vec::new();
            let read = File::open(&self.path).and_then(|f| f.take(HEAD).read_to_end(&mut head));
            if read.is_err() || head.is_empty() {
                return false;
            }
            let found = detect(&head);
            // A few plain lines tell nothing of the Chinese ones to come: each is looked at then.
            let told = !head.is_ascii() || head.len() as u64 >= HEAD;
            if told || found != Encoding::Utf8 {
                self.encoding = Some(found);
                self.told = true;
                news.push(News::Encoding(found));
            }
        } else if let Some(encoding) = self.encoding {
            news.push(News::Encoding(encoding));
        }
        self.decoder = self
            .encoding
            .and_then(Encoding::transcoder)
            .map(encoding_rs::Encoding::new_decoder_with_bom_removal);
        true
    }

    /// Bytes that can be split at line ends.
    fn text(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(decoder) = &mut self.decoder else { return bytes.to_vec() };
        let mut text =
            String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3));
        let _ = decoder.decode_to_string(bytes, &mut text, false);
        text.into_bytes()
    }

    /// Reads on; true if there is more.
    fn read(&mut self, open: &mut Open, news: &mut Vec<News>) -> std::io::Result<bool> {
        let mut bytes = Vec::new();
        open.file.seek(SeekFrom::Start(open.offset))?;
        (&mut open.file).take(PIECE).read_to_end(&mut bytes)?;
        if bytes.is_empty() || !self.find_encoding(news) {
            return Ok(false);
        }
        let more = bytes.len() as u64 >= PIECE;
        open.offset += bytes.len() as u64;
        open.tail.extend_from_slice(bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default());
        open.tail.drain(..open.tail.len().saturating_sub(TAIL));
        if open.offset == bytes.len() as u64 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        let mut text = self.text(&bytes);
        if open.seeks_line {
            match text.iter().position(|b| *b == b'\n') {
                Some(end) => {
                    text.drain(..=end);
                    open.seeks_line = false;
                }
                None => text.clear(),
            }
        }
        if !text.is_empty() {
            news.push(News::Log(text));
        }
        Ok(more)
    }

    fn missing(&mut self, error: &std::io::Error) -> Polled {
        let (name, why) = (harmless(&self.name), error.kind());
        let trouble = (!std::mem::replace(&mut self.missing_said, true)).then(|| {
            Bilingual::new(
                format!(
                    "{name}: the log cannot be read yet ({why}); it is looked for until the end of the wait"
                ),
                spaced(&format!("{name}：暂时无法读取日志（{why}）；等待期间会继续尝试")),
            )
        });
        // Nothing is there, so nothing old can come.
        Polled { news: vec![News::CaughtUp], next: Some(MISSING), trouble }
    }
}

/// The bytes before an offset, by which the file is known again.
fn before(file: &mut File, offset: u64) -> std::io::Result<Vec<u8>> {
    let from = offset.saturating_sub(TAIL as u64);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(offset - from).read_to_end(&mut tail)?;
    Ok(tail)
}

impl Watch for LogFile {
    fn before_the_send(&self) -> bool {
        true
    }

    fn poll(&mut self, _now_ms: u64) -> Polled {
        let mut news = Vec::new();
        let mut open = match self.open.take() {
            Some(open) => open,
            None => match self.begin() {
                Ok(open) => open,
                Err(error) => return self.missing(&error),
            },
        };
        // What stands in the old file comes first, even if its name means another one by now.
        let replaced = self.was_replaced(&open);
        let stands = before(&mut open.file, open.offset).is_ok_and(|tail| tail == open.tail);
        let more = match stands {
            false => false,
            true => match self.read(&mut open, &mut news) {
                Ok(more) => more,
                Err(error) => return self.missing(&error),
            },
        };
        if more {
            self.open = Some(open);
            return Polled { news, next: Some(Duration::ZERO), trouble: None };
        }
        if replaced || !stands {
            news.push(News::LineEnds);
            news.push(News::Remark(Bilingual::new(
                "The log was cut or replaced while it was read: it is read on from its new beginning, lines in between may be missing, and lines are counted on.",
                "日志在读取期间被截断或替换：已从新文件开头继续读取，其间可能缺少几行，行号继续累计。",
            )));
            self.decoder = self.decoder.take().map(|d| d.encoding().new_decoder_with_bom_removal());
            return Polled { news, next: Some(Duration::ZERO), trouble: None };
        }
        self.open = Some(open);
        news.push(News::CaughtUp);
        Polled { news, next: Some(PACE), trouble: None }
    }
}
