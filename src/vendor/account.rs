//! What all vendors have in common: credentials, addresses, and settings that find their place in a
//! message by the catalogue's rules.

use serde_json::{Map, Value};

use super::form;
use super::secrets::Secrets;
use super::service_account::{self, ServiceAccount};
use crate::catalog::SendRules;
use crate::config::Config;
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::credentials::{VendorKeys, setting};
use crate::send::{Message, parameters};

/// One vendor's rules, keys and addresses.
pub struct Account<'c> {
    pub rules: &'c SendRules,
    pub keys: VendorKeys,
    pub secrets: Secrets,
    /// Scheme and host that stand in for those of the vendor, with the path below which it answers.
    endpoint: Option<String>,
    auth_endpoint: Option<String>,
}

/// In what a vendor counts how long it keeps a message.
#[derive(Clone, Copy)]
pub enum Unit {
    Milliseconds,
    Seconds,
    /// Begun ones count.
    Hours,
}

/// Seconds of an hour.
const HOUR: u32 = 3600;

/// A message on its way: fields of a form, or a JSON document.
pub enum Body {
    Form(Vec<(String, String)>),
    Json(Value),
}

impl<'c> Account<'c> {
    /// # Errors
    /// One sentence that names the key of the config.
    pub fn new(rules: &'c SendRules, keys: VendorKeys, config: &Config) -> Result<Self, Bilingual> {
        let secrets = Secrets::default();
        for rule in rules.credential.iter().filter(|rule| rule.secret) {
            let Some(value) = keys.get(&rule.name) else { continue };
            secrets.hide(value);
            if let Some(key) = service_account::key_in(value) {
                secrets.hide(&key);
            }
        }
        Ok(Account {
            rules,
            keys,
            secrets,
            endpoint: endpoint(&rules.vendor, "endpoint", config)?,
            auth_endpoint: endpoint(&rules.vendor, "auth_endpoint", config)?,
        })
    }

    /// A credential; empty where an optional one is absent.
    pub fn key(&self, name: &str) -> &str {
        self.keys.get(name).unwrap_or_default()
    }

    /// Where messages go; `{name}` of the rules is a value of `names` or a credential.
    pub fn url(&self, names: &[(&str, &str)]) -> String {
        self.url_of(&self.rules.url, names)
    }

    /// As [`Account::url`], with another address of the same service in place of the rules'.
    pub fn url_of(&self, url: &str, names: &[(&str, &str)]) -> String {
        moved(&self.filled(url, names), self.endpoint.as_deref())
    }

    /// Where access tokens are asked for. A vendor that has both at one host has them at one
    /// `endpoint` too.
    pub fn auth_url_of(&self, url: &str) -> String {
        let same_host = origin(&self.rules.auth_url) == origin(&self.rules.url);
        let shared = self.endpoint.as_deref().filter(|_| same_host);
        moved(url, self.auth_endpoint.as_deref().or(shared))
    }

    /// Where access tokens are asked for, by the rules.
    pub fn auth_url(&self) -> String {
        self.auth_url_of(&self.rules.auth_url)
    }

    /// The notification channel of the config, if there is one, at its place in a message.
    pub fn channel(&self, pointer: &str, document: &mut Value) {
        if let Some(channel) = self.keys.get("channel_id") {
            place(document, pointer, Value::from(channel));
        }
    }

    /// The project: the config's, or that of the service account.
    ///
    /// # Errors
    /// One sentence, where neither names it.
    pub fn project(&self, service: &ServiceAccount) -> Result<String, Bilingual> {
        match self.keys.get("project_id") {
            Some(project) => Ok(project.to_owned()),
            None => service.field("project_id"),
        }
    }

    fn filled(&self, url: &str, names: &[(&str, &str)]) -> String {
        let mut url = url.to_owned();
        let keys = self.rules.credential.iter().filter(|c| !c.secret);
        let keys = keys.map(|c| (c.name.as_ref(), self.key(&c.name)));
        for (name, value) in names.iter().copied().chain(keys) {
            let value = crate::aliyun::sign::encode(value);
            url = url.replace(&format!("{{{name}}}"), &value);
        }
        url
    }

