//! What stands between two machines, each told apart and each with the one word that matters: whether
//! the request may have been read. Certificates are made here; nothing but loopback is spoken to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use pushdoctor::http::{Failure, Http, LARGEST, Options, Request, Response, Transport, TransportError};
use pushdoctor::send::{Step, trouble};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// What a server does with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Answers,
    /// Hangs up before a word of TLS.
    HangsUpAtOnce,
    /// Takes the connection and says nothing, not even in TLS.
    Mute,
    /// Hangs up when TLS stands, without having read a request.
    HangsUpUnread,
    HangsUpAfterReading,
    /// Announces more than it sends.
    HalfAnAnswer,
    /// Reads and never answers.
    NeverAnswers,
    /// Reads, and then speaks no TLS any more.
    Garbage,
    /// Wants a certificate of us.
    WantsCertificate,
}

/// An authority, and what it signed.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    _dir: tempfile::TempDir,
    file: PathBuf,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ca.pem");
        std::fs::write(&file, certificate.pem()).unwrap();
        let certificate = certificate.der().clone();
        Authority { issuer: Issuer::new(params, key), certificate, _dir: dir, file }
    }

    /// A server's certificate for a name, valid to the end of a year.
    fn sign(&self, name: &str, last_year: i32) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(last_year, 12, 31);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

/// A server with TLS on a port of its own; it ends with the test.
fn serve(authority: &Authority, name: &str, last_year: i32, manner: Manner) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone());
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = if manner == Manner::WantsCertificate {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let (certificate, key) = authority.sign(name, last_year);
    let config = Arc::new(builder.with_single_cert(vec![certificate], key).unwrap());
    listen(move |stream| {
        let config = config.clone();
        let _ = with_tls(stream, config, manner);
    })
}

/// Runs `each` for every connection; gives `127.0.0.1:port`.
fn listen(each: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let each = Arc::new(each);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let each = each.clone();
            thread::spawn(move || each(stream));
        }
    });
    address
}

fn with_tls(mut stream: TcpStream, config: Arc<ServerConfig>, manner: Manner) -> std::io::Result<()> {
    match manner {
        Manner::HangsUpAtOnce => return Ok(()),
        Manner::Mute => return drain(&mut stream),
        _ => {}
    }
    let mut connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    if manner == Manner::HangsUpUnread {
        while connection.is_handshaking() {
            connection.complete_io(&mut stream)?;
        }
        return Ok(());
    }
    let mut stream = StreamOwned::new(connection, stream);
    read_request(&mut stream)?;
    match manner {
        Manner::HangsUpAfterReading => {}
        Manner::HalfAnAnswer => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\":")?;
            stream.flush()?;
        }
        Manner::NeverAnswers => drain(&mut stream)?,
        Manner::Garbage => stream.sock.write_all(&[0x16, 0x03, 0x03, 0x00, 0x04, 1, 2, 3, 4])?,
        _ => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")?;
            stream.flush()?;
        }
    }
    Ok(())
}

/// Reads until the other side goes away.
fn drain(stream: &mut dyn Read) -> std::io::Result<()> {
    let mut bytes = [0; 1024];
    while stream.read(&mut bytes)? > 0 {}
    Ok(())
}

/// Reads a head and its body; gives the first line.
fn read_request(stream: &mut dyn Read) -> std::io::Result<String> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(first.trim_end().to_owned())
}

fn options() -> Options {
    Options { direct: true, ..Options::default() }
}

fn post(url: &str, options: &Options) -> Result<Response, TransportError> {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let request = Request { method: "POST", url: url.to_owned(), headers, body: b"{\"a\":1}".to_vec() };
    Http::new(options).unwrap().send(&request)
}

/// A failure, and what it is to be.
#[track_caller]
fn expect(result: Result<Response, TransportError>, kind: Failure, may_have_arrived: bool) -> TransportError {
    let error = result.expect_err("an answer came");
    assert_eq!((error.kind, error.may_have_arrived), (kind, may_have_arrived), "{error:?}");
    error
}

/// The sentence holds words; the system's own words are those of Linux.
#[track_caller]
fn says(error: &TransportError, words: &str) {
    let sentence = trouble::of("https://127.0.0.1:1/send", Step::Send, error);
    let known = !cfg!(target_os = "linux") || sentence.en.contains(words);
    assert!(known && !sentence.zh.is_empty(), "{sentence:?}");
}

#[test]
fn a_private_authority_is_trusted_only_where_it_is_named() {
    let authority = Authority::new();
    let server = serve(&authority, "127.0.0.1", 2099, Manner::Answers);
    let url = format!("https://{server}/send");
    let error = expect(post(&url, &options()), Failure::Tls, false);
    says(&error, "ca_file");
    let named = Options { ca_file: Some(authority.file.clone()), ..options() };
    assert_eq!(post(&url, &named).unwrap().body, b"{}");
    let other = Options { ca_file: Some(Authority::new().file.clone()), ..options() };
    assert!(Http::new(&other).is_err(), "a file that is gone is an error at once");
    let another = Authority::new();
    let other = Options { ca_file: Some(another.file.clone()), ..options() };
    expect(post(&url, &other), Failure::Tls, false);
}

