//! A log service of our own for tests: it checks signatures by itself (nothing of `src` is used for
//! that), pages, counts, packs its answers, and breaks in the ways that the real one does.

#![allow(dead_code, reason = "each test file uses a part")]

use std::sync::Arc;

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use pushdoctor::aliyun::clock::Clock;
use serde_json::{Map, Value, json};
use sha2::Digest;

use super::loopback::{Incoming, Reply, TestClock};

pub const ID: &str = "LTAI5tMadeUpKeyId0001";
pub const SECRET: &str = "made+up/secret=";
pub const REGION: &str = "cn-test";

/// A row in the store: its second, and what it says.
#[derive(Clone, Debug)]
pub struct Stored {
    pub time: i64,
    pub fields: Map<String, Value>,
}

pub fn row(time: i64, id: &str, text: &str) -> Stored {
    let mut fields = Map::new();
    fields.insert("__time__".into(), Value::String(time.to_string()));
    fields.insert("id".into(), Value::String(id.into()));
    fields.insert("content".into(), Value::String(text.into()));
    Stored { time, fields }
}

/// One way to go wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Rows, but not all of them, and it says so.
    Incomplete,
    /// It says `Complete` with a count that its rows do not have.
    Miscount,
    Status(u16, &'static str),
    /// A page of a proxy.
    Html(u16),
    /// The body ends in the middle.
    Cut,
    Drop,
    /// Bytes that are no JSON.
    Garbage,
    Silence,
    Redirect,
}

/// How an answer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    None,
    Gzip,
    Zstd,
    Lz4,
}

/// Chooses the fault of an answer.
pub type Mood = Box<dyn FnMut(&Incoming, u64) -> Option<Fault> + Send>;

/// The service.
pub struct Sls {
    pub rows: Vec<Stored>,
    /// Asked before each answer which fault it has; the incoming request, and its number from 0.
    pub fault: Mood,
    /// Rows that arrive before the request of this number.
    pub late: Vec<(u64, Stored)>,
    pub packing: Packing,
    /// Only a search with this text in `content` or `id` finds a row; `*` finds all.
    pub token: Option<String>,
    pub host: String,
    /// Seconds by which this service's clock is ahead of the client's.
    pub ahead: i64,
    pub v2: bool,
    pub histograms: bool,
    /// Terms must be whole words.
    pub whole_words: bool,
    /// Bytes that stand raw in the header `x-log-query-info`.
    pub query_info: Vec<u8>,
    clock: Arc<TestClock>,
    pub requests: Vec<Incoming>,
    /// What was wrong with a request, which is a fault of the client.
    pub complaints: Vec<String>,
}

impl Sls {
    pub fn new(clock: Arc<TestClock>, rows: Vec<Stored>) -> Sls {
        Sls {
            rows,
            fault: Box::new(|_, _| None),
            late: Vec::new(),
            packing: Packing::None,
            token: None,
            host: String::new(),
            ahead: 0,
            v2: true,
            histograms: true,
            whole_words: false,
            query_info: Vec::new(),
            clock,
            requests: Vec::new(),
            complaints: Vec::new(),
        }
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms() + self.ahead * 1000
    }

