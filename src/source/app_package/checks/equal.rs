//! The same thing in several places must be the same: the vendor's app id and the package name in
//! the manifest, the console's file, `pushdoctor.toml` and the log.

use super::meta::{core, find, is_placeholder};
use super::{Bench, Subject, head, place, spell_meta};
use crate::catalog::{Basis, Means};
use crate::evidence::{Place, Says};
use crate::lang::Bilingual;

/// What was read of one thing in one place: any of the values will do.
struct Read {
    values: Vec<String>,
    place: Place,
    /// From the team's own config: what the console holds.
    console: bool,
}

pub(super) fn check(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    app_ids(bench, subject);
    packages(bench, subject);
    fits(bench, subject);
}

/// What must fit together inside a console's file.
fn fits(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    for file in bench.facts.files.iter().filter(|f| f.vendor == subject.vendor.id) {
        for fit in &file.fits {
            let Some(finding) = bench.catalog.finding(&fit.rule.finding).map(|f| f.id.as_ref()) else {
                continue;
            };
            if fit.holds() {
                bench.passed(Some(subject), finding);
                continue;
            }
            let says = if fit.rule.basis == Basis::Documented { Says::Fail } else { Says::Warn };
            let remark = Bilingual::new(
                format!("{} is {}, where {} is expected.", fit.pointer, fit.found, fit.wanted),
                format!("{} 是 {}，应为 {}。", fit.pointer, fit.found, fit.wanted),
            );
            let places = vec![place(&file.origin, format!("{} = {}", fit.pointer, fit.found))];
            let known = (file.source.as_str(), fit.rule.basis);
            bench.add(Some(subject), finding, says, known, places, remark);
        }
    }
}

fn app_ids(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    let reads = reads(bench, subject);
    let Some((first, others)) = reads.split_first().filter(|(_, others)| !others.is_empty()) else { return };
    let differs = |read: &&Read| !read.values.iter().any(|v| first.values.contains(v));
    // What the console holds is what must be; anything else may be another build's.
    let console = others.iter().filter(|o| o.console).find(differs);
    let Some(other) = console.or_else(|| others.iter().find(differs)) else {
        return bench.passed(Some(subject), "token.app-id-mismatch");
    };
    let says = if other.console { Says::Fail } else { Says::Warn };
    let (one, two) = (first.values.join(", "), other.values.join(", "));
    let remark = Bilingual::new(format!("{one} is not {two}."), format!("{one} 与 {two} 不一致。"));
    let known = (subject.rules.meta.first().map_or("", |m| m.source.as_ref()), Basis::Documented);
    let places = vec![first.place.clone(), other.place.clone()];
    bench.add(Some(subject), "token.app-id-mismatch", says, known, places, remark);
}

/// The vendor's app id as each place has it; the one that the app uses comes first.
fn reads(bench: &Bench<'_>, subject: &Subject<'_>) -> Vec<Read> {
    let id = subject.vendor.id.as_ref();
    let mut reads = Vec::new();
    for file in bench.facts.files.iter().filter(|f| f.vendor == id && !f.app_id.is_empty()) {
        let Some((pointer, value)) = file.app_id.first() else { continue };
        let place = place(&file.origin, format!("{pointer} = {value}"));
        reads.push(Read {
            values: file.app_id.iter().map(|(_, v)| v.clone()).collect(),
            place,
            console: false,
        });
    }
    if let Some(manifest) = bench.manifest() {
        for rule in subject.rules.meta.iter().filter(|r| r.means == Means::AppId) {
            let Some(meta) = find(manifest, rule) else { continue };
            let Some(value) = meta.value.as_ref().map(|v| core(rule, &v.shown())) else { continue };
            if !is_placeholder(bench, subject, &value) && !value.contains("${") {
                let place = place(&manifest.origin, spell_meta(&meta.name, &value));
                reads.push(Read { values: vec![value], place, console: false });
            }
        }
    }
    if let Some(setting) = bench.config.of_vendor(id, "app_id") {
        let place = of_config(bench, &format!("[vendors.{id}] app_id"), setting);
        reads.push(Read { values: setting.values.clone(), place, console: true });
    }
    let package = bench.facts.package();
    for seen in bench.case.log.app_ids.iter().filter(|a| a.vendor == id) {
        if package.is_none() || seen.package.is_none() || seen.package.as_deref() == package {
            reads.push(Read { values: vec![seen.app_id.clone()], place: seen.place.clone(), console: false });
        }
    }
    reads
}

/// A setting of the config, with its line.
pub(super) fn of_config(bench: &Bench<'_>, name: &str, setting: &crate::config::Setting) -> Place {
    let path = bench.config.path.as_deref().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    Place {
        input: usize::MAX,
        line: setting.line,
        entry: Some(path),
        text: format!("{name} = {}", setting.values.join(", ")),
        ..Place::default()
    }
}

fn packages(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    let Some(manifest) = bench.manifest().filter(|m| !m.package.is_empty()) else { return };
    let package = manifest.package.as_str();
    let own = || place(&manifest.origin, format!("<manifest package=\"{package}\">"));
    for file in bench.facts.files.iter().filter(|f| f.vendor == subject.vendor.id && !f.package.is_empty()) {
        if file.package.iter().any(|(_, p)| p == package) {
            bench.passed(Some(subject), "token.app-package-mismatch");
            continue;
        }
        let names = super::distinct(file.package.iter().map(|(_, p)| p.as_str())).join(", ");
        let (pointer, value) = file.package.first().cloned().unwrap_or_default();
        let remark = Bilingual::new(
            format!("{} is for {names}, the app is {package}.", file.name),
            format!("{} 对应的包名是 {names}，而应用是 {package}。", file.name),
        );
        let places = vec![own(), place(&file.origin, format!("{pointer} = {value}"))];
        // A file that the SDK is not known to read may lie there unused.
        let says = if file.basis == Basis::Documented { Says::Fail } else { Says::Warn };
        let known = (file.source.clone(), file.basis);
        bench.add(Some(subject), "token.app-package-mismatch", says, (&known.0, known.1), places, remark);
    }
    let id = subject.vendor.id.as_ref();
    let Some(setting) = bench.config.of_vendor(id, "package") else { return };
    if setting.values.iter().any(|p| p == package) {
        return bench.passed(Some(subject), "display.package-mismatch");
    }
    let console = setting.values.join(", ");
    let remark = Bilingual::new(
        format!("The console has {console}, the app is {package}."),
        format!("后台登记的是 {console}，而应用是 {package}。"),
    );
    let places = vec![head(manifest), of_config(bench, &format!("[vendors.{id}] package"), setting)];
    bench.add(Some(subject), "display.package-mismatch", Says::Fail, ("", Basis::Documented), places, remark);
}
