//! Permissions, package visibility, and SDKs that exclude each other.

use super::{Bench, Subject, head, place};
use crate::catalog::{Basis, Text};
use crate::evidence::Says;
use crate::lang::Bilingual;
use crate::source::app_package::classes::fits;

/// From this target on an app sees only the packages that it names.
const VISIBILITY: u32 = 30;
const VISIBILITY_SOURCE: &str = "https://developer.android.com/training/package-visibility";

pub(super) fn permissions(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    let Some(manifest) = bench.merged() else { return };
    for rule in subject.rules.permission.iter() {
        let wanted: Vec<String> =
            rule.any.iter().map(|p| p.replace("{package}", &manifest.package)).collect();
        if wanted.iter().any(|w| manifest.permissions.contains(w)) {
            bench.passed(Some(subject), "token.manifest-permission-missing");
            continue;
        }
        let remark = Bilingual::new(
            format!("The manifest does not ask for {}.", wanted.join(" or ")),
            format!("清单没有申请权限 {}。", wanted.join(" 或 ")),
        );
        let known = (rule.source.as_ref(), rule.basis);
        let places = vec![head(manifest)];
        bench.add(Some(subject), "token.manifest-permission-missing", Says::Warn, known, places, remark);
    }
}

pub(super) fn queries(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    let Some(manifest) = bench.merged() else { return };
    let wanted = &subject.rules.queries;
    if wanted.is_empty() || manifest.target_sdk.is_none_or(|t| t < VISIBILITY) {
        return;
    }
    let named = manifest.queries.iter().flatten().any(|q| wanted.iter().any(|w| w == q));
    if named || manifest.permissions.iter().any(|p| p == "android.permission.QUERY_ALL_PACKAGES") {
        return bench.passed(Some(subject), "token.queries-missing");
    }
    let remark = Bilingual::new(
        format!("<queries> names none of {}.", wanted.join(", ")),
        format!("<queries> 中没有 {} 中的任何一个。", wanted.join("、")),
    );
    let known = (VISIBILITY_SOURCE, Basis::Partly);
    bench.add(Some(subject), "token.queries-missing", Says::Warn, known, vec![head(manifest)], remark);
    bench.only_from(VISIBILITY);
}

pub(super) fn conflicts(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    for rule in subject.rules.conflict.iter() {
        let (one, other) = (found(bench, &rule.one), found(bench, &rule.other));
        let Some(finding) = bench.catalog.finding(&rule.finding).map(|f| f.id.as_ref()) else { continue };
        let (one, other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            // Code may be packed: that neither was seen says nothing.
            (None, None) => continue,
            _ => {
                bench.passed(Some(subject), finding);
                continue;
            }
        };
        let remark = Bilingual::new(
            format!("Both are in the app: {} and {}.", one.1, other.1),
            format!("应用里同时有 {} 和 {}。", one.1, other.1),
        );
        let known = (rule.source.as_ref(), rule.basis);
        bench.add(Some(subject), finding, Says::Fail, known, vec![one.0, other.0], remark);
    }
}

/// Where a class of some stands, and its name.
fn found(bench: &Bench<'_>, names: &[Text]) -> Option<(crate::evidence::Place, String)> {
    let manifest = bench.manifest();
    let declared = manifest.and_then(|m| {
        let component = m.components.iter().find(|c| names.iter().any(|n| fits(n, &c.name)))?;
        let text = format!("<{} android:name=\"{}\"/>", component.kind, component.name);
        Some((place(&m.origin, text), component.name.clone()))
    });
    declared.or_else(|| {
        let name = names.iter().find(|n| bench.facts.classes.iter().any(|c| c == *n))?;
        let origin = super::Origin { entry: "classes.dex".to_owned(), ..manifest.map(|m| m.origin.clone())? };
        Some((place(&origin, format!("class {name}")), name.to_string()))
    })
}
