//! Files that consoles hand out: `agconnect-services.json`, `google-services.json`, mPaaS's
//! `.config`. Which is which, and where what stands in them, is data.

use serde_json::Value;

use super::Origin;
use crate::catalog::{Basis, Catalog, FileRule, FitRule};

/// One such file.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// The vendor whose console it is from.
    pub vendor: String,
    /// The name it usually has.
    pub name: String,
    pub origin: Origin,
    /// Pointer and value of what is compared; nothing else of the file is kept.
    pub app_id: Vec<(String, String)>,
    pub workspace: Vec<(String, String)>,
    pub package: Vec<(String, String)>,
    pub source: String,
    pub basis: Basis,
    /// What must fit together inside the file.
    pub fits: Vec<Fit>,
}

/// A value, and what it should be by the file's other values.
#[derive(Clone, Debug)]
pub struct Fit {
    pub rule: FitRule,
    pub pointer: String,
    pub found: String,
    pub wanted: String,
}

impl Fit {
    /// Whether the value is as it should be.
    pub fn holds(&self) -> bool {
        match self.wanted.strip_suffix('*') {
            Some(begin) => self.found.starts_with(begin),
            None => self.found == self.wanted,
        }
    }
}

/// The file that a JSON value is, if a rule knows it.
pub fn recognise(value: &Value, origin: Origin, catalog: &Catalog) -> Option<ConfigFile> {
    let rules =
        catalog.vendors().flat_map(|v| v.app.iter().flat_map(move |a| a.file.iter().map(move |f| (v, f))));
    let (vendor, rule) =
        rules.into_iter().find(|(_, rule)| rule.has.iter().all(|p| !at(value, p).is_empty()))?;
    let of = |pointers: &[crate::catalog::Text]| -> Vec<(String, String)> {
        pointers.iter().flat_map(|p| at(value, p)).collect()
    };
    let FileRule { name, app_id, workspace, package, fits, source, basis, .. } = rule;
    Some(ConfigFile {
        vendor: vendor.id.to_string(),
        name: name.to_string(),
        origin,
        app_id: of(app_id),
        workspace: of(workspace),
        package: of(package),
        source: source.to_string(),
        basis: *basis,
        fits: fits.iter().flat_map(|rule| fit(value, rule)).collect(),
    })
}

/// A rule on the values at its pointer; nothing where a part of the template is missing.
fn fit(value: &Value, rule: &FitRule) -> Vec<Fit> {
    let mut wanted = rule.template.to_string();
    while let Some((begin, rest)) = wanted.split_once('{') {
        let Some((pointer, end)) = rest.split_once('}') else { return Vec::new() };
        let Some((_, part)) = at(value, pointer).into_iter().find(|(_, v)| !v.is_empty() && !v.contains('{'))
        else {
            return Vec::new();
        };
        wanted = format!("{begin}{part}{end}");
    }
    at(value, &rule.pointer)
        .into_iter()
        .map(|(pointer, found)| Fit { rule: rule.clone(), pointer, found, wanted: wanted.clone() })
        .collect()
}

/// Values that one pointer may reach; a console's file has a few.
const MOST: usize = 1_000;

/// The texts and numbers at a pointer, `*` for any key or index, each with its own pointer. An
/// object or a list counts as an empty text: it is there.
fn at(value: &Value, pointer: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, &Value)> = vec![(String::new(), value)];
    for part in pointer.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|(path, value)| -> Vec<(String, &Value)> {
                match (value, part) {
                    (Value::Array(list), "*") => {
                        list.iter().enumerate().map(|(i, v)| (format!("{path}/{i}"), v)).collect()
                    }
                    (Value::Object(map), "*") => {
                        map.iter().map(|(k, v)| (format!("{path}/{k}"), v)).collect()
                    }
                    (Value::Array(list), part) => {
                        let item = part.parse::<usize>().ok().and_then(|i| list.get(i));
                        item.map(|v| (format!("{path}/{part}"), v)).into_iter().collect()
                    }
                    (Value::Object(map), part) => {
                        map.get(part).map(|v| (format!("{path}/{part}"), v)).into_iter().collect()
                    }
                    _ => Vec::new(),
                }
            })
            .take(MOST)
            .collect();
    }
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    found.into_iter().map(|(path, value)| (path, shown(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_reach_through_lists_and_name_what_they_found() {
        let value = serde_json::json!({"client": [{"id": "a"}, {"id": 7}, {"other": 1}], "x": {}});
        assert_eq!(
            at(&value, "/client/*/id"),
            [("/client/0/id".to_owned(), "a".to_owned()), ("/client/1/id".to_owned(), "7".to_owned())]
        );
        assert_eq!(at(&value, "/x").len(), 1);
        assert!(at(&value, "/y").is_empty());
    }
}
