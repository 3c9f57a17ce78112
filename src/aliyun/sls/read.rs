//! All rows of a search in a stretch of time, none lost and none twice, or the exact part for which
//! that cannot be said.
//!
//! The service pages by offset. Rows that arrive meanwhile move all later ones, so a pass over the
//! pages counts only if the number of rows was the same before and after it and the pass yielded
//! that many: rows are only ever added, so nothing moved in between. The number before comes from
//! the histogram, or from the end of the pass before; the number after is where the empty page is.
//! A page that is `Incomplete` is asked for again before the offset advances; if that does not help,
//! the time is halved, down to one second. What is left is named, with its times.

use std::collections::HashSet;

use super::answer::{Bucket, Histogram, Row};
use super::client::Client;
use super::error::SlsError;
use super::request::Ask;

/// Seconds after which a row can be counted on to be found.
pub const SETTLING_S: i64 = 180;

/// How much is asked for at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows of a page; the service gives 100 at most.
    pub page: u64,
    /// Rows of a slice that is read in one go, where the counts allow to choose.
    pub slice_rows: u64,
    /// Rows after which a slice is halved; one second is read up to `second_rows`.
    pub largest_slice: u64,
    pub second_rows: u64,
    /// Bytes of a slice, as it is held in memory until it is known to be exact.
    pub slice_bytes: usize,
    /// How often an incomplete answer is asked for again.
    pub repeats: u32,
    /// Passes over a slice whose rows keep moving.
    pub passes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            page: 100,
            slice_rows: 2_000,
            largest_slice: 10_000,
            second_rows: 100_000,
            slice_bytes: 128 << 20,
            repeats: 10,
            passes: 4,
        }
    }
}

/// What is read.
#[derive(Clone, Copy, Debug)]
pub struct Search<'s> {
    pub logstore: &'s str,
    /// The search, without a statement behind `|`.
    pub query: &'s str,
    /// Seconds since 1970; `to` is outside.
    pub from: i64,
    pub to: i64,
}

/// Why a part of the time is not known for sure.
#[derive(Clone, Debug)]
pub enum Why {
    /// The service kept saying `Incomplete`.
    Incomplete,
    /// Rows kept arriving while it was read.
    Moving,
    /// More rows than can be paged through.
    TooMany,
    /// The service's own count differs at the end.
    Count { read: u64, counted: u64 },
    /// The reading ended before.
    Stopped(SlsError),
    /// The taker of the rows wanted no more.
    Enough,
}

/// A part of the time that is not known for sure.
#[derive(Clone, Debug)]
pub struct Gap {
    pub from: i64,
    pub to: i64,
    pub why: Why,
}

/// What came of a reading.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Rows that were handed over.
    pub rows: u64,
    /// Gaps, by time.
    pub gaps: Vec<Gap>,
    /// The end of the time that was asked for, at most the service's present.
    pub to: i64,
    /// The end of the part that has settled: rows after it may still be on their way.
    pub settled: i64,
    /// Why the service's counts could not be had.
    pub no_counts: Option<SlsError>,
}

/// A stretch of time that is still to be read.
#[derive(Clone, Copy)]
struct Piece {
    from: i64,
    to: i64,
    /// Its rows, as the service counted them.
    count: Option<u64>,
    /// The counts were asked for and are of no more use.
    counted: bool,
}

enum Pass {
    Exact(Vec<Row>),
    /// Rows that exist, without the certainty that they are all.
    Doubtful(Vec<Row>, Why),
}

/// Pieces that never became whole, one after the other, after which the rest is left.
const IN_VAIN: u32 = 6;

/// One pass over the pages of a piece.
enum Look {
    /// To the empty page, and how many pages had rows.
    Whole(Vec<Row>, u64),
    Doubtful(Vec<Row>, Why),
}

struct Walk<'w> {
    client: &'w Client,
    search: Search<'w>,
    limits: Limits,
    deliver: &'w mut dyn FnMut(Row) -> bool,
    reading: Reading,
    /// Rows handed over of the part that has settled.
    settled_rows: u64,
    counts_off: bool,
    /// Any answer came.
    answered: bool,
    /// Pieces one after the other that never became whole.
    in_vain: u32,
}

