//! Bytes to lines.
pub mod logcat;
