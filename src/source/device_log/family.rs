//! Lines of the push component whose exact wording is not public.
//!
//! The documents only say "filter `mPush14` and read the code". So a line of that family is read as
//! a person would: which vendor does it name, does it speak of a failure, and which number stands
//! right behind a word such as `error`, `code` or 错误码. What comes out is less sure than a
//! signature, and says so. The words are data (`[family]` in `error-codes/mps/vendor.toml`).

use std::cell::OnceCell;

use super::words::WordIndex;
use crate::catalog::Pattern;
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

/// A word list of `[family]`.
#[derive(Clone, Copy)]
enum List {
    Bind,
    Report,
    Quiet,
    Failure,
    NotFailure,
    Success,
    NotSuccess,
}

const LISTS: usize = 7;

/// Every word with its list.
fn lists(words: &FamilyWords) -> Vec<(String, List)> {
    [
        (&words.bind, List::Bind),
        (&words.report, List::Report),
        (&words.quiet, List::Quiet),
        (&words.failure, List::Failure),
        (&words.not_failure, List::NotFailure),
        (&words.success, List::Success),
        (&words.not_success, List::NotSuccess),
    ]
    .into_iter()
    .flat_map(|(words, list)| words.iter().map(move |w| (w.to_string(), list)))
    .collect()
}

/// Reads lines of the family; made once, because names and patterns are prepared then.
pub struct FamilyReader<'c> {
    catalog: &'c Catalog,
    words: Option<&'c FamilyWords>,
    /// Names of vendors in lower case, with their vendor.
    names: WordIndex<&'c Vendor>,
    /// The word lists.
    lists: WordIndex<List>,
    token_value: OnceCell<Option<Pattern>>,
}

impl<'c> FamilyReader<'c> {
    pub fn new(catalog: &'c Catalog) -> Self {
        let mut names: Vec<(String, &Vendor)> = Vec::new();
        for vendor in catalog.vendors().filter(|v| v.channel) {
            let all = [&vendor.id, &vendor.en, &vendor.zh].into_iter().chain(vendor.aliases.iter());
            for name in all.chain(vendor.proxies.iter()).map(|n| n.to_lowercase()) {
                if !names.iter().any(|(known, _)| *known == name) {
                    names.push((name, vendor));
                }
            }
        }
        let words = catalog.vendors().find_map(|v| v.family.as_ref());
        let lists = words.map_or_else(Vec::new, lists);
        FamilyReader {
            catalog,
            words,
            names: WordIndex::new(names),
            lists: WordIndex::new(lists),
            token_value: OnceCell::new(),
        }
    }

    /// Reads one line of the family.
    pub fn understand(&self, tag: Option<&str>, message: &str) -> Understood {
        let catalog = self.catalog;
        let Some(words) = self.words else {
            return Understood {
                vendor: None,
                about: About::Token,
                mood: Mood::Neutral,
                code: None,
                has_token: false,
            };
        };
        let lower = message.to_lowercase();
        let vendor = self.vendor_of(tag, message);
        let said = self.said(&lower);
        let says = |list: List| said[list as usize];
        let about = match (says(List::Bind), says(List::Report)) {
            (true, _) => About::Bind,
            (_, true) => About::Report,
            _ => About::Token,
        };
        let quiet = says(List::Quiet);
        let failure = says(List::Failure) && !says(List::NotFailure);
        let success = says(List::Success) && !says(List::NotSuccess);
        let codes = if quiet { Vec::new() } else { self.codes(words, vendor, about, message) };
        // A number that usually means success does so where the line says success and no failure.
        let good = |c: &String| {
            is_ok(catalog, words, vendor, about, c)
                || (success && !failure && words.ok.iter().any(|ok| ok == c))
        };
        let success_code = codes.iter().any(good);
        let code = best(catalog, vendor, about, codes.iter().filter(|c| !good(c)));
        let has_token = ["token", "reg", "push"].iter().any(|w| lower.contains(w))
            && self.token_value().is_some_and(|p| p.is_match(message));
        let mood = match (failure, success || success_code || has_token) {
            _ if quiet => Mood::Neutral,
            (true, _) if !(success_code && code.is_none()) => Mood::Failure,
            (_, true) => Mood::Success,
            _ => Mood::Neutral,
        };
        Understood { vendor: vendor.map(|v| v.id.to_string()), about, mood, code, has_token }
    }

