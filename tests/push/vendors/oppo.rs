//! OPPO Push and its login.

use serde_json::{Value, json};

use super::{Access, Deliver, FieldRule, Is, accept, check, text};
use crate::proof;
use crate::wire::{Accepted, Answer, Book, Incoming, Part, Service, field};

pub const APP_KEY: &str = "0123456789abcdef0123456789abcdef";
pub const MASTER_SECRET: &str = "fedcba9876543210fedcba9876543210";

#[derive(Default)]
pub struct Oppo {
    /// Milliseconds by which its clock is ahead.
    pub ahead: i64,
    pub access: Access,
    pub deliver: Option<Deliver>,
}

const MESSAGE: &[FieldRule] = &[
    ("/target_type", true, Is::Number(2, 2)),
    ("/target_value", true, Is::Text),
    ("/verify_registration_id", false, Is::Bool),
    ("/notification/title", true, Is::Upto(50)),
    ("/notification/content", true, Is::Upto(200)),
    ("/notification/click_action_type", false, Is::Number(0, 5)),
    ("/notification/off_line", false, Is::Bool),
    ("/notification/off_line_ttl", false, Is::Number(1, 864_000)),
    ("/notification/channel_id", false, Is::Text),
    ("/notification/category", false, Is::Text),
    ("/notification/notify_level", false, Is::Number(1, 16)),
];

impl Oppo {
    fn login(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let form = incoming.form();
        let at = |name: &str| field(&form, name);
        let time: i64 = at("timestamp").parse().unwrap_or_default();
        let sign = proof::sha256(format!("{}{}{MASTER_SECRET}", at("app_key"), at("timestamp")).as_bytes());
        let code = if at("app_key") != APP_KEY {
            "14"
        } else if (jiff::Timestamp::now().as_millisecond() + self.ahead - time).abs() > 600_000 {
            "19"
        } else if at("sign") != sign {
            "16"
        } else {
            let token = self.access.give("oppo");
            let data = json!({"auth_token": token, "create_time": time});
            return answer(0, "success", Some(data));
        };
        if self.ahead == 0 {
            book.complaints.push(format!("login {code}: {form:?}"));
        }
        self.refusal(code)
    }

    fn send(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let form = incoming.form();
        let token = match field(&form, "auth_token") {
            "" => incoming.header("auth_token"),
            token => token,
        };
        if !self.access.holds(token) {
            if !self.access.spent {
                book.complaints.push("a token that was never given".to_owned());
            }
            return self.refusal("11");
        }
        let message: Value = serde_json::from_str(field(&form, "message")).unwrap_or_default();
        let checked = check(&message, MESSAGE).and_then(|()| match incoming.path.as_str() {
            "/server/v1/message/notification/unicast" => Ok(()),
            path => Err(path.to_owned()),
        });
        if let Err(why) = checked {
            book.complaints.push(why);
            return self.refusal("41");
        }
        // The same app_message_id goes to a target once.
        let own = text(&message, "/notification/app_message_id");
        let id = format!("5d1d{:04}", book.accepted.len() + 1);
        let again = !own.is_empty() && book.accepted.iter().any(|a| a.msg_id == own);
        if !again {
            let accepted = Accepted {
                via: "oppo".to_owned(),
                target: text(&message, "/target_value"),
                msg_id: own,
                title: text(&message, "/notification/title"),
                content: text(&message, "/notification/content"),
                id: id.clone(),
                raw: message.to_string(),
                revoked: false,
            };
            accept(book, self.deliver.as_mut(), accepted);
        }
        sent(&id)
    }
}

/// Codes that the login answers.
pub const OF_LOGIN: &[&str] = &["14", "16", "17", "18", "19", "29"];

impl Service for Oppo {
    fn part(&self, head: &Incoming) -> Part {
        if head.path == "/server/v1/auth" { Part::Login } else { Part::Send }
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        match self.part(incoming) {
            Part::Login => self.login(incoming, book),
            _ => self.send(incoming, book),
        }
    }

    fn refusal(&self, code: &str) -> Answer {
        match code {
            "0" => sent("5d1d0099"),
            code => answer(code.parse().unwrap(), "made up for a test", None),
        }
    }
}

fn sent(id: &str) -> Answer {
    let data = json!({"message_id": "", "messageId": id, "status": "call_success", "task_id": ""});
    answer(0, "success", Some(data))
}

fn answer(code: i64, message: &str, data: Option<Value>) -> Answer {
    let mut body = json!({"code": code, "message": message});
    if let Some(data) = data {
        body["data"] = data;
    }
    Answer::json(200, &body)
}
