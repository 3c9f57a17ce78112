//! Many random days in the life of a log store: random rows, random trouble. Whatever happens, a
//! reading that calls itself complete has exactly the rows that there are, and no reading ever has
//! a row twice.

use std::time::Duration;

use pushdoctor::aliyun::sls::request::{Api, Signing};

use super::server::{Fault, Packing, REGION, row};
use super::stage::{FROM, Stage, TO, ids, truth};

const SEEDS: u64 = 1_000;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n.max(1)
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize].clone()
    }
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::Incomplete,
        Fault::Incomplete,
        Fault::Incomplete,
        Fault::Miscount,
        Fault::Status(429, "TooManyRequests"),
        Fault::Status(403, "ReadQuotaExceed"),
        Fault::Status(500, "InternalServerError"),
        Fault::Status(503, "ServerBusy"),
        Fault::Html(502),
        Fault::Cut,
        Fault::Drop,
        Fault::Garbage,
    ]
}

/// One reading; whether it was complete.
fn run(seed: u64) -> bool {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let count = random.of(&[0, 1, 7, 60, 99, 100, 101, 200, 333]);
    let crowded = random.below(3) == 0;
    let time = |random: &mut Random| {
        let span = if crowded { 3 } else { 3600 };
        FROM + random.below(span) as i64
    };
    let rows = (0..count)
        .map(|i| {
            let text = random.below(4).to_string();
            row(time(&mut random), &format!("{i:05}"), &text)
        })
        .collect();
    let mut stage = Stage::new(rows);
    stage.settings.api = random.of(&[Api::V2, Api::V2, Api::V1]);
    stage.settings.signing = random.of(&[Signing::V1, Signing::V4 { region: REGION.into() }]);
    stage.settings.budget = Duration::from_secs(random.of(&[120, 600, 600, 3600]));
    stage.limits.slice_rows = random.of(&[20, 100, 2_000]);
    stage.limits.largest_slice = random.of(&[150, 10_000]);
    stage.limits.second_rows = random.of(&[150, 100_000]);
    stage.limits.page = random.of(&[10, 50, 100]);
    stage.limits.repeats = random.of(&[2, 10]);
    {
        let mut sls = stage.sls();
        sls.packing = random.of(&[Packing::None, Packing::Gzip, Packing::Zstd, Packing::Lz4]);
        sls.histograms = random.below(6) > 0;
        sls.ahead = random.of(&[0, 0, 0, 7, -3000, 5000]);
        for i in 0..random.of(&[0, 0, 0, 1, 2, 6]) {
            let when = random.below(12);
            let second = time(&mut random);
            sls.late.push((when, row(second, &format!("late{i}"), "late")));
        }
        let rate = random.of(&[0, 0, 5, 20, 50, 70]);
        // A hard fault ends a reading; a spell of one fault lasts a while.
        let hard = (random.below(12) == 0).then(|| {
            let fault = random.of(&[Fault::Status(401, "Unauthorized"), Fault::Html(200), Fault::Redirect]);
            (random.below(20), fault)
        });
        let spell =
            (random.below(4) == 0).then(|| (random.below(10), random.below(40), random.of(&faults())));
        let mut moods = Random(seed | 1);
        sls.fault = Box::new(move |_, n| {
            if let Some((at, fault)) = hard.as_ref().filter(|(at, _)| n >= *at) {
                let _ = at;
                return Some(fault.clone());
            }
            if let Some((_, _, fault)) = spell.as_ref().filter(|(at, length, _)| n >= *at && n < at + length)
            {
                return Some(fault.clone());
            }
            (moods.below(100) < rate).then(|| moods.of(&faults()))
        });
    }
    let (reading, rows, _) = stage.read();
    let (got, truth) = (ids(&rows), truth(&stage));
    assert!(got.windows(2).all(|w| w[0] != w[1]), "seed {seed}: a row came twice");
    assert!(got.iter().all(|id| truth.binary_search(id).is_ok()), "seed {seed}: a row that there is not");
    assert_eq!(stage.sls().complaints, Vec::<String>::new(), "seed {seed}");
    match reading {
        Err(error) => {
            assert!(got.is_empty(), "seed {seed}: rows and an error");
            assert!(!error.sentence().en.is_empty());
            false
        }
        Ok(reading) => {
            assert_eq!(reading.rows, got.len() as u64, "seed {seed}");
            assert_eq!(reading.settled, TO, "seed {seed}");
            let complete = reading.gaps.is_empty();
            if complete {
                // What arrived after the last look is not there to be seen.
                assert_eq!(got, truth, "seed {seed}: complete, but not the truth");
            }
            complete
        }
    }
}

#[test]
fn complete_is_the_truth_and_nothing_comes_twice_whatever_happens() {
    let complete = (0..SEEDS).filter(|seed| run(*seed)).count() as u64;
    // The test is of no use if everything fails, or nothing does.
    assert!(complete > SEEDS / 3, "{complete} of {SEEDS} were complete");
    assert!(complete < SEEDS * 19 / 20, "{complete} of {SEEDS} were complete");
}
