//! Honor Push and its login.

use serde_json::json;

use super::{Access, Deliver, FieldRule, Is, accept, check, text};
use crate::wire::{Accepted, Answer, Book, Incoming, Part, Service, field};

pub const APP_ID: &str = "104400001";
pub const CLIENT_ID: &str = "220099887766";
pub const CLIENT_SECRET: &str = "made-up-honor-client-secret";

#[derive(Default)]
pub struct Honor {
    pub access: Access,
    pub deliver: Option<Deliver>,
}

const BODY: &[FieldRule] = &[
    ("/token", true, Is::Texts(1000)),
    ("/android/ttl", false, Is::Seconds),
    ("/android/biTag", false, Is::Text),
    ("/android/targetUserType", false, Is::Number(0, 1)),
    ("/android/notification/title", true, Is::Text),
    ("/android/notification/body", true, Is::Text),
    ("/android/notification/clickAction/type", true, Is::Number(1, 3)),
    ("/android/notification/importance", false, Is::One(&["LOW", "NORMAL"])),
];

impl Honor {
    fn login(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let form = incoming.form();
        let given = (field(&form, "client_id"), field(&form, "client_secret"));
        if field(&form, "grant_type") == "client_credentials" && given == (CLIENT_ID, CLIENT_SECRET) {
            let token = self.access.give("honor");
            let body = json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer"});
            return Answer::json(200, &body);
        }
        book.complaints.push(format!("login {form:?}"));
        self.refusal("invalid_client")
    }

    fn send(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let token = incoming.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        if !self.access.holds(token) {
            if !self.access.spent {
                book.complaints.push("a token that was never given".to_owned());
            }
            return self.refusal("403");
        }
        let time: i64 = incoming.header("timestamp").parse().unwrap_or_default();
        if (jiff::Timestamp::now().as_millisecond() - time).abs() > 600_000 {
            book.complaints.push(format!("timestamp {time}"));
            return self.refusal("10001");
        }
        let body = incoming.json();
        let checked = check(&body, BODY).and_then(|()| {
            let path = format!("/api/v1/{APP_ID}/sendMessage");
            if incoming.path == path { Ok(()) } else { Err(incoming.path.clone()) }
        });
        if let Err(why) = checked {
            book.complaints.push(why);
            return self.refusal("80100003");
        }
        let id = format!("17200000000003{:02}", book.accepted.len());
        let accepted = Accepted {
            via: "honor".to_owned(),
            target: text(&body, "/token/0"),
            msg_id: text(&body, "/android/biTag"),
            title: text(&body, "/android/notification/title"),
            content: text(&body, "/android/notification/body"),
            id: id.clone(),
            raw: body.to_string(),
            revoked: false,
        };
        accept(book, self.deliver.as_mut(), accepted);
        Answer::json(
            200,
            &json!({"code": 200, "message": "Success", "data": {"sendResult": true, "requestId": id,
                "failTokens": [], "expireTokens": [], "msgCode": 200}}),
        )
    }
}

/// Codes that the login answers.
pub const OF_LOGIN: &[&str] = &["invalid_client", "invalid_grant", "unauthorized_client"];

impl Service for Honor {
    fn part(&self, head: &Incoming) -> Part {
        if head.path.starts_with("/auth/") { Part::Login } else { Part::Send }
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        match self.part(incoming) {
            Part::Login => self.login(incoming, book),
            _ => self.send(incoming, book),
        }
    }

    fn refusal(&self, code: &str) -> Answer {
        if OF_LOGIN.contains(&code) {
            return Answer::json(400, &json!({"error": code, "error_description": "made up for a test"}));
        }
        let tokens = json!(["exampleTokenOfHonor01"]);
        let (mut body, sent) = (
            json!({"sendResult": true, "requestId": "172000000000098",
            "failTokens": [], "expireTokens": [], "msgCode": 200}),
            code.parse::<i64>().unwrap_or(200),
        );
        match code {
            "200" => {}
            "failTokens" | "expireTokens" => body[code] = tokens,
            "sendResult:false" => body["sendResult"] = json!(false),
            _ => {
                body["sendResult"] = json!(false);
                body["msgCode"] = json!(sent);
            }
        }
        Answer::json(200, &json!({"code": sent, "message": "made up for a test", "data": body}))
    }
}
