//! What may be said of the server's side after a reading, in words.

use jiff::Timestamp;

use super::Range;
use crate::aliyun::sls::read::{Gap, Reading, SETTLING_S, Why};
use crate::lang::Bilingual;
use crate::source::server_log::coverage::{Covered, ServerCoverage};

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct SlsOutcome {
    /// `to` is the end of the part that has settled: a row after it may still be on its way, so a
    /// missing row speaks only before `to`.
    pub coverage: ServerCoverage,
    /// What is worth saying besides.
    pub notes: Vec<Bilingual>,
    /// Rows handed over.
    pub counted: u64,
}

impl SlsOutcome {
    pub(super) fn of(reading: &Reading, range: &Range, rows: u64) -> Self {
        let settled_us = reading.settled.saturating_mul(1_000_000);
        let inside = |gap: &&Gap| gap.from < reading.settled;
        let reasons: Vec<Bilingual> = reading.gaps.iter().filter(inside).map(sentence).collect();
        let mut outcome = SlsOutcome { counted: rows, ..SlsOutcome::default() };
        let coverage = &mut outcome.coverage;
        coverage.state =
            if reasons.is_empty() && settled_us > range.since { Covered::Complete } else { Covered::Partial };
        coverage.reasons = reasons;
        coverage.from = Some(range.since);
        coverage.to = Some(range.until.min(settled_us).max(range.since));
        if range.until > settled_us {
            coverage.reasons.push(unsettled(reading.settled));
        }
        outcome.notes.extend(reading.gaps.iter().filter(|g| !inside(g)).map(sentence));
        if let Some(error) = &reading.no_counts {
            let why = error.sentence();
            outcome.notes.push(Bilingual::new(
                format!("the rows could not be checked against the log service's own count: {}", why.en),
                format!("无法用日志服务的计数核对行数：{}", why.zh),
            ));
        }
        outcome
    }

    /// Complete no longer, for a reason.
    pub(super) fn doubt(&mut self, why: Bilingual) {
        self.coverage.state = Covered::Partial;
        self.coverage.reasons.push(why);
    }
}

fn unsettled(settled: i64) -> Bilingual {
    let time = written(settled);
    let minutes = SETTLING_S / 60;
    Bilingual::new(
        format!(
            "rows after {time} may still be on their way to the log service ({minutes} min), so nothing follows from one that is missing there"
        ),
        format!("{time} 之后的日志可能尚未入库（约 {minutes} 分钟），这一段缺少日志不能说明问题"),
    )
}

fn sentence(gap: &Gap) -> Bilingual {
    let (from, to) = (written(gap.from), written(gap.to));
    let (en, zh) = match &gap.why {
        Why::Incomplete => (
            "the log service's answer stayed incomplete".to_owned(),
            "日志服务的查询结果始终不完整".to_owned(),
        ),
        Why::Moving => {
            ("rows kept arriving while they were read".to_owned(), "读取过程中不断有新日志写入".to_owned())
        }
        Why::TooMany => {
            ("there are more rows than can be read".to_owned(), "日志行数超出可读取的上限".to_owned())
        }
        Why::Count { read, counted } => (
            format!("{read} rows were read, but the log service counts {counted}"),
            format!("读到 {read} 行，而日志服务统计为 {counted} 行"),
        ),
        Why::Stopped(error) => {
            let why = error.sentence();
            (why.en, why.zh)
        }
        Why::Enough => ("the reading was ended early".to_owned(), "读取被提前结束".to_owned()),
    };
    Bilingual::new(format!("{from} to {to}: {en}"), format!("{from} 至 {to}：{zh}"))
}

fn written(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| second.to_string(), |t| t.to_string())
}
