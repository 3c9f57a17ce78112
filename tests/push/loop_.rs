//! A whole loop on one machine: MPS hands a message to the vendor, the vendor to the phone, the phone
//! writes its log; lost at each link in turn, the verdict names that link.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::phone::{Habit, Phone, forward_row, vendor_id};
use super::proof::encoded;
use super::stage::{DEVICE, Run, Stage, token};
use super::vendors::xiaomi::APP_SECRET;
use super::wire::{Accepted, Answer, Fault, Part, exchange};

/// MPS, Xiaomi and a phone, bound together.
struct Loop {
    stage: Stage,
    phone: Arc<Mutex<Phone>>,
    log: PathBuf,
    rows: PathBuf,
}

/// Sends to Xiaomi what MPS accepted, as MPS's push core does, and notes the answer.
fn hand_over(address: std::net::SocketAddr, rows: &std::path::Path, accepted: &Accepted) {
    let body = [
        ("registration_id", token("xiaomi")),
        ("restricted_package_name", super::keys::PACKAGE),
        ("title", accepted.title.as_str()),
        ("description", accepted.content.as_str()),
        ("pass_through", "0"),
        ("notify_type", "-1"),
    ]
    .map(|(name, value)| format!("{name}={}", encoded(value)))
    .join("&");
    let key = format!("key={APP_SECRET}");
    let headers = [("authorization", key.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let (_, answer) = exchange(address, "POST", "/v3/message/regid", &headers, body.as_bytes());
    forward_row(rows, accepted, token("xiaomi"), &answer);
}

impl Loop {
    fn new(habit: Habit) -> Loop {
        let stage = Stage::with("xiaomi");
        let (log, rows) = (stage.path("phone.log"), stage.path("forward.jsonl"));
        let phone = Arc::new(Mutex::new(Phone::new(&log, habit)));
        let theirs = Arc::clone(&phone);
        stage.vendor().deliver_by(Box::new(move |accepted| theirs.lock().unwrap().receive(&accepted.id)));
        // A row of another message, so that the file is there and is no answer.
        let other = Accepted { msg_id: "bill-1".to_owned(), ..Accepted::default() };
        forward_row(
            &rows,
            &other,
            "exampleRegIdOfAnother00000000000000001=",
            r#"{"code":0,"data":{"id":"scm0"}}"#,
        );
        let (address, file) = (stage.vendor().address(), rows.clone());
        stage.mps.service().forward = Some(Box::new(move |accepted| {
            let (accepted, file) = (accepted.clone(), file.clone());
            std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(200));
                hand_over(address, &file, &accepted);
            });
        }));
        Loop { stage, phone, log, rows }
    }

    fn run(&self, wait: &str, more: &[&str]) -> Run {
        let (log, rows) = (self.log.to_string_lossy(), self.rows.to_string_lossy());
        let watch = ["--device-log", &log, "--server-log", &rows, "--wait", wait];
        self.stage.send_mps(&[watch.as_slice(), more].concat())
    }
}

/// The link that the verdict names, and the finding.
fn broken(run: &Run) -> (String, String) {
    let verdict = run.json()["verdict"].clone();
    assert_eq!((run.code, &verdict["state"]), (Some(1), &"broken".into()), "{verdict} {}", run.err);
    let text = |key: &str| verdict[key].as_str().unwrap_or_default().to_owned();
    (text("link"), text("finding"))
}

