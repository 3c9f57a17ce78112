//! A stand-in for an adb server on a loopback port: as good or as hostile as a test wants it.
//! What its phones say is made up.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// How the server itself behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Good,
    /// Before Android 7: no question for features, no framed shell.
    Old,
    /// Takes the connection and says nothing.
    Stalls,
    /// Hangs up in the middle of an answer.
    Drops,
    /// Answers what no adb server answers.
    Garbage,
    /// Announces a text of no sensible length.
    BadLength,
    /// Announces much and sends little, for ever.
    Trickles,
}

/// What a command on the phone does.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Output, error output, exit code.
    Says(Vec<u8>, &'static str, u8),
    /// Output, then silence.
    Stalls(Vec<u8>),
    /// Output, then the cable is pulled: no phone any more.
    Unplugs(Vec<u8>),
    /// Output without end.
    Endless,
    /// A packet of a kind and length that do not exist.
    BadPacket,
    /// Pieces with a pause before each, then the cable is pulled.
    Slowly(Vec<Vec<u8>>),
}

pub fn says(text: &str) -> Reply {
    Reply::Says(text.as_bytes().to_vec(), "", 0)
}

type Answers = dyn Fn(&str) -> Reply + Send + Sync;

struct State {
    manner: Manner,
    devices: String,
    answers: Box<Answers>,
    gone: AtomicBool,
    commands: AtomicUsize,
}

pub struct StandIn {
    pub port: u16,
    state: Arc<State>,
}

impl StandIn {
    /// `devices` is the list as the server prints it, one phone a line.
    pub fn start(
        manner: Manner,
        devices: &str,
        answers: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(State {
            manner,
            devices: devices.to_owned(),
            answers: Box::new(answers),
            gone: AtomicBool::new(false),
            commands: AtomicUsize::new(0),
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || {
                    let _ = serve(stream, &state);
                });
            }
        });
        StandIn { port, state }
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Commands that were run on the phone.
    pub fn commands(&self) -> usize {
        self.state.commands.load(Ordering::SeqCst)
    }
}

fn request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut digits = [0; 4];
    stream.read_exact(&mut digits)?;
    let length = usize::from_str_radix(&String::from_utf8_lossy(&digits), 16).expect("four hex digits");
    let mut text = vec![0; length];
    stream.read_exact(&mut text)?;
    Ok(String::from_utf8(text).expect("UTF-8"))
}

fn text(stream: &mut TcpStream, word: &str, text: &str) -> std::io::Result<()> {
    stream.write_all(format!("{word}{:04x}{text}", text.len()).as_bytes())
}

fn serve(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    let asked = request(&mut stream)?;
    match state.manner {
        Manner::Stalls => std::thread::sleep(Duration::from_secs(60)),
        Manner::Drops => return stream.write_all(b"OKAY00"),
        Manner::Garbage => return stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        Manner::BadLength => return stream.write_all(b"OKAY-1zzgarbage"),
        Manner::Trickles => {
            stream.write_all(b"OKAYffff")?;
            loop {
                stream.write_all(b"x")?;
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Manner::Good | Manner::Old => {}
    }
    let gone = state.gone.load(Ordering::SeqCst);
    if asked == "host:version" {
        return text(&mut stream, "OKAY", "0029");
    }
    if asked == "host:devices-l" {
        return text(&mut stream, "OKAY", if gone { "" } else { &state.devices });
    }
    if asked.starts_with("host-serial:") && asked.ends_with(":features") {
        return match state.manner {
            Manner::Old => text(&mut stream, "FAIL", "unknown host service"),
            _ => text(&mut stream, "OKAY", "shell_v2,cmd,stat_v2"),
        };
    }
    let Some(serial) = asked.strip_prefix("host:transport:") else {
        return text(&mut stream, "FAIL", "unknown host service");
    };
    if gone || !state.devices.lines().any(|l| l.starts_with(serial)) {
        return text(&mut stream, "FAIL", &format!("device '{serial}' not found"));
    }
    stream.write_all(b"OKAY")?;
    let asked = request(&mut stream)?;
    state.commands.fetch_add(1, Ordering::SeqCst);
    if let Some(command) = asked.strip_prefix("shell,v2,raw:") {
        stream.write_all(b"OKAY")?;
        return framed(&mut stream, state, (state.answers)(command));
    }
    let Some(command) = asked.strip_prefix("shell:") else {
        return text(&mut stream, "FAIL", "closed");
    };
    stream.write_all(b"OKAY")?;
    plain(&mut stream, state, command)
}

fn packet(stream: &mut TcpStream, kind: u8, bytes: &[u8]) -> std::io::Result<()> {
    let mut head = vec![kind];
    head.extend_from_slice(&u32::try_from(bytes.len()).expect("a small packet").to_le_bytes());
    stream.write_all(&head)?;
    // In two pieces, as a network may cut it.
    let (a, b) = bytes.split_at(bytes.len() / 2);
    stream.write_all(a)?;
    stream.flush()?;
    stream.write_all(b)
}

fn framed(stream: &mut TcpStream, state: &State, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Says(out, err, code) => {
            for piece in out.chunks(32 << 10) {
                packet(stream, 1, piece)?;
            }
            packet(stream, 2, err.as_bytes())?;
            packet(stream, 3, &[code])
        }
        Reply::Stalls(out) => {
            packet(stream, 1, &out)?;
            std::thread::sleep(Duration::from_secs(60));
            Ok(())
        }
        Reply::Unplugs(out) => {
            state.gone.store(true, Ordering::SeqCst);
            packet(stream, 1, &out)
        }
        Reply::Endless => loop {
            packet(stream, 1, &[b'x'; 32 << 10])?;
        },
        Reply::BadPacket => stream.write_all(&[9, 255, 255, 255, 255, 0, 0]),
        Reply::Slowly(pieces) => {
            for piece in pieces {
                std::thread::sleep(Duration::from_millis(1300));
                packet(stream, 1, &piece)?;
            }
            std::thread::sleep(Duration::from_millis(1300));
            state.gone.store(true, Ordering::SeqCst);
            Ok(())
        }
    }
}

/// The old shell runs on a terminal, and runs whatever stands behind a semicolon too.
fn plain(stream: &mut TcpStream, state: &State, command: &str) -> std::io::Result<()> {
    let (command, mark) = match command.split_once("; echo ") {
        Some((command, mark)) => (command, mark.strip_suffix("$?")),
        None => (command, None),
    };
    let reply = (state.answers)(command);
    let terminal = |text: &[u8]| String::from_utf8_lossy(text).replace('\n', "\r\n").into_bytes();
    match reply {
        Reply::Says(out, err, code) => {
            stream.write_all(&terminal(&out))?;
            stream.write_all(&terminal(err.as_bytes()))?;
            match mark {
                Some(mark) => stream.write_all(format!("{mark}{code}\r\n").as_bytes()),
                None => Ok(()),
            }
        }
        Reply::Unplugs(out) => {
            state.gone.store(true, Ordering::SeqCst);
            stream.write_all(&terminal(&out))
        }
        other => panic!("the old shell has no {other:?} here"),
    }
}
