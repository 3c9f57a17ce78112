//! Alibaba's own SDK signed these requests (see `tests/vectors/README.md`); we sign them alike.

use pushdoctor::aliyun::sign::{Key, sls_v1, sls_v4};
use serde_json::Value;

#[test]
fn the_official_sdk_signs_the_same_bytes() {
    let file: Value = serde_json::from_str(include_str!("../vectors/sls-python-sdk.json")).unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let (id, secret, region) = (text(&file["id"]), text(&file["secret"]), text(&file["region"]));
    let key = Key { id: &id, secret: &secret };
    let pairs = |v: &Value| -> Vec<(String, String)> {
        v.as_array().unwrap().iter().map(|p| (text(&p[0]), text(&p[1]))).collect()
    };
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 120);
    for vector in vectors {
        let (method, path) = (text(&vector["method"]), text(&vector["path"]));
        let (query, headers) = (pairs(&vector["query"]), pairs(&vector["headers"]));
        let body = text(&vector["body"]);
        let made = match vector["sign"].as_str().unwrap() {
            "v1" => {
                let md5 = headers.iter().find(|(k, _)| k == "Content-MD5").map(|(_, v)| v.as_str());
                let ours = pushdoctor::aliyun::sign::content_md5(body.as_bytes());
                assert_eq!(md5, (!body.is_empty()).then_some(ours.as_str()));
                sls_v1::authorization(key, &method, &path, &query, &headers)
            }
            _ => {
                let digest = headers.iter().find(|(k, _)| k == "x-log-content-sha256").unwrap();
                assert_eq!(digest.1, pushdoctor::aliyun::sign::sha256_hex(body.as_bytes()));
                sls_v4::authorization(key, &region, &method, &path, &query, &headers)
            }
        };
        assert_eq!(made, text(&vector["authorization"]), "{vector}");
    }
}
