//! Times as logs write them.
//!
//! A logcat line has no year and no zone, and some clocks count seconds only.
//! Nothing is assumed here: a stamp holds exactly what the line says, and the
//! caller decides how to place it.

use std::fmt::Write as _;

use super::cursor::{digits, number};

/// The time of one line, with only what the line states.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// The year, if the line has one.
    pub year: Option<i16>,
    /// 1 to 12; 0 when the line has no date.
    pub month: u8,
    /// 1 to 31; 0 when the line has no date.
    pub day: u8,
    /// 0 to 24.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
    /// The fraction of the second.
    pub nanos: u32,
    /// Digits with which the fraction was written.
    pub fraction_digits: u8,
    /// Minutes east of UTC, if the line states a zone.
    pub offset_minutes: Option<i16>,
    /// Seconds and nanoseconds since 1970, when the line is written so; the
    /// calendar fields are then 0.
    pub epoch: Option<(i64, u32)>,
    /// Seconds and nanoseconds since the device started; the calendar fields
    /// are then 0.
    pub monotonic: Option<(i64, u32)>,
}

impl Stamp {
    /// Whether the stamp names a day.
    pub fn has_date(&self) -> bool {
        self.epoch.is_some() || self.month != 0
    }

    /// The stamp in the spelling of logcat.
    pub fn raw(&self) -> String {
        let mut text = String::with_capacity(32);
        // Writing into a String cannot fail.
        if let Some((seconds, _)) = self.epoch.or(self.monotonic) {
            let _ = write!(text, "{seconds}");
        } else {
            if let Some(year) = self.year {
                let _ = write!(text, "{year:04}-");
            }
            if self.month != 0 {
                let _ = write!(text, "{:02}-{:02} ", self.month, self.day);
            }
            let _ = write!(text, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second);
        }
        let width = usize::from(self.fraction_digits.min(9));
        if width > 0 {
            let all = format!("{:09}", self.nanos);
            text.push('.');
            text.push_str(all.get(..width).unwrap_or(&all));
        }
        if let Some(offset) = self.offset_minutes {
            let sign = if offset < 0 { '-' } else { '+' };
            let _ = write!(text, " {sign}{:02}{:02}", offset.abs() / 60, offset.abs() % 60);
        }
        text
    }

    /// A stamp of milliseconds since 1970, as app logs write it.
    pub(crate) fn from_epoch_millis(millis: i64) -> Self {
        let nanos = u32::try_from(millis.rem_euclid(1000)).unwrap_or(0) * 1_000_000;
        Self { nanos, fraction_digits: 3, epoch: Some((millis.div_euclid(1000), nanos)), ..Self::default() }
    }
}

/// Seconds from which a bare count must be since 1970: three years of uptime.
const EPOCH_FROM: i64 = 100_000_000;

/// Reads a stamp at the start of `text` and returns the rest behind it, zone
/// included. Accepts calendar times with or without year and counted seconds.
pub fn take_stamp(text: &str) -> Option<(Stamp, &str)> {
    take_calendar(text).or_else(|| take_counted(text))
}

/// A time of day alone: `00:59:41.921`.
pub(crate) fn take_clock(text: &str) -> Option<(Stamp, &str)> {
    let mut stamp = Stamp::default();
    let rest = take_time_of_day(text, &mut stamp)?;
    Some((stamp, rest))
}

/// `MM-DD HH:MM:SS.mmm` or `YYYY-MM-DD HH:MM:SS.mmm`, then maybe a zone.
pub(crate) fn take_calendar(text: &str) -> Option<(Stamp, &str)> {
    let mut stamp = Stamp::default();
    let mut rest = text;
    let (first, after) = digits(rest, 4)?;
    match first.len() {
        4 => {
            let (month, after) = dated(after)?;
            stamp.year = Some(number(first)?);
            stamp.month = month;
            rest = after;
        }
        2 => {
            stamp.month = number(first)?;
            rest = after;
        }
        _ => return None,
    }
    let (day, after) = dated(rest)?;
    stamp.day = day;
    let after =
        after.strip_prefix(' ').or_else(|| after.strip_prefix('T').filter(|_| stamp.year.is_some()))?;
    if !(1..=12).contains(&stamp.month) || !(1..=31).contains(&stamp.day) {
        return None;
    }
    let rest = take_time_of_day(after, &mut stamp)?;
    let rest = take_zone(rest, &mut stamp);
    Some((stamp, rest))
}

/// A separator and two digits: `-06`, and `/06` as some tools write.
fn dated(text: &str) -> Option<(u8, &str)> {
    let after = text.strip_prefix('-').or_else(|| text.strip_prefix('/'))?;
    let (two, rest) = digits(after, 2)?;
    if two.len() != 2 {
        return None;
    }
    Some((number(two)?, rest))
}

fn take_time_of_day<'a>(text: &'a str, stamp: &mut Stamp) -> Option<&'a str> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
    if hour.len() != 2 || minute.len() != 2 || second.len() != 2 {
        return None;
    }
    stamp.hour = number(hour)?;
    stamp.minute = number(minute)?;
    stamp.second = number(second)?;
    if stamp.hour > 24 || stamp.minute > 59 || stamp.second > 60 {
        return None;
    }
    if let Some(after) = rest.strip_prefix('.').or_else(|| rest.strip_prefix(','))
        && let Some((fraction, after)) = digits(after, 9)
    {
        (stamp.nanos, stamp.fraction_digits) = nanos(fraction)?;
        return Some(after);
    }
    Some(rest)
}

