//! When a missing report row says something: only where the answer is complete over the right time,
//! and the phone is known by an id that such rows carry.

use super::join::Joined;
use super::keys::Phone;
use super::skew::Skew;
use super::words;
use crate::catalog::{Basis, Confidence, Link};
use crate::evidence::{Evidence, Says};
use crate::lang::Bilingual;
use crate::source::Case;
use crate::source::identity::IdKind;
use crate::source::server_log::coverage::Covered;
use crate::source::server_log::record::{Record, RecordKind};

/// The report follows the token within this time, in microseconds; the range must cover it.
const SOON: i64 = 5 * 60 * 1_000_000;
/// And a row may stand this much before the token's own line.
const BEFORE: i64 = 60 * 1_000_000;

/// Evidence that the report did not arrive, or why nothing can be said of it.
pub fn judge(
    case: &Case,
    joined: &[Joined<'_>],
    phone: &Phone,
    skew: Option<&Skew>,
    package: Option<String>,
) -> Result<Evidence, Option<Bilingual>> {
    let is_report = |r: &Record| r.kind == RecordKind::Report && !is_bind(r);
    if joined.iter().any(|j| is_report(j.record)) {
        return Err(None);
    }
    let token = case
        .evidence
        .iter()
        .filter(|e| e.link == Link::Token && e.says == Says::Pass && !e.configuration && !e.server)
        .filter(|e| package.is_none() || e.package.is_none() || e.package == package)
        .filter_map(|e| Some((e.last_time()?, e)))
        .max_by_key(|(time, _)| *time);
    if case.server.state != Covered::Complete {
        return Err(Some(words::rows_may_be_elsewhere()));
    }
    if !case.server.reports {
        return Err(Some(words::no_reports_were_read()));
    }
    let Some((time, token)) = token else { return Err(Some(words::token_time_unknown())) };
    let (Some(from), Some(to)) = (case.server.from, case.server.to) else {
        return Err(Some(words::range_unknown()));
    };
    let at = time.saturating_add(skew.map_or(0, |s| s.micros));
    if from > at.saturating_sub(BEFORE) || to < at.saturating_add(SOON) {
        return Err(Some(words::range_elsewhere()));
    }
    let rows: Vec<&Record> = case.records.iter().filter(|r| is_report(r)).collect();
    type Of = fn(&Record) -> &str;
    let kinds: [(IdKind, Of); 3] =
        [(IdKind::Device, |r| &r.device), (IdKind::AdToken, |r| &r.ad_token), (IdKind::User, |r| &r.user)];
    // The phone must be known by what the rows name; where there are none at all, by anything.
    let known = kinds
        .iter()
        .any(|(kind, of)| phone.knows(*kind) && (rows.is_empty() || rows.iter().all(|r| !of(r).is_empty())));
    if !known {
        return Err(Some(words::phone_not_known_to_rows()));
    }
    // A phone that was joined to no row may still be one of those at the right time.
    let near = rows
        .iter()
        .any(|r| r.place.time.is_none_or(|t| t.abs_diff(at) <= SOON as u64) && !phone.contradicts(r));
    if near {
        return Err(Some(words::phone_not_known_to_rows()));
    }
    Ok(Evidence {
        link: Link::Report,
        says: Says::Fail,
        package,
        finding: "report.not-arrived".to_owned(),
        rule: "server.no-report".into(),
        basis: Basis::Inferred,
        confidence: Confidence::Medium,
        server: true,
        places: token.places.last().cloned().into_iter().collect(),
        ..Evidence::default()
    })
}

fn is_bind(record: &Record) -> bool {
    let last = record.operation.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("bind") || last.eq_ignore_ascii_case("unbind")
}
