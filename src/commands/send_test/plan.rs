//! From the arguments to what is to be sent, by which way and to whom.

use anyhow::bail;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::catalog::{ActionRule, Catalog};
use crate::cli::SendTestArgs;
use crate::config::Config;
use crate::lang::Lang;
use crate::send::evidence::{MPS, TargetState};
use crate::send::{Address, Message};
use crate::suggest;

/// Characters that a message id has at most.
const LONGEST_ID: usize = 64;

/// What is to be sent.
pub struct Plan {
    /// `mps`, or the vendor's id.
    pub via: String,
    pub message: Message,
    /// The vendor to which a second message goes, if the user named it.
    pub other: Option<String>,
    /// The message reaches everybody.
    pub everyone: bool,
}

/// Reads the arguments.
///
/// # Errors
/// One sentence that names the argument and what to do.
pub fn of(args: &SendTestArgs, catalog: &Catalog, config: &Config, lang: Lang) -> anyhow::Result<Plan> {
    let named = args.via.as_deref().map(|name| way(name, catalog, lang)).transpose()?;
    let (via, other) = match (args.bisect, named) {
        (true, named) => (MPS.to_owned(), named.filter(|via| via != MPS)),
        (false, named) => (named.unwrap_or_else(|| MPS.to_owned()), None),
    };
    let action = match (&args.api, via == MPS) {
        (Some(_), false) => bail!(lang.pick(
            "--api names a call of MPS: leave it out with --via VENDOR",
            "--api 是 MPS 的接口：使用 --via 厂商 时请去掉"
        )),
        (name, true) => Some(action(name.as_deref().unwrap_or("simple"), catalog, lang)?),
        (None, false) => None,
    };
    let everyone = action.is_some_and(|a| a.everyone);
    let address = address(args, &via, everyone, lang)?;
    let msg_id = match &args.msg {
        Some(id) => checked_id(id, lang)?,
        None => fresh_id(),
    };
    let package = args.package.clone().or_else(|| config.text("app", "package").map(str::to_owned));
    let message = Message {
        address,
        title: args.title.clone().unwrap_or_else(|| "pushdoctor".to_owned()),
        content: args.content.clone().unwrap_or_else(fresh_text),
        msg_id,
        action: action.map_or_else(|| "simple".to_owned(), |a| a.short.to_string()),
        package,
        ttl: args.ttl,
        settings: args.set.clone(),
    };
    Ok(Plan { via, message, other, everyone })
}

impl Plan {
    /// The second message of a bisection, straight to the vendor: whose, and what.
    ///
    /// # Errors
    /// One sentence, where vendor or token are not known.
    pub fn second(
        &self,
        args: &SendTestArgs,
        target: Option<&TargetState>,
        lang: Lang,
    ) -> anyhow::Result<(String, Message)> {
        let named = self.other.clone().or_else(|| target.and_then(|t| t.vendor.clone()));
        let Some(vendor) = named else {
            bail!(lang.pick(
                "--bisect: MPS names no vendor for this target, so say which with --via VENDOR",
                "--bisect：MPS 没有该目标的厂商信息，请用 --via 指定厂商"
            ));
        };
        let held = target.map(|t| t.vendor_token.clone()).filter(|token| !token.is_empty());
        let Some(token) = args.token.clone().or(held) else {
            bail!(lang.pick(
                "--bisect: MPS holds no vendor token of this target, so give the phone's with --token",
                "--bisect：MPS 没有该目标的厂商 token，请用 --token 给出手机的 token"
            ));
        };
        let message = Message {
            address: Address::Token(token),
            content: format!("{} - direct", self.message.content),
            msg_id: format!("{}d", self.message.msg_id),
            // Parameters of one API are none of another's.
            settings: Vec::new(),
            ..self.message.clone()
        };
        Ok((vendor, message))
    }
}

