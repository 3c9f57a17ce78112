//! A stand-in for the MPS OpenAPI and for the older REST API of private clouds: it checks both
//! signatures, the clock, the nonce and every parameter, and answers in the documented shapes.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::keys::{APP_ID, ID, SECRET, WORKSPACE};
use super::mps_rules::{check, targets};
use super::proof;
use super::wire::{Accepted, Answer, Book, Incoming, Part, Service, field};

const MINUTE: i64 = 60_000;

/// A device that MPS knows.
#[derive(Clone, Debug)]
pub struct Device {
    pub user: &'static str,
    pub device: &'static str,
    /// The vendor's token; empty where it was never reported.
    pub vendor_token: &'static str,
    pub manufacturer: &'static str,
    pub state: &'static str,
}

/// Hears of every accepted message, as MPS's own sender does after the answer.
pub type Forward = Box<dyn FnMut(&Accepted) + Send>;

pub struct Mps {
    /// Milliseconds by which its clock is ahead.
    pub ahead: i64,
    /// The STS token that requests must carry.
    pub token: Option<String>,
    pub devices: Vec<Device>,
    pub forward: Option<Forward>,
    /// What QueryPushAnalysisTaskDetail counts.
    pub arrivals: u32,
    /// The public key that is registered for the REST API.
    pub public_key: Vec<u8>,
    nonces: HashSet<String>,
    number: u32,
}

impl Default for Mps {
    fn default() -> Mps {
        Mps {
            ahead: 0,
            token: None,
            devices: Vec::new(),
            forward: None,
            arrivals: 0,
            public_key: super::keys::public(),
            nonces: HashSet::new(),
            number: 0,
        }
    }
}

/// A refusal: status, code, words.
type Refused = (u16, String, String);

/// Status and words of the codes of Alibaba's gateway; all others come with 400.
const GATEWAY: &[(&str, u16)] = &[
    ("Forbidden.RAM", 403),
    ("InternalError", 500),
    ("InvalidAccessKeyId.Inactive", 403),
    ("InvalidAccessKeyId.NotFound", 404),
    ("InvalidAction.NotFound", 404),
    ("InvalidProduct.NotFound", 404),
    ("ServiceUnavailable", 503),
    ("Throttling", 429),
];

