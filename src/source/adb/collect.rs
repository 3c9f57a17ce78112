//! Runs the plan: one command after the other into the bundle, whatever happens on the way.

use std::io::{Seek, Write};
use std::time::Instant;

use jiff::Timestamp;

use super::bundle::Bundle;
use super::{AdbError, Device, Part, Server, Spoken, Step};
use crate::lang::Bilingual;

/// Output that is held back until it is clear that the phone knows the command.
const HELD: usize = 64 << 10;
/// Error output that is kept.
const MOST_STDERR: usize = 2 << 10;
/// Commands in a row without an answer after which no other is tried.
const PATIENCE: u32 = 2;

/// Receives the progress.
pub trait Watch {
    /// Step `number` of `total` begins.
    fn step(&self, number: usize, total: usize, command: &str);
    /// `n` more bytes came.
    fn bytes(&self, n: u64);
}

/// One command that was run.
#[derive(Clone, Debug)]
pub struct Record {
    pub file: String,
    pub command: String,
    /// As the phone says; not known when it went away.
    pub exit: Option<i32>,
    pub bytes: u64,
    pub millis: u64,
    /// It ran to its end.
    pub complete: bool,
    pub stderr: String,
}

/// What is not in the bundle.
#[derive(Clone, Debug)]
pub struct Missing {
    pub file: String,
    pub command: String,
    /// The beginning is there.
    pub partly: bool,
    pub why: Bilingual,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Summary {
    pub server_version: u32,
    pub spoken: Spoken,
    pub model: Option<String>,
    pub started: Timestamp,
    pub finished: Timestamp,
    pub records: Vec<Record>,
    pub missing: Vec<Missing>,
    /// The log is there, whole or in part.
    pub has_log: bool,
    /// Anything is there.
    pub has_any: bool,
    pub interrupted: bool,
    /// What kept the rest from being asked.
    pub stopped: Option<AdbError>,
}

/// Collects from one phone.
pub struct Collector<'a> {
    pub server: &'a Server<'a>,
    pub device: &'a Device,
    pub steps: &'a [Step],
    pub watch: &'a dyn Watch,
}

impl Collector<'_> {
    /// Runs every step. A phone that goes away ends the collection, not the bundle.
    ///
    /// # Errors
    /// The server does not answer before anything was asked, or the bundle cannot be written.
    pub fn run<W: Write + Seek>(&self, bundle: &mut Bundle<W>) -> Result<Summary, AdbError> {
        let server_version = self.server.version()?;
        let spoken = self.server.spoken(self.device)?;
        let mut summary = Summary {
            server_version,
            spoken,
            model: self.device.model.clone(),
            started: Timestamp::now(),
            finished: Timestamp::now(),
            records: Vec::new(),
            missing: Vec::new(),
            has_log: false,
            has_any: false,
            interrupted: false,
            stopped: None,
        };
        let mut unanswered = 0;
        for (number, step) in self.steps.iter().enumerate() {
            if let Some(error) = &summary.stopped {
                let why = error.both();
                summary.missing.push(Missing {
                    file: step.file.clone(),
                    command: step.commands.first().cloned().unwrap_or_default(),
                    partly: false,
                    why,
                });
                continue;
            }
            self.watch.step(number + 1, self.steps.len(), step.commands.first().map_or("", String::as_str));
            let error = self.step(step, spoken, bundle, &mut summary)?;
            let refused = matches!(error, Some(AdbError::Silent { .. } | AdbError::Refused { .. }));
            unanswered = if refused { unanswered + 1 } else { 0 };
            if let Some(error) = error
                && (error.is_final() || unanswered >= PATIENCE)
            {
                summary.interrupted = error == AdbError::Interrupted;
                summary.stopped = Some(error);
            }
        }
        summary.finished = Timestamp::now();
        Ok(summary)
    }

    /// One step, by the first of its commands that the phone knows. Back comes what went wrong.
    fn step<W: Write + Seek>(
        &self,
        step: &Step,
        spoken: Spoken,
        bundle: &mut Bundle<W>,
        summary: &mut Summary,
    ) -> Result<Option<AdbError>, AdbError> {
        let last = step.commands.len().saturating_sub(1);
        for (at, command) in step.commands.iter().enumerate() {
            let mut entry =
                Entry { step, command, bundle, held: Vec::new(), begun: false, bytes: 0, stderr: Vec::new() };
            let began = Instant::now();
            let mut sink = |part: Part<'_>| match part {
                Part::Out(bytes) => {
                    self.watch.bytes(bytes.len() as u64);
                    entry.take(bytes)
                }
                Part::Err(bytes) => {
                    let room = MOST_STDERR.saturating_sub(entry.stderr.len());
                    entry.stderr.extend_from_slice(bytes.get(..bytes.len().min(room)).unwrap_or_default());
                    Ok(())
                }
                Part::Idle => Ok(()),
            };
            let ran = self.server.run(self.device, spoken, command, &mut sink);
            if let Err(error @ AdbError::Local { .. }) = ran {
                return Err(error);
            }
            // An unknown option or command: little was said, and it failed.
            let unknown = matches!(ran, Ok(Some(code)) if code != 0) && !entry.begun;
            if unknown && at < last {
                continue;
            }
            let kept = entry.bytes;
            // A failure's own words (in the old shell they are all there is) are worth keeping.
            if kept > 0 || ran.is_ok() {
                entry.flush()?;
            }
            let stderr = String::from_utf8_lossy(&entry.stderr).into_owned();
            let (exit, error) = match ran {
                Ok(exit) => (exit, None),
                Err(error) => (None, Some(error)),
            };
            let useful = kept > 0 && !unknown;
            summary.has_any |= useful;
            summary.has_log |= step.essential && useful;
            let why = match &error {
                Some(error) => Some(error.both()),
                None if useful => None,
                None => Some(without_output(exit)),
            };
            if let Some(why) = why {
                summary.missing.push(Missing {
                    file: step.file.clone(),
                    command: command.clone(),
                    partly: useful,
                    why,
                });
            }
            summary.records.push(Record {
                file: step.file.clone(),
                command: command.clone(),
                exit,
                bytes: kept,
                millis: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
                complete: error.is_none(),
                stderr,
            });
            return Ok(error);
        }
        Ok(None)
    }
}

fn without_output(exit: Option<i32>) -> Bilingual {
    match exit {
        Some(code) if code != 0 => Bilingual::new(
            format!("the command failed on the phone (exit code {code})"),
            format!("命令在手机上执行失败（退出码 {code}）"),
        ),
        _ => Bilingual::new("the command gave no output", "命令没有输出"),
    }
}

/// The output of one command on its way into the bundle.
struct Entry<'e, W: Write + Seek> {
    step: &'e Step,
    command: &'e str,
    bundle: &'e mut Bundle<W>,
    held: Vec<u8>,
    /// Something of it stands in the bundle.
    begun: bool,
    bytes: u64,
    stderr: Vec<u8>,
}

impl<W: Write + Seek> Entry<'_, W> {
    fn take(&mut self, bytes: &[u8]) -> Result<(), AdbError> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.begun {
            return self.bundle.write(bytes);
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() >= HELD { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), AdbError> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        let title = self.step.titled.then_some(self.command);
        self.bundle.begin(&self.step.file, &self.step.dump, title)?;
        self.bundle.write(&std::mem::take(&mut self.held))
    }
}
