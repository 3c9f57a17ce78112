//! Keys, tokens and answers here are made up.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::catalog::{Kind, SendRules};
use crate::http::Failure;
use crate::send::Address;

const NOW: i64 = 1_447_049_476_000;
const DATE: &str = "Mon, 09 Nov 2015 06:11:16 GMT";

struct Fixed(i64);

impl Clock for Fixed {
    fn now_ms(&self) -> i64 {
        self.0
    }
    fn elapsed_ms(&self) -> u64 {
        0
    }
    fn sleep(&self, _: Duration) {}
}

struct Made {
    rules: SendRules,
    login: Result<bool, Bilingual>,
    secret: Secret,
    /// Hosts that are left.
    hosts: std::cell::Cell<u32>,
}

impl Made {
    fn new(login: bool) -> Self {
        let rules = Catalog::builtin().send("huawei").unwrap().clone();
        Made { rules, login: Ok(login), secret: Secret("s3cret/1".into()), hosts: std::cell::Cell::new(0) }
    }
}

fn request(url: &str) -> Request {
    Request { method: "POST", url: url.to_owned(), headers: Vec::new(), body: Vec::new() }
}

impl Sender for Made {
    fn via(&self) -> &str {
        "huawei"
    }
    fn rules(&self) -> &SendRules {
        &self.rules
    }
    fn login(&self, _: i64) -> Result<Option<Request>, Bilingual> {
        Ok(self.login.clone()?.then(|| request("http://h.example/login")))
    }
    fn request(&self, _: &Message, _: Option<&Secret>, _: i64) -> Result<Request, Bilingual> {
        Ok(request("http://h.example/send"))
    }
    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.secret]
    }
    fn elsewhere(&self) -> bool {
        let left = self.hosts.get();
        self.hosts.set(left.saturating_sub(1));
        left > 0
    }
}

/// Plays answers and notes, with the journal, the order in which things happen.
struct Play<'l> {
    answers: Mutex<VecDeque<Result<Response, TransportError>>>,
    log: &'l Mutex<Vec<String>>,
}

impl Transport for Play<'_> {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let step = request.url.rsplit('/').next().unwrap_or_default();
        self.log.lock().unwrap().push(step.to_owned());
        self.answers.lock().unwrap().pop_front().expect("one exchange too many")
    }
}

struct Noted<'l> {
    log: &'l Mutex<Vec<String>>,
    refuse: [bool; 2],
}

impl Keeps for Noted<'_> {
    fn intent(&mut self, _: &Message, via: &str, _: i64) -> Result<(), Bilingual> {
        self.log.lock().unwrap().push(format!("intent {via}"));
        if self.refuse[0] { Err(Bilingual::new("disk full", "磁盘已满")) } else { Ok(()) }
    }
    fn outcome(&mut self, outcome: &Outcome) -> Result<(), Bilingual> {
        self.log.lock().unwrap().push(format!("outcome {}", outcome.state.as_str()));
        if self.refuse[1] { Err(Bilingual::new("disk full", "磁盘已满")) } else { Ok(()) }
    }
}

const TAKEN: &str = r#"{"code":"80000000","msg":"said acc3ss and s3cret\/1","requestId":"1"}"#;
const LOGGED_IN: &str = r#"{"access_token":"acc3ss","expires_in":3600}"#;

