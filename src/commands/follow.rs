//! `diagnose --adb --follow`: keeps the chain on the screen while the phone's log grows.
//!
//! On a terminal the report is drawn anew; elsewhere only what changed is written, and the whole
//! report at the end. With JSON every change is one line.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{output, phone::Phone};
use crate::catalog::Catalog;
use crate::chain::{self, Target};
use crate::diagnosis::{Diagnosis, State};
use crate::exit::{Exit, FailOn};
use crate::lang::Lang;
use crate::report::{self, Format, Redactor, RenderOptions, words};
use crate::source::adb::{self, AdbError, Part};
use crate::source::device_log::live::Live;

/// Judged at most this often.
const PACE: Duration = Duration::from_secs(1);
/// A command that says less before it ends was not understood by the phone.
const UNDERSTOOD: u64 = 16 << 10;

/// How the result is to look.
pub struct Look<'a> {
    pub format: Format,
    pub options: RenderOptions,
    pub redactor: &'a Redactor,
    pub fail_on: FailOn,
}

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
    let mut screen = Screen::new(look);
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
                    if let Err(error) = screen.show(&judge(live)) {
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

/// What stands on the screen.
struct Screen<'l> {
    look: &'l Look<'l>,
    terminal: Option<console::Term>,
    /// What was written of each link: whose and which, state and finding.
    known: Vec<(String, State, String)>,
    verdict: String,
    json: String,
}

impl<'l> Screen<'l> {
    fn new(look: &'l Look<'l>) -> Self {
        let drawn = look.format == Format::Table && std::io::stdout().is_terminal();
        Screen {
            look,
            terminal: drawn.then(console::Term::stdout),
            known: Vec::new(),
            verdict: String::new(),
            json: String::new(),
        }
    }

    fn render(&self, diagnosis: &Diagnosis) -> String {
        let options =
            RenderOptions { exit: Exit::of(diagnosis, self.look.fail_on), ..self.look.options.clone() };
        report::render(self.look.format, diagnosis, &options, self.look.redactor)
    }

    fn show(&mut self, diagnosis: &Diagnosis) -> anyhow::Result<()> {
        match (&self.terminal, self.look.format) {
            (Some(terminal), _) => {
                let text = self.render(diagnosis);
                terminal.clear_screen()?;
                output::result(&text)?;
                let hint = self
                    .look
                    .options
                    .lang
                    .pick("following the log; Ctrl-C ends", "正在跟踪日志；按 Ctrl-C 结束");
                output::result(hint)
            }
            (None, Format::Json) => self.json(diagnosis),
            (None, Format::Table) => self.changes(diagnosis),
        }
    }

    fn finish(&mut self, diagnosis: &Diagnosis) -> anyhow::Result<()> {
        if let Some(terminal) = &self.terminal {
            terminal.clear_screen()?;
        }
        match self.look.format {
            Format::Json => self.json(diagnosis),
            Format::Table => output::result(&self.render(diagnosis)),
        }
    }

    /// One line for each diagnosis that differs from the one before.
    fn json(&mut self, diagnosis: &Diagnosis) -> anyhow::Result<()> {
        let value: serde_json::Value = serde_json::from_str(&self.render(diagnosis))?;
        let line = value.to_string();
        if line != self.json {
            output::result(&line)?;
            self.json = line;
        }
        Ok(())
    }

    /// One line for each link that changed, and one for the verdict.
    fn changes(&mut self, diagnosis: &Diagnosis) -> anyhow::Result<()> {
        let lang = self.look.options.lang;
        let time = Timestamp::now().to_zoned_datetime(TimeZone::system()).strftime("%H:%M:%S").to_string();
        let mut lines = Vec::new();
        for chain in diagnosis.chains.iter().filter(|c| c.aside.is_none()) {
            let whose = [chain.vendor_name.get(lang), chain.package.as_deref().unwrap_or("")];
            let whose = whose.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
            for judged in &chain.links {
                let key = format!("{whose} {} {}", chain.user, judged.link.as_str());
                let now = (judged.state, judged.finding.as_str());
                let open = |state: State| matches!(state, State::Unknown | State::Skipped);
                let before = match self.known.iter_mut().find(|(k, ..)| *k == key) {
                    Some((_, state, finding)) => {
                        let before = (*state, std::mem::replace(finding, judged.finding.clone()));
                        *state = judged.state;
                        before
                    }
                    None => {
                        self.known.push((key, judged.state, judged.finding.clone()));
                        (State::Unknown, String::new())
                    }
                };
                // That nothing is known, for whatever reason, is no news.
                if (before.0, before.1.as_str()) == now || open(before.0) && open(judged.state) {
                    continue;
                }
                let (link, state) = (words::link(judged.link), words::state(judged.state));
                let (link, state) = (lang.pick(link.0, link.1), lang.pick(state.0, state.1));
                let summary = judged.summary.get(lang);
                lines.push(match lang {
                    Lang::En => format!("{time} {whose} {link}: {state}: {summary}"),
                    Lang::Zh => format!("{time} {whose} {link}：{state}：{summary}"),
                });
            }
        }
        let verdict = diagnosis.verdict.summary.get(lang);
        if verdict != self.verdict {
            verdict.clone_into(&mut self.verdict);
            lines.push(format!("{time} {verdict}"));
        }
        for line in lines {
            output::result(&self.look.redactor.redact_prose(&line))?;
        }
        Ok(())
    }
}
