//! Records as CSV (RFC 4180), for spreadsheets; what was skipped goes to standard error.

use std::io::{self, Write};

use super::shown::Shown;
use super::{End, RecordWriter};
use crate::source::server_log::record::Record;

const COLUMNS: [&str; 20] = [
    "kind",
    "time",
    "vendor",
    "operation",
    "result",
    "code",
    "message",
    "app_id",
    "workspace_id",
    "user",
    "device",
    "ad_token",
    "vendor_token",
    "msg_id",
    "core_msg_id",
    "vendor_msg_id",
    "trace_id",
    "path",
    "line",
    "raw",
];

pub struct CsvWriter<'w> {
    shown: Shown<'w>,
    out: &'w mut dyn Write,
    begun: bool,
}

impl<'w> CsvWriter<'w> {
    pub fn new(shown: Shown<'w>, out: &'w mut dyn Write) -> Self {
        CsvWriter { shown, out, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        self.begun = true;
        writeln!(self.out, "{}\r", COLUMNS.join(","))
    }
}

impl RecordWriter for CsvWriter<'_> {
    fn record(&mut self, record: &Record, path: &str) -> io::Result<()> {
        if !self.begun {
            self.begin()?;
        }
        let shown = &self.shown;
        let code = record.code.as_ref().map(|c| c.code.as_str()).unwrap_or_default();
        let cells = [
            Some(record.kind.as_str().to_owned()),
            shown.time(record.place.time),
            record.vendor.clone(),
            shown.text(&record.operation),
            shown.text(&record.result),
            shown.text(code),
            shown.text(&record.message),
            shown.id(&record.app_id),
            shown.id(&record.workspace_id),
            shown.user(&record.user),
            shown.device(&record.device),
            shown.token(&record.ad_token),
            shown.token(&record.vendor_token),
            shown.id(&record.msg_id),
            shown.id(&record.core_msg_id),
            shown.id(&record.vendor_msg_id),
            shown.id(&record.trace_id),
            Some(shown.redactor.redact_path(path)),
            Some(record.place.line.to_string()),
            Some(shown.raw(record)),
        ];
        let line: Vec<String> =
            cells.iter().map(|cell| quoted(cell.as_deref().unwrap_or_default())).collect();
        writeln!(self.out, "{}\r", line.join(","))
    }

    fn finish(&mut self, _: &End<'_>) -> io::Result<()> {
        if self.begun { Ok(()) } else { self.begin() }
    }
}

/// A cell; one that a spreadsheet would run as a formula becomes a text.
fn quoted(cell: &str) -> String {
    let number = cell.parse::<f64>().is_ok();
    let cell = match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') if !number => format!("'{cell}"),
        _ => cell.to_owned(),
    };
    match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}
