//! Pauses between tries: each twice as long as the last, half of it left to chance, so that many
//! clients do not come back together.

use std::cell::Cell;
use std::time::Duration;

/// Counts out the pauses.
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    random: Cell<u64>,
}

impl Backoff {
    pub fn new(first: Duration, longest: Duration, seed: u64) -> Self {
        Backoff { first, longest, random: Cell::new(seed) }
    }

    /// The pause after try `round`, from 0.
    pub fn pause(&self, round: u32) -> Duration {
        let full = self.first.saturating_mul(1 << round.min(16)).min(self.longest);
        let half = full / 2;
        let span = u64::try_from(half.as_millis()).unwrap_or(u64::MAX).max(1);
        half + Duration::from_millis(self.next_random() % span)
    }

    /// Splitmix64.
    fn next_random(&self) -> u64 {
        let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.random.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
