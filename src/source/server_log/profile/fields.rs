//! The fields of a row, whatever it was taken from: by name in any usual spelling, or by JSON pointer.

use std::borrow::Cow;

use serde_json::Value;

use super::LONGEST;
use crate::catalog::answer::{at, scalar};

/// How deep names are looked for inside of objects.
const DEPTH: usize = 3;

/// The fields of a row, or of a part of one.
pub enum Fields<'a> {
    /// Of a line, in order.
    Named(Vec<(Cow<'a, str>, Cow<'a, str>)>),
    /// Of a JSON document: the part, the whole, and the key under which the part stands.
    Json { part: &'a Value, root: &'a Value, key: Option<&'a str> },
}

impl<'a> Fields<'a> {
    /// A document that is one row.
    pub fn of(value: &'a Value) -> Self {
        Fields::Json { part: value, root: value, key: None }
    }

    /// A part of a document.
    pub fn part(part: &'a Value, root: &'a Value, key: Option<&'a str>) -> Self {
        Fields::Json { part, root, key }
    }

    /// How many named fields there are.
    pub fn len(&self) -> usize {
        match self {
            Fields::Named(all) => all.len(),
            Fields::Json { part, .. } => part.as_object().map_or(0, serde_json::Map::len),
        }
    }

    /// The text of a field, looked for inside of objects too; none if it is empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name, true).and_then(|v| scalar(&v))
    }

    /// The text of a field of the row itself.
    pub fn here(&self, name: &str) -> Option<String> {
        self.value(name, false).and_then(|v| scalar(&v))
    }

    /// What stands in a field.
    pub fn value(&self, name: &str, deep: bool) -> Option<Cow<'a, Value>> {
        match self {
            Fields::Named(all) => {
                let named = |n: &str| all.iter().find(|(k, v)| same(k, n) && !v.trim().is_empty());
                named(name).map(|(_, v)| Cow::Owned(Value::String(v.trim().to_owned())))
            }
            Fields::Json { key, .. } if name == "@key" => {
                key.map(|k| Cow::Owned(Value::String(k.to_owned())))
            }
            Fields::Json { part, root, .. } => {
                let wholes = if std::ptr::eq(*part, *root) { vec![*part] } else { vec![*part, *root] };
                if name.starts_with('/') {
                    let found = wholes.iter().find_map(|whole| at(whole, name).into_iter().next());
                    return found.map(Cow::Borrowed);
                }
                let direct = wholes.iter().find_map(|whole| direct(whole, name));
                direct.or_else(|| if deep { nested(part, name, DEPTH) } else { None }).map(Cow::Borrowed)
            }
        }
    }
}

fn direct<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let map = value.as_object()?;
    let filled = |v: &&Value| !v.is_null() && v.as_str() != Some("");
    map.get(name)
        .filter(filled)
        .or_else(|| map.iter().find(|(key, v)| same(key, name) && filled(v)).map(|(_, v)| v))
}

fn nested<'v>(value: &'v Value, name: &str, depth: usize) -> Option<&'v Value> {
    if depth == 0 {
        return None;
    }
    let inner = value.as_object()?.values().filter(|v| v.is_object());
    let mut later = Vec::new();
    for object in inner {
        if let Some(found) = direct(object, name) {
            return Some(found);
        }
        later.push(object);
    }
    later.into_iter().find_map(|object| nested(object, name, depth - 1))
}

/// Whether two names are one: case, `_`, `-` and `.` do not count.
fn same(one: &str, other: &str) -> bool {
    fn folded(text: &str) -> impl Iterator<Item = u8> + '_ {
        text.bytes().filter(|b| !matches!(b, b'_' | b'-' | b'.')).map(|b| b.to_ascii_lowercase())
    }
    one == other || (one.len().abs_diff(other.len()) <= 6 && folded(one).eq(folded(other)))
}

/// Whether something stands at a pointer, or under a name.
pub fn exists(document: &Value, name: &str) -> bool {
    match name.starts_with('/') {
        true => !at(document, name).is_empty(),
        false => direct(document, name).is_some(),
    }
}

/// The parts of a document at a pointer that ends in `*`, with their keys; all of it without one.
pub fn parts<'v>(document: &'v Value, pointer: &str) -> Vec<(Option<&'v str>, &'v Value)> {
    let Some(outer) = pointer.strip_suffix("/*") else { return vec![(None, document)] };
    let wholes = if outer.is_empty() { vec![document] } else { at(document, outer) };
    let mut all = Vec::new();
    for whole in wholes {
        match whole {
            Value::Object(map) => all.extend(map.iter().map(|(k, v)| (Some(k.as_str()), v))),
            Value::Array(items) => all.extend(items.iter().map(|v| (None, v))),
            _ => {}
        }
    }
    all.retain(|(_, v)| v.is_object());
    all
}

/// A row of fields as one line, cut where it is longer than anybody reads.
pub fn shown(value: &Value) -> String {
    let mut text = value.to_string();
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

/// The values of a field that may hold several: a list, or a text with commas.
pub fn several(value: &Value) -> Vec<String> {
    let split = |text: String| {
        text.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect::<Vec<_>>()
    };
    match value {
        Value::Array(items) => items.iter().filter_map(scalar).collect(),
        other => scalar(other).map(split).unwrap_or_default(),
    }
}
