//! Which shape a text has, by its beginning.

use super::blocks;
use super::delimited::Layout;
use super::json_row::is_sls_name;

/// A shape of text.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Json,
    Delimited(Layout),
    Tabbed,
    Blocks,
    Lines,
}

/// Fields that hold a whole line: a file may have this column alone.
const LINE_FIELDS: [&str; 8] = ["content", "__raw__", "_raw", "message", "log", "msg", "line", "Line"];
/// Rows of the beginning that are compared.
const ROWS: usize = 20;

/// The shape of a text, and the ids of those that were tried for it. `head` is its beginning, and
/// `whole` if there is no more; `name` is that of the file.
pub(super) fn sniff(head: &str, whole: bool, name: &str) -> (Shape, Vec<&'static str>) {
    let head = head.strip_prefix('\u{feff}').unwrap_or(head);
    if is_json(head) {
        return (Shape::Json, vec!["json"]);
    }
    let mut tried = vec!["json", "csv"];
    let suffix = name.rsplit_once('.').map(|(_, suffix)| suffix.to_ascii_lowercase()).unwrap_or_default();
    let named = matches!(suffix.as_str(), "csv" | "tsv");
    for delimiter in [b',', b'\t', b'|', b';'] {
        let rows = rows(head, delimiter, whole);
        if delimiter == b'\t' {
            tried.push("tsv");
        }
        if has_header(&rows, named) {
            let quoted = rows.iter().flatten().any(|field| field.1);
            // ClickHouse quotes nothing; a quote that is doubled inside of a quoted field is CSV's.
            let csv = head.contains("\t\"") && head.contains("\"\"");
            if delimiter == b'\t' && (!quoted || (!csv && lines_agree(head, whole))) {
                return (Shape::Tabbed, tried);
            }
            return (Shape::Delimited(Layout { delimiter, header: true }), tried);
        }
    }
    if let Some(delimiter) = without_header(head, whole, named) {
        return (Shape::Delimited(Layout { delimiter, header: false }), tried);
    }
    tried.push("name-value");
    if blocks::looks_like(head) {
        return (Shape::Blocks, tried);
    }
    tried.push("text");
    (Shape::Lines, tried)
}

/// A stream of JSON begins with a bracket that no line of a log begins with, or with the failure
/// of the tool that should have written it.
fn is_json(head: &str) -> bool {
    let begins = |text: &str| {
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{1e}'));
        let mut chars = text.chars();
        let first = chars.next();
        let second = chars.find(|c| !c.is_whitespace());
        match (first, second) {
            (Some('{'), Some('"' | '}') | None) => true,
            (Some('['), Some('{' | ']' | '"') | None) => true,
            (Some('['), Some('[')) => text.contains("[["),
            _ => false,
        }
    };
    if begins(head) {
        return true;
    }
    let first = head.trim_start();
    let failed = ["Error!", "Traceback (most recent call last)", "HTTP/1.", "HTTP/2"];
    if failed.iter().any(|sign| first.starts_with(sign)) {
        let later = first.lines().skip(1).any(begins);
        return later || first.contains("errorCode") || first.contains("LogException");
    }
    // Some lines of another kind before or between the rows.
    let lines: Vec<&str> = head.lines().filter(|line| !line.trim().is_empty()).take(ROWS).collect();
    let json = lines.iter().filter(|line| line.starts_with("{\"") || line.starts_with("[{")).count();
    json > 0 && json * 2 >= lines.len()
}

type Fields = Vec<(String, bool)>;

