//! A name that an action does not take: a slip, a parameter of another action or version, or nothing
//! that anybody knows. Each gets the remedy of its own.

use super::{fits, in_action, set};
use crate::catalog::SendRules;
use crate::lang::{Bilingual, Lang};
use crate::suggest;

/// The sentence on a name.
pub fn sentence(rules: &SendRules, action: &str, version: &str, name: &str) -> Bilingual {
    let of = if action.is_empty() { rules.vendor.as_ref() } else { action };
    if let Some(rule) = rules.parameter.iter().find(|r| r.name.eq_ignore_ascii_case(name)) {
        if !in_action(rule, action) {
            let others = rule.actions.join(", ");
            let inner = inner(rules, action, version, name);
            let (en, zh) = match &inner {
                Some(inner) => (format!("; {of} takes {inner}"), format!("；{of} 请用 {inner}")),
                None => Default::default(),
            };
            return set(
                &rule.name,
                &format!("{of} does not take it, only {others}{en}"),
                &format!("{of} 不支持该参数，仅 {others} 支持{zh}"),
            );
        }
        let versions = rule.versions.join(", ");
        return set(
            &rule.name,
            &format!("version {version} of the API does not know it, only {versions} (key mps.version)"),
            &format!("{version} 版本的接口没有该参数，仅 {versions} 有（配置项 mps.version）"),
        );
    }
    let known = || rules.parameter.iter().filter(|r| fits(r, action, version) && r.option.is_empty());
    let near = suggest::nearest(name, known().map(|r| r.name.as_ref()));
    if near.is_empty() {
        let list = known().map(|r| r.name.as_ref()).collect::<Vec<_>>();
        return set(
            name,
            &format!("{of} has no such parameter; known are {}", list.join(", ")),
            &format!("{of} 没有这个参数；可用的有 {}", list.join("、")),
        );
    }
    set(
        name,
        &format!("{of} has no such parameter{}", suggest::did_you_mean(Lang::En, &near)),
        &format!("{of} 没有这个参数{}", suggest::did_you_mean(Lang::Zh, &near)),
    )
}

/// The same parameter where an action has it one level down: `TargetMsg.1.TemplateKeyValue`.
fn inner<'r>(rules: &'r SendRules, action: &str, version: &str, name: &str) -> Option<&'r str> {
    let end = format!(".{}", name.to_ascii_lowercase());
    let found = rules
        .parameter
        .iter()
        .find(|r| fits(r, action, version) && r.name.to_ascii_lowercase().ends_with(&end))?;
    Some(found.name.as_ref())
}
