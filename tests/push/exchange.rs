//! One exchange over the program's own transport and a wire that breaks: what may have arrived is
//! told from what cannot have, and nothing goes out twice by itself.

use std::path::PathBuf;

use pushdoctor::http::{Failure, Http, Options, Request, Transport, TransportError};

use super::mps::Mps;
use super::tls;
use super::wire::{Answer, Fault, Part, Server};

fn client(ca_file: Option<PathBuf>) -> Http {
    Http::new(&Options { direct: true, ca_file, ..Options::default() }).unwrap()
}

fn post(url: &str, path: &str) -> Request {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Request { method: "POST", url: format!("{url}{path}"), headers, body: b"{}".to_vec() }
}

/// What the stand-in counts as a send, and refuses.
const SEND: &str = "/push/pushsimple/a/b/c";

fn failed(server: &Server<Mps>, fault: Fault) -> TransportError {
    let before = server.book().count(Part::Send);
    let client = client(None);
    // The connection is used already, as it is after a question for the device's state.
    client.send(&post(&server.url(), "/other")).unwrap();
    server.fault(Part::Send, fault);
    let error = client.send(&post(&server.url(), SEND)).unwrap_err();
    assert_eq!(server.book().count(Part::Send), before + 1, "it went out once");
    error
}

#[test]
fn a_connection_that_ends_may_have_carried_the_request() {
    let server = Server::start(Mps::default());
    for fault in [Fault::DropUnread, Fault::DropRead, Fault::DropTaken, Fault::CutTaken] {
        let error = failed(&server, fault.clone());
        assert!(error.may_have_arrived && error.kind == Failure::Dropped, "{fault:?}: {error:?}");
    }
    let error = failed(&server, Fault::HugeTaken((64 << 20) + 2));
    assert!(error.may_have_arrived && error.kind == Failure::TooLarge, "{error:?}");
}

#[test]
fn an_answer_of_any_kind_is_an_answer() {
    let server = Server::start(Mps::default());
    for status in [200, 302, 407, 502] {
        server.fault(Part::Send, Fault::Instead(Answer::page(status, "Sign in")));
        let answer = client(None).send(&post(&server.url(), SEND)).unwrap();
        assert_eq!(answer.status, status);
        assert!(answer.body.starts_with(b"<!DOCTYPE"));
    }
}

#[test]
fn a_server_that_is_not_there_has_read_nothing() {
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    for url in [format!("http://{closed}"), "http://mps.invalid".to_owned()] {
        let error = client(None).send(&post(&url, SEND)).unwrap_err();
        assert!(!error.may_have_arrived && error.kind == Failure::Connect, "{url}: {error:?}");
    }
}

#[test]
fn a_certificate_counts_when_its_authority_is_named() {
    let server = Server::start_behind(Mps::default(), Some(tls::config()));
    let url = format!("https://{}", server.address);
    let error = client(None).send(&post(&url, SEND)).unwrap_err();
    assert!(!error.may_have_arrived && error.kind == Failure::Tls, "{error:?}");
    assert!(server.book().requests.is_empty());
    if cfg!(target_os = "macos") {
        return; // It takes no certificate that is good for so long.
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, tls::AUTHORITY).unwrap();
    let trusting = client(Some(file));
    assert_eq!(trusting.send(&post(&url, SEND)).unwrap().status, 200);
    server.fault(Part::Send, Fault::DropTaken);
    let error = trusting.send(&post(&url, SEND)).unwrap_err();
    assert!(error.may_have_arrived, "the connection ended after the request: {error:?}");
    // Plain text where TLS should be.
    let plain = Server::start(Mps::default());
    let error = client(None).send(&post(&format!("https://{}", plain.address), SEND)).unwrap_err();
    assert!(!error.may_have_arrived && error.kind == Failure::Tls, "{error:?}");
}
