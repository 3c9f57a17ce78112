//! What a person typed: vendor, side and codes in any order and spelling, or a text to read.
//!
//! Words are taken literally first, so that a code that looks like something else is still found;
//! only what is not understood as words is read as an answer, a log line or prose.

use crate::catalog::{Catalog, Vendor};
use crate::suggest;

use super::names::{Scope, find};
use super::{Found, answer, line, rank, server, text};

/// Why there is nothing to look up.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This word stands where a vendor should.
    UnknownVendor(String),
    /// A vendor alone, or with a side: its codes may be listed.
    OnlyVendor { vendor: String, side: Option<String> },
    /// Nothing was said.
    Nothing,
}

/// How many words a question has at most.
const WORDS: usize = 24;

/// Words that say only that a code follows.
const LABELS: &[&str] = &[
    "code",
    "error",
    "errorcode",
    "error_code",
    "errcode",
    "err",
    "errno",
    "result",
    "resultcode",
    "status",
    "ret",
    "retcode",
    "错误码",
    "返回码",
    "状态码",
    "结果码",
    "错误代码",
    "错误",
    "报错",
    "码",
    "返回值",
];

/// Chinese names of sides.
const SIDES: &[(&str, &str)] = &[
    ("客户端", "client"),
    ("手机端", "client"),
    ("端侧", "client"),
    ("服务端", "server"),
    ("服务器", "server"),
    ("服务器端", "server"),
    ("回执", "receipt"),
    ("送达回执", "receipt"),
    ("厂商回执", "vendor-receipt"),
    ("接口", "api"),
    ("消息状态", "status"),
    ("网关", "rpc"),
    ("无线保镖", "security-guard"),
];

/// Looks up what was typed.
pub fn ask<'c>(catalog: &'c Catalog, terms: &[String], side: Option<&str>) -> Result<Found<'c>, Refusal> {
    let raw = terms.join(" ");
    let raw = raw.trim();
    if raw.is_empty() {
        return Err(Refusal::Nothing);
    }
    if let Some((before, code)) = status_line(raw) {
        let vendor = before.split_whitespace().map(str::to_owned);
        return ask(catalog, &vendor.chain([code]).collect::<Vec<_>>(), side);
    }
    let logged = server::read(catalog, Scope { vendor: None, side }, raw);
    if !logged.is_empty() || !logged.unknown.is_empty() {
        return Ok(logged);
    }
    if raw.contains('{') || raw.contains("%7B") || raw.contains("%7b") {
        let vendor = leading_vendor(catalog, raw);
        let scope = Scope { vendor: vendor.map(|v| v.id.as_ref()), side };
        if let Some(found) = answer::read(catalog, scope, raw) {
            return Ok(found);
        }
    }
    let units: Vec<String> = terms.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    let split: Vec<String> = narrow(raw).split_whitespace().map(str::to_owned).collect();
    let pieces: Vec<String> = split
        .iter()
        .flat_map(|w| w.split([',', ';', '、']))
        .map(str::to_owned)
        .filter(|w| !w.is_empty())
        .collect();
    // More than a few words are no question but a text, and looking up each would take for ever.
    let few = pieces.len() <= WORDS;
    let mut partly = None;
    for words in [&units, &split, &pieces].into_iter().filter(|words| few && words.len() <= WORDS) {
        match by_words(catalog, words, side)? {
            Some(found) if found.unknown.is_empty() => return Ok(found),
            Some(found) => partly = partly.or(Some(found)),
            None => {}
        }
    }
    if is_prose(raw, &pieces) {
        let found = prose(catalog, raw, side);
        if !found.is_empty() || !found.unknown.is_empty() {
            return Ok(found);
        }
    }
    if let Some(mut found) = partly {
        if !found.codes.is_empty() {
            found.unknown.retain(|u| !is_filler(&u.code));
        }
        return Ok(found);
    }
    let sentence = pieces.len() >= 4 && is_prose(raw, &pieces);
    if !few || sentence || raw.contains('{') {
        let mut found = Found::default();
        found.miss(leading_vendor(catalog, raw).map(|v| v.id.as_ref()), raw);
        return Ok(found);
    }
    if let Some(name) = stranger(catalog, &pieces) {
        // `SG ERROR 212` has the look of a vendor and a code, and is a log line.
        let found = line::read(catalog, Scope { vendor: None, side }, raw);
        if !found.is_empty() {
            return Ok(found);
        }
        return Err(Refusal::UnknownVendor(name));
    }
    let mut found = Found::default();
    pieces.iter().filter(|p| !is_label(p)).for_each(|p| found.miss(None, p));
    Ok(found)
}

