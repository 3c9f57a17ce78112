//! Networks that fail: each failure with its state and exit code, told apart in words, and never
//! more than one message.

use std::collections::BTreeMap;

use serde_json::json;

use super::stage::{DEVICE, Run, Stage};
use super::wire::{Answer, Fault, Part};

/// A message that nobody heard of stays one: at most one request, at most one message.
fn once(stage: &Stage) {
    let (requests, accepted) = match &stage.vendor {
        Some(vendor) => (vendor.count(Part::Send), vendor.accepted().len()),
        None => {
            let book = stage.mps.book();
            (book.count(Part::Send), book.accepted.len())
        }
    };
    assert!(requests <= 1 && accepted <= 1, "{requests} requests, {accepted} messages");
}

fn gateway(status: u16, code: &str) -> Answer {
    let body = json!({"RequestId": "B6D3C0F2-0000-0000-0000-00000000FFFF", "HostId": "mpaas.aliyuncs.com",
        "Code": code, "Message": "made up for a test"});
    Answer::json(status, &body)
}

/// Name, what happens, state, exit code.
fn faults() -> Vec<(&'static str, Fault, &'static str, i32)> {
    let html = |status| Fault::Instead(Answer::page(status, "Sign in to the network"));
    let nothing = Answer::text(200, "application/json", "");
    vec![
        ("throttling", Fault::Instead(gateway(429, "Throttling.User")), "refused", 1),
        ("server error", Fault::Instead(gateway(500, "InternalError")), "refused", 1),
        ("unavailable", Fault::Instead(gateway(503, "ServiceUnavailable")), "refused", 1),
        ("signature", Fault::Instead(gateway(400, "SignatureDoesNotMatch")), "refused", 2),
        ("hidden in a 200", Fault::Code("PushResult:false".to_owned()), "refused", 1),
        ("portal", html(200), "unsent", 2),
        ("page 403", html(403), "unsent", 2),
        ("proxy wants a login", html(407), "unsent", 2),
        ("redirect", html(302), "unsent", 2),
        ("page 502", Fault::TakenThen(Answer::page(502, "Bad Gateway")), "unknown", 3),
        ("page 504", Fault::TakenThen(Answer::page(504, "Gateway Time-out")), "unknown", 3),
        ("plain 500", Fault::TakenThen(Answer::text(500, "text/plain", "oops")), "unknown", 3),
        ("empty 500", Fault::TakenThen(Answer::text(500, "text/plain", "")), "unknown", 3),
        ("empty 200", Fault::TakenThen(nothing), "unknown", 3),
        ("drop unread", Fault::DropUnread, "unknown", 3),
        ("drop read", Fault::DropRead, "unknown", 3),
        ("drop taken", Fault::DropTaken, "unknown", 3),
        ("cut", Fault::CutTaken, "unknown", 3),
        ("huge", Fault::HugeTaken((64 << 20) + 2), "unknown", 3),
        ("slow", Fault::Slow(300, 300), "accepted", 0),
    ]
}

