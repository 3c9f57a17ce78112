//! Small readers that sit between a file and its consumer: looking at the head
//! of a stream without losing it, and counting what passes.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Reads up to `limit` bytes. An error does not discard what came before it.
pub(crate) fn read_head(reader: &mut dyn Read, limit: usize) -> (Vec<u8>, Option<io::Error>) {
    let mut head = Vec::new();
    let mut chunk = vec![0; limit.min(64 << 10)];
    while head.len() < limit {
        let want = chunk.len().min(limit - head.len());
        let Some(space) = chunk.get_mut(..want) else {
            break;
        };
        match reader.read(space) {
            Ok(0) => break,
            Ok(n) => head.extend_from_slice(space.get(..n).unwrap_or(space)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (head, Some(error)),
        }
    }
    (head, None)
}

/// A stream whose head was read ahead: gives the head again, then the error
/// that ended it or the rest.
pub(crate) struct Rejoined<'r> {
    head: io::Cursor<Vec<u8>>,
    error: Option<io::Error>,
    failed: bool,
    rest: &'r mut dyn Read,
}

impl<'r> Rejoined<'r> {
    pub(crate) fn new(head: Vec<u8>, error: Option<io::Error>, rest: &'r mut dyn Read) -> Self {
        Self { head: io::Cursor::new(head), error, failed: false, rest }
    }
}

impl Read for Rejoined<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.head.read(buffer)?;
        if n > 0 || buffer.is_empty() {
            return Ok(n);
        }
        if let Some(error) = self.error.take() {
            self.failed = true;
            return Err(error);
        }
        if self.failed {
            return Ok(0);
        }
        self.rest.read(buffer)
    }
}

/// Counts the bytes that pass into a shared cell.
pub(crate) struct Counting<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R> Counting<R> {
    pub(crate) fn new(inner: R, count: Rc<Cell<u64>>) -> Self {
        Self { inner, count }
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count.set(self.count.get().saturating_add(n as u64));
        Ok(n)
    }
}
