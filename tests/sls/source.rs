//! From a config and a filter to rows and what may be said of those that are missing.

use pushdoctor::aliyun::sls::read::Limits;
use pushdoctor::aliyun::sls::request::{Api, Signing};
use pushdoctor::lang::Bilingual;
use pushdoctor::source::server_log::coverage::Covered;
use pushdoctor::source::server_log::filter::Filter;
use pushdoctor::source::server_log::row::{Body, Row, RowSink};
use pushdoctor::source::sls::{SlsConfig, SlsOutcome, Store, by_vendor_and_code, read, search};
use serde_json::Value;

use super::server::{Stored, row};
use super::stage::{FROM, NOW, Stage, TO};

const OPERATION: &str = "alipay.client.yunpushcore.device.report";

#[derive(Default)]
struct Kept {
    rows: Vec<Value>,
    lines: Vec<u64>,
    most: usize,
}

impl RowSink for Kept {
    fn row(&mut self, row: Row) -> bool {
        self.lines.push(row.line);
        let Body::Fields(fields) = row.body else { panic!("a row of SLS has fields") };
        self.rows.push(fields);
        self.rows.len() < self.most
    }

    fn bad(&mut self, line: u64, why: Bilingual) {
        panic!("{line}: {}", why.en);
    }
}

fn config() -> SlsConfig {
    SlsConfig { report_logstore: Some("gateway".into()), query: "*".into(), ..SlsConfig::default() }
}

fn filter() -> Filter {
    Filter {
        operations: vec![OPERATION.into()],
        since: Some(FROM * 1_000_000),
        until: Some(TO * 1_000_000),
        ..Filter::default()
    }
}

fn lines(count: i64) -> Vec<Stored> {
    let line = |i: i64| format!("2026-05-28,{OPERATION},device-{i},Y,1000");
    (0..count).map(|i| row(FROM + i * 3600 / count.max(1), &format!("{i:05}"), &line(i))).collect()
}

fn run(stage: &Stage, config: &SlsConfig, filter: &Filter) -> (SlsOutcome, Kept) {
    let mut kept = Kept { most: usize::MAX, ..Kept::default() };
    let client = stage.client();
    let outcome = read(&client, config, Store::Report, filter, Limits::default(), &mut kept).unwrap();
    (outcome, kept)
}

#[test]
fn rows_of_an_operation_come_with_running_numbers_and_complete_coverage() {
    let stage = Stage::new(lines(120));
    let (outcome, kept) = run(&stage, &config(), &filter());
    assert_eq!((outcome.counted, kept.rows.len()), (120, 120));
    assert_eq!(kept.lines, (1..=120).collect::<Vec<u64>>());
    let coverage = outcome.coverage;
    assert_eq!(coverage.state, Covered::Complete);
    assert_eq!((coverage.from, coverage.to), (Some(FROM * 1_000_000), Some(TO * 1_000_000)));
    assert!(coverage.reasons.is_empty());
}

#[test]
fn rows_that_were_collected_a_little_late_are_read_too() {
    let mut rows = lines(10);
    rows.push(row(TO + 300, "late", &format!("collected late,{OPERATION}")));
    let (outcome, _) = run(&Stage::new(rows), &config(), &filter());
    assert_eq!(outcome.counted, 11);
}

#[test]
fn a_device_is_found_by_the_search() {
    let stage = Stage::new(lines(120));
    let filter = Filter { device: Some("device-77".into()), ..filter() };
    let (outcome, kept) = run(&stage, &config(), &filter);
    assert_eq!((outcome.counted, outcome.coverage.state), (1, Covered::Complete));
    assert!(kept.rows[0]["content"].as_str().unwrap().contains("device-77"));
    let asked = String::from_utf8(stage.sls().requests.last().unwrap().body.clone()).unwrap();
    assert!(!asked.contains("session"), "{asked}");
}

