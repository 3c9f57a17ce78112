//! HTTP on the loopback for the stand-ins: whole requests go to a service, and its answers break in
//! the ways that networks and proxies break. What a service accepted is remembered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// A request as it came in. Names of headers are lower-case.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    pub method: String,
    pub path: String,
    /// Decoded.
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Incoming {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }

    /// The fields of a form in the body, decoded.
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&String::from_utf8_lossy(&self.body))
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// The value of a field; empty where there is none.
pub fn field<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
}

/// An answer of HTTP.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub kind: &'static str,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(status: u16, body: &serde_json::Value) -> Answer {
        Answer { status, kind: "application/json", headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    pub fn text(status: u16, kind: &'static str, body: &str) -> Answer {
        Answer { status, kind, headers: Vec::new(), body: body.as_bytes().to_vec() }
    }

    /// The page of a proxy or of a network that wants a login.
    pub fn page(status: u16, title: &str) -> Answer {
        let html =
            format!("<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>");
        Answer::text(status, "text/html; charset=utf-8", &html)
    }
}

/// The part of an exchange that a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Login,
    /// What asks for something: state of a device, a task.
    Query,
    Send,
    Revoke,
}

/// What happens to one request instead of the proper thing.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The service refuses with this code, in the shape that is documented for it.
    Code(String),
    /// Another answer; the service never saw the request.
    Instead(Answer),
    /// The service does its work, and the client gets another answer.
    TakenThen(Answer),
    /// The connection ends when the head is read, and the body is not.
    DropUnread,
    /// The connection ends when all is read; the service never saw it.
    DropRead,
    /// The service does its work, and the connection ends without a byte.
    DropTaken,
    /// The service does its work, and half of the answer's body comes.
    CutTaken,
    /// The service does its work, and the answer is longer than any answer: so many bytes.
    HugeTaken(usize),
    /// Waits so many milliseconds, lets the service do its work, waits again.
    Slow(u64, u64),
    /// The service does its work, and nothing comes until the client goes.
    SilentTaken,
}

/// A message that a service accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// `simple`, or the vendor.
    pub via: String,
    pub target: String,
    /// The sender's own id.
    pub msg_id: String,
    pub title: String,
    pub content: String,
    /// The service's id.
    pub id: String,
    pub revoked: bool,
    /// All parameters, or the body, as it came.
    pub raw: String,
}

/// What a service remembers.
#[derive(Default)]
pub struct Book {
    pub accepted: Vec<Accepted>,
    pub requests: Vec<(Part, Incoming)>,
    /// What was wrong with a request: a fault of the client.
    pub complaints: Vec<String>,
    pub faults: Vec<(Part, Fault)>,
}

impl Book {
    pub fn count(&self, part: Part) -> usize {
        self.requests.iter().filter(|(p, _)| *p == part).count()
    }
}

/// A service behind the wire.
pub trait Service: Send + 'static {
    /// The part that a request belongs to, by its head alone.
    fn part(&self, head: &Incoming) -> Part;

    fn answer(&mut self, incoming: &Incoming, book: &mut Book) -> Answer;

    /// The answer that carries a code, in the documented shape.
    fn refusal(&self, code: &str) -> Answer;
}

struct Shared<S> {
    service: Mutex<S>,
    book: Mutex<Book>,
    ending: AtomicBool,
}

/// A service that listens; it ends when this is dropped.
pub struct Server<S: Service> {
    pub address: SocketAddr,
    shared: Arc<Shared<S>>,
}

impl<S: Service> Server<S> {
    pub fn start(service: S) -> Server<S> {
        Server::start_behind(service, None)
    }

    /// Behind TLS, where that is given.
    pub fn start_behind(service: S, tls: Option<Arc<rustls::ServerConfig>>) -> Server<S> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            service: Mutex::new(service),
            book: Mutex::new(Book::default()),
            ending: AtomicBool::new(false),
        });
        let theirs = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if theirs.ending.load(Ordering::SeqCst) {
                    return;
                }
                let _ = stream.set_nodelay(true);
                let (shared, tls) = (Arc::clone(&theirs), tls.clone());
                std::thread::spawn(move || match tls {
                    None => serve(stream, &shared),
                    Some(tls) => {
                        let Ok(connection) = rustls::ServerConnection::new(tls) else { return };
                        serve(rustls::StreamOwned::new(connection, stream), &shared);
                    }
                });
            }
        });
        Server { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn service(&self) -> MutexGuard<'_, S> {
        self.shared.service.lock().unwrap()
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.shared.book.lock().unwrap()
    }

    /// The next request of this part goes wrong.
    pub fn fault(&self, part: Part, fault: Fault) {
        self.book().faults.push((part, fault));
    }

    pub fn accepted(&self) -> Vec<Accepted> {
        self.book().accepted.clone()
    }

    /// Ends the test if the client asked for something wrongly.
    pub fn content(&self) {
        let complaints = self.book().complaints.clone();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}

