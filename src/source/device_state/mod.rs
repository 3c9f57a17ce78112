//! What the phone's own services say of it: `dumpsys` of packages, notifications and app-ops, from
//! a bug report, a bundle or files of their own.
//!
//! A log tells what happened; a dump tells how the phone stands. Facts are gathered while the text
//! streams by, before anybody knows which app is in question, so all of them are kept, in little
//! space. [`evidence`] turns those that matter into evidence.

mod app;
mod appops;
mod evidence;
mod idle;
mod notification;
mod package;
mod properties;
mod services;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnosis::InstalledPackage;
use crate::evidence::Place;
use crate::read::logcat::Stamp;
use crate::read::{SectionEvent, SectionKind};

use super::clock::Clock;
use super::device_facts::Properties;
pub use evidence::evidence;

/// The most facts that are kept of all dumps together; a phone has some thousands.
const MOST: usize = 30_000;
/// Longer names are no names.
const LONGEST: usize = 256;

/// A package as the package service lists it.
#[derive(Clone, Debug, Default)]
pub struct Package {
    pub version_code: Option<u64>,
    pub version_name: Option<String>,
    pub target_sdk: Option<u32>,
    /// Whether it asks for the notification permission; `None` when the list was not shown.
    pub asks_to_notify: Option<bool>,
    pub users: BTreeMap<u32, PackageUser>,
    /// The line with the version, else the one with the name.
    pub place: Place,
}

/// How a package stands for one Android user.
#[derive(Clone, Debug, Default)]
pub struct PackageUser {
    pub installed: bool,
    pub hidden: bool,
    pub suspended: bool,
    pub stopped: bool,
    pub disabled: bool,
    pub place: Place,
    /// Whether the notification permission is granted, and where it says so.
    pub may_notify: Option<(bool, Place)>,
}

/// How the notification service treats an app of one user.
#[derive(Clone, Debug, Default)]
pub struct AppNotifications {
    /// The word, as `NONE` or `DEFAULT`; empty when the line names none.
    pub importance: String,
    pub place: Place,
    pub channels: Vec<ChannelState>,
}

/// A notification channel of an app.
#[derive(Clone, Debug)]
pub struct ChannelState {
    pub id: String,
    /// 0 is switched off.
    pub importance: i32,
    pub place: Place,
}

/// Everything that the dumps tell.
#[derive(Clone, Debug, Default)]
pub struct DeviceState {
    pub packages: BTreeMap<String, Package>,
    /// A list of all packages was read to its end.
    pub complete: Option<Place>,
    /// That list is as long as a phone's is.
    pub whole: bool,
    /// Packages of which the package service says that it does not know them.
    pub absent: BTreeMap<String, Place>,
    /// By package and user.
    pub notifications: BTreeMap<(String, u32), AppNotifications>,
    /// The app-op POST_NOTIFICATION; the package is empty where the text names none.
    pub ops: BTreeMap<(String, u32), (bool, Place)>,
    /// Standby buckets by package and user.
    pub buckets: BTreeMap<(String, u32), (u32, Place)>,
    /// Packages that battery saving leaves alone; `None` when no list was read.
    pub doze_free: Option<BTreeSet<String>>,
    facts: usize,
    /// Facts that were left out because there were too many.
    pub dropped: u64,
}

impl DeviceState {
    /// Whether one more fact may be kept.
    fn room(&mut self) -> bool {
        if self.facts < MOST {
            self.facts += 1;
            return true;
        }
        self.dropped += 1;
        false
    }

    /// Every line that a fact stands on, to be placed in another time zone.
    pub fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        let packages = self.packages.values_mut().flat_map(|package| {
            let users = package.users.values_mut().flat_map(|user| {
                std::iter::once(&mut user.place).chain(user.may_notify.as_mut().map(|(_, at)| at))
            });
            std::iter::once(&mut package.place).chain(users)
        });
        let notifications = self.notifications.values_mut().flat_map(|app| {
            std::iter::once(&mut app.place).chain(app.channels.iter_mut().map(|c| &mut c.place))
        });
        packages
            .chain(notifications)
            .chain(self.complete.as_mut())
            .chain(self.absent.values_mut())
            .chain(self.ops.values_mut().map(|(_, place)| place))
            .chain(self.buckets.values_mut().map(|(_, place)| place))
    }

    /// The version of each of these packages that is on the phone.
    pub fn versions<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<InstalledPackage> {
        let mut out: Vec<InstalledPackage> = Vec::new();
        for name in names {
            if let Some(package) = self.packages.get(name)
                && !out.iter().any(|known| known.package == name)
            {
                out.push(InstalledPackage {
                    package: name.to_owned(),
                    version_code: package.version_code,
                    version_name: package.version_name.clone(),
                });
            }
        }
        out
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.facts == 0
    }
}

