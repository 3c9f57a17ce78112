//! Archives that hold an app: an APK, a bundle (`.aab`), or a zip of split APKs (`.apks`, `.xapk`).

use std::cell::Cell;
use std::io::{Cursor, Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::classes::Classes;
use super::element::Value;
use super::error::AppError;
use super::resources::Resources;
use super::{AppFacts, Origin, binary_xml, certificate, files, manifest, protobuf_xml};
use crate::catalog::Catalog;
use crate::lang::Bilingual;

/// The largest parts that are read whole.
const LARGEST_MANIFEST: u64 = 16 << 20;
const LARGEST_RESOURCES: u64 = 128 << 20;
const LARGEST_JSON: u64 = 1 << 20;
const LARGEST_SIGNATURE: u64 = 4 << 20;
const LARGEST_CODE: u64 = 256 << 20;
const LARGEST_SPLIT: u64 = 1 << 30;
/// How many entries of one archive are looked at.
const MOST_ENTRIES: usize = 200_000;
const MOST_JSON: usize = 5_000;
/// Files of consoles, signatures, code and splits: more of them than any app has.
const MOST_FILES: usize = 100;
const MOST_SIGNATURES: usize = 64;
const MOST_CODE: usize = 1_000;
const MOST_SPLITS: usize = 500;
/// References of a manifest that are looked up.
const MOST_REFERENCES: usize = 1_000;

/// Reads archives into the facts.
pub struct Reader<'r> {
    name: &'r str,
    input: usize,
    catalog: &'r Catalog,
    facts: &'r mut AppFacts,
    classes: Classes,
    /// Parts that could not be read.
    pub errors: Vec<AppError>,
}

impl<'r> Reader<'r> {
    pub fn new(name: &'r str, input: usize, catalog: &'r Catalog, facts: &'r mut AppFacts) -> Self {
        Reader { name, input, catalog, facts, classes: Classes::new(catalog), errors: Vec::new() }
    }