impl Mps {
    fn request_id(&mut self) -> String {
        self.number += 1;
        format!("B6D3C0F2-0000-0000-0000-{:012}", self.number)
    }

    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond() + self.ahead
    }

    /// The action of a request, by whichever signature.
    fn action(incoming: &Incoming) -> &str {
        match incoming.header("x-acs-action") {
            "" => field(&incoming.query, "Action"),
            action => action,
        }
    }

    /// Signature, clock, nonce, token. Gives the version of the API.
    fn verify(&mut self, incoming: &Incoming) -> Result<String, Refused> {
        let refused = |status, code: &str, words: &str| (status, code.to_owned(), words.to_owned());
        if incoming.method != "POST" || incoming.path != "/" {
            return Err(refused(404, "InvalidAction.NotFound", "POST / is the only path"));
        }
        let rpc = incoming.header("authorization").is_empty();
        let (id, time, nonce, token, version) = if rpc {
            let at = |name: &str| field(&incoming.query, name).to_owned();
            (at("AccessKeyId"), at("Timestamp"), at("SignatureNonce"), at("SecurityToken"), at("Version"))
        } else {
            let at = |name: &str| incoming.header(name).to_owned();
            let id = authorization(incoming, "Credential");
            (
                id,
                at("x-acs-date"),
                at("x-acs-signature-nonce"),
                at("x-acs-security-token"),
                at("x-acs-version"),
            )
        };
        if id != ID {
            return Err(refused(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."));
        }
        let Ok(moment) = jiff::civil::DateTime::strptime("%Y-%m-%dT%H:%M:%SZ", &time) else {
            return Err(refused(400, "InvalidTimeStamp.Format", "yyyy-MM-ddTHH:mm:ssZ is needed"));
        };
        let moment = jiff::tz::TimeZone::UTC.to_timestamp(moment).unwrap().as_millisecond();
        let limit = if rpc { 31 * MINUTE } else { 15 * MINUTE };
        if (moment - self.now_ms()).abs() > limit {
            return Err(refused(
                400,
                "InvalidTimeStamp.Expired",
                "Specified time stamp or date value is expired.",
            ));
        }
        if token != self.token.as_deref().unwrap_or_default() {
            return Err(refused(
                400,
                "InvalidSecurityToken.Malformed",
                "Specified SecurityToken is malformed.",
            ));
        }
        let held = if rpc { rpc_holds(incoming) } else { acs3_holds(incoming) };
        if let Err(words) = held {
            return Err((400, "SignatureDoesNotMatch".to_owned(), words));
        }
        if nonce.is_empty() || !self.nonces.insert(nonce) {
            return Err(refused(400, "SignatureNonceUsed", "Specified signature nonce was used already."));
        }
        if version != "2020-10-28" && version != "2020-07-10" {
            return Err(refused(400, "InvalidVersion", &version));
        }
        Ok(version)
    }

    fn open_api(&mut self, incoming: &Incoming, book: &mut Book) -> Result<Value, Refused> {
        let version = self.verify(incoming)?;
        let mut form = incoming.form();
        // By the older signature, parameters may stand in the query too.
        form.extend(incoming.query.iter().filter(|(name, _)| !COMMON.contains(&name.as_str())).cloned());
        for (name, value) in [("AppId", APP_ID), ("WorkspaceId", WORKSPACE)] {
            if field(&form, name) != value {
                return Err((400, format!("Missing{name}"), format!("{name} is mandatory for this action.")));
            }
        }
        let id = self.request_id();
        let done = |data: Value| json!({"RequestId": id, "ResultCode": "OK", "ResultMessage": "success", "ResultContent": {"Data": data}});
        match Self::action(incoming) {
            action @ ("PushSimple" | "PushTemplate" | "PushMultiple" | "PushBroadcast") => {
                check(action, &version, &form).map_err(|(code, words)| (400, code, words))?;
                let all = targets(&form).map_err(|(code, words)| (400, code, words))?;
                for (target, msg_id) in all {
                    self.accept(action, &target, &msg_id, &form, book);
                }
                let scheduled = !["", "0"].contains(&field(&form, "StrategyType"));
                let data = if scheduled { format!("{}", 70_000 + self.number) } else { String::new() };
                Ok(json!({"RequestId": id, "ResultCode": "OK", "ResultMessage": "success",
                    "PushResult": {"Success": true, "ResultMsg": "", "Data": data}}))
            }
            "PushQueryDeviceState" => {
                let target = field(&form, "Target");
                let found = self.devices.iter().find(|d| match field(&form, "TargetType") {
                    "1" => d.device == target,
                    "2" => d.user == target,
                    _ => false,
                });
                let data = found.map(|d| {
                    json!({"UserId": d.user, "DeviceId": d.device, "DeliveryToken": d.device,
                        "ThirdToken": d.vendor_token, "Platform": "android",
                        "Manufacturer": d.manufacturer, "Statue": d.state})
                });
                Ok(
                    json!({"RequestId": id, "Success": true, "Code": "100", "Message": "SUCCESS", "Data": data}),
                )
            }
            "RevokePushMessage" => {
                let (message, target) = (field(&form, "MessageId"), field(&form, "TargetId"));
                let found = book.accepted.iter_mut().find(|a| a.msg_id == message && a.target == target);
                let Some(found) = found else {
                    return Err((400, "InvalidParameter".to_owned(), "MessageId or TargetId".to_owned()));
                };
                found.revoked = true;
                Ok(json!({"RequestId": id, "ResultCode": "OK", "ResultMessage": "success",
                    "PushResult": {"Success": true, "ResultMsg": "", "Data": ""}}))
            }
            "RevokePushTask" if !field(&form, "TaskId").is_empty() => {
                book.accepted.iter_mut().for_each(|a| a.revoked = true);
                Ok(json!({"RequestId": id, "ResultCode": "OK", "ResultMessage": "success",
                    "PushResult": {"Success": true, "ResultMsg": "", "Data": ""}}))
            }
            "QueryPushAnalysisTaskDetail" if !field(&form, "TaskId").is_empty() => Ok(done(json!({
                "TaskId": field(&form, "TaskId"), "PushNum": book.accepted.len(),
                "PushSuccessNum": book.accepted.len(), "PushArrivalNum": self.arrivals,
                "StartTime": self.now_ms(), "EndTime": self.now_ms(), "Duration": "0"}))),
            action => Err((404, "InvalidAction.NotFound".to_owned(), action.to_owned())),
        }
    }

    fn accept(
        &mut self,
        action: &str,
        target: &str,
        msg_id: &str,
        form: &[(String, String)],
        book: &mut Book,
    ) {
        let accepted = Accepted {
            via: action.to_owned(),
            target: target.to_owned(),
            msg_id: msg_id.to_owned(),
            title: field(form, "Title").to_owned(),
            content: field(form, "Content").to_owned(),
            raw: form.iter().map(|(k, v)| format!("{k}={v}\n")).collect(),
            ..Accepted::default()
        };
        if let Some(forward) = &mut self.forward {
            forward(&accepted);
        }
        book.accepted.push(accepted);
    }

    /// `POST /push/{action}/{app}/{workspace}/{sign}`.
    ///
    /// No public page shows its answer; the one here is made up around the published codes.
    fn rest(&mut self, incoming: &Incoming, book: &mut Book) -> Result<Value, Refused> {
        let parts: Vec<&str> = incoming.path.trim_start_matches('/').splitn(5, '/').collect();
        let ["push", action, app, workspace, sign] = parts.as_slice() else {
            return Err((404, "InvalidAction.NotFound".to_owned(), incoming.path.clone()));
        };
        if *app != APP_ID || *workspace != WORKSPACE {
            return Err((200, "3007".to_owned(), "the app is not known".to_owned()));
        }
        if !proof::rest(sign, &incoming.body, &self.public_key) {
            return Err((200, "-1".to_owned(), "SIGNATURE_MISMATCH".to_owned()));
        }
        let body = incoming.json();
        let wrong = |what: &str| Err((200, "3019".to_owned(), format!("{what} is missing")));
        for name in ["taskName", "deliveryType", "expiredSeconds"] {
            if body[name].is_null() {
                return wrong(name);
            }
        }
        if !body["deliveryType"].is_number() || !body["expiredSeconds"].is_number() {
            return wrong("a number");
        }
        let form: Vec<(String, String)> = [("Title", "title"), ("Content", "content")]
            .iter()
            .map(|(name, key)| ((*name).to_owned(), body[*key].as_str().unwrap_or_default().to_owned()))
            .collect();
        let all: Vec<(String, String)> = match *action {
            "pushsimple" if body["title"].is_null() || body["content"].is_null() => return wrong("title"),
            "pushsimple" | "pushtemplate" => {
                let map = body["target_msgkey"].as_object().cloned().unwrap_or_default();
                map.into_iter().map(|(k, v)| (k, v.as_str().unwrap_or_default().to_owned())).collect()
            }
            "pushmultiple" => {
                let map = body["target_msginfo"].as_object().cloned().unwrap_or_default();
                map.into_iter()
                    .map(|(k, v)| (k, v["msgkey"].as_str().unwrap_or_default().to_owned()))
                    .collect()
            }
            "pushbroadcast" => {
                vec![("everyone".to_owned(), body["msgkey"].as_str().unwrap_or_default().to_owned())]
            }
            _ => return Err((404, "InvalidAction.NotFound".to_owned(), (*action).to_owned())),
        };
        if all.is_empty() || all.iter().any(|(_, key)| key.is_empty()) {
            return wrong("the target or its msgkey");
        }
        for (target, msg_id) in all {
            self.accept(action, &target, &msg_id, &form, book);
        }
        let id = self.request_id();
        Ok(json!({"code": "100", "message": "SUCCESS", "success": true, "requestId": id}))
    }
}

/// Parameters of the older signature that say nothing of the message.
const COMMON: &[&str] = &[
    "Action",
    "Version",
    "Format",
    "AccessKeyId",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "Timestamp",
    "SecurityToken",
    "Signature",
    "RegionId",
];

impl Service for Mps {
    fn part(&self, head: &Incoming) -> Part {
        match Self::action(head) {
            "PushSimple" | "PushTemplate" | "PushMultiple" | "PushBroadcast" => Part::Send,
            action if action.starts_with("Revoke") => Part::Revoke,
            _ if head.path.starts_with("/push/") => Part::Send,
            _ => Part::Query,
        }
    }

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer {
        let result = if incoming.path.starts_with("/push/") {
            self.rest(incoming, book)
        } else {
            self.open_api(incoming, book)
        };
        let mut answer = match result {
            Ok(body) => Answer::json(200, &body),
            Err((status, code, words)) => {
                if code != "InvalidTimeStamp.Expired" {
                    book.complaints.push(format!("{code}: {words}"));
                }
                match incoming.path.starts_with("/push/") {
                    true => Answer::json(
                        status,
                        &json!({"code": code, "message": words, "success": false, "requestId": "r"}),
                    ),
                    false => shape(status, &code, &words),
                }
            }
        };
        let date = jiff::Timestamp::from_millisecond(self.now_ms()).unwrap();
        answer.headers.push(("date".to_owned(), date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
        answer
    }

    fn refusal(&self, code: &str) -> Answer {
        let status = GATEWAY.iter().find(|(name, _)| *name == code).map_or(400, |(_, status)| *status);
        shape(status, code, "made up for a test")
    }
}

/// The shape of a code: numbers are MPS's own and come in a 200; names are the gateway's.
fn shape(status: u16, code: &str, words: &str) -> Answer {
    let id = "B6D3C0F2-0000-0000-0000-00000000FFFF";
    let result = |code: &str, success: bool| {
        Answer::json(
            200,
            &json!({"RequestId": id, "ResultCode": code, "ResultMessage": words,
                "PushResult": {"Success": success, "ResultMsg": words, "Data": ""}}),
        )
    };
    match code {
        "100" => result("OK", true),
        "PushResult:false" => result("OK", false),
        number if number.parse::<i32>().is_ok() => result(number, false),
        name => Answer::json(
            status,
            &json!({"RequestId": id, "HostId": "mpaas.aliyuncs.com", "Code": name, "Message": words}),
        ),
    }
}

/// A part of the header `Authorization`.
fn authorization(incoming: &Incoming, name: &str) -> String {
    let text = incoming.header("authorization").strip_prefix("ACS3-HMAC-SHA256 ").unwrap_or_default();
    let part = text.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    part.unwrap_or_default().to_owned()
}

fn acs3_holds(incoming: &Incoming) -> Result<(), String> {
    if incoming.header("x-acs-content-sha256") != proof::sha256(&incoming.body) {
        return Err("x-acs-content-sha256 is not that of the body".to_owned());
    }
    let names = authorization(incoming, "SignedHeaders");
    let names: Vec<&str> = names.split(';').collect();
    let must = |name: &str| name.starts_with("x-acs-") || name == "host" || name == "content-type";
    if let Some((name, _)) =
        incoming.headers.iter().find(|(name, _)| must(name) && !names.contains(&name.as_str()))
    {
        return Err(format!("{name} is not signed"));
    }
    let signed: Vec<(String, String)> =
        names.iter().map(|name| ((*name).to_owned(), incoming.header(name).to_owned())).collect();
    let request =
        proof::acs3_request(&incoming.method, &incoming.path, &incoming.query, &signed, &incoming.body);
    let expected = proof::acs3(SECRET, &request);
    let sent = authorization(incoming, "Signature");
    if sent == expected { Ok(()) } else { Err(format!("{sent} is not {expected} of {request:?}")) }
}

fn rpc_holds(incoming: &Incoming) -> Result<(), String> {
    let at = |name: &str| field(&incoming.query, name);
    for (name, value) in [("Format", "JSON"), ("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0")] {
        if at(name) != value {
            return Err(format!("{name} must be {value}"));
        }
    }
    let mut pairs: Vec<(String, String)> =
        incoming.query.iter().filter(|(name, _)| name != "Signature").cloned().collect();
    pairs.extend(incoming.form());
    let expected = proof::rpc(SECRET, &incoming.method, &pairs);
    if at("Signature") == expected { Ok(()) } else { Err(format!("{} is not {expected}", at("Signature"))) }
}
