//! The scan over streams of every shape.

use std::io::{self, Read};

use proptest::prelude::*;

use super::logcat::{Format, parse};
use super::scan::Sizes;
use super::*;

const SMALL: Sizes = Sizes { buffer: 64, context: 256, piece: 128 };

#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    number: u64,
    text: String,
    head: Option<String>,
    literals: Vec<u32>,
}

struct Outcome {
    hits: Vec<Found>,
    properties: Vec<(String, String)>,
    scanned: Scanned,
}

fn source() -> Source {
    Source { name: "test.log".to_owned(), file_name: "test.log".to_owned(), modified: None, size: None }
}

fn run(reader: &mut dyn Read, literals: &[&str], options: ScanOptions) -> Outcome {
    let (mut hits, mut properties) = (Vec::new(), Vec::new());
    let scanned = scan(
        &source(),
        reader,
        &Prefilter::new(literals),
        &options,
        &mut |hit| {
            hits.push(Found {
                number: hit.number,
                text: hit.text.into_owned(),
                head: hit.head.map(|head| head.into_owned()),
                literals: hit.literals.to_vec(),
            });
        },
        &mut |found| properties.push((found.key.to_owned(), found.value.to_owned())),
        &mut |_| {},
    )
    .unwrap();
    Outcome { hits, properties, scanned }
}

fn options(sizes: Option<Sizes>) -> ScanOptions {
    ScanOptions { properties: true, sizes, ..ScanOptions::default() }
}

fn run_all(bytes: &[u8], literals: &[&str]) -> Outcome {
    run(&mut &*bytes, literals, options(None))
}

/// Numbers and texts of the hits.
fn lines(outcome: &Outcome) -> Vec<(u64, &str)> {
    outcome.hits.iter().map(|hit| (hit.number, hit.text.as_str())).collect()
}

#[test]
fn line_endings_of_all_kinds() {
    for ending in ["\n", "\r\n", "\r\r\n", "\r"] {
        let text = ["one push", "two", "", "three PUSH"].join(ending);
        for end in ["", ending] {
            let outcome = run_all(format!("{text}{end}").as_bytes(), &["push"]);
            assert_eq!(lines(&outcome), [(1, "one push"), (4, "three PUSH")], "{ending:?}");
            assert_eq!(outcome.scanned.lines, 4, "{ending:?} {end:?}");
        }
    }
}

#[test]
fn nothing_and_little() {
    let outcome = run_all(b"", &["x"]);
    assert_eq!((outcome.scanned.lines, outcome.scanned.kind), (0, Kind::Empty));
    let outcome = run_all(b"x", &["x"]);
    assert_eq!(lines(&outcome), [(1, "x")]);
    assert_eq!(run_all(b"\n\n\n", &["x"]).scanned.lines, 3);
}

#[test]
fn encodings_reach_the_caller_as_text() {
    let text =
        "06-14 09:58:02.123  1  2 I T: 推送失败 code\r\nother\r\n06-14 09:58:03.123  1  2 I T: code\r\n";
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let cases = [
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-8-bom", format!("\u{feff}{text}").into_bytes()),
        ("gb18030", encoding_rs::GB18030.encode(text).0.into_owned()),
        ("utf-16le", utf16(false, true)),
        ("utf-16be", utf16(true, true)),
        ("utf-16le", utf16(false, false)),
        ("utf-16be", utf16(true, false)),
    ];
    for (name, bytes) in cases {
        let outcome = run_all(&bytes, &["推送失败", "code"]);
        assert_eq!(outcome.scanned.encoding.name(), name);
        assert_eq!(outcome.scanned.bytes, bytes.len() as u64, "{name}");
        assert_eq!(outcome.scanned.format, Format::Threadtime, "{name}");
        assert_eq!(outcome.hits.len(), 2, "{name}");
        assert_eq!(outcome.hits[0].text, "06-14 09:58:02.123  1  2 I T: 推送失败 code", "{name}");
        assert_eq!(outcome.hits[0].literals, [0, 1]);
        assert_eq!(outcome.hits[1].number, 3);
        assert_eq!(outcome.scanned.first.unwrap().second, 2);
        assert_eq!(outcome.scanned.last.unwrap().second, 3);
    }
}

#[test]
fn a_mixed_file_is_decoded_line_by_line() {
    let mut bytes = "推送失败 a\n".repeat(3).into_bytes();
    bytes.extend_from_slice(&encoding_rs::GB18030.encode("推送失败 b\n").0);
    bytes.extend_from_slice(b"code \xff\xff\xff\n");
    let outcome = run_all(&bytes, &["推送失败", "code"]);
    assert_eq!(outcome.hits.len(), 5);
    assert_eq!(outcome.hits[3].text, "推送失败 b");
    assert_eq!(outcome.scanned.broken_bytes, 1);
}

