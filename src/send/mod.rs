//! Sending one test message: what is to be sent, by which way, and what came of it.
//!
//! A [`Sender`] only builds requests; sending them once and reading the answer is the same for all,
//! so that the care which a send needs stands in one place.

pub mod answer;
pub mod bisect;
pub mod credentials;
pub mod deliver;
pub mod evidence;
pub mod history;
pub mod journal;
mod mask;
pub mod parameters;
pub mod preview;
pub mod random;
pub mod text_limits;
pub mod trouble;
pub mod wait;
pub mod watch;

use crate::catalog::SendRules;
use crate::evidence::CodeRef;
use crate::http::{Failure, Request};
use crate::lang::Bilingual;

/// Whom the message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// MPS's id of the device, the ad-token.
    Device(String),
    /// A user who is bound to a device.
    User(String),
    /// The vendor's token of the device.
    Token(String),
    /// Everybody who has the app.
    Everyone,
}

impl Address {
    /// The id itself; empty for everyone.
    pub fn id(&self) -> &str {
        match self {
            Address::Device(id) | Address::User(id) | Address::Token(id) => id,
            Address::Everyone => "",
        }
    }
}

/// One `--set Name=Value`, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: String,
    pub value: String,
}

/// What is to be sent, before it takes the form of any API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub address: Address,
    pub title: String,
    pub content: String,
    /// The sender's own id of the message, unique to this send.
    pub msg_id: String,
    /// The call of the API, as a person types it: `simple`, `broadcast`. Vendors have one only.
    pub action: String,
    /// The app's package, which some vendors want.
    pub package: Option<String>,
    /// Seconds for which the message is worth delivering.
    pub ttl: u32,
    pub settings: Vec<Setting>,
}

/// How far a send went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SendState {
    /// The server took the message for this target; whether it arrives is another matter.
    Accepted,
    /// The server refused it.
    Refused,
    /// It did not reach the server for certain.
    Unsent,
    /// It may have been taken: no answer, or one that says nothing.
    Unknown,
}

impl SendState {
    /// The spelling in JSON and in the journal.
    pub const fn as_str(self) -> &'static str {
        match self {
            SendState::Accepted => "accepted",
            SendState::Refused => "refused",
            SendState::Unsent => "unsent",
            SendState::Unknown => "unknown",
        }
    }
}

/// The step at which a send ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Step {
    /// The access token was asked for.
    Login,
    #[default]
    Send,
}

/// What came of one send.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// `mps`, or the vendor's id.
    pub via: String,
    pub state: SendState,
    pub step: Step,
    /// The codes of the answer, the one that decides first.
    pub codes: Vec<CodeRef>,
    /// The text beside the code, as the server wrote it.
    pub message: String,
    /// The sender's own id of the message.
    pub msg_id: String,
    /// The server's id of the message or task; empty where it gave none.
    pub vendor_msg_id: String,
    pub request_id: String,
    /// The HTTP status of the answer that decided.
    pub status: Option<u16>,
    /// The raw answer, at most 64 KiB, secrets masked.
    pub answer: String,
    /// Why there is no answer, or why it cannot be read as one.
    pub failure: Option<Failure>,
    /// The same as a sentence, with what to do; empty where there is a proper answer.
    pub trouble: Bilingual,
    /// Microseconds since 1970 when the request went out and when the answer was read.
    pub sent_at: i64,
    pub answered_at: i64,
}

/// A text that no output may show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Builds the requests of one way of sending.
pub trait Sender {
    /// `mps`, or the vendor's id.
    fn via(&self) -> &str;

    fn rules(&self) -> &SendRules;

    /// The request for an access token at this moment (milliseconds since 1970); `None` where there
    /// is no such step.
    ///
    /// # Errors
    /// One sentence that names what is missing or of no use.
    fn login(&self, now_ms: i64) -> Result<Option<Request>, Bilingual>;

    /// The same for one message: some vendors have servers of their own for phones that were sold
    /// abroad, and a message and its login go to the same.
    ///
    /// # Errors
    /// As [`Sender::login`].
    fn login_for(&self, _message: &Message, now_ms: i64) -> Result<Option<Request>, Bilingual> {
        self.login(now_ms)
    }

    /// The request that sends. `access` is what the login gave; without it the request is for show,
    /// with `<access token>` in its place.
    ///
    /// # Errors
    /// One sentence that names the parameter and the remedy.
    fn request(&self, message: &Message, access: Option<&Secret>, now_ms: i64) -> Result<Request, Bilingual>;

    /// What must not be shown of its requests and of answers that repeat them.
    fn secrets(&self) -> Vec<&Secret>;

    /// Goes on to another address of the same service after this one could not be reached, so that
    /// nothing was sent; `false` where there is none.
    fn elsewhere(&self) -> bool {
        false
    }
}

/// Whether a message goes out as one for testing, which the vendor treats apart.
pub fn is_test(sender: &dyn Sender, message: &Message, now_ms: i64) -> bool {
    let body = sender.request(message, None, now_ms).ok().map(|request| request.body);
    let body = body.and_then(|body| serde_json::from_slice::<serde_json::Value>(&body).ok());
    let Some(body) = body else { return false };
    sender.rules().parameter.iter().filter(|rule| !rule.pointer.is_empty()).any(|rule| {
        let value = body.pointer(&rule.pointer).and_then(crate::catalog::answer::scalar);
        value.is_some_and(|value| rule.test.iter().any(|test| *test == value))
    })
}
