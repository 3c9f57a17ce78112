//! `error-codes/` in memory: vendors, codes, findings and log signatures.
//!
//! The built-in data are static; an overlay (a team's own folder) is read at start, linted by the
//! same code as the build uses, and wins over the built-in entry of the same name.

pub mod answer;
pub mod lint;
pub mod log_rules;
pub mod lookup;
pub mod matcher;
pub mod overlay;
mod pattern;
pub mod schema;
pub mod send_rules;
mod starts;

use std::borrow::Cow;

pub use lint::{parse_codes, parse_findings, parse_vendor};
pub use log_rules::*;
pub use pattern::Pattern;
pub(crate) use pattern::ascii_classes;
pub use schema::*;
pub use send_rules::*;

mod embedded {
    use super::log_rules::*;
    use super::schema::*;
    #[allow(unused_imports)]
    use super::send_rules::*;
    use std::borrow::Cow;
    include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
}

/// Everything that is known of codes and log lines, overlays included.
pub struct Catalog {
    vendors: Vec<Cow<'static, Vendor>>,
    /// Overlay entries that win over a built-in one, or are new.
    extra: Vec<Code>,
    builtin: &'static [Code],
    findings: &'static [Finding],
    /// Logs of servers; those of an overlay come first.
    logs: Vec<Cow<'static, Log>>,
    operations: Vec<Cow<'static, Operation>>,
    targets: Vec<Cow<'static, Target>>,
    sends: Vec<Cow<'static, SendRules>>,
}

impl Catalog {
    /// The catalogue as compiled in.
    pub fn builtin() -> Self {
        Catalog {
            vendors: embedded::VENDORS.iter().map(Cow::Borrowed).collect(),
            extra: Vec::new(),
            builtin: embedded::CODES,
            findings: embedded::FINDINGS,
            logs: embedded::LOGS.iter().map(Cow::Borrowed).collect(),
            operations: embedded::OPERATIONS.iter().map(Cow::Borrowed).collect(),
            targets: embedded::TARGETS.iter().map(Cow::Borrowed).collect(),
            sends: embedded::SENDS.iter().map(Cow::Borrowed).collect(),
        }
    }

    /// How a message is sent to a vendor, by its id.
    pub fn send(&self, vendor: &str) -> Option<&SendRules> {
        self.sends.iter().map(Cow::as_ref).find(|s| s.vendor == vendor)
    }

    /// Every way of sending.
    pub fn sends(&self) -> impl Iterator<Item = &SendRules> {
        self.sends.iter().map(Cow::as_ref)
    }

    /// All vendors, in alphabetical order.
    pub fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.iter().map(Cow::as_ref)
    }

    /// The vendor with this id.
    pub fn vendor(&self, id: &str) -> Option<&Vendor> {
        self.vendors().find(|v| v.id == id)
    }

    /// All codes: overlay entries first, then the built-in ones they do not replace.
    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        let replaced = |code: &&Code| {
            !self.extra.iter().any(|e| e.vendor == code.vendor && e.side == code.side && e.code == code.code)
        };
        self.extra.iter().chain(self.builtin.iter().filter(replaced))
    }

    /// The code of one side, by its spelling or an alias.
    pub fn code(&self, vendor: &str, side: &str, code: &str) -> Option<&Code> {
        let fits = |c: &&Code| {
            c.vendor == vendor
                && c.side == side
                && (c.code.eq_ignore_ascii_case(code)
                    || c.aliases.iter().any(|a| a.eq_ignore_ascii_case(code)))
        };
        self.extra.iter().find(fits).or_else(|| {
            let wanted = (vendor, side, code.to_ascii_lowercase());
            let names = embedded::CODE_NAMES;
            let at =
                names.binary_search_by(|(v, s, n, _)| (*v, *s, *n).cmp(&(wanted.0, wanted.1, &wanted.2)));
            names.get(at.ok()?).and_then(|(.., at)| self.builtin.get(*at))
        })
    }

    /// The built-in codes of a vendor; the build writes them sorted by vendor.
    fn builtin_of(&self, vendor: &str) -> &'static [Code] {
        let from = self.builtin.partition_point(|c| c.vendor.as_ref() < vendor);
        let rest = self.builtin.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|c| c.vendor == vendor)).unwrap_or_default()
    }

    /// The codes of one vendor, as [`Catalog::codes`].
    pub fn codes_of(&self, vendor: &str) -> impl Iterator<Item = &Code> {
        let own = self.extra.iter().filter(move |c| c.vendor == vendor);
        let replaced = |code: &&Code| {
            !self.extra.iter().any(|e| e.side == code.side && e.code == code.code && e.vendor == code.vendor)
        };
        own.chain(self.builtin_of(vendor).iter().filter(replaced))
    }

    /// All findings that are not codes.
    pub fn findings(&self) -> &'static [Finding] {
        self.findings
    }

    /// The finding with this id.
    pub fn finding(&self, id: &str) -> Option<&'static Finding> {
        self.findings.iter().find(|f| f.id == id)
    }

    /// All logs of servers that are known.
    pub fn logs(&self) -> impl Iterator<Item = &Log> {
        self.logs.iter().map(Cow::as_ref)
    }

    /// What an operation of the gateway tells of, if it is one of push.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().map(Cow::as_ref).find(|o| o.name == name)
    }

    /// The operations of push.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().map(Cow::as_ref)
    }

    /// Where a vendor's answers hide failures of single targets.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().map(Cow::as_ref)
    }

    /// All log signatures of all vendors.
    pub fn signatures(&self) -> impl Iterator<Item = &Signature> {
        self.vendors().flat_map(|v| v.signature.iter())
    }
}

/// The name of a built-in log, which lives as long as the program.
pub fn built_in_log(id: &str) -> Option<&'static str> {
    embedded::LOGS.iter().find(|log| log.id == id).map(|log| log.id.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_a_vendor_stand_together() {
        let catalog = Catalog::builtin();
        for vendor in catalog.vendors() {
            let all = catalog.codes().filter(|c| c.vendor == vendor.id).count();
            assert_eq!(catalog.codes_of(&vendor.id).count(), all, "{}", vendor.id);
        }
    }
}
