//! What lines say that do not speak for the app and vendor in question by themselves.
//!
//! Codes of lines that name no vendor belong to the device's own vendor, where that is known: the
//! push component asks only the vendor that it chose.

use crate::catalog::{Catalog, Confidence, Effect};
use crate::evidence::{Evidence, Says};

use super::own_vendor::Own;

/// Gives vendorless token codes to the own vendor; without one they are only a warning.
pub fn codes(evidence: &mut [Evidence], own: &Own, catalog: &Catalog) {
    for e in evidence.iter_mut() {
        let Some(code) = e.code.as_mut().filter(|c| c.vendor.is_empty()) else { continue };
        let Some(vendor) = own.vendor() else {
            e.code = None;
            e.says = Says::Warn;
            continue;
        };
        code.vendor = vendor.to_owned();
        e.vendor = Some(vendor.to_owned().into());
        e.finding = format!("{vendor}.{}.{}", code.side, code.code);
        let Some(entry) = catalog.code(vendor, &code.side, &code.code) else { continue };
        code.known = true;
        e.finding = entry.finding();
        e.link = entry.link;
        e.retry = Some(entry.retry);
        e.confidence = Confidence::Medium;
        e.says = match entry.effect() {
            Effect::Fail => Says::Fail,
            Effect::Warn => Says::Warn,
            Effect::Guard => Says::Guard,
            Effect::None | Effect::Unknown => Says::Note,
        };
    }
}

/// Lines of other push services (JPush, TPNS …) only warn, unless their app is one in question.
pub fn other_sdks(evidence: &mut [Evidence], target: Option<&str>, push_apps: &[String]) {
    for e in evidence.iter_mut().filter(|e| e.other_sdk && e.says == Says::Fail) {
        let asked = e.package.is_some() && e.package.as_deref() == target;
        if !asked && !e.package.as_ref().is_some_and(|p| push_apps.contains(p)) {
            e.says = Says::Warn;
        }
    }
}
