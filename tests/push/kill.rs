//! The program dies at any moment: no message goes out twice, and what was sent is known.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::stage::{DEVICE, Run, Stage, token};
use super::wire::{Fault, Part};

/// Kills in one test; two tests run them.
const KILLS: u64 = 48;
/// Milliseconds within which a run ends when it is left alone, roughly.
const SPAN: u64 = 320;

/// A small generator, so that every run of the tests kills at the same moments.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Starts a command and kills it after a while; true if it was still running.
fn killed(command: &mut Command, after: u64) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(after));
    let running = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    running
}

/// What the history says of a message: its state, if it is there.
fn history(stage: &Stage, msg_id: &str) -> Option<String> {
    let run = stage.run(&["send-test", "--history", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let list = run.json()["sends"].as_array().unwrap().clone();
    let found: Vec<&serde_json::Value> = list.iter().filter(|s| s["msg_id"] == msg_id).collect();
    assert!(found.len() <= 1, "{found:?}");
    found.first().map(|s| s["state"].as_str().unwrap().to_owned())
}

fn accepted(stage: &Stage, content: &str) -> usize {
    let all = match &stage.vendor {
        Some(vendor) => vendor.accepted(),
        None => stage.mps.accepted(),
    };
    all.iter().filter(|a| a.content == content).count()
}

/// Kills, counts, runs again, counts.
fn round(stage: &Stage, n: u64, after: u64) -> (bool, usize) {
    let (msg_id, content) = (format!("pd-kill-{n}"), format!("killed once, number {n}"));
    let target: Vec<&str> = match &stage.vendor {
        Some(_) => vec!["--via", &stage.vendor_id, "--token", token(&stage.vendor_id)],
        None => vec!["--device", DEVICE],
    };
    let text = ["--yes", "--msg", &msg_id, "--content", &content];
    let args = [&["send-test", "--format", "json"], target.as_slice(), &text].concat();
    let slow = |part| {
        let fault = Fault::Slow(60, 60);
        match &stage.vendor {
            Some(vendor) => vendor.fault(part, fault),
            None => stage.mps.fault(part, fault),
        }
    };
    slow(Part::Query);
    slow(Part::Login);
    slow(Part::Send);
    let running = killed(&mut stage.command(&args), after);
    // A request that was read before the kill may still be taken.
    std::thread::sleep(Duration::from_millis(200));
    stage.forget_faults();
    let first = accepted(stage, &content);
    assert!(first <= 1, "{n}");
    let known = history(stage, &msg_id);
    if first == 1 {
        assert!(
            matches!(known.as_deref(), Some("accepted" | "unknown")),
            "{n} after {after} ms: taken, and the history says {known:?}"
        );
    }
    let again = Run::of(stage.command(&args).output().unwrap());
    let both = accepted(stage, &content);
    assert!(both <= 1, "{n} after {after} ms: sent twice: {again:?}");
    match known.as_deref() {
        None => assert_eq!((again.code, both), (Some(0), 1), "{n} after {after} ms: {again:?}"),
        Some(_) => assert_eq!(
            (again.code, both),
            (Some(2), first),
            "{n} after {after} ms: known as {known:?}, so it asks first: {again:?}"
        ),
    }
    (running, first)
}

fn rounds(stage: &Stage, seed: u64) {
    let mut seeded = Seeded(seed);
    let (mut alive, mut taken, mut untaken) = (0, 0, 0);
    for n in 0..KILLS {
        let after = seeded.below(SPAN);
        let (running, first) = round(stage, n, after);
        alive += usize::from(running);
        taken += usize::from(running && first == 1);
        untaken += usize::from(running && first == 0);
    }
    // Not a matter of right and wrong, but a test that never kills in the middle shows nothing.
    eprintln!(
        "{alive} of {KILLS} killed while running, {taken} after the message was taken, {untaken} before"
    );
    assert!(alive > 0, "every run ended before it was killed");
}

#[test]
fn through_mps() {
    rounds(&Stage::mps(), 5);
}

#[test]
fn straight_to_a_vendor_with_a_login() {
    rounds(&Stage::with("vivo"), 17);
}

#[test]
fn a_message_of_unknown_outcome_is_named_in_words() {
    let stage = Stage::mps();
    stage.mps.fault(Part::Send, Fault::Slow(0, 60_000));
    let mut child = stage
        .command(&["send-test", "--device", DEVICE, "--yes", "--msg", "pd-killed", "--content", "once"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while stage.mps.accepted().is_empty() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    child.wait().unwrap();
    assert_eq!(stage.mps.accepted().len(), 1);
    assert_eq!(history(&stage, "pd-killed").as_deref(), Some("unknown"));
    let run = stage.run(&["send-test", "--device", DEVICE, "--yes", "--content", "once"]);
    assert_eq!(run.code, Some(2), "an equal message of unknown outcome: {run:?}");
    stage.send_mps(&["--content", "once", "--again"]).ended("accepted", 0);
    assert_eq!(stage.mps.accepted().len(), 2);
}
