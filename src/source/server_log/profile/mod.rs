//! Rows to records: what each field of each known log means.
//!
//! The logs themselves are data (`error-codes/*/logs.toml`, a user's own profiles); here a row finds
//! its log, is taken apart as that says, and becomes records.

mod answers;
mod canonical;
mod compiled;
mod delimited;
mod fields;
mod head;
mod keyed;
mod stamp;
mod text;
mod trace;
mod user;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::AhoCorasick;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::record::Record;
use super::row::{Body, Row};
use crate::catalog::answer::{DEPTH, documents, unfold, whole_documents};
use crate::catalog::{Catalog, Form};
use crate::lang::Bilingual;
use compiled::Compiled;
use fields::Fields;

pub use head::starts_like_server_log;

/// More of a value is not kept.
pub const LONGEST: usize = 64 << 10;
/// How many parts one row may have.
const PARTS: usize = 4096;
/// How many documents inside of one line are tried.
const INSIDE: usize = 4;
/// How many things are said of the reading as a whole.
const NOTES: usize = 64;
/// Fields of a row that may hold a line of a text log, in this order.
const LINES: &[&str] = &["content", "__raw__", "__raw_log__", "_raw", "message", "log", "msg", "line"];

/// All logs that are known, a user's own first.
pub struct Profiles<'c> {
    catalog: &'c Catalog,
    logs: Vec<Compiled<'c>>,
    /// The log whose line came last: the next one is likely of the same.
    last: AtomicUsize,
    /// Names of the operations of push.
    operations: Option<AhoCorasick>,
    notes: Mutex<Vec<Bilingual>>,
}

/// Where a row stands.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// Index of the input.
    pub input: usize,
    /// The file's name; its folders may name the host.
    pub path: &'a str,
    /// The zone of times that name none.
    pub zone: TimeZone,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    Records,
    /// Recognised, and nothing of push.
    Nothing,
    /// Recognised, and broken.
    Bad(Bilingual),
    /// No profile knows it.
    Unrecognised,
}

/// The line behind the name of the pod that `kubectl logs --prefix` writes before it.
fn of_pod(line: &str) -> &str {
    let behind = line.strip_prefix("[pod/").and_then(|rest| rest.split_once("] "));
    behind.map_or(line, |(_, line)| line)
}

impl<'c> Profiles<'c> {
    /// The logs of the catalogue.
    pub fn builtin(catalog: &'c Catalog) -> Self {
        let logs = catalog.logs().map(Compiled::borrowed).collect();
        let names = catalog.operations().map(|o| o.name.as_bytes());
        // Without an automaton every line is looked at.
        let operations = AhoCorasick::new(names).ok();
        let last = AtomicUsize::new(usize::MAX);
        Profiles { catalog, logs, last, operations, notes: Mutex::default() }
    }

    /// The names of the profiles, in the order in which they are tried.
    pub fn names(&self) -> Vec<&str> {
        self.logs.iter().map(|l| l.log.id.as_ref()).collect()
    }

    /// What is to be said of the reading as a whole: zones that trace ids corrected, values cut.
    pub fn notes(&self) -> Vec<Bilingual> {
        self.notes.lock().map(|notes| notes.clone()).unwrap_or_default()
    }

    /// Reads one row; its records go to `out`.
    pub fn read(&self, row: &Row, context: &Context, out: &mut Vec<Record>) -> Reading {
        let mut sink = Sink { out, row, context, host: String::new(), part: 0, cut: 0 };
        let reading = match &row.body {
            Body::Line(line) => self.line(line, context.path, &mut sink),
            Body::Fields(Value::String(line)) => self.line(line, context.path, &mut sink),
            Body::Fields(list @ Value::Array(_)) => self.document(list, context.path, &mut sink),
            Body::Fields(value) => self.fields(value, &mut sink),
        };
        if sink.cut > 0 {
            let (bytes, line) = (sink.cut, row.line);
            self.note(Bilingual::new(
                format!("line {line} of {}: a value of {bytes} bytes was cut to {LONGEST}", context.path),
                format!("{} 第 {line} 行：长 {bytes} 字节的值截到 {LONGEST} 字节", context.path),
            ));
        }
        reading
    }

