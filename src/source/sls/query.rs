//! The search for what a filter asks. Values come from users and phones, so each stands quoted: none
//! can become an operator.

use super::settings::SlsConfig;
use crate::lang::Bilingual;
use crate::source::server_log::filter::Filter;

/// Terms that the service takes in one search, less some for the config's own.
const MOST_OPERATIONS: usize = 16;

/// The search for a filter: the config's own query, the operations, the identifiers. A code and a
/// vendor are not searched for: logs write them in many ways, so records are filtered by them.
///
/// # Errors
/// One sentence, where a value or the config's query cannot stand in a search.
pub fn search(config: &SlsConfig, filter: &Filter) -> Result<String, Bilingual> {
    let named = [
        ("user", &filter.user),
        ("device", &filter.device),
        ("msg_id", &filter.message),
        // The vendor token has no field of its own in the config.
        ("", &filter.token),
    ];
    let mut terms = operations(config, filter)?;
    for (field, value) in named {
        if let Some(value) = value.as_deref().filter(|v| !v.is_empty()) {
            terms.push(term(config.field(field), value)?);
        }
    }
    Ok(terms.join(" and "))
}

/// The same without the identifiers.
///
/// # Errors
/// See [`search`].
pub fn search_of_operations(config: &SlsConfig, filter: &Filter) -> Result<String, Bilingual> {
    Ok(operations(config, filter)?.join(" and "))
}

fn operations(config: &SlsConfig, filter: &Filter) -> Result<Vec<String>, Bilingual> {
    let mut terms = Vec::new();
    match config.query.trim() {
        "" | "*" => {}
        own if has_statement(own) => {
            return Err(Bilingual::new(
                "sls.query holds a statement behind \"|\": leave the search only, in front of it",
                "sls.query 中含有“|”及其后的分析语句：请只保留“|”前的查询语句",
            ));
        }
        own => terms.push(format!("({own})")),
    }
    let field = config.field("operation");
    let wanted = filter.operations.iter().filter(|o| !o.is_empty());
    let any: Vec<String> = wanted.map(|o| term(field, o)).collect::<Result<_, _>>()?;
    match any.as_slice() {
        [] => {}
        [one] => terms.push(one.clone()),
        // More would exceed what a search may hold; records are filtered again anyway.
        many if many.len() > MOST_OPERATIONS => {}
        many => terms.push(format!("({})", many.join(" or "))),
    }
    if terms.is_empty() {
        terms.push("*".to_owned());
    }
    Ok(terms)
}

/// One quoted value, in its field where the config names that.
fn term(field: Option<&str>, value: &str) -> Result<String, Bilingual> {
    if value.len() > 4096 || value.chars().any(char::is_control) {
        return Err(Bilingual::new(
            "a value to search for has control characters or is longer than 4096 bytes",
            "要查询的值含有控制字符，或超过 4096 字节",
        ));
    }
    let value = quoted(value);
    Ok(match field {
        Some(field) => format!("{}:{value}", quoted(field)),
        None => value,
    })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a query has a statement: a `|` outside of quotes.
pub(super) fn has_statement(query: &str) -> bool {
    let (mut inside, mut escaped) = (false, false);
    for c in query.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => inside = !inside,
            '|' if !inside => return true,
            _ => {}
        }
    }
    false
}
