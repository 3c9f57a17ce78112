//! What may tell what became of a message after it was sent: logs and files that grow, a phone over
//! adb, services that are asked again and again.
//!
//! A [`Watch`] looks once and never waits, so that one slow source keeps no other from being read;
//! when it is looked at again is the [`schedule`]'s business.

mod adb_log;
mod asked;
mod files;
mod fresh;
mod log_file;
mod schedule;

use std::time::Duration;

pub use adb_log::AdbLog;
pub use asked::Asked;
pub use files::ServerFiles;
pub use fresh::Since;
pub use log_file::{LogFile, Start};
pub use schedule::Schedule;

use crate::diagnosis::Input;
use crate::lang::Bilingual;
use crate::read::Encoding;
use crate::source::server_log::coverage::ServerCoverage;
use crate::source::server_log::record::Record;

/// One source that may have news.
pub trait Watch {
    /// Looks once, without waiting. `now_ms` is the clock's `elapsed_ms`.
    fn poll(&mut self, now_ms: u64) -> Polled;

    /// Whether it must be looked at before the send, so that what is there already is known as old.
    fn before_the_send(&self) -> bool {
        false
    }
}

/// What one look brought.
#[derive(Debug)]
pub struct Polled {
    pub news: Vec<News>,
    /// When to look again; `None`: never, the source has ended.
    pub next: Option<Duration>,
    /// What went wrong, in one sentence; said once.
    pub trouble: Option<Bilingual>,
}

impl Polled {
    /// Nothing new.
    pub fn nothing(next: Duration) -> Self {
        Polled { news: Vec::new(), next: Some(next), trouble: None }
    }
}

/// One piece of news.
#[derive(Debug)]
pub enum News {
    /// In what encoding the lines that follow are.
    Encoding(Encoding),
    /// A piece of the phone's log, wherever it was cut.
    Log(Vec<u8>),
    /// A remark on the log.
    Remark(Bilingual),
    /// The line that has begun will not be continued.
    LineEnds,
    /// All that was there has been handed over; what follows is new.
    CaughtUp,
    /// Everything that this source has of the server's side, in the place of what it had before.
    Found(Box<Found>),
}

/// What a source has of the server's side. Records count their inputs from 0.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub inputs: Vec<Input>,
    pub records: Vec<Record>,
    pub coverage: ServerCoverage,
    pub notes: Vec<Bilingual>,
    pub skipped: Vec<(String, Bilingual)>,
}
