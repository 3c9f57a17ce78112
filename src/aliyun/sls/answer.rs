//! The service's answers: unpacked, taken apart, and told apart from pages of a proxy.
//!
//! Every key of the meta may be missing or null, and unknown ones are kept: private clouds run
//! versions of several years.

use std::io::Read;

use serde_json::{Map, Value};

use super::error::SlsError;
use crate::aliyun::page::{looks_like_html, title};
use crate::http::{LARGEST, Response};

/// A row: names and values.
pub type Row = Map<String, Value>;

/// A page of rows.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub rows: Vec<Row>,
    /// The service says that it looked at everything, and the page has the rows that it claims.
    pub complete: bool,
    pub request_id: String,
    /// All of the meta: `progress`, `count`, `hasSQL`, `limited`, `processedRows` …
    pub meta: Row,
    /// Bytes of the answer, unpacked.
    pub bytes: usize,
}

/// Rows in one stretch of time, `from` until before `to`, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub from: i64,
    pub to: i64,
    pub count: u64,
}

/// Counts over time.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    pub buckets: Vec<Bucket>,
    pub complete: bool,
}

impl Histogram {
    /// Rows in all of it.
    pub fn count(&self) -> u64 {
        self.buckets.iter().fold(0, |sum, b| sum.saturating_add(b.count))
    }
}

/// The body of an answer that went well as JSON, and its length.
///
/// # Errors
/// The service's own error, or what is wrong with the answer.
pub fn json(response: &Response, host: &str) -> Result<(Value, usize), SlsError> {
    let request_id = request_id(response);
    if response.status != 200 {
        return Err(refusal(response, host, request_id));
    }
    let damaged = |what: &str| SlsError::Damaged { what: what.to_owned(), request_id: request_id.clone() };
    let body = unpack(response).map_err(|what| damaged(&what))?;
    match serde_json::from_slice(&body) {
        Ok(value) => Ok((value, body.len())),
        Err(_) if looks_like_html(&body) => Err(stranger(response, &body, host)),
        Err(_) => Err(damaged("no whole JSON")),
    }
}

fn request_id(response: &Response) -> String {
    let id = response.header("x-log-requestid").unwrap_or_default();
    crate::read::harmless(&id).chars().take(64).collect()
}

fn refusal(response: &Response, host: &str, request_id: String) -> SlsError {
    let body = unpack(response).unwrap_or_else(|_| response.body.clone());
    let value: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |keys: [&str; 3]| {
        keys.into_iter().find_map(|key| value.get(key)?.as_str()).map(crate::read::harmless)
    };
    // The second and third spelling are those of gateways in front of the service.
    match text(["errorCode", "code", "Code"]) {
        Some(code) => SlsError::Service {
            status: response.status,
            code: code.chars().take(80).collect(),
            message: text(["errorMessage", "message", "Message"])
                .unwrap_or_default()
                .chars()
                .take(300)
                .collect(),
            request_id,
        },
        None => stranger(response, &body, host),
    }
}

fn stranger(response: &Response, body: &[u8], host: &str) -> SlsError {
    let html = looks_like_html(body);
    let title = if html { title(body) } else { String::new() };
    SlsError::NotTheService { host: host.to_owned(), status: response.status, title, html }
}

/// The body as it was before it was packed. `x-log-bodyrawsize` tells its size and bounds it;
/// without it and without a name of a packing the body is as it is.
fn unpack(response: &Response) -> Result<Vec<u8>, String> {
    let body = response.body.as_slice();
    let size = response.header("x-log-bodyrawsize").and_then(|v| v.parse::<u64>().ok());
    let packing = response
        .header("x-log-compresstype")
        .or_else(|| response.header("content-encoding"))
        .unwrap_or_default()
        .to_ascii_lowercase();
    if size.is_some_and(|s| s > LARGEST) {
        return Err(format!("more than {} MiB unpacked", LARGEST >> 20));
    }
    let limit = size.unwrap_or(LARGEST);
    let unpacked = match packing.as_str() {
        "" | "identity" | "none" => body.to_vec(),
        "gzip" => read_all(flate2::read::MultiGzDecoder::new(body), limit)?,
        "deflate" => read_all(flate2::read::ZlibDecoder::new(body), limit)?,
        "zstd" => read_all(zstd::stream::read::Decoder::new(body).map_err(|e| e.to_string())?, limit)?,
        "lz4" => {
            let Some(size) = size else { return Err("lz4 without x-log-bodyrawsize".to_owned()) };
            let size = usize::try_from(size).map_err(|e| e.to_string())?;
            lz4_flex::block::decompress(body, size).map_err(|e| format!("lz4: {e}"))?
        }
        other => return Err(format!("packed as {}", crate::read::harmless(other))),
    };
    match size {
        Some(size) if size != unpacked.len() as u64 && !(packing.is_empty() && size == 0) => {
            Err(format!("{} bytes instead of {size}", unpacked.len()))
        }
        _ => Ok(unpacked),
    }
}

