//! A progress bar on standard error, for inputs that take long; nothing on a pipe.

use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::read::Progress;

/// Shown only once reading has taken this long.
const PATIENCE: Duration = Duration::from_millis(300);

/// A bar over the bytes of the files that the user named.
pub struct Bar {
    bar: Option<ProgressBar>,
    started: Instant,
    shown: Cell<bool>,
}

impl Bar {
    /// Over `total` bytes, if that is known.
    pub fn new(total: Option<u64>, hidden: bool) -> Self {
        let wanted = !hidden && std::io::stderr().is_terminal();
        let bar = wanted.then(|| {
            let bar = match total {
                Some(total) => ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden()),
                None => ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            };
            let template = match total {
                Some(_) => "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
                None => "{spinner} {bytes} {bytes_per_sec}",
            };
            match ProgressStyle::with_template(template) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        Bar { bar, started: Instant::now(), shown: Cell::new(false) }
    }

    /// Clears the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn bytes(&self, n: u64) {
        let Some(bar) = &self.bar else { return };
        if !self.shown.get() && self.started.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown.set(true);
        }
        bar.inc(n);
    }
}
