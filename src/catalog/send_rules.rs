//! What `error-codes/<vendor>/send.toml` may say: where a test message goes, with which credentials,
//! which parameters it may carry, and how the answer to it is read.
//!
//! `build.rs` includes this file, as it does `schema.rs`.

use serde::Deserialize;

use super::schema::*;

terms! {
    /// How the value of a parameter is written.
    ParameterKind {
        Text = "text", Integer = "integer", Boolean = "boolean",
        /// A JSON object or list, given as text.
        Json = "json",
        /// A JSON object whose values are texts or numbers.
        Map = "map",
    }
}
terms! {
    /// By which way a text reaches the vendor, where limits differ.
    Via {
        /// Through MPS.
        Mps = "mps",
        /// Straight to the vendor.
        Direct = "direct",
    }
}

/// How a message is sent to one vendor, or to MPS.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendRules {
    #[serde(skip)]
    pub vendor: Text,
    /// The side of the catalogue whose codes the answers carry: `server`, `api`.
    pub side: Text,
    /// Where a message is sent; `{app_id}` stands for a credential of that name.
    pub url: Text,
    /// Where an access token is asked for; empty where there is no such step.
    #[serde(default)]
    pub auth_url: Text,
    /// The side whose codes the answer to the login carries; empty: the same.
    #[serde(default)]
    pub auth_side: Text,
    /// JSON pointers to the access token.
    #[serde(default)]
    pub access: List<Text>,
    /// All must hold for the message to be accepted.
    #[serde(default)]
    pub ok: List<Expect>,
    /// JSON pointers to refused targets inside of a success: what stands there must be empty.
    #[serde(default)]
    pub refused: List<Text>,
    /// JSON pointers to the vendor's id of the message or task; the first that is not empty counts.
    #[serde(default)]
    pub id: List<Text>,
    /// JSON pointers to the id of the request.
    #[serde(default)]
    pub request_id: List<Text>,
    #[serde(default)]
    pub credential: List<CredentialRule>,
    #[serde(default)]
    pub action: List<ActionRule>,
    #[serde(default)]
    pub parameter: List<ParameterRule>,
    /// Limits on title and content.
    #[serde(default)]
    pub text: List<TextLimit>,
    /// Bytes that the whole message has at most; 0: no limit is known.
    #[serde(default)]
    pub most_bytes: u32,
    /// Codes which say that the sender's clock is wrong.
    #[serde(default)]
    pub clock: List<Text>,
    /// The same as `ok` for the older REST API.
    #[serde(default)]
    pub rest_ok: List<Expect>,
    pub source: Text,
    pub basis: Basis,
}

/// What must stand at a place of an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub pointer: Text,
    /// Any of these, numbers and truth values as text; empty: whatever is not empty.
    #[serde(default)]
    pub is: List<Text>,
}

/// A value that the sender must have from the vendor's console.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialRule {
    /// The key in `[vendors.<vendor>]`, with `_file` behind it where it is secret; in upper case the
    /// end of `PUSHDOCTOR_<VENDOR>_<NAME>`.
    pub name: Text,
    #[serde(default)]
    pub secret: bool,
    #[serde(default)]
    pub optional: bool,
    /// Another credential that stands in where this one is absent.
    #[serde(default)]
    pub or: Text,
    /// Where it is found in the vendor's console.
    pub en: Text,
    pub zh: Text,
}

/// One call of an API that sends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionRule {
    /// As the API spells it: `PushSimple`.
    pub name: Text,
    /// What a person types: `simple`.
    pub short: Text,
    /// The name in the older REST API; empty where that has none.
    #[serde(default)]
    pub rest: Text,
    /// Versions of the API that have it; empty: all.
    #[serde(default)]
    pub versions: List<Text>,
    /// It reaches more people than those who are named.
    #[serde(default)]
    pub everyone: bool,
}

/// One parameter of a send.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterRule {
    /// As the API spells it; what `--set` takes.
    pub name: Text,
    pub kind: ParameterKind,
    /// Where it stands in a JSON body; empty: a form field of its name.
    #[serde(default)]
    pub pointer: Text,
    /// Actions that take it; empty: all.
    #[serde(default)]
    pub actions: List<Text>,
    /// Actions that need it.
    #[serde(default)]
    pub required: List<Text>,
    /// Versions of the API that know it; empty: all.
    #[serde(default)]
    pub versions: List<Text>,
    /// The only values it may have; empty: any.
    #[serde(default)]
    pub values: List<Text>,
    /// Bounds of a number, ends included.
    #[serde(default)]
    pub min: Option<i64>,
    #[serde(default)]
    pub max: Option<i64>,
    /// Characters, or entries of a map; 0: no limit.
    #[serde(default)]
    pub most: u32,
    /// Keys that a map may have; empty: any.
    #[serde(default)]
    pub keys: List<Text>,
    /// Keys that the caller must not set.
    #[serde(default)]
    pub reserved: List<Text>,
    /// Values with which the message does not go, or may not go, by the vendor's channel.
    #[serde(default)]
    pub leaves_vendor: List<Text>,
    /// Values with which it may not go by the vendor's channel.
    #[serde(default)]
    pub may_leave_vendor: List<Text>,
    /// Values that mark the message as one for testing, which goes past quotas and reviews.
    #[serde(default)]
    pub test: List<Text>,
    /// Actions that allow fewer values.
    #[serde(default)]
    pub only: List<OnlyRule>,
    /// What the values of single keys of a map may be.
    #[serde(default)]
    pub key: List<KeyRule>,
    /// Parameters that must be there beside certain values of this one.
    #[serde(default)]
    pub need: List<NeedRule>,
    /// The option that alone gives it, where `--set` may not.
    #[serde(default)]
    pub option: Text,
    /// The key of the config that gives it otherwise: `app.app_id`.
    #[serde(default)]
    pub config: Text,
    /// It is a part of the message that travels to the phone, and counts in `most_bytes`.
    #[serde(default)]
    pub carried: bool,
    /// The field's name in the older REST API; empty where that has none.
    #[serde(default)]
    pub rest: Text,
    /// What stands there for each of `values`, where it differs.
    #[serde(default)]
    pub rest_values: List<Text>,
    /// What it does, in a few words.
    pub en: Text,
    pub zh: Text,
    pub source: Text,
    pub basis: Basis,
}

