//! Values that are known by the name in front of them: `regId=…`, `"userId":"…"`, `[ro.serialno]: […]`.

use super::expression::Expression;
use super::patterns::contains_any_case;
use super::rules::{Claims, Kind};

/// Between a name and its value: closing quotes, a sign or `is`, opening quotes. Quotes may be escaped.
const SEPARATOR: &str = r#"["'\\\])]{0,6}(?P<sign>[ 　]{0,3}(?:(?:is|为|是)[ 　]{0,2})?(?:[:=：＝]{1,2}|=>)[ 　]{0,3}| {1,2}is {1,2}|[ 　]{0,2}[为是][ 　]{0,2})["'\\\[{(<“‘]{0,6}"#;
/// A value ends at blanks, quotes and punctuation.
const VALUE: &str = r#"[^ 　"'\\,;&|()\[\]{}<>“”‘’，。；、（）【】《》]+"#;

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
fn labelled(names: &str) -> String {
    format!(r"(?i)(?:^|[^A-Za-z0-9_])(?P<label>{names}){SEPARATOR}(?P<value>{VALUE})")
}

/// An expression over labels, and words of which one stands in every text that it can match: most
/// texts have none, and the expression is not even compiled.
struct Rule {
    words: &'static [&'static str],
    expression: Expression,
}

impl Rule {
    const fn new(words: &'static [&'static str], source: fn() -> String) -> Self {
        Rule { words, expression: Expression::new(source) }
    }

    /// The expression, if `text` may match it.
    fn expression(&self, text: &str) -> Option<&Expression> {
        let may = self.words.iter().any(|word| contains_any_case(text, word));
        may.then_some(&self.expression)
    }
}

static SECRETS: Rule = Rule::new(
    &["key", "secret", "pass", "pwd", "token", "credential", "sign", "request", "密", "口令"],
    || {
        labelled(
            r"[A-Za-z_]*access[_-]?key(?:[_-]?(?:id|secret))?|[A-Za-z_]*(?:app|master|client|api|consumer|user|push)?[_-]?secret(?:[_-]?key)?|[A-Za-z_]*(?:app|api|secret|private|encrypt|aes|rsa|hmac|sign)[_-]?key|[A-Za-z_]*pass(?:word|wd|phrase)|pwd|auth[_-]?token|access[_-]?token|refresh[_-]?token|security[_-]?token|sts[_-]?token|session[_-]?token|id[_-]?token|credential|x-mgs-sign|x-acs-[a-z-]*token|request[_-]?data|密钥|密码|口令",
        )
    },
);
static SIGNATURES: Rule = Rule::new(&["sig", "assertion", "ak", "sk"], || {
    labelled(r"[A-Za-z_-]*sign(?:ature)?|sig|assertion|ak|sk")
});
static HEADERS: Rule = Rule::new(&["authorization"], || {
    r#"(?i)(?:proxy-)?authorization["'\\\])]{0,4}[ 　]{0,3}[:=][ 　]{0,3}["'\\\[]{0,4}(?P<value>[^"'\r\n\\\]]+)"#.to_owned()
});
static COOKIES: Rule = Rule::new(&["cookie"], || {
    r#"(?i)(?:^|[^A-Za-z])(?:set-)?cookie["'\\]{0,4}[ 　]{0,3}[:=][ 　]{0,3}["'\\]{0,4}(?P<value>[^"'\r\n]+)"#
        .to_owned()
});
static LOOK_UPS: Rule = Rule::new(&["id", "key"], || {
    labelled(
        r"[A-Za-z_.-]*(?:msg|message|request|task|trace|transaction|unique|product|workspace|tenant|app)[_-]?id|[A-Za-z_]*msg[_-]?key|job[_-]?key|消息 ?id|任务 ?id|请求 ?id",
    )
});
static TOKENS: Rule = Rule::new(&["token", "reg", "push", "did", "utd", "cid", "令牌"], || {
    labelled(
        r"[A-Za-z_]*tokens?|[A-Za-z_]*reg(?:istration)?[_-]?ids?|[A-Za-z_]*push[_-]?ids?|ut?did|utd[_-]?id|[A-Za-z_]*cid|令牌",
    )
});
static USERS: Rule = Rule::new(
    &["user", "login", "account", "alias", "uid", "member", "customer", "cif", "name", "用户", "号", "姓名"],
    || {
        labelled(
            r"[A-Za-z_]*user[_-]?(?:id|name|account|no)|login[_-]?(?:id|name)|account[_-]?(?:id|no|name)?|alias|uid|member[_-]?id|customer[_-]?(?:id|no|name)|cif[_-]?no|nick[_-]?name|real[_-]?name|用户(?:id|名|号|标识)?|账号|帐号|姓名|客户号",
        )
    },
);
static DEVICES: Rule = Rule::new(&["android", "aid", "adid", "idf", "did"], || {
    labelled(
        r"[A-Za-z_]*android[_-]?id|oaid|vaid|aaid|gaid|adid|idf[av]|udid|[A-Za-z_]*device[_-]?id|did|ssaid",
    )
});
static IMEIS: Rule = Rule::new(&["imei", "meid"], || labelled(r"[A-Za-z_]*(?:imei|meid)[0-9]?"));
static IMSIS: Rule = Rule::new(&["imsi", "iccid"], || labelled(r"[A-Za-z_]*(?:imsi|iccid)[0-9]?"));
static SERIALS: Rule =
    Rule::new(&["serial", "sn"], || labelled(r"[A-Za-z_]*serial(?:[_-]?(?:no|num|number))?|sn"));
