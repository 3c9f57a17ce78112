//! Values that are known by their form: keys, addresses, phone numbers.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::expression::{Expression, Hit};
use super::rules::{Claims, Kind};

static ACCESS_KEY: Expression =
    Expression::new(|| r"\b(?:LTAI[A-Za-z0-9]{8,}|STS\.[A-Za-z0-9]{8,})".to_owned());
static JWT: Expression = Expression::new(|| r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}".to_owned());
static SCHEME: Expression =
    Expression::new(|| r"(?i)\b(?:bearer|basic) +(?P<value>[A-Za-z0-9._~+/=-]{6,})".to_owned());
static URL_LOGIN: Expression = Expression::new(|| r"://(?P<value>[^ /@:?#]+:[^ /@]+)@".to_owned());
/// The signature in the header of a vendor's receipt.
static RECEIPT: Expression =
    Expression::new(|| r"(?i)callback-id[^\n]{0,200}?\bvalue=(?P<value>[A-Za-z0-9+/=]{16,})".to_owned());
static PEM: Expression =
    Expression::new(|| r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?P<value>.*?)(?:-----END|$)".to_owned());
static MESSAGE_ID: Expression = Expression::new(|| {
    // MPS's internal message id, the gateway's trace id, Xiaomi's message id.
    r"\b(?:[0-9]*(?:_[0-9]+)+_[0-9a-f]{16,}|[0-9a-f]{8}1[0-9]{12}[0-9]{3,10}|[sX][cdl]m[0-9][0-9A-Za-z_]{10,})\b".to_owned()
});
static EMAIL: Expression = Expression::new(|| {
    r"[A-Za-z0-9._%+-]+@(?P<domain>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})".to_owned()
});
static FCM: Expression = Expression::new(|| r"[A-Za-z0-9_-]{8,}:APA91[A-Za-z0-9_-]{10,}".to_owned());
static MAC: Expression = Expression::new(|| r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2})+".to_owned());
static IPV4: Expression = Expression::new(|| r"[0-9]{1,3}(?:\.[0-9]{1,3})+".to_owned());
static IPV6: Expression = Expression::new(|| r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*".to_owned());
static PHONE: Expression =
    Expression::new(|| r"(?:(?:\+|00)?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}".to_owned());
static LONG_NUMBER: Expression = Expression::new(|| r"[0-9]{15,18}[Xx]?".to_owned());
/// What stands before a version.
static VERSION: Expression = Expression::new(|| {
    r"(?i)(?:version|versionname|ver|v|sdk|release|rom|os|ui|core|kit|hms|app|apk|mpaas|flyme|funtouch|baseline|版本|基线|升级到|低于|高于)[^A-Za-z0-9]{0,4}$".to_owned()
});

/// Secrets that show by themselves.
pub fn secrets(text: &str, claims: &mut Claims) {
    if text.contains("PRIVATE KEY") {
        named(&PEM, text, Kind::Secret, claims);
    }
    if text.contains("LTAI") || text.contains("STS.") {
        whole(&ACCESS_KEY, text, Kind::Secret, claims);
    }
    if text.contains("eyJ") {
        whole(&JWT, text, Kind::Secret, claims);
    }
    if contains_any_case(text, "bearer") || contains_any_case(text, "basic") {
        // "a basic interface" is no credential.
        let wordy =
            |v: &str| v.len() < 16 && v.bytes().all(|b| b.is_ascii_lowercase() || b".-_".contains(&b));
        for value in SCHEME.hits(text).filter_map(|hit| hit.group("value")) {
            if text.get(value.clone()).is_some_and(|v| !wordy(v)) {
                claims.claim(value.start, value.end, Kind::Secret);
            }
        }
    }
    if contains_any_case(text, "callback-id") {
        named(&RECEIPT, text, Kind::Secret, claims);
    }
    if text.contains('@') && text.contains("://") {
        named(&URL_LOGIN, text, Kind::Secret, claims);
    }
}

/// Ids to be looked up elsewhere that show by themselves.
pub fn look_ups(text: &str, claims: &mut Claims) {
    if text.bytes().filter(u8::is_ascii_digit).count() >= 6 {
        whole(&MESSAGE_ID, text, Kind::Keep, claims);
    }
}

/// E-mail addresses.
pub fn emails(text: &str, claims: &mut Claims) {
    if !text.contains('@') {
        return;
    }
    for hit in EMAIL.hits(text) {
        // `android.hardware.audio@2.0-impl.so` is a library.
        let domain = hit.group("domain").and_then(|d| text.get(d)).unwrap_or("");
        let version = domain.split('.').nth(1).is_some_and(|p| p.starts_with(|c: char| c.is_ascii_digit()));
        if !version {
            claims.claim(hit.whole.start, hit.whole.end, Kind::Email);
        }
    }
}

/// Network and hardware addresses, FCM tokens.
pub fn addresses(text: &str, claims: &mut Claims) {
    if text.contains(":APA91") {
        whole(&FCM, text, Kind::Token, claims);
    }
    let times = |sign: u8| text.bytes().filter(|b| *b == sign).count();
    if times(b':').max(times(b'-')) >= 5 {
        for Hit { whole, .. } in MAC.hits(text).filter(|h| h.whole.len() == 17) {
            let value = text.get(whole.clone()).unwrap_or("");
            let apart = !borders(text, whole.start, whole.end, |c| c.is_ascii_alphanumeric() || c == ':');
            let letters = value.contains(':') || value.bytes().any(|b| b.is_ascii_alphabetic());
            if apart && letters {
                claims.claim(whole.start, whole.end, Kind::Mac);
            }
        }
    }
    if times(b'.') >= 3 {
        for Hit { whole, .. } in IPV4.hits(text) {
            if is_ip(text, whole.start, whole.end) {
                claims.claim(whole.start, whole.end, Kind::Ip);
            }
        }
    }
    if times(b':') >= 2 {
        for Hit { whole, .. } in IPV6.hits(text) {
            let value = text.get(whole.clone()).unwrap_or("");
            let address = value.parse::<Ipv6Addr>().is_ok_and(|ip| !ip.is_loopback() && !ip.is_unspecified());
            let digits = value.bytes().any(|b| b.is_ascii_digit()) && value.len() >= 6;
            if address
                && digits
                && !borders(text, whole.start, whole.end, |c| c.is_ascii_alphanumeric() || c == '_')
            {
                claims.claim(whole.start, whole.end, Kind::Ip);
            }
        }
    }
}

/// Phone numbers, ID cards, IMEIs, IMSIs.
pub fn numbers(text: &str, claims: &mut Claims) {
    if text.bytes().filter(u8::is_ascii_digit).count() < 11 {
        return;
    }
    for Hit { whole, .. } in LONG_NUMBER.hits(text) {
        if borders(text, whole.start, whole.end, |c| c.is_ascii_digit())
            || claims.overlaps(whole.start, whole.end)
        {
            continue;
        }
        if let Some(kind) = text.get(whole.clone()).and_then(long_number) {
            claims.claim(whole.start, whole.end, kind);
        }
    }
    let mut from = 0;
    while let Some(hit) = text.get(from..).and_then(|rest| PHONE.find(rest)) {
        let (start, end) = (from + hit.whole.start, from + hit.whole.end);
        if borders(text, start, end, |c| c.is_ascii_digit()) {
            from = start + 1;
            while !text.is_char_boundary(from) {
                from += 1;
            }
        } else {
            claims.claim(start, end, Kind::Phone);
            from = end;
        }
    }
}

/// What a whole value is, if it is a phone number or an ID card, which no look-up id may hide.
pub fn personal_number(value: &str) -> Option<Kind> {
    let mobile = value.len() == 11 && PHONE.find(value).is_some_and(|h| h.whole.len() == 11);
    if mobile {
        return Some(Kind::Phone);
    }
    let id_card = value.len() == 18 && long_number(value) == Some(Kind::IdCard) && checksum_fits(value);
    id_card.then_some(Kind::IdCard)
}

fn long_number(value: &str) -> Option<Kind> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    match (digits, value.len()) {
        (15, 15) if value.starts_with("460") => Some(Kind::Imsi),
        (15, 15) if luhn(value) => Some(Kind::Imei),
        (18, 18) | (17, 18) if born(value) => Some(Kind::IdCard),
        _ => None,
    }
}

