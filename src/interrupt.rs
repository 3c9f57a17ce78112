//! Ctrl-C, for work that has something to save: the first one asks it to end, the second one ends
//! the program.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::Exit;

static ARMED: AtomicBool = AtomicBool::new(false);
static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on, and until [`disarm`], Ctrl-C only asks. Where the handler cannot be set, Ctrl-C
/// ends the program as ever.
pub fn arm() {
    REQUESTED.store(false, Ordering::SeqCst);
    ARMED.store(true, Ordering::SeqCst);
    // Fails when it is set already, which is as good.
    let _ = ctrlc::set_handler(|| {
        let asked = REQUESTED.swap(true, Ordering::SeqCst);
        if asked || !ARMED.load(Ordering::SeqCst) {
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
