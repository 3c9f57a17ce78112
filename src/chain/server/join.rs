//! Which records are about this phone, and how that is known.
//!
//! Ids of the device decide; a message or a user is shared by phones, so they count only where
//! nothing names another one. A record of another phone never judges.

use std::collections::{BTreeMap, HashMap};

use super::groups::Groups;
use super::keys::{Phone, TokenAge, device_keys, message_keys};
use super::skew::Skew;
use crate::catalog::{Confidence, Link};
use crate::chain::Target;
use crate::source::Case;
use crate::source::identity::IdKind;
use crate::source::server_log::record::{Record, RecordKind};

/// By what a record was joined, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    VendorToken,
    AdToken,
    Device,
    Trace,
    Message,
    User,
    /// The time of the call, and nothing that speaks against it.
    Time,
    /// The server log speaks of exactly one target.
    Only,
}

impl Key {
    /// The spelling in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Key::VendorToken => "vendor-token",
            Key::AdToken => "ad-token",
            Key::Device => "device",
            Key::Trace => "trace",
            Key::Message => "message",
            Key::User => "user",
            Key::Time => "time",
            Key::Only => "only-target",
        }
    }

    /// How sure a judgement may be that rests on it.
    pub const fn confidence(self) -> Confidence {
        match self {
            Key::Time | Key::Only => Confidence::Medium,
            _ => Confidence::High,
        }
    }
}

/// A record of this phone.
#[derive(Clone, Copy, Debug)]
pub struct Joined<'a> {
    pub record: &'a Record,
    pub by: Key,
    pub age: TokenAge,
    /// Of which message it is.
    pub message: Option<usize>,
}

/// What came of joining.
#[derive(Debug, Default)]
pub struct Join<'a> {
    /// In the order of their times, then of their places.
    pub joined: Vec<Joined<'a>>,
    pub by: BTreeMap<Key, u64>,
    /// Records of push that are about other phones, or about nobody that can be told.
    pub others: u64,
}

/// Rounds in which records may add ids of the phone that lead to further records.
const ROUNDS: usize = 16;
/// A call of the phone and its row in the gateway's log lie at most this far apart, in microseconds.
const SAME_CALL: i64 = 5_000_000;

/// Joins the records of a case to the phone; `phone` learns the ids that they add.
pub fn join<'a>(
    case: &'a Case,
    target: &Target,
    groups: &Groups<'a>,
    phone: &mut Phone,
    skew: Option<&Skew>,
) -> Join<'a> {
    let push: Vec<&Record> =
        case.records.iter().filter(|r| r.kind != RecordKind::Other && is_of_app(r, target)).collect();
    let mut by: Vec<Option<Key>> = vec![None; push.len()];
    strong(&push, &mut by, phone);
    weak(&push, &mut by, groups, phone, target);
    by_time(case, &push, &mut by, phone, skew);
    only_target(&push, &mut by, groups, phone, target);
    let mut join = Join::default();
    for (record, key) in push.iter().zip(by) {
        let Some(key) = key else { continue };
        *join.by.entry(key).or_default() += 1;
        let (age, message) = (phone.age(record), groups.root_of(record));
        join.joined.push(Joined { record, by: key, age, message });
    }
    let all = case.records.iter().filter(|r| r.kind != RecordKind::Other).count();
    join.others = (all - join.joined.len().min(all)) as u64;
    join.joined.sort_by(|a, b| {
        let key =
            |j: &Joined<'a>| (j.record.place.time, j.record.place.input, j.record.place.line, j.record.part);
        key(a).cmp(&key(b)).then_with(|| a.record.place.text.cmp(&b.record.place.text))
    });
    join
}

/// A record that names another app is not about this one.
fn is_of_app(record: &Record, target: &Target) -> bool {
    record.package.is_empty() || target.package.as_ref().is_none_or(|p| *p == record.package)
}

/// Ids that name a device. What a record of the phone holds besides is the phone's too.
fn strong(push: &[&Record], by: &mut [Option<Key>], phone: &mut Phone) {
    for _ in 0..ROUNDS {
        let mut learned = false;
        for (record, key) in push.iter().zip(by.iter_mut()).filter(|(_, key)| key.is_none()) {
            let Some(found) = device_key(record, phone) else { continue };
            // The user says which device it is; one that shares a lesser id is another.
            if phone.was_asked(IdKind::Device)
                && found != Key::Device
                && found != Key::AdToken
                && phone.contradicts(record)
            {
                continue;
            }
            *key = Some(found);
            learned = true;
            for (kind, value) in device_keys(record) {
                phone.add(kind, value, None);
            }
        }
        if !learned {
            break;
        }
    }
}

/// The first id of a record that is the phone's.
fn device_key(record: &Record, phone: &Phone) -> Option<Key> {
    let is = |kind: IdKind, value: &str| phone.has(kind, value);
    if is(IdKind::VendorToken, &record.vendor_token) {
        Some(Key::VendorToken)
    } else if is(IdKind::AdToken, &record.ad_token) || is(IdKind::AdToken, &record.device) {
        Some(Key::AdToken)
    } else if is(IdKind::Device, &record.device) || is(IdKind::Device, &record.ad_token) {
        Some(Key::Device)
    } else if is(IdKind::Trace, &record.trace_id) {
        Some(Key::Trace)
    } else {
        None
    }
}

