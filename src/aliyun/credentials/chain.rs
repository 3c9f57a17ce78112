//! The order in which the places are asked, and what is kept of the answer.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use super::assume::Sts;
use super::{Credentials, Found, cli_profile, environment, files, log_cli, metadata, uri};
use crate::aliyun::clock::Clock;
use crate::aliyun::sls::CredentialSource;
use crate::environment::Environment;
use crate::http::{Http, Options, Transport};
use crate::lang::Bilingual;

/// Addresses that the places are reached at.
#[derive(Clone, Debug)]
pub struct Places {
    /// Alibaba's token service; `None` takes the one of the region that the environment names.
    pub sts: Option<String>,
    /// The metadata service of a cloud server.
    pub metadata: String,
}

impl Default for Places {
    fn default() -> Self {
        Places { sts: None, metadata: "http://100.100.100.200".to_owned() }
    }
}

/// Seeks credentials in every place, and keeps what it found until shortly before its end.
pub struct Chain {
    pub(super) environment: Environment,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) places: Places,
    /// To the token service, by the user's proxy.
    pub(super) outside: Box<dyn Transport>,
    /// To the machine's own network: no proxy, little patience.
    pub(super) inside: Box<dyn Transport>,
    kept: RefCell<Option<Credentials>>,
}

impl Chain {
    /// # Errors
    /// Where the proxy or the file of authorities is of no use.
    pub fn new(
        environment: Environment,
        clock: Arc<dyn Clock>,
        options: &Options,
    ) -> Result<Self, Bilingual> {
        Self::with_places(environment, clock, options, Places::default())
    }

    /// With addresses of one's own.
    ///
    /// # Errors
    /// See [`Chain::new`].
    pub fn with_places(
        environment: Environment,
        clock: Arc<dyn Clock>,
        options: &Options,
        places: Places,
    ) -> Result<Self, Bilingual> {
        let outside = Options {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            ..options.clone()
        };
        let inside = Options {
            proxy: None,
            direct: true,
            ca_file: None,
            connect_timeout: Duration::from_secs(1),
            timeout: Duration::from_secs(3),
        };
        Ok(Chain {
            environment,
            clock,
            places,
            outside: Box::new(Http::new(&outside)?),
            inside: Box::new(Http::new(&inside)?),
            kept: RefCell::new(None),
        })
    }

    /// The token service.
    pub(super) fn sts(&self) -> Sts<'_> {
        Sts { chain: self }
    }

    fn seek(&self) -> Result<Credentials, Bilingual> {
        let places: [fn(&Chain) -> Found; 7] = [
            environment::static_key,
            environment::oidc,
            cli_profile::current,
            files::credentials_file,
            metadata::of_default_chain,
            uri::get,
            log_cli::credentials,
        ];
        for place in places {
            if let Some(credentials) = place(self)? {
                return Ok(credentials);
            }
        }
        Err(Bilingual::new(
            "no AccessKey was found: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or run \"aliyun configure\" (looked at the environment, OIDC, ~/.aliyun/config.json, ~/.alibabacloud/credentials, the ECS RAM role, ALIBABA_CLOUD_CREDENTIALS_URI and ~/.aliyunlogcli)",
            "未找到 AccessKey：请设置环境变量 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET，或运行 “aliyun configure”（已依次查找环境变量、OIDC、~/.aliyun/config.json、~/.alibabacloud/credentials、ECS 实例 RAM 角色、ALIBABA_CLOUD_CREDENTIALS_URI 和 ~/.aliyunlogcli）",
        ))
    }
}

impl CredentialSource for Chain {
    fn credentials(&self, now_ms: i64) -> Result<Credentials, Bilingual> {
        let kept = self.kept.borrow().clone();
        if let Some(kept) = kept.filter(|c| c.last_beyond(now_ms)) {
            return Ok(kept);
        }
        let found = self.seek()?;
        *self.kept.borrow_mut() = Some(found.clone());
        Ok(found)
    }
}
