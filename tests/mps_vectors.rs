//! Alibaba's own SDKs built and signed these requests (see `tests/vectors/README.md`); the sender
//! builds and signs them alike, byte for byte.

mod mps;

use std::rc::Rc;
use std::sync::Arc;

use mps::{NOW, Still, Wire, answer, config, header, key, message, settings};
use pushdoctor::aliyun::mps::config::Signing;
use pushdoctor::aliyun::mps::rest::PrivateKey;
use pushdoctor::aliyun::mps::{Api, MpsClient, MpsConfig, MpsSender};
use pushdoctor::catalog::Catalog;
use pushdoctor::http::Request;
use pushdoctor::send::{Address, Message, Sender};
use serde_json::Value;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    value.as_array().unwrap().iter().map(|p| (text(&p[0]), text(&p[1]))).collect()
}

fn address(vector: &Value) -> Address {
    match vector["kind"].as_str() {
        Some("user") => Address::User(text(&vector["id"])),
        Some("device") => Address::Device(text(&vector["id"])),
        _ => Address::Everyone,
    }
}

fn message_of(call: &str, of: &Value, vector: &Value, msg_id: &Value) -> Message {
    let list = pairs(&vector["settings"]);
    let list: Vec<(&str, &str)> = list.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    Message {
        title: text(&of["title"]),
        content: text(&of["content"]),
        msg_id: text(msg_id),
        settings: settings(&list),
        ..message(call, address(of))
    }
}

/// What the program sends for a vector.
fn built(catalog: &Catalog, file: &Value, vector: &Value, signing: Signing) -> Request {
    let config = MpsConfig { signing, ..config() };
    let token = vector["sts"].as_bool().unwrap().then(|| text(&file["token"]));
    let key = Rc::new(key(&text(&file["id"]), &text(&file["secret"]), token.as_deref()));
    let wire = Wire::new(vec![answer(200, "{\"ResultCode\":\"OK\",\"Code\":\"100\",\"Success\":true}")]);
    let clock = Arc::new(Still::default());
    let nonce = text(&file["nonce"]);
    let client =
        MpsClient::new(catalog, config, Box::new(wire.clone()), key, clock, || false).with_nonce(&nonce);
    let of = &vector["message"];
    match vector["call"].as_str().unwrap() {
        "state" => drop(client.device_state(&address(of)).unwrap()),
        "revoke" => drop(client.revoke(&text(&file["msg_id"]), &text(&of["id"])).unwrap()),
        "revoke-task" => drop(client.revoke_task(&text(&of["id"])).unwrap()),
        "task" => drop(client.task_detail(&text(&of["id"])).unwrap()),
        call => {
            let message = message_of(call, of, vector, &file["msg_id"]);
            let sender: MpsSender<'_> = client.sender().unwrap().with_nonce(&nonce);
            return sender.request(&message, None, NOW).unwrap();
        }
    }
    wire.sent().remove(0)
}

#[test]
fn requests_are_those_of_the_official_sdk() {
    let catalog = Catalog::builtin();
    let file: Value = serde_json::from_str(include_str!("vectors/mps-python-sdk.json")).unwrap();
    assert_eq!(file["now_ms"], NOW);
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 80);
    for vector in vectors {
        let made = built(&catalog, &file, vector, Signing::Acs3);
        assert_eq!(made.method, vector["method"], "{vector}");
        assert_eq!(made.url, format!("https://mpaas.aliyuncs.com{}", text(&vector["path"])));
        assert_eq!(String::from_utf8(made.body.clone()).unwrap(), vector["body"], "{vector}");
        assert_eq!(header(&made, "authorization"), vector["authorization"], "{vector}");
        let mut headers: Vec<(String, String)> =
            made.headers.iter().filter(|(k, _)| k != "Authorization").cloned().collect();
        headers.sort();
        assert_eq!(headers, pairs(&vector["headers"]), "{vector}");
    }
}

/// Names and values of a query, sorted. `+` is a plus here: the SDK writes a space as `%20`.
fn query(url: &str) -> Vec<(String, String)> {
    let (_, query) = url.split_once('?').unwrap();
    let decode = |t: &str| percent_encoding::percent_decode_str(t).decode_utf8().unwrap().into_owned();
    let mut all: Vec<_> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(k, v)| (decode(k), decode(v)))
        .collect();
    all.sort();
    all
}

