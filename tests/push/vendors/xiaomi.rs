//! Xiaomi Push: no login, the secret stands in the header.

use serde_json::{Value, json};

use super::{Deliver, accept};
use crate::wire::{Accepted, Answer, Book, Incoming, Part, Service, field};

pub const APP_SECRET: &str = "made-up-xiaomi-secret==";

#[derive(Default)]
pub struct Xiaomi {
    pub deliver: Option<Deliver>,
}

impl Xiaomi {
    fn check(incoming: &Incoming, form: &[(String, String)]) -> Result<(), (&'static str, String)> {
        if incoming.header("authorization") != format!("key={APP_SECRET}") {
            return Err(("21301", "Authorization: key=<AppSecret>".to_owned()));
        }
        if !["/v2/message/regid", "/v3/message/regid"].contains(&incoming.path.as_str()) {
            return Err(("10016", incoming.path.clone()));
        }
        for name in ["registration_id", "restricted_package_name", "title", "description"] {
            if field(form, name).trim().is_empty() {
                return Err(("10016", format!("{name} is missing")));
            }
        }
        let long = |name: &str, most: usize| field(form, name).chars().count() >= most;
        if long("title", 50) || long("description", 128) {
            return Err(("10017", "title or description is too long".to_owned()));
        }
        if !["", "0"].contains(&field(form, "pass_through")) {
            return Err(("10017", "pass_through makes no notification".to_owned()));
        }
        let number = |name: &str| match field(form, name) {
            "" => Ok(None),
            text => text.parse::<i64>().map(Some).map_err(|_| ("10017", name.to_owned())),
        };
        if number("notify_type")?.is_some_and(|n| !(-1..=7).contains(&n)) {
            return Err(("10017", "notify_type".to_owned()));
        }
        number("notify_id")?;
        // Milliseconds: nobody wants less than a minute but none at all; ten days at most.
        if number("time_to_live")?.is_some_and(|n| n != 0 && !(60_000..=864_000_000).contains(&n)) {
            return Err(("10017", "time_to_live is in milliseconds".to_owned()));
        }
        Ok(())
    }
}

impl Service for Xiaomi {
    fn part(&self, head: &Incoming) -> Part {
        if head.path.contains("/message/regid") { Part::Send } else { Part::Query }
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let form = incoming.form();
        if let Err((code, why)) = Xiaomi::check(incoming, &form) {
            book.complaints.push(why);
            return self.refusal(code);
        }
        let at = |name: &str| field(&form, name).to_owned();
        let id = format!("scm{:04}", book.accepted.len() + 1);
        let accepted = Accepted {
            via: "xiaomi".to_owned(),
            target: at("registration_id"),
            msg_id: at("extra.jobkey"),
            title: at("title"),
            content: at("description"),
            id: id.clone(),
            raw: String::from_utf8_lossy(&incoming.body).into_owned(),
            revoked: false,
        };
        accept(book, self.deliver.as_mut(), accepted);
        ok(json!({"id": id}))
    }

    fn refusal(&self, code: &str) -> Answer {
        match code {
            "0" => ok(json!({"id": "scm0099"})),
            "bad_regids" => ok(json!({"id": "scm0099", "bad_regids": "exampleRegIdOfXiaomi01"})),
            number => Answer::json(
                200,
                &json!({"result": "error", "reason": "made up for a test", "trace_id": "Xcm0099",
                    "code": number.parse::<i64>().unwrap(), "description": "made up for a test"}),
            ),
        }
    }
}

fn ok(data: Value) -> Answer {
    Answer::json(
        200,
        &json!({"result": "ok", "trace_id": "Xcm0001", "code": 0, "data": data,
            "description": "成功", "info": "Received push messages for 1 REGID"}),
    )
}
