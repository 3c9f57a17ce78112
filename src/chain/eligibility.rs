//! Link 1: may this phone ever use the vendor's channel? Brand, ROM, model and system decide.

use crate::catalog::{Channel, Confidence, Eligibility, Link};
use crate::diagnosis::{Device, Judgement, State};
use crate::evidence::{Evidence, Place, Says};

use super::View;
use super::own_vendor::Own;
use super::{absence, weigh, words};

/// Property lines that are shown.
const MOST_LINES: usize = 3;

pub fn judge(view: &View<'_>) -> Judgement {
    let all = view.of(Link::Eligibility);
    let counted: Vec<&Evidence> = all.iter().copied().filter(|e| counts(view, e)).collect();
    let from_log = weigh::by_newest(view, Link::Eligibility, &counted);
    let from_phone = from_phone(view);
    let self_built_arrived = view.evidence.iter().any(|e| {
        e.says == Says::Pass
            && e.channel == Some(Channel::SelfBuilt)
            && matches!(e.link, Link::Forward | Link::Display)
    });
    let mut judgement = match (from_log, from_phone) {
        (Some(log), Some(phone)) if log.state == State::Pass || phone.state == State::Fail => phone,
        (Some(log), _) => log,
        // A token that the vendor issued to this phone outweighs what its ROM suggests.
        (None, Some(phone)) if phone.state == State::Fail && view.has_token() => {
            absence::unknown(view, Link::Eligibility)
        }
        (None, Some(phone)) => phone,
        (None, None) => absence::unknown(view, Link::Eligibility),
    };
    // A phone without the vendor channel that got the message on the self-built one is degraded.
    if judgement.state == State::Fail && self_built_arrived {
        judgement.state = State::Warn;
        judgement.notes.push(words::self_built_works());
    }
    judgement
}

/// "Missing" and "unsupported" answers are noise on a phone of another brand, and on a phone of
/// unknown brand only mPaaS's own line makes one count.
fn counts(view: &View<'_>, e: &Evidence) -> bool {
    !super::token::is_noise(view, e)
}

/// What the phone's own properties say.
fn from_phone(view: &View<'_>) -> Option<Judgement> {
    let device = &view.case.device;
    device.family.as_ref()?;
    let vendor = match (view.vendor, view.natural) {
        (None, Own::NoVendor) if !view.has_token() => {
            let mut judgement = words::of_finding(view, "eligibility.no-vendor-channel", State::Warn);
            judgement.confidence = Confidence::Medium;
            judgement.notes.push(words::phone(device));
            judgement.evidence = lines(device);
            return Some(judgement);
        }
        (Some(vendor), own) if own.vendor() == Some(vendor) => view.catalog.vendor(vendor)?,
        _ => return None,
    };
    let rule = vendor.eligibility.as_ref()?;
    // A dump that names the brand and no system says nothing of the ROM, unless it is whole and
    // the vendor's systems always name themselves.
    let unnamed = device.rom.is_none() && device.whole && rule.always_named;
    let rom = if unnamed { "" } else { device.rom.as_deref()? };
    if !rule.roms.iter().any(|known| known == rom) {
        let mut judgement = words::of_finding(view, "eligibility.rom-not-vendor", State::Fail);
        if unnamed {
            judgement.confidence = Confidence::Medium;
            judgement.notes.push(words::no_rom_named(rule));
        }
        judgement.notes.push(words::phone(device));
        judgement.source = rule.source.to_string();
        judgement.evidence = lines(device);
        return Some(judgement);
    }
    if too_old(rule, rom, device.rom_version.as_deref(), device.sdk) {
        let mut judgement = words::of_finding(view, "eligibility.rom-too-old", State::Fail);
        judgement.notes.push(words::phone(device));
        judgement.source = rule.source.to_string();
        judgement.evidence = lines(device);
        return Some(judgement);
    }
    if rule.model_list_unknown {
        return None;
    }
    let mut judgement = words::passed_plain(Link::Eligibility, words::eligible_by_rom(view, device));
    judgement.basis = rule.basis;
    judgement.source = rule.source.to_string();
    judgement.evidence = lines(device);
    Some(judgement)
}

/// The properties that tell what the phone is, as they were read; the decisive one last, where a
/// report looks for the newest.
fn lines(device: &Device) -> Vec<Place> {
    device.seen.iter().take(MOST_LINES).rev().cloned().collect()
}

fn too_old(rule: &Eligibility, rom: &str, version: Option<&str>, sdk: Option<u32>) -> bool {
    if sdk.is_some_and(|sdk| rule.min_sdk > 0 && sdk < rule.min_sdk) {
        return true;
    }
    let floor = rule.min.iter().find_map(|m| m.strip_prefix(rom).and_then(|rest| rest.strip_prefix(' ')));
    match (floor, version) {
        (Some(floor), Some(version)) => compare_versions(version, floor) == std::cmp::Ordering::Less,
        _ => false,
    }
}

/// Compares dotted versions by their numbers; letters in front (`V12.1`) do not count.
pub fn compare_versions(a: &str, b: &str) -> std::cmp::Ordering {
    let numbers = |text: &str| -> Vec<u64> {
        text.trim_start_matches(|c: char| !c.is_ascii_digit())
            .split('.')
            .map_while(|part| {
                let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().ok()
            })
            .collect()
    };
    let (mut a, mut b) = (numbers(a), numbers(b));
    let length = a.len().max(b.len());
    a.resize(length, 0);
    b.resize(length, 0);
    a.cmp(&b)
}

#[cfg(test)]
mod tests {
    use super::compare_versions;
    use std::cmp::Ordering;

    #[test]
    fn versions_compare_by_their_numbers() {
        assert_eq!(compare_versions("V12.1", "3.1"), Ordering::Greater);
        assert_eq!(compare_versions("3.0.1", "3.1"), Ordering::Less);
        assert_eq!(compare_versions("8.0", "8"), Ordering::Equal);
    }
}
