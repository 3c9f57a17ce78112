//! What a message is in parameters of the OpenAPI: what the user set, and what follows from the
//! message, its address and the app.

use serde_json::{Value, json};

use super::config::MpsConfig;
use crate::catalog::{ActionRule, SendRules};
use crate::lang::{Bilingual, spaced};
use crate::send::parameters::{self, Checked};
use crate::send::{Address, Message, text_limits};

/// The kinds of target (`DeliveryType`) that a user, and an Android device, is.
const USER: &str = "3";
const ANDROID: &str = "1";
/// The name of a task that nobody named; MPS refuses one without.
const TASK: &str = "pushdoctor";

/// A message ready to take the form of an API.
#[derive(Clone, Debug)]
pub struct Prepared<'r> {
    pub action: &'r ActionRule,
    /// What the user set.
    pub checked: Vec<Checked<'r>>,
    /// The rest, by its names: `DeliveryType`, `Title` … without the targets.
    pub given: Vec<(&'static str, Value)>,
}

impl Prepared<'_> {
    /// The value of a parameter that the user set.
    pub fn set(&self, name: &str) -> Option<&Checked<'_>> {
        self.checked.iter().find(|c| c.rule.name == name)
    }
}

/// Checks a message and fills in what it does not name.
///
/// # Errors
/// One sentence that names the parameter and the remedy.
pub fn prepare<'r>(
    rules: &'r SendRules,
    config: &MpsConfig,
    version: &str,
    message: &Message,
) -> Result<Prepared<'r>, Bilingual> {
    let action = action(rules, &message.action)?;
    if action.everyone != (message.address == Address::Everyone) {
        return Err(if action.everyone {
            Bilingual::new(
                format!("{} sends to everybody who has the app: leave out --device and --user", action.name),
                format!("{} 会发给全部用户：请去掉 --device 和 --user", action.name),
            )
        } else {
            Bilingual::new(
                format!("{} needs a target: give --device or --user", action.name),
                format!("{} 需要目标：请给出 --device 或 --user", action.name),
            )
        });
    }
    let checked = parameters::check(rules, &action.name, version, &message.settings)?;
    let mut prepared = Prepared { action, checked, given: Vec::new() };
    if let Some(sentence) = text_limits::whole(rules, message, &prepared.checked) {
        return Err(sentence);
    }
    kind_of_target(&prepared, message)?;
    lifetime(rules, &prepared, message)?;
    let delivery = if matches!(message.address, Address::User(_)) { USER } else { ANDROID };
    let texts = text_limits::carries_texts(rules, &action.name);
    let mut give = |name: &'static str, value: Option<Value>| {
        if let Some(value) = value.filter(|_| prepared.set(name).is_none()) {
            prepared.given.push((name, value));
        }
    };
    let owned = |value: &Option<String>| value.clone().map(Value::String);
    give("AppId", owned(&config.app_id));
    give("WorkspaceId", owned(&config.workspace_id));
    give("TenantId", owned(&config.tenant_id));
    give("TaskName", Some(json!(TASK)));
    give("DeliveryType", delivery.parse::<i64>().ok().map(Value::from));
    give("ExpiredSeconds", Some(json!(message.ttl)));
    give("Title", texts.then(|| json!(message.title)));
    give("Content", texts.then(|| json!(message.content)));
    let mut names: Vec<&str> = prepared.given.iter().map(|(name, _)| *name).collect();
    names.extend(prepared.checked.iter().map(|c| c.rule.name.as_ref()));
    names.extend(["TargetMsgkey", "TargetMsg", "Msgkey"]);
    match parameters::missing(rules, &action.name, version, &names) {
        Some(sentence) => Err(sentence),
        None => Ok(prepared),
    }
}

/// The parameters as the form has them.
pub fn form(rules: &SendRules, prepared: &Prepared<'_>, message: &Message) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut all: Vec<(String, String)> =
        prepared.given.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
    all.extend(prepared.checked.iter().map(|c| (c.rule.name.to_string(), c.text.clone())));
    let id = message.address.id();
    let mut add = |name: &str, value: &str| all.push((name.to_owned(), value.to_owned()));
    if takes(rules, &prepared.action.name, "TargetMsgkey") {
        add("TargetMsgkey", &json!({ id: message.msg_id }).to_string());
    }
    if takes(rules, &prepared.action.name, "TargetMsg") {
        add("TargetMsg.1.Target", id);
        add("TargetMsg.1.MsgKey", &message.msg_id);
    }
    if takes(rules, &prepared.action.name, "Msgkey") {
        add("Msgkey", &message.msg_id);
    }
    all
}

/// Whether an action has a parameter.
pub fn takes(rules: &SendRules, action: &str, name: &str) -> bool {
    let rule = rules.parameter.iter().find(|p| p.name == name);
    rule.is_some_and(|p| p.actions.is_empty() || p.actions.iter().any(|a| a == action))
}

fn action<'r>(rules: &'r SendRules, name: &str) -> Result<&'r ActionRule, Bilingual> {
    let named = |a: &&ActionRule| a.short.eq_ignore_ascii_case(name) || a.name.eq_ignore_ascii_case(name);
    let found = if name.is_empty() { rules.action.first() } else { rules.action.iter().find(named) };
    found.ok_or_else(|| {
        let list: Vec<&str> = rules.action.iter().map(|a| a.short.as_ref()).collect();
        let shown: String = crate::read::harmless(name).chars().take(40).collect();
        Bilingual::new(
            format!("MPS has no way of sending \"{shown}\", known are {}", list.join(", ")),
            format!("MPS 没有“{shown}”这种推送方式，可用的有 {}", list.join("、")),
        )
    })
}

/// How long the message waits, where the option says it.
fn lifetime(rules: &SendRules, prepared: &Prepared<'_>, message: &Message) -> Result<(), Bilingual> {
    let rule = rules.parameter.iter().find(|p| p.name == "ExpiredSeconds");
    let (Some(rule), None) = (rule, prepared.set("ExpiredSeconds")) else { return Ok(()) };
    let seconds = i64::from(message.ttl);
    let (min, max) = (rule.min.unwrap_or(i64::MIN), rule.max.unwrap_or(i64::MAX));
    if (min..=max).contains(&seconds) {
        return Ok(());
    }
    Err(Bilingual::new(
        format!("--ttl {seconds}: MPS takes {min} to {max} seconds"),
        format!("--ttl {seconds}：MPS 只接受 {min} 到 {max} 秒"),
    ))
}

/// A user is no device: the message would go to whatever device has the user's name as its id.
fn kind_of_target(prepared: &Prepared<'_>, message: &Message) -> Result<(), Bilingual> {
    let Some(set) = prepared.set("DeliveryType") else {
        return match message.address {
            Address::Token(_) => Err(Bilingual::new(
                "MPS knows devices and users, not the vendor's token: give --device or --user, or name the vendor with --via",
                "MPS 只认设备和用户，不认厂商 token：请给出 --device 或 --user，或用 --via 指定厂商直发",
            )),
            _ => Ok(()),
        };
    };
    let user = set.text == USER;
    let wrong = match message.address {
        Address::User(_) => !user,
        Address::Device(_) => user,
        _ => false,
    };
    if !wrong {
        return Ok(());
    }
    let (is, option) = if user { ("users", "--user") } else { ("devices", "--device") };
    let is_zh = if user { "用户" } else { "设备" };
    Err(Bilingual::new(
        format!("--set DeliveryType={} is for {is}: give the target with {option}", set.text),
        spaced(&format!("--set DeliveryType={} 面向{is_zh}：请用 {option} 给出目标", set.text)),
    ))
}