    fn note(&self, note: Bilingual) {
        if let Ok(mut notes) = self.notes.lock()
            && notes.len() < NOTES
            && !notes.contains(&note)
        {
            notes.push(note);
        }
    }

    /// A line of a text log.
    fn line(&self, line: &str, path: &str, sink: &mut Sink) -> Reading {
        let line = of_pod(line.trim_end_matches(['\r', '\n']));
        if line.trim().is_empty() {
            return Reading::Nothing;
        }
        match self.strict_line(line, path, sink) {
            Reading::Unrecognised => {}
            other => return other,
        }
        match self.json_line(line, path, sink) {
            Reading::Unrecognised => {}
            other => return other,
        }
        self.loose_line(line, path, sink)
    }

    /// By the logs whose grammar is known.
    fn strict_line(&self, line: &str, path: &str, sink: &mut Sink) -> Reading {
        let last = self.last.load(Ordering::Relaxed);
        let first = self.logs.get(last).map(|log| (last, log));
        for (at, log) in first.into_iter().chain(self.logs.iter().enumerate()) {
            match log.log.form {
                Form::Delimited | Form::Regex | Form::KeyValue if !log.log.pattern.is_empty() => {}
                Form::Skip => {}
                _ => continue,
            }
            if !log.takes_line(line, path) {
                continue;
            }
            if log.log.form == Form::Skip {
                return Reading::Nothing;
            }
            self.last.store(at, Ordering::Relaxed);
            if log.log.operations_only
                && self.operations.as_ref().is_some_and(|o| !o.is_match(line))
                && log.has_the_form(line)
            {
                return Reading::Nothing;
            }
            let fields = match log.log.form {
                Form::KeyValue => Ok(keyed::fields(line)),
                _ => delimited::take_apart(log, line),
            };
            return match fields {
                Ok(fields) => self.understand(log, &fields, line, sink),
                Err(why) => Reading::Bad(why),
            };
        }
        Reading::Unrecognised
    }

    /// A line that is JSON, or a form that carries some.
    fn json_line(&self, line: &str, path: &str, sink: &mut Sink) -> Reading {
        let start = line.trim_start();
        if start.starts_with(['{', '[']) {
            match serde_json::from_str::<Value>(start) {
                Ok(value) if value.is_object() || is_list_of_objects(&value) => {
                    return self.document(&value, path, sink);
                }
                Ok(_) => {}
                Err(e) if e.is_eof() && start.len() > 2 => {
                    return Reading::Bad(Bilingual::new(
                        "the JSON is cut off: it has no end",
                        "JSON 不完整：缺少结尾",
                    ));
                }
                Err(_) => {}
            }
            return Reading::Unrecognised;
        }
        let Some((name, rest)) = line.trim().split_once('=') else { return Reading::Unrecognised };
        let wanted = |log: &&Compiled| log.log.inside.iter().any(|inside| inside == name);
        if !self.logs.iter().any(|log| wanted(&log)) {
            return Reading::Unrecognised;
        }
        let rest = rest.split('&').next().unwrap_or(rest);
        let Some(value) = documents(rest).into_iter().next() else {
            return match rest.contains("%7B") || rest.starts_with('{') {
                true => Reading::Bad(Bilingual::new(
                    format!("the JSON in {name} is cut off or broken"),
                    format!("{name} 中的 JSON 不完整或有错"),
                )),
                false => Reading::Unrecognised,
            };
        };
        self.document(&value, path, sink)
    }

