//! Which log signatures a line trips.
//!
//! The scan hands over lines that hold a literal; here the few signatures that own those literals
//! are tried. A regular expression is compiled the first time a line asks for it, so a start costs
//! nothing for the hundreds that never do.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::pattern::Pattern;
use super::{Catalog, Outcome, Signature};
use crate::read::logcat::Line;

/// All signatures, ready to be tried.
pub struct Matcher<'c> {
    entries: Vec<Entry<'c>>,
    literals: Vec<String>,
    /// For each literal, the signatures that own it.
    owners: Vec<Vec<usize>>,
}

struct Entry<'c> {
    signature: &'c Signature,
    /// `None` inside when the pattern is broken, which the lint of catalogue and overlays rules out.
    compiled: OnceCell<Option<Compiled>>,
}

struct Compiled {
    pattern: Pattern,
    also: Vec<Pattern>,
    not: Option<Pattern>,
}

/// A signature that a line trips, with the named groups of its pattern.
#[derive(Clone, Debug)]
pub struct Match<'c, 't> {
    pub signature: &'c Signature,
    /// The signature needs a tag and the line's format has none: it may be this line, no more.
    pub perhaps: bool,
    groups: Vec<(String, &'t str)>,
}

impl<'t> Match<'_, 't> {
    /// The text of a named group, if it took part and is not empty.
    pub fn group(&self, name: &str) -> Option<&'t str> {
        self.groups.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| *v)
    }

    /// Whether the pattern has this group and it matched, empty or not.
    pub fn has(&self, name: &str) -> bool {
        self.groups.iter().any(|(n, _)| n == name)
    }
}

impl<'c> Matcher<'c> {
    /// Over all signatures of the catalogue.
    pub fn new(catalog: &'c Catalog) -> Self {
        let mut matcher = Matcher { entries: Vec::new(), literals: Vec::new(), owners: Vec::new() };
        let mut known: HashMap<String, usize> = HashMap::new();
        for signature in catalog.signatures() {
            let entry = matcher.entries.len();
            matcher.entries.push(Entry { signature, compiled: OnceCell::new() });
            for literal in signature.literals.iter() {
                let literal = literal.to_ascii_lowercase();
                let index = *known.entry(literal.clone()).or_insert_with(|| {
                    matcher.literals.push(literal);
                    matcher.owners.push(Vec::new());
                    matcher.literals.len() - 1
                });
                if !matcher.owners[index].contains(&entry) {
                    matcher.owners[index].push(entry);
                }
            }
        }
        matcher
    }

    /// The literals that the scan looks for; their indices are those of [`Matcher::matches`].
    pub fn literals(&self) -> &[String] {
        &self.literals
    }

    /// The signatures that `line` trips, given the literals found in it.
    pub fn matches<'t>(&self, line: &Line<'t>, literals: &[u32]) -> Vec<Match<'c, 't>> {
        let mut candidates: Vec<usize> =
            literals.iter().filter_map(|l| self.owners.get(*l as usize)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let mut found: Vec<Match<'c, 't>> = Vec::new();
        for fallback in [false, true] {
            if fallback && found.iter().any(|m| !m.perhaps) {
                break;
            }
            for &index in &candidates {
                let Some(entry) = self.entries.get(index) else { continue };
                if entry.signature.fallback == fallback
                    && let Some(hit) = entry.try_line(line)
                {
                    found.push(hit);
                }
            }
        }
        found
    }

    /// The signatures that `line` trips, looking for the literals first; for single lines.
    pub fn matches_line<'t>(&self, line: &Line<'t>, whole: &str) -> Vec<Match<'c, 't>> {
        let folded = whole.to_ascii_lowercase();
        let literals: Vec<u32> = self
            .literals
            .iter()
            .enumerate()
            .filter(|(_, l)| folded.contains(l.as_str()))
            .filter_map(|(i, _)| u32::try_from(i).ok())
            .collect();
        self.matches(line, &literals)
    }
}

impl<'c> Entry<'c> {
    fn try_line<'t>(&self, line: &Line<'t>) -> Option<Match<'c, 't>> {
        let signature = self.signature;
        match line.tag {
            Some(tag) => {
                if !signature.tags.is_empty() && !signature.tags.iter().any(|t| tag_fits(t, tag)) {
                    return None;
                }
                if signature.not_tags.iter().any(|t| tag_fits(t, tag)) {
                    return None;
                }
            }
            // A success may not be overlooked because the format lacks the tag.
            None if signature.needs_tag && signature.outcome != Outcome::Pass => return None,
            None => {}
        }
        let compiled = self
            .compiled
            .get_or_init(|| {
                let pattern = Pattern::new(&signature.pattern)?;
                let also = signature.also.iter().map(|a| Pattern::new(a)).collect::<Option<_>>()?;
                let not = match signature.not.is_empty() {
                    true => None,
                    false => Some(Pattern::new(&signature.not)?),
                };
                Some(Compiled { pattern, also, not })
            })
            .as_ref()?;
        let mut groups = Vec::new();
        for pattern in std::iter::once(&compiled.pattern).chain(&compiled.also) {
            groups.extend(pattern.groups(line.message)?);
        }
        if compiled.not.as_ref().is_some_and(|n| n.is_match(line.message)) {
            return None;
        }
        Some(Match { signature, perhaps: signature.needs_tag && line.tag.is_none(), groups })
    }
}

/// Whether a tag fits a pattern with `*` wildcards, in any case. A tag that Android Studio cut in
/// the middle (`HMSSDK_HMS...ageManager`) fits if what is left of it can stand in the pattern.
pub fn tag_fits(pattern: &str, tag: &str) -> bool {
    let tag = tag.trim();
    if wildcard(pattern, tag) {
        return true;
    }
    match tag.split_once("...") {
        Some((start, end)) if start.len() >= 4 && end.len() >= 4 => match pattern.split_once('*') {
            Some((fixed, _)) => begins(start, fixed) || begins(fixed, start),
            None => pattern.len() >= start.len() + end.len() && begins(pattern, start) && ends(pattern, end),
        },
        _ => false,
    }
}

/// `*` stands for any run of characters; case does not count.
fn wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.get(first.len()..).filter(|_| begins(text, first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return ends(rest, part);
        }
        let found =
            rest.char_indices().map(|(at, _)| at).find(|at| rest.get(*at..).is_some_and(|r| begins(r, part)));
        match found {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None if part.is_empty() => {}
            None => return false,
        }
    }
    true
}

fn begins(text: &str, start: &str) -> bool {
    text.as_bytes().get(..start.len()).is_some_and(|t| t.eq_ignore_ascii_case(start.as_bytes()))
}

fn ends(text: &str, end: &str) -> bool {
    text.len()
        .checked_sub(end.len())
        .and_then(|at| text.as_bytes().get(at..))
        .is_some_and(|t| t.eq_ignore_ascii_case(end.as_bytes()))
}
