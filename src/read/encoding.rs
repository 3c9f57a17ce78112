//! In which encoding a log is written, and how one of its lines becomes text.
//!
//! Chinese Windows tools write GBK, PowerShell redirection writes UTF-16, and
//! copies from several tools mix both in one file. The wrong guess does not
//! fail loudly, it only makes every Chinese literal miss.

use std::borrow::Cow;

/// The encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a mark; also plain ASCII.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// GB18030, which contains GBK and GB2312.
    Gb18030,
    /// Any other encoding the user names.
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The name for reports, in lower case.
    pub fn name(self) -> String {
        match self {
            Self::Utf8 => "utf-8".to_owned(),
            Self::Utf8Bom => "utf-8-bom".to_owned(),
            Self::Utf16Le => "utf-16le".to_owned(),
            Self::Utf16Be => "utf-16be".to_owned(),
            Self::Gb18030 => "gb18030".to_owned(),
            Self::Other(encoding) => encoding.name().to_ascii_lowercase(),
        }
    }

    /// The decoder through which a whole stream must pass before it can be
    /// searched; `None` when its raw bytes can be searched.
    pub(crate) fn transcoder(self) -> Option<&'static encoding_rs::Encoding> {
        match self {
            Self::Utf8 | Self::Utf8Bom | Self::Gb18030 => None,
            Self::Utf16Le => Some(encoding_rs::UTF_16LE),
            Self::Utf16Be => Some(encoding_rs::UTF_16BE),
            Self::Other(encoding) => Some(encoding),
        }
    }
}

/// Finds the encoding from the first bytes of a file: mark, then the pattern of
/// NUL bytes of UTF-16, then UTF-8, then GB18030 if it decodes without error,
/// else UTF-8 with broken bytes.
pub fn detect(head: &[u8]) -> Encoding {
    if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return Encoding::Utf8Bom;
    }
    if head.starts_with(&[0xFF, 0xFE]) && !head.starts_with(&[0xFF, 0xFE, 0, 0]) {
        return Encoding::Utf16Le;
    }
    if head.starts_with(&[0xFE, 0xFF]) {
        return Encoding::Utf16Be;
    }
    if let Some(encoding) = utf16_without_mark(head) {
        return encoding;
    }
    if is_utf8_so_far(head) {
        Encoding::Utf8
    } else if gb18030(head, false).is_some() {
        Encoding::Gb18030
    } else {
        Encoding::Utf8
    }
}

/// The encoding for a label such as `gbk` or `utf-16le`.
pub fn from_label(label: &str) -> Option<Encoding> {
    let label = label.trim().to_ascii_lowercase();
    Some(match label.as_str() {
        "utf8" | "utf-8" => Encoding::Utf8,
        "utf-8-bom" | "utf8-bom" | "utf-8-sig" => Encoding::Utf8Bom,
        "utf16" | "utf-16" | "utf16le" | "utf-16le" | "utf-16-le" | "unicode" => Encoding::Utf16Le,
        "utf16be" | "utf-16be" | "utf-16-be" => Encoding::Utf16Be,
        "gb18030" | "gbk" | "gb2312" | "cp936" | "936" | "windows-936" | "ansi-cn" => Encoding::Gb18030,
        other => {
            let found = encoding_rs::Encoding::for_label(other.as_bytes())?;
            if found == encoding_rs::REPLACEMENT {
                return None;
            }
            if found == encoding_rs::UTF_8 {
                Encoding::Utf8
            } else if found == encoding_rs::GBK || found == encoding_rs::GB18030 {
                Encoding::Gb18030
            } else {
                Encoding::Other(found)
            }
        }
    })
}

/// Decodes one line of a file. The flag says that bytes were lost.
///
/// A line that contradicts the encoding of its file is still decoded when the
/// other of UTF-8 and GB18030 fits without error, because files mix.
pub fn decode_line(bytes: &[u8], file: Encoding) -> (Cow<'_, str>, bool) {
    if let Some(encoding) = file.transcoder() {
        // A transcoded stream is UTF-8 already; this serves a caller with raw bytes.
        return match std::str::from_utf8(bytes) {
            Ok(text) if !matches!(file, Encoding::Utf16Le | Encoding::Utf16Be) => {
                (Cow::Borrowed(text), false)
            }
            _ => encoding.decode_without_bom_handling(bytes),
        };
    }
    let utf8 = std::str::from_utf8(bytes);
    if file == Encoding::Gb18030 {
        // Chinese in UTF-8 takes three bytes a character; two-byte sequences
        // alone are far more often GBK.
        if let Ok(text) = utf8
            && (text.is_ascii() || text.chars().any(|c| c.len_utf8() > 2))
        {
            return (Cow::Borrowed(text), false);
        }
        if let Some(text) = gb18030(bytes, true) {
            return (Cow::Owned(text), false);
        }
    }
    match utf8 {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => match gb18030(bytes, true) {
            Some(text) => (Cow::Owned(text), false),
            None => (String::from_utf8_lossy(bytes), true),
        },
    }
}

