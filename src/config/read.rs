//! The text of the file against the keys that exist.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Setting;
use super::keys::{SECRETS, SECTIONS, Shape, VENDOR_KEYS};
use crate::catalog::Catalog;
use crate::lang::{Bilingual, Lang};
use crate::suggest;

/// The values of a text, or one sentence on the first fault.
pub fn read(path: &str, text: &str, catalog: &Catalog) -> Result<BTreeMap<String, Setting>, Bilingual> {
    let reader = Reader { path, text, catalog };
    let table = DeTable::parse(text).map_err(|e| {
        let at = e.span().map_or(0, |s| s.start);
        let why = e.message().lines().collect::<Vec<_>>().join(", ");
        reader.fault(at, &format!("{why}, mend this line"), &format!("{why}，请修正这一行"))
    })?;
    let mut values = BTreeMap::new();
    reader.table("", table.get_ref(), &mut values)?;
    Ok(values)
}

struct Reader<'r> {
    path: &'r str,
    text: &'r str,
    catalog: &'r Catalog,
}

impl Reader<'_> {
    fn table(
        &self,
        section: &str,
        table: &DeTable<'_>,
        values: &mut BTreeMap<String, Setting>,
    ) -> Result<(), Bilingual> {
        for (key, value) in table {
            let name = if section.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{section}.{}", key.get_ref())
            };
            let at = key.span().start;
            match value.get_ref() {
                DeValue::Table(inner) if section == "vendors" => {
                    let vendor = self.vendor(key.get_ref(), at)?;
                    self.table(&format!("vendors.{vendor}"), inner, values)?;
                }
                DeValue::Table(inner) if name == "vendors" || SECTIONS.iter().any(|(s, _)| *s == name) => {
                    self.table(&name, inner, values)?;
                }
                _ => {
                    let shape = self.shape(section, key.get_ref(), at)?;
                    let setting = self.setting(&name, shape, value)?;
                    values.insert(name, setting);
                }
            }
        }
        Ok(())
    }

    /// The keys of a section: sections below it count too.
    fn known(section: &str) -> Vec<(&'static str, Option<Shape>)> {
        if section.starts_with("vendors.") {
            return VENDOR_KEYS.iter().map(|(k, s)| (*k, Some(*s))).collect();
        }
        let mut known: Vec<(&str, Option<Shape>)> = Vec::new();
        for (name, keys) in SECTIONS {
            if *name == section {
                known.extend(keys.iter().map(|(k, s)| (*k, Some(*s))));
            }
            let below = match section {
                "" => Some(*name),
                _ => name.strip_prefix(section).and_then(|rest| rest.strip_prefix('.')),
            };
            known.extend(below.filter(|b| !b.contains('.')).map(|b| (b, None)));
        }
        if section.is_empty() {
            known.push(("vendors", None));
        }
        known
    }

    fn shape(&self, section: &str, key: &str, at: usize) -> Result<Shape, Bilingual> {
        let known = Self::known(section);
        match known.iter().find(|(k, _)| *k == key) {
            Some((_, Some(shape))) => return Ok(*shape),
            Some((_, None)) => {
                return Err(self.fault(
                    at,
                    &format!("\"{key}\" is a section, write [{key}]"),
                    &format!("“{key}”是一个小节，请写成 [{key}]"),
                ));
            }
            None => {}
        }
        let shown = crate::read::harmless(key);
        let with_file = format!("{key}_file");
        if SECRETS.iter().any(|s| key.to_ascii_lowercase().contains(s)) && !key.ends_with("_file") {
            let hint = known.iter().find(|(k, _)| *k == with_file);
            let name = hint.map_or("<key>_file".to_owned(), |(k, _)| (*k).to_owned());
            return Err(self.fault(
                at,
                &format!("\"{shown}\" is a secret and does not stand in this file: put it into a file of its own and name that with {name}"),
                &format!("“{shown}”是密钥，不能写在配置文件里：请单独存成文件，再用 {name} 指向它"),
            ));
        }
        let place = if section.is_empty() { String::new() } else { format!(" in [{section}]") };
        let near = suggest::nearest(key, known.iter().map(|(k, _)| *k));
        let (hint, hint_zh) = if near.is_empty() {
            let all: Vec<&str> = known.iter().map(|(k, _)| *k).collect();
            (format!("; known are {}", all.join(", ")), format!("；可用的有 {}", all.join("、")))
        } else {
            (suggest::did_you_mean(Lang::En, &near), suggest::did_you_mean(Lang::Zh, &near))
        };
        let place_zh = if section.is_empty() { String::new() } else { format!("[{section}] 中") };
        Err(self.fault(
            at,
            &format!("unknown key \"{shown}\"{place}{hint}"),
            &format!("{place_zh}没有“{shown}”这个键{hint_zh}"),
        ))
    }

    fn vendor(&self, name: &str, at: usize) -> Result<String, Bilingual> {
        let shown = crate::read::harmless(name);
        match self.catalog.find_vendor(name) {
            Some(vendor) => Ok(vendor.id.to_string()),
            None => Err(self.fault(
                at,
                &suggest::unknown_vendor(self.catalog, &shown, Lang::En),
                &suggest::unknown_vendor(self.catalog, &shown, Lang::Zh),
            )),
        }
    }

    fn setting(&self, name: &str, shape: Shape, value: &Spanned<DeValue<'_>>) -> Result<Setting, Bilingual> {
        let at = value.span().start;
        let line = self.line(at);
        let values = match (value.get_ref(), shape) {
            (DeValue::String(text), _) => vec![text.to_string()],
            (DeValue::Array(list), Shape::Texts) => list
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        if values.is_empty() || values.iter().any(|v| v.trim().is_empty()) {
            let list = shape == Shape::Texts;
            return Err(self.fault(
                at,
                &format!("{name} wants a text in quotes{}", if list { ", or a list of them" } else { "" }),
                &format!("{name} 的值应为带引号的文本{}", if list { "，或由它们组成的列表" } else { "" }),
            ));
        }
        Ok(Setting { values, line })
    }

    fn line(&self, at: usize) -> u64 {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before.iter().filter(|b| **b == b'\n').count() as u64 + 1
    }

    fn fault(&self, at: usize, en: &str, zh: &str) -> Bilingual {
        let (path, line) = (self.path, self.line(at));
        Bilingual::new(format!("{path}, line {line}: {en}"), format!("{path} 第 {line} 行：{zh}"))
    }
}
