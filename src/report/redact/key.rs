//! The key of the pseudonyms: a file in the user's config folder, so that equal values stay equal
//! over files and days, and nobody else can try values out.

use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::lang::Bilingual;

/// Name of the file in the config folder.
const FILE: &str = "redaction.key";

/// 32 bytes that nobody else knows.
pub type Key = [u8; 32];

/// The user's key, made on first need; with a note if it holds for this run only.
pub fn of_user() -> (Key, Option<Bilingual>) {
    match path() {
        Some(path) => match read(&path).or_else(|| create(&path)) {
            Some(key) => (key, None),
            None => (
                fresh(),
                Some(for_this_run(&Bilingual::new(path.display().to_string(), path.display().to_string()))),
            ),
        },
        None => (fresh(), Some(for_this_run(&Bilingual::new("the user's config folder", "用户配置目录")))),
    }
}

/// A key that the next run will find again: one that lies in `folder` already, else the user's own,
/// else one that is made in `folder`. `None` where nothing can be written.
pub fn lasting(folder: &Path) -> Option<Key> {
    let there = folder.join(FILE);
    let own = || path().and_then(|path| read(&path).or_else(|| create(&path)));
    read(&there).or_else(own).or_else(|| create(&there))
}

fn path() -> Option<PathBuf> {
    Some(crate::user_dirs::config()?.join(FILE))
}

fn for_this_run(place: &Bilingual) -> Bilingual {
    let Bilingual { en, zh } = place;
    Bilingual::new(
        format!("pseudonyms such as <token:…> hold for this run only, because {en} cannot be written"),
        format!("无法写入 {zh}，<token:…> 之类的代号只在本次运行内一致"),
    )
}

/// The key in the file; another run may be about to finish it.
fn read(path: &Path) -> Option<Key> {
    for _ in 0..5 {
        match std::fs::read_to_string(path) {
            Ok(text) if text.trim().len() == 64 => return from_hex(text.trim()),
            Ok(_) => std::thread::sleep(std::time::Duration::from_millis(10)),
            Err(_) => return None,
        }
    }
    None
}

fn create(path: &Path) -> Option<Key> {
    std::fs::create_dir_all(path.parent()?).ok()?;
    let key = fresh();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(mut file) => {
            let written = file.write_all(format!("{}\n", hex(&key)).as_bytes());
            if written.is_err() {
                let _ = std::fs::remove_file(path);
                return None;
            }
            Some(key)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => read(path),
        Err(_) => None,
    }
}

/// A key from the system's randomness, which seeds the hash maps of the standard library too.
fn fresh() -> Key {
    let mut digest = Sha256::new();
    for _ in 0..4 {
        let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        digest.update(hasher.finish().to_le_bytes());
    }
    #[cfg(unix)]
    {
        use std::io::Read;
        let mut bytes = [0u8; 32];
        if std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut bytes)).is_ok() {
            digest.update(bytes);
        }
    }
    if let Ok(now) = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
        digest.update(now.as_nanos().to_le_bytes());
    }
    digest.finalize().into()
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Key> {
    let mut key = Key::default();
    for (i, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pushdoctor").join(FILE);
        assert_eq!(read(&path), None);
        let key = create(&path).unwrap();
        assert_eq!(read(&path), Some(key));
        assert_eq!(create(&path), Some(key));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_spoilt_file_is_no_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        std::fs::write(&path, "zz").unwrap();
        assert_eq!(read(&path), None);
        assert_ne!(fresh(), fresh());
    }
}
