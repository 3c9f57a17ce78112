//! The table behind the prefilter; `prefilter` tells why.

/// Entries of the table: one for each value of the upper half of a hash, so
/// that no index needs a check. In logs few of them are touched often.
const TABLE: usize = 1 << 16;
/// Buckets of the exact table.
const BUCKETS: usize = 8192;

/// One place at which a gram occurs in a literal.
#[derive(Debug, Clone, Copy)]
struct Place {
    gram: u32,
    literal: u32,
    offset: u32,
}

/// Literals indexed by their grams.
#[derive(Debug)]
pub(crate) struct Grams {
    table: Box<[u8; TABLE]>,
    /// Where the places of each bucket begin in `places`, and one past the last.
    starts: Vec<u32>,
    places: Vec<Place>,
    literals: Vec<Vec<u8>>,
    shape: Shape,
}

/// Gram length and stride. A literal needs `length + stride - 1` bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Four bytes at every fourth place.
    FourByFour,
    /// Four bytes at every second place.
    FourByTwo,
    /// Three bytes at every second place.
    ThreeByTwo,
    /// Three bytes at every place.
    ThreeByOne,
}

impl Shape {
    fn for_shortest(shortest: usize) -> Option<Self> {
        Some(match shortest {
            0..=2 => return None,
            3 => Self::ThreeByOne,
            4 => Self::ThreeByTwo,
            5 | 6 => Self::FourByTwo,
            _ => Self::FourByFour,
        })
    }

    fn length(self) -> usize {
        match self {
            Self::FourByFour | Self::FourByTwo => 4,
            Self::ThreeByTwo | Self::ThreeByOne => 3,
        }
    }

    fn stride(self) -> usize {
        match self {
            Self::FourByFour => 4,
            Self::FourByTwo | Self::ThreeByTwo => 2,
            Self::ThreeByOne => 1,
        }
    }
}

/// Makes ASCII letters of both cases equal, and some other bytes too, which the
/// comparison of the literal sorts out.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// Spreads the bits of a gram: 2^32 divided by the golden ratio.
const SPREAD: u32 = 0x9E37_79B1;

