//! From a diagnosis to what a person or a program reads; one file a format.
//!
//! Text of logs is redacted here, at render time, so that no format can forget it.

pub mod json;
pub mod logs;
pub mod options;
pub mod redact;
pub mod send;
pub mod table;
pub mod words;

pub use options::{ColorChoice, RenderOptions};
pub use redact::Redactor;

use crate::diagnosis::Diagnosis;

/// The forms in which a result can be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
}

/// The diagnosis in a format.
pub fn render(format: Format, diagnosis: &Diagnosis, options: &RenderOptions, redactor: &Redactor) -> String {
    match format {
        Format::Table => table::render(diagnosis, options, redactor),
        Format::Json => json::render(diagnosis, options, redactor),
    }
}
