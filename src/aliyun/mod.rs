//! Alibaba Cloud: credentials, signatures, and the client of its log service.
