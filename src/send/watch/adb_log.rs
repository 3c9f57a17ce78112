//! The log of a phone over adb, read by a thread of its own, so that a phone that says nothing keeps
//! nobody waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use super::{News, Polled, Watch};
use crate::lang::Bilingual;
use crate::source::adb::{AdbError, Address, Device, Limits, Part, Server};

/// How often it is looked whether the phone said something.
const PACE: Duration = Duration::from_millis(250);
/// Pieces that may wait to be taken; then the phone waits.
const WAITING: usize = 64;
/// Bytes that one look takes.
const PIECE: usize = 4 << 20;
/// Silent moments after which a phone that said nothing yet has no log.
const SILENT: u32 = 20;
/// A command that says less before it ends was not understood by the phone.
const UNDERSTOOD: u64 = 16 << 10;

/// A phone's log that goes on.
pub struct AdbLog {
    heard: Receiver<Heard>,
    stop: Arc<AtomicBool>,
}

enum Heard {
    Bytes(Vec<u8>),
    /// Nothing for a moment.
    Idle,
    Ended(AdbError),
}

impl AdbLog {
    /// Begins to follow. `commands` are those of [`crate::source::adb::follow`].
    pub fn start(address: Address, limits: Limits, device: Device, commands: Vec<String>) -> Self {
        let (say, heard) = sync_channel(WAITING);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            let stopped = move || stopped.load(Ordering::SeqCst) || crate::interrupt::requested();
            let server = Server { address, limits, interrupted: &stopped };
            let error = follow(&server, &device, &commands, &say);
            // Nobody listens any more where this fails.
            let _ = say.send(Heard::Ended(error));
        });
        AdbLog { heard, stop }
    }
}

impl Drop for AdbLog {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

/// Follows until the phone goes away or nobody listens; back comes why.
fn follow(server: &Server<'_>, device: &Device, commands: &[String], say: &SyncSender<Heard>) -> AdbError {
    let spoken = match server.spoken(device) {
        Ok(spoken) => spoken,
        Err(error) => return error,
    };
    let mut ended = AdbError::Gone;
    for command in commands {
        let (mut bytes, mut idle) = (0_u64, 0_u32);
        let mut sink = |part: Part<'_>| {
            let heard = match part {
                Part::Out(piece) => {
                    bytes = bytes.saturating_add(piece.len() as u64);
                    idle = 0;
                    Heard::Bytes(piece.to_vec())
                }
                Part::Idle => {
                    idle += 1;
                    // Said once, where the log has come to its end, or where there is none.
                    let enough = if bytes > 0 { 1 } else { SILENT };
                    if idle != enough {
                        return Ok(());
                    }
                    Heard::Idle
                }
                Part::Err(_) => return Ok(()),
            };
            say.send(heard).map_err(|_| AdbError::Interrupted)
        };
        ended = server.watch(device, spoken, command, &mut sink).err().unwrap_or(AdbError::Gone);
        if ended == AdbError::Interrupted || bytes >= UNDERSTOOD {
            break;
        }
    }
    ended
}

impl Watch for AdbLog {
    fn before_the_send(&self) -> bool {
        true
    }

    fn poll(&mut self, _now_ms: u64) -> Polled {
        let mut news = Vec::new();
        let mut bytes = 0;
        while bytes < PIECE {
            match self.heard.try_recv() {
                Ok(Heard::Bytes(piece)) => {
                    bytes += piece.len();
                    news.push(News::Log(piece));
                }
                Ok(Heard::Idle) => news.push(News::CaughtUp),
                Ok(Heard::Ended(error)) => return ended(news, &error),
                Err(TryRecvError::Empty) => return Polled { news, next: Some(PACE), trouble: None },
                Err(TryRecvError::Disconnected) => return ended(news, &AdbError::Gone),
            }
        }
        Polled { news, next: Some(Duration::ZERO), trouble: None }
    }
}

/// The phone says no more.
fn ended(mut news: Vec<News>, error: &AdbError) -> Polled {
    news.extend([News::LineEnds, News::CaughtUp]);
    let trouble = (*error != AdbError::Interrupted).then(|| {
        let why = error.both();
        Bilingual::new(
            format!("the phone's log is no longer followed: {}", why.en),
            format!("手机日志已停止跟踪：{}", why.zh),
        )
    });
    Polled { news, next: None, trouble }
}
