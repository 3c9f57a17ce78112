//! `pushdoctor.code/1`, which scripts rely on: keys are only ever added.

use serde_json::{Value, json};

use crate::catalog::{Code, Finding, Words};

use super::{Found, Unknown};

/// The answer as JSON.
pub fn render(found: &Found, near: &[(Unknown, Vec<&Code>)]) -> String {
    let mut out = json!({
        "schema": "pushdoctor.code/1",
        "matches": found.codes.iter().map(|c| entry(c)).collect::<Vec<_>>(),
    });
    let Some(map) = out.as_object_mut() else { return String::new() };
    if !found.findings.is_empty() {
        map.insert("findings".to_owned(), found.findings.iter().map(|f| finding(f)).collect());
    }
    if !found.unknown.is_empty() {
        let unknown = |u: &Unknown| json!({"vendor": u.vendor, "code": super::table::masked(&u.code)});
        map.insert("unknown".to_owned(), found.unknown.iter().map(unknown).collect());
        let offered = near
            .iter()
            .flat_map(|(_, codes)| codes.iter())
            .map(|c| json!({"vendor": c.vendor, "side": c.side, "code": c.code, "symbol": c.symbol}));
        map.insert("did_you_mean".to_owned(), offered.collect());
    }
    pretty(&out)
}

/// Entries without a question, for `--list` and `--search`.
pub fn render_list(codes: &[&Code]) -> String {
    pretty(&json!({
        "schema": "pushdoctor.code/1",
        "matches": codes.iter().map(|c| entry(c)).collect::<Vec<_>>(),
    }))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn entry(code: &Code) -> Value {
    json!({
        "vendor": code.vendor,
        "side": code.side,
        "code": code.code,
        "symbol": code.symbol,
        "link": code.link.as_str(),
        "kind": code.kind.as_str(),
        "retry": code.retry.as_str(),
        "status": code.status.as_str(),
        "meaning": {"en": code.en.meaning, "zh": code.zh.meaning},
        "cause": {"en": code.en.cause, "zh": code.zh.cause},
        "fix": {"en": code.en.fix, "zh": code.zh.fix},
        "source": code.source.first().map(AsRef::as_ref).unwrap_or(""),
        "sources": code.source,
        "owner": code.owner.as_str(),
        "effect": code.effect().as_str(),
        "basis": code.basis.as_str(),
        "aliases": code.aliases,
        "note": code.note,
        "team_note": code.team_note,
    })
}

fn finding(finding: &Finding) -> Value {
    let both = |pick: fn(&Words) -> Value| json!({"en": pick(&finding.en), "zh": pick(&finding.zh)});
    json!({
        "id": finding.id,
        "link": finding.link.as_str(),
        "owner": finding.owner.as_str(),
        "basis": finding.basis.as_str(),
        "meaning": both(|w| json!(w.meaning)),
        "cause": both(|w| json!(w.cause)),
        "fix": both(|w| json!(w.fix)),
        "source": finding.source.first().map(AsRef::as_ref).unwrap_or(""),
    })
}
