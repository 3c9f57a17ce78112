//! From whatever a person typed or pasted to entries of the catalogue, and from those to an answer.
//!
//! [`query`] takes the words apart, [`answer`] reads JSON, [`line`] reads log lines, [`text`] reads
//! anything else; [`rank`] orders what was found and [`near`] offers what may have been meant.

pub mod answer;
pub mod json;
pub mod line;
pub mod list;
pub mod names;
pub mod near;
pub mod query;
pub mod rank;
pub mod search;
pub mod server;
pub mod table;
pub mod text;

use crate::catalog::{Code, Finding};

/// How many characters of a code that is not known are shown.
const EXCERPT: usize = 80;

/// What was found for one question.
#[derive(Debug, Default)]
pub struct Found<'c> {
    /// Entries, best first, each once.
    pub codes: Vec<&'c Code>,
    /// Findings without a code that a pasted log line tells of.
    pub findings: Vec<&'c Finding>,
    /// Codes that were read but are not known.
    pub unknown: Vec<Unknown>,
}

impl Unknown {
    /// Whether it is a text in which no code was recognised, rather than a code.
    pub fn is_text(&self) -> bool {
        self.code.contains('{') || self.code.split_whitespace().count() > 4
    }
}

/// A code that the catalogue does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    pub vendor: Option<String>,
    pub code: String,
}

impl<'c> Found<'c> {
    /// Adds an entry, unless it is there already.
    pub fn add(&mut self, code: &'c Code) {
        if !self.codes.iter().any(|c| std::ptr::eq(*c, code)) {
            self.codes.push(code);
        }
    }

    /// Adds a code nobody knows, unless it is there already. Of a long text only the start is kept.
    pub fn miss(&mut self, vendor: Option<&str>, code: &str) {
        let code = match code.char_indices().nth(EXCERPT) {
            Some((at, _)) => format!("{}...", code.get(..at).unwrap_or_default()),
            None => code.to_owned(),
        };
        let unknown = Unknown { vendor: vendor.map(str::to_owned), code };
        if !unknown.code.is_empty() && !self.unknown.contains(&unknown) {
            self.unknown.push(unknown);
        }
    }

    /// Whether anything is known.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.findings.is_empty()
    }
}