    /// The vendor by tag, else by the first name in the message, else by a name in the tag.
    fn vendor_of(&self, tag: Option<&str>, message: &str) -> Option<&'c Vendor> {
        let by_tag = |tag: &str| {
            self.catalog.vendors().filter(|v| v.channel).find(|v| v.tags.iter().any(|t| tag_fits(t, tag)))
        };
        tag.and_then(by_tag).or_else(|| self.named_in(message)).or_else(|| tag.and_then(|t| self.named_in(t)))
    }

    fn named_in(&self, text: &str) -> Option<&'c Vendor> {
        let folded = text.to_ascii_lowercase();
        self.names.places(&folded).find(|(at, end, _)| is_name(text, &folded, *at, *end)).map(|(.., v)| v)
    }

    /// Which lists have a word in a text in lower case.
    fn said(&self, lower: &str) -> [bool; LISTS] {
        let mut said = [false; LISTS];
        for (at, end, list) in self.lists.places(lower) {
            if !said[list as usize] && is_word(lower, at, end) {
                said[list as usize] = true;
            }
        }
        said
    }

    /// Every code in the message, the best introduced first.
    fn codes(
        &self,
        words: &FamilyWords,
        vendor: Option<&Vendor>,
        about: About,
        message: &str,
    ) -> Vec<String> {
        let catalog = self.catalog;
        let mut found: Vec<String> = Vec::new();
        let mut add = |code: &str| {
            if !found.iter().any(|f| f == code) {
                found.push(code.to_owned());
            }
        };
        // A vendor's constant names the code whatever stands before it.
        for word in message.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|w| w.len() >= 6)
        {
            if word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
                && let Some(code) = vendor.and_then(|v| by_symbol(catalog, &v.id, word))
            {
                add(&code.code);
            }
        }
        for code in introduced(words, message) {
            add(code);
        }
        // Long numbers of the vendor's own table need no introduction.
        if about == About::Token {
            for number in message.split(|c: char| !c.is_ascii_digit()).filter(|n| (5..=10).contains(&n.len()))
            {
                if vendor.is_some_and(|v| catalog.code(&v.id, "client", number).is_some()) {
                    add(number);
                }
            }
        }
        found
    }

    /// A token's value behind a word that introduces one.
    fn token_value(&self) -> Option<&Pattern> {
        let make = || {
            Pattern::new(
                r#"(?i)(?:token|reg_?id|register_?id|push_?id)["']?\s*(?:is|为|=>|->|[=:：])?\s*["'\[({<]*\s*[A-Za-z0-9][A-Za-z0-9_\-+/=:.|]{15,}"#,
            )
        };
        self.token_value.get_or_init(make).as_ref()
    }
}

/// The numbers in a message that stand right behind a word that introduces codes: `code = 2`,
/// `failed(13)`, `错误码：10003`.
fn introduced<'t>(words: &FamilyWords, message: &'t str) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) =
        message.get(at..).and_then(|t| t.find(|c: char| c.is_ascii_digit())).map(|i| at + i)
    {
        let length = message.get(start..).map_or(0, |t| t.bytes().take_while(u8::is_ascii_digit).count());
        let end = start + length;
        at = end;
        let signed = message.get(..start).is_some_and(|t| t.ends_with('-') && !t.ends_with("--"));
        let from = if signed { start - 1 } else { start };
        let (Some(before), Some(behind)) = (message.get(..from), message.get(end..)) else { continue };
        if length <= 10 && ends_a_number(behind) && introduces(words, before) {
            found.extend(message.get(from..end));
        }
    }
    found
}

/// Whether what stands behind digits lets them be a whole number, not a part of a word, a time, a
/// share or a version.
fn ends_a_number(behind: &str) -> bool {
    let mut chars = behind.chars();
    match chars.next() {
        None => true,
        Some('.' | ':') => chars.next().is_none_or(|c| !c.is_ascii_digit()),
        Some(c) => !(c.is_ascii_alphanumeric() || c == '_' || c == '%'),
    }
}

/// Whether a text ends in a word that introduces codes, with what may stand between it and a number.
fn introduces(words: &FamilyWords, before: &str) -> bool {
    let open =
        |t: &str| t.trim_end_matches(|c: char| c.is_whitespace() || "\"'“”[({<（【=:：#".contains(c)).len();
    // The longest introduction is far shorter than that.
    let near = before.char_indices().rev().nth(64).map_or(0, |(at, _)| at);
    let folded = before.get(near..).unwrap_or(before).to_lowercase();
    let mut text = folded.get(..open(&folded)).unwrap_or("");
    for link in ["=>", "->", " is", " was", "为", "是"] {
        if let Some(rest) = text.strip_suffix(link) {
            text = rest.get(..open(rest)).unwrap_or("");
            break;
        }
    }
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || "\"'”)]）】".contains(c));
    words.code.iter().any(|word| {
        text.strip_suffix(word.as_ref()).is_some_and(|rest| {
            // `send 5` is not introduced by `end`.
            word.len() > 3 || !word.is_ascii() || !rest.ends_with(|c: char| c.is_ascii_alphanumeric())
        })
    })
}

/// Whether a vendor's name stands there as a word: `HuaWeiPushWorker` and `[oppo]` count, `admin`
/// does not name `mi`. `folded` is the text in lower case.
fn is_name(text: &str, folded: &str, at: usize, end: usize) -> bool {
    let name = folded.get(at..end).unwrap_or("");
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
    starts && ends
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
        .codes_of(vendor)
        .filter(|c| c.side == "client")
        .find(|c| c.symbol.eq_ignore_ascii_case(symbol) || c.code.eq_ignore_ascii_case(symbol))
}

/// Whether a word of a list stands there; short Latin words count only as words: `err` is not in
/// `ferry`.
fn is_word(text: &str, at: usize, end: usize) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    let after = text.get(end..).and_then(|t| t.chars().next());
    end - at > 3
        || text.get(at..end).is_some_and(|w| !w.is_ascii())
        || (before.is_none_or(|c| !c.is_ascii_alphanumeric())
            && after.is_none_or(|c| !c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: &str, message: &str) -> Understood {
        FamilyReader::new(&Catalog::builtin()).understand(Some(tag), message)
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
    fn a_number_that_means_success_is_no_code_where_the_line_says_success() {
        let got = read("mPush14", "huawei result code=1000 success");
        assert_eq!((got.code, got.mood), (None, Mood::Success));
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
