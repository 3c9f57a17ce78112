//! The clock of a log: lines carry no year and no zone, so both are settled here, and what was
//! assumed is said.

use std::time::SystemTime;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::Timestamp;

use crate::read::logcat::Stamp;

/// Turns stamps into instants.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: TimeZone,
    /// The newest moment that the log can speak of; stamps without a year lie at or before it.
    newest: DateTime,
    /// The year that the user gave.
    year: Option<i16>,
}

/// The zone that a Chinese phone has unless something says otherwise.
pub fn china() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

impl Clock {
    /// `modified` is the file's own date, `year` what the user said.
    pub fn new(zone: TimeZone, year: Option<i16>, modified: Option<SystemTime>) -> Self {
        let now = Timestamp::now();
        let newest = modified
            .and_then(|m| Timestamp::try_from(m).ok())
            .filter(|m| *m <= now)
            .unwrap_or(now)
            .to_zoned_datetime(zone.clone())
            .datetime();
        Clock { zone, newest, year }
    }

    /// The zone in use.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The same clock in another zone.
    pub fn with_zone(&self, zone: TimeZone) -> Self {
        Clock { zone, ..self.clone() }
    }

    /// Microseconds since 1970 (UTC); `None` for a stamp without a date or that names no real day.
    pub fn micros(&self, stamp: &Stamp) -> Option<i64> {
        if let Some((seconds, nanos)) = stamp.epoch {
            return seconds.checked_mul(1_000_000)?.checked_add(i64::from(nanos / 1000));
        }
        if stamp.month == 0 {
            return None;
        }
        let civil = match stamp.year.or(self.year) {
            Some(year) => self.civil(year, stamp)?,
            None => {
                // A day later than the file's own date belongs to the year before.
                let this = self.civil(self.newest.year(), stamp);
                let slack = self.newest.saturating_add(jiff::Span::new().hours(36));
                match this {
                    Some(this) if this <= slack => this,
                    _ => self.civil(self.newest.year().checked_sub(1)?, stamp).or(this)?,
                }
            }
        };
        let zone = match stamp.offset_minutes {
            Some(minutes) => TimeZone::fixed(Offset::from_seconds(i32::from(minutes) * 60).ok()?),
            None => self.zone.clone(),
        };
        Some(civil.to_zoned_datetime(zone).ok()?.timestamp().as_microsecond())
    }

    fn civil(&self, year: i16, stamp: &Stamp) -> Option<DateTime> {
        let date = Date::new(year, i8::try_from(stamp.month).ok()?, i8::try_from(stamp.day).ok()?).ok()?;
        let second = stamp.second.min(59);
        let time = Time::new(
            i8::try_from(stamp.hour).ok()?,
            i8::try_from(stamp.minute).ok()?,
            i8::try_from(second).ok()?,
            i32::try_from(stamp.nanos).ok()?,
        )
        .ok()?;
        Some(date.to_datetime(time))
    }
}

/// An instant as RFC 3339 in a zone, with milliseconds.
pub fn rfc3339(micros: i64, zone: &TimeZone) -> Option<String> {
    let zoned = Timestamp::from_microsecond(micros).ok()?.to_zoned_datetime(zone.clone());
    Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string())
}

/// A zone as a person writes it: `+08:00`, `+0800`, `+8`, `UTC`, `Z`, `Asia/Shanghai`.
pub fn parse_zone(text: &str) -> Option<TimeZone> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
        return Some(TimeZone::UTC);
    }
    let signed = text.trim_start_matches("UTC").trim_start_matches("GMT");
    if let Some(rest) = signed.strip_prefix(['+', '-']) {
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if rest.chars().any(|c| !c.is_ascii_digit() && c != ':') || digits.is_empty() || digits.len() > 4 {
            return None;
        }
        let (hours, minutes) = if digits.len() <= 2 { (digits.as_str(), "0") } else { digits.split_at(digits.len() - 2) };
        let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
        let seconds = if signed.starts_with('-') { -seconds } else { seconds };
        return Offset::from_seconds(seconds).ok().map(TimeZone::fixed);
    }
    TimeZone::get(text).ok()
}

