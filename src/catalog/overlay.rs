//! A team's own folder over the built-in catalogue: more codes and signatures, other words, notes.
//!
//! The layout is that of `error-codes/`: `<vendor>/<side>.toml`, `<vendor>/vendor.toml` (for a
//! built-in vendor only the keys to add), and `notes.toml`. Every file is linted as the build lints
//! its own, and each signature must trip on its sample: a rule that cannot match is an error, not
//! silence.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::lint;
use super::log_rules::{LogFile, parse_logs};
use super::matcher::Matcher;
use super::schema::{Collect, Limit, NextStep, RomRule, Service, Signature, Text};
use super::send_rules::parse_send;
use super::{Catalog, Code};
use crate::read::logcat::{Format, parse};

/// An overlay that cannot be used. One sentence that names the file and the entry.
#[derive(Debug, thiserror::Error)]
pub enum OverlayError {
    #[error("{path}: {source}; --error-codes wants a folder laid out like error-codes/")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    Lint(String),
}

/// What an overlay may say of a vendor that is built in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    #[serde(default)]
    aliases: Vec<Text>,
    #[serde(default)]
    proxies: Vec<Text>,
    #[serde(default)]
    brands: Vec<Text>,
    #[serde(default)]
    signature: Vec<Signature>,
    #[serde(default)]
    rom: Vec<RomRule>,
    #[serde(default)]
    service: Vec<Service>,
    #[serde(default)]
    limit: Vec<Limit>,
    #[serde(default)]
    next: Vec<NextStep>,
    #[serde(default)]
    collect: Vec<Collect>,
}

/// `notes.toml`: a team's remarks on codes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Notes {
    #[serde(default)]
    note: Vec<Note>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    vendor: String,
    /// All sides that have the code, if left out.
    #[serde(default)]
    side: Option<String>,
    code: String,
    text: String,
}

impl Catalog {
    /// Lays a folder over the catalogue.
    ///
    /// # Errors
    /// A folder that cannot be read, or the first entry that does not lint.
    pub fn overlay(&mut self, dir: &Path) -> Result<(), OverlayError> {
        let mut notes = None;
        for entry in list(dir)? {
            let name = entry.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            if entry.is_dir() {
                self.overlay_vendor(&entry, &name)?;
            } else if name == "notes.toml" {
                notes = Some(entry);
            } else if name.ends_with(".toml") {
                return Err(lint(format!(
                    "{}: this name means nothing here; write <vendor>/<side>.toml, <vendor>/vendor.toml or notes.toml",
                    entry.display()
                )));
            }
        }
        if let Some(path) = notes {
            self.overlay_notes(&path)?;
        }
        self.prove_samples(dir)
    }

