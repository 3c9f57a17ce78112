//! The stand-ins themselves: published vectors are accepted, a bit off is refused. Requests are
//! written to a bare socket, so that nothing of the program is in between.

use serde_json::{Value, json};

use super::keys::{self, APP_ID, ID, SECRET, WORKSPACE};
use super::mps::{Device, Mps};
use super::proof;
use super::vendors::{ALL, Vendor, fcm, harmony, honor, huawei, meizu, oppo, vivo, xiaomi};
use super::wire::{Answer, Fault, Part, Server, exchange};

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn form(list: &[(&str, &str)]) -> String {
    list.iter()
        .map(|(k, v)| format!("{}={}", proof::encoded(k), proof::encoded(v)))
        .collect::<Vec<_>>()
        .join("&")
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// The published example of Alibaba's documentation.
#[test]
fn the_published_signature_of_the_third_version() {
    let empty = proof::sha256(b"");
    let signed = pairs(&[
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-content-sha256", &empty),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-version", "2014-05-26"),
    ]);
    let query = pairs(&[
        ("RegionId", "cn-shanghai"),
        ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
    ]);
    let request = proof::acs3_request("POST", "/", &query, &signed, b"");
    let hash = "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259";
    assert_eq!(proof::sha256(request.as_bytes()), hash);
    let signature = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
    assert_eq!(proof::acs3("YourAccessKeySecret", &request), signature);
}

