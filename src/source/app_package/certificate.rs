//! The certificates that an app is signed with: their fingerprints, not their validity.
//!
//! A vendor's console holds the fingerprint of the certificate; whether the signature over the file
//! is good is Android's business.

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::bytes::{size, slice, u32, u64};

/// One certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// `AA:BB:…`, as vendors' consoles show it.
    pub sha256: String,
    pub sha1: String,
    /// Where it was found: `META-INF/CERT.RSA`, `APK Signature Scheme v2`.
    pub found_in: String,
}

impl Certificate {
    fn new(der: &[u8], found_in: &str) -> Self {
        Certificate {
            sha256: hex(&Sha256::digest(der)),
            sha1: hex(&Sha1::digest(der)),
            found_in: found_in.to_owned(),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(":")
}

/// A fingerprint without what people write between its digits.
pub fn bare(fingerprint: &str) -> String {
    let digits = fingerprint.chars().filter(char::is_ascii_hexdigit);
    digits.map(|c| c.to_ascii_uppercase()).collect()
}

/// The first certificate of a PKCS#7 file (`META-INF/*.RSA`, `.DSA`, `.EC`).
pub fn of_pkcs7(bytes: &[u8], found_in: &str) -> Option<Certificate> {
    let (_, content_info, _) = der(bytes)?;
    let (_, _, rest) = der(content_info)?;
    let (_, explicit, _) = der(rest)?;
    let (_, mut signed, _) = der(explicit)?;
    // version, digestAlgorithms, encapContentInfo, [0] certificates
    for _ in 0..8 {
        let (tag, content, rest) = der(signed)?;
        if tag == 0xa0 {
            let (tag, _, after) = der(content)?;
            let whole = content.get(..content.len() - after.len())?;
            return (tag == 0x30).then(|| Certificate::new(whole, found_in));
        }
        signed = rest;
    }
    None
}

/// One DER value: its tag, what it holds, and what follows.
fn der(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7f);
            let digits = rest.get(..count)?;
            (digits.iter().fold(0_usize, |n, d| n << 8 | usize::from(*d)), rest.get(count..)?)
        }
        _ => return None,
    };
    Some((*tag, rest.get(..len)?, rest.get(len..)?))
}

/// The bytes before a zip's directory may hold a signing block; this is its end mark.
pub const BLOCK_MAGIC: &[u8; 16] = b"APK Sig Block 42";
/// The largest signing block that is read.
pub const LARGEST_BLOCK: u64 = 16 << 20;
/// How many signers are read; Android takes ten.
const MOST_SIGNERS: usize = 16;

/// How long the signing block is whose last 24 bytes these are, its leading size included.
pub fn block_length(tail: &[u8]) -> Option<u64> {
    let length = u64(tail, 0)?;
    (tail.get(8..24)? == BLOCK_MAGIC && (24..LARGEST_BLOCK).contains(&length)).then(|| length + 8)
}

/// The certificates of a signing block (schemes v2 and v3), from its leading size on.
pub fn of_block(block: &[u8]) -> Vec<Certificate> {
    let mut found: Vec<Certificate> = Vec::new();
    let mut at = 8;
    while let Some(len) = u64(block, at).and_then(|len| usize::try_from(len).ok()).filter(|len| *len >= 4) {
        let Some(pair) = slice(block, at + 8, len) else { break };
        let scheme = match u32(pair, 0) {
            Some(0x7109_871a) => "APK Signature Scheme v2",
            Some(0xf053_68c0) => "APK Signature Scheme v3",
            Some(0x1b93_ad61) => "APK Signature Scheme v3.1",
            _ => "",
        };
        if !scheme.is_empty() {
            for certificate in of_scheme(pair.get(4..).unwrap_or_default(), scheme) {
                if !found.iter().any(|c| c.sha256 == certificate.sha256) {
                    found.push(certificate);
                }
            }
        }
        at = at.saturating_add(8).saturating_add(len);
    }
    found
}

/// The certificates of all signers; the first of each is the one it signs with.
fn of_scheme(value: &[u8], scheme: &str) -> Vec<Certificate> {
    let signers = prefixed(value, 0).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(signer) = prefixed(signers, at).filter(|_| found.len() < MOST_SIGNERS) {
        found.extend(of_signer(signer).map(|der| Certificate::new(der, scheme)));
        at += 4 + signer.len();
    }
    found
}

/// Signed data → digests, certificates → the first certificate.
fn of_signer(signer: &[u8]) -> Option<&[u8]> {
    let signed = prefixed(signer, 0)?;
    let digests = prefixed(signed, 0)?;
    prefixed(prefixed(signed, digests.len() + 4)?, 0)
}

fn prefixed(bytes: &[u8], at: usize) -> Option<&[u8]> {
    slice(bytes, at + 4, size(bytes, at)?)
}
