//! The same events in every log format give the same diagnosis, or `unknown` where the format lacks
//! a field that a signature needs; never another verdict.

mod common;

use common::{Event, formats, spell};
use proptest::prelude::*;
use pushdoctor::catalog::Catalog;
use pushdoctor::diagnosis::{Diagnosis, VerdictState};
use pushdoctor::read::logcat::{Format, parse};

/// What must not differ between formats.
fn essence(d: &Diagnosis) -> (VerdictState, String, Option<&'static str>) {
    (d.verdict.state, d.verdict.finding.clone(), d.verdict.link.map(|l| l.as_str()))
}

/// Every sample line of the catalogue as an event.
fn samples(catalog: &Catalog) -> Vec<(String, Event)> {
    catalog
        .signatures()
        .filter_map(|s| {
            let line = parse(&s.sample, None, Format::Threadtime);
            let event = Event {
                at: 36_000_000,
                pid: line.pid?,
                tid: line.tid?,
                level: line.level?,
                tag: line.tag?.trim().to_owned(),
                message: line.message.to_owned(),
            };
            Some((s.id.to_string(), event))
        })
        .collect()
}

fn compare(catalog: &Catalog, events: &[Event], what: &str) {
    let mut reference = None;
    for (name, carries, format) in formats() {
        let d = common::diagnose_text(spell(events, format).as_bytes(), catalog);
        let got = essence(&d);
        let reference = reference.get_or_insert_with(|| got.clone());
        let weaker = matches!(got.0, VerdictState::Inconclusive | VerdictState::Degraded | VerdictState::Healthy)
            && !(carries.tag && carries.pid && carries.tid && carries.time);
        // Where fields are missing less may be known, but never another break.
        let another = got.0 == VerdictState::Broken && got != *reference;
        assert!(
            got == *reference || (weaker && !another),
            "{what} as {name}: {got:?}, but threadtime says {reference:?}\n{}",
            spell(events, format)
        );
    }
}

#[test]
fn every_signature_alone_reads_the_same_in_every_format() {
    let catalog = Catalog::builtin();
    let samples = samples(&catalog);
    assert!(samples.len() > 100, "only {} samples are threadtime lines", samples.len());
    for (id, event) in &samples {
        compare(&catalog, std::slice::from_ref(event), id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mix_of_events_reads_the_same_in_every_format(
        picks in prop::collection::vec((0usize..10_000, 1u32..40_000), 1..6)
    ) {
        let catalog = Catalog::builtin();
        let samples = samples(&catalog);
        let mut at = 36_000_000;
        let events: Vec<Event> = picks
            .iter()
            .map(|(pick, gap)| {
                at += gap;
                Event { at, ..samples[pick % samples.len()].1.clone() }
            })
            .collect();
        compare(&catalog, &events, "a mix");
    }
}