/// Whether an ID card's birth date can be one.
fn born(value: &str) -> bool {
    let number =
        |from: usize, to: usize| value.get(from..to).and_then(|p| p.parse::<u32>().ok()).unwrap_or(0);
    let region = number(0, 2);
    (11..=91).contains(&region)
        && (1900..=2099).contains(&number(6, 10))
        && (1..=12).contains(&number(10, 12))
        && (1..=31).contains(&number(12, 14))
}

/// The check digit of an ID card.
fn checksum_fits(value: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = value.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b.wrapping_sub(b'0')) * w).sum();
    let check = b"10X98765432".get((sum % 11) as usize).copied();
    value.as_bytes().get(17).map(u8::to_ascii_uppercase) == check
}

fn luhn(value: &str) -> bool {
    let sum: u32 = value
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let digit = u32::from(b.wrapping_sub(b'0'));
            if i % 2 == 0 { digit } else { (digit * 2) / 10 + (digit * 2) % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Four numbers up to 255 that no word before them makes a version.
fn is_ip(text: &str, start: usize, end: usize) -> bool {
    let value = text.get(start..end).unwrap_or("");
    let Ok(ip) = value.parse::<Ipv4Addr>() else { return false };
    if ip.is_loopback() || ip.is_unspecified() || ip.is_broadcast() {
        return false;
    }
    let before = text.get(..start).unwrap_or("");
    let after = text.get(end..).unwrap_or("");
    if before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_')
        || after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    {
        return false;
    }
    if after.starts_with('.')
        && after.get(1..).is_some_and(|a| a.starts_with(|c: char| c.is_ascii_alphanumeric()))
    {
        return false;
    }
    // `10.1.0.120(C00E120R2P3)` is how Huawei writes a build.
    let mut after_chars = after.chars();
    let build = after_chars.next() == Some('(') && after_chars.next().is_some_and(|c| c.is_ascii_uppercase());
    if build {
        return false;
    }
    let addressed = before.ends_with("://") || before.ends_with(['/', '@']) || after.starts_with([':', '/']);
    let small = ip.octets().iter().all(|o| *o < 10);
    addressed || !(small || VERSION.is_match(before))
}

/// Whether a character that `joins` stands directly before or after.
fn borders(text: &str, start: usize, end: usize, joins: fn(char) -> bool) -> bool {
    let before = text.get(..start).and_then(|t| t.chars().next_back());
    let after = text.get(end..).and_then(|t| t.chars().next());
    before.is_some_and(joins) || after.is_some_and(joins)
}

fn whole(expression: &Expression, text: &str, kind: Kind, claims: &mut Claims) {
    expression.hits(text).for_each(|hit| claims.claim(hit.whole.start, hit.whole.end, kind));
}

fn named(expression: &Expression, text: &str, kind: Kind, claims: &mut Claims) {
    for value in expression.hits(text).filter_map(|hit| hit.group("value")) {
        claims.claim(value.start, value.end, kind);
    }
}

/// Whether `word` (in lower case) stands in `text` in any case.
pub fn contains_any_case(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return true;
    }
    text.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_find_the_same() {
        for expression in [
            &ACCESS_KEY,
            &JWT,
            &SCHEME,
            &RECEIPT,
            &URL_LOGIN,
            &PEM,
            &MESSAGE_ID,
            &EMAIL,
            &FCM,
            &MAC,
            &IPV4,
            &IPV6,
            &PHONE,
            &LONG_NUMBER,
            &VERSION,
        ] {
            super::super::tests::texts().for_each(|text| expression.assert_same(text));
        }
    }
}
