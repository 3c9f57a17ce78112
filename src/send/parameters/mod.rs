//! Parameters of a send, checked against the catalogue before anything leaves the machine.
//!
//! What the server would refuse is refused here, in words that name the parameter and what it may
//! be; what it would take but which leaves the vendor's channel is a warning.

mod unknown;
mod value;

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::Setting;
use crate::catalog::{ParameterRule, SendRules};
use crate::lang::{Bilingual, spaced};

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
    let mut all: Vec<Checked<'r>> = Vec::new();
    for setting in settings {
        let rule = find(rules, action, version, setting)?;
        if all.iter().any(|c| c.rule.name == rule.name) {
            return Err(set(&rule.name, "it is given twice; keep one", "重复设置，请只保留一个"));
        }
        if !rule.option.is_empty() {
            let option = &rule.option;
            return Err(set(
                &rule.name,
                &format!("this value comes from {option}; use that"),
                &format!("该值由 {option} 给出，请改用它"),
            ));
        }
        let (value, text) = value::read(rule, action, setting.value.as_str())?;
        all.push(Checked { rule, value, text });
    }
    needs(rules, action, version, &all)?;
    Ok(all)
}

/// The first parameter that an action requires and that is not among `given`.
pub fn missing(rules: &SendRules, action: &str, version: &str, given: &[&str]) -> Option<Bilingual> {
    let rule = rules.parameter.iter().find(|rule| {
        fits(rule, action, version)
            && rule.required.iter().any(|a| a == action)
            && !given.iter().any(|g| g.eq_ignore_ascii_case(&rule.name))
    })?;
    let name = &rule.name;
    let (en, zh) = if !rule.option.is_empty() {
        (format!("give {}", rule.option), format!("请用 {} 给出", rule.option))
    } else if let Some((section, key)) = rule.config.split_once('.') {
        (
            format!("set {key} in section [{section}] of pushdoctor.toml, or --set {name}=…"),
            format!("请在 pushdoctor.toml 的 [{section}] 小节填写 {key}，或用 --set {name}=… 给出"),
        )
    } else {
        (format!("give it with --set {name}=…"), format!("请用 --set {name}=… 给出"))
    };
    Some(Bilingual::new(
        format!("{action} needs {name} ({}): {en}", rule.en),
        spaced(&format!("{action} 必须有 {name}（{}）：{zh}", rule.zh)),
    ))
}

/// What is worth saying of parameters that may be sent: choices that leave the vendor's channel.
pub fn warnings(checked: &[Checked<'_>]) -> Vec<Bilingual> {
    let mut all = Vec::new();
    for Checked { rule, text, .. } in checked {
        let name = &rule.name;
        if rule.leaves_vendor.iter().any(|v| v == text) {
            all.push(Bilingual::new(
                format!(
                    "{name}={text} sends by the self-built channel, so this message says nothing of the vendor's"
                ),
                format!("{name}={text} 会强制走自建通道，这条消息无法验证厂商通道"),
            ));
        } else if rule.may_leave_vendor.iter().any(|v| v == text) {
            all.push(Bilingual::new(
                format!(
                    "{name}={text} may send by the self-built channel; to test the vendor's, leave it out"
                ),
                format!("{name}={text} 可能改走自建通道；要验证厂商通道，请不要设置它"),
            ));
        }
    }
    all
}

fn fits(rule: &ParameterRule, action: &str, version: &str) -> bool {
    in_action(rule, action) && in_version(rule, version)
}

fn in_action(rule: &ParameterRule, action: &str) -> bool {
    rule.actions.is_empty() || action.is_empty() || rule.actions.iter().any(|a| a == action)
}

fn in_version(rule: &ParameterRule, version: &str) -> bool {
    rule.versions.is_empty() || version.is_empty() || rule.versions.iter().any(|v| v == version)
}

/// The rule of a name in an action.
fn find<'r>(
    rules: &'r SendRules,
    action: &str,
    version: &str,
    setting: &Setting,
) -> Result<&'r ParameterRule, Bilingual> {
    let name = setting.name.trim();
    let named = |rule: &&ParameterRule| rule.name.eq_ignore_ascii_case(name);
    match rules.parameter.iter().filter(|rule| fits(rule, action, version)).find(named) {
        Some(rule) => Ok(rule),
        None => Err(unknown::sentence(rules, action, version, name)),
    }
}

/// Parameters that others call for.
fn needs(rules: &SendRules, action: &str, version: &str, all: &[Checked<'_>]) -> Result<(), Bilingual> {
    for Checked { rule, text, .. } in all {
        for need in rule.need.iter().filter(|need| need.values.iter().any(|v| v == text)) {
            let exists =
                |name: &str| rules.parameter.iter().any(|p| p.name == name && fits(p, action, version));
            let known: Vec<&str> = need.any.iter().map(AsRef::as_ref).filter(|n| exists(n)).collect();
            let given = all.iter().any(|c| known.contains(&c.rule.name.as_ref()));
            if !known.is_empty() && !given {
                return Err(set(
                    &rule.name,
                    &format!("{text} needs {} beside it", known.join(" or ")),
                    &format!("取值 {text} 时还需要设置 {}", known.join(" 或 ")),
                ));
            }
        }
    }
    Ok(())
}

/// A sentence on one setting.
fn set(name: &str, en: &str, zh: &str) -> Bilingual {
    let name: String = crate::read::harmless(name).chars().take(80).collect();
    Bilingual::new(format!("--set {name}: {en}"), format!("--set {name}：{zh}"))
}
