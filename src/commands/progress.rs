//! A progress bar on standard error, for inputs that take long; nothing on a pipe.

use std::cell::{Cell, RefCell};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::read::Progress;
use crate::source::adb::Watch;

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

/// The commands that run on a phone, one after the other.
pub struct Steps {
    bar: Option<ProgressBar>,
    command: RefCell<String>,
    bytes: Cell<u64>,
}

impl Steps {
    pub fn new(hidden: bool) -> Self {
        let wanted = !hidden && std::io::stderr().is_terminal();
        let bar = wanted.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            match ProgressStyle::with_template("{bar:20} {pos}/{len} {wide_msg}") {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        Steps { bar, command: RefCell::default(), bytes: Cell::new(0) }
    }

    /// Clears the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Steps {
    fn step(&self, number: usize, total: usize, command: &str) {
        let Some(bar) = &self.bar else { return };
        bar.set_length(total as u64);
        bar.set_position(number.saturating_sub(1) as u64);
        bar.set_message(command.to_owned());
        command.clone_into(&mut self.command.borrow_mut());
        self.bytes.set(0);
    }

    fn bytes(&self, n: u64) {
        let Some(bar) = &self.bar else { return };
        self.bytes.set(self.bytes.get().saturating_add(n));
        bar.set_message(format!("{}  {}", self.command.borrow(), HumanBytes(self.bytes.get())));
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