#[test]
fn the_older_signature_is_that_of_the_official_core() {
    let catalog = Catalog::builtin();
    let file: Value = serde_json::from_str(include_str!("vectors/mps-python-sdk.json")).unwrap();
    for vector in file["vectors"].as_array().unwrap() {
        let made = built(&catalog, &file, vector, Signing::Rpc);
        assert_eq!(query(&made.url), query(&text(&vector["rpc"])), "{vector}");
        assert_eq!(String::from_utf8(made.body.clone()).unwrap(), vector["body"], "{vector}");
        assert_eq!(header(&made, "content-type"), "application/x-www-form-urlencoded");
    }
}

#[test]
fn the_region_is_signed_where_one_is_named() {
    let catalog = Catalog::builtin();
    let config = MpsConfig { region: Some("cn-test".to_owned()), signing: Signing::Rpc, ..config() };
    let sender = mps::client(&catalog, config, &Wire::default()).sender().unwrap();
    let made = sender.request(&message("simple", Address::User("u".to_owned())), None, NOW).unwrap();
    assert!(query(&made.url).contains(&("RegionId".to_owned(), "cn-test".to_owned())));
}

/// Worked out by hand from the published algorithm, not published itself.
#[test]
fn the_worked_example_of_the_older_signature_comes_out() {
    let catalog = Catalog::builtin();
    let config = MpsConfig {
        signing: Signing::Rpc,
        app_id: Some("ONEX570DA89211721".to_owned()),
        workspace_id: Some("test".to_owned()),
        ..config()
    };
    let key = Rc::new(key("testid", "testsecret", None));
    let wire = Box::new(Wire::default());
    let client = MpsClient::new(&catalog, config, wire, key, Arc::new(Still::default()), || false);
    let sender = client.sender().unwrap().with_nonce("00000000000000000000000000000001");
    let message = Message {
        title: "test".to_owned(),
        content: "hello mps".to_owned(),
        msg_id: "1578807462788".to_owned(),
        ttl: 300,
        settings: settings(&[("TaskName", "simpleTest")]),
        ..message("simple", Address::User("user1024".to_owned()))
    };
    let made = sender.request(&message, None, NOW).unwrap();
    let signature = query(&made.url).into_iter().find(|(k, _)| k == "Signature").unwrap().1;
    assert_eq!(signature, "7wnJN1DeHDBb80Ahrd5EMe6bRYc=");
}

#[test]
fn requests_to_the_rest_api_carry_the_signature_that_openssl_makes() {
    let catalog = Catalog::builtin();
    let file: Value = serde_json::from_str(include_str!("vectors/mps-rest.json")).unwrap();
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/mps-rest.key.pem");
    let config = MpsConfig {
        api: Api::Rest,
        private_key_file: Some(place.into()),
        version: String::new(),
        ..config()
    };
    let client = mps::client(&catalog, config, &Wire::default());
    let sender = client.sender().unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 5);
    for vector in vectors {
        let message = message_of(vector["call"].as_str().unwrap(), vector, vector, &file["msg_id"]);
        let made = sender.request(&message, None, NOW).unwrap();
        assert_eq!(String::from_utf8(made.body.clone()).unwrap(), vector["body"], "{vector}");
        let sign = text(&vector["signature"]).replace('+', "-").replace('/', "_");
        let path = format!("/push/{}/ONEX000000000001/default/{sign}", text(&vector["path"]));
        assert_eq!(made.url, format!("https://mpaas.aliyuncs.com{path}"));
        assert_eq!(header(&made, "content-type"), "application/json; charset=utf-8");
    }
    assert!(sender.secrets().is_empty());
}

#[test]
fn rest_signatures_are_verified_by_the_public_key() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
    let pem = include_str!("vectors/mps-rest.key.pem");
    let inner: String = pem.lines().skip(1).filter(|l| !l.starts_with("-----")).collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(&inner).unwrap()).unwrap();
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref().to_vec());
    let body = "{\"title\":\"推送 *~ 😀\"}".as_bytes();
    // The same key as PEM and as the console shows it, in one line of base64.
    for form in [pem, inner.as_str()] {
        let sign = PrivateKey::parse(form).unwrap().sign(body).unwrap();
        assert!(!sign.contains(['+', '/']));
        let signature = STANDARD.decode(sign.replace('-', "+").replace('_', "/")).unwrap();
        public.verify(body, &signature).unwrap();
        public.verify(b"{}", &signature).unwrap_err();
    }
    assert!(PrivateKey::parse("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").is_none());
    assert!(PrivateKey::parse("").is_none());
}
