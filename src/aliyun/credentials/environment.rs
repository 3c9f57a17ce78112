//! Credentials that the environment holds or points to.

use super::assume::Role;
use super::chain::Chain;
use super::{Credentials, Found, Origin};
use crate::lang::Bilingual;

const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// Id and secret in the environment.
pub fn static_key(chain: &Chain) -> Found {
    let env = &chain.environment;
    match (env.get(ID), env.get(SECRET)) {
        (Some(id), Some(secret)) => Ok(Some(Credentials {
            id: id.to_owned(),
            secret: secret.to_owned(),
            sts_token: env.get(TOKEN).map(str::to_owned),
            expires: None,
            origin: Origin::new("the environment", "环境变量"),
        })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(half(ID, SECRET)),
        (None, Some(_)) => Err(half(SECRET, ID)),
    }
}

fn half(set: &str, unset: &str) -> Bilingual {
    Bilingual::new(
        format!("{set} is set but {unset} is not: set both or none"),
        format!("已设置 {set}，但未设置 {unset}：请两个都设置，或都不设置"),
    )
}

/// A token file of OIDC, as pods of a cluster have it.
pub fn oidc(chain: &Chain) -> Found {
    let env = &chain.environment;
    let names =
        ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
    let values = names.map(|name| env.get(name).map(str::to_owned));
    let [role, provider, file] = values;
    // The role alone is what other ways to a role use.
    if provider.is_none() && file.is_none() {
        return Ok(None);
    }
    match (role, provider, file) {
        (Some(arn), Some(provider), Some(file)) => {
            let role = Role { arn, ..Role::default() };
            let origin = Origin::new("OIDC in the environment", "环境变量中的 OIDC 配置");
            chain.sts().assume_with_oidc(&role, &provider, &file, origin).map(Some)
        }
        (role, provider, _) => {
            let unset = match (role, provider) {
                (None, _) => names[0],
                (_, None) => names[1],
                _ => names[2],
            };
            Err(Bilingual::new(
                format!("OIDC is set up in the environment but {unset} is not set: set it"),
                format!("环境变量中配置了 OIDC，但缺少 {unset}：请补充设置"),
            ))
        }
    }
}
