//! What an answer to a login or a send says.

use super::{Secret, SendState};
use crate::evidence::CodeRef;
use crate::lang::Bilingual;

/// An answer, read by the rules of its vendor.
#[derive(Clone, Debug)]
pub struct Answer {
    pub state: SendState,
    /// The codes, the one that decides first.
    pub codes: Vec<CodeRef>,
    /// The text beside the code, as the server wrote it.
    pub message: String,
    pub vendor_msg_id: String,
    pub request_id: String,
    /// The access token, where it is the answer to a login.
    pub access: Option<Secret>,
    /// Why it cannot be read as an answer of this API; empty where it can.
    pub trouble: Bilingual,
}
