//! Every log signature against the line it was written for, and against lines it must leave alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pushdoctor::catalog::answer::fits;
use pushdoctor::catalog::matcher::Matcher;
use pushdoctor::catalog::{Catalog, Outcome, Role, Signature};
use pushdoctor::read::logcat::{Format, parse};
use pushdoctor::source::device_log::family::{FamilyReader, Mood};

/// The ids of the signatures that `text` trips, in alphabetical order.
fn tripped(matcher: &Matcher<'_>, text: &str) -> Vec<String> {
    let line = parse(text, None, Format::Raw);
    let mut ids: Vec<String> =
        matcher.matches_line(&line, text).iter().map(|m| m.signature.id.to_string()).collect();
    ids.sort();
    ids
}

fn samples(signature: &Signature) -> impl Iterator<Item = &str> {
    std::iter::once(&signature.sample).chain(signature.samples.iter()).map(AsRef::as_ref)
}

#[test]
fn each_sample_trips_its_own_signature_and_no_other() {
    let catalog = Catalog::builtin();
    let matcher = Matcher::new(&catalog);
    let mut wrong = Vec::new();
    for signature in catalog.signatures() {
        for sample in samples(signature) {
            let found = tripped(&matcher, sample);
            if found != [signature.id.as_ref()] {
                wrong.push(format!("{}\n    trips {found:?}\n    line  {sample}", signature.id));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} samples are not read as they should be:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_groups_that_a_code_needs_are_in_its_sample() {
    let catalog = Catalog::builtin();
    let matcher = Matcher::new(&catalog);
    for signature in catalog.signatures().filter(|s| s.outcome == Outcome::Code) {
        for sample in samples(signature) {
            let line = parse(sample, None, Format::Raw);
            let hits = matcher.matches_line(&line, sample);
            let hit = hits.iter().find(|m| m.signature.id == signature.id);
            let code = hit.and_then(|m| m.group("code").or_else(|| m.group("symbol")));
            assert!(code.is_some(), "{}: no code is read from {sample}", signature.id);
        }
    }
}

#[test]
fn the_list_of_ids_is_stable() {
    let catalog = Catalog::builtin();
    let ids: Vec<&str> = catalog.signatures().map(|s| s.id.as_ref()).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id stands twice");
    let mut list = unique.into_iter().collect::<Vec<_>>().join("\n");
    list.push('\n');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/signatures.txt");
    if std::env::var_os("PUSHDOCTOR_ACCEPT").is_some() {
        std::fs::write(&path, &list).expect("the snapshot is writable");
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (known.lines().collect(), list.lines().collect());
    let gone: Vec<_> = old.difference(&new).collect();
    let added: Vec<_> = new.difference(&old).collect();
    assert!(
        gone.is_empty() && added.is_empty(),
        "the signatures changed; ids are stable, so look twice, then run the test again with \
         PUSHDOCTOR_ACCEPT=1 to take the new list.\ngone: {gone:?}\nadded: {added:?}"
    );
}

/// Lines of healthy phones that look like trouble.
const HARMLESS: &[&str] = &[
    "05-14 10:20:00.001 12033 12061 E ActivityThread: Failed to find provider info for com.vivo.push.sdk.service.SystemPushConfig",
    "05-14 10:20:00.002 12033 12061 E ActivityThread: Failed to find provider info for com.vivo.vms.IdProvider",
    "05-14 10:20:00.003 12033 12061 E LoggerFactory: [main] java.lang.ClassNotFoundException: com.alipay.tianyanadapter.monitor.MonitorFactoryBinder",
    "05-14 10:20:00.004 12033 12061 E MonitorFactory: java.lang.ClassNotFoundException: com.alipay.mobile.common.ipc.IPCApiFactory",
    "05-14 10:20:00.005 12033 12061 W HMSSDK_Util: In getHmsVersion, Failed to read meta data for the HMS VERSION.",
    "05-14 10:20:00.006 12033 12061 E LocationKit: com.huawei.hms.common.ApiException: 10803: permission denied",
    "05-14 10:20:00.007 12033 12061 I HMSSDK_TaskApiCall: doExecute, uri:hwid.signin, errorCode:2002, transactionId:1",
    "05-14 10:20:00.008 12033 12061 I HMSSDK_HmsClient: receive msg status_code:1, error_code:907135001, api_name:location.requestLocationUpdatesEx, app_id:1|, pkg_name:com.example.bank",
    "05-14 10:20:00.009 12033 12061 D mPush14 : heartbeat result=200 rtt=35",
    "05-14 10:20:00.010 12033 12061 D mPush14 : huawei token length: 130, versionCode: 60600300",
    "05-14 10:20:00.011 12033 12061 D mPush14 : connect host=push.example.com port=443",
    "05-14 10:20:00.012 12033 12061 D mPush14 : huawei getToken end code=0",
    "05-14 10:20:00.013 12033 12061 I PayTask : resultStatus={6001};memo={};result={}",
    "05-14 10:20:00.014 12033 12061 E BankNet : could not connect to api.example.com:443.",
    "05-14 10:20:00.015 12033 12061 D BankApp : request failed, code=500, msg=server busy",
    "05-14 10:20:00.016 12033 12061 D XMPush-12033: [Tid:12] ping 200 OK, state=1",
    "05-14 10:20:00.017  1702  2395 I ActivityManager: Force stopping com.example.bank appid=10123 user=0: update pkg",
    "05-14 10:20:00.018 12033 12061 I BankPush: MPPush.init success",
];

#[test]
fn harmless_lines_break_nothing() {
    let catalog = Catalog::builtin();
    let matcher = Matcher::new(&catalog);
    for text in HARMLESS {
        let line = parse(text, None, Format::Raw);
        for hit in matcher.matches_line(&line, text) {
            if hit.signature.role == Some(Role::Family) {
                let understood = FamilyReader::new(&catalog).understand(line.tag, line.message);
                assert_ne!(understood.mood, Mood::Failure, "{text} is read as {understood:?}");
            }
            let good = hit.signature.ok_is_note
                && hit.group("code").is_some_and(|c| hit.signature.ok.iter().any(|o| o == c));
            assert!(good || !blames(hit.signature), "{} is tripped by {text}", hit.signature.id);
        }
    }
}

#[test]
fn real_logs_of_working_phones_break_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/negatives");
    let catalog = Catalog::builtin();
    let matcher = Matcher::new(&catalog);
    for path in logs(&folder) {
        let bytes = std::fs::read(&path).expect("the log is readable");
        for text in String::from_utf8_lossy(&bytes).lines() {
            let line = parse(text, None, Format::Raw);
            for hit in matcher.matches_line(&line, text) {
                assert!(!blames(hit.signature), "{} is tripped by {text}", hit.signature.id);
            }
        }
    }
}

/// Whether a signature can break a link.
fn blames(signature: &Signature) -> bool {
    matches!(signature.outcome, Outcome::Fail | Outcome::Warn | Outcome::Code)
}

/// The `.log` files of a folder; none when it does not exist.
fn logs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "log")).collect();
    paths.sort();
    paths
}

#[test]
fn each_answer_is_read_as_its_sample_says() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for vendor in catalog.vendors() {
        for answer in vendor.answer.iter() {
            let document: serde_json::Value = serde_json::from_str(&answer.sample).expect("a sample is JSON");
            let fits = fits(catalog.vendors(), &document);
            let read = fits.iter().any(|f| {
                f.vendor == vendor.id
                    && f.side == answer.side
                    && f.codes.iter().any(|c| *c == answer.sample_code)
            });
            if !read {
                wrong.push(format!("{} {}: {} is read as {fits:?}", vendor.id, answer.side, answer.sample));
            }
            if catalog.code(&vendor.id, &answer.side, &answer.sample_code).is_none() {
                wrong.push(format!(
                    "{} {}: the catalogue lacks {}",
                    vendor.id, answer.side, answer.sample_code
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
