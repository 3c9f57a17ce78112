//! What the MPS OpenAPI takes, as a table: which call needs and knows which parameter, and what may
//! stand there. From the public API reference; the program's own table is not looked at.

use super::wire::field;

/// What a value must be.
pub enum Kind {
    Text,
    /// A whole number between the two.
    Number(i64, i64),
    One(&'static [&'static str]),
    /// A JSON object with at most so many entries.
    Map(usize),
    /// A JSON object or list.
    Json,
}

use Kind::{Json, Map, Number, One, Text};

/// Calls as letters: Simple, Template, Multiple, Broadcast.
type Calls = &'static str;

/// Name, calls that need it, calls that know it, what it is.
const PARAMETERS: &[(&str, Calls, Calls, Kind)] = &[
    ("AppId", "STMB", "STMB", Text),
    ("WorkspaceId", "STMB", "STMB", Text),
    ("TenantId", "", "STMB", Text),
    ("TaskName", "S", "STMB", Text),
    ("DeliveryType", "STMB", "STMB", One(&["1", "2", "3", "5", "6", "7"])),
    ("TargetMsgkey", "ST", "ST", Map(10)),
    ("Msgkey", "B", "B", Text),
    ("Title", "S", "S", Text),
    ("Content", "S", "S", Text),
    ("TemplateName", "TMB", "TMB", Text),
    ("TemplateKeyValue", "", "TB", Map(100)),
    ("ExpiredSeconds", "STMB", "STMB", Number(1, 7 * 86_400)),
    ("ExtendedParams", "", "STMB", Map(20)),
    ("NotifyType", "", "STMB", One(&["transparent", "notify"])),
    ("AndroidChannel", "", "B", One(&["1", "2"])),
    ("PushAction", "", "STMB", One(&["0", "1"])),
    ("Uri", "", "S", Text),
    ("Silent", "", "STMB", One(&["0", "1"])),
    ("PushStyle", "", "S", One(&["0", "1", "2"])),
    ("ImageUrls", "", "S", Json),
    ("IconUrls", "", "S", Json),
    ("StrategyType", "", "STMB", One(&["0", "1", "2"])),
    ("StrategyContent", "", "STMB", Json),
    ("Classification", "", "STMB", One(&["0", "1"])),
    ("ChannelId", "", "STMB", Text),
    ("MiChannelId", "", "STMB", Text),
    ("ThirdChannelCategory", "", "STMB", Json),
    ("NotifyLevel", "", "STMB", Json),
    ("TransparentMessagePayload", "", "STMB", Json),
    ("TransparentMessageUrgency", "", "STMB", One(&["HIGH", "NORMAL"])),
    ("ActivityEvent", "", "STM", Text),
    ("ActivityContentState", "", "STM", Text),
    ("DismissalDate", "", "STM", Number(0, i64::MAX)),
    ("SmsStrategy", "", "ST", Text),
    ("SmsSignName", "", "ST", Text),
    ("SmsTemplateCode", "", "ST", Text),
    ("SmsTemplateParam", "", "ST", Text),
    ("PushStatus", "", "B", One(&["0", "1", "2"])),
    ("BindPeriod", "", "B", One(&["1", "2", "3", "4"])),
    ("UnBindPeriod", "", "B", One(&["1", "2", "3", "4"])),
    ("TimeMode", "", "B", Text),
    ("BindStartTime", "", "B", Number(0, i64::MAX)),
    ("BindEndTime", "", "B", Number(0, i64::MAX)),
    ("UnBindStartTime", "", "B", Number(0, i64::MAX)),
    ("UnBindEndTime", "", "B", Number(0, i64::MAX)),
];

/// Parameters that the version for finance does not know.
const NOT_IN_FINANCE: &[&str] =
    &["SmsStrategy", "SmsSignName", "SmsTemplateCode", "SmsTemplateParam", "BindPeriod"];

/// Keys of ExtendedParams that MPS sets by itself.
const RESERVED: &[&str] =
    &["notifyType", "action", "silent", "pushType", "templateCode", "channel", "taskId"];

/// What the service answers to a wrong parameter: its code, and the words.
pub type Wrong = (String, String);

