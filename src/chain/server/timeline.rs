//! Phone and server in one order of time.

use super::skew::Skew;
use super::words;
use crate::catalog::{Catalog, Link};
use crate::chain::words as chain_words;
use crate::diagnosis::{Event, Side, Verdict, VerdictState};
use crate::evidence::{Evidence, Says};
use crate::lang::{self, Bilingual};
use crate::source::server_log::record::{Record, RecordKind};

/// How many of the first and how many of the last events are kept.
const KEPT: usize = 40;

/// A record as an event; one without a time has no place in an order.
pub fn of_record(catalog: &Catalog, record: &Record, skew: Option<&Skew>) -> Option<Event> {
    let link = match record.kind {
        RecordKind::Report => Link::Report,
        RecordKind::Accept => Link::Accept,
        RecordKind::Forward => Link::Forward,
        RecordKind::Receipt => Link::Display,
        RecordKind::Other => return None,
    };
    let entry = record.code.as_ref().and_then(|c| catalog.code(&c.vendor, &c.side, &c.code));
    let link = entry
        .map(|c| c.link)
        .filter(|l| *l != Link::None && record.kind != RecordKind::Report)
        .unwrap_or(link);
    Some(Event {
        time: Skew::to_phone(skew, record.place.time?),
        side: Side::Server,
        link,
        vendor: record.vendor.clone(),
        what: words::event(catalog, record),
        place: record.place.clone(),
        breaking: false,
    })
}

/// The events of the phone's own log.
pub fn of_evidence(catalog: &Catalog, e: &Evidence) -> Vec<Event> {
    // A line that only belongs to a link is no event.
    let tells_nothing = e.says == Says::Note && e.code.is_none() && e.finding.is_empty();
    if e.server || e.configuration || e.link == Link::None || e.says == Says::Guard || tells_nothing {
        return Vec::new();
    }
    let what = sentence(catalog, e);
    let events = e.places.iter().filter_map(|place| {
        Some(Event {
            time: place.time?,
            side: Side::Device,
            link: e.link,
            vendor: e.vendor.as_ref().map(ToString::to_string),
            what: what.clone(),
            place: place.clone(),
            breaking: false,
        })
    });
    events.collect()
}

fn sentence(catalog: &Catalog, e: &Evidence) -> Bilingual {
    let code = e.code.as_ref().and_then(|c| catalog.code(&c.vendor, &c.side, &c.code));
    if let (Some(code), Some(read)) = (code, &e.code) {
        return Bilingual::new(
            format!("{}: {}", read.code, code.en.meaning),
            format!("{}：{}", read.code, code.zh.meaning),
        );
    }
    if let Some(finding) = catalog.finding(&e.finding) {
        return Bilingual::new(finding.en.meaning.as_ref(), finding.zh.meaning.as_ref());
    }
    if e.says == Says::Pass {
        let vendor = e.vendor.as_deref().and_then(|v| catalog.vendor(v)).map(chain_words::name);
        let vendor = vendor.map_or_else(|| ("vendor".to_owned(), "厂商".to_owned()), |n| (n.en, n.zh));
        return chain_words::passed_by(&vendor, e.link, e);
    }
    let (en, zh) = lang::link(e.link);
    match e.finding.is_empty() {
        true => Bilingual::new(format!("a line about {en}"), format!("与{zh}有关的一行")),
        false => Bilingual::new(e.finding.clone(), e.finding.clone()),
    }
}

/// All events in order, the breaking one marked, and how many of the middle were left out.
pub fn order(mut events: Vec<Event>, verdict: &Verdict, breaking: &[(usize, u64)]) -> (Vec<Event>, u64) {
    events.sort_by(|a, b| {
        let key = |e: &Event| (e.time, e.side, e.place.input, e.place.line);
        key(a).cmp(&key(b)).then_with(|| a.what.en.cmp(&b.what.en))
    });
    events.dedup_by(|b, a| {
        (a.place.input, a.place.line, a.link) == (b.place.input, b.place.line, b.link) && a.what == b.what
    });
    if verdict.state == VerdictState::Broken {
        let at = events.iter().rposition(|e| breaking.last() == Some(&(e.place.input, e.place.line)));
        if let Some(event) = at.and_then(|at| events.get_mut(at)) {
            event.breaking = true;
        }
    }
    let left_out = events.len().saturating_sub(2 * KEPT);
    if left_out > 0 {
        // The breaking event is worth more than one of many.
        let middle: Vec<Event> = events.drain(KEPT..KEPT + left_out).filter(|e| e.breaking).collect();
        let kept = middle.len();
        events.splice(KEPT..KEPT, middle);
        return (events, (left_out - kept) as u64);
    }
    (events, 0)
}
