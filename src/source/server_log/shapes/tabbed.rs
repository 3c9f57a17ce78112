//! Tab-separated rows as ClickHouse writes them: one row a line, and tabs, line ends and backslashes
//! inside of a field written with a backslash.

use serde_json::{Map, Value};

use super::delimited::is_type;
use super::feed::Feed;
use super::outlet::Outlet;
use super::words;
use crate::source::server_log::row::Body;

/// Reads a stream whose first line holds the names.
pub(super) fn read(feed: &mut Feed<'_>, out: &mut Outlet<'_>) {
    let mut names: Option<Vec<String>> = None;
    while feed.peek().is_some() && !out.stopped {
        let line = feed.line();
        feed.mark();
        feed.pass_line();
        let Some(raw) = feed.marked() else {
            out.bad(line, words::too_long());
            continue;
        };
        let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        if raw.is_empty() {
            continue;
        }
        let fields: Vec<&[u8]> = raw.split(|byte| *byte == b'\t').collect();
        let Some(names) = &names else {
            names = Some(fields.iter().map(|field| out.text(&unescape(field)).into_owned()).collect());
            continue;
        };
        if fields.len() != names.len() {
            out.bad(line, words::fields(fields.len(), names.len()));
        } else if out.rows == 0 && fields.iter().all(|field| is_type(field)) {
            // The types, below the names.
        } else if out.wanted(raw) {
            let mut row = Map::new();
            for (name, field) in names.iter().zip(fields) {
                let value = match field {
                    b"\\N" => Value::Null,
                    field => Value::String(out.text(&unescape(field)).into_owned()),
                };
                row.insert(name.clone(), value);
            }
            out.row(line, Body::Fields(Value::Object(row)));
        }
    }
}

fn unescape(field: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(field.len());
    let mut bytes = field.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b't') => out.push(b'\t'),
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b'0') => out.push(0),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(other @ (b'\\' | b'\'' | b'"')) => out.push(other),
            Some(other) => out.extend_from_slice(&[b'\\', other]),
            None => out.push(b'\\'),
        }
    }
    out
}