#[test]
fn format_long_finds_its_header_across_buffers() {
    let mut text = String::new();
    for n in 0..40 {
        text.push_str(&format!(
            "[ 06-14 09:58:{n:02}.123  1234: 5678 E/Push{n} ]\nfirst\nregister failed {n}\n\n"
        ));
    }
    let outcome = run(&mut text.as_bytes(), &["register failed"], options(Some(SMALL)));
    assert_eq!(outcome.scanned.format, Format::Long);
    assert_eq!(outcome.hits.len(), 40);
    for (n, hit) in outcome.hits.iter().enumerate() {
        let line = parse(&hit.text, hit.head.as_deref(), Format::Long);
        assert_eq!(line.tag, Some(format!("Push{n}").as_str()), "{hit:?}");
        assert_eq!(line.message, format!("register failed {n}"));
    }
}

#[test]
fn android_studio_continuations_find_their_header() {
    let head = "2020-04-16 15:32:41.472 1-2/com.example E/AndroidRuntime: FATAL";
    let text = format!("{head}\n    first\n        at com.example.Push.run(Push.java:1)\n");
    let outcome = run_all(text.as_bytes(), &["Push.run"]);
    assert_eq!(outcome.hits[0].head.as_deref(), Some(head));
    // A line with a header of its own needs none, nor does prose in threadtime.
    let text = "06-14 09:58:02.123  1  2 I T: a\nPush.run pasted\n06-14 09:58:02.123  1  2 I T: Push.run\n";
    let outcome = run_all(text.as_bytes(), &["Push.run"]);
    assert!(outcome.hits.iter().all(|hit| hit.head.is_none()));
}

#[test]
fn a_long_line_is_reported_in_pieces_and_loses_no_literal() {
    let mut line = String::from("06-14 09:58:02.123  1  2 I Tag: ");
    for n in 0..5000 {
        line.push_str("some words between 推送 ");
        if n % 500 == 0 {
            line.push_str("register failed ");
        }
    }
    line.push_str("last literal");
    let text = format!("before\n{line}\nregister failed after\n");
    for sizes in [None, Some(SMALL)] {
        let outcome = run(&mut text.as_bytes(), &["register failed", "last literal"], options(sizes));
        let found: usize = outcome.hits.iter().map(|hit| hit.text.matches("register failed").count()).sum();
        assert_eq!(found, 11);
        assert!(outcome.hits.iter().any(|hit| hit.literals.contains(&1)));
        assert_eq!(outcome.scanned.lines, 3);
        assert_eq!(outcome.scanned.long_lines, 1);
        assert_eq!(outcome.scanned.broken_bytes, 0);
        let last = outcome.hits.last().unwrap();
        assert_eq!((last.number, last.text.as_str()), (3, "register failed after"));
        for hit in outcome.hits.iter().filter(|hit| hit.number == 2) {
            let line = parse(&hit.text, hit.head.as_deref(), Format::Threadtime);
            assert_eq!(line.tag, Some("Tag"), "{hit:?}");
        }
    }
}

#[test]
fn a_stream_without_line_ends_is_searched_in_bounded_memory() {
    let mut reader = io::repeat(b'x').take(9 << 20).chain(&b"register failed"[..]);
    let outcome = run(&mut reader, &["register failed"], options(None));
    assert_eq!(outcome.hits.len(), 1);
    assert_eq!(outcome.scanned.lines, 1);
}

#[test]
fn a_long_line_after_little_text_fits_wherever_the_buffer_lies() {
    let line = "x".repeat(3000);
    for buffer in (4000..9000).step_by(397) {
        for before in [0, 1, 200] {
            let text = format!("{}{line} register failed {line}\n", "a\n".repeat(before));
            let sizes = Sizes { buffer, context: 600, piece: 128 };
            let outcome = run(&mut text.as_bytes(), &["register failed"], options(Some(sizes)));
            assert_eq!(outcome.hits.len(), 1);
            assert_eq!(outcome.scanned.lines, before as u64 + 1);
        }
    }
}

