//! What a joined record is evidence of. The catalogue says what its code means; here is only what a
//! record says without one, and which links a success passes.

use std::collections::HashMap;

use super::join::Joined;
use super::keys::TokenAge;
use super::skew::Skew;
use super::words;
use crate::catalog::{Catalog, Channel, Code, Confidence, Effect, Kind, Link, Text};
use crate::evidence::{CodeRef, Evidence, Place, Says};
use crate::lang::Bilingual;
use crate::source::server_log::record::{Record, RecordKind};

/// What makes two pieces of evidence the same: link, what it says, vendor, app, what is told of it,
/// rule, channel, and whether a token is called invalid.
type Key = (Link, Says, Option<Text>, Option<String>, String, Text, Option<Channel>, bool);

/// Within so many microseconds a row of the taking and a receipt are of one send, not of two.
const ONE_SEND: i64 = 5_000_000;

/// What makes evidence of records.
pub struct Maker<'a> {
    pub catalog: &'a Catalog,
    pub skew: Option<Skew>,
    /// The message that the user asked for: its id, and which of the groups it is.
    pub message: Option<(&'a str, Option<usize>)>,
    /// When the first record of that message was written, by the server's clock.
    pub as_of: Option<i64>,
    /// A record shows that MPS knows the phone's present token.
    pub knows_current: bool,
    /// When a server took each message, by its group: a receipt of it is later, whatever the clocks
    /// of the two say.
    pub taken: HashMap<usize, i64>,
    /// Route rules, compiled.
    pub rules: Vec<(regex::Regex, bool, Bilingual, String)>,
    pub out: Vec<Evidence>,
    keys: HashMap<Key, usize>,
    /// Records of other messages, which do not judge the one in hand.
    pub other_messages: u64,
}

impl<'a> Maker<'a> {
    pub fn new(catalog: &'a Catalog, skew: Option<Skew>) -> Self {
        let rules = catalog.vendors().flat_map(|v| v.route.iter()).filter_map(|rule| {
            let says = Bilingual::new(rule.en.as_ref(), rule.zh.as_ref());
            Some((regex::Regex::new(&rule.pattern).ok()?, rule.asked, says, rule.source.to_string()))
        });
        Maker {
            catalog,
            skew,
            message: None,
            as_of: None,
            knows_current: false,
            taken: HashMap::new(),
            rules: rules.collect(),
            out: Vec::new(),
            keys: HashMap::new(),
            other_messages: 0,
        }
    }

    /// Takes one record.
    pub fn take(&mut self, joined: &Joined<'_>, package: Option<String>) {
        let record = joined.record;
        let in_hand = match self.message {
            None => true,
            Some((_, root)) => root.is_some() && joined.message == root,
        };
        let entry = record.code.as_ref().and_then(|c| self.catalog.code(&c.vendor, &c.side, &c.code));
        if !in_hand && record.kind != RecordKind::Report {
            // That the token was invalid before the message was sent concerns it too.
            let before = record.place.time.zip(self.as_of).is_some_and(|(t, at)| t <= at);
            if !(before && entry.is_some_and(|c| c.token_stale)) {
                self.other_messages += 1;
                return;
            }
        }
        let mut base = self.base(joined, package);
        if in_hand && let Some((message, Some(_))) = self.message {
            base.message = Some(message.to_owned());
        }
        match record.kind {
            RecordKind::Report => self.report(joined, base, entry),
            RecordKind::Accept => self.accept(joined, base, entry),
            RecordKind::Forward => self.forward(joined, base, entry),
            RecordKind::Receipt => self.receipt(joined, base, entry),
            RecordKind::Other => {}
        }
    }

    /// What all evidence of a record has in common.
    fn base(&self, joined: &Joined<'_>, package: Option<String>) -> Evidence {
        let record = joined.record;
        let taken = joined.message.filter(|_| record.kind == RecordKind::Receipt);
        let taken = taken.and_then(|message| self.taken.get(&message).copied());
        let time = record.place.time.map(|time| match taken {
            Some(taken) if (0..=ONE_SEND).contains(&taken.saturating_sub(time)) => taken.saturating_add(1),
            _ => time,
        });
        let place =
            Place { time: time.map(|t| Skew::to_phone(self.skew.as_ref(), t)), ..record.place.clone() };
        Evidence {
            package: Some(record.package.clone()).filter(|p| !p.is_empty()).or(package),
            basis: record.basis,
            confidence: record.confidence.min(joined.by.confidence()),
            server: true,
            direct: record.direct,
            count: 1,
            places: vec![place],
            ..Evidence::default()
        }
    }

