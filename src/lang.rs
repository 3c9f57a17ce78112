//! The two languages of every sentence that a user reads, and the names that sentences share.

use crate::catalog::Link;

/// English or Chinese.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

impl Lang {
    /// From `PUSHDOCTOR_LANG`, `LC_ALL`, `LC_MESSAGES`, `LANG`: whatever begins with `zh` is
    /// Chinese; `C` and `POSIX` are no preference.
    pub fn from_environment() -> Self {
        for name in ["PUSHDOCTOR_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] {
            let value = std::env::var(name).unwrap_or_default();
            if value.is_empty() || value.starts_with("C.") || value == "C" || value == "POSIX" {
                continue;
            }
            return if value.to_ascii_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En };
        }
        Lang::En
    }

    /// The text in this language.
    pub fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// One sentence in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bilingual {
    pub en: String,
    pub zh: String,
}

impl Bilingual {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Bilingual { en: en.into(), zh: zh.into() }
    }

    /// The text in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.zh)
    }

    pub fn is_empty(&self) -> bool {
        self.en.is_empty()
    }
}

/// The name of a link: the chain's sentences and every report use this one.
pub const fn link(link: Link) -> (&'static str, &'static str) {
    match link {
        Link::Eligibility => ("eligibility", "通道资格"),
        Link::Token => ("token", "厂商 token"),
        Link::Report => ("report", "token 上报"),
        Link::Accept => ("accept", "MPS 受理"),
        Link::Route => ("route", "通道选择"),
        Link::Forward => ("forward", "通道下发"),
        Link::Display => ("display", "手机展示"),
        Link::None => ("none", "与投递无关"),
    }
}

/// The common sides of a vendor's codes in words; empty for others.
pub fn side(side: &str) -> (&'static str, &'static str) {
    match side {
        "client" => ("on the phone", "手机端"),
        "server" => ("send API", "服务端接口"),
        "receipt" => ("delivery receipt", "送达回执"),
        "vendor-receipt" => ("vendor receipt", "厂商回执"),
        "api" => ("OpenAPI", "OpenAPI 接口"),
        "api-legacy" => ("older API", "旧版接口"),
        "status" => ("message status", "消息状态"),
        "rpc" => ("gateway answer", "网关应答"),
        "rpc-client" => ("RPC on the phone", "手机端 RPC"),
        "security-guard" => ("signing component", "无线保镖"),
        _ => ("", ""),
    }
}

/// A Chinese sentence with a space wherever a Chinese character meets a Latin letter or a digit, as
/// names that are filled in may be of either script.
pub fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = ' ';
    for c in text.chars() {
        if (is_chinese(previous) && c.is_ascii_alphanumeric())
            || (previous.is_ascii_alphanumeric() && is_chinese(c))
        {
            out.push(' ');
        }
        out.push(c);
        previous = c;
    }
    out
}

/// Whether a character is a Chinese one; punctuation is not.
pub fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Why a value was not taken: what would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub Bilingual);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_either_script_stand_apart_from_chinese_characters() {
        assert_eq!(spaced("经vivo通道到达，华为SDK返回2次"), "经 vivo 通道到达，华为 SDK 返回 2 次");
        assert_eq!(spaced("断在厂商 token 环节（OPPO）：无"), "断在厂商 token 环节（OPPO）：无");
    }
}
