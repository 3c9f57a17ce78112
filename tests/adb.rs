//! `collect` and `diagnose --adb` against a stand-in adb server, good and hostile. What the phones
//! say is made up.

mod stand_in;

use std::collections::BTreeMap;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use pushdoctor::catalog::Catalog;
use pushdoctor::source::adb::plan;
use stand_in::{Manner, Reply, StandIn, says};

const SERIAL: &str = "ABCDEF0123456789";
const ONE: &str =
    "ABCDEF0123456789       device usb:1-1 product:PFJM10 model:PFJM10 device:OP5 transport_id:1\n";
const LOG: &str = "--------- beginning of main\n\
    2026-06-14 09:58:01.000 +0800 10231  1234  1234 I art     : hello\n\
    2026-06-14 09:58:02.123 +0800 10231  1234  1260 D mOppo   : OPPO onRegister error = 14\n";
const PROPERTIES: &str = "[ro.product.brand]: [OPPO]\n[ro.product.manufacturer]: [OPPO]\n[ro.product.model]: [PFJM10]\n[ro.build.version.oplusrom]: [V13.1.0]\n[persist.sys.timezone]: [Asia/Shanghai]\n";
const APP: &str = "com.example.bank";

/// A phone that knows every command.
fn good(command: &str) -> Reply {
    let words: Vec<&str> = command.split(' ').collect();
    match words.as_slice() {
        ["date", ..] => says("2026-06-14 10:00:00 +0800\n"),
        ["getprop"] => says(PROPERTIES),
        ["logcat", ..] => says(LOG),
        ["dumpsys", "package", package] if package.starts_with("com.example") => says(&format!(
            "Packages:\n  Package [{package}] (1a2b3c):\n    versionCode=7 minSdk=24 targetSdk=33\n"
        )),
        ["dumpsys", "package", package] => says(&format!("Unable to find package: {package}\n")),
        ["dumpsys", service] => says(&format!("made-up dump of {service}\n")),
        ["cmd", "appops", ..] => says("POST_NOTIFICATION: allow\n"),
        ["am", ..] => says("10\n"),
        _ => Reply::Says(Vec::new(), "not found\n", 127),
    }
}

fn program(dir: &Path, server: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pushdoctor"));
    command
        .args(args)
        .args(["--adb-server", server])
        .current_dir(dir)
        .env("XDG_CONFIG_HOME", dir.join("config"))
        .env("HOME", dir)
        .env("APPDATA", dir.join("config"))
        .env("PUSHDOCTOR_LANG", "en")
        .env_remove("ANDROID_SERIAL")
        .env_remove("ADB_SERVER_SOCKET")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What came of a run.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

fn run(dir: &Path, server: &StandIn, args: &[&str]) -> Ran {
    program(dir, &server.address(), args).output().expect("the program starts").into()
}

/// The files of a zip.
fn unzip(path: &Path) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).expect("the zip")).expect("a whole zip");
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("an entry that can be read");
        let name = entry.name().expect("a name").into_owned();
        files.insert(name, String::from_utf8_lossy(&bytes).into_owned());
    }
    files
}

fn manifest(files: &BTreeMap<String, String>) -> serde_json::Value {
    serde_json::from_str(&files["manifest.json"]).expect("the manifest is JSON")
}

/// Nothing but what was there before.
fn left_over(dir: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(dir).unwrap().flatten().map(|e| e.file_name().to_string_lossy().into_owned());
    names.filter(|n| n.contains("part") || n.ends_with(".zip")).collect()
}

