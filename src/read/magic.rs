//! What a file is, by its first bytes and never by its name.
//!
//! Logs arrive as `log.txt` that is a zip, as `bugreport.zip` that is text, and
//! with screenshots beside them.

use super::encoding::{Encoding, detect, is_utf8_so_far};

/// Bytes that are looked at.
pub(crate) const HEAD: usize = 8 << 10;

/// A container that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
    /// Snappy in its framed format.
    SnappyFrames,
    /// Snappy in the blocks of Java's `SnappyOutputStream`.
    SnappyBlocks,
    /// One bare block of snappy, which nothing but the name shows.
    SnappyRaw,
    Zip,
    Tar,
}

/// The container that the head begins, if it is one that is opened.
pub(crate) fn container(head: &[u8]) -> Option<Container> {
    Some(match head {
        [0x1F, 0x8B, 8, ..] => Container::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Container::Zstd,
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Container::Xz,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Container::Bzip2,
        [0x04, 0x22, 0x4D, 0x18, ..] => Container::Lz4,
        [0xFF, 6, 0, 0, b's', b'N', b'a', b'P', b'p', b'Y', ..] => Container::SnappyFrames,
        [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0, ..] => Container::SnappyBlocks,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, b'P', b'K', ..] => {
            Container::Zip
        }
        _ if is_tar(head) => Container::Tar,
        _ => return None,
    })
}

/// A tar header has a checksum over its 512 bytes; that also knows old archives
/// without the word `ustar`.
fn is_tar(head: &[u8]) -> bool {
    let (Some(header), Some(field)) = (head.get(..512), head.get(148..156)) else {
        return false;
    };
    let mut written = 0_u32;
    let mut digits = 0;
    for byte in field.iter().skip_while(|b| **b == b' ') {
        match byte {
            b'0'..=b'7' => {
                written = written.wrapping_mul(8).wrapping_add(u32::from(byte - b'0'));
                digits += 1;
            }
            _ => break,
        }
    }
    let sum: u32 = header
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { u32::from(b' ') } else { u32::from(*byte) })
        .sum();
    digits > 0 && sum == written && head.first().is_some_and(|first| *first != 0)
}

/// The largest block of snappy that is unfolded: it must be held in memory whole.
pub(crate) const SNAPPY_LIMIT: u64 = 256 << 20;

/// Whether the head is one bare block of snappy, as log shipping writes it: the name says so, and
/// the bytes do not contradict it. Such a block begins with its unfolded length and a literal.
pub(crate) fn snappy_block(name: &str, head: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    if !name.split('.').skip(1).any(|part| part == "snappy") || name.ends_with(".parquet") {
        return false;
    }
    let Some(length) = head.iter().take(5).position(|byte| byte & 0x80 == 0) else { return false };
    let unfolded = head
        .iter()
        .take(length + 1)
        .enumerate()
        .fold(0_u64, |sum, (at, byte)| sum | (u64::from(byte & 0x7F) << (7 * at)));
    let literal = head.get(length + 1).is_some_and(|tag| tag & 3 == 0);
    // The same text, not packed at all, is longer than what its first bytes would announce.
    unfolded > 0 && literal && head.len() as u64 <= 32 + unfolded + unfolded / 6
}

/// A file of columns, with its article: data of logs, but none that is read as text.
pub(crate) fn columns(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'P', b'A', b'R', b'1', ..] => Some("a Parquet file"),
        [b'O', b'R', b'C', rest @ ..] if !is_utf8_so_far(rest) || memchr::memchr(0, rest).is_some() => {
            Some("an ORC file")
        }
        _ => None,
    }
}

/// An archive that is known and not opened.
pub(crate) fn unsupported(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 5] = [
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"LZIP\x01", "an lzip file"),
        (b"MSCF\0\0\0\0", "a cabinet archive"),
        (b"\x5d\0\0\x80\0", "an LZMA file"),
    ];
    KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| *what)
}

/// What the head is if it is no text, with its article.
pub(crate) fn binary(head: &[u8], forced: Option<Encoding>) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 24] = [
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF87a", "a GIF picture"),
        (b"GIF89a", "a GIF picture"),
        (b"\x7fELF", "an ELF program"),
        (b"dex\n0", "an Android program (dex)"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"%PDF-", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        (b"OggS\0", "an Ogg recording"),
        (b"ID3\x02", "an MP3 recording"),
        (b"ID3\x03", "an MP3 recording"),
        (b"ID3\x04", "an MP3 recording"),
        (b"\x1a\x45\xdf\xa3", "a Matroska video"),
        (b"\xca\xfe\xba\xbe", "a Java class"),
        (b"\0asm", "a WebAssembly program"),
        (b"bplist00", "a binary property list"),
        (b"JAVA PROFILE 1.0", "a heap dump"),
        (b"ANDROID BACKUP\n", "an Android backup"),
        (b"\xd4\xc3\xb2\xa1", "a network capture"),
        (b"\x0a\x0d\x0d\x0a", "a network capture"),
        (b"wOF2", "a font"),
        (b"\x89HDF\r\n", "an HDF data file"),
        (b"!<arch>\n", "a program library"),
    ];
    if let Some((_, what)) = KNOWN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    let zeros = memchr::memchr_iter(0, head).count();
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', ..] if zeros > 0 => return Some("a video or picture"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            return Some("a WebP picture");
        }
        [b'R', b'I', b'F', b'F', ..] if zeros > 0 => return Some("a recording"),
        [b'M', b'Z', ..] if zeros > 0 => return Some("a Windows program"),
        [b'B', b'M', ..] if zeros > 4 => return Some("a BMP picture"),
        _ => {}
    }
    if forced.is_some_and(|encoding| encoding.transcoder().is_some()) || head.is_empty() {
        return None;
    }
    if matches!(detect(head), Encoding::Utf16Le | Encoding::Utf16Be) {
        return None;
    }
    if zeros == head.len() {
        return Some("a file of zero bytes only");
    }
    if zeros * 10 > head.len() {
        return Some("binary data");
    }
    let controls =
        head.iter().filter(|b| **b < 0x20 && !matches!(**b, 0 | b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    let share = if is_utf8_so_far(head) { 5 } else { 25 };
    // Random bytes hold one control byte in ten.
    (controls * share > head.len()).then_some("binary or encrypted data")
}

/// What a zip is if its entries show that it is a program or a document.
pub(crate) fn packaged(mut names: impl Iterator<Item = String>) -> Option<&'static str> {
    names.find_map(|name| match name.as_str() {
        "AndroidManifest.xml" | "BundleConfig.pb" => Some("an Android package (APK)"),
        "[Content_Types].xml" => Some("an Office document"),
        "META-INF/MANIFEST.MF" => Some("a Java archive"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_binary() {
        for text in [
            "MZ is no program",
            "BM",
            "06-14 09:58:02.123  1234  5678 I PushCore: 推送注册成功\r\n",
            "\u{1b}[38;5;75mcoloured\u{1b}[0m",
            "RIFF text",
            "a\0b and a longer text with one zero byte only",
        ] {
            assert_eq!(binary(text.as_bytes(), None), None, "{text}");
        }
        let utf16: Vec<u8> = "plain text".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(binary(&utf16, None), None);
    }

    #[test]
    fn binary_is_not_text() {
        let mut state = 1_u32;
        let random: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(8192)
        .collect();
        assert_eq!(binary(&random, None), Some("binary or encrypted data"));
        assert_eq!(binary(&[0; 4096], None), Some("a file of zero bytes only"));
        assert_eq!(binary(b"\x89PNG\r\n\x1a\n", None), Some("a PNG picture"));
    }
}
