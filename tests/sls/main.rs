//! The client of the log service against a service of our own, and credentials from every place.
//! All rows, keys and names are made up.

mod command;
mod credentials;
mod failures;
mod loopback;
mod paging;
mod seeds;
mod server;
mod source;
mod stage;
mod vectors;
