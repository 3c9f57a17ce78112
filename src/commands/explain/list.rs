//! Entries one a line: id, symbol, meaning. For lists and for searches.

use crate::catalog::Code;
use crate::report::RenderOptions;
use crate::report::options::Paint;

/// One line for each entry; cut to the width only where `cut` (on a terminal).
pub fn render(codes: &[&Code], options: &RenderOptions, cut: bool) -> String {
    let ids: Vec<String> = codes.iter().map(|c| c.finding()).collect();
    let column =
        |names: &mut dyn Iterator<Item = usize>, most: usize| names.filter(|n| *n <= most).max().unwrap_or(0);
    let a = options.ambiguous;
    let id_width = column(&mut ids.iter().map(|i| a.width(i)), 34);
    let symbol_width = column(&mut codes.iter().map(|c| a.width(&c.symbol)), 34);
    let paint = Paint(options.color);
    let mut out = String::new();
    for (code, id) in codes.iter().zip(&ids) {
        let meaning = options.lang.pick(&code.en.meaning, &code.zh.meaning);
        let mut rest = meaning.to_owned();
        let id = a.pad(id, id_width);
        let symbol = a.pad(&code.symbol, symbol_width);
        if cut {
            let used = a.width(&id) + a.width(&symbol) + 4;
            rest = a.cut(meaning, options.width.saturating_sub(used).max(20));
        }
        let symbol = if symbol_width == 0 { String::new() } else { format!("{symbol}  ") };
        out.push_str(&format!("{}  {symbol}{rest}\n", paint.bold(&id)));
    }
    out
}
