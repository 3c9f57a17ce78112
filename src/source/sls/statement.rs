//! Statements for a summary, where the store's fields are named in the config.

use super::query::{has_statement, search};
use super::settings::SlsConfig;
use crate::lang::Bilingual;
use crate::source::server_log::filter::Filter;

/// Rows, devices and the time, by vendor and code. `None` where the config does not say which field
/// the code stands in.
///
/// # Errors
/// See [`search`].
pub fn by_vendor_and_code(config: &SlsConfig, filter: &Filter) -> Result<Option<String>, Bilingual> {
    let Some(code) = config.field("code") else { return Ok(None) };
    let search = search(config, filter)?;
    if has_statement(&search) {
        return Ok(None);
    }
    let mut columns = Vec::new();
    if let Some(vendor) = config.field("vendor") {
        columns.push(("vendor", vendor));
    }
    columns.push(("code", code));
    let selected: Vec<String> =
        columns.iter().map(|(name, field)| format!("{} as {name}", column(field))).collect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let devices = config
        .field("device")
        .map_or(String::new(), |field| format!(", approx_distinct({}) as devices", column(field)));
    Ok(Some(format!(
        "{search} | select {}, count(1) as number{devices}, min(__time__) as first, max(__time__) as last \
         group by {} order by number desc limit 1000",
        selected.join(", "),
        names.join(", "),
    )))
}

/// A field's name in a statement.
fn column(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}
