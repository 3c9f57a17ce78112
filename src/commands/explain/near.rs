//! What may have been meant by a code nobody knows: near ones of the vendor, and other vendors
//! that have exactly this one.

use crate::catalog::{Catalog, Code};

use super::Unknown;
use super::names::{Scope, find, names};

/// How many entries are offered.
const OFFERED: usize = 5;

/// Entries that may have been meant, the likeliest first.
pub fn near<'c>(catalog: &'c Catalog, unknown: &Unknown, side: Option<&str>) -> Vec<&'c Code> {
    if unknown.is_text() {
        return Vec::new();
    }
    let vendor = unknown.vendor.as_deref();
    let mut out: Vec<&Code> = Vec::new();
    let mut add = |code: &'c Code| {
        if out.len() < OFFERED && !out.iter().any(|c| std::ptr::eq(*c, code)) {
            out.push(code);
        }
    };
    if side.is_some() {
        find(catalog, Scope { vendor, side: None }, &unknown.code)
            .into_iter()
            .take(OFFERED - 2)
            .for_each(&mut add);
    }
    let mut enough = 0.0;
    if vendor.is_some() {
        let elsewhere = find(catalog, Scope::default(), &unknown.code);
        // Exactly this code elsewhere is likelier than a slip of the finger.
        enough = if elsewhere.is_empty() { 0.0 } else { 0.8 };
        elsewhere.into_iter().take(2).for_each(&mut add);
    }
    let wanted = unknown.code.to_lowercase();
    let mut scored: Vec<(f64, &Code)> = Vec::new();
    for code in catalog.codes().filter(|c| vendor.is_none_or(|v| c.vendor == v)) {
        let best = names(code).map(|name| likeness(&wanted, &name.to_lowercase())).fold(0.0, f64::max);
        if best > enough {
            scored.push((best, code));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().for_each(|(_, code)| add(code));
    out
}

/// From 0 (not alike) to 1.
fn likeness(wanted: &str, name: &str) -> f64 {
    let digits = |s: &str| !s.is_empty() && s.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
    let score = strsim::normalized_damerau_levenshtein(wanted, name);
    if digits(wanted) || digits(name) {
        // One slip in a short number, two in a long one.
        let slips = strsim::damerau_levenshtein(wanted, name);
        let allowed = if wanted.len() <= 6 { 1 } else { 2 };
        return if digits(wanted) && digits(name) && wanted.len() >= 2 && slips <= allowed {
            score
        } else {
            0.0
        };
    }
    if wanted.len() >= 5 && name.contains(wanted) {
        return score.max(0.8);
    }
    if score >= 0.6 { score } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(vendor: Option<&str>, code: &str) -> Vec<String> {
        let catalog = Catalog::builtin();
        let unknown = Unknown { vendor: vendor.map(str::to_owned), code: code.to_owned() };
        near(&catalog, &unknown, None).iter().map(|c| c.finding()).collect()
    }

    #[test]
    fn slips_in_numbers_and_symbols_are_answered() {
        assert!(offer(Some("huawei"), "907135009").iter().any(|id| id.starts_with("huawei.client.90713500")));
        assert!(
            offer(Some("huawei"), "SERVICE_VERSION_UPDATE_REQIRED").contains(&"huawei.client.2".to_owned())
        );
    }

    #[test]
    fn another_vendor_that_has_exactly_this_code_is_named() {
        assert!(offer(Some("oppo"), "907135000").contains(&"huawei.client.907135000".to_owned()));
    }
}
