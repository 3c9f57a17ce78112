//! Turns a stream of another encoding into UTF-8 on the way.
//!
//! The search works on bytes, so only encodings in which the bytes of a literal
//! are known can be searched as they are; UTF-16 is not one of them.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding};

const CHUNK: usize = 64 << 10;

/// A reader of UTF-8 over a reader of something else.
pub(crate) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// The part of `input` that is not decoded yet.
    pending: std::ops::Range<usize>,
    output: Vec<u8>,
    ready: std::ops::Range<usize>,
    ended: bool,
    flushed: bool,
    error: Option<io::Error>,
}

impl<R: Read> Transcoder<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: vec![0; CHUNK],
            pending: 0..0,
            output: vec![0; CHUNK * 3 + 64],
            ready: 0..0,
            ended: false,
            flushed: false,
            error: None,
        }
    }

    fn fill(&mut self) {
        match self.inner.read(&mut self.input) {
            Ok(0) => self.ended = true,
            Ok(n) => self.pending = 0..n.min(self.input.len()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.error = Some(error);
                self.ended = true;
            }
        }
    }

    fn decode(&mut self) {
        let source = self.input.get(self.pending.clone()).unwrap_or_default();
        let last = self.ended;
        let (result, read, written, _) = self.decoder.decode_to_utf8(source, &mut self.output, last);
        self.pending.start += read;
        self.ready = 0..written;
        if last && result == encoding_rs::CoderResult::InputEmpty {
            self.flushed = true;
        }
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(ready) = self.output.get(self.ready.clone())
                && !ready.is_empty()
            {
                let n = ready.len().min(buffer.len());
                if let (Some(to), Some(from)) = (buffer.get_mut(..n), ready.get(..n)) {
                    to.copy_from_slice(from);
                }
                self.ready.start += n;
                return Ok(n);
            }
            if self.flushed {
                return self.error.take().map_or(Ok(0), Err);
            }
            if self.pending.is_empty() && !self.ended {
                self.fill();
            }
            if !self.pending.is_empty() || self.ended {
                self.decode();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_passes_whatever_the_chunks() {
        let text = "推送 push 𠀀\r\n".repeat(20_000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let n = buffer.len().min(self.0.len()).min(777);
                (&self.0[..n]).read_exact(&mut buffer[..n])?;
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        let mut out = String::new();
        Transcoder::new(Slow(&bytes), encoding_rs::UTF_16LE).read_to_string(&mut out).unwrap();
        assert_eq!(out, text);
    }

    #[test]
    fn an_odd_last_byte_is_no_loop() {
        let mut out = Vec::new();
        Transcoder::new(&b"a\0b"[..], encoding_rs::UTF_16LE).read_to_end(&mut out).unwrap();
        assert_eq!(out, "a\u{fffd}".as_bytes());
    }
}
