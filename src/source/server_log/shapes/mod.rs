//! Bytes to rows: text lines, JSON in every arrangement, CSV, exports of log stores.

pub mod lines;
