//! Rows of the team's log stores in SLS, with what may be said of those that are missing.
//!
//! A search for an identifier finds only what the store's index cut into words the same way. So a
//! search that finds nothing is not believed at once: the rows of the operation are looked through
//! one by one, as far as their number allows, and only then "no row" is complete.

mod outcome;
mod query;
mod settings;
mod statement;

use std::sync::Arc;

use serde_json::Value;

use super::server_log::coverage::Covered;
use super::server_log::filter::Filter;
use super::server_log::row::{Body, Row, RowSink};
use crate::aliyun::clock::SystemClock;
use crate::aliyun::credentials::Chain;
use crate::aliyun::sls::answer::Row as Fields;
use crate::aliyun::sls::read::{Limits, Reading, Search, read as read_rows};
use crate::aliyun::sls::{Client, SlsError};
use crate::environment::Environment;
use crate::http::{Http, Options};
use crate::lang::{Bilingual, spaced};

pub use outcome::SlsOutcome;
pub use query::{search, search_of_operations};
pub use settings::{SlsConfig, Store};
pub use statement::by_vendor_and_code;

/// Seconds that are read when nobody says since when.
pub const DEFAULT_RANGE_S: i64 = 86_400;
/// The service's time of a row may be that of its collection, so more is read on both sides.
const BEFORE_S: i64 = 60;
const AFTER_S: i64 = 600;
/// Rows that are looked through to believe that none fits.
const LOOK_THROUGH: u64 = 20_000;

/// A client for the project of the config, with the credentials of the surroundings.
///
/// # Errors
/// One sentence, where the config, the proxy or the file of authorities is of no use.
pub fn connect(config: &SlsConfig, environment: &Environment) -> Result<Client, SlsError> {
    let options =
        Options { proxy: config.proxy.clone(), ca_file: config.ca_file.clone(), ..Options::default() };
    let transport = Http::new(&options).map_err(SlsError::Setting)?;
    let clock = Arc::new(SystemClock::default());
    let chain = Chain::new(environment.clone(), clock.clone(), &options).map_err(SlsError::Setting)?;
    let settings = config.client_settings()?;
    Ok(Client::new(settings, Box::new(transport), Box::new(chain), clock, crate::interrupt::requested))
}

/// Reads the rows of a store that a filter asks for. The filter is applied as far as a search can;
/// records must be filtered again once they are understood.
///
/// # Errors
/// Where nothing was answered at all.
pub fn read(
    client: &Client,
    config: &SlsConfig,
    store: Store,
    filter: &Filter,
    limits: Limits,
    sink: &mut dyn RowSink,
) -> Result<SlsOutcome, SlsError> {
    let logstore = config.logstore(store)?;
    let range = Range::of(filter, client.now_ms());
    let text = search(config, filter).map_err(SlsError::Setting)?;
    let mut out = Delivery { config, sink, line: 0 };
    let mut run = |query: &str, keep: &dyn Fn(&Fields) -> bool| {
        let search = Search { logstore, query, from: range.from, to: range.to };
        let before = out.line;
        let reading = read_rows(client, search, limits, &mut |row| !keep(&row) || out.row(row))?;
        Ok::<(Reading, u64), SlsError>((reading, out.line - before))
    };
    let (reading, rows) = run(&text, &|_| true)?;
    let mut outcome = SlsOutcome::of(&reading, &range, rows);
    let literals: Vec<&str> = identifiers(filter);
    if rows == 0 && outcome.coverage.state == Covered::Complete && !literals.is_empty() {
        let wide = search_of_operations(config, filter).map_err(SlsError::Setting)?;
        match count(client, logstore, &wide, &range)? {
            Some(0) | None => outcome.doubt(nothing_at_all(&wide)),
            Some(number) if number > LOOK_THROUGH => outcome.doubt(too_many(number)),
            Some(_) => {
                let (reading, rows) = run(&wide, &|row| holds(row, &literals))?;
                outcome = SlsOutcome::of(&reading, &range, rows);
                outcome.notes.push(if rows == 0 { looked_through(&reading) } else { index_missed(rows) });
            }
        }
    }
    if range.defaulted {
        outcome.notes.push(Bilingual::new(
            "no --since was given, so the last 24 hours were read from SLS",
            "未指定 --since，因此读取了 SLS 中最近 24 小时的日志",
        ));
    }
    outcome.notes.extend(client.notes());
    Ok(outcome)
}

