//! The regular expression of a signature, cheap to start and fast to repeat.
//!
//! A run over one small log tries a few dozen patterns once or twice; there the time goes into
//! compiling, which `regex-lite` does in microseconds. A pattern that a big log asks for again and
//! again is compiled a second time with `regex`, which matches many times faster. Both read `\d`,
//! `\w`, `\s` and `\b` as ASCII, so the answer does not depend on how often it was asked.

use std::cell::{Cell, OnceCell};

/// After so many tries the fast engine is worth its compilation.
const WORTH_IT: u32 = 16;

/// One pattern in either engine.
pub struct Pattern {
    source: String,
    light: regex_lite::Regex,
    /// What every match begins with, if the pattern says so plainly: cheap to look for first.
    beginning: String,
    tries: Cell<u32>,
    fast: OnceCell<Option<regex::Regex>>,
}

impl Pattern {
    /// Compiles a pattern; `None` when it is broken, which the lint of the data rules out.
    pub fn new(source: &str) -> Option<Self> {
        let light = regex_lite::Regex::new(source).ok()?;
        Some(Pattern {
            source: source.to_owned(),
            light,
            beginning: beginning(source),
            tries: Cell::new(0),
            fast: OnceCell::new(),
        })
    }

    /// Whether the pattern occurs in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        if !text.contains(&self.beginning) {
            return false;
        }
        match self.fast() {
            Some(fast) => fast.is_match(text),
            None => self.light.is_match(text),
        }
    }

    /// The named groups of the first occurrence that took part in it.
    pub fn groups<'t>(&self, text: &'t str) -> Option<Vec<(String, &'t str)>> {
        match self.fast() {
            Some(fast) => {
                let found = fast.captures(text)?;
                let names = fast.capture_names().flatten();
                Some(names.filter_map(|n| found.name(n).map(|m| (n.to_owned(), m.as_str()))).collect())
            }
            None => {
                let from = text.find(&self.beginning)?;
                let found = self.light.captures_at(text, from)?;
                let names = self.light.capture_names().flatten();
                Some(names.filter_map(|n| found.name(n).map(|m| (n.to_owned(), m.as_str()))).collect())
            }
        }
    }

    fn fast(&self) -> Option<&regex::Regex> {
        let tries = self.tries.get();
        if tries < WORTH_IT {
            self.tries.set(tries + 1);
            return None;
        }
        self.fast.get_or_init(|| regex::Regex::new(&ascii_classes(&self.source)).ok()).as_ref()
    }
}

/// The literal text at the start of a pattern, up to the first character that means something else.
fn beginning(pattern: &str) -> String {
    let special = |c: char| "\\.+*?()|[]{}^$".contains(c);
    if has_top_level_alternation(pattern) {
        return String::new();
    }
    let end = pattern.find(special).unwrap_or(pattern.len());
    let (start, rest) = pattern.split_at(end);
    // The last character may be repeated or left out.
    match rest.chars().next() {
        Some('+' | '*' | '?' | '{') => {
            start.char_indices().next_back().map_or("", |(at, _)| start.get(..at).unwrap_or(""))
        }
        Some('|') => "",
        _ => start,
    }
    .to_owned()
}

/// Whether the pattern is an alternation outside of all groups.
fn has_top_level_alternation(pattern: &str) -> bool {
    let (mut depth, mut class, mut escaped) = (0_i32, false, false);
    for c in pattern.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '(' if !class => depth += 1,
            ')' if !class => depth -= 1,
            '|' if !class && depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// The same pattern with its classes written out in ASCII.
fn ascii_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut in_class = 0_usize;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars.next().unwrap_or('\\');
                let written = match (escaped, in_class > 0) {
                    ('d', false) => "[0-9]",
                    ('d', true) => "0-9",
                    ('w', false) => "[0-9A-Za-z_]",
                    ('w', true) => "0-9A-Za-z_",
                    ('s', false) => "[\\t-\\r ]",
                    ('s', true) => "\\t-\\r ",
                    ('D', _) => "[^0-9]",
                    ('W', _) => "[^0-9A-Za-z_]",
                    ('S', _) => "[^\\t-\\r ]",
                    ('b', false) => "(?-u:\\b)",
                    _ => {
                        out.push('\\');
                        out.push(escaped);
                        continue;
                    }
                };
                out.push_str(written);
            }
            '[' => {
                in_class += 1;
                out.push(c);
            }
            ']' if in_class > 0 => {
                in_class -= 1;
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::read::logcat::{Format, parse};

    #[test]
    fn the_beginning_is_what_every_match_begins_with() {
        for (pattern, want) in [
            ("Start proc (?P<pid>[0-9]+)", "Start proc "),
            ("(?i)abc", ""),
            ("abc|def", ""),
            ("abc(?:d|e)|xyz", ""),
            ("colou?r", "colo"),
            ("a+b", ""),
            (r"doExecute, uri:push\.gettoken", "doExecute, uri:push"),
        ] {
            assert_eq!(beginning(pattern), want, "{pattern}");
        }
    }

    #[test]
    fn both_engines_read_every_sample_alike() {
        let catalog = Catalog::builtin();
        let samples: Vec<String> = catalog
            .signatures()
            .flat_map(|s| std::iter::once(&s.sample).chain(s.samples.iter()))
            .map(ToString::to_string)
            .collect();
        let messages: Vec<String> =
            samples.iter().map(|s| parse(s, None, Format::Threadtime).message.to_owned()).collect();
        for signature in catalog.signatures() {
            for source in [&signature.pattern, &signature.not].into_iter().chain(signature.also.iter()) {
                let pattern = Pattern::new(source).expect("the pattern compiles in the light engine");
                let before: Vec<_> =
                    messages.iter().take(WORTH_IT as usize / 2).map(|m| pattern.groups(m)).collect();
                pattern.tries.set(WORTH_IT);
                assert!(pattern.fast().is_some(), "{}: {source}", signature.id);
                let after: Vec<_> =
                    messages.iter().take(WORTH_IT as usize / 2).map(|m| pattern.groups(m)).collect();
                assert_eq!(before, after, "{}", signature.id);
                let light = Pattern::new(source).expect("the pattern compiles in the light engine");
                for message in &messages {
                    light.tries.set(0);
                    assert_eq!(light.groups(message), pattern.groups(message), "{}: {message}", signature.id);
                }
            }
        }
    }
}