    fn overlay_vendor(&mut self, dir: &Path, id: &str) -> Result<(), OverlayError> {
        let files: Vec<PathBuf> =
            list(dir)?.into_iter().filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
        // vendor.toml first: a new vendor must exist before its codes.
        let (vendor_file, codes): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|p| p.file_stem().is_some_and(|s| s == "vendor"));
        for path in vendor_file {
            self.overlay_vendor_file(&path, id)?;
        }
        let Some(at) = self.vendors.iter().position(|v| v.id == id) else {
            return Err(lint(format!(
                "{}: no vendor \"{id}\" is known{}; a new one needs a vendor.toml",
                dir.display(),
                nearest(id, self.vendors().map(|v| v.id.as_ref()))
            )));
        };
        for path in codes {
            let side = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            if side == "logs" {
                let file = parse_logs(&path.display().to_string(), id, &read(&path)?).map_err(lint)?;
                self.put_logs(file);
                continue;
            }
            if side == "send" {
                let rules = parse_send(&path.display().to_string(), id, &read(&path)?).map_err(lint)?;
                self.sends.retain(|s| s.vendor != id);
                self.sends.push(Cow::Owned(rules));
                continue;
            }
            let new =
                lint::parse_codes(&path.display().to_string(), id, &side, &read(&path)?).map_err(lint)?;
            if let Some(vendor) = self.vendors.get_mut(at)
                && !vendor.sides.iter().any(|s| *s == side)
            {
                vendor.to_mut().sides.to_mut().push(Text::Owned(side));
            }
            for code in new {
                self.put(code);
            }
        }
        Ok(())
    }

    fn overlay_vendor_file(&mut self, path: &Path, id: &str) -> Result<(), OverlayError> {
        let shown = path.display().to_string();
        let text = read(path)?;
        let Some(vendor) = self.vendors.iter_mut().find(|v| v.id == id) else {
            let vendor = lint::parse_vendor(&shown, id, &text).map_err(lint)?;
            self.vendors.push(Cow::Owned(vendor));
            return Ok(());
        };
        let patch: Patch = toml::from_str(&text)
            .map_err(|e| lint(format!("{shown}: {}", e.message().lines().collect::<Vec<_>>().join(", "))))?;
        for signature in &patch.signature {
            lint::lint_signature(&shown, id, signature).map_err(lint)?;
        }
        for service in &patch.service {
            lint::lint_service(&shown, service).map_err(lint)?;
        }
        for collect in &patch.collect {
            lint::lint_collect(&shown, collect).map_err(lint)?;
        }
        let vendor = vendor.to_mut();
        vendor.aliases.to_mut().extend(patch.aliases);
        vendor.proxies.to_mut().extend(patch.proxies);
        vendor.brands.to_mut().extend(patch.brands);
        vendor.rom.to_mut().extend(patch.rom);
        vendor.service.to_mut().extend(patch.service);
        vendor.limit.to_mut().extend(patch.limit);
        vendor.next.to_mut().extend(patch.next);
        vendor.collect.to_mut().extend(patch.collect);
        for signature in patch.signature {
            let known = vendor.signature.to_mut();
            known.retain(|s| s.id != signature.id);
            known.push(signature);
        }
        Ok(())
    }

    fn overlay_notes(&mut self, path: &Path) -> Result<(), OverlayError> {
        let shown = path.display();
        let notes: Notes = toml::from_str(&read(path)?)
            .map_err(|e| lint(format!("{shown}: {}", e.message().lines().collect::<Vec<_>>().join(", "))))?;
        for note in notes.note {
            let Some(vendor) = self.find_vendor(&note.vendor).map(|v| v.id.clone()) else {
                return Err(lint(format!(
                    "{shown}: note on an unknown vendor \"{}\"{}",
                    note.vendor,
                    nearest(&note.vendor, self.vendors().map(|v| v.id.as_ref()))
                )));
            };
            let codes: Vec<Code> = self
                .find_codes(Some(&vendor), &note.code)
                .into_iter()
                .filter(|c| note.side.as_ref().is_none_or(|s| c.side == *s))
                .cloned()
                .collect();
            if codes.is_empty() {
                return Err(lint(format!(
                    "{shown}: note on {vendor} {}, which the catalogue does not have",
                    note.code
                )));
            }
            for mut code in codes {
                code.team_note = Text::Owned(note.text.clone());
                self.put(code);
            }
        }
        Ok(())
    }

    /// Logs replace those of the same name and are tried first; the rest is added.
    fn put_logs(&mut self, file: LogFile) {
        self.logs.retain(|old| file.log.iter().all(|new| new.id != old.id));
        self.logs.splice(0..0, file.log.into_iter().map(Cow::Owned));
        self.operations.splice(0..0, file.operation.into_iter().map(Cow::Owned));
        self.targets.extend(file.target.into_iter().map(Cow::Owned));
    }

    fn put(&mut self, code: Code) {
        self.extra.retain(|c| !(c.vendor == code.vendor && c.side == code.side && c.code == code.code));
        self.extra.push(code);
    }

    /// Every signature of an overlay must trip on its own samples.
    fn prove_samples(&self, dir: &Path) -> Result<(), OverlayError> {
        let matcher = Matcher::new(self);
        for vendor in self.vendors.iter().filter(|v| matches!(v, Cow::Owned(_))) {
            for signature in vendor.signature.iter() {
                for sample in std::iter::once(&signature.sample).chain(signature.samples.iter()) {
                    let line = parse(sample, None, Format::Raw);
                    if !matcher.matches_line(&line, sample).iter().any(|m| m.signature.id == signature.id) {
                        return Err(lint(format!(
                            "{}: signature \"{}\" does not match its own sample: mend pattern, tags or literals",
                            dir.display(),
                            signature.id
                        )));
                    }
                }
            }
        }
        Ok(())
    }
}

fn lint(message: impl Into<String>) -> OverlayError {
    OverlayError::Lint(message.into())
}