static PHONES: Rule = Rule::new(&["mobile", "phone", "tel", "msisdn", "手机", "电话", "line1"], || {
    labelled(
        r"[A-Za-z_]*(?:mobile|phone)(?:[_-]?(?:no|num|number))?|tel(?:ephone)?|msisdn|手机号码?|电话号?码?|line1number",
    )
});
static ID_CARDS: Rule = Rule::new(&["card", "cert", "身份证"], || {
    labelled(r"id[_-]?card(?:[_-]?no)?|cert[_-]?no|身份证号?码?")
});
static NETWORKS: Rule = Rule::new(&["ssid"], || labelled(r"b?ssid"));
static IPS: Rule = Rule::new(&["ip", "host", "addr"], || {
    labelled(r"[A-Za-z_]*(?:ip|host)(?:[_-]?addr(?:ess)?)?|[A-Za-z_]*addr(?:ess)?")
});
static PLACES: Rule =
    Rule::new(&["lat", "lng", "lon", "gps"], || labelled(r"lat(?:itude)?|lng|lon(?:gitude)?|gps"));
static BODIES: Rule = Rule::new(
    &["push_msg", "title", "content", "text", "body", "data", "payload", "标题", "内容", "正文", "ticker"],
    || {
        r#"(?ix)(?:^|[^A-Za-z0-9_])
        (?: push_msg_data | msg_?show_?text | show_?text | (?:notification|notice|msg|message|push)_?(?:title|content|text|body|data)
          | android\.(?:title|text|bigText|title\.big|subText|infoText|summaryText|textLines)
          | ticker(?:_?text)? | (?:sub_?)?title | content(?:_?(?:text|title))? | text | body | payload | 标题 | 内容 | 正文 )
        ["'\\\]]{0,4}[\x20\x{3000}]{0,3}(?:[:=：＝]{1,2})[\x20\x{3000}]{0,3}(?:(?:String|SpannableString|CharSequence|SpannedString)\x20\()?"#.to_owned()
    },
);
static DESCRIPTIONS: Rule = Rule::new(&["description"], || {
    r#"(?i)(?:^|[^A-Za-z0-9_])description["'\\]{0,4}[ 　]{0,3}[:=][ 　]{0,3}"#.to_owned()
});
/// Where an unquoted body ends: at the next `name=`, or at punctuation that closes.
static BODY_END: Rule =
    Rule::new(&[""], || r#"[,，] *["']?[A-Za-z_.]+["']? *[=:]| [A-Za-z_.]{2,}=|[;&|}\])]"#.to_owned());

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
        if let Some(kind) = super::patterns::personal_number(value) {
            claims.claim(start, end, kind);
        } else if plain {
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
    let Some(bodies) = BODIES.expression(text) else { return };
    let mut any = false;
    for hit in bodies.hits(text) {
        any = true;
        if !text.get(hit.whole.end..).unwrap_or("").starts_with("//") {
            claim(hit.whole.end);
        }
    }
    // A vendor's answer has a description too; that of a message stands beside a title or content.
    if any && let Some(descriptions) = DESCRIPTIONS.expression(text) {
        descriptions.hits(text).for_each(|hit| claim(hit.whole.end));
    }
}

/// Everything that names a person, a phone or an installation.
pub fn identifiers(text: &str, claims: &mut Claims) {
    if !has_sign(text) {
        return;
    }
    let mut take = |rule: &Rule, kind: Kind, counts: fn(&str) -> bool| {
        each(rule, text, |_, start, end, value| {
            if !tells(value) && counts(value) {
                claims.claim(start, end, super::patterns::personal_number(value).unwrap_or(kind));
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
    text.contains(['=', ':', '：', '＝', '为', '是']) || text.contains(" is ")
}

/// Calls `take(label start, value start, value end, value)` for every hit.
fn each(rule: &Rule, text: &str, mut take: impl FnMut(usize, usize, usize, &str)) {
    let Some(expression) = rule.expression(text) else { return };
    let mut from = 0;
    // Hits may share their borders (`a=b,c=d`), so the search goes on right behind each value.
    while let Some((rest, hit)) =
        text.get(from..).and_then(|rest| expression.find(rest).map(|hit| (rest, hit)))
    {
        let Some(range) = hit.group("value") else { return };
        let value = rest.get(range.clone()).unwrap_or("");
        let label = hit.group("label").map_or(range.start, |l| l.start);
        // `the token is ready` is a sentence; `the token is a1b2` is not.
        let sign = hit.group("sign").and_then(|s| rest.get(s));
        let signed = sign.is_none_or(|s| s.contains([':', '=', '：', '＝']));
        if !signed && !value.bytes().any(|b| b.is_ascii_digit()) {
            from += range.start.max(1);
            continue;
        }
        take(from + label, from + range.start, from + range.end, value);
        from += range.end;
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
    let android = value.strip_prefix('u').is_some_and(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (1..=3).contains(&digits) && rest.len() <= 8
    });
    let package = value.contains('.') && is_name(value);
    value.chars().count() >= 2 && !android && !package && !value.starts_with("UserHandle")
}

/// Whether a body is a server's answer, which is worth reading.
fn carries_code(value: &str) -> bool {
    static CODE: Rule =
        Rule::new(&["\""], || r#"(?i)\\*"(?:code|result|result_?code|error_?code|ret)\\*"\s*:"#.to_owned());
    CODE.expression(value).is_some_and(|c| c.is_match(value))
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
    let end = BODY_END.expression(rest).and_then(|e| e.find(rest)).map_or(rest.len(), |hit| hit.whole.start);
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
    fn both_engines_find_the_same() {
        for rule in [
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
            super::super::tests::texts().for_each(|text| rule.expression.assert_same(text));
        }
    }
}
