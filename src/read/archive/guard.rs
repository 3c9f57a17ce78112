//! Stops a stream that expands beyond any real log, and gives the errors of
//! decoders the name of the file.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use crate::read::error::ReadError;
use crate::read::open::OpenOptions;

/// Counts what comes out of a decoder against what went in.
pub(super) struct Guard<R> {
    inner: R,
    name: String,
    out: u64,
    /// Bytes that went into this decoder, and what stood there at its start.
    input: Rc<Cell<u64>>,
    input_start: u64,
    /// Bytes read from the file at the bottom: archives in archives multiply.
    bottom: Rc<Cell<u64>>,
    /// What came out of all entries of an archive, and the archive's size.
    archive: Option<(Rc<Cell<u64>>, u64)>,
    from: u64,
    ratio: u64,
    /// The error that ended the stream; it is given again at each attempt, so
    /// that nobody takes the end for a good one.
    failed: Option<ReadError>,
}

impl<R: Read> Guard<R> {
    pub(super) fn new(
        inner: R,
        name: &str,
        input: Rc<Cell<u64>>,
        bottom: Rc<Cell<u64>>,
        options: &OpenOptions,
    ) -> Self {
        Self {
            inner,
            name: name.to_owned(),
            out: 0,
            input_start: input.get(),
            input,
            bottom,
            archive: None,
            from: options.bomb_bytes,
            ratio: options.bomb_ratio.max(1),
            failed: None,
        }
    }

    /// Also counts against the size of the whole archive.
    pub(super) fn of_archive(mut self, total: Rc<Cell<u64>>, size: u64) -> Self {
        self.archive = Some((total, size));
        self
    }

    fn check(&self) -> Result<(), ReadError> {
        let over = |out: u64, input: u64| out > self.from && out / input.max(1) > self.ratio;
        let input = self.input.get().saturating_sub(self.input_start);
        let bomb = over(self.out, input)
            || over(self.out, self.bottom.get())
            || self.archive.as_ref().is_some_and(|(total, size)| over(total.get(), *size));
        if bomb {
            return Err(ReadError::Bomb { name: self.name.clone(), bytes: self.out, ratio: self.ratio });
        }
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = &self.failed {
            return Err(error.clone().into_io());
        }
        match self.inner.read(buffer) {
            Ok(n) => {
                self.out = self.out.saturating_add(n as u64);
                if let Some((total, _)) = &self.archive {
                    total.set(total.get().saturating_add(n as u64));
                }
                if let Err(bomb) = self.check() {
                    self.failed = Some(bomb.clone());
                    return Err(bomb.into_io());
                }
                Ok(n)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let error = ReadError::from_decoder(&self.name, &error, self.out);
                self.failed = Some(error.clone());
                Err(error.into_io())
            }
        }
    }
}