/// The time that is asked for, in seconds, `to` outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    /// What is read.
    pub from: i64,
    pub to: i64,
    /// What was asked for, in microseconds.
    pub since: i64,
    pub until: i64,
    pub defaulted: bool,
}

impl Range {
    fn of(filter: &Filter, now_ms: i64) -> Self {
        let now = now_ms.saturating_mul(1000);
        let until = filter.until.unwrap_or(now);
        let defaulted = filter.since.is_none();
        let since = filter.since.unwrap_or(until.saturating_sub(DEFAULT_RANGE_S * 1_000_000));
        let from = since.div_euclid(1_000_000).saturating_sub(BEFORE_S).max(0);
        let to = until.div_euclid(1_000_000).saturating_add(1 + AFTER_S).max(from + 1);
        Range { from, to, since, until, defaulted }
    }
}

/// Hands rows over under the names that the config gives them.
struct Delivery<'d> {
    config: &'d SlsConfig,
    sink: &'d mut dyn RowSink,
    line: u64,
}

impl Delivery<'_> {
    fn row(&mut self, fields: Fields) -> bool {
        self.line += 1;
        let body = Body::Fields(Value::Object(self.config.renamed(fields)));
        self.sink.row(Row { line: self.line, body })
    }
}

/// The identifiers that a row must hold.
fn identifiers(filter: &Filter) -> Vec<&str> {
    [&filter.device, &filter.user, &filter.token, &filter.message]
        .into_iter()
        .filter_map(Option::as_deref)
        .collect()
}

fn holds(row: &Fields, literals: &[&str]) -> bool {
    literals.iter().all(|literal| {
        row.values().any(|value| match value {
            Value::String(text) => text.contains(literal),
            other => other.to_string().contains(literal),
        })
    })
}

/// How many rows a search has; `None` where the service does not count.
fn count(client: &Client, logstore: &str, query: &str, range: &Range) -> Result<Option<u64>, SlsError> {
    let ask =
        crate::aliyun::sls::request::Ask::Histograms { logstore, query, from: range.from, to: range.to };
    match client.histogram(&ask) {
        Ok(histogram) if histogram.complete => Ok(Some(histogram.count())),
        Ok(_) | Err(SlsError::Service { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn nothing_at_all(query: &str) -> Bilingual {
    let query = crate::read::harmless(query);
    Bilingual::new(
        format!(
            "the logstore has no countable row for {query} in this time, of no device at all, so it may be the wrong logstore, query or time"
        ),
        spaced(&format!(
            "该时间范围内，Logstore 中任何设备都没有匹配 {query} 的可计数日志，可能是 Logstore、查询语句或时间范围不对"
        )),
    )
}

fn too_many(number: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "the search found no row, and the {number} rows of the operation are too many to look through one by one: ask for a shorter time"
        ),
        format!("搜索没有结果，而该操作的日志有 {number} 行，逐行核对过多：请缩短时间范围"),
    )
}

fn looked_through(reading: &Reading) -> Bilingual {
    Bilingual::new(
        format!(
            "the search found no row; all {} rows of the operation were looked through, and none holds it",
            reading.rows
        ),
        format!("搜索没有结果；已逐行核对该操作的全部 {} 行日志，均不包含所查标识", reading.rows),
    )
}

fn index_missed(rows: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "the logstore's index cuts words in another way, so the search missed {rows} row(s) that were found by looking through all"
        ),
        format!("Logstore 的索引分词方式不同，搜索漏掉了 {rows} 行，逐行核对后已找到"),
    )
}
