//! The push status that the MPS console shows for one message: MPS's own numbers, else the vendor's.

use super::evidence::apply;
use super::words;
use crate::catalog::{Basis, Catalog, Code, Confidence, Kind, Link, Text};
use crate::chain::own_vendor::Own;
use crate::chain::{Target, words as chain_words};
use crate::evidence::{CodeRef, Evidence, Says};
use crate::lang::Bilingual;

/// MPS's own statuses of today; other numbers are first looked up at the vendor.
const OWN: &[&str] = &["-1", "0", "1", "2"];
/// Sides of a vendor whose codes MPS passes on.
const SIDES: &[&str] = &["server", "receipt"];

/// Evidence from the status, or why it says nothing.
pub fn judge(catalog: &Catalog, target: &Target, own: &Own) -> Option<Result<Evidence, Bilingual>> {
    let code = target.mps_status.as_deref().map(str::trim).filter(|c| !c.is_empty())?;
    let of_mps = || catalog.code("mps", "status", code);
    let of_vendor = |vendor: &str| SIDES.iter().find_map(|side| catalog.code(vendor, side, code));
    let vendor = target.vendor.as_deref().or_else(|| own.vendor());
    if OWN.contains(&code) {
        return of_mps().map(|entry| Ok(evidence(entry, None, code)));
    }
    if let Some(vendor) = vendor {
        return Some(Ok(match of_vendor(vendor).or_else(of_mps) {
            Some(entry) => evidence(entry, Some(vendor), code),
            None => unknown(vendor, code),
        }));
    }
    let having: Vec<&Code> =
        catalog.vendors().filter(|v| v.channel).filter_map(|v| of_vendor(&v.id)).collect();
    match (having.as_slice(), of_mps()) {
        (_, Some(entry)) => Some(Ok(evidence(entry, None, code))),
        ([one], None) => Some(Ok(evidence(one, Some(&one.vendor), code))),
        (several, None) => {
            let names: Vec<_> =
                several.iter().filter_map(|c| catalog.vendor(&c.vendor)).map(chain_words::name).collect();
            Some(Err(words::ambiguous_status(code, &names)))
        }
    }
}

fn evidence(entry: &Code, vendor: Option<&str>, code: &str) -> Evidence {
    let mut e = Evidence {
        link: entry.link,
        says: Says::Pass,
        vendor: vendor.map(|v| Text::Owned(v.to_owned())),
        rule: "console.status".into(),
        basis: entry.basis,
        // 2 tells of the vendor's gateway, or of the phone: which, the console does not say.
        confidence: Confidence::Medium,
        server: true,
        remark: words::console_status(code),
        ..Evidence::default()
    };
    if entry.kind == Kind::Ok {
        e.remark = Bilingual::new(
            format!("{} {}", e.remark.en, entry.en.meaning),
            format!("{}{}", e.remark.zh, entry.zh.meaning),
        );
        return e;
    }
    apply(&mut e, entry);
    e.confidence = Confidence::High;
    e
}

fn unknown(vendor: &str, code: &str) -> Evidence {
    Evidence {
        link: Link::Forward,
        says: Says::Fail,
        vendor: Some(Text::Owned(vendor.to_owned())),
        finding: format!("{vendor}.server.{code}"),
        code: Some(CodeRef {
            vendor: vendor.to_owned(),
            side: "server".to_owned(),
            code: code.to_owned(),
            known: false,
        }),
        rule: "console.status".into(),
        basis: Basis::Inferred,
        confidence: Confidence::Medium,
        server: true,
        remark: words::console_status(code),
        ..Evidence::default()
    }
}
