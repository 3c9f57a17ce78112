//! System properties in the shape of `getprop`: `[key]: [value]`.
//!
//! They stand in a dump of their own, inside a bug report, or pasted into a log
//! as one endless line, so they are taken from any line that holds them.

/// Calls `each` for every pair in the text.
pub(crate) fn pairs(text: &str, each: &mut dyn FnMut(&str, &str)) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('[') {
        rest = after;
        let Some((key, after)) = after.split_once(']') else {
            return;
        };
        let Some(after) = after.strip_prefix(": [") else {
            continue;
        };
        let Some((value, after)) = after.split_once(']') else {
            return;
        };
        if is_key(key) {
            each(key, value);
            rest = after;
        }
    }
}

/// Property names are short and hold neither blanks nor brackets.
pub(crate) fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 256
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b':' | b'@'))
}

#[cfg(test)]
mod tests {
    use super::pairs;

    fn all(text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        pairs(text, &mut |k, v| found.push((k.to_owned(), v.to_owned())));
        found
    }

    #[test]
    fn one_line_may_hold_many() {
        let text = "x [ro.a]: [1][ro.b]: [] [no: [ro.c]: [two words] [ro.d]: [cut";
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        assert_eq!(all(text), [pair("ro.a", "1"), pair("ro.b", ""), pair("ro.c", "two words")]);
    }
}
