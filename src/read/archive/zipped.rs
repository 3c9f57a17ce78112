//! Zip archives: on a file in any order, inside a stream from memory, and a
//! cut one forwards as far as it goes.

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use zip::CompressionMethod;
use zip::read::{ZipArchive, ZipFile};
use zip::result::ZipError;

use super::guard::Guard;
use super::plan::Plan;
use super::{Walk, last_part, shown};
use crate::read::error::ReadError;
use crate::read::magic;
use crate::read::open::Source;
use crate::read::stream::{Counting, read_head};

/// A file that can be read in any order.
pub(crate) trait SeekRead: Read + Seek {}
impl<T: Read + Seek> SeekRead for T {}

/// Counts what is read from a seekable archive.
struct Counted<'f> {
    inner: &'f mut dyn SeekRead,
    count: Rc<Cell<u64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count.set(self.count.get().saturating_add(n as u64));
        Ok(n)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

impl Walk<'_> {
    /// A zip that cannot be sought is held in memory.
    pub(super) fn zip_in_stream(&mut self, source: &Source, reader: &mut dyn Read, depth: u32) {
        let limit = self.options.buffer_limit;
        if source.size.is_some_and(|size| size > limit) && self.forwards(source, reader, depth) {
            return;
        }
        // A buffer that grows by doubling would take twice as much.
        let expected = usize::try_from(source.size.unwrap_or(0).min(limit)).unwrap_or(0);
        let mut bytes = Vec::with_capacity(expected + 1);
        let result = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        let size = bytes.len() as u64;
        if size > limit {
            let name = source.name.clone();
            return self.skip(&source.name, ReadError::TooLarge { name, limit });
        }
        // What was read before an error may still hold whole entries.
        if bytes.is_empty()
            && let Err(error) = result
        {
            let error = ReadError::from_io(&source.name, &error);
            return self.skip(&source.name, error);
        }
        self.zip(source, &mut Cursor::new(bytes), size, depth);
    }

    pub(super) fn zip(&mut self, source: &Source, file: &mut dyn SeekRead, size: u64, depth: u32) {
        let count = Rc::new(Cell::new(0));
        let counted = Counted { inner: &mut *file, count: Rc::clone(&count) };
        let mut archive = match ZipArchive::new(counted) {
            Ok(archive) => archive,
            Err(error) => return self.cut_zip(source, file, &error, size, depth),
        };
        if let Some(what) = magic::packaged(archive.file_names_raw().map(shown)) {
            let name = source.name.clone();
            return self.skip(&source.name, ReadError::Binary { name, what });
        }
        let names: Vec<String> = archive.file_names_raw().map(shown).collect();
        let plan = Plan::of(names.iter().map(String::as_str));
        drop(names);
        let mut spared = 0;
        let total = Rc::new(Cell::new(0));
        for index in 0..archive.len() {
            if index >= self.options.max_entries {
                let name = source.name.clone();
                let limit = self.options.max_entries;
                return self.skip(&source.name, ReadError::TooManyEntries { name, limit });
            }
            if self.is_bomb(total.get(), size) {
                let name = source.name.clone();
                let (bytes, ratio) = (total.get(), self.options.bomb_ratio);
                return self.skip(&source.name, ReadError::Bomb { name, bytes, ratio });
            }
            let raw = archive.by_index_data(index).ok();
            let raw = raw.map(|entry| {
                let name = shown(entry.name_raw());
                (name, entry.is_dir(), entry.encrypted(), entry.compression())
            });
            let Some((path, is_dir, encrypted, method)) = raw else {
                let name = source.name.clone();
                let reason = format!("entry {index} of its directory is not readable");
                self.skip(&source.name, ReadError::CorruptArchive { name, reason });
                continue;
            };
            if is_dir {
                continue;
            }
            if !plan.wants(&path) {
                spared += 1;
                continue;
            }
            let name = format!("{}!/{path}", source.name);
            if encrypted {
                self.skip(&name.clone(), ReadError::EncryptedEntry { name });
                continue;
            }
            if method == CompressionMethod::Stored
                && self.stored_zip(&name, &path, &mut archive, index, depth)
            {
                continue;
            }
            match archive.by_index(index) {
                Ok(mut entry) => {
                    let totals = Some((Rc::clone(&total), size));
                    self.zip_entry(name, &path, &mut entry, Rc::clone(&count), totals, depth);
                }
                Err(error) => {
                    let error = explain(&name, &error, method, 0);
                    self.skip(&name, error);
                }
            }
        }
        self.spare(&source.name, spared);
    }

    /// A zip that lies uncompressed inside another is read in place, however large it is.
    fn stored_zip<R: Read + Seek>(
        &mut self,
        name: &str,
        path: &str,
        archive: &mut ZipArchive<R>,
        index: usize,
        depth: u32,
    ) -> bool {
        let Ok((size, modified)) = archive.by_index(index).map(|e| (e.size(), e.last_modified())) else {
            return false;
        };
        let Ok(mut entry) = archive.by_index_seek(index) else { return false };
        let (head, _) = read_head(&mut entry, 8);
        if magic::container(&head) != Some(magic::Container::Zip) || entry.rewind().is_err() {
            return false;
        }
        let inner = Source {
            name: name.to_owned(),
            file_name: last_part(path),
            modified: modified.and_then(when),
            size: Some(size),
        };
        self.zip_file(&inner, &mut entry, size, depth + 1);
        true
    }

    fn is_bomb(&self, out: u64, size: u64) -> bool {
        out > self.options.bomb_bytes && out / size.max(1) > self.options.bomb_ratio
    }

    fn zip_entry<R: Read>(
        &mut self,
        name: String,
        path: &str,
        entry: &mut ZipFile<'_, R>,
        count: Rc<Cell<u64>>,
        totals: Option<(Rc<Cell<u64>>, u64)>,
        depth: u32,
    ) {
        let inner = Source {
            file_name: last_part(path),
            modified: entry.last_modified().and_then(when),
            size: Some(entry.size()),
            name,
        };
        let bottom = Rc::clone(&self.consumed);
        let mut guard = Guard::new(entry, &inner.name, count, bottom, self.options);
        if let Some((total, size)) = totals {
            guard = guard.of_archive(total, size);
        }
        self.stream(&inner, &mut guard, depth + 1);
    }

    /// Reads a zip that is too large to be held from its start to its end, entry by entry. False
    /// when not even the first could be read.
    fn forwards(&mut self, source: &Source, reader: &mut dyn Read, depth: u32) -> bool {
        let plan = Plan::by_name(&source.file_name);
        let count = Rc::new(Cell::new(0));
        let mut counted = Counting::new(reader, Rc::clone(&count));
        let (mut read, mut spared) = (0, 0);
        loop {
            let mut entry = match zip::read::read_zipfile_from_stream(&mut counted) {
                Ok(Some(entry)) => entry,
                Ok(None) => break,
                Err(_) => {
                    let (name, limit) = (source.name.clone(), self.options.buffer_limit);
                    self.skip(&source.name, ReadError::TooLarge { name, limit });
                    break;
                }
            };
            if read >= self.options.max_entries {
                let (name, limit) = (source.name.clone(), self.options.max_entries);
                self.skip(&source.name, ReadError::TooManyEntries { name, limit });
                break;
            }
            read += 1;
            let path = shown(entry.name_raw());
            if !entry.is_dir() && plan.wants(&path) {
                let name = format!("{}!/{path}", source.name);
                self.zip_entry(name, &path, &mut entry, Rc::clone(&count), None, depth);
            } else if !entry.is_dir() {
                spared += 1;
            }
            // The rest of the entry must be read to reach the next.
            if io::copy(&mut entry, &mut io::sink()).is_err() {
                break;
            }
        }
        self.spare(&source.name, spared);
        read > 0
    }

    /// A zip without the directory at its end was cut: its entries are read
    /// forwards until they stop.
    fn cut_zip(&mut self, source: &Source, file: &mut dyn SeekRead, error: &ZipError, size: u64, depth: u32) {
        if file.rewind().is_err() {
            let error = explain(&source.name, error, CompressionMethod::Stored, 0);
            return self.skip(&source.name, error);
        }
        let plan = Plan::by_name(&source.file_name);
        let mut spared = 0;
        let count = Rc::new(Cell::new(0));
        let mut counted = Counted { inner: file, count: Rc::clone(&count) };
        for _ in 0..self.options.max_entries {
            let Ok(Some(mut entry)) = zip::read::read_zipfile_from_stream(&mut counted) else {
                break;
            };
            if entry.is_dir() {
                continue;
            }
            let path = shown(entry.name_raw());
            if plan.wants(&path) {
                let name = format!("{}!/{path}", source.name);
                self.zip_entry(name, &path, &mut entry, Rc::clone(&count), None, depth);
            } else {
                spared += 1;
            }
            // The rest of the entry must be read to reach the next.
            let limit = self.options.bomb_bytes;
            if io::copy(&mut entry.by_ref().take(limit), &mut io::sink()).is_err() {
                break;
            }
        }
        self.spare(&source.name, spared);
        let name = source.name.clone();
        self.skip(&source.name, ReadError::TruncatedArchive { name, after: size });
    }
}

/// What an error of the zip reader means for the entry.
fn explain(name: &str, error: &ZipError, method: CompressionMethod, after: u64) -> ReadError {
    let name_owned = name.to_owned();
    match error {
        ZipError::Io(error) => ReadError::from_decoder(name, error, after),
        ZipError::UnsupportedArchive(text) if *text == ZipError::PASSWORD_REQUIRED => {
            ReadError::EncryptedEntry { name: name_owned }
        }
        ZipError::InvalidPassword => ReadError::EncryptedEntry { name: name_owned },
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            ReadError::UnsupportedArchive {
                name: name_owned,
                what: format!("the compression method {method:?}"),
            }
        }
        other => ReadError::CorruptArchive { name: name_owned, reason: other.to_string() },
    }
}

/// The time in the directory, which has no zone, as if it were UTC.
fn when(time: zip::DateTime) -> Option<SystemTime> {
    let (year, month, day) = (i64::from(time.year()), i64::from(time.month()), i64::from(time.day()));
    // Days since 1970, after Howard Hinnant's civil calendar.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let seconds = days * 86_400
        + i64::from(time.hour()) * 3600
        + i64::from(time.minute()) * 60
        + i64::from(time.second());
    let seconds = u64::try_from(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
