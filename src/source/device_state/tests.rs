//! All dumps are made up.

use super::*;
use crate::read::SectionKind;

fn state(service: &str, text: &str) -> DeviceState {
    let mut state = DeviceState::default();
    let mut properties = Properties::default();
    let properties = std::cell::RefCell::new(&mut properties);
    let clock = std::cell::RefCell::new(Clock::new(super::super::clock::china(), None, None));
    let mut reader = StateReader::new(&mut state, &properties, &clock, 0, None);
    let kind = SectionKind::Service(service.to_owned());
    reader.event(SectionEvent::Begins { kind: &kind });
    for (number, line) in (1..).zip(text.lines()) {
        reader.event(SectionEvent::Line { kind: &kind, number, text: line.as_bytes() });
    }
    reader.event(SectionEvent::Ends { kind: &kind, closed: true });
    state
}

const PACKAGES: &str = "\
Packages:
  Package [com.example.bank] (1a2b3c):
    appId=10123
    versionCode=46 minSdk=24 targetSdk=34
    versionName=4.6
    requested permissions:
      android.permission.INTERNET
      android.permission.POST_NOTIFICATIONS
    install permissions:
      android.permission.INTERNET: granted=true
    User 0: ceDataInode=1 installed=true hidden=false suspended=false stopped=false enabled=0
      runtime permissions:
        android.permission.POST_NOTIFICATIONS: granted=true, flags=[ USER_SET]
    User 999: ceDataInode=2 installed=true hidden=false suspended=true stopped=true enabled=3
      runtime permissions:
        android.permission.POST_NOTIFICATIONS: granted=false, flags=[ USER_FIXED]
  Package [android] (2):
    versionCode=34 minSdk=34 targetSdk=34
    User 0: installed=true hidden=false stopped=false enabled=0

Hidden system packages:
  Package [com.example.bank] (9):
    versionCode=1 minSdk=1 targetSdk=1
";

/// The same among so many others as a phone has.
fn whole() -> String {
    let others: String =
        (0..60).map(|n| format!("  Package [com.android.part{n}] (3):\n    versionCode=1\n")).collect();
    PACKAGES.replace("  Package [android]", &format!("{others}  Package [android]"))
}

#[test]
fn users_of_a_package_are_kept_apart() {
    let state = state("package", PACKAGES);
    let package = &state.packages["com.example.bank"];
    assert_eq!((package.version_code, package.target_sdk), (Some(46), Some(34)), "not the hidden one");
    assert_eq!(package.asks_to_notify, Some(true));
    let (first, clone) = (&package.users[&0], &package.users[&999]);
    assert!(!first.stopped && !first.disabled && !first.suspended);
    assert!(clone.stopped && clone.disabled && clone.suspended);
    assert_eq!(first.may_notify.as_ref().map(|(granted, at)| (*granted, at.line)), Some((true, 13)));
    assert_eq!(clone.may_notify.as_ref().map(|(granted, at)| (*granted, at.line)), Some((false, 16)));
    assert!(state.complete.is_none(), "a few packages are no list of all");
}

#[test]
fn only_a_whole_list_is_complete() {
    let all = whole();
    assert!(state("package", &all).complete.is_some());
    let one = all.replace("[android]", "[com.example.other]");
    assert!(state("package", &one).complete.is_none(), "without the framework it is one package's dump");
    let late = all.replace("Hidden", "*** SERVICE 'package' DUMP TIMEOUT (60000ms) EXPIRED ***\nHidden");
    assert!(state("package", &late).complete.is_none());
}

#[test]
fn permissions_above_all_users_are_the_first_ones() {
    let text = "Packages:\n  Package [com.example.bank] (1):\n    runtime permissions:\n      android.permission.POST_NOTIFICATIONS: granted=false\n    User 0: installed=true stopped=true\n";
    let state = state("package", text);
    let first = &state.packages["com.example.bank"].users[&0];
    assert!(first.stopped && first.installed);
    assert_eq!(first.may_notify.as_ref().map(|(granted, _)| *granted), Some(false));
}

#[test]
fn an_unknown_package_is_said_to_be_absent() {
    let state = state("package", "Unable to find package: com.huawei.hwid\n");
    assert!(state.absent.contains_key("com.huawei.hwid"));
    assert!(state.complete.is_none());
}

