//! Every sentence that a user reads exists in both languages: the Chinese one is Chinese, and no
//! Chinese stands in the English one.

use std::path::{Path, PathBuf};

use pushdoctor::catalog::{Basis, Catalog, Channel, Confidence, Kind, Link, Owner, Retry, Status};
use pushdoctor::diagnosis::{Aside, State};
use pushdoctor::lang::is_chinese;
use pushdoctor::report::words;

/// What is wrong with a sentence and its twin.
fn fault(en: &str, zh: &str) -> Option<&'static str> {
    let chinese = |text: &str| text.chars().any(|c| is_chinese(c) || ('\u{3000}'..='\u{303f}').contains(&c));
    if en.trim().is_empty() || zh.trim().is_empty() {
        Some("is missing in one language")
    } else if chinese(en) {
        Some("has Chinese in the English sentence")
    } else if !chinese(zh) && en != zh {
        Some("has no Chinese in the Chinese sentence")
    } else {
        None
    }
}

fn check(place: &str, en: &str, zh: &str, faults: &mut Vec<String>) {
    if let Some(fault) = fault(en, zh) {
        faults.push(format!("{place} {fault}: {en} | {zh}"));
    }
}

#[test]
fn findings_next_steps_and_limits_are_in_both_languages() {
    let catalog = Catalog::builtin();
    let mut faults = Vec::new();
    for finding in catalog.findings() {
        let (en, zh) = (&finding.en, &finding.zh);
        check(&finding.id, &en.meaning, &zh.meaning, &mut faults);
        check(&finding.id, &en.cause, &zh.cause, &mut faults);
        assert_eq!(en.fix.len(), zh.fix.len(), "{}: as many steps in either language", finding.id);
        en.fix.iter().zip(zh.fix.iter()).for_each(|(en, zh)| check(&finding.id, en, zh, &mut faults));
        for text in [&zh.meaning, &zh.cause] {
            assert!(text.ends_with('。'), "{}: {text}", finding.id);
        }
    }
    for vendor in catalog.vendors() {
        for limit in vendor.limit.iter() {
            check(&format!("{} limit", vendor.id), &limit.en, &limit.zh, &mut faults);
        }
        for next in vendor.next.iter() {
            let place = format!("{} next ({})", vendor.id, next.link.as_str());
            check(&place, &next.en, &next.zh, &mut faults);
            let typed = ["adb ", "hdc ", "pushdoctor "].iter().any(|tool| next.command.starts_with(tool));
            match typed {
                true => {
                    assert!(next.command_zh.is_empty(), "{place}: a command is the same in every language")
                }
                false => check(&place, &next.command, &next.command_zh, &mut faults),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_words_of_reports_are_in_both_languages() {
    let mut pairs: Vec<words::Pair> = Vec::new();
    pairs.extend(Link::ALL.iter().flat_map(|l| [words::link(*l), words::question(*l)]));
    pairs.extend(Owner::ALL.iter().map(|o| words::owner(*o)));
    pairs.extend(Retry::ALL.iter().map(|r| words::retry(*r)));
    pairs.extend(Kind::ALL.iter().map(|k| words::kind(*k)));
    pairs.extend(Status::ALL.iter().map(|s| words::status(*s)));
    pairs.extend(Basis::ALL.iter().map(|b| words::basis(*b)));
    pairs.extend(Confidence::ALL.iter().map(|c| words::confidence(*c)));
    pairs.extend(Channel::ALL.iter().map(|c| words::channel(*c)));
    pairs.extend([Aside::OtherApp, Aside::OtherVendor].map(words::aside));
    let states =
        [State::Pass, State::Fail, State::Warn, State::Unknown, State::Skipped, State::NotApplicable];
    pairs.extend(states.map(words::state));
    let catalog = Catalog::builtin();
    let sides = catalog.vendors().flat_map(|v| v.sides.iter()).map(|s| words::side(s));
    pairs.extend(sides.filter(|pair| *pair != ("", "")));
    let mut faults = Vec::new();
    pairs.iter().for_each(|(en, zh)| check("report::words", en, zh, &mut faults));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The literals of every `Bilingual::new(…)` in the sources: as many English as Chinese ones, the
/// English ones first.
#[test]
fn sentences_in_the_code_are_in_both_languages() {
    let mut faults = Vec::new();
    let mut seen = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, _) in code.match_indices("Bilingual::new(") {
            let literals: Vec<String> = literals(&code[at + "Bilingual::new(".len()..])
                .into_iter()
                .filter(|l| has_letters(l))
                .collect();
            let place = format!("{}:{}", path.display(), code[..at].lines().count());
            let (en, zh) = literals.split_at(literals.len() / 2);
            if literals.len() % 2 == 1 {
                faults.push(format!("{place} has a sentence without its twin: {literals:?}"));
            }
            en.iter().zip(zh).for_each(|(en, zh)| check(&place, en, zh, &mut faults));
            seen += en.len();
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 50, "only {seen} sentences were found");
}

/// Whether a literal says something beyond the values that are filled in.
fn has_letters(literal: &str) -> bool {
    let mut depth = 0;
    literal.chars().any(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0 && c.is_alphabetic()
    })
}

/// The string literals up to the bracket that closes the call.
fn literals(call: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut depth = 1;
    let mut chars = call.chars();
    while let Some(c) = chars.next() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '"' => {
                let mut literal = String::new();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    literal.push(c);
                    if c == '\\' {
                        literal.extend(chars.next());
                    }
                }
                out.push(literal);
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    out
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
    out.sort();
    out
}
