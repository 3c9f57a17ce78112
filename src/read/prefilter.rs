//! Finds the few lines that name a known literal, at nearly the speed of memory.
//!
//! An automaton for hundreds of literals looks at every byte in turn, and each
//! step waits for the one before. Here short pieces ("grams") of the text are
//! looked up in a small table at a fixed stride instead: the lookups do not
//! depend on each other, so the processor overlaps them. A literal that is long
//! enough always covers a whole gram at some multiple of the stride. Only where
//! the table says "maybe" the literals themselves are compared, and only a line
//! that holds one is searched for all of them.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem;

use super::grams::{Grams, LONG};

/// Beginnings of properties as `getprop` prints them.
const PROPERTIES: [&[u8]; 5] = [b"[ro.", b"[persist.", b"[msc.", b"[hw_sc.", b"[gsm."];

/// A set of literals to look for, without regard to the case of ASCII letters.
#[derive(Debug)]
pub struct Prefilter {
    /// All literals as bytes, for lines that are cut into pieces.
    all: Vec<Vec<u8>>,
    /// Finds every literal around a cut; built when the first line is cut.
    automaton: OnceLock<Option<AhoCorasick>>,
    /// Literals that are long enough for the widest stride, and the others:
    /// a few short ones must not slow down the search for the rest.
    layers: Vec<Layer>,
    /// What stands between the name and the value of every property.
    between: memmem::Finder<'static>,
    longest: usize,
}

/// Literals that are searched in the same way.
#[derive(Debug)]
struct Layer {
    /// For each pattern the id of its literal.
    ids: Vec<u32>,
    search: Search,
}

#[derive(Debug)]
enum Search {
    Grams(Box<Grams>),
    /// For literals of one or two bytes.
    Automaton(AhoCorasick),
}

impl Layer {
    fn new(patterns: Vec<(u32, Vec<u8>)>) -> Option<Self> {
        let (ids, patterns): (Vec<u32>, Vec<Vec<u8>>) = patterns.into_iter().unzip();
        // Building an automaton takes milliseconds, so only what needs one has one.
        let short = patterns.iter().any(|pattern| pattern.len() < 3);
        let search = match short.then(|| automaton(&patterns)).flatten() {
            Some(automaton) => Search::Automaton(automaton),
            None => Search::Grams(Box::new(Grams::new(patterns)?)),
        };
        Some(Self { ids, search })
    }

    fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        match &self.search {
            Search::Grams(grams) => grams.find(text, from),
            Search::Automaton(automaton) => {
                let found = automaton.find(text.get(from..)?)?;
                Some(from + found.start())
            }
        }
    }

    fn each(&self, line: &[u8], each: &mut dyn FnMut(u32)) {
        let mut pattern = |pattern: usize| {
            if let Some(id) = self.ids.get(pattern) {
                each(*id);
            }
        };
        match &self.search {
            Search::Grams(grams) => grams.each(line, &mut |found| pattern(found as usize)),
            Search::Automaton(automaton) => {
                automaton.find_overlapping_iter(line).for_each(|hit| pattern(hit.pattern().as_usize()))
            }
        }
    }
}

fn automaton(patterns: &[Vec<u8>]) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(patterns)
        .ok()
}

impl Prefilter {
    /// Builds the set; the id of a literal is its place in `literals`. A
    /// literal with other than ASCII characters is also looked for in the bytes
    /// of GB18030. An empty literal is never found.
    pub fn new(literals: &[&str]) -> Self {
        let mut patterns: Vec<(u32, Vec<u8>)> = Vec::new();
        for (id, literal) in (0_u32..).zip(literals) {
            if literal.is_empty() {
                continue;
            }
            patterns.push((id, literal.as_bytes().to_vec()));
            if !literal.is_ascii() {
                let (bytes, _, unmappable) = encoding_rs::GB18030.encode(literal);
                if !unmappable {
                    patterns.push((id, bytes.into_owned()));
                }
            }
        }
        let all: Vec<Vec<u8>> = patterns.iter().map(|(_, bytes)| bytes.clone()).collect();
        let longest_property = PROPERTIES.iter().map(|start| start.len()).max();
        let longest = all.iter().map(Vec::len).max().max(longest_property);
        let (long, short): (Vec<_>, Vec<_>) =
            patterns.into_iter().partition(|(_, bytes)| bytes.len() >= LONG);
        Self {
            automaton: OnceLock::new(),
            layers: [long, short].into_iter().filter_map(Layer::new).collect(),
            between: memmem::Finder::new(b"]: ["),
            longest: longest.unwrap_or(0),
            all,
        }
    }

