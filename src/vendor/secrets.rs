//! What a sender must never show: its credentials, in every spelling in which they go out, and the
//! signatures that it makes on the way. It only grows, so that what was hidden once stays hidden.

use std::sync::OnceLock;

use super::form;
use crate::send::Secret;

/// A list that can be added to while it is being read.
#[derive(Default)]
pub struct Secrets {
    first: OnceLock<Box<Node>>,
}

struct Node {
    secret: Secret,
    next: OnceLock<Box<Node>>,
}

impl Secrets {
    /// Hides a text, and the text as it stands in a form. Texts that are too short to be secrets
    /// would only mask what they are found in by chance.
    pub fn hide(&self, text: &str) {
        self.add(text);
        self.hide_encoded(text);
    }

    /// Hides how a text that others hide stands in a form or, escaped, in JSON.
    pub fn hide_encoded(&self, text: &str) {
        let quoted = serde_json::Value::from(text).to_string();
        for spelling in [form::encode(text), quoted.trim_matches('"').to_owned()] {
            if spelling != text && text != super::NO_ACCESS {
                self.add(&spelling);
            }
        }
    }

    fn add(&self, text: &str) {
        if text.chars().count() < SHORTEST || self.all().iter().any(|s| s.0 == text) {
            return;
        }
        let mut node = Box::new(Node { secret: Secret(text.to_owned()), next: OnceLock::new() });
        let mut place = &self.first;
        loop {
            match place.set(node) {
                Ok(()) => return,
                Err(returned) => node = returned,
            }
            let Some(taken) = place.get() else { return };
            place = &taken.next;
        }
    }

    /// All of them.
    pub fn all(&self) -> Vec<&Secret> {
        let mut all = Vec::new();
        let mut place = &self.first;
        while let Some(node) = place.get() {
            all.push(&node.secret);
            place = &node.next;
        }
        all
    }
}

/// Characters that a secret has at least.
const SHORTEST: usize = 4;

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_hidden_in_every_spelling_and_never_shown() {
        let secrets = Secrets::default();
        secrets.hide("a+b/\"c");
        secrets.hide("a+b/\"c");
        let all: Vec<&str> = secrets.all().into_iter().map(|s| s.0.as_str()).collect();
        assert_eq!(all, ["a+b/\"c", "a%2Bb%2F%22c", "a+b/\\\"c"]);
        assert_eq!(format!("{secrets:?} {:?}", secrets.all()), "*** [***, ***, ***]");
    }
}
