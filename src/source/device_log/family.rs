//! Lines of the push component whose exact wording is not public.
//!
//! The documents only say "filter `mPush14` and read the code". So a line of that family is read as
//! a person would: which vendor does it name, does it speak of a failure, and which number stands
//! right behind a word such as `error`, `code` or 错误码. What comes out is less sure than a
//! signature, and says so. The words are data (`[family]` in `error-codes/mps/vendor.toml`).

use std::sync::OnceLock;

use regex::Regex;

use crate::catalog::matcher::tag_fits;
use crate::catalog::{Catalog, Code, Effect, FamilyWords, Kind, Vendor};

/// What the line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Token,
    Report,
    Bind,
}

/// How the line sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Failure,
    Success,
    Neutral,
}

/// A line as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The vendor that the line or its tag names.
    pub vendor: Option<String>,
    pub about: About,
    pub mood: Mood,
    /// A code that is not a success, as written.
    pub code: Option<String>,
    /// The line shows a token's value.
    pub has_token: bool,
}

/// Reads one line of the family.
pub fn understand(catalog: &Catalog, tag: Option<&str>, message: &str) -> Understood {
    let Some(words) = catalog.vendors().find_map(|v| v.family.as_ref()) else {
        return Understood {
            vendor: None,
            about: About::Token,
            mood: Mood::Neutral,
            code: None,
            has_token: false,
        };
    };
    let lower = message.to_lowercase();
    let vendor = vendor_of(catalog, tag, message);
    let about = if has_any(&lower, &words.bind) {
        About::Bind
    } else if has_any(&lower, &words.report) {
        About::Report
    } else {
        About::Token
    };
    let quiet = has_any(&lower, &words.quiet);
    let codes = if quiet { Vec::new() } else { codes(catalog, words, vendor, about, message) };
    let success_code = codes.iter().any(|c| is_ok(catalog, words, vendor, about, c));
    let code =
        best(catalog, vendor, about, codes.iter().filter(|c| !is_ok(catalog, words, vendor, about, c)));
    let failure = !has_any(&lower, &words.not_failure) && has_any(&lower, &words.failure);
    let success = has_any(&lower, &words.success) && !has_any(&lower, &words.not_success);
    let has_token = token_value().is_match(message);
    let mood = match (failure, success || success_code || has_token) {
        _ if quiet => Mood::Neutral,
        (true, _) if !(success_code && code.is_none()) => Mood::Failure,
        (_, true) => Mood::Success,
        _ => Mood::Neutral,
    };
    Understood { vendor: vendor.map(|v| v.id.to_string()), about, mood, code, has_token }
}

/// The vendor by tag, else by the first name in the message.
fn vendor_of<'c>(catalog: &'c Catalog, tag: Option<&str>, message: &str) -> Option<&'c Vendor> {
    let phones = || catalog.vendors().filter(|v| v.channel);
    if let Some(tag) = tag
        && let Some(vendor) = phones().find(|v| v.tags.iter().any(|t| tag_fits(t, tag)))
    {
        return Some(vendor);
    }
    let in_text = |text: &str| {
        phones()
            .filter_map(|v| {
                let names = [&v.id, &v.en, &v.zh].into_iter().chain(v.aliases.iter()).chain(v.proxies.iter());
                names.filter_map(|name| name_at(text, name)).min().map(|at| (at, v))
            })
            .min_by_key(|(at, _)| *at)
            .map(|(_, v)| v)
    };
    in_text(message).or_else(|| tag.and_then(in_text))
}

/// Where a vendor's name stands as a word: `HuaWeiPushWorker` and `[oppo]` count, `admin` does not
/// name `mi`.
fn name_at(text: &str, name: &str) -> Option<usize> {
    let (folded, name) = (text.to_ascii_lowercase(), name.to_lowercase());
    let mut from = 0;
    while let Some(found) = folded.get(from..)?.find(&name) {
        let at = from + found;
        let end = at + name.len();
        let before = folded.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(end..).and_then(|t| t.chars().next());
        let starts = !name.starts_with(|c: char| c.is_ascii())
            || before.is_none_or(|c| !c.is_ascii_alphanumeric())
            || (name.len() >= 4
                && text.get(at..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_uppercase())));
        let ends = !name.ends_with(|c: char| c.is_ascii())
            || after.is_none_or(|c| !c.is_ascii_lowercase() && !c.is_ascii_digit())
            || folded.get(end..).is_some_and(|t| t.starts_with("push") || t.starts_with("token"))
            || (name.len() >= 4 && after.is_some_and(|c| c.is_ascii_digit()));
        if starts && ends {
            return Some(at);
        }
        from = end;
    }
    None
}

