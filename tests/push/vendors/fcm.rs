//! Firebase Cloud Messaging and Google's login of a service account.

use serde_json::{Value, json};

use super::{Access, Deliver, FieldRule, Is, accept, check, text};
use crate::wire::{Accepted, Answer, Book, Incoming, Part, Service, field};
use crate::{keys, proof};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SCOPES: &[&str] =
    &["https://www.googleapis.com/auth/firebase.messaging", "https://www.googleapis.com/auth/cloud-platform"];

#[derive(Default)]
pub struct Fcm {
    /// Milliseconds by which its clock is ahead.
    pub ahead: i64,
    pub access: Access,
    pub deliver: Option<Deliver>,
}

const BODY: &[FieldRule] = &[
    ("/validate_only", false, Is::Bool),
    ("/message/token", true, Is::Text),
    ("/message/notification/title", true, Is::Text),
    ("/message/notification/body", true, Is::Text),
    ("/message/android/priority", false, Is::One(&["high", "normal", "HIGH", "NORMAL"])),
    ("/message/android/ttl", false, Is::Seconds),
    ("/message/android/notification/channel_id", false, Is::Text),
    ("/message/fcm_options/analytics_label", false, Is::Text),
];

impl Fcm {
    fn granted(&self, form: &[(String, String)]) -> Result<(), String> {
        if field(form, "grant_type") != GRANT {
            return Err("grant_type".to_owned());
        }
        let (header, claims) = proof::jwt(field(form, "assertion"), "RS256", &keys::public())?;
        let scope = claims["scope"].as_str().unwrap_or_default();
        if header["kid"] != "k1"
            || claims["iss"] != "svc@demo.iam.gserviceaccount.com"
            || claims["aud"] != "https://oauth2.googleapis.com/token"
            || !SCOPES.contains(&scope)
        {
            return Err(format!("{header} {claims}"));
        }
        let (iat, exp) = (claims["iat"].as_i64().unwrap_or(0), claims["exp"].as_i64().unwrap_or(0));
        let now = (jiff::Timestamp::now().as_millisecond() + self.ahead) / 1000;
        if exp > iat + 3600 || exp <= now || iat > now + 600 {
            return Err(format!("iat {iat}, exp {exp}, now {now}"));
        }
        Ok(())
    }

    fn send(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let token = incoming.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        if !self.access.holds(token) {
            if !self.access.spent {
                book.complaints.push("a token that was never given".to_owned());
            }
            return self.refusal("HTTP 401");
        }
        let body = incoming.json();
        let data = body.pointer("/message/data").and_then(Value::as_object).cloned().unwrap_or_default();
        let checked = check(&body, BODY).and_then(|()| {
            if incoming.path != "/v1/projects/demo-project/messages:send" {
                return Err(incoming.path.clone());
            }
            if body["validate_only"] == true || data.values().any(|v| !v.is_string()) {
                return Err("validate_only, or data that is no text".to_owned());
            }
            Ok(())
        });
        if let Err(why) = checked {
            book.complaints.push(why);
            return self.refusal("INVALID_ARGUMENT");
        }
        let id = format!("projects/demo-project/messages/0:17200000000000{:02}%example", book.accepted.len());
        let accepted = Accepted {
            via: "fcm".to_owned(),
            target: text(&body, "/message/token"),
            title: text(&body, "/message/notification/title"),
            content: text(&body, "/message/notification/body"),
            id: id.clone(),
            raw: body.to_string(),
            ..Accepted::default()
        };
        accept(book, self.deliver.as_mut(), accepted);
        Answer::json(200, &json!({"name": id}))
    }
}

/// Codes of FCM: HTTP status, Google's status.
const CODES: &[(&str, u16, &str)] = &[
    ("INTERNAL", 500, "INTERNAL"),
    ("INVALID_ARGUMENT", 400, "INVALID_ARGUMENT"),
    ("QUOTA_EXCEEDED", 429, "RESOURCE_EXHAUSTED"),
    ("SENDER_ID_MISMATCH", 403, "PERMISSION_DENIED"),
    ("THIRD_PARTY_AUTH_ERROR", 401, "UNAUTHENTICATED"),
    ("UNAVAILABLE", 503, "UNAVAILABLE"),
    ("UNREGISTERED", 404, "NOT_FOUND"),
    ("UNSPECIFIED_ERROR", 500, "UNKNOWN"),
];

/// Statuses without a code of FCM beside.
const STATUSES: &[(u16, &str)] = &[
    (400, "FAILED_PRECONDITION"),
    (401, "UNAUTHENTICATED"),
    (403, "PERMISSION_DENIED"),
    (404, "NOT_FOUND"),
    (429, "RESOURCE_EXHAUSTED"),
    (500, "UNKNOWN"),
    (503, "ABORTED"),
];

impl Service for Fcm {
    fn part(&self, head: &Incoming) -> Part {
        if head.path == "/token" { Part::Login } else { Part::Send }
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        if self.part(incoming) != Part::Login {
            return self.send(incoming, book);
        }
        if let Err(why) = self.granted(&incoming.form()) {
            if self.ahead == 0 {
                book.complaints.push(why);
            }
            return self.refusal("invalid_grant");
        }
        let token = self.access.give("fcm");
        Answer::json(200, &json!({"access_token": token, "expires_in": 3599, "token_type": "Bearer"}))
    }

    fn refusal(&self, code: &str) -> Answer {
        if code == "invalid_grant" {
            return Answer::json(400, &json!({"error": code, "error_description": "made up for a test"}));
        }
        if code == "HTTP 200" {
            return Answer::json(
                200,
                &json!({"name": "projects/demo-project/messages/0:1720000000000099%example"}),
            );
        }
        let words = "made up for a test";
        if let Some(status) = code.strip_prefix("HTTP ") {
            let status: u16 = status.parse().unwrap();
            let (_, name) = STATUSES.iter().find(|(s, _)| *s == status).unwrap();
            let error = json!({"code": status, "message": words, "status": name});
            return Answer::json(status, &json!({"error": error}));
        }
        let (_, status, name) = CODES.iter().find(|(c, ..)| *c == code).unwrap();
        let detail =
            json!({"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code});
        let error = json!({"code": status, "message": words, "status": name, "details": [detail]});
        Answer::json(*status, &json!({"error": error}))
    }
}
