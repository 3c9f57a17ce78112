//! How a report is to look: language, width, colour, and what the terminal can draw.

use std::io::IsTerminal;

use crate::exit::Exit;
use crate::lang::Lang;
use crate::text_width::Ambiguous;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal
    #[default]
    Auto,
    Always,
    Never,
}

/// Columns where nothing tells the width.
const COLUMNS: usize = 100;
/// Longer lines are hard to read, however wide the terminal.
const WIDEST: usize = 160;

/// What a renderer has to know.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    pub lang: Lang,
    /// Columns to lay out for.
    pub width: usize,
    pub ambiguous: Ambiguous,
    pub color: bool,
    /// Only ASCII symbols: the locale cannot show others.
    pub ascii: bool,
    /// The exit code that the program will end with, for JSON.
    pub exit: Exit,
}

impl Default for RenderOptions {
    fn default() -> Self {
        RenderOptions {
            lang: Lang::En,
            width: COLUMNS,
            ambiguous: Ambiguous::Narrow,
            color: false,
            ascii: false,
            exit: Exit::Ok,
        }
    }
}

impl RenderOptions {
    /// For standard output (or, with `to_file`, for a file), as flags and environment ask.
    pub fn new(lang: Lang, color: ColorChoice, ambiguous_width: Option<u8>, to_file: bool) -> Self {
        let terminal = !to_file && std::io::stdout().is_terminal();
        let env = |name: &str| std::env::var(name).unwrap_or_default();
        RenderOptions {
            lang,
            width: width(terminal, &env),
            ambiguous: ambiguous(ambiguous_width, lang, terminal, &env),
            color: color_wanted(color, terminal, &env),
            ascii: !utf8_locale(&env),
            exit: Exit::Ok,
        }
    }
}

/// `--color`, then `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, then whether it is a terminal.
fn color_wanted(choice: ColorChoice, terminal: bool, env: &dyn Fn(&str) -> String) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let force = env("CLICOLOR_FORCE");
            if !env("NO_COLOR").is_empty() {
                false
            } else if !force.is_empty() && force != "0" {
                true
            } else if env("CLICOLOR") == "0" {
                false
            } else {
                // The old console of Windows prints colour codes as text.
                let draws = !cfg!(windows)
                    || ["WT_SESSION", "TERM", "ConEmuANSI", "ANSICON"].iter().any(|n| !env(n).is_empty());
                terminal && draws && env("TERM") != "dumb"
            }
        }
    }
}

fn width(terminal: bool, env: &dyn Fn(&str) -> String) -> usize {
    let columns = env("COLUMNS").parse::<usize>().ok().filter(|n| *n >= 20);
    let seen =
        if terminal { comfy_table::Table::new().width().map(usize::from).filter(|n| *n >= 20) } else { None };
    seen.or(columns).unwrap_or(COLUMNS).min(WIDEST)
}

/// One column, except where Chinese is written to a terminal nobody knows.
fn ambiguous(flag: Option<u8>, lang: Lang, terminal: bool, env: &dyn Fn(&str) -> String) -> Ambiguous {
    match flag {
        Some(1) => Ambiguous::Narrow,
        Some(_) => Ambiguous::Wide,
        None => {
            let known = ["TERM_PROGRAM", "WT_SESSION", "KITTY_WINDOW_ID", "VTE_VERSION", "WEZTERM_PANE"];
            let known = terminal && known.iter().any(|name| !env(name).is_empty());
            if lang == Lang::Zh && !known { Ambiguous::Wide } else { Ambiguous::Narrow }
        }
    }
}

/// Whether the locale names another encoding than UTF-8; no locale at all is taken as UTF-8.
fn utf8_locale(env: &dyn Fn(&str) -> String) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().map(|n| env(n)).find(|v| !v.is_empty()).unwrap_or_default();
    match locale.split_once('.') {
        Some((_, encoding)) => {
            let encoding = encoding.split('@').next().unwrap_or_default().to_ascii_lowercase();
            encoding == "utf-8" || encoding == "utf8"
        }
        None => true,
    }
}

/// Paints text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub struct Paint(pub bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
    pub fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }
    pub fn green(self, text: &str) -> String {
        self.with("32", text)
    }
    pub fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }
    pub fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(set: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> String + 'a {
        move |name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()).unwrap_or_default()
    }

    #[test]
    fn the_flag_beats_no_color_which_beats_force_which_beats_the_terminal() {
        let both = [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")];
        assert!(color_wanted(ColorChoice::Always, false, &env(&both)));
        assert!(!color_wanted(ColorChoice::Auto, true, &env(&both)));
        assert!(color_wanted(ColorChoice::Auto, false, &env(&both[1..])));
        assert!(!color_wanted(ColorChoice::Auto, true, &env(&[("CLICOLOR", "0")])));
        assert!(color_wanted(ColorChoice::Auto, true, &env(&[("TERM", "xterm")])));
        assert!(!color_wanted(ColorChoice::Auto, false, &env(&[])));
        assert!(!color_wanted(ColorChoice::Never, true, &env(&both[1..])));
    }

    #[test]
    fn the_width_comes_from_columns_on_a_pipe() {
        assert_eq!(width(false, &env(&[("COLUMNS", "72")])), 72);
        assert_eq!(width(false, &env(&[("COLUMNS", "x")])), COLUMNS);
    }

    #[test]
    fn chinese_on_an_unknown_terminal_takes_ambiguous_characters_for_wide() {
        assert_eq!(ambiguous(None, Lang::Zh, true, &env(&[])), Ambiguous::Wide);
        assert_eq!(ambiguous(None, Lang::Zh, true, &env(&[("WT_SESSION", "1")])), Ambiguous::Narrow);
        assert_eq!(ambiguous(Some(1), Lang::Zh, false, &env(&[])), Ambiguous::Narrow);
        assert_eq!(ambiguous(None, Lang::En, false, &env(&[])), Ambiguous::Narrow);
    }

    #[test]
    fn a_locale_of_another_encoding_gets_ascii() {
        assert!(!utf8_locale(&env(&[("LANG", "zh_CN.GBK")])));
        assert!(utf8_locale(&env(&[("LANG", "zh_CN.UTF-8")])));
        assert!(utf8_locale(&env(&[])));
    }
}
