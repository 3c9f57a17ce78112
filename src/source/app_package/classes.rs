//! Which of some classes are in the app's code: their names are searched for in the `.dex` files as
//! they stream by, which is enough, because a class that is there has its name there.

use std::io::Read;

use aho_corasick::AhoCorasick;

use crate::catalog::Catalog;

/// Bytes that are searched at a time.
const PIECE: usize = 1 << 16;

/// The search for all classes that the rules of all vendors name.
pub struct Classes {
    names: Vec<String>,
    automaton: Option<AhoCorasick>,
    longest: usize,
}

impl Classes {
    pub fn new(catalog: &Catalog) -> Self {
        let mut names: Vec<String> = catalog
            .vendors()
            .filter_map(|v| v.app.as_ref())
            .flat_map(|app| {
                let components = app.component.iter().flat_map(|c| c.names.iter());
                let conflicts = app.conflict.iter().flat_map(|c| c.one.iter().chain(c.other.iter()));
                app.marks.iter().chain(components).chain(conflicts)
            })
            .map(ToString::to_string)
            .collect();
        names.sort();
        names.dedup();
        let needles: Vec<String> = names.iter().map(|n| descriptor(n)).collect();
        let longest = needles.iter().map(String::len).max().unwrap_or(1);
        Classes { automaton: AhoCorasick::new(&needles).ok(), names, longest }
    }

    /// Adds the names that stand in a stream to `found`.
    pub fn search(&self, code: &mut dyn Read, found: &mut Vec<String>) -> std::io::Result<()> {
        let Some(automaton) = &self.automaton else { return Ok(()) };
        let mut buffer = vec![0; self.longest + PIECE];
        let mut kept = 0;
        loop {
            let free = buffer.get_mut(kept..).unwrap_or_default();
            let read = match code.read(free) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            let full = kept + read;
            for hit in automaton.find_overlapping_iter(buffer.get(..full).unwrap_or_default()) {
                if let Some(name) = self.names.get(hit.pattern().as_usize())
                    && !found.contains(name)
                {
                    found.push(name.clone());
                }
            }
            // A name may lie across two pieces.
            kept = full.min(self.longest);
            buffer.copy_within(full - kept..full, 0);
        }
    }
}

/// `a.b.C` as code spells it, `La/b/C;`; a name that ends in `*` is a beginning.
fn descriptor(name: &str) -> String {
    match name.strip_suffix('*') {
        Some(begin) => format!("L{}", begin.replace('.', "/")),
        None => format!("L{};", name.replace('.', "/")),
    }
}

/// Whether a class is the one named, or begins as it does where the name ends in `*`.
pub fn fits(rule: &str, class: &str) -> bool {
    match rule.strip_suffix('*') {
        Some(begin) => class.starts_with(begin),
        None => rule == class,
    }
}
