//! Which format a file has, by the count of its first lines.

use super::{Format, is_separator, parse_own};

/// How often a format occurs in the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatCount {
    /// The format.
    pub format: Format,
    /// Lines of the sample that have it.
    pub lines: u32,
}

/// The most frequent format of the sample and the counts of all, most frequent
/// first. Lines without a prefix win only when nearly all are such, because
/// headers of format long, traces and reports have many of them.
pub fn vote<'a>(lines: impl Iterator<Item = &'a str>) -> (Format, Vec<FormatCount>) {
    let mut counts: Vec<FormatCount> = Vec::new();
    let mut total = 0_u32;
    let mut hint = Format::Threadtime;
    for line in lines.filter(|line| !line.trim().is_empty() && !is_separator(line)) {
        total += 1;
        let format = parse_own(line, hint).map_or(Format::Raw, |line| line.format);
        if format != Format::Raw {
            hint = format;
        }
        match counts.iter_mut().find(|count| count.format == format) {
            Some(count) => count.lines += 1,
            None => counts.push(FormatCount { format, lines: 1 }),
        }
    }
    counts.sort_by_key(|count| std::cmp::Reverse(count.lines));
    let winner = counts
        .iter()
        .find(|count| count.format != Format::Raw && count.lines.saturating_mul(20) >= total)
        .map_or(Format::Raw, |count| count.format);
    (winner, counts)
}
