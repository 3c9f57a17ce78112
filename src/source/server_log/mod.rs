//! Records of the server's side: logs of the mobile gateway and of the push core, exports of log
//! stores, receipts of vendors.
//!
//! A **shape** ([`shapes`]) turns bytes into rows, a **profile** ([`profile`]) turns a row into
//! records. Judging and printing see records only.

pub mod coverage;
pub mod filter;
pub mod gather;
pub mod profile;
pub mod reader;
pub mod record;
pub mod row;
pub mod shapes;
