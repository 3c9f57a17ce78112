//! A table whose rows are equally wide in every terminal.
//!
//! comfy-table measures every character of ambiguous width as one column. Where the terminal draws
//! two, those characters are replaced by wide stand-ins while the table is laid out.

use comfy_table::{ContentArrangement, Table, presets};
use unicode_width::UnicodeWidthChar;

use crate::report::RenderOptions;
use crate::text_width::Ambiguous;

/// The first stand-in: a plane of wide characters that logs do not use.
const STAND_IN: u32 = 0x31400;

/// Draws the table; `paint` may colour a line of a row, which must not change its width.
pub fn draw<const N: usize>(
    header: &[&str; N],
    rows: &[[String; N]],
    options: &RenderOptions,
    paint: impl Fn(usize, &str) -> String,
) -> String {
    let a = options.ambiguous;
    let widths = widths(header, rows, options);
    let mut shield = Shield { on: a == Ambiguous::Wide, seen: Vec::new() };
    let mut table = Table::new();
    let ascii = options.ascii || a == Ambiguous::Wide;
    table.load_style(if ascii { presets::ASCII_FULL_CONDENSED } else { presets::UTF8_FULL_CONDENSED });
    table.set_content_arrangement(ContentArrangement::Disabled).force_no_tty();
    table.set_header(header.iter().map(|h| shield.raise(h)).collect::<Vec<_>>());
    let mut owners = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<Vec<String>> =
            row.iter().zip(widths).map(|(cell, width)| a.wrap(cell, width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            let texts = cells.iter().map(|cell| cell.get(line).map(String::as_str).unwrap_or(""));
            table.add_row(texts.map(|t| shield.raise(t)).collect::<Vec<_>>());
            owners.push((index, line == 0));
        }
    }
    let drawn = shield.lower(&table.to_string());
    let first = 3;
    drawn
        .lines()
        .enumerate()
        .map(|(at, line)| match at.checked_sub(first).and_then(|row| owners.get(row)) {
            Some((index, true)) => paint(*index, line),
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Column widths: all but the third as wide as their content (within reason), the third the rest.
fn widths<const N: usize>(header: &[&str; N], rows: &[[String; N]], options: &RenderOptions) -> [usize; N] {
    let a = options.ambiguous;
    let mut widths = [0; N];
    let widest = N.saturating_sub(2);
    for (i, width) in widths.iter_mut().enumerate() {
        let content = rows.iter().filter_map(|r| r.get(i)).map(|c| a.width(c)).max().unwrap_or(0);
        *width = content.max(header.get(i).map_or(0, |h| a.width(h)));
        if i != widest {
            *width = (*width).min(24);
        }
    }
    // Borders and padding: `| a | b |`.
    let frame = 3 * N + 1;
    let others: usize = widths.iter().enumerate().filter(|(i, _)| *i != widest).map(|(_, w)| *w).sum();
    if let Some(width) = widths.get_mut(widest) {
        *width = (*width).min(options.width.saturating_sub(frame + others)).max(8);
    }
    widths
}

/// Replaces ambiguous characters by wide ones, and back.
struct Shield {
    on: bool,
    seen: Vec<char>,
}

impl Shield {
    fn raise(&mut self, text: &str) -> String {
        if !self.on {
            return text.to_owned();
        }
        text.chars()
            .map(|c| {
                if c.width() == c.width_cjk() {
                    return c;
                }
                let at = self.seen.iter().position(|s| *s == c).unwrap_or_else(|| {
                    self.seen.push(c);
                    self.seen.len() - 1
                });
                u32::try_from(at).ok().and_then(|at| char::from_u32(STAND_IN + at)).unwrap_or(c)
            })
            .collect()
    }

    fn lower(&self, text: &str) -> String {
        if !self.on {
            return text.to_owned();
        }
        let back =
            |c: char| (c as u32).checked_sub(STAND_IN).and_then(|at| self.seen.get(at as usize)).copied();
        text.chars().map(|c| back(c).unwrap_or(c)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_equally_wide_in_either_kind_of_terminal() {
        let rows = [
            [
                "token".to_owned(),
                "✘ fail".to_owned(),
                "HMS Core “太旧”… 请更新，再打开应用 α β 一遍".repeat(3),
                "a.log:120".to_owned(),
            ],
            ["厂商".to_owned(), "? unknown".to_owned(), String::new(), String::new()],
        ];
        for ambiguous in [Ambiguous::Narrow, Ambiguous::Wide] {
            for width in [80, 100, 120] {
                let options = RenderOptions { width, ambiguous, ..RenderOptions::default() };
                let drawn =
                    draw(&["link", "state", "what is known", "where"], &rows, &options, |_, l| l.to_owned());
                let widths: Vec<usize> = drawn.lines().map(|l| ambiguous.width(l)).collect();
                assert!(
                    widths.iter().all(|w| Some(w) == widths.first() && *w <= width),
                    "{widths:?}\n{drawn}"
                );
                assert!(drawn.contains("“太旧”"), "{drawn}");
            }
        }
    }
}
