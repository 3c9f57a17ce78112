//! A phone on the desk: what it says over adb becomes a bundle that is read like any other input.
//!
//! Spoken is the host protocol of the adb server (by default on 127.0.0.1:5037), over a socket of
//! the standard library. Nothing else is contacted, and no server is started unasked. Every answer
//! is taken as hostile: lengths are bounded, every wait ends, and a fault is one sentence that says
//! what to do.

mod address;
pub mod bundle;
mod collect;
mod device;
mod error;
mod packets;
mod plain;
mod plan;
mod shell;
mod wire;

use std::time::Duration;

pub use address::Address;
pub use collect::{Collector, Missing, Record, Summary, Watch};
pub use device::{Device, DeviceState};
pub use error::AdbError;
pub use plan::{Step, follow, is_package, plan};
pub use shell::{Part, Spoken};

/// How long an answer may take and how large it may be.
#[derive(Clone, Debug)]
pub struct Limits {
    /// To reach the server.
    pub connect: Duration,
    /// For an answer of the server itself.
    pub answer: Duration,
    /// Without a single byte from a command on the phone.
    pub silence: Duration,
    /// For one command as a whole.
    pub whole: Duration,
    /// Bytes of one command.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            whole: Duration::from_secs(600),
            bytes: 1 << 30,
        }
    }
}

/// The adb server that the user named, and how patient to be with it.
pub struct Server<'a> {
    pub address: Address,
    pub limits: Limits,
    /// Asked several times a second; `true` ends whatever is going on.
    pub interrupted: &'a (dyn Fn() -> bool + Sync),
}
