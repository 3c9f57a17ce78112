//! What breaks on the way: what is tried again, what is not, and what the user is told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pushdoctor::aliyun::clock::Clock;
use pushdoctor::aliyun::sls::read::Why;
use pushdoctor::aliyun::sls::request::Api;
use pushdoctor::aliyun::sls::{Endpoint, SlsError};
use pushdoctor::http::{Http, Options};

use super::server::{Fault, ID, SECRET};
use super::stage::{NOW, Stage, ids, numbered, truth};

#[test]
fn passing_trouble_is_tried_again_and_signed_anew() {
    let faults = [
        Fault::Status(403, "ReadQuotaExceed"),
        Fault::Status(429, "TooManyRequests"),
        Fault::Status(500, "InternalServerError"),
        Fault::Status(503, "ServerBusy"),
        Fault::Html(502),
        Fault::Cut,
        Fault::Drop,
        Fault::Garbage,
    ];
    for fault in faults {
        let stage = Stage::new(numbered(150));
        let now = fault.clone();
        stage.sls().fault = Box::new(move |_, n| (n % 3 != 2).then(|| now.clone()));
        let (reading, rows, client) = stage.read();
        assert!(reading.unwrap().gaps.is_empty(), "{fault:?}");
        assert_eq!(ids(&rows), truth(&stage), "{fault:?}");
        assert!(client.requests() > 6);
        // Time went by between the tries, and no signature was used twice.
        assert!(stage.clock.now_ms() > NOW * 1000);
        let sls = stage.sls();
        assert_eq!(sls.complaints, Vec::<String>::new());
        let dates: Vec<&str> = sls.requests.iter().map(|r| r.header("date")).collect();
        assert_ne!(dates.first(), dates.last());
    }
}

#[test]
fn what_does_not_pass_is_told_at_once() {
    let cases = [
        (Fault::Status(401, "SignatureNotMatch"), "AccessKey secret"),
        (Fault::Status(401, "InvalidAccessKeyId"), "RAM console"),
        (Fault::Status(403, "ProjectForbidden"), "overdue"),
        (Fault::Status(404, "ProjectNotExist"), "region"),
        (Fault::Status(404, "LogStoreNotExist"), "sls.report_logstore"),
        (Fault::Html(200), "proxy or login page"),
        (Fault::Html(407), "HTTP 407 with a web page “Sign in to the network”"),
        (Fault::Redirect, "HTTP 302"),
    ];
    for (fault, says) in cases {
        let stage = Stage::new(numbered(5));
        let now = fault.clone();
        stage.sls().fault = Box::new(move |_, _| Some(now.clone()));
        let (reading, rows, client) = stage.read();
        let error = reading.unwrap_err();
        let sentence = error.sentence();
        assert!(sentence.en.contains(says), "{}", sentence.en);
        assert!(sentence.zh.chars().any(pushdoctor::lang::is_chinese));
        if matches!(error, SlsError::Service { .. }) {
            assert!(sentence.en.contains("5F0000000000000000000001"), "{}", sentence.en);
        }
        assert!(!sentence.en.contains(SECRET) && !sentence.en.contains(ID));
        assert_eq!((client.requests(), rows.len()), (1, 0), "{fault:?}");
    }
}

#[test]
fn a_refused_search_is_told_with_the_services_words() {
    let stage = Stage::new(numbered(5));
    stage.sls().fault = Box::new(|_, _| Some(Fault::Status(400, "InvalidQueryString")));
    let (reading, ..) = stage.read();
    let sentence = reading.unwrap_err().sentence().en;
    assert!(sentence.contains("400 InvalidQueryString: made up"), "{sentence}");
}

#[test]
fn a_service_that_stays_away_ends_the_reading_after_some_tries() {
    let stage = Stage::new(numbered(5));
    stage.sls().fault = Box::new(|_, _| Some(Fault::Status(500, "InternalServerError")));
    let (reading, _, client) = stage.read();
    assert!(matches!(reading.unwrap_err(), SlsError::Service { status: 500, .. }));
    assert_eq!(client.requests(), 8);
}

#[test]
fn trouble_in_the_middle_leaves_a_gap_that_is_named() {
    let mut stage = Stage::new(numbered(900));
    stage.limits.slice_rows = 100;
    stage.sls().fault = Box::new(|_, n| (n >= 8).then_some(Fault::Status(500, "InternalServerError")));
    let (reading, rows, _) = stage.read();
    let reading = reading.unwrap();
    let [gap] = reading.gaps.as_slice() else { panic!("{:?}", reading.gaps) };
    assert!(matches!(gap.why, Why::Stopped(SlsError::Service { .. })));
    assert!(!rows.is_empty());
    let read = stage.sls().rows.iter().filter(|r| r.time < gap.from).count();
    assert_eq!(rows.len(), read, "all rows before the gap, and none after it");
}

