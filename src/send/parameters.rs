//! Parameters of a send, checked against the catalogue before anything leaves the machine.

use serde_json::Value;

use super::Setting;
use crate::catalog::{ParameterKind, ParameterRule, SendRules};
use crate::lang::Bilingual;

/// A parameter with a value that may be sent.
#[derive(Clone, Debug)]
pub struct Checked<'r> {
    pub rule: &'r ParameterRule,
    /// The value as JSON: a text, a number, a truth value, or a map.
    pub value: Value,
    /// The value as it stands in a form.
    pub text: String,
}

/// The settings as parameters of an action (by its API name; empty where the vendor has one only) in
/// a version of the API (empty: any).
///
/// # Errors
/// One sentence that names the parameter, its value and what it may be.
pub fn check<'r>(
    rules: &'r SendRules,
    action: &str,
    version: &str,
    settings: &[Setting],
) -> Result<Vec<Checked<'r>>, Bilingual> {
    let fits = |rule: &ParameterRule| {
        (rule.actions.is_empty() || action.is_empty() || rule.actions.iter().any(|a| a == action))
            && (rule.versions.is_empty() || version.is_empty() || rule.versions.iter().any(|v| v == version))
    };
    let mut all = Vec::new();
    for setting in settings {
        let named = |rule: &&ParameterRule| rule.name.eq_ignore_ascii_case(&setting.name);
        let Some(rule) = rules.parameter.iter().filter(|rule| fits(rule)).find(named) else {
            return Err(unknown(rules, setting));
        };
        all.push(Checked { rule, value: value(rule, &setting.value)?, text: setting.value.clone() });
    }
    Ok(all)
}

fn unknown(rules: &SendRules, setting: &Setting) -> Bilingual {
    let name = &setting.name;
    Bilingual::new(
        format!("--set {name}: {} has no such parameter", rules.vendor),
        format!("--set {name}：{} 没有这个参数", rules.vendor),
    )
}

fn value(rule: &ParameterRule, text: &str) -> Result<Value, Bilingual> {
    let wrong = |en: &str, zh: &str| {
        Bilingual::new(format!("--set {}: {en}", rule.name), format!("--set {}：{zh}", rule.name))
    };
    if !rule.values.is_empty() && !rule.values.iter().any(|v| v == text) {
        let list = rule.values.join(", ");
        return Err(wrong(&format!("the value must be one of {list}"), &format!("取值只能是 {list}")));
    }
    match rule.kind {
        ParameterKind::Text => Ok(Value::String(text.to_owned())),
        ParameterKind::Integer => text
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| wrong("the value must be a whole number", "取值必须是整数")),
        ParameterKind::Boolean => text
            .parse::<bool>()
            .map(Value::from)
            .map_err(|_| wrong("the value must be true or false", "取值必须是 true 或 false")),
        ParameterKind::Json | ParameterKind::Map => {
            serde_json::from_str(text).map_err(|_| wrong("the value must be JSON", "取值必须是 JSON"))
        }
    }
}