    /// How long a message is kept, in the unit of the parameter `name`, whose bounds it must fit.
    ///
    /// # Errors
    /// One sentence that names the option and its bounds.
    pub fn lasting(&self, name: &str, unit: Unit, message: &Message) -> Result<i64, Bilingual> {
        let seconds = i64::from(message.ttl);
        let (value, per_unit) = match unit {
            Unit::Milliseconds => (seconds.saturating_mul(1000), 0),
            Unit::Seconds => (seconds, 1),
            Unit::Hours => (i64::from(message.ttl.div_ceil(HOUR)), i64::from(HOUR)),
        };
        let Some(rule) = self.rules.parameter.iter().find(|p| p.name == name) else { return Ok(value) };
        let (low, high) = (rule.min.unwrap_or(0), rule.max.unwrap_or(i64::MAX));
        if (low..=high).contains(&value) {
            return Ok(value);
        }
        let in_seconds =
            |bound: i64| if per_unit == 0 { bound / 1000 } else { bound.saturating_mul(per_unit) };
        let (low, high, vendor) = (in_seconds(low), in_seconds(high), &self.rules.vendor);
        Err(Bilingual::new(
            format!("--ttl {seconds}: {vendor} keeps a message for {low} to {high} seconds"),
            format!("--ttl {seconds}：{vendor} 的消息有效期为 {low} 到 {high} 秒"),
        ))
    }

    /// Puts the settings of a message into its body.
    ///
    /// # Errors
    /// One sentence that names the parameter and what it may be.
    pub fn set(&self, body: &mut Body, message: &Message) -> Result<(), Bilingual> {
        for checked in parameters::check(self.rules, "", "", &message.settings)? {
            let name = checked.rule.name.as_ref();
            match body {
                Body::Json(document) if !checked.rule.pointer.is_empty() => {
                    place(document, &checked.rule.pointer, checked.value);
                }
                Body::Json(document) => place(document, &format!("/{name}"), checked.value),
                Body::Form(fields) => match fields.iter_mut().find(|(field, _)| field == name) {
                    Some((_, value)) => *value = checked.text,
                    None => fields.push((name.to_owned(), checked.text)),
                },
            }
        }
        Ok(())
    }
}

/// A POST of a form.
pub fn post_form<'p>(url: String, pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Request {
    let headers = vec![("Content-Type".to_owned(), form::TYPE.to_owned())];
    Request { method: "POST", url, headers, body: form::write(pairs) }
}

/// A POST of a JSON document.
pub fn post_json(url: String, media_type: &str, document: &Value) -> Request {
    let headers = vec![("Content-Type".to_owned(), media_type.to_owned())];
    Request { method: "POST", url, headers, body: document.to_string().into_bytes() }
}

/// Adds headers to a request.
pub fn with(mut request: Request, headers: &[(&str, &str)]) -> Request {
    request.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    request
}

/// Puts a value at a JSON pointer; objects on the way are made, and what is no object gives way.
pub fn place(document: &mut Value, pointer: &str, value: Value) {
    let mut here = document;
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        if !here.is_object() {
            *here = Value::Object(Map::new());
        }
        let Some(map) = here.as_object_mut() else { return };
        here = map.entry(key).or_insert(Value::Null);
    }
    *here = value;
}

/// Scheme and host of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

/// An address with scheme and host of another.
fn moved(url: &str, to: Option<&str>) -> String {
    match to {
        Some(to) => format!("{to}{}", url.get(origin(url).len()..).unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// An address of the config without its last slash.
fn endpoint(vendor: &str, key: &str, config: &Config) -> Result<Option<String>, Bilingual> {
    let Some(text) = setting(config, vendor, key) else { return Ok(None) };
    let text = text.trim();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("https".to_owned(), text),
    };
    let rest = rest.trim_end_matches('/');
    let odd = |c: char| c.is_whitespace() || c.is_control() || "?#@\\".contains(c);
    let whole = !rest.is_empty() && !rest.starts_with('/') && !rest.contains("://") && !rest.contains(odd);
    if !whole || !["http", "https"].contains(&scheme.as_str()) {
        // It may hold a password, so it is not repeated.
        return Err(Bilingual::new(
            format!(
                "{key} of [vendors.{vendor}] is no address: write it as https://host or https://host:port"
            ),
            format!("[vendors.{vendor}] 的 {key} 无法识别：请写成 https://主机 或 https://主机:端口"),
        ));
    }
    Ok(Some(format!("{scheme}://{rest}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_finds_its_place_whatever_stands_there() {
        let mut document = json!({"a": {"b": 1}, "t": "x"});
        place(&mut document, "/a/b", json!(2));
        place(&mut document, "/a/c/d", json!(true));
        place(&mut document, "/t/u", json!("v"));
        assert_eq!(document, json!({"a": {"b": 2, "c": {"d": true}}, "t": {"u": "v"}}));
    }

    #[test]
    fn an_address_moves_to_another_host_with_its_path() {
        assert_eq!(origin("https://a.b:8/c/d"), "https://a.b:8");
        assert_eq!(moved("https://a.b/c?d", Some("http://127.0.0.1:9")), "http://127.0.0.1:9/c?d");
        assert_eq!(moved("https://a.b/c", Some("https://gate/vivo")), "https://gate/vivo/c");
        assert_eq!(moved("https://a.b/c", None), "https://a.b/c");
    }
}
