//! One case out of several: the phone's inputs come first, then those that the caller knows, then
//! those of each source. Places count inputs, so each part is moved behind the one before.

use crate::lang::Bilingual;
use crate::source::Case;
use crate::source::server_log::coverage::Covered;
use crate::source::server_log::record::Record;

use super::Found;

/// Adds what is known besides the phone's log; what the phone itself tells goes first.
pub fn base(case: &mut Case, base: &Case, records: &[Record]) {
    let shift = case.inputs.len();
    let mut base = base.clone();
    base.records.extend(records.iter().cloned());
    let places = base.evidence.iter_mut().flat_map(|e| e.places.iter_mut());
    let places = places.chain(base.records.iter_mut().map(|r| &mut r.place));
    let places = places.chain(base.log.identities.all.iter_mut().map(|i| &mut i.place));
    let places = places.chain(base.state.places_mut());
    let checks = base.configuration.iter_mut().flat_map(|c| c.checks.iter_mut());
    let places = places.chain(checks.flat_map(|c| c.evidence.iter_mut()));
    places.for_each(|place| place.input += shift);
    if !case.log.read_text && case.properties.is_empty() {
        case.properties = base.properties;
        case.device = base.device;
        case.state = base.state;
    }
    case.inputs.extend(base.inputs);
    case.skipped.extend(base.skipped);
    case.notes.extend(base.notes);
    case.evidence.extend(base.evidence);
    case.records.extend(base.records);
    case.app = base.app;
    case.configuration = base.configuration;
    case.mpaas = base.mpaas;
    if base.server.state != Covered::None {
        case.server = base.server;
    }
    let (log, known) = (&mut case.log, base.log);
    log.manufacturer = log.manufacturer.take().or(known.manufacturer);
    known.identities.all.into_iter().for_each(|identity| log.identities.add(identity));
    log.proxies.extend(known.proxies);
    log.app_ids.extend(known.app_ids);
    for app in known.push_apps {
        if !log.push_apps.contains(&app) {
            log.push_apps.push(app);
        }
    }
    log.push_process |= known.push_process;
    log.read_text |= known.read_text;
}

/// Adds what one source has of the server's side.
pub fn found(case: &mut Case, found: &Found) {
    let shift = case.inputs.len();
    case.inputs.extend(found.inputs.iter().cloned());
    case.records.extend(found.records.iter().cloned().map(|mut record| {
        record.place.input += shift;
        record
    }));
    case.notes.extend(found.notes.iter().cloned());
    case.skipped.extend(found.skipped.iter().cloned());
    let (server, other) = (&mut case.server, &found.coverage);
    if other.state == Covered::None {
        return;
    }
    // Of several sources none is known to hold everything.
    server.state = match server.state {
        Covered::None => other.state,
        known => known.min(other.state),
    };
    server.reports |= other.reports;
    server.from = [server.from, other.from].into_iter().flatten().min();
    server.to = [server.to, other.to].into_iter().flatten().max();
    for reason in &other.reasons {
        if !server.reasons.contains(reason) {
            server.reasons.push(reason.clone());
        }
    }
}

/// Puts the times of the server's side on the phone's clock, and says so where it can be seen.
pub fn to_phone(case: &mut Case, skew: i64) {
    const SEEN: i64 = 2_000_000;
    if skew == 0 || case.records.is_empty() {
        return;
    }
    for record in &mut case.records {
        record.place.time = record.place.time.map(|time| time.saturating_sub(skew));
    }
    let seconds = skew.abs() / 1_000_000;
    if skew.abs() >= SEEN {
        let (en, zh) = if skew > 0 { ("behind", "慢") } else { ("ahead of", "快") };
        case.notes.push(Bilingual::new(
            format!("The phone's clock is {seconds} s {en} this computer's: times of the send and of the server are given by the phone's clock."),
            format!("手机时钟比本机{zh} {seconds} 秒：发送和服务端的时间均按手机时钟给出。"),
        ));
    }
}
