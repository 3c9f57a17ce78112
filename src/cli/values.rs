//! Values of arguments: read once, with a sentence that says what would be accepted.

use std::ops::Deref;
use std::str::FromStr;

use clap::builder::{PossibleValue, TypedValueParser};

use crate::catalog::Catalog;

/// A vendor as it was typed; which vendor that is depends on the catalogue in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorName(pub String);

/// A side as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideName(pub String);

impl Deref for VendorName {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for SideName {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// Takes any name, and tells completions the built-in vendors.
#[derive(Clone, Debug)]
pub struct VendorNameParser;

/// Takes any name, and tells completions the built-in sides.
#[derive(Clone, Debug)]
pub struct SideNameParser;

impl TypedValueParser for VendorNameParser {
    type Value = VendorName;

    fn parse_ref(
        &self,
        cmd: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<VendorName, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(cmd, arg, value).map(VendorName)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let ids: Vec<String> = Catalog::builtin().vendors().map(|v| v.id.to_string()).collect();
        Some(Box::new(ids.into_iter().map(PossibleValue::new)))
    }
}

impl TypedValueParser for SideNameParser {
    type Value = SideName;

    fn parse_ref(
        &self,
        cmd: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<SideName, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(cmd, arg, value).map(SideName)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let mut sides: Vec<String> = Vec::new();
        for side in Catalog::builtin().vendors().flat_map(|v| v.sides.iter()) {
            if !sides.iter().any(|s| s == side) {
                sides.push(side.to_string());
            }
        }
        Some(Box::new(sides.into_iter().map(PossibleValue::new)))
    }
}

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
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse_time(text.trim()).ok_or_else(|| {
            "write a time as 09:58, 06-14 09:58:02.123, 2024-06-14 or 2024-06-14T09:58:02+08:00".to_owned()
        })
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
pub fn zone(text: &str) -> Result<jiff::tz::TimeZone, String> {
    let bare = text.trim();
    if bare.eq_ignore_ascii_case("z") || bare.eq_ignore_ascii_case("utc") {
        return Ok(jiff::tz::TimeZone::UTC);
    }
    let offset = bare.strip_prefix("GMT").or_else(|| bare.strip_prefix("UTC")).unwrap_or(bare);
    if let Some(seconds) = offset_seconds(offset)
        && let Ok(offset) = jiff::tz::Offset::from_seconds(seconds)
    {
        return Ok(offset.to_time_zone());
    }
    jiff::tz::TimeZone::get(bare)
        .map_err(|_| "write an offset such as +08:00 or a zone such as Asia/Shanghai".to_owned())
}

/// A character encoding by any of its names.
pub fn encoding(text: &str) -> Result<&'static encoding_rs::Encoding, String> {
    encoding_rs::Encoding::for_label(text.trim().as_bytes()).ok_or_else(|| {
        "known are utf-8, gb18030, gbk, big5, utf-16le, utf-16be and the other names of the WHATWG list"
            .to_owned()
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
