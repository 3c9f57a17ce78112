//! Files of the server's side to records: opens what was named, finds the shape of each, reads each
//! row by its profile, and keeps account of everything that was not read.

use std::io::Read;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::coverage::{Covered, ServerCoverage};
use super::filter::{Filter, message_ids};
use super::profile::{Context, Profiles, Reading};
use super::record::{Record, RecordKind};
use super::row::{Body, Row, RowSink};
use super::shapes::{self, ShapeFacts, ShapeOptions};
use crate::aliyun::sls::read::Limits;
use crate::aliyun::sls::{Client, SlsError};
use crate::diagnosis::Input;
use crate::lang::{Bilingual, spaced};
use crate::read::{Encoding, OpenOptions, Progress, Skipped, Source, harmless, visit_inputs};
use crate::source::clock;
use crate::source::sls::{self, SlsConfig, Store};

/// Skipped rows that are kept; more are only counted.
const SKIPPED_KEPT: usize = 1000;

/// What to read and how.
#[derive(Clone, Debug, Default)]
pub struct ServerRequest {
    pub paths: Vec<PathBuf>,
    pub encoding: Option<Encoding>,
    /// The zone of stamps that have none [default: +08:00, or what the log itself tells].
    pub zone: Option<TimeZone>,
    /// Texts that a line of a text log must all hold to be wanted.
    pub literals: Vec<String>,
    /// The user says that the files hold every server and all of their time range.
    pub complete: bool,
}

/// A row that could not be read.
#[derive(Clone, Debug)]
pub struct SkippedRow {
    pub path: String,
    pub line: u64,
    pub why: Bilingual,
}

/// What was read, and what was not.
#[derive(Clone, Debug, Default)]
pub struct ServerOutcome {
    pub inputs: Vec<Input>,
    /// Inputs that could not be read, or not to their end.
    pub errors: Vec<Skipped>,
    /// Rows that could not be read: the first ones, and how many there were.
    pub skipped: Vec<SkippedRow>,
    pub skipped_count: u64,
    /// Inputs in which no row was of a known log: name, and why in one sentence.
    pub unrecognised: Vec<(String, Bilingual)>,
    pub coverage: ServerCoverage,
    pub notes: Vec<Bilingual>,
    /// Records that were read, wanted or not.
    pub records: u64,
}

/// Takes records as they come; `false` ends the reading.
pub type OnRecord<'f> = dyn FnMut(Record, &str) -> bool + 'f;

/// Reads all files of a request. `first_input` is the number that the first of them gets.
pub fn read(
    request: &ServerRequest,
    profiles: &Profiles<'_>,
    first_input: usize,
    progress: &dyn Progress,
    on_record: &mut OnRecord<'_>,
) -> ServerOutcome {
    let mut reading = ServerReading::new(request, profiles, first_input);
    reading.all_files(progress, on_record);
    reading.finish()
}

/// The state of one run over server logs.
pub struct ServerReading<'r, 'c> {
    request: &'r ServerRequest,
    profiles: &'r Profiles<'c>,
    first_input: usize,
    outcome: ServerOutcome,
    enough: bool,
    /// Files were read, and not only the log service.
    files: bool,
}

impl<'r, 'c> ServerReading<'r, 'c> {
    pub fn new(request: &'r ServerRequest, profiles: &'r Profiles<'c>, first_input: usize) -> Self {
        ServerReading {
            request,
            profiles,
            first_input,
            outcome: ServerOutcome::default(),
            enough: false,
            files: false,
        }
    }

    /// Reads all files of the request.
    pub fn all_files(&mut self, progress: &dyn Progress, on_record: &mut OnRecord<'_>) {
        let (paths, twice) = each_once(&self.request.paths);
        self.outcome.notes.extend(twice);
        let options = OpenOptions { encoding: self.request.encoding, ..OpenOptions::default() };
        let skipped = visit_inputs(&paths, &options, progress, &mut |source, stream| {
            self.input(source, stream, on_record);
            Ok(())
        });
        self.outcome.errors.extend(skipped);
    }

