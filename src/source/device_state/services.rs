//! The vendor's service on the phone: is it there, enabled, and new enough?
//!
//! Which packages these are and which version they need is data (`[[service]]`). "Missing" is said
//! only where the package service says so, or where the whole list of packages was read.

use super::evidence::fact;
use super::{DeviceState, Package};
use crate::catalog::{Confidence, Link, Service, Vendor, Without};
use crate::evidence::{Evidence, Place, Says};

/// How one service package stands.
enum Standing<'s> {
    Good(&'s Package, u64),
    /// Enough for one adapter of the vendor, too old for another.
    Between(&'s Package, u64, u64),
    Old(&'s Package, u64, u64),
    Disabled(&'s Place),
    Missing(&'s Place),
    Unknown,
}

/// What the services of a vendor mean for the token of one app and user.
pub(super) fn judge(state: &DeviceState, vendor: &Vendor, package: Option<&str>, user: u32) -> Vec<Evidence> {
    let mut groups: Vec<(&str, Vec<&Service>)> = Vec::new();
    for service in vendor.service.iter().filter(|s| s.without.is_some()) {
        let name = if service.group.is_empty() { service.package.as_ref() } else { service.group.as_ref() };
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, services)) => services.push(service),
            None => groups.push((name, vec![service])),
        }
    }
    let mut out: Vec<Evidence> =
        groups.iter().filter_map(|(_, services)| group(state, services, user)).collect();
    for evidence in &mut out {
        evidence.vendor = Some(vendor.id.clone());
        evidence.package = package.map(str::to_owned);
        evidence.user = Some(user);
    }
    out
}

/// Services that stand for one another: the best of them counts.
fn group(state: &DeviceState, services: &[&Service], user: u32) -> Option<Evidence> {
    let mut names: Vec<&str> = Vec::new();
    for service in services {
        if !names.contains(&service.package.as_ref()) {
            names.push(&service.package);
        }
    }
    let standings: Vec<(&str, Standing<'_>)> =
        names.iter().map(|name| (*name, standing(state, services, name, user))).collect();
    let first = services.first()?;
    let says = match first.without {
        Some(Without::Fail) => Says::Fail,
        _ => Says::Warn,
    };
    let of = |finding: &str, says: Says, place: &Place, detail: String| {
        let mut evidence = fact(Link::Token, says, finding, "state.service", place);
        evidence.basis = first.basis;
        evidence.detail = detail;
        Some(evidence)
    };
    for (name, standing) in &standings {
        if let Standing::Good(package, version) = standing {
            let shown = package.version_name.clone().unwrap_or_else(|| version.to_string());
            return of("", Says::Note, &package.place, format!("{name} {shown}"));
        }
    }
    for (name, standing) in &standings {
        if let Standing::Between(package, version, wanted) = standing {
            let mut evidence = of(
                "token.service-outdated",
                Says::Warn,
                &package.place,
                format!("{name} {version} / {wanted}"),
            )?;
            evidence.confidence = Confidence::Medium;
            return Some(evidence);
        }
    }
    // A service that may still be there rules out the rest.
    if standings.iter().any(|(_, standing)| matches!(standing, Standing::Unknown)) {
        return None;
    }
    for (name, standing) in &standings {
        if let Standing::Old(package, version, wanted) = standing {
            let detail = format!("{name} {version} / {wanted}");
            return of("token.service-outdated", says, &package.place, detail);
        }
    }
    for (name, standing) in &standings {
        if let Standing::Disabled(place) = standing {
            return of("token.service-disabled", says, place, (*name).to_owned());
        }
    }
    for (_, standing) in &standings {
        if let Standing::Missing(place) = standing {
            let mut evidence = of("token.service-missing", says, place, names.join(", "))?;
            // On another brand's phone it is no loss.
            evidence.elsewhere = true;
            if !state.whole && !state.absent.contains_key(names.first().copied().unwrap_or_default()) {
                evidence.confidence = Confidence::Medium;
            }
            return Some(evidence);
        }
    }
    None
}

fn standing<'s>(state: &'s DeviceState, services: &[&Service], name: &str, user: u32) -> Standing<'s> {
    let Some(package) = state.packages.get(name) else {
        return match state.absent.get(name).or(state.complete.as_ref()) {
            Some(place) => Standing::Missing(place),
            None => Standing::Unknown,
        };
    };
    match package.users.get(&user) {
        Some(here) if !here.installed => return Standing::Missing(&here.place),
        Some(here) if here.disabled || here.hidden => return Standing::Disabled(&here.place),
        _ => {}
    }
    let Some(version) = package.version_code else { return Standing::Unknown };
    let wanted = services.iter().filter(|s| s.package == name && s.min_version > 0).map(|s| s.min_version);
    let (lowest, highest) = (wanted.clone().min().unwrap_or(0), wanted.max().unwrap_or(0));
    if version < lowest {
        Standing::Old(package, version, lowest)
    } else if version < highest {
        Standing::Between(package, version, highest)
    } else {
        Standing::Good(package, version)
    }
}
