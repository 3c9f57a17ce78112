//! Failures of single targets inside an answer, which may call itself a success.

use regex::Regex;
use serde_json::Value;

use super::{at, collect_roots, scalar};
use crate::catalog::{Target, ascii_classes};

/// A target that the vendor refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub side: String,
    /// As the catalogue writes it.
    pub code: String,
    /// Whose, where the answer says so.
    pub token: Option<String>,
}

/// How many targets are read of one answer.
/// A shorter text is no vendor's token.
const TOKEN: usize = 20;
const TARGETS: usize = 2048;

/// What the rules find anywhere in `document`, each once.
pub fn refused<'t>(rules: impl Iterator<Item = &'t Target>, document: &Value) -> Vec<Refused> {
    let mut roots = Vec::new();
    collect_roots(document, &mut roots);
    let mut all = Vec::new();
    for rule in rules {
        let pattern = match rule.code_pattern.is_empty() {
            true => None,
            false => Regex::new(&ascii_classes(&rule.code_pattern)).ok(),
        };
        for root in roots.iter().filter(|root| rule.has.iter().all(|p| !at(root, p).is_empty())) {
            for value in rule.each.iter().flat_map(|pointer| at(root, pointer)) {
                take(rule, pattern.as_ref(), value, &mut all);
            }
        }
    }
    all
}

fn take(rule: &Target, pattern: Option<&Regex>, value: &Value, all: &mut Vec<Refused>) {
    let mut add = |code: &str, token: Option<String>| {
        let counts = !code.is_empty() && pattern.is_none_or(|p| p.is_match(code));
        let refused = Refused { side: rule.side.to_string(), code: format!("{}{code}", rule.prefix), token };
        if counts && all.len() < TARGETS && !all.contains(&refused) {
            all.push(refused);
        }
    };
    if !rule.code.is_empty() {
        let first = |pointer: &str| at(value, pointer).into_iter().find_map(scalar);
        let token = if rule.token.is_empty() { None } else { first(&rule.token) };
        if let Some(code) = first(&rule.code) {
            add(&code, token);
        }
    } else if rule.code_is_key {
        for (code, tokens) in value.as_object().into_iter().flatten() {
            listed(tokens).into_iter().for_each(|token| add(code, Some(token)));
        }
    } else if rule.no_token {
        // A name of a class refuses every target of the answer; a token in its place, only its own.
        for name in listed(value) {
            add(&rule.fixed, Some(name).filter(|name| name.len() >= TOKEN));
        }
    } else {
        listed(value).into_iter().for_each(|token| add(&rule.fixed, Some(token)));
    }
}

/// Tokens as a list, or as a text with commas.
fn listed(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(scalar).collect(),
        Value::String(text) => {
            text.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;
    use crate::catalog::answer::{DEPTH, documents, unfold};

    use super::*;

    #[test]
    fn every_rule_reads_its_sample_and_no_other_does() {
        let catalog = Catalog::builtin();
        for rule in catalog.targets() {
            let document = unfold(documents(&rule.sample).pop().unwrap(), DEPTH);
            let own = catalog.targets().filter(|t| t.vendor == rule.vendor);
            let found = refused(own, &document);
            let token = Some(rule.sample_token.to_string()).filter(|t| !t.is_empty());
            let wanted = Refused { side: rule.side.to_string(), code: rule.sample_code.to_string(), token };
            assert_eq!(found, [wanted], "{}", rule.sample);
            let (vendor, side, code) = (&rule.vendor, &rule.side, &rule.sample_code);
            assert!(catalog.code(vendor, side, code).is_some(), "{vendor}.{side}.{code}");
        }
    }

    #[test]
    fn lists_that_are_empty_refuse_nobody() {
        let catalog = Catalog::builtin();
        for text in [
            r#"{"code":200,"data":{"sendResult":true,"failTokens":[],"expireTokens":[]}}"#,
            r#"{"code":"200","value":{},"msgId":"m"}"#,
            r#"{"code":"200","value":"","msgId":"m"}"#,
            r#"{"code":0,"data":{"bad_regids":""}}"#,
            r#"{"result":0,"desc":"ok","taskId":"1"}"#,
        ] {
            let document = documents(text).pop().unwrap();
            assert!(refused(catalog.targets(), &document).is_empty(), "{text}");
        }
    }
}
