//! What stands on the screen while something is watched: the chain drawn anew on a terminal, only
//! what changed elsewhere, and documents for programs.

use std::io::IsTerminal;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::output;
use crate::diagnosis::{Diagnosis, State};
use crate::exit::{Exit, FailOn};
use crate::lang::{Bilingual, Lang};
use crate::report::{self, Format, Redactor, RenderOptions, words};

/// How the result is to look.
pub struct Look<'a> {
    pub format: Format,
    pub options: RenderOptions,
    pub redactor: &'a Redactor,
    pub fail_on: FailOn,
}

/// What is written for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Documents {
    /// Each diagnosis that differs from the one before, one a line.
    Each,
    /// Nothing: the caller writes the one document at the end, and what changes goes to standard
    /// error as plain lines.
    None,
}

/// What stands on the screen.
pub struct Screen<'l> {
    documents: Documents,
    look: &'l Look<'l>,
    terminal: Option<console::Term>,
    /// What was written of each link: whose and which, state and finding.
    known: Vec<(String, State, String)>,
    verdict: String,
    json: String,
}

impl<'l> Screen<'l> {
    pub fn new(look: &'l Look<'l>, documents: Documents) -> Self {
        let drawn = look.format == Format::Table && std::io::stdout().is_terminal();
        Screen {
            documents,
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

    /// Shows what is known now; `hint` is what stands below it on a terminal.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn show(&mut self, diagnosis: &Diagnosis, hint: &Bilingual) -> anyhow::Result<()> {
        match (&self.terminal, self.look.format) {
            (Some(terminal), _) => {
                let text = self.render(diagnosis);
                terminal.clear_screen()?;
                output::result(&text)?;
                output::result(hint.get(self.look.options.lang))
            }
            (None, Format::Json) if self.documents == Documents::Each => self.json(diagnosis),
            (None, _) => self.changes(diagnosis),
        }
    }

    /// Shows the last result.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn finish(&mut self, diagnosis: &Diagnosis) -> anyhow::Result<()> {
        self.clear()?;
        match self.look.format {
            Format::Json => self.json(diagnosis),
            Format::Table => output::result(&self.render(diagnosis)),
        }
    }

    /// Takes from a terminal what was drawn, for a caller who writes the result by himself.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn clear(&self) -> anyhow::Result<()> {
        if let Some(terminal) = &self.terminal {
            terminal.clear_screen()?;
        }
        Ok(())
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
            let line = self.look.redactor.redact_prose(&line);
            match self.look.format {
                Format::Json => output::complain(&line),
                Format::Table => output::result(&line)?,
            }
        }
        Ok(())
    }
}

impl crate::send::wait::Show for Screen<'_> {
    fn show(&mut self, diagnosis: &Diagnosis, left: std::time::Duration) -> anyhow::Result<()> {
        let s = left.as_millis().div_ceil(1000);
        let hint = Bilingual::new(
            format!("waiting for the message, {s} s left; Ctrl-C ends"),
            format!("正在等待消息，还剩 {s} 秒；按 Ctrl-C 结束"),
        );
        Screen::show(self, diagnosis, &hint)
    }

    fn say(&mut self, sentence: &Bilingual) {
        output::complain(&self.look.redactor.redact_prose(sentence.get(self.look.options.lang)));
    }
}
