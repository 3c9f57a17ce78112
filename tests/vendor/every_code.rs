//! Every code that the catalogue knows of a server is read back out of the answer that carries it,
//! with the right state.

use pushdoctor::catalog::{Catalog, Kind};
use pushdoctor::send::answer::read;
use pushdoctor::send::{SendState, Step};

use super::shapes::{status, write};

/// Codes that say nothing bad, and nothing of this message either.
const SAYS_NOTHING: &[(&str, &str)] = &[
    // The success of an interface that is no longer called.
    ("huawei", "NSP_STATUS 0"),
    // The end of a list that is no longer served.
    ("xiaomi", "10035"),
];

fn expected(vendor: &str, code: &str, kind: Kind, bare: bool) -> SendState {
    match (bare.then(|| status(code)).flatten(), kind) {
        (Some(200 | 500..), _) => SendState::Unknown,
        (Some(_), _) => SendState::Refused,
        _ if SAYS_NOTHING.contains(&(vendor, code)) => SendState::Unknown,
        (None, Kind::Ok) => SendState::Accepted,
        (None, _) => SendState::Refused,
    }
}

#[test]
fn every_code_of_every_server_is_read_back() {
    let catalog = Catalog::builtin();
    let mut count = 0;
    let ways = pushdoctor::vendor::vendors().map(|v| (v, "server")).chain([("mps", "api")]);
    for (vendor, side) in ways {
        let rules = catalog.send(vendor).unwrap();
        assert_eq!(rules.side, side);
        for code in catalog.codes_of(vendor).filter(|c| c.side == side) {
            count += 1;
            let (step, response) = write(vendor, &code.code);
            let answer = read(&catalog, rules, step, &response);
            let named =
                answer.codes.first().map(|c| (c.vendor.as_str(), c.side.as_str(), c.code.as_str(), c.known));
            let what = format!("{vendor} {}: {answer:?}", code.code);
            assert_eq!(named, Some((vendor, side, code.code.as_ref(), true)), "{what}");
            assert_eq!(
                answer.state,
                expected(vendor, &code.code, code.kind, response.body.is_empty()),
                "{what}"
            );
            let proper = matches!(answer.state, SendState::Accepted | SendState::Refused);
            assert_eq!(answer.trouble.is_empty(), proper, "{what}");
            assert!(answer.access.is_none(), "{what}");
        }
    }
    assert!(count > 430, "{count}");
}

/// The same codes under their other names, and numbers as texts.
#[test]
fn a_code_may_be_a_text_or_a_number() {
    let catalog = Catalog::builtin();
    for (vendor, body, code) in [
        ("huawei", r#"{"code":80300007,"msg":"m","requestId":"1"}"#, "80300007"),
        ("honor", r#"{"code":"80300007","message":"m"}"#, "80300007"),
        ("xiaomi", r#"{"code":"20301","result":"error","trace_id":"X","description":"d"}"#, "20301"),
        ("oppo", r#"{"code":"10000","message":"m"}"#, "10000"),
        ("vivo", r#"{"result":"10302","desc":"m"}"#, "10302"),
        ("meizu", r#"{"code":1006,"message":"m","value":""}"#, "1006"),
        ("mps", r#"{"ResultCode":3021,"RequestId":"r","ResultMessage":"m"}"#, "3021"),
    ] {
        let response = super::answers::response(200, body);
        let answer = read(&catalog, catalog.send(vendor).unwrap(), Step::Send, &response);
        assert_eq!(answer.codes.first().map(|c| c.code.as_str()), Some(code), "{vendor}");
        assert_eq!(answer.state, SendState::Refused, "{vendor}");
    }
    for (vendor, body) in [
        ("huawei", r#"{"code":80000000,"msg":"x","requestId":"1"}"#),
        ("honor", r#"{"code":"200","message":"x","data":{"sendResult":"true","requestId":"1"}}"#),
        ("meizu", r#"{"code":200,"message":"","msgId":"m","value":{}}"#),
        ("vivo", r#"{"result":"0","desc":"x","taskId":12}"#),
        ("mps", r#"{"ResultCode":"OK","RequestId":"r","PushResult":{"Success":"true"}}"#),
    ] {
        let response = super::answers::response(200, body);
        let answer = read(&catalog, catalog.send(vendor).unwrap(), Step::Send, &response);
        assert_eq!(answer.state, SendState::Accepted, "{vendor} {answer:?}");
    }
}