#[test]
fn joined_events_of_mpaas_are_single_hits() {
    let text = "1556072279716 INFO/mPush:[275:main] bind ok$$1556072279717 ERROR/mPush:[1:x] bind failed$$1556072279718 I/Other:[1:x] y$$";
    let outcome = run_all(text.as_bytes(), &["bind"]);
    let hits = lines(&outcome);
    assert_eq!(
        hits,
        [
            (1, "1556072279716 INFO/mPush:[275:main] bind ok"),
            (1, "1556072279717 ERROR/mPush:[1:x] bind failed")
        ]
    );
    assert_eq!(outcome.scanned.kind, Kind::AppLog);
}

#[test]
fn properties_arrive_from_every_place() {
    let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
    let expected = [
        pair("ro.product.model", "Demo 1"),
        pair("persist.sys.timezone", "Asia/Shanghai"),
        pair("other.key", "x"),
    ];
    let dump = "[ro.product.model]: [Demo 1]\n[persist.sys.timezone]: [Asia/Shanghai]\n[other.key]: [x]\n";
    let outcome = run_all(dump.as_bytes(), &[]);
    assert_eq!(outcome.properties, expected);
    assert_eq!(outcome.scanned.kind, Kind::Getprop);
    let outcome = run_all(dump.replace('\n', " ").as_bytes(), &["Demo"]);
    assert_eq!(outcome.properties, expected);
    assert_eq!(outcome.hits.len(), 1);
    let inside =
        format!("06-14 09:58:02.123  1  2 I T: a\n------ SYSTEM PROPERTIES (getprop) ------\n{dump}");
    let outcome = run_all(inside.as_bytes(), &[]);
    assert!(outcome.properties.is_empty(), "the section hands on its lines, which hold all of them");
    let sections: Vec<(&str, u64)> =
        outcome.scanned.sections.iter().map(|s| (s.name.as_str(), s.lines)).collect();
    assert_eq!(sections, [("SYSTEM PROPERTIES", 3)]);
    let utf16: Vec<u8> = dump.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(run_all(&utf16, &[]).properties, expected);
    let without = ScanOptions::default();
    assert!(run(&mut dump.as_bytes(), &[], without).properties.is_empty());
}

#[test]
fn one_endless_line_of_properties_is_not_cut_through() {
    let dump: String = (0..9000).map(|n| format!("[ro.key.{n}]: [value {n}]")).collect();
    let outcome = run_all(dump.as_bytes(), &[]);
    assert_eq!(outcome.properties.len(), 9000);
    let outcome = run_all(dump.repeat(3).as_bytes(), &[]);
    assert_eq!(outcome.properties.len(), 20_000);
    assert_eq!(outcome.scanned.properties_dropped, 7000);
}

const EXPORT: &str = r#"{
  "metadata": {"device": {"deviceId": "x", "model": "Demo 1", "sdk": 34, "manufacturer": "Example"}, "filter": "{}["},
  "logcatMessages": [
    {"header": {"logLevel": "ERROR", "pid": 12, "tid": 34, "applicationId": "com.example", "processName": "com.example:push",
      "tag": "HmsSDK", "timestamp": {"seconds": 1718330282, "nanos": 123000000}}, "message": "get token failed \u003d 907\nsecond \"line\" ]}"},
    {"header": {"logLevel": "ASSERT", "pid": 1, "tid": 1, "applicationId": "", "processName": "",
      "tag": "", "timestamp": {"seconds": 1718330283, "nanos": 0}}, "message": ""}
  ]
}"#;

#[test]
fn an_export_of_android_studio_becomes_lines() {
    let outcome = run_all(EXPORT.as_bytes(), &["token failed", "second"]);
    assert_eq!(outcome.scanned.kind, Kind::StudioJson);
    assert_eq!(outcome.scanned.cut, None);
    assert!(outcome.properties.contains(&("ro.product.model".into(), "Demo 1".into())));
    assert!(outcome.properties.contains(&("ro.build.version.sdk".into(), "34".into())));
    assert_eq!(outcome.hits.len(), 2);
    let line = parse(&outcome.hits[1].text, None, Format::StudioJson);
    assert_eq!(line.process, Some("com.example:push"));
    assert_eq!((line.tag, line.level), (Some("HmsSDK"), Some('E')));
    assert_eq!(line.time.unwrap().epoch, Some((1_718_330_282, 123_000_000)));
    assert_eq!(line.message, "second \"line\" ]}");
    assert_eq!(outcome.scanned.levels, [0, 0, 0, 0, 2, 1, 0]);
}

#[test]
fn a_cut_export_gives_what_came_before_the_cut() {
    let cut = EXPORT.find("ASSERT").unwrap();
    let outcome = run_all(&EXPORT.as_bytes()[..cut], &["token failed"]);
    assert_eq!(outcome.hits.len(), 1);
    assert!(outcome.scanned.cut.unwrap().contains("ends early"));
}

