//! Stand-ins for the vendors' push services: each checks its own login and its mandatory fields, by
//! the vendor's documentation, and answers in the vendor's shapes.

pub mod fcm;
pub mod harmony;
pub mod honor;
pub mod huawei;
pub mod meizu;
pub mod oppo;
pub mod vivo;
pub mod xiaomi;

use serde_json::Value;

use super::wire::{Accepted, Book, Fault, Part, Server, Service};

/// Hears of every accepted message, as the phone does.
pub type Deliver = Box<dyn FnMut(&Accepted) + Send>;

/// Access tokens that a service gave.
#[derive(Default)]
pub struct Access {
    live: Vec<String>,
    given: u32,
    /// Every token is used up or rotated as soon as it is given.
    pub spent: bool,
}

impl Access {
    pub fn give(&mut self, prefix: &str) -> String {
        self.given += 1;
        let token = format!("{prefix}-access-{}", self.given);
        if !self.spent {
            self.live.push(token.clone());
        }
        token
    }

    pub fn holds(&self, token: &str) -> bool {
        self.live.iter().any(|live| live == token)
    }
}

/// What a field must be.
pub enum Is {
    Text,
    /// A text with at most so many characters.
    Upto(usize),
    /// A whole number between the two.
    Number(i64, i64),
    Bool,
    /// A text of digits and an `s`: `600s`.
    Seconds,
    /// A list of one to so many texts.
    Texts(usize),
    /// One of these texts.
    One(&'static [&'static str]),
}

