//! Push Kit of HarmonyOS 5 and later: no login, a token that the sender signs itself.

use serde_json::json;

use super::{Deliver, FieldRule, Is, accept, check, text};
use crate::wire::{Accepted, Answer, Book, Incoming, Part, Service};
use crate::{keys, proof};

pub const PROJECT: &str = "388421841221234567";

#[derive(Default)]
pub struct Harmony {
    /// Milliseconds by which its clock is ahead.
    pub ahead: i64,
    pub deliver: Option<Deliver>,
}

const BODY: &[FieldRule] = &[
    ("/payload/notification/title", true, Is::Text),
    ("/payload/notification/body", true, Is::Text),
    ("/payload/notification/category", true, Is::Text),
    ("/payload/notification/clickAction/actionType", true, Is::Number(0, 1)),
    ("/payload/notification/foregroundShow", false, Is::Bool),
    ("/payload/notification/notifyId", false, Is::Number(0, i32::MAX as i64)),
    ("/target/token", true, Is::Texts(1000)),
    ("/pushOptions/testMessage", false, Is::Bool),
    ("/pushOptions/ttl", false, Is::Number(1, 15 * 86_400)),
    ("/pushOptions/biTag", false, Is::Upto(64)),
    ("/pushOptions/collapseKey", false, Is::Number(-1, 100)),
];

impl Harmony {
    /// The code that the token in the header earns.
    fn authorized(&self, incoming: &Incoming) -> Result<(), (&'static str, String)> {
        let token = incoming.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        let (header, claims) =
            proof::jwt(token, "PS256", &keys::public()).map_err(|why| ("80200001", why))?;
        let wrong = |what: &str| Err(("80200001", format!("{what} in {header} {claims}")));
        if header["kid"] != "0123456789abcdef0123456789abcdef" || header["typ"] != "JWT" {
            return wrong("kid or typ");
        }
        if claims["iss"] != "100000001"
            || claims["aud"] != "https://oauth-login.cloud.huawei.com/oauth2/v3/token"
        {
            return wrong("iss or aud");
        }
        let (Some(iat), Some(exp)) = (claims["iat"].as_i64(), claims["exp"].as_i64()) else {
            return wrong("iat or exp, in seconds,");
        };
        let now = (jiff::Timestamp::now().as_millisecond() + self.ahead) / 1000;
        if exp <= now || iat > now + 60 {
            return Err(("80200005", "expired".to_owned()));
        }
        if exp - iat > 86_400 {
            return Err(("80300036", "longer than a day".to_owned()));
        }
        Ok(())
    }
}

impl Service for Harmony {
    fn part(&self, _: &Incoming) -> Part {
        Part::Send
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        if let Err((code, why)) = self.authorized(incoming) {
            if self.ahead == 0 {
                book.complaints.push(why);
            }
            return self.refusal(code);
        }
        let body = incoming.json();
        let checked = check(&body, BODY).and_then(|()| match incoming.header("push-type") {
            "0" if incoming.path == format!("/v3/{PROJECT}/messages:send") => Ok(()),
            _ => Err(format!("push-type or path {}", incoming.path)),
        });
        if let Err(why) = checked {
            book.complaints.push(why);
            return self.refusal("80100003");
        }
        let id = format!("17200000000002{:02}", book.accepted.len());
        let accepted = Accepted {
            via: "harmony".to_owned(),
            target: text(&body, "/target/token/0"),
            msg_id: text(&body, "/pushOptions/biTag"),
            title: text(&body, "/payload/notification/title"),
            content: text(&body, "/payload/notification/body"),
            id: id.clone(),
            raw: body.to_string(),
            revoked: false,
        };
        accept(book, self.deliver.as_mut(), accepted);
        Answer::json(200, &json!({"code": "80000000", "msg": "Success", "requestId": id}))
    }

    fn refusal(&self, code: &str) -> Answer {
        super::huawei::push_kit(code, "made up for a test")
    }
}
