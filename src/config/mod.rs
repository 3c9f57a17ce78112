//! `pushdoctor.toml`: what a team knows of its own app and consoles, so that it need not be typed.
//!
//! Looked for in the working folder, then in the user's config folder; `--config` names another.
//! A key that nobody reads is an error with its line: a slip must not look like a setting.

mod keys;
mod read;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::catalog::Catalog;
use crate::lang::Lang;

pub use keys::{FIELDS, SECTIONS, VENDOR_KEYS};

/// The name of the file.
pub const FILE_NAME: &str = "pushdoctor.toml";

/// What the file says. Values are as written; an absent key is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file, where there is one.
    pub path: Option<PathBuf>,
    /// `section.key` and its value, with the line it stands in.
    values: BTreeMap<String, Setting>,
}

/// One value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub values: Vec<String>,
    /// From 1.
    pub line: u64,
}

/// Bytes that a config has at most; one lies in the working folder without being asked for.
const LARGEST: u64 = 1 << 20;

impl Config {
    /// The config in force.
    ///
    /// # Errors
    /// One sentence that names the file, the line and what to do.
    pub fn load(named: Option<&Path>, catalog: &Catalog, lang: Lang) -> Result<Self, String> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => {
                let here = PathBuf::from(FILE_NAME);
                let home = crate::user_dirs::config().map(|dir| dir.join(FILE_NAME));
                match std::iter::once(here).chain(home).find(|p| p.is_file()) {
                    Some(path) => path,
                    None => return Ok(Config::default()),
                }
            }
        };
        let shown = crate::read::harmless(&path.to_string_lossy());
        let mut bytes = Vec::new();
        std::fs::File::open(&path)
            .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
            .map_err(|e| crate::read::ReadError::from_io(&shown, &e).sentence(lang))?;
        if bytes.len() as u64 > LARGEST {
            return Err(match lang {
                Lang::En => {
                    format!("{shown}: the config is larger than 1 MiB, name the right file with --config")
                }
                Lang::Zh => format!("{shown}：配置文件超过 1 MiB，请用 --config 指定正确的文件"),
            });
        }
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(match lang {
                Lang::En => format!("{shown}: the config is not UTF-8 text, save it as UTF-8"),
                Lang::Zh => format!("{shown}：配置文件不是 UTF-8 文本，请另存为 UTF-8"),
            });
        };
        let values = read::read(&shown, &text, catalog).map_err(|e| e.get(lang).to_owned())?;
        Ok(Config { path: Some(path), values })
    }

    /// A value by its section and key: `app`, `package`.
    pub fn get(&self, section: &str, key: &str) -> Option<&Setting> {
        self.values.get(&format!("{section}.{key}"))
    }

    /// The first value of a key.
    pub fn text(&self, section: &str, key: &str) -> Option<&str> {
        self.get(section, key)?.values.first().map(String::as_str)
    }

    /// A value of `[vendors.<id>]`.
    pub fn of_vendor(&self, vendor: &str, key: &str) -> Option<&Setting> {
        self.get(&format!("vendors.{vendor}"), key)
    }
}

#[cfg(test)]
mod tests;
