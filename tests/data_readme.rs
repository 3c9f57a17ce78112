//! `error-codes/README.md` describes every key that a file may have, and every term.

use pushdoctor::catalog::{GROUPS, Outcome, Role};

const README: &str = include_str!("../error-codes/README.md");
const SCHEMA: &str =
    concat!(include_str!("../src/catalog/schema.rs"), "\n", include_str!("../src/catalog/log_rules.rs"));

/// The structs of the schema, and the heading under which their keys are described.
const TABLES: &[(&str, &str)] = &[
    ("Code", "## One entry"),
    ("Words", "## One entry"),
    ("Finding", "## findings.toml"),
    ("Signature", "### [[signature]]"),
    ("RomRule", "### [[rom]]"),
    ("PropertyTest", "### [[rom]]"),
    ("Eligibility", "### [eligibility]"),
    ("Service", "### [[service]]"),
    ("Limit", "### [[limit]]"),
    ("RouteRule", "### [[route]]"),
    ("AppRules", "### [app]"),
    ("MetaRule", "### [app]"),
    ("ComponentRule", "### [app]"),
    ("PermissionRule", "### [app]"),
    ("ConflictRule", "### [app]"),
    ("FileRule", "### [app]"),
    ("FitRule", "### [app]"),
    ("NextStep", "### [[next]]"),
    ("Collect", "### [[collect]]"),
    ("Ask", "### [ask]"),
    ("AskWords", "### [ask]"),
    ("Vendor", "## vendor.toml"),
    ("FamilyWords", "### [family]"),
    ("Answer", "### [[answer]]"),
    ("Log", "### [[log]]"),
    ("CodePlace", "### [[log]]"),
    ("Meaning", "### [[log]]"),
    ("LogSample", "### [[log]]"),
    ("Meanings", "### [log.map]"),
    ("Operation", "### [[operation]]"),
    ("Target", "### [[target]]"),
];

/// The fields of a struct that a file may set.
fn keys(name: &str) -> Vec<&'static str> {
    let start = SCHEMA.find(&format!("pub struct {name} {{")).unwrap_or_else(|| panic!("no struct {name}"));
    let body = SCHEMA[start..].split("\n}").next().unwrap();
    let mut skipped = false;
    let mut keys = Vec::new();
    for line in body.lines().map(str::trim) {
        if line == "#[serde(skip)]" {
            skipped = true;
        } else if let Some(field) = line.strip_prefix("pub ").and_then(|l| l.split_once(':'))
            && !std::mem::take(&mut skipped)
            && !field.0.contains(' ')
        {
            keys.push(field.0);
        }
    }
    keys
}

/// What stands under a heading, up to the next one that is not below it.
fn section(heading: &str) -> &'static str {
    let start = README.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let rest = &README[start + heading.len() + 2..];
    let end = ["\n# ", "\n## ", "\n### "]
        .iter()
        .filter(|mark| mark.len() <= heading.find(' ').unwrap() + 2)
        .filter_map(|mark| rest.find(mark))
        .min();
    &rest[..end.unwrap_or(rest.len())]
}

#[test]
fn every_key_is_described() {
    for (name, heading) in TABLES {
        let text = section(heading);
        let keys = keys(name);
        assert!(!keys.is_empty(), "{name}");
        for key in keys {
            let described =
                [format!("`{key}`"), format!(".{key}]`")].iter().any(|k| text.contains(k.as_str()));
            assert!(described, "README.md, {heading}: {name}.{key} is not described");
        }
    }
}

#[test]
fn every_struct_of_the_schema_has_its_table() {
    for line in SCHEMA.lines().filter_map(|l| l.strip_prefix("pub struct ")) {
        let name = line.split(' ').next().unwrap();
        let known =
            TABLES.iter().any(|(n, _)| *n == name) || matches!(name, "CodeFile" | "FindingFile" | "LogFile");
        assert!(known, "tests/data_readme.rs does not say where the keys of {name} are described");
    }
}

#[test]
fn every_term_of_a_signature_is_described() {
    let text = section("### [[signature]]");
    let terms = Outcome::ALL.iter().map(|o| o.as_str()).chain(Role::ALL.iter().map(|r| r.as_str()));
    for term in terms.chain(GROUPS.iter().copied()) {
        assert!(text.contains(&format!("`{term}`")), "README.md does not describe {term}");
    }
}
