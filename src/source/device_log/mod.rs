//! Evidence from the phone's own log: files, folders, archives or standard input.

pub mod collect;
pub mod family;
pub mod interpret;
pub mod live;
pub mod processes;
pub mod rpc;
mod words;

use std::cell::RefCell;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::clock::{self, Clock};
use super::device_state::StateReader;
use super::moment::{self, TimeBound, Window};
use super::{Case, device_facts};
use crate::catalog::Catalog;
use crate::catalog::matcher::Matcher;
use crate::diagnosis::Input;
use crate::evidence::Place;
use crate::lang::Bilingual;
use crate::read::logcat::Format;
use crate::read::{
    Encoding, Kind, OpenOptions, Prefilter, Progress, Property, ReadError, ScanOptions, Scanned, Source,
    scan, visit_inputs,
};
use interpret::Interpreter;

/// A list of properties that is as long as this was not picked by hand.
const WHOLE_GETPROP: u64 = 100;

/// What to read and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub paths: Vec<PathBuf>,
    pub encoding: Option<Encoding>,
    /// The year of stamps that have none.
    pub year: Option<i16>,
    /// The zone of stamps that have none.
    pub zone: Option<TimeZone>,
    /// Only lines from this moment on.
    pub since: Option<TimeBound>,
    /// Only lines up to this moment.
    pub until: Option<TimeBound>,
}

/// What was read, and why the rest was not.
pub struct Outcome {
    pub case: Case,
    /// One error for each input that was not read, or not to its end.
    pub errors: Vec<ReadError>,
}

/// Reads device logs; made once for a catalogue, because the search over all literals is built then.
pub struct LogReader<'c> {
    catalog: &'c Catalog,
    matcher: Matcher<'c>,
    prefilter: Prefilter,
}

impl<'c> LogReader<'c> {
    pub fn new(catalog: &'c Catalog) -> Self {
        let matcher = Matcher::new(catalog);
        let literals: Vec<&str> = matcher.literals().iter().map(String::as_str).collect();
        let prefilter = Prefilter::new(&literals);
        LogReader { catalog, matcher, prefilter }
    }

    /// Reads all inputs of a request into one case; unreadable inputs are part of the outcome.
    pub fn read(&self, request: &Request, progress: &dyn Progress) -> Outcome {
        self.begin(request, progress).finish(self.catalog)
    }

    /// Reads all inputs of a request and stays open for more.
    fn begin<'r>(&'r self, request: &'r Request, progress: &dyn Progress) -> Reading<'r> {
        let mut reading = Reading {
            request,
            prefilter: &self.prefilter,
            interpreter: Interpreter::new(self.catalog, &self.matcher),
            case: Case::default(),
            clocks: Vec::new(),
            errors: Vec::new(),
            assumed_year: false,
            assumed_zone: false,
        };
        let options = OpenOptions { encoding: request.encoding, ..OpenOptions::default() };
        let skipped = visit_inputs(&request.paths, &options, progress, &mut |source, stream| {
            reading.input(source, stream);
            Ok(())
        });
        for skip in skipped {
            if matches!(skip.error, ReadError::Spared { .. }) {
                reading.case.notes.push(skip.error.both());
                continue;
            }
            reading.case.skipped.push((skip.name.clone(), skip.error.both()));
            reading.errors.push(skip.error);
        }
        reading
    }
}

/// Where a property stands; of a dump that is one endless line only the pair is kept.
fn property_place(input: usize, found: &Property<'_>) -> Place {
    const SHORT: usize = 200;
    let text = if found.line.len() <= SHORT {
        found.line.to_owned()
    } else {
        format!("[{}]: [{}]", found.key, found.value.chars().take(SHORT).collect::<String>())
    };
    Place { input, line: found.number, text, ..Place::default() }
}

/// The state of one run.
#[derive(Clone)]
struct Reading<'c> {
    request: &'c Request,
    prefilter: &'c Prefilter,
    interpreter: Interpreter<'c>,
    case: Case,
    /// The clock of each input.
    clocks: Vec<Clock>,
    errors: Vec<ReadError>,
    assumed_year: bool,
    assumed_zone: bool,
}

