//! `name=value` and `name: value` in a line of any form.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

use super::fields::Fields;
use super::stamp;

/// How many pairs are read of one line.
const PAIRS: usize = 256;

/// How often a brace is tried as the start of JSON.
const ATTEMPTS: usize = 16;

/// The pairs of a line, and its time as `@time`.
pub fn fields(line: &str) -> Fields<'_> {
    static PAIR: OnceLock<Option<Regex>> = OnceLock::new();
    let pair = PAIR.get_or_init(|| {
        Regex::new(r#"(?:^|[^A-Za-z0-9_.@/-])["']?(?P<name>[A-Za-z_@][A-Za-z0-9_.-]{0,63})["']?\x20?[=:]\x20?(?:"(?P<quoted>(?:[^"\\\n]|\\.)*)"|(?P<bare>[^\x20\t,;&|{}\[\]()"'\r\n][^\x20\t,;&|{}\[\]()"'\r\n]*))"#)
            .ok()
    });
    // Names inside of JSON that is cut off may stand before values that are cut.
    let line = cut_at(line).and_then(|at| line.get(..at)).unwrap_or(line);
    let mut all = Vec::new();
    if let Some(time) = stamp::leading(line) {
        all.push((Cow::Borrowed("@time"), Cow::Borrowed(time)));
    }
    let Some(pair) = pair else { return Fields::Named(all) };
    // One delimiter may end a pair and begin the next, so the search goes on right behind a value.
    let mut from = 0;
    while all.len() < PAIRS {
        let Some(found) = pair.captures_at(line, from) else { break };
        let (Some(name), Some(value)) = (found.name("name"), found.name("quoted").or(found.name("bare")))
        else {
            break;
        };
        all.push((Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str())));
        from = value.end().max(from + 1);
        while !line.is_char_boundary(from) {
            from += 1;
        }
    }
    Fields::Named(all)
}

/// Where JSON begins that has no end.
fn cut_at(line: &str) -> Option<usize> {
    let mut from = 0;
    for _ in 0..ATTEMPTS {
        let start = from + line.get(from..)?.find('{')?;
        let rest = line.get(start..)?;
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
        from = match stream.next() {
            Some(Ok(_)) => start + stream.byte_offset().max(1),
            Some(Err(e)) if e.is_eof() => return Some(start),
            _ => start + 1,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_in_either_spelling() {
        let all = fields(r#"2024-06-14 09:58:02.123 type=forward, "code": "33" msgId: m1 [regId=CN_x]"#);
        assert_eq!(all.text("type").as_deref(), Some("forward"));
        assert_eq!(all.text("code").as_deref(), Some("33"));
        assert_eq!(all.text("msg_id").as_deref(), Some("m1"));
        assert_eq!(all.text("regId").as_deref(), Some("CN_x"));
        assert_eq!(all.text("@time").as_deref(), Some("2024-06-14 09:58:02.123"));
    }
}
