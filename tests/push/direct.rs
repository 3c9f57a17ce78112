//! Straight to the vendors, without the command around it: requests of the program's own clients pass
//! the stand-ins' checks, and every answer of theirs is read as what it is.

use pushdoctor::catalog::Catalog;
use pushdoctor::config::Config;
use pushdoctor::environment::Environment;
use pushdoctor::http::{Http, Options, Response, Transport};
use pushdoctor::lang::Lang;
use pushdoctor::send::answer::read;
use pushdoctor::send::{Address, Message, Secret, SendState, Step};
use pushdoctor::vendor::sender;

use super::mps::Mps;
use super::shapes::{codes, ends, part};
use super::stage::{Stage, credentials, token};
use super::vendors::{ALL, Vendor};
use super::wire::{Part, Service};

/// Logs in and sends one message with these words.
fn sent(stage: &Stage, title: &str, content: &str) -> Response {
    let (catalog, vendor) = (Catalog::builtin(), stage.vendor_id.as_str());
    drop(stage.command(&[]));
    let config = Config::load(Some(&stage.path("pushdoctor.toml")), &catalog, Lang::En).unwrap();
    let held = credentials(vendor);
    let variables: Vec<(&str, &str)> = held.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let environment = Environment::new(Some(stage.home.path().to_owned()), &variables);
    let sender = sender(vendor, &catalog, &config, &environment).unwrap();
    let transport = Http::new(&Options { direct: true, ..Options::default() }).unwrap();
    let message = Message {
        address: Address::Token(token(vendor).to_owned()),
        title: title.to_owned(),
        content: content.to_owned(),
        msg_id: "pd-direct".to_owned(),
        action: "simple".to_owned(),
        package: Some(super::keys::PACKAGE.to_owned()),
        ttl: 600,
        settings: Vec::new(),
    };
    let now = jiff::Timestamp::now().as_millisecond();
    let access = sender.login_for(&message, now).unwrap().map(|request| {
        let answer = read(&catalog, sender.rules(), Step::Login, &transport.send(&request).unwrap());
        stage.vendor().content();
        answer.access.unwrap_or(Secret(String::new()))
    });
    let request = sender.request(&message, access.as_ref(), now).unwrap();
    transport.send(&request).unwrap()
}

#[test]
fn every_vendor_takes_the_message_as_it_is_built() {
    let catalog = Catalog::builtin();
    for vendor in ALL {
        for (title, content) in
            [("pushdoctor", "11:13 ping 4821"), ("检查 a=b&c", "d+e% \"quoted\" ~*'()/\\ 😀")]
        {
            let stage = Stage::with(vendor);
            let response = sent(&stage, title, content);
            stage.vendor().content();
            let accepted = stage.vendor().accepted();
            assert_eq!(accepted.len(), 1, "{vendor}: {}", String::from_utf8_lossy(&response.body));
            assert_eq!(accepted[0].target, token(vendor));
            assert_eq!((accepted[0].title.as_str(), accepted[0].content.as_str()), (title, content));
            let answer = read(&catalog, catalog.send(vendor).unwrap(), Step::Send, &response);
            assert_eq!((answer.state, answer.vendor_msg_id), (SendState::Accepted, accepted[0].id.clone()));
        }
    }
}

#[test]
fn every_answer_is_read_as_its_code() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for via in ALL.iter().copied().chain(["mps"]) {
        let vendor = (via != "mps").then(|| Vendor::start(via));
        let rules = catalog.send(via).unwrap();
        for code in codes(&catalog, via) {
            let answer = match &vendor {
                None => Mps::default().refusal(&code.code),
                Some(vendor) => vendor.refusal(&code.code),
            };
            let step = if part(via, &code.code) == Part::Login { Step::Login } else { Step::Send };
            let headers = vec![("content-type".to_owned(), answer.kind.as_bytes().to_vec())];
            let response = Response { status: answer.status, headers, body: answer.body };
            let got = read(&catalog, rules, step, &response);
            let state = got.state.as_str();
            let first =
                got.codes.first().map(|c| (c.vendor.to_string(), c.side.to_string(), c.code.to_string()));
            let want = Some((via.to_owned(), code.side.to_string(), code.code.to_string()));
            if !ends(via, code).iter().any(|(s, _)| *s == state) || (state != "unknown" && first != want) {
                wrong.push(format!("{via} {}: {state}, {first:?}, {}", code.code, got.trouble.en));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
