//! vivo Push and its login.

use serde_json::json;

use super::{Access, Deliver, FieldRule, Is, accept, check, text};
use crate::proof;
use crate::wire::{Accepted, Answer, Book, Incoming, Part, Service};

pub const APP_ID: &str = "10009";
pub const APP_KEY: &str = "3f1c0d2e-aaaa-bbbb-cccc-000000000001";
pub const APP_SECRET: &str = "7b9e0f11-dddd-eeee-ffff-000000000002";

#[derive(Default)]
pub struct Vivo {
    /// Milliseconds by which its clock is ahead.
    pub ahead: i64,
    pub access: Access,
    pub deliver: Option<Deliver>,
}

const MESSAGE: &[FieldRule] = &[
    ("/appId", false, Is::Number(10_009, 10_009)),
    ("/regId", true, Is::Text),
    ("/notifyType", true, Is::Number(1, 4)),
    ("/title", true, Is::Upto(40)),
    ("/content", true, Is::Upto(100)),
    ("/skipType", true, Is::Number(1, 4)),
    ("/timeToLive", false, Is::Number(60, 86_400)),
    ("/networkType", false, Is::Number(-1, 1)),
    ("/requestId", true, Is::Upto(64)),
    ("/pushMode", false, Is::Number(0, 1)),
    ("/classification", false, Is::Number(0, 1)),
    ("/category", false, Is::Text),
    ("/foregroundShow", false, Is::Bool),
    ("/sendOnline", false, Is::Bool),
    ("/notifyId", false, Is::Number(1, i32::MAX as i64)),
];

impl Vivo {
    fn login(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let body = incoming.json();
        // The page says a number, its readers send a text.
        let id = body["appId"].as_str().map_or_else(|| body["appId"].to_string(), str::to_owned);
        let time = body["timestamp"].as_i64().unwrap_or_default();
        let sign = proof::md5(format!("{id}{}{time}{APP_SECRET}", text(&body, "/appKey")).as_bytes());
        let code = if id != APP_ID {
            "10205"
        } else if text(&body, "/appKey") != APP_KEY {
            "10202"
        } else if (jiff::Timestamp::now().as_millisecond() + self.ahead - time).abs() > 600_000 {
            "10207"
        } else if text(&body, "/sign") != sign {
            "10206"
        } else {
            let token = self.access.give("vivo");
            return Answer::json(200, &json!({"result": 0, "desc": "请求成功", "authToken": token}));
        };
        if self.ahead == 0 {
            book.complaints.push(format!("login {code}: {body}"));
        }
        self.refusal(code)
    }

    fn send(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        if !self.access.holds(incoming.header("authtoken")) {
            if !self.access.spent {
                book.complaints.push("a token that was never given".to_owned());
            }
            return self.refusal("10000");
        }
        let body = incoming.json();
        let checked = check(&body, MESSAGE).and_then(|()| match incoming.path.as_str() {
            "/message/send" => Ok(()),
            path => Err(path.to_owned()),
        });
        if let Err(why) = checked {
            book.complaints.push(why);
            return self.refusal("10101");
        }
        let id = format!("8000000000000000{:02}", book.accepted.len() + 1);
        let accepted = Accepted {
            via: "vivo".to_owned(),
            target: text(&body, "/regId"),
            msg_id: text(&body, "/requestId"),
            title: text(&body, "/title"),
            content: text(&body, "/content"),
            id: id.clone(),
            raw: body.to_string(),
            revoked: false,
        };
        accept(book, self.deliver.as_mut(), accepted);
        Answer::json(200, &json!({"result": 0, "desc": "请求成功", "taskId": id}))
    }
}

/// Codes that the login answers.
pub fn of_login(code: &str) -> bool {
    code.len() == 5 && (code.starts_with("1020") || code == "10250")
}

impl Service for Vivo {
    fn part(&self, head: &Incoming) -> Part {
        match head.path.as_str() {
            "/message/auth" => Part::Login,
            "/message/send" => Part::Send,
            _ => Part::Query,
        }
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        match self.part(incoming) {
            Part::Login => self.login(incoming, book),
            _ => self.send(incoming, book),
        }
    }

    fn refusal(&self, code: &str) -> Answer {
        let body = match code.strip_prefix("invalidUser:") {
            Some(status) => json!({"result": 0, "desc": "请求成功", "taskId": "800000000000000099",
                "invalidUser": {"status": status.parse::<i64>().unwrap(), "userid": "15700000000000012345678"}}),
            None if code == "0" => json!({"result": 0, "desc": "请求成功", "taskId": "800000000000000099"}),
            None => json!({"result": code.parse::<i64>().unwrap(), "desc": "made up for a test"}),
        };
        Answer::json(200, &body)
    }
}
