//! Android's binary XML, as `AndroidManifest.xml` stands in an APK.
//!
//! An own reader, because what it is read for is the type of a value: an id that was compiled as a
//! number is lost to the app, and the readers at hand hand out text only.

use super::bytes::{size, slice, u8, u16, u32};
use super::element::{Attribute, Builder, Element, Value};
use super::string_pool::StringPool;

const STRING_POOL: u16 = 0x0001;
const XML: u16 = 0x0003;
const RESOURCE_MAP: u16 = 0x0180;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;

/// Names of attributes by their resource: tools that shrink an APK may take the texts away.
const NAMES: &[(u32, &str)] = &[
    (0x0101_0003, "name"),
    (0x0101_0006, "permission"),
    (0x0101_0009, "protectionLevel"),
    (0x0101_000e, "enabled"),
    (0x0101_0010, "exported"),
    (0x0101_0011, "process"),
    (0x0101_0018, "authorities"),
    (0x0101_0024, "value"),
    (0x0101_0025, "resource"),
    (0x0101_020c, "minSdkVersion"),
    (0x0101_021b, "versionCode"),
    (0x0101_021c, "versionName"),
    (0x0101_0270, "targetSdkVersion"),
];

/// Bytes of text that a manifest may hold in all: its attributes share the strings of one pool, so a
/// small file could unfold to more than any memory.
const MOST_TEXT: usize = 8 << 20;

/// Whether a file begins as binary XML.
pub fn is(head: &[u8]) -> bool {
    u16(head, 0) == Some(XML) && u16(head, 2) == Some(8)
}

/// The tree of a file of binary XML; `None` where its chunks do not fit together.
pub fn parse(bytes: &[u8]) -> Option<Element> {
    if !is(bytes) {
        return None;
    }
    let end = size(bytes, 4)?;
    // A manifest that was cut has lost its end.
    let bytes = bytes.get(..end)?;
    let (mut pool, mut map, mut builder) = (None, None, Builder::default());
    let mut room = MOST_TEXT;
    let mut at = 8;
    while at < bytes.len() {
        let kind = u16(bytes, at)?;
        let len = size(bytes, at + 4).filter(|len| *len >= 8)?;
        let chunk = slice(bytes, at, len)?;
        match kind {
            STRING_POOL => pool = pool.or(StringPool::new(chunk)),
            RESOURCE_MAP => map = Some(chunk.get(usize::from(u16(chunk, 2)?)..)?),
            START_ELEMENT => builder.start(element(chunk, &pool?, map, &mut room)?)?,
            END_ELEMENT => builder.end(),
            _ => {}
        }
        at += len;
    }
    builder.finish()
}

fn element(chunk: &[u8], pool: &StringPool<'_>, map: Option<&[u8]>, room: &mut usize) -> Option<Element> {
    let body = chunk.get(usize::from(u16(chunk, 2)?)..)?;
    let name = pool.get(u32(body, 4)?)?;
    let start = usize::from(u16(body, 8)?);
    let step = usize::from(u16(body, 10)?).max(20);
    let count = usize::from(u16(body, 12)?);
    let mut attributes = Vec::new();
    for i in 0..count {
        let raw = slice(body, start + i * step, 20)?;
        let index = u32(raw, 4)?;
        let by_resource = map
            .and_then(|map| u32(map, usize::try_from(index).ok()?.checked_mul(4)?))
            .and_then(|id| NAMES.iter().find(|(known, _)| *known == id));
        let name = match by_resource {
            Some((_, name)) => (*name).to_owned(),
            None => pool.get(index)?,
        };
        let value = value(u8(raw, 15)?, u32(raw, 16)?, pool, pool.get(u32(raw, 8)?));
        *room = room.checked_sub(name.len() + text_length(&value))?;
        attributes.push(Attribute { name, value });
    }
    *room = room.checked_sub(name.len())?;
    Some(Element { name, attributes, children: Vec::new() })
}

fn text_length(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Number(text) | Value::Named(text) => text.len(),
        Value::Resource(_) => 0,
    }
}

/// A typed value; `raw` is its text as written, where the compiler kept it.
pub fn value(kind: u8, data: u32, pool: &StringPool<'_>, raw: Option<String>) -> Value {
    match kind {
        0x01 | 0x02 | 0x07 => Value::Resource(data),
        0x03 => Value::Text(pool.get(data).or(raw).unwrap_or_default()),
        0x04 => Value::Number(raw.unwrap_or_else(|| f32::from_bits(data).to_string())),
        0x11 => Value::Number(format!("0x{data:x}")),
        0x12 => Value::Number((data != 0).to_string()),
        _ => Value::Number(data.cast_signed().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: u16, header: &[u8], body: &[u8]) -> Vec<u8> {
        let header_len = u16::try_from(8 + header.len()).unwrap();
        let len = u32::try_from(8 + header.len() + body.len()).unwrap();
        [&kind.to_le_bytes()[..], &header_len.to_le_bytes(), &len.to_le_bytes(), header, body].concat()
    }

    /// One element whose `count` attributes all are the same text.
    fn manifest(text_len: u16, count: u16) -> Vec<u8> {
        let text: Vec<u8> = (0..text_len).flat_map(|_| [b'a', 0]).collect();
        let string = [&text_len.to_le_bytes()[..], &text, &[0, 0]].concat();
        let pool_header: Vec<u8> = [1_u32, 0, 0, 32, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
        let pool = chunk(STRING_POOL, &pool_header, &[&0_u32.to_le_bytes()[..], &string].concat());
        let mut body: Vec<u8> = [u32::MAX, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
        for n in [20_u16, 20, count, 0, 0, 0] {
            body.extend(n.to_le_bytes());
        }
        for _ in 0..count {
            for n in [u32::MAX, 0, 0, 0x0300_0008, 0] {
                body.extend(n.to_le_bytes());
            }
        }
        let element = chunk(START_ELEMENT, &[0; 8], &body);
        chunk(XML, &[], &[pool, element].concat())
    }

    #[test]
    fn a_text_that_is_used_again_and_again_does_not_fill_the_memory() {
        let few = parse(&manifest(0x7ff0, 100)).expect("the shape is right");
        assert_eq!(few.attributes.len(), 100);
        assert!(parse(&manifest(0x7ff0, 60_000)).is_none());
        assert!(parse(&manifest(0x7fff, 1)).is_some());
    }
}
