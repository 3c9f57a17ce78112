//! The ids by which records are known to be this phone's: what the user named, what the device log
//! shows, and what records of the phone add to it.

use std::collections::HashMap;

use crate::chain::Target;
use crate::chain::apps::Apps;
use crate::source::Case;
use crate::source::identity::IdKind;
use crate::source::server_log::record::Record;

/// What is known of the phone.
#[derive(Debug, Default)]
pub struct Phone {
    /// The ids, and the app that each was seen in.
    known: HashMap<(IdKind, String), Option<String>>,
    /// The vendor tokens that the phone showed, with vendor and time.
    tokens: Vec<Token>,
    /// The user named this id, so that another one of its kind is another target.
    asked: Vec<IdKind>,
}

/// A vendor token that the phone showed, or that the user named.
#[derive(Debug)]
struct Token {
    vendor: Option<String>,
    value: String,
    /// When the phone first showed it; `None` sorts last where the user named it.
    time: Option<i64>,
    asked: bool,
}

/// What a record's vendor token is to the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAge {
    /// The record names none, or the phone shows none of this vendor.
    Unknown,
    Current,
    /// Another one than the phone's; the time at which the phone showed its own.
    Older(Option<i64>),
}

impl Phone {
    /// The phone as the user and the device log show it.
    pub fn of(case: &Case, target: &Target, apps: &Apps) -> Self {
        let mut phone = Phone::default();
        let asked = [
            (IdKind::User, &target.user),
            (IdKind::AdToken, &target.device),
            (IdKind::Device, &target.device),
            (IdKind::VendorToken, &target.token),
            (IdKind::Message, &target.message),
        ];
        for (kind, value) in asked {
            let Some(value) = value.as_deref().map(str::trim).filter(|v| !v.is_empty()) else { continue };
            phone.asked.push(kind);
            phone.add(kind, value, target.package.clone());
            if kind == IdKind::VendorToken {
                let vendor = target.vendor.clone();
                phone.tokens.push(Token { vendor, value: value.to_owned(), time: None, asked: true });
            }
        }
        // Another app on the phone has ids of its own.
        for id in case.log.identities.all.iter().filter(|i| apps.is_target(i.package.as_deref())) {
            // The ids that the user named go before those of a log that may show several.
            let asked = phone.asked.contains(&id.kind) && id.kind != IdKind::VendorToken;
            if asked && !case.log.identities.all.iter().any(|i| Some(&i.value) == target.device.as_ref()) {
                continue;
            }
            phone.add(id.kind, &id.value, id.package.clone());
            if id.kind == IdKind::VendorToken {
                phone.tokens.push(Token {
                    vendor: id.vendor.clone(),
                    value: id.value.clone(),
                    time: id.place.time,
                    asked: false,
                });
            }
        }
        phone
    }

    /// Adds an id; what is known of it already stays.
    pub fn add(&mut self, kind: IdKind, value: &str, package: Option<String>) {
        if !value.is_empty() {
            self.known.entry((kind, value.to_owned())).or_insert(package);
        }
    }

    /// Whether this id is the phone's.
    pub fn has(&self, kind: IdKind, value: &str) -> bool {
        !value.is_empty() && self.known.contains_key(&(kind, value.to_owned()))
    }

    /// The app that an id was seen in.
    pub fn package(&self, kind: IdKind, value: &str) -> Option<String> {
        self.known.get(&(kind, value.to_owned())).cloned().flatten()
    }

    /// Whether any id of this kind is known.
    pub fn knows(&self, kind: IdKind) -> bool {
        self.known.keys().any(|(known, _)| *known == kind)
    }

    /// Whether the user named an id of this kind.
    pub fn was_asked(&self, kind: IdKind) -> bool {
        self.asked.contains(&kind)
    }

    /// Whether the record names another device: an id of a kind that the phone shows, with another
    /// value.
    pub fn contradicts(&self, record: &Record) -> bool {
        let other =
            |kind: IdKind, value: &str| !value.is_empty() && self.knows(kind) && !self.has(kind, value);
        let token = !record.vendor_token.is_empty()
            && !self.has(IdKind::VendorToken, &record.vendor_token)
            && self.tokens.iter().any(|t| same_vendor(t.vendor.as_deref(), record));
        let user = self.was_asked(IdKind::User) && other(IdKind::User, &record.user);
        token
            || user
            || (other(IdKind::AdToken, &record.ad_token) && !self.has(IdKind::Device, &record.ad_token))
            || (other(IdKind::Device, &record.device) && !self.has(IdKind::AdToken, &record.device))
    }

    /// What the vendor token of a record is to the phone.
    pub fn age(&self, record: &Record) -> TokenAge {
        if record.vendor_token.is_empty() {
            return TokenAge::Unknown;
        }
        let of_vendor = self.tokens.iter().filter(|t| same_vendor(t.vendor.as_deref(), record));
        let current = of_vendor.max_by_key(|t| (t.asked, t.time));
        match current {
            None => TokenAge::Unknown,
            Some(token) if token.value == record.vendor_token => TokenAge::Current,
            Some(token) => TokenAge::Older(token.time),
        }
    }
}

/// Whether a token may be of the record's vendor.
fn same_vendor(vendor: Option<&str>, record: &Record) -> bool {
    vendor.is_none() || record.vendor.is_none() || vendor == record.vendor.as_deref()
}

/// The ids that name one device.
pub fn device_keys(record: &Record) -> [(IdKind, &str); 4] {
    [
        (IdKind::VendorToken, &record.vendor_token),
        (IdKind::AdToken, &record.ad_token),
        (IdKind::Device, &record.device),
        (IdKind::Trace, &record.trace_id),
    ]
}

/// The ids of the message that a record is about.
pub fn message_keys(record: &Record) -> impl Iterator<Item = &str> {
    let ids: [&str; 3] = [&record.msg_id, &record.core_msg_id, &record.vendor_msg_id];
    ids.into_iter().filter(|id| !id.is_empty())
}
