//! The certificate that the app is signed with against the one that the vendor's console holds.

use super::equal::of_config;
use super::{Bench, Subject, place};
use crate::catalog::Basis;
use crate::evidence::{Place, Says};
use crate::lang::Bilingual;
use crate::source::app_package::{Certificate, Origin, bare};

pub(super) fn check(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    let certificates = &bench.facts.certificates;
    let Some(setting) = bench.config.of_vendor(&subject.vendor.id, "fingerprint") else { return };
    if certificates.is_empty() {
        return;
    }
    let fits = |wanted: &str, c: &Certificate| wanted == bare(&c.sha256) || wanted == bare(&c.sha1);
    let known = setting.values.iter().any(|v| certificates.iter().any(|(c, _)| fits(&bare(v), c)));
    if known {
        return bench.passed(Some(subject), "token.fingerprint-mismatch");
    }
    let shown: Vec<&str> = certificates.iter().map(|(c, _)| c.sha256.as_str()).collect();
    let remark = Bilingual::new(
        format!("The file is signed with SHA-256 {}.", shown.join(", ")),
        format!("该文件的签名证书 SHA-256 为 {}。", shown.join("、")),
    );
    // A bundle is signed with the upload key; the store may sign the app with another.
    let bundle = bench.manifest().is_some_and(|m| m.origin.entry.starts_with("base/"));
    let says = if bundle { Says::Warn } else { Says::Fail };
    let mut places: Vec<Place> = certificates.iter().map(spell).collect();
    places.push(of_config(bench, &format!("[vendors.{}] fingerprint", subject.vendor.id), setting));
    bench.add(Some(subject), "token.fingerprint-mismatch", says, ("", Basis::Documented), places, remark);
}

fn spell((certificate, origin): &(Certificate, Origin)) -> Place {
    place(origin, format!("SHA-256 {}, SHA-1 {}", certificate.sha256, certificate.sha1))
}
