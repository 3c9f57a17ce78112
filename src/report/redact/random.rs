//! Long random strings: vendor tokens have no common form, but nothing else looks so little like
//! words. Class names, paths, constants and times must not be taken for them.

use super::rules::{Claims, Kind};

/// The shortest string that counts.
const SHORTEST: usize = 20;
/// From this length on a run of digits alone counts (vivo regIds have 23).
const DIGITS: usize = 22;

/// Claims what looks like a token.
pub fn tokens(text: &str, claims: &mut Claims) {
    if text.len() < SHORTEST {
        return;
    }
    for (start, end) in runs(text, |b| part(b) || b == b':' || b == b'=') {
        let run = text.get(start..end).unwrap_or("");
        if run.len() < SHORTEST || is_time(run) {
            continue;
        }
        let mut random = Vec::new();
        for (from, to) in runs(run, part) {
            let piece = run.get(from..to).unwrap_or("");
            let trimmed = piece.trim_matches(['/', '+', '-', '_']);
            if trimmed.len() >= SHORTEST && is_random(trimmed) {
                random.push((start + from, start + to));
            }
        }
        for (from, mut to) in random {
            while to < end && text.as_bytes().get(to) == Some(&b'=') && to - start < run.len() {
                to += 1;
            }
            claims.claim(from, to, Kind::Token);
        }
    }
}

/// Letters, digits and what base64 and hex forms put between them.
fn part(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'/' | b'-')
}

/// Maximal runs of bytes for which `fits` holds; they are ASCII, so they are whole characters.
fn runs(text: &str, fits: fn(u8) -> bool) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, b) in text.bytes().enumerate() {
        match (fits(b), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                out.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        out.push((from, text.len()));
    }
    out
}

/// `2024-02-28T00:59:41` and the like.
fn is_time(run: &str) -> bool {
    let shape: String = run.chars().take(11).map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    (shape == "9999-99-99T" || shape == "9999-99-99t") && run.len() <= 30
}

/// Whether a string of at least [`SHORTEST`] bytes is more like dice than like words.
fn is_random(piece: &str) -> bool {
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let letters = piece.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters == 0 {
        return digits == piece.len() && digits >= DIGITS;
    }
    if digits == 0 {
        return is_wordless(piece);
    }
    if piece.contains('/') {
        // A path or a build fingerprint, unless one of its parts is random by itself.
        let numbers =
            |part: &str| part.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).count();
        return piece.split('/').any(|part| part.len() >= 12 && numbers(part) >= 2 && is_random(part));
    }
    if piece.len() >= 32 && piece.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return true;
    }
    let mut fragments = 0;
    let mut digit_runs = 0;
    let mut previous = 0u8;
    for b in piece.bytes() {
        let begins_word = b.is_ascii_alphabetic()
            && (!previous.is_ascii_alphabetic() || (b.is_ascii_uppercase() && previous.is_ascii_lowercase()));
        fragments += usize::from(begins_word);
        digit_runs += usize::from(b.is_ascii_digit() && !previous.is_ascii_digit());
        previous = b;
    }
    // Names have few numbers in them and words of three letters and more.
    let word_length = letters as f64 / fragments.max(1) as f64;
    !(word_length >= 3.0 && (digit_runs <= 2 || digits * 8 <= piece.len()))
}

/// Letters without a digit: random only if upper and lower case change all the time.
fn is_wordless(piece: &str) -> bool {
    let bytes = piece.as_bytes();
    let changes = bytes
        .windows(2)
        .filter(|w| matches!(w, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        .count();
    piece.len() >= 32 && changes * 5 >= piece.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_random() {
        for token in [
            "IQAAAACy0kfRAADnmFnRKHlPgF3tZ7dnVXyBMd1AEm0k5bqbqcxwG0sV",
            "d5f3k2j9q8w7e6r5t4y3u2",
            "0123456789abcdef0123456789abcdef",
            "RA50c6348036344485d01776773577c64740465480a6b",
            "CN_8fbd1a3c6a9b4e2f8d7c6b5a49382716",
            "v2-CRaBcD3fGh1jKlM2nOpQ4rStU5vWxYz",
            "550e8400-e29b-41d4-a716-446655440000",
        ] {
            assert!(is_random(token), "{token}");
        }
    }

    #[test]
    fn names_are_not() {
        for name in [
            "SERVICE_VERSION_UPDATE_REQUIRED",
            "HMSSDK_HmsInstanceIdEx2",
            "PushConnection_connectUsingConfiguration",
            "/system/lib64/libnotification_bar",
            "onStartCommand-trigerEvent-checkState",
            "NotificationManagerServiceImpl",
            "ActivityTaskManagerService3",
            "10/HUAWEILIO-AL00/10",
        ] {
            assert!(!is_random(name), "{name}");
        }
    }
}