/// Where a line stands.
#[derive(Clone, Copy, Debug)]
struct At<'t> {
    input: usize,
    number: u64,
    stamp: Option<Stamp>,
    time: Option<i64>,
    text: &'t str,
}

impl At<'_> {
    fn place(&self) -> Place {
        Place {
            input: self.input,
            line: self.number,
            stamp: self.stamp,
            time: self.time,
            text: shorten(self.text),
            ..Place::default()
        }
    }
}

/// A line as kept: some hundred characters show what it says.
fn shorten(text: &str) -> String {
    const MOST: usize = 300;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// A name that can be a package's.
fn is_package(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'))
}

/// Reads the sections of one input into the state.
pub struct StateReader<'s> {
    state: &'s mut DeviceState,
    properties: &'s std::cell::RefCell<&'s mut Properties>,
    clock: &'s std::cell::RefCell<Clock>,
    input: usize,
    /// When the text was made, by its own heading.
    stamp: Option<Stamp>,
    time: Option<i64>,
    package: package::Reader,
    notification: notification::Reader,
    appops: appops::Reader,
    idle: idle::Reader,
    getprop: properties::Reader,
    /// Properties that a bug report's own section held.
    pub properties_read: u64,
}

impl<'s> StateReader<'s> {
    /// `time` is when the text was made, as far as its file says.
    pub fn new(
        state: &'s mut DeviceState,
        properties: &'s std::cell::RefCell<&'s mut Properties>,
        clock: &'s std::cell::RefCell<Clock>,
        input: usize,
        time: Option<i64>,
    ) -> Self {
        StateReader {
            state,
            properties,
            clock,
            input,
            stamp: None,
            time,
            package: package::Reader::default(),
            notification: notification::Reader::default(),
            appops: appops::Reader::default(),
            idle: idle::Reader::default(),
            getprop: properties::Reader::default(),
            properties_read: 0,
        }
    }

    /// Whether the text says itself when it was made.
    pub fn is_dated(&self) -> bool {
        self.stamp.is_some()
    }

    /// Takes what the sections hand on.
    pub fn event(&mut self, event: SectionEvent<'_>) {
        match event {
            SectionEvent::Dumpstate { time } => {
                if let Some(stamp) = stamp(time) {
                    let mut clock = self.clock.borrow_mut();
                    clock.made_at(&stamp);
                    self.stamp = Some(stamp);
                    self.time = clock.micros(&stamp).or(self.time);
                }
            }
            SectionEvent::Begins { kind } => {
                if let SectionKind::Service(name) = kind {
                    match name.as_str() {
                        "package" => self.package = package::Reader::default(),
                        "notification" => self.notification = notification::Reader::default(),
                        "appops" => self.appops = appops::Reader::default(),
                        _ => self.idle = idle::Reader::default(),
                    }
                }
            }
            SectionEvent::Line { kind, number, text } => {
                let text = String::from_utf8_lossy(text);
                let at = At { input: self.input, number, stamp: self.stamp, time: self.time, text: &text };
                match kind {
                    SectionKind::Properties => {
                        let mut properties = self.properties.borrow_mut();
                        self.properties_read += self.getprop.line(at, &mut properties);
                    }
                    SectionKind::Service(name) => match name.as_str() {
                        "package" => {
                            self.package.report = self.stamp.is_some() || self.properties_read > 0;
                            self.package.line(at, self.state);
                        }
                        "notification" => self.notification.line(at, self.state),
                        "appops" => self.appops.line(at, self.state),
                        _ => self.idle.line(at, self.state),
                    },
                    SectionKind::Log | SectionKind::Other => {}
                }
            }
            SectionEvent::Ends { kind: SectionKind::Properties, closed } => {
                if closed && self.properties_read > 0 {
                    self.properties.borrow_mut().set_complete();
                }
            }
            SectionEvent::Ends { kind, closed } => {
                if *kind == SectionKind::Service("package".to_owned()) {
                    self.package.end(closed, self.state);
                }
            }
        }
    }
}

/// `2024-03-13 10:25:37`, the phone's own time.
fn stamp(text: &str) -> Option<Stamp> {
    let (date, time) = text.trim().split_once(' ')?;
    let mut date = date.splitn(3, '-');
    let mut time = time.splitn(3, ':');
    Some(Stamp {
        year: Some(date.next()?.parse().ok()?),
        month: date.next()?.parse().ok()?,
        day: date.next()?.parse().ok()?,
        hour: time.next()?.parse().ok()?,
        minute: time.next()?.parse().ok()?,
        second: time.next()?.get(..2)?.parse().ok()?,
        ..Stamp::default()
    })
}

#[cfg(test)]
mod tests;