    /// By the looks of what stands in it.
    fn loose_line(&self, line: &str, path: &str, sink: &mut Sink) -> Reading {
        if let Some(log) = self.logs.iter().find(|l| l.log.form == Form::Delimited && l.lies_at(path)) {
            return Reading::Bad(Bilingual::new(
                format!(
                    "the line does not have the form of {}: it is cut, or part of another line",
                    log.log.id
                ),
                format!("该行不符合 {} 的格式：可能被截断，或是另一行的一部分", log.log.id),
            ));
        }
        if line.contains('{') {
            // A receipt that somebody logged with words around it.
            for document in whole_documents(line).iter().take(INSIDE) {
                match self.by_shape(document, path, sink) {
                    Reading::Unrecognised => {}
                    other => return other,
                }
            }
        }
        let keyed = keyed::fields(line);
        let placed = |l: &&Compiled| l.log.form == Form::Fields && l.log.needs_path && l.lies_at(path);
        if let Some(log) = self.logs.iter().find(placed).filter(|_| keyed.len() >= 2) {
            return self.understand(log, &keyed, line, sink);
        }
        let text = |l: &&Compiled| l.log.form == Form::Text && l.takes_line(line, path);
        if let Some(log) = self.logs.iter().find(text) {
            return self.text(log, line, sink);
        }
        if keyed.len() < 3 {
            return Reading::Unrecognised;
        }
        for log in self.logs.iter().filter(|l| l.log.form == Form::KeyValue && l.log.pattern.is_empty()) {
            match self.understand(log, &keyed, line, sink) {
                Reading::Unrecognised | Reading::Nothing => {}
                other => return other,
            }
        }
        Reading::Unrecognised
    }

    /// Named fields: a row of an export.
    fn fields(&self, value: &Value, sink: &mut Sink) -> Reading {
        let row = Fields::of(value);
        let path = row.text("__tag__:__path__").unwrap_or_else(|| sink.context.path.to_owned());
        sink.host = row.text("__tag__:__hostname__").unwrap_or_default();
        match self.by_shape(value, &path, sink) {
            Reading::Unrecognised => {}
            other => return other,
        }
        let outer = row.text("__time__");
        let line = LINES.iter().find_map(|name| row.here(name).filter(|line| line.len() > 8));
        let Some(line) = line else { return self.generic(value, sink) };
        let from = sink.out.len();
        let strict = match self.strict_line(&line, &path, sink) {
            Reading::Unrecognised => self.json_line(&line, &path, sink),
            other => other,
        };
        let reading = match strict {
            Reading::Unrecognised => match self.generic(value, sink) {
                Reading::Records => Reading::Records,
                other => match self.loose_line(&line, &path, sink) {
                    Reading::Unrecognised => other,
                    loose => loose,
                },
            },
            other => other,
        };
        // The time in the line wins over the row's own.
        let time = outer.and_then(|t| stamp::read(&t, "", &sink.context.zone)).map(|t| t.micros);
        for record in sink.out.iter_mut().skip(from).filter(|r| r.place.time.is_none()) {
            record.place.time = time;
        }
        reading
    }

    /// A JSON document of a line or a form.
    fn document(&self, value: &Value, path: &str, sink: &mut Sink) -> Reading {
        match self.by_shape(value, path, sink) {
            Reading::Unrecognised => {}
            other => return other,
        }
        match value {
            Value::Array(items) => {
                let mut all = Reading::Unrecognised;
                for item in items.iter().take(PARTS) {
                    match self.generic(item, sink) {
                        Reading::Records => all = Reading::Records,
                        Reading::Nothing if all == Reading::Unrecognised => all = Reading::Nothing,
                        _ => {}
                    }
                }
                all
            }
            value => self.generic(value, sink),
        }
    }

