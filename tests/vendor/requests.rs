//! The requests, compared with the vendors' own examples and with made-up inputs.

use pushdoctor::catalog::Catalog;
use pushdoctor::http::Request;
use pushdoctor::send::{Address, Sender};
use serde_json::{Value, json};

use super::keys::{NOW, TOKEN, access, message, sender, sender_with};

pub fn header<'r>(request: &'r Request, name: &str) -> &'r str {
    request.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, v)| v.as_str())
}

/// A form as pairs, in order.
pub fn form(body: &[u8]) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8().unwrap().into_owned()
    };
    let text = std::str::from_utf8(body).unwrap();
    text.split('&').map(|pair| pair.split_once('=').unwrap()).map(|(k, v)| (decode(k), decode(v))).collect()
}

pub fn field(body: &[u8], name: &str) -> String {
    form(body).into_iter().find(|(n, _)| n == name).map(|(_, v)| v).unwrap_or_default()
}

fn send(sender: &dyn Sender, settings: &[(&str, &str)]) -> Request {
    sender.request(&message(TOKEN, settings), Some(&access()), NOW).unwrap()
}

fn body(request: &Request) -> String {
    String::from_utf8(request.body.clone()).unwrap()
}

#[test]
fn huawei_logs_in_and_sends_as_documented() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "huawei");
    let login = sender.login(NOW).unwrap().unwrap();
    assert_eq!(login.url, "https://oauth-login.cloud.huawei.com/oauth2/v3/token");
    assert_eq!(header(&login, "content-type"), "application/x-www-form-urlencoded");
    // A secret that is not encoded is refused with 1101/20172.
    assert_eq!(
        body(&login),
        "grant_type=client_credentials&client_id=100000001&client_secret=hua%2Bwei%2Fsecret%3D1"
    );
    let request = send(&*sender, &[]);
    assert_eq!(request.method, "POST");
    assert_eq!(request.url, "https://push-api.cloud.huawei.com/v1/100000001/messages:send");
    assert_eq!(header(&request, "authorization"), "Bearer access+token/1");
    assert_eq!(header(&request, "content-type"), "application/json; charset=UTF-8");
    let example = r#"{"validate_only":false,
 "message":{
  "android":{"target_user_type":1,"ttl":"600s","bi_tag":"pd-1700000000",
   "notification":{"title":"pushdoctor","body":"11:13 ping 4821","click_action":{"type":3},"importance":"NORMAL"}},
  "token":["<push token>"]}}"#;
    equal(&request, &example.replace("<push token>", TOKEN));
}

/// The body is the example, key by key and in its order.
fn equal(request: &Request, example: &str) {
    let wanted: Value = serde_json::from_str(example).unwrap();
    assert_eq!(body(request), wanted.to_string());
}

#[test]
fn harmony_sends_as_documented() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "harmony");
    assert!(sender.login(NOW).unwrap().is_none());
    let request = sender.request(&message(TOKEN, &[]), None, NOW).unwrap();
    assert_eq!(request.url, "https://push-api.cloud.huawei.com/v3/101653523863000001/messages:send");
    assert_eq!(header(&request, "push-type"), "0");
    assert_eq!(header(&request, "content-type"), "application/json");
    let example = r#"{"payload":{"notification":{"category":"MARKETING","title":"pushdoctor","body":"11:13 ping 4821","clickAction":{"actionType":0}}},
 "target":{"token":["<push token>"]},
 "pushOptions":{"testMessage":true,"ttl":600}}"#;
    equal(&request, &example.replace("<push token>", TOKEN));
}

#[test]
fn honor_logs_in_and_sends_as_documented() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "honor");
    let login = sender.login(NOW).unwrap().unwrap();
    assert_eq!(login.url, "https://iam.developer.honor.com/auth/token");
    assert_eq!(
        body(&login),
        "grant_type=client_credentials&client_id=200000001&client_secret=honor%2Bsecret%262"
    );
    let request = send(&*sender, &[]);
    assert_eq!(request.url, "https://push-api.cloud.honor.com/api/v1/100000002/sendMessage");
    assert_eq!(header(&request, "authorization"), "Bearer access+token/1");
    assert_eq!(header(&request, "timestamp"), "1700000000000", "missing: 10001, wrong: 10207");
    let example = r#"{"android":{"targetUserType":1,"ttl":"600s","biTag":"pd-1700000000",
  "notification":{"title":"pushdoctor","body":"11:13 ping 4821","importance":"NORMAL","clickAction":{"type":3}}},
 "token":["<push token>"]}"#;
    equal(&request, &example.replace("<push token>", TOKEN));
}

