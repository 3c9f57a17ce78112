//! Streams inside files: compressed files, archives, and archives in archives.
//!
//! Vendors wrap the bug report in a zip in a zip. Every container is recognised
//! by its first bytes, nothing is written to disk, and a hostile archive costs
//! bounded time and memory.

mod compressed;
mod guard;
pub(crate) mod plan;
mod snappy;
mod tarball;
mod zipped;

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::error::{ReadError, Skipped};
use super::magic::{self, Container};
use super::open::{OpenOptions, Source};
use super::stream::{Rejoined, read_head};

pub(crate) use zipped::SeekRead;

/// What receives each readable stream.
pub(crate) type Visit<'a> = dyn FnMut(&Source, &mut dyn Read) -> Result<(), ReadError> + 'a;

/// A walk through the streams of one input after the other.
pub(crate) struct Walk<'a> {
    pub options: &'a OpenOptions,
    pub visit: &'a mut Visit<'a>,
    pub skipped: Vec<Skipped>,
    /// Streams that were handed to `visit`.
    pub delivered: u64,
    /// Bytes read so far from the file at the bottom.
    pub consumed: Rc<Cell<u64>>,
}

impl Walk<'_> {
    /// Notes that an input is not read.
    pub fn skip(&mut self, name: &str, error: ReadError) {
        self.skipped.push(Skipped { name: name.to_owned(), error });
    }

    /// Visits a stream, or what it contains. `depth` counts the containers
    /// around it.
    pub fn stream(&mut self, source: &Source, reader: &mut dyn Read, depth: u32) {
        let (head, error) = read_head(reader, magic::HEAD);
        if head.is_empty() {
            let name = source.name.clone();
            let error = match error {
                Some(error) => ReadError::from_io(&name, &error),
                None => ReadError::Empty { name },
            };
            return self.skip(&source.name, error);
        }
        let found = magic::container(&head)
            .or_else(|| magic::snappy_block(&source.file_name, &head).then_some(Container::SnappyRaw));
        if found.is_none()
            && let Some(error) = self.refuse(source, &head)
        {
            return self.skip(&source.name, error);
        }
        let mut whole = Rejoined::new(head, error, reader);
        match found {
            Some(container) => self.open(container, source, &mut whole, depth),
            None => {
                self.delivered += 1;
                if let Err(error) = (self.visit)(source, &mut whole) {
                    self.skip(&source.name, error);
                }
            }
        }
    }

    /// Why a stream that is no container is not a log either.
    fn refuse(&self, source: &Source, head: &[u8]) -> Option<ReadError> {
        let name = source.name.clone();
        if let Some(what) = magic::unsupported(head) {
            let what = what.to_owned();
            return Some(ReadError::UnsupportedArchive { name, what });
        }
        if let Some(what) = magic::columns(head) {
            return Some(ReadError::Columns { name, what });
        }
        magic::binary(head, self.options.encoding).map(|what| ReadError::Binary { name, what })
    }

    /// Opens a container that can only be read forwards.
    fn open(&mut self, container: Container, source: &Source, reader: &mut dyn Read, depth: u32) {
        if self.too_deep(source, depth) {
            return;
        }
        let before = (self.delivered, self.skipped.len());
        match container {
            Container::Tar => self.tar(source, reader, depth),
            Container::Zip => self.zip_in_stream(source, reader, depth),
            _ => return self.compressed(container, source, reader, depth),
        }
        self.nothing_found(source, before);
    }

    /// Opens a zip that can be read in any order.
    pub fn zip_file(&mut self, source: &Source, file: &mut dyn SeekRead, size: u64, depth: u32) {
        if self.too_deep(source, depth) {
            return;
        }
        let before = (self.delivered, self.skipped.len());
        self.zip(source, file, size, depth);
        self.nothing_found(source, before);
    }

    fn too_deep(&mut self, source: &Source, depth: u32) -> bool {
        let most = self.options.max_depth;
        let refused = depth >= most;
        if refused {
            let name = source.name.clone();
            self.skip(&source.name, ReadError::TooDeep { name, depth: most });
        }
        refused
    }

    /// Says how many entries of a bug report were passed over.
    pub fn spare(&mut self, name: &str, count: u64) {
        if count > 0 {
            self.skip(name, ReadError::Spared { name: name.to_owned(), count });
        }
    }

    /// An archive from which nothing came and about which nothing was said.
    fn nothing_found(&mut self, source: &Source, before: (u64, usize)) {
        let said = self.skipped.iter().skip(before.1).any(|s| !matches!(s.error, ReadError::Spared { .. }));
        if before.0 == self.delivered && !said {
            let name = source.name.clone();
            self.skip(&source.name, ReadError::EmptyArchive { name });
        }
    }
}

/// The name of an entry for display: decoded, and without characters that
/// could act on a terminal or mislead a reader. It is never used as a path.
pub(crate) fn shown(raw: &[u8]) -> String {
    let (text, _) = super::encoding::decode_line(raw, super::encoding::Encoding::Utf8);
    harmless(&text)
}

/// Text without control characters and direction overrides.
pub(crate) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_control() => '\u{fffd}',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// The last part of an entry's name.
pub(crate) fn last_part(name: &str) -> String {
    name.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(name).to_owned()
}