    pub fn answer(&mut self, incoming: &Incoming) -> Reply {
        let number = self.requests.len() as u64;
        self.requests.push(incoming.clone());
        while let Some(at) = self.late.iter().position(|(when, _)| *when <= number) {
            let (_, stored) = self.late.remove(at);
            self.rows.push(stored);
        }
        if let Err((status, code, message)) = self.check(incoming) {
            if code != "RequestTimeTooSkewed" {
                self.complaints.push(format!("{code}: {message}"));
            }
            return self.error(status, code, &message);
        }
        let fault = (self.fault)(incoming, number);
        match &fault {
            Some(Fault::Status(status, code)) => return self.error(*status, code, "made up"),
            Some(Fault::Html(status)) => {
                let body = b"<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>";
                let headers = vec![("content-type".to_owned(), b"text/html".to_vec())];
                return Reply::Answer { status: *status, headers, body: body.to_vec() };
            }
            Some(Fault::Redirect) => {
                let headers = vec![("location".to_owned(), b"http://login.invalid/".to_vec())];
                return Reply::Answer { status: 302, headers, body: Vec::new() };
            }
            Some(Fault::Drop) => return Reply::Drop,
            Some(Fault::Silence) => return Reply::Silence,
            _ => {}
        }
        let (headers, body) = match (incoming.method.as_str(), incoming.parameter("type")) {
            ("POST", _) if self.v2 => self.logs_v2(incoming, fault.as_ref()),
            ("GET", "log") => self.logs_v1(incoming, fault.as_ref()),
            ("GET", "histogram") if self.histograms => self.histogram(incoming, fault.as_ref()),
            ("GET", "histogram") => return self.error(401, "Unauthorized", "no right to count"),
            _ => return self.error(405, "MethodNotAllowed", "made up"),
        };
        match fault {
            Some(Fault::Cut) => {
                let after = body.len() / 2;
                Reply::Cut { status: 200, headers, body, after }
            }
            Some(Fault::Garbage) => {
                let half = body.len() / 2;
                Reply::Answer { status: 200, headers, body: body[..half].to_vec() }
            }
            _ => Reply::Answer { status: 200, headers, body },
        }
    }

    fn common(&self) -> Vec<(String, Vec<u8>)> {
        let date = jiff::Timestamp::from_millisecond(self.now_ms()).unwrap();
        let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        vec![
            ("date".to_owned(), date.into_bytes()),
            ("x-log-requestid".to_owned(), b"5F0000000000000000000001".to_vec()),
        ]
    }

    fn error(&self, status: u16, code: &str, message: &str) -> Reply {
        let body = json!({"errorCode": code, "errorMessage": message}).to_string();
        Reply::Answer { status, headers: self.common(), body: body.into_bytes() }
    }

    fn found(&self, query: &str, from: i64, to: i64) -> Vec<&Stored> {
        let terms = terms(query);
        let mut found: Vec<&Stored> = self
            .rows
            .iter()
            .filter(|r| r.time >= from && r.time < to)
            .filter(|r| terms.iter().all(|term| self.holds(r, term)))
            .collect();
        found.sort_by_key(|r| r.time);
        found
    }

    fn holds(&self, row: &Stored, term: &str) -> bool {
        row.fields.values().filter_map(Value::as_str).any(|text| {
            if self.whole_words {
                text.split([',', ' ']).any(|word| word == term)
            } else {
                text.contains(term)
            }
        })
    }

    fn page(
        &mut self,
        query: &str,
        from: i64,
        to: i64,
        offset: usize,
        line: usize,
        fault: Option<&Fault>,
    ) -> (Vec<Value>, &'static str) {
        if line > 100 || from >= to {
            self.complaints.push(format!("line {line}, from {from}, to {to}"));
        }
        let rows: Vec<Value> = self
            .found(query, from, to)
            .into_iter()
            .skip(offset)
            .take(line)
            .map(|r| Value::Object(r.fields.clone()))
            .collect();
        match fault {
            Some(Fault::Incomplete) => {
                let half = rows.len() / 2;
                (rows.into_iter().take(half).collect(), "Incomplete")
            }
            _ => (rows, "Complete"),
        }
    }

