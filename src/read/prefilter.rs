//! Finds the few lines that name a known literal, at nearly the speed of memory.
//!
//! An automaton for hundreds of literals looks at every byte in turn, and each
//! step waits for the one before. Here short pieces ("grams") of the text are
//! looked up in a small table at a fixed stride instead: the lookups do not
//! depend on each other, so the processor overlaps them. A literal that is long
//! enough always covers a whole gram at some multiple of the stride. Only where
//! the table says "maybe" the literals themselves are compared, and only a line
//! that holds one is searched by the automaton for all of them.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::grams::Grams;

/// Beginnings of properties as `getprop` prints them.
const PROPERTY_LITERALS: [&str; 5] = ["[ro.", "[persist.", "[msc.", "[hw_sc.", "[gsm."];

/// A set of literals to look for, without regard to the case of ASCII letters.
#[derive(Debug)]
pub struct Prefilter {
    /// Finds every literal in one line.
    automaton: Option<AhoCorasick>,
    /// For each pattern of the automaton the id of its literal.
    ids: Vec<u32>,
    /// Ids from here on are internal: properties.
    first_property: u32,
    grams: Option<Grams>,
    longest: usize,
}

impl Prefilter {
    /// Builds the set; the id of a literal is its place in `literals`. A
    /// literal with other than ASCII characters is also looked for in the bytes
    /// of GB18030. An empty literal is never found.
    pub fn new(literals: &[&str]) -> Self {
        let first_property = u32::try_from(literals.len()).unwrap_or(u32::MAX);
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        let mut ids = Vec::new();
        for (id, literal) in (0_u32..).zip(literals.iter().copied().chain(PROPERTY_LITERALS)) {
            if literal.is_empty() {
                continue;
            }
            patterns.push(literal.as_bytes().to_vec());
            ids.push(id);
            if !literal.is_ascii() {
                let (bytes, _, unmappable) = encoding_rs::GB18030.encode(literal);
                if !unmappable {
                    patterns.push(bytes.into_owned());
                    ids.push(id);
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns)
            .ok();
        let longest = patterns.iter().map(Vec::len).max().unwrap_or(0);
        let grams = Grams::new(patterns);
        Self {
            automaton,
            ids,
            first_property,
            grams,
            longest,
        }
    }

    /// The length of the longest literal in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// A place inside the first literal that begins at or behind `from`.
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        match &self.grams {
            Some(grams) => grams.find(text, from),
            None => {
                let rest = text.get(from..)?;
                let found = self.automaton.as_ref()?.find(rest)?;
                Some(from + found.start())
            }
        }
    }

    /// The ids of all literals in `line`, each once, in ascending order, and
    /// whether it holds the beginning of a property.
    pub(crate) fn all(&self, line: &[u8], found: &mut Vec<u32>) -> bool {
        found.clear();
        let mut property = false;
        let mut each = |pattern: usize| match self.ids.get(pattern) {
            Some(&id) if id >= self.first_property => property = true,
            Some(&id) if !found.contains(&id) => found.push(id),
            _ => {}
        };
        match (&self.grams, &self.automaton) {
            (Some(grams), _) => grams.each(line, &mut |pattern| each(pattern as usize)),
            (None, Some(automaton)) => automaton
                .find_overlapping_iter(line)
                .for_each(|hit| each(hit.pattern().as_usize())),
            (None, None) => {}
        }
        found.sort_unstable();
        property
    }

    /// The start of the first literal that crosses the place `cut`, if any.
    pub(crate) fn crossing(&self, text: &[u8], cut: usize) -> Option<usize> {
        let from = cut.saturating_sub(self.longest);
        let to = cut.saturating_add(self.longest).min(text.len());
        let near = text.get(from..to)?;
        self.automaton
            .as_ref()?
            .find_overlapping_iter(near)
            .map(|hit| (from + hit.start(), from + hit.end()))
            .filter(|(start, end)| *start < cut && *end > cut)
            .map(|(start, _)| start)
            .min()
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
            assert!(filter.find(text, 0).is_some());
        }
    }

    #[test]
    fn only_properties_without_literals() {
        let filter = Prefilter::new(&[]);
        assert!(filter.find(b"xx [ro.a]: [b]", 0).is_some());
        assert!(filter.find(b"nothing to see here, at all", 0).is_none());
        let mut found = Vec::new();
        assert!(filter.all(b"[Persist.sys]: [x]", &mut found));
        assert!(found.is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        /// The stride search finds exactly what the plain search finds, for
        /// literals of any length.
        #[test]
        fn stride_and_plain_search_agree(
            literals in prop::collection::vec("[a-cX ]{1,9}|推[a-c]{0,3}送", 1..6),
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
                .as_ref()
                .unwrap()
                .find_overlapping_iter(rest)
                .map(|hit| (from + hit.start(), from + hit.end()))
                .collect::<Vec<_>>();
            match filter.find(text, from) {
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
