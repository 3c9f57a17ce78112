//! The wire: one connection, one service, framed by four hexadecimal digits; every wait ends.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use crate::report::redact::harmless;

use super::{AdbError, Server};

/// How often a wait looks up to see whether it should end.
const SLICE: Duration = Duration::from_millis(100);

/// What a read brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Got {
    Bytes(usize),
    /// Nothing within a slice.
    Nothing,
    /// The other side has closed.
    End,
}

/// A connection to the server.
pub(super) struct Wire<'s> {
    stream: TcpStream,
    server: &'s Server<'s>,
}

impl Server<'_> {
    pub(super) fn garbage(&self) -> AdbError {
        AdbError::Garbage { server: self.address.to_string() }
    }

    fn dropped(&self) -> AdbError {
        AdbError::Dropped { server: self.address.to_string() }
    }

    /// Asks the server itself, which answers with one text.
    pub(super) fn ask(&self, service: &str) -> Result<String, AdbError> {
        let mut wire = self.open(service)?;
        wire.text()
    }

    /// Connects and asks for a service; back comes the connection when the server has agreed.
    pub(super) fn open(&self, service: &str) -> Result<Wire<'_>, AdbError> {
        let mut wire = self.connect()?;
        wire.request(service)?;
        Ok(wire)
    }

    fn connect(&self) -> Result<Wire<'_>, AdbError> {
        let server = || self.address.to_string();
        let unreachable =
            |error: &std::io::Error| AdbError::Unreachable { server: server(), reason: error.to_string() };
        let found =
            (self.address.host.as_str(), self.address.port).to_socket_addrs().map_err(|e| unreachable(&e))?;
        let mut last = AdbError::NoServer { server: server() };
        for address in found {
            match TcpStream::connect_timeout(&address, self.limits.connect) {
                Ok(stream) => {
                    let ready = stream
                        .set_read_timeout(Some(SLICE))
                        .and_then(|()| stream.set_write_timeout(Some(self.limits.answer)))
                        .and_then(|()| stream.set_nodelay(true));
                    ready.map_err(|e| unreachable(&e))?;
                    return Ok(Wire { stream, server: self });
                }
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    last = AdbError::NoServer { server: server() };
                }
                Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
                    last = AdbError::NoAnswer { server: server(), seconds: self.limits.connect.as_secs() };
                }
                Err(error) => last = unreachable(&error),
            }
        }
        Err(last)
    }
}

impl Wire<'_> {
    /// Sends one request and waits for the server's yes.
    pub fn request(&mut self, service: &str) -> Result<(), AdbError> {
        let length = u16::try_from(service.len())
            .map_err(|_| AdbError::Refused { words: "the request is longer than 65535 bytes".to_owned() })?;
        let message = format!("{length:04x}{service}");
        self.stream.write_all(message.as_bytes()).map_err(|_| self.server.dropped())?;
        let mut word = [0; 4];
        self.exactly(&mut word)?;
        match &word {
            b"OKAY" => Ok(()),
            b"FAIL" => {
                let words = self.text()?;
                let gone = words.starts_with("device ") && words.contains("not found")
                    || matches!(words.as_str(), "device offline" | "closed" | "no devices/emulators found");
                let words = harmless(&words).chars().take(200).collect();
                Err(if gone { AdbError::Gone } else { AdbError::Refused { words } })
            }
            _ => Err(self.server.garbage()),
        }
    }

    /// One text: four digits of length and as many bytes.
    fn text(&mut self) -> Result<String, AdbError> {
        let mut digits = [0; 4];
        self.exactly(&mut digits)?;
        let length = std::str::from_utf8(&digits)
            .ok()
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|d| usize::from_str_radix(d, 16).ok())
            .ok_or_else(|| self.server.garbage())?;
        let mut bytes = vec![0; length];
        self.exactly(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Fills the buffer with an answer of the server itself.
    fn exactly(&mut self, buffer: &mut [u8]) -> Result<(), AdbError> {
        let since = Instant::now();
        let mut filled = 0;
        while let Some(space) = buffer.get_mut(filled..).filter(|s| !s.is_empty()) {
            match self.read(space)? {
                Got::Bytes(n) => filled += n,
                Got::End => return Err(self.server.dropped()),
                Got::Nothing => {}
            }
            if since.elapsed() > self.server.limits.answer && filled < buffer.len() {
                let seconds = self.server.limits.answer.as_secs();
                return Err(AdbError::NoAnswer { server: self.server.address.to_string(), seconds });
            }
        }
        Ok(())
    }

    /// Reads what is there, waiting a slice at most.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<Got, AdbError> {
        if (self.server.interrupted)() {
            return Err(AdbError::Interrupted);
        }
        match self.stream.read(buffer) {
            Ok(0) => Ok(Got::End),
            Ok(n) => Ok(Got::Bytes(n)),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => Ok(Got::Nothing),
                // However the other side went away.
                _ => Ok(Got::End),
            },
        }
    }
}
