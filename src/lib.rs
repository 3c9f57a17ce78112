//! pushdoctor finds the link at which a push message from Alibaba mPaaS MPS to a Chinese phone
//! gets lost. Data flows one way: sources yield evidence, the chain judges it, a report shows it.

pub mod aliyun;
pub mod catalog;
pub mod chain;
pub mod cli;
pub mod commands;
pub mod config;
pub mod diagnosis;
pub mod environment;
pub mod evidence;
pub mod exit;
pub mod http;
pub mod interrupt;
pub mod lang;
pub mod read;
pub mod report;
pub mod send;
pub mod source;
pub mod suggest;
pub mod text_width;
pub mod user_dirs;
pub mod vendor;
