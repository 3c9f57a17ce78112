//! All texts are made up.

use proptest::prelude::*;

use super::*;

/// What came out, spelled so that two runs can be compared.
fn read(text: &[u8], chunks: &[usize]) -> (Vec<String>, Vec<Section>, Vec<(bool, bool)>) {
    let mut reader = SectionReader::new();
    let mut events = Vec::new();
    let mut out = |event: SectionEvent<'_>| {
        events.push(match event {
            SectionEvent::Begins { kind } => format!("begins {kind:?}"),
            SectionEvent::Line { number, text, .. } => format!("{number} {}", String::from_utf8_lossy(text)),
            SectionEvent::Ends { kind, closed } => format!("ends {kind:?} {closed}"),
            SectionEvent::Dumpstate { time } => format!("dumpstate {time}"),
        });
    };
    let mut rest = text;
    let mut sizes = chunks.iter().copied().cycle();
    while !rest.is_empty() {
        let n = sizes.next().unwrap_or(rest.len()).clamp(1, rest.len());
        let (chunk, after) = rest.split_at(n);
        reader.feed(chunk, &mut out);
        rest = after;
    }
    reader.finish(&mut out);
    let lines = memchr::memchr_iter(b'\n', text).count() as u64 + 1;
    let gates = (1..=lines).map(|line| (reader.is_log(line), reader.is_property(line))).collect();
    (events, reader.take().0, gates)
}

fn names(sections: &[Section]) -> Vec<(&str, u64, u64, bool)> {
    sections.iter().map(|s| (s.name.as_str(), s.from, s.lines, s.closed)).collect()
}

const REPORT: &str = "========\n\
== dumpstate: 2026-06-14 10:00:00\n\
========\n\
------ SYSTEM LOG (logcat -v threadtime -d *:v) ------\n\
--------- beginning of main\n\
06-14 09:00:00.000  1  1 I A: one\n\
06-14 09:00:01.000  1  1 I A: two\n\
------ 0.1s was the duration of 'SOMETHING ELSE' ------\n\
\x20 continued\n\
------ 0.1s was the duration of 'SYSTEM LOG' ------\n\
\n\
------ SYSTEM PROPERTIES (getprop) ------\n\
[ro.a]: [b]\n\
------ DUMPSYS HIGH (/system/bin/dumpsys) ------\n\
-------------------------------------------------------------------------------\n\
DUMP OF SERVICE HIGH package:\n\
Packages:\n\
\x20 Package [com.example.bank] (1):\n\
DUMP OF SERVICE other:\n\
06-14 09:00:01.000  1  1 I A: quoted\n\
== dumpstate: done on 2026-06-14 10:01:00\n";

#[test]
fn a_bug_report_is_taken_apart() {
    let (events, sections, gates) = read(REPORT.as_bytes(), &[REPORT.len()]);
    assert_eq!(
        names(&sections),
        [
            ("SYSTEM LOG", 5, 5, true),
            ("SYSTEM PROPERTIES", 13, 1, true),
            ("DUMPSYS HIGH", 15, 1, true),
            ("package", 17, 2, true),
            ("other", 20, 1, true),
        ]
    );
    assert!(events.contains(&"dumpstate 2026-06-14 10:00:00".to_owned()));
    assert!(events.contains(&"13 [ro.a]: [b]".to_owned()));
    assert!(events.contains(&"18   Package [com.example.bank] (1):".to_owned()));
    let log = &sections[0];
    assert_eq!((log.first.unwrap().second, log.last.unwrap().second), (0, 1));
    let log_lines: Vec<usize> = (1..=22).filter(|line| gates[line - 1].0).collect();
    assert_eq!(log_lines, [1, 2, 5, 6, 7, 8, 9, 10], "a log quoted in a dump is no log");
}

#[test]
fn a_pasted_dump_ends_where_the_log_goes_on() {
    let text = "06-14 09:00:00.000  1  1 I A: one\n\
        Packages:\n  Package [com.example.bank] (1):\n    versionCode=1\n\n\
        06-14 09:00:01.000  1  1 I A: two\n";
    let (events, sections, gates) = read(text.as_bytes(), &[7]);
    assert_eq!(names(&sections), [("package", 2, 4, true)]);
    assert_eq!(events.len(), 6, "{events:?}");
    let log: Vec<bool> = gates.iter().map(|gate| gate.0).collect();
    assert_eq!(log, [true, false, false, false, false, true, true]);
}

