//! Bad input gets one clear sentence on standard error and the documented exit code; never a panic,
//! never silence.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pushdoctor"))
        .args(args)
        .current_dir(dir)
        .env("XDG_CONFIG_HOME", dir.join("config"))
        .env("HOME", dir)
        .env("APPDATA", dir.join("config"))
        .env("PUSHDOCTOR_LANG", "en")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

#[track_caller]
fn refused(dir: &Path, args: &[&str], code: i32, says: &str) {
    let out = run(dir, args);
    let err = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {err}");
    assert!(err.contains(says), "{args:?}: {err}");
    assert!(!err.contains("panicked"), "{args:?}: {err}");
    assert!(!err.contains('\u{1b}'), "{args:?}: {err}");
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn what_cannot_be_read_is_said_in_one_sentence() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.join(name), bytes).unwrap();
    std::fs::create_dir(dir.join("nothing")).unwrap();
    write("empty.log", b"");
    write("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    write("plain.log", b"06-14 09:58:02.123  1234  1260 I art     : hello\n");
    let log = std::fs::read(example("02-huawei-hms-outdated.log")).unwrap();
    let packed = gzip(&log);
    write("start.gz", &packed[..5]);
    write("whole.gz", &packed);
    write("bomb.gz", &gzip(&vec![b'a'; 100 << 20]));
    refused(dir, &["diagnose", "missing.log"], 2, "missing.log: no such file");
    refused(dir, &["diagnose", "empty.log"], 2, "empty");
    refused(dir, &["diagnose", "nothing"], 2, "no readable log");
    refused(dir, &["diagnose", "a.png"], 2, "PNG");
    refused(dir, &["diagnose", "start.gz"], 2, "ends early");
    refused(dir, &["diagnose", "bomb.gz"], 2, "expands");
    refused(dir, &["diagnose", "-"], 2, "empty");
    refused(dir, &["diagnose"], 2, "no log given");
    refused(dir, &["diagnose", "plain.log"], 3, "no push line");
    refused(dir, &["diagnose", "plain.log", "--vendor", "huawie"], 2, "did you mean huawei");
    refused(dir, &["diagnose", "plain.log", "--check", "tokne"], 2, "did you mean token");
    refused(dir, &["diagnose", "plain.log", "--since", "soon"], 2, "--since");
    refused(dir, &["diagnose", "plain.log", "-o", "no/such/dir/r.json"], 2, "cannot be written");
    refused(dir, &["explain-code", "huawei", "99999"], 1, "99999");
    refused(dir, &["explain-code", "huawie", "2"], 2, "did you mean huawei");
    // What was typed is not repeated where it may be private.
    for typed in ["13812345678", "IQAAAACy0ABCDE9QZk3xL7pX2mN4vR8sT1uW6yZ0"] {
        for format in ["table", "json"] {
            let out = run(dir, &["explain-code", "huawei", typed, "--format", format]);
            assert_eq!(out.status.code(), Some(1));
            let shown = [out.stdout, out.stderr].concat();
            assert!(!String::from_utf8_lossy(&shown).contains(typed), "{typed} as {format}");
        }
    }
    assert_eq!(run(dir, &["diagnose", "whole.gz"]).status.code(), Some(1));
}

#[test]
fn one_bad_file_never_hides_the_others() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    std::fs::write(dir.join("empty.log"), b"").unwrap();
    let good = example("09-package-mismatch.log");
    refused(dir, &["diagnose", "empty.log", good.to_str().unwrap()], 1, "empty.log");
}

#[test]
fn a_hole_of_three_gigabytes_is_refused_at_its_start() {
    let home = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(home.path().join("hole.log")).unwrap();
    if file.set_len(3 << 30).is_err() {
        println!("skipped: the file system has no sparse files");
        return;
    }
    refused(home.path(), &["diagnose", "hole.log"], 2, "hole.log");
}

#[test]
fn an_overlay_with_a_mistake_names_it() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    std::fs::create_dir_all(dir.join("codes/huawei")).unwrap();
    std::fs::write(dir.join("codes/huawei/client.toml"), "[[code]]\ncod = \"2\"\n").unwrap();
    refused(dir, &["explain-code", "huawei", "2", "--error-codes", "codes"], 2, "unknown field `cod`");
    refused(dir, &["explain-code", "huawei", "2", "--error-codes", "none"], 2, "none");
}

#[test]
fn hostile_text_reaches_the_terminal_harmless() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let line = "06-14 09:58:02.123  1234  1260 E mPush14 : \u{1b}[2J\u{202e}huawei getToken failed, code = 2 token=IQAAAACy0a7kAACx3Zq9wLk2VtB8sYq4r7cPw0\n";
    std::fs::write(dir.join("evil\u{1b}[31m.log"), line).unwrap();
    for format in ["table", "json"] {
        let out = run(dir, &["diagnose", ".", "--format", format]);
        let text = String::from_utf8_lossy(&out.stdout);
        assert_eq!(out.status.code(), Some(1), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
        assert!(!text.contains("IQAAAACy0a7k"), "{text}");
    }
}
