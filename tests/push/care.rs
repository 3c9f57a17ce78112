//! What must not happen: a message that nobody confirmed, one sent twice, a secret on a screen.

use serde_json::Value;

use super::keys::{APP_ID, ID, PACKAGE};
use super::stage::{DEVICE, Stage, USER, credentials, secret_of, secrets, texts, token};
use super::vendors::ALL;
use super::wire::{Fault, Part};

#[test]
fn nothing_goes_out_of_a_pipe_without_yes() {
    for vendor in ["mps", "huawei"] {
        let stage = if vendor == "mps" { Stage::mps() } else { Stage::with(vendor) };
        let run = match vendor {
            "mps" => stage.run(&["send-test", "--device", DEVICE]),
            vendor => stage.run(&["send-test", "--via", vendor, "--token", token(vendor)]),
        };
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.contains("--yes"), "{run:?}");
        assert_eq!(stage.mps.book().count(Part::Send), 0);
        if let Some(vendor) = &stage.vendor {
            assert_eq!((vendor.count(Part::Login), vendor.count(Part::Send)), (0, 0));
        }
        assert!(stage.journal().is_empty(), "{}", stage.journal());
    }
}

#[test]
fn a_dry_run_checks_as_a_send_does() {
    let stage = Stage::mps();
    let run = stage.send(&["--device", DEVICE, "--dry-run", "--set", "Silent=2"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("Silent"), "{run:?}");
}

#[test]
fn a_dry_run_asks_nobody_and_shows_the_request() {
    for via in ALL.iter().copied().chain(["mps"]) {
        let stage = if via == "mps" { Stage::mps() } else { Stage::with(via) };
        let target = if via == "mps" { ["--device", DEVICE] } else { ["--token", token(via)] };
        let args = [&["--via", via, "--dry-run"], target.as_slice()].concat();
        let run = stage.send(&args);
        assert_eq!(run.code, Some(0), "{via}: {run:?}");
        let got = run.json();
        assert_eq!((&got["schema"], &got["dry_run"]), (&"pushdoctor.send/1".into(), &true.into()), "{got}");
        let requests = got["requests"].as_array().unwrap();
        let sends: Vec<&Value> = requests.iter().filter(|r| r["step"] == "send").collect();
        assert_eq!(sends.len(), 1, "{via}: {got}");
        assert_eq!((&sends[0]["via"], &sends[0]["method"]), (&via.into(), &"POST".into()));
        let url = if via == "mps" { stage.mps.url() } else { stage.vendor().url() };
        assert!(sends[0]["url"].as_str().is_some_and(|u| u.starts_with(&url)), "{got}");
        let login = ["huawei", "honor", "oppo", "vivo", "fcm"].contains(&via);
        assert_eq!(requests.iter().any(|r| r["step"] == "login"), login, "{via}: {got}");
        if login {
            // In a form it stands encoded, as everything there.
            let encoded = run.out.contains("%3Caccess+token%3E");
            assert!(run.out.contains("<access token>") || encoded, "{via}: {got}");
        }
        run.keeps(&secrets());
        let encoded: Vec<String> = secrets().iter().map(|s| super::proof::encoded(s)).collect();
        run.keeps(&encoded.iter().map(String::as_str).collect::<Vec<_>>());
        run.keeps(&[target[1]]);
        assert!(stage.mps.book().requests.is_empty(), "{via}");
        if let Some(vendor) = &stage.vendor {
            assert_eq!((vendor.count(Part::Login), vendor.count(Part::Send)), (0, 0), "{via}");
        }
        assert!(stage.journal().is_empty(), "{via}: {}", stage.journal());
        // On request the ids stand there, the secrets still do not.
        let shown = stage.send(&[args.as_slice(), &["--no-redact"]].concat());
        shown.keeps(&secrets());
        let plain = texts(&shown.json())
            .iter()
            .any(|t| t.contains(target[1]) || t.contains(&super::proof::encoded(target[1])));
        assert!(plain, "{via}: {}", shown.out);
    }
}

#[test]
fn no_secret_and_no_token_reaches_an_output_or_the_journal() {
    let mut all = secrets();
    all.extend([DEVICE, USER, "made up title", "made up content"]);
    for via in ALL.iter().copied().chain(["mps"]) {
        let stage = if via == "mps" { Stage::mps() } else { Stage::with(via) };
        let target = if via == "mps" { ["--device", DEVICE] } else { ["--token", token(via)] };
        let texts = ["--title", "made up title", "--content", "made up content"];
        for format in ["json", "table"] {
            for code in [None, Some("10001"), Some("400")] {
                let part = if code == Some("400") { Part::Login } else { Part::Send };
                if let Some(code) = code {
                    // An answer that repeats what it was given, as some do.
                    let body = format!(
                        "{{\"code\":{code},\"token\":\"{}\",\"key\":\"{}\"}}",
                        token(via),
                        secret_of(via)
                    );
                    let answer = super::wire::Answer::text(400, "application/json", &body);
                    stage.mps.fault(part, Fault::Instead(answer.clone()));
                    if let Some(vendor) = &stage.vendor {
                        vendor.fault(part, Fault::Instead(answer));
                    }
                }
                let args = [
                    &["send-test", "--via", via, "--yes", "--again", "--format", format],
                    target.as_slice(),
                    &texts,
                ]
                .concat();
                let run = stage.run(&args);
                assert!(run.code.is_some_and(|c| c < 4), "{via}: {run:?}");
                run.keeps(&secrets());
                run.keeps(&[target[1], token(via)]);
                stage.forget_faults();
            }
        }
        let journal = stage.journal();
        assert!(!journal.is_empty(), "{via}");
        for secret in all.iter().chain([&target[1], &token(via)]) {
            assert!(!journal.contains(secret), "{via}: {secret}: {journal}");
        }
        let history = stage.run(&["send-test", "--history"]);
        history.keeps(&all);
        history.keeps(&[target[1]]);
    }
}

#[test]
fn the_same_message_id_goes_out_once() {
    let stage = Stage::mps();
    stage.send_mps(&["--msg", "pd-twice"]).ended("accepted", 0);
    let run = stage.run(&["send-test", "--device", DEVICE, "--yes", "--msg", "pd-twice"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("--again"), "{run:?}");
    assert_eq!(stage.mps.accepted().len(), 1);
    stage.send_mps(&["--msg", "pd-twice", "--again"]).ended("accepted", 0);
    assert_eq!(stage.mps.accepted().len(), 2);
}

#[test]
fn an_equal_message_of_unknown_outcome_is_not_sent_over_it() {
    let stage = Stage::mps();
    let same = ["--title", "t", "--content", "the same text"];
    stage.mps.fault(Part::Send, Fault::DropTaken);
    stage.send_mps(&same).ended("unknown", 3);
    let run = stage.run(&[&["send-test", "--device", DEVICE, "--yes"], same.as_slice()].concat());
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("--again"), "{run:?}");
    assert_eq!(stage.mps.accepted().len(), 1);
    // Another target or text is another message.
    stage.send(&[&["--user", USER, "--yes"], same.as_slice()].concat()).ended("accepted", 0);
    stage.send_mps(&["--title", "t", "--content", "another text"]).ended("accepted", 0);
    stage.send_mps(&[same.as_slice(), &["--again"]].concat()).ended("accepted", 0);
    assert_eq!(stage.mps.accepted().len(), 4);
}

#[test]
fn a_text_that_is_made_anew_makes_no_other_message_of_an_unknown_one() {
    let stage = Stage::with("huawei");
    stage.vendor().fault(Part::Send, Fault::DropTaken);
    stage.send_vendor(&[]).ended("unknown", 3);
    let args = ["send-test", "--via", "huawei", "--token", token("huawei"), "--yes"];
    let run = stage.run(&args);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_eq!(stage.vendor().accepted().len(), 1);
    stage.send_vendor(&["--again"]).ended("accepted", 0);
    assert_eq!(stage.vendor().accepted().len(), 2);
}

#[test]
fn an_equal_message_that_was_taken_just_now_goes_with_a_note() {
    let stage = Stage::mps();
    let same = ["--title", "t", "--content", "the same text"];
    stage.send_mps(&same).ended("accepted", 0);
    let run = stage.send_mps(&same);
    run.ended("accepted", 0);
    assert!(!run.err.trim().is_empty(), "a note stands on standard error: {run:?}");
}

#[test]
fn two_runs_at_once_send_one_message() {
    let stage = Stage::mps();
    for _ in 0..2 {
        stage.mps.fault(Part::Query, Fault::Slow(200, 0));
        stage.mps.fault(Part::Send, Fault::Slow(300, 300));
    }
    let args = ["send-test", "--device", DEVICE, "--yes", "--msg", "pd-at-once"];
    let first = stage.command(&args).stdout(std::process::Stdio::null()).spawn().unwrap();
    let second = stage.command(&args).stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut codes: Vec<Option<i32>> =
        [first, second].map(|child| child.wait_with_output().unwrap().status.code()).to_vec();
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(2)]);
    assert_eq!(stage.mps.accepted().len(), 1);
}

