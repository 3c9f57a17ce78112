//! Rows of server logs: every built-in log reads its own samples, a cut or hostile row never makes a
//! code that does not stand there. All rows are made up.

use std::path::Path;

use pushdoctor::catalog::{Catalog, Channel, Form, LogSample};
use pushdoctor::source::clock::{china, rfc3339};
use pushdoctor::source::server_log::profile::{Context, Profiles, Reading, starts_like_server_log};
use pushdoctor::source::server_log::record::Record;
use pushdoctor::source::server_log::row::{Body, Row};

fn read(profiles: &Profiles, row: &str, path: &str) -> (Reading, Vec<Record>) {
    let mut out = Vec::new();
    let row = Row { line: 1, body: Body::Line(row.to_owned()) };
    let context = Context { input: 0, path, zone: china() };
    let reading = profiles.read(&row, &context, &mut out);
    (reading, out)
}

fn read_fields(profiles: &Profiles, row: &str, path: &str) -> (Reading, Vec<Record>) {
    let mut out = Vec::new();
    let row = Row { line: 1, body: Body::Fields(serde_json::from_str(row).unwrap()) };
    let context = Context { input: 0, path, zone: china() };
    let reading = profiles.read(&row, &context, &mut out);
    (reading, out)
}

fn finding(record: &Record) -> String {
    record.code.as_ref().map(|c| format!("{}.{}.{}", c.vendor, c.side, c.code)).unwrap_or_default()
}

fn samples(catalog: &Catalog) -> Vec<(&str, &LogSample, Form)> {
    catalog.logs().flat_map(|l| l.sample.iter().map(|s| (l.id.as_ref(), s, l.form))).collect()
}

#[test]
fn every_log_reads_its_samples() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let mut wrong = Vec::new();
    for (id, sample, _) in samples(&catalog) {
        let mut readings = vec![read(&profiles, &sample.row, &sample.path)];
        if sample.row.starts_with('{') {
            readings.push(read_fields(&profiles, &sample.row, &sample.path));
        } else {
            let mut fields = serde_json::Map::new();
            fields.insert("__time__".to_owned(), "1700000000".into());
            fields.insert("__tag__:__path__".to_owned(), sample.path.as_ref().into());
            fields.insert("content".to_owned(), sample.row.as_ref().into());
            readings.push(read_fields(&profiles, &serde_json::Value::Object(fields).to_string(), ""));
        }
        for (reading, records) in readings {
            let first = records.first();
            let said = |record: &Record| {
                let vendor = record.vendor.clone().unwrap_or_default();
                format!(
                    "{} {} {} {:?} {vendor}",
                    record.profile,
                    record.kind.as_str(),
                    finding(record),
                    record.ok
                )
            };
            let kind = sample.kind.map_or("", |k| k.as_str());
            let wanted = match sample.records {
                0 => "0 Nothing".to_owned(),
                n => format!("{n} Records {id} {kind} {} {:?} {}", sample.code, sample.ok, sample.vendor),
            };
            let reading = match reading {
                Reading::Bad(why) => why.en,
                other => format!("{other:?}"),
            };
            let found = format!("{} {reading} {}", records.len(), first.map(said).unwrap_or_default());
            if found.trim_end() != wanted.trim_end() {
                wrong.push(format!("{id}: {}\n  wanted {wanted}\n  found  {found}", sample.row));
            }
            let parts: Vec<u32> = records.iter().map(|r| r.part).collect();
            assert_eq!(parts, (0..parts.len() as u32).collect::<Vec<_>>(), "{}", sample.row);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_log_has_a_sample() {
    let catalog = Catalog::builtin();
    for log in catalog.logs() {
        assert!(!log.sample.is_empty(), "{}", log.id);
    }
}

const DIGEST: &str = "2024-06-14 09:58:02,123 - (/mgw.htm,response,N,61ms,alipay.client.yunpushcore.device.report,-,0A1B2C3D4E5F6,default,7003,-,-,-,user0001,exampleDevice1,u,t,192.0.2.1,HTTP,PB,812,96,F,c0a8010a1718330282062000000001,T,ANDROID,58,4,2.0)";

fn only(records: &[Record]) -> &Record {
    assert_eq!(records.len(), 1, "{records:?}");
    &records[0]
}

fn time(record: &Record) -> String {
    record.place.time.and_then(|t| rfc3339(t, &china())).unwrap_or_default()
}

#[test]
fn a_digest_line_gives_every_field() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let (_, records) = read(&profiles, DIGEST, "logs/gw-01/gateway/gateway-page-digest.log");
    let record = only(&records);
    assert_eq!(record.operation, "alipay.client.yunpushcore.device.report");
    assert_eq!((record.app_id.as_str(), record.workspace_id.as_str()), ("0A1B2C3D4E5F6", "default"));
    assert_eq!((record.user.as_str(), record.device.as_str()), ("user0001", "exampleDevice1"));
    assert_eq!(record.trace_id, "c0a8010a1718330282062000000001");
    assert_eq!((record.result.as_str(), record.host.as_str()), ("N", "gw-01"));
    assert_eq!(time(record), "2024-06-14T09:58:02.123+08:00");
    assert_eq!(record.place.text, DIGEST);
    assert!(profiles.notes().is_empty(), "{:?}", profiles.notes());
}

#[test]
fn the_trace_id_tells_the_zone() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let utc = DIGEST.replace("2024-06-14 09:58:02,123", "2024-06-14 01:58:02,123");
    let (_, records) = read(&profiles, &utc, "gateway-page-digest.log");
    assert_eq!(time(only(&records)), "2024-06-14T09:58:02.123+08:00");
    let notes = profiles.notes();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].en.contains("+00:00") && notes[0].en.contains("gateway-page-digest.log"), "{notes:?}");
    // Without a trace the zone of the context holds.
    let (_, records) = read(&profiles, &DIGEST.replace("c0a8010a1718330282062000000001", "-"), "a.log");
    assert_eq!(time(only(&records)), "2024-06-14T09:58:02.123+08:00");
}

