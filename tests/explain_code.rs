//! `explain-code` as people and scripts run it.

use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use pushdoctor::catalog::Catalog;
use pushdoctor::commands::explain::{Found, table};
use pushdoctor::lang::Lang;
use pushdoctor::report::RenderOptions;

fn command(args: &[&str]) -> Command {
    let home = std::env::temp_dir().join("pushdoctor-test-home");
    let mut command = Command::new(env!("CARGO_BIN_EXE_pushdoctor"));
    command.args(args).stdin(Stdio::null());
    for name in ["HOME", "XDG_CONFIG_HOME", "APPDATA", "USERPROFILE"] {
        command.env(name, &home);
    }
    for name in ["PUSHDOCTOR_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS", "NO_COLOR", "CLICOLOR_FORCE"]
    {
        command.env_remove(name);
    }
    command
}

fn run(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(args: &[&str]) -> (serde_json::Value, Option<i32>) {
    let mut all = vec!["explain-code", "--format", "json"];
    all.extend(args);
    let output = run(&all);
    (serde_json::from_str(&stdout(&output)).unwrap(), output.status.code())
}

fn ids(value: &serde_json::Value) -> Vec<String> {
    let text = |m: &serde_json::Value, key: &str| m[key].as_str().unwrap().to_owned();
    value["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| format!("{}.{}.{}", text(m, "vendor"), text(m, "side"), text(m, "code")))
        .collect()
}

#[test]
fn an_ambiguous_code_shows_every_meaning_client_first() {
    let output = run(&["explain-code", "huawei", "2"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0));
    assert!(text.starts_with("huawei client 2  SERVICE_VERSION_UPDATE_REQUIRED"), "{text}");
    assert!(text.find("huawei client 2") < text.find("huawei receipt 2"), "{text}");
    assert!(text.contains("who acts") && text.contains("1. "));
    assert!(output.stderr.is_empty());
    let zh = stdout(&run(&["--lang", "zh", "explain-code", "华为", "2"]));
    assert!(zh.contains("原因") && zh.contains("HMS Core"), "{zh}");
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let (value, code) = json(&["huawei", "2"]);
    assert_eq!((value["schema"].as_str(), code), (Some("pushdoctor.code/1"), Some(0)));
    assert_eq!(ids(&value).first().map(String::as_str), Some("huawei.client.2"));
    let first = &value["matches"][0];
    for key in [
        "vendor", "side", "code", "symbol", "link", "kind", "retry", "status", "meaning", "cause", "fix",
        "source", "owner", "basis", "aliases", "note",
    ] {
        assert!(!first[key].is_null(), "{key}");
    }
    for lang in ["en", "zh"] {
        assert!(first["meaning"][lang].is_string() && first["fix"][lang].is_array());
    }
}

#[test]
fn without_a_vendor_every_vendor_that_has_it_answers() {
    let (value, code) = json(&["2"]);
    let ids = ids(&value);
    assert_eq!(code, Some(0));
    let vendors: Vec<&str> = ids.iter().filter_map(|id| id.split('.').next()).collect();
    assert!(vendors.contains(&"huawei") && vendors.iter().any(|v| *v != "huawei"), "{ids:?}");
    let mut grouped = vendors.clone();
    grouped.dedup();
    let count = grouped.len();
    grouped.sort_unstable();
    grouped.dedup();
    assert_eq!(grouped.len(), count, "a vendor stands in two places: {vendors:?}");
}

#[test]
fn an_unknown_code_ends_with_1_and_a_question() {
    let (value, code) = json(&["huawei", "907135009"]);
    assert_eq!(code, Some(1));
    assert_eq!(value["matches"].as_array().map(Vec::len), Some(0));
    assert!(value["did_you_mean"].as_array().is_some_and(|a| !a.is_empty()));
    let output = run(&["explain-code", "huawei", "907135009"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(stderr(&output).contains("did you mean") && stderr(&output).contains("90713500"));
    assert!(stderr(&run(&["explain-code", "oppo", "907135000"])).contains("huawei client 907135000"));
}

#[test]
fn an_unknown_vendor_or_side_ends_with_2_and_a_question() {
    for (args, part) in [
        (&["explain-code", "huawie", "2"][..], "did you mean huawei?"),
        (&["explain-code", "--list", "xiaomy"], "xiaomi"),
        (&["explain-code", "huawei", "2", "--side", "recipt"], "receipt"),
        (&["explain-code", "nokia", "2"], "nokia"),
        (&["explain-code"], "huawei 2"),
        (&["explain-cod", "2"], "explain-code"),
        (&["explain-code", "--error-codes", "no/such/folder", "2"], "no/such/folder"),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(part), "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    let zh = stderr(&run(&["--lang=zh", "explain-code", "huawie", "2"]));
    assert!(zh.contains("未知厂商") && zh.contains("huawei"), "{zh}");
}

#[test]
fn search_finds_words_of_the_other_language() {
    for (args, expected) in [
        (&["explain-code", "--lang", "en", "--search", "指纹"][..], "huawei.client.6003"),
        (&["explain-code", "--lang", "zh", "--search", "fingerprint huawei"], "huawei.client.6003"),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains(expected), "{args:?}: {}", stdout(&output));
    }
    assert_eq!(run(&["explain-code", "--search", "qqqqqqq"]).status.code(), Some(1));
}

#[test]
fn lists_have_one_line_a_code() {
    let catalog = Catalog::builtin();
    let all = stdout(&run(&["explain-code", "--list"]));
    assert_eq!(all.lines().count(), catalog.codes().count());
    let oppo = stdout(&run(&["explain-code", "--list", "欧珀", "--side", "client"]));
    assert_eq!(
        oppo.lines().count(),
        catalog.codes().filter(|c| c.vendor == "oppo" && c.side == "client").count()
    );
    assert!(oppo.lines().all(|l| l.starts_with("oppo.client.")));
    assert_eq!(stdout(&run(&["explain-code", "oppo", "--side", "client"])), oppo);
    assert_eq!(stdout(&run(&["explain-code", "oppo", "客户端"])), oppo);
    let nothing = run(&["explain-code", "06-14 09:58:02.123  4617  4640 I ActivityManager: nothing"]);
    assert_eq!(nothing.status.code(), Some(1));
}

#[test]
fn answers_and_log_lines_are_read() {
    let answer = r#"POST https://push-api.cloud.huawei.com/v1/1/messages:send -> {"code":"80300007","msg":"All the tokens are invalid","requestId":"1"}"#;
    assert!(ids(&json(&[answer]).0).contains(&"huawei.server.80300007".to_owned()));
    let mut child = command(&["explain-code", "vivo", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all("{\n \"result\": 10302,\n \"desc\": \"regId不合法\"\n}\n".as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let value: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(ids(&value).contains(&"vivo.server.10302".to_owned()), "{value}");
    let line = "06-14 09:58:02.123  4617  4640 E HMSSDK_HmsInstanceId: TokenTask failed, ErrorCode:907135000";
    assert!(ids(&json(&[line]).0).contains(&"huawei.client.907135000".to_owned()));
    assert!(ids(&json(&["RPCException: [7003]"]).0).contains(&"mgs.rpc.7003".to_owned()));
}

#[test]
fn a_long_paste_is_answered_at_once() {
    let noise = "2024-06-14 nothing to see here [1] pid 4617 ".repeat(5000);
    let mut child = command(&["explain-code", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = std::time::Instant::now();
    let text = format!("{noise} 小米返回错误码：20301 {noise}");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(stdout(&output).contains("20301"), "{}", stderr(&output));
    assert!(start.elapsed().as_secs() < 20);
    let nothing = run(&["explain-code", "{\"a\":{\"b\":[1,2,3]}}"]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(stderr(&nothing).contains("no code was recognised"), "{}", stderr(&nothing));
    assert_eq!(run(&["explain-code", "vivo", "返回", "10003"]).status.code(), Some(0));
}

#[test]
fn every_entry_answers_in_both_languages() {
    let catalog = Catalog::builtin();
    for lang in [Lang::En, Lang::Zh] {
        for width in [40, 100] {
            let options = RenderOptions { lang, width, ..RenderOptions::default() };
            for code in catalog.codes() {
                let text = table::render(&Found { codes: vec![code], ..Found::default() }, &options);
                let words = match lang {
                    Lang::En => &code.en,
                    Lang::Zh => &code.zh,
                };
                let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                for sentence in std::iter::once(&words.meaning).chain(words.fix.iter()) {
                    let wanted: String = sentence.chars().filter(|c| !c.is_whitespace()).collect();
                    assert!(squeezed.contains(&wanted), "{}: {sentence}\n{text}", code.finding());
                }
            }
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = command(&["explain-code", "--list", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut start = [0u8; 16];
    stdout.read_exact(&mut start).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn there_is_colour_only_where_it_is_wanted() {
    assert!(!stdout(&run(&["explain-code", "huawei", "2"])).contains('\u{1b}'));
    assert!(stdout(&run(&["explain-code", "huawei", "2", "--color", "always"])).contains("\u{1b}["));
    let forced = command(&["explain-code", "huawei", "2"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(stdout(&forced).contains("\u{1b}["));
}

#[test]
fn a_team_s_note_stands_out() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("notes.toml"),
        "[[note]]\nvendor = \"huawei\"\ncode = \"907135000\"\ntext = \"ask Li\"\n",
    )
    .unwrap();
    let text =
        stdout(&run(&["explain-code", "huawei", "907135000", "--error-codes", dir.path().to_str().unwrap()]));
    assert!(text.contains("ask Li"), "{text}");
    assert!(text.find("ask Li") < text.find("cause"), "{text}");
}

#[test]
fn completions_and_manuals_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        assert!(output.status.success() && stdout(&output).contains("explain-code"), "{shell}");
    }
    assert!(stdout(&run(&["man"])).contains(".TH"));
    assert!(stdout(&run(&["man", "explain-code"])).contains("search"));
    let wrong = run(&["man", "explain"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("explain-code"));
}

#[test]
fn help_goes_to_standard_output_and_mistakes_do_not() {
    let help = run(&["--lang", "zh", "--help"]);
    assert!(help.status.success() && stdout(&help).contains("退出码"));
    let wrong = run(&["explain-code", "--nonsense"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(wrong.stdout.is_empty());
    let version = run(&["--version"]);
    assert!(stdout(&version).starts_with("pushdoctor "));
}
