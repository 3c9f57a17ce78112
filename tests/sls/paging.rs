//! All rows, once each: over both calls, signatures and packings, and when data or service move.

use pushdoctor::aliyun::sls::read::Why;
use pushdoctor::aliyun::sls::request::{Api, Signing};

use super::server::{Fault, Packing, REGION, row};
use super::stage::{FROM, Stage, TO, ids, numbered, truth};

#[test]
fn all_rows_come_once_by_either_call_signature_and_packing() {
    for api in [Api::V2, Api::V1] {
        for signing in [Signing::V1, Signing::V4 { region: REGION.into() }] {
            for packing in [Packing::None, Packing::Gzip, Packing::Zstd, Packing::Lz4] {
                let mut stage = Stage::new(numbered(523));
                stage.settings.api = api;
                stage.settings.signing = signing.clone();
                stage.sls().packing = packing;
                stage.sls().query_info = "{\"mode\":0,\"查询\":1}".as_bytes().to_vec();
                let (reading, rows, _) = stage.read();
                let reading = reading.unwrap();
                assert!(reading.gaps.is_empty(), "{:?}", reading.gaps);
                assert_eq!(ids(&rows), truth(&stage), "{api:?} {signing:?} {packing:?}");
                assert_eq!(reading.rows, 523);
                assert_eq!((reading.settled, reading.to), (TO, TO));
                assert_eq!(stage.sls().complaints, Vec::<String>::new());
            }
        }
    }
}

#[test]
fn a_session_token_is_signed_too() {
    for signing in [Signing::V1, Signing::V4 { region: REGION.into() }] {
        let mut stage = Stage::new(numbered(3));
        stage.settings.signing = signing;
        stage.token = Some("made-up-token/+=".into());
        stage.sls().token = stage.token.clone();
        let (reading, rows, _) = stage.read();
        assert!(reading.unwrap().gaps.is_empty());
        assert_eq!(rows.len(), 3);
    }
}

#[test]
fn a_large_range_is_cut_along_its_counts() {
    let mut stage = Stage::new(numbered(3000));
    stage.limits.slice_rows = 250;
    let (reading, rows, _) = stage.read();
    assert!(reading.unwrap().gaps.is_empty());
    assert_eq!(ids(&rows), truth(&stage));
    let offsets =
        stage.sls().requests.iter().any(|r| String::from_utf8_lossy(&r.body).contains("\"offset\":300"));
    assert!(!offsets, "no slice needs a far offset");
}

#[test]
fn an_incomplete_page_is_asked_for_again_before_the_offset_moves() {
    let stage = Stage::new(numbered(250));
    // Every answer is incomplete three times in a row, then complete.
    stage.sls().fault = Box::new(|_, n| (n % 4 != 3).then_some(Fault::Incomplete));
    let (reading, rows, _) = stage.read();
    assert!(reading.unwrap().gaps.is_empty());
    assert_eq!(ids(&rows), truth(&stage));
}

#[test]
fn what_stays_incomplete_is_halved_down_to_the_second_that_is_bad() {
    let stage = Stage::new(numbered(400));
    let bad = FROM + 1234;
    stage.sls().rows.push(row(bad, "bad", "in the bad second"));
    stage.sls().fault = Box::new(move |incoming, _| {
        let range = |key: &str| match incoming.parameter(key).parse() {
            Ok(n) => n,
            Err(_) => {
                serde_json::from_slice::<serde_json::Value>(&incoming.body).unwrap()[key].as_i64().unwrap()
            }
        };
        (range("from") <= bad && bad < range("to")).then_some(Fault::Incomplete)
    });
    let (reading, rows, _) = stage.read();
    let reading = reading.unwrap();
    assert_eq!(reading.gaps.len(), 1, "{:?}", reading.gaps);
    assert!((reading.gaps[0].from, reading.gaps[0].to) == (bad, bad + 1), "{:?}", reading.gaps);
    assert!(matches!(reading.gaps[0].why, Why::Incomplete));
    let mut expected = truth(&stage);
    expected.retain(|id| id != "bad");
    assert_eq!(ids(&rows), expected);
}

#[test]
fn rows_that_arrive_meanwhile_are_neither_lost_nor_doubled() {
    let stage = Stage::new(numbered(500));
    // Each comes in front of what was read already, so that all later rows move.
    let late = [4, 6, 9].map(|n| (n, row(FROM + 1, &format!("late{n}"), "late")));
    stage.sls().late.extend(late);
    let (reading, rows, _) = stage.read();
    assert!(reading.unwrap().gaps.is_empty());
    assert_eq!(ids(&rows), truth(&stage));
}

#[test]
fn without_the_right_to_count_two_passes_must_agree() {
    let stage = Stage::new(numbered(500));
    stage.sls().histograms = false;
    stage.sls().late.push((4, row(FROM + 1, "late", "late")));
    let (reading, rows, _) = stage.read();
    let reading = reading.unwrap();
    assert!(reading.gaps.is_empty(), "{:?}", reading.gaps);
    assert!(reading.no_counts.is_some());
    assert_eq!(ids(&rows), truth(&stage));
}

#[test]
fn rows_that_are_alike_in_everything_are_all_counted() {
    let same = (0..230).map(|i| row(FROM + i % 7, "same", "same")).collect();
    let stage = Stage::new(same);
    let (reading, rows, _) = stage.read();
    assert!(reading.unwrap().gaps.is_empty());
    assert_eq!(rows.len(), 230);
}

#[test]
fn a_count_that_the_rows_do_not_have_is_never_complete() {
    let stage = Stage::new(numbered(30));
    stage.sls().fault = Box::new(|incoming, _| (incoming.method == "POST").then_some(Fault::Miscount));
    let (reading, _, _) = stage.read();
    assert!(!reading.unwrap().gaps.is_empty());
}

#[test]
fn the_future_is_not_asked_for_and_the_last_minutes_are_not_settled() {
    let stage = Stage::new(numbered(40));
    stage.clock.set(TO - 60);
    stage.sls().rows.retain(|r| r.time < TO - 60);
    let (reading, rows, _) = stage.read();
    let reading = reading.unwrap();
    assert_eq!((reading.to, reading.settled), (TO - 60, TO - 240));
    assert_eq!(ids(&rows), truth(&stage));
}

#[test]
fn the_present_is_the_services_not_this_machines() {
    let stage = Stage::new(numbered(40));
    stage.clock.set(TO);
    stage.sls().ahead = -600;
    stage.sls().rows.retain(|r| r.time < TO - 600);
    let (reading, ..) = stage.read();
    assert_eq!(reading.unwrap().settled, TO - 780);
}