impl Reading<'_> {
    fn zone(&self) -> Option<TimeZone> {
        self.request
            .zone
            .clone()
            .or_else(|| self.case.properties.get("persist.sys.timezone").and_then(|z| moment::zone(z).ok()))
    }

    fn input(&mut self, source: &Source, stream: &mut dyn std::io::Read) {
        let index = self.case.inputs.len();
        let zone = self.zone();
        let clock = Clock::new(zone.unwrap_or_else(clock::china), self.request.year, source.modified);
        self.interpreter.window = Window::new(self.request.since, self.request.until, &clock);
        // The heading of a bug report says when it was made, before any of its log lines.
        let clock = RefCell::new(clock);
        let interpreter = &mut self.interpreter;
        let properties = RefCell::new(&mut self.case.properties);
        let made = source.modified.and_then(|at| jiff::Timestamp::try_from(at).ok());
        let made = made.map(|at| at.as_microsecond());
        let mut state = StateReader::new(&mut self.case.state, &properties, &clock, index, made);
        let options =
            ScanOptions { encoding: self.request.encoding, properties: true, ..ScanOptions::default() };
        let mut earlier = false;
        let scanned = scan(
            source,
            stream,
            self.prefilter,
            &options,
            &mut |hit| {
                if hit.earlier != earlier {
                    earlier = hit.earlier;
                    interpreter.new_boot(index);
                }
                interpreter.line(
                    index,
                    hit.number,
                    &hit.text,
                    hit.head.as_deref(),
                    hit.literals,
                    Format::Threadtime,
                    &clock.borrow(),
                );
            },
            &mut |found| {
                let place = property_place(index, &found);
                properties.borrow_mut().add(found.key, found.value, place);
            },
            &mut |event| state.event(event),
        );
        let (properties_read, dated) = (state.properties_read, state.is_dated());
        let clock = clock.into_inner();
        match scanned {
            Ok(scanned) => self.add(source, scanned, clock, properties_read, dated),
            Err(error) => {
                self.case.skipped.push((source.name.clone(), error.both()));
                self.errors.push(error);
            }
        }
    }

    fn add(&mut self, source: &Source, scanned: Scanned, clock: Clock, properties_read: u64, dated: bool) {
        let mut notes = Vec::new();
        if let Some(cut) = &scanned.cut {
            let why = scanned.cut_error.as_ref().map_or_else(|| Bilingual::new(cut, cut), ReadError::both);
            notes.push(Bilingual::new(
                format!("The input ends early: {}", why.en),
                format!("输入不完整：{}", why.zh),
            ));
            self.errors.extend(scanned.cut_error.clone());
        }
        if scanned.broken_bytes > 0 {
            notes.push(Bilingual::new(
                format!(
                    "{} push lines hold bytes that no encoding explains; they are shown as \u{fffd}.",
                    scanned.broken_bytes
                ),
                format!("有 {} 行推送日志含无法解码的字节，以 \u{fffd} 显示。", scanned.broken_bytes),
            ));
        }
        if scanned.long_lines > 0 {
            notes.push(Bilingual::new(
                format!("{} lines are longer than 64 KiB and were read in pieces.", scanned.long_lines),
                format!("有 {} 行超过 64 KiB，已分段读取。", scanned.long_lines),
            ));
        }
        if scanned.properties_dropped > 0 {
            notes.push(Bilingual::new(
                format!(
                    "There are too many system properties: {} were left out.",
                    scanned.properties_dropped
                ),
                format!("系统属性过多，忽略了 {} 条。", scanned.properties_dropped),
            ));
        }
        if scanned.sections_dropped > 0 {
            notes.push(Bilingual::new(
                format!("There are too many sections: {} are not listed.", scanned.sections_dropped),
                format!("分段过多，有 {} 段未列出。", scanned.sections_dropped),
            ));
        }
        match scanned.kind {
            Kind::Hilog => notes.push(Bilingual::new(
                "This is a HarmonyOS NEXT hilog: it is not judged yet; only the codes in it are recognised.",
                "这是 HarmonyOS NEXT 的 hilog：暂不支持逐环判断，只识别其中的错误码。",
            )),
            Kind::AppleConsole => notes.push(Bilingual::new(
                "This is an iOS console log: it is not judged; only the codes in it are recognised.",
                "这是 iOS 控制台日志：不做逐环判断，只识别其中的错误码。",
            )),
            _ => {}
        }
        let kind = match scanned.kind {
            Kind::Logcat | Kind::StudioJson | Kind::AppLog => "logcat",
            Kind::Getprop => "getprop",
            Kind::Bugreport => "bugreport",
            Kind::Dumpsys => "dumpsys",
            _ => "unknown",
        };
        // Every phone has hundreds of properties; fewer were picked out of them.
        if kind == "getprop" && scanned.cut.is_none() && scanned.properties >= WHOLE_GETPROP {
            self.case.properties.set_complete();
        }
        let log = &mut self.interpreter.facts;
        log.read_text |= scanned.lines > 0;
        let levels: u64 = scanned.levels.iter().sum();
        let [_, debug, info, ..] = scanned.levels;
        if kind == "logcat" && levels >= 100 && debug + info == 0 {
            log.no_info_lines = true;
        }
        let stamps = scanned.first.into_iter().chain(scanned.last);
        for stamp in stamps {
            if stamp.epoch.is_none() && stamp.has_date() {
                self.assumed_year |= stamp.year.is_none() && self.request.year.is_none() && !dated;
                self.assumed_zone |= stamp.offset_minutes.is_none();
            }
        }
        let time = |stamp: &Option<crate::read::logcat::Stamp>| {
            stamp.as_ref().and_then(|s| clock.micros(s)).and_then(|t| clock::rfc3339(t, clock.zone()))
        };
        self.case.inputs.push(Input {
            path: source.name.clone(),
            kind: kind.to_owned(),
            format: if matches!(kind, "getprop" | "dumpsys") {
                String::new()
            } else {
                scanned.format.name().to_owned()
            },
            encoding: scanned.encoding.name().to_owned(),
            lines: scanned.lines,
            bytes: scanned.bytes,
            from: time(&scanned.first),
            to: time(&scanned.last),
            notes,
            properties: scanned.properties + properties_read,
            sections: scanned.sections.into_iter().map(|s| (s.name, s.lines)).collect(),
        });
        self.clocks.push(clock);
    }

    fn finish(mut self, catalog: &Catalog) -> Outcome {
        self.interpreter.finish();
        let zone = self.zone();
        let mut case = self.case;
        case.device = device_facts::identify(&case.properties, catalog);
        case.log = self.interpreter.facts;
        case.evidence = self.interpreter.collected.evidence;
        case.log.window_empty = self.interpreter.seen_outside && !self.interpreter.seen_inside;
        // A zone that a later input told holds for the lines before it too.
        if let Some(zone) = &zone {
            let clocks: Vec<Clock> = self.clocks.iter().map(|c| c.with_zone(zone.clone())).collect();
            let facts = case.state.places_mut();
            let ids = case.log.identities.all.iter_mut().map(|i| &mut i.place);
            for place in case.evidence.iter_mut().flat_map(|e| e.places.iter_mut()).chain(facts).chain(ids) {
                if let (Some(stamp), Some(clock)) = (place.stamp, clocks.get(place.input)) {
                    place.time = clock.micros(&stamp);
                }
            }
        }
        if case.state.dropped > 0 {
            let n = case.state.dropped;
            case.notes.push(Bilingual::new(
                format!("The dumps hold too many facts: {n} further ones were left out."),
                format!("dumpsys 中的信息过多，另有 {n} 条未保留。"),
            ));
        }
        if self.interpreter.collected.dropped > 0 {
            let n = self.interpreter.collected.dropped;
            case.notes.push(Bilingual::new(
                format!(
                    "The log holds too many different pieces of evidence: {n} further ones were left out."
                ),
                format!("日志中的线索种类过多，另有 {n} 条未保留。"),
            ));
        }
        if self.assumed_year {
            case.notes.push(Bilingual::new(
                "The lines have no year: it was taken from the file's date (--year sets it).",
                "日志行没有年份，已按文件日期推定（可用 --year 指定）。",
            ));
        }
        if self.assumed_zone && zone.is_none() {
            case.notes.push(Bilingual::new(
                "The lines have no time zone: +08:00 was assumed (--tz sets it).",
                "日志行没有时区，已按 +08:00 处理（可用 --tz 指定）。",
            ));
        }
        Outcome { case, errors: self.errors }
    }
}