#[test]
fn a_good_phone_gives_a_bundle_that_the_diagnosis_reads() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let server = StandIn::start(Manner::Good, ONE, good);
    let ran = run(dir, &server, &["collect", "--package", APP, "-o", "b.zip"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.out, "b.zip\n");
    assert!(ran.err.contains("personal data"), "{}", ran.err);
    assert!(ran.err.contains("next: pushdoctor diagnose b.zip --package com.example.bank"), "{}", ran.err);
    let files = unzip(&dir.join("b.zip"));
    assert_eq!(files["logcat.txt"], LOG);
    assert_eq!(files["getprop.txt"], PROPERTIES);
    for (name, text) in &files {
        if let Some(service) = name.strip_prefix("dumpsys-").and_then(|n| n.strip_suffix(".txt")) {
            assert_eq!(text.lines().next(), Some(format!("DUMP OF SERVICE {service}:").as_str()), "{name}");
        }
    }
    let packages = &files["dumpsys-package.txt"];
    let services: usize = Catalog::builtin().vendors().map(|v| v.service.len()).sum();
    assert!(packages.matches("DUMP OF SERVICE package:").count() > services / 2, "{packages}");
    assert!(
        packages.contains("Package [com.example.bank]")
            && packages.contains("Unable to find package: com.heytap.mcs")
    );
    assert_eq!(files["appops.txt"], "$ cmd appops get com.example.bank\nPOST_NOTIFICATION: allow\n");
    let manifest = manifest(&files);
    assert_eq!(manifest["complete"], true, "{manifest}");
    assert_eq!(manifest["adb"]["shell"], "v2");
    let log = manifest["commands"].as_array().unwrap().iter().find(|c| c["file"] == "logcat.txt").unwrap();
    assert_eq!((log["exit"].as_i64(), log["bytes"].as_u64()), (Some(0), Some(LOG.len() as u64)));
    // The serial number stands nowhere, only its pseudonym.
    assert!(manifest["device"].as_str().unwrap().starts_with("<serial:"));
    assert!(!files["manifest.json"].contains(SERIAL) && !ran.err.contains(SERIAL));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(dir.join("b.zip")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Nothing is overwritten unasked.
    let again = run(dir, &server, &["collect", "-o", "b.zip"]);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("--force"), "{}", again.err);
    assert_eq!(run(dir, &server, &["collect", "-o", "b.zip", "--force"]).code, Some(0));
    assert_eq!(left_over(dir), ["b.zip"]);

    // The same in one step, and from the bundle: the same verdict.
    let args = ["diagnose", "b.zip", "--format", "json"];
    let from_bundle = Command::new(env!("CARGO_BIN_EXE_pushdoctor"))
        .args(args)
        .current_dir(dir)
        .env("HOME", dir)
        .env("XDG_CONFIG_HOME", dir.join("config"))
        .output()
        .unwrap();
    let at_once = run(dir, &server, &["diagnose", "--adb", "--format", "json"]);
    assert_eq!((from_bundle.status.code(), at_once.code), (Some(1), Some(1)), "{}", at_once.err);
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let (a, b) = (json(&String::from_utf8_lossy(&from_bundle.stdout)), json(&at_once.out));
    assert_eq!(a["verdict"]["finding"], "oppo.client.14");
    assert_eq!(a["verdict"], b["verdict"]);
    let paths: Vec<&str> =
        b["inputs"].as_array().unwrap().iter().map(|i| i["path"].as_str().unwrap()).collect();
    assert!(paths.contains(&"adb!/logcat.txt"), "{paths:?}");
    assert!(!at_once.out.contains("/tmp") && !at_once.out.contains(SERIAL), "{}", at_once.out);
}

#[test]
fn the_phone_must_be_one_that_can_be_asked() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let refused = |devices: &str, args: &[&str], says: &[&str]| {
        let server = StandIn::start(Manner::Good, devices, good);
        let ran = run(dir, &server, args);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        for word in says {
            assert!(ran.err.contains(word), "{word}: {}", ran.err);
        }
        assert_eq!(ran.err.trim_end().lines().count(), 1, "one sentence: {}", ran.err);
        assert_eq!(left_over(dir), [""; 0]);
    };
    let two = "AAAA1111  device model:PFJM10\nBBBB2222  device model:V2220A\n";
    refused("", &["collect", "-o", "b.zip"], &["no phone is connected", "USB debugging"]);
    refused(two, &["collect", "-o", "b.zip"], &["--serial", "AAAA1111 (PFJM10)", "BBBB2222 (V2220A)"]);
    refused(two, &["collect", "--serial", "CCCC"], &["no phone with this serial", "AAAA1111"]);
    refused("AAAA1111\tunauthorized\n", &["collect"], &["AAAA1111", "allow USB debugging"]);
    refused("AAAA1111\toffline\n", &["diagnose", "--adb"], &["offline"]);
    refused(
        "????????????  no permissions (user in plugdev group); see [http://x]\n",
        &["collect"],
        &["udev"],
    );
    refused(ONE, &["collect", "-o", "no/such/folder/b.zip"], &["no/such/folder/b.zip", "--output"]);
    refused(ONE, &["collect", "-o", "-"], &["standard output"]);
    refused(ONE, &["collect", "--package", "com.example;reboot"], &["application id"]);
    let zh = run(dir, &StandIn::start(Manner::Good, two, good), &["collect", "--lang", "zh"]);
    assert!(zh.err.contains("请用 --serial 指定"), "{}", zh.err);
    let server = StandIn::start(Manner::Good, two, good);
    assert_eq!(run(dir, &server, &["collect", "--serial", "BBBB2222", "-o", "b.zip"]).code, Some(0));
}

