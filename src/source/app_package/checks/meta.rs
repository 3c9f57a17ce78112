//! Ids and keys in the manifest: there, not left over from a sample, and of a type that the app can
//! read.

use regex_lite::Regex;

use super::{Bench, Subject, head, hidden, place, spell_meta};
use crate::catalog::{Means, MetaRule};
use crate::evidence::Says;
use crate::lang::Bilingual;
use crate::source::app_package::element::Value;
use crate::source::app_package::{Manifest, Meta};

pub(super) fn check(bench: &mut Bench<'_>, subject: &Subject<'_>) {
    let Some(manifest) = bench.manifest() else { return };
    for rule in subject.rules.meta.iter() {
        match find(manifest, rule) {
            Some(meta) => present(bench, subject, manifest, rule, meta),
            None if rule.needed && manifest.compiled => missing(bench, subject, manifest, rule),
            None => {}
        }
    }
}

/// The meta-data of a rule, under any of its names.
pub(super) fn find<'m>(manifest: &'m Manifest, rule: &MetaRule) -> Option<&'m Meta> {
    let named = |name: &str| manifest.meta.iter().find(|m| m.name == name);
    named(&rule.name).or_else(|| rule.or.iter().find_map(|n| named(n)))
}

/// What counts of a value: what the form's group cuts out, without space around it.
pub(super) fn core(rule: &MetaRule, value: &str) -> String {
    let cut = Regex::new(&format!("^(?:{})$", rule.form))
        .ok()
        .and_then(|form| Some(form.captures(value)?.name("value")?.as_str().to_owned()));
    // What does not have the form may still have its beginning: `appid=xxx`.
    let core = cut.unwrap_or_else(|| value.rsplit('=').next().unwrap_or(value).to_owned());
    core.trim().trim_start_matches('\\').trim().to_owned()
}

/// Whether a value was left over from a sample.
pub(super) fn is_placeholder(bench: &Bench<'_>, subject: &Subject<'_>, value: &str) -> bool {
    let common = bench.catalog.vendor("mps").and_then(|v| v.app.as_ref());
    let patterns = subject.rules.placeholders.iter().chain(common.iter().flat_map(|a| a.placeholders.iter()));
    value.is_empty() || { patterns }
        .any(|p| Regex::new(&format!("^(?:{p})$")).is_ok_and(|p| p.is_match(value)))
}

fn missing(bench: &mut Bench<'_>, subject: &Subject<'_>, manifest: &Manifest, rule: &MetaRule) {
    let in_file = rule.means == Means::AppId
        && bench.facts.files.iter().any(|f| f.vendor == subject.vendor.id && !f.app_id.is_empty());
    if in_file {
        return bench.passed(Some(subject), "token.manifest-value-missing");
    }
    // Half of what is needed is a slip; none of it may be another way to set it up.
    let siblings: Vec<_> = subject
        .rules
        .meta
        .iter()
        .filter(|r| r.needed)
        .filter_map(|r| find(manifest, r))
        .map(|m| place(&manifest.origin, format!("<meta-data android:name=\"{}\" …/>", m.name)))
        .collect();
    let (says, places) = match siblings.is_empty() {
        true => (Says::Warn, vec![head(manifest)]),
        false => (Says::Fail, siblings),
    };
    let name = &rule.name;
    let file = subject.rules.file.iter().find(|f| rule.means == Means::AppId && !f.app_id.is_empty());
    let remark = match file {
        Some(file) => Bilingual::new(
            format!("The manifest has no meta-data {name}, and no {} was found in the app.", file.name),
            format!("清单中没有 meta-data {name}，应用里也没有找到 {}。", file.name),
        ),
        None => Bilingual::new(
            format!("The manifest has no meta-data {name}."),
            format!("清单中没有 meta-data {name}。"),
        ),
    };
    bench.add(
        Some(subject),
        "token.manifest-value-missing",
        says,
        (&rule.source, rule.basis),
        places,
        remark,
    );
}

fn present(bench: &mut Bench<'_>, subject: &Subject<'_>, manifest: &Manifest, rule: &MetaRule, meta: &Meta) {
    let name = &meta.name;
    let Some(value) = &meta.value else {
        let reference = meta.reference.clone().unwrap_or_default();
        let at = place(&manifest.origin, spell_meta(name, &reference));
        let remark = Bilingual::new(
            format!(
                "{name} is the reference {reference}, which cannot be looked up here: it was not checked."
            ),
            format!("{name} 是引用 {reference}，这里查不到它的值，未检查。"),
        );
        let known = (rule.source.as_ref(), rule.basis);
        return bench.add(Some(subject), "token.manifest-value-missing", Says::Note, known, vec![at], remark);
    };
    let written = value.shown();
    let core = core(rule, &written);
    // A project's own manifest is filled in by the build.
    if !manifest.compiled && written.contains("${") {
        return;
    }
    let placeholder = is_placeholder(bench, subject, &core);
    let shown = if rule.secret && !placeholder { hidden(&written) } else { written.clone() };
    let at = vec![place(&manifest.origin, spell_meta(name, &shown))];
    let known = (rule.source.as_ref(), rule.basis);
    if placeholder {
        let remark = Bilingual::new(
            format!("The value of {name} is \"{shown}\", which is a sample's, no real one."),
            format!("{name} 的值是“{shown}”，这是示例里的占位值，不是真实值。"),
        );
        return bench.add(Some(subject), "token.manifest-placeholder", Says::Fail, known, at, remark);
    }
    if rule.text && meta.reference.is_none() && matches!(value, Value::Number(_)) {
        let remark = Bilingual::new(
            format!("{name} was compiled as a number; the app asks for a text and gets nothing."),
            format!("{name} 被编译成了数字；应用按文本读取，取不到值。"),
        );
        return bench.add(Some(subject), "token.manifest-value-not-text", Says::Fail, known, at, remark);
    }
    let good = rule.form.is_empty()
        || Regex::new(&format!("^(?:{})$", rule.form)).is_ok_and(|form| form.is_match(&written));
    if !good {
        let remark = Bilingual::new(
            format!("The value of {name} does not look like one from the vendor's console."),
            format!("{name} 的值不像厂商后台给出的格式。"),
        );
        return bench.add(Some(subject), "token.manifest-value-form", Says::Warn, known, at, remark);
    }
    bench.passed(Some(subject), "token.manifest-placeholder");
}
