//! The order of the rules, and how their spans come together.

use super::{labels, patterns, random, server};

/// What a span holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Stays as it is: an id to be looked up elsewhere.
    Keep,
    /// Never shown.
    Secret,
    /// Text of a message.
    Body,
    Token,
    User,
    Phone,
    IdCard,
    Email,
    Imei,
    Imsi,
    Serial,
    Device,
    Mac,
    Ip,
    Network,
    Place,
}

impl Kind {
    /// The name in the pseudonym.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Keep => "keep",
            Kind::Secret => "secret",
            Kind::Body => "text",
            Kind::Token => "token",
            Kind::User => "user",
            Kind::Phone => "phone",
            Kind::IdCard => "id-card",
            Kind::Email => "email",
            Kind::Imei => "imei",
            Kind::Imsi => "imsi",
            Kind::Serial => "serial",
            Kind::Device => "device",
            Kind::Mac => "mac",
            Kind::Ip => "ip",
            Kind::Network => "ssid",
            Kind::Place => "place",
        }
    }

    /// The value without differences of writing.
    pub fn normal(self, value: &str) -> String {
        match self {
            Kind::Phone => {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                match digits.len().checked_sub(11) {
                    Some(at) => digits.get(at..).unwrap_or(&digits).to_owned(),
                    None => digits,
                }
            }
            Kind::Email | Kind::Mac | Kind::Ip | Kind::IdCard => value.to_ascii_lowercase().replace('-', ":"),
            _ => value.to_owned(),
        }
    }
}

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

/// Spans that rules have claimed; the first claim holds.
#[derive(Debug, Default)]
pub struct Claims {
    spans: Vec<Span>,
}

impl Claims {
    /// Claims what of `start..end` nobody has claimed yet.
    pub fn claim(&mut self, start: usize, end: usize, kind: Kind) {
        let mut inside: Vec<(usize, usize)> =
            self.spans.iter().filter(|s| s.start < end && start < s.end).map(|s| (s.start, s.end)).collect();
        inside.sort_unstable();
        let mut from = start;
        for (taken_from, taken_to) in inside {
            self.put(from, taken_from, kind);
            from = from.max(taken_to);
        }
        self.put(from, end, kind);
    }

    fn put(&mut self, start: usize, end: usize, kind: Kind) {
        if start < end {
            self.spans.push(Span { start, end, kind });
        }
    }

    /// Whether a part of it is claimed.
    pub fn overlaps(&self, start: usize, end: usize) -> bool {
        self.spans.iter().any(|s| s.start < end && start < s.end)
    }
}

/// The spans to act upon, in order; `labelled` is off for sentences of ours.
///
/// Secrets come first, so that nothing can keep one visible; then the ids that stay; then bodies
/// and identifiers, which take what is left.
pub fn spans(text: &str, identifiers: bool, labelled: bool) -> Vec<Span> {
    claimed(text, identifiers, labelled, &[])
}

/// The same for a row of which some values are known to be identifiers.
pub fn spans_of_row(text: &str, identifiers: bool, known: &[(Kind, &str)]) -> Vec<Span> {
    claimed(text, identifiers, true, known)
}

fn claimed(text: &str, identifiers: bool, labelled: bool, known: &[(Kind, &str)]) -> Vec<Span> {
    let mut claims = Claims::default();
    patterns::secrets(text, &mut claims);
    if labelled {
        labels::secrets(text, &mut claims);
    }
    for (kind, value) in known {
        whole_words(text, value, *kind, &mut claims);
        if value.contains('/') {
            whole_words(text, &value.replace('/', "\\/"), *kind, &mut claims);
        }
    }
    if identifiers {
        if labelled {
            server::positions(text, &mut claims);
            server::lists(text, &mut claims);
        }
        labels::look_ups(text, &mut claims);
        patterns::look_ups(text, &mut claims);
        if labelled {
            labels::bodies(text, &mut claims);
            labels::identifiers(text, &mut claims);
        }
        if labelled {
            // Sentences of ours name vendors' own addresses.
            patterns::emails(text, &mut claims);
        }
        patterns::addresses(text, &mut claims);
        random::tokens(text, &mut claims);
        patterns::numbers(text, &mut claims);
    }
    let mut spans = claims.spans;
    spans.sort_by_key(|s| s.start);
    spans
}

/// Claims every occurrence of a value that is not a part of a longer word.
fn whole_words(text: &str, value: &str, kind: Kind, claims: &mut Claims) {
    if !value.chars().any(char::is_alphanumeric) {
        return;
    }
    for (at, _) in text.match_indices(value) {
        let end = at + value.len();
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(end..).and_then(|t| t.chars().next());
        if !before.is_some_and(|c| c.is_ascii_alphanumeric())
            && !after.is_some_and(|c| c.is_ascii_alphanumeric())
        {
            claims.claim(at, end, kind);
        }
    }
}

/// Only what names a person by its form: phone numbers, ID cards, IMEIs, e-mail addresses.
pub fn personal(text: &str) -> Vec<Span> {
    let mut claims = Claims::default();
    patterns::emails(text, &mut claims);
    patterns::numbers(text, &mut claims);
    claims.spans.sort_by_key(|s| s.start);
    claims.spans
}
