//! The manifest and the resources of an app bundle (.aab), which are protocol buffers.
//!
//! Field numbers are those of Android's `Resources.proto`; only what a manifest needs is read.

use super::bytes::slice;
use super::element::{Attribute, DEEPEST, Element, Value};

/// One field of a message.
enum Field<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

/// The fields of a message; ends where it is cut.
fn fields(bytes: &[u8]) -> impl Iterator<Item = (u64, Field<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let key = varint(bytes, &mut at)?;
        let field = match key & 7 {
            0 => Field::Number(varint(bytes, &mut at)?),
            1 => Field::Number(u64::from_le_bytes(take(bytes, &mut at, 8)?.try_into().ok()?)),
            2 => {
                let len = usize::try_from(varint(bytes, &mut at)?).ok()?;
                Field::Bytes(take(bytes, &mut at, len)?)
            }
            5 => Field::Number(u32::from_le_bytes(take(bytes, &mut at, 4)?.try_into().ok()?).into()),
            _ => return None,
        };
        Some((key >> 3, field))
    })
}

fn take<'b>(bytes: &'b [u8], at: &mut usize, len: usize) -> Option<&'b [u8]> {
    let found = slice(bytes, *at, len)?;
    *at += len;
    Some(found)
}

fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn bytes_of(message: &[u8], number: u64) -> Option<&[u8]> {
    fields(message).find_map(|(n, field)| match field {
        Field::Bytes(bytes) if n == number => Some(bytes),
        _ => None,
    })
}

fn all_of(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    fields(message).filter_map(move |(n, field)| match field {
        Field::Bytes(bytes) if n == number => Some(bytes),
        _ => None,
    })
}

fn text_of(message: &[u8], number: u64) -> String {
    bytes_of(message, number).map(|b| String::from_utf8_lossy(b).into_owned()).unwrap_or_default()
}

/// The tree of a compiled manifest; `None` where it has no element.
pub fn parse(bytes: &[u8]) -> Option<Element> {
    element(bytes_of(bytes, 1)?, 0).filter(|e| !e.name.is_empty())
}

fn element(message: &[u8], depth: usize) -> Option<Element> {
    if depth >= DEEPEST {
        return None;
    }
    let attributes = all_of(message, 4).map(|a| Attribute { name: text_of(a, 2), value: attribute(a) });
    let children = all_of(message, 5).filter_map(|node| element(bytes_of(node, 1)?, depth + 1));
    Some(Element {
        name: text_of(message, 3),
        attributes: attributes.collect(),
        children: children.collect(),
    })
}

fn attribute(message: &[u8]) -> Value {
    let written = text_of(message, 3);
    bytes_of(message, 6).and_then(|compiled| item(compiled, &written)).unwrap_or(Value::Text(written))
}

/// A compiled item: a reference, a text or a number.
fn item(message: &[u8], written: &str) -> Option<Value> {
    fields(message).find_map(|(number, field)| match (number, field) {
        (1, Field::Bytes(reference)) => {
            let name = text_of(reference, 3);
            let id = fields(reference).find_map(|(n, f)| match f {
                Field::Number(id) if n == 2 => u32::try_from(id).ok(),
                _ => None,
            });
            Some(match id {
                _ if !name.is_empty() => Value::Named(name),
                id => Value::Resource(id.unwrap_or_default()),
            })
        }
        (2 | 3, Field::Bytes(text)) => Some(Value::Text(text_of(text, 1))),
        (7, Field::Bytes(primitive)) => Some(number_of(primitive, written)),
        _ => None,
    })
}

fn number_of(message: &[u8], written: &str) -> Value {
    if !written.is_empty() {
        return Value::Number(written.to_owned());
    }
    let shown = fields(message).find_map(|(number, field)| match (number, field) {
        (3, Field::Number(bits)) => u32::try_from(bits).ok().map(|b| f32::from_bits(b).to_string()),
        (8, Field::Number(truth)) => Some((truth != 0).to_string()),
        // int32 is written as 64 bits; the low half is the number.
        (_, Field::Number(value)) => {
            let low = u32::try_from(value & 0xffff_ffff).unwrap_or_default();
            Some(low.cast_signed().to_string())
        }
        _ => None,
    });
    Value::Number(shown.unwrap_or_default())
}

/// The text of a resource such as `string/app_id` in `resources.pb`.
pub fn resolve(resources: &[u8], name: &str) -> Option<Value> {
    let (kind, entry) = name.rsplit_once('/')?;
    let kind = kind.rsplit(':').next()?;
    let types = all_of(resources, 2).flat_map(|package| all_of(package, 3));
    let entries = types.filter(|t| text_of(t, 2) == kind).flat_map(|t| all_of(t, 3));
    let mut values =
        entries.filter(|e| text_of(e, 2) == entry).flat_map(|e| all_of(e, 6)).filter_map(|config| {
            let is_default = bytes_of(config, 1).is_none_or(<[u8]>::is_empty);
            Some((is_default, item(bytes_of(bytes_of(config, 2)?, 4)?, "")?))
        });
    let first = values.next()?;
    if first.0 {
        return Some(first.1);
    }
    Some(values.find(|(is_default, _)| *is_default).unwrap_or(first).1)
}