#[test]
fn text_without_headings_is_log_throughout() {
    let text = "------ my notes ------\n06-14 09:00:00.000  1  1 I A: one\n== look here\n";
    let (events, sections, gates) = read(text.as_bytes(), &[5]);
    assert!(events.is_empty() && sections.is_empty());
    assert!(gates.iter().all(|gate| gate.0 && gate.1));
}

#[test]
fn a_section_of_a_vendor_that_begins_with_log_lines_is_a_log() {
    let text = "------ SUBSYSTEM TRACE (cat /x) ------\n\n06-14 09:00:00.000  1  1 I A: one\n\
        ------ LAST KMSG (/proc/last_kmsg) ------\n06-14 09:00:00.000  1  1 I A: one\n";
    let (_, sections, gates) = read(text.as_bytes(), &[1000]);
    assert_eq!(sections[0].kind, SectionKind::Log);
    assert_eq!(sections[1].kind, SectionKind::Other);
    assert!(gates[2].0 && !gates[4].0);
}

#[test]
fn a_line_that_is_cut_off_is_not_the_last_time() {
    let text = "------ SYSTEM LOG (logcat) ------\n06-14 09:00:00.000  1  1 I A: one\n\
        06-14 09:00:05.000  1  1 I A: two\n06-14 09:0";
    for chunk in [1, 10, text.len()] {
        let (_, sections, _) = read(text.as_bytes(), &[chunk]);
        assert_eq!(sections[0].last.map(|stamp| stamp.second), Some(5));
        assert!(!sections[0].closed);
    }
}

#[test]
fn hostile_texts_stay_small() {
    let many = "------ A B (c) ------\n".repeat(1_000_000);
    let mut reader = SectionReader::new();
    for chunk in many.as_bytes().chunks(1 << 20) {
        reader.feed(chunk, &mut |_| {});
        let lines = reader.lines;
        reader.forget(lines);
        assert!(reader.marks.len() < 4);
    }
    reader.finish(&mut |_| {});
    let (sections, dropped) = reader.take();
    assert_eq!(sections.len() as u64 + dropped, 1_000_000);
    assert!(sections.len() <= MOST);

    let mut reader = SectionReader::new();
    reader.feed(b"DUMP OF SERVICE package:\n", &mut |_| {});
    for _ in 0..200 {
        reader.feed(&[b'x'; 1 << 20], &mut |_| {});
    }
    assert!(reader.partial.capacity() <= 4 * LONGEST);
    let mut longest = 0;
    reader.finish(&mut |event| {
        if let SectionEvent::Line { text, .. } = event {
            longest = longest.max(text.len());
        }
    });
    assert_eq!(longest, LONGEST);
}

fn piece() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "------ SYSTEM LOG (logcat -d) ------\n",
        "------ EVENT LOG (logcat -b events) ------\r\n",
        "------ 1.2s was the duration of 'SYSTEM LOG' ------\n",
        "------ X (y) ------\n",
        "------ SYSTEM PROPERTIES (getprop) ------\n",
        "DUMP OF SERVICE package:\n",
        "DUMP OF SERVICE CRITICAL window:\n",
        "== dumpstate: 2026-06-14 10:00:00\n",
        "== Checkins\n",
        "Packages:\n",
        "  Package [a.b] (1):\n",
        "Unable to find package: a.b\n",
        "    User 0: stopped=true\n",
        "06-14 09:00:00.000  1  1 I A: one\n",
        "06-14 09:00:07.000  1  1 I A: later\r\n",
        "I/A( 1): brief\n",
        "\n",
        "   \n",
        "------",
        "DUMP OF",
        "推送\n",
        "\r",
        "x",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    /// Where the chunks end makes no difference.
    #[test]
    fn any_chunking_gives_the_same(
        pieces in prop::collection::vec(piece(), 0..40),
        chunks in prop::collection::vec(1_usize..60, 1..8),
    ) {
        let text = pieces.concat();
        let whole = read(text.as_bytes(), &[text.len().max(1)]);
        prop_assert_eq!(&read(text.as_bytes(), &chunks), &whole);
        prop_assert_eq!(&read(text.as_bytes(), &[1]), &whole);
    }
}