impl<S: Service> Drop for Server<S> {
    fn drop(&mut self) {
        self.shared.ending.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve<S: Service>(stream: impl Read + Write, shared: &Shared<S>) {
    let mut reader = BufReader::new(stream);
    // The first byte of TLS: a server without it answers in plain text.
    if reader.fill_buf().is_ok_and(|bytes| bytes.first() == Some(&0x16)) {
        let _ = write(reader.get_mut(), &Answer::page(400, "Bad Request"), false);
        return;
    }
    while let Some(mut incoming) = read_head(&mut reader) {
        let part = shared.service.lock().unwrap().part(&incoming);
        let fault = {
            let mut book = shared.book.lock().unwrap();
            let at = book.faults.iter().position(|(p, _)| *p == part);
            at.map(|at| book.faults.remove(at).1)
        };
        if matches!(fault, Some(Fault::DropUnread)) {
            shared.book.lock().unwrap().requests.push((part, incoming));
            return;
        }
        let length: usize = incoming.header("content-length").parse().unwrap_or(0);
        incoming.body = vec![0; length];
        if reader.read_exact(&mut incoming.body).is_err() {
            return;
        }
        shared.book.lock().unwrap().requests.push((part, incoming.clone()));
        let mut cut = false;
        let answer = match fault {
            None => work(shared, &incoming),
            Some(Fault::Code(code)) => shared.service.lock().unwrap().refusal(&code),
            Some(Fault::Instead(answer)) => answer,
            Some(Fault::TakenThen(answer)) => {
                work(shared, &incoming);
                answer
            }
            Some(Fault::DropUnread | Fault::DropRead) => return,
            Some(Fault::DropTaken) => {
                work(shared, &incoming);
                return;
            }
            Some(Fault::CutTaken) => {
                cut = true;
                work(shared, &incoming)
            }
            Some(Fault::HugeTaken(bytes)) => {
                work(shared, &incoming);
                huge(reader.get_mut(), bytes);
                return;
            }
            Some(Fault::Slow(before, after)) => {
                std::thread::sleep(Duration::from_millis(before));
                let answer = work(shared, &incoming);
                std::thread::sleep(Duration::from_millis(after));
                answer
            }
            Some(Fault::SilentTaken) => {
                work(shared, &incoming);
                let _ = reader.get_mut().read(&mut [0; 1]);
                return;
            }
        };
        if write(reader.get_mut(), &answer, cut).is_err() || cut {
            return;
        }
    }
}

fn work<S: Service>(shared: &Shared<S>, incoming: &Incoming) -> Answer {
    let mut service = shared.service.lock().unwrap();
    let mut book = shared.book.lock().unwrap();
    service.answer(incoming, &mut book)
}

fn write(stream: &mut impl Write, answer: &Answer, cut: bool) -> std::io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {} X\r\ncontent-length: {}\r\ncontent-type: {}\r\n",
        answer.status,
        answer.body.len(),
        answer.kind
    );
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    let length = if cut { answer.body.len() / 2 } else { answer.body.len() };
    stream.write_all(&answer.body[..length])
}

fn huge(stream: &mut impl Write, bytes: usize) {
    let head = format!("HTTP/1.1 200 X\r\ncontent-length: {bytes}\r\ncontent-type: application/json\r\n\r\n");
    if stream.write_all(head.as_bytes()).is_err() {
        return;
    }
    let piece = vec![b' '; 1 << 20];
    let mut left = bytes;
    while left > 0 {
        let now = left.min(piece.len());
        if stream.write_all(&piece[..now]).is_err() {
            return;
        }
        left -= now;
    }
}

fn read_head(reader: &mut impl BufRead) -> Option<Incoming> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    // A proxy is asked with the whole address.
    let target = match target.strip_prefix("http://") {
        Some(rest) => rest[rest.find('/').unwrap_or(0)..].to_owned(),
        None => target,
    };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut incoming = Incoming { method, path: path.to_owned(), query: pairs(query), ..Incoming::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        incoming.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Some(incoming)
}

/// `a=b&c=d`, decoded by hand.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let hex = text.get(i + 1..i + 3).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[i], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                i += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// One exchange over a bare socket, for the tests of the stand-ins: status and body.
pub fn exchange(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut out = format!("{method} {target} HTTP/1.1\r\nconnection: close\r\n");
    for (name, value) in headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(out.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let status = line.split_whitespace().nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (status, String::from_utf8(body).unwrap())
}
