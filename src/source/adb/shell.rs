//! Running a command on the phone: by the framed shell service where the phone has it, else by the
//! old one.

use std::time::Instant;

use super::plain::{Plain, marked};
use super::wire::{Got, Wire};
use super::{AdbError, Device, Server};

/// How the phone's shell is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// `shell,v2`: output, errors and exit code apart.
    Framed,
    /// `shell:`: everything in one stream (before Android 7).
    Plain,
}

impl Spoken {
    /// The name for the manifest.
    pub const fn name(self) -> &'static str {
        match self {
            Spoken::Framed => "v2",
            Spoken::Plain => "v1",
        }
    }
}

/// A piece of what the phone says.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    Out(&'a [u8]),
    /// Error output, where the phone keeps it apart.
    Err(&'a [u8]),
    /// Nothing for a moment.
    Idle,
}

/// Receives what the phone says; its error ends the command.
pub type Sink<'a> = dyn FnMut(Part<'_>) -> Result<(), AdbError> + 'a;

/// No packet of adb is larger.
const LARGEST_PACKET: u32 = 16 << 20;

const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const EXIT: u8 = 3;

impl Server<'_> {
    /// How this phone's shell is spoken to.
    ///
    /// # Errors
    /// The server cannot be reached any more.
    pub fn spoken(&self, device: &Device) -> Result<Spoken, AdbError> {
        match self.ask(&format!("host-serial:{}:features", device.serial)) {
            Ok(features) if features.split(',').any(|f| f.trim() == "shell_v2") => Ok(Spoken::Framed),
            // An old server does not know the question.
            Ok(_) | Err(AdbError::Refused { .. }) => Ok(Spoken::Plain),
            Err(error) => Err(error),
        }
    }

    /// Runs a command and passes its output on; back comes the exit code.
    ///
    /// # Errors
    /// The phone or the server goes away, a limit is passed, or the sink fails.
    pub fn run(
        &self,
        device: &Device,
        spoken: Spoken,
        command: &str,
        sink: &mut Sink<'_>,
    ) -> Result<Option<i32>, AdbError> {
        self.speak(device, spoken, command, true, sink)
    }

    /// Runs a command that goes on until the phone goes away or the sink has enough.
    ///
    /// # Errors
    /// As [`Server::run`]; the phone's going away is [`AdbError::Gone`].
    pub fn watch(
        &self,
        device: &Device,
        spoken: Spoken,
        command: &str,
        sink: &mut Sink<'_>,
    ) -> Result<Option<i32>, AdbError> {
        self.speak(device, spoken, command, false, sink)
    }

    fn speak(
        &self,
        device: &Device,
        spoken: Spoken,
        command: &str,
        ends: bool,
        sink: &mut Sink<'_>,
    ) -> Result<Option<i32>, AdbError> {
        let mut wire = self.open(&format!("host:transport:{}", device.serial))?;
        let mut watchdog = Watchdog::new(self, ends);
        match spoken {
            Spoken::Framed => {
                wire.request(&format!("shell,v2,raw:{command}"))?;
                framed(&mut wire, &mut watchdog, sink)
            }
            Spoken::Plain => {
                let text = if ends { marked(command) } else { command.to_owned() };
                wire.request(&format!("shell:{text}"))?;
                plain(&mut wire, &mut watchdog, ends, sink)
            }
        }
    }
}

/// Ends a command that says too little or too much.
struct Watchdog<'s> {
    server: &'s Server<'s>,
    began: Instant,
    heard: Instant,
    bytes: u64,
    /// A command that is expected to go on has no limits but those of the phone.
    ends: bool,
}

impl<'s> Watchdog<'s> {
    fn new(server: &'s Server<'s>, ends: bool) -> Self {
        Watchdog { server, began: Instant::now(), heard: Instant::now(), bytes: 0, ends }
    }

    fn heard(&mut self, bytes: usize) -> Result<(), AdbError> {
        self.heard = Instant::now();
        self.bytes = self.bytes.saturating_add(bytes as u64);
        let limits = &self.server.limits;
        if self.ends && self.bytes > limits.bytes {
            return Err(AdbError::TooMuch { bytes: limits.bytes });
        }
        self.endless()
    }

    fn nothing(&self) -> Result<(), AdbError> {
        let limits = &self.server.limits;
        if self.ends && self.heard.elapsed() > limits.silence {
            return Err(AdbError::Silent { seconds: limits.silence.as_secs() });
        }
        self.endless()
    }

    fn endless(&self) -> Result<(), AdbError> {
        let limits = &self.server.limits;
        if self.ends && self.began.elapsed() > limits.whole {
            return Err(AdbError::Endless { seconds: limits.whole.as_secs() });
        }
        Ok(())
    }
}

/// Packets: one byte of kind, four of length (little end first), and the bytes.
fn framed(
    wire: &mut Wire<'_>,
    watchdog: &mut Watchdog<'_>,
    sink: &mut Sink<'_>,
) -> Result<Option<i32>, AdbError> {
    let mut buffer = vec![0; 64 << 10];
    let mut head: Vec<u8> = Vec::with_capacity(5);
    let (mut kind, mut left) = (0_u8, 0_usize);
    loop {
        let n = match wire.read(&mut buffer)? {
            Got::Bytes(n) => n,
            // The framed service always ends with an exit code.
            Got::End => return Err(AdbError::Gone),
            Got::Nothing => {
                watchdog.nothing()?;
                sink(Part::Idle)?;
                continue;
            }
        };
        watchdog.heard(n)?;
        let mut bytes = buffer.get(..n).unwrap_or_default();
        while !bytes.is_empty() {
            if left == 0 {
                let (missing, rest) = bytes.split_at(bytes.len().min(5 - head.len().min(5)));
                head.extend_from_slice(missing);
                bytes = rest;
                let &[k, a, b, c, d] = head.as_slice() else { continue };
                head.clear();
                let length = u32::from_le_bytes([a, b, c, d]);
                if !matches!(k, STDOUT | STDERR | EXIT) || length > LARGEST_PACKET {
                    return Err(watchdog.server.garbage());
                }
                (kind, left) = (k, length as usize);
                if kind == EXIT && length != 1 {
                    return Err(watchdog.server.garbage());
                }
                continue;
            }
            let (piece, rest) = bytes.split_at(bytes.len().min(left));
            bytes = rest;
            left -= piece.len();
            match kind {
                STDOUT => sink(Part::Out(piece))?,
                STDERR => sink(Part::Err(piece))?,
                _ => return Ok(piece.first().map(|code| i32::from(*code))),
            }
        }
    }
}

/// One stream until the phone closes it.
fn plain(
    wire: &mut Wire<'_>,
    watchdog: &mut Watchdog<'_>,
    ends: bool,
    sink: &mut Sink<'_>,
) -> Result<Option<i32>, AdbError> {
    let mut buffer = vec![0; 64 << 10];
    let mut plain = Plain::new(ends);
    let mut out = Vec::new();
    loop {
        match wire.read(&mut buffer)? {
            Got::Bytes(n) => {
                watchdog.heard(n)?;
                plain.take(buffer.get(..n).unwrap_or_default(), &mut out);
                if !out.is_empty() {
                    sink(Part::Out(&out))?;
                    out.clear();
                }
            }
            Got::Nothing => {
                watchdog.nothing()?;
                sink(Part::Idle)?;
            }
            Got::End => {
                let code = plain.end(&mut out);
                if !out.is_empty() {
                    sink(Part::Out(&out))?;
                }
                return code.map(Some).ok_or(AdbError::Gone);
            }
        }
    }
}
