//! Whether something tells what became of the message: what counts, and by what it is known to be
//! this message and no other.

use std::collections::HashSet;

use crate::catalog::{Catalog, Channel, Confidence, Link};
use crate::diagnosis::{Diagnosis, Judgement, State};
use crate::evidence::{Evidence, Place, Says};
use crate::send::watch::Since;
use crate::source::Case;
use crate::source::server_log::record::Record;

use super::{Ended, Sent};

/// The server's clock and this computer's differ by no more than this, in microseconds.
const SERVER_ROUGH: i64 = 5_000_000;
/// A shorter title or content is no mark of a message.
const MARK: usize = 6;

/// By what a line is known to be about the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// It came after the send by the right way, and names neither an id nor a text.
    Time,
    /// It holds the title or the content.
    Content,
    /// It names the message.
    Message,
}

/// What ended the wait.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The link that shows it: display, or forward where the message is only seen to arrive.
    pub link: Link,
    pub tie: Tie,
    /// The finding of a failure.
    pub finding: String,
    pub place: Option<Place>,
}

impl Reason {
    /// Whether nothing that may follow could say otherwise.
    pub fn is_sure(&self) -> bool {
        self.link == Link::Display && self.tie > Tie::Time
    }
}

/// What is at hand to tell.
pub(super) struct Told<'a> {
    pub catalog: &'a Catalog,
    pub sent: &'a Sent,
    pub logs: Vec<&'a Since>,
    /// Inputs from here on are watched ones of the server's side.
    pub watched: usize,
    pub old_rows: &'a HashSet<String>,
    /// By how much this computer's clock is ahead of the phone's, on which all times are.
    pub skew: i64,
    pub case: &'a Case,
    pub diagnosis: &'a Diagnosis,
}

/// Whether a line says what its message shows: then another text is another message's. Other data
/// of the app in its place says nothing.
fn speaks_of_text(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["title", "content", "body", "text", "标题", "内容"].iter().any(|word| lower.contains(word))
}

