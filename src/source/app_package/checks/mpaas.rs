//! mPaaS itself: its push component, and its `.config` against the app and the console.

use super::equal::of_config;
use super::{Bench, head, place};
use crate::catalog::Basis;
use crate::evidence::{Place, Says};
use crate::lang::Bilingual;
use crate::source::app_package::ConfigFile;

const FINDING: &str = "report.mpaas-config-mismatch";
const SOURCE: &str = "https://help.aliyun.com/document_detail/159094.html";

pub(super) fn check(bench: &mut Bench<'_>) {
    component(bench);
    for file in bench.facts.files.iter().filter(|f| f.vendor == "mps") {
        config_file(bench, file);
    }
    if let (Some(manifest), Some(setting)) = (bench.manifest(), bench.config.get("app", "package")) {
        let places = vec![head(manifest), of_config(bench, "[app] package", setting)];
        compare(bench, (&setting.values, std::slice::from_ref(&manifest.package)), places);
    }
}

/// The component that reports tokens.
fn component(bench: &mut Bench<'_>) {
    let Some(manifest) = bench.merged() else { return };
    let Some(rules) = bench.catalog.vendor("mps").and_then(|v| v.app.as_ref()) else { return };
    if bench.has_any(rules.marks.iter()) {
        return bench.passed(None, "token.mpaas-push-missing");
    }
    let remark = Bilingual::new(
        format!("Neither the manifest nor the code names {}.", rules.marks.join(", ")),
        format!("清单和代码里都没有 {}。", rules.marks.join("、")),
    );
    let known = ("", Basis::Inferred);
    bench.add(None, "token.mpaas-push-missing", Says::Warn, known, vec![head(manifest)], remark);
}

fn config_file(bench: &mut Bench<'_>, file: &ConfigFile) {
    let first = |list: &[(String, String)]| list.first().map(|(_, v)| v.clone()).unwrap_or_default();
    let (app_id, workspace) = (first(&file.app_id), first(&file.workspace));
    let of = |bench: &mut Bench<'_>, key: &str, found: &str, name: &str| {
        if let Some(setting) = bench.config.get("app", key).filter(|_| !found.is_empty()) {
            let places = vec![
                place(&file.origin, format!("{name} = {found}")),
                of_config(bench, &format!("[app] {key}"), setting),
            ];
            compare(bench, (&setting.values, &[found.to_owned()]), places);
        }
    };
    of(bench, "app_id", &app_id, "appId");
    of(bench, "workspace_id", &workspace, "workspaceId");
    if let (Some(manifest), Some((pointer, package))) = (bench.manifest(), file.package.first()) {
        let places = vec![head(manifest), place(&file.origin, format!("{pointer} = {package}"))];
        compare(bench, (std::slice::from_ref(&manifest.package), std::slice::from_ref(package)), places);
    }
}

/// Two values that must be equal; the first is the right one.
fn compare(bench: &mut Bench<'_>, (wanted, found): (&[String], &[String]), places: Vec<Place>) {
    if found.iter().all(|f| wanted.contains(f)) {
        return bench.passed(None, FINDING);
    }
    let (wanted, found) = (wanted.join(", "), found.join(", "));
    let remark = Bilingual::new(format!("{found} is not {wanted}."), format!("{found} 与 {wanted} 不一致。"));
    bench.add(None, FINDING, Says::Fail, (SOURCE, Basis::Documented), places, remark);
}
