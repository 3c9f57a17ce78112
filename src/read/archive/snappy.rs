//! Snappy in the two forms that have no frames: one bare block, as log shipping to object storage
//! writes it, and the blocks of Java's `SnappyOutputStream`.

use std::io::{self, BufRead, Read};

use crate::read::error::ReadError;
use crate::read::magic::SNAPPY_LIMIT;

/// Snappy shrinks nothing further than this; what announces more is damaged or hostile.
const GREATEST_RATIO: u64 = 32;
/// The largest block of a stream of blocks; the usual one has 32 KiB.
const LARGEST_BLOCK: usize = 64 << 20;
const HEADER: [u8; 8] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0];

/// Unfolds one bare block, which needs all of it in memory.
pub(super) fn unfold(name: &str, input: impl Read) -> io::Result<Vec<u8>> {
    let most = SNAPPY_LIMIT + SNAPPY_LIMIT / 6 + 32;
    let mut packed = Vec::new();
    input.take(most + 1).read_to_end(&mut packed)?;
    let length = snap::raw::decompress_len(&packed).map_err(damaged)? as u64;
    if length > SNAPPY_LIMIT || packed.len() as u64 > most {
        return Err(ReadError::BlockTooLarge { name: name.to_owned(), limit: SNAPPY_LIMIT }.into_io());
    }
    block(&packed)
}

/// Unfolds a block whose announced length is credible.
fn block(packed: &[u8]) -> io::Result<Vec<u8>> {
    let length = snap::raw::decompress_len(packed).map_err(damaged)?;
    if length as u64 > packed.len() as u64 * GREATEST_RATIO {
        let what = "the data is shorter than the block announces";
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, what));
    }
    snap::raw::Decoder::new().decompress_vec(packed).map_err(damaged)
}

fn damaged(error: snap::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// Reads a stream of blocks, each behind its packed length.
pub(super) struct Blocks<R> {
    input: R,
    ready: io::Cursor<Vec<u8>>,
}

impl<R: BufRead> Blocks<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, ready: io::Cursor::new(Vec::new()) }
    }

    /// The next block; `None` at the end of the stream.
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if self.input.fill_buf()?.is_empty() {
                return Ok(None);
            }
            let mut length = [0; 4];
            self.input.read_exact(&mut length)?;
            if HEADER.starts_with(&length) {
                // A header stands at the start, and again where files were joined: the rest of the
                // magic, a version, and the oldest version that can read it.
                let mut rest = [0; 12];
                self.input.read_exact(&mut rest)?;
                continue;
            }
            let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
            if length > LARGEST_BLOCK {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a block is far too large"));
            }
            let mut packed = Vec::new();
            (&mut self.input).take(length as u64).read_to_end(&mut packed)?;
            if packed.len() < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let block = block(&packed)?;
            if !block.is_empty() {
                return Ok(Some(block));
            }
        }
    }
}

impl<R: BufRead> Read for Blocks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let n = self.ready.read(buffer)?;
        if n > 0 {
            return Ok(n);
        }
        match self.next()? {
            Some(block) => {
                self.ready = io::Cursor::new(block);
                self.ready.read(buffer)
            }
            None => Ok(0),
        }
    }
}
