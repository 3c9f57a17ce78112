//! A request to the log service, from what is asked for to the signed bytes.

use serde_json::json;

use super::endpoint::Endpoint;
use crate::aliyun::clock::{compact_date, http_date};
use crate::aliyun::credentials::Credentials;
use crate::aliyun::sign::{self, Key, sls_v1, sls_v4};
use crate::http::Request;

/// The version of the service's API.
const API_VERSION: &str = "0.6.0";
/// What the reader can unpack.
const ENCODINGS: &str = "gzip,zstd,lz4";

/// Which call fetches rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// GetLogsV2, which the SDKs call V3 by now: JSON in, JSON with its meta out.
    #[default]
    V2,
    /// GetLogs, for private clouds that have nothing newer: the meta stands in headers.
    V1,
}

/// How requests are signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    #[default]
    V1,
    V4 {
        region: String,
    },
}

/// What is asked for.
#[derive(Clone, Debug)]
pub enum Ask<'a> {
    /// Rows of a search, or of a statement (then without offset).
    Logs { logstore: &'a str, query: &'a str, from: i64, to: i64, offset: u64, line: u64 },
    /// Counts over time.
    Histograms { logstore: &'a str, query: &'a str, from: i64, to: i64 },
}

/// The signed request. `now_ms` is the time that the service believes in.
pub fn build(
    ask: &Ask<'_>,
    api: Api,
    endpoint: &Endpoint,
    signing: &Signing,
    credentials: &Credentials,
    now_ms: i64,
) -> Request {
    let (method, path, query, body) = parts(ask, api);
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut set = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
    set("Host", &endpoint.host);
    set("x-log-apiversion", API_VERSION);
    set("x-log-bodyrawsize", &body.len().to_string());
    if !body.is_empty() {
        set("Content-Type", "application/json");
        set("Accept-Encoding", ENCODINGS);
    }
    if let Some(token) = &credentials.sts_token {
        set("x-acs-security-token", token);
    }
    let key = Key { id: &credentials.id, secret: &credentials.secret };
    let authorization = match signing {
        Signing::V1 => {
            set("Date", &http_date(now_ms));
            set("x-log-signaturemethod", "hmac-sha1");
            if !body.is_empty() {
                set("Content-MD5", &sign::content_md5(&body));
            }
            sls_v1::authorization(key, method, &path, &query, &headers)
        }
        Signing::V4 { region } => {
            set("x-log-date", &compact_date(now_ms));
            set("x-log-content-sha256", &sign::sha256_hex(&body));
            sls_v4::authorization(key, region, method, &path, &query, &headers)
        }
    };
    headers.push(("Authorization".to_owned(), authorization));
    let mut url = format!("{}{path}", endpoint.base);
    if !query.is_empty() {
        url.push('?');
        url.push_str(&sign::form(&query));
    }
    Request { method, url, headers, body }
}

type Parts = (&'static str, String, Vec<(String, String)>, Vec<u8>);

fn parts(ask: &Ask<'_>, api: Api) -> Parts {
    let pair = |k: &str, v: String| (k.to_owned(), v);
    match ask {
        Ask::Logs { logstore, query, from, to, offset, line } if api == Api::V2 => {
            let body = json!({
                "from": from,
                "to": to,
                "query": query,
                "line": line,
                "offset": offset,
                "reverse": false,
                "accurate": true,
            });
            ("POST", format!("/logstores/{logstore}/logs"), Vec::new(), body.to_string().into_bytes())
        }
        Ask::Logs { logstore, query, from, to, offset, line } => {
            let query = vec![
                pair("type", "log".to_owned()),
                pair("from", from.to_string()),
                pair("to", to.to_string()),
                pair("query", (*query).to_owned()),
                pair("line", line.to_string()),
                pair("offset", offset.to_string()),
                pair("reverse", "false".to_owned()),
            ];
            ("GET", format!("/logstores/{logstore}"), query, Vec::new())
        }
        Ask::Histograms { logstore, query, from, to } => {
            let query = vec![
                pair("type", "histogram".to_owned()),
                pair("from", from.to_string()),
                pair("to", to.to_string()),
                pair("query", (*query).to_owned()),
            ];
            ("GET", format!("/logstores/{logstore}"), query, Vec::new())
        }
    }
}
