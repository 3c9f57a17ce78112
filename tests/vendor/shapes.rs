//! Answers in the shapes that the vendors document, for any code of the catalogue. The values
//! beside the code are made up.

use pushdoctor::http::Response;
use pushdoctor::send::Step;
use serde_json::{Value, json};

/// An answer of this status whose body is JSON.
pub fn json_answer(status: u16, body: &Value) -> Response {
    let headers = vec![("content-type".to_owned(), b"application/json".to_vec())];
    Response { status, headers, body: body.to_string().into_bytes() }
}

fn bare(status: u16) -> Response {
    Response { status, ..Response::default() }
}

/// The status that is a code by itself.
pub fn status(code: &str) -> Option<u16> {
    code.strip_prefix("HTTP ")?.parse().ok()
}

/// A number as a number, anything else as a text.
fn number(code: &str) -> Value {
    code.parse::<i64>().map_or_else(|_| Value::from(code), Value::from)
}

/// The step that a code answers, and the answer that carries it.
pub fn write(vendor: &str, code: &str) -> (Step, Response) {
    match vendor {
        "huawei" => huawei(code),
        "harmony" => (Step::Send, harmony(code)),
        "honor" => honor(code),
        "xiaomi" => (Step::Send, json_answer(200, &xiaomi(code))),
        "oppo" => oppo(code),
        "vivo" => vivo(code),
        "meizu" => (Step::Send, json_answer(200, &meizu(code))),
        "fcm" => fcm(code),
        "mps" => (Step::Send, mps(code)),
        other => panic!("{other}"),
    }
}

fn huawei(code: &str) -> (Step, Response) {
    if let Some(status) = status(code) {
        return (Step::Send, bare(status));
    }
    if let Some(value) = code.strip_prefix("NSP_STATUS ") {
        let headers = vec![("NSP_STATUS".to_owned(), value.as_bytes().to_vec())];
        return (Step::Send, Response { status: 200, headers, body: Vec::new() });
    }
    if let Some((error, sub)) = code.split_once('/') {
        let body = json!({"error": number(error), "sub_error": number(sub), "error_description": "made up"});
        return (Step::Login, json_answer(400, &body));
    }
    let msg = match code {
        "80100000" => {
            json!({"success": 0, "failure": 1, "illegal_tokens": ["exampleTokenOfHuawei01"]}).to_string()
        }
        _ => "made up".to_owned(),
    };
    (Step::Send, json_answer(200, &json!({"code": code, "msg": msg, "requestId": "172000000000010"})))
}

fn harmony(code: &str) -> Response {
    match status(code) {
        Some(status) => bare(status),
        None if code.starts_with('8') => {
            json_answer(200, &json!({"code": code, "msg": "made up", "requestId": "172000000000010"}))
        }
        None => {
            let msg = format!("All the tokens are invalid: {code}");
            json_answer(200, &json!({"code": "80300007", "msg": msg, "requestId": "172000000000010"}))
        }
    }
}

fn honor(code: &str) -> (Step, Response) {
    let mut sent = json!({"code": 200, "message": "Success", "data": {
        "sendResult": true, "requestId": "172000000000010", "failTokens": [], "expireTokens": [], "msgCode": 200,
    }});
    let body = match code {
        "200" => sent,
        "failTokens" | "expireTokens" => {
            sent["data"][code] = json!(["exampleTokenOfHonor01"]);
            sent
        }
        "sendResult:false" => {
            sent["data"]["sendResult"] = json!(false);
            sent
        }
        code if code.parse::<u32>().is_ok() => json!({"code": number(code), "message": "made up"}),
        code => {
            let body = json!({"error": code, "error_description": "made up"});
            return (Step::Login, json_answer(401, &body));
        }
    };
    (Step::Send, json_answer(200, &body))
}

fn xiaomi(code: &str) -> Value {
    let mut sent = json!({"result": "ok", "trace_id": "Xcm0001", "code": 0, "data": {"id": "scm0001"},
        "description": "成功", "info": "Received push messages for 1 REGID"});
    match code {
        "0" => sent,
        "bad_regids" => {
            sent["data"][code] = json!("exampleRegIdOfXiaomi01");
            sent
        }
        "channel_exceed_quota" => {
            sent["data"][code] = json!(["101234"]);
            sent
        }
        code => json!({"result": "error", "reason": "made up", "trace_id": "Xcm0001", "code": number(code),
            "description": "made up"}),
    }
}

