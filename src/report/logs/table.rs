//! Records for people: one a line as they come, then how many there are of each vendor and code,
//! and how far the server's side is known.

use std::io::{self, Write};

use super::shown::Shown;
use super::{End, RecordWriter, Summary};
use crate::catalog::Channel;
use crate::lang::{Bilingual, Lang};
use crate::report::options::Paint;
use crate::report::table::grid;
use crate::report::{RenderOptions, words};
use crate::source::server_log::coverage::ServerCoverage;
use crate::source::server_log::record::{Record, RecordKind};

/// Skipped rows that are shown; JSON lists more.
const SKIPPED_SHOWN: usize = 10;
/// Groups of the summary that are shown.
const GROUPS_SHOWN: usize = 40;

pub struct TableWriter<'w> {
    shown: Shown<'w>,
    limit: usize,
    options: &'w RenderOptions,
    out: &'w mut dyn Write,
    written: usize,
    left_out: u64,
}

impl<'w> TableWriter<'w> {
    pub fn new(shown: Shown<'w>, limit: usize, options: &'w RenderOptions, out: &'w mut dyn Write) -> Self {
        TableWriter { shown, limit, options, out, written: 0, left_out: 0 }
    }

    fn pick<'a>(&self, en: &'a str, zh: &'a str) -> &'a str {
        self.options.lang.pick(en, zh)
    }

    /// What the record says of success: its code, else its own word for it.
    fn outcome(&self, record: &Record) -> String {
        let code = record.code.as_ref().map(|c| c.code.as_str()).unwrap_or_default();
        let parts = [record.result.as_str(), code];
        let parts: Vec<String> = parts.iter().filter_map(|p| self.shown.text(p)).collect();
        let text = if parts.is_empty() { "-".to_owned() } else { parts.join(" ") };
        let paint = Paint(self.options.color);
        match record.ok {
            Some(true) => paint.green(&text),
            Some(false) => paint.red(&text),
            None => text,
        }
    }

    /// The ids by which a record is looked up elsewhere.
    fn ids(&self, record: &Record) -> String {
        let shown = &self.shown;
        let named = [
            ("user", shown.user(&record.user)),
            ("device", shown.device(&record.device)),
            ("ad-token", shown.token(&record.ad_token)),
            ("token", shown.token(&record.vendor_token)),
            ("msg", shown.id(&record.msg_id)),
            ("core-msg", shown.id(&record.core_msg_id)),
            ("vendor-msg", shown.id(&record.vendor_msg_id)),
            ("trace", shown.id(&record.trace_id)),
        ];
        let ids = named.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        ids.collect::<Vec<_>>().join(" ")
    }

    fn who(&self, record: &Record) -> String {
        match (&record.vendor, record.channel) {
            (Some(vendor), _) => vendor.clone(),
            (None, Some(Channel::SelfBuilt)) => self.pick("self-built", "自建通道").to_owned(),
            _ => "-".to_owned(),
        }
    }

    fn coverage(&mut self, coverage: &ServerCoverage) -> io::Result<()> {
        let state = match coverage.state.as_str() {
            "complete" => self.pick("complete", "完整"),
            "partial" => self.pick("partial", "部分"),
            _ => self.pick("none", "无"),
        };
        let lead = self.pick("Server side: ", "服务端数据：").to_owned();
        let reasons: Vec<String> = coverage.reasons.iter().map(|r| self.shown.say(r)).collect();
        let text = format!("{state}{} {}", self.pick(".", "。"), reasons.join(" "));
        writeln!(self.out, "{}", self.options.ambiguous.hang(&lead, text.trim_end(), self.options.width))
    }

