//! What is masked and what stays, line by line, and a property over seeded lines.

use proptest::prelude::*;

use super::*;
use crate::catalog::Catalog;

fn redactor() -> Redactor {
    Redactor::new(Policy::All, Some([7; 32]))
}

/// Lines with the part that must vanish, and the start of what stands there instead.
const MASKED: &[(&str, &str, &str)] = &[
    ("mPush14 regId=d//igwEhgBGCI2TG6lWqlBz4q8", "d//igwEhgBGCI2TG6lWqlBz4q8", "<token:"),
    ("收到厂商通道 token: IQAAAACy0kfRAADnmFnRKHlPgF3tZ7dn", "IQAAAACy0kfRAADnmFnRKHlPgF3tZ7dn", "<token:"),
    ("onNewToken IQAAAACy0kfRAADnmFnRKHlPgF3tZ7dn", "IQAAAACy0kfRAADnmFnRKHlPgF3tZ7dn", "<token:"),
    ("adToken: 1f8e7d6c5b4a39281706f5e4d3c2b1a0", "1f8e7d6c5b4a39281706f5e4d3c2b1a0", "<token:"),
    ("token cVqLz7dKQ:APA91bHun4MxP5egoKMwt2KZFBaFUH", "cVqLz7dKQ:APA91bHun4MxP5egoKMwt2KZFBaFUH", "<token:"),
    ("vivo regId 16011234567890123456789 ok", "16011234567890123456789", "<token:"),
    ("bind userId=zhangsan01 ok", "zhangsan01", "<user:"),
    (r#"{"userId":"88001234"}"#, "88001234", "<user:"),
    (r#"{\"userId\":\"88001234\"}"#, "88001234", "<user:"),
    ("call 13800138000 now", "13800138000", "<phone:"),
    ("tel13912345678x", "13912345678", "<phone:"),
    ("+86 138-0013-8000", "138-0013-8000", "<phone:"),
    ("idcard 11010119900307123X.", "11010119900307123X", "<id-card:"),
    ("mail to zhang.san@163.com please", "zhang.san@163.com", "<email:"),
    ("imei 490154203237518", "490154203237518", "<imei:"),
    ("imsi 460001234567890", "460001234567890", "<imsi:"),
    ("[ro.serialno]: [8BN0217A12345678]", "8BN0217A12345678", "<serial:"),
    ("wifi a4:50:46:12:34:56 up", "a4:50:46:12:34:56", "<mac:"),
    ("connect to 223.104.210.136:443", "223.104.210.136", "<ip:"),
    ("host=10.2.3.4 port=8000", "10.2.3.4", "<ip:"),
    ("addr 2001:db8:0:1::beef up", "2001:db8:0:1::beef", "<ip:"),
    ("android_id=9774d56d682e549c", "9774d56d682e549c", "<device:"),
    ("oaid: 3f2a-77", "3f2a-77", "<device:"),
    ("show title=您的验证码, content=123456 请勿告诉他人, id=5", "您的验证码", "<text:"),
    ("show title=您的验证码, content=123456 请勿告诉他人, id=5", "123456", "<text:"),
    (r#"push_msg_data={"t":"余额变动 500 元","k":[1,2]}"#, "余额变动", "<text:"),
    ("msgShowText=转账到账 100 元", "转账到账", "<text:"),
    ("android.title=String (工资到账)", "工资到账", "<text:"),
    ("content={hello world},description={dear customer},title={t1},", "dear customer", "<text:"),
    ("key LTAI5tExampleKeyId0000", "LTAI5tExampleKeyId0000", "<secret>"),
    ("appSecret=9f8e7d", "9f8e7d", "<secret>"),
    (r#""client_secret" : "a/b+c=""#, "a/b+c=", "<secret>"),
    ("masterSecret: zzz111", "zzz111", "<secret>"),
    ("AppKey=abc", "abc", "<secret>"),
    ("Authorization: key=AbCdEf/123==", "AbCdEf/123==", "<secret>"),
    ("authorization: Bearer a.b.c1234", "a.b.c1234", "<secret>"),
    ("sign=06b0438c234096c3c0bb230a40528232&x=1", "06b0438c234096c3c0bb230a40528232", "<secret>"),
    ("GET http://bob:hunter2@host/x", "hunter2", "<secret>"),
    ("Request-Data=CgZhYmNkZWYSBDEyMzQ= end", "CgZhYmNkZWYSBDEyMzQ", "<secret>"),
    ("AppSecret 为 9a8b7c6d5e4f", "9a8b7c6d5e4f", "<secret>"),
    ("token is IQAAAACy0kfR", "IQAAAACy0kfR", "<token:"),
    ("connect host=1.2.3.4 port=80", "1.2.3.4", "<ip:"),
    ("msgId: 13800138000", "13800138000", "<phone:"),
    ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJzdWIiOiIxIn0", "<secret>"),
];

/// Lines that must come through unchanged.
const KEPT: &[&str] = &[
    "doExecute, uri:push.gettoken, errorCode:907135000, transactionId:00000525pushgettoken20260616095802123",
    "requestId=17187654321098765432 code=80300007",
    r#"{"requestId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","code":"80000000"}"#,
    r#"\"taskId\":\"876543210987654321\""#,
    "mgw-traceid: 0a1d76671591164847940829820658",
    "/mgw.htm,response,Y,61ms,alipay.client.yunpushcore.device.report,0a1d76671591164847940829820658,T",
    "internal id _0_0_93017fecc85c86c0bdcb936",
    "====== HMSSDK version: 60600300 ======",
    "Flyme 12.1.0.0 on the phone, mPaaS 10.2.3.35 in the app",
    "HMS Core 5.0.2.300 found, sdk 6.6.0.12, mPaaS baseline 10.1.68.40",
    "Start proc 4617:com.example.app:push/u0a201 for service {com.example.app/com.alipay.pushsdk.push.NotificationService}",
    "06-14 09:58:02.123 12345 12367 I ActivityManager: Killing 4617 uid=10123 userId=0",
    "OPPO onRegister error =14",
    "token: null",
    "the token is ready, the appKey is wrong",
    "ro.build.fingerprint: HUAWEI/LIO-AL00/HWLIO:10/HUAWEILIO-AL00/10.1.0.120C00:user/release-keys",
    "ro.build.display.id: LIO-AL00 10.1.0.120(C00E120R2P3)",
    "appKey=null",
    "com.huawei.hms.common.ApiException: 907135702: CERT_FINGERPRINT_EMPTY",
    "at com.alipay.mobile.common.transport.http.HttpWorker.processResponse(HttpWorker.java:1234)",
    "host=push.mpaas.cn-hangzhou.aliyuncs.com port=443",
    r#"{"result":"error","reason":"No valid targets!","code":20301,"description":"发送消息的目标为空"}"#,
    "2024-06-14T09:58:02.123+08:00 ready",
    "android.hardware.audio@2.0-impl.so loaded",
    "listening on 127.0.0.1:5037",
    "SERVICE_VERSION_UPDATE_REQUIRED (2)",
];

/// Every line above, for whoever tries expressions on them.
pub fn texts() -> impl Iterator<Item = &'static str> {
    MASKED.iter().map(|(text, ..)| *text).chain(KEPT.iter().copied())
}

#[test]
fn identifiers_secrets_and_bodies_vanish() {
    for (line, gone, mark) in MASKED {
        let out = redactor().redact(line);
        assert!(!out.contains(gone), "{line} -> {out}");
        assert!(out.contains(mark), "{line} -> {out}");
    }
}

#[test]
fn what_helps_stays() {
    for line in KEPT {
        assert_eq!(&redactor().redact(line), line);
    }
}

#[test]
fn secrets_go_even_when_identifiers_are_shown() {
    let plain = Redactor::new(Policy::SecretsOnly, Some([7; 32]));
    for (line, gone, mark) in MASKED {
        let out = plain.redact(line);
        assert_eq!(out.contains(gone), *mark != "<secret>", "{line} -> {out}");
    }
}

#[test]
fn equal_values_have_equal_pseudonyms_however_they_are_written() {
    let r = redactor();
    let phone = r.redact("13800138000");
    assert_eq!(r.redact("+86 138-0013-8000"), phone);
    assert_eq!(
        r.redact("regId=abc123XYZ").trim_start_matches("regId="),
        r.redact("token: abc123XYZ").trim_start_matches("token: ")
    );
    assert_eq!(r.redact("userId=13800138000"), format!("userId={phone}"));
    let token = r.redact("utdId=Wz4Zak5peDgDAGRNW5rFFGhT").replace("utdId=<token:", "");
    assert_eq!(r.redact("Did=Wz4Zak5peDgDAGRNW5rFFGhT").replace("Did=<device:", ""), token);
    assert_ne!(r.redact("13800138001"), phone);
    assert_ne!(Redactor::new(Policy::All, Some([8; 32])).redact("13800138000"), phone);
}

#[test]
fn an_id_in_a_body_stays_visible_and_the_rest_does_not() {
    let out = redactor()
        .redact(r#"push_msg_data={"title":"余额","msgId":"eb03ea598a5244dab8787d3faa5a26e3","x":"私密"}"#);
    assert!(out.contains("eb03ea598a5244dab8787d3faa5a26e3"), "{out}");
    assert!(!out.contains("余额") && !out.contains("私密"), "{out}");
}

#[test]
fn the_catalogue_s_own_sentences_stay_as_they_are() {
    let r = redactor();
    for code in Catalog::builtin().codes() {
        for words in [&code.en, &code.zh] {
            for text in [words.meaning.as_ref(), words.cause.as_ref()]
                .into_iter()
                .chain(words.fix.iter().map(AsRef::as_ref))
            {
                assert_eq!(r.redact_prose(text), text, "{}", code.finding());
            }
        }
    }
}

#[test]
fn colour_codes_cannot_hide_a_number() {
    assert!(redactor().redact("138001\u{1b}[31m38000").starts_with("<phone:"));
}

prop_compose! {
    fn secret()(
        kind in 0usize..8,
        digits in proptest::collection::vec(0u8..10, 24),
        random in "[A-Za-z0-9]{36}",
        hex in "[0-9a-f]{32}",
    ) -> (String, String) {
        let number: String = digits.iter().map(|d| char::from(b'0' + d)).collect();
        match kind {
            0 => { let v = format!("13{}", &number[..9]); (v.clone(), v) }
            1 => { let v = format!("1a{random}"); (v.clone(), format!("token={v}")) }
            2 => (hex.clone(), hex),
            3 => { let v = format!("u{}", &number[..9]); (v.clone(), format!("userId: {v}")) }
            4 => { let v = format!("a{}@example.com", &number[..6]); (v.clone(), v) }
            5 => { let v = format!("s{random}"); (v.clone(), format!("appSecret\":\"{v}\"")) }
            6 => { let v = format!("110101199003{}{}", 10 + digits[0], &number[..4]); (v.clone(), v) }
            _ => { let v = format!("账单{}元", &number[..5]); (v.clone(), format!("title=\"{v}\"")) }
        }
    }
}

proptest! {
    #[test]
    fn no_seeded_secret_comes_through(
        before in "[ a-z,;(\\[]{0,12}",
        (value, seeded) in secret(),
        after in "[ ,;)\\]]{1,4}[a-z ]{0,8}",
    ) {
        let line = format!("{before} {seeded}{after}");
        let out = redactor().redact(&line);
        prop_assert!(!out.contains(&value), "{line} -> {out}");
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,200}|[\\x00-\\x7f]{0,200}") {
        let out = redactor().redact(&text);
        prop_assert!(!out.bytes().any(|b| b == 0x1b));
        redactor().redact_prose(&text);
        Redactor::new(Policy::SecretsOnly, Some([1; 32])).redact(&text);
    }
}
