//! Lines whose grammar is known: an expression with named groups, one of which may be split.

use std::borrow::Cow;

use super::compiled::Compiled;
use super::fields::Fields;
use crate::lang::Bilingual;

/// The fields of a line.
///
/// # Errors
/// One sentence: the line is of this log, and broken.
pub fn take_apart<'l>(log: &'l Compiled, line: &'l str) -> Result<Fields<'l>, Bilingual> {
    let cut = || {
        Bilingual::new(
            format!("the line is cut: it does not end as {} does", log.log.id),
            format!("该行被截断：结尾不符合 {}", log.log.id),
        )
    };
    let grammar = log.grammar().ok_or_else(cut)?;
    let groups = grammar.captures(line).ok_or_else(cut)?;
    let mut fields: Vec<(Cow<str>, Cow<str>)> = Vec::new();
    for name in grammar.capture_names().flatten() {
        let Some(value) = groups.name(name).map(|m| m.as_str()) else { continue };
        if name == "fields" {
            let values = split(log, value)?;
            fields.extend(
                log.log.names.iter().zip(values).map(|(n, v)| (Cow::Borrowed(n.as_ref()), Cow::Borrowed(v))),
            );
        } else {
            fields.push((Cow::Borrowed(name), Cow::Borrowed(value)));
        }
    }
    let empty = |value: &str| log.log.empty.iter().any(|e| e == value.trim());
    fields.retain(|(_, value)| !empty(value));
    Ok(Fields::Named(fields))
}

/// The split fields, in order. A field that may hold the delimiter ends where those behind it have
/// the form that is known of them.
fn split<'l>(log: &Compiled, text: &'l str) -> Result<Vec<&'l str>, Bilingual> {
    let delimiter = if log.log.delimiter.is_empty() { "," } else { log.log.delimiter.as_ref() };
    let mut ends: Vec<usize> = text.match_indices(delimiter).map(|(at, _)| at).collect();
    ends.push(text.len());
    let names = &log.log.names;
    if ends.len() < names.len() {
        return Err(few(log, ends.len()));
    }
    let exact = ends.len() == names.len();
    let part = |from: usize, to: usize| -> &'l str {
        let start = match from.checked_sub(1).and_then(|before| ends.get(before)) {
            Some(end) => end + delimiter.len(),
            None => 0,
        };
        ends.get(to).and_then(|end| text.get(start..*end)).unwrap_or("")
    };
    let mut values = Vec::with_capacity(names.len());
    let mut at = 0;
    for (index, name) in names.iter().enumerate() {
        let behind = names.len() - index - 1;
        let Some(room) = ends.len().checked_sub(at + 1 + behind) else { return Err(few(log, ends.len())) };
        let loose = !exact && log.log.loose.contains(name);
        let mut wide = None;
        if loose {
            let rest = names.get(index + 1..).unwrap_or_default();
            let until = rest.iter().position(|n| log.log.loose.contains(n)).unwrap_or(rest.len());
            let fixed = rest.get(..until).unwrap_or_default();
            wide = (0..=room.min(64)).find(|extra| {
                fixed.iter().enumerate().all(|(offset, name)| {
                    let value = part(at + extra + 1 + offset, at + extra + 1 + offset);
                    log.anchor(name).is_none_or(|a| a.is_match(value))
                })
            });
            if wide.is_none() {
                return Err(out_of_order(log, name));
            }
        }
        let end = at + wide.unwrap_or(0);
        let value = part(at, end);
        if !exact && log.anchor(name).is_some_and(|a| !a.is_match(value)) {
            return Err(out_of_order(log, name));
        }
        values.push(value);
        at = end + 1;
    }
    Ok(values)
}

fn few(log: &Compiled, found: usize) -> Bilingual {
    let (id, wanted) = (&log.log.id, log.log.names.len());
    Bilingual::new(
        format!("{found} fields where {id} has {wanted}: the line is cut"),
        format!("只有 {found} 个字段，{id} 应有 {wanted} 个：该行被截断"),
    )
}

fn out_of_order(log: &Compiled, name: &str) -> Bilingual {
    let id = &log.log.id;
    Bilingual::new(
        format!("the fields around \"{name}\" do not have the form that {id} gives them"),
        format!("“{name}”附近的字段不符合 {id} 的格式"),
    )
}
