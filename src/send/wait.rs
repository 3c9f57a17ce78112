//! `--wait`: reads what may tell of the message until that is told, the time is over, or the user has
//! enough.
//!
//! What was there before the send never ends the wait, whatever it says: see [`Since`].

mod end;
mod merge;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::time::Duration;

pub use end::{Reason, Tie};

use crate::aliyun::clock::Clock;
use crate::catalog::{Catalog, Link};
use crate::diagnosis::Diagnosis;
use crate::lang::Bilingual;
use crate::read::encoding::Encoding;
use crate::source::Case;
use crate::source::device_log::live::Live;
use crate::source::device_log::{LogReader, Outcome, Request};
use crate::source::server_log::record::Record;

use super::watch::{AdbLog, Found, LogFile, News, Polled, Schedule, Since, Watch};

/// Judged at most this often.
const PACE: u64 = 1000;
/// How long what is there already may take to be read before the send.
const CATCH_UP: u64 = 10_000;
/// An arrival that may be the message's waits so long for what contradicts it or tells more.
const SETTLE: u64 = 3000;

/// The message that is waited for.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// When the request went out, in microseconds since 1970 by this computer's clock.
    pub at: i64,
    /// The ids by which logs may name it: the sender's own, the server's.
    pub ids: Vec<String>,
    /// The server's id, where it is of the vendor's making: another message has another one.
    pub vendor_id: Option<String>,
    pub title: String,
    pub content: String,
    pub package: Option<String>,
    /// The vendor, of a message that went straight to one.
    pub vendor: Option<String>,
}

/// What is asked of the wait.
pub struct Ask<'a> {
    pub sent: &'a Sent,
    /// What is known besides: the send's own inputs, the app, its ids.
    pub base: &'a Case,
    /// The send's own records; they count inputs as `base` does.
    pub records: &'a [Record],
    pub timeout: Duration,
    /// Judges the case, with the message in hand.
    pub judge: &'a dyn Fn(&Case) -> Diagnosis,
    pub clock: &'a dyn Clock,
    /// Whether the user has enough: [`crate::interrupt::requested`].
    pub interrupted: &'a dyn Fn() -> bool,
}

/// Shows how the wait goes.
pub trait Show {
    /// What is known now, and how much time is left.
    ///
    /// # Errors
    /// Nobody reads any more.
    fn show(&mut self, diagnosis: &Diagnosis, left: Duration) -> anyhow::Result<()>;

    /// One sentence on a source that failed.
    fn say(&mut self, sentence: &Bilingual);
}

/// Why the wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The phone showed the message, or it arrived there and nothing kept it from being shown.
    Shown,
    /// A link failed for this message.
    Failed,
    Timeout,
    Interrupted,
}

impl Ended {
    /// The spelling in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Ended::Shown => "shown",
            Ended::Failed => "failed",
            Ended::Timeout => "timeout",
            Ended::Interrupted => "interrupted",
        }
    }
}

/// What the wait brought.
pub struct Waited {
    pub ended: Ended,
    /// Whole seconds from the start of the wait.
    pub seconds: u64,
    /// What it rests on, where it was told.
    pub reason: Option<Reason>,
    pub case: Case,
    pub diagnosis: Diagnosis,
    /// Sources that failed, each in one sentence.
    pub troubles: Vec<Bilingual>,
}

/// Renames inputs of the phone, such as a temporary bundle.
pub type Rename<'w> = dyn Fn(&mut Outcome) + 'w;

/// All sources of one wait.
pub struct Waiting<'w> {
    catalog: &'w Catalog,
    live: Live<'w>,
    rename: Option<Box<Rename<'w>>>,
    schedule: Schedule<'w>,
    /// By number of the source.
    sources: Vec<Source>,
    troubles: Vec<Bilingual>,
    unsaid: usize,
    /// Rows of the server's side that were there before the send.
    old_rows: HashSet<String>,
    changed: bool,
}

/// What is known of one source.
#[derive(Default)]
struct Source {
    /// A growing log, by its number in [`Live`].
    log: Option<usize>,
    since: Since,
    caught_up: bool,
    found: Option<Found>,
}