/// What the value of one key of a map may be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRule {
    pub name: Text,
    pub values: List<Text>,
}

/// The values that an action allows, where they are fewer than a parameter's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyRule {
    pub action: Text,
    pub values: List<Text>,
}

/// What else must be given beside certain values of a parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedRule {
    /// With these values.
    pub values: List<Text>,
    /// One of these parameters.
    pub any: List<Text>,
}

/// How long a text may be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextLimit {
    /// `title` or `content`.
    pub field: Text,
    pub via: Via,
    pub most: u32,
    /// What a Chinese character counts; 1 unless said.
    #[serde(default = "one")]
    pub wide: u32,
    /// The vendor refuses a longer text; otherwise it is cut when shown.
    #[serde(default)]
    pub refused: bool,
    pub source: Text,
    pub basis: Basis,
}

const fn one() -> u32 {
    1
}

/// Reads and lints a `send.toml`.
///
/// # Errors
/// One sentence that names the file and the entry.
pub fn parse_send(path: &str, vendor: &str, text: &str) -> Result<SendRules, String> {
    let mut rules: SendRules = toml::from_str(text)
        .map_err(|e| format!("{path}: {}", e.message().lines().collect::<Vec<_>>().join(", ")))?;
    rules.vendor = Text::Owned(vendor.to_owned());
    let pointers = rules.access.iter().chain(rules.refused.iter()).chain(rules.id.iter());
    let pointers = pointers.chain(rules.request_id.iter());
    let pointers = pointers.chain(rules.ok.iter().chain(rules.rest_ok.iter()).map(|e| &e.pointer));
    if let Some(pointer) = pointers.clone().find(|p| !p.starts_with('/')) {
        return Err(format!("{path}: \"{pointer}\" is no JSON pointer, it must begin with /"));
    }
    let mut seen = Vec::new();
    for parameter in rules.parameter.iter() {
        let at = format!("{path}: parameter \"{}\"", parameter.name);
        if !parameter.pointer.is_empty() && !parameter.pointer.starts_with('/') {
            return Err(format!("{at}: pointer must begin with /"));
        }
        let named = parameter.actions.iter().chain(parameter.required.iter());
        let named = named.chain(parameter.only.iter().map(|only| &only.action));
        if let Some(action) = named.into_iter().find(|a| !rules.action.iter().any(|r| r.name == **a)) {
            return Err(format!("{at}: there is no action \"{action}\""));
        }
        let leaving = parameter.leaves_vendor.iter().chain(parameter.may_leave_vendor.iter());
        let odd = leaving.into_iter().find(|v| !parameter.values.is_empty() && !parameter.values.contains(v));
        if let Some(value) = odd {
            return Err(format!(
                "{at}: \"{value}\" leaves the vendor's channel, but values does not have it"
            ));
        }
        if !parameter.rest_values.is_empty() && parameter.rest_values.len() != parameter.values.len() {
            return Err(format!("{at}: rest_values must be as many as values"));
        }
        let needed = parameter.need.iter().flat_map(|need| need.any.iter());
        if let Some(name) = needed.into_iter().find(|n| !rules.parameter.iter().any(|p| p.name == **n)) {
            return Err(format!("{at}: need names \"{name}\", which is no parameter"));
        }
        if let Some(key) =
            parameter.key.iter().find(|k| !parameter.keys.is_empty() && !parameter.keys.contains(&k.name))
        {
            return Err(format!("{at}: keys does not have \"{}\"", key.name));
        }
        if seen.contains(&parameter.name) {
            return Err(format!("{at} stands twice; keep one"));
        }
        seen.push(parameter.name.clone());
    }
    for credential in rules.credential.iter().filter(|c| !c.or.is_empty()) {
        if !rules.credential.iter().any(|c| c.name == credential.or) {
            return Err(format!(
                "{path}: credential \"{}\": there is no \"{}\"",
                credential.name, credential.or
            ));
        }
    }
    if let Some(limit) = rules.text.iter().find(|t| !matches!(t.field.as_ref(), "title" | "content")) {
        return Err(format!("{path}: text: \"{}\" is neither title nor content", limit.field));
    }
    Ok(rules)
}
