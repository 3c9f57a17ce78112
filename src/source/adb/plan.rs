//! What is asked of the phone: the `[[collect]]` tables of the catalogue, filled in.

use crate::catalog::{Catalog, Collect, Text};

/// One command and where its output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The file inside the bundle.
    pub file: String,
    /// The commands to try, the best first; the next one is tried where the phone does not know it.
    pub commands: Vec<String>,
    /// The service whose dump it is, for the heading that bug reports have.
    pub dump: String,
    /// The output does not say whom it is about, so the command stands above it.
    pub titled: bool,
    /// Without it the bundle tells nothing.
    pub essential: bool,
}

/// Whether a text can be an application id. It goes into a command on the phone, so nothing else
/// passes.
pub fn is_package(text: &str) -> bool {
    text.len() <= 255
        && text.contains('.')
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')
}

/// The steps for these apps, in the order of the catalogue; what goes into one file stands together.
pub fn plan(catalog: &Catalog, packages: &[String]) -> Vec<Step> {
    let mut services: Vec<&str> = Vec::new();
    for service in catalog.vendors().flat_map(|v| v.service.iter()) {
        if !services.contains(&service.package.as_ref()) {
            services.push(&service.package);
        }
    }
    let mut steps: Vec<Step> = Vec::new();
    for collect in catalog.vendors().flat_map(|v| v.collect.iter()) {
        let mut add = |key: &str, value: &str| {
            let step = fill(collect, key, value);
            // Behind the last step of the same file.
            let at = steps.iter().rposition(|s| s.file == step.file).map_or(steps.len(), |at| at + 1);
            if !steps.contains(&step) {
                steps.insert(at, step);
            }
        };
        if collect.command.contains("{package}") {
            packages.iter().for_each(|package| add("{package}", package));
        } else if collect.command.contains("{service}") {
            services.iter().for_each(|service| add("{service}", service));
        } else {
            add("", "");
        }
    }
    steps
}

fn fill(collect: &Collect, key: &str, value: &str) -> Step {
    let filled = |text: &Text| if key.is_empty() { text.to_string() } else { text.replace(key, value) };
    Step {
        file: collect.file.to_string(),
        commands: std::iter::once(&collect.command).chain(collect.otherwise.iter()).map(filled).collect(),
        dump: collect.dump.to_string(),
        titled: !key.is_empty() && collect.dump.is_empty(),
        essential: collect.essential,
    }
}

/// The commands of the essential step as they go on for ever: without `-d`, which ends a logcat.
pub fn follow(steps: &[Step]) -> Vec<String> {
    let Some(log) = steps.iter().find(|s| s.essential) else { return Vec::new() };
    let endless =
        |command: &String| command.split(' ').filter(|word| *word != "-d").collect::<Vec<_>>().join(" ");
    log.commands.iter().map(endless).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_application_id_goes_into_a_command() {
        for good in ["com.example.bank", "a.b", "com.example_1.x2"] {
            assert!(is_package(good), "{good}");
        }
        for bad in ["", "bank", "com.example;reboot", "com.example bank", "com.$(x)", ".com.x", "com.例"] {
            assert!(!is_package(bad), "{bad}");
        }
    }

    #[test]
    fn files_stand_together_and_every_service_is_asked_once() {
        let catalog = Catalog::builtin();
        let steps = plan(&catalog, &["com.example.one".into(), "com.example.two".into()]);
        let mut files: Vec<&str> = steps.iter().map(|s| s.file.as_str()).collect();
        files.dedup();
        let mut once = files.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(files.len(), once.len(), "{files:?}");
        let asked =
            |command: &str| steps.iter().filter(|s| s.commands.first().is_some_and(|c| c == command)).count();
        for vendor in catalog.vendors() {
            for service in vendor.service.iter() {
                assert_eq!(asked(&format!("dumpsys package {}", service.package)), 1, "{}", service.package);
            }
        }
        assert_eq!(asked("dumpsys package com.example.one"), 1);
        assert_eq!(asked("cmd appops get com.example.two"), 1);
        assert_eq!(steps.iter().filter(|s| s.essential).count(), 1);
        assert!(!steps.iter().flat_map(|s| &s.commands).any(|c| c.contains(['{', '}'])));
    }

    #[test]
    fn what_follows_does_not_end() {
        let steps = plan(&Catalog::builtin(), &[]);
        let follow = follow(&steps);
        assert!(
            follow.len() > 1 && follow.iter().all(|c| c.starts_with("logcat ") && !c.contains(" -d")),
            "{follow:?}"
        );
    }
}
