//! The first signature of the log service: HMAC-SHA1 over method, body digest, date, the service's
//! own headers and the resource. It is the default of Alibaba's SDKs and needs no region.

use super::{Key, Pairs, canonical_headers, header, hmac_sha1_base64, sorted};

/// The text that is signed. Digest, type and date of the body are taken from the headers
/// (`Content-MD5`, `Content-Type`, `Date`); values of the query stand as they are, not encoded.
pub fn string_to_sign(method: &str, path: &str, query: &Pairs, headers: &Pairs) -> String {
    let date = header(headers, "x-log-date").or_else(|| header(headers, "date")).unwrap_or_default();
    let md5 = header(headers, "content-md5").unwrap_or_default();
    let kind = header(headers, "content-type").unwrap_or_default();
    let mut text = format!("{method}\n{md5}\n{kind}\n{date}\n");
    // `x-log-date` stands in the place of the date, and not among the headers: Alibaba's SDK adds it
    // after it has signed.
    let signed = |k: &str| (k.starts_with("x-log-") && k != "x-log-date") || k.starts_with("x-acs-");
    for (name, value) in canonical_headers(headers, signed) {
        text.push_str(&format!("{name}:{value}\n"));
    }
    text.push_str(path);
    for (i, (name, value)) in sorted(query).into_iter().enumerate() {
        text.push(if i == 0 { '?' } else { '&' });
        text.push_str(&format!("{name}={value}"));
    }
    text
}

/// The signature of a text.
pub fn signature(secret: &str, text: &str) -> String {
    hmac_sha1_base64(secret.as_bytes(), text.as_bytes())
}

/// The value of the `Authorization` header.
pub fn authorization(key: Key<'_>, method: &str, path: &str, query: &Pairs, headers: &Pairs) -> String {
    let text = string_to_sign(method, path, query, headers);
    format!("LOG {}:{}", key.id, signature(key.secret, &text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aliyun::sign::pairs;

    struct Vector {
        secret: &'static str,
        method: &'static str,
        path: &'static str,
        query: &'static [(&'static str, &'static str)],
        headers: &'static [(&'static str, &'static str)],
        signature: &'static str,
    }

    const DOC: &str = "4fdO2fTDDnZPU/L7CHNdemB2Nsk=";
    const VECTORS: &[Vector] = &[
        Vector {
            secret: DOC,
            method: "GET",
            path: "/logstores",
            query: &[("size", "1000"), ("logstoreName", ""), ("offset", "0")],
            headers: &[
                ("Date", "Mon, 09 Nov 2015 06:11:16 GMT"),
                ("x-log-signaturemethod", "hmac-sha1"),
                ("x-log-apiversion", "0.6.0"),
            ],
            signature: "jEYOTCJs2e88o+y5F4/S5IsnBJQ=",
        },
        Vector {
            secret: DOC,
            method: "POST",
            path: "/logstores/test-logstore",
            query: &[],
            headers: &[
                ("Date", "Mon, 09 Nov 2015 06:03:03 GMT"),
                ("Content-MD5", "1DD45FA4A70A9300CC9FE7305AF2C494"),
                ("Content-Type", "application/x-protobuf"),
                ("x-log-apiversion", "0.6.0"),
                ("x-log-bodyrawsize", "50"),
                ("x-log-compresstype", "lz4"),
                ("x-log-signaturemethod", "hmac-sha1"),
            ],
            signature: "XWLGYHGg2F2hcfxWxMLiNkGki6g=",
        },
        Vector {
            secret: "mockAccessKeySecret",
            method: "GET",
            path: "/logstores",
            query: &[],
            headers: &[
                ("Date", "Mon, 3 Jan 2010 08:33:47 GMT"),
                ("x-log-apiversion", "0.6.0"),
                ("x-log-bodyrawsize", "0"),
                ("x-log-signaturemethod", "hmac-sha1"),
            ],
            signature: "Rwm6cTKzoti4HWoe+GKcb6Kv07E=",
        },
        Vector {
            secret: "mockAccessKeySecret",
            method: "GET",
            path: "/logstores/app_log",
            query: &[],
            headers: &[
                ("Date", "Mon, 3 Jan 2010 08:33:47 GMT"),
                ("Content-MD5", "8D6881250FF5559F59BBDF04100F6E59"),
                ("Content-Type", "application/x-protobuf"),
                ("x-log-apiversion", "0.6.0"),
                ("x-log-bodyrawsize", "50"),
                ("x-log-signaturemethod", "hmac-sha1"),
            ],
            signature: "87xQWqFaOSewqRIma8kPjGYlXHc=",
        },
        Vector {
            secret: "",
            method: "GET",
            path: "/",
            query: &[],
            headers: &[
                ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
                ("x-log-apiversion", "0.6.0"),
                ("x-log-signaturemethod", "hmac-sha1"),
            ],
            signature: "SApFTtfTFKHmzdEdaMe5TjNn+RQ=",
        },
        Vector {
            secret: "test-access-key",
            method: "POST",
            path: "/logstores/test-logstore",
            query: &[("type", "log"), ("line", "100"), ("offset", "0")],
            headers: &[
                ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
                ("Content-MD5", "CE688F8D1AC3ED309BA9BE0A5ABAFCE5"),
                ("Content-Type", "application/json"),
                ("x-log-apiversion", "0.6.0"),
                ("x-log-signaturemethod", "hmac-sha1"),
            ],
            signature: "4pL2xZJERC3tPKtRiHh9+nMG3tI=",
        },
        Vector {
            secret: "test-access-key",
            method: "POST",
            path: "/logstores/test-logstore",
            query: &[("type", "log"), ("line", "100"), ("offset", "0")],
            headers: &[
                ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
                ("Content-MD5", "CE688F8D1AC3ED309BA9BE0A5ABAFCE5"),
                ("Content-Type", "application/json"),
                ("x-log-apiversion", "0.6.0"),
                ("x-log-signaturemethod", "hmac-sha1"),
                ("X-Acs-Security-Token", "test-security-token"),
            ],
            signature: "ZQt+0wIvpd+O9yIJKeKxZTJ2hv0=",
        },
    ];

    #[test]
    fn the_published_signatures_come_out() {
        for vector in VECTORS {
            let key = Key { id: "id", secret: vector.secret };
            let (query, headers) = (pairs(vector.query), pairs(vector.headers));
            let made = authorization(key, vector.method, vector.path, &query, &headers);
            assert_eq!(made, format!("LOG id:{}", vector.signature), "{}", vector.path);
        }
    }

    #[test]
    fn the_date_of_the_services_own_header_takes_the_place_of_date() {
        let own = pairs(&[("x-log-date", "B"), ("Date", "A")]);
        assert_eq!(string_to_sign("GET", "/", &[], &own), "GET\n\n\nB\n/");
    }
}
