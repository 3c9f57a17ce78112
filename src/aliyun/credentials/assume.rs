//! Roles, by Alibaba's token service (STS).

use std::io::Read;
use std::path::Path;

use super::chain::Chain;
use super::{Credentials, Origin, session};
use crate::aliyun::clock::iso_date;
use crate::aliyun::sign::{encode, form, nonce, rpc};
use crate::http::{Request, Response};
use crate::lang::Bilingual;

/// The role to take.
#[derive(Clone, Debug, Default)]
pub struct Role {
    pub arn: String,
    pub session: Option<String>,
    pub policy: Option<String>,
    pub external_id: Option<String>,
    /// How long, in seconds.
    pub seconds: Option<u64>,
    /// The region whose token service is asked.
    pub region: Option<String>,
    /// Inside of a private network of the cloud.
    pub inner: bool,
}

/// The token service.
pub struct Sts<'c> {
    pub(super) chain: &'c Chain,
}

impl Sts<'_> {
    /// Takes a role by a key.
    ///
    /// # Errors
    /// One sentence with the service's own code.
    pub fn assume(&self, role: &Role, by: &Credentials, origin: Origin) -> Result<Credentials, Bilingual> {
        let mut query = self.query("AssumeRole");
        let mut add = |name: &str, value: &str| query.push((name.to_owned(), value.to_owned()));
        add("AccessKeyId", &by.id);
        add("SignatureMethod", "HMAC-SHA1");
        add("SignatureVersion", "1.0");
        add("SignatureNonce", &nonce());
        if let Some(token) = &by.sts_token {
            add("SecurityToken", token);
        }
        let mut body = self.body(role);
        if let Some(id) = &role.external_id {
            body.push(("ExternalId".to_owned(), id.clone()));
        }
        let all: Vec<_> = query.iter().chain(&body).cloned().collect();
        query.push(("Signature".to_owned(), rpc::signature(&by.secret, "POST", &all)));
        self.send(role, &query, &body, origin)
    }

    /// Takes a role by a token that an identity provider wrote to a file. It is not signed.
    ///
    /// # Errors
    /// One sentence that names the file, or has the service's own code.
    pub fn assume_with_oidc(
        &self,
        role: &Role,
        provider: &str,
        file: &str,
        origin: Origin,
    ) -> Result<Credentials, Bilingual> {
        let token = read_token(Path::new(file))?;
        let mut body = self.body(role);
        body.push(("OIDCProviderArn".to_owned(), provider.to_owned()));
        body.push(("OIDCToken".to_owned(), token));
        self.send(role, &self.query("AssumeRoleWithOIDC"), &body, origin)
    }

    fn query(&self, action: &str) -> Vec<(String, String)> {
        let now = iso_date(self.chain.clock.now_ms());
        [("Action", action), ("Version", "2015-04-01"), ("Format", "JSON"), ("Timestamp", &now)]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into()
    }

    fn body(&self, role: &Role) -> Vec<(String, String)> {
        let session =
            role.session.as_deref().or(self.chain.environment.get("ALIBABA_CLOUD_ROLE_SESSION_NAME"));
        let seconds = role.seconds.filter(|s| *s > 0).unwrap_or(3600).to_string();
        let mut body = vec![
            ("RoleArn".to_owned(), role.arn.clone()),
            ("RoleSessionName".to_owned(), session.unwrap_or("pushdoctor").to_owned()),
            ("DurationSeconds".to_owned(), seconds),
        ];
        if let Some(policy) = &role.policy {
            body.push(("Policy".to_owned(), policy.clone()));
        }
        body
    }

    fn address(&self, role: &Role) -> String {
        if let Some(sts) = &self.chain.places.sts {
            return sts.clone();
        }
        let env = &self.chain.environment;
        let region = role.region.as_deref().or(env.get("ALIBABA_CLOUD_STS_REGION"));
        let inner = role.inner || env.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        match region.filter(|r| super::super::sls::endpoint::is_name(r)) {
            Some(region) if inner => format!("https://sts-vpc.{region}.aliyuncs.com"),
            Some(region) => format!("https://sts.{region}.aliyuncs.com"),
            None => "https://sts.aliyuncs.com".to_owned(),
        }
    }

    fn send(
        &self,
        role: &Role,
        query: &[(String, String)],
        body: &[(String, String)],
        origin: Origin,
    ) -> Result<Credentials, Bilingual> {
        let request = Request {
            method: "POST",
            url: format!("{}/?{}", self.address(role), form(query)),
            headers: vec![
                ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
                ("Accept".to_owned(), "application/json".to_owned()),
            ],
            body: body
                .iter()
                .map(|(k, v)| format!("{}={}", encode(k), encode(v)))
                .collect::<Vec<_>>()
                .join("&")
                .into_bytes(),
        };
        let answer = self.chain.outside.send(&request).map_err(|e| refused(&role.arn, &e.detail))?;
        let value = session::json(&answer);
        let found = value.get("Credentials").and_then(|c| session::of_value(c, origin));
        match found {
            Some(found) if answer.status == 200 => Ok(found),
            _ => Err(refused(&role.arn, &reason(&answer))),
        }
    }
}

/// The service's code; its message may repeat what was sent, so it is left out.
fn reason(answer: &Response) -> String {
    let value = session::json(answer);
    let code = value.get("Code").and_then(|c| c.as_str()).map(crate::read::harmless).unwrap_or_default();
    let code: String = code.chars().take(80).collect();
    format!("HTTP {} {code}", answer.status).trim_end().to_owned()
}

fn refused(arn: &str, why: &str) -> Bilingual {
    let arn = crate::read::harmless(arn);
    Bilingual::new(
        format!(
            "the role {arn} could not be taken ({why}): check the role, who may take it, and the network"
        ),
        format!("无法扮演角色 {arn}（{why}）：请检查角色、信任策略和网络"),
    )
}

fn read_token(path: &Path) -> Result<String, Bilingual> {
    let shown = crate::read::harmless(&path.to_string_lossy());
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(1 << 16).read_to_string(&mut text));
    match read {
        Ok(_) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        _ => Err(Bilingual::new(
            format!(
                "{shown}: the OIDC token cannot be read from this file, check ALIBABA_CLOUD_OIDC_TOKEN_FILE or oidc_token_file"
            ),
            format!(
                "{shown}：无法从该文件读取 OIDC token，请检查 ALIBABA_CLOUD_OIDC_TOKEN_FILE 或 oidc_token_file"
            ),
        )),
    }
}
