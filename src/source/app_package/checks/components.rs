//! The services and receivers of a vendor's SDK: declared, of the SDK's own generation, and in the
//! process they must run in.

use super::{Bench, Subject, distinct, head, place};
use crate::catalog::{Basis, ComponentRule};
use crate::evidence::{Place, Says};
use crate::lang::Bilingual;
use crate::source::app_package::classes::fits;
use crate::source::app_package::{Component, Manifest};

pub(super) fn check(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    let Some(manifest) = bench.manifest() else { return };
    processes(bench, subject, manifest);
    let needed: Vec<&ComponentRule> = subject.rules.component.iter().filter(|c| c.needed).collect();
    if !needed.is_empty() && manifest.compiled {
        generation(bench, subject, manifest, &needed);
    }
}

fn declared<'m>(manifest: &'m Manifest, rule: &ComponentRule, name: &str) -> Option<&'m Component> {
    manifest.components.iter().find(|c| c.kind == rule.kind && !c.disabled && fits(name, &c.name))
}

fn is_whole(manifest: &Manifest, rule: &ComponentRule) -> bool {
    rule.names.iter().all(|n| declared(manifest, rule, n).is_some())
}

fn spell(component: &Component) -> String {
    let Component { kind, name, process, .. } = component;
    let process = if process.is_empty() { String::new() } else { format!(" android:process=\"{process}\"") };
    format!("<{kind} android:name=\"{name}\"{process}/>")
}

/// One of the sets must be whole, and be the one whose classes the code has.
fn generation(bench: &mut Bench<'_>, subject: &Subject<'_>, manifest: &Manifest, needed: &[&ComponentRule]) {
    let in_code =
        |rule: &ComponentRule| rule.names.iter().all(|n| bench.facts.classes.iter().any(|c| c == n));
    let coded: Vec<&ComponentRule> = needed.iter().copied().filter(|r| in_code(r)).collect();
    let whole: Vec<&ComponentRule> = needed.iter().copied().filter(|r| is_whole(manifest, r)).collect();
    let good = |rule: &&ComponentRule| coded.is_empty() || coded.iter().any(|c| c.set == rule.set);
    if whole.iter().any(good) {
        return bench.passed(Some(subject), "token.manifest-service-missing");
    }
    let places = |rules: &[&ComponentRule]| -> Vec<Place> {
        let found = rules.iter().flat_map(|r| r.names.iter().filter_map(|n| declared(manifest, r, n)));
        found.map(|c| place(&manifest.origin, spell(c))).collect()
    };
    if let (Some(have), Some(want)) = (whole.first(), coded.first()) {
        let remark = Bilingual::new(
            format!(
                "The manifest declares the services of SDK {}, while the code holds SDK {}: {}.",
                have.set,
                want.set,
                want.names.join(", ")
            ),
            format!(
                "清单声明的是 {} 版 SDK 的服务，而代码里是 {} 版 SDK：{}。",
                have.set,
                want.set,
                want.names.join("、")
            ),
        );
        let known = (want.source.as_ref(), want.basis);
        return bench.add(
            Some(subject),
            "token.sdk-manifest-mismatch",
            Says::Fail,
            known,
            places(&[have]),
            remark,
        );
    }
    let partly = |rule: &&&ComponentRule| rule.names.iter().any(|n| declared(manifest, rule, n).is_some());
    let Some(want) = coded.first().or_else(|| needed.iter().find(partly)).or(needed.last()) else { return };
    let lacking: Vec<&str> =
        want.names.iter().map(AsRef::as_ref).filter(|n| declared(manifest, want, n).is_none()).collect();
    let mut seen = places(&[want]);
    // A class in the code that the manifest lacks, or half a set: certain. Nothing at all: perhaps
    // another way to set the vendor up.
    let says = if coded.is_empty() && seen.is_empty() { Says::Warn } else { Says::Fail };
    // That mPaaS's own component is not there at all is a finding of its own.
    if says == Says::Warn && !subject.vendor.channel {
        return;
    }
    if seen.is_empty() {
        seen.push(head(manifest));
    }
    let remark = Bilingual::new(
        format!("The manifest does not declare {} (SDK {}).", lacking.join(", "), want.set),
        format!("清单没有声明 {}（{} 版 SDK）。", lacking.join("、"), want.set),
    );
    // Of half a set, the half that is there may serve some phones.
    let basis = if coded.is_empty() { Basis::Partly } else { want.basis };
    let known = (want.source.as_ref(), basis);
    bench.add(Some(subject), "token.manifest-service-missing", says, known, seen, remark);
}

fn processes(bench: &mut Bench<'_>, subject: &Subject<'_>, manifest: &Manifest) {
    for rule in subject.rules.component.iter().filter(|r| !r.process.is_empty()) {
        let mine = manifest
            .components
            .iter()
            .filter(|c| c.kind == rule.kind && !c.disabled && rule.names.iter().any(|n| fits(n, &c.name)));
        let whole = format!("{}{}", manifest.package, rule.process);
        let (right, wrong): (Vec<&Component>, Vec<&Component>) =
            mine.partition(|c| c.process == *rule.process || c.process == whole);
        if wrong.is_empty() {
            if !right.is_empty() {
                bench.passed(Some(subject), "token.manifest-service-process");
            }
            continue;
        }
        let names = distinct(wrong.iter().map(|c| c.name.as_str()));
        let remark = Bilingual::new(
            format!("Not in the process {}: {}.", rule.process, names.join(", ")),
            format!("不在 {} 进程中：{}。", rule.process, names.join("、")),
        );
        let places = wrong.iter().map(|c| place(&manifest.origin, spell(c))).collect();
        let known = (rule.source.as_ref(), rule.basis);
        bench.add(Some(subject), "token.manifest-service-process", Says::Warn, known, places, remark);
    }
}
