//! The line between what was there before a send and what came after it.
//!
//! The clocks of phone and computer differ, and a log that is opened brings old lines first. So a
//! line counts as new only if it arrived after the send and its stamp does not contradict that, by
//! the phone's own clock as far as that is known.

use crate::evidence::Place;
use crate::source::device_log::live::Reached;

/// Lines of several buffers come out of order by at most this much, in microseconds.
const INTERLEAVED: i64 = 1_000_000;
/// Clocks that are compared by arrivals differ by no more than this, in microseconds.
const ROUGH: i64 = 2_000_000;
/// Arrivals that must agree before they tell the difference of the clocks.
const AGREE: usize = 3;

/// Where one growing log stood when a message was about to be sent.
#[derive(Clone, Debug, Default)]
pub struct Since {
    reached: Reached,
    /// The computer's clock at that moment, in microseconds since 1970.
    at: i64,
    pace: Pace,
}

impl Since {
    /// The log stands here at this moment by the computer's clock.
    pub fn mark(&mut self, reached: Reached, at: i64) {
        self.reached = reached;
        self.at = at;
    }

    /// Lines arrived; the newest of them has this stamp.
    pub fn arrived(&mut self, newest: Option<i64>, at: i64) {
        self.pace.arrived(newest, at);
    }

    /// Microseconds by which the computer's clock is ahead of the phone's, once arrivals agree on it.
    pub fn skew(&self) -> Option<i64> {
        self.pace.settled()
    }

    /// Whether the line at this place is newer than a message that was sent at this moment by the
    /// computer's clock.
    pub fn is_new(&self, place: &Place, sent_at: i64) -> bool {
        if place.input != self.reached.input || place.line <= self.reached.line {
            return false;
        }
        let Some(time) = place.time else { return true };
        let by_arrivals = self.pace.settled().map(|skew| sent_at.saturating_sub(skew).saturating_sub(ROUGH));
        // At the mark the phone's clock showed its newest stamp or more.
        let by_phone = self.reached.newest.map(|newest| {
            let since = sent_at.saturating_sub(self.at).max(0);
            newest.saturating_add(since).saturating_sub(INTERLEAVED)
        });
        let floor = by_arrivals.max(by_phone).unwrap_or_else(|| sent_at.saturating_sub(ROUGH));
        time >= floor
    }
}

/// How the arrivals of lines go with their stamps. Old lines come in a heap; lines as they are
/// written come with one difference between the clocks.
#[derive(Clone, Debug, Default)]
struct Pace {
    differences: Vec<i64>,
    newest: Option<i64>,
}

impl Pace {
    fn arrived(&mut self, newest: Option<i64>, at: i64) {
        let Some(stamp) = newest.filter(|stamp| self.newest.is_none_or(|before| *stamp > before)) else {
            return;
        };
        self.newest = Some(stamp);
        if self.differences.len() >= AGREE {
            self.differences.remove(0);
        }
        self.differences.push(at.saturating_sub(stamp));
    }

    /// Microseconds by which the computer's clock is ahead of the phone's.
    fn settled(&self) -> Option<i64> {
        let (least, most) = (self.differences.iter().min()?, self.differences.iter().max()?);
        (self.differences.len() >= AGREE && most.saturating_sub(*least) <= ROUGH).then_some(*least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000;

    fn place(line: u64, seconds: i64) -> Place {
        Place { input: 1, line, time: (seconds > 0).then_some(seconds * S), ..Place::default() }
    }

    fn since(newest: Option<i64>) -> Since {
        let mut since = Since::default();
        let newest = newest.map(|n| n * S);
        since.mark(Reached { input: 1, line: 10, newest }, 1000 * S);
        since
    }

    #[test]
    fn lines_that_were_there_are_old_whatever_their_stamps() {
        let since = since(None);
        assert!(!since.is_new(&place(10, 5000), 1000 * S));
        assert!(since.is_new(&place(11, 1001), 1000 * S));
        assert!(since.is_new(&place(11, 0), 1000 * S), "without a stamp the order counts");
        assert!(!since.is_new(&Place { input: 2, ..place(11, 1001) }, 1000 * S));
    }

    #[test]
    fn a_phone_whose_clock_is_behind_is_compared_with_itself() {
        let since = since(Some(400));
        assert!(since.is_new(&place(11, 401), 1000 * S));
        assert!(!since.is_new(&place(12, 380), 1000 * S), "an old line that came late");
        assert!(!since.is_new(&place(13, 401), 1005 * S), "written before the message went out");
        assert!(since.is_new(&place(14, 405), 1005 * S));
    }

    #[test]
    fn a_heap_of_old_lines_tells_no_difference_and_live_lines_do() {
        let mut heap = since(None);
        for (stamp, at) in [(100, 1001), (500, 1002), (900, 1003)] {
            heap.arrived(Some(stamp * S), at * S);
        }
        assert!(!heap.is_new(&place(11, 900), 1000 * S));
        for (stamp, at) in [(404, 1004), (1405, 1005)] {
            heap.arrived(Some(stamp * S), at * S);
        }
        assert!(!heap.is_new(&place(12, 404), 1000 * S));
        let mut behind = since(None);
        for (stamp, at) in [(404, 1004), (405, 1005), (407, 1007)] {
            behind.arrived(Some(stamp * S), at * S);
        }
        assert!(behind.is_new(&place(12, 404), 1000 * S), "600 s behind, as three arrivals agree");
        assert!(!behind.is_new(&place(13, 390), 1000 * S));
    }
}