    /// Reads an archive and says what it is.
    pub fn read<F: Read + Seek>(&mut self, file: &mut F) -> Result<&'static str, AppError> {
        let archive = self.open(file)?;
        let names = entries(&archive);
        if names.iter().any(|n| n == "AndroidManifest.xml") {
            self.app(file, "", &names)?;
            return Ok("apk");
        }
        if names.iter().any(|n| n == "base/manifest/AndroidManifest.xml") {
            self.bundle(file, &names)?;
            return Ok("bundle");
        }
        let mut splits: Vec<&String> = names.iter().filter(|n| n.ends_with(".apk")).collect();
        splits.sort();
        if splits.is_empty() {
            return Err(AppError::no_manifest(self.name));
        }
        let mut archive = self.open(file)?;
        self.limit(self.name, splits.len(), MOST_SPLITS, "APKs", "APK");
        for split in splits.into_iter().take(MOST_SPLITS) {
            let bytes = match self.entry(&mut archive, split, LARGEST_SPLIT) {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.errors.push(error);
                    continue;
                }
            };
            let mut inner = Cursor::new(bytes);
            let names = match ZipArchive::new(&mut inner) {
                Ok(archive) => entries(&archive),
                Err(e) => {
                    self.errors.push(AppError::archive(&self.inside(split), &e.to_string()));
                    continue;
                }
            };
            if let Err(error) = self.app(&mut inner, split, &names) {
                self.errors.push(error);
            }
        }
        match self.facts.manifest {
            Some(_) => Ok("split apks"),
            None => Err(AppError::no_manifest(self.name)),
        }
    }

    fn open<'f, F: Read + Seek>(&self, file: &'f mut F) -> Result<ZipArchive<&'f mut F>, AppError> {
        ZipArchive::new(file).map_err(|e| AppError::archive(self.name, &e.to_string()))
    }

    fn inside(&self, entry: &str) -> String {
        format!("{}!/{}", self.name, crate::read::harmless(entry))
    }

    fn origin(&self, split: &str, entry: &str) -> Origin {
        let entry = if split.is_empty() { entry.to_owned() } else { format!("{split}!/{entry}") };
        Origin { input: self.input, entry: crate::read::harmless(&entry) }
    }

    /// One APK; `split` is its name inside another archive.
    fn app<F: Read + Seek>(&mut self, file: &mut F, split: &str, names: &[String]) -> Result<(), AppError> {
        let mut archive = self.open(file)?;
        let directory = archive.central_directory_start();
        let bytes = self.entry(&mut archive, "AndroidManifest.xml", LARGEST_MANIFEST)?;
        let at = self.inside("AndroidManifest.xml");
        let root = binary_xml::parse(&bytes).ok_or_else(|| AppError::damaged(&at, "manifest"))?;
        // A split of resources or code has a manifest that says nothing of its own.
        let base = root.value("split").is_none();
        if base {
            let table = match names.iter().any(|n| n == "resources.arsc") {
                true => self.entry(&mut archive, "resources.arsc", LARGEST_RESOURCES),
                false => Ok(Vec::new()),
            };
            let table = table.unwrap_or_else(|error| {
                self.errors.push(error);
                Vec::new()
            });
            let resources = Resources::new(&table);
            if resources.is_none() && !table.is_empty() {
                self.errors.push(AppError::damaged(&self.inside("resources.arsc"), "resource table"));
            }
            let asked = Cell::new(0_usize);
            let resolve = |value: &Value| match (value, &resources) {
                (Value::Resource(id), Some(resources)) if may_ask(&asked) => resources.resolve(*id),
                _ => None,
            };
            let origin = self.origin(split, "AndroidManifest.xml");
            self.facts.take_manifest(manifest::read(&root, origin, true, &resolve))?;
            self.limit(&at, asked.get(), MOST_REFERENCES, "references", "资源引用");
        }
        self.rest(&mut archive, split, names);
        drop(archive);
        if base {
            self.signing_block(file, directory, split);
        }
        Ok(())
    }

    fn bundle<F: Read + Seek>(&mut self, file: &mut F, names: &[String]) -> Result<(), AppError> {
        const MANIFEST: &str = "base/manifest/AndroidManifest.xml";
        let mut archive = self.open(file)?;
        let bytes = self.entry(&mut archive, MANIFEST, LARGEST_MANIFEST)?;
        let at = self.inside(MANIFEST);
        let root = protobuf_xml::parse(&bytes).ok_or_else(|| AppError::damaged(&at, "manifest"))?;
        let table = match names.iter().any(|n| n == "base/resources.pb") {
            true => self.entry(&mut archive, "base/resources.pb", LARGEST_RESOURCES),
            false => Ok(Vec::new()),
        };
        let table = table.unwrap_or_else(|error| {
            self.errors.push(error);
            Vec::new()
        });
        let asked = Cell::new(0_usize);
        let resolve = |value: &Value| match value {
            Value::Named(name) if may_ask(&asked) => protobuf_xml::resolve(&table, name),
            _ => None,
        };
        let origin = self.origin("", MANIFEST);
        self.facts.take_manifest(manifest::read(&root, origin, true, &resolve))?;
        self.limit(&at, asked.get(), MOST_REFERENCES, "references", "资源引用");
        self.rest(&mut archive, "", names);
        Ok(())
    }

    /// Signatures, consoles' files and code.
    fn rest<F: Read + Seek>(&mut self, archive: &mut ZipArchive<F>, split: &str, names: &[String]) {
        let (mut json_files, mut signatures, mut code) = (0, 0, 0);
        for name in names {
            let last = name.rsplit('/').next().unwrap_or(name);
            let extension = last.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
            match extension.as_str() {
                "rsa" | "dsa" | "ec" if name.starts_with("META-INF/") => {
                    signatures += 1;
                    if signatures <= MOST_SIGNATURES {
                        self.signature(archive, split, name);
                    }
                }
                "json" | "config" => {
                    json_files += 1;
                    if json_files <= MOST_JSON && self.facts.files.len() <= MOST_FILES {
                        self.json(archive, split, name);
                    }
                }
                "dex" if last.starts_with("classes") => {
                    code += 1;
                    if code <= MOST_CODE {
                        self.code(archive, name);
                    }
                }
                _ => {}
            }
        }
        let at = if split.is_empty() { self.name.to_owned() } else { self.inside(split) };
        self.limit(&at, signatures, MOST_SIGNATURES, "signature files", "签名文件");
        self.limit(&at, json_files, MOST_JSON, "JSON files", "JSON 文件");
        self.limit(&at, self.facts.files.len(), MOST_FILES, "console files", "后台配置文件");
        self.limit(&at, code, MOST_CODE, "code files", "代码文件");
    }

    /// Says so where there was more than is read.
    fn limit(&mut self, at: &str, count: usize, most: usize, en: &str, zh: &str) {
        if count > most {
            self.errors.push(AppError::too_many(at, most, &Bilingual::new(en, zh)));
        }
    }

    fn signature<F: Read + Seek>(&mut self, archive: &mut ZipArchive<F>, split: &str, name: &str) {
        match self.entry(archive, name, LARGEST_SIGNATURE) {
            Ok(bytes) => match certificate::of_pkcs7(&bytes, name) {
                Some(found) => self.certificate(found, split, name),
                None => self.errors.push(AppError::damaged(&self.inside(name), "signature")),
            },
            Err(error) => self.errors.push(error),
        }
    }

    fn certificate(&mut self, found: certificate::Certificate, split: &str, entry: &str) {
        if !self.facts.certificates.iter().any(|(c, _)| c.sha256 == found.sha256) {
            let origin = self.origin(split, entry);
            self.facts.certificates.push((found, origin));
        }
    }

    /// The signing block stands right before the directory of the zip.
    fn signing_block<F: Read + Seek>(&mut self, file: &mut F, directory: u64, split: &str) {
        let mut read = |from: u64, length: u64| -> Option<Vec<u8>> {
            file.seek(SeekFrom::Start(from)).ok()?;
            let mut bytes = Vec::new();
            file.by_ref().take(length).read_to_end(&mut bytes).ok()?;
            (bytes.len() as u64 == length).then_some(bytes)
        };
        let block = directory.checked_sub(24).and_then(|tail| {
            let length = certificate::block_length(&read(tail, 24)?)?;
            read(directory.checked_sub(length)?, length)
        });
        for found in certificate::of_block(&block.unwrap_or_default()) {
            let scheme = found.found_in.clone();
            self.certificate(found, split, &scheme);
        }
    }

    /// A JSON file that no rule knows is none of our business.
    fn json<F: Read + Seek>(&mut self, archive: &mut ZipArchive<F>, split: &str, name: &str) {
        let Ok(bytes) = self.entry(archive, name, LARGEST_JSON) else { return };
        let Ok(value) = serde_json::from_str(&super::text_of(&bytes)) else { return };
        let origin = self.origin(split, name);
        self.facts.files.extend(files::recognise(&value, origin, self.catalog));
    }

    fn code<F: Read + Seek>(&mut self, archive: &mut ZipArchive<F>, name: &str) {
        let at = self.inside(name);
        let result = match archive.by_name(name) {
            Ok(entry) => self.classes.search(&mut entry.take(LARGEST_CODE), &mut self.facts.classes),
            Err(e) => Err(std::io::Error::other(e.to_string())),
        };
        match result {
            Ok(()) => self.facts.code_read = true,
            Err(_) => self.errors.push(AppError::damaged(&at, "code")),
        }
    }

    /// One entry, whole.
    fn entry<F: Read + Seek>(
        &self,
        archive: &mut ZipArchive<F>,
        name: &str,
        limit: u64,
    ) -> Result<Vec<u8>, AppError> {
        let at = self.inside(name);
        let fail = |reason: String| AppError::archive(&at, &reason);
        let entry = archive.by_name(name).map_err(|e| fail(e.to_string()))?;
        let mut bytes = Vec::new();
        entry.take(limit + 1).read_to_end(&mut bytes).map_err(|e| fail(e.to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(AppError::too_large(&at, limit));
        }
        Ok(bytes)
    }
}

/// Counts one more reference; false when there were too many.
fn may_ask(asked: &Cell<usize>) -> bool {
    asked.set(asked.get().saturating_add(1));
    asked.get() <= MOST_REFERENCES
}

/// The names of an archive's entries, as far as they are texts.
fn entries<F: Read + Seek>(archive: &ZipArchive<F>) -> Vec<String> {
    let names = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned);
    names.take(MOST_ENTRIES).collect()
}
