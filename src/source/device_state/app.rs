//! How the app in question stands, for one Android user: installed, stopped, allowed to notify.

use regex_lite::Regex;

use super::evidence::fact;
use super::{AppNotifications, DeviceState};
use crate::catalog::{Confidence, Link, Vendor};
use crate::evidence::{Evidence, Says};

/// Since Android 13 an app must be granted the permission to notify.
const ASKS_SINCE: u32 = 33;

/// The users for whom the app is installed, or of whom anything is known.
pub(super) fn users(state: &DeviceState, package: &str) -> Vec<u32> {
    let mut users: Vec<u32> = Vec::new();
    let installed = state.packages.get(package).map(|p| &p.users);
    users.extend(installed.iter().flat_map(|u| u.iter()).filter(|(_, u)| u.installed).map(|(user, _)| *user));
    let ops = state.ops.keys();
    for (name, user) in state.notifications.keys().chain(ops).chain(state.buckets.keys()) {
        // The notification service also remembers apps that are gone.
        if name == package && !users.contains(user) && installed.is_none_or(|u| u.is_empty()) {
            users.push(*user);
        }
    }
    users.sort_unstable();
    users
}

/// The app is not on the phone at all.
pub(super) fn missing(state: &DeviceState, package: &str) -> Option<Evidence> {
    let place = match state.packages.get(package) {
        Some(known) if known.users.is_empty() || known.users.values().any(|u| u.installed) => return None,
        Some(known) => &known.users.values().next()?.place,
        None => state.absent.get(package).or(state.complete.as_ref().filter(|_| state.whole))?,
    };
    let mut evidence = fact(Link::Token, Says::Fail, "token.app-missing", "state.app-missing", place);
    evidence.package = Some(package.to_owned());
    evidence.detail = package.to_owned();
    Some(evidence)
}

/// `cmd appops get` names no app: it belongs to the one that was asked for.
pub(super) fn unnamed(state: &DeviceState) -> Option<Evidence> {
    let (allowed, place) = state.ops.get(&(String::new(), 0))?;
    if *allowed {
        return None;
    }
    let mut evidence = fact(Link::Display, Says::Fail, "display.notifications-off", "state.app-op", place);
    evidence.confidence = Confidence::Medium;
    Some(evidence)
}

/// Everything that the dumps say of one app and user.
pub(super) fn judge(
    state: &DeviceState,
    vendor: Option<&Vendor>,
    package: &str,
    user: u32,
    sdk: Option<u32>,
) -> Vec<Evidence> {
    let mut out = Vec::new();
    let key = (package.to_owned(), user);
    from_package(state, package, user, &mut out);
    never_asks(state, &key, sdk, &mut out);
    if let Some(app) = state.notifications.get(&key) {
        from_notifications(app, vendor, &mut out);
    }
    if let Some((allowed, place)) = state.ops.get(&key)
        && !allowed
    {
        out.push(fact(Link::Display, Says::Fail, "display.notifications-off", "state.app-op", place));
    }
    if let Some((bucket, place)) = state.buckets.get(&key) {
        let mut note = fact(Link::Display, Says::Note, "", "state.bucket", place);
        note.detail = bucket.to_string();
        out.push(note);
    }
    if let Some(list) = &state.doze_free
        && list.contains(package)
        && let Some(known) = state.packages.get(package)
    {
        out.push(fact(Link::Display, Says::Note, "", "state.doze-free", &known.place));
    }
    for evidence in &mut out {
        evidence.package = Some(package.to_owned());
        evidence.user = Some(user);
    }
    out
}

fn from_package(state: &DeviceState, package: &str, user: u32, out: &mut Vec<Evidence>) {
    let Some(known) = state.packages.get(package) else { return };
    let Some(here) = known.users.get(&user) else { return };
    let fail =
        |finding: &str, rule: &'static str| fact(Link::Display, Says::Fail, finding, rule, &here.place);
    if here.disabled || here.hidden {
        out.push(fail("display.app-disabled", "state.app-disabled"));
    }
    if here.suspended {
        out.push(fail("display.package-suspended", "state.suspended"));
    }
    if here.stopped {
        out.push(fail("display.force-stopped", "state.stopped"));
    } else if !here.disabled && !here.hidden && !here.suspended {
        out.push(fact(Link::Display, Says::Note, "", "state.running", &here.place));
    }
    match &here.may_notify {
        Some((true, place)) => out.push(fact(Link::Display, Says::Note, "", "state.permission", place)),
        Some((false, place)) => {
            let mut denied =
                fact(Link::Display, Says::Fail, "display.notifications-off", "state.permission", place);
            // Older apps are asked for by the system, which may still be to come.
            if known.target_sdk.is_none_or(|sdk| sdk < ASKS_SINCE) {
                denied.confidence = Confidence::Medium;
            }
            out.push(denied);
        }
        None => {}
    }
}

/// An app for Android 13 or later that does not ask for the permission cannot be granted it.
fn never_asks(state: &DeviceState, key: &(String, u32), sdk: Option<u32>, out: &mut Vec<Evidence>) {
    let Some(known) = state.packages.get(&key.0) else { return };
    let new = |sdk: Option<u32>| sdk.is_some_and(|sdk| sdk >= ASKS_SINCE);
    let undecided = state.notifications.get(key).is_none_or(|app| app.importance.is_empty());
    let here = known.users.get(&key.1);
    if known.asks_to_notify == Some(false)
        && new(known.target_sdk)
        && new(sdk)
        && undecided
        && here.is_none_or(|user| user.may_notify.is_none())
    {
        let place = &known.place;
        let mut evidence =
            fact(Link::Display, Says::Fail, "display.notifications-off", "state.never-asks", place);
        evidence.confidence = Confidence::Medium;
        evidence.detail = "POST_NOTIFICATIONS".to_owned();
        out.push(evidence);
    }
}

fn from_notifications(app: &AppNotifications, vendor: Option<&Vendor>, out: &mut Vec<Evidence>) {
    let off =
        |finding: &str, rule: &'static str, place| fact(Link::Display, Says::Fail, finding, rule, place);
    if app.importance == "NONE" {
        return out.push(off("display.notifications-off", "state.importance", &app.place));
    }
    let mut note = fact(Link::Display, Says::Note, "", "state.importance", &app.place);
    note.detail.clone_from(&app.importance);
    out.push(note);
    let patterns: Vec<Regex> =
        vendor.into_iter().flat_map(|v| v.channels.iter()).filter_map(|p| Regex::new(p).ok()).collect();
    let closed: Vec<_> = app.channels.iter().filter(|c| c.importance == 0).collect();
    let all = !closed.is_empty() && closed.len() == app.channels.len();
    let vendors_own = closed.iter().find(|c| patterns.iter().any(|p| p.is_match(&c.id)));
    if let Some(channel) = vendors_own.or(closed.first().filter(|_| all)) {
        let mut evidence = off("display.channel-off", "state.channel", &channel.place);
        evidence.detail.clone_from(&channel.id);
        // The vendor's own channel may be made with the first message.
        if vendors_own.is_none() {
            evidence.confidence = Confidence::Medium;
        }
        out.push(evidence);
    } else if let Some(first) = closed.first() {
        let mut note = fact(Link::Display, Says::Note, "", "state.channel", &first.place);
        note.detail = closed.iter().map(|c| c.id.as_str()).take(4).collect::<Vec<_>>().join(", ");
        out.push(note);
    }
}