#[test]
fn xiaomi_sends_as_documented() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "xiaomi");
    assert!(sender.login(NOW).unwrap().is_none());
    let settings = [("notify_id", "4821"), ("extra.channel_id", "<approved id>")];
    let request = send(&*sender, &settings);
    assert_eq!(request.url, "https://api.xmpush.xiaomi.com/v3/message/regid");
    assert_eq!(header(&request, "authorization"), "key=xiaomiSecret3==");
    assert_eq!(header(&request, "content-type"), "application/x-www-form-urlencoded");
    let example = "registration_id=<regId>&restricted_package_name=com.example.app&pass_through=0\
&title=pushdoctor&description=11:13+ping+4821&notify_type=-1&notify_id=4821&time_to_live=600000\
&extra.notify_effect=1&extra.channel_id=<approved id>";
    assert_eq!(form(&request.body), form(example.replace("<regId>", TOKEN).as_bytes()));
    assert!(body(&request).contains("&description=11%3A13+ping+4821&"));
    // Notifications with one id replace each other.
    let mut other = message(TOKEN, &[]);
    other.msg_id = "pd-1700000001".to_owned();
    let other = sender.request(&other, None, NOW).unwrap();
    assert_ne!(field(&send(&*sender, &[]).body, "notify_id"), field(&other.body, "notify_id"));
    let mut without = message(TOKEN, &[]);
    without.package = None;
    let error = sender.request(&without, None, NOW).err().unwrap();
    assert!(error.en.contains("--package") && error.zh.contains("--package"), "{error:?}");
}

#[test]
fn oppo_logs_in_and_sends_as_documented() {
    let catalog = Catalog::builtin();
    let sender = sender_with(&catalog, "oppo", "[vendors.oppo]\nchannel_id = \"<channel>\"\n");
    let login = sender.login(NOW).unwrap().unwrap();
    assert_eq!(login.url, "https://api.push.oppomobile.com/server/v1/auth");
    assert_eq!(
        body(&login),
        "app_key=0123456789abcdef0123456789abcdef&timestamp=1700000000000&sign=4020410fc38cb0f21b40a4e384a3a655b397a6951de451798f6c32aa4b9e5fcd"
    );
    let token = "CN_0123456789abcdef0123456789abcdef";
    let request = sender.request(&message(token, &[]), Some(&access()), NOW).unwrap();
    assert_eq!(request.url, "https://api.push.oppomobile.com/server/v1/message/notification/unicast");
    let names: Vec<String> = form(&request.body).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["auth_token", "message"]);
    assert_eq!(field(&request.body, "auth_token"), "access+token/1");
    let example = r#"{"target_type":2,"target_value":"CN_<32 hex>","verify_registration_id":false,
 "notification":{"title":"pushdoctor","content":"11:13 ping 4821","click_action_type":0,"off_line":true,"off_line_ttl":600,"channel_id":"<channel>"}}"#;
    let wanted: Value = serde_json::from_str(&example.replace("CN_<32 hex>", token)).unwrap();
    assert_eq!(field(&request.body, "message"), wanted.to_string());
}

#[test]
fn oppo_phones_that_were_sold_abroad_have_another_host_for_login_and_send() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "oppo");
    for (token, host) in [
        ("OPPO_CN_0123456789abcdef", "https://api.push.oppomobile.com/"),
        ("OPPO_IN_0123456789abcdef", "https://api-intl.push.oppomobile.com/"),
        ("IN_0123456789abcdef", "https://api-intl.push.oppomobile.com/"),
    ] {
        let message = message(token, &[]);
        let login = sender.login_for(&message, NOW).unwrap().unwrap();
        let request = sender.request(&message, Some(&access()), NOW).unwrap();
        assert!(login.url.starts_with(host) && request.url.starts_with(host), "{token}: {}", login.url);
    }
}

