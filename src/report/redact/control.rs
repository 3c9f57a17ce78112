//! Control characters of log text, made visible, so that a log cannot drive the terminal.

use std::borrow::Cow;

/// `text` without colour sequences and with every other control character written out.
///
/// Line ends and tabs are written out too: a string of the report is one line.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hides) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = colour_sequence(rest) {
            rest = after;
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            '\t' => out.push(' '),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if !hides(c) => out.push(c),
            c if (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
        }
    }
    Cow::Owned(out)
}

/// What a terminal would act upon, or a reader would not see.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{061c}' | '\u{00ad}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What follows a colour sequence (`ESC [ … m`) at the start of `text`.
fn colour_sequence(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("\u{1b}[")?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':'))?;
    rest.get(end..)?.strip_prefix('m')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_and_bidi_characters_never_come_through() {
        assert_eq!(harmless("plain 文字 ✔"), "plain 文字 ✔");
        assert_eq!(harmless("\u{1b}[38;5;9mred\u{1b}[0m"), "red");
        assert_eq!(harmless("\u{1b}]0;title\u{7}"), "\\x1b]0;title\\x07");
        assert_eq!(harmless("a\u{202e}b\u{9b}2J\r\n"), "a\\u{202e}b\\x9b2J\\r\\n");
        assert_eq!(harmless("\u{1b}["), "\\x1b[");
    }
}
