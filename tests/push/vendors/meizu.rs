//! Meizu Flyme Push: every request is signed, there is no login.

use serde_json::{Value, json};

use super::{Deliver, FieldRule, Is, accept, check, text};
use crate::proof;
use crate::wire::{Accepted, Answer, Book, Incoming, Part, Service, field};

pub const APP_ID: &str = "100999";
pub const APP_SECRET: &str = "s3cr3tS3CR3T";

#[derive(Default)]
pub struct Meizu {
    pub deliver: Option<Deliver>,
}

const MESSAGE: &[FieldRule] = &[
    ("/noticeBarInfo/title", true, Is::Upto(32)),
    ("/noticeBarInfo/content", true, Is::Upto(100)),
    ("/noticeBarInfo/noticeMsgType", false, Is::Number(0, 1)),
    ("/noticeBarInfo/noticeBarType", false, Is::Number(0, 2)),
    ("/noticeExpandInfo/noticeExpandType", false, Is::Number(0, 2)),
    ("/clickTypeInfo/clickType", false, Is::Number(0, 3)),
    ("/pushTimeInfo/offLine", false, Is::Number(0, 1)),
    ("/pushTimeInfo/validTime", false, Is::Number(1, 72)),
    ("/advanceInfo/suspend", false, Is::Number(0, 1)),
    ("/advanceInfo/clearNoticeBar", false, Is::Number(0, 1)),
];

impl Service for Meizu {
    fn part(&self, head: &Incoming) -> Part {
        if head.path.ends_with("/pushByPushId") { Part::Send } else { Part::Query }
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let form = incoming.form();
        let message: Value = serde_json::from_str(field(&form, "messageJson")).unwrap_or_default();
        let (code, why) = if field(&form, "appId") != APP_ID {
            ("110000", "appId".to_owned())
        } else if field(&form, "sign") != proof::meizu(APP_SECRET, &form) {
            ("1006", "sign".to_owned())
        } else if incoming.path != "/garcia/api/server/push/varnished/pushByPushId" {
            ("1005", incoming.path.clone())
        } else if field(&form, "pushIds").is_empty() {
            ("110004", "pushIds".to_owned())
        } else if let Err(why) = check(&message, MESSAGE) {
            ("1005", why)
        } else {
            let id = format!("NS2024051400000000{}_0", book.accepted.len() + 1);
            let accepted = Accepted {
                via: "meizu".to_owned(),
                target: field(&form, "pushIds").to_owned(),
                title: text(&message, "/noticeBarInfo/title"),
                content: text(&message, "/noticeBarInfo/content"),
                id: id.clone(),
                raw: message.to_string(),
                ..Accepted::default()
            };
            accept(book, self.deliver.as_mut(), accepted);
            return answer("200", &id, json!({}));
        };
        book.complaints.push(why);
        self.refusal(code)
    }

    /// Failures of the target hide in a success; failures of the call do not.
    fn refusal(&self, code: &str) -> Answer {
        match code {
            "200" => answer("200", "NS20240514000000099_0", json!({})),
            "201" | "501" | "513" | "518" | "519" | "520" | "110002" | "110003" | "110005" => {
                answer("200", "NS20240514000000099_0", json!({code: ["ULY6example"]}))
            }
            code => answer(code, "", json!("")),
        }
    }
}

fn answer(code: &str, id: &str, value: Value) -> Answer {
    let words = if code == "200" { "" } else { "made up for a test" };
    Answer::json(200, &json!({"code": code, "message": words, "msgId": id, "value": value, "redirect": ""}))
}
