//! Values that are known by the name in front of them: `regId=…`, `"userId":"…"`, `[ro.serialno]: […]`.

use std::sync::LazyLock;

use regex::Regex;

use super::rules::{Claims, Kind};

/// Between a name and its value: closing quotes, a sign, opening quotes. Quotes may be escaped.
const SEPARATOR: &str =
    r#"["'\\\])]{0,6}\s{0,3}(?:(?:is|为|是)\s{0,2})?(?:[:=：＝]{1,2}|=>)\s{0,3}["'\\\[{(<“‘]{0,6}"#;
/// A value ends at blanks, quotes and punctuation.
const VALUE: &str = r#"[^\s"'\\,;&|()\[\]{}<>“”‘’，。；、（）【】《》]+"#;

/// Words that stand where a value should, and tell something.
const TELLING: &[&str] = &[
    "null",
    "nil",
    "none",
    "true",
    "false",
    "undefined",
    "empty",
    "unknown",
    "success",
    "succeed",
    "failed",
    "fail",
    "failure",
    "error",
    "invalid",
    "expired",
    "missing",
    "ok",
    "n/a",
    "not",
    "no",
    "yes",
    "changed",
    "received",
    "string",
    "object",
    "secret",
    "为空",
    "无",
    "空",
];

/// `name separator value` for the names of an alternation.
fn labelled(names: &str) -> Option<Regex> {
    Regex::new(&format!(r"(?i)(?:^|[^A-Za-z0-9_])(?P<label>{names}){SEPARATOR}(?P<value>{VALUE})")).ok()
}

/// A lazily compiled expression over labels; `None` would be a broken pattern, which the tests rule out.
type Lazy = LazyLock<Option<Regex>>;

