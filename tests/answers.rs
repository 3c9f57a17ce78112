//! Whatever a vendor, MPS or the gateway answers, pasted into `explain-code`, leads to the code that
//! matters: the failure, also where the answer calls itself a success. All values are made up.

use pushdoctor::catalog::Catalog;
use pushdoctor::commands::explain::query;

fn ids(catalog: &Catalog, text: &str) -> Vec<String> {
    let found = query::ask(catalog, &[text.to_owned()], None).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    found.codes.iter().map(|c| c.finding()).collect()
}

/// Pasted without a vendor: the first entry.
const ANSWERS: &[(&str, &str)] = &[
    // Huawei
    ("huawei.server.80000000", r#"{"code":"80000000","msg":"Success","requestId":"172000000000010"}"#),
    (
        "huawei.server.80300007",
        r#"{"code":"80300007","msg":"All the tokens are invalid","requestId":"172000000000010"}"#,
    ),
    (
        "huawei.server.80100000",
        r#"{"code":"80100000","msg":"{\"success\":1,\"failure\":1,\"illegal_tokens\":[\"exampleToken\"]}","requestId":"172000000000010"}"#,
    ),
    ("huawei.server.1101/20001", r#"{"error":1101,"sub_error":20001,"error_description":"example"}"#),
    ("huawei.server.1101/20172", r#"{"error":"1101","sub_error":"20172","error_description":"example"}"#),
    ("huawei.server.1102/20001", r#"{"sub_error":20001,"error_description":"example","error":1102}"#),
    ("huawei.server.1203/12304", r#"{"error":1203,"sub_error":12304,"error_description":"example"}"#),
    (
        "huawei.receipt.2",
        r#"{"statuses":[{"biTag":"131415","appid":"100000001","token":"exampleToken","status":2,"timestamp":1720000000000,"requestId":"172000000000010"}]}"#,
    ),
    (
        "huawei.receipt.6",
        r#"{"statuses":[{"appid":"100000001","token":"a","status":0},{"appid":"100000001","token":"b","status":6}]}"#,
    ),
    // HarmonyOS
    (
        "harmony.server.noPushTypeRight",
        r#"{"code":"80300007","msg":"all invalid, reason: noPushTypeRight","requestId":"172000000000010"}"#,
    ),
    (
        "harmony.server.noRight",
        r#"{"code":"80100000","msg":"{\"success\":1,\"failure\":1,\"illegalTokens\":{\"noRight\":[\"exampleToken\"]}}","requestId":"172000000000010"}"#,
    ),
    (
        "harmony.receipt.102",
        r#"{"statuses":[{"token":"t","pushType":0,"appPackageName":"com.example.bank","biTag":"b","requestId":"1","deliveryStatus":{"result":102,"timestamp":1720000000000}}]}"#,
    ),
    // Honor
    (
        "honor.server.200",
        r#"{"code":200,"message":"Success","data":{"sendResult":true,"requestId":"172000000000010","failTokens":[],"expireTokens":[],"msgCode":200}}"#,
    ),
    (
        "honor.server.failTokens",
        r#"{"code":200,"message":"Success","data":{"sendResult":true,"requestId":"1","failTokens":["exampleToken"],"expireTokens":[],"msgCode":200}}"#,
    ),
    (
        "honor.server.expireTokens",
        r#"{"code":200,"message":"Success","data":{"sendResult":true,"requestId":"1","failTokens":[],"expireTokens":["exampleToken"]}}"#,
    ),
    (
        "honor.server.failTokens",
        r#"{"code":80100000,"message":"example","data":{"sendResult":true,"requestId":"1","failTokens":["exampleToken"],"msgCode":80100000}}"#,
    ),
    (
        "honor.server.80100000",
        r#"{"code":80100000,"message":"example","data":{"sendResult":true,"requestId":"1","failTokens":[],"msgCode":80100000}}"#,
    ),
    (
        "honor.server.80200047",
        r#"{"code":80200047,"message":"example","data":{"sendResult":false,"requestId":"1","failTokens":[]}}"#,
    ),
    ("honor.server.80300006", r#"{"code":80300006,"message":"example"}"#),
    ("honor.server.invalid_client", r#"{"error":"invalid_client","error_description":"example"}"#),
    (
        "honor.receipt.40000002",
        r#"{"statuses":[{"token":"t","biTag":"b","status":40000002,"timestamp":1720000000000,"requestId":"1"}]}"#,
    ),
    // Xiaomi
    (
        "xiaomi.server.0",
        r#"{"result":"ok","trace_id":"Xcm0001","code":0,"data":{"id":"scm0001"},"description":"成功","info":"Received push messages for 1 REGID"}"#,
    ),
    (
        "xiaomi.server.20301",
        r#"{"result":"error","reason":"No valid targets!","trace_id":"Xcm0001","code":20301,"description":"example"}"#,
    ),
    (
        "xiaomi.server.200002",
        r#"{"result":"error","reason":"example","trace_id":"Xcm0001","code":200002,"description":"example"}"#,
    ),
    (
        "xiaomi.server.bad_regids",
        r#"{"result":"ok","trace_id":"Xcm0001","code":0,"data":{"id":"scm0001","bad_regids":"r1,r2"},"description":"成功"}"#,
    ),
    (
        "xiaomi.server.0",
        r#"{"result":"ok","trace_id":"Xcm0001","code":0,"data":{"id":"scm0001","bad_regids":""}}"#,
    ),
    (
        "xiaomi.server.channel_exceed_quota",
        r#"{"result":"ok","trace_id":"Xcm0001","code":0,"data":{"id":"scm0001","channel_exceed_quota":{"101234":3}}}"#,
    ),
    (
        "xiaomi.receipt.1",
        r#"{"scm0001":{"param":"p","type":1,"targets":"r1,r2","jobkey":"j","barStatus":"Enable","timestamp":1720000000000}}"#,
    ),
    (
        "xiaomi.receipt.barStatus:Disable",
        r#"{"scm0001":{"param":"p","type":1,"targets":"r1","jobkey":"j","barStatus":"Disable","timestamp":1720000000000}}"#,
    ),
    (
        "xiaomi.receipt.16",
        r#"data={"scm0001":{"param":"p","type":16,"targets":"r1","errorCode":1,"replaceTarget":{"r1":"r2"},"timestamp":1720000000000}}"#,
    ),
    (
        "xiaomi.receipt.128",
        r#"{"scm0001":{"param":"p","type":128,"targets":"r1","extra":{"ack":"10000","quota":"10000"},"timestamp":1720000000000}}"#,
    ),
    // OPPO
    (
        "oppo.server.0",
        r#"{"code":0,"message":"Success","data":{"message_id":"","messageId":"5d1d0001","status":"call_success","task_id":""}}"#,
    ),
    (
        "oppo.server.0",
        r#"{"code":0,"message":"success","data":{"auth_token":"example","create_time":1720000000000}}"#,
    ),
    ("oppo.server.16", r#"{"code":16,"message":"Invalid Signature"}"#),
    ("oppo.server.-2", r#"{"code":-2,"message":"Service in Flow Control"}"#),
    ("oppo.server.69", r#"{"code":69,"message":"example"}"#),
    ("oppo.server.10000", r#"{"code":10000,"message":"Invalid RegistrationId","data":{}}"#),
    (
        "oppo.server.10000",
        r#"{"code":0,"message":"success","data":{"10000":["CN_example"],"message_id":"m1","task_id":"t1"}}"#,
    ),
    (
        "oppo.server.0",
        r#"{"code":0,"message":"success","data":{"10000":[],"message_id":"m1","task_id":"t1"}}"#,
    ),
    (
        "oppo.server.10001",
        r#"{"code":0,"message":"success","data":[{"messageId":"5d1d0001","registrationId":"CN_a"},{"registrationId":"CN_b","errorCode":10001,"errorMessage":"unsubscribed"}]}"#,
    ),
    (
        "oppo.receipt.push_arrive",
        r#"[{"messageId":"5d1d0001","taskId":"5d1d0002","registrationIds":"CN_a,CN_b","eventTime":"1720000000000","param":"p","eventType":"push_arrive"}]"#,
    ),
    // vivo
    ("vivo.server.0", r#"{"result":0,"desc":"请求成功","taskId":"800000000000000001"}"#),
    ("vivo.server.0", r#"{"result":0,"desc":"请求成功","taskId":"800000000000000001","invalidUser":null}"#),
    (
        "vivo.server.invalidUser:2",
        r#"{"result":0,"desc":"请求成功","taskId":"1","invalidUser":{"status":2,"userid":"15700000000000012345678"}}"#,
    ),
    (
        "vivo.server.invalidUser:1",
        r#"{"result":10302,"desc":"regId不合法","invalidUser":{"status":1,"userid":"15700000000000012345678"}}"#,
    ),
    ("vivo.server.invalidUser:4", r#"{"result":10302,"desc":"x","invalidUser":{"status":"4","userid":"1"}}"#),
    (
        "vivo.server.invalidUser:3",
        r#"{"result":0,"desc":"x","taskId":"1","invalidUsers":[{"status":3,"userid":"1"}]}"#,
    ),
    ("vivo.server.10206", r#"{"result":10206,"desc":"sign invalid"}"#),
    ("vivo.server.10097", r#"{"result":10097,"desc":"example"}"#),
    (
        "vivo.receipt.ackType:0",
        r#"{"800000000000000001":{"targets":"1","param":"p","ackType":"0","ackTime":1720000000000}}"#,
    ),
    (
        "vivo.receipt.2101",
        r#"{"800000000000000001":{"targets":"1","param":"p","ackType":"1","subStatus":"2101","ackTime":1720000000000}}"#,
    ),
    ("vivo.receipt.ackType:0", r#"{"800000000000000001":{"param":"p","targets":"1"}}"#),
    // Meizu
    ("meizu.server.200", r#"{"code":"200","message":"","msgId":"NS0001","value":{},"redirect":""}"#),
    (
        "meizu.server.110003",
        r#"{"code":"200","message":"","msgId":"NS0001","value":{"110003":["ULY6example"]},"redirect":""}"#,
    ),
    (
        "meizu.server.110002",
        r#"{"code":"200","message":"","msgId":"NS0001","value":{"110002":["a"],"501":["b"]}}"#,
    ),
    ("meizu.server.110010", r#"{"code":"110010","message":"example","value":"","redirect":""}"#),
    ("meizu.server.1006", r#"{"code":"1006","message":"example","value":""}"#),
    (
        "meizu.server.300",
        r#"{"code":"300","message":"","value":"","redirect":"https://server-api-push.meizu.com/x"}"#,
    ),
    (
        "meizu.server.barTypeSwitch:0",
        r#"{"code":"200","message":"","value":{"barTypeSwitch":0,"directTypeSwitch":1},"redirect":""}"#,
    ),
    ("meizu.receipt.1", r#"cb={"NS0001-1":{"param":"p","type":1,"targets":["ULY6example"]}}"#),
    // FCM
    ("fcm.server.HTTP 200", r#"{"name":"projects/example/messages/0:1720000000000000%example"}"#),
    (
        "fcm.server.UNREGISTERED",
        r#"{"error":{"code":404,"message":"example","status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"UNREGISTERED"}]}}"#,
    ),
    (
        "fcm.server.INVALID_ARGUMENT",
        r#"{"error":{"code":400,"message":"example","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.data","description":"x"}]}]}}"#,
    ),
    ("fcm.server.HTTP 401", r#"{"error":{"code":401,"message":"example","status":"UNAUTHENTICATED"}}"#),
    ("fcm.server.HTTP 403", r#"{"error":{"code":403,"message":"example","status":"PERMISSION_DENIED"}}"#),
    ("fcm.server.HTTP 404", r#"{"error":{"code":404,"message":"example","status":"NOT_FOUND"}}"#),
    ("fcm.server.UNAVAILABLE", r#"{"error":{"code":503,"message":"example","status":"UNAVAILABLE"}}"#),
    ("fcm.server.invalid_grant", r#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#),
    // APNs
    ("apns.server.BadDeviceToken", r#"{"reason":"BadDeviceToken"}"#),
    ("apns.server.Unregistered", r#"{"reason":"Unregistered","timestamp":1720000000000}"#),
    // MPS
    (
        "mps.api.100",
        r#"{"RequestId":"0","ResultCode":"OK","ResultMessage":"","PushResult":{"Success":true,"ResultMsg":"","Data":""}}"#,
    ),
    (
        "mps.api.3021",
        r#"{"RequestId":"0","ResultCode":"3021","ResultMessage":"x","PushResult":{"Success":false,"ResultMsg":"","Data":""}}"#,
    ),
    (
        "mps.api.3021",
        r#"{"RequestId":"0","ResultCode":"OK","ResultMessage":"","PushResult":{"Success":false,"ResultMsg":"TOKEN_OR_USERID_NULL","Data":""}}"#,
    ),
    (
        "mps.api.PushResult:false",
        r#"{"RequestId":"0","ResultCode":"OK","ResultMessage":"","PushResult":{"Success":false,"ResultMsg":"system busy","Data":""}}"#,
    ),
    (
        "mps.api.100",
        r#"{"RequestId":"0","Success":true,"Code":"100","Message":"SUCCESS","Data":{"UserId":"u","DeviceId":"d","DeliveryToken":"t","ThirdToken":"","Platform":"android","Manufacturer":"android","Statue":"OFFLINE"}}"#,
    ),
    ("mps.api.3007", r#"{"RequestId":"0","Success":false,"Code":"3007","Message":"APPID_WRONG"}"#),
    (
        "mps.api.SignatureDoesNotMatch",
        r#"{"RequestId":"0","HostId":"mpaas.aliyuncs.com","Code":"SignatureDoesNotMatch","Message":"x"}"#,
    ),
    (
        "mps.api.InvalidAccessKeyId.NotFound",
        r#"{"RequestId":"0","HostId":"mpaas.aliyuncs.com","Code":"InvalidAccessKeyId.NotFound","Message":"x"}"#,
    ),
    ("mps.api.Throttling", r#"{"RequestId":"0","Code":"Throttling.User","Message":"x"}"#),
    ("mps.api.MissingParameter", r#"{"RequestId":"0","Code":"MissingAppId","Message":"x"}"#),
    ("mps.client.3012", r#"{"success":false,"code":"3012","name":"NEED_USERID","message":"need userid"}"#),
    // The mobile gateway
    (
        "mgs.rpc.7014",
        r#"{"result-status":"7014","memo":"x","tips":"x","mgw-traceid":"0a1d75d1172000000000012345678"}"#,
    ),
    ("mgs.rpc.7002", r#"{"memo":"x","resultStatus":7002}"#),
    ("mgs.rpc.7002", r#"{"success":false,"code":"7002","message":"x"}"#),
    (
        "mgs.rpc.7014",
        r#"alipay.client.yunpushcore.bind resp:{ memo = "%E9"; "mgw-traceid" = 0a1d75d1; "result-status" = 7014; "server-time" = 1720000000000; }"#,
    ),
    ("mgs.rpc.7002", r#"{ memo="x"; resultStatus=7002; }"#),
];

/// Log lines: the first entry.
const LINES: &[(&str, &str)] = &[
    ("mgs.rpc.7001", "com.alipay.mobile.common.rpc.RpcException: RPCException: [7001] : "),
    ("mgs.rpc.7001", "com.alipay.mobile.common.rpc.RpcException: RPCException: [7001]"),
    (
        "mgs.rpc.7001",
        "05-14 10:20:38.171 12033 12061 W System.err: com.alipay.mobile.common.rpc.RpcException: RPCException: [7001] : x",
    ),
    ("mgs.rpc-client.7", "com.alipay.mobile.common.rpc.RpcException: RPCException: [7] : network"),
    (
        "mgs.rpc.7002",
        "05-14 10:20:38.134 12033 12061 D HttpCaller: preProcessResponse, alertValue:<0>, rpcException hashcode: 123456, errcode: 7002, errmsg: x, alert: 0, control: <>",
    ),
    ("mgs.rpc.7002", "errcode: 7002"),
    ("mgs.rpc.7002", "HttpCaller errcode: 7002, errmsg: sign check failed"),
    ("mgs.rpc.3001", "RPCException: [3001]"),
    ("mgs.security-guard.212", "SG ERROR 212"),
    ("mgs.rpc.7003", "E MyPushTest: MPPush.bind error: RPCException: [7003] : x"),
    ("mps.client.3001", "绑定 userId 错误：3001"),
    ("oppo.client.14", "OPPO onRegister error =14"),
    ("vivo.client.10003", "fail to turn on vivo push state =10003"),
    ("huawei.client.907122036", "com.huawei.hms.common.ApiException: 907122036: no right"),
    ("emas.client.PUSH_10102", r#"{"errorCode":"PUSH_10102","errorMessage":"x"}"#),
];

#[test]
fn every_answer_leads_to_its_code() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for (wanted, text) in ANSWERS.iter().chain(LINES) {
        let found = ids(&catalog, text);
        if found.first().map(String::as_str) != Some(wanted) {
            wrong.push(format!("{wanted}: {found:?}\n    {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_success_is_not_listed_beside_the_failure_it_hides() {
    let catalog = Catalog::builtin();
    for (wanted, text) in ANSWERS {
        let id = wanted.split('.').next().unwrap();
        let found = query::ask(&catalog, &[text.to_string()], None).unwrap();
        let first = found.codes.first().unwrap();
        if first.side != "server" || first.effect() == pushdoctor::catalog::Effect::None {
            continue;
        }
        let hidden = found.codes.iter().find(|c| c.vendor == id && c.kind == pushdoctor::catalog::Kind::Ok);
        assert!(hidden.is_none(), "{text} also says {:?}", hidden.map(|c| c.finding()));
    }
}

#[test]
fn a_named_vendor_reads_its_own_answers_too() {
    let catalog = Catalog::builtin();
    for (wanted, text) in ANSWERS {
        let vendor = wanted.split('.').next().unwrap();
        let found = ids(&catalog, &format!("{vendor} {text}"));
        assert_eq!(found.first().map(String::as_str), Some(*wanted), "{vendor} {text}");
    }
}

/// The samples of all log signatures that carry a code of the catalogue are read by explain-code as
/// the diagnosis reads them.
#[test]
fn every_signature_s_sample_with_a_code_is_explained() {
    let catalog = Catalog::builtin();
    let matcher = pushdoctor::catalog::matcher::Matcher::new(&catalog);
    let mut seen = 0;
    for signature in catalog.signatures() {
        for sample in std::iter::once(&signature.sample).chain(signature.samples.iter()) {
            let line = pushdoctor::read::logcat::parse(sample, None, pushdoctor::read::logcat::Format::Raw);
            let hits = matcher.matches_line(&line, sample);
            let Some(hit) = hits.iter().find(|m| m.signature.id == signature.id) else { continue };
            let Some(code) = hit.group("code") else { continue };
            let vendor = match signature.code_vendor.as_ref() {
                "" => signature.id.split('.').next().unwrap(),
                other => other,
            };
            let code = format!("{}{}", signature.prefix, code.trim());
            let Some(entry) = signature.side.iter().find_map(|side| catalog.code(vendor, side, &code)) else {
                continue;
            };
            seen += 1;
            let found = ids(&catalog, sample);
            assert!(found.contains(&entry.finding()), "{}: {found:?}\n{sample}", signature.id);
        }
    }
    assert!(seen > 40, "only {seen} samples carry a code");
}
