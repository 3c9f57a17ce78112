//! The sources of a wait: what is added, what is read before the send, what they have said so far.

use std::collections::HashSet;
use std::time::Duration;

use crate::aliyun::clock::Clock;
use crate::catalog::Catalog;
use crate::lang::Bilingual;
use crate::read::{Encoding, Progress};
use crate::send::watch::{AdbLog, Found, LogFile, News, Polled, Schedule, Since, Watch};
use crate::source::device_log::live::Live;
use crate::source::device_log::{LogReader, Outcome, Request};

/// How long what is there already may take to be read before the send.
const CATCH_UP: u64 = 10_000;

/// Renames inputs of the phone, such as a temporary bundle.
pub type Rename<'w> = dyn Fn(&mut Outcome) + 'w;

/// All sources of one wait.
pub struct Waiting<'w> {
    pub(super) catalog: &'w Catalog,
    pub(super) live: Live<'w>,
    pub(super) rename: Option<Box<Rename<'w>>>,
    pub(super) schedule: Schedule<'w>,
    /// By number of the source.
    pub(super) sources: Vec<Source>,
    pub(super) troubles: Vec<Bilingual>,
    pub(super) unsaid: usize,
    /// Rows of the server's side that were there before the send.
    pub(super) old_rows: HashSet<String>,
    pub(super) changed: bool,
}

/// What is known of one source.
#[derive(Default)]
pub(super) struct Source {
    /// A growing log, by its number in [`Live`].
    pub log: Option<usize>,
    pub since: Since,
    caught_up: bool,
    pub found: Option<Found>,
}

impl<'w> Waiting<'w> {
    /// Reads the phone's inputs that do not grow (and the beginnings of those that do); sources are
    /// added then.
    pub fn new(
        catalog: &'w Catalog,
        reader: &'w LogReader<'w>,
        request: &'w Request,
        progress: &dyn Progress,
    ) -> Self {
        Waiting {
            catalog,
            live: reader.open_live(request, progress),
            rename: None,
            schedule: Schedule::default(),
            sources: Vec::new(),
            troubles: Vec::new(),
            unsaid: 0,
            old_rows: HashSet::new(),
            changed: true,
        }
    }

    /// Lets the caller rename the phone's inputs each time they are judged.
    pub fn rename(&mut self, rename: impl Fn(&mut Outcome) + 'w) {
        self.rename = Some(Box::new(rename));
    }

    /// A log file that grows. If its path is among the request's, what was read of it is not read
    /// again.
    pub fn add_log_file(&mut self, mut file: LogFile) {
        let name = file.path().display().to_string();
        let log = match self.live.go_on(&name) {
            Some((log, bytes)) => {
                file.go_on(bytes, self.live.encoding(log));
                log
            }
            None => self.live.grow(&name, Some(file.encoding().unwrap_or(Encoding::Utf8))),
        };
        self.add_source(Box::new(file), Some(log));
    }

    /// The log of a phone over adb; `name` is how reports call it, as `adb!/logcat`.
    pub fn add_adb(&mut self, adb: AdbLog, name: &str) {
        let log = self.live.grow(name, None);
        self.add_source(Box::new(adb), Some(log));
    }

    /// Any other growing log.
    pub fn add_log(&mut self, watch: Box<dyn Watch + 'w>, name: &str) {
        let log = self.live.grow(name, None);
        self.add_source(watch, Some(log));
    }

    /// A source of the server's side.
    pub fn add(&mut self, watch: Box<dyn Watch + 'w>) {
        self.add_source(watch, None);
    }

    fn add_source(&mut self, watch: Box<dyn Watch + 'w>, log: Option<usize>) {
        self.schedule.add(watch);
        let reached = log.and_then(|log| self.live.reached(log)).unwrap_or_default();
        let mut since = Since::default();
        since.mark(reached, None);
        self.sources.push(Source { log, since, ..Source::default() });
    }

    /// To be called right before the message is sent: reads what is there already, so that it is
    /// known as old. Ends after some seconds at the latest, or when the user has enough.
    pub fn before_the_send(&mut self, clock: &dyn Clock, interrupted: &dyn Fn() -> bool) {
        let began = clock.elapsed_ms();
        loop {
            self.poll(clock, true);
            let behind = self.sources.iter().enumerate().any(|(number, source)| {
                // A busy phone is never silent, but its lines come as they are written.
                let caught_up = source.caught_up || source.since.skew().is_some();
                source.log.is_some() && !caught_up && self.schedule.goes_on(number)
            });
            let now = clock.elapsed_ms();
            if !behind || now.saturating_sub(began) >= CATCH_UP || interrupted() {
                break;
            }
            let next = self.schedule.next_due(true).unwrap_or(now).max(now + 10);
            clock.sleep(Duration::from_millis((next - now).min(200)));
        }
        let at = clock.now_ms().saturating_mul(1000);
        for source in &mut self.sources {
            if let Some(reached) = source.log.and_then(|log| self.live.reached(log)) {
                source.since.mark(reached, Some(at));
            }
            let rows = source.found.iter().flat_map(|found| &found.records);
            self.old_rows.extend(rows.map(|record| record.place.text.clone()));
        }
    }

    /// Looks at every source that is due.
    pub(super) fn poll(&mut self, clock: &dyn Clock, early: bool) {
        let mut all: Vec<(usize, Polled)> = Vec::new();
        self.schedule.poll(clock.elapsed_ms(), early, &mut |number, polled| all.push((number, polled)));
        let at = clock.now_ms().saturating_mul(1000);
        all.into_iter().for_each(|(number, polled)| self.take(number, polled, at));
    }

    fn take(&mut self, number: usize, polled: Polled, at: i64) {
        self.troubles.extend(polled.trouble);
        let Some(source) = self.sources.get_mut(number) else { return };
        let mut arrived = false;
        for news in polled.news {
            match (news, source.log) {
                (News::Found(found), _) => {
                    source.found = Some(*found);
                    self.changed = true;
                }
                (News::CaughtUp, _) => source.caught_up = true,
                (News::Log(bytes), Some(log)) => {
                    self.changed |= self.live.take_from(log, &bytes);
                    arrived = true;
                }
                (News::LineEnds, Some(log)) => self.changed |= self.live.end_line(log),
                (News::Encoding(encoding), Some(log)) => self.live.set_encoding(log, encoding),
                (News::Remark(remark), Some(log)) => {
                    self.live.remark(log, remark);
                    self.changed = true;
                }
                (_, None) => {}
            }
        }
        if let (true, Some(reached)) = (arrived, source.log.and_then(|log| self.live.reached(log))) {
            source.since.arrived(reached.newest, at);
        }
    }

    /// The growing logs of the phone.
    pub(super) fn logs(&self) -> impl Iterator<Item = &Since> {
        self.sources.iter().filter(|s| s.log.is_some()).map(|s| &s.since)
    }
}