fn list(dir: &Path) -> Result<Vec<PathBuf>, OverlayError> {
    let entries =
        std::fs::read_dir(dir).map_err(|source| OverlayError::Unreadable { path: dir.to_owned(), source })?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String, OverlayError> {
    std::fs::read_to_string(path).map_err(|source| OverlayError::Unreadable { path: path.to_owned(), source })
}

/// `, did you mean "huawei"?` where a known name is close.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|k| (strsim::damerau_levenshtein(k, name), k))
        .min()
        .filter(|(distance, _)| *distance <= 1 + name.len() / 3)
        .map(|(_, k)| format!(", did you mean \"{k}\"?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlay(files: &[(&str, &str)]) -> Result<Catalog, OverlayError> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut catalog = Catalog::builtin();
        catalog.overlay(dir.path()).map(|()| catalog)
    }

    const CODE: &str = "[[code]]\ncode = \"2\"\nlink = \"token\"\nkind = \"device\"\nretry = \"no\"\nstatus = \"current\"\n\
        owner = \"user\"\nbasis = \"inferred\"\nsource = [\"our runbook\"]\n\
        [code.en]\nmeaning = \"Ours.\"\ncause = \"c\"\nfix = [\"f\"]\n[code.zh]\nmeaning = \"我们的。\"\ncause = \"c\"\nfix = [\"f\"]\n";

    const SIGNATURE: &str = "[[signature]]\nid = \"huawei.ours\"\nlink = \"token\"\noutcome = \"code\"\nside = [\"client\"]\n\
        literals = [\"BankPush hms\"]\npattern = 'BankPush hms (?P<code>\\d+)'\nbasis = \"inferred\"\n\
        sample = \"06-14 09:58:02.123  1234  1260 E Bank    : BankPush hms 2\"\n";

    #[test]
    fn an_overlay_replaces_a_code_and_adds_a_note_and_a_signature() {
        let catalog = overlay(&[
            ("huawei/client.toml", CODE),
            ("huawei/vendor.toml", SIGNATURE),
            ("notes.toml", "[[note]]\nvendor = \"华为\"\ncode = \"907135000\"\ntext = \"ask Li\"\n"),
        ])
        .unwrap();
        assert_eq!(catalog.code("huawei", "client", "2").unwrap().en.meaning, "Ours.");
        assert_eq!(catalog.code("huawei", "client", "907135000").unwrap().team_note, "ask Li");
        assert!(catalog.signatures().any(|s| s.id == "huawei.ours"));
        assert_eq!(catalog.codes().count(), Catalog::builtin().codes().count());
    }

    #[test]
    fn mistakes_are_named() {
        let message = |files: &[(&str, &str)]| overlay(files).err().expect("it is refused").to_string();
        let typo = message(&[("huawei/client.toml", &CODE.replace("retry", "rerty"))]);
        assert!(typo.contains("client.toml") && typo.contains("rerty"), "{typo}");
        let cannot = message(&[("huawei/vendor.toml", &SIGNATURE.replace("hms (?P", "HMS  (?P"))]);
        assert!(cannot.contains("huawei.ours") && cannot.contains("sample"), "{cannot}");
        let key = message(&[("huawei/vendor.toml", &SIGNATURE.replace("literals", "literal"))]);
        assert!(key.contains("literal"), "{key}");
        let vendor = message(&[("huawie/client.toml", CODE)]);
        assert!(vendor.contains("huawei"), "{vendor}");
        let twice = message(&[("huawei/client.toml", &format!("{CODE}{CODE}"))]);
        assert!(twice.contains("twice"), "{twice}");
        let step = "[[collect]]\nfile = \"w.txt\"\ncommand = \"dumpsys window\"\nbasis = \"inferred\"\nsource = \"ours\"\n";
        assert!(overlay(&[("mps/vendor.toml", step)]).is_ok());
        for (right, wrong) in
            [("window\"", "window; reboot\""), ("w.txt", "../w.txt"), ("window\"", "\\u0007\"")]
        {
            let bad = message(&[("mps/vendor.toml", &step.replace(right, wrong))]);
            assert!(bad.contains("vendor.toml") && bad.contains("collect"), "{bad}");
        }
        let log = "[[log]]\nid = \"ours\"\nform = \"text\"\nbasis = \"none\"\nsource = \"our own log\"\n";
        assert!(message(&[("mps/logs.toml", log)]).contains("ours"));
        let service = "[[service]]\npackage = \"a b\"\nwhat = \"x\"\nsource = \"s\"\nbasis = \"inferred\"\n";
        assert!(message(&[("oppo/vendor.toml", service)]).contains("no package name"));
        assert!(!typo.contains('\n') && !key.contains('\n'));
    }
}