    /// Reads one stream.
    pub fn input(&mut self, source: &Source, stream: &mut dyn Read, on_record: &mut OnRecord<'_>) {
        if self.enough {
            return;
        }
        self.files = true;
        let options =
            ShapeOptions { encoding: self.request.encoding, literals: self.request.literals.clone() };
        let (shaped, mut tally) =
            self.rows(&source.name, on_record, |rows| shapes::read(source, stream, &options, rows));
        match shaped {
            Ok(facts) => {
                // Lines that were passed over tell at least the time that the log spans.
                for line in [&facts.first, &facts.last].into_iter().flatten() {
                    let row = Row { line: 0, body: Body::Line(line.clone()) };
                    let mut found = Vec::new();
                    let _ = self.profiles.read(&row, &self.context(&source.name), &mut found);
                    found.iter().for_each(|record| tally.span(record));
                }
                self.add(source, facts, tally);
            }
            Err(error) => self.outcome.errors.push(Skipped { name: source.name.clone(), error }),
        }
    }

    fn context<'n>(&self, name: &'n str) -> Context<'n> {
        Context {
            input: self.first_input + self.outcome.inputs.len(),
            path: name,
            zone: self.request.zone.clone().unwrap_or_else(clock::china),
        }
    }

    /// Hands out a sink for the rows of one input, and counts what they were.
    fn rows<R>(
        &mut self,
        name: &str,
        on_record: &mut OnRecord<'_>,
        read: impl FnOnce(&mut dyn RowSink) -> R,
    ) -> (R, Tally) {
        let context = self.context(name);
        let mut rows = Rows {
            profiles: self.profiles,
            context: &context,
            on_record,
            records: Vec::new(),
            tally: Tally::default(),
            skipped: &mut self.outcome.skipped,
            skipped_count: &mut self.outcome.skipped_count,
            enough: &mut self.enough,
        };
        let came = read(&mut rows);
        (came, rows.tally)
    }

    /// Reads what a store of the log service has for a filter. What is said of missing rows holds
    /// for this store and this filter.
    ///
    /// # Errors
    /// Where the service answered nothing at all.
    pub fn store(
        &mut self,
        client: &Client,
        config: &SlsConfig,
        store: Store,
        filter: &Filter,
        on_record: &mut OnRecord<'_>,
    ) -> Result<(), SlsError> {
        let name = format!("sls:{}/{}", config.project, config.logstore(store)?);
        let (read, tally) = self
            .rows(&name, on_record, |rows| sls::read(client, config, store, filter, Limits::default(), rows));
        let read = read?;
        self.outcome.records += tally.records;
        let mut notes = read.notes;
        if tally.unrecognised > 0 {
            let n = tally.unrecognised;
            notes.push(Bilingual::new(
                format!("{n} rows are of no known form and were passed over: map their fields in [sls.fields], or with --profile."),
                format!("有 {n} 行不是已知的格式，已略过：请在 [sls.fields] 中对应字段，或使用 --profile。"),
            ));
        }
        let coverage = &mut self.outcome.coverage;
        coverage.reports |= store == Store::Report;
        let mut covered = read.coverage;
        if (tally.unrecognised > 0 || self.outcome.skipped_count > 0) && covered.state == Covered::Complete {
            covered.state = Covered::Partial;
            covered.reasons.push(Bilingual::new(
                "Some rows of the log store could not be read.",
                "日志库中有些行无法读取。",
            ));
        }
        // Of several answers only what all of them cover is covered.
        let first = coverage.state == Covered::None;
        coverage.state = if first { covered.state } else { coverage.state.min(covered.state) };
        coverage.from = if first { covered.from } else { coverage.from.max(covered.from) };
        coverage.to = if first { covered.to } else { coverage.to.min(covered.to) };
        coverage.reasons.extend(
            covered.reasons.into_iter().filter(|r| !coverage.reasons.contains(r)).collect::<Vec<_>>(),
        );
        if let Some(input) = self.outcome.inputs.iter_mut().find(|input| input.path == name) {
            input.lines += read.counted;
            input.notes.extend(notes.into_iter().filter(|n| !input.notes.contains(n)).collect::<Vec<_>>());
            return Ok(());
        }
        let time = |at: Option<i64>| at.and_then(|at| clock::rfc3339(at, &clock::china()));
        self.outcome.inputs.push(Input {
            path: name,
            kind: "server-log".to_owned(),
            format: "sls".to_owned(),
            encoding: "utf-8".to_owned(),
            lines: read.counted,
            from: time(tally.from),
            to: time(tally.to),
            notes,
            ..Input::default()
        });
        Ok(())
    }

    fn add(&mut self, source: &Source, facts: ShapeFacts, tally: Tally) {
        self.outcome.records += tally.records;
        let mut notes = facts.notes.clone();
        if let Some(cut) = &facts.cut {
            let why = cut.both();
            notes.push(Bilingual::new(
                format!("The input ends early: {}", why.en),
                format!("输入不完整：{}", why.zh),
            ));
            self.outcome.errors.push(Skipped { name: source.name.clone(), error: cut.clone() });
        }
        let understood = tally.records + tally.nothing;
        if understood == 0 && tally.unrecognised > 0 {
            let why = unrecognised(&source.name, &facts, self.profiles);
            self.outcome.unrecognised.push((source.name.clone(), why));
        } else if tally.unrecognised > 0 {
            let n = tally.unrecognised;
            notes.push(Bilingual::new(
                format!(
                    "{n} rows are of no known form and were passed over, the first at line {}.",
                    tally.first_unrecognised
                ),
                format!("有 {n} 行不是已知的格式，已略过，首行为第 {} 行。", tally.first_unrecognised),
            ));
        }
        let coverage = &mut self.outcome.coverage;
        coverage.reports |= tally.reports > 0;
        coverage.from = [coverage.from, tally.from].into_iter().flatten().min();
        coverage.to = [coverage.to, tally.to].into_iter().flatten().max();
        if facts.incomplete || facts.cut.is_some() {
            coverage.reasons.push(Bilingual::new(
                format!("{}: the export is not complete.", source.name),
                spaced(&format!("{}：导出不完整。", source.name)),
            ));
        }
        let time = |at: Option<i64>| at.and_then(|at| clock::rfc3339(at, &clock::china()));
        self.outcome.inputs.push(Input {
            path: source.name.clone(),
            kind: if tally.receipts > 0 && tally.receipts == tally.records {
                "receipt".to_owned()
            } else {
                "server-log".to_owned()
            },
            format: facts.form.to_owned(),
            encoding: facts.encoding.name(),
            lines: facts.lines,
            bytes: facts.bytes,
            from: time(tally.from),
            to: time(tally.to),
            notes,
            ..Input::default()
        });
    }

    /// What is said of missing rows no longer holds, for a reason.
    pub fn doubt(&mut self, why: Bilingual) {
        let coverage = &mut self.outcome.coverage;
        coverage.state = coverage.state.min(Covered::Partial);
        coverage.reasons.push(why);
    }

    /// What came of all streams.
    pub fn finish(mut self) -> ServerOutcome {
        let outcome = &mut self.outcome;
        let coverage = &mut outcome.coverage;
        if outcome.inputs.is_empty() {
            coverage
                .reasons
                .push(Bilingual::new("None of the server logs could be read.", "服务端日志均未能读取。"));
            return self.outcome;
        }
        outcome.notes.extend(self.profiles.notes());
        if !self.files {
            return self.outcome;
        }
        // What was not read may be what is missing.
        let whole = coverage.reasons.is_empty()
            && outcome.errors.is_empty()
            && outcome.skipped_count == 0
            && outcome.unrecognised.is_empty();
        if self.request.complete && whole {
            coverage.state = Covered::Complete;
            coverage.reasons.push(Bilingual::new(
                "You said that these files hold every server and all of their time range.",
                "您已说明这些文件包含全部服务器在该时间段内的日志。",
            ));
            return self.outcome;
        }
        coverage.state = Covered::Partial;
        if outcome.skipped_count > 0 || !outcome.errors.is_empty() {
            coverage
                .reasons
                .push(Bilingual::new("A part of the files could not be read.", "部分文件内容无法读取。"));
        }
        if !self.request.complete {
            coverage.reasons.push(Bilingual::new(
                "Files may lack other servers and earlier rotations (--server-complete says that they do not).",
                "文件可能缺少其他服务器或更早的轮转日志（确认齐全时可加 --server-complete）。",
            ));
        }
        self.outcome
    }
}

