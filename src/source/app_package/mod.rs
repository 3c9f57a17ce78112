//! The app itself: an APK, a bundle, or single files of it. They settle what no log shows: whether
//! the app was configured for the vendors' channels at all.
//!
//! Reading makes [`AppFacts`]; [`checks`] turns them into evidence. Everything is recognised by its
//! content, and nothing but names and digests of the app's code is kept.

mod binary_xml;
mod bytes;
mod certificate;
pub mod checks;
mod classes;
mod element;
mod error;
mod files;
mod manifest;
mod package;
mod protobuf_xml;
mod resources;
mod string_pool;
mod text_xml;

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use certificate::{Certificate, bare};
pub use error::AppError;
pub use files::ConfigFile;
pub use manifest::{Component, Manifest, Meta};

use super::Case;
use crate::catalog::Catalog;
use crate::diagnosis::Input;
use element::Element;

/// The largest single file that is read whole.
const LARGEST_FILE: u64 = 16 << 20;

/// Where a fact was read: an input, and what lies inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Index into the case's inputs.
    pub input: usize,
    /// The entry of an archive, as `assets/agconnect-services.json`; the file's name otherwise.
    pub entry: String,
}

/// What is known of the app.
#[derive(Clone, Debug, Default)]
pub struct AppFacts {
    pub manifest: Option<Manifest>,
    pub certificates: Vec<(Certificate, Origin)>,
    pub files: Vec<ConfigFile>,
    /// Classes, of those that the rules name, which are in the app's code.
    pub classes: Vec<String>,
    /// Code was read, so that a class that is not there may be missed.
    pub code_read: bool,
}

impl AppFacts {
    /// The app's package name.
    pub fn package(&self) -> Option<&str> {
        self.manifest.as_ref().map(|m| m.package.as_str()).filter(|p| !p.is_empty())
    }

    fn take_manifest(&mut self, manifest: Manifest) -> Result<(), AppError> {
        match &self.manifest {
            Some(known) if known.package != manifest.package => {
                Err(AppError::other_app(&manifest.origin.entry, &manifest.package, &known.package))
            }
            // A compiled manifest is the merged one; a source file only adds where there is none.
            Some(known) if known.compiled || !manifest.compiled => Ok(()),
            _ => {
                self.manifest = Some(manifest);
                Ok(())
            }
        }
    }
}

/// Reads what `--app` names into the case. Returns what could not be read.
pub fn read(paths: &[std::path::PathBuf], catalog: &Catalog, case: &mut Case) -> Vec<AppError> {
    let mut facts = AppFacts::default();
    let mut errors = Vec::new();
    let mut read_any = false;
    for path in paths {
        let input = case.inputs.len();
        match one(path, input, catalog, &mut facts) {
            Ok(found) => {
                read_any = true;
                case.inputs.push(found.0);
                errors.extend(found.1);
            }
            Err(error) => errors.push(error),
        }
    }
    for error in &errors {
        case.skipped.push((error.name.clone(), error.text.clone()));
    }
    if read_any {
        case.app = Some(facts);
    }
    errors
}

/// Reads one path; what could not be read inside it comes back beside the input.
fn one(
    path: &Path,
    input: usize,
    catalog: &Catalog,
    facts: &mut AppFacts,
) -> Result<(Input, Vec<AppError>), AppError> {
    let name = crate::read::harmless(&path.to_string_lossy());
    let io = |e: std::io::Error| AppError::io(&name, &e);
    let about = std::fs::metadata(path).map_err(io)?;
    if about.is_dir() {
        return Err(AppError::folder(&name));
    }
    let mut file = File::open(path).map_err(io)?;
    let mut head = [0; 4];
    let read = file.read(&mut head).map_err(io)?;
    let head = head.get(..read).unwrap_or_default();
    std::io::Seek::rewind(&mut file).map_err(io)?;
    let mut record =
        Input { path: name.clone(), kind: "app".to_owned(), bytes: about.len(), ..Input::default() };
    if head.starts_with(b"PK") {
        let mut reader = package::Reader::new(&name, input, catalog, facts);
        record.format = reader.read(&mut file)?.to_owned();
        return Ok((record, reader.errors));
    }
    if about.len() > LARGEST_FILE {
        return Err(AppError::unknown(&name));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE).read_to_end(&mut bytes).map_err(io)?;
    if bytes.is_empty() {
        return Err(AppError::empty(&name));
    }
    let entry = name.rsplit(['/', '\\']).next().unwrap_or(&name).to_owned();
    record.format = single(&bytes, &name, Origin { input, entry }, catalog, facts)?.to_owned();
    Ok((record, Vec::new()))
}

/// A single file: a manifest, or a console's JSON.
fn single(
    bytes: &[u8],
    name: &str,
    origin: Origin,
    catalog: &Catalog,
    facts: &mut AppFacts,
) -> Result<&'static str, AppError> {
    if binary_xml::is(bytes) {
        let root = binary_xml::parse(bytes).ok_or_else(|| AppError::damaged(name, "manifest"))?;
        facts.take_manifest(manifest::read(&root, origin, true, &|_| None))?;
        return Ok("binary manifest");
    }
    let text = text_of(bytes);
    let begins = text.trim_start();
    if begins.starts_with('<') {
        let root: Element = text_xml::parse(&text).map_err(|e| AppError::syntax(name, &e))?;
        if root.name != "manifest" {
            return Err(AppError::unknown(name));
        }
        facts.take_manifest(manifest::read(&root, origin, false, &|_| None))?;
        return Ok("manifest");
    }
    if begins.starts_with('{') {
        let value = serde_json::from_str(&text).map_err(|e| AppError::syntax(name, &e.to_string()))?;
        let file = files::recognise(&value, origin, catalog).ok_or_else(|| AppError::unknown(name))?;
        facts.files.push(file);
        return Ok("configuration file");
    }
    Err(AppError::unknown(name))
}

/// Text of any encoding that begins with its mark, else UTF-8.
fn text_of(bytes: &[u8]) -> String {
    encoding_rs::UTF_8.decode(bytes).0.into_owned()
}