#[test]
fn a_broken_line_says_what_is_wrong() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let bad = |line: &str, path: &str| match read(&profiles, line, path) {
        (Reading::Bad(why), records) => {
            assert!(records.is_empty());
            assert!(!why.en.is_empty() && !why.zh.is_empty());
            why.en
        }
        (other, _) => panic!("{line}: {other:?}"),
    };
    assert!(bad(DIGEST.trim_end_matches(')'), "a.log").contains("cut"));
    assert!(bad(&DIGEST.replace(",58,4,2.0)", ")"), "a.log").contains("25 fields"));
    assert!(bad("ED,58,4,2.0)", "h/gateway-page-digest.log.1").contains("mgs-digest"));
    let stat = "2024-6-14 9:58:02.123,HMS,0A1B-default,Android,1.2.0,0A1B_ANDROID-default,SIMPLE,-,-,200,true,true,2";
    assert!(bad(stat, "a.log").contains("fields"));
    assert!(bad(r#"{"statuses":[{"token":"a","status":6"#, "a.json").contains("cut"));
    assert!(bad("data=%7B%22scm0001%22%3A%7B%22type%22%3A1", "a.txt").contains("data"));
    assert_eq!(read(&profiles, "06-14 09:58:02.123  1 2 I mPush14 : hello", "x").0, Reading::Unrecognised);
}

#[test]
fn a_line_inside_of_fields_keeps_its_own_time_and_the_host() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let row = serde_json::json!({
        "__time__": 1_718_340_000, "__source__": "192.0.2.9", "__tag__:__hostname__": "gw-7",
        "__tag__:__path__": "/home/admin/logs/gateway/gateway-page-digest.log", "content": DIGEST,
    });
    let (reading, records) = read_fields(&profiles, &row.to_string(), "export.jsonl");
    assert_eq!(reading, Reading::Records);
    let record = only(&records);
    assert_eq!((record.host.as_str(), time(record).as_str()), ("gw-7", "2024-06-14T09:58:02.123+08:00"));
    // A line that is no push record is none here either, and a broken one stays broken.
    let cut = row.to_string().replace(",58,4,2.0)", "");
    assert!(matches!(read_fields(&profiles, &cut, "export.jsonl").0, Reading::Bad(_)));
}

/// A forward row with an answer: the tokens of the records with their codes and `ok`.
fn forward(vendor: &str, token: &str, answer: &str) -> Vec<(String, String, Option<bool>)> {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let row = serde_json::json!({
        "ts": "2024-06-14T09:58:02.123+08:00", "type": "FORWARD", "channel": vendor, "regId": token,
        "success": "true", "msgId": "m1", "resp": answer,
    });
    let (_, records) = read_fields(&profiles, &row.to_string(), "forward.jsonl");
    records.iter().map(|r| (r.vendor_token.clone(), finding(r), r.ok)).collect()
}

