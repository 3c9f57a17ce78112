//! `resources.arsc`: what a reference of the manifest stands for.

use super::binary_xml::value;
use super::bytes::{size, slice, u8, u16, u32};
use super::element::Value;
use super::string_pool::StringPool;

const STRING_POOL: u16 = 0x0001;
const TABLE: u16 = 0x0002;
const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
/// A reference may lead to a reference; more than this is a circle.
const LONGEST: usize = 8;

/// A resource table in memory; nothing is decoded before it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Resources<'b> {
    bytes: &'b [u8],
    strings: StringPool<'b>,
}

impl<'b> Resources<'b> {
    pub fn new(bytes: &'b [u8]) -> Option<Self> {
        if u16(bytes, 0)? != TABLE {
            return None;
        }
        let start = usize::from(u16(bytes, 2)?);
        let (_, pool) = chunks(bytes, start).find(|(kind, _)| *kind == STRING_POOL)?;
        Some(Resources { bytes, strings: StringPool::new(pool)? })
    }

    /// The value of a resource, in the configuration for every phone where there is one.
    pub fn resolve(&self, id: u32) -> Option<Value> {
        let mut id = id;
        for _ in 0..LONGEST {
            match self.look_up(id)? {
                Value::Resource(next) => id = next,
                value => return Some(value),
            }
        }
        None
    }

    fn look_up(&self, id: u32) -> Option<Value> {
        let start = usize::from(u16(self.bytes, 2)?);
        let mut first = None;
        for (_, package) in chunks(self.bytes, start).filter(|(kind, _)| *kind == PACKAGE) {
            if u32(package, 8)? != id >> 24 {
                continue;
            }
            let header = usize::from(u16(package, 2)?);
            for (_, chunk) in chunks(package, header).filter(|(kind, _)| *kind == TYPE) {
                if u8(chunk, 8).map(u32::from) != Some(id >> 16 & 0xff) {
                    continue;
                }
                let Some(found) = self.entry(chunk, id & 0xffff) else { continue };
                if is_default(chunk) {
                    return Some(found);
                }
                first = first.or(Some(found));
            }
        }
        first
    }

    fn entry(&self, chunk: &[u8], index: u32) -> Option<Value> {
        let header = usize::from(u16(chunk, 2)?);
        let flags = u8(chunk, 9)?;
        let count = size(chunk, 12)?;
        let index = usize::try_from(index).ok()?;
        let offset = if flags & 1 != 0 {
            // Sparse: pairs of index and offset.
            (0..count).map(|i| header + i * 4).take_while(|at| at + 4 <= chunk.len()).find_map(|at| {
                (usize::from(u16(chunk, at)?) == index).then_some(usize::from(u16(chunk, at + 2)?) * 4)
            })?
        } else if index >= count {
            return None;
        } else if flags & 2 != 0 {
            usize::from(u16(chunk, header + index * 2).filter(|o| *o != u16::MAX)?) * 4
        } else {
            size(chunk, header + index * 4).filter(|o| *o != 0xffff_ffff)?
        };
        let entry = chunk.get(size(chunk, 16)?.checked_add(offset)?..)?;
        let flags = u16(entry, 2)?;
        if flags & 8 != 0 {
            let kind = u8::try_from(flags >> 8).ok()?;
            return Some(value(kind, u32(entry, 4)?, &self.strings, None));
        }
        if flags & 1 != 0 {
            return None;
        }
        let at = usize::from(u16(entry, 0)?);
        Some(value(u8(entry, at + 3)?, u32(entry, at + 4)?, &self.strings, None))
    }
}

/// Whether a type's configuration asks nothing of the phone.
fn is_default(chunk: &[u8]) -> bool {
    let len = size(chunk, 20).unwrap_or(0);
    slice(chunk, 24, len.saturating_sub(4)).is_some_and(|config| config.iter().all(|b| *b == 0))
}

/// The chunks from `at` on; ends where one does not fit.
fn chunks(bytes: &[u8], at: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = at;
    std::iter::from_fn(move || {
        let kind = u16(bytes, at)?;
        let len = size(bytes, at + 4).filter(|len| *len >= 8)?;
        let chunk = slice(bytes, at, len)?;
        at += len;
        Some((kind, chunk))
    })
}
