//! The fourth signature of the log service: HMAC-SHA256 with a key derived from day and region.
//! Accounts that forbid SHA-1 need it.

use super::{Key, Pairs, canonical_headers, encode, header, hex, hmac_sha256, sha256_hex, sorted};

/// The algorithm as the `Authorization` header names it.
const ALGORITHM: &str = "SLS4-HMAC-SHA256";

/// The canonical form of a request. `path` is as sent. The digest of the body stands in the header
/// `x-log-content-sha256`.
pub fn canonical_request(method: &str, path: &str, query: &Pairs, headers: &Pairs) -> String {
    let signed = canonical_headers(headers, |k| {
        matches!(k, "host" | "content-type")
            || k.starts_with("x-acs-")
            || (k.starts_with("x-log-") && !k.starts_with("x-log-meta-"))
    });
    let query: Vec<String> = sorted(query)
        .into_iter()
        .map(|(k, v)| if v.is_empty() { k.clone() } else { format!("{k}={}", encode(v)) })
        .collect();
    let lines: String = signed.iter().map(|(k, v)| format!("{k}:{v}\n")).collect();
    let names: Vec<&str> = signed.iter().map(|(k, _)| k.as_str()).collect();
    let digest = header(headers, "x-log-content-sha256").unwrap_or_default();
    format!("{method}\n{path}\n{}\n{lines}\n{}\n{digest}", query.join("&"), names.join(";"))
}

/// The value of the `Authorization` header. The time is that of the header `x-log-date`
/// (`20220808T032330Z`).
pub fn authorization(
    key: Key<'_>,
    region: &str,
    method: &str,
    path: &str,
    query: &Pairs,
    headers: &Pairs,
) -> String {
    let time = header(headers, "x-log-date").unwrap_or_default();
    let day = time.get(..8).unwrap_or_default();
    let scope = format!("{day}/{region}/sls/aliyun_v4_request");
    let request = canonical_request(method, path, query, headers);
    let text = format!("{ALGORITHM}\n{time}\n{scope}\n{}", sha256_hex(request.as_bytes()));
    let mut derived = format!("aliyun_v4{}", key.secret).into_bytes();
    for part in [day, region, "sls", "aliyun_v4_request"] {
        derived = hmac_sha256(&derived, part.as_bytes());
    }
    let signature = hex(&hmac_sha256(&derived, text.as_bytes()));
    format!("{ALGORITHM} Credential={}/{scope},Signature={signature}", key.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aliyun::sign::pairs;

    const KEY: Key<'static> = Key { id: "acsddda21dsd", secret: "zxasdasdasw2" };
    const QUERY: &[(&str, &str)] = &[(" abc", "efg"), (" agc ", ""), ("", "efg"), ("A-bc", "eFg")];
    const BODY: &str = "adasd= -asd zcas";

    fn made(method: &str, path: &str, query: &Pairs, body: &str, region: &str, extra: bool) -> String {
        let mut headers = pairs(&[("x-log-date", "20220808T032330Z")]);
        headers.push(("x-log-content-sha256".to_owned(), sha256_hex(body.as_bytes())));
        if extra {
            headers.extend(pairs(&[("x-log-test", "het123"), ("x-acs-ppp", "dds")]));
        }
        authorization(KEY, region, method, path, query, &headers)
    }

    fn expected(region: &str, signature: &str) -> String {
        format!(
            "SLS4-HMAC-SHA256 Credential=acsddda21dsd/20220808/{region}/sls/aliyun_v4_request,Signature={signature}"
        )
    }

    #[test]
    fn the_published_signatures_come_out() {
        let query = pairs(QUERY);
        let hangzhou = |signature| expected("cn-hangzhou", signature);
        assert_eq!(
            made("POST", "/logstores", &query, BODY, "cn-hangzhou", true),
            hangzhou("a98f5632e93836e63839cd836a54055f480020a9364ca944e2d34f2eb9bf1bed")
        );
        assert_eq!(
            made("POST", "/logstores", &[], BODY, "cn-shanghai", false),
            expected("cn-shanghai", "8a10a5e723cb2e75964816de660b2c16a58af8bc0261f7f0722d832468c76ce8")
        );
        assert_eq!(
            made("POST", "/logstores", &query, "", "cn-hangzhou", true),
            hangzhou("5a66d8f8051983e0e9d08e0f960ef9252ef971eead5bb5c7acec8617a2eb2701")
        );
        assert_eq!(
            made("GET", "/logstores", &query, "", "cn-hangzhou", true),
            hangzhou("d92741852500791d662a8d469ff61627c0559ecd86c3f59b7bf6772b6c62666a")
        );
        let mut more = query;
        more.extend(pairs(&[("abs-ij*asd/vc", "a~js+d ada"), ("a abAas123/vc", "a~jdad a2ADFs+d ada")]));
        assert_eq!(
            made("POST", "/logstores/hello/a+*~bb/cc", &more, BODY, "cn-hangzhou", true),
            hangzhou("2c204068e961a8813a6bcf7ac422f7fa6e9bf9a5da493e0165dfe100854d18ff")
        );
    }

    #[test]
    fn the_published_canonical_request_comes_out() {
        let digest = sha256_hex(BODY.as_bytes());
        let mut headers =
            pairs(&[("x-log-test", "het123"), ("x-acs-ppp", "dds"), ("x-log-date", "20220808T032330Z")]);
        headers.push(("x-log-content-sha256".to_owned(), digest));
        let request = canonical_request("POST", "/logstores", &pairs(QUERY), &headers);
        assert_eq!(
            sha256_hex(request.as_bytes()),
            "8a6dc74ae7eb62997dba7291c88f4e4714d4efd6669e89d36ded25ed58129a82"
        );
    }
}
