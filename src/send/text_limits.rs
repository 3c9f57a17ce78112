//! Title and content against what a vendor's channel takes: some vendors refuse a longer text,
//! others cut it when it is shown, and none takes an empty one.

use unicode_width::UnicodeWidthChar;

use super::Message;
use super::parameters::Checked;
use crate::catalog::{SendRules, TextLimit, Via};
use crate::lang::{Bilingual, spaced};

/// What is wrong with a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The message would be refused.
    pub errors: Vec<Bilingual>,
    /// It would be shown cut.
    pub warnings: Vec<Bilingual>,
}

/// Title and content against the limits of a vendor, by the way that the message takes. `vendor` is
/// the vendor's name in both languages.
pub fn check(rules: &SendRules, vendor: &Bilingual, via: Via, title: &str, content: &str) -> Findings {
    let mut found = Findings::default();
    for (field, text) in [("title", title), ("content", content)] {
        let name = name(field);
        if text.trim().is_empty() {
            found.errors.push(Bilingual::new(
                format!("the {} is empty, which {}'s channel refuses: give --{field}", name.en, vendor.en),
                spaced(&format!("{}为空，{}通道会拒收：请用 --{field} 给出", name.zh, vendor.zh)),
            ));
        }
        for limit in rules.text.iter().filter(|l| l.via == via && l.field == field) {
            let length = length(text, limit);
            if length <= u64::from(limit.most) {
                continue;
            }
            let sentence = over(&name, vendor, limit, length, field);
            if limit.refused { found.errors.push(sentence) } else { found.warnings.push(sentence) }
        }
    }
    found
}

/// The whole message against the limit of MPS: its texts and what else travels with them. They are
/// only a part of what is counted there, so what is too long here is too long there.
pub fn whole(rules: &SendRules, message: &Message, checked: &[Checked<'_>]) -> Option<Bilingual> {
    let most = rules.most_bytes as usize;
    let given = checked.iter().filter(|c| c.rule.carried).map(|c| c.text.len());
    // Templates have their own texts.
    let texts = if carries_texts(rules, &message.action) {
        message.title.len().saturating_add(message.content.len())
    } else {
        0
    };
    let bytes = given.fold(texts, usize::saturating_add);
    if most == 0 || bytes <= most {
        return None;
    }
    Some(Bilingual::new(
        format!("the message has {bytes} bytes, the most is {most}: shorten --content or the parameters"),
        format!("消息共 {bytes} 字节，上限为 {most} 字节：请缩短 --content 或其他参数"),
    ))
}

/// Whether title and content are parameters of an action, by its short name.
pub fn carries_texts(rules: &SendRules, short: &str) -> bool {
    let action = rules.action.iter().find(|a| a.short == short || a.name == short);
    let of = |a: &crate::catalog::ActionRule| {
        rules.parameter.iter().any(|p| {
            p.option == "--content" && (p.actions.is_empty() || p.actions.iter().any(|n| *n == a.name))
        })
    };
    action.is_none_or(of)
}

fn length(text: &str, limit: &TextLimit) -> u64 {
    let of = |c: char| if c.width().unwrap_or(0) > 1 { u64::from(limit.wide) } else { 1 };
    text.chars().map(of).fold(0, u64::saturating_add)
}

fn name(field: &str) -> Bilingual {
    if field == "title" { Bilingual::new("title", "标题") } else { Bilingual::new("content", "正文") }
}

fn over(name: &Bilingual, vendor: &Bilingual, limit: &TextLimit, length: u64, field: &str) -> Bilingual {
    let (most, wide) = (limit.most, limit.wide);
    let (counts, counts_zh) = if wide > 1 {
        (format!(" (a Chinese character counts {wide})"), format!("（一个汉字计 {wide}）"))
    } else {
        Default::default()
    };
    let (en, zh) = if limit.refused {
        (
            format!("{} refuses more than {most}", vendor.en),
            format!("{}最多接受 {most}，超出会拒收", vendor.zh),
        )
    } else {
        (
            format!("{} shows {most} and cuts the rest", vendor.en),
            format!("{}最多展示 {most}，超出会截断", vendor.zh),
        )
    };
    Bilingual::new(
        format!("the {} has {length} characters{counts}, {en}: shorten --{field}", name.en),
        spaced(&format!("{}共 {length} 个字符{counts_zh}，{zh}：请缩短 --{field}", name.zh)),
    )
}
