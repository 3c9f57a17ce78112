//! From the fields of a row to records: each meaning is looked up under the names that the log gives
//! it, codes are tied to the catalogue, and a row about several targets becomes several records.

use serde_json::Value;

use super::answers::{self, Answer, verdict};
use super::compiled::{Compiled, wild};
use super::fields::{Fields, several};
use super::{Profiles, Reading, Sink, stamp, trace};
use crate::catalog::{Channel, CodePlace, Confidence, Form, List, Meaning, Meanings, Tells, Text};
use crate::evidence::CodeRef;
use crate::lang::Bilingual;
use crate::source::server_log::record::{Record, RecordKind};

impl Profiles<'_> {
    /// What a row of a log says.
    pub(super) fn understand(&self, log: &Compiled, fields: &Fields, line: &str, sink: &mut Sink) -> Reading {
        self.understand_as(log, &log.log.map, fields, line, sink)
    }

    /// The same with the meanings of another log.
    pub(super) fn understand_as(
        &self,
        log: &Compiled,
        map: &Meanings,
        fields: &Fields,
        line: &str,
        sink: &mut Sink,
    ) -> Reading {
        let row = Row { log, map, fields };
        let operation = row.text(&map.operation);
        let known = self.catalog.operation(&operation).map(|o| o.kind);
        if log.log.operations_only && known.is_none() {
            return Reading::Nothing;
        }
        let (mut vendor, mut channel) = self.way(log, &row.text(&map.vendor));
        let stated = row.stated_kind(known);
        let mut answer = None;
        if !matches!(stated, Some(Tells::Report | Tells::Accept)) {
            let mut values = map.answer.iter().filter_map(|name| fields.value(name, false));
            answer = values.find_map(|v| answers::read(self.catalog, &v, vendor.as_deref()));
        }
        let Some(kind) =
            row.kind(stated, vendor.is_some() || channel.is_some(), vendor.as_deref(), answer.as_ref())
        else {
            return match row.ties() {
                Some((msg_id, core_msg_id)) => {
                    let (time, _) = self.time(&row, sink);
                    let mut record =
                        Record { msg_id, core_msg_id, profile: log.log.id.to_string(), ..Record::default() };
                    record.place.time = time;
                    bound(&mut record, sink);
                    sink.push(record);
                    Reading::Records
                }
                None if row.says_something() => Reading::Nothing,
                None => Reading::Unrecognised,
            };
        };
        if let Some(answer) = &answer {
            vendor.get_or_insert_with(|| answer.vendor.clone());
        }
        if !matches!(kind, Tells::Forward | Tells::Receipt) {
            channel = None;
        } else if channel.is_none() && vendor.is_some() {
            channel = Some(Channel::Vendor);
        }
        let result = row.text(&map.result);
        let pending = holds(&log.log.pending, &result);
        let mut codes = self.codes(&row, kind, vendor.as_deref());
        if let Some(code) = answer.as_ref().and_then(|a| a.code.clone()) {
            codes.main = Some(code);
        } else if answer.is_some() {
            codes.main = None;
        }
        if codes.main.is_none() && answer.is_none() && !row.says_something() {
            // The file is known by its name alone, and this row has nothing of it.
            return Reading::Unrecognised;
        }
        if pending && channel == Some(Channel::SelfBuilt) {
            // Its success comes later, by a callback.
            codes.main = None;
        }
        let said = match &result {
            r if holds(&log.log.ok, r) => Some(true),
            r if holds(&log.log.failed, r) => Some(false),
            _ => None,
        };
        let judged = codes.main.as_ref().and_then(|code| verdict(self.catalog, code));
        let ok = match (pending, answer.is_some(), log.log.form) {
            (true, ..) => None,
            // The vendor's own word goes before what the log makes of it.
            (_, true, _) => judged.or(said),
            (_, _, Form::Text) => said.or(judged).or_else(|| {
                let message = !row.text(&map.msg_id).is_empty() || !row.text(&map.core_msg_id).is_empty();
                let by_words = message || kind == Tells::Report;
                if by_words { self.by_words(line, codes.main.is_some()) } else { None }
            }),
            _ => said.or(judged),
        };
        let (time, civil) = self.time(&row, sink);
        let (app_id, workspace_id) = row.app();
        let mut record = Record {
            kind: record_kind(kind),
            vendor,
            channel,
            operation,
            ok,
            code: codes.main,
            message: row.text(&map.message),
            app_id,
            workspace_id,
            package: row.text(&map.package),
            user: row.text(&map.user),
            device: row.text(&map.device),
            ad_token: row.text(&map.ad_token),
            msg_id: row.text(&map.msg_id),
            core_msg_id: row.text(&map.core_msg_id),
            vendor_msg_id: row.text(&map.vendor_msg_id),
            trace_id: row.text(&map.trace_id),
            host: row.text(&map.host),
            class: row.text(&map.class),
            count: row.text(&map.count).parse().unwrap_or(1),
            profile: log.log.id.to_string(),
            basis: log.log.basis,
            confidence: log.log.confidence.unwrap_or(Confidence::High),
            result,
            ..Record::default()
        };
        if let Some(answer) = &answer {
            if record.vendor_msg_id.is_empty() {
                record.vendor_msg_id.clone_from(&answer.id);
            }
            if record.message.is_empty() || record.message.trim_start().starts_with('{') {
                record.message.clone_from(&answer.message);
            }
        }
        record.place.time = time;
        record.place.stamp = None;
        if let Some(civil) = civil {
            self.correct_zone(&row, civil, &mut record, sink);
        }
        bound(&mut record, sink);
        let tokens = row.tokens();
        self.emit(record, tokens, answer, &codes.more, sink);
        Reading::Records
    }

    /// One record a target, and one for each code beside the first.
    fn emit(
        &self,
        record: Record,
        tokens: Vec<String>,
        answer: Option<Answer>,
        more: &[CodeRef],
        sink: &mut Sink,
    ) {
        let refused = answer.map(|a| a.refused).unwrap_or_default();
        let is_refused = |token: &String| refused.iter().any(|(t, _)| t.as_ref() == Some(token));
        // The row as a whole speaks for the targets that the answer does not refuse.
        let others: Vec<String> = tokens.iter().filter(|t| !is_refused(t)).cloned().collect();
        let nobody = tokens.is_empty() && refused.is_empty();
        let unnamed = refused.iter().any(|(token, _)| token.is_none());
        if nobody {
            sink.push(record.clone());
        }
        for token in if unnamed { &[] } else { others.as_slice() } {
            let token = sink.bounded(token.clone());
            sink.push(Record { vendor_token: token, ..record.clone() });
        }
        for (token, code) in refused {
            // Whose failure it is may be told by the row alone.
            let whose = match token {
                Some(token) => vec![token],
                None if tokens.is_empty() => vec![String::new()],
                None => tokens.clone(),
            };
            for token in whose {
                let token = sink.bounded(token);
                let ok = Some(false);
                let code = Some(code.clone());
                sink.push(Record { vendor_token: token, ok, code, ..record.clone() });
            }
        }
        for code in more {
            let whose = if tokens.is_empty() { vec![String::new()] } else { tokens.clone() };
            for token in whose {
                let token = sink.bounded(token);
                let ok = verdict(self.catalog, code);
                let code = Some(code.clone());
                sink.push(Record { vendor_token: token, ok, code, ..record.clone() });
            }
        }
    }

    /// The vendor and the way that a name of a channel stands for.
    fn way(&self, log: &Compiled, name: &str) -> (Option<String>, Option<Channel>) {
        let log = &log.log;
        if !log.vendor.is_empty() {
            return (Some(log.vendor.to_string()), log.channel.or(Some(Channel::Vendor)));
        }
        if name.is_empty() {
            return (None, log.channel);
        }
        let named = |list: &List<Text>| list.iter().any(|n| n.eq_ignore_ascii_case(name));
        if let Some(vendor) = meaning(&log.vendors, name) {
            return (Some(vendor.to_owned()), log.channel);
        }
        if self.catalog.vendors().any(|v| named(&v.self_built)) {
            return (None, Some(Channel::SelfBuilt));
        }
        let by_channel = self.catalog.vendors().find(|v| named(&v.mps_channels));
        let vendor =
            by_channel.or_else(|| self.catalog.find_vendor(name).filter(|v| !v.mps_channels.is_empty()));
        (vendor.map(|v| v.id.to_string()), log.channel)
    }

    /// The codes of a row: the first, and those that make records of their own.
    fn codes(&self, row: &Row, kind: Tells, vendor: Option<&str>) -> Codes {
        let mut codes = Codes::default();
        for (at, place) in row.log.log.code.iter().enumerate() {
            if place.kind.is_some_and(|k| k != kind) || (codes.main.is_some() && !place.also) {
                continue;
            }
            let Some(raw) = row.code_at(at, place) else { continue };
            let Some(code) = self.refer(row, place, vendor, &raw) else { continue };
            match place.also {
                true => codes.more.push(code),
                false => codes.main = Some(code),
            }
        }
        codes
    }

    /// A code tied to the first side that knows it, else to the first that could.
    fn refer(&self, row: &Row, place: &CodePlace, vendor: Option<&str>, raw: &str) -> Option<CodeRef> {
        let sides = place.sides.iter().filter_map(|side| {
            let (of, side) = side.split_once('.')?;
            Some((if of == "{vendor}" { vendor? } else { of }, side))
        });
        let mut first = None;
        for (vendor, side) in sides {
            if let Some(entry) = self.catalog.code(vendor, side, raw) {
                return Some(CodeRef {
                    vendor: vendor.to_owned(),
                    side: side.to_owned(),
                    code: entry.code.to_string(),
                    known: true,
                });
            }
            let owner = self.catalog.vendor(vendor).is_some_and(|v| !v.mps_channels.is_empty());
            // An unknown number beside a vendor is the vendor's.
            if first.as_ref().is_none_or(|(_, _, known_owner)| owner && !known_owner) {
                first = Some((vendor.to_owned(), side.to_owned(), owner));
            }
        }
        let telling = raw.bytes().any(|b| b.is_ascii_digit());
        let loose = matches!(row.log.log.form, Form::Text | Form::KeyValue | Form::Fields);
        let (vendor, side, _) = first.filter(|_| telling || !loose)?;
        let code: String = raw.chars().take(128).collect();
        Some(CodeRef { vendor, side, code, known: false })
    }

    /// The time, and as printed where it named no zone.
    fn time(&self, row: &Row, sink: &Sink) -> (Option<i64>, Option<jiff::civil::DateTime>) {
        let log = &row.log.log;
        let own = match log.zone.is_empty() {
            true => None,
            false => crate::source::moment::zone(&log.zone).ok(),
        };
        let zone = own.as_ref().unwrap_or(&sink.context.zone);
        let texts = row.map.ts.iter().filter_map(|name| row.fields.here(name));
        let time = texts.into_iter().find_map(|text| stamp::read(&text, &log.time, zone));
        (time.map(|t| t.micros), time.and_then(|t| t.civil).filter(|_| own.is_none()))
    }

    /// Where the trace id says that the printed times are of another zone, it is believed.
    fn correct_zone(&self, row: &Row, civil: jiff::civil::DateTime, record: &mut Record, sink: &Sink) {
        let cost = row.text(&row.map.cost);
        let Ok(cost) = cost.trim_end_matches("ms").trim().parse::<i64>() else { return };
        let Some(minutes) = trace::zone(civil, &record.trace_id, cost) else { return };
        let Some(time) = stamp::fixed(minutes).and_then(|zone| stamp::instant(civil, &zone)) else { return };
        if record.place.time == Some(time) {
            return;
        }
        record.place.time = Some(time);
        let sign = if minutes < 0 { '-' } else { '+' };
        let zone = format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
        let path = sink.context.path;
        self.note(Bilingual::new(
            format!("{path}: its trace ids say that its times are of zone {zone}, and they are read so"),
            format!("{path}：TraceId 表明其中的时间属于 {zone} 时区，已按此时区解读"),
        ));
    }
}