#[test]
fn the_budget_of_time_ends_a_reading_that_gets_nowhere() {
    let mut stage = Stage::new(numbered(900));
    stage.settings.budget = Duration::from_secs(60);
    stage.sls().fault = Box::new(|_, n| (n > 3).then_some(Fault::Incomplete));
    let (reading, ..) = stage.read();
    let reading = reading.unwrap();
    assert!(reading.gaps.iter().any(|g| matches!(g.why, Why::Stopped(SlsError::Budget { seconds: 60, .. }))));
    assert!(stage.clock.now_ms() <= (NOW + 61) * 1000);
}

#[test]
fn a_wrong_clock_is_mended_by_the_services_and_named() {
    let stage = Stage::new(numbered(120));
    stage.sls().ahead = 3600;
    let (reading, rows, client) = stage.read();
    assert!(reading.unwrap().gaps.is_empty());
    assert_eq!(rows.len(), 120);
    let notes = client.notes();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].en.contains("60 min behind"), "{}", notes[0].en);
    assert!(notes[0].zh.contains("慢 60 分钟"), "{}", notes[0].zh);
}

#[test]
fn an_older_service_is_asked_by_the_older_call() {
    let stage = Stage::new(numbered(120));
    stage.sls().v2 = false;
    let (reading, rows, client) = stage.read();
    assert!(reading.unwrap().gaps.is_empty());
    assert_eq!(rows.len(), 120);
    assert!(client.notes().iter().any(|n| n.en.contains("GetLogsV2")));
    assert_eq!(stage.settings.api, Api::V2);
}

#[test]
fn silence_ends_by_the_clients_own_patience() {
    let mut stage = Stage::new(numbered(5));
    stage.timeout = Duration::from_millis(200);
    stage.settings.tries = 2;
    stage.sls().fault = Box::new(|_, _| Some(Fault::Silence));
    let (reading, ..) = stage.read();
    let sentence = reading.unwrap_err().sentence().en;
    assert!(sentence.contains("did not answer in time"), "{sentence}");
}

#[test]
fn nobody_at_the_address_is_told_as_such() {
    let mut stage = Stage::new(Vec::new());
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    stage.settings.endpoint = Endpoint::new(&format!("http://{free}"), "my-project").unwrap();
    let (reading, _, client) = stage.read();
    let sentence = reading.unwrap_err().sentence().en;
    assert!(sentence.contains("cannot be reached"), "{sentence}");
    assert_eq!(client.requests(), 3);
}

#[test]
fn an_interrupted_reading_names_what_it_left() {
    static STOP: AtomicBool = AtomicBool::new(false);
    let mut stage = Stage::new(numbered(900));
    stage.limits.slice_rows = 100;
    stage.stop = || STOP.load(Ordering::SeqCst);
    stage.sls().fault = Box::new(|_, n| {
        STOP.store(n >= 9, Ordering::SeqCst);
        None
    });
    let (reading, rows, client) = stage.read();
    let reading = reading.unwrap();
    assert!(
        matches!(reading.gaps.as_slice(), [gap] if matches!(gap.why, Why::Stopped(SlsError::Interrupted)))
    );
    assert!(!rows.is_empty() && rows.len() < 900);
    assert_eq!(client.requests(), 10, "the request under way ends, and no other begins");
}

#[test]
fn a_proxy_of_the_config_is_asked() {
    let mut stage = Stage::new(numbered(5));
    let proxy = stage.settings.endpoint.base.clone();
    stage.settings.endpoint = Endpoint::new("http://cn-test.log.invalid", "my-project").unwrap();
    stage.sls().host = stage.settings.endpoint.host.clone();
    stage.transport = Some(Http::new(&Options { proxy: Some(proxy), ..Options::default() }).unwrap());
    let (reading, rows, _) = stage.read();
    assert!(reading.unwrap().gaps.is_empty());
    assert_eq!(rows.len(), 5);
    assert!(stage.sls().requests.iter().all(|r| r.proxied));
    assert!(Http::new(&Options { proxy: Some("no address at all".into()), ..Options::default() }).is_err());
}
