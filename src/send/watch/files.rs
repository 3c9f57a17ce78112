//! Logs and receipts of the server's side that may grow: they are read anew when they changed.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Found, News, Polled, Watch};
use crate::lang::Bilingual;
use crate::read::NoProgress;
use crate::source::server_log::gather::Gathered;
use crate::source::server_log::profile::Profiles;
use crate::source::server_log::reader::{self, ServerRequest};

/// How often it is looked whether a file changed; the pause grows with the time that a reading takes.
const PACE: Duration = Duration::from_secs(1);
/// Readings of the same files, until no record of the phone is missing.
const READINGS: usize = 4;
/// Files of a folder that are looked at.
const FILES: usize = 10_000;

/// Server logs and receipts.
pub struct ServerFiles<'r> {
    request: ServerRequest,
    profiles: &'r Profiles<'r>,
    /// Ids that are known to be the phone's, its user's or the message's.
    seeds: Vec<String>,
    seen: Option<Vec<(PathBuf, u64, Option<SystemTime>)>>,
    said: Vec<String>,
}

impl<'r> ServerFiles<'r> {
    pub fn new(request: ServerRequest, profiles: &'r Profiles<'r>, seeds: Vec<String>) -> Self {
        ServerFiles { request, profiles, seeds, seen: None, said: Vec::new() }
    }

    fn stand(&self) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
        let mut out = Vec::new();
        self.request.paths.iter().for_each(|path| look(path, 0, &mut out));
        out
    }

    fn read(&mut self) -> (Found, Option<Bilingual>) {
        let mut gathered = Gathered::new(self.seeds.iter().cloned());
        let mut outcome = reader::ServerOutcome::default();
        for _ in 0..READINGS {
            outcome = reader::read(&self.request, self.profiles, 0, &NoProgress, &mut |record, _| {
                gathered.add(record);
                true
            });
            if !gathered.wants_more() {
                break;
            }
            gathered = gathered.again();
        }
        let mut notes = outcome.notes;
        if outcome.skipped_count > 0 {
            let n = outcome.skipped_count;
            notes.push(Bilingual::new(
                format!("{n} rows of the server logs could not be read; pushdoctor logs all lists them."),
                format!("服务端日志中有 {n} 行无法读取；可用 pushdoctor logs all 查看。"),
            ));
        }
        if gathered.overflow > 0 || gathered.wants_more() {
            notes.push(Bilingual::new(
                "The server logs hold more records of this phone than can be kept.",
                "服务端日志中与该手机有关的记录过多，未能全部保留。",
            ));
        }
        let mut skipped: Vec<(String, Bilingual)> = outcome.unrecognised;
        skipped.extend(outcome.errors.into_iter().map(|e| (e.name, e.error.both())));
        let trouble = skipped.iter().find(|(name, _)| !self.said.contains(name)).map(|(_, why)| why.clone());
        self.said = skipped.iter().map(|(name, _)| name.clone()).collect();
        skipped
            .extend(outcome.skipped.into_iter().map(|row| (format!("{}:{}", row.path, row.line), row.why)));
        let found = Found {
            inputs: outcome.inputs,
            records: gathered.into_records(),
            coverage: outcome.coverage,
            notes,
            skipped,
        };
        (found, trouble)
    }
}

/// Path, length and date of each file.
fn look(path: &Path, depth: u8, out: &mut Vec<(PathBuf, u64, Option<SystemTime>)>) {
    let Ok(meta) = path.metadata() else { return };
    if out.len() >= FILES || depth > 8 {
        return;
    }
    if meta.is_dir() {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| look(entry, depth + 1, out));
    } else {
        out.push((path.to_owned(), meta.len(), meta.modified().ok()));
    }
}

impl Watch for ServerFiles<'_> {
    fn before_the_send(&self) -> bool {
        true
    }

    fn poll(&mut self, _now_ms: u64) -> Polled {
        // As it stood before the reading: what grows meanwhile is seen at the next look.
        let stand = self.stand();
        if stand.is_empty() || self.seen.as_ref() == Some(&stand) {
            return Polled::nothing(PACE);
        }
        self.seen = Some(stand);
        let began = std::time::Instant::now();
        let (found, trouble) = self.read();
        let next = PACE.max(began.elapsed().saturating_mul(4)).min(Duration::from_secs(30));
        Polled { news: vec![News::Found(Box::new(found))], next: Some(next), trouble }
    }
}