#[test]
fn vivo_logs_in_and_sends_as_documented() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "vivo");
    let login = sender.login(NOW).unwrap().unwrap();
    assert_eq!(login.url, "https://api-push.vivo.com.cn/message/auth");
    assert_eq!(header(&login, "content-type"), "application/json");
    let document: Value = serde_json::from_slice(&login.body).unwrap();
    let wanted = json!({
        "appId": 10009, "appKey": "3f1c0d2e-aaaa-bbbb-cccc-000000000001",
        "timestamp": 1_700_000_000_000_i64, "sign": "06b0438c234096c3c0bb230a40528232",
    });
    assert_eq!(document, wanted);
    let request = send(&*sender, &[("requestId", "<uuid>")]);
    assert_eq!(request.url, "https://api-push.vivo.com.cn/message/send");
    assert_eq!(header(&request, "authToken"), "access+token/1");
    let example = r#"{"appId":10009,"regId":"<regId>","notifyType":1,"title":"pushdoctor","content":"11:13 ping 4821",
 "skipType":1,"timeToLive":600,"requestId":"<uuid>","pushMode":1,"classification":1,"category":"IM"}"#;
    equal(&request, &example.replace("<regId>", TOKEN));
    // Old ids have 23 digits, new ones begin with v2-: neither is looked at.
    for token in ["15700000000000012345678", &format!("v2-{}", "A".repeat(60))] {
        let request = sender.request(&message(token, &[]), Some(&access()), NOW).unwrap();
        let document: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(document["regId"], *token);
    }
}

#[test]
fn meizu_signs_what_it_sends() {
    let catalog = Catalog::builtin();
    let sender = sender(&catalog, "meizu");
    assert!(sender.login(NOW).unwrap().is_none());
    let request = send(&*sender, &[]);
    assert_eq!(
        request.url,
        "https://server-api-push.meizu.com/garcia/api/server/push/varnished/pushByPushId"
    );
    let pairs = form(&request.body);
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["appId", "pushIds", "messageJson", "sign"]);
    let example = r#"{"noticeBarInfo":{"noticeMsgType":0,"noticeBarType":0,"title":"pushdoctor","content":"11:13 ping 4821"},
 "noticeExpandInfo":{"noticeExpandType":0},"clickTypeInfo":{"clickType":0},
 "pushTimeInfo":{"offLine":1,"validTime":1},"advanceInfo":{"suspend":1,"clearNoticeBar":1}}"#;
    let wanted: Value = serde_json::from_str(example).unwrap();
    let sent = field(&request.body, "messageJson");
    assert_eq!(sent, wanted.to_string());
    use md5::{Digest, Md5};
    let signed = format!("appId=100999messageJson={sent}pushIds={TOKEN}s3cr3tS3CR3T");
    let sign: String = Md5::digest(signed.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(field(&request.body, "sign"), sign);
}