    fn report(&mut self, joined: &Joined<'_>, base: Evidence, entry: Option<&Code>) {
        let record = joined.record;
        let last = record.operation.rsplit('.').next().unwrap_or_default();
        let bind = last.eq_ignore_ascii_case("bind") || last.eq_ignore_ascii_case("unbind");
        let mut e =
            Evidence { link: Link::Report, rule: "server.report".into(), user_targets_only: bind, ..base };
        let good =
            judge_code(&mut e, record, entry, if bind { "report.bind-refused" } else { "report.refused" });
        e.link = Link::Report;
        if good && (bind || matches!(joined.age, TokenAge::Older(_)) && !newer_than_phone(joined, self.skew))
        {
            // A bound user says nothing of the vendor token, nor does a token that was replaced since.
            e.says = Says::Note;
        }
        self.add(e);
    }

    fn accept(&mut self, joined: &Joined<'_>, base: Evidence, entry: Option<&Code>) {
        let record = joined.record;
        let mut e = Evidence { link: Link::Accept, rule: "server.accept".into(), ..base.clone() };
        let good = judge_code(&mut e, record, entry, "accept.refused");
        if good {
            e.link = Link::Accept;
        }
        self.add(e);
        self.route(record, base);
    }

    fn forward(&mut self, joined: &Joined<'_>, base: Evidence, entry: Option<&Code>) {
        let record = joined.record;
        if !record.direct {
            self.route(record, base.clone());
        }
        let mut e = Evidence {
            link: Link::Forward,
            rule: "server.forward".into(),
            channel: record.channel.or_else(|| self.vendor_of(record).map(|_| Channel::Vendor)),
            vendor: self.vendor_of(record).map(Text::Owned),
            ..base
        };
        let good = judge_code(&mut e, record, entry, "forward.refused");
        if good {
            e.link = Link::Forward;
            if matches!(joined.age, TokenAge::Older(_)) {
                e.says = Says::Note;
            }
        }
        if record.direct && (e.token_stale || e.link == Link::Report) {
            // Whether MPS holds this token was not the question.
            (e.link, e.token_stale) = (Link::Forward, false);
        }
        self.stale(&mut e, joined);
        self.add(e);
    }

    fn receipt(&mut self, joined: &Joined<'_>, base: Evidence, entry: Option<&Code>) {
        let record = joined.record;
        let vendor = self.vendor_of(record);
        let channel = record.channel.or(vendor.as_ref().map(|_| Channel::Vendor));
        let e = Evidence { rule: "server.receipt".into(), channel, vendor: vendor.map(Text::Owned), ..base };
        let mut judged = Evidence { link: Link::Forward, ..e.clone() };
        let good = judge_code(&mut judged, record, entry, "forward.refused");
        let older = matches!(joined.age, TokenAge::Older(_));
        if good {
            let seen = entry.is_some_and(|c| c.seen);
            let says = if older { Says::Note } else { Says::Pass };
            let at_most = if seen { Confidence::High } else { Confidence::Medium };
            let rule = if seen { "server.receipt-seen" } else { "server.receipt" };
            self.add(Evidence { link: Link::Forward, says, ..judged.clone() });
            self.add(Evidence {
                link: Link::Display,
                says,
                rule: rule.into(),
                confidence: judged.confidence.min(at_most),
                ..judged
            });
            return;
        }
        // What kept the phone from showing the message says that it came so far.
        let reached = judged.link == Link::Display && !judged.token_stale && !older;
        if reached && matches!(judged.says, Says::Fail | Says::Warn) {
            let confidence = judged.confidence.min(Confidence::Medium);
            self.add(Evidence { link: Link::Forward, says: Says::Pass, confidence, ..e });
        }
        self.stale(&mut judged, joined);
        self.add(judged);
    }

    /// An answer that calls a token invalid. That of a token which the phone has replaced since says
    /// nothing today; if it came after the new token, MPS still sends to the old one.
    fn stale(&self, e: &mut Evidence, joined: &Joined<'_>) {
        let TokenAge::Older(since) = joined.age else { return };
        let answered = e.places.first().and_then(|p| p.time);
        let outdated = since.zip(answered).is_none_or(|(since, answered)| answered < since);
        if outdated || self.knows_current || !e.token_stale {
            e.says = Says::Note;
            e.token_stale = false;
            e.remark = words::older_token();
        } else {
            e.remark = words::sends_to_older_token();
        }
    }

