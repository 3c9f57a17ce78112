//! "Did you mean": the nearest known names to one that is not known.

use crate::catalog::{Catalog, Vendor};
use crate::lang::Lang;

/// How alike two names must be to be worth a question.
const ALIKE: f64 = 0.6;
/// How many names a question offers at most.
const OFFERED: usize = 4;

/// The known names nearest to `name`, the nearest first, each once.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let folded = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = Vec::new();
    for candidate in known {
        let other = candidate.to_lowercase();
        let score = strsim::normalized_damerau_levenshtein(&folded, &other);
        let begins =
            folded.chars().count() >= 3 && (other.starts_with(&folded) || folded.starts_with(&other));
        let score = if begins { score.max(0.8) } else { score };
        if score >= ALIKE && !scored.iter().any(|(_, c)| *c == candidate) {
            scored.push((score, candidate));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(OFFERED).map(|(_, c)| c.to_owned()).collect()
}

/// The question, ready to stand behind a sentence without its full stop; empty without names.
pub fn did_you_mean(lang: Lang, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    match lang {
        Lang::En => format!("; did you mean {}?", names.join(", ")),
        Lang::Zh => format!("；是不是想找 {}？", names.join("、")),
    }
}

/// The vendor that a person means, else one sentence with the nearest names.
pub fn vendor<'c>(catalog: &'c Catalog, name: &str, lang: Lang) -> Result<&'c Vendor, String> {
    catalog.find_vendor(name).ok_or_else(|| unknown_vendor(catalog, name, lang))
}

/// The sentence on a vendor that nobody knows.
pub fn unknown_vendor(catalog: &Catalog, name: &str, lang: Lang) -> String {
    let near = near_vendors(catalog, name);
    let ids: Vec<&str> = catalog.vendors().map(|v| v.id.as_ref()).collect();
    let hint = if near.is_empty() {
        match lang {
            Lang::En => format!("; known are {}", ids.join(", ")),
            Lang::Zh => format!("；可用的厂商：{}", ids.join("、")),
        }
    } else {
        did_you_mean(lang, &near)
    };
    match lang {
        Lang::En => format!("unknown vendor \"{name}\"{hint}"),
        Lang::Zh => format!("未知厂商“{name}”{hint}"),
    }
}

/// Ids of the vendors whose names are nearest to `name`.
pub fn near_vendors(catalog: &Catalog, name: &str) -> Vec<String> {
    let names = catalog.vendors().flat_map(|v| {
        [v.id.as_ref(), v.en.as_ref(), v.zh.as_ref()].into_iter().chain(v.aliases.iter().map(AsRef::as_ref))
    });
    let mut ids = Vec::new();
    for near in nearest(name, names) {
        if let Some(vendor) = catalog.find_vendor(&near)
            && !ids.contains(&vendor.id.to_string())
        {
            ids.push(vendor.id.to_string());
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_the_vendor() {
        let catalog = Catalog::builtin();
        assert_eq!(near_vendors(&catalog, "huawie").first().map(String::as_str), Some("huawei"));
        assert_eq!(near_vendors(&catalog, "xaomi").first().map(String::as_str), Some("xiaomi"));
        assert!(near_vendors(&catalog, "zzzzzz").is_empty());
        assert!(unknown_vendor(&catalog, "zzzzzz", Lang::En).contains("known are"));
    }
}