    fn logs_v2(&mut self, incoming: &Incoming, fault: Option<&Fault>) -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
        let body: Value = serde_json::from_slice(&incoming.body).unwrap();
        for known in ["from", "to", "query", "line", "offset", "reverse"] {
            if body.get(known).is_none() {
                self.complaints.push(format!("no {known}"));
            }
        }
        if !incoming.path.ends_with("/logs") {
            self.complaints.push(format!("path {}", incoming.path));
        }
        let n = |key: &str| body[key].as_i64().unwrap();
        let query = body["query"].as_str().unwrap().to_owned();
        let (mut rows, progress) =
            self.page(&query, n("from"), n("to"), n("offset") as usize, n("line") as usize, fault);
        let count = rows.len();
        if matches!(fault, Some(Fault::Miscount)) {
            rows.pop();
        }
        // Half of the meta is null, and one key is unknown.
        let answer = json!({
            "meta": {"progress": progress, "count": count, "hasSQL": false, "aggQuery": null,
                "telementryType": null, "madeUpKey": {"a": [1]}, "keys": null},
            "data": rows,
        });
        let raw = answer.to_string().into_bytes();
        let mut headers = self.common();
        let (name, packed) = match self.packing {
            Packing::None => return (headers, raw),
            Packing::Gzip => ("gzip", gzip(&raw)),
            Packing::Zstd => ("zstd", zstd::stream::encode_all(raw.as_slice(), 1).unwrap()),
            Packing::Lz4 => ("lz4", lz4_flex::block::compress(&raw)),
        };
        headers.push(("x-log-compresstype".to_owned(), name.into()));
        headers.push(("x-log-bodyrawsize".to_owned(), raw.len().to_string().into_bytes()));
        (headers, packed)
    }

    fn logs_v1(&mut self, incoming: &Incoming, fault: Option<&Fault>) -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
        let n = |key: &str| incoming.parameter(key).parse::<i64>().unwrap();
        let query = incoming.parameter("query").to_owned();
        let (rows, progress) =
            self.page(&query, n("from"), n("to"), n("offset") as usize, n("line") as usize, fault);
        let mut headers = self.common();
        headers.push(("x-log-progress".to_owned(), progress.into()));
        headers.push(("x-log-count".to_owned(), rows.len().to_string().into_bytes()));
        headers.push(("x-log-query-info".to_owned(), self.query_info.clone()));
        (headers, Value::Array(rows).to_string().into_bytes())
    }

    fn histogram(&mut self, incoming: &Incoming, fault: Option<&Fault>) -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
        let n = |key: &str| incoming.parameter(key).parse::<i64>().unwrap();
        let (from, to, query) = (n("from"), n("to"), incoming.parameter("query").to_owned());
        let step = ((to - from + 59) / 60).max(1);
        let mut buckets = Vec::new();
        let mut at = from;
        while at < to {
            let end = (at + step).min(to);
            let mut count = self.found(&query, at, end).len();
            let mut progress = "Complete";
            if matches!(fault, Some(Fault::Incomplete)) && at == from {
                (count, progress) = (count / 2, "Incomplete");
            }
            buckets.push(json!({"from": at, "to": end, "count": count, "progress": progress}));
            at = end;
        }
        (self.common(), Value::Array(buckets).to_string().into_bytes())
    }

    /// What the real service checks before anything else.
    fn check(&self, incoming: &Incoming) -> Result<(), (u16, &'static str, String)> {
        let wrong = |what: String| (401, "SignatureNotMatch", what);
        if !self.host.is_empty() && incoming.header("host") != self.host {
            return Err(wrong(format!("host {}", incoming.header("host"))));
        }
        if incoming.header("x-log-apiversion") != "0.6.0" {
            return Err(wrong("x-log-apiversion".to_owned()));
        }
        if incoming.header("x-log-bodyrawsize") != incoming.body.len().to_string() {
            return Err(wrong("x-log-bodyrawsize".to_owned()));
        }
        if incoming.header("x-acs-security-token") != self.token.as_deref().unwrap_or_default() {
            return Err(wrong("token".to_owned()));
        }
        let authorization = incoming.header("authorization");
        let (expected, time) = if authorization.starts_with("LOG ") {
            let time =
                jiff::fmt::rfc2822::parse(incoming.header("date")).map_err(|e| wrong(e.to_string()))?;
            (v1(incoming), time.timestamp())
        } else {
            let text = incoming.header("x-log-date");
            let time =
                jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).map_err(|e| wrong(e.to_string()))?;
            (v4(incoming), jiff::tz::TimeZone::UTC.to_timestamp(time).unwrap())
        };
        if (time.as_millisecond() - self.now_ms()).abs() > 15 * 60 * 1000 {
            return Err((400, "RequestTimeTooSkewed", "made up".to_owned()));
        }
        if expected != authorization {
            return Err(wrong(format!("signature {authorization} is not {expected}")));
        }
        Ok(())
    }
}

