//! ACS3-HMAC-SHA256, the signature of Alibaba Cloud's OpenAPI (MPS, STS …) in its third version.

use super::{Key, Pairs, canonical_headers, form, header, hex, hmac_sha256, sha256_hex};

/// The algorithm as the `Authorization` header names it.
const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The headers that are signed.
fn signed(headers: &Pairs) -> Vec<(String, String)> {
    canonical_headers(headers, |k| matches!(k, "host" | "content-type") || k.starts_with("x-acs-"))
}

/// The names of the signed headers, as the `Authorization` header lists them.
fn names(signed: &Pairs) -> String {
    signed.iter().map(|(k, _)| k.as_str()).collect::<Vec<_>>().join(";")
}

/// The canonical form of a request. The digest of the body stands in `x-acs-content-sha256`.
pub fn canonical_request(method: &str, path: &str, query: &Pairs, headers: &Pairs) -> String {
    let signed = signed(headers);
    let lines: String = signed.iter().map(|(k, v)| format!("{k}:{v}\n")).collect();
    let digest = header(headers, "x-acs-content-sha256").unwrap_or_default();
    format!("{method}\n{path}\n{}\n{lines}\n{}\n{digest}", form(query), names(&signed))
}

/// The value of the `Authorization` header.
pub fn authorization(key: Key<'_>, method: &str, path: &str, query: &Pairs, headers: &Pairs) -> String {
    let request = canonical_request(method, path, query, headers);
    let text = format!("{ALGORITHM}\n{}", sha256_hex(request.as_bytes()));
    let signature = hex(&hmac_sha256(key.secret.as_bytes(), text.as_bytes()));
    let names = names(&signed(headers));
    format!("{ALGORITHM} Credential={},SignedHeaders={names},Signature={signature}", key.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aliyun::sign::pairs;

    const KEY: Key<'static> = Key { id: "YourAccessKeyId", secret: "YourAccessKeySecret" };

    #[test]
    fn the_published_signature_comes_out() {
        let query = pairs(&[
            ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
            ("RegionId", "cn-shanghai"),
        ]);
        let headers = pairs(&[
            ("host", "ecs.cn-shanghai.aliyuncs.com"),
            ("x-acs-action", "RunInstances"),
            ("x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("x-acs-date", "2023-10-26T10:22:32Z"),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ("x-acs-version", "2014-05-26"),
            ("accept", "application/json"),
        ]);
        let request = canonical_request("POST", "/", &query, &headers);
        assert_eq!(
            sha256_hex(request.as_bytes()),
            "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
        );
        assert_eq!(
            authorization(KEY, "POST", "/", &query, &headers),
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;\
             x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
    }

    /// Worked out by hand from the published algorithm, not published itself.
    #[test]
    fn a_push_request_with_a_form_body_is_signed_over_its_digest() {
        let body = form(&crate::aliyun::sign::rpc::tests::push_simple());
        let digest = sha256_hex(body.as_bytes());
        assert_eq!(digest, "75065fa4f526959634f115b6b0cf318c1b74e690075688a617a8cf8e2a9ac98a");
        let headers = pairs(&[
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", "mpaas.aliyuncs.com"),
            ("x-acs-action", "PushSimple"),
            ("x-acs-content-sha256", &digest),
            ("x-acs-date", "2026-01-01T00:00:00Z"),
            ("x-acs-signature-nonce", "00000000000000000000000000000001"),
            ("x-acs-version", "2020-10-28"),
        ]);
        let request = canonical_request("POST", "/", &[], &headers);
        assert_eq!(
            sha256_hex(request.as_bytes()),
            "fc44cbb0a0bc7689ca8bdcc257a7efc867e127d5a5cf1eb073b42519aa8dde26"
        );
        let made = authorization(KEY, "POST", "/", &[], &headers);
        assert!(
            made.ends_with("Signature=1e47ce19af44d96a4a7b4eaeef2474ed5b140f726928cb68141c1a05f6d735e4"),
            "{made}"
        );
    }
}
