//! Running a command on the phone: by the framed shell service where the phone has it, else by the
//! old one.

use std::time::Instant;

use super::packets::{Packets, Piece};
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

/// Packets until the one with the exit code.
fn framed(
    wire: &mut Wire<'_>,
    watchdog: &mut Watchdog<'_>,
    sink: &mut Sink<'_>,
) -> Result<Option<i32>, AdbError> {
    let mut buffer = vec![0; 64 << 10];
    let mut packets = Packets::default();
    loop {
        match wire.read(&mut buffer)? {
            Got::Bytes(n) => {
                watchdog.heard(n)?;
                let mut bytes = buffer.get(..n).unwrap_or_default();
                while let Some(piece) = packets.next(&mut bytes).map_err(|_| watchdog.server.garbage())? {
                    match piece {
                        Piece::Out(bytes) => sink(Part::Out(bytes))?,
                        Piece::Err(bytes) => sink(Part::Err(bytes))?,
                        Piece::Exit(code) => return Ok(Some(i32::from(code))),
                    }
                }
            }
            // The framed service always ends with an exit code.
            Got::End => return Err(AdbError::Gone),
            Got::Nothing => {
                watchdog.nothing()?;
                sink(Part::Idle)?;
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
