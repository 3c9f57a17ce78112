//! The section `[sls]` of the config, checked, with what `aliyunlog`'s own file adds.

use std::path::PathBuf;

use crate::aliyun::credentials::log_cli;
use crate::aliyun::sls::answer::Row;
use crate::aliyun::sls::endpoint::is_name;
use crate::aliyun::sls::request::{Api, Signing};
use crate::aliyun::sls::{Endpoint, Settings, SlsError};
use crate::config::{Config, FIELDS};
use crate::environment::Environment;
use crate::lang::Bilingual;

/// Which of the two stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// Calls of phones to MPS, as the mobile gateway logs them.
    Report,
    /// What MPS did with messages.
    Forward,
}

/// The section `[sls]`.
#[derive(Clone, Debug, Default)]
pub struct SlsConfig {
    pub endpoint: String,
    pub project: String,
    pub report_logstore: Option<String>,
    pub forward_logstore: Option<String>,
    /// A search that all rows must fit.
    pub query: String,
    pub signing: Signing,
    pub api: Api,
    pub proxy: Option<String>,
    pub ca_file: Option<PathBuf>,
    /// Our name of a field, and the store's.
    pub fields: Vec<(String, String)>,
}

impl SlsConfig {
    /// What the config says; endpoint, region and version of the signature come from
    /// `~/.aliyunlogcli` where the config is silent.
    ///
    /// # Errors
    /// One sentence that names the key.
    pub fn from_config(config: &Config, environment: &Environment) -> Result<Self, Bilingual> {
        let text = |key: &str| config.text("sls", key).map(str::to_owned);
        let defaults = log_cli::defaults(environment);
        let endpoint = text("endpoint").or(defaults.endpoint).ok_or_else(|| missing("endpoint"))?;
        let project = text("project").ok_or_else(|| missing("project"))?;
        let region = text("region").or(defaults.region).or_else(|| region_of(&endpoint));
        let version = text("sign_version").or(defaults.sign_version).unwrap_or_else(|| "v1".to_owned());
        let signing = match (version.to_ascii_lowercase().as_str(), region) {
            ("v1" | "1", _) => Signing::V1,
            ("v4" | "4", Some(region)) => Signing::V4 { region },
            ("v4" | "4", None) => return Err(missing("region")),
            _ => return Err(choice("sign_version", "v1", "v4")),
        };
        let api = match text("api").map(|a| a.to_ascii_lowercase()).as_deref() {
            None | Some("v2" | "v3") => Api::V2,
            Some("v1") => Api::V1,
            Some(_) => return Err(choice("api", "v2", "v1")),
        };
        let fields = FIELDS
            .iter()
            .filter_map(|(name, _)| Some(((*name).to_owned(), config.text("sls.fields", name)?.to_owned())))
            .collect();
        Ok(SlsConfig {
            endpoint,
            project,
            report_logstore: text("report_logstore"),
            forward_logstore: text("forward_logstore"),
            query: text("query").unwrap_or_else(|| "*".to_owned()),
            signing,
            api,
            proxy: text("proxy"),
            ca_file: text("ca_file").map(PathBuf::from),
            fields,
        })
    }

    /// The name of a store.
    ///
    /// # Errors
    /// Where the config does not name it, or the name cannot be one.
    pub fn logstore(&self, store: Store) -> Result<&str, SlsError> {
        let (key, value) = match store {
            Store::Report => ("report_logstore", &self.report_logstore),
            Store::Forward => ("forward_logstore", &self.forward_logstore),
        };
        match value.as_deref() {
            None => Err(SlsError::Setting(missing(key))),
            Some(name) if is_name(name) => Ok(name),
            Some(_) => Err(SlsError::Setting(Bilingual::new(
                format!(
                    "sls.{key} is not the name of a logstore: it has letters, digits, hyphens and underscores only"
                ),
                format!("sls.{key} 不是有效的 Logstore 名称：只能包含字母、数字、短横线和下划线"),
            ))),
        }
    }

    /// The settings of a client.
    ///
    /// # Errors
    /// Where endpoint or project cannot be part of an address.
    pub fn client_settings(&self) -> Result<Settings, SlsError> {
        let endpoint = Endpoint::new(&self.endpoint, &self.project).map_err(SlsError::Setting)?;
        let mut settings = Settings::new(endpoint);
        settings.api = self.api;
        settings.signing = self.signing.clone();
        Ok(settings)
    }

    /// The store's name of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(ours, _)| ours == name).map(|(_, theirs)| theirs.as_str())
    }

    /// A row under our names. The service's own fields (`__time__` …) keep theirs as well.
    pub(super) fn renamed(&self, mut row: Row) -> Row {
        let found: Vec<_> =
            self.fields.iter().filter_map(|(ours, theirs)| Some((ours, row.get(theirs)?.clone()))).collect();
        for (_, theirs) in &self.fields {
            if !theirs.starts_with("__") {
                row.remove(theirs);
            }
        }
        for (ours, value) in found {
            row.insert(ours.clone(), value);
        }
        row
    }
}

/// `cn-hangzhou` of `cn-hangzhou.log.aliyuncs.com`, also of its inner addresses.
fn region_of(endpoint: &str) -> Option<String> {
    let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host);
    let name = host.split(".log.aliyuncs.com").next().filter(|n| *n != host)?;
    let label = name.rsplit('.').next()?;
    let region = label.strip_suffix("-intranet").or_else(|| label.strip_suffix("-share")).unwrap_or(label);
    Some(region.to_owned())
}

fn missing(key: &str) -> Bilingual {
    Bilingual::new(
        format!("--sls needs {key} in section [sls] of pushdoctor.toml"),
        format!("使用 --sls 时，pushdoctor.toml 的 [sls] 小节需要填写 {key}"),
    )
}

fn choice(key: &str, one: &str, other: &str) -> Bilingual {
    Bilingual::new(
        format!("sls.{key} is \"{one}\" or \"{other}\""),
        format!("sls.{key} 只能是“{one}”或“{other}”"),
    )
}
