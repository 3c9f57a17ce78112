//! The same events in every log format give the same diagnosis, or `unknown` where the format lacks
//! a field that a signature needs; never another verdict.

mod common;

use common::{Event, formats, spell};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use pushdoctor::catalog::Catalog;
use pushdoctor::diagnosis::{Diagnosis, VerdictState};
use pushdoctor::read::logcat::{Format, parse};
use pushdoctor::source::device_log::LogReader;

/// What must not differ between formats.
fn essence(d: &Diagnosis) -> (VerdictState, String, Option<&'static str>) {
    (d.verdict.state, d.verdict.finding.clone(), d.verdict.link.map(|l| l.as_str()))
}

/// Every finding that a diagnosis names anywhere: a format with fewer fields may show less of them.
fn findings(d: &Diagnosis) -> Vec<String> {
    let links = d.chains.iter().flat_map(|c| &c.links);
    links.flat_map(|j| std::iter::once(j.finding.clone()).chain(j.also.iter().cloned())).collect()
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

fn compare(catalog: &Catalog, reader: &LogReader<'_>, events: &[Event], what: &str) {
    let mut reference = None;
    for (name, carries, format) in formats() {
        let d = common::diagnose_text(reader, spell(events, format).as_bytes(), catalog);
        let got = essence(&d);
        let (reference, named) = reference.get_or_insert_with(|| (got.clone(), findings(&d)));
        let weaker =
            matches!(got.0, VerdictState::Inconclusive | VerdictState::Degraded | VerdictState::Healthy)
                && !(carries.tag && carries.pid && carries.tid && carries.time);
        // Where fields are missing less may be known, but never a break that the others do not show.
        let fewer = !(carries.tag && carries.pid && carries.tid && carries.time);
        let another = got.0 == VerdictState::Broken
            && !(fewer && reference.0 == VerdictState::Broken && named.contains(&got.1));
        assert!(
            got == *reference || weaker || !another,
            "{what} as {name}: {got:?}, but threadtime says {reference:?}\n{}",
            spell(events, format)
        );
    }
}

#[test]
fn every_signature_alone_reads_the_same_in_every_format() {
    let catalog = Catalog::builtin();
    let reader = LogReader::new(&catalog);
    let samples = samples(&catalog);
    assert!(samples.len() > 100, "only {} samples are threadtime lines", samples.len());
    for (id, event) in &samples {
        compare(&catalog, &reader, std::slice::from_ref(event), id);
    }
}

/// Mixes of one vendor's lines with those of the push component, the gateway and the system: what a
/// phone of that vendor writes. The seeds are fixed, so a failure is seen by everybody.
#[test]
fn mixes_of_events_read_the_same_in_every_format() {
    let catalog = Catalog::builtin();
    let reader = LogReader::new(&catalog);
    let all = samples(&catalog);
    let mut runner = TestRunner::new_with_rng(
        ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    for vendor in ["huawei", "honor", "xiaomi", "oppo", "vivo", "meizu", "fcm"] {
        let samples: Vec<&Event> = all
            .iter()
            .filter(|(id, _)| id.starts_with(vendor) || id.starts_with("mps.") || id.starts_with("mgs."))
            .map(|(_, event)| event)
            .collect();
        let strategy = prop::collection::vec((0..samples.len(), 1u32..40_000), 1..6);
        runner
            .run(&strategy, |picks| {
                let mut at = 36_000_000;
                let events: Vec<Event> = picks
                    .iter()
                    .map(|(pick, gap)| {
                        at += gap;
                        Event { at, ..samples[*pick].clone() }
                    })
                    .collect();
                compare(&catalog, &reader, &events, vendor);
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{failure}"));
    }
}
