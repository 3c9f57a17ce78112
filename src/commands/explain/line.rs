//! Codes in a pasted log line, by the same signatures as a diagnosis uses.

use crate::catalog::matcher::{Match, Matcher};
use crate::catalog::{Catalog, Outcome, Signature, Vendor};
use crate::read::logcat::{Format, parse};

use super::Found;
use super::names::{Scope, find};

/// How many lines of a paste are read.
const LINES: usize = 200;

/// Reads log lines; empty if no signature knows any of them.
pub fn read<'c>(catalog: &'c Catalog, scope: Scope, text: &str) -> Found<'c> {
    let matcher = Matcher::new(catalog);
    let mut found = Found::default();
    for whole in text.lines().take(LINES) {
        let line = parse(whole, None, Format::Raw);
        for hit in matcher.matches_line(&line, whole) {
            take(catalog, scope, &hit, &mut found);
        }
    }
    if !found.is_empty() {
        found.unknown.clear();
    }
    found
}

/// What one matched signature says.
fn take<'c>(catalog: &'c Catalog, scope: Scope, hit: &Match, found: &mut Found<'c>) {
    let signature = hit.signature;
    let named = |name: &str| {
        let proxy = |v: &&Vendor| v.proxies.iter().any(|p| p.eq_ignore_ascii_case(name));
        catalog.find_vendor(name).or_else(|| catalog.vendors().find(proxy))
    };
    let chain = hit.group("vendor").and_then(named).map(|v| v.id.as_ref());
    let owner =
        signature.vendor.as_deref().unwrap_or_else(|| signature.id.split('.').next().unwrap_or_default());
    let vendor = match signature.code_vendor.as_ref() {
        "" => chain.unwrap_or(owner),
        other => other,
    };
    if scope.vendor.is_some_and(|v| v != vendor) {
        return;
    }
    if let Some(code) = hit.group("code").or_else(|| hit.group("symbol"))
        && take_code(catalog, scope, signature, vendor, code, found)
    {
        return;
    }
    if let Some(finding) = catalog.finding(&signature.finding)
        && !found.findings.iter().any(|f| f.id == finding.id)
    {
        found.findings.push(finding);
    }
}

/// Looks up the code of a matched signature: on its sides first, then on any side of the vendor.
/// Whether that settles what the line says.
fn take_code<'c>(
    catalog: &'c Catalog,
    scope: Scope,
    signature: &Signature,
    vendor: &str,
    code: &str,
    found: &mut Found<'c>,
) -> bool {
    let code = &format!("{}{}", signature.prefix, code.trim());
    let sides = signature.side.iter().filter(|s| scope.side.is_none_or(|w| w == s.as_ref()));
    let scopes = sides
        .map(|side| Scope { vendor: Some(vendor), side: Some(side) })
        .chain([Scope { vendor: Some(vendor), side: scope.side }]);
    for scope in scopes {
        let entries = find(catalog, scope, code);
        if !entries.is_empty() {
            entries.into_iter().for_each(|c| found.add(c));
            return true;
        }
    }
    if signature.outcome == Outcome::Code && !signature.ok.iter().any(|ok| ok == code) {
        found.miss(Some(vendor), code);
    }
    signature.finding.is_empty()
}