#[test]
fn the_published_signatures_of_the_older_version() {
    let short = pairs(&[("query", "test"), ("body", "test")]);
    assert_eq!(proof::rpc("secret", "GET", &short), "XlUyV4sXjOuX5FnjUz9IF9tm5rU=");
    let regions = pairs(&[
        ("AccessKeyId", "testid"),
        ("Action", "DescribeRegions"),
        ("Format", "XML"),
        ("Version", "2014-05-26"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
        ("Timestamp", "2016-02-23T12:46:24Z"),
    ]);
    assert_eq!(proof::rpc("testsecret", "GET", &regions), "OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
}

#[test]
fn the_vectors_of_the_vendors() {
    let id = ["10009", "3f1c0d2e-aaaa-bbbb-cccc-000000000001", "1700000000000", vivo::APP_SECRET].concat();
    assert_eq!(proof::md5(id.as_bytes()), "06b0438c234096c3c0bb230a40528232");
    let key = [oppo::APP_KEY, "1700000000000", oppo::MASTER_SECRET].concat();
    let sign = "4020410fc38cb0f21b40a4e384a3a655b397a6951de451798f6c32aa4b9e5fcd";
    assert_eq!(proof::sha256(key.as_bytes()), sign);
    // Meizu's own sample, whose secret is literally this text.
    let own = pairs(&[
        ("appId", "10000"),
        ("pushIds", "RA50c6348036344485d01776773577c64740465480a6b"),
        (
            "messageJson",
            r#"{"title":"title","content":"content","pushTimeInfo":{"offLine":1,"validTime":24}}"#,
        ),
    ]);
    assert_eq!(proof::meizu("<APP_SECRET>", &own), "ac076ff25d9900015a681cb5172aa53b");
    let hard = pairs(&[
        ("pushIds", "ABC12345678901234567890123456789012345678901"),
        ("messageJson", r#"{"noticeBarInfo":{"title":"检查","content":"a=b&c d+e%"}}"#),
        ("appId", "100999"),
        ("sign", "is left out"),
    ]);
    assert_eq!(proof::meizu(meizu::APP_SECRET, &hard), "a7c9ae760c260694fbf859fb02e9408f");
}

/// A request to MPS that is signed well.
struct Signed {
    headers: Vec<(String, String)>,
    body: String,
}

fn signed(server: &Server<Mps>, action: &str, list: &[(&str, &str)], nonce: &str) -> Signed {
    let body = form(&[&[("AppId", APP_ID), ("WorkspaceId", WORKSPACE)], list].concat());
    let date = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut headers = pairs(&[
        ("host", &server.address.to_string()),
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-acs-action", action),
        ("x-acs-content-sha256", &proof::sha256(body.as_bytes())),
        ("x-acs-date", &date),
        ("x-acs-signature-nonce", nonce),
        ("x-acs-version", "2020-10-28"),
    ]);
    let signature = proof::acs3(SECRET, &proof::acs3_request("POST", "/", &[], &headers, body.as_bytes()));
    let mut names: Vec<&str> = headers.iter().map(|(k, _)| k.as_str()).collect();
    names.sort_unstable();
    let names = names.join(";");
    let authorization =
        format!("ACS3-HMAC-SHA256 Credential={ID},SignedHeaders={names},Signature={signature}");
    headers.push(("authorization".to_owned(), authorization));
    Signed { headers, body }
}

fn post(server: &Server<Mps>, request: &Signed) -> (u16, Value) {
    let headers: Vec<(&str, &str)> = request.headers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let (status, body) = exchange(server.address, "POST", "/", &headers, request.body.as_bytes());
    (status, serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}")))
}

const SIMPLE: &[(&str, &str)] = &[
    ("Title", "test"),
    ("Content", "hello mps"),
    ("DeliveryType", "3"),
    ("ExpiredSeconds", "300"),
    ("TargetMsgkey", r#"{"user1024":"1578807462788"}"#),
    ("TaskName", "simpleTest"),
];

fn set(request: &mut Signed, name: &str, value: &str) {
    let found = request.headers.iter_mut().find(|(k, _)| k == name).unwrap();
    found.1 = value.to_owned();
}

#[test]
fn mps_takes_what_is_signed_well_and_nothing_else() {
    let server = Server::start(Mps::default());
    let good = signed(&server, "PushSimple", SIMPLE, "n1");
    let (status, answer) = post(&server, &good);
    assert_eq!((status, &answer["PushResult"]["Success"]), (200, &json!(true)), "{answer}");
    assert_eq!(server.accepted().len(), 1);
    assert_eq!(server.accepted()[0].msg_id, "1578807462788");
    // The same bytes again: the nonce is used.
    assert_eq!(post(&server, &good).1["Code"], "SignatureNonceUsed");
    let refused = |change: fn(&mut Signed)| {
        let mut request =
            signed(&server, "PushSimple", SIMPLE, &format!("n{}", server.book().requests.len()));
        change(&mut request);
        post(&server, &request).1["Code"].as_str().unwrap_or_default().to_owned()
    };
    let flip = |request: &mut Signed| {
        let (_, text) = request.headers.iter_mut().find(|(k, _)| k == "authorization").unwrap();
        let last = text.pop().unwrap();
        text.push(if last == '0' { '1' } else { '0' });
    };
    assert_eq!(refused(flip), "SignatureDoesNotMatch");
    assert_eq!(refused(|r| r.body = r.body.replace("hello", "Hello")), "SignatureDoesNotMatch");
    assert_eq!(refused(|r| set(r, "x-acs-version", "2020-07-10")), "SignatureDoesNotMatch");
    assert_eq!(refused(|r| set(r, "x-acs-date", "2026-01-01T00:00:00Z")), "InvalidTimeStamp.Expired");
    assert_eq!(refused(|r| set(r, "x-acs-date", "now")), "InvalidTimeStamp.Format");
    assert_eq!(
        refused(|r| r.headers.push(("x-acs-security-token".to_owned(), "x".to_owned()))),
        "InvalidSecurityToken.Malformed"
    );
    assert_eq!(server.accepted().len(), 1, "nothing was accepted beside");
}

#[test]
fn mps_checks_what_a_call_needs() {
    let server = Server::start(Mps::default());
    let answer = |n: &str, action: &str, list: &[(&str, &str)]| {
        let answer = post(&server, &signed(&server, action, list, n)).1;
        answer["Code"].as_str().unwrap_or("OK").to_owned()
    };
    let without: Vec<(&str, &str)> = SIMPLE.iter().filter(|(k, _)| *k != "Title").copied().collect();
    assert_eq!(answer("a", "PushSimple", &without), "MissingTitle");
    for (n, odd) in [("Silent", "2"), ("NotifyType", "loud"), ("Msgkey", "x"), ("ExtendedParams", "[]")] {
        assert_eq!(answer(n, "PushSimple", &[SIMPLE, &[(n, odd)]].concat()), "InvalidParameter", "{n}");
    }
    let reserved = [("ExtendedParams", r#"{"pushType":"1"}"#)];
    assert_eq!(answer("b", "PushSimple", &[SIMPLE, &reserved].concat()), "InvalidParameter");
    let several = [
        ("DeliveryType", "1"),
        ("TemplateName", "t"),
        ("ExpiredSeconds", "60"),
        ("TargetMsg.1.Target", "d1"),
        ("TargetMsg.1.MsgKey", "k1"),
        ("TargetMsg.2.Target", "d2"),
        ("TargetMsg.2.MsgKey", "k2"),
    ];
    assert_eq!(answer("c", "PushMultiple", &several), "OK");
    assert_eq!(answer("d", "PushMultiple", &several[..6]), "MissingMsgKey");
    assert_eq!(server.accepted().len(), 2);
    assert_eq!(answer("e", "PushNobody", SIMPLE), "InvalidAction.NotFound");
}

#[test]
fn mps_tells_states_and_takes_messages_back() {
    let server = Server::start(Mps::default());
    server.service().devices =
        vec![Device { user: "u", device: "d", vendor_token: "v", manufacturer: "hms", state: "ONLINE" }];
    let state = signed(&server, "PushQueryDeviceState", &[("TargetType", "2"), ("Target", "u")], "a");
    let answer = post(&server, &state).1;
    assert_eq!((&answer["Code"], &answer["Data"]["Statue"]), (&json!("100"), &json!("ONLINE")), "{answer}");
    let other = signed(&server, "PushQueryDeviceState", &[("TargetType", "1"), ("Target", "u")], "b");
    assert_eq!(post(&server, &other).1["Data"], Value::Null);
    post(&server, &signed(&server, "PushSimple", SIMPLE, "c"));
    let back = [("MessageId", "1578807462788"), ("TargetId", "user1024")];
    assert_eq!(post(&server, &signed(&server, "RevokePushMessage", &back, "d")).1["ResultCode"], "OK");
    assert!(server.accepted()[0].revoked);
    let task = signed(&server, "QueryPushAnalysisTaskDetail", &[("TaskId", "70001")], "e");
    assert_eq!(post(&server, &task).1["ResultContent"]["Data"]["PushNum"], 1);
}

#[test]
fn mps_takes_the_older_signature() {
    let server = Server::start(Mps::default());
    let body = form(&[&[("AppId", APP_ID), ("WorkspaceId", WORKSPACE)], SIMPLE].concat());
    let date = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut query = vec![
        ("AccessKeyId", ID),
        ("Action", "PushSimple"),
        ("Format", "JSON"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", "1"),
        ("SignatureVersion", "1.0"),
        ("Timestamp", &date),
        ("Version", "2020-10-28"),
    ];
    let mut all = pairs(&query);
    all.extend(pairs(&[("AppId", APP_ID), ("WorkspaceId", WORKSPACE)]));
    all.extend(pairs(SIMPLE));
    let signature = proof::rpc(SECRET, "POST", &all);
    let host = server.address.to_string();
    let headers = [("host", host.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let send = |query: &[(&str, &str)]| {
        let target = format!("/?{}", form(query));
        exchange(server.address, "POST", &target, &headers, body.as_bytes()).1
    };
    assert!(send(&[query.as_slice(), &[("Signature", "x")]].concat()).contains("SignatureDoesNotMatch"));
    query.push(("Signature", &signature));
    assert!(send(&query).contains(r#""Success":true"#));
    assert!(send(&query).contains("SignatureNonceUsed"));
    assert_eq!(server.accepted().len(), 1);
}

#[test]
fn the_rest_path_takes_a_signed_body_only() {
    use base64::Engine;
    let server = Server::start(Mps::default());
    let body = json!({"taskName": "t", "title": "a", "content": "b", "deliveryType": 1,
        "expiredSeconds": 600, "target_msgkey": {"d": "k1"}})
    .to_string();
    let sign = base64::engine::general_purpose::STANDARD.encode(keys::signed(body.as_bytes(), false));
    let sign = sign.replace('+', "-").replace('/', "_");
    let path = format!("/push/pushsimple/{APP_ID}/{WORKSPACE}/{sign}");
    let headers = [("host", "localhost"), ("content-type", "application/json")];
    let send = |body: &str| exchange(server.address, "POST", &path, &headers, body.as_bytes()).1;
    assert!(send(&body.replace("600", "601")).contains(r#""code":"-1""#));
    assert!(send(&body).contains(r#""code":"100""#));
    assert_eq!(server.accepted().len(), 1);
}

#[test]
fn faults_come_once_and_say_what_was_taken() {
    let server = Server::start(Mps::default());
    server.fault(Part::Send, Fault::Code("3021".to_owned()));
    server.fault(Part::Send, Fault::TakenThen(Answer::page(502, "Bad Gateway")));
    let send = |nonce: &str| {
        let request = signed(&server, "PushSimple", SIMPLE, nonce);
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        exchange(server.address, "POST", "/", &headers, request.body.as_bytes())
    };
    assert!(send("1").1.contains(r#""ResultCode":"3021""#));
    assert_eq!(server.accepted().len(), 0);
    assert_eq!(send("2").0, 502);
    assert_eq!(server.accepted().len(), 1);
    assert_eq!(send("3").0, 200);
    assert_eq!(server.accepted().len(), 2);
    server.service().ahead = 16 * 60_000;
    assert!(send("4").1.contains("InvalidTimeStamp.Expired"));
}

/// What a vendor's login needs, right.
fn login(vendor: &str) -> Option<(&'static str, &'static str, String)> {
    let form_type = "application/x-www-form-urlencoded";
    let client = |id: &str, secret: &str| {
        form(&[("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)])
    };
    let time = now_ms().to_string();
    match vendor {
        "huawei" => Some(("/oauth2/v3/token", form_type, client(huawei::APP_ID, huawei::APP_SECRET))),
        "honor" => Some(("/auth/token", form_type, client(honor::CLIENT_ID, honor::CLIENT_SECRET))),
        "oppo" => {
            let sign = proof::sha256([oppo::APP_KEY, &time, oppo::MASTER_SECRET].concat().as_bytes());
            let body = form(&[("app_key", oppo::APP_KEY), ("timestamp", &time), ("sign", &sign)]);
            Some(("/server/v1/auth", form_type, body))
        }
        "vivo" => {
            let text = [vivo::APP_ID, vivo::APP_KEY, &time, vivo::APP_SECRET].concat();
            let body = json!({"appId": vivo::APP_ID, "appKey": vivo::APP_KEY,
                "timestamp": time.parse::<i64>().unwrap(), "sign": proof::md5(text.as_bytes())});
            Some(("/message/auth", "application/json", body.to_string()))
        }
        "fcm" => {
            let now = now_ms() / 1000;
            let claims = json!({"iss": "svc@demo.iam.gserviceaccount.com",
                "scope": "https://www.googleapis.com/auth/firebase.messaging",
                "aud": "https://oauth2.googleapis.com/token", "exp": now + 3600, "iat": now});
            let jwt = token(&json!({"alg": "RS256", "typ": "JWT", "kid": "k1"}), &claims, false);
            let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
            Some(("/token", form_type, form(&[("grant_type", grant), ("assertion", &jwt)])))
        }
        _ => None,
    }
}

fn token(header: &Value, claims: &Value, pss: bool) -> String {
    use base64::Engine;
    let url = &base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let text = format!("{}.{}", url.encode(header.to_string()), url.encode(claims.to_string()));
    format!("{text}.{}", url.encode(keys::signed(text.as_bytes(), pss)))
}

fn harmony_token(life: i64) -> String {
    let now = now_ms() / 1000;
    let header = json!({"kid": "0123456789abcdef0123456789abcdef", "typ": "JWT", "alg": "PS256"});
    let claims = json!({"aud": "https://oauth-login.cloud.huawei.com/oauth2/v3/token",
        "iss": "100000001", "exp": now + life, "iat": now});
    token(&header, &claims, true)
}

/// A send as the vendor's documentation shows it: path, headers, body.
fn example(vendor: &str, access: &str) -> (String, Vec<(&'static str, String)>, String) {
    let bearer = ("authorization", format!("Bearer {access}"));
    let json_type = ("content-type", "application/json".to_owned());
    let form_type = ("content-type", "application/x-www-form-urlencoded".to_owned());
    match vendor {
        "huawei" => (
            format!("/v1/{}/messages:send", huawei::APP_ID),
            vec![bearer, json_type],
            json!({"validate_only": false, "message": {"android": {"target_user_type": 1, "ttl": "600s",
                "bi_tag": "pd-1700000000", "notification": {"title": "pushdoctor", "body": "ping 4821",
                "click_action": {"type": 3}, "importance": "NORMAL"}}, "token": ["t"]}})
            .to_string(),
        ),
        "harmony" => (
            format!("/v3/{}/messages:send", harmony::PROJECT),
            vec![bearer, json_type, ("push-type", "0".to_owned())],
            json!({"payload": {"notification": {"category": "MARKETING", "title": "pushdoctor",
                "body": "ping 4821", "clickAction": {"actionType": 0}}}, "target": {"token": ["t"]},
                "pushOptions": {"testMessage": true, "ttl": 600}})
            .to_string(),
        ),
        "honor" => (
            format!("/api/v1/{}/sendMessage", honor::APP_ID),
            vec![bearer, json_type, ("timestamp", now_ms().to_string())],
            json!({"android": {"targetUserType": 1, "ttl": "600s", "biTag": "pd-1700000000",
                "notification": {"title": "pushdoctor", "body": "ping 4821", "importance": "NORMAL",
                "clickAction": {"type": 3}}}, "token": ["t"]})
            .to_string(),
        ),
        "xiaomi" => (
            "/v3/message/regid".to_owned(),
            vec![("authorization", format!("key={}", xiaomi::APP_SECRET)), form_type],
            form(&[
                ("registration_id", "t"),
                ("restricted_package_name", "com.example.app"),
                ("pass_through", "0"),
                ("title", "pushdoctor"),
                ("description", "ping 4821"),
                ("notify_type", "-1"),
                ("notify_id", "4821"),
                ("time_to_live", "600000"),
                ("extra.notify_effect", "1"),
            ]),
        ),
        "oppo" => {
            let message = json!({"target_type": 2, "target_value": "t", "verify_registration_id": false,
                "notification": {"title": "pushdoctor", "content": "ping 4821", "click_action_type": 0,
                "off_line": true, "off_line_ttl": 600, "channel_id": "c"}});
            let body = form(&[("auth_token", access), ("message", &message.to_string())]);
            ("/server/v1/message/notification/unicast".to_owned(), vec![form_type], body)
        }
        "vivo" => (
            "/message/send".to_owned(),
            vec![("authToken", access.to_owned()), json_type],
            json!({"appId": 10009, "regId": "t", "notifyType": 1, "title": "pushdoctor",
                "content": "ping 4821", "skipType": 1, "timeToLive": 600, "requestId": "r-1",
                "pushMode": 1, "classification": 1, "category": "IM"})
            .to_string(),
        ),
        "meizu" => {
            let message = json!({"noticeBarInfo": {"noticeMsgType": 0, "noticeBarType": 0,
                "title": "pushdoctor", "content": "ping 4821"}, "noticeExpandInfo": {"noticeExpandType": 0},
                "clickTypeInfo": {"clickType": 0}, "pushTimeInfo": {"offLine": 1, "validTime": 1}})
            .to_string();
            let list = [("appId", meizu::APP_ID), ("pushIds", "t"), ("messageJson", &message)];
            let sign = proof::meizu(meizu::APP_SECRET, &pairs(&list));
            let path = "/garcia/api/server/push/varnished/pushByPushId";
            (path.to_owned(), vec![form_type], form(&[list.as_slice(), &[("sign", &sign)]].concat()))
        }
        _ => (
            "/v1/projects/demo-project/messages:send".to_owned(),
            vec![bearer, json_type],
            json!({"validate_only": false, "message": {"token": "t", "notification": {"title": "pushdoctor",
                "body": "ping 4821"}, "android": {"priority": "high", "ttl": "600s",
                "notification": {"channel_id": "c"}}}})
            .to_string(),
        ),
    }
}

/// Logs in and gives the access token.
fn enter(server: &Vendor, vendor: &str) -> String {
    if vendor == "harmony" {
        return harmony_token(3600);
    }
    let Some((path, kind, body)) = login(vendor) else { return String::new() };
    let (_, answer) = exchange(server.address(), "POST", path, &[("content-type", kind)], body.as_bytes());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    ["/access_token", "/data/auth_token", "/authToken"]
        .iter()
        .find_map(|p| answer.pointer(p)?.as_str())
        .unwrap_or_else(|| panic!("{vendor}: {answer}"))
        .to_owned()
}

fn send(server: &Vendor, example: &(String, Vec<(&'static str, String)>, String)) -> String {
    let headers: Vec<(&str, &str)> = example.1.iter().map(|(k, v)| (*k, v.as_str())).collect();
    exchange(server.address(), "POST", &example.0, &headers, example.2.as_bytes()).1
}

#[test]
fn every_vendor_takes_its_own_example() {
    for vendor in ALL {
        let server = Vendor::start(vendor);
        let access = enter(&server, vendor);
        let answer = send(&server, &example(vendor, &access));
        server.content();
        let accepted = server.accepted();
        assert_eq!(accepted.len(), 1, "{vendor}: {answer}");
        let got = (accepted[0].target.as_str(), accepted[0].title.as_str(), accepted[0].content.as_str());
        assert_eq!(got, ("t", "pushdoctor", "ping 4821"), "{vendor}");
        assert!(!accepted[0].id.is_empty() && answer.contains(&accepted[0].id), "{vendor}: {answer}");
    }
}

#[test]
fn no_vendor_takes_a_login_or_a_signature_that_is_a_bit_off() {
    for vendor in ALL {
        let server = Vendor::start(vendor);
        if let Some((path, kind, body)) = login(vendor) {
            // The last character that is a letter or digit: of the secret, the sign, the assertion.
            let at = body.rfind(|c: char| c.is_ascii_alphanumeric()).unwrap();
            let wrong = if &body[at..=at] == "0" { "1" } else { "0" };
            let body = format!("{}{wrong}{}", &body[..at], &body[at + 1..]);
            exchange(server.address(), "POST", path, &[("content-type", kind)], body.as_bytes());
            assert_eq!(server.count(Part::Login), 1);
        }
        let mut wrong = example(vendor, "x-access-1");
        match vendor {
            "xiaomi" => wrong.1[0].1.push('x'),
            "meizu" => wrong.2 = wrong.2.replace("4821", "4822"),
            _ => {}
        }
        send(&server, &wrong);
        assert!(server.accepted().is_empty(), "{vendor}");
    }
}

#[test]
fn no_vendor_takes_a_message_without_its_title_or_with_wrong_units() {
    for vendor in ALL {
        let server = Vendor::start(vendor);
        let access = enter(&server, vendor);
        let mut without = example(vendor, &access);
        without.2 = without.2.replace("title", "tittle");
        send(&server, &without);
        let mut units = example(vendor, &access);
        for (right, wrong) in [
            (r#""600s""#, r#"600"#),
            (r#""ttl":600}"#, r#""ttl":"600"}"#),
            ("time_to_live=600000", "time_to_live=600"),
            ("off_line_ttl%22%3A600", "off_line_ttl%22%3A600000000"),
            (r#""timeToLive":600"#, r#""timeToLive":600000"#),
            ("validTime%22%3A1", "validTime%22%3A600"),
        ] {
            units.2 = units.2.replace(right, wrong);
        }
        send(&server, &units);
        assert!(server.accepted().is_empty(), "{vendor}: {:?}", server.accepted());
    }
}

#[test]
fn used_up_tokens_earn_the_code_for_them() {
    for (vendor, code) in
        [("huawei", "80200003"), ("honor", "403"), ("oppo", "11"), ("vivo", "10000"), ("fcm", "401")]
    {
        let server = Vendor::start(vendor);
        assert!(server.spend());
        let access = enter(&server, vendor);
        let answer = send(&server, &example(vendor, &access));
        assert!(answer.contains(code), "{vendor}: {answer}");
        assert!(server.accepted().is_empty());
    }
    let server = Vendor::start("harmony");
    assert!(!server.spend());
    for (life, code) in [(-1, "80200005"), (86_401, "80300036")] {
        let answer = send(&server, &example("harmony", &harmony_token(life)));
        assert!(answer.contains(code), "{answer}");
    }
    assert!(matches!(&server, Vendor::Harmony(_)) && server.accepted().is_empty());
}

#[test]
fn clocks_that_are_wrong_are_told() {
    for (vendor, code) in [("oppo", "19"), ("vivo", "10207"), ("fcm", "invalid_grant")] {
        let server = Vendor::start(vendor);
        match &server {
            Vendor::Oppo(server) => server.service().ahead = 3_700_000,
            Vendor::Vivo(server) => server.service().ahead = 3_700_000,
            Vendor::Fcm(server) => server.service().ahead = 3_700_000,
            _ => unreachable!(),
        }
        let (path, kind, body) = login(vendor).unwrap();
        let (_, answer) =
            exchange(server.address(), "POST", path, &[("content-type", kind)], body.as_bytes());
        assert!(answer.contains(code), "{vendor}: {answer}");
        server.content();
    }
    assert_eq!(fcm::Fcm::default().ahead, 0);
}
