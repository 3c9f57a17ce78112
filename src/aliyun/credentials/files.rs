//! Reading of credential files, and `~/.alibabacloud/credentials`.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::assume::Role;
use super::chain::Chain;
use super::{Credentials, Found, Origin, ini, metadata};
use crate::lang::{Bilingual, Lang};
use crate::read::{ReadError, harmless};

const FILE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";

/// The text of a file; `None` where it does not exist and nobody named it.
pub(super) fn text(path: &Path, named: bool) -> Result<Option<String>, Bilingual> {
    let shown = harmless(&path.to_string_lossy());
    let mut bytes = Vec::new();
    match std::fs::File::open(path).and_then(|f| f.take(1 << 20).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !named => Ok(None),
        Err(e) => {
            let error = ReadError::from_io(&shown, &e);
            Err(Bilingual::new(error.sentence(Lang::En), error.sentence(Lang::Zh)))
        }
    }
}

/// One sentence on a fault of a file.
pub(super) fn fault(path: &Path, en: &str, zh: &str) -> Bilingual {
    let shown = harmless(&path.to_string_lossy());
    Bilingual::new(format!("{shown}: {en}"), format!("{shown}：{zh}"))
}

/// The file of the SDKs.
pub fn credentials_file(chain: &Chain) -> Found {
    let env = &chain.environment;
    let named = env.get(FILE).map(std::path::PathBuf::from);
    let is_named = named.is_some();
    let Some(path) = named.or_else(|| env.at_home(&[".alibabacloud", "credentials"])) else {
        return Ok(None);
    };
    let Some(text) = text(&path, is_named)? else { return Ok(None) };
    let all = ini::parse(&text);
    let wanted = env.get(PROFILE).filter(|name| all.contains_key(*name)).unwrap_or("default");
    let Some(section) = all.get(wanted) else {
        // Without a section of that name the SDKs pass the file over too.
        return if is_named {
            Err(fault(&path, "it has no section [default]", "没有 [default] 小节"))
        } else {
            Ok(None)
        };
    };
    section_key(chain, &path, wanted, section).map(Some)
}

fn section_key(
    chain: &Chain,
    path: &Path,
    name: &str,
    section: &BTreeMap<String, String>,
) -> Result<Credentials, Bilingual> {
    let get = |key: &str| section.get(key).map(String::as_str).filter(|v| !v.is_empty());
    let need = |key: &str| {
        get(key).map(str::to_owned).ok_or_else(|| {
            let name = harmless(name);
            fault(path, &format!("[{name}] has no {key}, add it"), &format!("[{name}] 缺少 {key}，请补充"))
        })
    };
    let shown = harmless(&path.to_string_lossy());
    let origin = Origin::new(shown.clone(), format!(" {shown}"));
    let key = || -> Result<Credentials, Bilingual> {
        Ok(Credentials {
            id: need("access_key_id")?,
            secret: need("access_key_secret")?,
            sts_token: get("security_token").map(str::to_owned),
            expires: None,
            origin: origin.clone(),
        })
    };
    match need("type")?.as_str() {
        "access_key" => key(),
        "sts" => {
            need("security_token")?;
            key()
        }
        "ecs_ram_role" => metadata::of_role(chain, get("role_name")),
        "ram_role_arn" => {
            let role = Role {
                arn: need("role_arn")?,
                session: Some(need("role_session_name")?),
                policy: get("policy").map(str::to_owned),
                ..Role::default()
            };
            chain.sts().assume(&role, &key()?, origin)
        }
        "oidc_role_arn" => {
            let role = Role {
                arn: need("role_arn")?,
                session: get("role_session_name").map(str::to_owned),
                policy: get("policy").map(str::to_owned),
                ..Role::default()
            };
            let (provider, file) = (need("oidc_provider_arn")?, need("oidc_token_file_path")?);
            chain.sts().assume_with_oidc(&role, &provider, &file, origin)
        }
        other => {
            let other = harmless(other);
            Err(fault(
                path,
                &format!(
                    "type {other} is not supported here, use access_key, sts, ecs_ram_role, ram_role_arn or oidc_role_arn"
                ),
                &format!(
                    "不支持 type {other}，请使用 access_key、sts、ecs_ram_role、ram_role_arn 或 oidc_role_arn"
                ),
            ))
        }
    }
}