/// Reads all rows and hands them to `deliver`, which returns `false` when it wants no more.
///
/// # Errors
/// Where nothing was answered at all; later failures are gaps.
pub fn read(
    client: &Client,
    search: Search<'_>,
    limits: Limits,
    deliver: &mut dyn FnMut(Row) -> bool,
) -> Result<Reading, SlsError> {
    let mut walk = Walk {
        client,
        search,
        limits,
        deliver,
        reading: Reading::default(),
        settled_rows: 0,
        counts_off: false,
        answered: false,
        in_vain: 0,
    };
    walk.run()?;
    Ok(walk.reading)
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), SlsError> {
        let Search { from, to, .. } = self.search;
        // Asked first of all: its answer tells the service's present, which bounds the rest.
        let all = self.counts(from, to)?;
        let now = self.client.now_ms().div_euclid(1000);
        let to = to.min(now.max(from));
        let settled = to.min(now - SETTLING_S).max(from);
        (self.reading.to, self.reading.settled) = (to, settled);
        let mut stack = Vec::new();
        for (from, to) in [(settled, to), (from, settled)] {
            if from < to {
                stack.push(Piece { from, to, count: None, counted: false });
            }
        }
        let whole = stack.last().filter(|p| p.to == self.search.to && p.from == from).copied();
        if let (Some(whole), Some(all)) = (whole, all) {
            stack.pop();
            self.split(whole, &all, &mut stack);
        }
        while let Some(piece) = stack.pop() {
            match self.piece(piece, &mut stack) {
                Ok(true) => {}
                Ok(false) => {
                    self.leave(piece, &stack, &Why::Enough);
                    return Ok(());
                }
                Err(error) if !self.answered => return Err(error),
                Err(error) => {
                    self.leave(piece, &stack, &Why::Stopped(error));
                    return Ok(());
                }
            }
        }
        self.check_the_count();
        Ok(())
    }

    /// Names everything that is left as a gap.
    fn leave(&mut self, piece: Piece, rest: &[Piece], why: &Why) {
        let to = rest.iter().map(|p| p.to).fold(piece.to, i64::max);
        self.gap(piece.from, to, why.clone());
    }

    fn gap(&mut self, from: i64, to: i64, why: Why) {
        let same = |a: &Why, b: &Why| std::mem::discriminant(a) == std::mem::discriminant(b);
        match self.reading.gaps.last_mut() {
            Some(last) if last.to == from && same(&last.why, &why) => last.to = to,
            _ => self.reading.gaps.push(Gap { from, to, why }),
        }
    }

    /// Reads a piece, or puts smaller ones in its place. `false`: nobody wants more.
    fn piece(&mut self, piece: Piece, stack: &mut Vec<Piece>) -> Result<bool, SlsError> {
        let long = piece.to - piece.from > 1;
        let unknown = piece.count.is_none() || piece.count > Some(self.limits.slice_rows);
        if long && unknown && !piece.counted && !self.counts_off {
            match self.counts(piece.from, piece.to)? {
                Some(histogram) => self.split(piece, &histogram, stack),
                None if self.counts_off => stack.push(piece),
                None => halve(piece, stack),
            }
            return Ok(true);
        }
        match self.passes(piece)? {
            Pass::Exact(rows) => {
                self.in_vain = 0;
                self.hand_over(piece, rows)
            }
            Pass::Doubtful(_, Why::Incomplete) if long && self.in_vain >= IN_VAIN => {
                // Nothing was ever whole: a service that is that busy is not asked for each second.
                let to = stack.drain(..).map(|p| p.to).fold(piece.to, i64::max);
                self.gap(piece.from, to, Why::Incomplete);
                Ok(true)
            }
            Pass::Doubtful(_, why) if long => {
                self.in_vain += u32::from(matches!(why, Why::Incomplete));
                halve(piece, stack);
                Ok(true)
            }
            Pass::Doubtful(rows, why) => {
                self.gap(piece.from, piece.to, why);
                // Rows that exist are worth having; rows that look the same may be one row that
                // moved under the pages, so they count once.
                let mut seen = HashSet::new();
                let rows = rows.into_iter().filter(|row| seen.insert(canonical(row))).collect();
                self.hand_over(piece, rows)
            }
        }
    }

    fn hand_over(&mut self, piece: Piece, rows: Vec<Row>) -> Result<bool, SlsError> {
        for row in rows {
            self.reading.rows += 1;
            if piece.to <= self.reading.settled {
                self.settled_rows += 1;
            }
            if !(self.deliver)(row) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Puts slices of a handy size in the place of a piece, along the buckets of its counts.
    fn split(&self, piece: Piece, histogram: &Histogram, stack: &mut Vec<Piece>) {
        let whole = Piece { count: Some(histogram.count()), counted: true, ..piece };
        if histogram.count() <= self.limits.slice_rows {
            stack.push(whole);
            return;
        }
        if !tiles(&histogram.buckets, piece) || histogram.buckets.len() < 2 {
            if piece.to - piece.from > 1 {
                halve(piece, stack)
            } else {
                stack.push(whole)
            }
            return;
        }
        let mut slices: Vec<Piece> = Vec::new();
        for bucket in &histogram.buckets {
            match slices.last_mut() {
                Some(Piece { to, count: Some(sum), .. })
                    if sum.saturating_add(bucket.count) <= self.limits.slice_rows =>
                {
                    *to = bucket.to;
                    *sum += bucket.count;
                }
                _ => slices.push(Piece {
                    from: bucket.from,
                    to: bucket.to,
                    count: Some(bucket.count),
                    counted: false,
                }),
            }
        }
        stack.extend(slices.into_iter().rev());
    }

    /// Counts of a stretch; `None` where they are incomplete or refused.
    fn counts(&mut self, from: i64, to: i64) -> Result<Option<Histogram>, SlsError> {
        let ask = Ask::Histograms { logstore: self.search.logstore, query: self.search.query, from, to };
        for round in 0..=self.limits.repeats {
            match self.client.histogram(&ask) {
                Ok(histogram) => {
                    self.answered = true;
                    if histogram.complete {
                        return Ok(Some(histogram));
                    }
                }
                // Rows may be allowed where counts are not.
                Err(error @ SlsError::Service { status: 400 | 401 | 403 | 405, .. })
                    if !error.retry() && !error.is_general() =>
                {
                    self.reading.no_counts = Some(error);
                    self.counts_off = true;
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
            if round < self.limits.repeats {
                self.client.pause(round.min(4), None)?;
            }
        }
        Ok(None)
    }

    /// Reads a piece until it is known to be exact, or gives up.
    fn passes(&mut self, piece: Piece) -> Result<Pass, SlsError> {
        let mut before = piece.count;
        let mut last = Vec::new();
        for _ in 0..self.limits.passes.max(1) {
            let (rows, pages) = match self.look(piece)? {
                Look::Whole(rows, pages) => (rows, pages),
                Look::Doubtful(rows, why) => return Ok(Pass::Doubtful(rows, why)),
            };
            let count = rows.len() as u64;
            // One page is one look at the data.
            if pages <= 1 || before == Some(count) {
                return Ok(Pass::Exact(rows));
            }
            before = Some(count);
            last = rows;
        }
        Ok(Pass::Doubtful(last, Why::Moving))
    }

    fn look(&mut self, piece: Piece) -> Result<Look, SlsError> {
        let mut rows: Vec<Row> = Vec::new();
        let (mut pages, mut bytes) = (0, 0_usize);
        let long = piece.to - piece.from > 1;
        let largest = if long { self.limits.largest_slice } else { self.limits.second_rows };
        loop {
            let offset = rows.len() as u64;
            let ask = Ask::Logs {
                logstore: self.search.logstore,
                query: self.search.query,
                from: piece.from,
                to: piece.to,
                offset,
                line: self.limits.page,
            };
            let mut round = 0;
            let page = loop {
                let page = self.client.logs(&ask)?;
                self.answered = true;
                if page.complete {
                    break page;
                }
                // After one piece that never became whole, its parts get fewer chances.
                let repeats = if self.in_vain > 0 { self.limits.repeats.min(2) } else { self.limits.repeats };
                if round >= repeats {
                    rows.extend(page.rows);
                    return Ok(Look::Doubtful(rows, Why::Incomplete));
                }
                self.client.pause(round.min(4), None)?;
                round += 1;
            };
            if page.rows.is_empty() {
                return Ok(Look::Whole(rows, pages));
            }
            pages += 1;
            bytes = bytes.saturating_add(page.bytes);
            rows.extend(page.rows);
            if rows.len() as u64 > largest || bytes > self.limits.slice_bytes {
                return Ok(Look::Doubtful(rows, Why::TooMany));
            }
        }
    }

    /// At the end the service counts all that has settled; what differs was not read as it is now.
    fn check_the_count(&mut self) {
        let (from, to) = (self.search.from, self.reading.settled);
        if self.counts_off || from >= to || self.reading.gaps.iter().any(|g| g.from < to) {
            return;
        }
        match self.counts(from, to) {
            Ok(Some(histogram)) if histogram.count() != self.settled_rows => {
                let why = Why::Count { read: self.settled_rows, counted: histogram.count() };
                self.reading.gaps.insert(0, Gap { from, to, why });
            }
            Ok(_) => {}
            Err(error) => self.reading.gaps.insert(0, Gap { from, to, why: Why::Stopped(error) }),
        }
    }
}

fn halve(piece: Piece, stack: &mut Vec<Piece>) {
    let middle = piece.from + (piece.to - piece.from) / 2;
    for (from, to) in [(middle, piece.to), (piece.from, middle)] {
        stack.push(Piece { from, to, count: None, counted: false });
    }
}

/// Whether buckets cover a piece without a hole.
fn tiles(buckets: &[Bucket], piece: Piece) -> bool {
    let mut at = piece.from;
    for bucket in buckets {
        if bucket.from != at || bucket.to <= bucket.from {
            return false;
        }
        at = bucket.to;
    }
    at == piece.to
}

/// A row as text, whatever the order of its fields.
fn canonical(row: &Row) -> String {
    let mut fields: Vec<_> = row.iter().collect();
    fields.sort_by_key(|(name, _)| *name);
    serde_json::to_string(&fields).unwrap_or_default()
}
