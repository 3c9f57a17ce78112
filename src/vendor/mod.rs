//! Straight to the vendors: one file a vendor, which says only how its login and its one send to a
//! single token look. What answers mean, which parameters there are and where the credentials are
//! found stands in `error-codes/<vendor>/send.toml`.

mod account;
mod fcm;
mod form;
mod harmony;
mod honor;
mod huawei;
pub mod jwt;
mod meizu;
mod oppo;
mod secrets;
mod service_account;
mod vivo;
mod xiaomi;

use std::path::PathBuf;

use account::{Account, Body};
use serde_json::Value;

use crate::catalog::{Catalog, SendRules};
use crate::config::Config;
use crate::environment::Environment;
use crate::http::{Options, Request};
use crate::lang::Bilingual;
use crate::send::credentials::{VendorKeys, setting};
use crate::send::{Message, Secret, Sender};

/// How one vendor is talked to.
struct Way {
    vendor: &'static str,
    /// The request for an access token; `None` where there is no such step.
    login: fn(&Account<'_>, token: &str, now_ms: i64) -> Result<Option<Request>, Bilingual>,
    /// The message without its settings.
    body: fn(&Account<'_>, &Message) -> Result<Body, Bilingual>,
    /// The request that carries it.
    request: fn(&Account<'_>, Letter<'_>) -> Result<Request, Bilingual>,
}

/// A finished message and what goes with it.
struct Letter<'m> {
    token: &'m str,
    body: Body,
    access: &'m str,
    now_ms: i64,
}

impl Letter<'_> {
    /// The message as JSON; of a form nothing.
    fn document(&self) -> &Value {
        match &self.body {
            Body::Json(document) => document,
            Body::Form(_) => &Value::Null,
        }
    }

    /// The message as a form; of JSON nothing.
    fn fields(&self) -> &[(String, String)] {
        match &self.body {
            Body::Form(fields) => fields,
            Body::Json(_) => &[],
        }
    }
}

const WAYS: &[Way] =
    &[huawei::WAY, harmony::WAY, honor::WAY, xiaomi::WAY, oppo::WAY, vivo::WAY, meizu::WAY, fcm::WAY];

/// What stands in place of an access token that nobody asked for yet.
pub const NO_ACCESS: &str = "<access token>";

/// The vendors that take a message straight.
pub fn vendors() -> impl Iterator<Item = &'static str> {
    WAYS.iter().map(|way| way.vendor)
}

/// The sender of a vendor, by its id, with the credentials that environment and config give.
///
/// # Errors
/// One sentence that names the credential or the key, and where it is found.
pub fn sender<'c>(
    vendor: &str,
    catalog: &'c Catalog,
    config: &Config,
    environment: &Environment,
) -> Result<Box<dyn Sender + 'c>, Bilingual> {
    let way = WAYS.iter().find(|way| way.vendor == vendor);
    let (Some(way), Some(rules)) = (way, catalog.send(vendor)) else {
        let all = vendors().collect::<Vec<_>>();
        return Err(Bilingual::new(
            format!("nothing can be sent straight to {vendor}: use one of {}", all.join(", ")),
            format!("不支持直接向 {vendor} 发送：可用的有 {}", all.join("、")),
        ));
    };
    let keys = VendorKeys::load(rules, config, environment)?;
    Ok(Box::new(Direct { way, account: Account::new(rules, keys, config)? }))
}

/// How the vendor is reached, as its section of the config says.
pub fn transport_options(vendor: &str, config: &Config) -> Options {
    Options {
        proxy: setting(config, vendor, "proxy").map(str::to_owned),
        ca_file: setting(config, vendor, "ca_file").map(PathBuf::from),
        ..Options::default()
    }
}

/// The sender of any vendor.
struct Direct<'c> {
    way: &'static Way,
    account: Account<'c>,
}

impl Sender for Direct<'_> {
    fn via(&self) -> &str {
        self.way.vendor
    }

    fn rules(&self) -> &SendRules {
        self.account.rules
    }

    fn login(&self, now_ms: i64) -> Result<Option<Request>, Bilingual> {
        (self.way.login)(&self.account, "", now_ms)
    }

    fn login_for(&self, message: &Message, now_ms: i64) -> Result<Option<Request>, Bilingual> {
        (self.way.login)(&self.account, message.address.id(), now_ms)
    }

    fn request(&self, message: &Message, access: Option<&Secret>, now_ms: i64) -> Result<Request, Bilingual> {
        let token = message.address.id();
        if !matches!(message.address, crate::send::Address::Token(_)) || token.trim().is_empty() {
            return Err(Bilingual::new(
                format!("{} takes the vendor's token only: give it with --token", self.via()),
                format!("{} 只接受厂商 token：请用 --token 给出", self.via()),
            ));
        }
        let access = access.map_or(NO_ACCESS, |access| access.0.as_str());
        self.account.secrets.hide_encoded(access);
        let mut body = (self.way.body)(&self.account, message)?;
        self.account.set(&mut body, message)?;
        (self.way.request)(&self.account, Letter { token, body, access, now_ms })
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.account.secrets.all()
    }
}
