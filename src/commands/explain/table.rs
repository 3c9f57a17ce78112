//! The answer for people: one block an entry, the sentence first, then what to do.

use crate::catalog::{Basis, Code, Finding, Owner, Status, Words};
use crate::lang::Lang;
use crate::report::RenderOptions;
use crate::report::options::Paint;
use crate::report::redact::{Policy, Redactor};
use crate::report::words;

use super::{Found, Unknown};

/// All blocks, with an empty line between.
pub fn render(found: &Found, options: &RenderOptions) -> String {
    let mut blocks: Vec<String> = found.codes.iter().map(|c| code(c, options)).collect();
    blocks.extend(found.findings.iter().map(|f| finding(f, options)));
    blocks.join("\n")
}

fn code(code: &Code, options: &RenderOptions) -> String {
    let lang = options.lang;
    let paint = Paint(options.color);
    let mut title = paint.bold(&format!("{} {} {}", code.vendor, code.side, code.code));
    if !code.symbol.is_empty() && code.symbol != code.code {
        title.push_str("  ");
        title.push_str(&paint.cyan(&code.symbol));
    }
    let side = pick(lang, words::side(&code.side));
    if !side.is_empty() {
        title.push_str(&paint.dim(&format!("  ({side})")));
    }
    let mut block = Block::new(options, title);
    let texts = match lang {
        Lang::En => &code.en,
        Lang::Zh => &code.zh,
    };
    block.sentence(&texts.meaning);
    if !code.team_note.is_empty() {
        block.row(pick(lang, ("team", "团队备注")), &code.team_note, Some(Paint::yellow));
    }
    block.words(texts);
    if code.owner != Owner::None {
        block.row(pick(lang, ("who acts", "谁来处理")), pick(lang, words::owner(code.owner)), None);
    }
    block.row(pick(lang, ("retry", "重试")), pick(lang, words::retry(code.retry)), None);
    block.row(pick(lang, ("link", "环节")), &link(lang, code.link), None);
    if code.status != Status::Current {
        block.row(pick(lang, ("status", "状态")), pick(lang, words::status(code.status)), None);
    }
    if code.basis != Basis::Documented {
        block.row(pick(lang, ("basis", "依据")), pick(lang, words::basis(code.basis)), None);
    }
    if !code.aliases.is_empty() {
        block.row(pick(lang, ("also", "别名")), &code.aliases.join(", "), None);
    }
    for (i, source) in code.source.iter().enumerate() {
        block.row(if i == 0 { pick(lang, ("source", "来源")) } else { "" }, source, Some(Paint::dim));
    }
    block.text
}

fn finding(finding: &Finding, options: &RenderOptions) -> String {
    let lang = options.lang;
    let mut block = Block::new(options, Paint(options.color).bold(&finding.id));
    let texts = match lang {
        Lang::En => &finding.en,
        Lang::Zh => &finding.zh,
    };
    block.sentence(&texts.meaning);
    block.words(texts);
    if finding.owner != Owner::None {
        block.row(pick(lang, ("who acts", "谁来处理")), pick(lang, words::owner(finding.owner)), None);
    }
    block.row(pick(lang, ("link", "环节")), &link(lang, finding.link), None);
    block.text
}

fn link(lang: Lang, link: crate::catalog::Link) -> String {
    let word = pick(lang, words::link(link));
    match lang {
        Lang::En => word.to_owned(),
        Lang::Zh => format!("{word}（{}）", link.as_str()),
    }
}

fn pick(lang: Lang, pair: words::Pair) -> &'static str {
    match lang {
        Lang::En => pair.0,
        Lang::Zh => pair.1,
    }
}

/// What a person typed, fit to be shown: a pasted token or phone number is not repeated.
pub fn masked(typed: &str) -> String {
    Redactor::new(Policy::All, None).redact(typed)
}

/// What to say of a code that is not known, with the entries that may have been meant.
pub fn unknown(lang: Lang, unknown: &Unknown, near: &[&Code]) -> String {
    let code = &masked(&unknown.code);
    if unknown.is_text() {
        return match lang {
            Lang::En => format!(
                "no code was recognised in \"{code}\"; give the vendor and the code by themselves, or try --search"
            ),
            Lang::Zh => format!("没有从“{code}”里认出错误码；请直接给出厂商和错误码，或用 --search 搜索"),
        };
    }
    let mut out = match (&unknown.vendor, lang) {
        (Some(vendor), Lang::En) => format!("{vendor} has no code \"{code}\" in the catalogue"),
        (Some(vendor), Lang::Zh) => format!("错误码库里没有 {vendor} 的“{code}”"),
        (None, Lang::En) => format!("no vendor has a code \"{code}\" in the catalogue"),
        (None, Lang::Zh) => format!("错误码库里没有“{code}”"),
    };
    if near.is_empty() {
        out.push_str(
            lang.pick("; try --search with a word of the message", "；可以用 --search 搜索报错里的词"),
        );
        return out;
    }
    out.push_str(lang.pick("; did you mean:", "；是不是想找："));
    for entry in near {
        let symbol = if entry.symbol.is_empty() { String::new() } else { format!("  {}", entry.symbol) };
        let meaning = lang.pick(&entry.en.meaning, &entry.zh.meaning);
        out.push_str(&format!("\n  {} {} {}{symbol}  {meaning}", entry.vendor, entry.side, entry.code));
    }
    out
}

/// A block under construction.
struct Block<'o> {
    options: &'o RenderOptions,
    label_width: usize,
    text: String,
}

impl<'o> Block<'o> {
    fn new(options: &'o RenderOptions, title: String) -> Self {
        Block { options, label_width: 10, text: format!("{title}\n") }
    }

    fn sentence(&mut self, text: &str) {
        self.push(&self.options.ambiguous.hang("  ", text, self.options.width));
        self.push("");
    }

    fn words(&mut self, texts: &Words) {
        let lang = self.options.lang;
        if !texts.cause.is_empty() {
            self.row(lang.pick("cause", "原因"), &texts.cause, None);
        }
        for (i, step) in texts.fix.iter().enumerate() {
            let label = if i == 0 { lang.pick("fix", "处理") } else { "" };
            let numbered = if texts.fix.len() > 1 { format!("{}. ", i + 1) } else { String::new() };
            self.lead_row(label, &numbered, step, None);
        }
    }

    fn row(&mut self, label: &str, text: &str, paint: Option<fn(Paint, &str) -> String>) {
        self.lead_row(label, "", text, paint);
    }

    fn lead_row(&mut self, label: &str, lead: &str, text: &str, paint: Option<fn(Paint, &str) -> String>) {
        let a = self.options.ambiguous;
        let on = Paint(self.options.color);
        let head = format!("  {}{lead}", a.pad(label, self.label_width));
        let room = self.options.width.saturating_sub(a.width(&head));
        for (i, line) in a.wrap_whole(text, room).iter().enumerate() {
            let line = match paint {
                Some(paint) => paint(on, line),
                None => line.clone(),
            };
            let front = if i == 0 {
                format!("  {}{lead}", on.dim(&a.pad(label, self.label_width)))
            } else {
                " ".repeat(a.width(&head))
            };
            self.push(&format!("{front}{line}"));
        }
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}