/// The status line of an HTTP answer as it is pasted (`HTTP/1.1 503 Service Unavailable`), with at
/// most a vendor in front: what stands before it, and the code as the catalogue writes it.
fn status_line(raw: &str) -> Option<(&str, String)> {
    let at = raw.to_ascii_lowercase().find("http/")?;
    let (before, line) = (raw.get(..at)?, raw.get(at + 5..)?);
    let mut words = line.split_whitespace();
    let version = words.next()?.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let status = words.next().filter(|s| s.len() == 3 && s.bytes().all(|b| b.is_ascii_digit()))?;
    let reason = words.all(|w| w.bytes().all(|b| b.is_ascii_alphabetic() || b"'-".contains(&b)));
    let short = before.split_whitespace().count() <= 2;
    (version && reason && short).then(|| (before, format!("HTTP {status}")))
}

/// A log line or a sentence.
fn prose<'c>(catalog: &'c Catalog, raw: &str, side: Option<&str>) -> Found<'c> {
    let vendor = leading_vendor(catalog, raw).map(|v| v.id.as_ref());
    // A vendor named in passing must not hide what the line itself says.
    for vendor in [None, vendor] {
        let found = line::read(catalog, Scope { vendor, side }, raw);
        if !found.is_empty() {
            return found;
        }
    }
    text::read(catalog, Scope { vendor, side }, raw)
}

/// A word that says nothing of a code: it has no digit, no capital, no `_`.
fn is_filler(word: &str) -> bool {
    !word.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '_')
}

/// The reading of words that hits most: a vendor and codes, or codes alone. `None` if there is no
/// vendor and not every word is a code.
fn by_words<'c>(
    catalog: &'c Catalog,
    words: &[String],
    side: Option<&str>,
) -> Result<Option<Found<'c>>, Refusal> {
    let words: Vec<String> = words.iter().flat_map(|w| take_apart(catalog, w)).collect();
    let mut best: Option<Found> = None;
    for (vendor, rest) in vendor_readings(catalog, &words) {
        let sides: Vec<String> = rest.iter().filter_map(|w| side_of(catalog, Some(vendor), w)).collect();
        if sides.len() <= 1 && rest.iter().all(|w| is_label(w) || side_of(catalog, Some(vendor), w).is_some())
        {
            return Err(Refusal::OnlyVendor {
                vendor: vendor.id.to_string(),
                side: sides.into_iter().next().or(side.map(str::to_owned)),
            });
        }
        let found = codes(catalog, Some(vendor), &rest, side);
        if found.unknown.is_empty() {
            return Ok(Some(found));
        }
        if best.as_ref().is_none_or(|b| found.codes.len() > b.codes.len()) {
            best = Some(found);
        }
    }
    if best.is_none() {
        let found = codes(catalog, None, &words, side);
        if found.unknown.is_empty() && !found.codes.is_empty() {
            return Ok(Some(found));
        }
    }
    Ok(best)
}

/// Every way to take some of the words for a vendor, longest names first, with the other words.
fn vendor_readings<'c>(catalog: &'c Catalog, words: &[String]) -> Vec<(&'c Vendor, Vec<String>)> {
    let mut out = Vec::new();
    for length in (1..=3).rev() {
        for (at, window) in words.windows(length).enumerate() {
            if let Some(vendor) = catalog.find_vendor(&window.join(" ")) {
                let rest = words.iter().take(at).chain(words.iter().skip(at + length)).cloned().collect();
                out.push((vendor, rest));
            }
        }
    }
    out
}

