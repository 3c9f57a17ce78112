//! Answers as they come: successes that hide a failure, failures at every HTTP status, and pages of
//! whoever stands between.

use pushdoctor::catalog::Catalog;
use pushdoctor::http::Response;
use pushdoctor::send::answer::{Answer, read};
use pushdoctor::send::{SendState, Step};

pub fn response(status: u16, body: &str) -> Response {
    Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

fn answer(vendor: &str, step: Step, status: u16, body: &str) -> Answer {
    let catalog = Catalog::builtin();
    read(&catalog, catalog.send(vendor).unwrap(), step, &response(status, body))
}

fn sent(vendor: &str, body: &str) -> Answer {
    answer(vendor, Step::Send, 200, body)
}

fn codes(answer: &Answer) -> Vec<&str> {
    answer.codes.iter().map(|c| c.code.as_str()).collect()
}

#[test]
fn what_is_taken_has_the_vendors_own_id() {
    for (vendor, body, id, request) in [
        ("huawei", r#"{"code":"80000000","msg":"Success","requestId":"172"}"#, "172", "172"),
        // The text is no criterion.
        ("huawei", r#"{"code":"80000000","msg":"Well done","requestId":"172"}"#, "172", "172"),
        ("harmony", r#"{"code":"80000000","msg":"Success","requestId":"173"}"#, "173", "173"),
        (
            "honor",
            r#"{"code":200,"message":"Success","data":{"sendResult":true,"requestId":"174","failTokens":[],"expireTokens":[],"msgCode":200}}"#,
            "174",
            "174",
        ),
        (
            "xiaomi",
            r#"{"result":"ok","trace_id":"Xcm1","code":0,"data":{"id":"scm1","day_quota":"5"},"description":"成功","info":"Received push messages for 1 REGID"}"#,
            "scm1",
            "Xcm1",
        ),
        (
            "oppo",
            r#"{"code":0,"message":"Success","data":{"message_id":"","messageId":"5d1d","status":"call_success","task_id":""}}"#,
            "5d1d",
            "",
        ),
        ("vivo", r#"{"result":0,"desc":"请求成功","taskId":"800000000000000001"}"#, "800000000000000001", ""),
        ("meizu", r#"{"code":"200","message":"","msgId":"NS1","value":{},"redirect":""}"#, "NS1", ""),
        ("fcm", r#"{"name":"projects/P/messages/ID"}"#, "projects/P/messages/ID", ""),
        (
            "mps",
            r#"{"RequestId":"B6","ResultCode":"OK","ResultMessage":"success","PushResult":{"Success":true,"Data":"task1"}}"#,
            "task1",
            "B6",
        ),
    ] {
        let answer = sent(vendor, body);
        assert_eq!(answer.state, SendState::Accepted, "{vendor} {answer:?}");
        assert_eq!((answer.vendor_msg_id.as_str(), answer.request_id.as_str()), (id, request), "{vendor}");
        assert!(answer.trouble.is_empty() && answer.access.is_none());
        assert!(answer.codes.iter().all(|c| c.known), "{vendor} {answer:?}");
    }
}

#[test]
fn a_trace_is_no_message_id() {
    let answer = sent("xiaomi", r#"{"result":"ok","trace_id":"Xcm1","code":0,"data":{}}"#);
    assert_eq!((answer.vendor_msg_id.as_str(), answer.request_id.as_str()), ("", "Xcm1"));
}

#[test]
fn a_refused_target_behind_a_success_is_refused() {
    for (vendor, body, first) in [
        (
            "huawei",
            r#"{"code":"80100000","msg":"{\"success\":0,\"failure\":1,\"illegal_tokens\":[\"exampleTokenOfHuawei01\"]}","requestId":"1"}"#,
            "80100000",
        ),
        (
            "harmony",
            r#"{"code":"80100000","msg":"{\"success\":0,\"failure\":1,\"illegalTokens\":{\"noPushTypeRight\":[\"exampleToken\"]}}","requestId":"1"}"#,
            "noPushTypeRight",
        ),
        (
            "honor",
            r#"{"code":200,"message":"Success","data":{"sendResult":true,"failTokens":["exampleTokenOfHonor01"],"expireTokens":[],"msgCode":200}}"#,
            "failTokens",
        ),
        (
            "honor",
            r#"{"code":200,"message":"Success","data":{"sendResult":true,"failTokens":[],"expireTokens":["t"],"msgCode":200}}"#,
            "expireTokens",
        ),
        (
            "honor",
            r#"{"code":200,"message":"Success","data":{"sendResult":false,"failTokens":[],"expireTokens":[],"msgCode":200}}"#,
            "sendResult:false",
        ),
        (
            "xiaomi",
            r#"{"result":"ok","trace_id":"X","code":0,"data":{"id":"scm1","bad_regids":"exampleRegId"}}"#,
            "bad_regids",
        ),
        (
            "vivo",
            r#"{"result":0,"desc":"ok","taskId":"1","invalidUser":{"status":4,"userid":"15700000000000012345678"}}"#,
            "invalidUser:4",
        ),
        (
            "vivo",
            r#"{"result":10302,"desc":"regId不合法","invalidUser":{"status":1,"userid":"15700000000000012345678"}}"#,
            "invalidUser:1",
        ),
        (
            "meizu",
            r#"{"code":"200","message":"","msgId":"NS1","value":{"110002":["ULY6"]},"redirect":""}"#,
            "110002",
        ),
        ("oppo", r#"{"code":0,"message":"ok","data":{"10000":["CN_x"],"messageId":"m"}}"#, "10000"),
        (
            "mps",
            r#"{"RequestId":"B6","ResultCode":"OK","PushResult":{"Success":false,"ResultMsg":"x","Data":""}}"#,
            "PushResult:false",
        ),
    ] {
        let answer = sent(vendor, body);
        assert_eq!(answer.state, SendState::Refused, "{vendor} {answer:?}");
        assert_eq!(codes(&answer).first(), Some(&first), "{vendor}");
        assert!(answer.codes.iter().all(|c| c.known), "{vendor} {answer:?}");
    }
}

#[test]
fn a_refused_target_without_a_known_code_is_refused_too() {
    for (vendor, body) in [
        ("meizu", r#"{"code":"200","msgId":"NS1","value":{"other":["ULY6"]}}"#),
        (
            "vivo",
            r#"{"result":0,"desc":"ok","taskId":"1","invalidUser":{"userid":"15700000000000012345678"}}"#,
        ),
        ("vivo", r#"{"result":0,"desc":"ok","taskId":"1","invalidUsers":[{"userid":"157"}]}"#),
    ] {
        let answer = sent(vendor, body);
        assert_eq!(answer.state, SendState::Refused, "{vendor} {answer:?}");
    }
    // A number is no target: the switch is asked for in another call.
    let answer = sent("meizu", r#"{"code":"200","value":{"barTypeSwitch":1,"directTypeSwitch":1}}"#);
    assert_eq!(answer.state, SendState::Accepted, "{answer:?}");
}

#[test]
fn both_codes_of_an_answer_are_kept_the_deciding_one_first() {
    let answer = sent(
        "vivo",
        r#"{"result":10302,"desc":"regId不合法","invalidUser":{"status":2,"userid":"15700000000000012345678"}}"#,
    );
    assert_eq!(codes(&answer), ["invalidUser:2", "10302"]);
    assert_eq!(answer.message, "regId不合法");
    let answer = sent("harmony", r#"{"code":"80300007","msg":"All invalid: noRight","requestId":"1"}"#);
    assert_eq!(codes(&answer), ["noRight", "80300007"]);
}

#[test]
fn a_success_of_another_vendor_is_none() {
    // A public server takes Honor's 200 for a failure, another a text for a success.
    let honor = sent("honor", r#"{"code":"80000000","message":"Success","data":{"sendResult":true}}"#);
    assert_ne!(honor.state, SendState::Accepted, "{honor:?}");
    let huawei = sent("huawei", r#"{"code":"80300007","msg":"Success","requestId":"1"}"#);
    assert_eq!(huawei.state, SendState::Refused);
    let huawei = sent("huawei", r#"{"msg":"Success","requestId":"1"}"#);
    assert_eq!((huawei.state, huawei.trouble.is_empty()), (SendState::Unknown, false));
    let honor = sent("honor", r#"{"code":200,"message":"Success"}"#);
    assert_eq!(honor.state, SendState::Unknown, "{honor:?}");
}

#[test]
fn unknown_codes_are_refusals_too() {
    for (vendor, body, code) in [
        ("huawei", r#"{"code":"89999999","msg":"m","requestId":"1"}"#, "89999999"),
        ("huawei", r#"{"code":"1","msg":"m"}"#, "1"),
        ("honor", r#"{"code":12345,"message":"m"}"#, "12345"),
        ("oppo", r#"{"code":777,"message":"m"}"#, "777"),
        ("meizu", r#"{"code":"abc","message":"m"}"#, "abc"),
        ("mps", r#"{"ResultCode":"SomethingNew","RequestId":"r"}"#, "SomethingNew"),
    ] {
        let answer = sent(vendor, body);
        assert_eq!((answer.state, codes(&answer)), (SendState::Refused, vec![code]), "{vendor} {answer:?}");
        assert!(!answer.codes[0].known, "{vendor}");
    }
}

#[test]
fn a_login_gives_its_token_only_where_nothing_failed() {
    let login = |vendor: &str, status: u16, body: &str| answer(vendor, Step::Login, status, body);
    for (vendor, body) in [
        ("huawei", r#"{"access_token":"tok\/en","expires_in":3600,"token_type":"Bearer"}"#),
        ("honor", r#"{"access_token":"tok/en","token_type":"Bearer"}"#),
        ("oppo", r#"{"code":0,"message":"success","data":{"auth_token":"tok/en","create_time":1}}"#),
        ("vivo", r#"{"result":0,"desc":"ok","authToken":"tok/en"}"#),
        ("fcm", r#"{"access_token":"tok/en","expires_in":3599,"token_type":"Bearer"}"#),
    ] {
        let answer = login(vendor, 200, body);
        assert_eq!(answer.state, SendState::Accepted, "{vendor} {answer:?}");
        assert_eq!(answer.access.as_ref().map(|a| a.0.as_str()), Some("tok/en"), "{vendor}");
        assert!(!format!("{answer:?}").contains("tok/en"), "{vendor}");
    }
    for (vendor, status, body, code) in [
        ("vivo", 200, r#"{"result":10206,"desc":"sign","authToken":"x"}"#, "10206"),
        ("oppo", 200, r#"{"code":16,"message":"Invalid Signature"}"#, "16"),
        ("huawei", 400, r#"{"error":1101,"sub_error":20003,"error_description":"bad"}"#, "1101/20003"),
        ("huawei", 400, r#"{"error":"1101","sub_error":"20003","error_description":"bad"}"#, "1101/20003"),
        ("honor", 401, r#"{"error":"invalid_client","error_description":"bad"}"#, "invalid_client"),
        ("fcm", 400, r#"{"error":"invalid_grant","error_description":"clock"}"#, "invalid_grant"),
        ("fcm", 400, r#"{"error":"invalid_scope"}"#, "invalid_scope"),
    ] {
        let answer = login(vendor, status, body);
        assert_eq!((answer.state, codes(&answer)), (SendState::Refused, vec![code]), "{vendor} {answer:?}");
        assert!(answer.access.is_none());
    }
    // Nothing can have been sent by a login, whatever became of it.
    for (status, body) in [(200, ""), (200, "{}"), (502, "<html>"), (500, "oops"), (200, "<html>x</html>")] {
        assert_eq!(login("huawei", status, body).state, SendState::Unsent, "{status} {body}");
    }
}

#[test]
fn what_is_no_answer_is_never_a_failure_of_the_token() {
    let page = "<!DOCTYPE html><html><body>Bad Gateway</body></html>";
    for vendor in pushdoctor::vendor::vendors().chain(["mps"]) {
        for (status, body, state) in [
            (200, page, SendState::Unsent),
            (302, page, SendState::Unsent),
            (403, page, SendState::Unsent),
            (404, "404 page not found", SendState::Unsent),
            (407, "", SendState::Unsent),
            (407, r#"{"code":1}"#, SendState::Unsent),
            (502, page, SendState::Unknown),
            (504, page, SendState::Unknown),
            // vivo writes plain text there.
            (500, "Internal Server Error", SendState::Unknown),
            (200, "", SendState::Unknown),
            (200, " \r\n", SendState::Unknown),
            (200, r#"{"code":"800000"#, SendState::Unknown),
            (200, "{}", SendState::Unknown),
            (200, r#"{"hello":"world"}"#, SendState::Unknown),
            (200, "null", SendState::Unsent),
        ] {
            let answer = answer(vendor, Step::Send, status, body);
            assert_eq!(answer.state, state, "{vendor} {status} {body}: {answer:?}");
            assert!(
                !answer.trouble.en.is_empty() && !answer.trouble.zh.is_empty(),
                "{vendor} {status} {body}"
            );
            assert!(
                body.trim().is_empty() || answer.codes.is_empty(),
                "{vendor} {status} {body}: {answer:?}"
            );
        }
    }
    assert!(answer("vivo", Step::Send, 407, "").trouble.en.contains("proxy"));
    assert!(answer("vivo", Step::Send, 502, page).trouble.en.contains("web page"));
}

#[test]
fn a_status_alone_is_a_code_where_the_catalogue_has_it() {
    let huawei = answer("huawei", Step::Send, 401, "");
    assert_eq!((huawei.state, codes(&huawei)), (SendState::Refused, vec!["HTTP 401"]));
    let huawei = answer("huawei", Step::Send, 503, "");
    assert_eq!((huawei.state, codes(&huawei)), (SendState::Unknown, vec!["HTTP 503"]));
    let vivo = answer("vivo", Step::Send, 401, "");
    assert_eq!((vivo.state, vivo.codes.len()), (SendState::Unsent, 0));
    // A gateway's JSON is a refusal, but by nobody that the catalogue knows.
    let kong = answer("fcm", Step::Send, 404, r#"{"message":"no Route matched with those values"}"#);
    assert_eq!((kong.state, codes(&kong)), (SendState::Refused, vec!["HTTP 404"]));
}

#[test]
fn hostile_answers_do_no_harm() {
    for body in [
        "[".repeat(100_000),
        format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100)),
        format!("{{\"code\":\"{}\",\"msg\":\"\\u001b[31m{}\"}}", "9".repeat(5000), "x".repeat(5000)),
        format!("{{\"code\":{}}}", "9".repeat(400)),
        "\u{feff}{\"code\":\"80000000\",\"msg\":\"\",\"requestId\":\"1\"}".to_owned(),
        format!("{{\"code\":\"80000000\",\"msg\":\"{}\"}}", "x".repeat(2 << 20)),
    ] {
        for vendor in pushdoctor::vendor::vendors() {
            for step in [Step::Login, Step::Send] {
                let answer = answer(vendor, step, 200, &body);
                assert!(answer.message.chars().count() <= 300 && !answer.message.contains('\u{1b}'));
                assert!(answer.codes.iter().all(|c| c.code.chars().count() <= 80));
            }
        }
    }
    let marked =
        answer("huawei", Step::Send, 200, "\u{feff}{\"code\":\"80000000\",\"msg\":\"\",\"requestId\":\"1\"}");
    assert_eq!(marked.state, SendState::Accepted);
}