/// A field of a body: where, whether it must be there, what it is.
pub type FieldRule = (&'static str, bool, Is);

/// Checks the fields of a body.
///
/// # Errors
/// The first that is wrong.
pub fn check(body: &Value, fields: &[FieldRule]) -> Result<(), String> {
    for (pointer, needed, is) in fields {
        let fits = match body.pointer(pointer) {
            None if *needed => return Err(format!("{pointer} is missing")),
            None => true,
            Some(value) => match is {
                Is::Text => value.as_str().is_some_and(|t| !t.trim().is_empty()),
                Is::Upto(most) => {
                    value.as_str().is_some_and(|t| !t.trim().is_empty() && t.chars().count() <= *most)
                }
                Is::Number(low, high) => value.as_i64().is_some_and(|n| (*low..=*high).contains(&n)),
                Is::Bool => value.is_boolean(),
                Is::Seconds => {
                    value.as_str().and_then(|t| t.strip_suffix('s')).is_some_and(|t| t.parse::<u32>().is_ok())
                }
                Is::Texts(most) => value.as_array().is_some_and(|list| {
                    (1..=*most).contains(&list.len())
                        && list.iter().all(|t| t.as_str().is_some_and(|t| !t.is_empty()))
                }),
                Is::One(texts) => value.as_str().is_some_and(|t| texts.contains(&t)),
            },
        };
        if !fits {
            return Err(format!("{pointer} may not be {}", body.pointer(pointer).unwrap_or(&Value::Null)));
        }
    }
    Ok(())
}

/// The text at a place of a body.
pub fn text(body: &Value, pointer: &str) -> String {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Notes an accepted message and tells the phone.
pub fn accept(book: &mut Book, deliver: Option<&mut Deliver>, accepted: Accepted) {
    if let Some(deliver) = deliver {
        deliver(&accepted);
    }
    book.accepted.push(accepted);
}

/// A stand-in of any vendor, for tests that go through all of them.
pub enum Vendor {
    Huawei(Server<huawei::Huawei>),
    Harmony(Server<harmony::Harmony>),
    Honor(Server<honor::Honor>),
    Xiaomi(Server<xiaomi::Xiaomi>),
    Oppo(Server<oppo::Oppo>),
    Vivo(Server<vivo::Vivo>),
    Meizu(Server<meizu::Meizu>),
    Fcm(Server<fcm::Fcm>),
}

/// Their ids in the catalogue.
pub const ALL: [&str; 8] = ["huawei", "harmony", "honor", "xiaomi", "oppo", "vivo", "meizu", "fcm"];

/// Does the same with whichever service stands in.
macro_rules! with {
    ($vendor:expr, $server:ident => $does:expr) => {
        match $vendor {
            Vendor::Huawei($server) => $does,
            Vendor::Harmony($server) => $does,
            Vendor::Honor($server) => $does,
            Vendor::Xiaomi($server) => $does,
            Vendor::Oppo($server) => $does,
            Vendor::Vivo($server) => $does,
            Vendor::Meizu($server) => $does,
            Vendor::Fcm($server) => $does,
        }
    };
}

impl Vendor {
    pub fn start(id: &str) -> Vendor {
        match id {
            "huawei" => Vendor::Huawei(Server::start(huawei::Huawei::default())),
            "harmony" => Vendor::Harmony(Server::start(harmony::Harmony::default())),
            "honor" => Vendor::Honor(Server::start(honor::Honor::default())),
            "xiaomi" => Vendor::Xiaomi(Server::start(xiaomi::Xiaomi::default())),
            "oppo" => Vendor::Oppo(Server::start(oppo::Oppo::default())),
            "vivo" => Vendor::Vivo(Server::start(vivo::Vivo::default())),
            "meizu" => Vendor::Meizu(Server::start(meizu::Meizu::default())),
            "fcm" => Vendor::Fcm(Server::start(fcm::Fcm::default())),
            other => panic!("no stand-in for {other}"),
        }
    }

    pub fn url(&self) -> String {
        with!(self, server => server.url())
    }

    pub fn address(&self) -> std::net::SocketAddr {
        with!(self, server => server.address)
    }

    pub fn fault(&self, part: Part, fault: Fault) {
        with!(self, server => server.fault(part, fault));
    }

    /// What was wrong with requests since this was asked last.
    pub fn complaints(&self) -> Vec<String> {
        with!(self, server => std::mem::take(&mut server.book().complaints))
    }

    pub fn forget_faults(&self) {
        with!(self, server => server.book().faults.clear());
    }

    pub fn accepted(&self) -> Vec<Accepted> {
        with!(self, server => server.accepted())
    }

    pub fn count(&self, part: Part) -> usize {
        with!(self, server => server.book().count(part))
    }

    pub fn content(&self) {
        with!(self, server => server.content());
    }

    /// The body of the answer that carries a code.
    pub fn refusal(&self, code: &str) -> super::wire::Answer {
        with!(self, server => server.service().refusal(code))
    }

    /// From now on access tokens are used up as soon as they are given. False where there are none.
    pub fn spend(&self) -> bool {
        match self {
            Vendor::Huawei(server) => server.service().access.spent = true,
            Vendor::Honor(server) => server.service().access.spent = true,
            Vendor::Oppo(server) => server.service().access.spent = true,
            Vendor::Vivo(server) => server.service().access.spent = true,
            Vendor::Fcm(server) => server.service().access.spent = true,
            Vendor::Harmony(_) | Vendor::Xiaomi(_) | Vendor::Meizu(_) => return false,
        }
        true
    }

    /// What the phone does when a message comes.
    pub fn deliver_by(&self, deliver: Deliver) {
        with!(self, server => server.service().deliver = Some(deliver));
    }
}

/// Codes that are no answer to a login or a send of one message, and why.
pub const NO_ANSWER: &[(&str, &str, &str)] = &[
    ("huawei", "HTTP 200", "a success by its status alone; the body carries 80000000"),
    ("harmony", "HTTP 200", "a success by its status alone; the body carries 80000000"),
    ("huawei", "NSP_STATUS 0", "the success of an interface that is no longer called"),
    ("meizu", "barTypeSwitch:0", "answer to a question for the switch"),
    ("meizu", "barTypeSwitch:1", "answer to a question for the switch"),
    ("xiaomi", "10035", "the end of a list that is no longer served"),
    ("xiaomi", "channel_exceed_quota", "answer to a call with many messages"),
];

pub fn is_answer(vendor: &str, code: &str) -> bool {
    !NO_ANSWER.iter().any(|(v, c, _)| *v == vendor && *c == code)
}
