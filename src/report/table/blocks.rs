//! The smaller parts of the report: what was read, titles of chains, chains beside the main one,
//! notes.

use super::{Page, file_name};
use crate::catalog::Link;
use crate::diagnosis::{Chain, Diagnosis, Input, State, VerdictState};
use crate::lang::Lang;
use crate::report::words;

/// How many inputs are named.
const INPUTS_SHOWN: usize = 5;

impl<'d> Page<'d> {
    /// Device, app, time range, and what was read.
    pub(super) fn head(&mut self) {
        let mut parts = Vec::new();
        if let Some(phone) = phone(self.diagnosis, self.options.lang) {
            parts.push(phone);
        }
        if let Some(package) = &self.diagnosis.app.package {
            parts.push(package.clone());
        }
        if let Some(range) = range(self.diagnosis) {
            parts.push(range);
        }
        if !parts.is_empty() {
            let head = self.redactor.redact_prose(&parts.join("   "));
            for line in self.options.ambiguous.wrap_whole(&head, self.options.width) {
                let line = self.paint.bold(&line);
                self.line(&line);
            }
        }
        let inputs = &self.diagnosis.inputs;
        for input in inputs.iter().take(INPUTS_SHOWN) {
            let text = self.redactor.redact_path(&describe(input, self.options.lang));
            self.paragraph(self.pick(("read: ", "已读：")), &text);
        }
        if let Some(more) = inputs.len().checked_sub(INPUTS_SHOWN).filter(|n| *n > 0) {
            let text = match self.options.lang {
                Lang::En => format!("read: {more} more"),
                Lang::Zh => format!("已读：另有 {more} 个"),
            };
            self.line(&text);
        }
    }

    /// `Huawei, com.example.app, vendor channel`.
    pub(super) fn chain_title(&self, chain: &Chain) -> String {
        let mut parts = vec![match &chain.vendor {
            Some(id) if chain.vendor_name.is_empty() => id.clone(),
            Some(_) => chain.vendor_name.get(self.options.lang).to_owned(),
            None => self.pick(("vendor unknown", "厂商未知")).to_owned(),
        }];
        parts.extend(chain.package.clone());
        if chain.user != 0 {
            parts.push(format!("{} {}", self.pick(("user", "用户")), chain.user));
        }
        if let Some(channel) = chain.channel {
            parts.push(self.pick(words::channel(channel)).to_owned());
        }
        let mut title = self.redactor.redact_prose(&parts.join(self.pick((", ", "，"))));
        if let Some(aside) = chain.aside {
            let why = self.pick(words::aside(aside));
            title.push_str(&match self.options.lang {
                Lang::En => format!(" ({why})"),
                Lang::Zh => format!("（{why}）"),
            });
        }
        title
    }

    /// A chain beside the main one: only the links of which something is known.
    pub(super) fn other_chain(&mut self, chain: &'d Chain) {
        self.gap();
        let title = self.chain_title(chain);
        self.paragraph("", &title);
        let known = |s: State| matches!(s, State::Pass | State::Warn | State::Fail);
        let mut silent = 0;
        for judged in &chain.links {
            if !known(judged.state) {
                silent += usize::from(judged.state != State::NotApplicable);
                continue;
            }
            let word = self.state_word(judged.state);
            let link = self.pick(words::link(judged.link));
            let place = self.where_seen(judged).map(|p| format!("  {p}")).unwrap_or_default();
            let text = format!("{link}{}{}{place}", self.pick((": ", "：")), self.summary(judged));
            let a = self.options.ambiguous;
            let lead = format!("  {} ", a.pad(&word, 10));
            let hung = a.hang(&lead, &text, self.options.width);
            let painted = hung.replacen(word.as_str(), &self.paint_state(judged.state, &word), 1);
            self.line(&painted);
        }
        if silent > 0 {
            let text = match self.options.lang {
                Lang::En if silent == 1 => "  1 link without evidence".to_owned(),
                Lang::En => format!("  {silent} links without evidence"),
                Lang::Zh => format!("  另有 {silent} 个环节没有线索"),
            };
            let text = self.paint.dim(&text);
            self.line(&text);
        }
    }

