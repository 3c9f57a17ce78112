//! Which source is looked at when. Time is handed in, so that tests do not wait.

use super::{Polled, Watch};

/// Sources and the moments at which they are due.
#[derive(Default)]
pub struct Schedule<'w> {
    entries: Vec<Entry<'w>>,
}

struct Entry<'w> {
    watch: Box<dyn Watch + 'w>,
    /// In the clock's `elapsed_ms`; `None`: never again.
    due: Option<u64>,
}

impl<'w> Schedule<'w> {
    /// Adds a source, which is due at once; back comes its number.
    pub fn add(&mut self, watch: Box<dyn Watch + 'w>) -> usize {
        self.entries.push(Entry { watch, due: Some(0) });
        self.entries.len() - 1
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether a source will be looked at again.
    pub fn goes_on(&self, number: usize) -> bool {
        self.entries.get(number).is_some_and(|e| e.due.is_some())
    }

    /// Whether any source will be looked at again.
    pub fn any_goes_on(&self) -> bool {
        self.entries.iter().any(|e| e.due.is_some())
    }

    /// The first moment at which a source is due; `early` asks only for those that are looked at
    /// before the send.
    pub fn next_due(&self, early: bool) -> Option<u64> {
        let counts = |e: &&Entry<'_>| !early || e.watch.before_the_send();
        self.entries.iter().filter(counts).filter_map(|e| e.due).min()
    }

    /// Looks once at each source that is due and hands over what it says. A source that is not due
    /// is not touched.
    pub fn poll(&mut self, now_ms: u64, early: bool, take: &mut dyn FnMut(usize, Polled)) {
        for (number, entry) in self.entries.iter_mut().enumerate() {
            let due = entry.due.is_some_and(|due| due <= now_ms);
            if !due || early && !entry.watch.before_the_send() {
                continue;
            }
            let polled = entry.watch.poll(now_ms);
            let next = polled.next.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
            entry.due = next.map(|after| now_ms.saturating_add(after));
            take(number, polled);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    use super::*;

    struct Every {
        name: &'static str,
        seconds: u64,
        times: u32,
        early: bool,
        seen: Rc<RefCell<Vec<(&'static str, u64)>>>,
    }

    impl Watch for Every {
        fn poll(&mut self, now_ms: u64) -> Polled {
            self.seen.borrow_mut().push((self.name, now_ms / 1000));
            self.times -= 1;
            let next = (self.times > 0).then(|| Duration::from_secs(self.seconds));
            Polled { next, ..Polled::nothing(Duration::ZERO) }
        }

        fn before_the_send(&self) -> bool {
            self.early
        }
    }

    #[test]
    fn no_source_is_looked_at_before_it_is_due_and_none_after_it_ended() {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let mut schedule = Schedule::default();
        for (name, seconds, times) in [("log", 1, 9), ("store", 4, 9), ("once", 1, 1)] {
            schedule.add(Box::new(Every { name, seconds, times, early: false, seen: Rc::clone(&seen) }));
        }
        for tenths in 0..=50_u64 {
            schedule.poll(tenths * 100, false, &mut |_, _| {});
        }
        let at = |name| seen.borrow().iter().filter(|(n, _)| *n == name).map(|(_, t)| *t).collect::<Vec<_>>();
        assert_eq!(at("log"), [0, 1, 2, 3, 4, 5]);
        assert_eq!(at("store"), [0, 4]);
        assert_eq!(at("once"), [0]);
        assert!(!schedule.goes_on(2) && schedule.any_goes_on());
        assert_eq!(schedule.next_due(false), Some(6000));
    }

    #[test]
    fn before_the_send_only_those_are_looked_at_that_hold_something_old() {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let mut schedule = Schedule::default();
        for (name, early) in [("store", false), ("log", true)] {
            schedule.add(Box::new(Every { name, seconds: 1, times: 9, early, seen: Rc::clone(&seen) }));
        }
        schedule.poll(0, true, &mut |_, _| {});
        assert_eq!(*seen.borrow(), [("log", 0)]);
        assert_eq!(schedule.next_due(true), Some(1000));
        assert_eq!(schedule.next_due(false), Some(0));
    }
}
