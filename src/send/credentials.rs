//! The credentials that a way of sending needs: from the environment, then from the config, and
//! secrets there only as the name of a file. What is missing is named with the place where the
//! vendor's console shows it.

use std::io::Read;
use std::path::Path;

use super::Secret;
use crate::catalog::{CredentialRule, SendRules};
use crate::config::Config;
use crate::environment::Environment;
use crate::lang::{Bilingual, Lang, spaced};
use crate::read::{ReadError, harmless};

/// Bytes that a file with a credential has at most.
const LARGEST: u64 = 64 << 10;

/// The credentials of one way of sending, by the names of its rules.
#[derive(Clone)]
pub struct VendorKeys {
    values: Vec<(String, Secret)>,
}

impl std::fmt::Debug for VendorKeys {
    /// Names only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.values.iter().map(|(name, _)| name)).finish()
    }
}

impl VendorKeys {
    /// # Errors
    /// One sentence: what is missing and where it is found, or why a file is of no use.
    pub fn load(
        rules: &SendRules,
        config: &Config,
        environment: &Environment,
    ) -> Result<VendorKeys, Bilingual> {
        let vendor = rules.vendor.as_ref();
        let mut values: Vec<(String, Secret)> = Vec::new();
        for rule in rules.credential.iter() {
            if let Some(value) = value(vendor, rule, config, environment)? {
                values.push((rule.name.to_string(), Secret(value)));
            }
        }
        for rule in rules.credential.iter() {
            let has = |name: &str, values: &[(String, Secret)]| values.iter().any(|(n, _)| n == name);
            if has(&rule.name, &values) {
                continue;
            }
            let stand_in = values.iter().find(|(name, _)| *name == rule.or).map(|(_, value)| value.clone());
            match stand_in {
                Some(value) => values.push((rule.name.to_string(), value)),
                None if rule.optional => {}
                None => return Err(missing(vendor, rule)),
            }
        }
        Ok(VendorKeys { values })
    }

    /// A credential by its name in the rules.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.secret(name).map(|secret| secret.0.as_str())
    }

    /// The same, hidden from every output.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.values.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }
}

/// A key of a vendor's section of the config; for what is no vendor, of the section of its name.
pub fn setting<'c>(config: &'c Config, vendor: &str, key: &str) -> Option<&'c str> {
    let own = config.of_vendor(vendor, key).and_then(|s| s.values.first()).map(String::as_str);
    own.or_else(|| config.text(vendor, key))
}

fn variable(vendor: &str, name: &str) -> String {
    format!("PUSHDOCTOR_{}_{}", vendor.to_ascii_uppercase(), name.to_ascii_uppercase())
}

fn value(
    vendor: &str,
    rule: &CredentialRule,
    config: &Config,
    environment: &Environment,
) -> Result<Option<String>, Bilingual> {
    let variable = variable(vendor, &rule.name);
    if let Some(value) = environment.get(&variable) {
        return usable(&variable, rule, value).map(Some);
    }
    let file = format!("{}_file", rule.name);
    let named = environment.get(&format!("{variable}_FILE")).or_else(|| setting(config, vendor, &file));
    if let Some(path) = named {
        let shown = harmless(path);
        return usable(&shown, rule, &text(Path::new(path), &shown)?).map(Some);
    }
    if rule.secret {
        return Ok(None);
    }
    match setting(config, vendor, &rule.name) {
        Some(value) => usable(&format!("{} of [vendors.{vendor}]", rule.name), rule, value).map(Some),
        None => Ok(None),
    }
}

/// The text of a file, without the line ends and the blanks around it.
fn text(path: &Path, shown: &str) -> Result<String, Bilingual> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    if let Err(e) = read {
        let error = ReadError::from_io(shown, &e);
        return Err(Bilingual::new(error.sentence(Lang::En), error.sentence(Lang::Zh)));
    }
    if bytes.len() as u64 > LARGEST {
        return Err(fault(
            shown,
            "it is larger than 64 KiB, which no credential is; name the right file",
            "文件超过 64 KiB，不会是凭据，请指定正确的文件",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        fault(
            shown,
            "the credential in it is not UTF-8 text; save it as UTF-8",
            "其中的凭据不是 UTF-8 文本，请另存为 UTF-8",
        )
    })?;
    Ok(text.trim_start_matches('\u{feff}').trim().to_owned())
}

/// A value that can be a credential: one line of ASCII, or a JSON document.
fn usable(place: &str, rule: &CredentialRule, value: &str) -> Result<String, Bilingual> {
    let value = value.trim();
    let document = value.starts_with('{') || value.starts_with("-----BEGIN");
    if value.is_empty() {
        return Err(fault(place, "it is empty; put the credential there", "内容为空，请填入凭据"));
    }
    if !document && value.contains(['\n', '\r']) {
        return Err(fault(
            place,
            "it holds more than one line; only the credential may stand there",
            "内容不止一行，其中只能有凭据本身",
        ));
    }
    if rule.secret && !document && !value.chars().all(|c| c.is_ascii_graphic()) {
        return Err(fault(
            place,
            "it holds characters that no credential has, such as blanks or Chinese; copy it anew from the console",
            "其中有凭据不会包含的字符（如空格、中文），请从控制台重新复制",
        ));
    }
    Ok(value.to_owned())
}

fn fault(place: &str, en: &str, zh: &str) -> Bilingual {
    Bilingual::new(format!("{place}: {en}"), format!("{place}：{zh}"))
}

fn missing(vendor: &str, rule: &CredentialRule) -> Bilingual {
    let variable = variable(vendor, &rule.name);
    let (en, zh) = if rule.secret {
        let key = format!("{}_file", rule.name);
        (
            format!("set {variable}, or name a file that holds it with {key} in [vendors.{vendor}]"),
            format!("请设置 {variable}，或在 [vendors.{vendor}] 中用 {key} 指定存放它的文件"),
        )
    } else {
        (
            format!("set {variable}, or {} in [vendors.{vendor}]", rule.name),
            format!("请设置 {variable}，或在 [vendors.{vendor}] 中填写 {}", rule.name),
        )
    };
    Bilingual::new(
        // No colon behind the name: what follows one is hidden as its value.
        format!("{vendor} needs {}, so {en}; it is found at {}", rule.name, rule.en),
        spaced(&format!("{vendor} 缺少 {}，{zh}；可在 {} 查到", rule.name, rule.zh)),
    )
}
