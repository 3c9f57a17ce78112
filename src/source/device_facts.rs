//! What the phone is: brand, model, ROM, from system properties.
//!
//! Which property decides is data (`[[rom]]` in the vendors' files), because the vendors' keys
//! overlap: HyperOS keeps MIUI's, HarmonyOS keeps EMUI's, and the order of the tests matters.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::catalog::{Catalog, PropertyTest, RomRule};
use crate::diagnosis::Device;
use crate::evidence::Place;

/// System properties as read, each with its line; the first value of a key wins.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    values: BTreeMap<String, (String, Place)>,
    complete: bool,
}

impl Properties {
    /// Takes one pair; empty values say nothing.
    pub fn add(&mut self, key: &str, value: &str, place: Place) {
        let value = value.trim();
        if !value.is_empty() {
            self.values.entry(key.trim().to_owned()).or_insert_with(|| (value.to_owned(), place));
        }
    }

    /// All properties of the phone were read: one that is not here does not exist.
    pub fn set_complete(&mut self) {
        self.complete = true;
    }

    /// Where the value of a key was read.
    pub fn place(&self, key: &str) -> Option<&Place> {
        self.values.get(key).map(|(_, place)| place)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|(value, _)| value.as_str())
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn first(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|k| self.get(k)).map(str::to_owned)
    }

    fn holds(&self, test: &PropertyTest) -> bool {
        let Some(value) = self.get(&test.key) else { return false };
        test.value.is_empty() || Regex::new(&test.value).is_ok_and(|r| r.is_match(value))
    }

    fn fits(&self, rule: &RomRule) -> bool {
        rule.when.iter().all(|t| self.holds(t))
            && (rule.any.is_empty() || rule.any.iter().any(|t| self.holds(t)))
            && !rule.unless.iter().any(|t| self.holds(t))
    }
}

/// The phone that these properties describe.
pub fn identify(properties: &Properties, catalog: &Catalog) -> Device {
    if properties.is_empty() {
        return Device::default();
    }
    let brand = properties.first(&["ro.product.brand", "ro.product.system.brand", "ro.product.vendor.brand"]);
    let manufacturer = properties.first(&[
        "ro.product.manufacturer",
        "ro.product.system.manufacturer",
        "ro.product.vendor.manufacturer",
    ]);
    let mut rules: Vec<&RomRule> = catalog.vendors().flat_map(|v| v.rom.iter()).collect();
    rules.sort_by_key(|r| r.order);
    let rule = rules.into_iter().find(|r| properties.fits(r));
    let family = rule
        .map(|r| r.family.to_string())
        .filter(|f| !f.is_empty())
        .or_else(|| by_brand(catalog, brand.as_deref(), manufacturer.as_deref()));
    let mut used: Vec<(String, String)> = Vec::new();
    let mut keep = |key: &str| {
        if let Some(value) = properties.get(key)
            && !used.iter().any(|(k, _)| k == key)
        {
            used.push((key.to_owned(), value.to_owned()));
        }
    };
    for key in ["ro.product.brand", "ro.product.manufacturer", "ro.product.model", "ro.build.display.id"] {
        keep(key);
    }
    for test in rule.iter().flat_map(|r| r.when.iter().chain(r.any.iter())) {
        keep(&test.key);
    }
    // The ROM's own keys decide; a phone that no rule knows is judged by brand and display name.
    let mut seen: Vec<Place> = Vec::new();
    let keys = rule.iter().flat_map(|r| r.when.iter().chain(r.any.iter()).map(|t| &t.key));
    let others = ["ro.product.manufacturer", "ro.product.brand", "ro.build.display.id"];
    let decisive = keys
        .map(AsRef::as_ref)
        .chain(rule.iter().flat_map(|r| r.version.iter().map(AsRef::as_ref)))
        .chain(others)
        .chain(["ro.build.version.sdk"]);
    for place in decisive.filter_map(|key| properties.place(key)) {
        if !seen.iter().any(|p| (p.input, p.line) == (place.input, place.line)) {
            seen.push(place.clone());
        }
    }
    Device {
        seen,
        whole: properties.complete,
        packages: Vec::new(),
        model: properties.first(&["ro.product.model", "ro.product.system.model", "ro.product.vendor.model"]),
        rom: rule.map(|r| r.rom.to_string()),
        rom_version: rule.and_then(|r| version(properties, r)),
        sdk: properties.get("ro.build.version.sdk").and_then(|v| v.parse().ok()),
        timezone: properties.get("persist.sys.timezone").map(str::to_owned),
        family: family.or_else(|| brand.as_ref().map(|_| "other".to_owned())),
        brand,
        manufacturer,
        properties: used,
    }
}

/// The vendor of a brand or maker name. The maker decides first: old Honor phones are Huawei's.
pub fn by_brand(catalog: &Catalog, brand: Option<&str>, manufacturer: Option<&str>) -> Option<String> {
    [manufacturer, brand].into_iter().flatten().find_map(|name| {
        catalog
            .vendors()
            .find(|v| v.brands.iter().any(|b| b.eq_ignore_ascii_case(name)))
            .map(|v| v.id.to_string())
    })
}

/// The version by the first key whose value has the form of one.
fn version(properties: &Properties, rule: &RomRule) -> Option<String> {
    let mut values = rule.version.iter().filter_map(|k| properties.get(k));
    if rule.version_pattern.is_empty() {
        return values.next().map(str::to_owned);
    }
    let pattern = Regex::new(&rule.version_pattern).ok()?;
    values.find_map(|raw| {
        let found = pattern.captures(raw)?;
        // MIUI writes 12.5 as `V125`: the parts are groups of their own.
        let parts: Vec<&str> = found.iter().skip(1).flatten().map(|m| m.as_str()).collect();
        Some(if parts.is_empty() { found.get(0)?.as_str().to_owned() } else { parts.join(".") })
    })
}
