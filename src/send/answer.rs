//! The answer to a login or a send, read by the catalogue: taken, refused with which codes, or no
//! answer of that server at all.
//!
//! A success may hide a refused target, a failure may come with any HTTP status, and a proxy may
//! answer in the server's place; what says nothing for certain is unknown, never a success.

use std::cmp::Reverse;

use serde_json::{Map, Value};

use super::{Secret, SendState, Step};
use crate::catalog::answer::{DEPTH, all_fits, at, scalar, targets, unfold};
use crate::catalog::{Catalog, Expect, Kind, SendRules};
use crate::evidence::CodeRef;
use crate::http::Response;
use crate::lang::Bilingual;

/// What an answer says.
#[derive(Clone, Debug)]
pub struct Answer {
    pub state: SendState,
    /// The codes of the answer, the one that decides first.
    pub codes: Vec<CodeRef>,
    /// The text beside the code, as the server wrote it, without control characters.
    pub message: String,
    /// The server's id of the message or task; empty where it gave none.
    pub vendor_msg_id: String,
    pub request_id: String,
    /// The access token that a login gave.
    pub access: Option<Secret>,
    /// Why this is no proper answer, with what to do; empty where it is one.
    pub trouble: Bilingual,
}

/// Bytes of an answer that are read: one to a single message has far fewer.
const LARGEST: usize = 1 << 20;
/// Characters of a code, an id and a text that are kept.
const CODE: usize = 80;
const ID: usize = 200;
const WORDS: usize = 300;

/// Where servers put the text beside a code.
const MESSAGES: &[&str] = &[
    "/msg",
    "/message",
    "/desc",
    "/reason",
    "/description",
    "/error_description",
    "/error/message",
    "/ResultMessage",
    "/PushResult/ResultMsg",
    "/Message",
];
/// Where OAuth (RFC 6749) puts the code of a failure.
const OAUTH: &str = "/error";

/// Reads the answer to one step.
pub fn read(catalog: &Catalog, rules: &SendRules, step: Step, response: &Response) -> Answer {
    let reader = Reader { catalog, rules, step };
    let body = response.body.get(..LARGEST).unwrap_or(&response.body);
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Value>(text) {
        Ok(document) if document.is_object() && response.status != PROXY_LOGIN => {
            reader.document(response, &document)
        }
        _ => reader.no_document(response, text),
    }
}

/// The status with which a proxy asks for a password.
const PROXY_LOGIN: u16 = 407;

struct Reader<'r> {
    catalog: &'r Catalog,
    rules: &'r SendRules,
    step: Step,
}