fn ended(run: &Run) -> String {
    run.json()["send"]["wait"]["ended"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn shown() {
    let all = Loop::new(Habit::Shows);
    let run = all.run("60s", &["--msg", "pd-shown"]);
    run.ended("accepted", 0);
    assert_eq!(ended(&run), "shown");
    assert_ne!(run.json()["verdict"]["state"], "broken", "{}", run.out);
    assert_eq!((all.stage.mps.accepted().len(), all.stage.vendor().accepted().len()), (1, 1));
    let row = std::fs::read_to_string(&all.rows).unwrap();
    assert_eq!(vendor_id(r#"{"data":{"id":"scm0001"}}"#), "scm0001");
    assert!(row.contains("pd-shown") && row.contains("scm0001"), "{row}");
}

#[test]
fn refused_by_mps() {
    let all = Loop::new(Habit::Shows);
    all.stage.mps.fault(Part::Send, Fault::Code("3021".to_owned()));
    let run = all.run("60s", &[]);
    assert_eq!(run.state(), "refused");
    assert_eq!(broken(&run), ("accept".to_owned(), "mps.api.3021".to_owned()));
    assert!(all.stage.vendor().accepted().is_empty());
}

#[test]
fn refused_by_the_vendor() {
    let all = Loop::new(Habit::Shows);
    all.stage.vendor().fault(Part::Send, Fault::Code("22022".to_owned()));
    let run = all.run("60s", &[]);
    assert_eq!(run.state(), "accepted", "MPS took it");
    assert_eq!(broken(&run), ("forward".to_owned(), "xiaomi.server.22022".to_owned()));
    assert_eq!(ended(&run), "failed");
}

#[test]
fn refused_by_the_vendor_inside_of_a_success() {
    let all = Loop::new(Habit::Shows);
    // It names this target; a row that names another says nothing of this message.
    let answer = serde_json::json!({"result": "ok", "trace_id": "Xcm0001", "code": 0, "description": "ok",
        "data": {"id": "scm0099", "bad_regids": token("xiaomi")}});
    all.stage.vendor().fault(Part::Send, Fault::Instead(Answer::json(200, &answer)));
    let run = all.run("60s", &[]);
    let (link, finding) = broken(&run);
    assert!(["report", "forward"].contains(&link.as_str()), "{link} {finding}");
}

#[test]
fn lost_behind_the_vendor() {
    let all = Loop::new(Habit::Silent);
    let run = all.run("4s", &[]);
    run.ended("accepted", 3);
    assert_eq!(ended(&run), "timeout");
    assert_ne!(run.json()["verdict"]["state"], "broken", "nobody saw it fail: {}", run.out);
    assert_eq!(all.stage.vendor().accepted().len(), 1);
}

#[test]
fn never_handed_over_by_mps() {
    let all = Loop::new(Habit::Shows);
    all.stage.mps.service().forward = None;
    let run = all.run("4s", &[]);
    run.ended("accepted", 3);
    assert_eq!(ended(&run), "timeout");
}

#[test]
fn suppressed_on_the_phone() {
    let all = Loop::new(Habit::Suppresses);
    let run = all.run("60s", &[]);
    assert_eq!(broken(&run), ("display".to_owned(), "display.notifications-off".to_owned()));
    assert_eq!(ended(&run), "failed");
}

#[test]
fn a_token_that_mps_does_not_know() {
    let all = Loop::new(Habit::Silent);
    all.stage.mps.service().devices[0].vendor_token = "";
    all.stage.mps.service().devices[0].manufacturer = "android";
    all.stage.mps.service().forward = None;
    // The phone's log says nothing of a report.
    let quiet = all.stage.path("quiet.log");
    std::fs::write(&quiet, "--------- beginning of main\n[ro.product.brand]: [Xiaomi]\n").unwrap();
    let run = all.stage.send_mps(&["--wait", "4s", "--device-log", &quiet.to_string_lossy()]);
    let links: Vec<String> = run.json()["chains"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|chain| chain["links"].as_array().cloned().unwrap_or_default())
        .filter(|link| ["fail", "warn"].contains(&link["state"].as_str().unwrap_or_default()))
        .map(|link| link["link"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert!(links.iter().any(|l| l == "report" || l == "route"), "{links:?}: {}", run.out);
}

#[test]
fn a_receipt_tells_what_the_phone_does_not() {
    let all = Loop::new(Habit::Silent);
    let receipts = all.stage.path("receipts.json");
    let (file, later) = (receipts.clone(), receipts.clone());
    std::fs::write(&file, "").unwrap();
    all.stage.vendor().deliver_by(Box::new(move |accepted| {
        let receipt = serde_json::json!({ accepted.id.clone(): {"param": "", "type": 16,
            "targets": token("xiaomi"), "timestamp": jiff::Timestamp::now().as_millisecond()}});
        std::fs::write(&later, format!("{receipt}\n")).unwrap();
    }));
    let run = all.run("60s", &["--receipt", &receipts.to_string_lossy()]);
    let (_, finding) = broken(&run);
    let verdict = run.json()["verdict"].clone();
    assert!(
        finding.contains("16") || verdict["code"] == "16" || finding == "report.token-stale",
        "{verdict}"
    );
}

#[test]
fn the_text_for_people_is_the_table_of_diagnose() {
    let all = Loop::new(Habit::Suppresses);
    let log = all.log.to_string_lossy();
    let run =
        all.stage.run(&["send-test", "--device", DEVICE, "--yes", "--wait", "60s", "--device-log", &log]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.out.contains("display"), "{run:?}");
    // A pipe is no place for a line that draws itself anew.
    assert!(!run.out.contains('\u{1b}') && !run.err.contains('\u{1b}') && !run.err.contains('\r'), "{run:?}");
    run.keeps(&[DEVICE, token("xiaomi")]);
}

fn side(run: &Run) -> String {
    let bisect = &run.json()["send"]["bisect"];
    assert!(bisect["summary"].as_str().is_some_and(|s| !s.is_empty()), "{}", run.out);
    bisect["side"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn bisect_says_which_side_fails() {
    let bisect = ["--bisect", "--via", "xiaomi"];
    // Both ways end at a phone that shows all.
    let all = Loop::new(Habit::Shows);
    let run = all.run("60s", &bisect);
    assert_eq!((side(&run), run.code), ("none".to_owned(), Some(0)), "{}", run.out);
    let sends = run.json()["send"]["sends"].as_array().unwrap().len();
    assert_eq!((sends, all.stage.mps.accepted().len(), all.stage.vendor().accepted().len()), (2, 1, 2));
    // MPS refuses, the vendor does not.
    let all = Loop::new(Habit::Shows);
    all.stage.mps.fault(Part::Send, Fault::Code("3007".to_owned()));
    let run = all.run("60s", &bisect);
    assert_eq!((side(&run), run.code), ("mps".to_owned(), Some(1)), "{}", run.out);
    // The vendor refuses both.
    let all = Loop::new(Habit::Shows);
    for _ in 0..2 {
        all.stage.vendor().fault(Part::Send, Fault::Code("22022".to_owned()));
    }
    let run = all.run("60s", &bisect);
    assert_eq!((side(&run), run.code), ("vendor".to_owned(), Some(1)), "{}", run.out);
    // Both arrive and neither is shown.
    let all = Loop::new(Habit::Suppresses);
    let run = all.run("60s", &bisect);
    assert_eq!((side(&run), run.code), ("phone".to_owned(), Some(1)), "{}", run.out);
    // MPS hands nothing over, and the message that goes past it is shown.
    let all = Loop::new(Habit::Shows);
    all.stage.mps.service().forward = None;
    let run = all.run("6s", &bisect);
    assert_eq!(side(&run), "mps", "{}", run.out);
    // Both are taken, and the phone says nothing of either: nothing was seen to fail.
    let all = Loop::new(Habit::Silent);
    let run = all.run("4s", &bisect);
    assert!(["phone", "unknown"].contains(&side(&run).as_str()), "{}", run.out);
    assert_eq!(run.code, Some(3), "{}", run.out);
}

#[test]
fn bisect_takes_vendor_and_token_from_what_mps_knows() {
    let all = Loop::new(Habit::Shows);
    let run = all.run("60s", &["--bisect"]);
    assert_eq!(side(&run), "none", "{}", run.out);
    assert!(all.stage.vendor().accepted().iter().all(|a| a.target == token("xiaomi")));
    run.keeps(&[token("xiaomi"), DEVICE]);
    assert_eq!(all.phone.lock().unwrap().habit, Habit::Shows);
}
