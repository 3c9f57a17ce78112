//! Whose phone it is: only the own vendor's chain can be the verdict.
//!
//! The line that names mPaaS's chosen proxy decides, then MPS's manufacturer, then maker, brand
//! and ROM. Without any of them the vendor whose SDK did real work on the phone is taken.

use crate::catalog::Catalog;
use crate::evidence::{Evidence, Says};
use crate::source::Case;

use super::Target;
use crate::catalog::Link;

/// The device's own vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Own {
    /// Named by the user, the proxy line, MPS or the phone's properties.
    Known(String),
    /// The phone is known and belongs to no vendor with a channel of its own.
    NoVendor,
    /// Taken from what the SDKs did.
    Guessed(String),
    Unknown,
}

impl Own {
    /// The vendor, however it was found.
    pub fn vendor(&self) -> Option<&str> {
        match self {
            Own::Known(vendor) | Own::Guessed(vendor) => Some(vendor),
            Own::NoVendor | Own::Unknown => None,
        }
    }

    /// Whether the phone itself says that `vendor` is not its own.
    pub fn rules_out(&self, vendor: &str) -> bool {
        match self {
            Own::Known(own) => own != vendor,
            Own::NoVendor => vendor != "fcm",
            Own::Guessed(_) | Own::Unknown => false,
        }
    }

    /// Whether a chain of `vendor` stays out of the verdict.
    pub fn excludes(&self, vendor: Option<&str>) -> bool {
        vendor.is_some_and(|v| self.rules_out(v) || matches!(self, Own::Guessed(own) if own != v))
    }
}

/// Finds the own vendor of a case.
pub fn find(case: &Case, catalog: &Catalog, target: &Target) -> Own {
    if let Some(vendor) = &target.vendor {
        return Own::Known(vendor.clone());
    }
    let wanted = |package: &Option<String>| match (&target.package, package) {
        (Some(wanted), Some(package)) => wanted == package,
        _ => true,
    };
    let mut proxies: Vec<&str> = Vec::new();
    for proxy in case.log.proxies.iter().filter(|p| wanted(&p.package)) {
        if !proxies.contains(&proxy.vendor.as_str()) {
            proxies.push(&proxy.vendor);
        }
    }
    let by_device = by_device(case, catalog);
    match proxies.as_slice() {
        [] => {}
        [one] => return Own::Known((*one).to_owned()),
        // Several adapters found: the phone decides between them.
        several => {
            if let Own::Known(vendor) = &by_device
                && several.contains(&vendor.as_str())
            {
                return by_device;
            }
        }
    }
    if let Some(vendor) = &case.log.manufacturer {
        return Own::Known(vendor.clone());
    }
    if by_device != Own::Unknown {
        return by_device;
    }
    guess(case)
}

fn by_device(case: &Case, catalog: &Catalog) -> Own {
    let device = &case.device;
    let Some(family) = &device.family else { return Own::Unknown };
    let maker = device
        .manufacturer
        .as_deref()
        .and_then(|m| catalog.vendors().find(|v| v.brands.iter().any(|b| b.eq_ignore_ascii_case(m))));
    let brand = || crate::source::device_facts::by_brand(catalog, device.brand.as_deref(), None);
    let vendor = match catalog.vendor(family).filter(|v| v.channel) {
        // Old Honor phones are made by Huawei and use Huawei's channel.
        Some(vendor) => match maker {
            Some(maker) if vendor.shared_with.contains(&maker.id) => maker.id.to_string(),
            _ => vendor.id.to_string(),
        },
        None => match brand() {
            Some(brand) => brand,
            None => return Own::NoVendor,
        },
    };
    // A family served by two adapters: the one that did something.
    let shared = catalog.vendor(&vendor).map(|v| v.shared_with.clone()).unwrap_or_default();
    let worked = |id: &str| {
        case.evidence
            .iter()
            .any(|e| e.vendor.as_deref() == Some(id) && !e.elsewhere && !e.configuration && is_work(e))
    };
    if !worked(&vendor)
        && let Some(other) = shared.iter().find(|other| worked(other))
    {
        return Own::Known(other.to_string());
    }
    Own::Known(vendor)
}

fn is_work(e: &Evidence) -> bool {
    e.says != Says::Note || e.link == Link::Token
}

/// From what the vendors' SDKs did: a success first, then a real error, then a bare answer.
fn guess(case: &Case) -> Own {
    let rank = |e: &Evidence| match e.says {
        Says::Pass if !e.elsewhere => 3,
        Says::Fail if !e.elsewhere => 2,
        Says::Fail | Says::Warn | Says::Guard | Says::Pass => 1,
        Says::Note => 0,
    };
    let best = case
        .evidence
        .iter()
        // How the app is made does not tell whose phone it is.
        .filter(|e| e.vendor.is_some() && !e.configuration && rank(e) > 0)
        .max_by_key(|e| (rank(e), e.confidence, e.last_time()));
    match best {
        Some(e) if rank(e) > 1 => Own::Guessed(e.vendor.clone().unwrap_or_default().into_owned()),
        _ => Own::Unknown,
    }
}
