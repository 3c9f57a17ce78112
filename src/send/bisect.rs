//! `--bisect`: the same kind of message through MPS and straight to the vendor, and on which side of
//! the line between them it gets lost.
//!
//! Only what was seen is claimed: a server's yes is no arrival, and a direct send that never got as
//! far says nothing of MPS.

#[cfg(test)]
mod tests;
mod words;

use crate::catalog::{Catalog, Confidence, Kind, Link};
use crate::evidence::CodeRef;
use crate::lang::Bilingual;

use super::wait::{Ended, Tie, Waited};
use super::{Outcome, SendState, Step};

/// On which side it gets lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Mps,
    /// The vendor, or the app and its token as the vendor knows them.
    Vendor,
    Phone,
    /// Nowhere: the message through MPS was shown.
    None,
    Unknown,
}

impl Side {
    /// The spelling in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Side::Mps => "mps",
            Side::Vendor => "vendor",
            Side::Phone => "phone",
            Side::None => "none",
            Side::Unknown => "unknown",
        }
    }
}

/// What the phone showed of one message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnPhone {
    /// Nobody watched the phone.
    #[default]
    NotWatched,
    /// The phone was watched and showed nothing of it.
    Nothing,
    Shown,
    /// It reached the phone and was kept from being shown.
    Kept,
}

impl OnPhone {
    /// From a wait; `watched` says whether the phone itself (adb or its log) was among the sources.
    pub fn of(waited: Option<&Waited>, watched: bool) -> Self {
        let display = |w: &Waited| w.reason.as_ref().is_some_and(|r| r.link == Link::Display);
        match waited {
            Some(w) if w.ended == Ended::Shown => OnPhone::Shown,
            Some(w) if w.ended == Ended::Failed && display(w) => OnPhone::Kept,
            // Nothing was seen for as long as it was looked; a wait that was broken off is too short.
            Some(w) if watched && matches!(w.ended, Ended::Timeout | Ended::Failed) => OnPhone::Nothing,
            _ => OnPhone::NotWatched,
        }
    }
}

/// One of the two sends.
#[derive(Clone, Debug)]
pub struct Leg {
    pub state: SendState,
    pub step: Step,
    /// The codes of the answer, the one that decides first.
    pub codes: Vec<CodeRef>,
    /// What a server log or a receipt says of it afterwards, where that is no success.
    pub later: Option<CodeRef>,
    pub phone: OnPhone,
    /// What the phone showed may be another message: its line names neither an id nor a text.
    pub unsure: bool,
    /// It carried the vendor's flag for test messages, which go past quotas and reviews.
    pub test: bool,
}

impl Leg {
    /// From the send and the wait for it; `watched` says whether the phone itself (adb or its log)
    /// was among the sources.
    pub fn of(outcome: &Outcome, waited: Option<&Waited>, watched: bool, test: bool) -> Self {
        let phone = OnPhone::of(waited, watched);
        let reason = waited.and_then(|w| w.reason.as_ref());
        Leg {
            state: outcome.state,
            step: outcome.step,
            codes: outcome.codes.clone(),
            later: waited.filter(|w| w.ended == Ended::Failed).and_then(later),
            phone,
            unsure: phone == OnPhone::Shown && reason.is_some_and(|r| r.tie == Tie::Time),
            test,
        }
    }
}

/// The code by which a link before the display failed afterwards.
fn later(waited: &Waited) -> Option<CodeRef> {
    let reason = waited.reason.as_ref().filter(|r| r.link != Link::Display)?;
    let links = waited.diagnosis.chains.iter().flat_map(|c| &c.links);
    let code = links
        .filter(|j| j.link == reason.link && j.finding == reason.finding)
        .find_map(|j| j.code.as_ref())?;
    Some(CodeRef {
        vendor: code.vendor.clone(),
        side: code.side.clone(),
        code: code.code.clone(),
        known: code.kind.is_some(),
    })
}

/// What MPS's device state says of the target.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Whether MPS holds a vendor token.
    pub vendor_token: Option<bool>,
    /// The vendor that MPS takes the phone for, as a catalogue id.
    pub vendor: Option<String>,
    pub online: Option<bool>,
}

/// The verdict.
#[derive(Clone, Debug)]
pub struct Bisection {
    pub side: Side,
    pub confidence: Confidence,
    pub summary: Bilingual,
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    Shown,
    Kept,
    /// Accepted, and nothing of it on the phone that was watched.
    Lost,
    /// Accepted, and nobody watched.
    Taken,
    Refused(Refusal),
    /// Not sent, or nobody knows.
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    code: Option<CodeRef>,
    /// For the credentials of whoever asked.
    credential: bool,
    quota: bool,
    /// By a vendor, and not by MPS itself.
    by_vendor: bool,
}

