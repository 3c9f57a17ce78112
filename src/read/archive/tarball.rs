//! Tar archives, read forwards.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use tar::EntryType;

use super::guard::Guard;
use super::{Walk, last_part, shown};
use crate::read::error::ReadError;
use crate::read::open::Source;
use crate::read::stream::Counting;

impl Walk<'_> {
    pub(super) fn tar(&mut self, source: &Source, reader: &mut dyn Read, depth: u32) {
        let input = Rc::new(Cell::new(0));
        let ended = Rc::new(Cell::new(false));
        let counted = Counting::new(reader, Rc::clone(&input));
        let mut archive = tar::Archive::new(Ending { inner: counted, ended: Rc::clone(&ended) });
        let explain = |error: &io::Error| {
            let name = source.name.clone();
            let after = input.get();
            match ReadError::from_decoder(&name, error, after) {
                // The library has no error kind of its own for an early end.
                ReadError::CorruptArchive { .. } if ended.get() => {
                    ReadError::TruncatedArchive { name, after }
                }
                other => other,
            }
        };
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.skip(&source.name, explain(&error)),
        };
        for (number, entry) in entries.enumerate() {
            if number >= self.options.max_entries {
                let name = source.name.clone();
                let limit = self.options.max_entries;
                return self.skip(&source.name, ReadError::TooManyEntries { name, limit });
            }
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.skip(&source.name, explain(&error)),
            };
            let path = shown(&entry.path_bytes());
            let name = format!("{}!/{path}", source.name);
            match entry.header().entry_type() {
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {}
                EntryType::Directory | EntryType::XGlobalHeader => continue,
                _ => {
                    self.skip(&name.clone(), ReadError::NotAFile { name });
                    continue;
                }
            }
            let inner = Source {
                file_name: last_part(&path),
                modified: entry
                    .header()
                    .mtime()
                    .ok()
                    .and_then(|s| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(s))),
                size: Some(entry.size()),
                name,
            };
            let whole = Whole { left: entry.size(), inner: &mut entry };
            let bottom = Rc::clone(&self.consumed);
            let mut guard = Guard::new(whole, &inner.name, Rc::clone(&input), bottom, self.options);
            self.stream(&inner, &mut guard, depth + 1);
        }
    }
}

/// Remembers that the end of the input was reached.
struct Ending<R> {
    inner: R,
    ended: Rc<Cell<bool>>,
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if n == 0 && !buffer.is_empty() {
            self.ended.set(true);
        }
        Ok(n)
    }
}

/// An entry whose archive ends too early would just look shorter.
struct Whole<'e> {
    inner: &'e mut dyn Read,
    left: u64,
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if n == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(n as u64);
        Ok(n)
    }
}