/// The codes that `words` name: all of them as one code, else each by itself; a word that names a
/// side of the vendor narrows the search.
fn codes<'c>(
    catalog: &'c Catalog,
    vendor: Option<&Vendor>,
    words: &[String],
    side: Option<&str>,
) -> Found<'c> {
    let id = vendor.map(|v| v.id.as_ref());
    // `barStatus Disable` is written `barStatus:Disable` in the catalogue.
    for between in [" ", ":"] {
        let whole = find(catalog, Scope { vendor: id, side }, &words.join(between));
        if !whole.is_empty() {
            return Found { codes: rank::order(catalog, whole, false), ..Found::default() };
        }
    }
    let mut side = side.map(str::to_owned);
    let mut rest: Vec<&String> = Vec::new();
    for word in words {
        match side_of(catalog, vendor, word) {
            Some(named) if side.is_none() => side = Some(named),
            _ => rest.push(word),
        }
    }
    if rest.len() > 1 {
        rest.retain(|w| !is_label(w));
    }
    let scope = Scope { vendor: id, side: side.as_deref() };
    let mut found = Found::default();
    for word in rest {
        let entries = find(catalog, scope, unlabelled(word));
        if entries.is_empty() {
            found.miss(id, unlabelled(word));
        }
        rank::order(catalog, entries, false).into_iter().for_each(|c| found.add(c));
    }
    found
}

/// The side that a word names, of this vendor or (without one) of any.
pub fn side_of(catalog: &Catalog, vendor: Option<&Vendor>, word: &str) -> Option<String> {
    let folded = word.to_lowercase();
    let wanted = SIDES.iter().find(|(zh, _)| *zh == folded).map_or(folded.as_str(), |(_, id)| id);
    let mut sides =
        catalog.vendors().filter(|v| vendor.is_none_or(|w| v.id == w.id)).flat_map(|v| v.sides.iter());
    sides.find(|s| s.as_ref() == wanted).map(ToString::to_string)
}

/// Cuts vendor and side names off a word that is glued together: `huawei.client.2`, `华为2`, `oppo-2`.
fn take_apart(catalog: &Catalog, word: &str) -> Vec<String> {
    let word = narrow(word).trim_matches(|c| "\"'`“”‘’「」".contains(c)).to_owned();
    if word.chars().count() > 80 || catalog.find_vendor(&word).is_some() {
        return vec![word];
    }
    for (at, separator) in word.match_indices([':', '.', '/', '=', '#', '@']) {
        let (head, tail) = (word.get(..at).unwrap_or(""), word.get(at + separator.len()..).unwrap_or(""));
        if tail.is_empty() {
            continue;
        }
        if catalog.find_vendor(head).is_some() {
            let mut out = vec![head.to_owned()];
            match tail.split_once([':', '.', '/']) {
                Some((side, code)) if !code.is_empty() && side_of(catalog, None, side).is_some() => {
                    out.extend([side.to_owned(), code.to_owned()]);
                }
                _ => out.push(tail.to_owned()),
            }
            return out;
        }
        if catalog.find_vendor(tail).is_some() {
            return vec![tail.to_owned(), head.to_owned()];
        }
    }
    // `华为2`, `huawei2`, `oppo-2`: a name up to the first digit or sign.
    if let Some(at) = word.find(|c: char| c.is_ascii_digit() || c == '-').filter(|at| *at > 0) {
        let (head, tail) = word.split_at(at);
        let bare = head.trim_end_matches(|c: char| c.is_whitespace() || ":：".contains(c));
        let bare = LABELS.iter().filter(|l| !l.is_ascii()).find_map(|l| bare.strip_suffix(l)).unwrap_or(bare);
        if catalog.find_vendor(bare).is_some() {
            let tail = if tail.starts_with('-') && head.is_ascii() && is_one_code(tail) {
                tail
            } else {
                tail.trim_start_matches(':')
            };
            return vec![bare.to_owned(), tail.to_owned()];
        }
    }
    vec![word]
}

fn is_one_code(text: &str) -> bool {
    text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit())
}

fn is_label(word: &str) -> bool {
    let bare = word.trim_end_matches([':', '=', '：']).to_lowercase();
    bare.is_empty() || LABELS.contains(&bare.as_str())
}

/// A word without a label in front: `code=2`, `错误码：2`, `错误码2`.
fn unlabelled(word: &str) -> &str {
    if let Some((label, rest)) = word.split_once(['=', ':', '：'])
        && !rest.is_empty()
        && is_label(label.trim_matches(['"', '\'']))
    {
        return rest;
    }
    let chinese = LABELS.iter().filter(|l| !l.is_ascii());
    chinese.into_iter().find_map(|l| word.strip_prefix(l)).filter(|rest| !rest.is_empty()).unwrap_or(word)
}

