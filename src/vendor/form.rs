//! Forms as the vendors read them: `application/x-www-form-urlencoded` in the order given.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a form leaves as it is; a space becomes a plus.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// The media type of a form.
pub const TYPE: &str = "application/x-www-form-urlencoded";

/// A name or a value.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string().replace(' ', "+")
}

/// Names and values.
pub fn write<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Vec<u8> {
    let parts: Vec<String> =
        pairs.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    parts.join("&").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_written_as_browsers_do() {
        let written = write([("messageJson", "{\"a\":\"检 b=c&d+e%\"}"), ("x.y_z-*", "1")]);
        assert_eq!(
            String::from_utf8(written).unwrap(),
            "messageJson=%7B%22a%22%3A%22%E6%A3%80+b%3Dc%26d%2Be%25%22%7D&x.y_z-*=1"
        );
    }
}