#[test]
fn everybody_is_written_to_only_by_name() {
    let stage = Stage::mps();
    let broadcast = ["--api", "broadcast", "--set", "TemplateName=notice", "--set", "BindPeriod=1", "--yes"];
    for confirm in [vec![], vec!["--confirm-broadcast", "ONEX000000000001"], vec!["--confirm-broadcast", ""]]
    {
        let run = stage.run(&[&["send-test"], broadcast.as_slice(), &confirm].concat());
        assert_eq!(run.code, Some(2), "{confirm:?}: {run:?}");
    }
    assert!(stage.mps.book().requests.iter().all(|(part, _)| *part != Part::Send));
    stage.send(&[broadcast.as_slice(), &["--confirm-broadcast", APP_ID]].concat()).ended("accepted", 0);
    assert_eq!(stage.mps.accepted().len(), 1);
}

#[test]
fn a_message_is_taken_back() {
    let stage = Stage::mps();
    for id in ["pd-first", "pd-second"] {
        stage.send_mps(&["--msg", id]).ended("accepted", 0);
    }
    let revoked = || -> Vec<bool> { stage.mps.accepted().iter().map(|a| a.revoked).collect() };
    let run = stage.run(&["send-test", "--device", DEVICE, "--yes", "--revoke"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(revoked(), [false, true], "the newest one");
    let run = stage.run(&["send-test", "--device", DEVICE, "--yes", "--revoke", "pd-first"]);
    assert_eq!((run.code, revoked()), (Some(0), vec![true, true]), "{run:?}");
    assert_eq!(stage.mps.accepted().len(), 2, "nothing was sent");
    stage.mps.content();
    let run = stage.run(&["send-test", "--device", DEVICE, "--yes", "--revoke", "pd-never"]);
    assert_ne!(run.code, Some(0), "{run:?}");
    // No vendor takes a message back.
    let stage = Stage::with("huawei");
    stage.send_vendor(&["--msg", "pd-gone"]).ended("accepted", 0);
    let run = stage.run(&["send-test", "--via", "huawei", "--token", token("huawei"), "--yes", "--revoke"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_eq!(stage.vendor().count(Part::Send), 1);
}

#[test]
fn the_history_lists_what_was_sent() {
    let stage = Stage::mps();
    stage.send_mps(&["--msg", "pd-a"]).ended("accepted", 0);
    stage.mps.fault(Part::Send, Fault::Code("3021".to_owned()));
    stage.send_mps(&["--msg", "pd-b"]).ended("refused", 1);
    stage.mps.fault(Part::Send, Fault::DropTaken);
    stage.send_mps(&["--msg", "pd-c"]).ended("unknown", 3);
    let before = stage.mps.book().requests.len();
    let run = stage.run(&["send-test", "--history", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let got = run.json();
    assert_eq!(got["schema"], "pushdoctor.journal/1");
    let mut list: Vec<(String, String)> = got["sends"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["msg_id"].as_str().unwrap().to_owned(), s["state"].as_str().unwrap().to_owned()))
        .collect();
    list.sort();
    let want = [("pd-a", "accepted"), ("pd-b", "refused"), ("pd-c", "unknown")];
    assert_eq!(list, want.map(|(id, state)| (id.to_owned(), state.to_owned())));
    let b = got["sends"].as_array().unwrap().iter().find(|s| s["msg_id"] == "pd-b").unwrap();
    assert!(b["code"].to_string().contains("3021"), "{b}");
    for key in ["at", "via", "action", "target", "vendor_msg_id", "request_id"] {
        assert!(b.get(key).is_some(), "{key}: {b}");
    }
    assert_eq!(stage.mps.book().requests.len(), before, "a list asks nobody");
    let table = stage.run(&["send-test", "--history"]);
    assert!(["pd-a", "pd-b", "pd-c"].iter().all(|id| table.out.contains(id)), "{table:?}");
}

#[test]
fn a_journal_that_was_cut_is_read_with_doubt() {
    let stage = Stage::mps();
    stage.send_mps(&["--msg", "pd-cut"]).ended("accepted", 0);
    let path = stage.path("state").join("pushdoctor").join("sends.jsonl");
    if !path.exists() {
        return; // Another platform keeps it elsewhere; its place is a matter of user_dirs.
    }
    let whole = std::fs::read(&path).unwrap();
    for keep in 0..whole.len() {
        std::fs::write(&path, &whole[..keep]).unwrap();
        let first = whole.iter().position(|b| *b == b'\n').unwrap();
        let run = stage.run(&["send-test", "--history", "--format", "json"]);
        assert_eq!(run.code, Some(0), "{keep}: {run:?}");
        let list = run.json()["sends"].clone();
        let known = list.as_array().unwrap().iter().any(|s| s["msg_id"] == "pd-cut");
        // An intent that was written whole is never forgotten.
        assert!(known || keep < first, "{keep}: {list}");
    }
}

#[cfg(unix)]
#[test]
fn the_journal_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::mps();
    stage.send_mps(&[]).ended("accepted", 0);
    let path = stage.path("state").join("pushdoctor").join("sends.jsonl");
    if let Ok(metadata) = std::fs::metadata(path) {
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_cannot_be_right_is_said_before_anything_goes_out() {
    let stage = Stage::mps();
    let long = "字".repeat(65);
    let cases: &[&[&str]] = &[
        &["--device", DEVICE, "--set", "Silnet=1"],
        &["--device", DEVICE, "--set", "Silent=2"],
        &["--device", DEVICE, "--set", "Silent"],
        &["--device", DEVICE, "--set", "ExtendedParams={\"pushType\":\"1\"}"],
        &["--device", DEVICE, "--set", "ExtendedParams=not json"],
        &["--device", DEVICE, "--api", "template"],
        &["--device", DEVICE, "--user", USER],
        &["--token", token("huawei")],
        &["--device", DEVICE, "--ttl", "soon"],
        &["--device", DEVICE, "--msg", &long],
        &["--via", "nokia", "--token", "x"],
        &[],
    ];
    for case in cases {
        let run = stage.run(&[&["send-test", "--yes"], *case].concat());
        assert_eq!(run.code, Some(2), "{case:?}: {run:?}");
        assert!(!run.err.trim().is_empty(), "{case:?}");
    }
    let run = stage.run(&["send-test", "--yes", "--device", DEVICE, "--set", "Silnet=1"]);
    assert!(run.err.contains("Silent"), "the name that was meant: {run:?}");
    assert!(stage.mps.book().requests.iter().all(|(part, _)| *part != Part::Send));
    assert!(stage.journal().is_empty());
    // Each vendor's own limits.
    for (vendor, long) in [("vivo", 41), ("meizu", 33)] {
        let stage = Stage::with(vendor);
        let title = "a".repeat(long);
        let args = ["send-test", "--via", vendor, "--token", token(vendor), "--yes", "--title", &title];
        let run = stage.run(&args);
        assert_eq!(run.code, Some(2), "{vendor}: {run:?}");
        assert_eq!(stage.vendor().count(Part::Send), 0, "{vendor}");
        let title = "a".repeat(long - 1);
        stage.send_vendor(&["--title", &title]).ended("accepted", 0);
    }
}

#[test]
fn a_credential_that_is_missing_is_named() {
    for vendor in ALL {
        for (name, _) in credentials(vendor) {
            let mut stage = Stage::with(vendor);
            // The package of the config stands in for nothing here; Huawei's id has no twin.
            stage.environment.retain(|(n, _)| *n != name);
            let run = stage.run(&["send-test", "--via", vendor, "--token", token(vendor), "--yes"]);
            assert_eq!(run.code, Some(2), "{vendor} {name}: {run:?}");
            let key = name.split('_').skip(2).collect::<Vec<_>>().join("_").to_lowercase();
            let said = run.err.contains(&name) || run.err.contains(&key);
            assert!(said, "{vendor} {name}: {run:?}");
            assert_eq!(stage.vendor().count(Part::Send) + stage.vendor().count(Part::Login), 0);
        }
    }
    let mut stage = Stage::mps();
    stage.environment = vec![("MPAAS_AK_ENV".into(), String::new()), ("MPAAS_SK_ENV".into(), String::new())];
    let run = stage.run(&["send-test", "--device", DEVICE, "--yes"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(stage.mps.book().requests.is_empty() && !run.err.contains(ID));
}

#[test]
fn secrets_may_stand_in_files() {
    let mut stage = Stage::with("xiaomi");
    stage.environment.clear();
    let path = stage.path("xiaomi.secret");
    std::fs::write(&path, format!("{}\n", super::vendors::xiaomi::APP_SECRET)).unwrap();
    let path = path.to_string_lossy().into_owned();
    stage.environment.push(("PUSHDOCTOR_XIAOMI_APP_SECRET_FILE".to_owned(), path));
    stage.send_vendor(&[]).ended("accepted", 0);
    assert!(stage.vendor().accepted()[0].raw.contains(PACKAGE));
    stage.vendor().content();
}
