//! Reads and lints `error-codes/` and compiles it in as static data, so that a look-up costs no
//! parsing at start. A bad entry fails the build with the file and the entry named.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[path = "src/catalog/lint.rs"]
#[allow(dead_code)]
mod lint;
#[path = "src/catalog/log_rules.rs"]
#[allow(dead_code)]
mod log_rules;
#[path = "src/catalog/schema.rs"]
#[allow(dead_code)]
mod schema;

#[path = "src/catalog/send_rules.rs"]
#[allow(dead_code)]
mod send_rules;
#[path = "src/catalog/starts.rs"]
mod starts;

use lint::{parse_codes, parse_findings, parse_vendor};
use log_rules::*;
use schema::*;
use send_rules::*;

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=error-codes");
    println!("cargo::rerun-if-changed=src/catalog/schema.rs");
    println!("cargo::rerun-if-changed=src/catalog/lint.rs");
    println!("cargo::rerun-if-changed=src/catalog/log_rules.rs");
    println!("cargo::rerun-if-changed=src/catalog/send_rules.rs");
    println!("cargo::rerun-if-changed=src/catalog/starts.rs");
    match generate(&root.join("error-codes")) {
        Ok(text) => std::fs::write(out.join("catalog.rs"), text).expect("OUT_DIR is writable"),
        Err(message) => {
            for line in message.lines() {
                println!("cargo::error={line}");
            }
            std::process::exit(1);
        }
    }
}

/// The whole of `error-codes/` as Rust source.
fn generate(dir: &Path) -> Result<String, String> {
    let mut vendors = Vec::new();
    let mut codes = Vec::new();
    let mut logs = LogFile { log: Vec::new(), operation: Vec::new(), target: Vec::new() };
    let mut sends = Vec::new();
    let mut ids = std::collections::HashSet::new();
    for folder in list(dir)?.into_iter().filter(|p| p.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
        let id = name(&folder);
        let mut sides = Vec::new();
        for file in list(&folder)?.into_iter().filter(|p| p.extension().is_some_and(|e| e == "toml")) {
            println!("cargo::rerun-if-changed={}", file.display());
            let side = name(&file);
            let path = format!("error-codes/{id}/{side}.toml");
            let text = std::fs::read_to_string(&file).map_err(|e| format!("{path}: {e}"))?;
            if side == "vendor" {
                let vendor = parse_vendor(&path, &id, &text)?;
                for signature in vendor.signature.iter() {
                    if !ids.insert(signature.id.to_string()) {
                        return Err(format!("{path}: signature \"{}\" exists already", signature.id));
                    }
                }
                vendors.push(vendor);
            } else if side == "logs" {
                let file = parse_logs(&path, &id, &text)?;
                for log in &file.log {
                    if !ids.insert(log.id.to_string()) {
                        return Err(format!("{path}: log \"{}\" exists already", log.id));
                    }
                }
                logs.log.extend(file.log);
                logs.operation.extend(file.operation);
                logs.target.extend(file.target);
            } else if side == "send" {
                sends.push(parse_send(&path, &id, &text)?);
            } else {
                codes.extend(parse_codes(&path, &id, &side, &text)?);
                sides.push(side);
            }
        }
        let Some(vendor) = vendors.last().filter(|v| v.id == id) else {
            return Err(format!("error-codes/{id}: vendor.toml is missing"));
        };
        for side in &sides {
            if !vendor.sides.iter().any(|s| s == side) {
                return Err(format!("error-codes/{id}/vendor.toml: sides does not list \"{side}\""));
            }
        }
    }
    let path = "error-codes/findings.toml";
    let text = std::fs::read_to_string(dir.join("findings.toml")).map_err(|e| format!("{path}: {e}"))?;
    let findings = parse_findings(path, &text)?;
    for vendor in &vendors {
        for signature in vendor.signature.iter().filter(|s| !s.finding.is_empty()) {
            if !findings.iter().any(|f| f.id == signature.finding) {
                return Err(format!(
                    "error-codes/{}/vendor.toml: signature \"{}\" names the finding \"{}\", which findings.toml does not have",
                    vendor.id, signature.id, signature.finding
                ));
            }
        }
    }
    for vendor in &vendors {
        for app in vendor.app.iter() {
            let fits = app.file.iter().flat_map(|f| f.fits.iter().map(|fit| &fit.finding));
            for finding in app.conflict.iter().map(|c| &c.finding).chain(fits) {
                if !findings.iter().any(|f| f.id == *finding) {
                    return Err(format!(
                        "error-codes/{}/vendor.toml: [app] names the finding \"{finding}\", which findings.toml does not have",
                        vendor.id
                    ));
                }
            }
        }
    }
    lint_sides(&vendors, &logs)?;
    for send in &sends {
        let sides = [&send.side, &send.auth_side];
        let known = |side: &Text| vendors.iter().any(|v| v.id == send.vendor && v.sides.contains(side));
        if let Some(side) = sides.into_iter().find(|side| !side.is_empty() && !known(side)) {
            return Err(format!("error-codes/{}/send.toml: there is no side \"{side}\"", send.vendor));
        }
    }
    logs.log.sort_by_key(|l| l.order);
    let mut out = String::new();
    let _ = writeln!(out, "pub static LOGS: &[Log] = &{};", array(&logs.log));
    let _ = writeln!(out, "pub static OPERATIONS: &[Operation] = &{};", array(&logs.operation));
    let _ = writeln!(out, "pub static TARGETS: &[Target] = &{};", array(&logs.target));
    let _ = writeln!(out, "pub static SENDS: &[SendRules] = &{};", array(&sends));
    let _ = writeln!(out, "pub static VENDORS: &[Vendor] = &{};", array(&vendors));
    let _ = writeln!(out, "pub static CODES: &[Code] = &{};", array(&codes));
    let _ = writeln!(out, "{}", names(&codes));
    let _ = writeln!(out, "pub static FINDINGS: &[Finding] = &{};", array(&findings));
    let _ = writeln!(out, "{}", beginnings(&vendors));
    Ok(out)
}