#[test]
fn a_hostile_server_is_one_sentence_and_never_a_wait_without_end() {
    let home = tempfile::tempdir().unwrap();
    for (manner, says) in [
        (Manner::Stalls, "did not answer"),
        (Manner::Trickles, "did not answer"),
        (Manner::Drops, "hung up"),
        (Manner::Garbage, "no adb server"),
        (Manner::BadLength, "no adb server"),
    ] {
        let server = StandIn::start(manner, ONE, good);
        let began = Instant::now();
        let ran = run(home.path(), &server, &["collect", "--timeout", "1"]);
        assert_eq!(ran.code, Some(2), "{manner:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{manner:?}: {}", ran.err);
        assert!(began.elapsed() < Duration::from_secs(8), "{manner:?}: {:?}", began.elapsed());
    }
    // Nobody listens: a port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ran = program(home.path(), &format!("127.0.0.1:{port}"), &["collect"]).output().unwrap();
    let ran = Ran::from(ran);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("adb start-server"), "{}", ran.err);
    let ran = Ran::from(program(home.path(), "nonsense:port", &["collect"]).output().unwrap());
    assert!(ran.code == Some(2) && ran.err.contains("--adb-server"), "{}", ran.err);
    assert_eq!(left_over(home.path()), [""; 0]);
}