/// A row, and how it is read.
struct Row<'a> {
    log: &'a Compiled<'a>,
    map: &'a Meanings,
    fields: &'a Fields<'a>,
}

impl Row<'_> {
    /// The first value under these names that means something.
    fn text(&self, names: &List<Text>) -> String {
        let empty = |value: &String| self.log.log.empty.iter().any(|e| e == value);
        names
            .iter()
            .filter_map(|name| self.fields.text(name))
            .find(|value| !value.is_empty() && !empty(value))
            .unwrap_or_default()
    }

    /// What the row tells of, as the log, its operation or a field of its own says.
    fn stated_kind(&self, known: Option<Tells>) -> Option<Tells> {
        let by_value = || {
            self.map.kind.iter().filter_map(|name| self.fields.here(name)).find_map(|value| {
                let is = meaning(&self.log.log.kinds, &value)?;
                Tells::ALL.iter().copied().find(|t| t.as_str() == is)
            })
        };
        self.log.log.kind.or(known).or_else(by_value)
    }

    /// What it tells of, stated or by what it holds; `None` for nothing of push.
    fn kind(
        &self,
        stated: Option<Tells>,
        way: bool,
        vendor: Option<&str>,
        answer: Option<&Answer>,
    ) -> Option<Tells> {
        let has = |names: &List<Text>| !self.text(names).is_empty();
        let map = self.map;
        let by_content = || {
            let message = has(&map.msg_id) || has(&map.core_msg_id);
            let way = way || self.log.log.channel.is_some();
            let sent =
                message || (self.log.log.form == Form::Text && vendor.is_some() && has(&map.vendor_token));
            if answer.is_some() || (way && sent) {
                return Some(Tells::Forward);
            }
            // An operation that is not listed is not of push.
            let report = !has(&map.operation) && has(&map.vendor_token) && has(&map.ad_token);
            report.then_some(Tells::Report)
        };
        stated.or_else(by_content).filter(|kind| *kind != Tells::Other)
    }

    fn app(&self) -> (String, String) {
        let (app, workspace) = (self.text(&self.map.app_id), self.text(&self.map.workspace_id));
        let both = self.text(&self.map.app_and_workspace);
        match both.split_once('-') {
            Some((a, w)) if app.is_empty() && workspace.is_empty() => (a.to_owned(), w.to_owned()),
            _ => (app, workspace),
        }
    }

    /// The vendor's tokens.
    fn tokens(&self) -> Vec<String> {
        let mut values = self.map.vendor_token.iter().filter_map(|name| self.fields.value(name, true));
        let mut tokens =
            values.find_map(|v| Some(several(&v)).filter(|all| !all.is_empty())).unwrap_or_default();
        let ad_token = self.text(&self.map.ad_token);
        // `deviceToken` beside an ad-token is the vendor's, alone it is the ad-token itself.
        tokens.retain(|token| !self.log.log.empty.iter().any(|e| e == token) && *token != ad_token);
        tokens
    }

    /// The two ids of a message, where a row that tells nothing else ties them to one another.
    fn ties(&self) -> Option<(String, String)> {
        let ids = (self.text(&self.map.msg_id), self.text(&self.map.core_msg_id));
        (!ids.0.is_empty() && !ids.1.is_empty()).then_some(ids)
    }

    /// Whether it has anything that push records have.
    fn says_something(&self) -> bool {
        let map = self.map;
        [&map.operation, &map.kind, &map.vendor, &map.vendor_token, &map.ad_token, &map.msg_id, &map.trace_id]
            .into_iter()
            .any(|names| !self.text(names).is_empty())
    }

    fn code_at(&self, at: usize, place: &CodePlace) -> Option<String> {
        let pattern = self.log.code_pattern(at);
        let broken = pattern.is_none() && !place.pattern.is_empty();
        if broken {
            return None;
        }
        let empty = |value: &str| self.log.log.empty.iter().any(|e| e == value);
        let values = place.at.iter().filter_map(|name| self.fields.value(name, false));
        let code = values.filter_map(|v| code_text(&v)).filter(|v| !empty(v)).find_map(|value| {
            let Some(pattern) = pattern else { return Some(value) };
            let found = pattern.captures(&value)?;
            Some(found.get(1).map_or_else(|| value.clone(), |group| group.as_str().to_owned()))
        })?;
        let code = if place.fixed.is_empty() { code } else { place.fixed.to_string() };
        Some(format!("{}{code}", place.prefix))
    }
}

