//! Codes in a JSON answer, by the shapes that the catalogue describes.
//!
//! An answer may stand in prose, inside another JSON string, escaped or URL-encoded; every object
//! in it is tried as the root of a shape, and the most telling shape that fits wins.

use regex::Regex;
use serde_json::Value;

use super::{Answer, Text, Vendor};

pub mod targets;

/// How often a piece of text is tried as the start of a document.
const ATTEMPTS: usize = 64;
/// How deep strings that are JSON themselves are unfolded.
pub const DEPTH: usize = 4;

/// A shape that fits somewhere, and what stands at its pointers.
#[derive(Debug, PartialEq, Eq)]
pub struct Fit<'v> {
    pub vendor: &'v str,
    pub side: &'v str,
    pub weight: u32,
    pub codes: Vec<String>,
}

/// The most telling fits of the vendors' shapes anywhere in `document`.
pub fn fits<'v>(vendors: impl Iterator<Item = &'v Vendor>, document: &Value) -> Vec<Fit<'v>> {
    let mut all = all_fits(vendors, document);
    let heaviest = all.iter().map(|f| f.weight).max();
    all.retain(|f| Some(f.weight) == heaviest);
    all
}

/// Every fit of the vendors' shapes anywhere in `document`.
pub fn all_fits<'v>(vendors: impl Iterator<Item = &'v Vendor>, document: &Value) -> Vec<Fit<'v>> {
    let mut roots = Vec::new();
    collect_roots(document, &mut roots);
    let mut all = Vec::new();
    for vendor in vendors {
        for shape in vendor.answer.iter() {
            for root in roots.iter().filter(|root| shape_fits(shape, root)) {
                let codes = codes_at(shape, root);
                if !codes.is_empty() {
                    all.push(Fit { vendor: &vendor.id, side: &shape.side, weight: shape.weight, codes });
                }
            }
        }
    }
    all
}

fn shape_fits(shape: &Answer, root: &Value) -> bool {
    shape.has.iter().all(|p| !at(root, p).is_empty()) && shape.lacks.iter().all(|p| at(root, p).is_empty())
}

fn codes_at(shape: &Answer, root: &Value) -> Vec<String> {
    let pattern = if shape.code_pattern.is_empty() { None } else { Regex::new(&shape.code_pattern).ok() };
    let mut raw: Vec<String> = Vec::new();
    if shape.join.is_empty() {
        raw.extend(shape.code.iter().flat_map(|pointer| at(root, pointer)).flat_map(|v| values(shape, v)));
    } else {
        let first = |pointer: &Text| at(root, pointer).into_iter().find_map(scalar);
        let parts: Option<Vec<String>> = shape.code.iter().map(first).collect();
        raw.extend(parts.map(|parts| parts.join(&shape.join)));
    }
    let mut codes: Vec<String> = Vec::new();
    for value in raw {
        let Some(code) = cut(pattern.as_ref(), &value) else { continue };
        let code = if shape.fixed.is_empty() { code } else { &shape.fixed };
        let code = format!("{}{code}", shape.prefix);
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// The codes, as written, in what stands at a pointer.
fn values(shape: &Answer, value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) if shape.code_is_key => {
            map.iter().filter(|(_, content)| !is_empty(content)).map(|(key, _)| key.clone()).collect()
        }
        Value::Array(items) => items.iter().filter_map(scalar).collect(),
        other if !shape.code_is_key => scalar(other).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The code in a value: all of it, or the group of the pattern.
fn cut<'v>(pattern: Option<&Regex>, value: &'v str) -> Option<&'v str> {
    let Some(pattern) = pattern else { return Some(value) };
    let groups = pattern.captures(value)?;
    Some(groups.get(1).map_or(value, |group| group.as_str()))
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// What stands at a JSON pointer in which `*` is any key or index.
pub fn at<'v>(root: &'v Value, pointer: &str) -> Vec<&'v Value> {
    let mut here = vec![root];
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        here = here
            .into_iter()
            .flat_map(|value| match (value, key.as_str()) {
                (Value::Object(map), "*") => map.values().collect::<Vec<_>>(),
                (Value::Array(items), "*") => items.iter().collect(),
                (Value::Object(map), key) => map.get(key).into_iter().collect(),
                (Value::Array(items), key) => {
                    key.parse().ok().and_then(|i: usize| items.get(i)).into_iter().collect()
                }
                _ => Vec::new(),
            })
            .collect();
    }
    here
}

