//! MPS, the push service of mPaaS: the messages that `send-test` sends through it, and the few calls
//! of its OpenAPI that tell something of a device or a task.
//!
//! [`MpsSender`] only builds requests: a send is never repeated by itself. [`MpsClient`] asks, and may
//! ask again. Both share what was learned on the way: which host answers, and what time it is there.

pub mod answer;
pub mod client;
pub mod config;
pub mod error;
pub mod openapi;
pub mod parameters;
pub mod rest;
pub mod sender;
pub mod states;

pub use client::{MpsClient, Reach};
pub use config::{Api, MpsConfig};
pub use error::MpsError;
pub use sender::MpsSender;
pub use states::{DeviceState, TaskDetail};
