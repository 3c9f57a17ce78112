//! Alibaba Cloud: credentials, signatures, and the client of its log service.

pub mod clock;
pub mod credentials;
pub mod sign;
pub mod sls;