/// Checks the parameters of a call that sends.
///
/// # Errors
/// The first that is wrong.
pub fn check(action: &str, version: &str, form: &[(String, String)]) -> Result<(), Wrong> {
    let call = match action {
        "PushSimple" => 'S',
        "PushTemplate" => 'T',
        "PushMultiple" => 'M',
        _ => 'B',
    };
    for (name, needed, _, _) in PARAMETERS {
        if needed.contains(call) && field(form, name).is_empty() {
            return Err((format!("Missing{name}"), format!("{name} is mandatory for this action.")));
        }
    }
    let invalid = |name: &str, value: &str| ("InvalidParameter".to_owned(), format!("{name}={value}"));
    for (name, value) in form {
        if call == 'M' && name.starts_with("TargetMsg.") {
            continue;
        }
        let Some((_, _, known, kind)) = PARAMETERS.iter().find(|(n, ..)| n == name) else {
            return Err(invalid(name, "is not known"));
        };
        let finance = version == "2020-07-10" && NOT_IN_FINANCE.contains(&name.as_str());
        if !known.contains(call) || finance || !fits(kind, value) {
            return Err(invalid(name, value));
        }
    }
    if call == 'B' && !["1", "2", "7"].contains(&field(form, "DeliveryType")) {
        return Err(invalid("DeliveryType", "of a broadcast"));
    }
    let extended: serde_json::Value = serde_json::from_str(field(form, "ExtendedParams")).unwrap_or_default();
    if let Some(key) = RESERVED.iter().find(|key| extended.get(**key).is_some()) {
        return Err(invalid("ExtendedParams", key));
    }
    if !["", "0"].contains(&field(form, "StrategyType")) && field(form, "StrategyContent").is_empty() {
        return Err(("MissingStrategyContent".to_owned(), "needed by StrategyType".to_owned()));
    }
    Ok(())
}

fn fits(kind: &Kind, value: &str) -> bool {
    let json = || serde_json::from_str::<serde_json::Value>(value).ok();
    match kind {
        Text => !value.is_empty(),
        Number(low, high) => value.parse().is_ok_and(|n: i64| (*low..=*high).contains(&n)),
        One(values) => values.contains(&value),
        Map(most) => {
            json().and_then(|v| v.as_object().map(|m| !m.is_empty() && m.len() <= *most)) == Some(true)
        }
        Json => json().is_some_and(|v| v.is_object() || v.is_array()),
    }
}

/// Targets and the sender's message ids of a call.
///
/// # Errors
/// What is wrong with them.
pub fn targets(form: &[(String, String)]) -> Result<Vec<(String, String)>, Wrong> {
    let wrong = |why: &str| ("InvalidParameter".to_owned(), why.to_owned());
    let map = field(form, "TargetMsgkey");
    if !map.is_empty() {
        let map: serde_json::Value = serde_json::from_str(map).map_err(|e| wrong(&e.to_string()))?;
        let entries = map.as_object().ok_or_else(|| wrong("TargetMsgkey is no map"))?;
        return entries
            .iter()
            .map(|(target, key)| match key.as_str() {
                Some(key) if !key.is_empty() && key.len() <= 64 && !target.is_empty() => {
                    Ok((target.clone(), key.to_owned()))
                }
                _ => Err(wrong("TargetMsgkey: the value is the id of the message, a text")),
            })
            .collect();
    }
    if !field(form, "Msgkey").is_empty() {
        return Ok(vec![("everyone".to_owned(), field(form, "Msgkey").to_owned())]);
    }
    let mut all = Vec::new();
    for n in 1..=100 {
        let (target, key) = (format!("TargetMsg.{n}.Target"), format!("TargetMsg.{n}.MsgKey"));
        match (field(form, &target), field(form, &key)) {
            ("", "") => break,
            ("", _) => return Err(("MissingTarget".to_owned(), target)),
            (_, "") => return Err(("MissingMsgKey".to_owned(), key)),
            (target, key) => all.push((target.to_owned(), key.to_owned())),
        }
    }
    if all.is_empty() { Err(("MissingTargetMsg".to_owned(), String::new())) } else { Ok(all) }
}