#[test]
fn a_refusal_behind_a_success_is_told_of_its_target() {
    let refused = |token: &str, code: &str| (token.to_owned(), code.to_owned(), Some(false));
    let vivo = r#"{"result":0,"desc":"ok","taskId":"1","invalidUser":{"status":2,"userid":"tokenBad"}}"#;
    assert_eq!(forward("VIVO", "tokenBad", vivo), [refused("tokenBad", "vivo.server.invalidUser:2")]);
    let xiaomi = r#"{"result":"ok","trace_id":"X1","code":0,"data":{"id":"scm1","bad_regids":"tokenBad"},"description":"ok"}"#;
    assert_eq!(
        forward("MIUI", "tokenGood,tokenBad", xiaomi),
        [
            ("tokenGood".to_owned(), "xiaomi.server.0".to_owned(), Some(true)),
            refused("tokenBad", "xiaomi.server.bad_regids"),
        ]
    );
    let quota =
        r#"{"result":"ok","trace_id":"X1","code":0,"data":{"id":"scm1","channel_exceed_quota":["101"]}}"#;
    assert_eq!(
        forward("MIUI", "tokenOne", quota),
        [refused("tokenOne", "xiaomi.server.channel_exceed_quota")]
    );
    let meizu = r#"{"code":"200","message":"","msgId":"N","value":{"110002":["tokenA"],"110003":["tokenB"]},"redirect":""}"#;
    assert_eq!(
        forward("MEIZU", "", meizu),
        [refused("tokenA", "meizu.server.110002"), refused("tokenB", "meizu.server.110003")]
    );
    let oppo = r#"{"code":0,"message":"success","data":[{"registrationId":"tokenA","errorCode":10001,"errorMessage":"x"},{"registrationId":"tokenC","messageId":"m"}]}"#;
    assert_eq!(forward("OPPO", "tokenA", oppo), [refused("tokenA", "oppo.server.10001")]);
    let honor = r#"{"code":200,"message":"Success","data":{"sendResult":true,"requestId":"r","failTokens":[],"expireTokens":["tokenE"],"msgCode":200}}"#;
    assert_eq!(forward("HONOR", "tokenE", honor), [refused("tokenE", "honor.server.expireTokens")]);
    let huawei = r#"{"code":"80100000","msg":"{\"success\":1,\"failure\":1,\"illegal_tokens\":[\"tokenBad\"]}","requestId":"r"}"#;
    assert_eq!(forward("HMS", "tokenBad", huawei), [refused("tokenBad", "huawei.server.80100000")]);
}

#[test]
fn an_answer_without_refusals_speaks_for_the_row() {
    let ok = forward("HMS", "tokenOne", r#"{"code":"80000000","msg":"Success","requestId":"r"}"#);
    assert_eq!(ok, [("tokenOne".to_owned(), "huawei.server.80000000".to_owned(), Some(true))]);
    let no = forward("HMS", "tokenOne", r#"{"code":"80300007","msg":"x","requestId":"r"}"#);
    assert_eq!(no, [("tokenOne".to_owned(), "huawei.server.80300007".to_owned(), Some(false))]);
    // Another vendor's shape is no code of this one.
    let other = forward("FCM", "tokenOne", r#"{"result":10302,"desc":"x"}"#);
    assert!(other.iter().all(|(_, code, _)| !code.contains("10302")), "{other:?}");
}

#[test]
fn the_self_built_channel_waits_for_its_callback() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let stat = "2024-6-14 9:58:02.123,ANDROID,0A1B-default,Android,1.2.0,0A1B_ANDROID-default,SIMPLE,-,-,200,true,true,0,TO_PUSH,2.1.0,-,#,1,42";
    let (_, records) = read(&profiles, stat, "yunpushcore-notify-stat.log");
    let record = only(&records);
    assert_eq!((record.ok, record.channel, record.code.clone()), (None, Some(Channel::SelfBuilt), None));
    assert_eq!((record.app_id.as_str(), record.operation.as_str()), ("0A1B", "SIMPLE"));
}

#[test]
fn ids_are_found_in_lines_without_a_grammar() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let line = r#"2024-06-14 09:58:02.123 WARN 荣耀 push bizMsgId:0123456789abcdef0123456789abcdef core=7_0_0123456789abcdef0123 -> {"code":80300007,"message":"x","data":{"sendResult":false,"requestId":"r9","failTokens":["tokenBad"]}}"#;
    let (_, records) = read(&profiles, line, "h1/yunpushcore/yunpushcore-third.log.2024-06-14");
    let record = records.iter().find(|r| r.vendor_token == "tokenBad").expect("the refused target");
    assert_eq!(record.vendor.as_deref(), Some("honor"));
    assert_eq!(
        (record.msg_id.as_str(), record.core_msg_id.as_str()),
        ("0123456789abcdef0123456789abcdef", "7_0_0123456789abcdef0123")
    );
    assert_eq!(
        (finding(record).as_str(), record.ok, record.vendor_msg_id.as_str()),
        // The answer failed as a whole: its own code says more than the list of those it hit.
        ("honor.server.80300007", Some(false), "r9")
    );
    assert!(record.confidence < pushdoctor::catalog::Confidence::High);
}

#[test]
fn a_value_that_is_too_long_is_cut_and_said() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let row = serde_json::json!({"type": "forward", "channel": "OPPO", "msgId": "m1", "regId": "长".repeat(40_000)});
    let (_, records) = read_fields(&profiles, &row.to_string(), "big.jsonl");
    let record = only(&records);
    assert!(record.vendor_token.len() <= 64 << 10 && record.place.text.len() <= 64 << 10);
    assert!(profiles.notes().iter().any(|n| n.en.contains("big.jsonl")), "{:?}", profiles.notes());
}

