//! The section `[mps]` of the config, checked, with the app's ids of `[app]`.

use std::path::PathBuf;
use std::time::Duration;

use crate::aliyun::address::Address;
use crate::config::Config;
use crate::environment::Environment;
use crate::http::Options;
use crate::lang::Bilingual;
use crate::send::Setting;

/// The host that Alibaba's SDKs name for every region.
const HOST: &str = "mpaas.aliyuncs.com";
/// The region of the other name under which the service is known.
const REGION: &str = "cn-hangzhou";
/// Versions of the OpenAPI that have the four sends; the first is the default.
const VERSIONS: [&str; 2] = ["2020-10-28", "2020-07-10"];
/// The variable that names the private key of the REST API.
const PRIVATE_KEY_FILE: &str = "PUSHDOCTOR_MPS_PRIVATE_KEY_FILE";

/// Which API takes the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Api {
    #[default]
    OpenApi,
    /// The older one of private clouds, signed with RSA.
    Rest,
}

/// How requests to the OpenAPI are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// ACS3-HMAC-SHA256.
    #[default]
    Acs3,
    /// HMAC-SHA1 over the parameters.
    Rpc,
}

/// Where MPS is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `https://mpaas.aliyuncs.com`, without a path.
    pub base: String,
    /// The value of the `Host` header.
    pub host: String,
}

/// The section `[mps]`.
#[derive(Clone, Debug)]
pub struct MpsConfig {
    /// In the order in which they are tried; more than one only where nobody named any.
    pub endpoints: Vec<Endpoint>,
    pub region: Option<String>,
    pub version: String,
    pub signing: Signing,
    pub api: Api,
    pub private_key_file: Option<PathBuf>,
    pub proxy: Option<String>,
    pub ca_file: Option<PathBuf>,
    pub app_id: Option<String>,
    pub workspace_id: Option<String>,
    pub tenant_id: Option<String>,
}

impl MpsConfig {
    /// What the config says.
    ///
    /// # Errors
    /// One sentence that names the key.
    pub fn from_config(config: &Config, environment: &Environment) -> Result<Self, Bilingual> {
        let text = |key: &str| config.text("mps", key).map(str::to_owned);
        let app = |key: &str| config.text("app", key).map(str::to_owned);
        let version = text("version").unwrap_or_else(|| VERSIONS[0].to_owned());
        if !VERSIONS.contains(&version.as_str()) {
            return Err(choice("version", VERSIONS));
        }
        let signing = match text("sign_version").map(|v| v.to_ascii_lowercase()).as_deref() {
            None | Some("acs3") => Signing::Acs3,
            Some("rpc") => Signing::Rpc,
            Some(_) => return Err(choice("sign_version", ["acs3", "rpc"])),
        };
        let api = match text("api").map(|v| v.to_ascii_lowercase()).as_deref() {
            None | Some("openapi") => Api::OpenApi,
            Some("rest") => Api::Rest,
            Some(_) => return Err(choice("api", ["openapi", "rest"])),
        };
        let region = text("region");
        let private_key_file = environment.get(PRIVATE_KEY_FILE).map(str::to_owned);
        Ok(MpsConfig {
            endpoints: endpoints(text("endpoint").as_deref(), region.as_deref(), api)?,
            region,
            version,
            signing,
            api,
            private_key_file: private_key_file.or_else(|| text("private_key_file")).map(PathBuf::from),
            proxy: text("proxy"),
            ca_file: text("ca_file").map(PathBuf::from),
            app_id: app("app_id"),
            workspace_id: app("workspace_id"),
            tenant_id: app("tenant_id"),
        })
    }

    /// Takes over the ids that the command line names, so that queries ask for the same app as the send.
    pub fn apply(&mut self, settings: &[Setting]) {
        for (name, place) in [
            ("AppId", &mut self.app_id),
            ("WorkspaceId", &mut self.workspace_id),
            ("TenantId", &mut self.tenant_id),
        ] {
            if let Some(setting) = settings.iter().find(|s| s.name.eq_ignore_ascii_case(name)) {
                *place = Some(setting.value.clone());
            }
        }
    }

    /// How the world is reached: the proxy and the authorities of `[mps]`.
    pub fn transport_options(&self) -> Options {
        Options {
            proxy: self.proxy.clone(),
            ca_file: self.ca_file.clone(),
            timeout: Duration::from_secs(30),
            ..Options::default()
        }
    }

    /// The app and its workspace, which every call names.
    ///
    /// # Errors
    /// One sentence that says where they are set.
    pub fn app(&self) -> Result<(&str, &str), Bilingual> {
        let missing = |name: &str, key: &str| {
            Bilingual::new(
                format!("MPS needs {name}: set {key} in section [app] of pushdoctor.toml, or --set {name}=…"),
                format!(
                    "调用 MPS 需要 {name}：请在 pushdoctor.toml 的 [app] 小节填写 {key}，或用 --set {name}=… 给出"
                ),
            )
        };
        let app = self.app_id.as_deref().ok_or_else(|| missing("AppId", "app_id"))?;
        let workspace = self.workspace_id.as_deref().ok_or_else(|| missing("WorkspaceId", "workspace_id"))?;
        Ok((app, workspace))
    }
}

fn endpoints(named: Option<&str>, region: Option<&str>, api: Api) -> Result<Vec<Endpoint>, Bilingual> {
    let made = |text: &str| {
        let address = Address::parse(text, "").ok_or_else(|| {
            Bilingual::new(
                "mps.endpoint is no host name: write it like mpaas.aliyuncs.com, with a port where it has one, without a path",
                "mps.endpoint 不是主机名：请写成 mpaas.aliyuncs.com 这样的形式，可带端口，不要带路径",
            )
        })?;
        Ok(Endpoint { base: format!("{}://{}", address.scheme, address.host), host: address.host })
    };
    if let Some(named) = named {
        return Ok(vec![made(named)?]);
    }
    if api == Api::Rest {
        return Err(Bilingual::new(
            "the REST API has no address of its own: set endpoint in section [mps] of pushdoctor.toml",
            "REST 接口没有默认地址：请在 pushdoctor.toml 的 [mps] 小节填写 endpoint",
        ));
    }
    let region = region.unwrap_or(REGION);
    if !crate::aliyun::sls::endpoint::is_name(region) {
        return Err(Bilingual::new(
            "mps.region is not the name of a region: write it like cn-hangzhou",
            "mps.region 不是有效的地域名：请写成 cn-hangzhou 这样的形式",
        ));
    }
    Ok(vec![made(HOST)?, made(&format!("mpaas.{region}.aliyuncs.com"))?])
}

fn choice(key: &str, of: [&str; 2]) -> Bilingual {
    let [one, other] = of;
    Bilingual::new(
        format!("mps.{key} is \"{one}\" or \"{other}\""),
        format!("mps.{key} 只能是“{one}”或“{other}”"),
    )
}