    /// By which channel the message went, and whether the sender asked for that.
    fn route(&mut self, record: &Record, base: Evidence) {
        let text = format!("{} {} {} {}", record.place.text, record.operation, record.class, record.message);
        let hit = |asked: bool| self.rules.iter().find(|r| r.1 == asked && r.0.is_match(&text));
        let (asked, likely) = (hit(true).cloned(), hit(false).cloned());
        let why = |rule: &(regex::Regex, bool, Bilingual, String)| (rule.2.clone(), rule.3.clone());
        let route =
            Evidence { link: Link::Route, channel: record.channel, rule: "server.route".into(), ..base };
        match (record.channel, asked, likely) {
            (Some(Channel::Vendor), ..) => {
                let vendor = self.vendor_of(record).map(Text::Owned);
                self.add(Evidence { says: Says::Pass, vendor, ..route });
            }
            (_, Some(rule), _) => {
                let (remark, source) = why(&rule);
                let channel = Some(Channel::SelfBuilt);
                self.add(Evidence { says: Says::Pass, channel, remark, source, ..route });
            }
            (Some(Channel::SelfBuilt), None, likely) => {
                let (remark, source) = likely.as_ref().map(why).unwrap_or_default();
                // What came through all the same works only while the app lives.
                let acked = self.acked(record);
                self.add(Evidence {
                    says: if acked { Says::Warn } else { Says::Fail },
                    finding: "route.self-built".to_owned(),
                    remark,
                    source,
                    ..route
                });
            }
            (None, None, Some(rule)) => {
                let (remark, source) = why(&rule);
                let confidence = Confidence::Low;
                let finding = "route.self-built".to_owned();
                self.add(Evidence { says: Says::Warn, finding, remark, source, confidence, ..route });
            }
            (None, None, None) => {}
        }
    }

    /// Whether the phone confirmed the message.
    fn acked(&self, record: &Record) -> bool {
        let entry = record.code.as_ref().and_then(|c| self.catalog.code(&c.vendor, &c.side, &c.code));
        record.ok == Some(true)
            || entry.is_some_and(|c| c.vendor == "mps" && c.kind == Kind::Ok && c.link != Link::Accept)
    }

    /// The vendor of a record, or of its code, if phones can have its channel.
    fn vendor_of(&self, record: &Record) -> Option<String> {
        let of_code = record.code.as_ref().map(|c| c.vendor.as_str());
        let channel = |id: &&str| self.catalog.vendor(id).is_some_and(|v| v.channel);
        record.vendor.as_deref().filter(channel).or(of_code.filter(channel)).map(str::to_owned)
    }

    /// Adds evidence; repeats are counted.
    pub fn add(&mut self, e: Evidence) {
        if e.link == Link::None {
            return;
        }
        let key = (
            e.link,
            e.says,
            e.vendor.clone(),
            e.package.clone(),
            format!("{} {:?} {}", e.finding, e.message, e.remark.en),
            e.rule.clone(),
            e.channel,
            e.token_stale,
        );
        if let Some(known) = self.keys.get(&key).and_then(|at| self.out.get_mut(*at)) {
            // The surest of equals speaks for all; each has been joined on its own.
            known.confidence = known.confidence.max(e.confidence);
            if let Some(place) = e.places.into_iter().next() {
                known.repeat(place);
            }
            return;
        }
        self.keys.insert(key, self.out.len());
        self.out.push(e);
    }
}

/// Whether the record was written after the phone showed its present token.
fn newer_than_phone(joined: &Joined<'_>, skew: Option<Skew>) -> bool {
    let TokenAge::Older(Some(since)) = joined.age else { return false };
    joined.record.place.time.is_some_and(|t| Skew::to_phone(skew.as_ref(), t) > since)
}

/// Puts what the catalogue knows of the record's code into the evidence. True if the record tells of
/// a success.
fn judge_code(e: &mut Evidence, record: &Record, entry: Option<&Code>, refused: &str) -> bool {
    match (&record.code, entry, record.ok) {
        (_, Some(entry), _) if entry.kind == Kind::Ok => {
            e.says = Says::Pass;
            true
        }
        (Some(_), Some(entry), ok) => {
            apply(e, entry);
            // The answer to a send that was refused, or "some of the targets failed", said of the one
            // that did.
            let answer = record.direct || record.kind == RecordKind::Accept;
            if ok == Some(false) && (answer || entry.kind == Kind::Token && e.says == Says::Warn) {
                e.says = Says::Fail;
            }
            false
        }
        (Some(code), None, ok) if ok != Some(true) => {
            e.says = Says::Fail;
            e.confidence = e.confidence.min(Confidence::Medium);
            e.finding = format!("{}.{}.{}", code.vendor, code.side, code.code);
            e.code = Some(CodeRef { known: false, ..code.clone() });
            false
        }
        (_, None, Some(true)) => {
            e.says = Says::Pass;
            true
        }
        (None, None, Some(false)) => {
            e.says = Says::Fail;
            e.confidence = e.confidence.min(Confidence::Medium);
            e.finding = refused.to_owned();
            false
        }
        _ => false,
    }
}

/// What the catalogue says of a code that is no success.
pub fn apply(e: &mut Evidence, entry: &Code) {
    if entry.link != Link::None {
        e.link = entry.link;
    }
    e.retry = Some(entry.retry);
    e.token_stale = entry.token_stale;
    e.says = match entry.effect() {
        Effect::Fail => Says::Fail,
        Effect::Warn => Says::Warn,
        Effect::Guard => Says::Guard,
        Effect::None | Effect::Unknown => Says::Note,
    };
    e.finding = entry.finding();
    e.code = Some(CodeRef {
        vendor: entry.vendor.to_string(),
        side: entry.side.to_string(),
        code: entry.code.to_string(),
        known: true,
    });
}
