//! What the integration tests share: events, their spelling in every log format, a diagnosis of a
//! text in memory. All events are made up for the tests.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use pushdoctor::catalog::Catalog;
use pushdoctor::chain::{Target, judge};
use pushdoctor::diagnosis::Diagnosis;
use pushdoctor::read::NoProgress;
use pushdoctor::source::device_log::{LogReader, Request};

/// The folder of real logs, where it exists; no real log is part of the repository.
pub fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("PUSHDOCTOR_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    named.or(Some(beside)).filter(|p| p.is_dir())
}

/// Diagnoses files as the command does.
pub fn diagnose(paths: &[PathBuf], catalog: &Catalog, target: &Target) -> Diagnosis {
    diagnose_with(&LogReader::new(catalog), paths, catalog, target)
}

/// The same with a reader that is made already.
pub fn diagnose_with(
    reader: &LogReader<'_>,
    paths: &[PathBuf],
    catalog: &Catalog,
    target: &Target,
) -> Diagnosis {
    let request = Request { paths: paths.to_vec(), year: Some(2026), ..Request::default() };
    judge(reader.read(&request, &NoProgress).case, catalog, target)
}

/// Diagnoses one text.
pub fn diagnose_text(reader: &LogReader<'_>, text: &[u8], catalog: &Catalog) -> Diagnosis {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("device.log");
    std::fs::write(&path, text).expect("the temporary folder is writable");
    diagnose_with(reader, &[path], catalog, &Target::default())
}

/// One event of a log.
#[derive(Clone, Debug)]
pub struct Event {
    /// Milliseconds since the day began.
    pub at: u32,
    pub pid: u32,
    pub tid: u32,
    pub level: char,
    pub tag: String,
    pub message: String,
}

impl Event {
    fn clock(&self) -> String {
        let (s, ms) = (self.at / 1000, self.at % 1000);
        format!("{:02}:{:02}:{:02}.{ms:03}", s / 3600 % 24, s / 60 % 60, s % 60)
    }

    /// Seconds since 1970 of 2026-06-14 at this time in +08:00.
    fn epoch(&self) -> String {
        let midnight = 1_781_366_400_u64;
        format!("{}.{:03}", midnight + u64::from(self.at / 1000), self.at % 1000)
    }
}

/// What a format carries of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carries {
    pub time: bool,
    pub pid: bool,
    pub tid: bool,
    pub tag: bool,
}

const ALL: Carries = Carries { time: true, pid: true, tid: true, tag: true };

/// A format's name, what it carries, and how it spells an event.
pub type Spelling = (&'static str, Carries, fn(&Event) -> String);

/// Every logcat format.
pub fn formats() -> Vec<Spelling> {
    vec![
        ("threadtime", ALL, |e| {
            format!("06-14 {} {:5} {:5} {} {:<8}: {}", e.clock(), e.pid, e.tid, e.level, e.tag, e.message)
        }),
        ("brief", Carries { time: false, tid: false, ..ALL }, |e| {
            format!("{}/{:<8}({:5}): {}", e.level, e.tag, e.pid, e.message)
        }),
        ("process", Carries { time: false, tid: false, ..ALL }, |e| {
            format!("{}({:5}) {}  ({})", e.level, e.pid, e.message, e.tag)
        }),
        ("tag", Carries { time: false, pid: false, tid: false, tag: true }, |e| {
            format!("{}/{:<8}: {}", e.level, e.tag, e.message)
        }),
        ("thread", Carries { time: false, tag: false, ..ALL }, |e| {
            format!("{}({:5}:{:5}) {}", e.level, e.pid, e.tid, e.message)
        }),
        ("raw", Carries { time: false, pid: false, tid: false, tag: false }, |e| e.message.clone()),
        ("time", Carries { tid: false, ..ALL }, |e| {
            format!("06-14 {} {}/{:<8}({:5}): {}", e.clock(), e.level, e.tag, e.pid, e.message)
        }),
        ("long", ALL, |e| {
            format!(
                "[ 06-14 {} {:5}:{:5} {}/{:<8} ]\n{}\n",
                e.clock(),
                e.pid,
                e.tid,
                e.level,
                e.tag,
                e.message
            )
        }),
        ("threadtime year", ALL, |e| {
            format!(
                "2026-06-14 {} {:5} {:5} {} {:<8}: {}",
                e.clock(),
                e.pid,
                e.tid,
                e.level,
                e.tag,
                e.message
            )
        }),
        ("threadtime epoch", ALL, |e| {
            format!("{:>23} {:5} {:5} {} {:<8}: {}", e.epoch(), e.pid, e.tid, e.level, e.tag, e.message)
        }),
        ("threadtime usec zone", ALL, |e| {
            format!(
                "06-14 {}000 +0800 {:5} {:5} {} {:<8}: {}",
                e.clock(),
                e.pid,
                e.tid,
                e.level,
                e.tag,
                e.message
            )
        }),
        ("threadtime uid", ALL, |e| {
            format!(
                "06-14 {} 10231 {:5} {:5} {} {:<8}: {}",
                e.clock(),
                e.pid,
                e.tid,
                e.level,
                e.tag,
                e.message
            )
        }),
        ("threadtime color", ALL, |e| {
            format!(
                "\u{1b}[38;5;166m06-14 {} {:5} {:5} {} {:<8}: {}\u{1b}[0m",
                e.clock(),
                e.pid,
                e.tid,
                e.level,
                e.tag,
                e.message
            )
        }),
        ("studio old", ALL, |e| {
            format!("2026-06-14 {} {}-{}/? {}/{}: {}", e.clock(), e.pid, e.tid, e.level, e.tag, e.message)
        }),
        ("studio new", ALL, |e| {
            let tag = shorten(&e.tag, 23);
            let process = format!("pid-{}", e.pid);
            format!(
                "2026-06-14 {} {:>5}-{:<5} {:<23} {:<35} {}  {}",
                e.clock(),
                e.pid,
                e.tid,
                tag,
                process,
                e.level,
                e.message
            )
        }),
        ("time with colon", Carries { tid: false, ..ALL }, |e| {
            format!("06-14 {}: {}/{}({}):  {}", e.clock(), e.level, e.tag, e.pid, e.message)
        }),
    ]
}

/// Android Studio cuts long tags in the middle.
fn shorten(tag: &str, width: usize) -> String {
    let chars: Vec<char> = tag.chars().collect();
    if chars.len() <= width {
        return tag.to_owned();
    }
    let keep = width - 3;
    let (head, tail) = (keep - keep / 2, keep / 2);
    let start: String = chars[..head].iter().collect();
    let end: String = chars[chars.len() - tail..].iter().collect();
    format!("{start}...{end}")
}

/// Events in a format, one after another.
pub fn spell(events: &[Event], format: fn(&Event) -> String) -> String {
    let mut out = String::new();
    for event in events {
        out.push_str(&format(event));
        out.push('\n');
    }
    out
}
