//! `--check` and `--skip`: which links and findings are judged.

use crate::catalog::Link;
use crate::evidence::Evidence;

/// What to judge; empty lists ask for everything.
#[derive(Clone, Debug, Default)]
pub struct CheckFilter {
    pub only: Vec<String>,
    pub skip: Vec<String>,
}

impl CheckFilter {
    /// Whether a piece of evidence takes part.
    pub fn wants(&self, evidence: &Evidence) -> bool {
        let named = |id: &String| {
            let inside =
                |name: &str| name == id || name.strip_prefix(id.as_str()).is_some_and(|r| r.starts_with('.'));
            inside(&evidence.finding) || inside(&evidence.rule) || evidence.link.as_str() == id
        };
        let is_link = |id: &String| super::LINKS.iter().any(|l| l.as_str() == id);
        // Facts and passes serve every check; `--check` narrows what may break.
        let narrowed = self.only.iter().any(|id| !is_link(id));
        let only =
            self.only.is_empty() || !narrowed || evidence.finding.is_empty() || self.only.iter().any(named);
        only && !self.skip.iter().any(named)
    }

    /// Whether a link is judged at all.
    pub fn judges(&self, link: Link) -> bool {
        let links: Vec<&String> =
            self.only.iter().filter(|id| super::LINKS.iter().any(|l| l.as_str() == *id)).collect();
        (links.is_empty() || links.iter().any(|id| *id == link.as_str()))
            && !self.skip.iter().any(|id| id == link.as_str())
    }
}