#[test]
fn no_row_of_a_device_is_believed_only_after_looking_through_the_operation() {
    let stage = Stage::new(lines(120));
    let absent = Filter { device: Some("device-absent".into()), ..filter() };
    let (outcome, _) = run(&stage, &config(), &absent);
    assert_eq!((outcome.counted, outcome.coverage.state), (0, Covered::Complete));
    assert!(outcome.notes.iter().any(|n| n.en.contains("all 120 rows")), "{:?}", outcome.notes);
}

#[test]
fn an_index_that_cuts_words_differently_hides_nothing() {
    let stage = Stage::new(lines(120));
    // A part of a word: the index does not know it, the rows do.
    stage.sls().whole_words = true;
    let part = Filter { device: Some("evice-77".into()), ..filter() };
    let (outcome, kept) = run(&stage, &config(), &part);
    assert_eq!((outcome.counted, kept.rows.len()), (1, 1));
    assert!(outcome.notes.iter().any(|n| n.en.contains("the search missed 1 row")), "{:?}", outcome.notes);
}

#[test]
fn an_empty_store_proves_nothing() {
    let stage = Stage::new(Vec::new());
    let absent = Filter { device: Some("device-absent".into()), ..filter() };
    let (outcome, _) = run(&stage, &config(), &absent);
    assert_eq!(outcome.coverage.state, Covered::Partial);
    assert!(outcome.coverage.reasons[0].en.contains("wrong logstore"), "{:?}", outcome.coverage.reasons);
}

#[test]
fn the_last_minutes_are_said_not_to_be_settled() {
    let stage = Stage::new(lines(120));
    stage.clock.set(TO);
    let (outcome, _) = run(&stage, &config(), &filter());
    assert_eq!(outcome.coverage.state, Covered::Complete);
    assert_eq!(outcome.coverage.to, Some((TO - 180) * 1_000_000));
    assert!(outcome.coverage.reasons[0].en.contains("may still be on their way"));
    stage.clock.set(FROM + 100);
    stage.sls().rows.retain(|r| r.time < FROM + 100);
    let (outcome, _) = run(&stage, &config(), &filter());
    assert_eq!(outcome.coverage.state, Covered::Partial, "nothing of it has settled");
}

#[test]
fn without_a_beginning_a_day_is_read_and_said() {
    let mut rows = lines(10);
    rows.push(row(NOW - 3600, "today", OPERATION));
    let stage = Stage::new(rows);
    let open = Filter { since: None, until: None, ..filter() };
    let (outcome, _) = run(&stage, &config(), &open);
    assert!(outcome.notes.iter().any(|n| n.en.contains("last 24 hours")));
    assert_eq!(outcome.counted, 1, "the row of today only");
}

#[test]
fn a_taker_that_has_enough_leaves_the_rest_unread() {
    let stage = Stage::new(lines(500));
    let mut kept = Kept { most: 30, ..Kept::default() };
    let client = stage.client();
    let outcome = read(&client, &config(), Store::Report, &filter(), Limits::default(), &mut kept).unwrap();
    assert_eq!((kept.rows.len(), outcome.coverage.state), (30, Covered::Partial));
}

#[test]
fn fields_come_under_our_names() {
    let mut stored = row(FROM, "1", OPERATION);
    stored.fields.insert("did".into(), Value::String("d-1".into()));
    let stage = Stage::new(vec![stored]);
    let mut config = config();
    config.fields = vec![
        ("device".into(), "did".into()),
        ("time".into(), "__time__".into()),
        ("code".into(), "no such field".into()),
    ];
    let open = Filter { operations: Vec::new(), ..filter() };
    let (_, kept) = run(&stage, &config, &open);
    let row = &kept.rows[0];
    assert_eq!(row["device"], "d-1");
    assert_eq!(row["time"], FROM.to_string().as_str());
    assert_eq!(row["__time__"], row["time"]);
    assert!(row.get("did").is_none() && row.get("code").is_none());
}