/// Logs and targets must name vendors and sides that exist.
fn lint_sides(vendors: &[Vendor], logs: &LogFile) -> Result<(), String> {
    let exists = |vendor: &str, side: &str| {
        vendors.iter().any(|v| v.id == vendor && v.sides.iter().any(|s| s == side))
    };
    for log in &logs.log {
        for side in log.code.iter().flat_map(|c| c.sides.iter()) {
            let (vendor, name) = side.split_once('.').unwrap_or_default();
            if vendor != "{vendor}" && !exists(vendor, name) {
                return Err(format!("log \"{}\": there is no side \"{side}\"", log.id));
            }
        }
        let named = log.vendors.iter().map(|m| &m.is).chain(std::iter::once(&log.vendor));
        if let Some(vendor) = named.filter(|n| !n.is_empty()).find(|n| !vendors.iter().any(|v| v.id == **n)) {
            return Err(format!("log \"{}\": there is no vendor \"{vendor}\"", log.id));
        }
    }
    for target in &logs.target {
        if !exists(&target.vendor, &target.side) {
            return Err(format!("{}/logs.toml: target: there is no side \"{}\"", target.vendor, target.side));
        }
    }
    Ok(())
}

/// Every code and alias in lower case with the place of its entry, sorted by vendor, side and name.
fn names(codes: &[Code]) -> String {
    let mut rows: Vec<(&str, &str, String, usize)> = Vec::new();
    for (at, code) in codes.iter().enumerate() {
        for name in std::iter::once(&code.code).chain(code.aliases.iter()) {
            rows.push((&code.vendor, &code.side, name.to_ascii_lowercase(), at));
        }
    }
    rows.sort();
    rows.dedup_by(|b, a| (a.0, a.1, &a.2) == (b.0, b.1, &b.2));
    format!("pub static CODE_NAMES: &[(&str, &str, &str, usize)] = &{rows:?};")
}

/// What the matches of every signature's patterns begin with, sorted by pattern.
fn beginnings(vendors: &[Vendor]) -> String {
    let mut patterns: Vec<&str> = vendors
        .iter()
        .flat_map(|v| v.signature.iter())
        .flat_map(|s| [&s.pattern, &s.not].into_iter().chain(s.also.iter()))
        .map(AsRef::as_ref)
        .collect();
    patterns.sort_unstable();
    patterns.dedup();
    let rows: Vec<String> = patterns
        .iter()
        .map(|pattern| {
            let starts::Starts { texts, cuttable } = starts::starts(pattern);
            let texts: Vec<String> = texts.iter().map(|t| format!("Cow::Borrowed({t:?})")).collect();
            format!("({pattern:?}, &[{}], {cuttable})", texts.join(", "))
        })
        .collect();
    format!("pub static STARTS: &[(&str, &[Text], bool)] = &[{}];", rows.join(", "))
}

