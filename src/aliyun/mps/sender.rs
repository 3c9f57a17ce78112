//! Builds the one request that sends a message through MPS.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use super::client::Reach;
use super::config::{Api, MpsConfig};
use super::openapi::{self, Call, Stamp};
use super::parameters;
use super::rest::{self, PrivateKey};
use crate::aliyun::credentials::Credentials;
use crate::aliyun::sign::nonce;
use crate::aliyun::sls::CredentialSource;
use crate::catalog::{Catalog, SendRules};
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::{Message, Secret, Sender, parameters as settings};

/// The vendor under which the catalogue has the rules of MPS.
pub const VIA: &str = "mps";
/// Secrets that one sender remembers: an access key's, its session's, and those of a later key.
const SECRETS: usize = 8;

/// Who signs.
pub(super) enum Signer {
    /// Nobody: the request is for show.
    Nobody,
    Key(Rc<dyn CredentialSource>),
    Rsa(Box<PrivateKey>),
}

/// Sends through MPS.
pub struct MpsSender<'c> {
    rules: Cow<'c, SendRules>,
    config: MpsConfig,
    signer: Signer,
    reach: Rc<Reach>,
    nonce: Option<String>,
    secrets: [OnceCell<Secret>; SECRETS],
}

impl<'c> MpsSender<'c> {
    /// A sender whose requests are for show: no credentials are looked for, no signature is made.
    ///
    /// # Errors
    /// Where the catalogue has no rules for MPS.
    pub fn for_show(catalog: &'c Catalog, config: &MpsConfig) -> Result<Self, Bilingual> {
        Self::new(catalog, config, Signer::Nobody, Rc::default())
    }

    pub(super) fn new(
        catalog: &'c Catalog,
        config: &MpsConfig,
        signer: Signer,
        reach: Rc<Reach>,
    ) -> Result<Self, Bilingual> {
        let mut rules = Cow::Borrowed(rules(catalog)?);
        if config.api == Api::Rest {
            let rest = rules.rest_ok.clone();
            rules.to_mut().ok = rest;
        }
        let secrets = Default::default();
        Ok(MpsSender { rules, config: config.clone(), signer, reach, nonce: None, secrets })
    }

    /// The same with a number used once that is always the same: for comparisons only.
    #[must_use]
    pub fn with_nonce(mut self, nonce: &str) -> Self {
        self.nonce = Some(nonce.to_owned());
        self
    }

    /// What is worth saying of a message before it is sent.
    ///
    /// # Errors
    /// As [`Sender::request`].
    pub fn warnings(&self, message: &Message) -> Result<Vec<Bilingual>, Bilingual> {
        let prepared = parameters::prepare(&self.rules, &self.config, self.version(), message)?;
        Ok(settings::warnings(&prepared.checked))
    }

    /// The older API knows no versions.
    fn version(&self) -> &str {
        if self.config.api == Api::Rest { "" } else { &self.config.version }
    }

    fn credentials(&self, now_ms: i64) -> Result<Option<Credentials>, Bilingual> {
        let Signer::Key(source) = &self.signer else { return Ok(None) };
        let found = source.credentials(now_ms)?;
        self.remember(&found.secret);
        if let Some(token) = &found.sts_token {
            self.remember(token);
        }
        Ok(Some(found))
    }

    fn remember(&self, secret: &str) {
        for place in &self.secrets {
            if place.get_or_init(|| Secret(secret.to_owned())).0 == secret {
                return;
            }
        }
    }
}

impl Sender for MpsSender<'_> {
    fn via(&self) -> &str {
        VIA
    }

    fn rules(&self) -> &SendRules {
        &self.rules
    }

    fn login(&self, _: i64) -> Result<Option<Request>, Bilingual> {
        Ok(None)
    }

    fn request(&self, message: &Message, _: Option<&Secret>, now_ms: i64) -> Result<Request, Bilingual> {
        let prepared = parameters::prepare(&self.rules, &self.config, self.version(), message)?;
        let endpoint = self.reach.endpoint(&self.config)?;
        if self.config.api == Api::Rest {
            let key = if let Signer::Rsa(key) = &self.signer { Some(key.as_ref()) } else { None };
            return rest::request(&self.rules, &prepared, message, endpoint, key);
        }
        let credentials = self.credentials(now_ms)?;
        let call = Call {
            action: &prepared.action.name,
            version: &self.config.version,
            parameters: &parameters::form(&self.rules, &prepared, message),
        };
        let random = self.nonce.clone().unwrap_or_else(nonce);
        let stamp = Stamp { now_ms: self.reach.service_time(now_ms), nonce: &random };
        let region = self.config.region.as_deref();
        Ok(openapi::request(call, endpoint, self.config.signing, region, credentials.as_ref(), stamp))
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.secrets.iter().filter_map(OnceCell::get).filter(|s| !s.0.is_empty()).collect()
    }

    fn elsewhere(&self) -> bool {
        self.reach.next(&self.config)
    }
}

/// The rules of MPS.
///
/// # Errors
/// Where the catalogue has none.
pub(super) fn rules(catalog: &Catalog) -> Result<&SendRules, Bilingual> {
    catalog.send(VIA).ok_or_else(|| {
        Bilingual::new(
            "error-codes/mps/send.toml is missing: nothing can be sent through MPS",
            "缺少 error-codes/mps/send.toml：无法通过 MPS 发送",
        )
    })
}
