//! Times and zones as a person types them.

use std::str::FromStr;

use jiff::tz::TimeZone;

use super::clock::Clock;
use crate::lang::{Bilingual, Refused};
use crate::read::logcat::Stamp;

/// A point in time as a person types it; what is missing is filled in from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeBound {
    pub year: Option<i16>,
    /// Month and day; without them the time holds for every day of the log.
    pub date: Option<(i8, i8)>,
    pub time: jiff::civil::Time,
    /// Offset from UTC in seconds, where it was given.
    pub offset: Option<i32>,
}

impl FromStr for TimeBound {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        parse_time(text.trim()).ok_or_else(|| {
            Refused(Bilingual::new(
                "write a time as 09:58, 06-14 09:58:02.123, 2024-06-14 or 2024-06-14T09:58:02+08:00",
                "时间应写成 09:58、06-14 09:58:02.123、2024-06-14 或 2024-06-14T09:58:02+08:00",
            ))
        })
    }
}

impl TimeBound {
    /// The instant, on the clock of a log; `None` for a bare time of day.
    pub fn micros(&self, clock: &Clock) -> Option<i64> {
        let (month, day) = self.date?;
        let stamp = Stamp {
            year: self.year,
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
            hour: u8::try_from(self.time.hour()).ok()?,
            minute: u8::try_from(self.time.minute()).ok()?,
            second: u8::try_from(self.time.second()).ok()?,
            nanos: u32::try_from(self.time.subsec_nanosecond()).ok()?,
            offset_minutes: self.offset.and_then(|s| i16::try_from(s / 60).ok()),
            ..Stamp::default()
        };
        clock.micros(&stamp)
    }
}

impl TimeBound {
    /// A bare time of day, taken as one of today.
    pub fn today(&self, clock: &Clock) -> Option<i64> {
        let today = jiff::Timestamp::now().to_zoned_datetime(clock.zone().clone()).date();
        Some(
            today
                .to_datetime(self.time)
                .to_zoned_datetime(clock.zone().clone())
                .ok()?
                .timestamp()
                .as_microsecond(),
        )
    }
}

/// `--since` and `--until` on the clock of one log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    since: Option<Bound>,
    until: Option<Bound>,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    /// Microseconds since 1970.
    Instant(i64),
    /// A time of day that holds for every day of the log.
    Daily(jiff::civil::Time),
}

impl Window {
    /// The bounds on a log's clock.
    pub fn new(since: Option<TimeBound>, until: Option<TimeBound>, clock: &Clock) -> Self {
        let bound = |b: TimeBound| b.micros(clock).map_or(Bound::Daily(b.time), Bound::Instant);
        Window { since: since.map(bound), until: until.map(bound) }
    }

    /// Whether an instant lies inside; what has no time cannot be left out.
    pub fn holds(&self, micros: Option<i64>, clock: &Clock) -> bool {
        let Some(micros) = micros else { return true };
        let at = |bound: Bound| match bound {
            Bound::Instant(limit) => micros.cmp(&limit),
            Bound::Daily(limit) => {
                clock.time_of_day(micros).map_or(std::cmp::Ordering::Equal, |t| t.cmp(&limit))
            }
        };
        self.since.is_none_or(|b| at(b).is_ge()) && self.until.is_none_or(|b| at(b).is_le())
    }
}

fn parse_time(text: &str) -> Option<TimeBound> {
    let (text, offset) = split_offset(text)?;
    let (date, clock) = match text.split_once(['T', 't', ' ']) {
        Some((date, clock)) => (Some(date), clock.trim()),
        None if text.contains(':') => (None, text),
        None => (Some(text), "00:00"),
    };
    let (year, date) = match date {
        None => (None, None),
        Some(date) => {
            let parts: Vec<&str> = date.split(['-', '/']).collect();
            let (year, month, day) = match parts.as_slice() {
                [month, day] => (None, month, day),
                [year, month, day] => {
                    (Some(year.parse::<i16>().ok().filter(|y| (1970..=2100).contains(y))?), month, day)
                }
                _ => return None,
            };
            let (month, day) = (month.parse::<i8>().ok()?, day.parse::<i8>().ok()?);
            jiff::civil::Date::new(year.unwrap_or(2024), month, day).ok()?;
            (year, Some((month, day)))
        }
    };
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let mut parts = clock.split(':').map(|p| p.parse::<i8>().ok());
    let hour = parts.next()??;
    let minute = parts.next()??;
    let second = match parts.next() {
        Some(second) => second?,
        None => 0,
    };
    if parts.next().is_some() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanos = format!("{fraction:0<9}").parse().ok()?;
    let time = jiff::civil::Time::new(hour, minute, second, nanos).ok()?;
    Some(TimeBound { year, date, time, offset })
}