#[test]
fn a_user_s_profile_reads_their_log() {
    let catalog = Catalog::builtin();
    let mut profiles = Profiles::builtin(&catalog);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join("server-profile.toml");
    profiles.add_file(&example).unwrap_or_else(|e| panic!("{}", e.en));
    assert_eq!(profiles.names().first(), Some(&"our-send-log"));
    let line = "2024-06-14 09:58:02.123|SEND|HW|80300007|user0001|exampleTokenOfHuawei01|m-1";
    let (_, records) = read(&profiles, line, "our.log");
    let record = only(&records);
    assert_eq!((finding(record).as_str(), record.ok), ("huawei.server.80300007", Some(false)));
    assert_eq!((record.user.as_str(), record.vendor_token.as_str()), ("user0001", "exampleTokenOfHuawei01"));
    assert_eq!((record.msg_id.as_str(), record.profile.as_str()), ("m-1", "our-send-log"));
    assert_eq!(time(record), "2024-06-14T09:58:02.123+08:00");
    let row = r#"{"when":"14/06/2024 09:58:02","op":"token-upload","good":"no","why":"3001","dev":"exampleAdToken"}"#;
    let (_, records) = read(&profiles, row, "our.jsonl");
    let record = only(&records);
    assert_eq!((finding(record).as_str(), record.ok), ("mps.client.3001", Some(false)));
    assert_eq!(
        (time(record).as_str(), record.ad_token.as_str()),
        ("2024-06-14T09:58:02.000+08:00", "exampleAdToken")
    );
}

#[test]
fn a_faulty_profile_names_file_line_and_nearest_key() {
    let catalog = Catalog::builtin();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("own.toml");
    let good = "[[log]]\nid = \"x\"\nform = \"fields\"\nhas = [\"a\"]\nkind = \"report\"\nvendor = \"huawei\"\nbasis = \"none\"\nsource = \"our own log\"\n";
    let fault = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let fault = Profiles::builtin(&catalog).add_file(&path).err();
        fault.map(|f| (f.en, f.zh)).unwrap_or_default()
    };
    assert_eq!(fault(good).0, "");
    let (en, zh) = fault(&good.replace("vendor =", "vendro ="));
    assert!(en.contains("own.toml") && en.contains("line 6") && en.contains("vendro"), "{en}");
    assert!(en.contains("did you mean vendor") && zh.contains("vendor"), "{en} {zh}");
    assert!(fault(&good.replace("huawei", "huawie")).0.contains("huawei"));
    assert!(fault(&good.replace("kind = \"report\"", "pattern = '('")).0.contains("pattern"));
    assert!(fault(&good.replace("kind = \"report\"\n", "")).0.contains("kind"));
    assert!(fault("").0.contains("[[log]]"));
    let (en, _) = fault("[[log]\n");
    assert!(en.contains("own.toml") && !en.contains('\n'), "{en}");
    assert!(Profiles::builtin(&catalog).add_file(Path::new("no-such-profile.toml")).is_err());
}

