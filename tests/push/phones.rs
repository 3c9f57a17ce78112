//! The fake phone and the fake push core, read by `diagnose`: what they write is what the program
//! takes for arrival, display, suppression and refusal.

use super::phone::{Habit, Phone, forward_row};
use super::stage::{Run, Stage, token};
use super::vendors::Vendor;
use super::wire::Accepted;

fn diagnosed(habit: Habit, answer: Option<&str>) -> Run {
    let stage = Stage::mps();
    let (log, rows) = (stage.path("phone.log"), stage.path("forward.jsonl"));
    let phone = Phone::new(&log, habit);
    phone.receive("scm0001");
    let (log, rows) = (log.to_string_lossy().into_owned(), rows.to_string_lossy().into_owned());
    let mut args = vec!["diagnose", &log, "--format", "json"];
    if let Some(answer) = answer {
        let accepted = Accepted { msg_id: "pd-1".to_owned(), ..Accepted::default() };
        forward_row(std::path::Path::new(&rows), &accepted, token("xiaomi"), answer);
        args.extend(["--server-log", &rows]);
    }
    stage.run(&args)
}

fn link(run: &Run, name: &str) -> String {
    let json = run.json();
    let links = json["chains"][0]["links"].as_array().cloned().unwrap_or_default();
    let found = links.iter().find(|l| l["link"] == name).cloned().unwrap_or_default();
    found["state"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_message_that_comes_is_shown_suppressed_or_not_there() {
    let run = diagnosed(Habit::Shows, None);
    assert_eq!(
        (link(&run, "forward").as_str(), link(&run, "display").as_str()),
        ("pass", "pass"),
        "{}",
        run.out
    );
    assert_eq!(run.code, Some(0), "{}", run.out);
    let run = diagnosed(Habit::Suppresses, None);
    assert_eq!(run.json()["verdict"]["finding"], "display.notifications-off", "{}", run.out);
    let run = diagnosed(Habit::Silent, None);
    assert_eq!(link(&run, "display"), "unknown", "{}", run.out);
}

#[test]
fn a_row_of_the_push_core_tells_what_the_vendor_said() {
    let vendor = Vendor::start("xiaomi");
    let body = String::from_utf8(vendor.refusal("22022").body).unwrap();
    let run = diagnosed(Habit::Silent, Some(&body));
    let verdict = run.json()["verdict"].clone();
    assert_eq!(
        (&verdict["link"], &verdict["finding"]),
        (&"forward".into(), &"xiaomi.server.22022".into()),
        "{}",
        run.out
    );
    let body = String::from_utf8(vendor.refusal("0").body).unwrap();
    assert_eq!(diagnosed(Habit::Shows, Some(&body)).code, Some(0));
}
