//! Exports as UTF-8: those of another encoding are rewritten on the way, the mark at the start
//! goes, and what is no text is replaced and counted.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::read::Transcoder;
use crate::read::encoding::{Encoding, decode_line};

/// A stream as UTF-8, as far as its bytes are text.
pub(super) struct Decoded<'r> {
    inner: Inner<'r>,
    /// Bytes of a mark at the start that were seen so far; `None` once the start is passed.
    start: Option<Vec<u8>>,
    ready: io::Cursor<Vec<u8>>,
}

enum Inner<'r> {
    Plain(&'r mut dyn Read),
    Other(Box<Transcoder<&'r mut dyn Read>>),
}

const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

impl<'r> Decoded<'r> {
    pub(super) fn new(reader: &'r mut dyn Read, encoding: Encoding) -> Self {
        let other = match encoding {
            // The second byte of a Chinese character may be a bracket or a backslash.
            Encoding::Gb18030 => Some(encoding_rs::GB18030),
            encoding => encoding.transcoder(),
        };
        let inner = match other {
            Some(other) => Inner::Other(Box::new(Transcoder::new(reader, other))),
            None => Inner::Plain(reader),
        };
        Decoded { inner, start: Some(Vec::new()), ready: io::Cursor::new(Vec::new()) }
    }

    fn more(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.inner {
            Inner::Plain(reader) => reader.read(buffer),
            Inner::Other(reader) => reader.read(buffer),
        }
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(mut start) = self.start.take() {
            let mut space = [0; 3];
            let want = MARK.len() - start.len();
            let n = match self.more(space.get_mut(..want).unwrap_or_default()) {
                Ok(n) => n,
                Err(error) => {
                    let again = error.kind() == io::ErrorKind::Interrupted;
                    if again || start.is_empty() {
                        self.start = again.then_some(start);
                        return Err(error);
                    }
                    0
                }
            };
            start.extend_from_slice(space.get(..n).unwrap_or_default());
            if start == MARK {
                break;
            }
            if n > 0 && MARK.starts_with(&start) {
                self.start = Some(start);
                continue;
            }
            self.ready = io::Cursor::new(start);
        }
        let n = self.ready.read(buffer)?;
        if n > 0 { Ok(n) } else { self.more(buffer) }
    }
}

/// The text of a row; the flag says that bytes were replaced.
pub(super) fn text(raw: &[u8], encoding: Encoding) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(raw) {
        Ok(text) => (Cow::Borrowed(text), false),
        // A character that was cut at the end of a file.
        Err(error) if error.error_len().is_none() => (String::from_utf8_lossy(raw), true),
        // A stream that was rewritten is UTF-8 already.
        Err(_) if encoding.transcoder().is_some() => (String::from_utf8_lossy(raw), true),
        Err(_) => decode_line(raw, encoding),
    }
}