/// The way of this name: MPS, or a vendor that messages can be sent to.
fn way(name: &str, catalog: &Catalog, lang: Lang) -> anyhow::Result<String> {
    let vendor = suggest::vendor(catalog, name, lang).map_err(anyhow::Error::msg)?.id.to_string();
    if catalog.send(&vendor).is_some() {
        return Ok(vendor);
    }
    let ways: Vec<&str> = catalog.sends().map(|s| s.vendor.as_ref()).collect();
    let list = ways.join(", ");
    bail!(match lang {
        Lang::En => format!("--via {vendor}: no message can be sent there, take one of {list}"),
        Lang::Zh => format!("--via {vendor}：不支持直接发送，可选 {list}"),
    })
}

fn action<'c>(name: &str, catalog: &'c Catalog, lang: Lang) -> anyhow::Result<&'c ActionRule> {
    let actions = catalog.send(MPS).map(|s| s.action.as_ref()).unwrap_or_default();
    let is = |a: &&ActionRule| a.short.eq_ignore_ascii_case(name) || a.name.eq_ignore_ascii_case(name);
    if let Some(action) = actions.iter().find(is) {
        return Ok(action);
    }
    let list = actions.iter().map(|a| a.short.as_ref()).collect::<Vec<_>>().join(", ");
    let shown = crate::read::harmless(name);
    bail!(match lang {
        Lang::En => format!("--api {shown}: there is no such call, take one of {list}"),
        Lang::Zh => format!("--api {shown}：没有这个接口，可选 {list}"),
    })
}

fn address(args: &SendTestArgs, via: &str, everyone: bool, lang: Lang) -> anyhow::Result<Address> {
    let given = |id: &Option<String>| id.as_ref().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    let (device, user, token) = (given(&args.device), given(&args.user), given(&args.token));
    if via == MPS {
        if token.is_some() && !args.bisect {
            bail!(lang.pick(
                "--token is a vendor's token, which MPS does not take: name the vendor with --via, or give --device or --user",
                "--token 是厂商 token，MPS 不接受：请用 --via 指定厂商，或改用 --device、--user"
            ));
        }
        if everyone {
            if device.is_some() || user.is_some() {
                bail!(lang.pick(
                    "a broadcast goes to everybody: leave out --device and --user",
                    "广播会发给所有人：请去掉 --device、--user"
                ));
            }
            return Ok(Address::Everyone);
        }
        return match (device, user) {
            (Some(id), _) => Ok(Address::Device(id)),
            (None, Some(id)) => Ok(Address::User(id)),
            (None, None) => bail!(lang.pick(
                "to whom: give --device ADTOKEN or --user ID, or --via VENDOR with --token",
                "请指定发给谁：--device ad-token 或 --user 用户 ID，或 --via 厂商 加 --token"
            )),
        };
    }
    if device.is_some() || user.is_some() {
        bail!(match lang {
            Lang::En => format!(
                "--device and --user are ids of MPS, which {via} does not know: give --token, or send through MPS"
            ),
            Lang::Zh =>
                format!("--device、--user 是 MPS 的标识，{via} 不认识：请用 --token，或通过 MPS 发送"),
        });
    }
    match token {
        Some(id) => Ok(Address::Token(id)),
        None => bail!(lang.pick(
            "to whom: give the phone's vendor token with --token",
            "请指定发给谁：用 --token 给出手机的厂商 token"
        )),
    }
}

fn checked_id(id: &str, lang: Lang) -> anyhow::Result<String> {
    let plain = !id.is_empty() && id.chars().count() <= LONGEST_ID;
    if plain && id.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(id.to_owned());
    }
    bail!(lang.pick(
        "--msg: an id has 1 to 64 visible ASCII characters without spaces",
        "--msg：消息 ID 为 1 到 64 个可见 ASCII 字符，不含空格"
    ))
}

/// An id that no other run makes.
fn fresh_id() -> String {
    let ms = Timestamp::now().as_millisecond();
    format!("pd{ms}{:04x}", crate::send::random::number(0x1_0000))
}

/// A text that can be found again on the phone and in logs.
fn fresh_text() -> String {
    let number = crate::send::random::number(10_000);
    format!(
        "{} ping {number:04}",
        Timestamp::now().to_zoned_datetime(TimeZone::system()).strftime("%H:%M:%S")
    )
}
