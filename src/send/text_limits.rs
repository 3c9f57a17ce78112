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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, parse_send};
    use crate::send::parameters;
    use crate::send::{Address, Setting};

    /// Made up, in the form of a vendor's file.
    fn rules() -> SendRules {
        let limit = |field: &str, via: &str, most: u32, more: &str| {
            format!(
                "[[text]]\nfield = \"{field}\"\nvia = \"{via}\"\nmost = {most}\n{more}\nsource = \"s\"\nbasis = \"documented\"\n"
            )
        };
        let head = "side = \"server\"\nurl = \"u\"\nsource = \"s\"\nbasis = \"documented\"\n";
        let text = [
            head.to_owned(),
            limit("title", "mps", 40, "wide = 2\nrefused = true"),
            limit("content", "mps", 10, ""),
            limit("title", "direct", 5, ""),
        ]
        .concat();
        parse_send("send.toml", "made-up", &text).unwrap()
    }

    fn found(title: &str, content: &str) -> (Vec<String>, Vec<String>) {
        let vendor = Bilingual::new("Vendor", "厂商");
        let found = check(&rules(), &vendor, Via::Mps, title, content);
        let en = |list: Vec<Bilingual>| list.into_iter().map(|s| s.en).collect();
        (en(found.errors), en(found.warnings))
    }

    #[test]
    fn a_chinese_character_counts_as_the_vendor_counts_it() {
        assert_eq!(found(&"字".repeat(20), "c"), (vec![], vec![]));
        assert_eq!(found(&"x".repeat(40), "c"), (vec![], vec![]));
        let (errors, _) = found(&"字".repeat(21), "c");
        assert_eq!(
            errors,
            [
                "the title has 42 characters (a Chinese character counts 2), Vendor refuses more than 40: shorten --title"
            ]
        );
    }

    #[test]
    fn a_text_that_is_only_cut_is_a_warning() {
        assert_eq!(found("t", &"字".repeat(10)), (vec![], vec![]));
        let (errors, warnings) = found("t", &"x".repeat(11));
        assert!(errors.is_empty());
        assert_eq!(
            warnings,
            ["the content has 11 characters, Vendor shows 10 and cuts the rest: shorten --content"]
        );
    }

    #[test]
    fn an_empty_text_is_refused() {
        let (errors, _) = found(" \t", "");
        assert_eq!(errors.len(), 2);
        assert!(errors.iter().all(|e| e.contains("empty, which Vendor's channel refuses")));
    }

    #[test]
    fn the_whole_message_counts_its_texts_and_what_travels_with_them() {
        let catalog = Catalog::builtin();
        let rules = catalog.send("mps").unwrap();
        let said = |action: &str, content: usize, extended: usize| {
            let message = Message {
                address: Address::Everyone,
                title: "t".to_owned(),
                content: "x".repeat(content),
                msg_id: String::new(),
                action: action.to_owned(),
                package: None,
                ttl: 1,
                settings: Vec::new(),
            };
            let value = format!("{{\"k\":\"{}\"}}", "v".repeat(extended));
            let list = [Setting { name: "ExtendedParams".to_owned(), value }];
            let checked = parameters::check(rules, "PushSimple", "", &list).unwrap();
            whole(rules, &message, &checked).map(|s| s.en)
        };
        // A title of one, a map of eight characters beside its value.
        assert_eq!(said("simple", 1000, 1039), None);
        let over = said("simple", 1000, 1040).unwrap();
        assert!(over.contains("2049 bytes, the most is 2048"), "{over}");
        assert_eq!(said("template", 5000, 10), None);
    }
}
