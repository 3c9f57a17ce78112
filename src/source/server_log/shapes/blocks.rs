//! Rows copied out of a console: one `name:value` a line, a blank line between rows.

use serde_json::{Map, Value};

use super::feed::Feed;
use super::json_row::is_sls_name;
use super::outlet::Outlet;
use super::words;
use crate::source::server_log::row::Body;

/// Reads all blocks of a stream.
pub(super) fn read(feed: &mut Feed<'_>, out: &mut Outlet<'_>) {
    let mut row: Map<String, Value> = Map::new();
    let mut begun = 0;
    let mut last = String::new();
    while feed.peek().is_some() && !out.stopped {
        let line = feed.line();
        feed.mark();
        feed.pass_line();
        let Some(raw) = feed.marked() else {
            out.bad(line, words::too_long());
            continue;
        };
        let text = out.text(raw).into_owned();
        let text = text.trim_end_matches(['\n', '\r']);
        if text.trim().is_empty() {
            give(out, &mut row, begun);
            continue;
        }
        match pair(text) {
            Some((name, value)) => {
                if row.contains_key(name) {
                    give(out, &mut row, begun);
                }
                if row.is_empty() {
                    begun = line;
                }
                last = name.to_owned();
                row.insert(last.clone(), Value::String(value.to_owned()));
            }
            // The value of the field before has several lines.
            None => match row.get_mut(&last) {
                Some(Value::String(value)) => {
                    value.push('\n');
                    value.push_str(text);
                }
                _ => out.bad(line, words::no_key()),
            },
        }
    }
    give(out, &mut row, begun);
}

fn give(out: &mut Outlet<'_>, row: &mut Map<String, Value>, line: u64) {
    if !row.is_empty() {
        out.row(line, Body::Fields(Value::Object(std::mem::take(row))));
    }
}

/// Name and value of a line. Names of tags hold a colon themselves.
pub(super) fn pair(line: &str) -> Option<(&str, &str)> {
    let tag = line.strip_prefix("__tag__:").map_or(0, |_| "__tag__:".len());
    let colon = tag + line.get(tag..)?.find(':')?;
    let name = line.get(..colon)?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | ':');
    let value = line.get(colon + 1..)?;
    let is_name = !name.is_empty() && name.len() <= 128 && name.chars().all(plain);
    is_name.then(|| (name, value.strip_prefix(' ').unwrap_or(value)))
}

/// Whether a text consists of such blocks: nearly all lines are pairs, and names of the log service
/// are among them.
pub(super) fn looks_like(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(50).collect();
    let names: Vec<&str> = lines.iter().filter_map(|line| pair(line)).map(|(name, _)| name).collect();
    names.len() > 1 && names.len() * 2 > lines.len() && names.iter().any(|name| is_sls_name(name))
}