#[test]
fn kinds_are_told_apart() {
    let kind = |text: &str| run_all(text.as_bytes(), &[]).scanned.kind;
    assert_eq!(kind("06-14 09:58:02.123  1  2 I T: a\n"), Kind::Logcat);
    assert_eq!(kind("========\n== dumpstate: 2024-03-13 10:25:37\n========\nBuild: x\n"), Kind::Bugreport);
    assert_eq!(kind("04-19 17:02:14.735  5394  5394 I A03200/demoTag: m\n"), Kind::Hilog);
    assert_eq!(kind("2019-09-04 15:53:07.572070+0800 demo[1690:837105] m\n"), Kind::AppleConsole);
    assert_eq!(kind("1556072279716|D|PushCore|[Thread:275] x\n"), Kind::AppLog);
    assert_eq!(kind("just text\n"), Kind::Text);
    assert_eq!(kind("\0\0\0\0\0\0"), Kind::Binary);
}

#[test]
fn a_failing_reader_leaves_what_came_before() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let outcome = run(&mut (&b"a push\n"[..]).chain(Fails), &["push"], options(None));
    assert_eq!(outcome.hits.len(), 1);
    assert!(outcome.scanned.cut.unwrap().contains("unplugged"));
    let error = scan(
        &source(),
        &mut Fails,
        &Prefilter::new(&[]),
        &options(None),
        &mut |_| {},
        &mut |_| {},
        &mut |_| {},
    );
    assert!(matches!(error, Err(ReadError::Io { .. })));
}

#[test]
fn bench_like_sizes_do_not_change_hits() {
    // Enough text to roll the real buffer several times.
    let mut text = String::new();
    for n in 0..60_000 {
        text.push_str(&format!("06-14 09:58:02.123  1234  5678 I Tag: line {n}"));
        text.push_str(if n % 997 == 0 { " register failed\n" } else { " and more text\n" });
    }
    let outcome = run_all(text.as_bytes(), &["register failed"]);
    let numbers: Vec<u64> = outcome.hits.iter().map(|hit| hit.number).collect();
    let expected: Vec<u64> = (0..60_000).filter(|n| n % 997 == 0).map(|n| n + 1).collect();
    assert_eq!(numbers, expected);
    assert_eq!(outcome.scanned.lines, 60_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The rolling scan finds what a plain loop over the lines finds, wherever
    /// the ends of the buffer fall.
    #[test]
    fn the_rolling_scan_equals_a_plain_loop(
        text in prop::collection::vec("[a-d ]{0,20}|.{0,8}|push|register failed", 0..60),
        ending in prop::sample::select(vec!["\n", "\r\n"]),
        context in 0_usize..64,
        buffer in 0_usize..8192,
    ) {
        let text: Vec<String> = text.iter().map(|line| line.replace(['\r', '\n', '\0', '\u{1b}', '\u{b}'], "")).collect();
        let literals = ["push", "abc", "register failed", "ister"];
        let joined = text.join(ending);
        let sizes = Sizes { buffer, context, piece: 256 };
        let outcome = run(&mut joined.as_bytes(), &literals, options(Some(sizes)));
        let mut expected = Vec::new();
        for (number, line) in (1_u64..).zip(&text) {
            let lower = line.to_ascii_lowercase();
            let ids: Vec<u32> = (0_u32..).zip(literals).filter(|(_, l)| lower.contains(l)).map(|(id, _)| id).collect();
            if !ids.is_empty() {
                expected.push((number, line.trim_start_matches('\u{feff}').to_owned(), ids));
            }
        }
        let found: Vec<_> = outcome.hits.into_iter().map(|hit| (hit.number, hit.text.trim_start_matches('\u{feff}').to_owned(), hit.literals)).collect();
        prop_assert_eq!(found, expected);
    }

    /// No bytes make the scan panic or lose the count of bytes.
    #[test]
    fn no_bytes_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..3000),
        text in r"(\{|\[|\]|\}|:|,|\x22metadata\x22|\x22logcatMessages\x22|[a-z\\]|\n|\$\$1556072279716 ){0,200}",
        textual in any::<bool>(),
    ) {
        let bytes = if textual { format!("{{\"metadata\":{text}").into_bytes() } else { bytes };
        for sizes in [None, Some(Sizes { buffer: 16, context: 8, piece: 4 })] {
            let outcome = run(&mut &*bytes, &["a", "\u{0}\u{1}", "推"], options(sizes));
            prop_assert_eq!(outcome.scanned.bytes, bytes.len() as u64);
        }
    }
}