/// The codes of a row.
#[derive(Default)]
struct Codes {
    main: Option<CodeRef>,
    more: Vec<CodeRef>,
}

fn code_text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) => None,
        Value::Array(items) => items.first().and_then(crate::catalog::answer::scalar),
        other => crate::catalog::answer::scalar(other),
    }
}

const fn record_kind(kind: Tells) -> RecordKind {
    match kind {
        Tells::Report => RecordKind::Report,
        Tells::Accept => RecordKind::Accept,
        Tells::Forward => RecordKind::Forward,
        Tells::Receipt => RecordKind::Receipt,
        Tells::Other => RecordKind::Other,
    }
}

fn holds(values: &List<Text>, text: &str) -> bool {
    !text.is_empty() && values.iter().any(|v| v.eq_ignore_ascii_case(text))
}

/// What a value stands for.
fn meaning<'m>(meanings: &'m List<Meaning>, value: &str) -> Option<&'m str> {
    let value = value.to_lowercase();
    meanings.iter().find(|m| wild(&m.value.to_lowercase(), &value)).map(|m| m.is.as_ref())
}

/// Every text of the record, not longer than is kept.
fn bound(record: &mut Record, sink: &mut Sink) {
    for text in [
        &mut record.operation,
        &mut record.result,
        &mut record.message,
        &mut record.app_id,
        &mut record.workspace_id,
        &mut record.package,
        &mut record.user,
        &mut record.device,
        &mut record.ad_token,
        &mut record.msg_id,
        &mut record.core_msg_id,
        &mut record.vendor_msg_id,
        &mut record.trace_id,
        &mut record.host,
        &mut record.class,
    ] {
        *text = sink.bounded(std::mem::take(text));
    }
}