fn read_all(reader: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    reader.take(limit + 1).read_to_end(&mut out).map_err(|e| e.to_string())?;
    if out.len() as u64 > limit {
        return Err("more bytes than announced".to_owned());
    }
    Ok(out)
}

/// A page of either call: an object with `meta` and `data`, or an array with the meta in headers.
///
/// # Errors
/// See [`json`].
pub fn page(response: &Response, host: &str) -> Result<Page, SlsError> {
    let (value, bytes) = json(response, host)?;
    let request_id = request_id(response);
    let damaged = |what: &str| SlsError::Damaged { what: what.to_owned(), request_id: request_id.clone() };
    let (mut meta, data, in_headers) = match value {
        Value::Array(rows) => (meta_of_headers(response), rows, true),
        Value::Object(mut object) => {
            let meta = match object.remove("meta") {
                Some(Value::Object(meta)) => meta,
                _ => Row::new(),
            };
            match object.remove("data") {
                Some(Value::Array(rows)) => (meta, rows, false),
                Some(Value::Null) => (meta, Vec::new(), false),
                _ => return Err(damaged("neither rows nor an error")),
            }
        }
        _ => return Err(damaged("neither rows nor an error")),
    };
    meta.retain(|_, v| !v.is_null());
    let rows: Vec<Row> = data
        .into_iter()
        .map(|row| match row {
            Value::Object(row) => Ok(row),
            _ => Err(damaged("a row that is no object")),
        })
        .collect::<Result<_, _>>()?;
    let said = meta.get("progress").and_then(Value::as_str).unwrap_or_default();
    // The header of the older call counts something else.
    let claimed = meta.get("count").and_then(number).filter(|_| !in_headers);
    let complete =
        said.eq_ignore_ascii_case("complete") && claimed.is_none_or(|count| count == rows.len() as u64);
    Ok(Page { rows, complete, request_id, meta, bytes })
}

fn meta_of_headers(response: &Response) -> Row {
    let names = [
        ("x-log-progress", "progress"),
        ("x-log-count", "count"),
        ("x-log-processed-rows", "processedRows"),
        ("x-log-elapsed-millisecond", "elapsedMillisecond"),
        ("x-log-has-sql", "hasSQL"),
        ("x-log-where-query", "whereQuery"),
        ("x-log-agg-query", "aggQuery"),
        ("x-log-query-info", "queryInfo"),
    ];
    let value = |header| response.header(header).map(Value::String);
    names.iter().filter_map(|(header, key)| Some(((*key).to_owned(), value(header)?))).collect()
}

/// Counts over time.
///
/// # Errors
/// See [`json`].
pub fn histogram(response: &Response, host: &str) -> Result<Histogram, SlsError> {
    let (value, _) = json(response, host)?;
    let damaged = || SlsError::Damaged { what: "no counts".to_owned(), request_id: request_id(response) };
    let Value::Array(list) = value else { return Err(damaged()) };
    let mut histogram = Histogram { buckets: Vec::new(), complete: true };
    for item in &list {
        let field = |key: &str| item.get(key).and_then(number);
        let (Some(from), Some(to), Some(count)) = (field("from"), field("to"), field("count")) else {
            return Err(damaged());
        };
        let said = item.get("progress").and_then(Value::as_str).unwrap_or_default();
        histogram.complete &= said.eq_ignore_ascii_case("complete");
        let second = |v: u64| i64::try_from(v).map_err(|_| damaged());
        histogram.buckets.push(Bucket { from: second(from)?, to: second(to)?, count });
    }
    if let Some(all) = response.header("x-log-progress") {
        histogram.complete &= all.eq_ignore_ascii_case("complete");
    }
    Ok(histogram)
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}
