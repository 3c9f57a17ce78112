//! The report for people: what was read, the chain link by link, and at the end, where the eye
//! rests, the verdict, who must act and what to do.

mod blocks;
mod configuration;
pub(crate) mod grid;
mod timeline;

use super::options::Paint;
use super::words::{self, Pair};
use super::{Redactor, RenderOptions};
use crate::catalog::{Confidence, Link, Owner};
use crate::diagnosis::{Also, Chain, Diagnosis, Judgement, Next, State, VerdictState};
use crate::evidence::Place;
use crate::lang::{Bilingual, Lang};

/// Narrower terminals get a list instead of a table.
const NARROWEST_TABLE: usize = 80;
/// How many lines of evidence stand under a broken link.
const EVIDENCE_SHOWN: usize = 2;
/// How many observations are proposed, unless nothing at all could be judged.
const STEPS_SHOWN: usize = 3;
/// How many of them would confirm a doubtful verdict.
const CONFIRMING: usize = 2;

/// The diagnosis for people.
pub fn render(diagnosis: &Diagnosis, options: &RenderOptions, redactor: &Redactor) -> String {
    let main = main_chain(diagnosis);
    let mut page = Page { diagnosis, options, redactor, paint: Paint(options.color), out: String::new() };
    page.head();
    if let Some(chain) = main {
        page.main_chain(chain);
    }
    let others = diagnosis.chains.iter().filter(|c| main.is_none_or(|m| !std::ptr::eq(*c, m)));
    others.for_each(|chain| page.other_chain(chain));
    page.timeline();
    if let Some(chain) = main {
        page.evidence(chain);
    }
    page.configuration();
    page.notes(main);
    if let Some(chain) = main {
        page.next_steps(chain);
    }
    page.verdict(main);
    page.out
}

/// The chain of the verdict: the first of its vendor that counts, else the first that counts.
fn main_chain(diagnosis: &Diagnosis) -> Option<&Chain> {
    let counts = |c: &&Chain| c.aside.is_none();
    let vendor = diagnosis.verdict.vendor.as_deref();
    let mut own =
        diagnosis.chains.iter().filter(counts).filter(|c| vendor.is_some() && c.vendor.as_deref() == vendor);
    let named = diagnosis.verdict.link.and_then(|link| {
        own.clone().find(|c| c.links.iter().any(|l| l.link == link && l.finding == diagnosis.verdict.finding))
    });
    named
        .or_else(|| own.next())
        .or_else(|| diagnosis.chains.iter().find(counts))
        .or_else(|| diagnosis.chains.first())
}

/// The report under construction.
struct Page<'d> {
    diagnosis: &'d Diagnosis,
    options: &'d RenderOptions,
    redactor: &'d Redactor,
    paint: Paint,
    out: String,
}

