//! `diagnose --adb --follow`: keeps the chain on the screen while the phone's log grows.
//!
//! On a terminal the report is drawn anew; elsewhere only what changed is written, and the whole
//! report at the end. With JSON every change is one line.

use std::time::{Duration, Instant};

pub use super::live::Look;
use super::live::{Documents, Screen};
use super::{output, phone::Phone};
use crate::catalog::Catalog;
use crate::chain::{self, Target};
use crate::exit::Exit;
use crate::lang::Bilingual;
use crate::source::adb::{self, AdbError, Part};
use crate::source::device_log::live::Live;

/// Judged at most this often.
const PACE: Duration = Duration::from_secs(1);
/// A command that says less before it ends was not understood by the phone.
const UNDERSTOOD: u64 = 16 << 10;

/// Follows until the phone goes away or the user ends it; the exit code is that of the last result.
///
/// # Errors
/// Standard output is closed.
pub fn run(
    phone: &Phone,
    live: &mut Live<'_>,
    catalog: &Catalog,
    target: &Target,
    name: &dyn Fn(&mut crate::source::device_log::Outcome),
    look: &Look<'_>,
) -> anyhow::Result<Exit> {
    let lang = look.options.lang;
    let hint = Bilingual::new("following the log; Ctrl-C ends", "正在跟踪日志；按 Ctrl-C 结束");
    let mut screen = Screen::new(look, Documents::Each);
    let judge = |live: &Live<'_>| {
        let mut outcome = live.so_far();
        name(&mut outcome);
        chain::judge(outcome.case, catalog, target)
    };
    let spoken = phone.server.spoken(&phone.device);
    let mut ended = None;
    if let Ok(spoken) = spoken {
        let commands = adb::follow(&phone.steps);
        for (at, command) in commands.iter().enumerate() {
            let mut failed: Option<anyhow::Error> = None;
            let (mut bytes, mut dirty, mut judged) = (0_u64, true, Instant::now());
            let mut sink = |part: Part<'_>| {
                if let Part::Out(piece) = part {
                    bytes = bytes.saturating_add(piece.len() as u64);
                    dirty |= live.take(piece);
                }
                if dirty && judged.elapsed() >= PACE {
                    (dirty, judged) = (false, Instant::now());
                    if let Err(error) = screen.show(&judge(live), &hint) {
                        failed = Some(error);
                        return Err(AdbError::Interrupted);
                    }
                }
                Ok(())
            };
            let result = phone.server.watch(&phone.device, spoken, command, &mut sink);
            if let Some(error) = failed {
                return Err(error);
            }
            let interrupted = matches!(result, Err(AdbError::Interrupted));
            ended = result.err();
            if interrupted || bytes >= UNDERSTOOD || at + 1 == commands.len() {
                break;
            }
        }
    } else {
        ended = spoken.err();
    }
    if let Some(error) = ended.filter(|e| *e != AdbError::Interrupted) {
        output::complain(&error.sentence(lang));
    }
    let last = judge(live);
    screen.finish(&last)?;
    Ok(Exit::of(&last, look.fail_on))
}
