//! The section of system properties, where a value may run over several lines.

use super::At;
use crate::source::device_facts::Properties;

/// Longer values are cut off: a text without a closing bracket must not grow.
const LONGEST: usize = 8 << 10;
/// Properties that one section may hold.
const MOST: u64 = 20_000;

#[derive(Debug, Default)]
pub(super) struct Reader {
    /// A value that has not ended.
    open: Option<(String, String)>,
    read: u64,
}

impl Reader {
    /// Returns how many properties the line completes.
    pub fn line(&mut self, at: At<'_>, properties: &mut Properties) -> u64 {
        if let Some((key, mut value)) = self.open.take() {
            value.push('\n');
            match at.text.strip_suffix(']') {
                Some(rest) => {
                    value.push_str(rest);
                    return self.add(&key, &value, at, properties);
                }
                None if value.len() + at.text.len() < LONGEST => {
                    value.push_str(at.text);
                    self.open = Some((key, value));
                    return 0;
                }
                // No value is that long: the bracket got lost.
                None => {}
            }
        }
        let Some((key, value)) = at.text.strip_prefix('[').and_then(|rest| rest.split_once("]: [")) else {
            return 0;
        };
        match value.strip_suffix(']') {
            Some(value) => self.add(key, value, at, properties),
            None => {
                self.open = Some((key.to_owned(), value.chars().take(LONGEST).collect()));
                0
            }
        }
    }

    fn add(&mut self, key: &str, value: &str, at: At<'_>, properties: &mut Properties) -> u64 {
        if self.read >= MOST {
            return 0;
        }
        self.read += 1;
        properties.add(key, value, at.place());
        1
    }
}