    fn summary(&mut self, summary: &Summary) -> io::Result<()> {
        let groups = summary.groups();
        let rows: Vec<[String; 4]> = groups
            .iter()
            .take(GROUPS_SHOWN)
            .map(|(group, count)| {
                let kind = kind_word(group.kind).get(self.options.lang).to_owned();
                let vendor =
                    if group.vendor.is_empty() { String::new() } else { format!(" {}", group.vendor) };
                let parts = [self.shown.text(&group.result), self.shown.text(&group.code)];
                let what: Vec<String> = parts.into_iter().flatten().collect();
                [
                    format!("{kind}{vendor}"),
                    what.join(" "),
                    self.shown.meaning(&group.vendor, &group.side, &group.code),
                    count.records.to_string(),
                ]
            })
            .collect();
        let header = match self.options.lang {
            Lang::En => ["Record", "Result", "Meaning", "Count"],
            Lang::Zh => ["记录", "结果", "含义", "条数"],
        };
        writeln!(self.out, "\n{}", grid::draw(&header, &rows, self.options, |_, line| line.to_owned()))?;
        let more = groups.len().saturating_sub(GROUPS_SHOWN);
        if more > 0 || summary.others > 0 {
            let text = match self.options.lang {
                Lang::En => format!("{more} further groups: --format json lists them"),
                Lang::Zh => format!("另有 {more} 组：用 --format json 可全部列出"),
            };
            writeln!(self.out, "{text}")?;
        }
        Ok(())
    }
}

impl RecordWriter for TableWriter<'_> {
    fn record(&mut self, record: &Record, path: &str) -> io::Result<()> {
        if self.written >= self.limit {
            self.left_out += 1;
            return Ok(());
        }
        self.written += 1;
        let a = self.options.ambiguous;
        let time = self.shown.time(record.place.time).unwrap_or_else(|| "-".to_owned());
        let kind = kind_word(record.kind);
        let operation = record.operation.rsplit("yunpushcore.").next().unwrap_or_default();
        let operation = self.shown.text(operation).unwrap_or_default();
        let message = self.shown.text(&record.message).unwrap_or_default();
        let place = format!("{}:{}", self.shown.redactor.redact_path(path), record.place.line);
        let who = self.who(record);
        let columns = [
            a.pad(&time, 29),
            a.pad(kind.get(self.options.lang), 8),
            a.pad(&who, 10),
            a.pad(&self.outcome(record), 12),
        ];
        let ids = self.ids(record);
        let rest: Vec<&str> =
            [operation.as_str(), &message, &ids, &place].into_iter().filter(|t| !t.is_empty()).collect();
        writeln!(self.out, "{} {}", columns.join(" "), rest.join("  "))
    }

    fn finish(&mut self, end: &End<'_>) -> io::Result<()> {
        if self.left_out > 0 {
            let n = self.left_out;
            let text = match self.options.lang {
                Lang::En => format!("… {n} further records: --format csv lists them all, --limit shows more"),
                Lang::Zh => format!("…… 另有 {n} 条：用 --format csv 可全部列出，或用 --limit 多显示一些"),
            };
            writeln!(self.out, "{text}")?;
        }
        if end.summary.records > 0 {
            self.summary(end.summary)?;
        }
        writeln!(self.out)?;
        self.coverage(end.coverage)?;
        for note in end.notes {
            writeln!(
                self.out,
                "{}",
                self.options.ambiguous.hang("- ", &self.shown.say(note), self.options.width)
            )?;
        }
        if end.skipped_count > 0 {
            let n = end.skipped_count;
            let text = match self.options.lang {
                Lang::En => format!(
                    "{} could not be read and {} skipped:",
                    words::rows(n),
                    if n == 1 { "was" } else { "were" }
                ),
                Lang::Zh => format!("有 {n} 行无法读取，已跳过："),
            };
            writeln!(self.out, "{text}")?;
            for row in end.skipped.iter().take(SKIPPED_SHOWN) {
                let place = format!("{}:{}", self.shown.redactor.redact_path(&row.path), row.line);
                writeln!(self.out, "  {place}  {}", self.shown.say(&row.why))?;
            }
            let more = n.saturating_sub(SKIPPED_SHOWN.min(end.skipped.len()) as u64);
            if more > 0 {
                let text = match self.options.lang {
                    Lang::En => format!("  … and {more} more: --format json lists them"),
                    Lang::Zh => format!("  …… 还有 {more} 行：用 --format json 列出"),
                };
                writeln!(self.out, "{text}")?;
            }
        }
        Ok(())
    }
}

/// The kind of a record in words.
fn kind_word(kind: RecordKind) -> Bilingual {
    let (en, zh) = match kind {
        RecordKind::Report => ("report", "上报"),
        RecordKind::Accept => ("accept", "受理"),
        RecordKind::Forward => ("forward", "下发"),
        RecordKind::Receipt => ("receipt", "回执"),
        RecordKind::Other => ("other", "其他"),
    };
    Bilingual::new(en, zh)
}