#[test]
fn a_phone_that_unplugs_midway_leaves_a_whole_zip_that_says_what_is_missing() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    // In the middle of the log, behind the line that tells.
    let server = StandIn::start(Manner::Good, ONE, |command| match command.starts_with("logcat") {
        true => Reply::Unplugs(LOG.as_bytes().to_vec()),
        false => good(command),
    });
    let ran = run(dir, &server, &["collect", "--package", APP, "-o", "cut.zip"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("went away") && ran.err.contains("were not run"), "{}", ran.err);
    let files = unzip(&dir.join("cut.zip"));
    assert_eq!(files["logcat.txt"], LOG);
    let manifest = manifest(&files);
    assert_eq!(manifest["complete"], false);
    let missing = manifest["missing"].as_array().unwrap();
    let of = |file: &str| {
        missing.iter().find(|m| m["file"] == file).unwrap_or_else(|| panic!("{file}: {missing:?}"))
    };
    assert_eq!(of("logcat.txt")["partly"], true);
    assert_eq!(of("dumpsys-notification.txt")["partly"], false);
    assert!(of("dumpsys-usagestats.txt")["why"]["zh"].as_str().unwrap().contains("中断"));

    // Before the log: the zip is kept, and the exit code says that it tells little.
    let server = StandIn::start(Manner::Good, ONE, |command| match command.starts_with("logcat") {
        true => Reply::Unplugs(Vec::new()),
        false => good(command),
    });
    let ran = run(dir, &server, &["collect", "-o", "nolog.zip"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(unzip(&dir.join("nolog.zip")).contains_key("getprop.txt"));

    // At once: nothing is left behind.
    let server = StandIn::start(Manner::Good, ONE, |_| Reply::Unplugs(Vec::new()));
    let ran = run(dir, &server, &["collect", "-o", "none.zip"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(!dir.join("none.zip").exists());

    // Judged at once, what came before is judged.
    let server = StandIn::start(Manner::Good, ONE, |command| match command.starts_with("logcat") {
        true => Reply::Unplugs(LOG.as_bytes().to_vec()),
        false => good(command),
    });
    let ran = run(dir, &server, &["diagnose", "--adb"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("went away"), "{}", ran.err);
}

#[test]
fn a_command_without_answer_costs_itself_only() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let server = StandIn::start(Manner::Good, ONE, |command| match command {
        "dumpsys notification" => Reply::Stalls(b"NotificationRecord\n".to_vec()),
        "dumpsys deviceidle" => Reply::Says(b"Can't find service: deviceidle\n".to_vec(), "", 0),
        other => good(other),
    });
    let ran = run(dir, &server, &["collect", "-o", "b.zip", "--timeout", "1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.err.contains("dumpsys notification: cut short") && ran.err.contains("--timeout"),
        "{}",
        ran.err
    );
    let files = unzip(&dir.join("b.zip"));
    assert!(files["dumpsys-notification.txt"].ends_with("NotificationRecord\n"));
    assert!(files["dumpsys-usagestats.txt"].contains("made-up dump"));
    // Two in a row: nothing more is waited for.
    let server = StandIn::start(Manner::Good, ONE, |command| match command.starts_with("dumpsys package") {
        true => Reply::Stalls(Vec::new()),
        false => good(command),
    });
    let began = Instant::now();
    let ran = run(dir, &server, &["collect", "-o", "c.zip", "--timeout", "1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(began.elapsed() < Duration::from_secs(8));
    assert!(ran.err.contains("were not run"), "{}", ran.err);
    // Packets that do not exist end it, and what was there stays.
    let server = StandIn::start(Manner::Good, ONE, |command| match command == "dumpsys notification" {
        true => Reply::BadPacket,
        false => good(command),
    });
    let ran = run(dir, &server, &["collect", "-o", "d.zip"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("no adb server"), "{}", ran.err);
    assert_eq!(unzip(&dir.join("d.zip"))["logcat.txt"], LOG);
}

#[test]
fn an_old_phone_is_asked_in_the_forms_that_it_knows() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let usage = "Invalid parameter \"uid\" to -v\nUsage: logcat [options]\n";
    let server = StandIn::start(Manner::Old, ONE, move |command| match command {
        "logcat -d -v threadtime" => says(LOG),
        _ if command.starts_with("logcat") => Reply::Says(Vec::new(), usage, 255),
        _ if command.starts_with("cmd ") => {
            Reply::Says(b"/system/bin/sh: cmd: not found\n".to_vec(), "", 127)
        }
        _ if command.starts_with("appops get") => says("POST_NOTIFICATION: ignore\n"),
        _ => good(command),
    });
    let ran = run(dir, &server, &["collect", "--package", APP, "-o", "b.zip"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let files = unzip(&dir.join("b.zip"));
    assert_eq!(files["logcat.txt"], LOG, "no usage text, no doubled line ends, no mark");
    assert_eq!(files["appops.txt"], "$ appops get com.example.bank\nPOST_NOTIFICATION: ignore\n");
    assert_eq!(manifest(&files)["adb"]["shell"], "v1");
    // Pulled out in the middle, the missing mark tells.
    let server = StandIn::start(Manner::Old, ONE, |command| match command.starts_with("logcat") {
        true => Reply::Unplugs(LOG.as_bytes().to_vec()),
        false => good(command),
    });
    let ran = run(dir, &server, &["collect", "-o", "c.zip"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("went away"), "{}", ran.err);
    assert_eq!(unzip(&dir.join("c.zip"))["logcat.txt"], LOG);
}

/// Output without end is cut at the limit, which is much smaller here than in use.
#[test]
fn output_without_end_is_cut() {
    use pushdoctor::source::adb::{AdbError, Address, Limits, Part, Server, Spoken};
    let stand_in = StandIn::start(Manner::Good, ONE, |_| Reply::Endless);
    let address = Address { host: "127.0.0.1".into(), port: stand_in.port };
    let run = |limits: Limits| {
        let server = Server { address: address.clone(), limits, interrupted: &|| false };
        let device = server.choose(None).unwrap();
        let mut got = 0_u64;
        let result = server.run(&device, Spoken::Framed, "logcat -d", &mut |part| {
            if let Part::Out(bytes) = part {
                got += bytes.len() as u64;
            }
            Ok(())
        });
        (result, got)
    };
    let (result, got) = run(Limits { bytes: 1 << 20, ..Limits::default() });
    assert_eq!(result, Err(AdbError::TooMuch { bytes: 1 << 20 }));
    assert!((1 << 19..1 << 21).contains(&got), "{got}");
    let (result, _) = run(Limits { whole: Duration::from_millis(300), ..Limits::default() });
    assert_eq!(result, Err(AdbError::Endless { seconds: 0 }));
}

/// Ends a program as Ctrl-C does.
#[cfg(unix)]
fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|s| s.success()));
}

/// Waits until the phone was asked for this file, without an app.
#[cfg(unix)]
fn wait_for(server: &StandIn, file: &str) {
    let before =
        plan(&Catalog::builtin(), &[]).iter().position(|s| s.file == file).expect("a file of the plan");
    let began = Instant::now();
    while server.commands() <= before && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
}

#[cfg(unix)]
fn wait(child: Child) -> Ran {
    child.wait_with_output().expect("the program ends").into()
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_what_is_there() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let server = StandIn::start(Manner::Good, ONE, |command| match command == "dumpsys notification" {
        true => Reply::Stalls(b"NotificationRecord\n".to_vec()),
        false => good(command),
    });
    let child = program(dir, &server.address(), &["collect", "-o", "b.zip"]).spawn().unwrap();
    let asked = |n: usize| {
        let began = Instant::now();
        while server.commands() < n && began.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let before =
        plan(&Catalog::builtin(), &[]).iter().position(|s| s.file == "dumpsys-notification.txt").unwrap();
    asked(before + 1);
    std::thread::sleep(Duration::from_millis(300));
    interrupt(&child);
    let ran = wait(child);
    assert_eq!(ran.code, Some(130), "{}", ran.err);
    let files = unzip(&dir.join("b.zip"));
    assert_eq!(files["logcat.txt"], LOG);
    assert_eq!(manifest(&files)["interrupted"], true);
    assert_eq!(left_over(dir), ["b.zip"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_following_with_the_result_so_far() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let server = StandIn::start(Manner::Good, ONE, |command| match command.starts_with("logcat") {
        true => Reply::Stalls(LOG.as_bytes().to_vec()),
        false => good(command),
    });
    let args = ["diagnose", "--adb", "--follow", "--format", "json", "--package", APP];
    let mut child = program(dir, &server.address(), &args).spawn().unwrap();
    // The first judgement is there when its line is.
    let mut first = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.as_mut().unwrap()), &mut first)
        .unwrap();
    interrupt(&child);
    let ran = wait(child);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let last = ran.out.lines().last().unwrap_or(&first);
    let json: serde_json::Value = serde_json::from_str(last).expect("one line is one diagnosis");
    assert_eq!(json["verdict"]["finding"], "oppo.client.14");
    assert_eq!(json["exit_code"], 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_collecting_judges_what_is_there() {
    let home = tempfile::tempdir().unwrap();
    let server = StandIn::start(Manner::Good, ONE, |command| match command == "dumpsys notification" {
        true => Reply::Stalls(Vec::new()),
        false => good(command),
    });
    let child = program(home.path(), &server.address(), &["diagnose", "--adb"]).spawn().unwrap();
    wait_for(&server, "dumpsys-notification.txt");
    interrupt(&child);
    let ran = wait(child);
    assert_eq!(ran.code, Some(130), "{}", ran.err);
    assert!(ran.out.contains("INVALID") || ran.out.contains("14"), "{}", ran.out);
}

/// What a phone said does not stay behind in a temporary folder, however the program ends.
#[cfg(unix)]
#[test]
fn nothing_private_is_left_in_the_temporary_folder() {
    let home = tempfile::tempdir().unwrap();
    let temporary = home.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let count = || std::fs::read_dir(&temporary).unwrap().count();
    let server = StandIn::start(Manner::Good, ONE, |command| match command == "dumpsys notification" {
        true => Reply::Stalls(Vec::new()),
        false => good(command),
    });
    let start = || {
        let mut command = program(home.path(), &server.address(), &["diagnose", "--adb", "--timeout", "2"]);
        command.env("TMPDIR", &temporary).spawn().unwrap()
    };
    let child = start();
    wait_for(&server, "dumpsys-notification.txt");
    assert_eq!(count(), 1, "it lies there while it works");
    interrupt(&child);
    wait(child);
    assert_eq!(count(), 0);
    assert_eq!(wait(start()).code, Some(1));
    assert_eq!(count(), 0);
}

#[test]
fn following_writes_what_changes_and_ends_with_the_last_result() {
    let home = tempfile::tempdir().unwrap();
    let (first, second) = LOG.split_at(LOG.find("2026-06-14 09:58:02").unwrap());
    let pieces = vec![first.as_bytes().to_vec(), second.as_bytes().to_vec()];
    let server = StandIn::start(Manner::Good, ONE, move |command| match command.starts_with("logcat") {
        true if command.contains("-d") => Reply::Says(Vec::new(), "not asked here", 1),
        // Pieces small as these could be a refusal: the next form is tried, and finds no phone.
        true => Reply::Slowly(pieces.clone()),
        false => good(command),
    });
    let ran = run(home.path(), &server, &["diagnose", "--adb", "--follow", "--package", APP]);
    assert_eq!(ran.code, Some(1), "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains("went away"), "{}", ran.err);
    let changed: Vec<&str> = ran.out.lines().filter(|l| l.contains("token: ")).collect();
    assert!(changed.iter().any(|l| l.contains("fail")), "{}", ran.out);
    let news = ran.out.lines().take_while(|l| l.as_bytes().get(2) == Some(&b':')).count();
    assert!((2..=5).contains(&news), "one line a change, none for what stays open: {}", ran.out);
    assert!(ran.out.trim_end().lines().count() > 10, "the whole report comes last: {}", ran.out);
}

#[test]
fn an_old_phone_is_followed_in_a_form_that_it_knows() {
    let home = tempfile::tempdir().unwrap();
    let server = StandIn::start(Manner::Old, ONE, |command| match command {
        "logcat -v threadtime" => Reply::Unplugs(LOG.as_bytes().to_vec()),
        _ if command.starts_with("logcat") => says("Invalid parameter \"uid\" to -v\n"),
        _ => good(command),
    });
    let ran = run(home.path(), &server, &["diagnose", "--adb", "--follow", "--format", "json"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let last: serde_json::Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["verdict"]["finding"], "oppo.client.14");
}

/// A phone that can be asked what a report proposes as the next observation gives it to `collect`.
#[test]
fn collect_takes_the_next_observations() {
    let catalog = Catalog::builtin();
    let steps = plan(&catalog, &["{package}".to_owned()]);
    let commands: Vec<&str> = steps.iter().flat_map(|s| s.commands.first()).map(String::as_str).collect();
    let mut seen = 0;
    for next in catalog.vendors().flat_map(|v| v.next.iter()) {
        let first = next.command.split('|').next().unwrap().trim();
        let covered = if let Some(command) = first.strip_prefix("adb shell ") {
            commands.iter().any(|c| command == *c || command.starts_with(&format!("{c} ")))
        } else if first.starts_with("adb logcat") {
            commands.iter().any(|c| c.starts_with("logcat"))
        } else {
            continue;
        };
        seen += 1;
        assert!(covered, "collect does not take what the report proposes: {}", next.command);
    }
    assert!(seen > 20, "{seen}");
}

/// Past the capture of the test runner, so that it is always seen.
fn skipped(why: &str) {
    let _ =
        writeln!(std::io::stderr(), "the_real_adb_server_without_a_phone_is_one_sentence: skipped: {why}");
}

/// Debian's own server, without a phone. Skipped, and saying so, where no `adb` is installed.
#[test]
fn the_real_adb_server_without_a_phone_is_one_sentence() {
    let home = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let adb = |args: &[&str]| {
        Command::new("adb")
            .args(["-P", &port])
            .args(args)
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .output()
    };
    if !adb(&["start-server"]).is_ok_and(|o| o.status.success()) {
        skipped("no adb on this machine (Debian: apt-get install adb)");
        return;
    }
    let listed =
        adb(&["devices"]).map(|o| String::from_utf8_lossy(&o.stdout).trim().lines().count()).unwrap_or(0);
    let server = format!("127.0.0.1:{port}");
    let ran = Ran::from(program(home.path(), &server, &["collect", "-o", "b.zip"]).output().unwrap());
    let chinese =
        Ran::from(program(home.path(), &server, &["diagnose", "--adb", "--lang", "zh"]).output().unwrap());
    let named = Ran::from(program(home.path(), &server, &["collect", "--serial", "NONE"]).output().unwrap());
    let _ = adb(&["kill-server"]);
    if listed > 1 {
        skipped("a phone is connected to this machine");
        return;
    }
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_eq!(ran.err.trim_end().lines().count(), 1, "{}", ran.err);
    assert!(ran.err.contains("no phone is connected"), "{}", ran.err);
    assert_eq!(chinese.code, Some(2));
    assert!(chinese.err.contains("没有连接手机"), "{}", chinese.err);
    assert!(named.code == Some(2) && named.err.contains("no phone with this serial"), "{}", named.err);
}