/// Every code in the message, the best introduced first.
fn codes(
    catalog: &Catalog,
    words: &FamilyWords,
    vendor: Option<&Vendor>,
    about: About,
    message: &str,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |code: &str| {
        if !found.iter().any(|f| f == code) {
            found.push(code.to_owned());
        }
    };
    // A vendor's constant names the code whatever stands before it.
    for word in message.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|w| w.len() >= 6) {
        if word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            && let Some(code) = vendor.and_then(|v| by_symbol(catalog, &v.id, word))
        {
            add(&code.code);
        }
    }
    for captures in introduced(words).captures_iter(message) {
        if let Some(code) = captures.name("code") {
            add(code.as_str());
        }
    }
    // Long numbers of the vendor's own table need no introduction.
    if about == About::Token {
        for number in long_number().find_iter(message) {
            if vendor.is_some_and(|v| catalog.code(&v.id, "client", number.as_str()).is_some()) {
                add(number.as_str());
            }
        }
    }
    found
}

/// The code to name: one that the catalogue knows, else the first.
fn best<'a>(
    catalog: &Catalog,
    vendor: Option<&Vendor>,
    about: About,
    codes: impl Iterator<Item = &'a String> + Clone,
) -> Option<String> {
    let known = |c: &&String| match about {
        About::Token => vendor.is_some_and(|v| catalog.code(&v.id, "client", c).is_some()),
        About::Report | About::Bind => rpc_code(catalog, c).is_some(),
    };
    codes.clone().find(known).or_else(|| codes.clone().next()).cloned()
}

/// Whether a code means success here.
fn is_ok(catalog: &Catalog, words: &FamilyWords, vendor: Option<&Vendor>, about: About, code: &str) -> bool {
    let entry = match about {
        About::Token => vendor.and_then(|v| catalog.code(&v.id, "client", code)),
        About::Report | About::Bind => rpc_code(catalog, code),
    };
    match entry {
        Some(entry) => entry.kind == Kind::Ok || entry.effect() == Effect::None,
        None => words.ok.iter().any(|ok| ok == code),
    }
}

/// A code of the gateway or of the RPC client.
pub fn rpc_code<'c>(catalog: &'c Catalog, code: &str) -> Option<&'c Code> {
    ["rpc", "rpc-client"].into_iter().find_map(|side| catalog.code("mgs", side, code))
}

fn by_symbol<'c>(catalog: &'c Catalog, vendor: &str, symbol: &str) -> Option<&'c Code> {
    catalog
        .codes()
        .filter(|c| c.vendor == vendor && c.side == "client")
        .find(|c| c.symbol.eq_ignore_ascii_case(symbol) || c.code.eq_ignore_ascii_case(symbol))
}

fn has_any(text: &str, words: &[crate::catalog::Text]) -> bool {
    words.iter().any(|w| {
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|t| t.find(w.as_ref())) {
            let at = from + found;
            let end = at + w.len();
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let after = text.get(end..).and_then(|t| t.chars().next());
            // Short Latin words count only as words: `err` is not in `ferry`.
            let whole = w.len() > 3
                || !w.is_ascii()
                || (before.is_none_or(|c| !c.is_ascii_alphanumeric())
                    && after.is_none_or(|c| !c.is_ascii_alphabetic()));
            if whole {
                return true;
            }
            from = end;
        }
        false
    })
}

