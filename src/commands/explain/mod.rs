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
pub mod table;
pub mod text;

use crate::catalog::{Code, Finding};

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

    /// Adds a code nobody knows, unless it is there already.
    pub fn miss(&mut self, vendor: Option<&str>, code: &str) {
        let unknown = Unknown { vendor: vendor.map(str::to_owned), code: code.to_owned() };
        if !code.is_empty() && !self.unknown.contains(&unknown) {
            self.unknown.push(unknown);
        }
    }

    /// Whether anything is known.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.findings.is_empty()
    }
}