/// The sentence beside a send.
fn said(run: &Run) -> String {
    run.sent(0)["trouble"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn each_failure_on_the_way_to_mps_has_its_state() {
    let mut sentences = BTreeMap::new();
    for (name, fault, state, code) in faults() {
        let stage = Stage::mps();
        stage.mps.fault(Part::Send, fault);
        let run = stage.send_mps(&[]);
        assert_eq!((run.state().as_str(), run.code), (state, Some(code)), "{name}: {run:?}");
        once(&stage);
        if state == "unsent" {
            assert!(stage.mps.accepted().is_empty(), "{name}");
        }
        if matches!(state, "unsent" | "unknown") {
            assert!(!said(&run).is_empty(), "{name}: no sentence: {}", run.out);
        }
        if state == "unknown" {
            assert_ne!(run.json()["verdict"]["state"], "broken", "{name}: {}", run.out);
        }
        sentences.insert(name, said(&run));
    }
    told_apart(&sentences, &["portal", "page 502", "empty 200", "drop taken", "huge", "proxy wants a login"]);
}

fn told_apart(sentences: &BTreeMap<&str, String>, names: &[&str]) {
    for (i, a) in names.iter().enumerate() {
        for b in &names[i + 1..] {
            assert_ne!(sentences[a], sentences[b], "{a} and {b} are told with the same words");
        }
    }
}

#[test]
fn a_server_that_is_not_there_was_never_asked() {
    let closed = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let mut sentences = BTreeMap::new();
    for (name, endpoint) in [
        ("closed", closed.clone()),
        ("no such name", "http://mps.invalid".to_owned()),
        ("no tls", String::new()),
    ] {
        let mut stage = Stage::mps();
        let plain = format!("https://{}", stage.mps.address);
        stage.mps_endpoint = Some(if endpoint.is_empty() { plain } else { endpoint });
        let run = stage.send_mps(&["--msg", "pd-nobody"]);
        run.ended("unsent", 2);
        assert!(stage.mps.accepted().is_empty());
        sentences.insert(name, said(&run));
        // It was not sent for certain, so the same message may go now.
        stage.mps_endpoint = None;
        stage.send_mps(&["--msg", "pd-nobody"]).ended("accepted", 0);
    }
    told_apart(&sentences, &["closed", "no tls"]);
    let mut stage = Stage::with("xiaomi");
    stage.vendor_endpoint = Some(closed);
    stage.send_vendor(&[]).ended("unsent", 2);
}

/// macOS takes no certificate that is good for more than 825 days, and one in a file must last.
#[cfg(not(target_os = "macos"))]
#[test]
fn a_certificate_of_an_unknown_authority_is_refused_until_the_authority_is_named() {
    let mut stage = Stage::mps_behind_tls();
    let run = stage.send_mps(&["--msg", "pd-tls"]);
    run.ended("unsent", 2);
    assert!(said(&run).contains("ca_file"), "{}", said(&run));
    assert!(stage.mps.book().requests.is_empty());
    stage.mps_config = "ca_file = \"authority.pem\"".to_owned();
    stage.send_mps(&["--msg", "pd-tls"]).ended("accepted", 0);
    assert_eq!(stage.mps.accepted().len(), 1);
    stage.mps.content();
    // A connection that ends inside of TLS is no matter of certificates.
    stage.mps.fault(Part::Send, Fault::DropTaken);
    stage.send_mps(&[]).ended("unknown", 3);
}

#[test]
fn a_proxy_is_passed_and_one_that_refuses_is_told() {
    let mut stage = Stage::mps();
    // The stand-in is asked as a proxy is: with the whole address.
    stage.mps_endpoint = Some("http://mps.invalid".to_owned());
    stage.mps_config = format!("proxy = \"{}\"", stage.mps.url());
    stage.send_mps(&[]).ended("accepted", 0);
    assert_eq!(stage.mps.book().requests.last().unwrap().1.header("host"), "mps.invalid");
    stage.mps.fault(Part::Query, Fault::Instead(Answer::page(407, "Proxy Authentication Required")));
    stage.mps.fault(Part::Send, Fault::Instead(Answer::page(407, "Proxy Authentication Required")));
    let run = stage.send_mps(&[]);
    run.ended("unsent", 2);
    assert!(said(&run).to_lowercase().contains("proxy"), "{}", said(&run));
    assert_eq!(stage.mps.accepted().len(), 1);
    stage.mps.content();
}

#[test]
fn a_clock_that_is_wrong_is_named() {
    let named = |run: &Run| {
        let all = format!("{} {}", run.out, run.err).to_lowercase();
        assert!(all.contains("clock"), "{all}");
    };
    for minutes in [-60, -16, 16, 60] {
        let stage = Stage::mps();
        stage.mps.service().ahead = minutes * 60_000;
        let run = stage.send_mps(&[]);
        // Who learns the right time from the answer to a question may send with it.
        if run.state() != "accepted" {
            run.ended("refused", 1);
            assert_eq!(run.sent(0)["code"]["code"], "InvalidTimeStamp.Expired", "{}", run.out);
        }
        named(&run);
        once(&stage);
    }
    let stage = Stage::mps();
    stage.mps.fault(Part::Send, Fault::Code("InvalidTimeStamp.Expired".to_owned()));
    let run = stage.send_mps(&[]);
    run.ended("refused", 1);
    named(&run);
    for (vendor, code) in
        [("oppo", "19"), ("vivo", "10207"), ("fcm", "invalid_grant"), ("harmony", "80200005")]
    {
        use super::vendors::Vendor;
        let stage = Stage::with(vendor);
        match stage.vendor() {
            Vendor::Oppo(server) => server.service().ahead = 7_200_000,
            Vendor::Vivo(server) => server.service().ahead = 7_200_000,
            Vendor::Fcm(server) => server.service().ahead = 7_200_000,
            Vendor::Harmony(server) => server.service().ahead = 7_200_000,
            _ => unreachable!(),
        }
        let run = stage.send_vendor(&[]);
        assert_eq!(run.state(), "refused", "{vendor}: {run:?}");
        assert_eq!(run.sent(0)["code"]["code"], code, "{vendor}: {}", run.out);
        assert!(stage.vendor().accepted().is_empty());
    }
}

#[test]
fn each_failure_on_the_way_to_a_vendor_has_its_state() {
    for vendor in super::vendors::ALL {
        for (name, fault, state, code) in faults() {
            let mps_only = ["throttling", "server error", "unavailable", "signature", "hidden in a 200"];
            if mps_only.contains(&name) || name == "huge" {
                continue;
            }
            let stage = Stage::with(vendor);
            stage.vendor().fault(Part::Send, fault);
            let run = stage.send_vendor(&[]);
            let ended = (run.state(), run.code);
            assert_eq!(ended, (state.to_owned(), Some(code)), "{vendor} {name}: {run:?}");
            assert_eq!(run.sent(0)["step"], "send", "{vendor} {name}");
            once(&stage);
        }
    }
}

#[test]
fn a_login_that_fails_sends_nothing() {
    for vendor in ["huawei", "honor", "oppo", "vivo", "fcm"] {
        for (name, fault) in [
            ("drop", Fault::DropRead),
            ("cut", Fault::CutTaken),
            ("portal", Fault::Instead(Answer::page(200, "Sign in"))),
            ("502", Fault::Instead(Answer::page(502, "Bad Gateway"))),
            ("empty", Fault::Instead(Answer::text(200, "application/json", ""))),
            ("no token", Fault::Instead(Answer::json(200, &json!({"access_token": ""})))),
        ] {
            let stage = Stage::with(vendor);
            // Once more, should the program ask again.
            stage.vendor().fault(Part::Login, fault.clone());
            stage.vendor().fault(Part::Login, fault);
            let run = stage.send_vendor(&[]);
            let ended = (run.state(), run.code);
            // An answer without a token may be read as a refusal of one.
            let refused = name == "no token" && ended == ("refused".to_owned(), Some(1));
            assert!(refused || ended == ("unsent".to_owned(), Some(2)), "{vendor} {name}: {run:?}");
            assert_eq!(run.sent(0)["step"], "login", "{vendor} {name}");
            assert_eq!(stage.vendor().count(Part::Send), 0, "{vendor} {name}");
            assert!(stage.vendor().count(Part::Login) <= 2, "{vendor} {name}");
        }
    }
}

#[test]
#[ignore = "waits for the program's own time limit, a minute and more"]
fn a_server_that_never_answers_leaves_it_unknown() {
    let stage = Stage::mps();
    stage.mps.fault(Part::Send, Fault::SilentTaken);
    let run = stage.send_mps(&[]);
    run.ended("unknown", 3);
    assert!(said(&run).contains("time") || said(&run).contains("long"), "{}", said(&run));
    once(&stage);
}

#[test]
fn what_a_person_reads_says_whether_it_was_sent() {
    for (fault, code) in [(Fault::DropTaken, 3), (Fault::Instead(Answer::page(200, "Sign in")), 2)] {
        let stage = Stage::mps();
        stage.mps.fault(Part::Send, fault.clone());
        let run = stage.run(&["send-test", "--device", DEVICE, "--yes"]);
        assert_eq!(run.code, Some(code), "{run:?}");
        assert!(!run.out.trim().is_empty() || !run.err.trim().is_empty());
        let zh = {
            stage.mps.fault(Part::Send, fault);
            stage.run(&["--lang", "zh", "send-test", "--device", DEVICE, "--yes", "--again"])
        };
        assert_eq!(zh.code, Some(code), "{zh:?}");
        let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        assert!(zh.out.chars().chain(zh.err.chars()).any(chinese), "{zh:?}");
    }
}
