//! `logs`: what a person and a program read of server records, and how the command ends. All rows
//! are made up. `PUSHDOCTOR_ACCEPT=1` rewrites the golden files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pushdoctor::catalog::Catalog;
use pushdoctor::lang::Lang;
use pushdoctor::read::NoProgress;
use pushdoctor::report::logs::{self, End, LogsFormat, Summary};
use pushdoctor::report::redact::Policy;
use pushdoctor::report::{Redactor, RenderOptions};
use pushdoctor::source::server_log::profile::Profiles;
use pushdoctor::source::server_log::reader::{self, ServerRequest};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/server").join(name)
}

fn run(args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_pushdoctor"))
        .args(args)
        .current_dir(home.path())
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("APPDATA", home.path())
        .env("PUSHDOCTOR_LANG", "en")
        .output()
        .unwrap()
}

fn json(args: &[&str]) -> serde_json::Value {
    let out = run(&[args, &["--format", "json"]].concat());
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {out:?}"))
}

/// The listing of an example with a fixed key, as the command makes it.
fn listing(name: &str, format: LogsFormat, lang: Lang) -> String {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let options = RenderOptions { lang, ..RenderOptions::default() };
    let redactor = Redactor::new(Policy::All, Some([7; 32]));
    let mut out = Vec::new();
    let mut writer = logs::writer(format, 4, &catalog, &options, &redactor, &mut out);
    let mut summary = Summary::default();
    let request = ServerRequest { paths: vec![example(name)], ..ServerRequest::default() };
    let outcome = reader::read(&request, &profiles, 0, &NoProgress, &mut |record, _| {
        summary.add(&record);
        writer.record(&record, name).unwrap();
        true
    });
    writer
        .finish(&End {
            coverage: &outcome.coverage,
            skipped: &outcome.skipped,
            skipped_count: outcome.skipped_count,
            summary: &summary,
            notes: &outcome.notes,
        })
        .unwrap();
    drop(writer);
    let text =
        String::from_utf8(out).unwrap().replace("\r\n", "\n").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn listings_read_as_they_should() {
    let cases = [
        ("logs-report-en.txt", "03-gateway-page-digest.log", LogsFormat::Table, Lang::En),
        ("logs-report-zh.txt", "03-gateway-page-digest.log", LogsFormat::Table, Lang::Zh),
        ("logs-forward-en.txt", "07-forward.jsonl", LogsFormat::Table, Lang::En),
        ("logs-forward-zh.txt", "07-forward.jsonl", LogsFormat::Table, Lang::Zh),
        ("logs-receipt.json", "huawei-receipt.json", LogsFormat::Json, Lang::En),
        ("logs-forward.csv", "06-forward.jsonl", LogsFormat::Csv, Lang::En),
    ];
    for (golden, name, format, lang) in cases {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(golden);
        let got = listing(name, format, lang);
        if std::env::var_os("PUSHDOCTOR_ACCEPT").is_some() {
            std::fs::write(&path, &got).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n"), got, "{golden}");
    }
}

#[test]
fn each_filter_takes_what_it_names() {
    let digest = example("03-gateway-page-digest.log");
    let digest = digest.to_str().unwrap();
    let count = |args: &[&str]| {
        let all = [&["logs", "report", digest], args].concat();
        json(&all)["records"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(count(&[]), 3);
    assert_eq!(count(&["--device", "VGhpc0lzQW5FeGFtcGxlMDM1"]), 2);
    assert_eq!(count(&["--user", "u1002"]), 1);
    assert_eq!(count(&["--code", "7002"]), 2);
    assert_eq!(count(&["--code", "mgs:7002"]), 2);
    assert_eq!(count(&["--code", "huawei:7002"]), 0);
    assert_eq!(count(&["--since", "2026-06-14 09:58:00"]), 2);
    assert_eq!(count(&["--until", "2026-06-14 09:58:10"]), 2);
    assert_eq!(count(&["--operation", "alipay.client.yunpushcore.bind"]), 0);
    // A part of an id is not the id.
    assert_eq!(count(&["--user", "u100"]), 0);
}

#[test]
fn identifiers_are_masked_unless_asked_for() {
    let receipt = example("huawei-receipt.json");
    let receipt = receipt.to_str().unwrap();
    for format in ["table", "json", "csv"] {
        let out = run(&["logs", "forward", receipt, "--format", format]);
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(!text.contains("ExampleHuaweiToken"), "{format}: {text}");
        assert!(text.contains("<token:"), "{format}");
        let out = run(&["logs", "forward", receipt, "--format", format, "--no-redact"]);
        assert!(String::from_utf8(out.stdout).unwrap().contains("ExampleHuaweiToken"), "{format}");
    }
}

#[test]
fn a_row_that_cannot_be_read_is_listed_with_file_line_and_reason() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gateway-page-digest.log");
    let whole = std::fs::read_to_string(example("03-gateway-page-digest.log")).unwrap();
    let mut lines: Vec<&str> = whole.lines().collect();
    let cut = lines[1].get(..90).unwrap();
    lines.insert(2, cut);
    std::fs::write(&path, lines.join("\n")).unwrap();
    let got = json(&["logs", "report", path.to_str().unwrap()]);
    assert_eq!(got["records"].as_array().unwrap().len(), 3);
    assert_eq!(got["skipped_count"], 1);
    assert_eq!(got["skipped"][0]["line"], 3);
    assert!(got["skipped"][0]["path"].as_str().unwrap().ends_with("gateway-page-digest.log"));
    assert!(!got["skipped"][0]["why"].as_str().unwrap().is_empty());
    assert_eq!(got["coverage"]["server"], "partial");
}

#[test]
fn a_file_that_is_given_twice_counts_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gateway-page-digest.log");
    std::fs::copy(example("03-gateway-page-digest.log"), &path).unwrap();
    let (file, folder) = (path.to_str().unwrap(), dir.path().to_str().unwrap());
    for args in [[file, file], [file, folder], [folder, file]] {
        let got = json(&[&["logs", "report"], args.as_slice()].concat());
        assert_eq!(got["records"].as_array().unwrap().len(), 3, "{args:?}");
        assert!(got["notes"].to_string().contains("twice"), "{args:?}");
    }
}

#[test]
fn the_exit_code_tells_found_nothing_and_could_not_run() {
    let dir = tempfile::tempdir().unwrap();
    let odd = dir.path().join("shopping.txt");
    std::fs::write(&odd, "bread\nmilk\n").unwrap();
    let digest = example("03-gateway-page-digest.log");
    let digest = digest.to_str().unwrap();
    let code = |args: &[&str]| run(args).status.code();
    assert_eq!(code(&["logs", "report", digest]), Some(0));
    assert_eq!(code(&["logs", "report", digest, "--user", "nobody"]), Some(3));
    assert_eq!(code(&["logs", "report"]), Some(2));
    assert_eq!(code(&["logs", "report", "missing.log"]), Some(2));
    assert_eq!(code(&["logs", "report", digest, "--code", "huawey:7002"]), Some(2));
    let out = run(&["logs", "report", odd.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(2));
    let text = String::from_utf8(out.stderr).unwrap();
    assert!(text.contains("tried") && text.contains("--profile"), "{text}");
}

#[test]
fn a_spreadsheet_runs_no_formula() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("forward.jsonl");
    let row = serde_json::json!({
        "time": "2026-06-14 10:00:00.000", "channel": "HMS", "msgId": "=HYPERLINK(\"http://x\")",
        "token": "IQAAAACyExampleHuaweiToken0000000000000001",
        "response": "{\"code\":\"80000000\",\"msg\":\"@SUM(1)\",\"requestId\":\"1\"}",
    });
    std::fs::write(&path, row.to_string()).unwrap();
    let out = run(&["logs", "forward", path.to_str().unwrap(), "--format", "csv"]);
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains("'=HYPERLINK") && text.contains("'@SUM"), "{text}");
}

#[test]
fn the_list_never_lands_on_or_beside_what_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gateway-page-digest.log");
    std::fs::copy(example("03-gateway-page-digest.log"), &path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let (file, folder) = (path.to_str().unwrap(), dir.path().to_str().unwrap());
    let list = dir.path().join("list.csv");
    let list = list.to_str().unwrap();
    for args in [["logs", "report", file, "-o", file], ["logs", "report", folder, "-o", list]] {
        assert_eq!(run(&args).status.code(), Some(2), "{args:?}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(!dir.path().join("list.csv").exists());
    assert_eq!(run(&["logs", "report", file, "-o", list, "--format", "csv"]).status.code(), Some(0));
    assert!(std::fs::read_to_string(list).unwrap().starts_with("kind,time"));
}
