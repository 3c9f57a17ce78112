//! Codes in a pasted JSON answer: by the shapes that the catalogue describes, else by keys that
//! usually carry a code.
//!
//! An answer may stand in prose, inside another JSON string, escaped or URL-encoded; every object
//! in it is tried as the root of a shape, and the most telling shape that fits wins.

use serde_json::Value;

use crate::catalog::answer::{DEPTH, documents, fits, scalar, unfold};
use crate::catalog::{Catalog, Vendor};

use super::names::{Scope, find};
use super::{Found, rank};

/// Keys that usually carry a code, without `_` and `-`, in lower case.
const CODE_KEYS: &[&str] = &[
    "code",
    "result",
    "resultcode",
    "errorcode",
    "errcode",
    "errno",
    "error",
    "suberror",
    "subcode",
    "msgcode",
    "status",
    "statuscode",
    "resultstatus",
    "reason",
    "ret",
    "retcode",
    "returncode",
    "bizcode",
];

/// Reads the answer in `text`; `None` if there is no JSON in it or nothing in it looks like a code.
pub fn read<'c>(catalog: &'c Catalog, scope: Scope, text: &str) -> Option<Found<'c>> {
    let mut found = Found::default();
    let guessed = if scope.vendor.is_none() { super::text::guess_vendor(catalog, text) } else { None };
    for document in documents(text) {
        let document = unfold(document, DEPTH);
        let mut here = by_shape(catalog, scope, &document, guessed);
        if here.codes.is_empty() && here.unknown.is_empty() {
            let vendor = scope.vendor.or(guessed.map(|v| v.id.as_ref()));
            here = by_key(catalog, Scope { vendor, side: scope.side }, &document);
        }
        here.codes.into_iter().for_each(|c| found.add(c));
        here.unknown.into_iter().for_each(|u| found.miss(u.vendor.as_deref(), &u.code));
    }
    rank::trouble_first(&mut found.codes);
    if !found.codes.is_empty() {
        found.unknown.clear();
    }
    (!found.codes.is_empty() || !found.unknown.is_empty()).then_some(found)
}

fn by_shape<'c>(catalog: &'c Catalog, scope: Scope, document: &Value, guessed: Option<&Vendor>) -> Found<'c> {
    let mut found = Found::default();
    let mut fits = fits(catalog.vendors().filter(|v| scope.vendor.is_none_or(|w| v.id == w)), document);
    fits.retain(|fit| scope.side.is_none_or(|side| side == fit.side));
    // Huawei and HarmonyOS answer alike: what the text names comes first, then phones' own channels.
    let is_channel = |id: &str| catalog.vendor(id).is_some_and(|v| v.channel);
    fits.sort_by_key(|fit| (guessed.is_none_or(|v| v.id != fit.vendor), !is_channel(fit.vendor)));
    for fit in fits {
        for code in &fit.codes {
            let vendor = Some(fit.vendor);
            let mut entries = find(catalog, Scope { vendor, side: Some(fit.side) }, code);
            if entries.is_empty() {
                entries = find(catalog, Scope { vendor, side: scope.side }, code);
            }
            if entries.is_empty() {
                found.miss(vendor, code);
            }
            entries.into_iter().for_each(|c| found.add(c));
        }
    }
    found
}

fn by_key<'c>(catalog: &'c Catalog, scope: Scope, document: &Value) -> Found<'c> {
    let mut values = Vec::new();
    collect_keyed(document, &mut values);
    let mut found = Found::default();
    for value in &values {
        let entries = find(catalog, scope, value);
        if entries.is_empty() && value.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
            found.miss(scope.vendor, value);
        }
        rank::order(catalog, entries, true).into_iter().for_each(|c| found.add(c));
    }
    found
}

fn collect_keyed(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if is_code_key(key)
                    && !matches!(value, Value::Bool(_))
                    && let Some(code) = scalar(value)
                    && code.chars().count() <= 64
                    && !out.contains(&code)
                {
                    out.push(code);
                }
                collect_keyed(value, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|v| collect_keyed(v, out)),
        _ => {}
    }
}

/// Whether a key or label usually carries a code.
pub fn is_code_key(key: &str) -> bool {
    let folded: String =
        key.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect();
    CODE_KEYS.contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask_named(catalog: &Catalog, vendor: &str, text: &str) -> Vec<String> {
        let found = read(catalog, Scope { vendor: Some(vendor), side: None }, text).unwrap_or_default();
        found.codes.iter().map(|c| c.finding()).collect()
    }

    #[test]
    fn every_shape_of_the_catalogue_reads_its_sample() {
        let catalog = Catalog::builtin();
        for vendor in catalog.vendors() {
            for shape in vendor.answer.iter() {
                let found = read(&catalog, Scope::default(), &shape.sample).unwrap_or_default();
                let all: Vec<String> = found.codes.iter().map(|c| c.finding()).collect();
                let wanted = format!("{}.{}.{}", vendor.id, shape.side, shape.sample_code);
                assert!(all.contains(&wanted), "{} reads {all:?} instead of {wanted}", shape.sample);
                let named = ask_named(&catalog, &vendor.id, &shape.sample);
                assert_eq!(named.first(), Some(&wanted), "{} {named:?}", shape.sample);
            }
        }
    }

    #[test]
    fn without_a_shape_the_usual_keys_are_looked_up() {
        let catalog = Catalog::builtin();
        let text = r#"{"wrapped":{"errorCode":"907135000"}}"#;
        let found = read(&catalog, Scope::default(), text).unwrap();
        assert!(found.codes.iter().any(|c| c.vendor == "huawei" && c.code == "907135000"));
        let found = read(&catalog, Scope { vendor: Some("oppo"), side: None }, r#"{"code":987654}"#).unwrap();
        assert_eq!(found.unknown.len(), 1);
    }
}
