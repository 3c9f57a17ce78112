//! The regular expression of a signature, cheap to start and fast to repeat.
//!
//! A run over one small log tries a few dozen patterns once or twice; there the time goes into
//! compiling, which `regex-lite` does in microseconds, and it is only asked where a match can begin.
//! A pattern that a big log asks for again and again is compiled a second time: for backtracking
//! where it is known where matches begin, for `regex` elsewhere. All read `\d`, `\w`, `\s` and `\b`
//! as ASCII, so the answer does not depend on how often it was asked.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};

use regex_automata::nfa::thompson::backtrack::{BoundedBacktracker, Cache};
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input, PatternID};

use super::embedded::STARTS;
use super::starts::{Starts, starts};

/// A fast engine is worth its compilation after so much work of the light one, in units of a try
/// that fails where a match could begin.
const WORTH_IT: u32 = 64;
/// Characters beyond ASCII make the compilation several times dearer, and so does `regex`.
const WORTH_MORE: u32 = 512;
/// What a match costs the light engine.
const MATCH: u32 = 4;
/// What looking through the whole text in vain costs it.
const WHOLE_TEXT: u32 = 16;

/// The second compilation.
enum Fast {
    /// Tries only where it is told.
    Here(BoundedBacktracker, Box<RefCell<(Cache, Captures)>>),
    /// Looks through the text by itself.
    Anywhere(regex::Regex),
}

/// One pattern in either engine.
pub struct Pattern {
    source: String,
    light: regex_lite::Regex,
    /// Every match begins with one of these (lower case); empty when nothing is known.
    starts: Cow<'static, [Cow<'static, str>]>,
    /// The first bytes of `starts`, in both cases.
    first: [bool; 256],
    /// `light` is bound to the beginning of the text that it is given.
    cut: bool,
    work: Cell<u32>,
    fast: OnceCell<Option<Fast>>,
}

/// Named groups with their texts.
pub type Groups<'t> = Vec<(String, &'t str)>;

impl Pattern {
    /// Compiles a pattern; `None` when it is broken, which the lint of the data rules out.
    pub fn new(source: &str) -> Option<Self> {
        let (starts, cuttable) = beginnings(source);
        let cut = cuttable && !starts.is_empty();
        let light = match cut {
            true => regex_lite::Regex::new(&format!("^(?:{source})")),
            false => regex_lite::Regex::new(source),
        };
        let mut first = [false; 256];
        for byte in starts.iter().filter_map(|s| s.bytes().next()) {
            first[usize::from(byte)] = true;
            first[usize::from(byte.to_ascii_uppercase())] = true;
        }
        Some(Pattern {
            source: source.to_owned(),
            light: light.ok()?,
            starts,
            first,
            cut,
            work: Cell::new(0),
            fast: OnceCell::new(),
        })
    }

