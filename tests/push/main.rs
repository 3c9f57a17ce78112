//! Sending a test message against stand-ins for MPS and the vendors, on this machine only. All ids,
//! tokens and keys are made up.

#![allow(dead_code, reason = "each test file uses a part of the stand-ins")]

mod answers;
mod care;
mod direct;
mod exchange;
mod keys;
mod kill;
mod loop_;
mod mps;
mod mps_rules;
mod phone;
mod phones;
mod proof;
mod proofs;
mod requests;
mod shapes;
mod stage;
mod tls;
mod transport;
mod vendors;
mod wire;