impl Reader<'_> {
    /// The side whose codes this step is answered with.
    fn side(&self) -> &str {
        match self.step {
            Step::Login if !self.rules.auth_side.is_empty() => &self.rules.auth_side,
            _ => &self.rules.side,
        }
    }

    fn document(&self, response: &Response, raw: &Value) -> Answer {
        let unfolded = unfold(raw.clone(), DEPTH);
        let refused = self.step == Step::Send && self.names_refused(&unfolded);
        let good_status = (200..300).contains(&response.status);
        let access = match self.step {
            Step::Login => first(raw, &self.rules.access),
            Step::Send => None,
        };
        let ok = good_status
            && match self.step {
                Step::Login => access.is_some(),
                Step::Send => self.rules.ok.iter().all(|expect| holds(expect, &unfolded)),
            };
        let mut codes = self.codes(response, &unfolded, ok);
        let failed = refused || codes.iter().any(|code| !self.is_ok(code));
        let state = match (ok, failed) {
            (true, false) => SendState::Accepted,
            (_, true) => SendState::Refused,
            (false, false) if (400..500).contains(&response.status) => SendState::Refused,
            _ if self.step == Step::Login => SendState::Unsent,
            _ => SendState::Unknown,
        };
        if state == SendState::Refused && codes.iter().all(|code| self.is_ok(code)) {
            codes.extend(self.by_status(response.status));
        }
        let trouble = match state {
            SendState::Accepted | SendState::Refused => Bilingual::default(),
            SendState::Unsent => stranger(response.status),
            SendState::Unknown => says_nothing(response.status),
        };
        Answer {
            state,
            codes,
            message: short(&first(raw, MESSAGES).unwrap_or_default(), WORDS),
            vendor_msg_id: short(&first(raw, &self.rules.id).unwrap_or_default(), ID),
            request_id: short(&first(raw, &self.rules.request_id).unwrap_or_default(), ID),
            access: access.filter(|_| state == SendState::Accepted).map(Secret),
            trouble,
        }
    }

    /// The codes of a document: those of single targets and of the most telling shapes first; those
    /// of success only where nothing else is said.
    fn codes(&self, response: &Response, document: &Value, ok: bool) -> Vec<CodeRef> {
        let mut codes = self.codes_in(document);
        if codes.is_empty() {
            codes = self.codes_in(&headers(response));
        }
        if codes.is_empty() && !ok {
            let places = self.rules.ok.iter().map(|expect| expect.pointer.as_ref());
            let places = places.chain(std::iter::once(OAUTH));
            let value = places.flat_map(|place| at(document, place)).find_map(scalar);
            codes.extend(value.map(|code| self.code(&code)));
        }
        if codes.iter().any(|code| !self.is_ok(code)) {
            codes.retain(|code| !self.is_ok(code));
        }
        codes
    }

    fn codes_in(&self, document: &Value) -> Vec<CodeRef> {
        let vendor = self.rules.vendor.as_ref();
        let mut fits = all_fits(self.catalog.vendors().filter(|v| v.id == vendor), document);
        fits.retain(|fit| fit.side == self.side());
        fits.sort_by_key(|fit| Reverse(fit.weight));
        let mut codes: Vec<CodeRef> = Vec::new();
        let shaped = fits.into_iter().flat_map(|fit| fit.codes);
        let rules = self.catalog.targets().filter(|t| t.vendor == vendor);
        let of_targets = targets::refused(rules, document).into_iter();
        let of_targets = of_targets.filter(|t| t.side == self.side()).map(|t| t.code);
        for text in shaped.chain(of_targets) {
            let code = self.code(&text);
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes
    }

    /// Whether a place that must be empty names somebody. A number or a truth value names nobody.
    fn names_refused(&self, document: &Value) -> bool {
        self.rules.refused.iter().flat_map(|place| at(document, place)).any(|value| match value {
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(map) => !map.is_empty(),
            _ => false,
        })
    }

    /// A code as the catalogue spells it.
    fn code(&self, text: &str) -> CodeRef {
        let (vendor, side) = (self.rules.vendor.as_ref(), self.side());
        let entry = self.catalog.code(vendor, side, text);
        CodeRef {
            vendor: vendor.to_owned(),
            side: side.to_owned(),
            code: entry.map_or_else(|| short(text, CODE), |entry| entry.code.to_string()),
            known: entry.is_some(),
        }
    }

    fn is_ok(&self, code: &CodeRef) -> bool {
        let known = self.catalog.code(&code.vendor, &code.side, &code.code).map(|entry| entry.kind);
        match known {
            Some(kind) => kind == Kind::Ok,
            None => self.rules.ok.iter().any(|expect| expect.is.iter().any(|value| *value == code.code)),
        }
    }

    /// The code that an HTTP status is by itself, where the catalogue has one.
    fn by_status(&self, status: u16) -> Option<CodeRef> {
        let code = format!("HTTP {status}");
        self.catalog.code(&self.rules.vendor, self.side(), &code).map(|_| self.code(&code))
    }

    fn no_document(&self, response: &Response, text: &str) -> Answer {
        let status = response.status;
        let in_header = self.codes_in(&headers(response));
        let html = is_html(response, text);
        let cut = text.starts_with(['{', '[']);
        // A page is of whoever stands between; only an answer without any is the server's own.
        let codes = match (in_header.is_empty(), text.is_empty()) {
            (false, _) => in_header,
            (true, true) => self.by_status(status).into_iter().collect(),
            (true, false) => Vec::new(),
        };
        let refused = codes.iter().any(|code| !self.is_ok(code)) && (200..500).contains(&status);
        let sent = match status {
            PROXY_LOGIN => SendState::Unsent,
            _ if refused => SendState::Refused,
            500.. => SendState::Unknown,
            200..300 if text.is_empty() || cut => SendState::Unknown,
            _ => SendState::Unsent,
        };
        let state = match self.step {
            Step::Login if sent == SendState::Unknown => SendState::Unsent,
            _ => sent,
        };
        let trouble = match status {
            _ if state == SendState::Refused => Bilingual::default(),
            PROXY_LOGIN => proxy_login(),
            _ if html => page(status),
            _ if state == SendState::Unsent => stranger(status),
            _ => says_nothing(status),
        };
        Answer {
            state,
            codes,
            message: String::new(),
            vendor_msg_id: String::new(),
            request_id: String::new(),
            access: None,
            trouble,
        }
    }
}

