//! `pushdoctor.diagnosis/1`, which scripts rely on: keys are English, and are only ever added.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Map, Value, json};

use super::{Redactor, RenderOptions};
use crate::diagnosis::{Chain, Diagnosis, Event, Input, Judgement, ServerSide};
use crate::evidence::Place;
use crate::lang::{Bilingual, Lang};

/// The diagnosis as pretty-printed JSON.
pub fn render(diagnosis: &Diagnosis, options: &RenderOptions, redactor: &Redactor) -> String {
    serde_json::to_string_pretty(&value(diagnosis, options, redactor)).unwrap_or_default()
}

/// The diagnosis as a JSON object.
pub fn value(diagnosis: &Diagnosis, options: &RenderOptions, redactor: &Redactor) -> Value {
    let shown = Shown { diagnosis, lang: options.lang, redactor, zone: zone(diagnosis) };
    let mut value = json!({
        "schema": "pushdoctor.diagnosis/1",
        "version": env!("CARGO_PKG_VERSION"),
        "inputs": diagnosis.inputs.iter().map(|i| shown.input(i)).collect::<Vec<_>>(),
        "device": shown.device(),
        "app": shown.app(),
        "chains": diagnosis.chains.iter().map(|c| shown.chain(c)).collect::<Vec<_>>(),
        "verdict": shown.verdict(),
        "coverage": {"server": diagnosis.coverage.server, "reason": shown.say(&diagnosis.coverage.reason)},
        "notes": shown.all(&diagnosis.notes),
        "skipped": diagnosis.skipped.iter().map(|(path, why)| json!({"path": redactor.redact_path(path), "why": shown.say(why)})).collect::<Vec<_>>(),
        "exit_code": options.exit.code(),
    });
    if let (Some(server), Some(map)) = (&diagnosis.server, value.as_object_mut()) {
        map.insert("server".to_owned(), shown.server(server));
        let events: Vec<Value> = diagnosis.timeline.iter().map(|e| shown.event(e)).collect();
        map.insert("timeline".to_owned(), Value::Array(events));
    }
    value
}

/// The phone's time zone, else that of China, in which these phones live.
pub fn zone(diagnosis: &Diagnosis) -> TimeZone {
    let named = diagnosis.device.timezone.as_deref().and_then(|name| crate::cli::values::zone(name).ok());
    named.unwrap_or_else(|| Offset::constant(8).to_time_zone())
}

/// Microseconds since 1970 as RFC 3339 with the offset of `zone`.
pub fn rfc3339(micros: i64, zone: &TimeZone) -> Option<String> {
    let stamp = Timestamp::from_microsecond(micros).ok()?;
    let format = if micros % 1000 == 0 { "%Y-%m-%dT%H:%M:%S%.3f%:z" } else { "%Y-%m-%dT%H:%M:%S%.6f%:z" };
    Some(stamp.to_zoned_datetime(zone.clone()).strftime(format).to_string())
}

/// A diagnosis on its way to be shown.
struct Shown<'d> {
    diagnosis: &'d Diagnosis,
    lang: Lang,
    redactor: &'d Redactor,
    zone: TimeZone,
}

