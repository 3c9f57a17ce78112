//! What must not leave the house: identifiers become stable pseudonyms, secrets go altogether.
//!
//! Every string of a report that comes from a log passes through here when it is shown, not when
//! it is read, so that judging works on what the log says and no format can forget to mask.
//!
//! A line is searched for spans by [`rules`]; the first rule that claims a span keeps it. Spans may
//! also be claimed as harmless, which is how ids that are to be looked up elsewhere stay visible.

mod control;
mod expression;
mod key;
mod labels;
mod patterns;
mod random;
mod rules;
mod server;

use std::sync::OnceLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub use control::harmless;
pub use key::{Key, lasting as lasting_key};

use crate::lang::Bilingual;
use rules::{Kind, Span};

/// What is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Identifiers and secrets.
    All,
    /// Secrets only (`--no-redact`).
    SecretsOnly,
}

/// What a value is whose meaning its field tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    Token,
    User,
    Device,
}

impl Identifier {
    const fn kind(self) -> Kind {
        match self {
            Identifier::Token => Kind::Token,
            Identifier::User => Kind::User,
            Identifier::Device => Kind::Device,
        }
    }
}

/// Masks text.
#[derive(Debug)]
pub struct Redactor {
    policy: Policy,
    key: OnceLock<(Key, Option<Bilingual>)>,
}

impl Redactor {
    /// With a given key; without one, the user's own is read or made when it is first needed.
    pub fn new(policy: Policy, key: Option<Key>) -> Self {
        let cell = OnceLock::new();
        if let Some(key) = key {
            let _ = cell.set((key, None));
        }
        Redactor { policy, key: cell }
    }

    /// Text of a log, masked and without control characters.
    pub fn redact(&self, text: &str) -> String {
        let text = harmless(text);
        let spans = rules::spans(&text, self.policy == Policy::All, true);
        self.apply(&text, spans)
    }

    /// A sentence of ours that may quote a log: what has the form of an identifier is masked, but
    /// words such as `token: …` are not taken for labels.
    pub fn redact_prose(&self, text: &str) -> String {
        let text = harmless(text);
        let spans = rules::spans(&text, self.policy == Policy::All, false);
        self.apply(&text, spans)
    }

    /// A path, which must still lead to the file: only numbers and addresses of persons are masked.
    pub fn redact_path(&self, path: &str) -> String {
        let path = harmless(path);
        let spans = if self.policy == Policy::All { rules::personal(&path) } else { Vec::new() };
        self.apply(&path, spans)
    }

    /// A value whose meaning is known, whatever it looks like; one that a log writes for nothing
    /// stays as it is.
    pub fn value(&self, what: Identifier, value: &str) -> String {
        let named = value.chars().any(char::is_alphanumeric);
        match self.policy {
            Policy::All if named => self.pseudonym(what.kind(), value),
            _ => harmless(value).into_owned(),
        }
    }

    /// A row of a server's log, some of whose identifiers are known by its fields.
    pub fn redact_row(&self, text: &str, known: &[(Identifier, &str)]) -> String {
        let text = harmless(text);
        let all = self.policy == Policy::All;
        let known: Vec<(Kind, &str)> =
            known.iter().filter(|_| all).map(|(what, value)| (what.kind(), *value)).collect();
        let spans = rules::spans_of_row(&text, all, &known);
        self.apply(&text, spans)
    }

    /// The pseudonym of a phone's serial number, the same as in reports.
    pub fn serial(&self, serial: &str) -> String {
        self.pseudonym(Kind::Serial, serial)
    }

    /// 32 hexadecimal digits that are the same for the same parts: to compare what must not be kept.
    pub fn digest(&self, parts: &[&str]) -> String {
        let (key, _) = self.key.get_or_init(key::of_user);
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
        for part in parts {
            // The length before each part keeps "ab", "c" apart from "a", "bc".
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        key::hex(mac.finalize().into_bytes().get(..16).unwrap_or_default())
    }

    /// What the user should know of the key, once it was needed.
    pub fn note(&self) -> Option<&Bilingual> {
        self.key.get().and_then(|(_, note)| note.as_ref())
    }

    fn apply(&self, text: &str, spans: Vec<Span>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        let mut previous = None;
        for span in spans {
            // What several rules took in parts is one secret.
            let goes_on = span.kind == Kind::Secret && previous == Some((span.start, Kind::Secret));
            previous = Some((span.end, span.kind));
            if goes_on {
                from = span.end;
                continue;
            }
            let (Some(before), Some(value)) = (text.get(from..span.start), text.get(span.start..span.end))
            else {
                continue;
            };
            out.push_str(before);
            match span.kind {
                Kind::Keep => out.push_str(value),
                Kind::Secret => out.push_str("<secret>"),
                Kind::Body => out.push_str(&format!("<text:{} chars>", value.chars().count())),
                kind => out.push_str(&self.pseudonym(kind, value)),
            }
            from = span.end;
        }
        out.push_str(text.get(from..).unwrap_or(""));
        out
    }

    /// `<kind:hex>`; the digits are the same for the same value, however it is written and whatever
    /// it is called.
    fn pseudonym(&self, kind: Kind, value: &str) -> String {
        let (key, _) = self.key.get_or_init(key::of_user);
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return format!("<{}>", kind.name()) };
        mac.update(kind.normal(value).as_bytes());
        let digest = mac.finalize().into_bytes();
        format!("<{}:{}>", kind.name(), key::hex(digest.get(..3).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests;
