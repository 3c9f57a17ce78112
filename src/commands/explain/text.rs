//! Codes in any other text: behind a label (`code=2`, `错误码：2`), in brackets (`[7003]`), or
//! standing there as a number or symbol that only a code can be.

use crate::catalog::{Catalog, Vendor};

use super::answer::is_code_key;
use super::names::{Scope, find, names};
use super::{Found, rank};

/// A bare number is taken for a code only if it is this long; shorter ones are pids and counts.
const BARE_DIGITS: usize = 5;

/// How many words of a text are looked up.
const LOOK_UPS: usize = 256;

/// Chinese labels of codes.
const LABELS: &[&str] = &["错误码", "返回码", "状态码", "结果码", "错误代码", "返回值", "错误", "报错", "码"];

/// Reads codes out of `text`.
pub fn read<'c>(catalog: &'c Catalog, scope: Scope, text: &str) -> Found<'c> {
    let guessed = if scope.vendor.is_none() { guess_vendor(catalog, text) } else { None };
    let scope = Scope { vendor: scope.vendor.or(guessed.map(|v| v.id.as_ref())), ..scope };
    let words = words(text);
    let mut found = Found::default();
    for mark in [Mark::Label, Mark::Bracket] {
        for word in distinct(words.iter().filter(|w| w.mark == mark)) {
            let entries = find(catalog, scope, word);
            if entries.is_empty() && word.bytes().any(|b| b.is_ascii_digit()) {
                found.miss(scope.vendor, word);
            }
            rank::order(catalog, entries, false).into_iter().for_each(|c| found.add(c));
        }
        if !found.codes.is_empty() {
            break;
        }
    }
    for word in distinct(words.iter().filter(|w| is_symbol(w.text))) {
        let known = catalog.codes().filter(|c| scope.holds(c)).filter(|c| names(c).any(|n| n == word));
        rank::order(catalog, known.collect(), false).into_iter().for_each(|c| found.add(c));
    }
    if found.codes.is_empty() {
        for word in distinct(words.iter().filter(|w| is_bare_number(w.text))) {
            let entries = find(catalog, scope, word);
            rank::order(catalog, entries, false).into_iter().for_each(|c| found.add(c));
        }
    }
    if !found.codes.is_empty() {
        found.unknown.clear();
    }
    found
}

/// The texts of words, each once, not more than are looked up.
fn distinct<'t>(words: impl Iterator<Item = &'t Word<'t>>) -> Vec<&'t str> {
    let mut out: Vec<&str> = Vec::new();
    for word in words {
        if out.len() == LOOK_UPS {
            break;
        }
        if !out.contains(&word.text) {
            out.push(word.text);
        }
    }
    out
}

/// The one vendor that the text names, if it is one.
pub fn guess_vendor<'c>(catalog: &'c Catalog, text: &str) -> Option<&'c Vendor> {
    let folded = text.to_lowercase();
    for strong in [true, false] {
        let mut named = catalog.vendors().filter(|v| {
            let own = [v.id.to_lowercase(), v.en.to_lowercase(), v.zh.to_lowercase()];
            if strong {
                own.iter().any(|name| stands(&folded, name, true))
            } else {
                v.aliases.iter().map(|a| a.to_lowercase()).any(|name| stands(&folded, &name, name.len() >= 5))
            }
        });
        if let Some(first) = named.next() {
            return named.next().is_none().then_some(first);
        }
    }
    None
}

/// Whether `name` begins a word of `text`, and, unless `open`, ends it too.
fn stands(text: &str, name: &str, open: bool) -> bool {
    if name.len() < 3 {
        return false;
    }
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|t| t.chars().next());
        !name.is_ascii() || (!letter(before) && (open || !letter(after)))
    })
}

/// A run of characters that codes are made of.
#[derive(Debug, PartialEq, Eq)]
struct Word<'t> {
    text: &'t str,
    mark: Mark,
}

/// What says that a word is a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Label,
    Bracket,
    Nothing,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '#' | '/' | '-' | '+');
    let mut rest = text;
    let mut offset = 0;
    while let Some(start) = rest.find(part) {
        let tail = rest.get(start..).unwrap_or("");
        let end = tail.find(|c| !part(c)).unwrap_or(tail.len());
        let word = tail.get(..end).unwrap_or("");
        let before = text.get(..offset + start).unwrap_or("");
        let after = tail.get(end..).unwrap_or("");
        let mark = if labelled(before) {
            Mark::Label
        } else if bracketed(before, after) {
            Mark::Bracket
        } else {
            Mark::Nothing
        };
        out.push(Word { text: word, mark });
        offset += start + end;
        rest = after;
    }
    out
}

/// Whether what stands before a word ends in a label of codes.
fn labelled(before: &str) -> bool {
    let separators = |c: char| c.is_whitespace() || "\"'\\:=：＝([（【".contains(c);
    let label = before.trim_end_matches(separators);
    if label.len() == before.len() {
        return LABELS.iter().any(|l| before.ends_with(l));
    }
    if LABELS.iter().any(|l| label.ends_with(l)) {
        return true;
    }
    if !before[label.len()..].contains([':', '=', '：', '＝', '[', '(']) {
        return false;
    }
    let start = label
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .map_or(0, |at| at + label.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8));
    let key = label.get(start..).unwrap_or("");
    is_code_key(key) || ["code", "Code", "error", "Error"].iter().any(|end| key.ends_with(end))
}

/// Whether the word is all that stands in brackets.
fn bracketed(before: &str, after: &str) -> bool {
    before.ends_with(['[', '【']) && after.starts_with([']', '】'])
}

/// `SERVICE_VERSION_UPDATE_REQUIRED`, `BadDeviceToken`.
fn is_symbol(word: &str) -> bool {
    word.len() >= 8
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && word.bytes().filter(u8::is_ascii_uppercase).count() >= 2
}

fn is_bare_number(word: &str) -> bool {
    let digits = word.trim_start_matches('-');
    digits.len() >= BARE_DIGITS && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled_words(text: &str) -> Vec<&str> {
        words(text).into_iter().filter(|w| w.mark != Mark::Nothing).map(|w| w.text).collect()
    }

    #[test]
    fn labels_in_either_language_mark_codes() {
        assert_eq!(labelled_words("code=2"), ["2"]);
        assert_eq!(labelled_words("错误码：2"), ["2"]);
        assert_eq!(labelled_words("返回错误码 -2 了"), ["-2"]);
        assert_eq!(labelled_words("RPCException: [7003]"), ["7003"]);
        assert_eq!(labelled_words("onError, error_code: \"907135000\", tag 5"), ["907135000"]);
        assert!(labelled_words("pid 1234 started").is_empty());
    }

    #[test]
    fn a_vendor_is_guessed_from_names_and_hosts() {
        let catalog = Catalog::builtin();
        let guess = |text: &str| guess_vendor(&catalog, text).map(|v| v.id.to_string());
        assert_eq!(
            guess("POST https://push-api.cloud.huawei.com/v1/1/messages:send"),
            Some("huawei".to_owned())
        );
        assert_eq!(guess("https://api.push.oppomobile.com/server"), Some("oppo".to_owned()));
        assert_eq!(guess("小米返回"), Some("xiaomi".to_owned()));
        assert_eq!(guess("huawei and honor"), None);
        assert_eq!(guess("nothing"), None);
    }
}
