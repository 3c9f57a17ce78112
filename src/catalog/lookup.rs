//! Finding a code by whatever spelling a person has.

use super::{Catalog, Code, Vendor};

impl Catalog {
    /// The vendor that a person means: id, alias in either language, any case.
    pub fn find_vendor(&self, name: &str) -> Option<&Vendor> {
        let name = name.trim().to_lowercase();
        self.vendors().find(|v| {
            v.id == name
                || v.en.to_lowercase() == name
                || v.zh.to_lowercase() == name
                || v.aliases.iter().any(|a| a.to_lowercase() == name)
        })
    }

    /// The codes that a person may mean by `spelling`, of one vendor or of all, in the order of
    /// the vendor's sides; exact spellings only if there are any, else numbers that are equal.
    pub fn find_codes(&self, vendor: Option<&str>, spelling: &str) -> Vec<&Code> {
        for candidate in spellings(spelling) {
            let mut found: Vec<&Code> = self
                .codes()
                .filter(|c| vendor.is_none_or(|v| c.vendor == v))
                .filter(|c| names(c).any(|n| n.eq_ignore_ascii_case(&candidate)))
                .collect();
            if found.is_empty() {
                continue;
            }
            found.sort_by_key(|c| self.side_rank(c));
            return found;
        }
        Vec::new()
    }

    /// Where the code's side stands among its vendor's.
    fn side_rank(&self, code: &Code) -> (String, usize) {
        let rank = self
            .vendor(&code.vendor)
            .and_then(|v| v.sides.iter().position(|s| *s == code.side))
            .unwrap_or(usize::MAX);
        (code.vendor.to_string(), rank)
    }
}

/// Every name of a code: the code, its aliases, its symbol.
fn names(code: &Code) -> impl Iterator<Item = &str> {
    std::iter::once(code.code.as_ref())
        .chain(code.aliases.iter().map(AsRef::as_ref))
        .chain(std::iter::once(code.symbol.as_ref()).filter(|s| !s.is_empty()))
}

/// The spellings to try, most literal first: as given, without quotes and brackets, without a
/// sign or leading zeros, from hexadecimal, as signed and unsigned 32-bit numbers.
pub fn spellings(raw: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut add = |s: String| {
        if !s.is_empty() && !out.contains(&s) {
            out.push(s);
        }
    };
    let trimmed = raw.trim();
    add(trimmed.to_owned());
    let wide: String = trimmed.chars().map(narrow).collect();
    let bare = wide
        .trim_matches(|c: char| c.is_whitespace() || "\"'`[](){}<>“”‘’「」【】,;:.，。；：".contains(c))
        .to_owned();
    add(bare.clone());
    let bare = bare.replace('−', "-");
    add(bare.clone());
    let (sign, digits) = match bare.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", bare.strip_prefix('+').unwrap_or(&bare)),
    };
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        if let Ok(n) = u64::from_str_radix(hex, 16) {
            add(format!("{sign}{n}"));
            if let Ok(n) = u32::try_from(n) {
                add((n as i32).to_string());
            }
        }
    } else if let Ok(n) = digits.parse::<u64>() {
        add(format!("{sign}{n}"));
        if let (Ok(n), "") = (u32::try_from(n), sign) {
            add((n as i32).to_string());
        }
    } else if let Some(whole) = digits.strip_suffix(".0").filter(|w| w.bytes().all(|b| b.is_ascii_digit())) {
        add(format!("{sign}{whole}"));
    }
    out
}

/// Full-width digits, letters and signs as their ASCII twins.
fn narrow(c: char) -> char {
    match c as u32 {
        0xFF01..=0xFF5E => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        _ => c,
    }
}
