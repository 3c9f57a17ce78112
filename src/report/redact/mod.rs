//! stub
mod control;
pub use control::harmless;
/// stub
pub struct Redactor;
