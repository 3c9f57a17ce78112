//! Evidence from the phone's own log.

pub mod collect;
pub mod interpret;
pub mod processes;
pub mod rpc;
