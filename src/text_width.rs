//! Columns of a terminal: how wide a text is, and how to break, pad and cut it.
//!
//! Chinese text has no spaces and its characters take two columns; the characters that Unicode
//! calls ambiguous take one or two, as the terminal likes. Everything that is laid out goes
//! through here, so that rows stay equally wide in either case.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a terminal draws characters of ambiguous width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambiguous {
    #[default]
    Narrow,
    Wide,
}

impl Ambiguous {
    /// Columns that `text` takes.
    pub fn width(self, text: &str) -> usize {
        match self {
            Ambiguous::Narrow => text.width(),
            Ambiguous::Wide => text.width_cjk(),
        }
    }

    fn char_width(self, c: char) -> usize {
        let width = match self {
            Ambiguous::Narrow => c.width(),
            Ambiguous::Wide => c.width_cjk(),
        };
        width.unwrap_or(0)
    }

    /// `text` with spaces behind it up to `columns`.
    pub fn pad(self, text: &str, columns: usize) -> String {
        let missing = columns.saturating_sub(self.width(text));
        format!("{text}{}", " ".repeat(missing))
    }

    /// `text` cut to `columns`, with `...` where something is missing.
    pub fn cut(self, text: &str, columns: usize) -> String {
        if self.width(text) <= columns {
            return text.to_owned();
        }
        let mut out = String::new();
        let room = columns.saturating_sub(3);
        let mut used = 0;
        for c in text.chars() {
            used += self.char_width(c);
            if used > room {
                break;
            }
            out.push(c);
        }
        out.push_str(&"..."[..columns.min(3)]);
        out
    }

    /// `text` broken into lines of at most `columns`: between words, between Chinese characters,
    /// never before closing punctuation, and inside a word only where the word alone is too wide.
    pub fn wrap(self, text: &str, columns: usize) -> Vec<String> {
        self.wrap_with(text, columns, true)
    }

    /// As [`Ambiguous::wrap`], but a word that is too wide alone stands on a line of its own in one
    /// piece, so that an address or a command can still be copied.
    pub fn wrap_whole(self, text: &str, columns: usize) -> Vec<String> {
        self.wrap_with(text, columns, false)
    }

    fn wrap_with(self, text: &str, columns: usize, cut: bool) -> Vec<String> {
        let columns = columns.max(8);
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut used = 0;
        for piece in pieces(text) {
            let width = self.width(piece);
            let blank = piece.trim().is_empty();
            if used + width <= columns {
                if !(blank && line.is_empty()) {
                    line.push_str(piece);
                    used += width;
                }
                continue;
            }
            if blank {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0;
                continue;
            }
            if used > 0 {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0;
            }
            if !cut {
                line.push_str(piece);
                used = width;
                continue;
            }
            for c in piece.chars() {
                let width = self.char_width(c);
                if used + width > columns {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += width;
            }
        }
        if !line.trim().is_empty() || lines.is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        lines
    }

    /// `text` as a paragraph behind `lead`, later lines indented as far as the lead is wide.
    pub fn hang(self, lead: &str, text: &str, columns: usize) -> String {
        let indent = self.width(lead);
        let mut out = String::new();
        for (i, line) in self.wrap_whole(text, columns.saturating_sub(indent)).iter().enumerate() {
            if i == 0 {
                out.push_str(lead);
            } else {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
            }
            out.push_str(line);
        }
        out
    }
}

/// The parts between which a line may break, in order and without loss.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        if let Some(p) = previous
            && breaks_between(p, c)
        {
            out.push(&text[start..at]);
            start = at;
        }
        previous = Some(c);
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

/// Whether a line may end behind `a` and begin with `b`.
fn breaks_between(a: char, b: char) -> bool {
    if a == ' ' || b == ' ' {
        return a != b;
    }
    if closes(b) || opens(a) {
        return false;
    }
    is_wide(a) || is_wide(b)
}

fn is_wide(c: char) -> bool {
    c.width().unwrap_or(0) == 2
}

/// Punctuation that must not begin a line.
fn closes(c: char) -> bool {
    "，。、；：！？）】》」』”’…％,.;:!?)]}>%".contains(c)
}

/// Punctuation that must not end a line.
fn opens(c: char) -> bool {
    "（【《「『“‘([{<".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_breaks_between_characters_and_keeps_punctuation_and_words_together() {
        let lines =
            Ambiguous::Narrow.wrap("手机上的 HMS Core 版本低于推送 SDK 的要求，拿不到华为 token。", 20);
        assert!(lines.iter().all(|l| Ambiguous::Narrow.width(l) <= 20), "{lines:?}");
        assert!(lines.iter().all(|l| !l.starts_with(['，', '。'])), "{lines:?}");
        assert_eq!(
            lines.concat().replace(' ', ""),
            "手机上的HMSCore版本低于推送SDK的要求，拿不到华为token。"
        );
    }

    #[test]
    fn a_word_that_is_too_wide_is_cut_and_nothing_is_lost() {
        let url = "https://developer.huawei.com/consumer/cn/doc/HMSCore-Guides/msg-receipt";
        let lines = Ambiguous::Narrow.wrap(url, 30);
        assert_eq!(lines.concat(), url);
        assert!(lines.len() > 1);
    }

    #[test]
    fn ambiguous_characters_count_as_the_terminal_draws_them() {
        assert_eq!(Ambiguous::Narrow.width("“a”…"), 4);
        assert_eq!(Ambiguous::Wide.width("“a”…"), 7);
        assert_eq!(Ambiguous::Wide.width(&Ambiguous::Wide.pad("“a”", 10)), 10);
    }

    #[test]
    fn cutting_marks_what_is_missing() {
        assert_eq!(Ambiguous::Narrow.cut("abcdefgh", 6), "abc...");
        assert_eq!(Ambiguous::Narrow.cut("华为推送服务", 8), "华为...");
        assert_eq!(Ambiguous::Narrow.cut("abc", 6), "abc");
    }

    #[test]
    fn empty_text_is_one_empty_line() {
        assert_eq!(Ambiguous::Narrow.wrap("", 20), vec![String::new()]);
    }
}