/// Cuts `Z`, `+08:00` or `+0800` from the end of a text that has a time of day.
fn split_offset(text: &str) -> Option<(&str, Option<i32>)> {
    if !text.contains(':') {
        return Some((text, None));
    }
    if let Some(rest) = text.strip_suffix(['Z', 'z']) {
        return Some((rest.trim_end(), Some(0)));
    }
    let clock = text.find(':')?;
    match text.get(clock..)?.rfind(['+', '-']) {
        Some(at) => {
            let (rest, offset) = text.split_at(clock + at);
            Some((rest.trim_end(), Some(offset_seconds(offset)?)))
        }
        None => Some((text, None)),
    }
}

/// `+08:00`, `-0330`, `+8` as seconds.
pub fn offset_seconds(text: &str) -> Option<i32> {
    let text = text.trim();
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() > 2 => rest.split_at_checked(rest.len() - 2)?,
        None => (rest, "0"),
    };
    let digits = |s: &str| !s.is_empty() && s.len() <= 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// A time zone: an offset, `Z`, or a name of the zone database.
pub fn zone(text: &str) -> Result<TimeZone, Refused> {
    let bare = text.trim();
    if bare.eq_ignore_ascii_case("z") || bare.eq_ignore_ascii_case("utc") {
        return Ok(TimeZone::UTC);
    }
    let offset = bare.strip_prefix("GMT").or_else(|| bare.strip_prefix("UTC")).unwrap_or(bare);
    if let Some(seconds) = offset_seconds(offset)
        && let Ok(offset) = jiff::tz::Offset::from_seconds(seconds)
    {
        return Ok(offset.to_time_zone());
    }
    TimeZone::get(bare).map_err(|_| {
        Refused(Bilingual::new(
            "write an offset such as +08:00 or a zone such as Asia/Shanghai",
            "应写成 +08:00 这样的偏移，或 Asia/Shanghai 这样的时区名",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_usual_spelling() {
        let full: TimeBound = "2024-06-14T09:58:02.5+08:00".parse().unwrap();
        assert_eq!((full.year, full.date, full.offset), (Some(2024), Some((6, 14)), Some(28800)));
        assert_eq!(full.time.subsec_nanosecond(), 500_000_000);
        let logcat: TimeBound = "06-14 09:58:02.123".parse().unwrap();
        assert_eq!((logcat.year, logcat.date, logcat.offset), (None, Some((6, 14)), None));
        let clock: TimeBound = "9:58".parse().unwrap();
        assert_eq!((clock.date, clock.time.hour()), (None, 9));
        let day: TimeBound = "2024-06-14".parse().unwrap();
        assert_eq!((day.year, day.time.hour()), (Some(2024), 0));
        assert_eq!("2024-06-14 09:58 -0330".parse::<TimeBound>().unwrap().offset, Some(-12600));
    }

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for text in [
            "",
            "yesterday",
            "13-45 09:00",
            "25:00",
            "2024-02-30",
            "09",
            "::",
            "06-14 09:58:02.1234567890",
            "+",
        ] {
            assert!(text.parse::<TimeBound>().is_err(), "{text}");
        }
    }

    #[test]
    fn zones_are_offsets_or_names() {
        assert!(zone("+08:00").is_ok() && zone("GMT+8").is_ok() && zone("Z").is_ok());
        assert!(zone("Mars/Base").is_err() && zone("+99:00").is_err());
    }
}
