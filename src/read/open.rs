//! Paths to streams: files, folders, standard input, and what lies inside.
//!
//! One input that cannot be read never stops the others; each comes back with
//! its reason.

use std::cell::Cell;
use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use super::archive::plan::Plan;
use super::archive::{Walk, harmless};
use super::encoding::Encoding;
use super::error::{ReadError, Skipped};
use super::magic::{self, Container};
use super::stream::read_head;

/// Folders inside folders that are followed.
const DEEPEST_FOLDER: u32 = 64;

/// How inputs are opened, and the limits on archives.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The encoding, if the user knows it; a file of that encoding is then not
    /// taken for binary.
    pub encoding: Option<Encoding>,
    /// Containers inside containers that are opened.
    pub max_depth: u32,
    /// Entries of one archive that are read.
    pub max_entries: usize,
    /// Decompressed bytes from which the ratio counts.
    pub bomb_bytes: u64,
    /// The greatest ratio of decompressed to compressed bytes.
    pub bomb_ratio: u64,
    /// The largest zip inside a stream, which must be held in memory.
    pub buffer_limit: u64,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            encoding: None,
            max_depth: 3,
            max_entries: 20_000,
            bomb_bytes: 64 << 20,
            bomb_ratio: 1000,
            buffer_limit: 64 << 20,
        }
    }
}

/// Where a stream comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name as shown: `bundle.zip!/logs/a.log`, `-` for standard input.
    pub name: String,
    /// The last part of the name, without the suffix of compression.
    pub file_name: String,
    /// When the file was last changed. Zip has no zone; UTC is assumed there.
    pub modified: Option<SystemTime>,
    /// The size as stated by the file system or the archive.
    pub size: Option<u64>,
}

/// Receives the progress of reading.
pub trait Progress {
    /// `n` more bytes of the files named by the user were read, as they lie on
    /// disk; called about once a mebibyte.
    fn bytes(&self, n: u64);
}

/// Progress that nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn bytes(&self, _: u64) {}
}

/// Calls `visit` once for each readable stream in `paths`: a file, every file
/// of a folder and of its folders in order of name, `-` for standard input, and
/// every entry of an archive. Returns what was not read, and why.
pub fn visit_inputs(
    paths: &[PathBuf],
    options: &OpenOptions,
    progress: &dyn Progress,
    visit: &mut dyn FnMut(&Source, &mut dyn Read) -> Result<(), ReadError>,
) -> Vec<Skipped> {
    let mut visit = |source: &Source, reader: &mut dyn Read| visit(source, reader);
    let mut walk = Walk {
        options,
        visit: &mut visit,
        skipped: Vec::new(),
        delivered: 0,
        consumed: Rc::new(Cell::new(0)),
    };
    for path in paths {
        if path.as_os_str() == "-" {
            standard_input(&mut walk, progress);
            continue;
        }
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => folder(&mut walk, path, progress),
            Ok(found) => file(&mut walk, path, &found, progress),
            Err(error) => {
                let name = shown(path);
                let error = ReadError::from_io(&name, &error);
                walk.skip(&name, error);
            }
        }
    }
    walk.skipped
}

/// The size of all files in `paths`, or `None` when it cannot be known.
pub fn total_size(paths: &[PathBuf]) -> Option<u64> {
    let mut total = 0_u64;
    let mut seen = HashSet::new();
    for path in paths {
        let found = fs::metadata(path).ok().filter(|_| path.as_os_str() != "-")?;
        if found.is_dir() {
            let mut files = Vec::new();
            let mut trouble = Vec::new();
            list(path, 0, &mut seen, &mut files, &mut trouble);
            for (_, found) in files {
                total = total.saturating_add(found.len());
            }
        } else if found.is_file() {
            total = total.saturating_add(found.len());
        } else {
            return None;
        }
    }
    Some(total)
}

fn shown(path: &Path) -> String {
    harmless(&path.to_string_lossy())
}

fn standard_input(walk: &mut Walk<'_>, progress: &dyn Progress) {
    let source = Source { name: "-".to_owned(), file_name: "-".to_owned(), modified: None, size: None };
    let mut input = Tracked::new(io::stdin().lock(), progress);
    walk.consumed = Rc::clone(&input.count);
    walk.stream(&source, &mut input, 0);
    input.finish(None);
}

