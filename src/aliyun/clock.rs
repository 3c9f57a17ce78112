//! Time and waiting, handed in so that tests neither wait nor depend on the hour.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tells the time and waits.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> i64;
    /// Milliseconds from any fixed moment; never goes back, whatever happens to the wall clock.
    fn elapsed_ms(&self) -> u64;
    /// Waits; less if the user asks to end.
    fn sleep(&self, duration: Duration);
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn sleep(&self, duration: Duration) {
        let end = Instant::now() + duration;
        while !crate::interrupt::requested() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(Duration::from_millis(100)));
        }
    }
}

/// A moment as HTTP writes it: `Mon, 09 Nov 2015 06:11:16 GMT`.
pub fn http_date(ms: i64) -> String {
    written(ms, "%a, %d %b %Y %H:%M:%S GMT")
}

/// A moment as `20220808T032330Z`.
pub fn compact_date(ms: i64) -> String {
    written(ms, "%Y%m%dT%H%M%SZ")
}

/// A moment as `2026-01-01T00:00:00Z`.
pub fn iso_date(ms: i64) -> String {
    written(ms, "%Y-%m-%dT%H:%M:%SZ")
}

fn written(ms: i64, format: &str) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime(format).to_string()
}

/// The moment of an HTTP date, in milliseconds since 1970.
pub fn parse_http_date(text: &str) -> Option<i64> {
    let zoned = jiff::fmt::rfc2822::parse(text.trim()).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// The moment of an ISO date with zone, in milliseconds since 1970.
pub fn parse_iso_date(text: &str) -> Option<i64> {
    text.trim().parse::<jiff::Timestamp>().ok().map(|t| t.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_services_want_them_and_read_back() {
        let ms = 1_447_049_476_000;
        assert_eq!(http_date(ms), "Mon, 09 Nov 2015 06:11:16 GMT");
        assert_eq!(compact_date(ms), "20151109T061116Z");
        assert_eq!(parse_http_date(&http_date(ms)), Some(ms));
        assert_eq!(parse_iso_date(&iso_date(ms)), Some(ms));
        assert_eq!(parse_http_date("yesterday"), None);
    }
}
