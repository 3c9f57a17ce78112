//! Checks over real logs and property dumps. The logs are not part of the repository: where the
//! folder is missing, the tests say so and pass.

mod common;

use pushdoctor::catalog::Catalog;
use pushdoctor::chain::Target;
use pushdoctor::diagnosis::{State, VerdictState};

#[test]
fn real_property_dumps_give_family_and_rom() {
    let Some(corpus) = common::corpus() else {
        println!("skipped: no folder of real logs is at hand");
        return;
    };
    let table = std::fs::read_to_string(corpus.join("getprop.tsv")).expect("the table lies beside the dumps");
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in table.lines().skip(1) {
        let fields: Vec<&str> = row.split('\t').collect();
        let [file, family, rom, ..] = fields.as_slice() else { panic!("a row of four fields: {row}") };
        let d = common::diagnose(&[corpus.join("getprop").join(file)], &catalog, &Target::default());
        count += 1;
        let got = (d.device.family.as_deref().unwrap_or("-"), d.device.rom.as_deref().unwrap_or("-"));
        if got != (*family, *rom) {
            wrong.push(format!("{file}: {got:?}, not {family} {rom}"));
        }
        if d.inputs.first().map(|i| i.kind.as_str()) != Some("getprop") {
            wrong.push(format!("{file}: kind {:?}", d.inputs.first().map(|i| &i.kind)));
        }
    }
    println!("{count} dumps, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn real_logs_without_push_trouble_show_no_broken_link() {
    let Some(corpus) = common::corpus() else {
        println!("skipped: no folder of real logs is at hand");
        return;
    };
    let catalog = Catalog::builtin();
    for entry in std::fs::read_dir(corpus.join("negatives")).expect("the folder is readable").flatten() {
        if entry.path().extension().is_none_or(|e| e != "log") {
            continue;
        }
        let d = common::diagnose(&[entry.path()], &catalog, &Target::default());
        println!("{}: {} lines, {}", entry.path().display(), d.inputs[0].lines, d.verdict.state.as_str());
        assert_ne!(d.verdict.state, VerdictState::Broken, "{}", entry.path().display());
        for judgement in d.chains.iter().flat_map(|c| &c.links) {
            assert!(
                !matches!(judgement.state, State::Fail),
                "{}: {}",
                entry.path().display(),
                judgement.finding
            );
        }
    }
}
