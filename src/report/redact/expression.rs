//! A regular expression that costs little where it is asked of a few short texts, as by a report of
//! one page, and little per byte where it is asked of a whole log.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::catalog::ascii_classes;

/// Bytes looked through by the light engine after which the other one is worth its compilation.
const WORTH_IT: usize = 4096;

/// An expression that is compiled when it is first asked; a broken one never matches, which the
/// tests rule out.
pub struct Expression {
    source: fn() -> String,
    light: OnceLock<Option<regex_lite::Regex>>,
    fast: OnceLock<Option<regex::Regex>>,
    /// Bytes that the light engine was given.
    seen: AtomicUsize,
}

/// Where an expression matched.
pub struct Hit {
    pub whole: Range<usize>,
    groups: Vec<(String, Range<usize>)>,
}

impl Hit {
    /// Where a named group matched, if it took part.
    pub fn group(&self, name: &str) -> Option<Range<usize>> {
        self.groups.iter().find(|(n, _)| n == name).map(|(_, range)| range.clone())
    }
}

impl Expression {
    /// Of a pattern whose classes and `\b` mean ASCII.
    pub const fn new(source: fn() -> String) -> Self {
        Expression { source, light: OnceLock::new(), fast: OnceLock::new(), seen: AtomicUsize::new(0) }
    }

    /// The first match.
    pub fn find(&self, text: &str) -> Option<Hit> {
        self.find_from(text, 0)
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// All matches, none overlapping another.
    pub fn hits<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Hit> + 't {
        let mut from = Some(0);
        std::iter::from_fn(move || {
            let hit = self.find_from(text, from?)?;
            // Behind an empty match the search goes on with the next character.
            from = match hit.whole.is_empty() {
                true => text.get(hit.whole.end..)?.chars().next().map(|c| hit.whole.end + c.len_utf8()),
                false => Some(hit.whole.end),
            };
            Some(hit)
        })
    }

    fn find_from(&self, text: &str, from: usize) -> Option<Hit> {
        if self.seen.load(Ordering::Relaxed) >= WORTH_IT {
            let compile = || regex::Regex::new(&ascii_classes(&(self.source)())).ok();
            let engine = self.fast.get_or_init(compile).as_ref()?;
            let found = engine.captures_at(text, from)?;
            let names = engine.capture_names().flatten();
            let groups = names.filter_map(|n| Some((n.to_owned(), found.name(n)?.range()))).collect();
            return Some(Hit { whole: found.get(0)?.range(), groups });
        }
        self.seen.fetch_add(text.len().saturating_sub(from), Ordering::Relaxed);
        let engine = self.light()?;
        let found = engine.captures_at(text, from)?;
        let names = engine.capture_names().flatten();
        let groups = names.filter_map(|n| Some((n.to_owned(), found.name(n)?.range()))).collect();
        Some(Hit { whole: found.get(0)?.range(), groups })
    }

    fn light(&self) -> Option<&regex_lite::Regex> {
        self.light.get_or_init(|| regex_lite::Regex::new(&(self.source)()).ok()).as_ref()
    }

    /// Fails unless both engines take the pattern and find the same in a text.
    #[cfg(test)]
    #[track_caller]
    pub fn assert_same(&self, text: &str) {
        let source = (self.source)();
        let light = regex_lite::Regex::new(&source).expect("the light engine takes the pattern");
        let fast = regex::Regex::new(&ascii_classes(&source)).expect("the fast engine takes the pattern");
        let by_light: Vec<_> =
            light.captures_iter(text).map(|c| all(c.iter().map(|m| m.map(|m| m.range())))).collect();
        let by_fast: Vec<_> =
            fast.captures_iter(text).map(|c| all(c.iter().map(|m| m.map(|m| m.range())))).collect();
        assert_eq!(by_light, by_fast, "{source}: {text}");
    }
}

#[cfg(test)]
fn all(groups: impl Iterator<Item = Option<Range<usize>>>) -> Vec<Option<Range<usize>>> {
    groups.collect()
}
