//! What the matches of a pattern begin with.
//!
//! Most lines that hold a signature's literal do not match its pattern. Where every match begins
//! with one of a few texts, looking for these says so hundreds of times faster than the engine, and
//! the engine then need only look at that place. The build works this out for the whole catalogue;
//! for a pattern of an overlay it is worked out when the pattern is first tried.

use regex_syntax::hir::Look;
use regex_syntax::hir::literal::Extractor;

/// More texts than that are not worth a search.
const MANY: usize = 8;

/// Texts longer than that are cut where it leaves fewer of them.
const ENOUGH: usize = 6;

/// What is known of the beginning of a pattern's matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starts {
    /// Every match begins with one of these, in lower case; empty when nothing is known.
    pub texts: Vec<String>,
    /// Whether a match depends on nothing before its own beginning, so that the text may be cut there.
    pub cuttable: bool,
}

/// The beginnings of a pattern's matches; nothing is known of a broken pattern.
pub fn starts(pattern: &str) -> Starts {
    let unknown = Starts { texts: Vec::new(), cuttable: false };
    // Case is folded below for all texts; spelt out here it would multiply them.
    let plain = pattern.strip_prefix("(?i)").unwrap_or(pattern);
    let Ok(hir) = regex_syntax::parse(plain) else { return unknown };
    let found = Extractor::new().extract(&hir);
    let Some(literals) = found.literals() else { return unknown };
    let longest: Vec<String> = literals.iter().map(|l| whole_characters(l.as_bytes())).collect();
    let most = longest.iter().map(String::len).max().unwrap_or(0);
    let fewest = distinct(&longest, ENOUGH).len();
    let Some(texts) =
        (ENOUGH..=most.max(ENOUGH)).rev().map(|n| distinct(&longest, n)).find(|t| t.len() <= fewest)
    else {
        return unknown;
    };
    if texts.is_empty() || texts.len() > MANY || texts.iter().any(|t| t.len() < 2) {
        return unknown;
    }
    let looks_back = |look: Look| !matches!(look, Look::End | Look::EndLF | Look::EndCRLF);
    let cuttable = !hir.properties().look_set_prefix_any().iter().any(looks_back);
    Starts { texts, cuttable }
}

/// The text in lower case, without a character that is cut at its end.
fn whole_characters(bytes: &[u8]) -> String {
    let end = match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(e) => e.valid_up_to(),
    };
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase()
}

/// The texts cut to `length` bytes, without those that another one begins.
fn distinct(texts: &[String], length: usize) -> Vec<String> {
    let cut: Vec<String> =
        texts.iter().map(|t| whole_characters(t.as_bytes().get(..length).unwrap_or(t.as_bytes()))).collect();
    let mut kept: Vec<String> = Vec::new();
    for text in &cut {
        let begun = cut.iter().any(|o| o != text && text.starts_with(o.as_str()));
        if !begun && !kept.contains(text) {
            kept.push(text.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_match_begins_with_one_of_the_texts() {
        for (pattern, texts, cuttable) in [
            ("Start proc (?P<pid>[0-9]+)", &["start proc "][..], true),
            ("(?i)abc", &["abc"], true),
            ("abc|def", &["abc", "def"], true),
            ("abc(?:d|e)|xyz", &["abcd", "abce", "xyz"], true),
            ("Start proc [0-9]", &["start proc "], true),
            (r"connect\s+", &["connect"], true),
            ("colou?r", &["colour", "color"], true),
            ("abc|abcd", &["abc"], true),
            (r"doExecute, uri:push\.gettoken", &["doexecute, uri:push.gettoken"], true),
            (r"\berror", &["error"], false),
            ("^error$", &["error"], false),
            ("error$", &["error"], true),
            ("(?i)(?:注册|register)失败", &["注册失败", "register失败"], true),
            ("[a-z]+x", &[], false),
            ("a*", &[], false),
            ("(", &[], false),
        ] {
            let got = starts(pattern);
            assert_eq!(
                (got.texts, got.cuttable),
                (texts.iter().map(ToString::to_string).collect(), cuttable),
                "{pattern}"
            );
        }
    }
}
