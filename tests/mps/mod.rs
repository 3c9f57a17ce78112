//! What the tests of MPS share: a clock that stands, and a network of answers made up beforehand.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pushdoctor::aliyun::clock::Clock;
use pushdoctor::aliyun::credentials::Credentials;
use pushdoctor::aliyun::mps::config::{Endpoint, Signing};
use pushdoctor::aliyun::mps::{Api, MpsClient, MpsConfig};
use pushdoctor::catalog::Catalog;
use pushdoctor::http::{Failure, Request, Response, Transport, TransportError};
use pushdoctor::send::{Address, Message, Setting};

/// 2026-01-01T00:00:00Z.
pub const NOW: i64 = 1_767_225_600_000;

/// Stands still but for pauses, which it counts.
#[derive(Default)]
pub struct Still(pub AtomicU64);

impl Clock for Still {
    fn now_ms(&self) -> i64 {
        NOW
    }
    fn elapsed_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
    fn sleep(&self, duration: Duration) {
        self.0.fetch_add(u64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

pub type Answer = Result<Response, TransportError>;

/// Gives the answers in their order and keeps the requests.
#[derive(Clone, Default)]
pub struct Wire {
    pub answers: Arc<Mutex<VecDeque<Answer>>>,
    pub requests: Arc<Mutex<Vec<Request>>>,
}

impl Wire {
    pub fn new(answers: Vec<Answer>) -> Wire {
        Wire { answers: Arc::new(Mutex::new(answers.into())), ..Wire::default() }
    }

    pub fn sent(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Transport for Wire {
    fn send(&self, request: &Request) -> Answer {
        self.requests.lock().unwrap().push(request.clone());
        let next = self.answers.lock().unwrap().pop_front();
        next.unwrap_or_else(|| failure(Failure::Dropped, true))
    }
}

pub fn failure(kind: Failure, may_have_arrived: bool) -> Answer {
    Err(TransportError { kind, detail: "made up".to_owned(), may_have_arrived })
}

pub fn answer(status: u16, body: &str) -> Answer {
    dated(status, body, "Thu, 01 Jan 2026 00:00:00 GMT")
}

pub fn dated(status: u16, body: &str, date: &str) -> Answer {
    let headers = vec![("Date".to_owned(), date.as_bytes().to_vec())];
    Ok(Response { status, headers, body: body.as_bytes().to_vec() })
}

pub fn config() -> MpsConfig {
    MpsConfig {
        endpoints: vec![Endpoint {
            base: "https://mpaas.aliyuncs.com".to_owned(),
            host: "mpaas.aliyuncs.com".to_owned(),
        }],
        region: None,
        version: "2020-10-28".to_owned(),
        signing: Signing::Acs3,
        api: Api::OpenApi,
        private_key_file: None,
        proxy: None,
        ca_file: None,
        app_id: Some("ONEX000000000001".to_owned()),
        workspace_id: Some("default".to_owned()),
        tenant_id: None,
    }
}

pub fn key(id: &str, secret: &str, token: Option<&str>) -> Credentials {
    Credentials {
        id: id.to_owned(),
        secret: secret.to_owned(),
        sts_token: token.map(str::to_owned),
        expires: None,
        origin: pushdoctor::aliyun::credentials::Origin(pushdoctor::lang::Bilingual::new("a test", "测试")),
    }
}

pub fn client<'c>(catalog: &'c Catalog, config: MpsConfig, wire: &Wire) -> MpsClient<'c> {
    let key = Rc::new(key("LTAI5tMadeUpKeyId0001", "made-up-secret", None));
    MpsClient::new(catalog, config, Box::new(wire.clone()), key, Arc::new(Still::default()), || false)
}

pub fn message(action: &str, address: Address) -> Message {
    Message {
        address,
        title: "测试 title".to_owned(),
        content: "内容 content".to_owned(),
        msg_id: "pd1767225600000a1b2".to_owned(),
        action: action.to_owned(),
        package: None,
        ttl: 600,
        settings: Vec::new(),
    }
}

pub fn settings(list: &[(&str, &str)]) -> Vec<Setting> {
    list.iter().map(|(n, v)| Setting { name: (*n).to_owned(), value: (*v).to_owned() }).collect()
}

pub fn header<'r>(request: &'r Request, name: &str) -> &'r str {
    request.headers.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)).map_or("", |(_, v)| v)
}