fn oppo(code: &str) -> (Step, Response) {
    let body = match code {
        "0" => json!({"code": 0, "message": "success",
            "data": {"message_id": "", "messageId": "5d1d0001", "status": "call_success", "task_id": ""}}),
        code => json!({"code": number(code), "message": "made up"}),
    };
    let login = ["14", "15", "16", "17", "18", "19"].contains(&code);
    (if login { Step::Login } else { Step::Send }, json_answer(200, &body))
}

fn vivo(code: &str) -> (Step, Response) {
    let body = match code.split_once(':') {
        Some((_, status)) => json!({"result": 0, "desc": "made up", "taskId": "800000000000000001",
            "invalidUser": {"status": number(status), "userid": "15700000000000012345678"}}),
        None if code == "0" => json!({"result": 0, "desc": "请求成功", "taskId": "800000000000000001"}),
        None => json!({"result": number(code), "desc": "made up"}),
    };
    let login = code.starts_with("102");
    (if login { Step::Login } else { Step::Send }, json_answer(200, &body))
}

fn meizu(code: &str) -> Value {
    let sent = |value: Value| json!({"code": "200", "message": "", "msgId": "NS0001_0", "value": value, "redirect": ""});
    match code {
        "200" => sent(json!({})),
        "110002" | "110003" | "110005" | "110011" => sent(json!({code: ["ULY6example0001"]})),
        code => match code.split_once(':') {
            Some((name, value)) => sent(json!({name: number(value), "directTypeSwitch": 1})),
            None => json!({"code": code, "message": "made up", "msgId": "", "value": "", "redirect": ""}),
        },
    }
}

fn fcm(code: &str) -> (Step, Response) {
    let by_status = [
        (400, "FAILED_PRECONDITION"),
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "UNKNOWN"),
        (503, "UNKNOWN"),
    ];
    match (code, status(code)) {
        (_, Some(200)) => (
            Step::Send,
            json_answer(200, &json!({"name": "projects/demo/messages/0:1720000000000000%example"})),
        ),
        (_, Some(http)) => {
            let name = by_status.iter().find(|(s, _)| *s == http).unwrap().1;
            let body = json!({"error": {"code": http, "message": "made up", "status": name}});
            (Step::Send, json_answer(http, &body))
        }
        ("invalid_grant", _) => {
            let body = json!({"error": code, "error_description": "Invalid JWT Signature."});
            (Step::Login, json_answer(400, &body))
        }
        _ => {
            let http = match code {
                "UNREGISTERED" => 404,
                "SENDER_ID_MISMATCH" => 403,
                "QUOTA_EXCEEDED" => 429,
                "UNAVAILABLE" => 503,
                "INTERNAL" => 500,
                "THIRD_PARTY_AUTH_ERROR" => 401,
                _ => 400,
            };
            let detail =
                json!({"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code});
            let body = json!({"error": {"code": http, "message": "made up", "status": "ABORTED", "details": [detail]}});
            (Step::Send, json_answer(http, &body))
        }
    }
}

fn mps(code: &str) -> Response {
    let id = "B6D3C0F2-0000-0000-0000-000000000000";
    let pushed = |code: &str, success: bool| {
        json_answer(
            200,
            &json!({"RequestId": id, "ResultCode": code, "ResultMessage": "made up",
            "PushResult": {"Success": success, "ResultMsg": "", "Data": "task-1"}}),
        )
    };
    match code {
        "100" => pushed("OK", true),
        "PushResult:false" => pushed("OK", false),
        code if code.parse::<i32>().is_ok() => pushed(code, false),
        code => {
            let status = if ["InternalError", "ServiceUnavailable"].contains(&code) { 503 } else { 400 };
            let body =
                json!({"RequestId": id, "HostId": "mpaas.aliyuncs.com", "Code": code, "Message": "made up"});
            json_answer(status, &body)
        }
    }
}