/// The first rows, each field with whether it stands in quotes. The last row may be cut.
fn rows(head: &str, delimiter: u8, whole: bool) -> Vec<Fields> {
    let delimiter = char::from(delimiter);
    let mut rows: Vec<Fields> = Vec::new();
    let mut row: Fields = Vec::new();
    let (mut field, mut quoted, mut inside) = (String::new(), false, false);
    let mut chars = head.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if inside => inside = false,
            '"' if field.is_empty() && !quoted => (quoted, inside) = (true, true),
            c if c == delimiter && !inside => {
                row.push((std::mem::take(&mut field), std::mem::take(&mut quoted)))
            }
            '\r' if !inside && chars.peek() == Some(&'\n') => {}
            '\n' if !inside => {
                row.push((std::mem::take(&mut field), std::mem::take(&mut quoted)));
                if row.len() > 1 || row.iter().any(|(text, _)| !text.is_empty()) {
                    rows.push(std::mem::take(&mut row));
                }
                row.clear();
                if rows.len() > ROWS {
                    return rows;
                }
            }
            c => field.push(c),
        }
    }
    if whole && (!field.is_empty() || !row.is_empty()) && !inside {
        row.push((field, quoted));
        rows.push(row);
    }
    rows
}

/// Whether the first row holds names, and the others fit it.
fn has_header(rows: &[Fields], named: bool) -> bool {
    let Some((header, rows)) = rows.split_first() else { return false };
    let names: Vec<&str> = header.iter().map(|(name, _)| name.as_str()).collect();
    let known = names.iter().any(|name| is_sls_name(name));
    if let [only] = names.as_slice() {
        return LINE_FIELDS.contains(only) && (named || rows.iter().any(|row| row.iter().any(|f| f.1)));
    }
    let unique = names.iter().enumerate().all(|(at, name)| !names.iter().take(at).any(|n| n == name));
    if !unique || !names.iter().all(|name| is_name(name)) {
        return false;
    }
    // A level or a thread in front of every line is no name.
    let repeated = |at: usize, name: &str| {
        rows.iter().any(|row| row.get(at).is_some_and(|field| field.0 == name && !name.is_empty()))
    };
    if names.iter().enumerate().any(|(at, name)| repeated(at, name)) {
        return false;
    }
    let fitting = rows.iter().filter(|row| row.len() == names.len()).count();
    match rows.len() {
        0 => known || named,
        all => fitting > 0 && (known || named || fitting * 5 >= all * 4),
    }
}

/// A name of a column: not a number, not a time, not a sentence.
fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '@' | '#'));
    let plain = |c: char| c.is_alphanumeric() || "_-.@:/()[] #%*".contains(c);
    first
        && name.len() <= 128
        && name.chars().all(plain)
        && name.split(' ').count() <= 3
        && !name.ends_with(' ')
        && !name.chars().filter(char::is_ascii_digit).count().gt(&8)
}

/// Whether all lines have the same number of tabs, so that none stands in quotes.
fn lines_agree(head: &str, whole: bool) -> bool {
    let mut lines: Vec<usize> = head.lines().take(ROWS).map(|line| line.matches('\t').count()).collect();
    if !whole {
        lines.pop();
    }
    lines.windows(2).all(|pair| pair.first() == pair.last())
}

/// The delimiter of a file without names: by the name of the file, or by quotes no log line has.
fn without_header(head: &str, whole: bool, named: bool) -> Option<u8> {
    let first_line = head.lines().next().unwrap_or_default();
    let mut best = None;
    for delimiter in [b',', b'\t', b'|', b' '] {
        let mut rows = rows(head, delimiter, whole);
        if rows.len() > 1 && whole && !head.ends_with('\n') {
            // The last row may be cut.
            rows.pop();
        }
        let Some(columns) = rows.first().map(Vec::len).filter(|columns| *columns > 1) else { continue };
        if !rows.iter().all(|row| row.len() == columns) {
            continue;
        }
        let quoted = rows.iter().flatten().any(|field| field.1);
        let enough = if named { delimiter != b' ' || rows.len() > 1 } else { quoted && delimiter != b' ' };
        let log_line = is_time(first_line) && !quoted;
        if enough && !log_line && (named || rows.len() > 1) {
            best = Some(delimiter);
            break;
        }
    }
    best
}

/// Whether a line begins with a date, as lines of logs do.
fn is_time(line: &str) -> bool {
    let line = line.trim_start_matches(['[', '"']);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let next = line.as_bytes().get(digits);
    digits == 4 && matches!(next, Some(b'-' | b'/'))
        || (digits == 2 && matches!(next, Some(b'-' | b'/' | b':')))
}
