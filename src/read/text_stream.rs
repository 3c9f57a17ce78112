//! A stream of any encoding as text whose bytes can be searched: mark removed, UTF-16 turned into
//! UTF-8, GB18030 left as it is.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::encoding::{self, Encoding};
use super::error::ReadError;
use super::open::Source;
use super::scan::{SAMPLE, without_mark};
use super::stream::{Counting, Rejoined, read_head};
use super::transcode::Transcoder;

/// The text of one source.
pub struct TextStream<'r> {
    pub encoding: Encoding,
    inner: Box<dyn Read + 'r>,
    count: Rc<Cell<u64>>,
}

impl<'r> TextStream<'r> {
    /// Looks at the head of a stream and prepares the rest.
    ///
    /// # Errors
    /// A stream that is empty, cannot be read at all, or is not text.
    pub fn open(
        source: &Source,
        stream: &'r mut dyn Read,
        encoding: Option<Encoding>,
    ) -> Result<Self, ReadError> {
        let (head, error) = read_head(stream, SAMPLE);
        if head.is_empty() {
            return Err(match error {
                Some(error) => ReadError::from_io(&source.name, &error),
                None => ReadError::Empty { name: source.name.clone() },
            });
        }
        if let Some(what) = super::magic::binary(&head, encoding) {
            return Err(ReadError::Binary { name: source.name.clone(), what });
        }
        let encoding = encoding.unwrap_or_else(|| encoding::detect(&head));
        let read = head.len();
        let head = without_mark(head, encoding);
        let count = Rc::new(Cell::new((read - head.len()) as u64));
        let whole = Counting::new(Rejoined::new(head, error, stream), Rc::clone(&count));
        let inner: Box<dyn Read + 'r> = match encoding.transcoder() {
            Some(decoder) => Box::new(Transcoder::new(whole, decoder)),
            None => Box::new(whole),
        };
        Ok(TextStream { encoding, inner, count })
    }

    /// The encoding of the bytes that are handed out.
    pub fn bytes_encoding(&self) -> Encoding {
        if self.encoding.transcoder().is_some() { Encoding::Utf8 } else { self.encoding }
    }

    /// Bytes of the stream that were read so far, before any decoding.
    pub fn bytes_read(&self) -> u64 {
        self.count.get()
    }
}

impl Read for TextStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}