fn list(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A value as a Rust constant expression.
trait Literal {
    fn literal(&self) -> String;
}

fn array<T: Literal>(items: &[T]) -> String {
    format!("[{}]", items.iter().map(Literal::literal).collect::<Vec<_>>().join(", "))
}

impl Literal for Text {
    fn literal(&self) -> String {
        format!("Cow::Borrowed({:?})", self.as_ref())
    }
}
impl Literal for bool {
    fn literal(&self) -> String {
        self.to_string()
    }
}
impl Literal for u32 {
    fn literal(&self) -> String {
        self.to_string()
    }
}
impl Literal for i64 {
    fn literal(&self) -> String {
        self.to_string()
    }
}
impl Literal for u64 {
    fn literal(&self) -> String {
        self.to_string()
    }
}
impl<T: Literal + Clone> Literal for List<T>
where
    [T]: ToOwned<Owned = Vec<T>>,
{
    fn literal(&self) -> String {
        format!("Cow::Borrowed(&{})", array(self))
    }
}
impl<T: Literal> Literal for Option<T> {
    fn literal(&self) -> String {
        match self {
            Some(value) => format!("Some({})", value.literal()),
            None => "None".to_owned(),
        }
    }
}

/// Enums print as their path.
macro_rules! enums {
    ($($name:ident),+) => {
        $(impl Literal for $name {
            fn literal(&self) -> String {
                format!(concat!(stringify!($name), "::{:?}"), self)
            }
        })+
    };
}
enums!(
    Link,
    Kind,
    Retry,
    Status,
    Owner,
    Effect,
    Basis,
    Outcome,
    Role,
    Channel,
    Confidence,
    General,
    Means,
    Without,
    Form,
    Tells,
    ParameterKind,
    Via
);

/// Structs print field by field; a field that is forgotten here fails the compilation of the
/// generated file.
macro_rules! structs {
    ($($name:ident { $($field:ident),+ $(,)? })+) => {
        $(impl Literal for $name {
            fn literal(&self) -> String {
                let fields = [$(format!(concat!(stringify!($field), ": {}"), self.$field.literal())),+];
                format!(concat!(stringify!($name), " {{ {} }}"), fields.join(", "))
            }
        })+
    };
}
structs! {
    Words { meaning, cause, fix }
    Code {
        vendor, side, code, symbol, aliases, link, kind, retry, status, owner, effect, elsewhere, wrapper,
        token_stale, seen, same_as, basis, source, note, team_note, en, zh,
    }
    Finding { id, link, owner, basis, source, en, zh }
    Signature {
        id, vendor, link, outcome, role, side, code_vendor, ok, prefix, ok_is_note, elsewhere,
        user_targets, finding, literals, tags, not_tags, needs_tag, pattern, also, not, channel, proves, fallback, confidence, basis, source,
        sample, samples,
    }
    RomRule { order, rom, family, when, any, unless, version, version_pattern, source }
    PropertyTest { key, value }
    Eligibility { roms, min, min_sdk, model_list_unknown, always_named, source, basis }
    Service { package, min_version, without, group, what, source, basis }
    Limit { class, names, default, all, per_device_day, per_device_day_news, codes, source, en, zh }
    RouteRule { id, pattern, asked, source, basis, sample, en, zh }
    NextStep { link, command, command_zh, en, zh }
    Collect { file, command, otherwise, dump, essential, basis, source }
    Ask { basis, source, general, note, en, zh }
    AskWords { steps, send, unverified }
    Answer { side, has, lacks, code, code_is_key, code_pattern, join, fixed, prefix, weight, sample, sample_code }
    FamilyWords { code, ok, failure, not_failure, success, not_success, report, bind, quiet }
    Vendor {
        id, en, zh, aliases, proxies, mps_channels, self_built, hosts, brands, channel, sides, shared_with, eligibility, rom, service, channels,
        limit, route, next, collect, ask, app, tags, family, answer, signature,
    }
    AppRules {
        marks, placeholders, queries, certificate_codes, package_codes, meta, component, permission,
        conflict, file,
    }
    MetaRule { name, or, means, needed, secret, text, form, source, basis }
    ComponentRule { set, names, kind, process, needed, source, basis }
    PermissionRule { any, source, basis }
    ConflictRule { one, other, finding, source, basis }
    FileRule { name, has, app_id, workspace, package, fits, source, basis }
    FitRule { pointer, template, finding, basis }
    Log {
        id, order, form, paths, pattern, needs_path, telling, line, delimiter, names, loose, anchor, empty, has,
        lacks, fits, inside, each, map, time, zone, kind, kinds, vendor, vendors, channel, operations_only,
        ok, failed, pending, code, confidence, basis, source, note, sample,
    }
    CodePlace { at, sides, kind, pattern, prefix, fixed, also }
    Meaning { value, is }
    Operation { name, kind }
    Target {
        vendor, side, has, each, code, code_is_key, code_pattern, prefix, fixed, token, no_token, sample,
        sample_code, sample_token,
    }
    SendRules {
        vendor, side, url, auth_url, auth_side, access, ok, refused, id, request_id, credential, action, parameter, text,
        most_bytes, clock, rest_ok, source, basis,
    }
    Expect { pointer, is }
    CredentialRule { name, secret, optional, or, en, zh }
    ActionRule { name, short, rest, versions, everyone }
    ParameterRule {
        name, kind, pointer, actions, required, versions, values, min, max, most, keys, reserved, leaves_vendor, may_leave_vendor, test, only,
        key, need,
        option, config, carried, rest, rest_values, en, zh, source, basis,
    }
    KeyRule { name, values }
    OnlyRule { action, values }
    NeedRule { values, any }
    TextLimit { field, via, most, wide, refused, source, basis }
    LogSample { row, path, records, kind, code, ok, vendor }
    Meanings {
        ts, kind, operation, result, message, vendor, answer, app_id, workspace_id, app_and_workspace, package,
        user, device, ad_token, vendor_token, msg_id, core_msg_id, vendor_msg_id, trace_id, host, class, count,
        cost,
    }
}
