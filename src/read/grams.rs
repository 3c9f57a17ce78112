//! The table behind the prefilter; `prefilter` tells why.

use super::rarity::UsualGrams;

/// Words of the bit table: 32 KiB, which the fastest cache of any processor of
/// the last ten years holds.
const WORDS: usize = 1 << 13;
/// Bytes that are looked at in one step, and loads of eight bytes in them.
const BLOCK: usize = 32;
const LOADS: usize = 4;
/// Buckets of the exact table.
const BUCKETS: usize = 8192;

/// One place at which a gram occurs in a literal.
#[derive(Debug, Clone, Copy)]
struct Place {
    gram: u32,
    literal: u32,
    offset: u32,
    /// Another gram of the literal and its place, to say no quickly.
    check: u32,
    check_at: u32,
}

/// Literals indexed by their grams.
#[derive(Debug)]
pub(crate) struct Grams {
    table: Box<[u32; WORDS]>,
    /// Where the places of each bucket begin in `places`, and one past the last.
    starts: Vec<u32>,
    places: Vec<Place>,
    literals: Vec<Vec<u8>>,
    shape: Shape,
}

/// From this length on a literal allows the widest stride.
pub(crate) const LONG: usize = 7;

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
        let usual = UsualGrams::new(shape.length());
        let mut table = Box::new([0_u32; WORDS]);
        let mut places = Vec::new();
        for (number, literal) in (0_u32..).zip(&literals) {
            let base = rarest(literal, shape, &usual);
            for offset in base..base + shape.stride() {
                let Some(gram) = gram_at(literal, offset, shape.length()) else {
                    continue;
                };
                let hash = gram.wrapping_mul(multiplier(shape.length()));
                if let Some(word) = table.get_mut((hash >> 19) as usize) {
                    *word |= 1_u32.wrapping_shl(hash >> 14);
                }
                let check_at =
                    if offset >= shape.length() { 0 } else { literal.len().checked_sub(shape.length())? };
                places.push(Place {
                    gram,
                    literal: number,
                    offset: u32::try_from(offset).ok()?,
                    check: gram_at(literal, check_at, shape.length())?,
                    check_at: u32::try_from(check_at).ok()?,
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
        Some(Self { table, starts, places, literals, shape })
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

    fn first<const LENGTH: usize, const STRIDE: usize>(&self, text: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        let found = self.search::<LENGTH, STRIDE>(text, &mut at, &mut |at, gram| {
            self.places(gram).any(|place| self.stands(text, from, at, place))
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
        loop {
            let block = self.skip::<LENGTH, STRIDE>(text, *at);
            let end = (block + BLOCK).min(text.len());
            *at = block;
            loop {
                let Some(gram) = gram_at(text, *at, LENGTH) else {
                    return false;
                };
                if self.knows::<LENGTH>(gram) & 1 != 0 && visit(*at, gram) {
                    return true;
                }
                *at += STRIDE;
                if *at >= end && end < text.len() {
                    break;
                }
            }
        }
    }

    /// The start of the first block from `at` on that holds a known gram, or of
    /// the rest that is too short for a block.
    fn skip<const LENGTH: usize, const STRIDE: usize>(&self, text: &[u8], mut at: usize) -> usize {
        // Grams that fit into a load of eight bytes, and the step to the next.
        let count = (8 - LENGTH) / STRIDE + 1;
        let step = count * STRIDE;
        while let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
            let mut any = 0;
            for load in 0..LOADS {
                let bytes = block.get(load * step..).and_then(<[u8]>::first_chunk::<8>);
                let load = u64::from_le_bytes(bytes.copied().unwrap_or_default()) | FOLD;
                for i in 0..count {
                    any |= self.knows::<LENGTH>((load >> (8 * STRIDE * i)) as u32);
                }
            }
            if any & 1 != 0 {
                break;
            }
            at += LOADS * step;
        }
        at
    }

    /// The lowest bit says that the gram in the low bytes may stand in a literal.
    #[inline(always)]
    fn knows<const LENGTH: usize>(&self, gram: u32) -> u32 {
        let hash = gram.wrapping_mul(multiplier(LENGTH));
        // Thirteen bits cannot leave the table.
        self.table[(hash >> 19) as usize].wrapping_shr(hash >> 14)
    }

    /// The literals that hold the gram; a few others may be among them.
    #[inline(always)]
    fn places(&self, gram: u32) -> impl Iterator<Item = &Place> {
        let bucket = bucket(gram);
        let range = self
            .starts
            .get(bucket)
            .zip(self.starts.get(bucket + 1))
            .map(|(start, end)| *start as usize..*end as usize);
        range
            .and_then(|range| self.places.get(range))
            .unwrap_or_default()
            .iter()
            .filter(move |place| place.gram == gram)
    }

    /// Whether the literal of this place stands in the text, not before `from`.
    #[inline(always)]
    fn stands(&self, text: &[u8], from: usize, at: usize, place: &Place) -> bool {
        let Some(start) = at.checked_sub(place.offset as usize).filter(|start| *start >= from) else {
            return false;
        };
        gram_at(text, start + place.check_at as usize, self.shape.length()) == Some(place.check)
            && self.whole(text, start, place)
    }

    fn whole(&self, text: &[u8], start: usize, place: &Place) -> bool {
        self.literals.get(place.literal as usize).is_some_and(|literal| {
            start
                .checked_add(literal.len())
                .and_then(|end| text.get(start..end))
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
#[inline(always)]
pub(crate) fn gram_at(text: &[u8], at: usize, length: usize) -> Option<u32> {
    let rest = text.get(at..)?;
    let bytes = match (rest, length) {
        (&[a, b, c, d, ..], _) => [a, b, c, d],
        (&[a, b, c], 3) => [a, b, c, 0],
        _ => return None,
    };
    let mask = u32::MAX >> (32 - 8 * length);
    Some((u32::from_le_bytes(bytes) | FOLD as u32) & mask)
}

/// Where in the literal the grams are taken that are least likely in a log.
fn rarest(literal: &[u8], shape: Shape, usual: &UsualGrams) -> usize {
    let costs = usual.costs(literal);
    let sums = costs.windows(shape.stride()).map(|together| together.iter().sum::<u32>());
    sums.enumerate().min_by_key(|(_, cost)| *cost).map_or(0, |(base, _)| base)
}