    /// The length of the longest literal in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// A search through one text from its start to its end.
    pub(crate) fn finder(&self, properties: bool) -> Finder<'_> {
        Finder { prefilter: self, properties, next: vec![Next::Unknown; self.layers.len() + 1] }
    }

    /// The ids of all literals in `line`, each once, in ascending order.
    pub(crate) fn all(&self, line: &[u8], found: &mut Vec<u32>) {
        found.clear();
        for layer in &self.layers {
            layer.each(line, &mut |id| {
                if !found.contains(&id) {
                    found.push(id);
                }
            });
        }
        found.sort_unstable();
    }

    /// Whether the line holds a property.
    pub(crate) fn has_property(&self, line: &[u8]) -> bool {
        self.between.find(line).is_some()
            && PROPERTIES.iter().any(|start| memmem::find(line, start).is_some())
    }

    /// The start of the first literal that crosses the place `cut`, if any.
    pub(crate) fn crossing(&self, text: &[u8], cut: usize) -> Option<usize> {
        let from = cut.saturating_sub(self.longest);
        let to = cut.saturating_add(self.longest).min(text.len());
        let near = text.get(from..to)?;
        self.automaton
            .get_or_init(|| automaton(&self.all))
            .as_ref()?
            .find_overlapping_iter(near)
            .map(|hit| (from + hit.start(), from + hit.end()))
            .filter(|(start, end)| *start < cut && *end > cut)
            .map(|(start, _)| start)
            .min()
    }
}

/// Remembers how far each layer has looked, as one is ahead of the other.
pub(crate) struct Finder<'p> {
    prefilter: &'p Prefilter,
    properties: bool,
    next: Vec<Next>,
}

#[derive(Debug, Clone, Copy)]
enum Next {
    Unknown,
    At(usize),
    Nowhere,
}

impl Finder<'_> {
    /// A place inside the next literal, or between the name and value of a
    /// property, that begins at or behind `from`; no other ends before it.
    /// `from` must not go back, nor into a line with a place already given.
    pub(crate) fn find(&mut self, text: &[u8], from: usize) -> Option<usize> {
        let mut nearest: Option<usize> = None;
        for (number, next) in self.next.iter_mut().enumerate() {
            let known = match next {
                Next::At(at) => *at >= from,
                Next::Nowhere => true,
                Next::Unknown => false,
            };
            if !known {
                let found = match self.prefilter.layers.get(number) {
                    Some(layer) => layer.find(text, from),
                    None if self.properties => text
                        .get(from..)
                        .and_then(|rest| self.prefilter.between.find(rest))
                        .map(|at| from + at),
                    None => None,
                };
                *next = found.map_or(Next::Nowhere, Next::At);
            }
            if let Next::At(at) = *next {
                nearest = Some(nearest.map_or(at, |other| other.min(at)));
            }
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(filter: &Prefilter, line: &[u8]) -> Vec<u32> {
        let mut found = Vec::new();
        filter.all(line, &mut found);
        found
    }

    #[test]
    fn overlapping_literals_are_all_named() {
        let filter = Prefilter::new(&["onRegister error", "error", "OPPO onRegister error", ""]);
        assert_eq!(ids(&filter, b"x oppo OnRegister ERROR y"), [0, 1, 2]);
        assert_eq!(ids(&filter, b"nothing"), [] as [u32; 0]);
    }

    #[test]
    fn chinese_is_found_in_both_encodings() {
        let filter = Prefilter::new(&["推送失败"]);
        let gbk = encoding_rs::GB18030.encode("x推送失败y").0.into_owned();
        for text in ["x推送失败y".as_bytes(), &gbk] {
            assert_eq!(ids(&filter, text), [0]);
            assert!(filter.finder(false).find(text, 0).is_some());
        }
    }

    #[test]
    fn only_properties_without_literals() {
        let filter = Prefilter::new(&[]);
        assert!(filter.finder(true).find(b"xx [ro.a]: [b]", 0).is_some());
        assert!(filter.finder(false).find(b"xx [ro.a]: [b]", 0).is_none());
        assert!(filter.has_property(b"[persist.sys]: [x]"));
        assert!(!filter.has_property(b"[message]: [x]"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        /// The stride search finds exactly what the plain search finds, for
        /// literals of any length.
        #[test]
        fn stride_and_plain_search_agree(
            literals in prop::collection::vec("[a-cX ]{1,9}|[a-c]{3,12}|推[a-c]{0,3}送", 1..6),
            text in "[a-cX x推送\n]{0,80}",
            from in 0_usize..20,
        ) {
            let refs: Vec<&str> = literals.iter().map(String::as_str).collect();
            let filter = Prefilter::new(&refs);
            let text = text.as_bytes();
            let from = from.min(text.len());
            let rest = text.get(from..).unwrap();
            let earliest_end = filter
                .automaton
                .get_or_init(|| automaton(&filter.all))
                .as_ref()
                .unwrap()
                .find_overlapping_iter(rest)
                .map(|hit| (from + hit.start(), from + hit.end()))
                .collect::<Vec<_>>();
            match filter.finder(false).find(text, from) {
                Some(at) => prop_assert!(
                    earliest_end.iter().any(|(start, end)| *start <= at && at < *end)
                        && earliest_end.iter().all(|(_, end)| *end > at),
                    "{at} {earliest_end:?}"
                ),
                None => prop_assert!(earliest_end.is_empty(), "{earliest_end:?}"),
            }
        }
    }
}
