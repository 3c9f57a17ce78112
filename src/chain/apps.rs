//! Which apps the diagnosis is about: other apps on the phone never break a link.

use crate::evidence::Evidence;
use crate::source::Case;

use super::Target;

/// The apps in question.
#[derive(Clone, Debug, Default)]
pub struct Apps {
    /// The packages that count; empty when no line names one.
    targets: Vec<String>,
    /// Whether evidence that names no app is about the (only) target.
    adopt: bool,
    /// Every package counts: nothing tells the app in question from others.
    any: bool,
}

impl Apps {
    /// Whether a chain of this package counts for the verdict.
    pub fn is_target(&self, package: Option<&str>) -> bool {
        match package {
            None => true,
            Some(package) => self.any || self.targets.iter().any(|t| t == package),
        }
    }

    /// The package to which evidence without one belongs.
    pub fn adopted(&self) -> Option<&str> {
        if self.adopt { self.targets.first().map(String::as_str) } else { None }
    }
}

/// Finds the apps that a case is about.
pub fn find(case: &Case, target: &Target) -> Apps {
    if let Some(package) = &target.package {
        return Apps { targets: vec![package.clone()], adopt: true, any: false };
    }
    let mut named: Vec<String> = Vec::new();
    for package in case.evidence.iter().filter(|e| is_push(e)).filter_map(|e| e.package.as_ref()) {
        if !named.contains(package) {
            named.push(package.clone());
        }
    }
    // The app whose files were given is in question, whether or not they show a fault.
    let given = case.configuration.as_ref().and_then(|c| c.package.clone());
    named.extend(given.filter(|package| !named.contains(package)));
    // Apps that run mPaaS's own component are what this tool is for.
    let push: Vec<String> = case.log.push_apps.clone();
    if !push.is_empty() {
        let adopt = push.len() == 1;
        return Apps { targets: push, adopt, any: false };
    }
    let nameless_push = case.evidence.iter().any(|e| e.package.is_none() && is_push(e));
    match (named.len(), nameless_push) {
        (1, _) => Apps { targets: named, adopt: true, any: false },
        (0, true) => Apps::default(),
        // Several apps, and lines of the push component that name none of them: those lines count.
        (_, true) if case.log.push_lines > 0 => Apps::default(),
        _ => Apps { targets: named, adopt: false, any: true },
    }
}

/// Evidence of a push SDK, as opposed to what Android's system server says of any app.
fn is_push(evidence: &Evidence) -> bool {
    !evidence.rule.starts_with("mps.android-") && evidence.link != crate::catalog::Link::None
}
