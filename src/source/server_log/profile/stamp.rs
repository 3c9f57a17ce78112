//! Times as server logs and exports write them.

use std::sync::OnceLock;

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};
use regex::Regex;

/// Spellings beside the usual ones, as of Kibana and of web servers.
const SPELLINGS: &[&str] =
    &["%b %d, %Y @ %H:%M:%S%.f", "%d/%b/%Y:%H:%M:%S %z", "%b %d, %Y %H:%M:%S", "%d %b %Y %H:%M:%S%.f"];

/// A time as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Microseconds since 1970.
    pub micros: i64,
    /// As printed, where it named no zone itself.
    pub civil: Option<DateTime>,
}

/// Reads a time; `format` is empty for the usual spellings, `zone` is that of times without one.
pub fn read(text: &str, format: &str, zone: &TimeZone) -> Option<Time> {
    let text = text.trim().trim_matches(['"', '[', ']']);
    if !format.is_empty() {
        return formatted(format, text, zone);
    }
    epoch(text).or_else(|| usual(text, zone)).or_else(|| {
        if !text.bytes().any(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        SPELLINGS.iter().find_map(|spelling| formatted(spelling, text, zone))
    })
}

/// The time at the beginning of a line.
pub fn leading(line: &str) -> Option<&str> {
    static TIME: OnceLock<Option<Regex>> = OnceLock::new();
    let time = TIME.get_or_init(|| {
        Regex::new(r"^[\[\x20]*(?P<time>[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)").ok()
    });
    time.as_ref()?.captures(line)?.name("time").map(|m| m.as_str())
}

/// The instant of a printed time in a zone.
pub fn instant(civil: DateTime, zone: &TimeZone) -> Option<i64> {
    zone.to_timestamp(civil).ok().map(jiff::Timestamp::as_microsecond)
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, by their length.
fn epoch(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let micros = match whole.len() {
        9 | 10 => {
            let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
            number.checked_mul(1_000_000)?.checked_add(fraction.parse().ok()?)?
        }
        12 | 13 => number.checked_mul(1000)?,
        15 | 16 => number,
        18 | 19 => number / 1000,
        _ => return None,
    };
    Some(Time { micros, civil: None })
}

/// `2024-6-14 9:58:02.123`, with `T`, `/`, `,` and a zone at the end or not.
fn usual(text: &str, zone: &TimeZone) -> Option<Time> {
    let (date, rest) = text.split_once(['T', ' '])?;
    let mut date = date.split(['-', '/']);
    let mut number = || date.next()?.parse::<i16>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let rest = rest.trim();
    let end =
        rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ','))).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at_checked(end)?;
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let mut clock = clock.split(':');
    let mut number = || clock.next()?.parse::<i8>().ok();
    let (hour, minute, second) = (number()?, number()?, number()?);
    if fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let time = jiff::civil::Time::new(hour, minute, second, nanos.parse().ok()?).ok()?;
    let civil = date.to_datetime(time);
    let offset = offset.trim();
    if offset.is_empty() {
        return Some(Time { micros: instant(civil, zone)?, civil: Some(civil) });
    }
    let zone = crate::source::moment::zone(offset).ok()?;
    Some(Time { micros: instant(civil, &zone)?, civil: None })
}

fn formatted(format: &str, text: &str, zone: &TimeZone) -> Option<Time> {
    let parsed = BrokenDownTime::parse(format, text).ok()?;
    if let Ok(instant) = parsed.to_timestamp() {
        return Some(Time { micros: instant.as_microsecond(), civil: None });
    }
    let civil = parsed.to_datetime().ok()?;
    Some(Time { micros: instant(civil, zone)?, civil: Some(civil) })
}

/// A fixed zone of so many minutes.
pub fn fixed(minutes: i32) -> Option<TimeZone> {
    Offset::from_seconds(minutes.checked_mul(60)?).ok().map(TimeZone::fixed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::clock::{china, rfc3339};

    #[test]
    fn every_usual_spelling_is_one_instant() {
        for text in [
            "2024-06-14 09:58:02,123",
            "2024-6-14 9:58:02.123",
            "2024/06/14 09:58:02.123",
            "2024-06-14T01:58:02.123Z",
            "2024-06-14T09:58:02.123456+08:00",
            "2024-06-14T09:58:02.123+0800",
            "1718330282123",
            "1718330282.123",
            "1718330282123000",
            "1718330282123000000",
            "Jun 14, 2024 @ 09:58:02.123",
            "[2024-06-14 09:58:02.123]",
        ] {
            let time = read(text, "", &china()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(rfc3339(time.micros, &china()).unwrap(), "2024-06-14T09:58:02.123+08:00", "{text}");
        }
        assert_eq!(read("1718330282", "", &china()).unwrap().micros, 1_718_330_282_000_000);
        let own = read("14.06.2024 09-58-02", "%d.%m.%Y %H-%M-%S", &china()).unwrap();
        assert_eq!(own.micros, 1_718_330_282_000_000);
        for text in ["", "12", "yesterday", "2024-13-01 00:00:00", "2024-06-14", "99999999999999999999"] {
            assert!(read(text, "", &china()).is_none(), "{text}");
        }
    }
}
