//! The older signature of Alibaba Cloud's OpenAPI: HMAC-SHA1 over all parameters, sent in the query.
//! STS still takes it, and so do private clouds.

use super::{Pairs, encode, form, hmac_sha1_base64};

/// The text that is signed: parameters of query and form body together.
pub fn string_to_sign(method: &str, parameters: &Pairs) -> String {
    format!("{method}&%2F&{}", encode(&form(parameters)))
}

/// The value of the parameter `Signature`.
pub fn signature(secret: &str, method: &str, parameters: &Pairs) -> String {
    hmac_sha1_base64(format!("{secret}&").as_bytes(), string_to_sign(method, parameters).as_bytes())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::aliyun::sign::pairs;

    pub(crate) fn push_simple() -> Vec<(String, String)> {
        pairs(&[
            ("AppId", "ONEX570DA89211721"),
            ("Content", "hello mps"),
            ("DeliveryType", "3"),
            ("ExpiredSeconds", "300"),
            ("TargetMsgkey", "{\"user1024\":\"1578807462788\"}"),
            ("TaskName", "simpleTest"),
            ("Title", "test"),
            ("WorkspaceId", "test"),
        ])
    }

    #[test]
    fn the_published_signatures_come_out() {
        let parameters = pairs(&[
            ("Action", "DescribeRegions"),
            ("Format", "XML"),
            ("Version", "2014-05-26"),
            ("AccessKeyId", "testid"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
            ("Timestamp", "2016-02-23T12:46:24Z"),
        ]);
        assert_eq!(signature("testsecret", "GET", &parameters), "OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
        let sdk = pairs(&[("query", "test"), ("body", "test")]);
        assert_eq!(signature("secret", "GET", &sdk), "XlUyV4sXjOuX5FnjUz9IF9tm5rU=");
    }

    /// Worked out by hand from the published algorithm, not published itself.
    #[test]
    fn a_push_request_is_signed_over_query_and_form() {
        let mut parameters = push_simple();
        parameters.extend(pairs(&[
            ("Action", "PushSimple"),
            ("Format", "JSON"),
            ("Version", "2020-10-28"),
            ("AccessKeyId", "testid"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", "00000000000000000000000000000001"),
            ("Timestamp", "2026-01-01T00:00:00Z"),
        ]));
        assert_eq!(signature("testsecret", "POST", &parameters), "7wnJN1DeHDBb80Ahrd5EMe6bRYc=");
    }
}