/// What the rows of one input were.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    records: u64,
    receipts: u64,
    reports: u64,
    /// Rows of a known log that have nothing to do with push.
    nothing: u64,
    unrecognised: u64,
    first_unrecognised: u64,
    from: Option<i64>,
    to: Option<i64>,
}

impl Tally {
    fn span(&mut self, record: &Record) {
        let Some(time) = record.place.time else { return };
        self.from = Some(self.from.map_or(time, |from| from.min(time)));
        self.to = Some(self.to.map_or(time, |to| to.max(time)));
    }
}

/// Rows of one input on their way to records.
struct Rows<'a, 'c, 'f> {
    profiles: &'a Profiles<'c>,
    context: &'a Context<'a>,
    on_record: &'a mut OnRecord<'f>,
    records: Vec<Record>,
    tally: Tally,
    skipped: &'a mut Vec<SkippedRow>,
    skipped_count: &'a mut u64,
    enough: &'a mut bool,
}

impl RowSink for Rows<'_, '_, '_> {
    fn row(&mut self, row: Row) -> bool {
        self.records.clear();
        match self.profiles.read(&row, self.context, &mut self.records) {
            Reading::Records => {}
            Reading::Nothing => self.tally.nothing += 1,
            Reading::Unrecognised => {
                self.tally.unrecognised += 1;
                if self.tally.first_unrecognised == 0 {
                    self.tally.first_unrecognised = row.line;
                }
            }
            Reading::Bad(why) => self.bad(row.line, why),
        }
        for record in self.records.drain(..) {
            self.tally.span(&record);
            if record.kind == RecordKind::Other {
                self.tally.nothing += 1;
                // It may tie two ids of a message.
                if message_ids(&record).iter().filter(|id| !id.is_empty()).count() < 2 {
                    continue;
                }
            }
            self.tally.records += u64::from(record.kind != RecordKind::Other);
            self.tally.reports += u64::from(record.kind == RecordKind::Report);
            self.tally.receipts += u64::from(record.kind == RecordKind::Receipt);
            if !(self.on_record)(record, self.context.path) {
                *self.enough = true;
                return false;
            }
        }
        !crate::interrupt::requested()
    }

    fn bad(&mut self, line: u64, why: Bilingual) {
        *self.skipped_count += 1;
        if self.skipped.len() < SKIPPED_KEPT {
            self.skipped.push(SkippedRow { path: self.context.path.to_owned(), line, why });
        }
    }
}

