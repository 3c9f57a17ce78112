//! How far the server's side is known: only a complete answer over the right time range lets a
//! missing row speak.

use crate::lang::Bilingual;

/// What the server records at hand cover.
#[derive(Clone, Debug, Default)]
pub struct ServerCoverage {
    pub state: Covered,
    /// Why it is not complete, or what makes it so.
    pub reasons: Vec<Bilingual>,
    /// The range that is covered, in microseconds since 1970: asked for and answered, not merely
    /// the first and last row.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// Something was read that holds reports of tokens: without it, a missing report says nothing,
    /// however complete the rest is.
    pub reports: bool,
}

/// How much of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Covered {
    /// No server record was given.
    #[default]
    None,
    /// Some: a file (other hosts or rotations may hold more), or an answer that was cut.
    Partial,
    /// All of the range.
    Complete,
}

impl Covered {
    /// The spelling in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Covered::None => "none",
            Covered::Partial => "partial",
            Covered::Complete => "complete",
        }
    }
}
