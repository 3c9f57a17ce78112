//! HTTP as the clients of Alibaba and of the vendors need it: one request, one bounded answer, no
//! redirect followed (a signed request goes nowhere else), and errors told apart by what the user can
//! do about them.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::lang::Bilingual;

/// Bytes that an answer has at most.
pub const LARGEST: u64 = 64 << 20;

/// What is sent.
#[derive(Clone)]
pub struct Request {
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What came back. Values of headers are bytes: some hold raw Chinese text.
#[derive(Clone, Debug, Default)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a header as text, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, value) = self.headers.iter().find(|(k, _)| k.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(value).trim().to_owned())
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The name is unknown, or nobody listens there, or the proxy does not let through.
    Connect,
    /// It took too long.
    Timeout,
    /// The certificate is not trusted, or the two sides do not agree on TLS.
    Tls,
    /// The connection ended before the answer did.
    Dropped,
    /// More bytes than [`LARGEST`].
    TooLarge,
}

/// A failed exchange, with the words of the system.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{detail}")]
pub struct TransportError {
    pub kind: Failure,
    pub detail: String,
    /// The request was, or may have been, read on the other side.
    pub may_have_arrived: bool,
}

/// Exchanges one request for one answer.
pub trait Transport: Send + Sync {
    /// # Errors
    /// When no whole answer came; an HTTP status of any value is an answer.
    fn send(&self, request: &Request) -> Result<Response, TransportError>;
}

/// How to reach the world.
#[derive(Clone, Debug)]
pub struct Options {
    /// A proxy for everything. `None` takes what the environment says (`HTTPS_PROXY`, `NO_PROXY` …).
    pub proxy: Option<String>,
    /// Goes past every proxy: for addresses of the machine's own network.
    pub direct: bool,
    /// A PEM file of certificate authorities to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    pub connect_timeout: Duration,
    /// For the whole exchange.
    pub timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            proxy: None,
            direct: false,
            ca_file: None,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(70),
        }
    }
}

/// The transport over the network. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Http(reqwest::blocking::Client);

impl Http {
    /// # Errors
    /// One sentence, where the proxy or the file of authorities is of no use.
    pub fn new(options: &Options) -> Result<Self, Bilingual> {
        // Fails when one is set already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::blocking::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .http1_only()
            .user_agent(concat!("pushdoctor/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout);
        if options.direct {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &options.proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy).map_err(|_| bad_proxy(proxy))?);
        }
        if let Some(path) = &options.ca_file {
            builder = builder.tls_certs_merge(authorities(path)?);
        }
        let client = builder.build().map_err(|e| {
            let why = words(&e.without_url());
            Bilingual::new(
                format!("TLS cannot be set up ({why}): install the system's CA certificates, or name a file of them with ca_file"),
                format!("无法初始化 TLS（{why}）：请安装系统的 CA 证书，或用 ca_file 指定证书文件"),
            )
        })?;
        Ok(Http(client))
    }
}

/// The address of a proxy may hold a password, so it is not repeated.
fn bad_proxy(_: &str) -> Bilingual {
    Bilingual::new(
        "the proxy is no address: write it as http://host:port",
        "代理地址无法识别：请写成 http://主机:端口",
    )
}

fn authorities(path: &Path) -> Result<Vec<reqwest::Certificate>, Bilingual> {
    let shown = crate::read::harmless(&path.to_string_lossy());
    let mut pem = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(16 << 20).read_to_end(&mut pem)).map_err(|e| {
        let error = crate::read::ReadError::from_io(&shown, &e);
        Bilingual::new(error.sentence(crate::lang::Lang::En), error.sentence(crate::lang::Lang::Zh))
    })?;
    match reqwest::Certificate::from_pem_bundle(&pem) {
        Ok(list) if !list.is_empty() => Ok(list),
        _ => Err(Bilingual::new(
            format!("{shown}: no certificate in PEM form stands in this file"),
            format!("{shown}：文件里没有 PEM 格式的证书"),
        )),
    }
}

impl Transport for Http {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let method = match request.method {
            "POST" => reqwest::Method::POST,
            "PUT" => reqwest::Method::PUT,
            _ => reqwest::Method::GET,
        };
        let mut builder = self.0.request(method, &request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body.clone());
        }
        let mut response = builder.send().map_err(failed)?;
        let mut answer = Response { status: response.status().as_u16(), ..Response::default() };
        for (name, value) in response.headers() {
            answer.headers.push((name.as_str().to_owned(), value.as_bytes().to_vec()));
        }
        let read = response.by_ref().take(LARGEST + 1).read_to_end(&mut answer.body);
        if let Err(error) = read {
            let timeout = error.kind() == std::io::ErrorKind::TimedOut || words(&error).contains("timed out");
            let kind = if timeout { Failure::Timeout } else { Failure::Dropped };
            return Err(TransportError { kind, detail: words(&error), may_have_arrived: true });
        }
        if answer.body.len() as u64 > LARGEST {
            let detail = format!("more than {} MiB", LARGEST >> 20);
            return Err(TransportError { kind: Failure::TooLarge, detail, may_have_arrived: true });
        }
        Ok(answer)
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    // Addresses hold queries, and queries hold identifiers.
    let error = error.without_url();
    let detail = words(&error);
    let may_have_arrived = !error.is_connect() && !error.is_builder() && !is_tls(&error);
    let kind = if error.is_timeout() {
        Failure::Timeout
    } else if is_tls(&error) {
        Failure::Tls
    } else if error.is_connect() {
        Failure::Connect
    } else {
        Failure::Dropped
    };
    TransportError { kind, detail, may_have_arrived }
}

/// Whether TLS failed. An error of the system may hold another of its kind, which it does not name as
/// its source.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut current = Some(error);
    while let Some(error) = current {
        if error.is::<rustls::Error>() {
            return true;
        }
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        current = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

/// The last words of a chain of errors: the system's own.
fn words(error: &(dyn std::error::Error + 'static)) -> String {
    let mut current = error;
    while let Some(next) = current.source() {
        current = next;
    }
    crate::read::harmless(&current.to_string()).chars().take(200).collect()
}
