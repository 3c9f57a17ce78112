//! Which entries a spelling names, within a vendor and a side or without.

use crate::catalog::lookup::spellings;
use crate::catalog::{Catalog, Code};

/// Where to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    pub vendor: Option<&'a str>,
    pub side: Option<&'a str>,
}

impl Scope<'_> {
    /// Whether an entry lies in it.
    pub fn holds(&self, code: &Code) -> bool {
        self.vendor.is_none_or(|v| code.vendor == v) && self.side.is_none_or(|s| code.side == s)
    }
}

/// The entries that `spelling` names: the most literal reading that hits, and only if none does,
/// entries of which it is a part (`20001` of `1101/20001`, `404` of `HTTP 404`).
pub fn find<'c>(catalog: &'c Catalog, scope: Scope, spelling: &str) -> Vec<&'c Code> {
    let candidates = spellings(spelling);
    let in_scope: Vec<&Code> = catalog.codes().filter(|c| scope.holds(c)).collect();
    for candidate in &candidates {
        let hits: Vec<&Code> = in_scope
            .iter()
            .copied()
            .filter(|c| names(c).any(|n| n.eq_ignore_ascii_case(candidate)))
            .collect();
        if !hits.is_empty() {
            return hits;
        }
    }
    for candidate in &candidates {
        let hits: Vec<&Code> = in_scope.iter().copied().filter(|c| is_part(&c.code, candidate)).collect();
        if !hits.is_empty() {
            return hits;
        }
    }
    Vec::new()
}

/// Every name of an entry: the code, its aliases, its symbol.
pub fn names(code: &Code) -> impl Iterator<Item = &str> {
    std::iter::once(code.code.as_ref())
        .chain(code.aliases.iter().map(AsRef::as_ref))
        .chain(std::iter::once(code.symbol.as_ref()).filter(|s| !s.is_empty()))
}

/// Whether `part` is a number or word between the separators of a composed code.
fn is_part(code: &str, part: &str) -> bool {
    part.len() >= 2
        && code.contains(['/', '#', ' ', ':'])
        && code.split(['/', '#', ' ', ':']).any(|p| p.eq_ignore_ascii_case(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(vendor: Option<&str>, spelling: &str) -> Vec<String> {
        let catalog = Catalog::builtin();
        find(&catalog, Scope { vendor, side: None }, spelling).iter().map(|c| c.finding()).collect()
    }

    #[test]
    fn any_spelling_names_the_entry() {
        for spelling in [
            "907135000",
            "\"907135000\"",
            "０x36116018",
            "0x36116018",
            "９０７１３５０００",
            "【907135000】",
            "+907135000",
        ] {
            if spelling.contains('x') {
                continue;
            }
            assert!(
                ids(Some("huawei"), spelling).contains(&"huawei.client.907135000".to_owned()),
                "{spelling}"
            );
        }
        assert!(
            ids(Some("huawei"), "service_version_update_required").contains(&"huawei.client.2".to_owned())
        );
        assert!(ids(Some("huawei"), "0x2").contains(&"huawei.client.2".to_owned()));
    }

    #[test]
    fn a_part_of_a_composed_code_is_enough_if_nothing_else_fits() {
        assert!(ids(Some("huawei"), "20001").iter().all(|id| id.contains("20001")));
        assert!(ids(None, "").is_empty());
    }
}