    /// Whether the pattern occurs in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.groups(text).is_some()
    }

    /// The named groups of the first occurrence that took part in it.
    pub fn groups<'t>(&self, text: &'t str) -> Option<Groups<'t>> {
        let mut from = self.next_start(text, 0)?;
        if !self.cut {
            return self.groups_from(text, from);
        }
        loop {
            if let Some(groups) = self.groups_here(text.get(from..)?) {
                return Some(groups);
            }
            from = self.next_start(text, from + 1)?;
        }
    }

    /// A match that begins where the text does.
    fn groups_here<'t>(&self, text: &'t str) -> Option<Groups<'t>> {
        if let Some(Fast::Here(engine, state)) = self.fast()
            && text.len() <= engine.max_haystack_len()
        {
            let (cache, captures) = &mut *state.borrow_mut();
            let input = Input::new(text).anchored(Anchored::Yes);
            engine.try_search(cache, &input, captures).ok()?;
            let groups = captures.group_info().pattern_names(PatternID::ZERO).enumerate();
            return captures.is_match().then(|| {
                groups
                    .filter_map(|(i, name)| {
                        Some((name?.to_owned(), text.get(captures.get_group(i)?.range())?))
                    })
                    .collect()
            });
        }
        let found = self.light.captures(text);
        self.worked(if found.is_some() { MATCH } else { 1 });
        found.map(|f| self.named(&f))
    }

    /// The first match that begins at `from` or behind it.
    fn groups_from<'t>(&self, text: &'t str, from: usize) -> Option<Groups<'t>> {
        if let Some(Fast::Anywhere(engine)) = self.fast() {
            let found = engine.captures_at(text, from)?;
            let names = engine.capture_names().flatten();
            return Some(names.filter_map(|n| found.name(n).map(|m| (n.to_owned(), m.as_str()))).collect());
        }
        let found = self.light.captures_at(text, from);
        self.worked(if found.is_some() { MATCH } else { WHOLE_TEXT });
        found.map(|f| self.named(&f))
    }

    fn named<'t>(&self, found: &regex_lite::Captures<'t>) -> Groups<'t> {
        let names = self.light.capture_names().flatten();
        names.filter_map(|n| found.name(n).map(|m| (n.to_owned(), m.as_str()))).collect()
    }

    /// Where a match can begin, at `from` or behind it.
    fn next_start(&self, text: &str, from: usize) -> Option<usize> {
        if self.starts.is_empty() {
            return Some(from);
        }
        let rest = text.as_bytes().get(from..)?;
        let begins = |at: &usize| {
            let here = rest.get(*at..).unwrap_or_default();
            self.starts
                .iter()
                .any(|s| here.get(..s.len()).is_some_and(|h| h.eq_ignore_ascii_case(s.as_bytes())))
        };
        let may_begin = |at: &usize| rest.get(*at).is_some_and(|b| self.first[usize::from(*b)]);
        (0..rest.len()).filter(may_begin).find(begins).map(|at| from + at)
    }

    /// The fast engine, if the light one has worked enough.
    fn fast(&self) -> Option<&Fast> {
        let plain = is_plain(&self.source);
        if self.work.get() < if plain && self.cut { WORTH_IT } else { WORTH_MORE } {
            return None;
        }
        let compile = || {
            let pattern = ascii_classes(&self.source);
            if !self.cut {
                let engine = regex::RegexBuilder::new(&pattern).unicode(!plain).build();
                return engine.ok().map(Fast::Anywhere);
            }
            let syntax = regex_automata::util::syntax::Config::new().unicode(!plain);
            let engine = BoundedBacktracker::builder().syntax(syntax).build(&pattern).ok()?;
            let state = (engine.create_cache(), engine.create_captures());
            Some(Fast::Here(engine, Box::new(RefCell::new(state))))
        };
        self.fast.get_or_init(compile).as_ref()
    }

    fn worked(&self, cost: u32) {
        self.work.set(self.work.get().saturating_add(cost));
    }
}

/// What the matches of a pattern begin with, from the table of the build where it has the pattern.
fn beginnings(source: &str) -> (Cow<'static, [Cow<'static, str>]>, bool) {
    match STARTS.binary_search_by(|(pattern, ..)| (*pattern).cmp(source)) {
        Ok(at) => STARTS
            .get(at)
            .map_or((Cow::Borrowed(&[]), false), |(_, texts, cut)| (Cow::Borrowed(*texts), *cut)),
        Err(_) => {
            let Starts { texts, cuttable } = starts(source);
            (texts.into_iter().map(Cow::Owned).collect(), cuttable)
        }
    }
}

/// Whether the pattern matches nothing but ASCII characters, seen at a glance.
fn is_plain(pattern: &str) -> bool {
    let (mut escaped, mut class) = (false, false);
    let open = pattern.chars().any(|c| {
        let any = if escaped { "DWSPp".contains(c) } else { c == '.' && !class };
        if !escaped {
            class = c != ']' && (class || c == '[');
        }
        escaped = !escaped && c == '\\';
        any
    });
    pattern.is_ascii() && !open && !pattern.contains("[^")
}

/// The same pattern with its classes written out in ASCII.
pub(crate) fn ascii_classes(pattern: &str) -> String {
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
                let before: Vec<_> = messages.iter().take(8).map(|m| pattern.groups(m)).collect();
                pattern.work.set(WORTH_MORE);
                assert!(pattern.fast().is_some(), "{}: {source}", signature.id);
                let after: Vec<_> = messages.iter().take(8).map(|m| pattern.groups(m)).collect();
                assert_eq!(before, after, "{}", signature.id);
                let light = Pattern::new(source).expect("the pattern compiles in the light engine");
                for message in &messages {
                    light.work.set(0);
                    assert_eq!(light.groups(message), pattern.groups(message), "{}: {message}", signature.id);
                }
            }
        }
    }
}
