//! What exports hold besides rows: errors, signs that rows are missing, hostile input; and the
//! compressions in which they come.

use std::io::{Cursor, Write as _};

use super::*;
use pushdoctor::read::{NoProgress, OpenOptions, Skipped, visit_inputs};

#[test]
fn an_error_of_the_log_service_is_never_an_empty_export() {
    let error = r#"{"errorCode": "Unauthorized", "errorMessage": "signature Wz4Zak5peDgDAGRNW5rFFGhT= does not match", "requestId": "5FA3"}"#;
    let traceback = format!(
        "Traceback (most recent call last):\n  File \"cli.py\", line 3, in main\naliyun.log.logexception.LogException: {error}\n"
    );
    let pretty =
        "Error!\n{\n    \"errorCode\": \"ProjectNotExist\",\n    \"errorMessage\": \"no such project\"\n}\n";
    for (text, rows) in [
        (error.to_owned(), 0),
        (traceback.clone(), 0),
        (pretty.to_owned(), 0),
        (format!("{}{traceback}", forms::jsonl()), 7),
        (format!("[{{\"content\":\"a\"}}]\n{pretty}[{{\"content\":\"b\"}}]\n"), 2),
        (format!("{traceback}[{{\"content\":\"b\"}}]\n"), 1),
    ] {
        let (taken, facts) = whole("export.json", text.as_bytes());
        assert_eq!(facts.rows, rows, "{text}");
        assert_eq!(taken.bad.len(), 1, "{text}: {:?}", taken.bad);
        let why = &taken.bad[0].1;
        assert!(why.en.contains("the export holds an SLS error: "), "{}", why.en);
        assert!(why.en.contains("Unauthorized") || why.en.contains("ProjectNotExist"), "{}", why.en);
        assert!(why.zh.contains("SLS"));
        assert!(!why.en.contains("Wz4Zak5peDgDAGRNW5rFFGhT"), "{}", why.en);
    }
    let (taken, _) = whole("a.json", br#"{"status":"error","errorType":"bad_data","error":"parse error"}"#);
    assert!(taken.bad[0].1.en.contains("error of Loki: bad_data"));
    let (taken, _) = whole("a.json", br#"{"error":{"type":"index_not_found_exception"},"status":404}"#);
    assert!(taken.bad[0].1.en.contains("Elasticsearch: index_not_found_exception"));
}

#[test]
fn signs_that_rows_are_missing_are_said() {
    let incomplete = |text: &str| {
        let (_, facts) = whole("a.json", text.as_bytes());
        (facts.incomplete, facts.notes.iter().map(|n| n.en.clone()).collect::<Vec<_>>().join("; "))
    };
    for text in [
        r#"{"meta":{"progress":"Incomplete"},"data":[{"a":"1"}]}"#,
        r#"{"data":[{"a":"1"}],"meta":{"progress":"Incomplete"}}"#,
        r#"[{"from":1,"to":2,"count":3,"progress":"Incomplete"}]"#,
        "HTTP/1.1 200 OK\r\nx-log-progress: Incomplete\r\n\r\n[{\"a\":\"1\"}]",
    ] {
        let (is, notes) = incomplete(text);
        assert!(is && notes.contains("Incomplete"), "{text}: {notes}");
    }
    let (is, notes) = incomplete(
        r#"{"_shards":{"failed":2},"hits":{"total":{"value":9},"hits":[{"_index":"i","_source":{"a":1}}]}}"#,
    );
    assert!(is && notes.contains("2 shards") && notes.contains("found 9 rows, the file holds 1"), "{notes}");
    let (is, notes) = incomplete(r#"{"meta":[],"data":[{"a":1}],"rows":1,"rows_before_limit_at_least":5}"#);
    assert!(is && notes.contains("found 5 rows"), "{notes}");
    let hundred = "{\"a\":\"1\"}\n".repeat(100);
    let (is, notes) = incomplete(&hundred);
    assert!(!is && notes.contains("exactly 100 rows"), "{notes}");
    assert_eq!(incomplete(&"{\"a\":\"1\"}\n".repeat(101)), (false, String::new()));
    let (_, facts) = whole("a.json", b"[{\"a\":\"1\"},\n{\"a\":\"2\"}");
    assert!(facts.cut.unwrap().to_string().contains("ends early"));
    let (_, facts) = whole("a.log", b"first line\nsecond li");
    assert!(facts.notes[0].en.contains("no line end"));
}

#[test]
fn other_text_between_rows_is_counted_once() {
    let text = "{\"a\":\"1\"}\n  some words\n  and more\n{\"a\":\"2\"}\n";
    let (taken, facts) = whole("a.json", text.as_bytes());
    assert_eq!((facts.rows, facts.bad), (2, 1));
    assert_eq!(taken.bad[0].0, 2);
    assert_eq!(taken.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 4]);
}

#[test]
fn objects_of_a_log_are_no_envelopes() {
    for row in [
        json!({"data": [{"x": 1}, {"x": 2}], "content": "a"}),
        json!({"logs": [{"x": 1}], "content": "a"}),
        json!({"statuses": [{"token": "t", "status": 0}], "content": "a"}),
        json!({"hits": 3, "data": {"code": 1}, "content": "a"}),
        json!({"meta": {"trace": "1"}, "data": [{"x": 1}], "content": "a"}),
    ] {
        let (taken, facts) = whole("a.json", format!("{row}\n{row}\n").as_bytes());
        assert_eq!(taken.fields(), [row.clone(), row], "{}", facts.form);
    }
}

#[test]
fn text_is_no_export() {
    for text in [
        "[2026-11-24 11:03:12] a line\n[2026-11-24 11:03:13] another, with a comma\n",
        "2022-5-14 11:28:51.120,IOS,570DA89111847-test,iOS,1.0.0.0\n2022-5-14 11:28:52.120,IOS,570DA89111847-test,iOS,1.0.0.0\n",
        "INFO,main,started\nINFO,main,stopped\n",
        "gateway-1 {\"a\":1}\ngateway-1 {\"a\":2}\n",
        "Caused by: java.lang.Exception: x\n\tat a.b(C.java:1)\n",
        "one word\n",
    ] {
        let (taken, facts) = whole("server.log", text.as_bytes());
        assert_eq!(facts.form, "text", "{text}");
        assert_eq!(facts.tried, ["json", "csv", "tsv", "name-value", "text"]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(taken.contents(), lines);
    }
    // A push core log that somebody named like a table stays a log.
    let text = "2022-5-14 11:28:51.120,IOS,a\n2022-5-14 11:28:52.120,IOS,b\n";
    assert_eq!(whole("stat.csv", text.as_bytes()).1.form, "text");
}

#[test]
fn columns_without_names_are_numbered() {
    let (taken, facts) = whole("54_1.csv", b"1780000000,\"a, b\",x\n1780000001,c,\"d\ne\"\n");
    let rows = [
        json!({"1": "1780000000", "2": "a, b", "3": "x"}),
        json!({"1": "1780000001", "2": "c", "3": "d\ne"}),
    ];
    assert_eq!(taken.fields(), rows);
    assert!(facts.notes[0].en.contains("no header"));
}

#[test]
fn a_missing_quote_costs_its_own_row() {
    let mut text = "__time__,__source__,content\n".to_owned();
    for at in 0..50 {
        let quote = if at == 20 { "\"" } else { "" };
        text.push_str(&format!("17800000{at:02},10.0.0.{at},{quote}line {at}\n"));
    }
    let (taken, facts) = whole("a.csv", text.as_bytes());
    assert_eq!((facts.rows, facts.bad), (49, 1), "{:?}", taken.bad);
    assert_eq!(taken.bad[0].0, 22);
    let (taken, facts) = whole("a.csv", b"a,b\n1,2\n1,2,3\n\n4,5\n");
    assert_eq!((facts.rows, facts.bad), (2, 1));
    assert_eq!((taken.bad[0].0, taken.bad[0].1.en.as_str()), (3, "the row has 3 fields, the others have 2"));
}

#[test]
fn only_rows_that_may_hold_what_is_asked_for_are_parsed() {
    for form in forms().iter().filter(|form| form.named) {
        let mut taken = Taken::default();
        let literals = vec!["yunpushcore.device.report".to_owned()];
        let options = ShapeOptions { encoding: None, literals };
        let facts = read(&source(form.file), &mut &form.bytes[..], &options, &mut taken).unwrap();
        let asked = taken.contents().iter().filter(|text| text.contains("yunpushcore")).count();
        assert_eq!(asked, 1, "{}", form.name);
        if form.id != "name-value" {
            assert_eq!(facts.rows + facts.unread, 7, "{}", form.name);
            assert!(facts.unread >= 3, "{}", form.name);
        }
    }
}

#[test]
fn reading_ends_when_nobody_wants_more() {
    for form in forms() {
        let mut taken = Taken { most: Some(2), ..Taken::default() };
        let facts =
            read(&source(form.file), &mut &form.bytes[..], &ShapeOptions::default(), &mut taken).unwrap();
        assert_eq!((taken.rows.len(), facts.rows), (2, 2), "{}", form.name);
    }
}

#[test]
fn hostile_rows_cost_no_more_than_themselves() {
    let good = "{\"a\":\"1\"}\n";
    let deep = format!("{{\"a\":{}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let (taken, facts) = whole("a.json", format!("{good}{deep}{good}").as_bytes());
    assert_eq!((facts.rows, facts.bad), (2, 1), "{:?}", taken.bad);
    assert!(taken.bad[0].1.en.contains("nested"));
    let unclosed = "[{\"a\":".repeat(50_000);
    let (_, facts) = whole("a.json", format!("{good}{unclosed}\n{good}").as_bytes());
    assert_eq!((facts.rows, facts.bad), (2, 1));
    let (taken, facts) = whole("a.json", b"{\"a\":\"x\0y\tz\"}\n{\"a\":\"\xff\xfe\"}\n");
    assert_eq!((facts.rows, facts.bad), (2, 0));
    assert_eq!(taken.fields()[0], json!({"a": "x\u{fffd}y\tz"}));
    assert!(facts.notes[0].en.contains("2 rows hold bytes that are no text"));
    assert!(matches!(read_named("a.json", b"").1, Err(ReadError::Empty { .. })));
    assert!(matches!(read_named("a.json", &[0; 4096]).1, Err(ReadError::Binary { .. })));
}

/// Gives a head, then one byte over and over, then a tail; nothing of it is held.
struct Long<'a> {
    parts: [(&'a [u8], usize); 3],
}

impl Read for Long<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for (bytes, times) in &mut self.parts {
            if *times > 0 {
                let room = buffer.len() / bytes.len().max(1);
                if room == 0 {
                    *times -= 1;
                    return Err(io::Error::other("the buffer is too small for this test"));
                }
                let now = room.min(*times);
                for at in 0..now {
                    buffer[at * bytes.len()..(at + 1) * bytes.len()].copy_from_slice(bytes);
                }
                *times -= now;
                return Ok(now * bytes.len());
            }
        }
        Ok(0)
    }
}

#[test]
fn a_row_of_any_length_is_passed_over() {
    let huge = 40 << 20;
    for (name, head, tail) in [
        ("a.json", &b"{\"a\":\"1\"}\n{\"a\":\""[..], &b"\"}\n{\"a\":\"2\"}\n"[..]),
        ("a.json", &b"[{\"a\":\"1\"},{\"a\":\""[..], &b"\"},{\"a\":\"2\"}]"[..]),
        ("a.csv", &b"a,b\n1,2\n3,\""[..], &b"\"\n5,6\n"[..]),
        ("a.csv", &b"a,b\n1,2\n3,"[..], &b"\n5,6\n"[..]),
        ("a.tsv", &b"a\tb\n1\t2\n3\t"[..], &b"\n5\t6\n"[..]),
    ] {
        let mut taken = Taken::default();
        let mut long = Long { parts: [(head, 1), (b"x", huge), (tail, 1)] };
        let facts = read(&source(name), &mut long, &ShapeOptions::default(), &mut taken).unwrap();
        assert_eq!((facts.rows, facts.bad), (2, 1), "{name}: {:?}", taken.bad);
        assert!(taken.bad[0].1.en.contains("16 MiB"), "{:?}", taken.bad);
        assert!(facts.bytes > huge as u64);
    }
}

/// Reads a file as the commands do, through whatever it is packed in.
fn visit(name: &str, bytes: &[u8]) -> (Vec<String>, Vec<ShapeFacts>, Vec<Skipped>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let (mut texts, mut all) = (Vec::new(), Vec::new());
    let skipped = visit_inputs(&[path], &OpenOptions::default(), &NoProgress, &mut |source, stream| {
        let mut taken = Taken::default();
        let facts = read(source, stream, &ShapeOptions::default(), &mut taken)?;
        texts.extend(taken.contents());
        all.push(facts);
        Ok(())
    });
    (texts, all, skipped)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn snappy_frames(bytes: &[u8]) -> Vec<u8> {
    let mut out = snap::write::FrameEncoder::new(Vec::new());
    out.write_all(bytes).unwrap();
    out.into_inner().unwrap()
}

fn snappy_raw(bytes: &[u8]) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(bytes).unwrap()
}

fn snappy_blocks(bytes: &[u8]) -> Vec<u8> {
    let mut out = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01".to_vec();
    for block in bytes.chunks(500) {
        let packed = snappy_raw(block);
        out.extend_from_slice(&(packed.len() as u32).to_be_bytes());
        out.extend_from_slice(&packed);
    }
    out
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let info = lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB);
    let mut out = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn every_compression_of_shipping_and_download_is_unfolded() {
    let rows = forms::jsonl().into_bytes();
    let truth: Vec<String> = truth().iter().map(|row| row["content"].as_str().unwrap().to_owned()).collect();
    for (name, bytes) in [
        ("54_1.gz", gzip(&rows)),
        ("54_1.zst", zstd::encode_all(&rows[..], 3).unwrap()),
        ("54_1.lz4", lz4(&rows)),
        ("54_1", lz4(&rows)),
        ("54_1", snappy_frames(&rows)),
        ("54_1", snappy_blocks(&rows)),
        ("54_1.snappy", snappy_blocks(&rows)),
        ("54_1_937.snappy", snappy_raw(&rows)),
    ] {
        let (texts, facts, skipped) = visit(name, &bytes);
        assert_eq!(skipped, [], "{name}");
        assert_eq!(texts, truth, "{name}");
        assert_eq!(facts[0].form, "jsonl");
    }
    // Frames one behind the other, and streams of blocks that were joined.
    for pack in [lz4, snappy_frames, snappy_blocks] {
        let (texts, _, skipped) = visit("joined", &[pack(&rows), pack(&rows)].concat());
        assert_eq!((texts.len(), skipped), (14, vec![]));
    }
    let (_, facts, skipped) =
        visit("54_1.snappy.csv", &snappy_raw(forms::csv(",", false, false, "\n").as_bytes()));
    assert_eq!((facts[0].form, facts[0].rows, skipped), ("csv", 7, vec![]));
    // Text that is called so, because somebody unpacked it.
    let (texts, _, skipped) = visit("54_1.snappy", &rows);
    assert_eq!((texts, skipped), (truth, vec![]));
}

#[test]
fn what_is_cut_inside_of_a_compression_keeps_its_rows() {
    // Rows that shrink little, so that there is something before the cut.
    let mut state = 7_u64;
    let mut rows = String::new();
    for at in 0..5000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        rows.push_str(&format!("{{\"n\":\"{at}\",\"content\":\"{state:x}\"}}\n"));
    }
    for pack in [gzip, lz4, snappy_frames, snappy_blocks] {
        let packed = pack(rows.as_bytes());
        let (texts, facts, skipped) = visit("rows.json.gz", &packed[..packed.len() / 2]);
        assert_eq!(skipped, []);
        assert!(texts.len() > 1000, "{}", texts.len());
        assert!(facts[0].incomplete);
        let cut = facts[0].cut.as_ref().expect("the cut is said").to_string();
        assert!(
            cut.contains("rows.json.gz") && (cut.contains("ends early") || cut.contains("damaged")),
            "{cut}"
        );
        assert!(facts[0].bad <= 1);
    }
    // A bare block is all or nothing.
    let packed = snappy_raw(rows.as_bytes());
    let (texts, _, skipped) = visit("a.snappy", &packed[..packed.len() / 2]);
    assert!(texts.is_empty());
    assert_eq!(skipped.len(), 1);
    // One that announces more than it can hold takes no memory.
    let (_, _, skipped) = visit("a.snappy", b"\xff\xff\xff\x7f\x00a");
    assert!(skipped[0].error.to_string().contains("ends early"), "{}", skipped[0].error);
    let (_, _, skipped) = visit("a.snappy", b"\xff\xff\xff\xff\x0f\x00a");
    assert!(skipped[0].error.to_string().contains("gzip or zstd"), "{}", skipped[0].error);
}

#[test]
fn files_of_columns_are_named() {
    let parquet = [&b"PAR1\x15\x04\x15\x10"[..], &[0; 64], b"PAR1"].concat();
    for (name, bytes, what) in [
        ("a.parquet", parquet.clone(), "a Parquet file"),
        ("a.snappy.parquet", parquet, "a Parquet file"),
        ("a.orc", [&b"ORC\x0a\x00\x12"[..], &[7; 64]].concat(), "an ORC file"),
    ] {
        let (_, _, skipped) = visit(name, &bytes);
        let said = skipped[0].error.to_string();
        assert!(said.contains(what) && said.contains("JSON"), "{said}");
        assert!(matches!(read_named(name, &bytes).1, Err(ReadError::Columns { .. })));
    }
    let (texts, ..) = visit("a.log", b"ORCHESTRATOR started\n");
    assert_eq!(texts, ["ORCHESTRATOR started"]);
}

#[test]
fn an_error_of_the_disk_is_said_and_costs_nothing_before_it() {
    let rows = forms::jsonl().into_bytes();
    let error = Some(io::Error::other("the disk is gone"));
    let mut pieces = Pieces { bytes: &rows, sizes: vec![100], next: 0, error };
    let mut taken = Taken::default();
    let facts = read(&source("a.json"), &mut pieces, &ShapeOptions::default(), &mut taken).unwrap();
    assert_eq!((facts.rows, facts.bad, facts.incomplete), (7, 0, true));
    assert!(facts.cut.unwrap().to_string().contains("the disk is gone"));
    // Archives of several exports, in any compression.
    let mut tar = tar::Builder::new(Vec::new());
    for name in ["host-1/a.json", "host-2/a.json"] {
        let packed = gzip(&rows);
        let mut header = tar::Header::new_gnu();
        header.set_size(packed.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("{name}.gz"), Cursor::new(packed)).unwrap();
    }
    let (texts, facts, _) = visit("all.tar.gz", &gzip(&tar.into_inner().unwrap()));
    assert_eq!((texts.len(), facts.len()), (14, 2));
}

#[test]
fn a_row_that_closes_too_soon_costs_itself_only() {
    let text =
        "[\n  {\n    \"a\": \"1\"\n  },\n  {\n    \"a\": \"x\"}\"\n  },\n  {\n    \"a\": \"3\"\n  }\n]\n";
    let (taken, facts) = whole("a.json", text.as_bytes());
    assert_eq!(taken.fields(), [json!({"a": "1"}), json!({"a": "x"}), json!({"a": "3"})]);
    assert_eq!(facts.bad, 0);
    assert!(facts.notes[0].en.starts_with("line 6: a row is damaged"), "{:?}", facts.notes);
}