/// Valid UTF-8, where the last sequence may be cut.
pub(crate) fn is_utf8_so_far(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// The text if the bytes are GB18030 without any error.
fn gb18030(bytes: &[u8], whole: bool) -> Option<String> {
    let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, whole);
    match result {
        encoding_rs::DecoderResult::InputEmpty => Some(text),
        _ => None,
    }
}

/// UTF-16 shows itself by NUL bytes on one side only, as log prefixes are ASCII.
fn utf16_without_mark(head: &[u8]) -> Option<Encoding> {
    let head = head.get(..head.len().min(8192)).unwrap_or(head);
    let pairs = head.len() / 2;
    if pairs == 0 {
        return None;
    }
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in head.chunks_exact(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.last() == Some(&0));
    }
    let (encoding, most, least) =
        if odd >= even { (Encoding::Utf16Le, odd, even) } else { (Encoding::Utf16Be, even, odd) };
    if most * 4 < pairs || least * 10 > most {
        return None;
    }
    let whole = head.get(..pairs * 2)?;
    let (text, _) = encoding.transcoder()?.decode_without_bom_handling(whole);
    let odd_ones =
        text.chars().filter(|c| (c.is_control() && !"\t\r\n\u{1b}".contains(*c)) || *c == '\u{fffd}').count();
    (odd_ones * 20 <= text.chars().count()).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    }

    const LINE: &str = "06-14 09:58:02.123  1234  5678 I PushCore: 推送注册成功\r\n";

    #[test]
    fn every_encoding_is_detected() {
        let gbk = encoding_rs::GB18030.encode(LINE).0.into_owned();
        assert_eq!(detect(LINE.as_bytes()), Encoding::Utf8);
        assert_eq!(detect(b""), Encoding::Utf8);
        assert_eq!(detect(b"\xEF\xBB\xBFabc"), Encoding::Utf8Bom);
        assert_eq!(detect(&gbk), Encoding::Gb18030);
        assert_eq!(detect(&utf16(LINE, true)), Encoding::Utf16Le);
        assert_eq!(detect(&utf16(LINE, false)), Encoding::Utf16Be);
        assert_eq!(detect(b"\xFF\xFEa\0"), Encoding::Utf16Le);
        assert_eq!(detect(b"\xFE\xFF\0a"), Encoding::Utf16Be);
        assert_eq!(detect(b"a \xff\xff b\n"), Encoding::Utf8);
    }

    #[test]
    fn a_sequence_cut_by_the_end_of_the_sample_is_no_error() {
        let text = "推送".as_bytes();
        for cut in 1..text.len() {
            assert_eq!(detect(text.get(..cut).unwrap()), Encoding::Utf8, "{cut}");
        }
    }

    #[test]
    fn zeros_are_not_utf16() {
        assert_eq!(detect(&[0; 4096]), Encoding::Utf8);
    }

    #[test]
    fn mixed_files_decode_line_by_line() {
        let gbk = encoding_rs::GB18030.encode("推送失败").0.into_owned();
        assert_eq!(decode_line(&gbk, Encoding::Utf8), (Cow::from("推送失败"), false));
        assert_eq!(decode_line("推送失败".as_bytes(), Encoding::Gb18030), (Cow::from("推送失败"), false));
        let (text, lossy) = decode_line(b"a\xffb", Encoding::Utf8);
        assert!(lossy);
        assert!(text.starts_with('a') && text.ends_with('b'));
    }

    #[test]
    fn labels() {
        for label in ["gbk", "GB2312", "cp936", "gb18030"] {
            assert_eq!(from_label(label), Some(Encoding::Gb18030), "{label}");
        }
        assert_eq!(from_label("utf-16"), Some(Encoding::Utf16Le));
        assert_eq!(from_label("big5").map(Encoding::name), Some("big5".into()));
        assert_eq!(from_label("klingon"), None);
        assert_eq!(from_label(""), None);
    }
}
