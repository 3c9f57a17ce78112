//! What a gateway's trace id tells: the start of the call, and by it the zone of the printed times.
//!
//! It begins with the server's address (8 hexadecimal digits) and the milliseconds since 1970
//! (13 digits); the printed time is the end of the call.

use jiff::civil::DateTime;

/// Zones lie this many minutes apart.
const STEP: i64 = 15;
/// How far from a zone's time a printed one may lie: a line is written as the call ends.
const SLACK_SECONDS: i64 = 3;
/// Minutes past the hour that zones have.
const PAST_THE_HOUR: [i64; 3] = [0, 30, 45];

/// The start of the call, in milliseconds since 1970.
pub fn start(trace: &str) -> Option<i64> {
    let server = trace.get(..8)?;
    let millis = trace.get(8..21)?;
    let plain = server.bytes().all(|b| b.is_ascii_hexdigit()) && millis.bytes().all(|b| b.is_ascii_digit());
    let millis: i64 = millis.parse().ok()?;
    // 2010 to 2100.
    (plain && (1_262_304_000_000..4_102_444_800_000).contains(&millis)).then_some(millis)
}

/// The zone of a printed time, in minutes east of UTC.
pub fn zone(printed: DateTime, trace: &str, cost_ms: i64) -> Option<i32> {
    let end = start(trace)?.checked_add(cost_ms)? / 1000;
    let printed = super::stamp::instant(printed, &jiff::tz::TimeZone::UTC)? / 1_000_000;
    let seconds = printed - end;
    let steps = (seconds as f64 / (STEP * 60) as f64).round() as i64;
    let minutes = steps * STEP;
    let exists = minutes.abs() <= 14 * 60 && PAST_THE_HOUR.contains(&minutes.rem_euclid(60));
    let fits = exists && (seconds - minutes * 60).abs() <= SLACK_SECONDS;
    fits.then(|| i32::try_from(minutes).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_and_the_zone_are_read() {
        let trace = "c0a8010a1718330282062000000001";
        assert_eq!(start(trace), Some(1_718_330_282_062));
        let zone = |text: &str| zone(text.parse().unwrap(), trace, 61);
        assert_eq!(zone("2024-06-14T09:58:02.123"), Some(480));
        assert_eq!(zone("2024-06-14T01:58:02.123"), Some(0));
        assert_eq!(zone("2024-06-14T07:28:03.9"), Some(330));
        assert_eq!(zone("2024-06-14T07:35:00"), None);
        assert_eq!(zone("2024-06-15T09:58:02"), None);
        assert!(start("xyz").is_none() && start("c0a8010a00000000000001").is_none());
    }
}