/// Messages and users, which several phones may share.
fn weak(push: &[&Record], by: &mut [Option<Key>], groups: &Groups<'_>, phone: &mut Phone, target: &Target) {
    // The newest user that the phone is seen with; an earlier one may be on another phone by now.
    let newest = push
        .iter()
        .zip(by.iter())
        .filter(|(r, key)| key.is_some() && !r.user.is_empty())
        .max_by_key(|(r, _)| (r.place.time, r.place.input, r.place.line))
        .map(|(r, _)| r.user.clone());
    if let Some(user) = newest.filter(|_| !phone.was_asked(IdKind::User)) {
        phone.add(IdKind::User, &user, None);
    }
    let mut messages: Vec<usize> = push
        .iter()
        .zip(by.iter())
        .filter(|(_, key)| key.is_some())
        .filter_map(|(r, _)| groups.root_of(r))
        .collect();
    messages.sort_unstable();
    messages.dedup();
    // A user on several devices says nothing of this one.
    let mut devices: HashMap<&str, &str> = HashMap::new();
    let mut shared: Vec<&str> = Vec::new();
    for record in push.iter().filter(|r| phone.has(IdKind::User, &r.user)) {
        let device = if record.ad_token.is_empty() { &record.device } else { &record.ad_token };
        let kind = if record.ad_token.is_empty() { "device" } else { "ad-token" };
        if !device.is_empty() && *devices.entry(kind).or_insert(device) != device.as_str() {
            shared.push(&record.user);
        }
    }
    let asked = target.message.as_deref();
    for (record, key) in push.iter().zip(by.iter_mut()).filter(|(_, key)| key.is_none()) {
        if phone.contradicts(record) {
            continue;
        }
        let root = groups.root_of(record);
        let known = message_keys(record).any(|id| phone.has(IdKind::Message, id))
            || root.is_some_and(|root| messages.binary_search(&root).is_ok())
            || root.is_some() && asked.and_then(|id| groups.root_of_id(id)) == root;
        if known && root.is_some_and(|root| !groups.several_targets(root)) {
            *key = Some(Key::Message);
        } else if phone.has(IdKind::User, &record.user)
            && !shared.contains(&record.user.as_str())
            && root.is_none_or(|root| !groups.several_targets(root))
        {
            *key = Some(Key::User);
        }
    }
}

/// Calls of the phone whose row in the gateway's log names no id that the phone shows: exactly one
/// row at the time of a call.
fn by_time(case: &Case, push: &[&Record], by: &mut [Option<Key>], phone: &Phone, skew: Option<&Skew>) {
    let reported = push.iter().zip(by.iter()).any(|(r, k)| k.is_some() && r.kind == RecordKind::Report);
    if reported {
        return;
    }
    let calls: Vec<i64> = case
        .evidence
        .iter()
        .filter(|e| e.link == Link::Report && !e.server && !e.configuration && !e.user_targets_only)
        .filter(|e| e.rule.starts_with("mgs."))
        .flat_map(|e| e.places.iter().filter_map(|p| p.time))
        .collect();
    for call in calls {
        let near: Vec<usize> = (0..push.len())
            .filter(|at| {
                push.get(*at).is_some_and(|r| {
                    let time = r.place.time.map(|t| Skew::to_phone(skew, t));
                    r.kind == RecordKind::Report && time.is_some_and(|t| t.abs_diff(call) <= SAME_CALL as u64)
                })
            })
            .collect();
        let [one] = near.as_slice() else { continue };
        let (Some(record), Some(key)) = (push.get(*one), by.get_mut(*one)) else { continue };
        if key.is_none() && !phone.contradicts(record) {
            *key = Some(Key::Time);
        }
    }
}

/// Nothing was joined, and all records are about one target that nothing rules out.
fn only_target(
    push: &[&Record],
    by: &mut [Option<Key>],
    groups: &Groups<'_>,
    phone: &Phone,
    target: &Target,
) {
    if by.iter().any(Option::is_some) || push.is_empty() {
        return;
    }
    let one = |of: fn(&Record) -> &str| {
        let mut values: Vec<&str> = push.iter().map(|r| of(r)).filter(|v| !v.is_empty()).collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let counts = [
        one(|r| &r.vendor_token),
        one(|r| &r.ad_token),
        one(|r| &r.device),
        one(|r| &r.user),
        one(|r| &r.app_id),
        one(|r| r.vendor.as_deref().unwrap_or_default()),
    ];
    let named: usize = counts.iter().take(4).sum();
    let messages: std::collections::BTreeSet<usize> = push.iter().filter_map(|r| groups.root_of(r)).collect();
    let single = counts.iter().all(|n| *n <= 1)
        && match named {
            0 => messages.len() == 1 && push.iter().all(|r| groups.root_of(r).is_some()),
            // Every record must name the target, or be of a message that one does.
            _ => push.iter().all(|r| {
                device_keys(r).iter().any(|(kind, v)| *kind != IdKind::Trace && !v.is_empty())
                    || !r.user.is_empty()
                    || groups.root_of(r).is_some_and(|root| {
                        push.iter().any(|o| {
                            groups.root_of(o) == Some(root)
                                && !(o.vendor_token.is_empty() && o.ad_token.is_empty())
                        })
                    })
            }),
        };
    // An id that the user named and no record holds: these records are about something else.
    let asked = target.message.is_some() && !messages.is_empty()
        || push.iter().any(|r| {
            phone.was_asked(IdKind::VendorToken) && !r.vendor_token.is_empty()
                || phone.was_asked(IdKind::Device) && !(r.ad_token.is_empty() && r.device.is_empty())
        });
    if single && !asked && push.iter().all(|r| !phone.contradicts(r)) {
        by.iter_mut().for_each(|key| *key = Some(Key::Only));
    }
}