/// The vendor that a text begins with: `huawei {…}`, `vivo 返回 …`.
fn leading_vendor<'c>(catalog: &'c Catalog, text: &str) -> Option<&'c Vendor> {
    let head = text.split(['{', '[']).next().unwrap_or("");
    let words: Vec<&str> = head.split_whitespace().take(3).collect();
    (1..=words.len()).rev().find_map(|n| {
        let name = words.get(..n)?.join(" ");
        catalog.find_vendor(name.trim_end_matches([':', '：', ',', '，']))
    })
}

/// Whether it reads like a sentence or a log line rather than like a few words.
fn is_prose(raw: &str, words: &[String]) -> bool {
    words.len() >= 4 || raw.contains([':', '=', '[', '{', '：', '，', '。', '【'])
}

/// The word that stands where a vendor should, among words of which not all are codes.
fn stranger(catalog: &Catalog, words: &[String]) -> Option<String> {
    let known = |w: &String| is_label(w) || !find(catalog, Scope::default(), unlabelled(w)).is_empty();
    let is_name = |w: &&String| {
        !known(w)
            && !w.bytes().any(|b| b.is_ascii_digit() || b == b'_')
            && side_of(catalog, None, w).is_none()
    };
    let word = words.iter().find(is_name)?;
    let alone = words.len() == 1;
    let near = || is_filler(word) && !suggest::near_vendors(catalog, word).is_empty();
    (!alone || near()).then(|| word.clone())
}