/// The quoted terms of a search; the tests search with `and` only.
fn terms(query: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let mut term: Option<String> = None;
    let mut characters = query.chars();
    while let Some(c) = characters.next() {
        match (c, &mut term) {
            ('"', Some(_)) => terms.extend(term.take()),
            ('"', None) => term = Some(String::new()),
            ('\\', Some(inside)) => inside.extend(characters.next()),
            (c, Some(inside)) => inside.push(c),
            _ => {}
        }
    }
    terms
}

fn gzip(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(raw, flate2::Compression::fast());
    std::io::Read::read_to_end(&mut encoder, &mut out).unwrap();
    out
}

/// The first signature, from the bytes on the wire.
fn v1(incoming: &Incoming) -> String {
    let mut lines = vec![incoming.method.clone()];
    let md5 = incoming.header("content-md5");
    if !incoming.body.is_empty() {
        let digest: String = md5::Md5::digest(&incoming.body).iter().map(|b| format!("{b:02X}")).collect();
        if digest != md5 {
            return "a wrong Content-MD5".to_owned();
        }
    }
    lines.push(md5.to_owned());
    lines.push(incoming.header("content-type").to_owned());
    lines.push(incoming.header("date").to_owned());
    let mut own: Vec<String> = incoming
        .headers
        .iter()
        .filter(|(k, _)| (k.starts_with("x-log") && k != "x-log-date") || k.starts_with("x-acs"))
        .map(|(k, v)| format!("{k}:{v}"))
        .collect();
    own.sort();
    lines.extend(own);
    let mut query: Vec<String> = incoming.query.iter().map(|(k, v)| format!("{k}={v}")).collect();
    query.sort();
    let mut resource = incoming.path.clone();
    if !query.is_empty() {
        resource = resource + "?" + &query.join("&");
    }
    lines.push(resource);
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(lines.join("\n").as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    format!("LOG {ID}:{signature}")
}

/// The fourth signature, from the bytes on the wire.
fn v4(incoming: &Incoming) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mac = |key: &[u8], text: &str| {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let body = hex(&sha2::Sha256::digest(&incoming.body));
    if body != incoming.header("x-log-content-sha256") {
        return "a wrong x-log-content-sha256".to_owned();
    }
    let mut signed: Vec<&(String, String)> = incoming
        .headers
        .iter()
        .filter(|(k, _)| {
            k.starts_with("x-log-") || k.starts_with("x-acs-") || k == "host" || k == "content-type"
        })
        .collect();
    signed.sort();
    let names: Vec<&str> = signed.iter().map(|(k, _)| k.as_str()).collect();
    let block: String = signed.iter().map(|(k, v)| format!("{k}:{v}\n")).collect();
    // The values on the wire are encoded already; the names of this API need no encoding.
    let mut query: Vec<&str> = incoming.raw_query.split('&').filter(|q| !q.is_empty()).collect();
    query.sort_unstable();
    let request = [&incoming.method, &incoming.path, &query.join("&"), &block, &names.join(";"), &body]
        .map(String::as_str)
        .join("\n");
    let time = incoming.header("x-log-date");
    let scope = format!("{}/{REGION}/sls/aliyun_v4_request", &time[..8]);
    let text =
        format!("SLS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&sha2::Sha256::digest(request.as_bytes())));
    let key = mac(
        &mac(&mac(&mac(format!("aliyun_v4{SECRET}").as_bytes(), &time[..8]), REGION), "sls"),
        "aliyun_v4_request",
    );
    format!("SLS4-HMAC-SHA256 Credential={ID}/{scope},Signature={}", hex(&mac(&key, &text)))
}