/// The paths without those that were given already, by themselves or by their folder: no record
/// counts twice. What was left out is said.
fn each_once(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Bilingual>) {
    let real = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let mut kept: Vec<(PathBuf, PathBuf)> = Vec::new();
    let mut notes = Vec::new();
    for (at, path) in paths.iter().enumerate() {
        let here = real(path);
        let given = |other: &PathBuf| here == *other || here.starts_with(other);
        let by_folder = paths.iter().skip(at + 1).map(real).any(|other| other != here && given(&other));
        if by_folder || kept.iter().any(|(_, other)| given(other)) {
            let name = harmless(&path.to_string_lossy());
            notes.push(Bilingual::new(
                format!("{name} was given twice and is read once."),
                spaced(&format!("{name} 重复指定，只读取一次。")),
            ));
            continue;
        }
        kept.push((path.clone(), here));
    }
    (kept.into_iter().map(|(path, _)| path).collect(), notes)
}

/// The sentence on an input of which no row is of a known log: what was tried.
fn unrecognised(name: &str, facts: &ShapeFacts, profiles: &Profiles<'_>) -> Bilingual {
    let forms = facts.tried.join(", ");
    let logs = profiles.names().join(", ");
    Bilingual::new(
        format!(
            "{name}: no row is of a known log; read as {} (tried {forms}; logs known: {logs}): write a profile for it (--profile FILE)",
            facts.form
        ),
        spaced(&format!(
            "{name}：没有一行属于已知的日志；按 {} 读取（试过 {forms}；已知的日志：{logs}）：请为它写一个 profile（--profile FILE）",
            facts.form
        )),
    )
}
