//! A small HTTP server on the loopback, for tests: it hands whole requests to a function and sends
//! what that returns, broken in the ways that networks break.

#![allow(dead_code, reason = "each test file uses a part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pushdoctor::aliyun::clock::Clock;

/// A request as it came in. Names of headers are lower-case.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    pub method: String,
    pub path: String,
    /// As sent, without `?`.
    pub raw_query: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The request names the whole address, as a proxy is asked.
    pub proxied: bool,
}

impl Incoming {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }

    pub fn parameter(&self, name: &str) -> &str {
        self.query.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }
}

/// What the server does with a request.
pub enum Reply {
    Answer {
        status: u16,
        headers: Vec<(String, Vec<u8>)>,
        body: Vec<u8>,
    },
    /// The answer, cut after so many bytes of its body; the connection ends.
    Cut {
        status: u16,
        headers: Vec<(String, Vec<u8>)>,
        body: Vec<u8>,
        after: usize,
    },
    /// The connection ends without a byte.
    Drop,
    /// No answer until the client hangs up.
    Silence,
}

impl Reply {
    pub fn json(status: u16, body: &str) -> Reply {
        let headers = vec![("content-type".to_owned(), b"application/json".to_vec())];
        Reply::Answer { status, headers, body: body.as_bytes().to_vec() }
    }
}

type Handler = Box<dyn FnMut(&Incoming) -> Reply + Send>;

/// The server; it ends when this is dropped.
pub struct Loopback {
    pub address: SocketAddr,
    ending: Arc<AtomicBool>,
}

impl Loopback {
    pub fn start(handler: Handler) -> Loopback {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let ending = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ending);
        let handler = Arc::new(Mutex::new(handler));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let handler = Arc::clone(&handler);
                std::thread::spawn(move || serve(stream, &handler));
            }
        });
        Loopback { address, ending }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, handler: &Mutex<Handler>) {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    while let Some(incoming) = read_request(&mut reader) {
        let reply = (handler.lock().unwrap())(&incoming);
        let stream = reader.get_mut();
        let (status, headers, body, after) = match reply {
            Reply::Answer { status, headers, body } => (status, headers, body, None),
            Reply::Cut { status, headers, body, after } => (status, headers, body, Some(after)),
            Reply::Drop => return,
            Reply::Silence => {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
                let _ = stream.read(&mut [0; 1]);
                return;
            }
        };
        let mut out = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len()).into_bytes();
        for (name, value) in headers {
            out.extend(format!("{name}: ").into_bytes());
            out.extend(value);
            out.extend(b"\r\n");
        }
        out.extend(b"\r\n");
        out.extend(&body[..after.unwrap_or(body.len()).min(body.len())]);
        if stream.write_all(&out).is_err() || after.is_some() {
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Incoming> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let proxied = target.starts_with("http://");
    let target = match target.strip_prefix("http://") {
        Some(rest) => rest[rest.find('/').unwrap_or(0)..].to_owned(),
        None => target,
    };
    let (path, raw_query) = target.split_once('?').unwrap_or((&target, ""));
    let mut incoming = Incoming {
        method,
        path: path.to_owned(),
        proxied,
        raw_query: raw_query.to_owned(),
        query: raw_query.split('&').filter(|p| !p.is_empty()).map(decoded).collect(),
        ..Incoming::default()
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        incoming.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length: usize = incoming.header("content-length").parse().unwrap_or(0);
    incoming.body = vec![0; length];
    reader.read_exact(&mut incoming.body).ok()?;
    Some(incoming)
}

/// `a=b` of a query or form, decoded by hand.
pub fn decoded(pair: &str) -> (String, String) {
    let (k, v) = pair.split_once('=').unwrap_or((pair, ""));
    (percent(k), percent(v))
}

fn percent(text: &str) -> String {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'%' => {
                out.push(u8::from_str_radix(&text[i + 1..i + 3], 16).unwrap());
                i += 2;
            }
            b'+' => out.push(b' '),
            b => out.push(b),
        }
        i += 1;
    }
    String::from_utf8(out).unwrap()
}

/// A clock that stands still until somebody waits.
#[derive(Default)]
pub struct TestClock {
    now_ms: AtomicI64,
    elapsed_ms: AtomicU64,
}

impl TestClock {
    pub fn at(seconds: i64) -> Arc<TestClock> {
        Arc::new(TestClock { now_ms: AtomicI64::new(seconds * 1000), ..TestClock::default() })
    }

    /// Sets the wall clock.
    pub fn set(&self, seconds: i64) {
        self.now_ms.store(seconds * 1000, Ordering::SeqCst);
    }

    /// Moves on without anybody waiting.
    pub fn advance(&self, duration: Duration) {
        let ms = duration.as_millis() as u64;
        self.now_ms.fetch_add(ms as i64, Ordering::SeqCst);
        self.elapsed_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    fn elapsed_ms(&self) -> u64 {
        self.elapsed_ms.load(Ordering::SeqCst)
    }

    fn sleep(&self, duration: Duration) {
        self.advance(duration);
    }
}
