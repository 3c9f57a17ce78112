//! Who asks: access keys from every place where Alibaba's own tools look for them.

/// Where credentials come from, in words for a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub crate::lang::Bilingual);

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

fn masked(id: &str) -> String {
    let characters: Vec<char> = id.chars().filter(|c| !c.is_control()).collect();
    if characters.len() < 12 {
        return "****".to_owned();
    }
    let head: String = characters.iter().take(4).collect();
    let tail: String = characters.iter().skip(characters.len() - 4).collect();
    format!("{head}****{tail}")
}
