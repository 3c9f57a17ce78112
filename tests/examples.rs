//! The example logs give the verdicts that the documents say, and the documents show the program's
//! real output. `PUSHDOCTOR_ACCEPT=1` rewrites the documents.

mod common;

use std::path::{Path, PathBuf};

use pushdoctor::catalog::Catalog;
use pushdoctor::chain::{Target, judge};
use pushdoctor::diagnosis::Diagnosis;
use pushdoctor::lang::Lang;
use pushdoctor::read::NoProgress;
use pushdoctor::report::redact::Policy;
use pushdoctor::report::{Format, Redactor, RenderOptions, render};
use pushdoctor::source::device_log::{LogReader, Request};

/// Each example, and what it must say: state, link, finding.
const EXAMPLES: [(&str, &str, &str, &str); 10] = [
    ("01-not-eligible", "degraded", "eligibility", "eligibility.rom-not-vendor"),
    ("02-huawei-hms-outdated", "broken", "token", "huawei.client.2"),
    ("03-report-rpc-fails", "broken", "report", "mgs.rpc.7002"),
    ("04-token-expired", "inconclusive-or-healthy", "", ""),
    ("05-self-built-route", "healthy", "", ""),
    ("06-vendor-server-error", "healthy", "", ""),
    ("07-vivo-limit", "healthy", "", ""),
    ("08-notifications-off", "broken", "display", "display.notifications-off"),
    ("09-package-mismatch", "broken", "token", "oppo.client.14"),
    ("10-healthy", "healthy", "", ""),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn diagnose(name: &str, catalog: &Catalog, reader: &LogReader<'_>) -> Diagnosis {
    let path = root().join("examples").join(format!("{name}.log"));
    let request = Request { paths: vec![path], year: Some(2026), ..Request::default() };
    let mut case = reader.read(&request, &NoProgress).case;
    for input in &mut case.inputs {
        input.path = format!("examples/{name}.log");
    }
    judge(case, catalog, &Target::default())
}

fn show(diagnosis: &Diagnosis, lang: Lang) -> String {
    let redactor = Redactor::new(Policy::All, Some([7; 32]));
    let text =
        render(Format::Table, diagnosis, &RenderOptions { lang, ..RenderOptions::default() }, &redactor);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_example_says_what_its_scenario_is() {
    let catalog = Catalog::builtin();
    let reader = LogReader::new(&catalog);
    for (name, state, link, finding) in EXAMPLES {
        let d = diagnose(name, &catalog, &reader);
        let got = d.verdict.state.as_str();
        assert!(state == got || state.split("-or-").any(|s| s == got), "{name}: {got}");
        assert_eq!(d.verdict.link.map_or("", |l| l.as_str()), link, "{name}");
        assert_eq!(d.verdict.finding, finding, "{name}");
    }
}

/// Replaces (or compares) the text between two markers of a document.
fn keep(path: &Path, name: &str, text: &str, wrong: &mut Vec<String>) {
    let document = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    let (start, end) = (format!("<!-- output {name} -->"), "<!-- end -->");
    let (Some(from), block) = (document.find(&start), format!("{start}\n```text\n{text}\n```\n{end}")) else {
        wrong.push(format!("{}: no block for {name}", path.display()));
        return;
    };
    let Some(to) = document[from..].find(end).map(|at| from + at + end.len()) else {
        wrong.push(format!("{}: the block of {name} has no end", path.display()));
        return;
    };
    if document[from..to] == block {
        return;
    }
    if std::env::var_os("PUSHDOCTOR_ACCEPT").is_some() {
        let new = format!("{}{block}{}", &document[..from], &document[to..]);
        std::fs::write(path, new).expect("the document is writable");
    } else {
        wrong.push(format!("{}: {name} is not what the program prints", path.display()));
    }
}

#[test]
fn the_documents_show_the_real_output() {
    let catalog = Catalog::builtin();
    let reader = LogReader::new(&catalog);
    let mut wrong = Vec::new();
    for (name, ..) in EXAMPLES {
        let d = diagnose(name, &catalog, &reader);
        for (file, lang) in [("docs/examples.md", Lang::En), ("docs/examples.zh.md", Lang::Zh)] {
            keep(&root().join(file), name, &show(&d, lang), &mut wrong);
        }
        if name == "02-huawei-hms-outdated" {
            let readme: PathBuf = root().join("README.md");
            keep(&readme, name, &show(&d, Lang::En), &mut wrong);
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nPUSHDOCTOR_ACCEPT=1 cargo test --test examples rewrites them",
        wrong.join("\n")
    );
}