/// What the server says to a target that it does not know.
fn refused(code: &str) -> String {
    format!(r#"{{"code":"{code}","msg":"said s3cret/1","requestId":"2"}}"#)
}

fn answer(status: u16, body: &str) -> Result<Response, TransportError> {
    let headers = vec![("Date".to_owned(), DATE.as_bytes().to_vec())];
    Ok(Response { status, headers, body: body.as_bytes().to_vec() })
}

fn failure(kind: Failure, may_have_arrived: bool) -> Result<Response, TransportError> {
    Err(TransportError { kind, detail: "made up s3cret/1".into(), may_have_arrived })
}

fn message() -> Message {
    Message {
        address: Address::Token("t".into()),
        title: "t".into(),
        content: "c".into(),
        msg_id: "m1".into(),
        action: String::new(),
        package: None,
        ttl: 600,
        settings: Vec::new(),
    }
}

struct Run {
    sender: Made,
    refuse: [bool; 2],
    now: i64,
}

impl Run {
    fn login() -> Self {
        Run { sender: Made::new(true), refuse: [false; 2], now: NOW }
    }
    fn plain() -> Self {
        Run { sender: Made::new(false), ..Run::login() }
    }
    fn go(&self, answers: Vec<Result<Response, TransportError>>) -> (Outcome, String) {
        let log = Mutex::new(Vec::new());
        let play = Play { answers: Mutex::new(answers.into()), log: &log };
        let mut journal = Noted { log: &log, refuse: self.refuse };
        let catalog = Catalog::builtin();
        let clock = Fixed(self.now);
        let outcome = deliver(&self.sender, &play, &catalog, &message(), &clock, &mut journal);
        for text in [&outcome.answer, &outcome.message, &outcome.trouble.en, &outcome.trouble.zh] {
            assert!(!text.contains("s3cret/1"), "{text}");
            assert!(self.sender.login != Ok(true) || !text.contains("acc3ss"), "{text}");
        }
        assert!(play.answers.lock().unwrap().is_empty(), "{outcome:?}");
        let log = log.lock().unwrap().join(", ");
        (outcome, log)
    }
}

#[test]
fn the_intent_is_kept_between_the_login_and_the_one_send() {
    let (outcome, log) = Run::login().go(vec![answer(200, LOGGED_IN), answer(200, TAKEN)]);
    assert_eq!(log, "login, intent huawei, send, outcome accepted", "{outcome:?}");
    assert_eq!((outcome.state, outcome.step, outcome.status), (SendState::Accepted, Step::Send, Some(200)));
    assert_eq!((outcome.msg_id.as_str(), outcome.sent_at), ("m1", NOW * 1000));
    let (_, log) = Run::plain().go(vec![answer(200, &refused("80300007"))]);
    assert_eq!(log, "intent huawei, send, outcome refused");
}

#[test]
fn a_send_is_never_repeated_and_what_may_have_arrived_is_unknown() {
    for kind in [Failure::Connect, Failure::Timeout, Failure::Tls, Failure::Dropped, Failure::TooLarge] {
        for (arrived, state) in [(false, SendState::Unsent), (true, SendState::Unknown)] {
            let (outcome, log) = Run::plain().go(vec![failure(kind, arrived)]);
            assert_eq!((outcome.state, outcome.failure), (state, Some(kind)));
            assert_eq!(log, format!("intent huawei, send, outcome {}", state.as_str()));
            assert!(!outcome.trouble.zh.is_empty());
        }
    }
}

#[test]
fn a_login_is_said_twice_only_where_it_did_not_arrive_and_leaves_no_intent() {
    let cases: Vec<(Vec<_>, SendState, &str)> = vec![
        (
            vec![failure(Failure::Connect, false), failure(Failure::Connect, false)],
            SendState::Unsent,
            "login, login",
        ),
        (vec![failure(Failure::Timeout, true)], SendState::Unsent, "login"),
        (vec![failure(Failure::Tls, false)], SendState::Unsent, "login"),
        (
            vec![answer(401, r#"{"error":1101,"sub_error":20182,"error_description":"example"}"#)],
            SendState::Refused,
            "login",
        ),
        (vec![answer(503, "oops")], SendState::Unsent, "login"),
        (vec![answer(200, r#"{"expires_in":3600}"#)], SendState::Unsent, "login"),
        (vec![answer(200, "<html>proxy</html>")], SendState::Unsent, "login"),
    ];
    for (answers, state, expected) in cases {
        let (outcome, log) = Run::login().go(answers);
        assert_eq!((outcome.state, outcome.step, log.as_str()), (state, Step::Login, expected));
        assert!(state == SendState::Refused || !outcome.trouble.en.is_empty());
    }
    let again = vec![failure(Failure::Connect, false), answer(200, LOGGED_IN), answer(200, TAKEN)];
    let (outcome, log) = Run::login().go(again);
    assert_eq!(
        (outcome.state, log.as_str()),
        (SendState::Accepted, "login, login, intent huawei, send, outcome accepted")
    );
}

#[test]
fn nothing_is_sent_that_cannot_be_journalled() {
    let run = Run { refuse: [true, false], ..Run::login() };
    let (outcome, log) = run.go(vec![answer(200, LOGGED_IN)]);
    assert_eq!((outcome.state, log.as_str()), (SendState::Unsent, "login, intent huawei"));
    assert_eq!(outcome.trouble.zh, "磁盘已满");
    let run = Run { refuse: [false, true], ..Run::plain() };
    let (outcome, _) = run.go(vec![answer(200, TAKEN)]);
    assert_eq!((outcome.state, outcome.trouble.en.as_str()), (SendState::Accepted, "disk full"));
    let mut run = Run::login();
    run.sender.login = Err(Bilingual::new("no key", "没有密钥"));
    let (outcome, log) = run.go(vec![]);
    assert_eq!((outcome.state, outcome.step, log.as_str()), (SendState::Unsent, Step::Login, ""));
}

#[test]
fn a_page_of_a_proxy_is_no_answer_and_a_gateway_s_error_says_nothing() {
    for (status, state) in [
        (200, SendState::Unsent),
        (403, SendState::Unsent),
        (407, SendState::Unsent),
        (502, SendState::Unknown),
    ] {
        let (outcome, _) = Run::plain().go(vec![answer(status, "<html><title>Gate</title>s3cret/1</html>")]);
        assert_eq!(outcome.state, state, "{status}");
        assert!(!outcome.trouble.en.is_empty() && outcome.answer.contains("***"));
    }
}

#[test]
fn a_wrong_clock_is_told_only_where_the_credentials_were_not_taken() {
    let catalog = Catalog::builtin();
    let of = |credential: bool| {
        let kind = |k: Kind| (k == Kind::Credential) == credential && k != Kind::Ok;
        let code = catalog.codes_of("huawei").find(|c| c.side == "server" && kind(c.kind)).unwrap();
        refused(&code.code)
    };
    let run = |now: i64, body: &str| {
        let run = Run { now, ..Run::plain() };
        run.go(vec![answer(200, body)]).0.trouble.en
    };
    assert!(run(NOW + 700_000, &of(true)).contains("clock"));
    assert_eq!(run(NOW + 500_000, &of(true)), "");
    assert_eq!(run(NOW + 700_000, &of(false)), "");
    assert_eq!(run(NOW + 700_000, TAKEN), "");
}

#[test]
fn another_host_is_asked_only_where_the_name_of_the_first_is_not_known() {
    let unknown = || {
        let detail = "failed to lookup address information: Name or service not known".to_owned();
        Err(TransportError { kind: Failure::Connect, detail, may_have_arrived: false })
    };
    let run = Run::plain();
    run.sender.hosts.set(1);
    let (outcome, log) = run.go(vec![unknown(), answer(200, TAKEN)]);
    assert_eq!(
        (outcome.state, log.as_str()),
        (SendState::Accepted, "intent huawei, send, send, outcome accepted")
    );
    run.sender.hosts.set(1);
    let (outcome, log) = run.go(vec![failure(Failure::Connect, false)]);
    assert_eq!((outcome.state, log.as_str()), (SendState::Unsent, "intent huawei, send, outcome unsent"));
    run.sender.hosts.set(1);
    let (outcome, _) = run.go(vec![unknown(), unknown()]);
    assert_eq!((outcome.state, outcome.failure), (SendState::Unsent, Some(Failure::Connect)));
}
