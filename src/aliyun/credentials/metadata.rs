//! The RAM role of a cloud server (ECS), from the metadata service of its own network.

use super::chain::Chain;
use super::{Credentials, Found, Origin, session};
use crate::http::{Request, Response, TransportError};
use crate::lang::Bilingual;

const ROLE: &str = "ALIBABA_CLOUD_ECS_METADATA";
const DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
const V1_DISABLED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";
const PATH: &str = "/latest/meta-data/ram/security-credentials/";
/// Seconds that a token for the metadata is asked for.
const TOKEN_SECONDS: &str = "21600";

/// As the default chain asks it: where the environment names a role it must work, elsewhere it is
/// a question whether this is a cloud server at all.
pub fn of_default_chain(chain: &Chain) -> Found {
    let env = &chain.environment;
    if env.is_true(DISABLED) {
        return Ok(None);
    }
    match env.get(ROLE) {
        Some(role) => of_role(chain, Some(role)).map(Some),
        None => Ok(of_role(chain, None).ok()),
    }
}

/// The credentials of a role; without a name, of the role that the server has.
///
/// # Errors
/// One sentence, where the service cannot be reached or has no such role.
pub fn of_role(chain: &Chain, role: Option<&str>) -> Result<Credentials, Bilingual> {
    let token = token(chain)?;
    let role = match role.filter(|r| !r.is_empty()) {
        Some(role) => role.to_owned(),
        None => {
            let response = get(chain, "", token.as_deref()).map_err(|e| unreachable(&e))?;
            let name = String::from_utf8_lossy(&response.body).trim().to_owned();
            if response.status != 200 || name.is_empty() || name.contains(char::is_whitespace) {
                return Err(refused("-", response.status));
            }
            name
        }
    };
    let shown = crate::read::harmless(&role);
    let path = crate::aliyun::sign::encode(&role);
    let response = get(chain, &path, token.as_deref()).map_err(|e| unreachable(&e))?;
    let value = session::json(&response);
    let ok = response.status == 200 && value.get("Code").is_none_or(|c| c == "Success");
    let origin = Origin::new(format!("the ECS RAM role {shown}"), format!("ECS 实例 RAM 角色 {shown}"));
    let found = if ok { session::of_value(&value, origin) } else { None };
    found.ok_or_else(|| refused(&shown, response.status))
}

/// The token of the second version; without one the first is used, unless that is switched off.
fn token(chain: &Chain) -> Result<Option<String>, Bilingual> {
    let request = Request {
        method: "PUT",
        url: format!("{}/latest/api/token", chain.places.metadata),
        headers: vec![("X-aliyun-ecs-metadata-token-ttl-seconds".to_owned(), TOKEN_SECONDS.to_owned())],
        body: Vec::new(),
    };
    let answer = chain.inside.send(&request);
    let only_v2 = chain.environment.is_true(V1_DISABLED);
    match answer {
        Ok(response) if response.status == 200 => {
            Ok(Some(String::from_utf8_lossy(&response.body).trim().to_owned()))
        }
        Ok(response) if only_v2 => Err(refused("-", response.status)),
        Ok(_) => Ok(None),
        // Nobody listens at that address: asking again takes as long again.
        Err(error) => Err(unreachable(&error)),
    }
}

fn get(chain: &Chain, path: &str, token: Option<&str>) -> Result<Response, TransportError> {
    let name = "X-aliyun-ecs-metadata-token".to_owned();
    let headers = token.map(|token| (name, token.to_owned())).into_iter().collect();
    let url = format!("{}{PATH}{path}", chain.places.metadata);
    chain.inside.send(&Request { method: "GET", url, headers, body: Vec::new() })
}

fn unreachable(error: &TransportError) -> Bilingual {
    let why = &error.detail;
    Bilingual::new(
        format!(
            "the ECS metadata service cannot be reached ({why}): run this on the ECS instance, or set {DISABLED}=true"
        ),
        format!("无法访问 ECS 元数据服务（{why}）：请在该 ECS 实例上运行，或设置 {DISABLED}=true"),
    )
}

fn refused(role: &str, status: u16) -> Bilingual {
    Bilingual::new(
        format!(
            "the ECS metadata service has no credentials of the RAM role {role} (HTTP {status}): attach the role to the instance, or correct {ROLE}"
        ),
        format!(
            "ECS 元数据服务没有 RAM 角色 {role} 的凭证（HTTP {status}）：请为实例授予该角色，或修正 {ROLE}"
        ),
    )
}
