//! Bug reports of every layout, and one of each fault. All of them are made up by this file.

mod common;

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use pushdoctor::catalog::Catalog;
use pushdoctor::chain::Target;
use pushdoctor::diagnosis::{Diagnosis, State, VerdictState};
use pushdoctor::read::NoProgress;
use pushdoctor::source::device_log::{LogReader, Request};
use zip::write::SimpleFileOptions;

const APP: &str = "com.example.bank";

/// A phone, as its bug report tells of it.
#[derive(Clone)]
struct Phone {
    properties: Vec<(&'static str, &'static str)>,
    /// Packages of the system, with their versions.
    services: Vec<(&'static str, u64)>,
    /// Lines of the system log.
    log: Vec<String>,
    stopped: bool,
    granted: bool,
    importance: &'static str,
    channel: (&'static str, i32),
    op: &'static str,
    /// The same for the clone of user 999, if there is one.
    clone_granted: Option<bool>,
    asks: bool,
    /// Packages that have nothing to do with push.
    others: u32,
}

/// A time in the logs of the reports, before the report itself was made.
fn line(second: u32, pid: u32, tag: &str, message: &str) -> String {
    format!("06-14 09:58:{second:02}.000 10123 {pid:5} {pid:5} I {tag:<8}: {message}")
}

fn phone(vendor: &str) -> Phone {
    let (brand, rom, service, proxy) = match vendor {
        "huawei" => {
            ("HUAWEI", ("ro.build.version.emui", "EmotionUI_10.0.0"), ("com.huawei.hwid", 60_600_300), "hms5")
        }
        "oppo" => ("OPPO", ("ro.build.version.opporom", "V7.1"), ("com.heytap.mcs", 3000), "oppo"),
        _ => ("Xiaomi", ("ro.miui.ui.version.name", "V140"), ("com.xiaomi.xmsf", 6000), "mi"),
    };
    let start = format!(
        "Start proc 4242:{APP}:push/u0a123 for service {{{APP}/com.alipay.pushsdk.push.NotificationService}}"
    );
    Phone {
        properties: vec![
            ("ro.product.brand", brand),
            ("ro.product.manufacturer", brand),
            ("ro.product.model", "Model One"),
            ("ro.build.display.id", "ONE 1.0.0"),
            ("ro.build.version.sdk", "33"),
            ("persist.sys.timezone", "Asia/Shanghai"),
            rom,
        ],
        services: vec![service],
        log: vec![
            line(1, 1000, "ActivityManager", &start),
            line(
                2,
                4242,
                "mPush.PushProxyFactory",
                &format!("found proxy com.mpaas.push.external.{proxy}.Creator"),
            ),
        ],
        stopped: false,
        granted: true,
        importance: "DEFAULT",
        channel: ("orders", 4),
        op: "allow",
        clone_granted: None,
        asks: true,
        others: 60,
    }
}

impl Phone {
    fn getprop(&self) -> String {
        self.properties.iter().map(|(key, value)| format!("[{key}]: [{value}]\n")).collect()
    }

    fn packages(&self) -> String {
        let others: Vec<String> = (0..self.others).map(|n| format!("com.android.part{n}")).collect();
        let others = others.iter().map(|name| (name.as_str(), 1, false));
        let mut out = String::from("Service Resolver Table:\n  Non-Data Actions:\n\nPackages:\n");
        let services = self.services.iter().map(|(name, version)| (*name, *version, false));
        for (name, version, is_app) in others.chain(services).chain([("android", 33, false), (APP, 46, true)])
        {
            out += &format!(
                "  Package [{name}] (a1b2c3):\n    appId=10123\n    versionCode={version} minSdk=24 targetSdk=33\n    versionName={version}.0\n"
            );
            if is_app && !self.asks {
                out += "    requested permissions:\n      android.permission.INTERNET\n";
            } else if is_app {
                out += "    requested permissions:\n      android.permission.POST_NOTIFICATIONS\n";
            }
            let users = [(0, Some(self.granted)), (999, self.clone_granted)];
            for (user, granted) in users.iter().filter(|(_, granted)| granted.is_some()) {
                let stopped = is_app && self.stopped;
                out += &format!(
                    "    User {user}: ceDataInode=1 installed=true hidden=false suspended=false stopped={stopped} notLaunched=false enabled=0\n      runtime permissions:\n"
                );
                if is_app && self.asks {
                    let granted = granted.unwrap_or_default();
                    out += &format!(
                        "        android.permission.POST_NOTIFICATIONS: granted={granted}, flags=[ USER_SET]\n"
                    );
                }
            }
        }
        out + "\nHidden system packages:\n  Package [com.huawei.hwid] (1):\n    versionCode=1\n\nShared users:\n"
    }

    fn notification(&self) -> String {
        let (id, importance) = self.channel;
        format!(
            "Current Notification Manager state:\n  Ranking Config:\n      AppSettings: {APP} (10123) importance={} userSet=true\n        NotificationChannel{{mId='{id}', mName=o, mImportance={importance}, mDeleted=false}}\n        NotificationChannel{{mId='other', mName=o, mImportance=3, mDeleted=false}}\n",
            self.importance
        )
    }

    fn appops(&self) -> String {
        format!(
            "Current AppOps Service state:\n  Uid u0a123:\n    Package {APP}:\n      POST_NOTIFICATION ({}):\n",
            self.op
        )
    }

    /// The text of the whole report.
    fn report(&self) -> String {
        let rule = "-".repeat(79);
        let service = |name: &str, body: &str| {
            format!(
                "{rule}\nDUMP OF SERVICE {name}:\n{body}--------- 0.01s was the duration of dumpsys {name}\n"
            )
        };
        let header = "========================================================\n== dumpstate: 2026-06-14 10:00:00\n========================================================\n\nBuild: ONE 1.0.0\n\n";
        let log = self.log.join("\n");
        format!(
            "{header}------ UPTIME (uptime) ------\nup 1 day\n------ 0.010s was the duration of 'UPTIME' ------\n\
             ------ SYSTEM LOG (logcat -v threadtime -v printable -v uid -d *:v) ------\n--------- beginning of main\n{log}\n------ 0.2s was the duration of 'SYSTEM LOG' ------\n\n\
             ------ EVENT LOG (logcat -b events -v threadtime -v printable -v uid -d *:v) ------\n{event}\n------ 0.2s was the duration of 'EVENT LOG' ------\n\n\
             ------ SYSTEM PROPERTIES (getprop) ------\n{props}------ 0.1s was the duration of 'SYSTEM PROPERTIES' ------\n\n\
             ------ DUMPSYS (/system/bin/dumpsys) ------\n{quoted}{package}{notification}{appops}\
             ------ 4.0s was the duration of 'DUMPSYS' ------\n\n\
             ========================================================\n== dumpstate: done on 2026-06-14 10:01:00\n",
            event = line(3, 1000, "am_proc_start", "[0,4242,10123,com.example.bank:push,service,x]"),
            props = self.getprop(),
            // A dump that quotes a failure of the push SDK: it is no event of this log.
            quoted = service(
                "dropbox",
                &format!("Drop box contents\n{}\n", line(4, 4242, "mcssdk---", "OPPO onRegister error = -2"))
            ),
            package = service("package", &self.packages()),
            notification = service("CRITICAL notification", &self.notification()),
            appops = service("appops", &self.appops()),
        )
    }
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

struct Bench {
    catalog: Catalog,
}

impl Bench {
    fn new() -> Self {
        Bench { catalog: Catalog::builtin() }
    }

    fn read(&self, files: &[(&str, &[u8])], target: &Target) -> (Diagnosis, usize) {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = files
            .iter()
            .map(|(name, bytes)| {
                let path = dir.path().join(name);
                std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
                std::fs::write(&path, bytes).unwrap();
                path
            })
            .collect();
        let request = Request { paths, year: Some(2026), ..Request::default() };
        let read = LogReader::new(&self.catalog).read(&request, &NoProgress);
        let errors = read.errors.len();
        (pushdoctor::chain::judge(read.case, &self.catalog, target), errors)
    }

    fn phone(&self, phone: &Phone) -> Diagnosis {
        let zip = layout_v2(&phone.report());
        self.read(&[("bugreport-one-2026-06-14.zip", &zip)], &Target::default()).0
    }
}

fn layout_v2(report: &str) -> Vec<u8> {
    zipped(&[
        ("version.txt", b"2.0"),
        ("main_entry.txt", b"bugreport-ONE-2026-06-14-10-00-00.txt"),
        ("dumpstate_log.txt", b"06-14 10:00:00.000  1  1 I dumpstate: begin\n"),
        ("screenshot.png", b"\x89PNG\r\n\x1a\nrest"),
        ("proto/activity.proto", b"\x0a\x03\x00\x01\x02\x00\x00\x00\xff\xfe\x00\x00"),
        ("FS/data/anr/anr_1", b"----- pid 1 at 2026-06-14 -----\n"),
        ("FS/proc/1/mountinfo", b"x\n"),
        ("bugreport-ONE-2026-06-14-10-00-00.txt", report.as_bytes()),
    ])
}

fn layouts(report: &str) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let text = report.as_bytes();
    let v0 = zipped(&[("bugreport-2026-06-14-10-00-00.txt", text)]);
    let v2 = layout_v2(report);
    let v1 = zipped(&[
        ("version.txt", b"1.0"),
        ("bugreport-ONE.txt", text),
        ("main_entry.txt", b"bugreport-ONE.txt"),
        ("FS/data/misc/logd/logcat.01", line(0, 77, "Other", "earlier").as_bytes()),
    ]);
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(report.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    vec![
        ("flat", "bugreport-2026.txt", text.to_vec()),
        ("flat with CR LF", "bugreport-2026.txt", report.replace('\n', "\r\n").into_bytes()),
        ("flat in UTF-16", "bugreport-2026.txt", utf16),
        ("v0", "bugreport.zip", v0.clone()),
        ("v1", "bugreport.zip", v1),
        ("v2", "bugreport.zip", v2.clone()),
        (
            "Xiaomi",
            "bugreport-2026.zip",
            zipped(&[("MIUI/debug_log/bugreport-one.zip", &v2), ("readme.txt", b"x\n")]),
        ),
        (
            "Samsung",
            "dumpState_MODEL_2026.zip",
            zipped(&[("dumpState_MODEL_2026.txt", text), ("log/x.png", b"\x89PNG\r\n\x1a\n")]),
        ),
        (
            "OPPO",
            "log.zip",
            zipped(&[
                ("log/bugreport/bugreport.zip", &v0),
                ("log/android/main_log.txt", line(0, 77, "Other", "earlier").as_bytes()),
            ]),
        ),
    ]
}

/// What a plain search over the same text finds.
fn searched(report: &str) -> (Vec<String>, u64) {
    let mut sections = Vec::new();
    for line in report.lines() {
        if let Some(name) = line.strip_prefix("DUMP OF SERVICE ").and_then(|l| l.strip_suffix(':')) {
            sections.push(name.rsplit(' ').next().unwrap().to_owned());
        } else if line.starts_with("------ ") && !line.contains("was the duration of") {
            let title = line.trim_start_matches("------ ").split(" (").next().unwrap();
            sections.push(title.to_owned());
        }
    }
    let properties = report.lines().filter(|l| l.starts_with('[') && l.contains("]: [")).count();
    (sections, properties as u64)
}

#[test]
fn every_layout_tells_what_a_plain_search_finds() {
    let bench = Bench::new();
    let phone = phone("huawei");
    let report = phone.report();
    let (sections, properties) = searched(&report);
    for (name, file, bytes) in layouts(&report) {
        let (diagnosis, errors) = bench.read(&[(file, &bytes)], &Target::default());
        assert_eq!(errors, 0, "{name}: {:?}", diagnosis.skipped);
        let input =
            diagnosis.inputs.iter().find(|i| i.kind == "bugreport").unwrap_or_else(|| panic!("{name}"));
        let found: Vec<&str> = input.sections.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(found, sections, "{name}");
        assert_eq!(input.properties, properties, "{name}");
        assert_eq!(input.lines, report.lines().count() as u64, "{name}");
        assert_eq!(input.format, "threadtime", "{name}");
        assert_eq!(input.from.as_deref(), Some("2026-06-14T09:58:01.000+08:00"), "{name}");
        let log = input.sections.iter().find(|(name, _)| name == "SYSTEM LOG").unwrap();
        assert_eq!(log.1, phone.log.len() as u64 + 1, "{name}");
        assert_eq!(
            diagnosis.verdict.state,
            VerdictState::Healthy,
            "{name}: {}",
            diagnosis.verdict.summary.en
        );
        let versions: Vec<(&str, Option<u64>)> =
            diagnosis.device.packages.iter().map(|p| (p.package.as_str(), p.version_code)).collect();
        for found in [("com.huawei.hwid", Some(60_600_300)), (APP, Some(46))] {
            assert!(versions.contains(&found), "{name}: {versions:?}");
        }
        let token = diagnosis.chains[0].links.iter().find(|j| j.link.as_str() == "token").unwrap();
        assert!(
            token.notes.iter().any(|n| n.en.contains("com.huawei.hwid 60600300")),
            "{name}: {:?}",
            token.notes
        );
        assert!(
            !format!("{:?}", diagnosis.chains).contains("onRegister"),
            "{name}: a quoted line is no event"
        );
    }
}

/// A fault, on whose phone, what is done to the healthy twin, and the finding.
type Fault = (&'static str, &'static str, fn(&mut Phone), &'static str, VerdictState);

#[test]
fn each_fault_gets_its_own_verdict_and_its_twin_is_healthy() {
    use VerdictState::{Broken, Degraded};
    let faults: Vec<Fault> = vec![
        ("HMS Core too old", "huawei", |p| p.services[0].1 = 20_301_306, "token.service-outdated", Broken),
        (
            "HMS Core perhaps too old",
            "huawei",
            |p| p.services[0].1 = 20_401_300,
            "token.service-outdated",
            Degraded,
        ),
        ("HMS Core missing", "huawei", |p| p.services.clear(), "token.service-missing", Broken),
        (
            "HMS Core missing from a short report",
            "huawei",
            |p| {
                p.services.clear();
                p.others = 0;
            },
            "token.service-missing",
            Broken,
        ),
        ("MCS missing", "oppo", |p| p.services.clear(), "token.service-missing", Broken),
        ("xmsf missing", "xiaomi", |p| p.services.clear(), "token.service-missing", Degraded),
        ("notifications off", "huawei", |p| p.importance = "NONE", "display.notifications-off", Broken),
        ("app-op", "xiaomi", |p| p.op = "ignore", "display.notifications-off", Broken),
        ("permission denied", "oppo", |p| p.granted = false, "display.notifications-off", Broken),
        (
            "vendor's channel off",
            "xiaomi",
            |p| p.channel = ("mipush|com.example.bank|default", 0),
            "display.channel-off",
            Broken,
        ),
        ("stopped", "huawei", |p| p.stopped = true, "display.force-stopped", Degraded),
        (
            "EMUI missing",
            "huawei",
            |p| p.properties.retain(|(key, _)| *key != "ro.build.version.emui"),
            "eligibility.rom-not-vendor",
            Broken,
        ),
    ];
    let bench = Bench::new();
    for (name, vendor, spoil, finding, state) in faults {
        let healthy = phone(vendor);
        let mut broken = healthy.clone();
        spoil(&mut broken);
        let good = bench.phone(&healthy).verdict;
        assert_eq!(good.state, VerdictState::Healthy, "{name}: the twin: {}", good.summary.en);
        let diagnosis = bench.phone(&broken);
        let bad = &diagnosis.verdict;
        assert_eq!((bad.finding.as_str(), bad.state), (finding, state), "{name}: {}", bad.summary.en);
        assert_eq!(bad.vendor.as_deref(), Some(vendor), "{name}");
        let link = diagnosis.chains[0].links.iter().find(|j| j.finding == finding).unwrap();
        assert!(
            link.evidence.iter().all(|p| p.line > 0) && !link.evidence.is_empty(),
            "{name}: no line is named"
        );
    }
}

#[test]
fn users_are_judged_apart() {
    let bench = Bench::new();
    let mut phone = phone("oppo");
    phone.clone_granted = Some(false);
    let diagnosis = bench.phone(&phone);
    assert_eq!(diagnosis.verdict.state, VerdictState::Healthy, "{}", diagnosis.verdict.summary.en);
    let of = |user: u32| {
        let chain = diagnosis.chains.iter().find(|c| c.user == user).unwrap();
        chain.links.iter().find(|j| j.link.as_str() == "display").unwrap()
    };
    assert_eq!(of(0).state, State::Unknown, "a granted permission shows no message");
    assert!(of(0).notes.iter().any(|n| n.en.contains("permission")), "{:?}", of(0).notes);
    assert_eq!(of(999).state, State::Fail);
    assert_eq!(of(999).finding, "display.notifications-off");
}

#[test]
fn files_of_their_own_tell_the_same() {
    let bench = Bench::new();
    let mut phone = phone("huawei");
    phone.services[0].1 = 20_301_306;
    let log = phone.log.join("\n");
    let (getprop, packages, notification) = (phone.getprop(), phone.packages(), phone.notification());
    // A bundle asks for the packages one by one, the framework among them.
    let one = "Packages:\n  Package [android] (1):\n    versionCode=33\n\nQueries:\n\nDUMP OF SERVICE package:\nPackages:\n  Package [com.huawei.hwid] (1):\n    versionCode=20301306 minSdk=1\n    User 0: installed=true enabled=0\n\nDUMP OF SERVICE package:\nUnable to find package: com.huawei.android.pushagent\n";
    let bundle = zipped(&[
        ("manifest.json", b"{\"schema\":\"x\"}"),
        ("logcat.txt", log.as_bytes()),
        ("getprop.txt", getprop.as_bytes()),
        ("dumpsys-package.txt", format!("DUMP OF SERVICE package:\n{one}").as_bytes()),
        ("appops.txt", format!("$ cmd appops get {APP}\nPOST_NOTIFICATION: allow\n").as_bytes()),
    ]);
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(packages.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mixes: Vec<Vec<(&str, &[u8])>> = vec![
        vec![("a.log", log.as_bytes()), ("g.txt", getprop.as_bytes()), ("p.txt", packages.as_bytes())],
        vec![("p.txt", &utf16), ("n.txt", notification.as_bytes()), ("a.log", log.as_bytes())],
        vec![("bundle.zip", &bundle)],
    ];
    for (number, files) in mixes.iter().enumerate() {
        let (diagnosis, _) = bench.read(files, &Target::default());
        assert_eq!(
            diagnosis.verdict.finding, "token.service-outdated",
            "mix {number}: {}",
            diagnosis.verdict.summary.en
        );
        assert!(diagnosis.inputs.iter().any(|i| i.kind == "dumpsys"), "mix {number}");
    }
}

#[test]
fn only_an_authoritative_dump_says_that_something_is_missing() {
    let bench = Bench::new();
    let phone = phone("huawei");
    let log = phone.log.join("\n");
    let one = format!(
        "Packages:\n  Package [{APP}] (1):\n    versionCode=46 minSdk=1 targetSdk=33\n    User 0: installed=true stopped=false enabled=0\n"
    );
    let verdict = |dump: &str| {
        let files: [(&str, &[u8]); 2] = [("a.log", log.as_bytes()), ("p.txt", dump.as_bytes())];
        bench.read(&files, &Target::default()).0.verdict.finding
    };
    assert_eq!(verdict(&one), "", "one app's dump does not list the service");
    let cut = phone.packages();
    let cut = cut.split("\nHidden").next().unwrap().replace("com.huawei.hwid", "com.huawei.other");
    assert_eq!(verdict(&cut), "", "a list that is cut off");
    assert_eq!(verdict("Unable to find package: com.huawei.hwid\n"), "token.service-missing");
    assert_eq!(verdict("Unable to find package: com.example.bank\n"), "token.app-missing");
}

#[test]
fn other_apps_on_the_phone_are_nobodys_business() {
    let bench = Bench::new();
    let mut phone = phone("huawei");
    phone.log.clear();
    phone.importance = "NONE";
    let zip = layout_v2(&phone.report());
    let files: [(&str, &[u8]); 1] = [("bugreport.zip", &zip)];
    let nobody = bench.read(&files, &Target::default()).0.verdict;
    assert_ne!(nobody.state, VerdictState::Broken, "{}", nobody.summary.en);
    let target = Target { package: Some(APP.to_owned()), ..Target::default() };
    assert_eq!(bench.read(&files, &target).0.verdict.finding, "display.notifications-off");
}

#[test]
fn a_cut_zip_is_read_as_far_as_it_goes() {
    let bench = Bench::new();
    let zip = layout_v2(&phone("huawei").report());
    for part in [zip.len() / 3, zip.len() * 2 / 3, zip.len() - 30] {
        let (_, errors) = bench.read(&[("bugreport.zip", &zip[..part])], &Target::default());
        assert!(errors > 0, "{part}");
    }
}

#[test]
fn a_report_dates_its_own_lines_and_names_processes_in_its_event_log() {
    let bench = Bench::new();
    let mut phone = phone("huawei");
    // Only the event log, which comes behind it, says whose process wrote the push line.
    phone.log.retain(|line| !line.contains("Start proc"));
    phone.op = "ignore";
    let mut report = phone.report();
    report = report.replace("2026-06-14", "2019-06-14");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bugreport.txt");
    std::fs::write(&path, &report).unwrap();
    let request = Request { paths: vec![path], ..Request::default() };
    let case = LogReader::new(&bench.catalog).read(&request, &NoProgress).case;
    assert!(!case.notes.iter().any(|n| n.en.contains("year")), "{:?}", case.notes);
    let diagnosis = pushdoctor::chain::judge(case, &bench.catalog, &Target::default());
    assert_eq!(diagnosis.inputs[0].from.as_deref(), Some("2019-06-14T09:58:02.000+08:00"));
    assert_eq!(diagnosis.verdict.finding, "display.notifications-off", "{}", diagnosis.verdict.summary.en);
    assert_eq!(diagnosis.chains[0].package.as_deref(), Some(APP));
}

#[test]
fn a_dump_pasted_into_a_log_keeps_users_apart() {
    let bench = Bench::new();
    let mut phone = phone("oppo");
    phone.clone_granted = Some(false);
    phone.stopped = true;
    let log = format!("{}\n{}{}\n", phone.log[0], phone.packages(), phone.log[1]);
    let (diagnosis, _) = bench.read(&[("paste.log", log.as_bytes())], &Target::default());
    assert_ne!(diagnosis.inputs[0].kind, "dumpsys", "it holds log lines too");
    assert_eq!(diagnosis.verdict.finding, "display.force-stopped", "{}", diagnosis.verdict.summary.en);
    let clone = diagnosis.chains.iter().find(|c| c.user == 999).unwrap();
    assert!(clone.links.iter().any(|j| j.finding == "display.notifications-off"));
}

#[test]
fn a_token_that_a_line_shows_outweighs_what_a_page_says_of_versions() {
    let bench = Bench::new();
    let mut phone = phone("huawei");
    phone.services[0].1 = 20_301_306;
    phone.log.push(line(9, 4242, "HMSSDK_HmsInstanceId", "receive a token, refresh the local token"));
    let verdict = bench.phone(&phone).verdict;
    assert_ne!(verdict.state, VerdictState::Broken, "{}", verdict.summary.en);
}

#[test]
fn process_ids_of_the_time_before_a_restart_are_others() {
    let bench = Bench::new();
    let phone = phone("oppo");
    let last = line(5, 4242, "mcssdk---", "OPPO onRegister error = 14");
    let report = phone.report().replace(
        "------ SYSTEM PROPERTIES",
        &format!(
            "------ LAST LOGCAT (logcat -L -b all -v threadtime) ------\n{last}\n\n------ SYSTEM PROPERTIES"
        ),
    );
    let evidence = |report: &str| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("bugreport.txt");
        std::fs::write(&path, report).unwrap();
        let request = Request { paths: vec![path], ..Request::default() };
        let case = LogReader::new(&bench.catalog).read(&request, &NoProgress).case;
        case.evidence.into_iter().find(|e| e.finding.starts_with("oppo.client")).unwrap().package
    };
    assert_eq!(evidence(&report), None);
    assert_eq!(evidence(&report.replace("LAST LOGCAT", "SYSTEM LOG AFTER DONE")).as_deref(), Some(APP));
}

#[test]
fn a_dump_that_knows_nothing_of_the_app_asked_for_answers_nothing() {
    let bench = Bench::new();
    let dump = "Packages:\n  Package [com.huawei.hwid] (1):\n    versionCode=60600300\n";
    let getprop = phone("huawei").getprop();
    let target = Target { package: Some("com.example.other".to_owned()), ..Target::default() };
    let files: [(&str, &[u8]); 2] = [("g.txt", getprop.as_bytes()), ("p.txt", dump.as_bytes())];
    let (diagnosis, _) = bench.read(&files, &target);
    assert_eq!(diagnosis.verdict.state, VerdictState::Inconclusive, "{}", diagnosis.verdict.summary.en);
}
