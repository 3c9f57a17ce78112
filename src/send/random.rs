//! Numbers that differ at every call: for ids of messages, and for texts that must be found again.
//! They guard nothing.

use std::hash::{BuildHasher, Hasher};

/// A number below `below` (which is not 0).
pub fn number(below: u64) -> u64 {
    // The standard library seeds each of these anew.
    std::collections::hash_map::RandomState::new().build_hasher().finish() % below.max(1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_differ_and_stay_below() {
        let all: std::collections::BTreeSet<u64> = (0..100).map(|_| super::number(1 << 60)).collect();
        assert!(all.len() > 90);
        assert!((0..100).all(|_| super::number(7) < 7));
    }
}
