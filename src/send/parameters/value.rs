//! One value against the rule of its parameter.

use serde_json::{Map, Value};

use super::set;
use crate::catalog::{ParameterKind, ParameterRule};
use crate::lang::{Bilingual, Lang};
use crate::suggest;

/// The value as JSON, and as it stands in a form.
///
/// # Errors
/// One sentence that says what it may be.
pub fn read(rule: &ParameterRule, action: &str, text: &str) -> Result<(Value, String), Bilingual> {
    listed(rule, action, text)?;
    let value =
        match rule.kind {
            ParameterKind::Text => Value::String(text.to_owned()),
            ParameterKind::Integer => Value::from(integer(rule, text)?),
            ParameterKind::Boolean => Value::from(text.parse::<bool>().map_err(|_| {
                set(&rule.name, "the value must be true or false", "取值必须是 true 或 false")
            })?),
            ParameterKind::Json | ParameterKind::Map => json(rule, text)?,
        };
    let written = match (&value, rule.kind) {
        (Value::String(_), ParameterKind::Text) if rule.most > 0 => {
            at_most(rule, text.chars().count(), "characters", "个字符")?;
            text.to_owned()
        }
        // Alibaba's SDKs write maps anew; texts that hold JSON go as they are.
        (_, ParameterKind::Map) => value.to_string(),
        (Value::Number(n), _) => n.to_string(),
        _ => text.to_owned(),
    };
    if let Value::Object(map) = &value {
        entries(rule, map)?;
    }
    if let Value::Array(list) = &value {
        at_most(rule, list.len(), "entries", "项")?;
    }
    Ok((value, written))
}

/// Values that are listed, by the parameter or by the action.
fn listed(rule: &ParameterRule, action: &str, text: &str) -> Result<(), Bilingual> {
    let only = rule.only.iter().find(|only| only.action == action);
    let values = only.map_or(&rule.values, |only| &only.values);
    if values.is_empty() || values.iter().any(|v| v == text) {
        return Ok(());
    }
    let shown: String = crate::read::harmless(text).chars().take(40).collect();
    let list = values.join(", ");
    let of = if only.is_some() { format!(" in {action}") } else { String::new() };
    let of_zh = if only.is_some() { format!("{action} 中") } else { String::new() };
    Err(set(
        &rule.name,
        &format!("\"{shown}\" is none of its values{of}: {list} ({})", rule.en),
        &format!("“{shown}”不在{of_zh}可用取值之内：{list}（{}）", rule.zh),
    ))
}

fn integer(rule: &ParameterRule, text: &str) -> Result<i64, Bilingual> {
    let number = text
        .trim()
        .parse::<i64>()
        .map_err(|_| set(&rule.name, "the value must be a whole number", "取值必须是整数"))?;
    if let Some(min) = rule.min.filter(|min| number < *min) {
        return Err(set(
            &rule.name,
            &format!("{number} is too small, the least is {min}"),
            &format!("{number} 过小，最小为 {min}"),
        ));
    }
    if let Some(max) = rule.max.filter(|max| number > *max) {
        return Err(set(
            &rule.name,
            &format!("{number} is too large, the most is {max}"),
            &format!("{number} 过大，最大为 {max}"),
        ));
    }
    Ok(number)
}

fn json(rule: &ParameterRule, text: &str) -> Result<Value, Bilingual> {
    let value: Value = serde_json::from_str(text).map_err(|e| {
        let at = e.column();
        set(
            &rule.name,
            &format!("the value is no JSON from character {at} on; write it like {{\"key\":\"value\"}}"),
            &format!("取值从第 {at} 个字符起不是有效的 JSON；请写成 {{\"key\":\"value\"}} 的形式"),
        )
    })?;
    let whole = match rule.kind {
        ParameterKind::Map => value
            .as_object()
            .is_some_and(|map| map.values().all(|v| matches!(v, Value::String(_) | Value::Number(_)))),
        _ => value.is_object() || value.is_array(),
    };
    if whole {
        return Ok(value);
    }
    Err(if rule.kind == ParameterKind::Map {
        set(
            &rule.name,
            "the value must be a JSON object of texts or numbers, like {\"key\":\"value\"}",
            "取值必须是由文本或数字组成的 JSON 对象，例如 {\"key\":\"value\"}",
        )
    } else {
        set(&rule.name, "the value must be a JSON object or list", "取值必须是 JSON 对象或数组")
    })
}

/// Keys of a map: known, not reserved, not too many, with values that they may have.
fn entries(rule: &ParameterRule, map: &Map<String, Value>) -> Result<(), Bilingual> {
    at_most(rule, map.len(), "keys", "个键")?;
    for (key, value) in map {
        let shown: String = crate::read::harmless(key).chars().take(40).collect();
        if rule.reserved.iter().any(|r| r.eq_ignore_ascii_case(key)) {
            return Err(set(
                &rule.name,
                &format!("the key \"{shown}\" is reserved for MPS, choose another name"),
                &format!("“{shown}”是 MPS 的保留键，请换一个名字"),
            ));
        }
        if !rule.keys.is_empty() && !rule.keys.iter().any(|k| k == key) {
            let near = suggest::nearest(key, rule.keys.iter().map(AsRef::as_ref));
            let list = rule.keys.join(", ");
            return Err(set(
                &rule.name,
                &format!(
                    "there is no key \"{shown}\", known are {list}{}",
                    suggest::did_you_mean(Lang::En, &near)
                ),
                &format!("没有“{shown}”这个键，可用的有 {list}{}", suggest::did_you_mean(Lang::Zh, &near)),
            ));
        }
        let Some(of) = rule.key.iter().find(|k| k.name == *key) else { continue };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !of.values.iter().any(|v| *v == text) {
            let text: String = crate::read::harmless(&text).chars().take(40).collect();
            let list = of.values.join(", ");
            return Err(set(
                &rule.name,
                &format!("\"{text}\" is no value of \"{shown}\": {list}"),
                &format!("“{shown}”的取值不能是“{text}”，可用的有 {list}"),
            ));
        }
    }
    Ok(())
}

fn at_most(rule: &ParameterRule, count: usize, en: &str, zh: &str) -> Result<(), Bilingual> {
    let most = rule.most as usize;
    if most == 0 || count <= most {
        return Ok(());
    }
    Err(set(
        &rule.name,
        &format!("it has {count} {en}, the most is {most}"),
        &format!("共 {count} {zh}，最多 {most} {zh}"),
    ))
}