#[test]
fn values_cannot_become_operators() {
    let text = |config: &SlsConfig, filter: &Filter| search(config, filter).unwrap();
    let mut config = config();
    let hostile = Filter {
        device: Some("a\" or * | select 1 -- \\".into()),
        user: Some("张三 and not x".into()),
        ..filter()
    };
    assert_eq!(
        text(&config, &hostile),
        format!(r#""{OPERATION}" and "张三 and not x" and "a\" or * | select 1 -- \\""#)
    );
    config.query = "__topic__:gateway or env:prod".into();
    config.fields = vec![("device".into(), "did".into()), ("operation".into(), "op".into())];
    let two = Filter {
        operations: vec!["a".into(), "b".into()],
        device: Some("d_1:2%3".into()),
        token: Some("t".into()),
        message: Some("m".into()),
        ..Filter::default()
    };
    assert_eq!(
        text(&config, &two),
        r#"(__topic__:gateway or env:prod) and ("op":"a" or "op":"b") and "did":"d_1:2%3" and "m" and "t""#
    );
    assert_eq!(text(&SlsConfig::default(), &Filter::default()), "*");
    config.query = "* | select 1".into();
    assert!(search(&config, &two).unwrap_err().en.contains("holds a statement"));
    config.query = "content:\"a | select b\"".into();
    assert!(search(&config, &two).is_ok());
    let control = Filter { user: Some("a\nb".into()), ..Filter::default() };
    assert!(search(&config, &control).is_err());
    let many = Filter { operations: (0..40).map(|i| format!("op{i}")).collect(), ..Filter::default() };
    assert_eq!(text(&SlsConfig::default(), &many), "*", "a search that is too long takes more rows");
}

#[test]
fn a_summary_counts_by_vendor_and_code() {
    let mut config = config();
    assert_eq!(by_vendor_and_code(&config, &filter()).unwrap(), None);
    config.fields = vec![
        ("code".into(), "result\"Code".into()),
        ("vendor".into(), "channel".into()),
        ("device".into(), "did".into()),
    ];
    assert_eq!(
        by_vendor_and_code(&config, &filter()).unwrap().unwrap(),
        format!(
            "\"{OPERATION}\" | select \"channel\" as vendor, \"result\"\"Code\" as code, count(1) as number, \
             approx_distinct(\"did\") as devices, min(__time__) as first, max(__time__) as last \
             group by vendor, code order by number desc limit 1000"
        )
    );
}

#[test]
fn the_config_and_the_log_command_lines_file_make_one_setting() {
    use pushdoctor::catalog::Catalog;
    use pushdoctor::config::Config;
    use pushdoctor::environment::Environment;
    use pushdoctor::lang::Lang;
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join(".aliyunlogcli"),
        "[main]\nregion-endpoint=cn-x.log.aliyuncs.com\nsign-version=v4\n",
    )
    .unwrap();
    let environment = Environment::new(Some(home.path().to_owned()), &[]);
    let of = |text: &str| {
        let path = home.path().join("p.toml");
        std::fs::write(&path, text).unwrap();
        let config = Config::load(Some(&path), &Catalog::builtin(), Lang::En).unwrap();
        SlsConfig::from_config(&config, &environment)
    };
    let made = of("[sls]\nproject = \"p\"\nreport_logstore = \"g\"\n[sls.fields]\ncode = \"c\"\n").unwrap();
    assert_eq!(made.endpoint, "cn-x.log.aliyuncs.com");
    assert_eq!(made.signing, Signing::V4 { region: "cn-x".into() });
    assert_eq!((made.api, made.fields.len()), (Api::V2, 1));
    assert!(made.logstore(Store::Report).is_ok());
    assert!(made.logstore(Store::Forward).unwrap_err().sentence().en.contains("forward_logstore"));
    assert!(of("[sls]\n").unwrap_err().en.contains("needs project"));
    let ip = "[sls]\nproject = \"p\"\nendpoint = \"http://10.0.0.9\"\nsign_version = \"v4\"\n";
    assert!(of(ip).unwrap_err().en.contains("needs region"));
    assert!(of("[sls]\nproject = \"p\"\napi = \"x\"\n").unwrap_err().en.contains("sls.api"));
    assert!(of("[sls]\nproject = \"p\"\nsign_version = \"v9\"\n").unwrap_err().en.contains("sign_version"));
    let shop = of("[sls]\nproject = \"p q\"\n").unwrap();
    assert!(shop.client_settings().is_err());
}