impl<'w> Waiting<'w> {
    /// Reads the phone's inputs that do not grow (and the beginnings of those that do); sources are
    /// added then.
    pub fn new(
        catalog: &'w Catalog,
        reader: &'w LogReader<'w>,
        request: &'w Request,
        progress: &dyn crate::read::Progress,
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
        since.mark(reached, 0);
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
                source.since.mark(reached, at);
            }
            let rows = source.found.iter().flat_map(|found| &found.records);
            self.old_rows.extend(rows.map(|record| record.place.text.clone()));
        }
    }

    /// Waits until something is told of the message, the time is over, or the user has enough.
    ///
    /// # Errors
    /// Nobody reads any more what is shown.
    pub fn run(&mut self, ask: &Ask<'_>, screen: &mut dyn Show) -> anyhow::Result<Waited> {
        let began = ask.clock.elapsed_ms();
        let timeout = u64::try_from(ask.timeout.as_millis()).unwrap_or(u64::MAX);
        let deadline = began.saturating_add(timeout);
        let (mut judged, mut shown, mut settled): (Option<u64>, Option<u64>, Option<u64>) =
            (None, None, None);
        let mut last: Option<(Case, i64, Diagnosis)> = None;
        self.changed = true;
        loop {
            self.poll(ask.clock, false);
            let now = ask.clock.elapsed_ms();
            for trouble in self.troubles.get(self.unsaid..).unwrap_or_default() {
                screen.say(trouble);
            }
            self.unsaid = self.troubles.len();
            let over = now >= deadline || !self.schedule.any_goes_on();
            let interrupted = (ask.interrupted)();
            if over || interrupted {
                // What was written without a line end is all there will be.
                for log in self.sources.iter().filter_map(|s| s.log) {
                    self.changed |= self.live.end_line(log);
                }
            }
            let pace_over = judged.is_none_or(|at| now.saturating_sub(at) >= PACE);
            let redraw = shown.is_none_or(|at| now.saturating_sub(at) >= PACE);
            if last.is_none() || self.changed && (pace_over || over || interrupted) {
                self.changed = false;
                judged = Some(now);
                let (case, skew) = self.case(ask);
                let diagnosis = (ask.judge)(&case);
                last = Some((case, skew, diagnosis));
            }
            let Some((case, skew, diagnosis)) = last.take() else { continue };
            let left = Duration::from_millis(deadline.saturating_sub(now));
            if redraw || judged == Some(now) {
                screen.show(&diagnosis, left)?;
                shown = Some(now);
            }
            let told = self.told(ask, &case, skew, &diagnosis);
            let ended = match &told {
                Some((Ended::Shown, reason)) if !reason.is_sure() => {
                    let since = *settled.get_or_insert(now);
                    (over || interrupted || now.saturating_sub(since) >= SETTLE).then_some(Ended::Shown)
                }
                Some((ended, _)) => Some(*ended),
                None => None,
            };
            let ended = ended.or_else(|| match (interrupted, over) {
                (true, _) => Some(Ended::Interrupted),
                (_, true) => Some(Ended::Timeout),
                _ => None,
            });
            if let Some(ended) = ended {
                let reason = told.filter(|(told, _)| *told == ended).map(|(_, reason)| reason);
                return Ok(Waited {
                    ended,
                    seconds: now.saturating_sub(began).div_ceil(1000),
                    reason,
                    case,
                    diagnosis,
                    troubles: self.troubles.clone(),
                });
            }
            last = Some((case, skew, diagnosis));
            let due = self.schedule.next_due(false).unwrap_or(deadline);
            let mut wake = due.min(deadline).min(shown.unwrap_or(now).saturating_add(PACE));
            if let Some(since) = settled {
                wake = wake.min(since.saturating_add(SETTLE));
            }
            ask.clock.sleep(Duration::from_millis(wake.saturating_sub(now).max(1)));
        }
    }

    /// Looks at every source that is due.
    fn poll(&mut self, clock: &dyn Clock, early: bool) {
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

    /// Everything that is known, in one case, and by how much this computer's clock is ahead of the
    /// phone's. Judging compares times of both sides, so the server's are put on the phone's clock.
    fn case(&self, ask: &Ask<'_>) -> (Case, i64) {
        let mut outcome = self.live.so_far();
        if let Some(rename) = &self.rename {
            rename(&mut outcome);
        }
        let mut case = outcome.case;
        let skew = self.skew(ask.sent, &case);
        merge::base(&mut case, ask.base, ask.records);
        self.sources.iter().filter_map(|s| s.found.as_ref()).for_each(|found| merge::found(&mut case, found));
        merge::to_phone(&mut case, skew);
        (case, skew)
    }

    /// As arrivals agree; at the least, no line about a message was written before it was sent.
    fn skew(&self, sent: &Sent, phone: &Case) -> i64 {
        let about = |e: &&crate::evidence::Evidence| matches!(e.link, Link::Forward | Link::Display);
        let mut skew = 0;
        for log in self.logs() {
            let places = phone.evidence.iter().filter(about).flat_map(|e| &e.places);
            let fresh = places.filter(|place| log.is_new(place, sent.at)).filter_map(|place| place.time);
            let least = fresh.map(|time| sent.at.saturating_sub(time)).max().unwrap_or(i64::MIN);
            let own = log.skew().unwrap_or(0).max(least);
            if own.abs() > i64::abs(skew) {
                skew = own;
            }
        }
        skew
    }

    fn logs(&self) -> impl Iterator<Item = &Since> {
        self.sources.iter().filter(|s| s.log.is_some()).map(|s| &s.since)
    }

    /// What the sources tell of the message, if anything.
    fn told(&self, ask: &Ask<'_>, case: &Case, skew: i64, diagnosis: &Diagnosis) -> Option<(Ended, Reason)> {
        // What the send itself brought was known before the wait.
        let found = self.sources.iter().filter_map(|s| s.found.as_ref()).map(|f| f.inputs.len());
        let watched = case.inputs.len().saturating_sub(found.sum());
        let logs = self.logs().collect();
        let (catalog, old_rows) = (self.catalog, &self.old_rows);
        end::Told { catalog, sent: ask.sent, logs, watched, old_rows, skew, case, diagnosis }.find()
    }
}