fn file(walk: &mut Walk<'_>, path: &Path, found: &Metadata, progress: &dyn Progress) {
    let name = shown(path);
    let source = Source {
        file_name: path.file_name().map_or_else(|| name.clone(), |last| harmless(&last.to_string_lossy())),
        modified: found.modified().ok(),
        size: found.is_file().then_some(found.len()),
        name,
    };
    let opened = File::open(path).and_then(|file| {
        let mut file = Tracked::new(file, progress);
        let zip = found.is_file() && is_zip(&mut file)?;
        Ok((file, zip))
    });
    match opened {
        Ok((mut file, zip)) => {
            walk.consumed = Rc::clone(&file.count);
            if zip {
                walk.zip_file(&source, &mut file, found.len(), 0);
            } else {
                walk.stream(&source, &mut file, 0);
            }
            file.finish(source.size);
        }
        Err(error) => {
            let error = ReadError::from_io(&source.name, &error);
            walk.skip(&source.name, error);
        }
    }
}

/// Whether the file is a zip; it is at its start again afterwards.
fn is_zip<R: Read + Seek>(file: &mut Tracked<'_, R>) -> io::Result<bool> {
    let (head, _) = read_head(file, 8);
    file.rewind()?;
    file.count.set(0);
    Ok(magic::container(&head) == Some(Container::Zip))
}

fn folder(walk: &mut Walk<'_>, path: &Path, progress: &dyn Progress) {
    let before = walk.delivered;
    let mut files = Vec::new();
    let mut trouble = Vec::new();
    list(path, 0, &mut HashSet::new(), &mut files, &mut trouble);
    walk.skipped.append(&mut trouble);
    let inside = |file: &Path| {
        let parts = file.strip_prefix(path).unwrap_or(file).components();
        parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    let names: Vec<String> = files.iter().map(|(path, _)| inside(path)).collect();
    let plan = Plan::of(names.iter().map(String::as_str));
    let mut spared = 0;
    for ((path, found), name) in files.iter().zip(&names) {
        if plan.wants(name) {
            file(walk, path, found, progress);
        } else {
            spared += 1;
        }
    }
    walk.spare(&shown(path), spared);
    if walk.delivered == before {
        let name = shown(path);
        walk.skip(&name.clone(), ReadError::EmptyFolder { name });
    }
}

/// Lists the files of a folder and of its folders, in order of name. A folder
/// that was seen before, as links can lead in a circle, is passed over.
fn list(
    folder: &Path,
    depth: u32,
    seen: &mut HashSet<PathBuf>,
    files: &mut Vec<(PathBuf, Metadata)>,
    trouble: &mut Vec<Skipped>,
) {
    let mut skip = |path: &Path, error: ReadError| {
        trouble.push(Skipped { name: shown(path), error });
    };
    if depth > DEEPEST_FOLDER {
        let name = shown(folder);
        let depth = DEEPEST_FOLDER;
        return skip(folder, ReadError::TooDeep { name, depth });
    }
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    if !seen.insert(real) {
        return;
    }
    let mut paths = Vec::new();
    match fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => paths.push(entry.path()),
                    Err(error) => skip(folder, ReadError::from_io(&shown(folder), &error)),
                }
            }
        }
        Err(error) => return skip(folder, ReadError::from_io(&shown(folder), &error)),
    }
    paths.sort();
    for path in paths {
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => list(&path, depth + 1, seen, files, trouble),
            Ok(found) if found.is_file() => files.push((path, found)),
            Ok(_) => {
                let name = shown(&path);
                trouble.push(Skipped { name: name.clone(), error: ReadError::NotAFile { name } });
            }
            Err(error) => {
                let name = shown(&path);
                let error = ReadError::from_io(&name, &error);
                trouble.push(Skipped { name, error });
            }
        }
    }
}

/// A file whose reading is counted and reported.
struct Tracked<'p, R> {
    inner: R,
    count: Rc<Cell<u64>>,
    reported: u64,
    progress: &'p dyn Progress,
}

impl<'p, R> Tracked<'p, R> {
    const STEP: u64 = 1 << 20;

    fn new(inner: R, progress: &'p dyn Progress) -> Self {
        Self { inner, count: Rc::new(Cell::new(0)), reported: 0, progress }
    }

    /// Reports what is missing, up to the whole size of a file, of which parts
    /// may have been passed over.
    fn finish(mut self, size: Option<u64>) {
        let end = size.unwrap_or_else(|| self.count.get());
        self.report(end);
    }

    fn report(&mut self, up_to: u64) {
        if up_to > self.reported {
            self.progress.bytes(up_to - self.reported);
            self.reported = up_to;
        }
    }
}

impl<R: Read> Read for Tracked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let count = self.count.get().saturating_add(n as u64);
        self.count.set(count);
        if count.saturating_sub(self.reported) >= Self::STEP {
            self.report(count);
        }
        Ok(n)
    }
}

impl<R: Seek> Seek for Tracked<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