/// ` +0800`, `+0800`, `+08:00` or `Z`. A dash without a blank could begin
/// something else, so a minus needs its four digits.
fn take_zone<'a>(rest: &'a str, stamp: &mut Stamp) -> &'a str {
    if stamp.fraction_digits > 0
        && let Some(after) = rest.strip_prefix('Z')
        && !after.starts_with(char::is_alphanumeric)
    {
        stamp.offset_minutes = Some(0);
        return after;
    }
    let zone = rest.strip_prefix(' ').unwrap_or(rest);
    let (sign, after) = if let Some(after) = zone.strip_prefix('+') {
        (1, after)
    } else if let Some(after) = zone.strip_prefix('-') {
        (-1, after)
    } else {
        return rest;
    };
    let parsed = digits(after, 4).and_then(|(first, tail)| match first.len() {
        4 => Some((number::<i16>(first)?, tail)),
        2 => {
            let (minutes, tail) = digits(tail.strip_prefix(':')?, 2)?;
            (minutes.len() == 2).then_some(())?;
            Some((number::<i16>(first)? * 100 + number::<i16>(minutes)?, tail))
        }
        _ => None,
    });
    match parsed {
        Some((value, tail))
            if value / 100 <= 14 && value % 100 < 60 && !tail.starts_with(char::is_alphanumeric) =>
        {
            stamp.offset_minutes = Some(sign * (value / 100 * 60 + value % 100));
            tail
        }
        _ => rest,
    }
}

/// `         1710295261.845`: seconds since 1970, or since the device started.
fn take_counted(text: &str) -> Option<(Stamp, &str)> {
    let (whole, rest) = digits(text.trim_start_matches(' '), 19)?;
    let (fraction, rest) = digits(rest.strip_prefix('.')?, 9)?;
    if fraction.len() < 3 || !rest.starts_with([' ', '\t']) {
        return None;
    }
    let seconds: i64 = number(whole)?;
    let (nanos, fraction_digits) = nanos(fraction)?;
    let mut stamp = Stamp { nanos, fraction_digits, ..Stamp::default() };
    if seconds >= EPOCH_FROM {
        stamp.epoch = Some((seconds, nanos));
    } else {
        stamp.monotonic = Some((seconds, nanos));
    }
    let rest = take_zone(rest, &mut stamp);
    Some((stamp, rest))
}

/// A written fraction as nanoseconds, and its number of digits.
fn nanos(fraction: &str) -> Option<(u32, u8)> {
    let written = u8::try_from(fraction.len()).ok()?;
    let missing = 9_u32.checked_sub(u32::from(written))?;
    let value: u32 = number(fraction)?;
    Some((value.checked_mul(10_u32.pow(missing))?, written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_come_back_as_they_were() {
        for text in [
            "06-14 09:58:02.123",
            "2024-06-14 09:58:02.123",
            "06-14 09:58:02.123456",
            "06-14 09:58:02.123456789",
            "2024-06-14 09:58:02.123 +0800",
            "06-14 09:58:02.123 -0330",
            "2024-06-14 09:58:02",
        ] {
            let (stamp, rest) = take_stamp(text).unwrap();
            assert_eq!(rest, "", "{text}");
            assert_eq!(stamp.raw(), text);
        }
    }

    #[test]
    fn counted_seconds() {
        let (stamp, rest) = take_stamp("         1710295261.845  123").unwrap();
        assert_eq!(stamp.epoch, Some((1_710_295_261, 845_000_000)));
        assert_eq!(rest, "  123");
        let (stamp, _) = take_stamp("  5123.000001 1 2 I T: m").unwrap();
        assert_eq!(stamp.monotonic, Some((5123, 1000)));
        assert_eq!(stamp.raw(), "5123.000001");
    }

    #[test]
    fn zones_do_not_eat_what_follows() {
        let (stamp, rest) = take_stamp("2019-09-04 15:53:07.572070+0800 demo[1:2] x").unwrap();
        assert_eq!(stamp.offset_minutes, Some(480));
        assert_eq!(rest, " demo[1:2] x");
        let (stamp, rest) = take_stamp("06-14 09:58:02.123 12345-12345/com.example E/T: m").unwrap();
        assert_eq!(stamp.offset_minutes, None);
        assert_eq!(rest, " 12345-12345/com.example E/T: m");
        let (stamp, rest) = take_stamp("2024-06-14T01:58:02.123Z ok").unwrap();
        assert_eq!(stamp.offset_minutes, Some(0));
        assert_eq!(rest, " ok");
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "06-14",
            "13-14 09:58:02.123",
            "06-32 09:58:02.1",
            "06-14 25:58:02.123",
            "6-14 09:58:02",
            "20171223-22:15:29:606|x",
            "1.2.3",
            "12.345",
            "1:2:3",
            "９-1",
        ] {
            assert!(take_stamp(text).is_none(), "{text}");
        }
    }
}