impl Told<'_> {
    pub fn find(&self) -> Option<(Ended, Reason)> {
        let seen = self
            .case
            .evidence
            .iter()
            .filter_map(|e| self.seen(e))
            .max_by_key(|r| (r.tie, r.link == Link::Display));
        if let Some(seen) = seen.as_ref().filter(|s| s.is_sure()) {
            return Some((Ended::Shown, seen.clone()));
        }
        if let Some(failed) = self.failed() {
            return Some((Ended::Failed, failed));
        }
        let seen = seen.or_else(|| self.shown_by_the_server());
        seen.map(|seen| (Ended::Shown, seen))
    }

    /// Whether a line of the phone shows this message, or shows it arriving.
    fn seen(&self, e: &Evidence) -> Option<Reason> {
        if e.says != Says::Pass || !matches!(e.link, Link::Display | Link::Forward) || e.server || e.other_sdk
        {
            return None;
        }
        if self.is_of_another_app(e) {
            return None;
        }
        let names_text = self.names_text(&e.rule);
        let fresh = e.places.iter().filter(|place| self.is_new_line(place));
        let tied = fresh.filter_map(|place| Some((self.tie(e, place, names_text)?, place)));
        let (tie, place) = tied.max_by_key(|(tie, _)| *tie)?;
        Some(Reason { link: e.link, tie, finding: String::new(), place: Some(place.clone()) })
    }

    fn is_of_another_app(&self, e: &Evidence) -> bool {
        let differs = |ours: &Option<String>, its: Option<&str>| {
            ours.as_deref().zip(its).is_some_and(|(ours, its)| ours != its)
        };
        let by_vendor = differs(&self.sent.vendor, e.vendor.as_deref())
            || self.sent.vendor.is_some() && e.channel == Some(Channel::SelfBuilt);
        // A line that names no app, on a phone where only others are seen to push.
        let strangers = |ours: &String| {
            let apps = &self.case.log.push_apps;
            e.package.is_none() && !apps.is_empty() && !apps.contains(ours)
        };
        by_vendor
            || differs(&self.sent.package, e.package.as_deref())
            || self.sent.package.as_ref().is_some_and(strangers)
    }

    /// By what a line is this message's; `None` if it is another's.
    fn tie(&self, e: &Evidence, place: &Place, names_text: bool) -> Option<Tie> {
        let text = place.text.as_str();
        let ids = || self.sent.ids.iter().filter(|id| id.len() >= MARK);
        if e.message.as_ref().is_some_and(|id| self.sent.ids.contains(id))
            || ids().any(|id| text.contains(id))
        {
            return Some(Tie::Message);
        }
        // A title may be that of many messages, and so may be a short content.
        let holds = |mark: &str| !mark.trim().is_empty() && text.contains(mark.trim());
        let (title, content) = (self.sent.title.as_str(), self.sent.content.as_str());
        let long = |mark: &str| mark.trim().chars().count() >= MARK;
        if holds(content) && (long(content) || holds(title))
            || content.is_empty() && long(title) && holds(title)
        {
            return Some(Tie::Content);
        }
        let has_marks = !(title.trim().is_empty() && content.trim().is_empty());
        match &e.message {
            // A vendor gives messages ids of its own; without ours at hand it may be this one.
            Some(_) if e.channel == Some(Channel::Vendor) && self.sent.vendor_id.is_none() => Some(Tie::Time),
            Some(_) => None,
            None if names_text && has_marks && speaks_of_text(text) => None,
            None => Some(Tie::Time),
        }
    }

    /// Whether lines of this signature hold what is shown, so that another text is another message.
    fn names_text(&self, rule: &str) -> bool {
        let signature = self.catalog.signatures().find(|s| s.id == rule);
        signature.is_some_and(|s| s.pattern.contains("(?P<content>") || s.pattern.contains("(?P<title>"))
    }

    fn is_new_line(&self, place: &Place) -> bool {
        self.logs.iter().any(|log| log.is_new(place, self.sent.at))
    }

    /// Whether a row of the server's side came after the send.
    fn is_new_row(&self, place: &Place) -> bool {
        place.input >= self.watched
            && !self.old_rows.contains(&place.text)
            && place.time.is_none_or(|time| {
                time.saturating_add(self.skew) >= self.sent.at.saturating_sub(SERVER_ROUGH)
            })
    }

    /// Whether a row is not about another message. One that names none is about the target, as the
    /// chain joined it.
    fn is_ours(&self, place: &Place) -> bool {
        let here = |r: &&Record| {
            (r.place.input, r.place.line) == (place.input, place.line) && r.place.text == place.text
        };
        let ids_of = |r: &Record| [r.msg_id.clone(), r.core_msg_id.clone(), r.vendor_msg_id.clone()];
        let mut ours: HashSet<String> =
            self.sent.ids.iter().cloned().chain(self.sent.vendor_id.clone()).collect();
        // Rows that name two ids tie them.
        for record in &self.case.records {
            if ids_of(record).iter().any(|id| ours.contains(id)) {
                ours.extend(ids_of(record).into_iter().filter(|id| !id.is_empty()));
            }
        }
        let records: Vec<&Record> = self.case.records.iter().filter(here).collect();
        records.is_empty()
            || records.iter().any(|r| {
                let named: Vec<String> = ids_of(r).into_iter().filter(|id| !id.is_empty()).collect();
                named.is_empty() || named.iter().any(|id| ours.contains(id))
            })
    }

    fn judgements(&self) -> impl Iterator<Item = &Judgement> {
        self.diagnosis.chains.iter().filter(|c| c.aside.is_none()).flat_map(|c| &c.links)
    }

    /// A link from the hand-over on that failed after the send.
    fn failed(&self) -> Option<Reason> {
        const LINKS: [Link; 4] = [Link::Accept, Link::Route, Link::Forward, Link::Display];
        // The vendor's answer to this message may break the report: the token is no longer valid.
        let told = |j: &Judgement| {
            let row = |p: &Place| self.is_new_row(p) && self.is_ours(p);
            LINKS.contains(&j.link) || j.link == Link::Report && j.evidence.iter().any(row)
        };
        let failures =
            self.judgements().filter(|j| j.state == State::Fail && j.confidence > Confidence::Low && told(j));
        failures
            .filter_map(|j| {
                let new = |p: &&Place| self.is_new_line(p) || self.is_new_row(p) && self.is_ours(p);
                let place = j.evidence.iter().find(new)?;
                let tie = if self.is_new_line(place) { Tie::Time } else { Tie::Message };
                Some(Reason { link: j.link, tie, finding: j.finding.clone(), place: Some(place.clone()) })
            })
            .next()
    }

    /// A vendor's receipt that says the phone got it, and nothing that it was not shown.
    fn shown_by_the_server(&self) -> Option<Reason> {
        let shown = self.judgements().find(|j| {
            j.link == Link::Display
                && j.state == State::Pass
                && j.confidence > Confidence::Low
                && j.evidence.iter().any(|p| self.is_new_row(p) && self.is_ours(p))
        })?;
        let place = shown.evidence.iter().find(|p| self.is_new_row(p)).cloned();
        Some(Reason { link: Link::Display, tie: Tie::Message, finding: String::new(), place })
    }
}
