//! The checks that `--check` and `--skip` may name: links, findings and codes.

use crate::catalog::{Catalog, Link};
use crate::lang::{Bilingual, Lang};

use crate::suggest;

/// One thing that a diagnosis can find.
#[derive(Clone, Debug)]
pub struct Check {
    /// What `--check` takes: `<link>`, `<link>.<name>` or `<vendor>.<side>.<code>`.
    pub id: String,
    pub link: Link,
    pub meaning: Bilingual,
}

/// Every check, links first, then findings, then codes that tell of a link.
pub fn all(catalog: &Catalog) -> Vec<Check> {
    let links = Link::ALL.iter().filter(|l| **l != Link::None).map(|link| {
        let (en, zh) = crate::report::words::question(*link);
        Check { id: link.as_str().to_owned(), link: *link, meaning: Bilingual::new(en, zh) }
    });
    let findings = catalog.findings().iter().map(|f| Check {
        id: f.id.to_string(),
        link: f.link,
        meaning: Bilingual::new(f.en.meaning.as_ref(), f.zh.meaning.as_ref()),
    });
    let codes = catalog.codes().filter(|c| c.link != Link::None).map(|c| Check {
        id: c.finding(),
        link: c.link,
        meaning: Bilingual::new(c.en.meaning.as_ref(), c.zh.meaning.as_ref()),
    });
    links.chain(findings).chain(codes).collect()
}

/// The check that `id` names, in any case, else one sentence with the nearest names.
pub fn resolve(checks: &[Check], id: &str, lang: Lang) -> Result<String, String> {
    if let Some(check) = checks.iter().find(|c| c.id.eq_ignore_ascii_case(id.trim())) {
        return Ok(check.id.clone());
    }
    let near = suggest::nearest(id, checks.iter().map(|c| c.id.as_str()));
    let hint = suggest::did_you_mean(lang, &near);
    Err(match lang {
        Lang::En if near.is_empty() => format!("unknown check \"{id}\"; --list-checks shows them all"),
        Lang::Zh if near.is_empty() => format!("没有检查项“{id}”；用 --list-checks 查看全部"),
        Lang::En => format!("unknown check \"{id}\"{hint}"),
        Lang::Zh => format!("没有检查项“{id}”{hint}"),
    })
}

/// The list for people: one check a line.
pub fn render(checks: &[Check], lang: Lang) -> String {
    let width = checks.iter().map(|c| c.id.chars().count()).filter(|n| *n <= 36).max().unwrap_or(0);
    let mut out = String::new();
    for check in checks {
        out.push_str(&format!(
            "{:<width$}  {:<11}  {}\n",
            check.id,
            check.link.as_str(),
            check.meaning.get(lang)
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_findings_and_codes_are_checks_and_slips_are_answered() {
        let checks = all(&Catalog::builtin());
        assert_eq!(resolve(&checks, "Token", Lang::En).as_deref(), Ok("token"));
        assert_eq!(resolve(&checks, "huawei.client.2", Lang::En).as_deref(), Ok("huawei.client.2"));
        assert!(resolve(&checks, "tokn", Lang::En).unwrap_err().contains("token"));
        assert!(resolve(&checks, "qqqqqqqq", Lang::Zh).unwrap_err().contains("--list-checks"));
    }
}
