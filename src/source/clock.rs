//! The clock of a log: lines carry no year and no zone, so both are settled here, and what was
//! assumed is said.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

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

    /// The text says itself when it was made, by the phone's own clock: no line is newer.
    pub fn made_at(&mut self, stamp: &Stamp) {
        if let Some(made) = stamp.year.and_then(|year| self.civil(year, stamp)) {
            self.newest = made;
        }
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

    /// The time of day of an instant in this zone.
    pub fn time_of_day(&self, micros: i64) -> Option<Time> {
        Some(Timestamp::from_microsecond(micros).ok()?.to_zoned_datetime(self.zone.clone()).datetime().time())
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
}
