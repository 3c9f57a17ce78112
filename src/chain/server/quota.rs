//! Limits that give no code: counted from the sends that the vendor took, by token, class and day.

use std::collections::{BTreeMap, BTreeSet};

use super::join::Joined;
use super::keys::TokenAge;
use super::words;
use crate::catalog::{Basis, Catalog, Channel, Confidence, Kind, Limit, Link, Text, Vendor};
use crate::evidence::{Evidence, Place, Says};
use crate::source::clock;
use crate::source::server_log::record::{Record, RecordKind};
use jiff::Timestamp;
use jiff::civil::Date;

/// The sends of one class on one day.
#[derive(Default)]
struct Day<'a> {
    messages: BTreeSet<(bool, usize)>,
    sends: u64,
    /// Sends that do not name their class.
    unnamed: u64,
    last: Option<&'a Place>,
    confidence: Option<Confidence>,
}

/// A warning for each class and day over a vendor's limit.
pub fn judge(catalog: &Catalog, joined: &[Joined<'_>], package: Option<&String>) -> Vec<Evidence> {
    let mut days: BTreeMap<(String, usize, String, Date), Day<'_>> = BTreeMap::new();
    for (at, send) in joined.iter().enumerate() {
        let record = send.record;
        if record.kind != RecordKind::Forward
            || matches!(send.age, TokenAge::Older(_))
            || !accepted(catalog, record)
        {
            continue;
        }
        let Some((vendor, day)) = vendor(catalog, record).zip(record.place.time.and_then(day_of)) else {
            continue;
        };
        for (number, limit) in vendor.limit.iter().enumerate().filter(|(_, l)| l.per_device_day > 0) {
            let named = limit.names.iter().any(|n| n.eq_ignore_ascii_case(record.class.trim()));
            let by_default = limit.default && record.class.trim().is_empty();
            if !(limit.all || named || by_default) {
                continue;
            }
            let token = record.vendor_token.clone();
            let of = days.entry((vendor.id.to_string(), number, token, day)).or_default();
            // The same send may stand in several logs.
            let message = send.message.map_or((false, at), |root| (true, root));
            if of.messages.insert(message) {
                of.sends = of.sends.saturating_add(record.count.max(1));
                of.unnamed += u64::from(by_default);
            }
            of.last = Some(&record.place);
            let sure = record.confidence.min(send.by.confidence());
            of.confidence = Some(of.confidence.map_or(sure, |known| known.min(sure)));
        }
    }
    let over = days.into_iter().filter_map(|((vendor, number, _, day), of)| {
        let vendor = catalog.vendor(&vendor)?;
        let limit = vendor.limit.get(number)?;
        (of.sends > u64::from(limit.per_device_day)).then(|| warning(vendor, limit, day, of, package))
    });
    over.collect()
}

fn warning(vendor: &Vendor, limit: &Limit, day: Date, of: Day<'_>, package: Option<&String>) -> Evidence {
    let most = limit.per_device_day_news.max(limit.per_device_day);
    // Between the two figures it depends on the kind of app, and a class may have been another one.
    let sure = of.sends > u64::from(most) && of.unnamed == 0;
    let at_most = if sure { Confidence::High } else { Confidence::Medium };
    Evidence {
        link: Link::Forward,
        says: Says::Warn,
        vendor: Some(vendor.id.clone()),
        package: package.cloned(),
        finding: "forward.user-quota".to_owned(),
        rule: "server.quota".into(),
        basis: Basis::Documented,
        channel: Some(Channel::Vendor),
        confidence: of.confidence.unwrap_or(Confidence::Low).min(at_most),
        server: true,
        count: of.sends,
        places: of.last.cloned().into_iter().collect(),
        remark: words::over_limit(vendor, limit, of.sends, of.unnamed, &day.to_string()),
        source: limit.source.to_string(),
        ..Evidence::default()
    }
}

/// Whether the vendor took the message.
fn accepted(catalog: &Catalog, record: &Record) -> bool {
    let entry = record.code.as_ref().and_then(|c| catalog.code(&c.vendor, &c.side, &c.code));
    let good = match entry {
        Some(entry) => entry.kind == Kind::Ok,
        None => record.ok == Some(true),
    };
    good && record.channel != Some(Channel::SelfBuilt)
}

fn vendor<'c>(catalog: &'c Catalog, record: &Record) -> Option<&'c Vendor> {
    let of_code = record.code.as_ref().map(|c| c.vendor.as_str());
    [record.vendor.as_deref(), of_code]
        .into_iter()
        .flatten()
        .find_map(|id| catalog.vendor(id).filter(|v| v.channel))
}

/// The day in China, by which vendors count.
fn day_of(micros: i64) -> Option<Date> {
    Some(Timestamp::from_microsecond(micros).ok()?.to_zoned_datetime(clock::china()).date())
}

/// The figures of the limit behind a quota code, as `receipt.256`.
pub fn limit_of<'c>(catalog: &'c Catalog, vendor: &str, side: &str, code: &str) -> Option<&'c Limit> {
    let name: Text = format!("{side}.{code}").into();
    catalog.vendor(vendor)?.limit.iter().find(|l| l.codes.contains(&name))
}
