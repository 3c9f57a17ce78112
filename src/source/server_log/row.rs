//! One row of a server's log or export, before anybody knows what it means.

use serde_json::Value;

use crate::lang::Bilingual;

/// A row as a shape yields it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Line of the input at which it begins, from 1.
    pub line: u64,
    pub body: Body,
}

/// What stands in a row.
#[derive(Clone, Debug)]
pub enum Body {
    /// A line of a text log.
    Line(String),
    /// Named fields: of JSON as they are, of CSV, Parquet and the like as texts.
    Fields(Value),
}

/// Takes what a shape yields, in order.
pub trait RowSink {
    /// One row. `false` ends the reading: nobody wants more.
    fn row(&mut self, row: Row) -> bool;
    /// A row that could not be read as its shape says: its line, and why.
    fn bad(&mut self, line: u64, why: Bilingual);
}
