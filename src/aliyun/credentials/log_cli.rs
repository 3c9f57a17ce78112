//! `~/.aliyunlogcli`, the file of the log service's own command line: a key, and where to ask.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::chain::Chain;
use super::{Credentials, Found, Origin, files, ini};
use crate::environment::Environment;

/// What the file says besides the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    pub endpoint: Option<String>,
    pub sign_version: Option<String>,
    pub region: Option<String>,
}

fn section(environment: &Environment) -> Option<(PathBuf, BTreeMap<String, String>)> {
    let path = environment.at_home(&[".aliyunlogcli"])?;
    let text = files::text(&path, false).ok().flatten()?;
    let all = ini::parse(&text);
    let chosen = environment
        .get("ALIYUN_LOG_CLI_CLIENT_NAME")
        .or_else(|| all.get("__option__")?.get("default-client").map(String::as_str))
        .unwrap_or("main");
    Some((path, all.get(chosen)?.clone()))
}

/// Endpoint, region and version of the signature, where the file has them.
pub fn defaults(environment: &Environment) -> Defaults {
    let Some((_, section)) = section(environment) else { return Defaults::default() };
    let get = |key: &str| section.get(key).filter(|v| !v.is_empty()).cloned();
    Defaults { endpoint: get("region-endpoint"), sign_version: get("sign-version"), region: get("region-id") }
}

/// The key of the file.
pub fn credentials(chain: &Chain) -> Found {
    let Some((path, section)) = section(&chain.environment) else { return Ok(None) };
    let get = |key: &str| section.get(key).map(String::as_str).filter(|v| !v.is_empty());
    let (id, secret) = match (get("access-id"), get("access-key")) {
        (Some(id), Some(secret)) => (id, secret),
        (None, None) => return Ok(None),
        _ => {
            return Err(files::fault(
                &path,
                "access-id and access-key must both be set, run \"aliyunlog configure\"",
                "access-id 和 access-key 必须同时设置，请运行 “aliyunlog configure”",
            ));
        }
    };
    // The token is written as `id::token`, and counts for that id only.
    let sts_token = match get("sts-token").and_then(|t| t.split_once("::").or(Some(("", t)))) {
        Some((owner, token)) if owner.is_empty() || owner == id => Some(token.to_owned()),
        _ => None,
    };
    let origin = Origin::new("~/.aliyunlogcli", " ~/.aliyunlogcli");
    Ok(Some(Credentials { id: id.to_owned(), secret: secret.to_owned(), sts_token, expires: None, origin }))
}
