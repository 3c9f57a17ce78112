//! The server's side: which records are about this phone, what they are evidence of, and what may be
//! concluded from those that are missing.
//!
//! Everything ends as [`Evidence`], which the links weigh like any other.

mod evidence;
mod groups;
mod join;
mod keys;
mod missing;
mod quota;
mod skew;
mod status;
pub mod timeline;
pub mod words;

use std::collections::BTreeMap;

use crate::catalog::{Basis, Catalog, Confidence, Link};
use crate::diagnosis::{Coverage, Event, ServerSide};
use crate::evidence::{Evidence, Place, Says};
use crate::lang::Bilingual;
use crate::source::server_log::coverage::Covered;
use crate::source::server_log::record::{Record, RecordKind};
use crate::source::{Case, identity::IdKind};

use super::apps::{self, Apps};
use super::{Target, own_vendor::Own};
use evidence::Maker;
use groups::Groups;
use join::{Join, Joined, Key};
use keys::{Phone, TokenAge};
pub use quota::limit_of;
use skew::Skew;

/// What the server's side tells beside its evidence.
#[derive(Debug, Default)]
pub struct Server {
    /// Records, or an answer without any, were given.
    pub given: bool,
    /// Why no report row says nothing.
    pub no_row: Option<Bilingual>,
    by: BTreeMap<Key, u64>,
    others: u64,
    skew: Option<Skew>,
    /// The joined records, for the timeline.
    events: Vec<Event>,
}

/// Judges the records of a case and adds what they are evidence of.
pub fn add(case: &mut Case, catalog: &Catalog, target: &Target) -> Server {
    let given = case.server.state != Covered::None || !case.records.is_empty();
    if !given {
        return Server::default();
    }
    let apps = apps::find(case, target);
    let skew = Skew::of(case);
    let groups = Groups::of(&case.records);
    let mut phone = Phone::of(case, target, &apps);
    let Join { joined, by, others } = join::join(case, target, &groups, &mut phone, skew.as_ref());
    let mut maker = Maker::new(catalog, skew);
    maker.message = target.message.as_deref().map(|id| (id, groups.root_of_id(id)));
    if let Some((_, Some(root))) = maker.message {
        let of = joined.iter().filter(|j| j.message == Some(root));
        maker.as_of = of.filter_map(|j| j.record.place.time).min();
    }
    maker.knows_current = joined.iter().any(|j| {
        j.age == TokenAge::Current
            && !j.record.direct
            && matches!(j.record.kind, RecordKind::Report | RecordKind::Forward)
            && j.record.ok == Some(true)
    });
    for join in joined.iter().filter(|j| j.record.kind == RecordKind::Forward && j.record.ok == Some(true)) {
        let (Some(message), Some(time)) = (join.message, join.record.place.time) else { continue };
        let taken = maker.taken.entry(message).or_insert(time);
        *taken = time.max(*taken);
    }
    let mut notes = vec![words::summary(&by, others)];
    let expected = expected(case, &joined);
    let mut judged: Vec<Joined<'_>> = Vec::new();
    for join in &joined {
        let package = package_of(join, &phone, target, &apps);
        match differs(join.record, &expected) {
            Some(remark) => maker.add(elsewhere(join, package, remark, skew.as_ref())),
            None => {
                judged.push(*join);
                maker.take(join, package);
            }
        }
    }
    let package = target.package.clone().or_else(|| apps.adopted().map(str::to_owned));
    let in_hand = |j: &Joined<'_>| maker.message.is_none_or(|(_, root)| root.is_some() && j.message == root);
    let counts = target.message.is_none() || judged.iter().any(in_hand);
    let quota = if counts { quota::judge(catalog, &judged, package.as_ref()) } else { Vec::new() };
    let no_row = match missing::judge(case, &joined, &phone, skew.as_ref(), package) {
        Ok(e) => {
            maker.add(e);
            None
        }
        Err(why) => why,
    };
    if by.contains_key(&Key::Only) {
        notes.push(words::only_target());
    }
    if maker.other_messages > 0 {
        notes.push(words::other_messages(maker.other_messages));
    }
    if !joined.is_empty() && case.log.read_text {
        notes.push(words::skew(skew.as_ref()));
    }
    let events =
        joined.iter().filter_map(|j| timeline::of_record(catalog, j.record, skew.as_ref())).collect();
    let mut found = maker.out;
    found.extend(quota.into_iter().map(|mut e| {
        e.places.iter_mut().for_each(|p| p.time = p.time.map(|t| Skew::to_phone(skew.as_ref(), t)));
        e
    }));
    case.evidence.extend(found);
    case.notes.extend(notes);
    Server { given, no_row, by, others, skew, events }
}

/// Adds what the console shows for one message; `own` is known by now.
pub fn add_status(case: &mut Case, catalog: &Catalog, target: &Target, own: &Own) {
    match status::judge(catalog, target, own) {
        Some(Ok(mut e)) => {
            e.package = target.package.clone();
            e.message = target.message.clone();
            case.evidence.push(e);
        }
        Some(Err(why)) => case.notes.push(why),
        None => {}
    }
}

