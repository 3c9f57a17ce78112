//! Ctrl-C (and a request to terminate), for work that has something to save: the first one asks it
//! to end, the second one ends the program.
//!
//! What a phone said is private, so a temporary file of it must not outlive the program, however it
//! ends.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::Exit;

static ARMED: AtomicBool = AtomicBool::new(false);
static REQUESTED: AtomicBool = AtomicBool::new(false);
static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// From now on, and until [`disarm`], Ctrl-C only asks. Where the handler cannot be set, Ctrl-C
/// ends the program as ever.
pub fn arm() {
    REQUESTED.store(false, Ordering::SeqCst);
    ARMED.store(true, Ordering::SeqCst);
    // Fails when it is set already, which is as good. The handler runs in a thread of its own.
    let _ = ctrlc::set_handler(|| {
        let asked = REQUESTED.swap(true, Ordering::SeqCst);
        if asked || !ARMED.load(Ordering::SeqCst) {
            remove_temporary();
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
}

/// From now on Ctrl-C ends the program again.
pub fn disarm() {
    ARMED.store(false, Ordering::SeqCst);
}

/// Whether the user asked to end.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// A file or folder that goes when Ctrl-C ends the program; its owner removes it otherwise.
pub fn temporary(path: &Path) {
    if let Ok(mut all) = TEMPORARY.lock() {
        all.push(path.to_owned());
    }
}

fn remove_temporary() {
    let Ok(all) = TEMPORARY.lock() else { return };
    for path in all.iter() {
        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }
}
