//! INI files as Alibaba's tools write them: sections, `key = value`, comments with `;` and `#`.

use std::collections::BTreeMap;

/// Sections with their keys in lower case. What stands before the first section is `""`.
pub type Ini = BTreeMap<String, BTreeMap<String, String>>;

/// Reads a text; lines that are neither section nor key are passed over, as all readers of these
/// files do.
pub fn parse(text: &str) -> Ini {
    let mut all = Ini::new();
    let mut section = String::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with([';', '#']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.split(']').next()) {
            section = name.trim().to_owned();
            all.entry(section.clone()).or_default();
        } else if let Some((key, value)) = line.split_once('=') {
            let value = value.trim().trim_matches('"').to_owned();
            all.entry(section.clone()).or_default().insert(key.trim().to_ascii_lowercase(), value);
        }
    }
    all
}