/// A moment as a person writes it for `--since` and `--until`: RFC 3339, `2026-06-14 09:58`,
/// `06-14 09:58:02.123` (the log's own spelling), or `09:58` on the log's newest day.
pub fn parse_moment(text: &str, clock: &Clock) -> Option<i64> {
    let text = text.trim();
    if let Ok(stamp) = text.parse::<Timestamp>() {
        return Some(stamp.as_microsecond());
    }
    let (date, time) = match text.split_once([' ', 'T']) {
        Some((date, time)) => (Some(date), time.trim()),
        None if text.contains(':') => (None, text),
        None => (Some(text), "00:00"),
    };
    let parts: Vec<&str> = time.split(':').collect();
    let (hour, minute) = (parts.first()?.parse::<u8>().ok()?, parts.get(1).map_or(Ok(0), |m| m.parse::<u8>()).ok()?);
    let (second, fraction) = parts.get(2).map_or(("0", ""), |s| s.split_once('.').unwrap_or((s, "")));
    let nanos: u32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let mut stamp = Stamp { hour, minute, second: second.parse().ok()?, nanos, ..Stamp::default() };
    if hour > 24 || minute > 59 {
        return None;
    }
    match date {
        Some(date) => {
            let fields: Vec<&str> = date.split('-').collect();
            let (year, month, day) = match fields.as_slice() {
                [y, m, d] => (Some(y.parse::<i16>().ok()?), m, d),
                [m, d] => (None, m, d),
                _ => return None,
            };
            stamp.year = year;
            stamp.month = month.parse().ok()?;
            stamp.day = day.parse().ok()?;
        }
        None => {
            stamp.year = Some(clock.newest.year());
            stamp.month = u8::try_from(clock.newest.month()).ok()?;
            stamp.day = u8::try_from(clock.newest.day()).ok()?;
        }
    }
    clock.micros(&stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(newest: &str) -> Clock {
        Clock { zone: china(), newest: newest.parse().unwrap(), year: None }
    }

    fn stamp(month: u8, day: u8) -> Stamp {
        Stamp { month, day, hour: 10, ..Stamp::default() }
    }

    #[test]
    fn a_december_line_in_a_january_file_is_of_the_year_before() {
        let clock = clock("2026-01-02T08:00:00");
        let december = clock.micros(&stamp(12, 31)).unwrap();
        let january = clock.micros(&stamp(1, 1)).unwrap();
        assert!(december < january);
        assert_eq!(rfc3339(december, clock.zone()).unwrap(), "2025-12-31T10:00:00.000+08:00");
        assert!(clock.micros(&stamp(2, 30)).is_none());
    }

    #[test]
    fn a_leap_day_is_found_in_the_leap_year() {
        assert!(clock("2024-03-01T08:00:00").micros(&stamp(2, 29)).is_some());
        assert!(clock("2025-02-01T08:00:00").micros(&stamp(2, 29)).is_some());
    }

    #[test]
    fn zones_and_moments_as_people_write_them() {
        for text in ["+08:00", "+0800", "+8", "UTC+8", "Asia/Shanghai"] {
            assert!(parse_zone(text).is_some(), "{text}");
        }
        assert!(parse_zone("+25:99:1x").is_none());
        let clock = clock("2026-06-14T23:00:00");
        let a = parse_moment("2026-06-14T09:58:02+08:00", &clock).unwrap();
        for text in ["2026-06-14 09:58:02", "06-14 09:58:02", "09:58:02", "06-14 09:58:02.000"] {
            assert_eq!(parse_moment(text, &clock), Some(a), "{text}");
        }
        assert!(parse_moment("soon", &clock).is_none());
    }
}