    /// By the logs whose fields are known.
    fn by_shape(&self, value: &Value, path: &str, sink: &mut Sink) -> Reading {
        let strict = |l: &&Compiled| {
            l.log.form == Form::Fields
                && (!l.log.has.is_empty() || l.log.needs_path || !l.log.paths.is_empty())
        };
        let unfolded = holds_json(value).then(|| unfold(value.clone(), DEPTH));
        let whole = unfolded.as_ref().unwrap_or(value);
        for log in self.logs.iter().filter(strict) {
            if !log.log.paths.is_empty() && !log.lies_at(path) {
                continue;
            }
            let inner = log.inside(value);
            for root in std::iter::once(whole).chain(&inner) {
                let documents: Vec<&Value> = match root {
                    Value::Array(items) => items.iter().take(PARTS).collect(),
                    other => vec![other],
                };
                if documents.is_empty() || !documents.iter().all(|d| log.fits(d)) {
                    continue;
                }
                let mut reading = Reading::Unrecognised;
                for document in documents {
                    for (key, item) in fields::parts(document, &log.log.each).into_iter().take(PARTS) {
                        let fields = Fields::part(item, document, key);
                        match self.understand(log, &fields, "", sink) {
                            Reading::Records => reading = Reading::Records,
                            Reading::Nothing if reading == Reading::Unrecognised => {
                                reading = Reading::Nothing
                            }
                            _ => {}
                        }
                    }
                }
                if reading != Reading::Unrecognised {
                    return reading;
                }
            }
        }
        Reading::Unrecognised
    }

    /// By the names that such fields usually have.
    fn generic(&self, value: &Value, sink: &mut Sink) -> Reading {
        let unfolded = holds_json(value).then(|| unfold(value.clone(), DEPTH));
        let value = unfolded.as_ref().unwrap_or(value);
        let any =
            |l: &&Compiled| l.log.form == Form::Fields && l.log.has.is_empty() && l.log.paths.is_empty();
        for log in self.logs.iter().filter(any) {
            match self.understand(log, &Fields::of(value), "", sink) {
                Reading::Unrecognised => {}
                other => return other,
            }
        }
        Reading::Unrecognised
    }
}

/// Whether a text in it may be JSON itself.
fn holds_json(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim_start().starts_with(['{', '[']),
        Value::Object(map) => map.values().any(holds_json),
        Value::Array(items) => items.iter().any(holds_json),
        _ => false,
    }
}

fn is_list_of_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
}

/// Where the records of one row go.
struct Sink<'o, 'r> {
    out: &'o mut Vec<Record>,
    row: &'r Row,
    context: &'r Context<'r>,
    host: String,
    part: u32,
    /// The length of the longest value that was cut.
    cut: usize,
}

impl Sink<'_, '_> {
    /// A value, not longer than is kept.
    fn bounded(&mut self, mut value: String) -> String {
        if value.len() > LONGEST {
            self.cut = self.cut.max(value.len());
            let end = (0..=LONGEST).rev().find(|at| value.is_char_boundary(*at)).unwrap_or(0);
            value.truncate(end);
        }
        value
    }

    fn push(&mut self, mut record: Record) {
        if (self.part as usize) < PARTS {
            record.part = self.part;
            record.place.input = self.context.input;
            record.place.line = self.row.line;
            record.place.text = match &self.row.body {
                Body::Line(line) => self.bounded(line.trim_end_matches(['\r', '\n']).to_owned()),
                Body::Fields(value) => fields::shown(value),
            };
            if record.host.is_empty() {
                record.host =
                    if self.host.is_empty() { host_of(self.context.path) } else { self.host.clone() };
            }
            self.out.push(record);
            self.part += 1;
        }
    }
}

/// The folder that names a host: an address, or a name with a number in it (`gw-01`, `push1.example`).
fn host_of(path: &str) -> String {
    let mut folders = path.split(['/', '\\']).rev();
    folders.next();
    let host = |name: &&str| {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        let address = name.parse::<std::net::Ipv4Addr>().is_ok();
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.ends_with(|c: char| c.is_ascii_alphanumeric())
            && name.bytes().any(|b| b.is_ascii_digit())
            && name.contains(['-', '.']);
        plain && (address || named)
    };
    folders.find(host).unwrap_or_default().to_owned()
}