/// A text, number or truth value as text.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.trim().to_owned()).filter(|s| !s.is_empty()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

pub(super) fn collect_roots<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => {
            out.push(value);
            map.values().for_each(|v| collect_roots(v, out));
        }
        Value::Array(items) => {
            out.push(value);
            items.iter().for_each(|v| collect_roots(v, out));
        }
        _ => {}
    }
}

/// Strings that are JSON themselves, read as such; `depth` strings inside of one another at most.
pub fn unfold(value: Value, depth: usize) -> Value {
    match value {
        Value::String(s) if depth > 0 && s.trim_start().starts_with(['{', '[']) => {
            match serde_json::from_str::<Value>(s.trim()) {
                Ok(inner) => unfold(inner, depth - 1),
                Err(_) => Value::String(s),
            }
        }
        Value::Object(map) => map.into_iter().map(|(k, v)| (k, unfold(v, depth))).collect(),
        Value::Array(items) => items.into_iter().map(|v| unfold(v, depth)).collect(),
        other => other,
    }
}

/// The JSON objects (and lists of objects) in a text, in the first reading that has some.
pub fn documents(text: &str) -> Vec<Value> {
    read_as(text, false)
}

/// As [`documents`], but what is cut off is not read in parts: an object that has no end may hold
/// others that mean something else by themselves.
pub fn whole_documents(text: &str) -> Vec<Value> {
    read_as(text, true)
}

fn read_as(text: &str, whole: bool) -> Vec<Value> {
    let readings: [fn(&str) -> Option<String>; 5] = [
        |t| Some(t.to_owned()),
        |t| t.contains('\\').then(|| unescape(t)),
        |t| t.contains('\\').then(|| unescape(&unescape(t))),
        |t| (t.contains("%7B") || t.contains("%7b")).then(|| percent(t)),
        |t| t.contains('\'').then(|| quotes(t)),
    ];
    for reading in readings {
        let found = reading(text).map(|t| parse_all(&t, whole)).unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn parse_all(text: &str, whole: bool) -> Vec<Value> {
    let mut out = Vec::new();
    let mut from = 0;
    for _ in 0..ATTEMPTS {
        let Some(start) = text.get(from..).and_then(|t| t.find(['{', '['])).map(|at| from + at) else {
            break;
        };
        let rest = text.get(start..).unwrap_or("");
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                from = start + stream.byte_offset().max(1);
                if holds_object(&value) {
                    out.push(value);
                }
            }
            Some(Err(e)) if whole && e.is_eof() => break,
            _ => from = start + 1,
        }
    }
    out
}

/// `[7003]` is a code in brackets, no answer; an empty object says nothing.
fn holds_object(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => items.iter().any(holds_object),
        _ => false,
    }
}

fn unescape(text: &str) -> String {
    text.replace("\\\"", "\"").replace("\\\\", "\\")
}

fn quotes(text: &str) -> String {
    text.replace('\'', "\"")
        .replace(": None", ": null")
        .replace(": True", ": true")
        .replace(": False", ": false")
}

