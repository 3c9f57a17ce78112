//! One JSON value to rows: what stands around the fields of a log store goes, errors of a store are
//! no rows.

use serde_json::{Map, Value};

use super::envelope::Kind;
use super::outlet::Outlet;
use super::words;
use crate::source::server_log::row::Body;

pub(super) struct Rows<'o, 's> {
    pub(super) out: &'o mut Outlet<'s>,
    /// The envelope of the rows.
    pub(super) kind: Kind,
    /// Arrays that stood at the top.
    pub(super) arrays: u64,
    /// Labels of the Loki stream that is being read.
    pub(super) labels: Map<String, Value>,
    /// The line of an "Error!" right before.
    pub(super) error_word: Option<u64>,
    /// What the rows at the top look like.
    top: Option<&'static str>,
    sls: bool,
}

impl<'o, 's> Rows<'o, 's> {
    pub(super) fn new(out: &'o mut Outlet<'s>) -> Self {
        Rows {
            out,
            kind: Kind::Plain,
            arrays: 0,
            labels: Map::new(),
            error_word: None,
            top: None,
            sls: false,
        }
    }

    /// For a part of the stream that is read by itself.
    pub(super) fn of_part(out: &'o mut Outlet<'s>, kind: Kind, labels: Map<String, Value>) -> Self {
        Rows { kind, labels, ..Rows::new(out) }
    }

    /// The name of the form, as far as the rows show it.
    pub(super) fn form(&self) -> &'static str {
        if let Some(form) = self.kind.form() {
            return form;
        }
        match self.top {
            Some(form) => form,
            None if self.arrays > 1 || (self.arrays > 0 && self.sls) => "sls-arrays",
            None if self.arrays > 0 => "json",
            None => "jsonl",
        }
    }

    /// One value as it stands in the stream.
    pub(super) fn row(&mut self, raw: &[u8], line: u64, kind: Kind) {
        if kind != Kind::LokiValue && !self.out.wanted(raw) {
            return;
        }
        let text = self.out.text(raw);
        let value = serde_json::from_str::<Value>(&text).or_else(|error| {
            let mended = without_controls(&text).ok_or(error)?;
            self.out.replaced += 1;
            serde_json::from_str(&mended)
        });
        match value {
            Ok(value) => self.value(value, line, kind),
            Err(error) => self.out.bad(line, words::not_json(&error)),
        }
    }

    fn value(&mut self, value: Value, line: u64, kind: Kind) {
        match value {
            Value::Object(fields) => self.object(fields, line, kind),
            Value::Array(pair) if kind == Kind::LokiValue => self.loki_value(pair, line),
            Value::String(text) if kind == Kind::Plain => {
                self.out.row(line, Body::Line(text));
            }
            _ => self.out.bad(line, words::no_object()),
        }
    }

    fn object(&mut self, mut fields: Map<String, Value>, line: u64, kind: Kind) {
        if let Some(why) = words::store_error(&fields) {
            let line = self.error_word.take().unwrap_or(line);
            return self.out.bad(line, why);
        }
        self.drop_error_word();
        if fields.contains_key("_index") && fields.get("_source").is_some_and(Value::is_object) {
            if kind == Kind::Top {
                self.top.get_or_insert("elasticdump");
            }
            if let Some(Value::Object(inner)) = fields.remove("_source") {
                fields = inner;
            }
        } else if kind == Kind::Elasticsearch
            && let Some(Value::Object(inner)) = fields.remove("fields")
        {
            fields = inner;
        } else if is_logcli(&fields) {
            if kind == Kind::Top {
                self.top.get_or_insert("logcli");
            }
            fields = logcli(fields);
        }
        if ["from", "to", "progress", "count"].iter().all(|key| fields.contains_key(*key)) {
            self.progress(fields.get("progress"));
        }
        self.sls |= fields.keys().any(|key| is_sls_name(key));
        self.out.row(line, Body::Fields(Value::Object(fields)));
    }

    pub(super) fn take_labels(&mut self, raw: &[u8]) {
        let text = self.out.text(raw);
        self.labels = serde_json::from_str(&text).unwrap_or_default();
    }

    fn loki_value(&mut self, pair: Vec<Value>, line: u64) {
        let mut pair = pair.into_iter();
        let (Some(time), Some(Value::String(text))) = (pair.next(), pair.next()) else {
            return self.out.bad(line, words::no_loki_value());
        };
        let mut fields = self.labels.clone();
        if let Some(Value::Object(more)) = pair.next() {
            fields.extend(more);
        }
        fields.insert("ts".to_owned(), time);
        fields.insert("line".to_owned(), Value::String(text));
        self.out.row(line, Body::Fields(Value::Object(fields)));
    }

    /// What an envelope says besides its rows.
    pub(super) fn envelope(&mut self, kind: Kind, head: &[u8], line: u64) {
        let text = self.out.text(head).into_owned();
        let Ok(head) = serde_json::from_str::<Value>(&text) else { return };
        if let Some(why) = head.as_object().and_then(words::store_error) {
            self.out.bad(line, why);
        }
        let number = |path: &str| head.pointer(path).and_then(Value::as_u64);
        match kind {
            Kind::SlsV2 => self.progress(head.pointer("/meta/progress")),
            Kind::Elasticsearch => {
                let failed = number("/_shards/failed").unwrap_or(0);
                if failed > 0 || head.get("timed_out") == Some(&Value::Bool(true)) {
                    self.out.incomplete(words::elasticsearch_partial(failed));
                }
                let total = number("/hits/total/value").or(number("/hits/total"));
                self.more_than_read(total);
            }
            Kind::ClickHouse => self.more_than_read(number("/rows_before_limit_at_least")),
            _ => {}
        }
    }

    /// The store found more than the file holds.
    fn more_than_read(&mut self, total: Option<u64>) {
        let held = self.out.rows + self.out.unread + self.out.bad;
        if let Some(total) = total.filter(|total| *total > held) {
            self.out.incomplete(words::more_found(total, held));
        }
    }

    fn progress(&mut self, progress: Option<&Value>) {
        if progress.and_then(Value::as_str).is_some_and(|p| !p.eq_ignore_ascii_case("complete")) {
            self.out.incomplete(words::progress_incomplete());
        }
    }

    /// Text between rows: the message of a tool, the head of an answer, or damage.
    pub(super) fn other_text(&mut self, line: u64, text: &str) {
        if text.trim_start().starts_with("HTTP/") {
            let mut heads = text.lines().filter_map(|l| l.split_once(':'));
            let progress = heads.find(|(name, _)| name.trim().eq_ignore_ascii_case("x-log-progress"));
            if let Some((_, value)) = progress {
                self.progress(Some(&Value::String(value.trim().to_owned())));
            }
            return;
        }
        if let Some(why) = words::error_text(text) {
            self.out.bad(line, why);
        } else if !text.trim().is_empty() && !self.out.doubtful {
            self.out.bad(line, words::other_text());
        }
    }

    /// An "Error!" without an object of an error behind it.
    fn drop_error_word(&mut self) {
        if let Some(line) = self.error_word.take() {
            self.other_text(line, "Error!");
        }
    }
}

