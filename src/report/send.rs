//! What a test message came to: an object beside the diagnosis in JSON, some lines above it for
//! people.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::options::Paint;
use super::redact::Identifier;
use super::{Redactor, RenderOptions, json as report_json};
use crate::lang::{Bilingual, Lang};
use crate::read::harmless;
use crate::send::evidence::TargetState;
use crate::send::{Address, Message, Outcome, SendState, Step};

/// On which side a fault lies, after a message went both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// `mps`, `vendor`, `phone`, `none` or `unknown`.
    pub name: &'static str,
    pub summary: Bilingual,
}

/// How the watching ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// `shown`, `failed`, `timeout` or `interrupted`.
    pub ended: &'static str,
    pub seconds: u64,
}

/// A test message and all that came of it.
pub struct SendReport<'a> {
    pub message: &'a Message,
    pub outcomes: &'a [Outcome],
    pub target: Option<&'a TargetState>,
    pub side: Option<&'a Side>,
    pub watched: Option<Watched>,
    pub warnings: &'a [Bilingual],
}

/// The identifiers of a message, which are known without looking for them.
pub fn identifiers<'m>(message: &'m Message, target: Option<&'m TargetState>) -> Vec<(Identifier, &'m str)> {
    let mut known = Vec::new();
    match &message.address {
        Address::Device(id) => known.push((Identifier::Token, id.as_str())),
        Address::User(id) => known.push((Identifier::User, id.as_str())),
        Address::Token(id) => known.push((Identifier::Token, id.as_str())),
        Address::Everyone => {}
    }
    if let Some(target) = target {
        known.push((Identifier::Token, &target.vendor_token));
        known.push((Identifier::Token, &target.ad_token));
        known.push((Identifier::User, &target.user));
    }
    known.retain(|(_, id)| !id.is_empty());
    known
}

/// The target as it may be shown.
pub fn address(message: &Message, redactor: &Redactor, lang: Lang) -> String {
    match &message.address {
        Address::Device(id) | Address::Token(id) => redactor.value(Identifier::Token, id),
        Address::User(id) => redactor.value(Identifier::User, id),
        Address::Everyone => lang.pick("everybody", "所有人").to_owned(),
    }
}

impl SendReport<'_> {
    /// The object `send` of the JSON report.
    pub fn json(&self, redactor: &Redactor, lang: Lang) -> Value {
        let known = identifiers(self.message, self.target);
        let say = |text: &Bilingual| redactor.redact_prose(text.get(lang));
        let sends = self.outcomes.iter().map(|o| {
            let time = |micros| report_json::rfc3339(micros, &TimeZone::UTC);
            json!({
                "via": o.via,
                "action": self.message.action,
                "state": o.state.as_str(),
                "step": match o.step { Step::Login => "login", Step::Send => "send" },
                "code": o.codes.first().map(|c| json!({"vendor": c.vendor, "side": c.side, "code": c.code, "known": c.known})),
                "message": redactor.redact_row(&o.message, &known),
                "msg_id": o.msg_id,
                "vendor_msg_id": o.vendor_msg_id,
                "request_id": o.request_id,
                "status": o.status,
                "answer": redactor.redact_row(&o.answer, &known),
                "trouble": (!o.trouble.is_empty()).then(|| say(&o.trouble)),
                "sent_at": time(o.sent_at),
                "answered_at": time(o.answered_at),
            })
        });
        json!({
            "sends": sends.collect::<Vec<_>>(),
            "device_state": self.target.map(|t| json!({
                "target": address(self.message, redactor, lang),
                "found": t.found,
                "manufacturer": t.manufacturer,
                "platform": t.platform,
                "status": t.status,
                "has_vendor_token": !t.vendor_token.is_empty(),
                "vendor_token": (!t.vendor_token.is_empty()).then(|| redactor.value(Identifier::Token, &t.vendor_token)),
            })),
            "bisect": self.side.map(|s| json!({"side": s.name, "summary": say(&s.summary)})),
            "wait": self.watched.map(|w| json!({"ended": w.ended, "seconds": w.seconds})),
            "warnings": self.warnings.iter().map(say).collect::<Vec<_>>(),
        })
    }

    /// The lines above the diagnosis.
    pub fn text(&self, options: &RenderOptions, redactor: &Redactor) -> String {
        let lang = options.lang;
        let paint = Paint(options.color);
        let mut out = String::new();
        // Ids that are looked up elsewhere are shown: the texts come redacted where they need it.
        let mut paragraph = |lead: &str, text: &str| {
            out.push_str(options.ambiguous.hang(lead, text, options.width).trim_end());
            out.push('\n');
        };
        for outcome in self.outcomes {
            let (en, zh) = match outcome.state {
                SendState::Accepted => ("accepted", "已受理"),
                SendState::Refused => ("refused", "被拒绝"),
                SendState::Unsent => ("not sent", "未发出"),
                SendState::Unknown => ("may have been sent", "可能已发出"),
            };
            let state = lang.pick(en, zh);
            let state = match outcome.state {
                SendState::Accepted => paint.green(state),
                SendState::Refused | SendState::Unsent => paint.red(state),
                SendState::Unknown => paint.yellow(state),
            };
            let target = address(self.message, redactor, lang);
            let mut ids =
                vec![lang.pick("message id", "消息 ID").to_owned() + " " + &harmless(&outcome.msg_id)];
            if !outcome.vendor_msg_id.is_empty() {
                ids.push(
                    lang.pick("vendor's id", "厂商消息 ID").to_owned()
                        + " "
                        + &harmless(&outcome.vendor_msg_id),
                );
            }
            if !outcome.request_id.is_empty() {
                ids.push(
                    lang.pick("request id", "请求 ID").to_owned() + " " + &harmless(&outcome.request_id),
                );
            }
            let ids = ids.join(lang.pick(", ", "，"));
            let via = &outcome.via;
            paragraph(
                "",
                &match lang {
                    Lang::En => format!("Test message by {via} to {target}: {state} ({ids})."),
                    Lang::Zh => format!("测试消息（{via}）发往 {target}：{state}（{ids}）。"),
                },
            );
            if !outcome.trouble.is_empty() {
                paragraph("  ", &redactor.redact_prose(outcome.trouble.get(lang)));
            }
        }
        if let Some(side) = self.side {
            paragraph("", &paint.bold(&redactor.redact_prose(side.summary.get(lang))));
        }
        if let Some(watched) = self.watched {
            let seconds = watched.seconds;
            let (en, zh) = match watched.ended {
                "shown" => ("the phone showed the message", "手机已展示该消息"),
                "failed" => ("the message failed", "消息失败"),
                "interrupted" => ("interrupted", "被中断"),
                _ => ("nothing decided it in time", "在时限内没有结果"),
            };
            paragraph(
                "",
                &match lang {
                    Lang::En => format!("Watched for {seconds} s: {en}."),
                    Lang::Zh => format!("追踪 {seconds} 秒：{zh}。"),
                },
            );
        }
        out
    }
}
