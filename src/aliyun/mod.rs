//! Alibaba Cloud: credentials, signatures, and the client of its log service.

pub mod clock;
pub mod credentials;
pub mod environment;
pub mod http;
pub mod sign;
pub mod sls;