#[test]
fn certificates_that_are_old_or_of_another_name_are_told_apart() {
    let authority = Authority::new();
    let named = Options { ca_file: Some(authority.file.clone()), ..options() };
    let expired = serve(&authority, "127.0.0.1", 2021, Manner::Answers);
    let error = expect(post(&format!("https://{expired}/"), &named), Failure::Tls, false);
    says(&error, "clock");
    let other = serve(&authority, "push.example.com", 2099, Manner::Answers);
    let error = expect(post(&format!("https://{other}/"), &named), Failure::Tls, false);
    says(&error, "another name");
}

#[test]
fn no_handshake_no_request() {
    let authority = Authority::new();
    let named = Options {
        ca_file: Some(authority.file.clone()),
        connect_timeout: Duration::from_millis(300),
        ..options()
    };
    let port = |manner| format!("https://{}/", serve(&authority, "127.0.0.1", 2099, manner));
    let error = post(&port(Manner::HangsUpAtOnce), &named).unwrap_err();
    assert!(!error.may_have_arrived, "{error:?}");
    expect(post(&port(Manner::Mute), &named), Failure::Timeout, false);
    let patient = Options { ca_file: Some(authority.file.clone()), ..options() };
    let error = expect(post(&port(Manner::WantsCertificate), &patient), Failure::Tls, false);
    says(&error, "TLS failed");
    // A server without TLS.
    let plain = listen(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        let _ = drain(&mut stream);
    });
    expect(post(&format!("https://{plain}/"), &patient), Failure::Tls, false);
    // Nobody there.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = expect(post(&format!("https://{free}/"), &patient), Failure::Connect, false);
    says(&error, "no connection");
}

#[test]
fn a_request_that_went_out_may_have_arrived() {
    let authority = Authority::new();
    let named = Options { ca_file: Some(authority.file.clone()), ..options() };
    for (manner, kind) in [
        (Manner::HangsUpUnread, Failure::Dropped),
        (Manner::HangsUpAfterReading, Failure::Dropped),
        (Manner::HalfAnAnswer, Failure::Dropped),
        (Manner::Garbage, Failure::Tls),
    ] {
        let url = format!("https://{}/send", serve(&authority, "127.0.0.1", 2099, manner));
        let error = post(&url, &named).expect_err("an answer came");
        assert_eq!((error.kind, error.may_have_arrived), (kind, true), "{manner:?}: {error:?}");
        says(&error, "not sent again");
    }
    let hasty = Options { timeout: Duration::from_millis(700), ..named };
    let url = format!("https://{}/send", serve(&authority, "127.0.0.1", 2099, Manner::NeverAnswers));
    let error = expect(post(&url, &hasty), Failure::Timeout, true);
    says(&error, "no answer came in time");
}

#[test]
fn an_answer_without_end_is_cut_short() {
    let server = listen(|mut stream| {
        let _ = read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..=(LARGEST >> 20) + 1 {
            if stream.write_all(&piece).is_err() {
                return;
            }
        }
    });
    expect(post(&format!("http://{server}/"), &options()), Failure::TooLarge, true);
}

/// A proxy that answers every first line with the same.
fn proxy(answer: &'static str) -> Options {
    let address = listen(move |mut stream| {
        let _ = read_request(&mut stream);
        let length = answer.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
        let answer = answer.replacen("\r\n", &format!("\r\nContent-Length: {length}\r\n"), 1);
        let _ = stream.write_all(answer.as_bytes());
        let _ = drain(&mut stream);
    });
    Options { proxy: Some(format!("http://{address}")), ..Options::default() }
}

#[test]
fn a_proxy_that_does_not_let_through_is_no_server() {
    // The name is never asked for: the proxy would do that.
    let url = "https://push.example.invalid/send";
    let login = proxy("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
    let error = expect(post(url, &login), Failure::Connect, false);
    says(&error, "proxy wants a login");
    for refuses in [
        proxy("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        proxy("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>no</html>"),
    ] {
        let error = expect(post(url, &refuses), Failure::Connect, false);
        says(&error, "does not let through");
    }
    // Says yes, and then speaks HTML where TLS should be.
    let page = proxy("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>log in first</html>");
    let page = Options { connect_timeout: Duration::from_millis(500), ..page };
    let error = post(url, &page).unwrap_err();
    assert!(!error.may_have_arrived, "{error:?}");
}

#[test]
fn a_page_of_a_proxy_in_place_of_the_api_is_known_as_one() {
    let url = "http://push.example.invalid/send";
    let answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>Hotel network</title></html>";
    let response = post(url, &proxy(answer)).unwrap();
    let sentence = trouble::in_between(url, &response).unwrap();
    assert!(sentence.en.contains("Hotel network") && sentence.zh.contains("Hotel network"), "{sentence:?}");
    let response = post(url, &proxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")).unwrap();
    assert!(trouble::in_between(url, &response).unwrap().en.contains("login"));
}