impl<'d> Page<'d> {
    fn pick(&self, pair: Pair) -> &'static str {
        match self.options.lang {
            Lang::En => pair.0,
            Lang::Zh => pair.1,
        }
    }

    fn say(&self, text: &Bilingual) -> String {
        self.redactor.redact_prose(text.get(self.options.lang))
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn paragraph(&mut self, lead: &str, text: &str) {
        let text = self.options.ambiguous.hang(lead, text, self.options.width);
        self.line(&text);
    }

    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// One row a link, as a table or, on narrow terminals, as a list.
    fn main_chain(&mut self, chain: &'d Chain) {
        self.gap();
        let title = self.chain_title(chain);
        self.paragraph("", &title);
        if self.options.width < NARROWEST_TABLE {
            chain.links.iter().for_each(|judged| self.stacked(judged));
            return;
        }
        let rows: Vec<[String; 4]> = chain
            .links
            .iter()
            .map(|judged| {
                [
                    self.pick(words::link(judged.link)).to_owned(),
                    self.state_word(judged.state),
                    self.summary(judged),
                    self.where_seen(judged).unwrap_or_default(),
                ]
            })
            .collect();
        let header = match self.options.lang {
            Lang::En => ["link", "state", "what is known", "where"],
            Lang::Zh => ["环节", "状态", "结论", "位置"],
        };
        let states: Vec<State> = chain.links.iter().map(|j| j.state).collect();
        let table =
            grid::draw(&header, &rows, self.options, |row, line| match (states.get(row), rows.get(row)) {
                (Some(state), Some([_, word, ..])) => {
                    line.replacen(word.as_str(), &self.paint_state(*state, word), 1)
                }
                _ => line.to_owned(),
            });
        self.line(&table);
    }

    /// A link on a narrow terminal: a head line and the rest indented.
    fn stacked(&mut self, judged: &'d Judgement) {
        let word = self.state_word(judged.state);
        let head =
            format!("{}  {}", self.paint_state(judged.state, &word), self.pick(words::link(judged.link)));
        self.line(&head);
        let summary = self.summary(judged);
        self.paragraph("    ", &summary);
        if let Some(place) = self.where_seen(judged) {
            self.paragraph("    ", &place);
        }
    }

    fn state_word(&self, state: State) -> String {
        format!("{} {}", words::symbol(state, self.options.ascii), self.pick(words::state(state)))
    }

    fn paint_state(&self, state: State, text: &str) -> String {
        match state {
            State::Pass => self.paint.green(text),
            State::Fail => self.paint.red(text),
            State::Warn => self.paint.yellow(text),
            State::Unknown | State::Skipped | State::NotApplicable => self.paint.dim(text),
        }
    }

    /// The sentence of a link, with how often it was seen.
    fn summary(&self, judged: &Judgement) -> String {
        let mut text = self.say(&judged.summary);
        if let Some(code) = &judged.code
            && matches!(judged.state, State::Fail | State::Warn)
        {
            let shown = self.redactor.redact(&code.code);
            let colon = self.pick((": ", "："));
            text = match code.symbol.as_str() {
                "" => format!("{} {shown}{colon}{text}", code.vendor),
                symbol => format!("{} {shown} {symbol}{colon}{text}", code.vendor),
            };
        }
        if judged.count > 1 {
            text.push_str(&match self.options.lang {
                Lang::En => format!(" (x{})", judged.count),
                Lang::Zh => format!("（共 {} 次）", judged.count),
            });
        }
        // Remarks of links whose evidence is not shown below.
        if !shows_evidence(judged) {
            for note in &judged.notes {
                let gap = self.pick((" ", ""));
                text.push_str(&format!("{gap}{}", self.say(note)));
            }
        }
        text
    }

    /// `file:line` of the newest evidence.
    fn where_seen(&self, judged: &Judgement) -> Option<String> {
        let place = judged.evidence.last()?;
        let path = self.diagnosis.inputs.get(place.input).map(|i| i.path.as_str()).unwrap_or_default();
        let name = if self.diagnosis.inputs.len() == 1 { "" } else { file_name(path) };
        // Redacted first: half a phone number in a name would no longer be seen as one.
        Some(self.spell_place(&shortened(&self.redactor.redact_path(name)), place))
    }

    /// `a.log:12`, `app.apk!/AndroidManifest.xml`, `pushdoctor.toml:4`.
    fn spell_place(&self, name: &str, place: &Place) -> String {
        let whole = match &place.entry {
            None => name.to_owned(),
            Some(entry) if name.is_empty() || name == entry => entry.clone(),
            Some(entry) => format!("{name}!/{entry}"),
        };
        let whole = self.redactor.redact_path(&whole);
        if place.entry.is_some() && place.line == 0 { whole } else { format!("{whole}:{}", place.line) }
    }

    /// The lines on which the verdict rests.
    fn evidence(&mut self, chain: &'d Chain) {
        for judged in chain.links.iter().filter(|j| shows_evidence(j)) {
            self.gap();
            let link = self.pick(words::link(judged.link));
            self.line(&match self.options.lang {
                Lang::En => format!("evidence ({link}):"),
                Lang::Zh => format!("依据（{link}）："),
            });
            let first = judged.evidence.len().saturating_sub(EVIDENCE_SHOWN);
            for place in judged.evidence.iter().skip(first) {
                let path =
                    self.diagnosis.inputs.get(place.input).map(|i| file_name(&i.path)).unwrap_or_default();
                let text = self.redactor.redact(place.text.trim());
                let lead = format!("  {}", self.spell_place(path, place));
                self.line(&lead);
                for line in self.options.ambiguous.wrap(&text, self.options.width.saturating_sub(4)) {
                    let line = format!("    {}", self.paint.dim(&line));
                    self.line(&line);
                }
            }
            for note in &judged.notes {
                let note = self.say(note);
                self.paragraph("  - ", &note);
            }
        }
    }

    /// What to look at next.
    fn next_steps(&mut self, chain: &'d Chain) {
        let verdict = &self.diagnosis.verdict;
        let steps = steps(chain, verdict.state, verdict.link);
        if steps.is_empty() {
            return;
        }
        let confirm = steps.iter().all(|(link, _)| Some(*link) == verdict.link);
        self.gap();
        let head = self.pick(match confirm {
            true => ("what would confirm it:", "要进一步确认，可以："),
            false => ("what would settle the open links:", "要弄清未知的环节，可以："),
        });
        self.line(head);
        for (link, next) in steps {
            let command = self.paint.cyan(next.command.get(self.options.lang));
            let head = format!("  [{}] {command}", self.pick(words::link(link)));
            self.line(&head);
            let why = self.say(&next.why);
            if !why.is_empty() {
                self.paragraph("      ", &why);
            }
        }
    }

    /// The verdict, who must act, and what to do.
    fn verdict(&mut self, main: Option<&'d Chain>) {
        let verdict = &self.diagnosis.verdict;
        let judged = main.and_then(|c| {
            c.links.iter().find(|j| Some(j.link) == verdict.link && j.finding == verdict.finding)
        });
        self.gap();
        if !verdict.also.is_empty() {
            let label = self.pick(("also:     ", "另外：    "));
            for (i, also) in verdict.also.iter().enumerate() {
                let label =
                    if i == 0 { label.to_owned() } else { " ".repeat(self.options.ambiguous.width(label)) };
                let text = self.also(also, main);
                self.paragraph(&label, &text);
            }
        }
        // The chain's own sentence names state and link.
        let lead = self.pick(("verdict:  ", "结论：    "));
        let sentence = self.options.ambiguous.hang(lead, &self.say(&verdict.summary), self.options.width);
        for line in sentence.lines() {
            let line = self.paint_verdict(verdict.state, line);
            self.line(&line);
        }
        let Some(judged) = judged.filter(|_| verdict.state != VerdictState::Healthy) else { return };
        if verdict.confidence < Confidence::High {
            let sure = self.pick(words::confidence(verdict.confidence));
            self.paragraph(self.pick(("how sure: ", "置信度：  ")), sure);
        }
        if !judged.cause.is_empty() {
            let cause = self.say(&judged.cause);
            self.paragraph(self.pick(("cause:    ", "原因：    ")), &cause);
        }
        if let Some(note) = judged.code.as_ref().map(|c| c.team_note.as_str()).filter(|n| !n.is_empty()) {
            self.paragraph(self.pick(("team:     ", "团队备注：")), note);
        }
        if !judged.source.is_empty() {
            self.paragraph(self.pick(("source:   ", "来源：    ")), &judged.source);
        }
        if verdict.owner != Owner::None {
            let owner = self.pick(words::owner(verdict.owner));
            self.paragraph(self.pick(("who acts: ", "谁来处理：")), owner);
        }
        let label = self.pick(("do:       ", "怎么做：  "));
        for (i, step) in judged.advice.iter().enumerate() {
            let a = self.options.ambiguous;
            let label = if i == 0 { label.to_owned() } else { " ".repeat(a.width(label)) };
            let number = if judged.advice.len() > 1 { format!("{}. ", i + 1) } else { String::new() };
            let step = self.say(step);
            self.paragraph(&format!("{label}{number}"), &step);
        }
    }

    /// Another trouble beside the verdict, in one sentence.
    fn also(&self, also: &Also, main: Option<&Chain>) -> String {
        let judged = self
            .diagnosis
            .chains
            .iter()
            .filter(|c| c.vendor == also.vendor)
            .flat_map(|c| &c.links)
            .find(|j| j.link == also.link && j.finding == also.finding);
        let other = main.is_none_or(|m| m.vendor != also.vendor);
        let vendor = also.vendor.as_deref().filter(|_| other).map(|v| format!("{v} ")).unwrap_or_default();
        let link = self.pick(words::link(also.link));
        let finding = self.redactor.redact(&also.finding);
        let colon = self.pick((": ", "："));
        match judged.map(|j| self.say(&j.summary)).filter(|s| !s.is_empty()) {
            Some(summary) => format!("{vendor}{link}{colon}{summary}{}[{finding}]", self.pick((" ", ""))),
            None => format!("{vendor}{link}{colon}{finding}"),
        }
    }

    fn paint_verdict(&self, state: VerdictState, text: &str) -> String {
        match state {
            VerdictState::Healthy => self.paint.green(text),
            VerdictState::Broken => self.paint.red(text),
            VerdictState::Degraded => self.paint.yellow(text),
            VerdictState::Inconclusive => self.paint.bold(text),
        }
    }
}