#[test]
fn a_cut_row_never_makes_another_code() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    for (id, sample, form) in samples(&catalog) {
        let codes: Vec<String> =
            read(&profiles, &sample.row, &sample.path).1.iter().map(finding).chain([String::new()]).collect();
        for (end, _) in sample.row.char_indices() {
            let cut = &sample.row[..end];
            // A line of name=value has no mark of its end: a number that is cut cannot be told.
            let inside_code = cut.rfind("code=").is_some_and(|at| !cut[at..].contains(' '));
            if form == Form::KeyValue && inside_code {
                continue;
            }
            for record in read(&profiles, cut, &sample.path).1 {
                assert!(codes.contains(&finding(&record)), "{id}: {cut} -> {}", finding(&record));
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(400))]
    #[test]
    fn any_row_is_survived(
        line in "\\PC{0,200}|[\\x00-\\x7f]{0,200}|[a-zA-Z=:,{}\\[\\]\"0-9 .-]{0,200}",
        at in 0usize..64,
        path in "[a-z/.*\\\\-]{0,24}|yunpushcore-x.log|gateway-page-digest.log",
    ) {
        let catalog = Catalog::builtin();
        let profiles = Profiles::builtin(&catalog);
        read(&profiles, &line, &path);
        // The same in the middle of a good row.
        let rows = samples(&catalog);
        let row = rows[at % rows.len()].1.row.to_string();
        let middle = (0..=row.len() / 2).rev().find(|i| row.is_char_boundary(*i)).unwrap();
        read(&profiles, &format!("{}{line}{}", &row[..middle], &row[middle..]), &path);
        let fields = serde_json::json!({"content": line, "message": row, "a": {"b": [line.clone()]}});
        read_fields(&profiles, &fields.to_string(), &path);
    }
}

#[test]
fn no_log_of_a_phone_is_taken_for_a_server_s() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut seen = 0;
    for entry in std::fs::read_dir(examples).unwrap().flatten() {
        if entry.path().extension().is_some_and(|e| e == "log") {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let head: Vec<&str> = text.lines().take(200).collect();
            let name = entry.file_name().to_string_lossy().into_owned();
            assert_eq!(starts_like_server_log(&head, &name), None, "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 5);
    let catalog = Catalog::builtin();
    for signature in catalog.signatures() {
        for sample in std::iter::once(&signature.sample).chain(signature.samples.iter()) {
            assert_eq!(starts_like_server_log(&[sample.as_ref()], "phone.log"), None, "{sample}");
        }
    }
}

#[test]
fn a_report_row_is_read_by_what_it_holds() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let row = r#"{"__time__":"1718330282","deliveryToken":"exampleAdToken","thirdChannel":"4","thirdChannelDeviceToken":"exampleRegId","appId":"A","workspaceId":"default","osType":"1","channel":"huaweistore"}"#;
    let (_, records) = read_fields(&profiles, row, "report.jsonl");
    let record = only(&records);
    assert_eq!(
        (record.kind.as_str(), record.vendor.as_deref(), record.channel),
        ("report", Some("xiaomi"), None)
    );
    assert_eq!((record.ad_token.as_str(), record.vendor_token.as_str()), ("exampleAdToken", "exampleRegId"));
    // The business answer has its own codes: 3001 is not the gateway's.
    let row = r#"{"kind":"REPORT","op":"alipay.client.yunpushcore.bind","resp":"{\"success\":false,\"code\":\"3001\",\"message\":\"need token\"}"}"#;
    let (_, records) = read_fields(&profiles, row, "report.jsonl");
    assert_eq!((finding(only(&records)).as_str(), only(&records).ok), ("mps.client.3001", Some(false)));
}

#[test]
fn a_send_with_a_method_is_still_a_send() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let row = r#"{"time":"2024-06-14 09:58:02","method":"POST","vendor":"华为","msgId":"m1","status":"2"}"#;
    let (_, records) = read_fields(&profiles, row, "send.jsonl");
    let record = only(&records);
    assert_eq!((record.kind.as_str(), record.vendor.as_deref()), ("forward", Some("huawei")));
    assert_eq!((finding(record).as_str(), record.ok), ("mps.status.2", Some(true)));
}