impl Fate {
    fn of(leg: &Leg, catalog: &Catalog) -> Self {
        match (leg.phone, &leg.later, leg.state) {
            (OnPhone::Shown, ..) => Fate::Shown,
            (OnPhone::Kept, ..) => Fate::Kept,
            (_, Some(code), _) => Fate::Refused(Refusal::of(Some(code), false, catalog)),
            (_, None, SendState::Refused) => {
                let login = leg.step == Step::Login;
                Fate::Refused(Refusal::of(leg.codes.first(), login, catalog))
            }
            (OnPhone::Nothing, None, SendState::Accepted) => Fate::Lost,
            (_, None, SendState::Accepted) => Fate::Taken,
            (_, None, SendState::Unsent | SendState::Unknown) => Fate::Nothing,
        }
    }
}

impl Refusal {
    fn of(code: Option<&CodeRef>, login: bool, catalog: &Catalog) -> Self {
        let kind = code.and_then(|c| catalog.code(&c.vendor, &c.side, &c.code)).map(|c| c.kind);
        Refusal {
            code: code.cloned(),
            credential: login || kind == Some(Kind::Credential),
            quota: kind == Some(Kind::Quota),
            by_vendor: code.is_some_and(|c| catalog.vendor(&c.vendor).is_some_and(|v| v.channel)),
        }
    }

    /// The credentials of the sender: MPS itself refused before anything was tried.
    fn own_credentials(&self) -> bool {
        self.credential && !self.by_vendor
    }

    fn same_as(&self, other: &Refusal) -> bool {
        let key = |r: &Refusal| r.code.as_ref().map(|c| (c.vendor.clone(), c.code.clone()));
        key(self).is_some() && key(self) == key(other)
    }
}

/// Compares a message through MPS with one that went straight to `vendor`. `formal` is a further
/// direct send without the test flag, where one was made.
pub fn bisect(
    catalog: &Catalog,
    vendor: &str,
    mps: &Leg,
    direct: &Leg,
    formal: Option<&Leg>,
    known: &Known,
) -> Bisection {
    let said = compare(catalog, vendor, mps, direct, formal, known);
    match [Some(mps), Some(direct), formal].into_iter().flatten().any(|leg| leg.unsure) {
        true => words::unsure(said),
        false => said,
    }
}

fn compare(
    catalog: &Catalog,
    vendor: &str,
    mps: &Leg,
    direct: &Leg,
    formal: Option<&Leg>,
    known: &Known,
) -> Bisection {
    let (m, mut d) = (Fate::of(mps, catalog), Fate::of(direct, catalog));
    let words = words::Words::new(catalog, vendor, known);
    if direct.test && d == Fate::Shown && m != Fate::Shown {
        match formal.map(|formal| Fate::of(formal, catalog)) {
            // The flag made no difference.
            Some(Fate::Shown) => {}
            Some(other @ (Fate::Lost | Fate::Refused(_))) => {
                return words.only_with_the_flag(&other, Confidence::Medium);
            }
            // A message without the flag says more than one with it.
            Some(other) => d = other,
            None => match &m {
                Fate::Refused(r) if r.quota && r.by_vendor => {
                    return words.only_with_the_flag(&m, Confidence::Medium);
                }
                Fate::Lost => return words.perhaps_the_flag(),
                _ => {}
            },
        }
    }
    judge(&m, &d, &words)
}

fn judge(m: &Fate, d: &Fate, words: &words::Words<'_>) -> Bisection {
    use Confidence::{High, Low, Medium};
    match (m, d) {
        (Fate::Shown, Fate::Shown) => words.both_shown(),
        (Fate::Shown, other) => words.mps_shown(other),
        (Fate::Kept, Fate::Shown) => words.mps_kept_direct_shown(),
        (Fate::Kept, Fate::Kept) => words.kept(words::Which::Both, High),
        (Fate::Kept, _) => words.kept(words::Which::Mps, High),
        (Fate::Lost | Fate::Taken, Fate::Kept) => words.kept(words::Which::Direct, High),
        (Fate::Nothing, Fate::Kept) => words.kept(words::Which::Direct, Medium),
        (Fate::Refused(r), Fate::Shown | Fate::Kept | Fate::Lost | Fate::Taken | Fate::Nothing)
            if r.own_credentials() =>
        {
            words.mps_credentials(r, d)
        }
        (Fate::Refused(r), Fate::Shown | Fate::Taken) => words.mps_refused(r, d, High),
        (Fate::Refused(r), Fate::Kept | Fate::Lost) => words.mps_refused(r, d, Medium),
        (Fate::Refused(r), Fate::Nothing) if !r.by_vendor => words.mps_refused(r, d, Low),
        (Fate::Refused(m), Fate::Refused(d)) if m.same_as(d) => words.same_code(d),
        (_, Fate::Refused(d)) if d.credential => words.direct_credentials(m, d),
        (Fate::Refused(m), Fate::Refused(d)) if !m.by_vendor && !m.credential => words.both_refused(m, d),
        (_, Fate::Refused(d)) => words.direct_refused(m, d),
        (Fate::Lost, Fate::Shown) => words.lost_in_mps(),
        (Fate::Lost, Fate::Lost) => words.lost_on_the_phone(),
        (Fate::Lost | Fate::Taken, Fate::Taken | Fate::Lost) => words.nobody_watched(),
        (Fate::Taken, Fate::Shown) => words.mps_not_watched(),
        (Fate::Nothing, _) | (_, Fate::Nothing) => words.no_outcome(m, d),
    }
}
