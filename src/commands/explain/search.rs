//! Words in the texts of both languages, whatever language the user reads.

use crate::catalog::{Catalog, Code};

use super::names::Scope;

/// Entries in which every word occurs, those that have it in symbol or meaning first.
pub fn search<'c>(catalog: &'c Catalog, scope: Scope, words: &str) -> Vec<&'c Code> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<(usize, &Code)> = Vec::new();
    for code in catalog.codes().filter(|c| scope.holds(c)) {
        let fields = fields(catalog, code);
        let ranks: Option<Vec<usize>> =
            words.iter().map(|word| fields.iter().position(|field| field.contains(word.as_str()))).collect();
        if let Some(ranks) = ranks {
            hits.push((ranks.into_iter().max().unwrap_or(0), code));
        }
    }
    hits.sort_by_key(|(rank, _)| *rank);
    hits.into_iter().map(|(_, code)| code).collect()
}

/// The texts of an entry, folded, the most telling first.
fn fields(catalog: &Catalog, code: &Code) -> [String; 6] {
    let both = |pick: fn(&crate::catalog::Words) -> String| {
        format!("{}\n{}", pick(&code.en), pick(&code.zh)).to_lowercase()
    };
    let vendor = catalog.vendor(&code.vendor);
    let names = vendor
        .map(|v| format!("{} {} {} {}", v.id, v.en, v.zh, v.aliases.join(" ")))
        .unwrap_or_else(|| code.vendor.to_string());
    [
        format!("{}\n{}\n{}", code.code, code.symbol, code.aliases.join("\n")).to_lowercase(),
        both(|w| w.meaning.to_string()),
        both(|w| w.cause.to_string()),
        both(|w| w.fix.join("\n")),
        format!("{names}\n{}\n{}", code.side, code.team_note).to_lowercase(),
        code.source.join("\n").to_lowercase(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_either_language_hit_and_all_must() {
        let catalog = Catalog::builtin();
        assert!(search(&catalog, Scope::default(), "指纹").len() > 1);
        assert!(search(&catalog, Scope::default(), "Fingerprint").len() > 1);
        let both = search(&catalog, Scope::default(), "华为 指纹");
        assert!(!both.is_empty() && both.len() < search(&catalog, Scope::default(), "指纹").len());
        assert!(search(&catalog, Scope::default(), "指纹 qqqqq").is_empty());
        assert!(search(&catalog, Scope::default(), "  ").is_empty());
    }
}
