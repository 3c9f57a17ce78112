//! `pushdoctor.logs/1`: one record a line inside of one document, written as they come.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::shown::Shown;
use super::{End, RecordWriter};
use crate::source::server_log::record::Record;

pub struct JsonWriter<'w> {
    shown: Shown<'w>,
    out: &'w mut dyn Write,
    begun: bool,
}

impl<'w> JsonWriter<'w> {
    pub fn new(shown: Shown<'w>, out: &'w mut dyn Write) -> Self {
        JsonWriter { shown, out, begun: false }
    }

    fn value(&self, record: &Record, path: &str) -> Value {
        let shown = &self.shown;
        json!({
            "kind": record.kind.as_str(),
            "time": shown.time(record.place.time),
            "vendor": record.vendor,
            "channel": record.channel.map(crate::catalog::Channel::as_str),
            "operation": shown.text(&record.operation),
            "ok": record.ok,
            "result": shown.text(&record.result),
            "code": record.code.as_ref().and_then(|c| shown.text(&c.code)),
            "finding": shown.finding(record),
            "message": shown.text(&record.message),
            "app_id": shown.id(&record.app_id),
            "workspace_id": shown.id(&record.workspace_id),
            "package": shown.id(&record.package),
            "user": shown.user(&record.user),
            "device": shown.device(&record.device),
            "ad_token": shown.token(&record.ad_token),
            "vendor_token": shown.token(&record.vendor_token),
            "msg_id": shown.id(&record.msg_id),
            "core_msg_id": shown.id(&record.core_msg_id),
            "vendor_msg_id": shown.id(&record.vendor_msg_id),
            "trace_id": shown.id(&record.trace_id),
            "host": shown.text(&record.host),
            "class": shown.text(&record.class),
            "count": record.count,
            "profile": record.profile,
            "basis": record.basis.as_str(),
            "confidence": record.confidence.as_str(),
            "raw": shown.raw(record),
            "path": shown.redactor.redact_path(path),
            "line": record.place.line,
            "part": record.part,
        })
    }

    fn begin(&mut self) -> io::Result<()> {
        self.begun = true;
        let version = env!("CARGO_PKG_VERSION");
        write!(self.out, "{{\"schema\": \"pushdoctor.logs/1\", \"version\": \"{version}\", \"records\": [")
    }
}

impl RecordWriter for JsonWriter<'_> {
    fn record(&mut self, record: &Record, path: &str) -> io::Result<()> {
        let first = !self.begun;
        if first {
            self.begin()?;
        }
        self.out.write_all(if first { b"\n" } else { b",\n" })?;
        let value = self.value(record, path);
        serde_json::to_writer(&mut *self.out, &value).map_err(io::Error::from)
    }

    fn finish(&mut self, end: &End<'_>) -> io::Result<()> {
        if !self.begun {
            self.begin()?;
        }
        let shown = &self.shown;
        let coverage = end.coverage;
        let reason: Vec<String> = coverage.reasons.iter().map(|r| shown.say(r)).collect();
        let skipped: Vec<Value> = end
            .skipped
            .iter()
            .map(|row| {
                json!({
                    "path": shown.redactor.redact_path(&row.path),
                    "line": row.line,
                    "why": shown.say(&row.why),
                })
            })
            .collect();
        let summary: Vec<Value> = end
            .summary
            .groups()
            .iter()
            .map(|(group, count)| {
                json!({
                    "kind": group.kind.as_str(),
                    "vendor": Some(&group.vendor).filter(|v| !v.is_empty()),
                    "code": shown.text(&group.code),
                    "result": shown.text(&group.result),
                    "meaning": shown.meaning(&group.vendor, &group.side, &group.code),
                    "records": count.records,
                    "from": shown.time(count.first),
                    "to": shown.time(count.last),
                })
            })
            .collect();
        let tail = json!({
            "coverage": {
                "server": coverage.state.as_str(),
                "reason": reason.join(" "),
                "from": shown.time(coverage.from),
                "to": shown.time(coverage.to),
            },
            "skipped": skipped,
            "skipped_count": end.skipped_count,
            "summary": summary,
            "notes": end.notes.iter().map(|n| shown.say(n)).collect::<Vec<_>>(),
        });
        let tail = serde_json::to_string_pretty(&tail).map_err(io::Error::from)?;
        // The tail's own opening brace gives way to the document's.
        writeln!(self.out, "\n],{}", tail.strip_prefix('{').unwrap_or(&tail))
    }
}
