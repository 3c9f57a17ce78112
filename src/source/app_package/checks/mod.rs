//! The app's files against what the vendors' channels need. What is needed is data
//! (`[app]` of each vendor); here is only how it is compared.
//!
//! A check fails only where the channel cannot work; where something may be right in a way that the
//! files do not show, it warns. A check that passes proves no delivery, and yields no evidence.

mod components;
mod display;
mod equal;
mod fingerprint;
mod meta;
mod mpaas;
mod parts;

use std::collections::BTreeSet;

use super::classes::fits;
use super::{AppFacts, Manifest, Origin};
use crate::catalog::{AppRules, Basis, Catalog, Confidence, Text, Vendor};
use crate::config::Config;
use crate::diagnosis::{AppCheck, Configuration, State};
use crate::evidence::{Evidence, Place, Says};
use crate::lang::Bilingual;
use crate::source::Case;

/// How much of a text from the app's files is shown.
const LONGEST: usize = 600;

/// Runs every check on the app of a case, and adds what fails or is doubtful to its evidence.
pub fn run(case: &mut Case, config: &Config, catalog: &Catalog) {
    let Some(facts) = case.app.take() else { return };
    let mut bench = Bench { catalog, config, case, facts: &facts, done: Vec::new() };
    let carried: Vec<&Vendor> = catalog.vendors().filter(|v| bench.carries(v)).collect();
    for vendor in &carried {
        let Some(rules) = &vendor.app else { continue };
        let subject = Subject { vendor, rules };
        meta::check(&mut bench, &subject);
        components::check(&mut bench, &subject);
        parts::permissions(&mut bench, &subject);
        parts::conflicts(&mut bench, &subject);
        parts::queries(&mut bench, &subject);
        equal::check(&mut bench, &subject);
        fingerprint::check(&mut bench, &subject);
    }
    mpaas::check(&mut bench);
    display::check(&mut bench);
    let done = bench.done;
    let package = facts.package().map(str::to_owned);
    if let Some(package) = &package
        && !case.log.push_apps.is_empty()
        && !case.log.push_apps.contains(package)
    {
        let seen = case.log.push_apps.join(", ");
        case.notes.push(Bilingual::new(
            format!(
                "The log shows push lines of {seen}, the app's files are of {package}: they are judged apart."
            ),
            format!("日志里的推送日志属于 {seen}，而应用文件属于 {package}：两者分开判断。"),
        ));
    }
    for check in &done {
        if let Some(evidence) = check.evidence(package.clone(), catalog, case.device.sdk) {
            case.evidence.push(evidence);
        }
    }
    case.configuration = Some(Configuration {
        package,
        version: facts.manifest.as_ref().and_then(|m| m.version_name.clone()),
        target_sdk: facts.manifest.as_ref().and_then(|m| m.target_sdk),
        certificates: facts.certificates.iter().map(|(c, _)| (c.sha256.clone(), c.sha1.clone())).collect(),
        vendors: carried
            .iter()
            .filter(|v| v.channel)
            .map(|v| (v.id.to_string(), Bilingual::new(v.en.as_ref(), v.zh.as_ref())))
            .collect(),
        checks: done.into_iter().map(Done::shown).collect(),
    });
    case.app = Some(facts);
}

/// The vendor in question.
struct Subject<'a> {
    vendor: &'a Vendor,
    rules: &'a AppRules,
}

/// What the checks share.
struct Bench<'a> {
    catalog: &'a Catalog,
    config: &'a Config,
    case: &'a Case,
    facts: &'a AppFacts,
    done: Vec<Done>,
}

/// A check that was made.
#[derive(Clone, Debug)]
struct Done {
    /// `None` for what concerns every vendor.
    vendor: Option<Text>,
    finding: &'static str,
    says: Says,
    confidence: Confidence,
    basis: Basis,
    source: String,
    places: Vec<Place>,
    /// What it is in this app.
    remark: Bilingual,
    /// The lowest API level of phones that it concerns.
    from_sdk: u32,
}

impl Done {
    /// What it says of the phone in the case.
    fn evidence(&self, package: Option<String>, catalog: &Catalog, phone: Option<u32>) -> Option<Evidence> {
        if !matches!(self.says, Says::Fail | Says::Warn) || phone.is_some_and(|sdk| sdk < self.from_sdk) {
            return None;
        }
        Some(Evidence {
            link: catalog.finding(self.finding)?.link,
            says: self.says,
            vendor: self.vendor.clone(),
            package,
            finding: self.finding.to_owned(),
            rule: Text::Borrowed("app.configuration"),
            basis: self.basis,
            confidence: self.confidence,
            configuration: true,
            remark: self.remark.clone(),
            source: self.source.clone(),
            places: self.places.clone(),
            ..Evidence::default()
        })
    }