#[test]
fn fcm_sends_as_documented() {
    let catalog = Catalog::builtin();
    let sender = sender_with(&catalog, "fcm", "[vendors.fcm]\nchannel_id = \"<channel>\"\n");
    let login = sender.login(NOW).unwrap().unwrap();
    assert_eq!(login.url, "https://oauth2.googleapis.com/token");
    assert!(
        body(&login)
            .starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=")
    );
    let request = send(&*sender, &[]);
    assert_eq!(request.url, "https://fcm.googleapis.com/v1/projects/demo/messages:send");
    assert_eq!(header(&request, "authorization"), "Bearer access+token/1");
    let example = r#"{"validate_only":false,"message":{"token":"<registration token>","notification":{"title":"pushdoctor","body":"11:13 ping 4821"},
 "android":{"priority":"high","ttl":"600s","notification":{"channel_id":"<channel>"}}}}"#;
    equal(&request, &example.replace("<registration token>", TOKEN));
    // A number among the data is answered with INVALID_ARGUMENT.
    let request = send(&*sender, &[("data", r#"{"n":1,"s":"x"}"#)]);
    let document: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(document["message"]["data"], json!({"n": "1", "s": "x"}));
}

#[test]
fn the_test_flag_is_on_and_can_be_switched_off() {
    let catalog = Catalog::builtin();
    for (vendor, name, off, pointer) in [
        ("huawei", "target_user_type", "0", "/message/android/target_user_type"),
        ("harmony", "testmessage", "false", "/pushOptions/testMessage"),
        ("honor", "targetUserType", "0", "/android/targetUserType"),
        ("vivo", "PushMode", "0", "/pushMode"),
    ] {
        let sender = sender(&catalog, vendor);
        let flag = |settings: &[(&str, &str)]| {
            let document: Value = serde_json::from_slice(&send(&*sender, settings).body).unwrap();
            document.pointer(pointer).unwrap().clone()
        };
        assert!([json!(1), json!(true)].contains(&flag(&[])), "{vendor}");
        assert!([json!(0), json!(false)].contains(&flag(&[(name, off)])), "{vendor}");
    }
}

#[test]
fn settings_stand_where_their_rule_says_and_the_token_is_no_setting() {
    let catalog = Catalog::builtin();
    let huawei = sender(&catalog, "huawei");
    // 0 and -1 mean different things, so a zero must not be lost.
    let request = send(&*huawei, &[("collapse_key", "0"), ("category", "IM"), ("channel_id", "c1")]);
    let document: Value = serde_json::from_slice(&request.body).unwrap();
    let android = &document["message"]["android"];
    assert_eq!((&android["collapse_key"], &android["category"]), (&json!(0), &json!("IM")));
    assert_eq!(android["notification"]["channel_id"], "c1");
    for vendor in pushdoctor::vendor::vendors() {
        let sender = sender(&catalog, vendor);
        for name in
            ["token", "registration_id", "target_value", "regId", "pushIds", "title", "appId", "no_such"]
        {
            let error = sender.request(&message(TOKEN, &[(name, "x")]), Some(&access()), NOW).err().unwrap();
            assert!(error.en.contains(name) && error.zh.contains(name), "{vendor} {name}: {error:?}");
        }
        let documents = catalog.send(vendor).unwrap();
        assert!(documents.parameter.iter().all(|p| !p.pointer.to_lowercase().contains("token")), "{vendor}");
    }
}

#[test]
fn every_parameter_finds_a_place_of_its_own() {
    let catalog = Catalog::builtin();
    for vendor in pushdoctor::vendor::vendors() {
        let sender = sender(&catalog, vendor);
        for rule in catalog.send(vendor).unwrap().parameter.iter() {
            use pushdoctor::catalog::ParameterKind::*;
            let value = match rule.kind {
                _ if !rule.values.is_empty() => rule.values[0].to_string(),
                Text => "odd1".to_owned(),
                Integer => rule.min.unwrap_or(7).max(7).min(rule.max.unwrap_or(i64::MAX)).to_string(),
                Boolean => "true".to_owned(),
                Json | Map => r#"{"odd":"1"}"#.to_owned(),
            };
            let mut settings = vec![(rule.name.to_string(), value.clone())];
            for need in rule.need.iter().filter(|need| need.values.iter().any(|v| *v == value)) {
                settings.push((need.any[0].to_string(), "IM".to_owned()));
            }
            let settings: Vec<(&str, &str)> =
                settings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            let request = send(&*sender, &settings);
            let found = if body(&request).starts_with('{') {
                serde_json::from_slice(&request.body).unwrap()
            } else {
                let text = field(&request.body, "message") + &field(&request.body, "messageJson");
                serde_json::from_str::<Value>(&text).unwrap_or(Value::Null)
            };
            let found = match rule.pointer.is_empty() {
                true => field(&request.body, &rule.name),
                false => match found.pointer(&rule.pointer) {
                    Some(Value::String(text)) => text.clone(),
                    other => other.unwrap_or_else(|| panic!("{vendor} {}", rule.name)).to_string(),
                },
            };
            assert_eq!(found, value, "{vendor} {}", rule.name);
        }
    }
}

#[test]
fn each_vendor_counts_the_time_to_live_in_its_own_unit() {
    let catalog = Catalog::builtin();
    let at = |vendor: &str, ttl: u32| {
        let sender = sender(&catalog, vendor);
        let mut message = message(TOKEN, &[]);
        message.ttl = ttl;
        sender.request(&message, Some(&access()), NOW).map(|request| {
            let text = match vendor {
                "xiaomi" => return field(&request.body, "time_to_live"),
                "oppo" => field(&request.body, "message"),
                "meizu" => field(&request.body, "messageJson"),
                _ => body(&request),
            };
            let document: Value = serde_json::from_str(&text).unwrap();
            let places = [
                "/message/android/ttl",
                "/android/ttl",
                "/pushOptions/ttl",
                "/notification/off_line_ttl",
                "/timeToLive",
                "/pushTimeInfo/validTime",
            ];
            let found = places.iter().find_map(|p| document.pointer(p)).unwrap();
            found.as_str().map_or(found.to_string(), str::to_owned)
        })
    };
    for (vendor, written) in [
        ("huawei", "7200s"),
        ("honor", "7200s"),
        ("fcm", "7200s"),
        ("harmony", "7200"),
        ("xiaomi", "7200000"),
        ("oppo", "7200"),
        ("vivo", "7200"),
        ("meizu", "2"),
    ] {
        assert_eq!(at(vendor, 7200).unwrap(), written, "{vendor}");
    }
    assert_eq!(at("meizu", 3601).unwrap(), "2", "a begun hour counts");
    for (vendor, ttl, bounds) in [
        ("vivo", 59, "60 to 86400 seconds"),
        ("vivo", 86_401, "60 to 86400 seconds"),
        ("meizu", 0, "3600 to 259200 seconds"),
        ("meizu", 259_201, "3600 to 259200 seconds"),
        ("oppo", 864_001, "1 to 864000 seconds"),
        ("xiaomi", 864_001, "0 to 864000 seconds"),
    ] {
        let error = at(vendor, ttl).unwrap_err();
        assert!(error.en.contains("--ttl") && error.en.contains(bounds), "{vendor} {ttl}: {error:?}");
    }
}

#[test]
fn only_the_vendors_own_token_can_be_a_target() {
    let catalog = Catalog::builtin();
    for vendor in pushdoctor::vendor::vendors() {
        let sender = sender(&catalog, vendor);
        for address in [
            Address::Device("d".into()),
            Address::User("u".into()),
            Address::Everyone,
            Address::Token(" ".into()),
        ] {
            let mut message = message(TOKEN, &[]);
            message.address = address;
            let error = sender.request(&message, Some(&access()), NOW).err().unwrap();
            assert!(error.en.contains("--token"), "{vendor}: {error:?}");
        }
    }
}

#[test]
fn addresses_can_be_moved() {
    let catalog = Catalog::builtin();
    let login = |s: &dyn Sender| s.login(NOW).unwrap().map(|r| r.url).unwrap_or_default();
    for vendor in pushdoctor::vendor::vendors() {
        let both = format!(
            "[vendors.{vendor}]\nendpoint = \"http://127.0.0.1:9/\"\nauth_endpoint = \"127.0.0.1:8/in\"\n"
        );
        let sender = sender_with(&catalog, vendor, &both);
        let own = super::keys::sender(&catalog, vendor);
        let path = |url: &str| url.splitn(4, '/').nth(3).unwrap().to_owned();
        let (moved, plain) = (send(&*sender, &[]), send(&*own, &[]));
        assert_eq!(moved.url, format!("http://127.0.0.1:9/{}", path(&plain.url)), "{vendor}");
        if !login(&*own).is_empty() {
            assert_eq!(
                login(&*sender),
                format!("https://127.0.0.1:8/in/{}", path(&login(&*own))),
                "{vendor}"
            );
        }
    }
    // Where login and send have one host, one key moves both.
    let one = |vendor: &str| {
        let text = format!("[vendors.{vendor}]\nendpoint = \"http://127.0.0.1:9\"\n");
        login(&*sender_with(&catalog, vendor, &text))
    };
    assert_eq!(one("vivo"), "http://127.0.0.1:9/message/auth");
    assert_eq!(one("oppo"), "http://127.0.0.1:9/server/v1/auth");
    assert_eq!(one("huawei"), "https://oauth-login.cloud.huawei.com/oauth2/v3/token");
}