static SECRETS: Lazy = LazyLock::new(|| {
    labelled(
        r"[A-Za-z_]*access[_-]?key(?:[_-]?(?:id|secret))?|[A-Za-z_]*(?:app|master|client|api|consumer|user|push)?[_-]?secret(?:[_-]?key)?|[A-Za-z_]*(?:app|api|secret|private|encrypt|aes|rsa|hmac|sign)[_-]?key|[A-Za-z_]*pass(?:word|wd|phrase)|pwd|auth[_-]?token|access[_-]?token|refresh[_-]?token|security[_-]?token|sts[_-]?token|session[_-]?token|id[_-]?token|credential|x-mgs-sign|x-acs-[a-z-]*token|request[_-]?data|密钥|密码|口令",
    )
});
static SIGNATURES: Lazy = LazyLock::new(|| labelled(r"[A-Za-z_-]*sign(?:ature)?|sig|assertion|ak|sk"));
static HEADERS: Lazy = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:proxy-)?authorization["'\\\])]{0,4}\s{0,3}[:=]\s{0,3}["'\\\[]{0,4}(?P<value>[^"'\r\n\\\]]+)"#).ok()
});
static COOKIES: Lazy = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:^|[^A-Za-z])(?:set-)?cookie["'\\]{0,4}\s{0,3}[:=]\s{0,3}["'\\]{0,4}(?P<value>[^"'\r\n]+)"#,
    )
    .ok()
});
static LOOK_UPS: Lazy = LazyLock::new(|| {
    labelled(
        r"[A-Za-z_.-]*(?:msg|message|request|task|trace|transaction|unique|product|workspace|tenant|app)[_-]?id|[A-Za-z_]*msg[_-]?key|job[_-]?key|消息\s?id|任务\s?id|请求\s?id",
    )
});
static TOKENS: Lazy = LazyLock::new(|| {
    labelled(
        r"[A-Za-z_]*tokens?|[A-Za-z_]*reg(?:istration)?[_-]?ids?|[A-Za-z_]*push[_-]?ids?|ut?did|utd[_-]?id|[A-Za-z_]*cid|令牌",
    )
});
static USERS: Lazy = LazyLock::new(|| {
    labelled(
        r"[A-Za-z_]*user[_-]?(?:id|name|account|no)|login[_-]?(?:id|name)|account[_-]?(?:id|no|name)?|alias|uid|member[_-]?id|customer[_-]?(?:id|no|name)|cif[_-]?no|nick[_-]?name|real[_-]?name|用户(?:id|名|号|标识)?|账号|帐号|姓名|客户号",
    )
});
static DEVICES: Lazy = LazyLock::new(|| {
    labelled(
        r"[A-Za-z_]*android[_-]?id|oaid|vaid|aaid|gaid|adid|idf[av]|udid|[A-Za-z_]*device[_-]?id|did|ssaid",
    )
});
static IMEIS: Lazy = LazyLock::new(|| labelled(r"[A-Za-z_]*(?:imei|meid)\d?"));
static IMSIS: Lazy = LazyLock::new(|| labelled(r"[A-Za-z_]*(?:imsi|iccid)\d?"));
static SERIALS: Lazy = LazyLock::new(|| labelled(r"[A-Za-z_]*serial(?:[_-]?(?:no|num|number))?|sn"));
static PHONES: Lazy = LazyLock::new(|| {
    labelled(
        r"[A-Za-z_]*(?:mobile|phone)(?:[_-]?(?:no|num|number))?|tel(?:ephone)?|msisdn|手机号码?|电话号?码?|line1number",
    )
});
static ID_CARDS: Lazy = LazyLock::new(|| labelled(r"id[_-]?card(?:[_-]?no)?|cert[_-]?no|身份证号?码?"));
static NETWORKS: Lazy = LazyLock::new(|| labelled(r"b?ssid"));
static IPS: Lazy = LazyLock::new(|| labelled(r"[A-Za-z_]*ip(?:[_-]?addr(?:ess)?)?"));
static PLACES: Lazy = LazyLock::new(|| labelled(r"lat(?:itude)?|lng|lon(?:gitude)?|gps"));
static BODIES: Lazy = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)(?:^|[^A-Za-z0-9_])
        (?: push_msg_data | msg_?show_?text | show_?text | (?:notification|notice|msg|message|push)_?(?:title|content|text|body|data)
          | android\.(?:title|text|bigText|title\.big|subText|infoText|summaryText|textLines)
          | ticker(?:_?text)? | (?:sub_?)?title | content(?:_?(?:text|title))? | text | body | payload | 标题 | 内容 | 正文 )
        ["'\\\]]{0,4}\s{0,3}(?:[:=：＝]{1,2})\s{0,3}(?:(?:String|SpannableString|CharSequence|SpannedString)\s\()?"#,
    )
    .ok()
});
static DESCRIPTIONS: Lazy =
    LazyLock::new(|| Regex::new(r#"(?i)(?:^|[^A-Za-z0-9_])description["'\\]{0,4}\s{0,3}[:=]\s{0,3}"#).ok());
/// Where an unquoted body ends: at the next `name=`, or at punctuation that closes.
static BODY_END: Lazy =
    LazyLock::new(|| Regex::new(r#"[,，]\s*["']?[A-Za-z_.]+["']?\s*[=:]|\s[A-Za-z_.]{2,}=|[;&|}\])]"#).ok());

/// Credentials and signatures, by name.
pub fn secrets(text: &str, claims: &mut Claims) {
    if !has_sign(text) {
        return;
    }
    for headers in [&HEADERS, &COOKIES] {
        each(headers, text, |_, start, end, _| claims.claim(start, end, Kind::Secret));
    }
    each(&SECRETS, text, |_, start, end, value| {
        if !tells(value) {
            claims.claim(start, end, Kind::Secret);
        }
    });
    each(&SIGNATURES, text, |_, start, end, value| {
        if value.len() >= 8 && !tells(value) {
            claims.claim(start, end, Kind::Secret);
        }
    });
}

/// Ids that the user must look up elsewhere stay, with their names.
pub fn look_ups(text: &str, claims: &mut Claims) {
    if !has_sign(text) {
        return;
    }
    each(&LOOK_UPS, text, |label, start, end, value| {
        let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-:#=+/".contains(&b));
        if plain && !super::patterns::is_personal_number(value) {
            claims.claim(label, end, Kind::Keep);
        } else if value.len() >= 6 {
            claims.claim(start, end, Kind::Token);
        }
    });
}

/// Titles and texts of messages.
pub fn bodies(text: &str, claims: &mut Claims) {
    if !has_sign(text) {
        return;
    }
    let mut claim = |from: usize| {
        if let Some((start, end)) = body_at(text, from) {
            let value = text.get(start..end).unwrap_or("");
            let bare = value.trim();
            if !bare.is_empty() && !TELLING.contains(&bare.to_lowercase().as_str()) && !carries_code(value) {
                claims.claim(start, end, Kind::Body);
            }
        }
    };
    let Some(bodies) = BODIES.as_ref() else { return };
    let mut any = false;
    for hit in bodies.find_iter(text) {
        any = true;
        if !text.get(hit.end()..).unwrap_or("").starts_with("//") {
            claim(hit.end());
        }
    }
    // A vendor's answer has a description too; that of a message stands beside a title or content.
    if any && let Some(descriptions) = DESCRIPTIONS.as_ref() {
        descriptions.find_iter(text).for_each(|hit| claim(hit.end()));
    }
}

/// Everything that names a person, a phone or an installation.
pub fn identifiers(text: &str, claims: &mut Claims) {
    if !has_sign(text) {
        return;
    }
    let mut take = |regex: &Lazy, kind: Kind, counts: fn(&str) -> bool| {
        each(regex, text, |_, start, end, value| {
            if !tells(value) && counts(value) {
                claims.claim(start, end, kind);
            }
        });
    };
    take(&IMEIS, Kind::Imei, |v| v.len() >= 8);
    take(&IMSIS, Kind::Imsi, |v| v.len() >= 8);
    take(&SERIALS, Kind::Serial, |v| v.len() >= 6);
    take(&ID_CARDS, Kind::IdCard, |v| v.len() >= 6);
    take(&PHONES, Kind::Phone, |v| v.bytes().filter(u8::is_ascii_digit).count() >= 7);
    take(&DEVICES, Kind::Device, |v| v.len() >= 6 && !is_name(v));
    take(&TOKENS, Kind::Token, is_token);
    take(&USERS, Kind::User, is_user);
    take(&NETWORKS, Kind::Network, |v| v.len() >= 2);
    take(&IPS, Kind::Ip, |v| {
        v.split(':')
            .next()
            .unwrap_or("")
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| !ip.is_loopback() && !ip.is_unspecified())
    });
    take(&PLACES, Kind::Place, |v| v.contains('.') && v.bytes().filter(u8::is_ascii_digit).count() >= 3);
}

fn has_sign(text: &str) -> bool {
    text.contains(['=', ':', '：', '＝'])
}

/// Calls `take(label start, value start, value end, value)` for every hit.
fn each(regex: &Lazy, text: &str, mut take: impl FnMut(usize, usize, usize, &str)) {
    let Some(regex) = regex.as_ref() else { return };
    let mut from = 0;
    // Hits may share their borders (`a=b,c=d`), so the search goes on right behind each value.
    while let Some(hit) = text.get(from..).and_then(|rest| regex.captures(rest)) {
        let Some(value) = hit.name("value") else { return };
        let label = hit.name("label").map_or(value.start(), |l| l.start());
        take(from + label, from + value.start(), from + value.end(), value.as_str());
        from += value.end();
    }
}

fn tells(value: &str) -> bool {
    TELLING.contains(&value.trim_end_matches(['.', '!', ':', '。']).to_lowercase().as_str())
}

/// `com.example.app`, `getToken`: a name, not a value.
fn is_name(value: &str) -> bool {
    let plain = value.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'.' || b == b'$');
    plain && (value.contains('.') || value.len() < 16)
}

fn is_token(value: &str) -> bool {
    value.len() >= 6 && !is_name(value)
}

/// Android's own users and uids are small numbers or `u0_a123`.
fn is_user(value: &str) -> bool {
    let digits = value.bytes().all(|b| b.is_ascii_digit());
    if digits {
        return value.len() > 5 && !(value.len() == 7 && value.starts_with('1'));
    }
    let android = value
        .strip_prefix('u')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.len() <= 8);
    let package = value.contains('.') && is_name(value);
    value.chars().count() >= 2 && !android && !package && !value.starts_with("UserHandle")
}

/// Whether a body is a server's answer, which is worth reading.
fn carries_code(value: &str) -> bool {
    static CODE: Lazy =
        LazyLock::new(|| Regex::new(r#"(?i)\\*"(?:code|result|result_?code|error_?code|ret)\\*"\s*:"#).ok());
    CODE.as_ref().is_some_and(|c| c.is_match(value))
}

/// The extent of a body that begins at `from`: in quotes, in brackets, or up to the next name.
fn body_at(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    for quote in ["\\\"", "\"", "'", "“"] {
        if let Some(inner) = rest.strip_prefix(quote) {
            let start = from + quote.len();
            let close = if quote == "“" { "”" } else { quote };
            return Some((start, start + closing(inner, close)));
        }
    }
    for (open, close) in [('{', '}'), ('[', ']')] {
        if let Some(inner) = rest.strip_prefix(open) {
            let start = from + open.len_utf8();
            return Some((start, start + balanced(inner, open, close)));
        }
    }
    let end = BODY_END.as_ref().and_then(|e| e.find(rest)).map_or(rest.len(), |hit| hit.start());
    Some((from, from + end))
}

/// Where the closing quote stands; the end of the text if there is none.
fn closing(inner: &str, close: &str) -> usize {
    inner
        .match_indices(close)
        .map(|(at, _)| at)
        .find(|at| {
            let before = inner.get(..*at).unwrap_or("");
            close.starts_with('\\') && !before.ends_with('\\')
                || !close.starts_with('\\') && !odd_backslashes(before)
        })
        .unwrap_or(inner.len())
}

fn odd_backslashes(text: &str) -> bool {
    text.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

fn balanced(inner: &str, open: char, close: char) -> usize {
    let mut depth = 1usize;
    for (at, c) in inner.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    inner.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for lazy in [
            &SECRETS,
            &SIGNATURES,
            &HEADERS,
            &COOKIES,
            &LOOK_UPS,
            &TOKENS,
            &USERS,
            &DEVICES,
            &IMEIS,
            &IMSIS,
            &SERIALS,
            &PHONES,
            &ID_CARDS,
            &NETWORKS,
            &IPS,
            &PLACES,
            &BODIES,
            &DESCRIPTIONS,
            &BODY_END,
        ] {
            assert!(lazy.is_some());
        }
    }
}
