//! The string pool of Android's compiled resources, in UTF-8 or UTF-16.

use super::bytes::{size, slice, u8, u16, u32};

/// No string is longer, in the units of its pool; Android's own tools write none.
const LONGEST: usize = 0x7fff;

/// Strings of one pool, decoded when they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct StringPool<'b> {
    chunk: &'b [u8],
    offsets: usize,
    count: usize,
    strings: usize,
    utf8: bool,
}

impl<'b> StringPool<'b> {
    /// A pool from its chunk, header included.
    pub fn new(chunk: &'b [u8]) -> Option<Self> {
        Some(StringPool {
            chunk,
            offsets: usize::from(u16(chunk, 2)?),
            count: size(chunk, 8)?,
            strings: size(chunk, 20)?,
            utf8: u32(chunk, 16)? & 0x100 != 0,
        })
    }

    /// The string at an index; `0xffff_ffff` stands for none.
    pub fn get(&self, index: u32) -> Option<String> {
        let index = usize::try_from(index).ok().filter(|i| *i < self.count)?;
        let at = self.offsets.checked_add(index.checked_mul(4)?)?;
        let start = self.strings.checked_add(size(self.chunk, at)?)?;
        if self.utf8 {
            let (_, after) = length8(self.chunk, start)?;
            let (len, after) = length8(self.chunk, after)?;
            let bytes = slice(self.chunk, after, len)?;
            return Some(String::from_utf8_lossy(bytes).into_owned());
        }
        let (len, after) = length16(self.chunk, start)?;
        let len = Some(len).filter(|len| *len <= LONGEST)?;
        let units = slice(self.chunk, after, len.checked_mul(2)?)?;
        let units: Vec<u16> =
            units.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(u16::from_le_bytes)).collect();
        Some(String::from_utf16_lossy(&units))
    }
}

/// A length of one byte, or of two where the first has its high bit set.
fn length8(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let first = usize::from(u8(bytes, at)?);
    if first & 0x80 == 0 {
        return Some((first, at + 1));
    }
    Some(((first & 0x7f) << 8 | usize::from(u8(bytes, at + 1)?), at + 2))
}

/// The same in units of 16 bits.
fn length16(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let first = usize::from(u16(bytes, at)?);
    if first & 0x8000 == 0 {
        return Some((first, at + 2));
    }
    Some(((first & 0x7fff) << 16 | usize::from(u16(bytes, at + 2)?), at + 4))
}
