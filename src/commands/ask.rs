//! `ask`: what to tell a customer who has no adb, ready to be pasted into a chat.
//!
//! Standard output holds only what the customer is to read; how well it is known goes to standard
//! error, for the person who pastes it.

use anyhow::bail;

use super::output;
use crate::catalog::{Ask, AskWords, Basis, Catalog, General, Vendor};
use crate::cli::{AskArgs, Global};
use crate::exit::Exit;
use crate::lang::{Lang, spaced};
use crate::suggest;

/// The vendor whose `[ask]` is the general way.
const GENERAL: &str = "mps";

/// Runs `ask`.
///
/// # Errors
/// An unknown vendor, with the nearest names.
pub fn run(args: &AskArgs, global: &Global) -> anyhow::Result<Exit> {
    let lang = global.lang();
    let catalog = super::catalog(global)?;
    let vendor = match &args.vendor {
        Some(name) => {
            let hint = lang.pick(
                "; without --vendor the way for every Android phone is shown",
                "；不加 --vendor 则给出安卓手机的通用方法",
            );
            match suggest::vendor(&catalog, name, lang) {
                Ok(vendor) => Some(vendor),
                Err(sentence) => bail!("{}{hint}", sentence.trim_end_matches(['?', '？'])),
            }
        }
        None => None,
    };
    let Some(text) = text(&catalog, vendor, lang) else {
        bail!(lang.pick(
            "the catalogue has no general way: mps/vendor.toml lacks [ask]",
            "错误码库里没有通用方法：mps/vendor.toml 缺少 [ask]"
        ));
    };
    output::result(&text)?;
    if let Some(remark) = remark(&catalog, vendor, lang) {
        output::complain(&remark);
    }
    Ok(Exit::Ok)
}

/// What the customer reads; nothing where the catalogue has no general way.
pub fn text(catalog: &Catalog, vendor: Option<&Vendor>, lang: Lang) -> Option<String> {
    let general = catalog.vendor(GENERAL)?.ask.as_ref()?;
    let own = vendor.filter(|v| v.id != GENERAL).and_then(|v| v.ask.as_ref().map(|ask| (v, ask)));
    let mut page = Page { lang, out: String::new() };
    let heading = match own {
        Some((vendor, _)) => match lang {
            Lang::En => format!("How to get the log from the phone ({}):", vendor.en),
            Lang::Zh => spaced(&format!("手机日志的获取方法（{}）：", vendor.zh)),
        },
        None => lang.pick("How to get the log from the phone:", "手机日志的获取方法：").to_owned(),
    };
    page.line(&heading);
    let common = words_of(general, lang);
    let mut send: Vec<&str> = Vec::new();
    match own {
        Some((_, ask)) => {
            let words = words_of(ask, lang);
            let mut steps: Vec<&str> = words.steps.iter().map(AsRef::as_ref).collect();
            if ask.general == Some(General::Then) {
                steps.extend(common.steps.iter().map(AsRef::as_ref));
            }
            page.steps(&steps);
            if ask.general == Some(General::Instead) {
                page.blank();
                page.line(lang.pick(
                    "If that does not work, take this way instead:",
                    "如果上面的方法不可用，请改用下面的方法：",
                ));
                page.steps(&common.steps.iter().map(AsRef::as_ref).collect::<Vec<_>>());
            }
            send.extend(words.send.iter().map(AsRef::as_ref));
            if ask.general == Some(General::Instead) {
                send.push(lang.pick(
                    "If you took the second way: the file bugreport-….zip.",
                    "如果用的是第二种方法：bugreport-….zip 文件。",
                ));
            }
            page.remarks(&[&words.unverified, if ask.general.is_some() { &common.unverified } else { "" }]);
        }
        None => {
            page.steps(&common.steps.iter().map(AsRef::as_ref).collect::<Vec<_>>());
            send.push(lang.pick("The file bugreport-….zip.", "bugreport-….zip 文件。"));
            page.remarks(&[&common.unverified]);
        }
    }
    send.extend(common.send.iter().map(AsRef::as_ref));
    page.blank();
    page.line(lang.pick("Please send us:", "请把以下内容发给我们："));
    send.iter().for_each(|item| page.line(&format!("- {item}")));
    page.blank();
    page.line(lang.pick(
        "A log holds personal data (numbers, accounts, names of apps): send it only by the way we agreed on, not in a group.",
        "日志里包含个人信息（号码、账号、应用名称等）：请只通过约定的方式发送，不要发到群里。",
    ));
    Some(page.out)
}

/// How well it is known, for the person who pastes it.
fn remark(catalog: &Catalog, vendor: Option<&Vendor>, lang: Lang) -> Option<String> {
    let own = vendor.and_then(|v| v.ask.as_ref());
    let ask = own.or_else(|| catalog.vendor(GENERAL)?.ask.as_ref())?;
    let known = match ask.basis {
        Basis::Documented => lang.pick("these steps are documented", "步骤有公开文档"),
        Basis::None => lang.pick("no public page tells the way on this phone", "没有找到这种手机的公开资料"),
        _ => lang.pick(
            "these steps are documented in part and were not tried on every phone",
            "步骤部分有公开资料，未在所有机型上实测",
        ),
    };
    let pages: Vec<&str> = ask.source.iter().map(AsRef::as_ref).filter(|s| s.starts_with("http")).collect();
    let alone = vendor.filter(|_| own.is_none()).map(|v| match lang {
        Lang::En => format!("no way of {}'s own is known, so this is the general one; ", v.en),
        Lang::Zh => spaced(&format!("没有收录{}自己的方法，以上是通用方法；", v.zh)),
    });
    let alone = alone.unwrap_or_default();
    Some(match (lang, pages.is_empty()) {
        (_, true) => format!("{alone}{known}"),
        (Lang::En, false) => format!("{alone}{known}: {}", pages.join(", ")),
        (Lang::Zh, false) => format!("{alone}{known}：{}", pages.join("、")),
    })
}

fn words_of(ask: &Ask, lang: Lang) -> &AskWords {
    match lang {
        Lang::En => &ask.en,
        Lang::Zh => &ask.zh,
    }
}

/// The text under construction.
struct Page {
    lang: Lang,
    out: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn steps(&mut self, steps: &[&str]) {
        for (number, step) in (1..).zip(steps) {
            self.line(&format!("{number}. {step}"));
        }
    }

    /// What was not confirmed, so that the customer does not look in vain.
    fn remarks(&mut self, remarks: &[&str]) {
        let remarks: Vec<&str> = remarks.iter().copied().filter(|r| !r.is_empty()).collect();
        if remarks.is_empty() {
            return;
        }
        self.blank();
        let text = remarks.join(self.lang.pick(" ", ""));
        self.line(&format!("{}{text}", self.lang.pick("Note: ", "说明：")));
    }
}
