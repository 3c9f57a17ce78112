//! The file of the journal: one writer at a time, every line on the disk before the program goes on,
//! and never longer than it has to be.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::entry::{Entry, Event};
use crate::lang::Bilingual;
use crate::read::harmless;

/// Name of the journal in the state folder.
pub const FILE: &str = "sends.jsonl";
/// Name of the file whose lock the writer holds.
const LOCK: &str = "sends.lock";
/// Bytes that a journal has at most; it is cut long before.
const LARGEST: u64 = 64 << 20;
/// How long another writer is waited for.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Where the journal lies.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    patience: Duration,
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub struct Guard(#[allow(dead_code, reason = "closing the file gives the lock back")] File);

/// What a file held.
#[derive(Debug, Default)]
pub struct Lines {
    pub entries: Vec<Entry>,
    /// Lines that are no entries.
    pub foreign: u64,
    /// The last line was cut off, and could be read in part.
    pub cut: bool,
}

impl Store {
    pub fn new(folder: &Path, patience: Duration) -> Self {
        Store { folder: folder.to_owned(), patience }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Makes the folder and the file where they are missing, and sees that they can be written.
    pub fn prepare(&self) -> Result<(), Bilingual> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(&self.folder).map_err(|e| self.unwritable(&e))?;
        self.open(&self.path()).map_err(|e| self.unwritable(&e))?;
        Ok(())
    }

    /// Waits for other writers, but not for long.
    pub fn lock(&self) -> Result<Guard, Bilingual> {
        let file = self.open(&self.folder.join(LOCK)).map_err(|e| self.unwritable(&e))?;
        let end = Instant::now() + self.patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Guard(file)),
                Err(TryLockError::WouldBlock) if Instant::now() < end => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => return Err(self.taken()),
                Err(TryLockError::Error(e)) => return Err(self.unwritable(&e)),
            }
        }
    }

    /// Everything that the file holds; nothing where there is no file.
    pub fn read(&self) -> Result<Lines, Bilingual> {
        let file = match File::open(self.path()) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Lines::default()),
            Err(e) => return Err(self.unreadable(&e.to_string())),
        };
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| self.unreadable(&e.to_string()))?;
        if bytes.len() as u64 > LARGEST {
            return Err(self.unreadable("more than 64 MiB"));
        }
        Ok(lines(&bytes))
    }

    /// Puts a line at the end and waits until it is on the disk.
    pub fn append(&self, _: &Guard, entry: &Entry) -> Result<(), Bilingual> {
        let write = || -> std::io::Result<()> {
            let new = !self.path().exists();
            let mut file = self.open(&self.path())?;
            let length = file.seek(SeekFrom::End(0))?;
            let mut text = String::new();
            if length > 0 {
                let mut last = [0];
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
                if last != [b'\n'] {
                    text.push('\n');
                }
            }
            text.push_str(&entry.line());
            file.seek(SeekFrom::Start(length))?;
            if let Err(error) = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()) {
                // Half a line would look like a send.
                let _ = file.set_len(length);
                return Err(error);
            }
            if new {
                self.sync_folder();
            }
            Ok(())
        };
        write().map_err(|e| self.unwritable(&e))
    }

    /// Puts these lines in place of the file; it is either the old or the new one, whatever happens.
    pub fn replace(&self, _: &Guard, entries: &[&Entry]) -> Result<(), Bilingual> {
        let write = || -> std::io::Result<()> {
            // Such files are for their owner only.
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            let mut out = std::io::BufWriter::new(file.as_file_mut());
            for entry in entries {
                out.write_all(entry.line().as_bytes())?;
            }
            out.flush()?;
            drop(out);
            file.as_file().sync_all()?;
            file.persist(self.path()).map_err(|e| e.error)?;
            self.sync_folder();
            Ok(())
        };
        write().map_err(|e| self.unwritable(&e))
    }

    /// Opens for reading and writing; made for the owner only, and left so.
    fn open(&self, path: &Path) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.metadata()?.permissions().mode();
            if mode & 0o077 != 0 {
                file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
            }
        }
        Ok(file)
    }

    /// The name of a new file is on the disk only with its folder; elsewhere than on Unix the system
    /// sees to it.
    fn sync_folder(&self) {
        #[cfg(unix)]
        if let Ok(folder) = File::open(&self.folder) {
            let _ = folder.sync_all();
        }
    }

    fn shown(&self) -> String {
        harmless(&self.path().to_string_lossy())
    }

    fn unwritable(&self, error: &std::io::Error) -> Bilingual {
        let (path, why) = (self.shown(), harmless(&error.to_string()));
        Bilingual::new(
            format!(
                "{path}: the journal of sends cannot be written ({why}): make its folder writable, or set XDG_STATE_HOME to one that is"
            ),
            format!(
                "{path}：无法写入发送记录（{why}）：请让所在目录可写，或把 XDG_STATE_HOME 指向可写的目录"
            ),
        )
    }

    fn unreadable(&self, why: &str) -> Bilingual {
        let (path, why) = (self.shown(), harmless(why));
        Bilingual::new(
            format!("{path}: the journal of sends cannot be read ({why}): make it readable, or move it away"),
            format!("{path}：无法读取发送记录（{why}）：请修正权限，或把它移走"),
        )
    }

    fn taken(&self) -> Bilingual {
        let path = harmless(&self.folder.join(LOCK).to_string_lossy());
        Bilingual::new(
            format!(
                "{path}: another pushdoctor is writing the journal of sends: try again when it has ended"
            ),
            format!("{path}：另一个 pushdoctor 正在写发送记录：请等它结束后再试"),
        )
    }
}

/// The entries of a file. Only the last line may be cut: what stands before an end of line was whole,
/// or went on after a cut.
fn lines(bytes: &[u8]) -> Lines {
    let mut out = Lines::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest);
        let (line, next) = match end {
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default()),
            None => (rest, &[][..]),
        };
        rest = next;
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        match Entry::read(line) {
            Some(entry) => out.entries.push(entry),
            // A line that was cut long ago has an end by now, from the line behind it.
            None => match Entry::read_cut(line) {
                Some(entry) if line.first() == Some(&b'{') => {
                    out.cut = true;
                    // An outcome whose state is lost leaves its send as unknown as it was.
                    if entry.event != Event::Outcome || !entry.state.is_empty() {
                        out.entries.push(entry);
                    }
                }
                _ => out.foreign += 1,
            },
        }
    }
    out
}
