//! `--check` and `--skip`: which links and findings are judged.

use crate::catalog::{Catalog, Link};
use crate::evidence::Evidence;

/// What to judge; empty lists ask for everything.
#[derive(Clone, Debug, Default)]
pub struct CheckFilter {
    pub only: Vec<String>,
    pub skip: Vec<String>,
}

/// A check that does not exist, with the nearest one that does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown check \"{id}\"{}; --list-checks names all", nearest.as_ref().map(|n| format!(", did you mean \"{n}\"?")).unwrap_or_default())]
pub struct UnknownCheck {
    pub id: String,
    pub nearest: Option<String>,
}

impl CheckFilter {
    /// Whether a piece of evidence takes part.
    pub fn wants(&self, evidence: &Evidence) -> bool {
        let named = |id: &String| {
            let inside = |name: &str| name == id || name.strip_prefix(id.as_str()).is_some_and(|r| r.starts_with('.'));
            inside(&evidence.finding) || inside(&evidence.rule) || evidence.link.as_str() == id
        };
        let is_link = |id: &String| super::LINKS.iter().any(|l| l.as_str() == id);
        // Facts and passes serve every check; `--check` narrows what may break.
        let narrowed = self.only.iter().any(|id| !is_link(id));
        let only = self.only.is_empty() || !narrowed || evidence.finding.is_empty() || self.only.iter().any(named);
        only && !self.skip.iter().any(named)
    }

    /// Whether a link is judged at all.
    pub fn judges(&self, link: Link) -> bool {
        let links: Vec<&String> = self.only.iter().filter(|id| super::LINKS.iter().any(|l| l.as_str() == *id)).collect();
        (links.is_empty() || links.iter().any(|id| *id == link.as_str()))
            && !self.skip.iter().any(|id| id == link.as_str())
    }

    /// Refuses ids that no check has.
    ///
    /// # Errors
    /// Names the first unknown id and the nearest known one.
    pub fn verify(&self, catalog: &Catalog) -> Result<(), UnknownCheck> {
        let known = all_checks(catalog);
        for id in self.only.iter().chain(&self.skip) {
            let fits = known.iter().any(|(k, _)| {
                k == id || k.strip_prefix(id.as_str()).is_some_and(|rest| rest.starts_with('.'))
            });
            if !fits {
                let nearest = known
                    .iter()
                    .map(|(k, _)| (strsim::damerau_levenshtein(k, id), k))
                    .min()
                    .filter(|(distance, _)| *distance <= 1 + id.len() / 3)
                    .map(|(_, k)| k.clone());
                return Err(UnknownCheck { id: id.clone(), nearest });
            }
        }
        Ok(())
    }
}

/// Every check by id, with what it says in English and Chinese: links, findings, codes, signatures.
pub fn all_checks(catalog: &Catalog) -> Vec<(String, (String, String))> {
    let mut checks: Vec<(String, (String, String))> = super::LINKS
        .iter()
        .map(|l| (l.as_str().to_owned(), (super::words::question(*l).en, super::words::question(*l).zh)))
        .collect();
    for finding in catalog.findings() {
        checks.push((finding.id.to_string(), (finding.en.meaning.to_string(), finding.zh.meaning.to_string())));
    }
    for signature in catalog.signatures() {
        let what = format!("{} → {}", signature.link.as_str(), signature.outcome.as_str());
        checks.push((signature.id.to_string(), (what.clone(), what)));
    }
    for code in catalog.codes() {
        checks.push((code.finding(), (code.en.meaning.to_string(), code.zh.meaning.to_string())));
    }
    checks
}
