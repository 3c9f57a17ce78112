//! From facts to evidence: only those on the apps in question and on the phone's own vendor.

use super::{DeviceState, app, services};
use crate::catalog::{Basis, Catalog, Confidence, Link};
use crate::evidence::{Evidence, Place, Says};

/// What the dumps say of these apps and of the vendor's service. Without an app only the service is
/// judged, for the first user: no other app on the phone is anybody's business. `sdk` is the API
/// level of the phone.
pub fn evidence(
    state: &DeviceState,
    catalog: &Catalog,
    vendor: Option<&str>,
    apps: &[String],
    sdk: Option<u32>,
) -> Vec<Evidence> {
    if state.is_empty() {
        return Vec::new();
    }
    let vendor = vendor.and_then(|id| catalog.vendor(id));
    let mut out = Vec::new();
    if let Some(vendor) = vendor
        && apps.is_empty()
    {
        out.extend(services::judge(state, vendor, None, 0));
    }
    for package in apps {
        out.extend(app::missing(state, package));
        let mut users = app::users(state, package);
        if users.is_empty() {
            users.push(0);
        }
        for user in users {
            out.extend(app::judge(state, vendor, package, user, sdk));
            if let Some(vendor) = vendor {
                out.extend(services::judge(state, vendor, Some(package), user));
            }
        }
    }
    out.extend(app::unnamed(state));
    out
}

/// A piece of evidence that a fact yields. Rules of dumps begin with `state.`.
pub(super) fn fact(link: Link, says: Says, finding: &str, rule: &'static str, place: &Place) -> Evidence {
    Evidence {
        link,
        says,
        finding: finding.to_owned(),
        rule: rule.into(),
        basis: Basis::Sdk,
        confidence: Confidence::High,
        places: vec![place.clone()],
        ..Evidence::default()
    }
}
