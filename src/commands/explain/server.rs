//! Codes in pasted lines of a server's log whose form is known.

use jiff::tz::TimeZone;

use super::Found;
use super::names::Scope;
use crate::catalog::Catalog;
use crate::source::server_log::profile::{Context, Profiles, Reading, starts_like_server_log};
use crate::source::server_log::row::{Body, Row};

/// How many lines of a paste are read.
const LINES: usize = 200;

/// Reads the lines; empty if none is of a server's log, or none of them is about push.
pub fn read<'c>(catalog: &'c Catalog, scope: Scope, text: &str) -> Found<'c> {
    let mut found = Found::default();
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    if starts_like_server_log(&lines, "").is_none() {
        return found;
    }
    let profiles = Profiles::builtin(catalog);
    let context = Context { input: 0, path: "", zone: TimeZone::UTC };
    let mut records = Vec::new();
    for line in lines {
        let row = Row { line: 1, body: Body::Line(line.to_owned()) };
        // What is broken or of another log says nothing here.
        let _: Reading = profiles.read(&row, &context, &mut records);
    }
    for code in records.into_iter().filter_map(|record| record.code) {
        let wanted =
            scope.vendor.is_none_or(|v| v == code.vendor) && scope.side.is_none_or(|s| s == code.side);
        match catalog.code(&code.vendor, &code.side, &code.code) {
            Some(entry) if wanted => found.add(entry),
            None if wanted => found.miss(Some(&code.vendor), &code.code),
            _ => {}
        }
    }
    found
}
