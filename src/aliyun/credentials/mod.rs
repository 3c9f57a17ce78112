//! Who asks: access keys from every place where Alibaba's own tools look for them, in the order of
//! their default chain, and then of the log service's command line.
//!
//! A place that is set up but broken ends the search with one sentence. Alibaba's own chain goes on
//! to the next, so a slip in one place lets another account answer without a word; here the account
//! that was meant answers, or none. Only what nobody set up is passed over.

mod assume;
mod chain;
mod cli_profile;
mod command;
mod environment;
mod files;
mod ini;
pub mod log_cli;
mod metadata;
mod session;
mod uri;

pub use chain::{Chain, Places};

use crate::lang::Bilingual;

/// Where credentials come from, in words for a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub Bilingual);

impl Origin {
    fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Origin(Bilingual::new(en, zh))
    }
}

/// An access key, with the token of a session where it is one.
#[derive(Clone)]
pub struct Credentials {
    pub id: String,
    pub secret: String,
    pub sts_token: Option<String>,
    /// Milliseconds since 1970; `None` lasts.
    pub expires: Option<i64>,
    pub origin: Origin,
}

impl Credentials {
    /// The id as it may be shown: its first and last four characters.
    pub fn masked_id(&self) -> String {
        masked(&self.id)
    }

    /// A sentence that says whose key it is and where it comes from.
    pub fn sentence(&self) -> Bilingual {
        let (id, from) = (self.masked_id(), &self.origin.0);
        Bilingual::new(format!("AccessKey {id} of {}", from.en), format!("AccessKey {id}，来自{}", from.zh))
    }

    /// Whether they are good for a while from `now_ms` on.
    pub(crate) fn last_beyond(&self, now_ms: i64) -> bool {
        self.expires.is_none_or(|end| end.saturating_sub(now_ms) > REFRESH_MS)
    }

    /// A text without anything of the key.
    pub fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let token = self.sts_token.as_deref().unwrap_or_default();
        for hidden in [self.secret.as_str(), token] {
            if !hidden.is_empty() {
                text = text.replace(hidden, "***");
            }
        }
        if self.id.is_empty() { text } else { text.replace(&self.id, &self.masked_id()) }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("id", &self.masked_id())
            .field("sts", &self.sts_token.is_some())
            .field("expires", &self.expires)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// Milliseconds before their end at which credentials are replaced, as Alibaba's SDKs do.
const REFRESH_MS: i64 = 180_000;

fn masked(id: &str) -> String {
    let characters: Vec<char> = id.chars().filter(|c| !c.is_control()).collect();
    if characters.len() < 12 {
        return "****".to_owned();
    }
    let head: String = characters.iter().take(4).collect();
    let tail: String = characters.iter().skip(characters.len() - 4).collect();
    format!("{head}****{tail}")
}

/// What a place says: nothing is set up, credentials, or one sentence on what is broken.
type Found = Result<Option<Credentials>, Bilingual>;
