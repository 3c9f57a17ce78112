//! One chain for each app, Android user and vendor that has evidence.

use crate::evidence::Evidence;

use super::Target;
use super::apps::Apps;
use super::own_vendor::Own;

/// The evidence of one chain.
pub struct Group<'a> {
    pub package: Option<String>,
    pub user: u32,
    pub vendor: Option<String>,
    pub evidence: Vec<&'a Evidence>,
}

/// Splits evidence into chains; there is always at least one.
pub fn chains<'a>(
    evidence: &[&'a Evidence],
    own: &Own,
    natural: &Own,
    apps: &Apps,
    target: &Target,
) -> Vec<Group<'a>> {
    let package_of = |e: &Evidence| e.package.clone().or_else(|| apps.adopted().map(str::to_owned));
    let mut keys: Vec<(Option<String>, u32)> = Vec::new();
    for e in evidence.iter().filter(|e| e.link != crate::catalog::Link::None) {
        let key = (package_of(e), e.user.unwrap_or(0));
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if let Some(package) = &target.package {
        keys.retain(|(p, _)| p.as_ref() == Some(package));
    }
    if keys.is_empty() {
        keys.push((target.package.clone().or_else(|| apps.adopted().map(str::to_owned)), 0));
    }
    let mut groups = Vec::new();
    for (package, user) in keys {
        let here: Vec<&Evidence> = evidence
            .iter()
            .copied()
            .filter(|e| package_of(e) == package && e.user.unwrap_or(0) == user)
            .collect();
        let mut vendors: Vec<Option<String>> = Vec::new();
        if let Some(vendor) = own.vendor() {
            vendors.push(Some(vendor.to_owned()));
        }
        for e in &here {
            let vendor = e.vendor.as_ref().map(ToString::to_string);
            if vendor.is_some() && e.link != crate::catalog::Link::None && !vendors.contains(&vendor) {
                vendors.push(vendor);
            }
        }
        if target.vendor.is_some() {
            vendors.retain(|v| *v == target.vendor);
        }
        // The phone belongs to no vendor, or nothing names one: the app still has a chain.
        if vendors.is_empty()
            || (*own == Own::NoVendor && vendors.iter().all(|v| v.as_deref() != Some("fcm")))
        {
            vendors.insert(0, None);
        }
        for vendor in vendors {
            let shared_token = vendor.as_deref() == natural.vendor() || natural.vendor().is_none();
            groups.push(Group {
                package: package.clone(),
                user,
                evidence: here
                    .iter()
                    .copied()
                    .filter(|e| match (&e.vendor, &vendor) {
                        (Some(theirs), Some(ours)) => theirs.as_ref() == ours.as_str(),
                        (Some(_), None) => false,
                        // A token that no line ties to a vendor is the own vendor's.
                        (None, _) => e.link != crate::catalog::Link::Token || shared_token,
                    })
                    .collect(),
                vendor,
            });
        }
    }
    groups
}