/// Headers as an object, so that shapes find codes there too; their names come in any case.
fn headers(response: &Response) -> Value {
    let mut map = Map::new();
    for (name, value) in &response.headers {
        let value = Value::from(String::from_utf8_lossy(value).trim());
        map.insert(name.to_ascii_uppercase(), value);
    }
    Value::Object(map)
}

fn holds(expect: &Expect, document: &Value) -> bool {
    at(document, &expect.pointer).into_iter().filter_map(scalar).any(|value| {
        expect.is.is_empty() || expect.is.iter().any(|wanted| value.eq_ignore_ascii_case(wanted))
    })
}

/// The first text or number at some places.
fn first<P: AsRef<str>>(document: &Value, places: &[P]) -> Option<String> {
    places.iter().flat_map(|place| at(document, place.as_ref())).find_map(scalar)
}

fn short(text: &str, most: usize) -> String {
    crate::read::harmless(text).chars().take(most).collect()
}

fn is_html(response: &Response, text: &str) -> bool {
    let start: String = text.chars().take(200).collect::<String>().to_ascii_lowercase();
    let named = response.header("content-type").is_some_and(|t| t.to_ascii_lowercase().contains("html"));
    start.starts_with('<') && (named || start.contains("<html") || start.contains("<!doctype"))
}

fn proxy_login() -> Bilingual {
    Bilingual::new(
        "the proxy wants a login (HTTP 407) and let nothing through: give user and password with the proxy's address",
        "代理要求登录（HTTP 407），请求没有发出：请在代理地址中带上用户名和密码",
    )
}

fn page(status: u16) -> Bilingual {
    Bilingual::new(
        format!(
            "a web page came instead of an answer (HTTP {status}), as proxies and gateways send them: check the proxy and the endpoint"
        ),
        format!(
            "返回的是网页而不是接口应答（HTTP {status}），多半来自代理或网关：请检查代理和 endpoint 设置"
        ),
    )
}

fn stranger(status: u16) -> Bilingual {
    Bilingual::new(
        format!(
            "what came (HTTP {status}) is no answer of this service, so nothing was sent: check endpoint, proxy and network"
        ),
        format!("收到的内容（HTTP {status}）不是该服务的应答，消息没有发出：请检查 endpoint、代理和网络"),
    )
}

fn says_nothing(status: u16) -> Bilingual {
    Bilingual::new(
        format!(
            "the answer (HTTP {status}) does not say whether the message was taken: look at the raw answer and check the endpoint"
        ),
        format!("应答（HTTP {status}）没有说明消息是否被受理：请查看原始应答并检查 endpoint 设置"),
    )
}