    /// What was assumed, cut or skipped.
    pub(super) fn notes(&mut self, main: Option<&Chain>) {
        let diagnosis = self.diagnosis;
        let mut notes: Vec<String> = diagnosis.notes.iter().map(|n| self.say(n)).collect();
        for input in &diagnosis.inputs {
            let colon = self.pick((": ", "："));
            notes.extend(input.notes.iter().map(|n| {
                format!("{}{colon}{}", self.redactor.redact_path(file_name(&input.path)), self.say(n))
            }));
        }
        notes.extend(diagnosis.skipped.iter().map(|(path, why)| {
            let (path, why) = (self.redactor.redact_path(path), self.say(why));
            // The reason usually names the file already.
            let named = why.starts_with(&path);
            match self.options.lang {
                Lang::En if named => format!("skipped {why}"),
                Lang::Zh if named => format!("跳过 {why}"),
                Lang::En => format!("skipped {path}: {why}"),
                Lang::Zh => format!("跳过 {path}：{why}"),
            }
        }));
        let reason = self.say(&diagnosis.coverage.reason);
        let complete = diagnosis.coverage.server == "complete";
        let broken = diagnosis.verdict.state == VerdictState::Broken;
        if !complete && !broken && !reason.is_empty() && main.is_some_and(server_would_tell) {
            notes.push(reason);
        }
        if notes.is_empty() {
            return;
        }
        self.gap();
        let head = self.pick(("notes:", "说明："));
        self.line(head);
        notes.iter().for_each(|note| self.paragraph("  - ", note));
    }
}

/// Whether a link that only the server sees is open, and nothing after it shows that it passed.
fn server_would_tell(chain: &Chain) -> bool {
    let is = |link: Link, state: State| chain.links.iter().any(|j| j.link == link && j.state == state);
    let open = [Link::Accept, Link::Route, Link::Forward].into_iter().any(|link| is(link, State::Unknown));
    open && !is(Link::Display, State::Pass)
}

/// `HUAWEI LIO-AL00, HarmonyOS 3.0.0, Android API 29`.
fn phone(diagnosis: &Diagnosis, lang: Lang) -> Option<String> {
    let device = &diagnosis.device;
    let mut parts = Vec::new();
    let name: Vec<&str> = [device.brand.as_deref(), device.model.as_deref()].into_iter().flatten().collect();
    if !name.is_empty() {
        parts.push(name.join(" "));
    }
    if let Some(rom) = &device.rom {
        parts.push(match &device.rom_version {
            Some(version) => format!("{rom} {version}"),
            None => rom.clone(),
        });
    }
    if let Some(sdk) = device.sdk {
        parts.push(format!("Android API {sdk}"));
    }
    (!parts.is_empty()).then(|| parts.join(lang.pick(", ", "，")))
}

/// First and last time of all inputs.
fn range(diagnosis: &Diagnosis) -> Option<String> {
    let from = diagnosis.inputs.iter().filter_map(|i| i.from.as_deref()).min()?;
    let to = diagnosis.inputs.iter().filter_map(|i| i.to.as_deref()).max()?;
    let (from, to) = (short(from), short(to));
    // The day once, where it is the same.
    let day = from.get(..11).filter(|day| to.starts_with(day)).unwrap_or("");
    Some(format!("{from} .. {}", to.strip_prefix(day).unwrap_or(&to)))
}

/// `2024-06-14T09:58:02.123+08:00` without the part that nobody reads.
fn short(time: &str) -> String {
    time.get(..19).map_or_else(|| time.to_owned(), |t| t.replace('T', " "))
}

/// `a.log (logcat threadtime, utf-8, 5321 lines)`.
fn describe(input: &Input, lang: Lang) -> String {
    let mut what: Vec<String> = [&input.kind, &input.format, &input.encoding]
        .into_iter()
        .filter(|s| !s.is_empty())
        .cloned()
        .collect();
    // A file of the app has no lines to count.
    what.push(match lang {
        _ if input.kind == "app" => format!("{} B", input.bytes),
        Lang::En => format!("{} lines", input.lines),
        Lang::Zh => format!("{} 行", input.lines),
    });
    match lang {
        Lang::En => format!("{} ({})", input.path, what.join(", ")),
        Lang::Zh => format!("{}（{}）", input.path, what.join("，")),
    }
}
