//! Bytes to lines.
//!
//! People hand over whatever they have: folders, archives in archives, three
//! encodings, a dozen log formats. This module turns all of it into decoded
//! lines that name a known literal, in one pass, and says what it had to skip.

pub mod archive;
mod context;
pub mod encoding;
mod engine;
pub mod error;
mod grams;
pub mod logcat;
mod magic;
pub mod open;
mod pieces;
mod prefilter;
mod properties;
mod rarity;
pub mod scan;
mod sections;
mod sizes;
mod sniff;
mod stream;
pub mod studio_json;
pub mod text_stream;
mod transcode;

#[cfg(test)]
mod tests;

pub(crate) use archive::harmless;
pub use encoding::Encoding;
pub use error::{ReadError, Skipped};
pub(crate) use magic::{binary, columns, container};
pub use open::{NoProgress, OpenOptions, Progress, Source, total_size, visit_inputs};
pub use scan::{
    Hit, Kind, Prefilter, Property, ScanOptions, Scanned, Section, SectionEvent, SectionKind, scan,
};
pub(crate) use stream::{Rejoined, read_head};
pub use text_stream::TextStream;
pub(crate) use transcode::Transcoder;
