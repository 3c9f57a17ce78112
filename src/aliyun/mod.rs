//! Alibaba Cloud: credentials, signatures, and the clients of its log service and of MPS.

pub mod address;
pub mod backoff;
pub mod clock;
pub mod credentials;
pub mod mps;
mod page;
pub mod sign;
pub mod sls;
