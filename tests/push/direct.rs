//! Straight to the vendors, without the command around it: requests of the program's own clients pass
//! the stand-ins' checks, and every answer of theirs is read as what it is.

use pushdoctor::catalog::{Catalog, ParameterKind, ParameterRule};
use pushdoctor::config::Config;
use pushdoctor::environment::Environment;
use pushdoctor::http::{Http, Options, Response, Transport};
use pushdoctor::lang::{Bilingual, Lang};
use pushdoctor::send::answer::read;
use pushdoctor::send::{Address, Message, Secret, SendState, Setting, Step};
use pushdoctor::vendor::sender;

use super::mps::Mps;
use super::shapes::{codes, ends, part};
use super::stage::{Stage, credentials, token};
use super::vendors::{ALL, Vendor};
use super::wire::{Answer, Part, Service};

/// Logs in and sends one message with these words.
fn sent(stage: &Stage, title: &str, content: &str, settings: &[Setting]) -> Result<Response, Bilingual> {
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
        settings: settings.to_vec(),
    };
    let now = jiff::Timestamp::now().as_millisecond();
    let access = sender.login_for(&message, now).unwrap().map(|request| {
        let answer = read(&catalog, sender.rules(), Step::Login, &transport.send(&request).unwrap());
        stage.vendor().content();
        answer.access.unwrap_or(Secret(String::new()))
    });
    let request = sender.request(&message, access.as_ref(), now)?;
    Ok(transport.send(&request).unwrap())
}

#[test]
fn every_vendor_takes_the_message_as_it_is_built() {
    let catalog = Catalog::builtin();
    for vendor in ALL {
        for (title, content) in
            [("pushdoctor", "11:13 ping 4821"), ("检查 a=b&c", "d+e% \"quoted\" ~*'()/\\ 😀")]
        {
            let stage = Stage::with(vendor);
            let response = sent(&stage, title, content, &[]).unwrap();
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

/// A value that a parameter may have, by what the catalogue says of it.
fn value(rule: &ParameterRule) -> String {
    if let Some(first) = rule.values.first() {
        return first.to_string();
    }
    match rule.kind {
        // Huawei, Honor and FCM write a time so.
        ParameterKind::Text if rule.name == "ttl" => "60s".to_owned(),
        ParameterKind::Text => "text".to_owned(),
        ParameterKind::Integer => rule.min.unwrap_or(1).to_string(),
        ParameterKind::Boolean => "false".to_owned(),
        ParameterKind::Json => r#"{"key":"value"}"#.to_owned(),
        ParameterKind::Map => format!("{{\"{}\":\"1\"}}", rule.keys.first().map_or("key", |k| k.as_ref())),
    }
}

#[test]
fn every_parameter_reaches_the_vendor_in_its_type() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for vendor in ALL {
        let stage = Stage::with(vendor);
        let mut count = 0;
        for rule in catalog.send(vendor).unwrap().parameter.iter() {
            let setting = Setting { name: rule.name.to_string(), value: value(rule) };
            // Some go only with another.
            let Ok(response) = sent(&stage, "pushdoctor", "11:13 ping", &[setting]) else { continue };
            count += 1;
            let complaints = stage.vendor().complaints();
            if !complaints.is_empty() {
                let body = String::from_utf8_lossy(&response.body).into_owned();
                wrong.push(format!("{vendor} {}={}: {complaints:?} {body}", rule.name, value(rule)));
            }
        }
        assert!(count > 3, "{vendor}: {count}");
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is no answer of the server: state, and the words must differ.
#[test]
fn strangers_on_the_way_are_told_from_servers() {
    let catalog = Catalog::builtin();
    for via in ALL.iter().copied().chain(["mps"]) {
        let rules = catalog.send(via).unwrap();
        let mut said = Vec::new();
        for (answer, state) in [
            (Answer::page(200, "Sign in"), SendState::Unsent),
            (Answer::page(407, "Proxy Authentication Required"), SendState::Unsent),
            (Answer::page(502, "Bad Gateway"), SendState::Unknown),
            (Answer::text(200, "application/json", ""), SendState::Unknown),
            (Answer::page(403, "Forbidden"), SendState::Unsent),
            (Answer::text(500, "text/plain", "oops"), SendState::Unknown),
            (Answer::text(200, "application/json", "{\"code"), SendState::Unknown),
            (Answer::text(200, "application/json", "[]"), SendState::Unknown),
        ] {
            let headers = vec![("content-type".to_owned(), answer.kind.as_bytes().to_vec())];
            let shown = String::from_utf8_lossy(&answer.body).into_owned();
            let response = Response { status: answer.status, headers, body: answer.body };
            let got = read(&catalog, rules, Step::Send, &response);
            assert_eq!(got.state, state, "{via} {} {shown}", answer.status);
            assert!(!got.trouble.en.is_empty() && !got.trouble.zh.is_empty(), "{via} {shown}");
            assert!(got.codes.is_empty() || state == SendState::Unknown, "{via} {shown}: {:?}", got.codes);
            said.push(got.trouble.en);
        }
        for (i, one) in said[..4].iter().enumerate() {
            assert!(!said[i + 1..4].contains(one), "{via}: told twice: {one}");
        }
    }
}