    fn shown(self) -> AppCheck {
        AppCheck {
            vendor: self.vendor.map(Text::into_owned),
            finding: self.finding.to_owned(),
            state: match self.says {
                Says::Fail => State::Fail,
                Says::Warn => State::Warn,
                Says::Pass => State::Pass,
                Says::Note | Says::Guard => State::Unknown,
            },
            source: self.source,
            remark: self.remark,
            evidence: self.places,
        }
    }
}

impl<'a> Bench<'a> {
    /// Whether the app carries anything of a vendor's channel.
    fn carries(&self, vendor: &Vendor) -> bool {
        let Some(rules) = &vendor.app else { return false };
        let of_file = self.facts.files.iter().any(|f| f.vendor == vendor.id);
        let of_manifest = self.facts.manifest.as_ref().is_some_and(|m| {
            let named = |name: &str| m.meta.iter().any(|meta| meta.name == name);
            rules.meta.iter().any(|r| named(&r.name) || r.or.iter().any(|n| named(n)))
        });
        of_file
            || of_manifest
            || self.has_any(rules.marks.iter())
            || rules.component.iter().any(|c| self.declares_any(c.names.iter()))
    }

    /// Whether any of these classes is declared.
    fn declares_any<'t>(&self, names: impl Iterator<Item = &'t Text>) -> bool {
        let mut names = names;
        names.any(|n| self.manifest().is_some_and(|m| m.components.iter().any(|c| fits(n, &c.name))))
    }

    /// Whether any of these classes is declared or in the code.
    fn has_any<'t>(&self, names: impl Iterator<Item = &'t Text> + Clone) -> bool {
        self.declares_any(names.clone()) || { names }.any(|n| self.facts.classes.iter().any(|c| c == n))
    }

    fn manifest(&self) -> Option<&'a Manifest> {
        self.facts.manifest.as_ref()
    }

    /// The manifest, if what is not in it is not in the app.
    fn merged(&self) -> Option<&'a Manifest> {
        self.manifest().filter(|m| m.compiled)
    }

    /// Adds a check that passed.
    fn passed(&mut self, subject: Option<&Subject<'_>>, finding: &'static str) {
        self.add(subject, finding, Says::Pass, ("", Basis::Documented), Vec::new(), Bilingual::default());
    }

    fn add(
        &mut self,
        subject: Option<&Subject<'_>>,
        finding: &'static str,
        says: Says,
        (source, basis): (&str, Basis),
        mut places: Vec<Place>,
        mut remark: Bilingual,
    ) {
        places.iter_mut().map(|p| &mut p.text).chain([&mut remark.en, &mut remark.zh]).for_each(shorten);
        let confidence = match (says, basis) {
            (Says::Warn, _) => Confidence::Medium,
            (_, Basis::Documented | Basis::Sdk) => Confidence::High,
            _ => Confidence::Medium,
        };
        self.done.push(Done {
            // What has no channel of its own concerns every vendor.
            vendor: subject.filter(|s| s.vendor.channel).map(|s| s.vendor.id.clone()),
            finding,
            says,
            confidence,
            basis,
            source: source.to_owned(),
            places,
            remark,
            from_sdk: 0,
        });
    }

    /// The check just added concerns only phones from this API level on.
    fn only_from(&mut self, sdk: u32) {
        if let Some(done) = self.done.last_mut() {
            done.from_sdk = sdk;
        }
    }
}

/// A place in the app's files.
fn place(origin: &Origin, text: String) -> Place {
    Place { input: origin.input, entry: Some(origin.entry.clone()), text, ..Place::default() }
}

/// A meta-data as a manifest spells it.
fn spell_meta(name: &str, value: &str) -> String {
    format!("<meta-data android:name=\"{name}\" android:value=\"{value}\"/>")
}

/// Names and values in a manifest may be of any length; a report's may not.
fn shorten(text: &mut String) {
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(at);
        text.push('…');
    }
}

/// A value that must not be shown, by its length.
fn hidden(value: &str) -> String {
    format!("*** ({})", value.chars().count())
}

/// The head of a manifest, as evidence for what is not below it.
fn head(manifest: &Manifest) -> Place {
    let target = manifest.target_sdk.map(|t| format!(" targetSdkVersion=\"{t}\"")).unwrap_or_default();
    place(&manifest.origin, format!("<manifest package=\"{}\"{target}>", manifest.package))
}

/// Distinct texts, in order.
fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    texts.collect::<BTreeSet<_>>().into_iter().collect()
}