#[test]
fn notification_settings_of_old_and_new_phones() {
    let text = "\
Current Notification Manager state:
  Notification List:
    NotificationRecord(0x1: pkg=com.example.bank user=UserHandle{0} id=1)
      channel=NotificationChannel{mId='posted', mImportance=0, mDeleted=false}
  Ranking Config:
    per-package config version: 4
    PackagePreferences:
      AppSettings: com.example.bank (10123) importance=DEFAULT userSet=true
        NotificationChannel{mId='mipush|com.example.bank|default', mName=P..., mImportance=0, mDeleted=false}
        NotificationChannel{mId='gone', mName=x, mImportance=0, mBypassDnd=false, mDeleted=true}
        NotificationChannel{mId='orders, all', mName=x, mImportance=4, mDeleted=false}
      AppSettings: com.example.bank (99910123) importance=NONE userSet=true
      AppSettings: com.example.other (UNKNOWN_UID) importance=NONE
";
    let state = state("notification", text);
    let first = &state.notifications[&("com.example.bank".to_owned(), 0)];
    let ids: Vec<(&str, i32)> = first.channels.iter().map(|c| (c.id.as_str(), c.importance)).collect();
    assert_eq!(ids, [("mipush|com.example.bank|default", 0), ("orders, all", 4)]);
    assert_eq!(first.importance, "DEFAULT");
    assert_eq!(state.notifications[&("com.example.bank".to_owned(), 999)].importance, "NONE");
    assert_eq!(state.notifications.len(), 2);
}

#[test]
fn app_ops_of_every_age() {
    let text = "\
Current AppOps Service state:
  Uid u0a123:
    state=cch
      POST_NOTIFICATION: mode=ignore
    Package com.example.old:
      POST_NOTIFICATION: mode=1; rejectTime=+2m ago
    Package com.example.new:
      POST_NOTIFICATION (ignore):
    Package com.example.fine:
      POST_NOTIFICATION (allow / switch COARSE_LOCATION=allow):
  Uid u999a123:
    Package com.example.fine:
      POST_NOTIFICATION (deny):
";
    let state = state("appops", text);
    let allowed =
        |name: &str, user: u32| state.ops.get(&(name.to_owned(), user)).map(|(allowed, _)| *allowed);
    assert_eq!(allowed("com.example.old", 0), Some(false));
    assert_eq!(allowed("com.example.new", 0), Some(false));
    assert_eq!(allowed("com.example.fine", 0), Some(true));
    assert_eq!(allowed("com.example.fine", 999), Some(false));
    assert_eq!(state.ops.len(), 4, "a mode of a whole uid names no app");
    let asked = "$ cmd appops get --user 10 com.example.bank\nUid mode: POST_NOTIFICATION: ignore\nPOST_NOTIFICATION: ignore; rejectTime=+2m ago\n";
    let asked = self::state("appops", asked);
    assert!(!asked.ops[&("com.example.bank".to_owned(), 10)].0);
}

#[test]
fn buckets_and_the_list_that_battery_saving_leaves_alone() {
    let bucket = state(
        "usagestats",
        "User 0 App Standby States:\n  package=com.example.bank u=0 bucket=45 reason=u\n",
    );
    assert_eq!(bucket.buckets[&("com.example.bank".to_owned(), 0)].0, 45);
    let asked = state("usagestats", "$ am get-standby-bucket com.example.bank\n40\n");
    assert_eq!(asked.buckets[&("com.example.bank".to_owned(), 0)].0, 40);
    let list = state(
        "deviceidle",
        "  Whitelist user apps:\n    com.example.bank\n  Other:\n    com.example.other\n",
    );
    assert_eq!(list.doze_free.unwrap().into_iter().collect::<Vec<_>>(), ["com.example.bank"]);
}

#[test]
fn hostile_dumps_stay_small() {
    let mut text = String::from("Packages:\n");
    for n in 0..100_000 {
        text.push_str(&format!("  Package [com.example.a{n}] (1):\n    User {n}: installed=true\n"));
    }
    let state = state("package", &text);
    assert!(state.packages.len() <= MOST);
    assert!(state.dropped > 0);
    assert!(state.complete.is_none());
}

#[test]
fn a_property_may_run_over_lines() {
    let mut properties = Properties::default();
    let mut reader = properties::Reader::default();
    let mut read = 0;
    for (number, text) in (1..).zip(["[ro.a]: [one", "two]", "[ro.b]: [x]", "[ro.c]: []", "noise"]) {
        read += reader.line(At { input: 0, number, stamp: None, time: None, text }, &mut properties);
    }
    assert_eq!(read, 3);
    assert_eq!(properties.get("ro.a"), Some("one\ntwo"));
    assert_eq!(properties.place("ro.b").map(|p| p.line), Some(3));
}