/// The app's ids at mPaaS: by config or files, else those under which the phone reports.
fn expected(case: &Case, joined: &[Joined<'_>]) -> (Vec<String>, Vec<String>) {
    let files = case.app.iter().flat_map(|a| a.files.iter()).filter(|f| f.vendor == "mps");
    let values = |pairs: &[(String, String)]| pairs.iter().map(|(_, v)| v.clone()).collect::<Vec<_>>();
    let (mut app, mut workspace): (Vec<String>, Vec<String>) =
        (case.mpaas.app_id.iter().cloned().collect(), case.mpaas.workspace_id.iter().cloned().collect());
    for file in files {
        app.extend(values(&file.app_id));
        workspace.extend(values(&file.workspace));
    }
    let reported = || {
        let newest = joined.iter().rev().map(|j| j.record);
        newest.filter(|r| r.kind == RecordKind::Report && r.ok != Some(false))
    };
    if app.is_empty() {
        app.extend(reported().find(|r| !r.app_id.is_empty()).map(|r| r.app_id.clone()));
    }
    if workspace.is_empty() {
        workspace.extend(reported().find(|r| !r.workspace_id.is_empty()).map(|r| r.workspace_id.clone()));
    }
    (app, workspace)
}

/// How the record's app or workspace differs from what is expected.
fn differs(record: &Record, (apps, workspaces): &(Vec<String>, Vec<String>)) -> Option<Bilingual> {
    let other = |name: &str, found: &str, expected: &[String]| {
        (!found.is_empty() && !expected.is_empty() && !expected.iter().any(|e| e == found))
            .then(|| words::other_app(&format!("{name}={found}"), &format!("{name}={}", expected.join(", "))))
    };
    other("appId", &record.app_id, apps).or_else(|| other("workspaceId", &record.workspace_id, workspaces))
}

/// A record of the phone under another app or workspace.
fn elsewhere(join: &Joined<'_>, package: Option<String>, remark: Bilingual, skew: Option<&Skew>) -> Evidence {
    let place = &join.record.place;
    Evidence {
        link: Link::Report,
        says: Says::Warn,
        package,
        finding: "report.other-workspace".to_owned(),
        rule: "server.other-workspace".into(),
        basis: Basis::Documented,
        confidence: join.record.confidence.min(join.by.confidence()).min(Confidence::Medium),
        server: true,
        places: vec![Place { time: place.time.map(|t| Skew::to_phone(skew, t)), ..place.clone() }],
        remark,
        ..Evidence::default()
    }
}

/// The app that a record is about: that of the id by which it was joined.
fn package_of(join: &Joined<'_>, phone: &Phone, target: &Target, apps: &Apps) -> Option<String> {
    let record = join.record;
    let of = |kind: IdKind, value: &str| phone.package(kind, value);
    of(IdKind::VendorToken, &record.vendor_token)
        .or_else(|| of(IdKind::AdToken, &record.ad_token))
        .or_else(|| of(IdKind::Device, &record.device))
        .or_else(|| of(IdKind::Trace, &record.trace_id))
        .or_else(|| of(IdKind::User, &record.user))
        .or_else(|| target.package.clone())
        .or_else(|| apps.adopted().map(str::to_owned))
}

impl Server {
    /// How far the server's side is known.
    pub fn coverage(&self, case: &Case) -> Coverage {
        let state = match case.server.state {
            Covered::None if self.given => Covered::Partial,
            state => state,
        };
        let reasons = |pick: fn(&Bilingual) -> &str, gap: &str| -> String {
            case.server.reasons.iter().map(pick).collect::<Vec<_>>().join(gap)
        };
        let given = Bilingual::new(reasons(|r| &r.en, " "), reasons(|r| &r.zh, ""));
        let reason = match (state, given.is_empty()) {
            (Covered::None, _) => Bilingual::new(
                "No server log was given: accept, route and forward are judged by the phone's log alone.",
                "没有提供服务端日志：MPS 受理、通道选择、通道下发只能依据手机日志判断。",
            ),
            (_, false) => given,
            (Covered::Partial, true) => Bilingual::new(
                "Only a part of the server's side was given: a row that is missing proves nothing.",
                "只提供了部分服务端记录：缺少某条记录不能说明问题。",
            ),
            (Covered::Complete, true) => Bilingual::new(
                "The server records cover the whole range that was asked for.",
                "服务端记录完整覆盖所查的时间范围。",
            ),
        };
        Coverage { server: state.as_str(), reason }
    }

    /// What a report says of it, where records were given.
    pub fn side(&self, left_out: u64) -> Option<ServerSide> {
        self.given.then(|| ServerSide {
            skew: self.skew.map(|s| (s.micros, s.pairs)),
            joined: self.by.iter().map(|(key, n)| (key.as_str(), *n)).collect(),
            not_joined: self.others,
            timeline_left_out: left_out,
        })
    }

    /// The records of the phone as events.
    pub fn events(&self) -> Vec<Event> {
        self.events.clone()
    }
}