fn percent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::parse_vendor;

    fn vendor() -> Vendor {
        let text = r#"
en = "V"
zh = "V"
aliases = []
sides = ["server"]
[[answer]]
side = "server"
has = ["/result", "/desc"]
code = ["/result", "/invalidUser/status"]
weight = 5
sample = "{}"
sample_code = "1"
[[answer]]
side = "server"
has = ["/result", "/desc", "/invalidUser"]
code = ["/invalidUser/status"]
prefix = "invalidUser:"
weight = 9
sample = "{}"
sample_code = "1"
[[answer]]
side = "server"
has = ["/code", "/value/*"]
lacks = ["/redirect"]
code = ["/value"]
code_is_key = true
code_pattern = "^[0-9]{6}$"
weight = 7
sample = "{}"
sample_code = "1"
"#;
        parse_vendor("test", "v", text).unwrap()
    }

    fn read_shape(text: &str) -> Vec<String> {
        let vendor = vendor();
        documents(text)
            .into_iter()
            .flat_map(|d| {
                let document = unfold(d, DEPTH);
                fits(std::iter::once(&vendor), &document)
                    .into_iter()
                    .flat_map(|f| f.codes)
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn the_most_telling_shape_wins() {
        assert_eq!(read_shape(r#"{"result":10302,"desc":"x"}"#), ["10302"]);
        assert_eq!(
            read_shape(r#"{"result":10302,"desc":"x","invalidUser":{"status":2}}"#),
            ["invalidUser:2"]
        );
    }

    #[test]
    fn keys_may_be_codes_and_a_pattern_sorts_out_the_rest() {
        let text = r#"{"code":"200","value":{"110002":["a"],"110003":["b"],"note":["c"]}}"#;
        assert_eq!(read_shape(text), ["110002", "110003"]);
        assert!(read_shape(&text.replace("\"value\"", "\"redirect\":\"x\",\"value\"")).is_empty());
    }

    #[test]
    fn codes_are_joined_fixed_and_cut_out() {
        let text = r#"
en = "V"
zh = "V"
aliases = []
sides = ["server"]
[[answer]]
side = "server"
has = ["/error"]
code = ["/error", "/sub_error"]
join = "/"
weight = 5
sample = "{}"
sample_code = "1"
[[answer]]
side = "server"
has = ["/bad"]
code = ["/bad"]
fixed = "bad"
weight = 6
sample = "{}"
sample_code = "1"
[[answer]]
side = "server"
has = ["/msg"]
code = ["/msg"]
code_pattern = '\b(no[A-Z]\w+)\b'
weight = 7
sample = "{}"
sample_code = "1"
"#;
        let vendor = parse_vendor("test", "v", text).unwrap();
        let read = |text: &str| -> Vec<String> {
            let document = documents(text).pop().unwrap();
            fits(std::iter::once(&vendor), &document).into_iter().flat_map(|f| f.codes).collect()
        };
        assert_eq!(read(r#"{"error":1101,"sub_error":"20001"}"#), ["1101/20001"]);
        assert!(read(r#"{"error":1101}"#).is_empty());
        assert_eq!(read(r#"{"bad":["a","b"]}"#), ["bad"]);
        assert_eq!(read(r#"{"bad":"a,b"}"#), ["bad"]);
        assert!(read(r#"{"bad":[]}"#).is_empty() && read(r#"{"bad":""}"#).is_empty());
        assert_eq!(read(r#"{"msg":"1 token: noRight"}"#), ["noRight"]);
        for (key, wrong) in
            [("join = \"/\"", "join = \"/\"\ncode_is_key = true"), ("/bad", "bad"), ("'\\b(", "'((")]
        {
            assert!(parse_vendor("test", "v", &text.replace(key, wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_answer_is_found_in_prose_strings_escapes_and_forms() {
        let nested = r#"HTTP 200 body: {"status":200,"body":"{\"result\":10302,\"desc\":\"x\"}"} end"#;
        assert_eq!(read_shape(nested), ["10302"]);
        assert_eq!(read_shape(r#"answer={\"result\":10302,\"desc\":\"x\"}"#), ["10302"]);
        assert_eq!(read_shape("data=%7B%22result%22%3A10302%2C%22desc%22%3A%22x%22%7D"), ["10302"]);
        assert_eq!(read_shape("{'result': 10302, 'desc': 'x'}"), ["10302"]);
    }

    #[test]
    fn hostile_text_does_no_harm() {
        for text in [
            "{",
            "[[[[",
            "{\"a\":",
            "[7003]",
            "{}",
            "{{{{{{",
            "%7B%",
            "\\\\\\\"{",
            &"[".repeat(5000),
            &"{\"a\":".repeat(2000),
        ] {
            documents(text);
            read_shape(text);
        }
        assert!(documents("RPCException: [7003]").is_empty());
    }
}