impl Grams {
    /// The index, or `None` when a literal is too short for it.
    pub(crate) fn new(literals: Vec<Vec<u8>>) -> Option<Self> {
        let shape = Shape::for_shortest(literals.iter().map(Vec::len).min()?)?;
        let mut table = Box::new([0_u8; TABLE]);
        let mut places = Vec::new();
        for (number, literal) in (0_u32..).zip(&literals) {
            let base = rarest(literal, shape);
            for offset in base..base + shape.stride() {
                let Some(gram) = gram_at(literal, offset, shape.length()) else {
                    continue;
                };
                let index = gram.wrapping_mul(multiplier(shape.length())) >> 16;
                if let Some(known) = table.get_mut(index as usize) {
                    *known = 1;
                }
                places.push(Place {
                    gram,
                    literal: number,
                    offset: u32::try_from(offset).ok()?,
                });
            }
        }
        places.sort_by_key(|place| (bucket(place.gram), place.gram));
        let mut starts = vec![0_u32; BUCKETS + 1];
        for place in &places {
            if let Some(count) = starts.get_mut(bucket(place.gram) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Some(Self {
            table,
            starts,
            places,
            literals,
            shape,
        })
    }

    /// A place inside a literal that begins at or behind `from`; no literal
    /// ends before it.
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        match self.shape {
            Shape::FourByFour => self.first::<4, 4>(text, from),
            Shape::FourByTwo => self.first::<4, 2>(text, from),
            Shape::ThreeByTwo => self.first::<3, 2>(text, from),
            Shape::ThreeByOne => self.first::<3, 1>(text, from),
        }
    }

    /// Calls `each` with the number of every literal in the text; a literal
    /// that stands there twice is named twice.
    pub(crate) fn each(&self, text: &[u8], each: &mut dyn FnMut(u32)) {
        let mut from = 0;
        let mut visit = |at, gram| {
            for place in self.places(gram) {
                if self.stands(text, 0, at, place) {
                    each(place.literal);
                }
            }
            false
        };
        match self.shape {
            Shape::FourByFour => self.search::<4, 4>(text, &mut from, &mut visit),
            Shape::FourByTwo => self.search::<4, 2>(text, &mut from, &mut visit),
            Shape::ThreeByTwo => self.search::<3, 2>(text, &mut from, &mut visit),
            Shape::ThreeByOne => self.search::<3, 1>(text, &mut from, &mut visit),
        };
    }

    fn first<const LENGTH: usize, const STRIDE: usize>(
        &self,
        text: &[u8],
        from: usize,
    ) -> Option<usize> {
        let mut at = from;
        let found = self.search::<LENGTH, STRIDE>(text, &mut at, &mut |at, gram| {
            self.places(gram)
                .iter()
                .any(|place| self.stands(text, from, at, place))
        });
        found.then_some(at)
    }

    /// Walks over the text from `at` and calls `visit` where the table knows
    /// the gram, until that returns true; `at` is then that place.
    #[inline(always)]
    fn search<const LENGTH: usize, const STRIDE: usize>(
        &self,
        text: &[u8],
        at: &mut usize,
        visit: &mut impl FnMut(usize, u32) -> bool,
    ) -> bool {
        let mask = u32::MAX >> (32 - 8 * LENGTH);
        // Grams that fit into a load of eight bytes, and the step to the next.
        let count = (8 - LENGTH) / STRIDE + 1;
        let step = count * STRIDE;
        let multiplier = multiplier(LENGTH);
        let known = |load: u64, i: usize| {
            let gram = (load >> (8 * STRIDE * i)) as u32;
            self.table[(gram.wrapping_mul(multiplier) >> 16) as usize]
        };
        while let Some(&[a, b, c, d, e, f, g, h]) = text.get(*at..at.wrapping_add(8)) {
            let load = u64::from_le_bytes([a, b, c, d, e, f, g, h]) | FOLD;
            let mut any = 0;
            for i in 0..count {
                any |= known(load, i);
            }
            if any != 0 {
                let start = *at;
                for i in 0..count {
                    let gram = (load >> (8 * STRIDE * i)) as u32 & mask;
                    *at = start + STRIDE * i;
                    if known(load, i) != 0 && visit(*at, gram) {
                        return true;
                    }
                }
                *at = start;
            }
            *at += step;
        }
        while *at + LENGTH <= text.len() {
            if let Some(gram) = gram_at(text, *at, LENGTH)
                && visit(*at, gram)
            {
                return true;
            }
            *at += STRIDE;
        }
        false
    }

    /// Where the gram stands in the literals.
    fn places(&self, gram: u32) -> &[Place] {
        let bucket = bucket(gram);
        let range = self
            .starts
            .get(bucket)
            .zip(self.starts.get(bucket + 1))
            .map(|(start, end)| *start as usize..*end as usize);
        let places = range
            .and_then(|range| self.places.get(range))
            .unwrap_or_default();
        // Other grams may share the bucket; equal ones stand together.
        let start = places.partition_point(|place| place.gram < gram);
        let places = places.get(start..).unwrap_or_default();
        let end = places.partition_point(|place| place.gram == gram);
        places.get(..end).unwrap_or_default()
    }

    /// Whether the literal of this place stands in the text, not before `from`.
    fn stands(&self, text: &[u8], from: usize, at: usize, place: &Place) -> bool {
        self.literals
            .get(place.literal as usize)
            .is_some_and(|literal| {
                at.checked_sub(place.offset as usize)
                    .filter(|start| *start >= from)
                    .and_then(|start| text.get(start..start.checked_add(literal.len())?))
                    .is_some_and(|found| found.eq_ignore_ascii_case(literal))
            })
    }
}

fn bucket(gram: u32) -> usize {
    (gram.wrapping_mul(SPREAD) >> 16) as usize & (BUCKETS - 1)
}

/// For grams of three bytes the shifted factor drops the fourth byte.
const fn multiplier(length: usize) -> u32 {
    SPREAD << (32 - 8 * length)
}

/// The folded gram at a place of a text.
fn gram_at(text: &[u8], at: usize, length: usize) -> Option<u32> {
    let mut gram = 0;
    for byte in text.get(at..at.checked_add(length)?)?.iter().rev() {
        gram = gram << 8 | u32::from(*byte);
    }
    let mask = u32::MAX >> (32 - 8 * length);
    Some((gram | FOLD as u32) & mask)
}

/// Where in the literal the grams are taken that are least likely in a log.
fn rarest(literal: &[u8], shape: Shape) -> usize {
    let span = shape.length() + shape.stride() - 1;
    let cost = |base: usize| -> u32 {
        (base..base + shape.stride())
            .map(|at| {
                literal
                    .get(at..at + shape.length())
                    .map_or(u32::MAX / 16, gram_cost)
            })
            .sum()
    };
    (0..=literal.len().saturating_sub(span))
        .min_by_key(|base| cost(*base))
        .unwrap_or(0)
}

/// A rough measure of how common a gram is in logs: 2 to the power of the sum
/// of its bytes' frequencies, in bits.
fn gram_cost(gram: &[u8]) -> u32 {
    let bits: u32 = gram.iter().map(|byte| frequency(*byte)).sum();
    1 << bits.min(20)
}

/// How common a byte is in device logs, from 0 (rare) to 5.
fn frequency(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b'e' | b'a' | b'i' | b'n' | b'o' | b'r' | b't' | b' ' | b'.' | b'0' => 5,
        b's' | b'd' | b'c' | b'm' | b'l' | b'1'..=b'9' => 4,
        b'p' | b'u' | b'g' | b'h' | b'v' | b':' | b'=' => 3,
        b'b' | b'f' | b'w' | b'y' | b'k' | b',' | b'(' | b')' | b'/' | b'-' | b'_' => 2,
        b'x' | b'j' | b'q' | b'z' | b'[' | b']' | b'{' | b'}' | b'"' => 1,
        _ => 0,
    }
}
