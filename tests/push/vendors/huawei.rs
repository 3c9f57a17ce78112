//! Huawei Push Kit, and the login of a Huawei account.

use serde_json::{Value, json};

use super::{Access, Deliver, FieldRule, Is, accept, check, text};
use crate::wire::{Accepted, Answer, Book, Incoming, Part, Service, field};

pub const APP_ID: &str = "100000001";
pub const APP_SECRET: &str = "made+up/huawei=secret";

#[derive(Default)]
pub struct Huawei {
    pub access: Access,
    pub deliver: Option<Deliver>,
}

const BODY: &[FieldRule] = &[
    ("/validate_only", false, Is::Bool),
    ("/message/token", true, Is::Texts(1000)),
    ("/message/android/ttl", false, Is::Seconds),
    ("/message/android/target_user_type", false, Is::Number(0, 1)),
    ("/message/android/bi_tag", false, Is::Text),
    ("/message/android/category", false, Is::Text),
    ("/message/android/urgency", false, Is::One(&["HIGH", "NORMAL"])),
    ("/message/android/collapse_key", false, Is::Number(-1, 100)),
    ("/message/android/notification/click_action/type", true, Is::Number(1, 3)),
    ("/message/android/notification/importance", false, Is::One(&["LOW", "NORMAL", "HIGH"])),
    ("/message/android/notification/channel_id", false, Is::Text),
];

impl Huawei {
    fn login(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let form = incoming.form();
        let code = match (field(&form, "client_id"), field(&form, "client_secret")) {
            _ if field(&form, "grant_type") != "client_credentials" => "1101/20182",
            ("", _) => "1102/20001",
            (APP_ID, APP_SECRET) => {
                let token = self.access.give("huawei");
                return Answer::json(
                    200,
                    &json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer"}),
                );
            }
            (APP_ID, _) => "1101/12304",
            _ => "1101/20001",
        };
        book.complaints.push(format!("login {code}: {form:?}"));
        self.refusal(code)
    }

    fn send(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let token = incoming.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        if !self.access.holds(token) {
            if !self.access.spent {
                book.complaints.push("a token that was never given".to_owned());
            }
            return self.refusal("80200003");
        }
        let body = incoming.json();
        let title = |key: &str| {
            let own = text(&body, &format!("/message/android/notification/{key}"));
            if own.is_empty() { text(&body, &format!("/message/notification/{key}")) } else { own }
        };
        let checked = check(&body, BODY).and_then(|()| {
            if !incoming.header("content-type").starts_with("application/json") {
                return Err("content-type".to_owned());
            }
            if title("title").is_empty() || title("body").is_empty() {
                return Err("title and body are needed".to_owned());
            }
            if incoming.path != format!("/v1/{APP_ID}/messages:send") {
                return Err(incoming.path.clone());
            }
            if body["validate_only"] == true { Err("nothing is sent".to_owned()) } else { Ok(()) }
        });
        if let Err(why) = checked {
            book.complaints.push(why);
            return self.refusal("80100003");
        }
        let id = format!("17200000000001{:02}", book.accepted.len());
        let accepted = Accepted {
            via: "huawei".to_owned(),
            target: text(&body, "/message/token/0"),
            msg_id: text(&body, "/message/android/bi_tag"),
            title: title("title"),
            content: title("body"),
            id: id.clone(),
            raw: body.to_string(),
            revoked: false,
        };
        accept(book, self.deliver.as_mut(), accepted);
        Answer::json(200, &json!({"code": "80000000", "msg": "Success", "requestId": id}))
    }
}

impl Service for Huawei {
    fn part(&self, head: &Incoming) -> Part {
        if head.path.starts_with("/oauth2/") { Part::Login } else { Part::Send }
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        match self.part(incoming) {
            Part::Login => self.login(incoming, book),
            _ => self.send(incoming, book),
        }
    }

    fn refusal(&self, code: &str) -> Answer {
        push_kit(code, "made up for a test")
    }
}

/// The shapes of Huawei's push services, which HarmonyOS shares.
pub fn push_kit(code: &str, words: &str) -> Answer {
    let id = "172000000000099";
    if let Some(status) = code.strip_prefix("HTTP ") {
        return Answer::json(status.parse().unwrap(), &json!({}));
    }
    if let Some(number) = code.strip_prefix("NSP_STATUS ") {
        return Answer::json(200, &json!({"NSP_STATUS": number.parse::<i64>().unwrap()}));
    }
    if let Some((error, sub)) = code.split_once('/') {
        let number = |text: &str| text.parse::<i64>().unwrap();
        return Answer::json(
            400,
            &json!({"error": number(error), "sub_error": number(sub), "error_description": words}),
        );
    }
    // A part of the tokens: the text is JSON itself.
    let partial = json!({"success": 0, "failure": 1, "illegal_tokens": ["exampleTokenOfHuawei02"]});
    let (code, msg) = match code {
        "80000000" => (code, Value::from("Success")),
        "80100000" => (code, Value::from(partial.to_string())),
        word if word.parse::<i64>().is_err() => {
            ("80300007", Value::from(format!("All the tokens are invalid: {word}")))
        }
        _ => (code, Value::from(words)),
    };
    Answer::json(200, &json!({"code": code, "msg": msg, "requestId": id}))
}

/// Whether a code is one of the login.
pub fn of_login(code: &str) -> bool {
    code.contains('/') && code.starts_with(|c: char| c.is_ascii_digit())
}