/// A number right behind a word that introduces codes.
fn introduced(words: &FamilyWords) -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        let mut keys: Vec<String> = words.code.iter().map(|w| regex::escape(w)).collect();
        keys.sort_by_key(|k| std::cmp::Reverse(k.len()));
        let pattern = format!(
            r#"(?i)(?:{})["'”)\]]?\s*(?:is|was|为|是|=>|->|[=:：#])?\s*["'“\[({{<（【]*\s*(?P<code>-?\d{{1,10}})(?:[^\w.:%]|[.:](?:\D|$)|$)"#,
            keys.join("|")
        );
        // The words are linted by a test; should they not compile, no code is found.
        Regex::new(&pattern).unwrap_or_else(|_| never())
    })
}

fn long_number() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| Regex::new(r"\b\d{5,10}\b").unwrap_or_else(|_| never()))
}

/// A token's value behind a word that introduces one.
fn token_value() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        Regex::new(r#"(?i)(?:token|reg_?id|register_?id|push_?id)["']?\s*(?:is|为|=>|->|[=:：])?\s*["'\[({<]*\s*[A-Za-z0-9][A-Za-z0-9_\-+/=:.|]{15,}"#)
            .unwrap_or_else(|_| never())
    })
}

/// Matches nothing.
#[allow(clippy::expect_used)]
fn never() -> Regex {
    Regex::new(r"[^\s\S]").expect("a constant pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: &str, message: &str) -> Understood {
        understand(&Catalog::builtin(), Some(tag), message)
    }

    #[track_caller]
    fn says(tag: &str, message: &str, vendor: &str, code: &str) {
        let got = read(tag, message);
        let want = (Some(vendor).filter(|v| !v.is_empty()), Some(code).filter(|c| !c.is_empty()));
        assert_eq!((got.vendor.as_deref(), got.code.as_deref()), want, "{tag}: {message} → {got:?}");
    }

    #[test]
    fn vendor_and_code_are_read_in_any_order_and_language() {
        says("mPush14", "huawei push getToken failed, code = 2", "huawei", "2");
        says("MPUSH14", "[oppo] get token failed(13)", "oppo", "13");
        says("mPush14", "[魅族] 获取token失败（110001）", "meizu", "110001");
        says("mPush.HuaWeiPushWorker", "onResult rst=907135000", "huawei", "907135000");
        says("mPush14", "错误码：10003，vivo 注册失败", "vivo", "10003");
        says("mPush14", "HMS getToken error: SERVICE_VERSION_UPDATE_REQUIRED(2)", "huawei", "2");
        says("mFcm", "token 获取失败 错误码=INVALID_SENDER", "fcm", "INVALID_SENDER");
        says("mHms", "register_fail reason=6003", "huawei", "6003");
        says("mPush", "华为 push onTokenError errorCode:907135003, msg:error", "huawei", "907135003");
        says("mPush14", "获取oppotoken失败, code=14", "oppo", "14");
        says("mPush14", "onFailure: ApiException: 907135000: arguments invalid (hms)", "huawei", "907135000");
    }

    #[test]
    fn numbers_that_are_no_codes_are_left_alone() {
        says("mPush14", "HMS getToken failed after 3 retries", "huawei", "");
        says("mPush14", "heart beat 270ms rtt=31 error=0", "", "");
        says("mPush14", "xiaomi register cost 1002ms, fail", "xiaomi", "");
        says("mPush14", "oppo register result: 0", "oppo", "");
        assert_eq!(read("mPush14", "huawei push error code table loaded, size=187").mood, Mood::Neutral);
        assert_eq!(read("mPush14", "onTokenError listener set for huawei, version=2").mood, Mood::Neutral);
    }

    #[test]
    fn success_is_told_from_failure() {
        assert_eq!(
            read("mPush14", "vivo turn on push state = 0, regId=17183304001234567890123").mood,
            Mood::Success
        );
        assert_eq!(read("mPush14", "小米 注册成功").mood, Mood::Success);
        assert_eq!(read("mPush14", "小米 注册不成功").mood, Mood::Neutral);
        assert_eq!(read("mPush14", "oppo register failed").mood, Mood::Failure);
        assert_eq!(read("mPush14", "report channel token success").about, About::Report);
        assert_eq!(read("mPush14", "bind user failed, code=7002").about, About::Bind);
    }
}
