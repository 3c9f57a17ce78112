//! The bit table behind the prefilter; `prefilter` tells why.

/// Table words of 64 bits: 32 KiB, which the fastest cache of any processor of
/// the last ten years holds.
const WORDS: usize = 4096;
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
    bits: Box<[u64; WORDS]>,
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

#[inline(always)]
fn hash(gram: u32) -> u32 {
    gram.wrapping_mul(0x9E37_79B1)
}

impl Grams {
    /// The index, or `None` when a literal is too short for it.
    pub(crate) fn new(literals: Vec<Vec<u8>>) -> Option<Self> {
        let shape = Shape::for_shortest(literals.iter().map(Vec::len).min()?)?;
        let mut bits = Box::new([0_u64; WORDS]);
        let mut places = Vec::new();
        for (number, literal) in (0_u32..).zip(&literals) {
            let base = rarest(literal, shape);
            for offset in base..base + shape.stride() {
                let Some(gram) = gram_at(literal, offset, shape.length()) else {
                    continue;
                };
                let h = hash(gram);
                if let Some(word) = bits.get_mut((h >> 20) as usize & (WORDS - 1)) {
                    *word |= 1 << ((h >> 14) & 63);
                }
                places.push(Place {
                    gram,
                    literal: number,
                    offset: u32::try_from(offset).ok()?,
                });
            }
        }
        places.sort_by_key(|place| bucket(place.gram));
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
            bits,
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
            Shape::FourByFour => self.search::<4, 4>(text, from),
            Shape::FourByTwo => self.search::<4, 2>(text, from),
            Shape::ThreeByTwo => self.search::<3, 2>(text, from),
            Shape::ThreeByOne => self.search::<3, 1>(text, from),
        }
    }

    fn search<const LENGTH: usize, const STRIDE: usize>(
        &self,
        text: &[u8],
        from: usize,
    ) -> Option<usize> {
        let mask = u32::MAX >> (32 - 8 * LENGTH);
        // Grams that fit into a load of eight bytes, and the step to the next.
        let count = (8 - LENGTH) / STRIDE + 1;
        let step = count * STRIDE;
        let mut at = from;
        while let Some(&[a, b, c, d, e, f, g, h]) = text.get(at..at.wrapping_add(8)) {
            let load = u64::from_le_bytes([a, b, c, d, e, f, g, h]) | FOLD;
            let mut any = 0;
            for i in 0..count {
                let gram = (load >> (8 * STRIDE * i)) as u32 & mask;
                any |= self.bit(gram);
            }
            if any & 1 != 0 {
                for i in 0..count {
                    let gram = (load >> (8 * STRIDE * i)) as u32 & mask;
                    let place = at + STRIDE * i;
                    if self.bit(gram) & 1 != 0 && self.is_literal(text, from, place, gram) {
                        return Some(place);
                    }
                }
            }
            at += step;
        }
        while at + LENGTH <= text.len() {
            if let Some(gram) = gram_at(text, at, LENGTH)
                && self.bit(gram) & 1 != 0
                && self.is_literal(text, from, at, gram)
            {
                return Some(at);
            }
            at += STRIDE;
        }
        None
    }

    #[inline(always)]
    fn bit(&self, gram: u32) -> u64 {
        let h = hash(gram);
        // The mask keeps the index inside the array.
        self.bits[(h >> 20) as usize & (WORDS - 1)] >> ((h >> 14) & 63)
    }

    /// Whether a literal stands in the text with this gram at `at`.
    fn is_literal(&self, text: &[u8], from: usize, at: usize, gram: u32) -> bool {
        let bucket = bucket(gram);
        let range = self
            .starts
            .get(bucket)
            .zip(self.starts.get(bucket + 1))
            .map(|(start, end)| *start as usize..*end as usize);
        let places = range.and_then(|range| self.places.get(range));
        places.unwrap_or_default().iter().any(|place| {
            place.gram == gram
                && self
                    .literals
                    .get(place.literal as usize)
                    .is_some_and(|literal| {
                        at.checked_sub(place.offset as usize)
                            .filter(|start| *start >= from)
                            .and_then(|start| text.get(start..start.checked_add(literal.len())?))
                            .is_some_and(|found| found.eq_ignore_ascii_case(literal))
                    })
        })
    }
}

fn bucket(gram: u32) -> usize {
    (hash(gram) >> 8) as usize & (BUCKETS - 1)
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
