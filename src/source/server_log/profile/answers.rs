//! A vendor's answer inside a row: its code, and the targets that it refused.

use serde_json::Value;

use super::fields::Fields;
use crate::catalog::answer::targets::{Refused, refused};
use crate::catalog::answer::{DEPTH, Fit, all_fits, unfold, whole_documents};
use crate::catalog::{Catalog, Kind, Vendor};
use crate::evidence::CodeRef;

/// The side of a vendor's send API.
const SIDE: &str = "server";
/// Names of the id that a vendor gives a message, and of the words beside a code.
const IDS: &[&str] = &["requestId", "taskId", "messageId", "msgId", "id"];
const WORDS: &[&str] = &["desc", "msg", "message", "description", "reason", "errorMessage"];
/// Names of a code where no shape fits but the vendor is known.
const CODES: &[&str] = &["code", "result", "errorCode", "errCode", "resultCode"];

/// What an answer says.
#[derive(Debug)]
pub struct Answer {
    pub vendor: String,
    /// The code of the answer as a whole.
    pub code: Option<CodeRef>,
    pub refused: Vec<(Option<String>, CodeRef)>,
    pub id: String,
    pub message: String,
}

/// Reads the answer in a field or a line; `vendor` is the row's own, where it names one.
pub fn read(catalog: &Catalog, value: &Value, vendor: Option<&str>) -> Option<Answer> {
    let documents = match value {
        Value::String(text) if !text.contains('{') && !text.to_ascii_lowercase().contains("%7b") => {
            Vec::new()
        }
        Value::String(text) => whole_documents(text),
        other => vec![other.clone()],
    };
    documents.into_iter().find_map(|document| of_document(catalog, &unfold(document, DEPTH), vendor))
}

fn of_document(catalog: &Catalog, document: &Value, vendor: Option<&str>) -> Option<Answer> {
    let candidates = |v: &&Vendor| match vendor {
        Some(wanted) => v.id == wanted,
        None => !v.mps_channels.is_empty(),
    };
    let mut fits = all_fits(catalog.vendors().filter(candidates), document);
    fits.retain(|fit| fit.side == SIDE);
    let vendor = match vendor {
        Some(vendor) => vendor.to_owned(),
        None => guess(catalog, &fits)?,
    };
    fits.retain(|fit| fit.vendor == vendor);
    let refused = refused(catalog.targets().filter(|t| t.vendor == vendor), document);
    fits.sort_by_key(|fit| std::cmp::Reverse(fit.weight));
    let told = |code: &str| refused.iter().any(|r| r.code == code);
    let mut codes = fits.iter().flat_map(|fit| fit.codes.iter()).filter(|code| !told(code));
    let mut code = codes.next().map(|code| refer(catalog, &vendor, SIDE, code));
    let fields = Fields::of(document);
    if code.is_none() && refused.is_empty() {
        let known = |name: &&str| {
            fields.here(name).and_then(|c| catalog.code(&vendor, SIDE, &c)).map(|c| c.code.to_string())
        };
        code = CODES.iter().find_map(known).map(|c| refer(catalog, &vendor, SIDE, &c));
    }
    if code.is_none() && refused.is_empty() {
        return None;
    }
    let first = |names: &[&str]| names.iter().find_map(|name| fields.text(name)).unwrap_or_default();
    // An answer that failed as a whole says why; what it says of targets only tells whose failure it is.
    let whole = code.clone().filter(|code| verdict(catalog, code) == Some(false));
    let refused = refused
        .into_iter()
        .map(|Refused { side, code, token }| {
            (token, whole.clone().unwrap_or_else(|| refer(catalog, &vendor, &side, &code)))
        })
        .collect();
    Some(Answer { code, refused, id: first(IDS), message: first(WORDS), vendor })
}

/// The vendor of the most telling shape, if there is only one; phones' own channels come first.
fn guess(catalog: &Catalog, fits: &[Fit]) -> Option<String> {
    let heaviest = fits.iter().map(|f| f.weight).max()?;
    let mut vendors: Vec<&str> = fits.iter().filter(|f| f.weight == heaviest).map(|f| f.vendor).collect();
    vendors.dedup();
    let own = |id: &&str| catalog.vendor(id).is_some_and(|v| v.channel);
    if vendors.iter().any(own) {
        vendors.retain(|id| own(id));
    }
    match vendors.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    }
}

fn refer(catalog: &Catalog, vendor: &str, side: &str, code: &str) -> CodeRef {
    let entry = catalog.code(vendor, side, code);
    CodeRef {
        vendor: vendor.to_owned(),
        side: side.to_owned(),
        code: entry.map_or_else(|| code.to_owned(), |e| e.code.to_string()),
        known: entry.is_some(),
    }
}

/// Whether a code is a success or a failure, where the catalogue says one of both.
pub fn verdict(catalog: &Catalog, code: &CodeRef) -> Option<bool> {
    let entry = catalog.code(&code.vendor, &code.side, &code.code)?;
    match (entry.kind, entry.effect()) {
        (Kind::Ok, _) => Some(true),
        (_, crate::catalog::Effect::Fail) => Some(false),
        _ => None,
    }
}
