//! The bundle: a zip with one file for each kind of output, and a manifest that says what was
//! asked, what came, and what is missing.

use std::io::{self, Seek, Write};

use jiff::Timestamp;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::AdbError;
use super::collect::Summary;

/// The rule above every dump but the first of a file, as in a bug report.
const RULE: &str = "-------------------------------------------------------------------------------";

/// A zip that is written from the front to the back.
pub struct Bundle<W: Write + Seek> {
    zip: ZipWriter<W>,
    /// The file that is being written.
    open: Option<String>,
}

impl<W: Write + Seek> Bundle<W> {
    pub fn new(to: W) -> Self {
        Bundle { zip: ZipWriter::new(to), open: None }
    }

    /// Goes on with a file, or begins it; the head stands above what comes next.
    pub(super) fn begin(&mut self, file: &str, dump: &str, title: Option<&str>) -> Result<(), AdbError> {
        let again = self.open.as_deref() == Some(file);
        if !again {
            self.zip.start_file(file, options()).map_err(|e| local(&e.to_string()))?;
            self.open = Some(file.to_owned());
        }
        let mut head = String::new();
        if !dump.is_empty() {
            if again {
                head.push_str(&format!("\n{RULE}\n"));
            }
            head.push_str(&format!("DUMP OF SERVICE {dump}:\n"));
        }
        if let Some(title) = title {
            head.push_str(&format!("{}$ {title}\n", if again { "\n" } else { "" }));
        }
        self.write(head.as_bytes())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), AdbError> {
        self.zip.write_all(bytes).map_err(|e| io_error(&e))
    }

    /// Writes the manifest and closes the zip.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn finish(mut self, manifest: &Value) -> Result<W, AdbError> {
        self.open = None;
        self.zip.start_file("manifest.json", options()).map_err(|e| local(&e.to_string()))?;
        let text = serde_json::to_string_pretty(manifest).unwrap_or_default();
        self.write(text.as_bytes())?;
        self.write(b"\n")?;
        let mut inner = self.zip.finish().map_err(|e| local(&e.to_string()))?;
        inner.flush().map_err(|e| io_error(&e))?;
        Ok(inner)
    }
}

/// What the bundle says of itself. The serial number stands in it as a pseudonym only.
pub fn manifest(summary: &Summary, pseudonym: &str, packages: &[String]) -> Value {
    let time = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({
        "schema": "pushdoctor.bundle/1",
        "version": env!("CARGO_PKG_VERSION"),
        "device": pseudonym,
        "model": summary.model,
        "adb": {"server_version": summary.server_version, "shell": summary.spoken.name()},
        "started": time(summary.started),
        "finished": time(summary.finished),
        "packages": packages,
        "complete": summary.missing.is_empty(),
        "interrupted": summary.interrupted,
        "commands": summary.records.iter().map(|r| json!({
            "file": r.file,
            "command": r.command,
            "exit": r.exit,
            "bytes": r.bytes,
            "ms": r.millis,
            "complete": r.complete,
            "stderr": r.stderr,
        })).collect::<Vec<_>>(),
        "missing": summary.missing.iter().map(|m| json!({
            "file": m.file,
            "command": m.command,
            "partly": m.partly,
            "why": {"en": m.why.en, "zh": m.why.zh},
        })).collect::<Vec<_>>(),
    })
}

/// Deflated, with the present as its date: readers take the year of a log from it.
fn options() -> SimpleFileOptions {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true)
        .unix_permissions(0o600);
    match now() {
        Some(now) => options.last_modified_time(now),
        None => options,
    }
}

/// The present in UTC, as zip writes it.
fn now() -> Option<zip::DateTime> {
    let now = Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).datetime();
    let small = |n: i8| u8::try_from(n).ok();
    zip::DateTime::from_date_and_time(
        u16::try_from(now.year()).ok()?,
        small(now.month())?,
        small(now.day())?,
        small(now.hour())?,
        small(now.minute())?,
        small(now.second())?,
    )
    .ok()
}

fn io_error(error: &io::Error) -> AdbError {
    local(&error.to_string())
}

fn local(reason: &str) -> AdbError {
    AdbError::Local { reason: reason.to_owned() }
}
