//! Files that hold one compressed stream: gzip, zstd, xz, bzip2, lz4, snappy.
//!
//! All of them may be written in several parts one after the other, as log
//! rotation does, and all may be cut.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;
use lz4_flex::frame::FrameDecoder;

use super::Walk;
use super::guard::Guard;
use super::snappy;
use crate::read::error::ReadError;
use crate::read::magic::Container;
use crate::read::open::Source;
use crate::read::stream::Counting;

const BUFFER: usize = 64 << 10;
/// Memory an xz stream may ask for; its highest usual level takes 65 MiB.
const XZ_MEMORY: u64 = 256 << 20;
/// The largest window of zstd that is followed, as power of two.
const ZSTD_WINDOW: u32 = if cfg!(target_pointer_width = "32") { 27 } else { 31 };

impl Walk<'_> {
    pub(super) fn compressed(
        &mut self,
        container: Container,
        source: &Source,
        reader: &mut dyn Read,
        depth: u32,
    ) {
        let input = Rc::new(Cell::new(0));
        let counted = Counting::new(reader, Rc::clone(&input));
        let decoder = match decoder(container, &source.name, counted) {
            Ok(decoder) => decoder,
            Err(error) => {
                let error = ReadError::from_decoder(&source.name, &error, 0);
                return self.skip(&source.name, error);
            }
        };
        let bottom = Rc::clone(&self.consumed);
        let mut guard = Guard::new(decoder, &source.name, input, bottom, self.options);
        let inner = Source { file_name: without_suffix(&source.file_name), size: None, ..source.clone() };
        self.stream(&inner, &mut guard, depth + 1);
    }
}

fn decoder<'r>(container: Container, name: &str, reader: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let input = BufReader::with_capacity(BUFFER, reader);
    Ok(match container {
        Container::Gzip => Box::new(Gzip::new(input)),
        Container::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
            decoder.window_log_max(ZSTD_WINDOW)?;
            Box::new(decoder)
        }
        Container::Xz => {
            let stream =
                liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(input, stream))
        }
        Container::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        Container::Lz4 => Box::new(Lz4 { frames: Some(FrameDecoder::new(input)) }),
        Container::SnappyFrames => Box::new(snap::read::FrameDecoder::new(input)),
        Container::SnappyBlocks => Box::new(snappy::Blocks::new(input)),
        Container::SnappyRaw => Box::new(io::Cursor::new(snappy::unfold(name, input)?)),
        // Archives have readers of their own.
        Container::Zip | Container::Tar => Box::new(input),
    })
}

/// The name of the file inside: `a.log.gz` holds `a.log`, `a.tgz` holds `a.tar`.
fn without_suffix(name: &str) -> String {
    let Some((stem, suffix)) = name.rsplit_once('.') else {
        return name.to_owned();
    };
    match suffix.to_ascii_lowercase().as_str() {
        "gz" | "gzip" | "zst" | "zstd" | "xz" | "bz2" | "bzip2" | "lz4" | "snappy" | "sz"
            if !stem.is_empty() =>
        {
            stem.to_owned()
        }
        "tgz" | "txz" | "tbz" | "tbz2" | "tzst" => format!("{stem}.tar"),
        // Old shipping tasks write the compression before the form: `54_1.snappy.csv`.
        form => match stem.strip_suffix(".snappy") {
            Some(stem) => format!("{stem}.{form}"),
            None => name.to_owned(),
        },
    }
}

/// Lz4 with several frames, one after the other.
struct Lz4<R: Read> {
    frames: Option<FrameDecoder<R>>,
}

impl<R: BufRead> Read for Lz4<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(frames) = &mut self.frames {
            let n = frames.read(buffer)?;
            if n > 0 {
                return Ok(n);
            }
            let Some(frames) = self.frames.take() else { break };
            let mut input = frames.into_inner();
            if input.fill_buf()?.is_empty() {
                break;
            }
            self.frames = Some(FrameDecoder::new(input));
        }
        Ok(0)
    }
}

/// Gzip with several members. Zeros behind the last one are padding; anything
/// else there is damage, which is reported after all that was good.
struct Gzip<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gzip<R> {
    fn new(reader: R) -> Self {
        Self { member: Some(GzDecoder::new(reader)) }
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let n = member.read(buffer)?;
            if n > 0 {
                return Ok(n);
            }
            let Some(member) = self.member.take() else {
                break;
            };
            let mut input = member.into_inner();
            let next = skip_zeros(&mut input)?;
            match next {
                None => break,
                Some(0x1F) => self.member = Some(GzDecoder::new(input)),
                Some(_) => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "other data follows the compressed data",
                    ));
                }
            }
        }
        Ok(0)
    }
}

/// The first byte that is not zero, without taking it.
fn skip_zeros(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let ready = input.fill_buf()?;
        if ready.is_empty() {
            return Ok(None);
        }
        match ready.iter().position(|byte| *byte != 0) {
            Some(at) => {
                let byte = ready.get(at).copied();
                input.consume(at);
                return Ok(byte);
            }
            None => {
                let n = ready.len();
                input.consume(n);
            }
        }
    }
}