/// Names that only rows of Alibaba Cloud Log Service carry.
pub(super) fn is_sls_name(name: &str) -> bool {
    matches!(name, "__time__" | "__source__" | "__topic__" | "__time_ns_part__")
        || name.starts_with("__tag__:")
}

fn is_logcli(fields: &Map<String, Value>) -> bool {
    fields.get("labels").is_some_and(Value::is_object)
        && fields.get("line").is_some_and(Value::is_string)
        && fields.contains_key("timestamp")
}

fn logcli(mut row: Map<String, Value>) -> Map<String, Value> {
    let mut fields = match row.remove("labels") {
        Some(Value::Object(labels)) => labels,
        _ => Map::new(),
    };
    for (from, to) in [("timestamp", "ts"), ("line", "line")] {
        if let Some(value) = row.remove(from) {
            fields.insert(to.to_owned(), value);
        }
    }
    fields
}

/// The first key of a row with its quotes.
pub(super) fn first_key(raw: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 128;
    let inside = raw.strip_prefix(b"{")?.trim_ascii_start();
    let name = inside.strip_prefix(b"\"")?;
    let end = memchr::memchr(b'"', name.get(..name.len().min(LONGEST))?)?;
    inside.get(..end + 2)
}

/// The text without control characters inside of its strings; `None` if there are none.
fn without_controls(text: &str) -> Option<String> {
    let bad = |c: char| c.is_ascii_control() && !matches!(c, '\n' | '\r');
    if !text.contains(bad) {
        return None;
    }
    let mut inside = false;
    let mut escaped = false;
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
        match c {
            '\t' if inside => out.push_str("\\t"),
            '\t' | '\n' => out.push(c),
            '\r' if inside => out.push_str("\\r"),
            c if bad(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    Some(out)
}
