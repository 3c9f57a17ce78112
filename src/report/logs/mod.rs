//! Records of the server's side as a person or a program reads them; one file a format. Records are
//! written as they come, so that a log of any size can be listed.

mod csv;
mod json;
mod shown;
mod summary;
mod table;

pub use summary::Summary;

use std::io::{self, Write};

use crate::catalog::Catalog;
use crate::lang::Bilingual;
use crate::report::{Redactor, RenderOptions};
use crate::source::server_log::coverage::ServerCoverage;
use crate::source::server_log::reader::SkippedRow;
use crate::source::server_log::record::Record;
use shown::Shown;

/// The forms of a list of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogsFormat {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// What is known once everything was read.
#[derive(Clone, Copy, Debug)]
pub struct End<'e> {
    pub coverage: &'e ServerCoverage,
    /// Rows that could not be read, the first of them.
    pub skipped: &'e [SkippedRow],
    /// How many there were.
    pub skipped_count: u64,
    pub summary: &'e Summary,
    pub notes: &'e [Bilingual],
}

/// Writes records in one format.
pub trait RecordWriter {
    /// One record. `path` is its input's name.
    fn record(&mut self, record: &Record, path: &str) -> io::Result<()>;
    /// What stands behind the last one.
    fn finish(&mut self, end: &End<'_>) -> io::Result<()>;
}

/// A writer for a format; a table shows at most `limit` records.
pub fn writer<'w>(
    format: LogsFormat,
    limit: usize,
    catalog: &'w Catalog,
    options: &'w RenderOptions,
    redactor: &'w Redactor,
    out: &'w mut dyn Write,
) -> Box<dyn RecordWriter + 'w> {
    let shown = Shown { catalog, lang: options.lang, redactor };
    match format {
        LogsFormat::Table => Box::new(table::TableWriter::new(shown, limit, options, out)),
        LogsFormat::Json => Box::new(json::JsonWriter::new(shown, out)),
        LogsFormat::Csv => Box::new(csv::CsvWriter::new(shown, out)),
    }
}