/// Whether the lines behind a link are shown: where it is broken or doubtful, or where a line was
/// seen that settles nothing.
fn shows_evidence(judged: &Judgement) -> bool {
    matches!(judged.state, State::Fail | State::Warn | State::Unknown) && !judged.evidence.is_empty()
}

/// The observations worth making first, in chain order. Where nothing could be judged, all of them;
/// where nothing is broken, the first of each open link, unless the phone showed the message; where
/// a link is doubtful, what would confirm it; where it is surely broken, none.
fn steps(chain: &Chain, state: VerdictState, at: Option<Link>) -> Vec<(Link, &Next)> {
    let shown = chain.links.iter().any(|j| j.link == Link::Display && j.state == State::Pass);
    let wanted = |judged: &Judgement| match state {
        VerdictState::Inconclusive => judged.next.len(),
        VerdictState::Healthy if shown => 0,
        VerdictState::Healthy => usize::from(judged.state == State::Unknown),
        VerdictState::Broken | VerdictState::Degraded if Some(judged.link) == at => CONFIRMING,
        VerdictState::Degraded => usize::from(judged.state == State::Unknown && Some(judged.link) < at),
        VerdictState::Broken => 0,
    };
    let most = if state == VerdictState::Inconclusive { usize::MAX } else { STEPS_SHOWN };
    let mut steps: Vec<(Link, &Next)> = Vec::new();
    for judged in &chain.links {
        for next in judged.next.iter().take(wanted(judged)) {
            if steps.len() < most && steps.iter().all(|(_, known)| known.command != next.command) {
                steps.push((judged.link, next));
            }
        }
    }
    steps
}

/// The last part of a path, whichever way its slashes lean.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
/// The name of a file for a narrow column: a bug report's is longer than what is known of it. The
/// evidence below the table spells it out.
fn shortened(name: &str) -> String {
    const WIDE: usize = 28;
    let length = name.chars().count();
    if length <= WIDE {
        return name.to_owned();
    }
    let head: String = name.chars().take(12).collect();
    let tail: String = name.chars().skip(length - 15).collect();
    format!("{head}…{tail}")
}
