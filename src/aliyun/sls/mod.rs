//! A thin client of Alibaba Cloud's log service (SLS).
//!
//! Only what a diagnosis needs: rows of a search, counts over time, small statements. What it takes
//! seriously is completeness: a row that is missing in an answer proves something only if the
//! answer was whole, so [`read`] knows at every moment which part of the range it may speak for.

pub mod answer;
pub mod client;
pub mod codes;
pub mod endpoint;
pub mod error;
pub mod read;
pub mod request;

pub use client::{Client, CredentialSource, Settings};
pub use endpoint::Endpoint;
pub use error::SlsError;
