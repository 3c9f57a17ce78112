//! `explain-code`: what a code, an answer or a log line means, and what to do.

use std::io::{IsTerminal, Read};

use crate::catalog::{Catalog, Code};
use crate::cli::{ExplainCodeArgs, Global};
use crate::exit::Exit;
use crate::lang::Lang;
use crate::report::{Format, RenderOptions};
use crate::suggest;

use super::explain::names::Scope;
use super::explain::query::{self, Refusal};
use super::explain::{Found, json, list, near, rank, search, table};
use super::output;

/// More than this is no answer that somebody pasted.
const PASTED: u64 = 1 << 20;

/// Runs `explain-code`.
pub fn run(args: &ExplainCodeArgs, global: &Global) -> anyhow::Result<Exit> {
    let lang = global.lang();
    let catalog = super::catalog(global)?;
    let options = RenderOptions::new(lang, global.color, global.ambiguous_width, false);
    let side = args.side.as_deref().map(|name| known_side(&catalog, name, lang)).transpose()?;
    let side = side.as_deref();
    let terms = with_stdin(&args.terms, lang)?;
    if let Some(words) = &args.search {
        let vendor = vendor_of(&catalog, &terms, lang)?;
        let scope = Scope { vendor: vendor.as_deref(), side };
        return listing(&search::search(&catalog, scope, words), words, args.format, &options);
    }
    if args.list {
        let vendor = vendor_of(&catalog, &terms, lang)?;
        return list_all(&catalog, Scope { vendor: vendor.as_deref(), side }, args.format, &options);
    }
    match query::ask(&catalog, &terms, side) {
        Ok(found) => answer(&catalog, found, side, args.format, &options),
        Err(Refusal::OnlyVendor { vendor, side }) => {
            let scope = Scope { vendor: Some(&vendor), side: side.as_deref() };
            list_all(&catalog, scope, args.format, &options)
        }
        Err(Refusal::UnknownVendor(name)) => anyhow::bail!(suggest::unknown_vendor(&catalog, &name, lang)),
        Err(Refusal::Nothing) => anyhow::bail!(lang.pick(
            "name a code, for example: pushdoctor explain-code huawei 2 (or use --list, --search)",
            "请给出错误码，例如：pushdoctor explain-code huawei 2（也可以用 --list 或 --search）",
        )),
    }
}

/// Prints what was found; what was not goes to standard error, with what may have been meant.
fn answer(
    catalog: &Catalog,
    found: Found,
    side: Option<&str>,
    format: Format,
    options: &RenderOptions,
) -> anyhow::Result<Exit> {
    let near: Vec<_> = found.unknown.iter().map(|u| (u.clone(), near::near(catalog, u, side))).collect();
    match format {
        Format::Json => output::result(&json::render(&found, &near))?,
        Format::Table if !found.is_empty() => output::result(&table::render(&found, options))?,
        Format::Table => {}
    }
    for (unknown, near) in &near {
        output::complain_lines(&table::unknown(options.lang, unknown, near));
    }
    Ok(if found.unknown.is_empty() && !found.is_empty() { Exit::Ok } else { Exit::Found })
}

/// The result of a search: a single entry in full, several one a line.
fn listing(codes: &[&Code], words: &str, format: Format, options: &RenderOptions) -> anyhow::Result<Exit> {
    let lang = options.lang;
    match (format, codes) {
        (Format::Json, _) => output::result(&json::render_list(codes))?,
        (Format::Table, []) => {}
        (Format::Table, [one]) => {
            output::result(&table::render(&Found { codes: vec![one], ..Found::default() }, options))?;
        }
        (Format::Table, _) => output::result(&list::render(codes, options, std::io::stdout().is_terminal()))?,
    }
    if codes.is_empty() {
        let words = table::masked(words);
        output::complain(&match lang {
            Lang::En => {
                format!("no entry has \"{words}\"; every word must occur, so try fewer or shorter ones")
            }
            Lang::Zh => format!("没有同时包含“{words}”的条目；请减少或缩短搜索词"),
        });
        return Ok(Exit::Found);
    }
    Ok(Exit::Ok)
}

fn list_all(
    catalog: &Catalog,
    scope: Scope,
    format: Format,
    options: &RenderOptions,
) -> anyhow::Result<Exit> {
    let mut codes: Vec<&Code> = catalog.codes().filter(|c| scope.holds(c)).collect();
    if scope.vendor.is_some() {
        codes = rank::by_side(catalog, codes);
    }
    match format {
        Format::Json => output::result(&json::render_list(&codes))?,
        Format::Table if codes.is_empty() => {}
        Format::Table => output::result(&list::render(&codes, options, std::io::stdout().is_terminal()))?,
    }
    Ok(if codes.is_empty() { Exit::Found } else { Exit::Ok })
}

/// The vendor that `--list` and `--search` are restricted to.
fn vendor_of(catalog: &Catalog, terms: &[String], lang: Lang) -> anyhow::Result<Option<String>> {
    let name = terms.join(" ");
    if name.trim().is_empty() {
        return Ok(None);
    }
    let vendor = suggest::vendor(catalog, &name, lang).map_err(anyhow::Error::msg)?;
    Ok(Some(vendor.id.to_string()))
}

/// The side that `--side` means.
fn known_side(catalog: &Catalog, name: &str, lang: Lang) -> anyhow::Result<String> {
    if let Some(side) = query::side_of(catalog, None, name) {
        return Ok(side);
    }
    let mut sides: Vec<&str> = catalog.vendors().flat_map(|v| v.sides.iter().map(AsRef::as_ref)).collect();
    sides.sort_unstable();
    sides.dedup();
    let near = suggest::nearest(name, sides.iter().copied());
    let hint = suggest::did_you_mean(lang, if near.is_empty() { &[] } else { &near });
    let known = sides.join(", ");
    anyhow::bail!(match lang {
        Lang::En if hint.is_empty() => format!("unknown side \"{name}\"; known are {known}"),
        Lang::Zh if hint.is_empty() => format!("没有“{name}”这一侧；可用的有 {known}"),
        Lang::En => format!("unknown side \"{name}\"{hint}"),
        Lang::Zh => format!("没有“{name}”这一侧{hint}"),
    })
}

/// The words, with `-` replaced by what stands on standard input.
fn with_stdin(terms: &[String], lang: Lang) -> anyhow::Result<Vec<String>> {
    if !terms.iter().any(|t| t == "-") {
        return Ok(terms.to_vec());
    }
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        anyhow::bail!(lang.pick(
            "- reads standard input, which is the terminal; pipe an answer or a log line into it",
            "- 表示读标准输入，但现在是终端；请用管道传入应答或日志行",
        ));
    }
    let mut bytes = Vec::new();
    stdin.lock().take(PASTED).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned();
    Ok(terms.iter().map(|t| if t == "-" { text.clone() } else { t.clone() }).collect())
}