/// Full-width characters as their ASCII twins.
fn narrow(text: &str) -> String {
    text.chars()
        .map(|c| match c as u32 {
            0xFF01..=0xFF5E => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            0x3000 => ' ',
            0x2212 => '-',
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(terms: &[&str]) -> Vec<String> {
        let catalog = Catalog::builtin();
        let terms: Vec<String> = terms.iter().map(|t| (*t).to_owned()).collect();
        ask(&catalog, &terms, None).unwrap().codes.iter().map(|c| c.finding()).collect()
    }

    fn refusal(terms: &[&str]) -> Refusal {
        let catalog = Catalog::builtin();
        let terms: Vec<String> = terms.iter().map(|t| (*t).to_owned()).collect();
        ask(&catalog, &terms, None).unwrap_err()
    }

    #[test]
    fn a_status_line_is_the_code_of_its_number() {
        assert_eq!(ids(&["HTTP/1.1 503 Service Unavailable"]), ids(&["HTTP 503"]));
        assert_eq!(ids(&["fcm", "HTTP/2 401"]), ids(&["fcm", "HTTP 401"]));
        assert!(!ids(&["apns HTTP/1.1 503"]).is_empty());
    }

    #[test]
    fn vendor_and_code_in_any_order_and_spelling() {
        let cases: &[&[&str]] = &[
            &["huawei", "2"],
            &["2", "huawei"],
            &["华为", "2"],
            &["华为 2"],
            &["华为2"],
            &["华为：２"],
            &["huawei:2"],
            &["HMS", "Core", "2"],
            &["hms core", "2"],
            &["huawei", "code=2"],
            &["huawei", "错误码：2"],
            &["华为错误码2"],
            &["华为", "错误码", "2"],
            &["huawei", "\"2\""],
            &["huawei", "0x2"],
            &["huawei", "+2"],
            &["huawei2"],
            &["huawei", "[2]"],
            &["2@huawei"],
        ];
        for terms in cases {
            let ids = ids(terms);
            assert_eq!(ids.first().map(String::as_str), Some("huawei.client.2"), "{terms:?}: {ids:?}");
            assert!(ids.contains(&"huawei.receipt.2".to_owned()), "{terms:?}: {ids:?}");
        }
    }

    #[test]
    fn a_side_narrows() {
        let cases: &[&[&str]] = &[
            &["huawei.receipt.2"],
            &["huawei", "receipt", "2"],
            &["receipt", "2", "huawei"],
            &["华为", "回执", "2"],
            &["huawei:receipt:2"],
        ];
        for terms in cases {
            assert_eq!(ids(terms), ["huawei.receipt.2"], "{terms:?}");
        }
    }

    #[test]
    fn several_codes_and_codes_with_blanks() {
        let several = ids(&["huawei", "2", "907135000"]);
        assert!(
            several.contains(&"huawei.client.2".to_owned())
                && several.contains(&"huawei.client.907135000".to_owned())
        );
        let several = ids(&["huawei", "2,907135000"]);
        assert!(several.contains(&"huawei.client.907135000".to_owned()), "{several:?}");
        assert_eq!(ids(&["oppo", "-2"]).first().map(String::as_str), Some("oppo.client.-2"));
        assert_eq!(ids(&["oppo-2"]).first().map(String::as_str), Some("oppo.client.-2"));
        assert_eq!(ids(&["vivo", "invalidUser", "2"]), ["vivo.server.invalidUser:2"]);
    }

    #[test]
    fn every_entry_is_found_by_its_vendor_and_code() {
        let catalog = Catalog::builtin();
        for code in catalog.codes() {
            let terms = [code.vendor.to_string(), code.code.to_string()];
            let found =
                ask(&catalog, &terms, Some(&code.side)).unwrap_or_else(|e| panic!("{terms:?}: {e:?}"));
            assert!(found.codes.iter().any(|c| std::ptr::eq(*c, code)), "{terms:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert_eq!(refusal(&["huawie", "2"]), Refusal::UnknownVendor("huawie".to_owned()));
        let only = |side: Option<&str>| Refusal::OnlyVendor {
            vendor: "huawei".to_owned(),
            side: side.map(str::to_owned),
        };
        assert_eq!(refusal(&["huawei"]), only(None));
        assert_eq!(refusal(&["华为", "错误码"]), only(None));
        assert_eq!(refusal(&["huawei", "client"]), only(Some("client")));
        assert_eq!(refusal(&[" "]), Refusal::Nothing);
        let catalog = Catalog::builtin();
        let found = ask(&catalog, &["huawei".to_owned(), "31415926".to_owned()], None).unwrap();
        assert!(found.codes.is_empty() && found.unknown.len() == 1);
        let found = ask(&catalog, &["NO_SUCH_SYMBOL_AT_ALL".to_owned()], None).unwrap();
        assert_eq!(found.unknown.len(), 1);
    }

    #[test]
    fn prose_is_read() {
        assert!(ids(&["RPCException: [7003]"]).contains(&"mgs.rpc.7003".to_owned()));
        assert!(ids(&["OPPO onRegister error =14"]).contains(&"oppo.client.14".to_owned()));
    }

    #[test]
    fn a_line_of_a_server_s_log_is_read_by_its_form() {
        let digest = "2024-06-14 09:58:02,123 - (/mgw.htm,response,N,61ms,alipay.client.yunpushcore.device.report,-,0A1B2C3D4E5F6,default,7003,-,-,-,-,exampleDeviceId000000001,u,t,192.0.2.1,HTTP,PB,812,96,F,c0a8010a1718330282062000000001,T,ANDROID,58,4,2.0)";
        assert_eq!(ids(&[digest]), ["mgs.rpc.7003"]);
        let stat = "2024-6-14 9:58:02.123,VIVO,0A1B2C3D4E5F6-default,Android,1.2.0,0A1B2C3D4E5F6_ANDROID-default,SIMPLE,-,-,200,true,true,10302,FAILED,2.1.0,-,#,1,42";
        assert_eq!(ids(&[stat]), ["vivo.server.10302"]);
    }

    #[test]
    fn hostile_words_do_no_harm() {
        let catalog = Catalog::builtin();
        for text in [
            "{",
            "\"",
            "=",
            ":",
            "code=",
            "错误码：",
            "\u{0}",
            "😀",
            "-",
            "--",
            "[[[",
            "华为",
            "０",
            "%7B",
            "a:b:c",
            "華為 2",
        ] {
            for terms in [vec![text.to_owned()], vec!["huawei".to_owned(), text.to_owned()]] {
                let _ = ask(&catalog, &terms, None);
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(96))]
        #[test]
        fn any_words_are_survived(words in proptest::collection::vec("\\PC{0,24}|[a-z:=.{}\\[\\]\"'0-9 -]{0,40}|华为|[0-9]{1,9}|receipt", 0..5)) {
            let catalog = Catalog::builtin();
            let _ = ask(&catalog, &words, None);
            let _ = ask(&catalog, &words, Some("client"));
        }
    }
}
