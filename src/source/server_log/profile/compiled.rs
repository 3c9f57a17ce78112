//! A log's rules with their expressions, which are compiled when a row first asks for them.

use std::borrow::Cow;
use std::sync::{Mutex, OnceLock};

use regex::Regex;
use serde_json::Value;

use super::fields;
use crate::catalog::answer::{DEPTH, at, documents, scalar, unfold};
use crate::catalog::{Form, Log, Meanings, ascii_classes};

/// A log, ready to be tried.
pub struct Compiled<'c> {
    pub log: Cow<'c, Log>,
    pattern: Lazy,
    line: Lazy,
    anchors: OnceLock<Vec<Option<Regex>>>,
    fits: OnceLock<Vec<Option<Regex>>>,
    codes: OnceLock<Vec<Option<Regex>>>,
    /// The last path that was asked about, and the answer: rows of one file come together.
    place: Mutex<(String, bool)>,
    /// Which fields mean what, where the looks of values count too.
    pub meanings: OnceLock<Meanings>,
}

/// An expression; a broken one never matches, which the lint rules out.
#[derive(Default)]
struct Lazy(OnceLock<Option<Regex>>);

impl Lazy {
    fn get(&self, pattern: &str) -> Option<&Regex> {
        self.0.get_or_init(|| compile(pattern)).as_ref()
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&ascii_classes(pattern)).ok()
}

impl<'c> Compiled<'c> {
    /// A log of the catalogue.
    pub fn borrowed(log: &'c Log) -> Self {
        Compiled::new(Cow::Borrowed(log))
    }

    /// A log of a user's profile.
    pub fn owned(log: Log) -> Self {
        Compiled::new(Cow::Owned(log))
    }

    fn new(log: Cow<'c, Log>) -> Self {
        Compiled {
            log,
            pattern: Lazy::default(),
            line: Lazy::default(),
            anchors: OnceLock::new(),
            fits: OnceLock::new(),
            codes: OnceLock::new(),
            place: Mutex::default(),
            meanings: OnceLock::new(),
        }
    }

    /// Whether a line is one of this log.
    pub fn takes_line(&self, line: &str, path: &str) -> bool {
        let log = &self.log;
        let says =
            || !log.pattern.is_empty() && self.pattern.get(&log.pattern).is_some_and(|p| p.is_match(line));
        match (log.needs_path, log.form) {
            (true, _) => self.lies_at(path) && (log.pattern.is_empty() || says()),
            (false, Form::Text | Form::Skip) => self.lies_at(path) || says(),
            (false, _) => says(),
        }
    }

    /// Whether a file of this name is one of this log.
    pub fn lies_at(&self, path: &str) -> bool {
        if self.log.paths.is_empty() {
            return false;
        }
        let Ok(mut place) = self.place.lock() else { return self.fits_path(path) };
        if place.0 != path {
            *place = (path.to_owned(), self.fits_path(path));
        }
        place.1
    }

    fn fits_path(&self, path: &str) -> bool {
        let path = path.replace('\\', "/").to_ascii_lowercase();
        self.log.paths.iter().any(|glob| {
            let wanted = glob.matches('/').count() + 1;
            let parts: Vec<&str> = path.split('/').collect();
            let tail = parts.get(parts.len().saturating_sub(wanted)..).unwrap_or_default().join("/");
            wild(&glob.to_ascii_lowercase(), &tail)
        })
    }

    /// The grammar of a line.
    pub fn grammar(&self) -> Option<&Regex> {
        self.line.get(&self.log.line)
    }

    /// Whether a line has the form of the log, without a look at its fields.
    pub fn has_the_form(&self, line: &str) -> bool {
        self.grammar().is_some_and(|g| g.is_match(line))
    }

    /// The expression of a field whose form is known.
    pub fn anchor(&self, name: &str) -> Option<&Regex> {
        let all = self.anchors.get_or_init(|| self.log.anchor.iter().map(|a| compile(&a.value)).collect());
        let at = self.log.anchor.iter().position(|a| a.key == name)?;
        all.get(at)?.as_ref()
    }

    /// The expression of the code at this place.
    pub fn code_pattern(&self, at: usize) -> Option<&Regex> {
        let all = self.codes.get_or_init(|| {
            self.log
                .code
                .iter()
                .map(|c| if c.pattern.is_empty() { None } else { compile(&c.pattern) })
                .collect()
        });
        all.get(at)?.as_ref()
    }

    /// The documents that lie in fields as texts.
    pub fn inside(&self, value: &Value) -> Vec<Value> {
        let inner = self.log.inside.iter().filter_map(|name| match value.get(name.as_ref())? {
            Value::String(text) => documents(text).into_iter().next(),
            inner @ (Value::Object(_) | Value::Array(_)) => Some(inner.clone()),
            _ => None,
        });
        inner.map(|document| unfold(document, DEPTH)).collect()
    }

    /// Whether a document is one of this log.
    pub fn fits(&self, document: &Value) -> bool {
        let log = &self.log;
        let is_there = |name: &str| fields::exists(document, name);
        if !document.is_object()
            || !log.has.iter().all(|p| is_there(p))
            || log.lacks.iter().any(|p| is_there(p))
        {
            return false;
        }
        let all = self.fits.get_or_init(|| log.fits.iter().map(|t| compile(&t.value)).collect());
        log.fits.iter().zip(all).all(|(test, pattern)| {
            let Some(pattern) = pattern else { return false };
            let values: Vec<String> = match test.key.as_ref() {
                "@key" => fields::parts(document, &log.each)
                    .into_iter()
                    .filter_map(|(key, _)| key.map(str::to_owned))
                    .collect(),
                pointer if pointer.starts_with('/') => {
                    at(document, pointer).into_iter().filter_map(scalar).collect()
                }
                name => fields::Fields::of(document).here(name).into_iter().collect(),
            };
            !values.is_empty() && values.iter().all(|v| pattern.is_match(v))
        })
    }
}

/// `*` stands for any characters; case counts.
pub fn wild(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(wild("gateway-page-digest.log*", "gateway-page-digest.log.2024-06-14"));
        assert!(wild("a*c", "abc") && wild("*", "") && wild("*b*", "abc"));
        assert!(!wild("a*c", "abd") && !wild("ab", "abc") && !wild("a*b*c", "ac"));
    }
}
