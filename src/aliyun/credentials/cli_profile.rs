//! The profiles of Alibaba Cloud's command line (`aliyun configure`).

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::assume::Role;
use super::chain::Chain;
use super::{Credentials, Found, Origin, command, files, metadata};
use crate::lang::Bilingual;
use crate::read::harmless;

/// Profiles that may stand on one another.
const DEEPEST: u32 = 5;

/// The profile in force.
pub fn current(chain: &Chain) -> Found {
    let env = &chain.environment;
    if env.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
        return Ok(None);
    }
    let named = env.get("ALIBABA_CLOUD_CONFIG_FILE").map(PathBuf::from);
    let is_named = named.is_some();
    let Some(path) = named.or_else(|| env.at_home(&[".aliyun", "config.json"])) else { return Ok(None) };
    let Some(text) = files::text(&path, is_named)? else { return Ok(None) };
    let Ok(file) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return Err(files::fault(
            &path,
            "it is no JSON, run \"aliyun configure\"",
            "不是 JSON，请运行 “aliyun configure”",
        ));
    };
    let chosen = env.get("ALIBABA_CLOUD_PROFILE");
    let name = chosen.or_else(|| file.get("current")?.as_str()).unwrap_or("default");
    let profiles = Profiles { chain, path: &path, file: &file };
    // A profile that was begun and never filled in, as the tool leaves it.
    if chosen.is_none() && !is_named && profiles.is_blank(name) {
        return Ok(None);
    }
    profiles.of(name, DEEPEST).map(Some)
}

struct Profiles<'p> {
    chain: &'p Chain,
    path: &'p Path,
    file: &'p Value,
}

impl Profiles<'_> {
    fn find(&self, name: &str) -> Option<&Value> {
        self.file.get("profiles")?.as_array()?.iter().find(|p| p.get("name").is_some_and(|n| n == name))
    }

    fn is_blank(&self, name: &str) -> bool {
        let Some(profile) = self.find(name) else { return self.file.get("profiles").is_none() };
        let mode = text(profile, "mode");
        matches!(mode, None | Some("AK"))
            && text(profile, "access_key_id").is_none()
            && text(profile, "access_key_secret").is_none()
    }

    fn of(&self, name: &str, depth: u32) -> Result<Credentials, Bilingual> {
        let shown = harmless(name);
        let fault = |en: &str, zh: &str| {
            files::fault(self.path, &format!("profile {shown} {en}"), &format!("配置 {shown} {zh}"))
        };
        let Some(profile) = self.find(name) else {
            return Err(fault(
                "does not exist, choose another with ALIBABA_CLOUD_PROFILE or run \"aliyun configure\"",
                "不存在，请用 ALIBABA_CLOUD_PROFILE 另选，或运行 “aliyun configure”",
            ));
        };
        if depth == 0 {
            return Err(fault("stands on itself, correct source_profile", "循环引用，请修正 source_profile"));
        }
        let need = |key: &str| {
            text(profile, key).map(str::to_owned).ok_or_else(|| {
                fault(
                    &format!("has no {key}, run \"aliyun configure\""),
                    &format!("缺少 {key}，请运行 “aliyun configure”"),
                )
            })
        };
        let origin = Origin::new(
            format!("profile {shown} of the aliyun command line"),
            format!(" aliyun 命令行的配置 {shown}"),
        );
        let key = |token: Option<String>, expires: Option<i64>| -> Result<Credentials, Bilingual> {
            Ok(Credentials {
                id: need("access_key_id")?,
                secret: need("access_key_secret")?,
                sts_token: token,
                expires,
                origin: origin.clone(),
            })
        };
        let role = || -> Result<Role, Bilingual> {
            Ok(Role {
                arn: need("ram_role_arn")?,
                session: text(profile, "ram_session_name").map(str::to_owned),
                policy: text(profile, "policy").map(str::to_owned),
                external_id: text(profile, "external_id").map(str::to_owned),
                seconds: profile.get("expired_seconds").and_then(Value::as_u64),
                region: text(profile, "sts_region").map(str::to_owned),
                inner: profile.get("enable_vpc").and_then(Value::as_bool).unwrap_or(false),
            })
        };
        let sts = self.chain.sts();
        match text(profile, "mode").unwrap_or("AK") {
            "AK" => key(None, None),
            "StsToken" => key(Some(need("sts_token")?), None),
            "RamRoleArn" => {
                let token = text(profile, "sts_token").map(str::to_owned);
                sts.assume(&role()?, &key(token, None)?, origin)
            }
            "ChainableRamRoleArn" => {
                let by = self.of(&need("source_profile")?, depth - 1)?;
                sts.assume(&role()?, &by, origin)
            }
            "EcsRamRole" => metadata::of_role(self.chain, text(profile, "ram_role_name")),
            "OIDC" => {
                let (provider, file) = (need("oidc_provider_arn")?, need("oidc_token_file")?);
                sts.assume_with_oidc(&role()?, &provider, &file, origin)
            }
            "External" => {
                command::run(&need("process_command")?, origin).map_err(|why| fault(&why.en, &why.zh))
            }
            mode @ ("CloudSSO" | "OAuth") => {
                // The tool keeps the key that it got last, and its end in seconds.
                let end = profile.get("sts_expiration").and_then(Value::as_i64).unwrap_or(0);
                let end = end.saturating_mul(1000);
                let token = text(profile, "sts_token").map(str::to_owned);
                let fresh = key(token, Some(end)).ok();
                let fresh =
                    fresh.filter(|c| c.sts_token.is_some() && c.last_beyond(self.chain.clock.now_ms()));
                fresh.ok_or_else(|| fault(
                    &format!("({mode}) has no key that is still good: run any aliyun command with it, e.g. \"aliyun sts GetCallerIdentity --profile {shown}\", and try again"),
                    &format!("（{mode}）没有仍在有效期内的凭证：请先用它运行任意 aliyun 命令，例如 “aliyun sts GetCallerIdentity --profile {shown}”，然后重试"),
                ))
            }
            other => {
                let other = harmless(other);
                Err(fault(
                    &format!(
                        "is of mode {other}, which is not supported here: choose one of mode AK or StsToken with ALIBABA_CLOUD_PROFILE"
                    ),
                    &format!(
                        "的模式 {other} 不受支持：请用 ALIBABA_CLOUD_PROFILE 选择 AK 或 StsToken 模式的配置"
                    ),
                ))
            }
        }
    }
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str().filter(|v| !v.is_empty())
}
