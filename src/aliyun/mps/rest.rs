//! The older API of private clouds: a JSON body, and its RSA signature in the address.

use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Map, Value, json};

use super::config::Endpoint;
use super::openapi::MASKED;
use super::parameters::{Prepared, takes};
use crate::aliyun::sign::encode;
use crate::catalog::{ParameterRule, SendRules};
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

/// Bytes that a file with a key has at most.
const LARGEST: u64 = 64 << 10;

/// A private key. It has no `Debug`, so that it cannot be printed.
pub struct PrivateKey(RsaKeyPair);

impl PrivateKey {
    /// Reads a key from a file: PKCS#8 or PKCS#1, in PEM form or as bare base64.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn load(path: &Path) -> Result<Self, Bilingual> {
        let shown = crate::read::harmless(&path.to_string_lossy());
        let mut text = String::new();
        std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text)).map_err(
            |e| {
                let error = crate::read::ReadError::from_io(&shown, &e);
                Bilingual::new(error.sentence(crate::lang::Lang::En), error.sentence(crate::lang::Lang::Zh))
            },
        )?;
        Self::parse(&text).ok_or_else(|| {
            Bilingual::new(
                format!(
                    "{shown}: no RSA private key of at least 2048 bits stands in this file: save it as PKCS#8 in PEM form, without a password"
                ),
                format!("{shown}：文件里没有 2048 位及以上的 RSA 私钥：请保存为不加密码的 PKCS#8 PEM 格式"),
            )
        })
    }

    /// Reads a key from text.
    pub fn parse(text: &str) -> Option<Self> {
        // What stands around the key in a PEM file is text for people.
        let begin = text.find("-----BEGIN ").and_then(|at| Some(text.get(at..)?.split_once('\n')?.1));
        let inside = begin.unwrap_or(text).split("-----END ").next().unwrap_or_default();
        let inner: String = inside.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect();
        let der = STANDARD.decode(inner).ok()?;
        let pair = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)).ok()?;
        Some(PrivateKey(pair))
    }

    /// SHA256withRSA in base64, as a part of an address may hold it.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub fn sign(&self, text: &[u8]) -> Result<String, Bilingual> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).map_err(|_| {
            Bilingual::new(
                "the request cannot be signed with this RSA key: create a new one and register it in the console",
                "无法用该 RSA 私钥签名：请重新生成密钥，并在控制台登记公钥",
            )
        })?;
        Ok(STANDARD.encode(signature).replace('+', "-").replace('/', "_"))
    }
}

/// The signed request; without a key it is for show, with the signature masked.
///
/// # Errors
/// One sentence that names a parameter which this API does not have.
pub fn request(
    rules: &SendRules,
    prepared: &Prepared<'_>,
    message: &Message,
    endpoint: &Endpoint,
    key: Option<&PrivateKey>,
) -> Result<Request, Bilingual> {
    let app = part(prepared, "AppId");
    let workspace = part(prepared, "WorkspaceId");
    let body = Value::Object(body(rules, prepared, message)?).to_string().into_bytes();
    let sign = match key {
        Some(key) => key.sign(&body)?,
        None => MASKED.to_owned(),
    };
    let action = &prepared.action.rest;
    let url = format!("{}/push/{action}/{}/{}/{sign}", endpoint.base, encode(&app), encode(&workspace));
    let headers = vec![
        ("host".to_owned(), endpoint.host.clone()),
        ("accept".to_owned(), "application/json".to_owned()),
        ("content-type".to_owned(), "application/json; charset=utf-8".to_owned()),
    ];
    Ok(Request { method: "POST", url, headers, body })
}

fn part(prepared: &Prepared<'_>, name: &str) -> String {
    let given = prepared.given.iter().find(|(n, _)| *n == name).and_then(|(_, v)| v.as_str());
    let set = prepared.set(name).map(|c| c.text.as_str());
    set.or(given).unwrap_or_default().to_owned()
}

/// The body, its keys sorted.
fn body(
    rules: &SendRules,
    prepared: &Prepared<'_>,
    message: &Message,
) -> Result<Map<String, Value>, Bilingual> {
    let rule = |name: &str| rules.parameter.iter().find(|p| p.name == name);
    let mut fields: Vec<(String, Value)> = Vec::new();
    for (name, value) in &prepared.given {
        if let Some(rule) = rule(name).filter(|r| !r.rest.is_empty()) {
            fields.push((rule.rest.to_string(), value.clone()));
        }
    }
    let mut template = None;
    for checked in &prepared.checked {
        if !checked.rule.rest.is_empty() {
            fields.push((checked.rule.rest.to_string(), value(checked.rule, &checked.value)));
        } else if checked.rule.name == "TargetMsg.1.TemplateKeyValue" {
            template = Some(checked.value.clone());
        } else if checked.rule.config.is_empty() {
            let name = &checked.rule.name;
            return Err(Bilingual::new(
                format!("--set {name}: the REST API has no such parameter, leave it out or use the OpenAPI"),
                format!("--set {name}：REST 接口没有该参数，请去掉，或改用 OpenAPI"),
            ));
        }
    }
    let id = message.address.id();
    let mut add = |name: &str, value: Value| {
        if takes(rules, &prepared.action.name, name)
            && let Some(rule) = rule(name)
        {
            fields.push((rule.rest.to_string(), value));
        }
    };
    add("TargetMsgkey", json!({ id: message.msg_id }));
    add("Msgkey", json!(message.msg_id));
    let mut target = json!({ "msgkey": message.msg_id });
    if let (Some(template), Some(target)) = (template, target.as_object_mut()) {
        target.insert("templatekv".to_owned(), template);
    }
    add("TargetMsg", json!({ id: target }));
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(fields.into_iter().collect())
}

/// The value as this API numbers it.
fn value(rule: &ParameterRule, value: &Value) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let at = rule.values.iter().position(|v| *v == text);
    match at.and_then(|at| rule.rest_values.get(at)) {
        Some(other) => other.parse::<i64>().map_or_else(|_| json!(other), Value::from),
        None => value.clone(),
    }
}