impl Shown<'_> {
    fn say(&self, text: &Bilingual) -> String {
        self.redactor.redact_prose(text.get(self.lang))
    }

    fn all(&self, texts: &[Bilingual]) -> Vec<String> {
        texts.iter().map(|t| self.say(t)).collect()
    }

    fn input(&self, input: &Input) -> Value {
        json!({
            "path": self.redactor.redact_path(&input.path),
            "kind": input.kind,
            "format": input.format,
            "encoding": input.encoding,
            "lines": input.lines,
            "bytes": input.bytes,
            "from": input.from,
            "to": input.to,
            "notes": self.all(&input.notes),
            "properties": input.properties,
            "sections": input.sections.iter().map(|(name, lines)| json!({
                "name": self.redactor.redact(name),
                "lines": lines,
            })).collect::<Vec<_>>(),
        })
    }

    fn app(&self) -> Value {
        let app = &self.diagnosis.app;
        let mut value = json!({"package": app.package, "push_process": app.push_process});
        if let (Some(made), Some(map)) = (&app.configuration, value.as_object_mut()) {
            let checks = made.checks.iter().map(|check| {
                json!({
                    "vendor": check.vendor,
                    "finding": check.finding,
                    "state": check.state.as_str(),
                    "remark": self.say(&check.remark),
                    "source": check.source,
                    "evidence": check.evidence.iter().map(|p| self.place(p)).collect::<Vec<_>>(),
                })
            });
            let certificates =
                made.certificates.iter().map(|(sha256, sha1)| json!({"sha256": sha256, "sha1": sha1}));
            map.insert(
                "configuration".to_owned(),
                json!({
                    "package": made.package,
                    "version": made.version.as_deref().map(|v| self.redactor.redact(v)),
                    "target_sdk": made.target_sdk,
                    "certificates": certificates.collect::<Vec<_>>(),
                    "vendors": made.vendors.iter().map(|(id, _)| id).collect::<Vec<_>>(),
                    "checks": checks.collect::<Vec<_>>(),
                }),
            );
        }
        value
    }

    fn device(&self) -> Value {
        let device = &self.diagnosis.device;
        let properties: Map<String, Value> = device
            .properties
            .iter()
            .map(|(key, value)| (key.clone(), Value::String(self.property(key, value))))
            .collect();
        json!({
            "brand": device.brand,
            "manufacturer": device.manufacturer,
            "model": device.model,
            "family": device.family,
            "rom": device.rom,
            "rom_version": device.rom_version,
            "sdk": device.sdk,
            "timezone": device.timezone,
            "properties": properties,
            "packages": device.packages.iter().map(|p| json!({
                "package": p.package,
                "version_code": p.version_code,
                "version_name": p.version_name.as_deref().map(|name| self.redactor.redact(name)),
            })).collect::<Vec<_>>(),
        })
    }

    /// A property is redacted with its name in front, which may tell what it is.
    fn property(&self, key: &str, value: &str) -> String {
        let line = self.redactor.redact(&format!("[{key}]: [{value}]"));
        line.strip_prefix(&format!("[{key}]: ["))
            .and_then(|rest| rest.strip_suffix(']'))
            .map_or_else(|| self.redactor.redact(value), str::to_owned)
    }

    fn chain(&self, chain: &Chain) -> Value {
        json!({
            "vendor": chain.vendor,
            "package": chain.package,
            "user": chain.user,
            "channel": chain.channel.map_or("unknown", |c| c.as_str()),
            "links": chain.links.iter().map(|l| self.link(l)).collect::<Vec<_>>(),
            "aside": chain.aside.map(|a| match a {
                crate::diagnosis::Aside::OtherApp => "other-app",
                crate::diagnosis::Aside::OtherVendor => "other-vendor",
            }),
        })
    }

    fn link(&self, judged: &Judgement) -> Value {
        let code = judged.code.as_ref().map(|code| {
            json!({
                "vendor": code.vendor,
                "side": code.side,
                "code": self.redactor.redact(&code.code),
                "symbol": code.symbol,
                "kind": code.kind.map(|k| k.as_str()),
                "retry": code.retry.map(|r| r.as_str()),
                "team_note": code.team_note,
            })
        });
        let next: Vec<&str> = judged.next.iter().map(|n| n.command.en.as_str()).collect();
        let next_why: Vec<String> = judged.next.iter().map(|n| self.say(&n.why)).collect();
        json!({
            "link": judged.link.as_str(),
            "state": judged.state.as_str(),
            "confidence": judged.confidence.as_str(),
            "owner": judged.owner.as_str(),
            "basis": judged.basis.as_str(),
            "finding": self.redactor.redact(&judged.finding),
            "code": code,
            "summary": self.say(&judged.summary),
            "cause": self.say(&judged.cause),
            "advice": self.all(&judged.advice),
            "source": judged.source,
            "count": judged.count,
            "evidence": judged.evidence.iter().map(|p| self.place(p)).collect::<Vec<_>>(),
            "next": next,
            "next_why": next_why,
            "notes": self.all(&judged.notes),
            "also": judged.also.iter().map(|f| self.redactor.redact(f)).collect::<Vec<_>>(),
        })
    }

    fn place(&self, place: &Place) -> Value {
        let mut value = json!({
            "path": self.diagnosis.inputs.get(place.input).map(|i| self.redactor.redact_path(&i.path)),
            "line": place.line,
            "time": place.time.and_then(|t| rfc3339(t, &self.zone)),
            "stamp": place.stamp.map(|s| s.raw()),
            "pid": place.pid,
            "tid": place.tid,
            "tag": place.tag.as_deref().map(|t| self.redactor.redact(t)),
            "text": self.redactor.redact(&place.text),
        });
        if let (Some(entry), Some(map)) = (&place.entry, value.as_object_mut()) {
            let entry = Value::String(self.redactor.redact_path(entry));
            // The config is no input; it has but its own path.
            if map.get("path").is_some_and(Value::is_null) {
                map.insert("path".to_owned(), entry.clone());
            }
            map.insert("entry".to_owned(), entry);
        }
        value
    }

    fn server(&self, server: &ServerSide) -> Value {
        let joined: Map<String, Value> =
            server.joined.iter().map(|(key, n)| ((*key).to_owned(), json!(n))).collect();
        json!({
            "clock_skew_ms": server.skew.map(|(micros, _)| micros / 1000),
            "clock_pairs": server.skew.map_or(0, |(_, pairs)| pairs),
            "joined": joined,
            "not_joined": server.not_joined,
            "timeline_left_out": server.timeline_left_out,
        })
    }

    fn event(&self, event: &Event) -> Value {
        json!({
            "time": rfc3339(event.time, &self.zone),
            "side": event.side.as_str(),
            "link": event.link.as_str(),
            "vendor": event.vendor,
            "what": self.say(&event.what),
            "breaking": event.breaking,
            "path": self.diagnosis.inputs.get(event.place.input).map(|i| self.redactor.redact_path(&i.path)),
            "line": event.place.line,
        })
    }

    fn verdict(&self) -> Value {
        let verdict = &self.diagnosis.verdict;
        let also = verdict
            .also
            .iter()
            .map(|a| json!({"vendor": a.vendor, "link": a.link.as_str(), "finding": self.redactor.redact(&a.finding)}));
        json!({
            "state": verdict.state.as_str(),
            "vendor": verdict.vendor,
            "link": verdict.link.map(|l| l.as_str()),
            "finding": self.redactor.redact(&verdict.finding),
            "side": verdict.side,
            "code": self.redactor.redact(&verdict.code),
            "owner": verdict.owner.as_str(),
            "confidence": verdict.confidence.as_str(),
            "summary": self.say(&verdict.summary),
            "also": also.collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_the_offset_of_the_phone() {
        let china = Offset::constant(8).to_time_zone();
        assert_eq!(rfc3339(1_718_330_282_123_000, &china).as_deref(), Some("2024-06-14T09:58:02.123+08:00"));
        assert_eq!(
            rfc3339(1_718_330_282_123_456, &TimeZone::UTC).as_deref(),
            Some("2024-06-14T01:58:02.123456+00:00")
        );
        assert_eq!(rfc3339(i64::MAX, &china), None);
    }
}
