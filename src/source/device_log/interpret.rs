//! What one log line tells: from the signatures it trips to evidence.

mod calls;
mod identities;
mod wording;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::catalog::matcher::{Match, Matcher};
use crate::catalog::{Basis, Catalog, Code, Confidence, Effect, Kind, Link, Outcome, Role, Signature, Text};
use crate::evidence::{CodeRef, Evidence, Place, Says};
use crate::read::logcat::{Format, parse};
use crate::source::clock::Clock;
use crate::source::identity::{IdKind, Identity};
use crate::source::moment::Window;
use crate::source::{LogFacts, Proxy, SeenAppId};

use super::collect::Collected;
use super::family::{self, About, FamilyReader, Mood};
use super::processes::{Process, Processes, user_of};
use super::rpc::{Call, Calls, Pending};

/// The state that goes from line to line.
#[derive(Clone)]
pub struct Interpreter<'c> {
    catalog: &'c Catalog,
    matcher: &'c Matcher<'c>,
    family: Rc<FamilyReader<'c>>,
    pub collected: Collected,
    pub processes: Processes,
    pub facts: LogFacts,
    calls: Calls,
    /// Processes of the push component that no line has named yet, by input.
    push_pids: BTreeMap<(usize, u32), u64>,
    /// RPC failures that were attributed lately: the same error is logged by several layers.
    attributed: Vec<(Place, String)>,
    enqueued: Option<(Place, String)>,
    arrived: Option<(Place, String)>,
    versions: Vec<VersionSeen>,
    /// Only lines of this time count.
    pub window: Window,
    /// Lines that could tell something stood inside the window.
    pub seen_inside: bool,
    /// And outside of it.
    pub seen_outside: bool,
}

/// A version of a vendor's service, or the lowest that its SDK wants.
#[derive(Clone)]
struct VersionSeen {
    vendor: String,
    pid: Option<u32>,
    installed: Option<u64>,
    wanted: Option<u64>,
}

/// A line of the log, taken apart and placed.
struct Seen<'t> {
    message: &'t str,
    place: Place,
    package: Option<String>,
    user: Option<u32>,
    push_process: bool,
    /// The line lies in the time window.
    inside: bool,
}

/// Longer names and ids are not what they seem.
const LONGEST: usize = 256;

/// The system hid a notification at most this long after it arrived, in microseconds.
const JOIN: i64 = 2_000_000;

impl<'c> Interpreter<'c> {
    pub fn new(catalog: &'c Catalog, matcher: &'c Matcher<'c>) -> Self {
        Interpreter {
            catalog,
            matcher,
            family: Rc::new(FamilyReader::new(catalog)),
            collected: Collected::default(),
            processes: Processes::default(),
            facts: LogFacts::default(),
            calls: Calls::default(),
            push_pids: BTreeMap::new(),
            attributed: Vec::new(),
            enqueued: None,
            arrived: None,
            versions: Vec::new(),
            window: Window::default(),
            seen_inside: false,
            seen_outside: false,
        }
    }

    /// Takes one line that holds literals of the catalogue.
    #[allow(clippy::too_many_arguments)]
    pub fn line(
        &mut self,
        input: usize,
        number: u64,
        text: &str,
        head: Option<&str>,
        literals: &[u32],
        hint: Format,
        clock: &Clock,
    ) {
        // Copies from pages and chats bring wide blanks and signs; what is shown stays as it was.
        let plain = plain_signs(text);
        let line = parse(&plain, head, hint);
        let matches = self.matcher.matches(&line, literals);
        if matches.is_empty() {
            return;
        }
        let place = Place {
            input,
            line: number,
            stamp: line.time,
            time: line.time.and_then(|s| clock.micros(&s)),
            pid: line.pid,
            tid: line.tid,
            tag: line.tag.map(|t| t.trim().to_owned()),
            text: shorten(text),
            entry: None,
        };
        let inside = self.window.holds(place.time, clock);
        self.seen_inside |= inside;
        self.seen_outside |= !inside;
        let user = line.uid.and_then(user_of);
        if let (Some(name), Some(pid)) = (line.process, line.pid)
            && let Some(process) = Process::from_name(name, user)
        {
            self.processes.learn(input, number, pid, process);
        }
        let own = line.process.and_then(|n| Process::from_name(n, user));
        let process =
            own.or_else(|| line.pid.and_then(|p| self.processes.get(input, p, place.time)).cloned());
        let seen = Seen {
            message: line.message,
            package: process.as_ref().map(|p| p.package.clone()),
            user: user.or(process.as_ref().and_then(|p| p.user)),
            push_process: process.is_some_and(|p| p.push),
            inside,
            place,
        };
        if !inside {
            // A process that started before the window still runs in it.
            let processes = [Some(Role::ProcessStart), Some(Role::ProcessEnd)];
            for hit in matches.iter().filter(|m| processes.contains(&m.signature.role)) {
                self.take(hit, &seen);
            }
            return;
        }
        for pending in self.calls.expired(&seen.place) {
            self.unclaimed(pending);
        }
        let foreign = matches.iter().any(|m| m.signature.role == Some(Role::Foreign));
        for hit in matches.iter().filter(|m| !foreign || m.signature.role == Some(Role::Foreign)) {
            self.take(hit, &seen);
        }
    }

    /// The next lines of this input are of another time since the phone started: process ids that
    /// are known so far are settled and forgotten.
    pub fn new_boot(&mut self, input: usize) {
        self.attribute();
        self.doubt_strangers();
        self.processes.forget(input);
        self.push_pids.retain(|(of, _), _| *of != input);
    }

    /// A vendor's SDK speaks in every app. Where all processes of the apps in question are known by
    /// their starts, a line of an unknown process is another app's, or at least nobody's.
    fn doubt_strangers(&mut self) {
        let apps = &self.facts.push_apps;
        let processes = &self.processes;
        let named = processes.first_named();
        let all_named = |input: usize, app: &str, line: u64| {
            named.get(&(input, app)).is_some_and(|of| of.iter().all(|at| at.is_some_and(|at| at < line)))
        };
        for evidence in self.collected.evidence.iter_mut().filter(|e| e.says == Says::Fail) {
            let Some(place) = evidence.places.first() else { continue };
            let own = evidence.rule.starts_with("mps.") || evidence.rule.contains("mpaas");
            let stranger = evidence.package.is_none()
                && !own
                && place.pid.is_some_and(|pid| !processes.knows(place.input, pid))
                && !apps.is_empty()
                && apps.iter().all(|app| all_named(place.input, app, place.line));
            if stranger {
                evidence.says = Says::Warn;
                evidence.unattributed = true;
                evidence.confidence = Confidence::Low;
            }
        }
    }

    /// Gives lines to processes that a later line named.
    fn attribute(&mut self) {
        let processes = &self.processes;
        for evidence in &mut self.collected.evidence {
            let Some(place) = evidence.places.first() else { continue };
            if evidence.package.is_none()
                && !is_system(&evidence.rule, evidence)
                && let Some(process) =
                    place.pid.and_then(|p| processes.in_hindsight(place.input, place.line, p))
            {
                evidence.package = Some(process.package.clone());
                evidence.user = evidence.user.or(process.user);
            }
        }
        for id in self.facts.identities.all.iter_mut().filter(|i| i.package.is_none()) {
            let place = &id.place;
            if let Some(process) = place.pid.and_then(|p| processes.in_hindsight(place.input, place.line, p))
            {
                id.package = Some(process.package.clone());
            }
        }
        for ((input, pid), line) in &self.push_pids {
            if let Some(process) = processes.in_hindsight(*input, *line, *pid) {
                self.facts.push_app(&process.package);
                self.facts.push_process |= process.push;
            }
        }
    }

    /// Everything that waited for a later line.
    pub fn finish(&mut self) {
        for pending in self.calls.rest() {
            self.unclaimed(pending);
        }
        self.attribute();
        self.doubt_strangers();
        for proxy in &mut self.facts.proxies {
            if proxy.package.is_none() && self.facts.push_apps.len() == 1 {
                proxy.package = self.facts.push_apps.first().cloned();
            }
        }
    }

    /// Under which id an app asks its vendor, once for each that differs.
    fn app_id(&mut self, app_id: &str, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let vendor = hit.signature.vendor.as_deref().unwrap_or(hit.signature.id.as_ref());
        let vendor = vendor.split('.').next().unwrap_or_default();
        let package = hit.group("package").map(str::to_owned).or_else(|| seen.package.clone());
        let ids = &mut self.facts.app_ids;
        let known = ids.iter().any(|a| a.app_id == app_id && a.vendor == vendor && a.package == package);
        if !known && !app_id.is_empty() && ids.len() < 64 {
            ids.push(SeenAppId {
                vendor: vendor.to_owned(),
                app_id: app_id.to_owned(),
                package,
                place: seen.place.clone(),
            });
        }
    }

    fn take(&mut self, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let signature = hit.signature;
        if hit.perhaps {
            let mut evidence = self.evidence(hit, seen, Says::Note);
            evidence.perhaps_pass = true;
            self.collected.add(evidence);
            return;
        }
        let mpaas = is_push_component(signature);
        if mpaas {
            self.facts.push_lines += 1;
            if seen.push_process {
                self.facts.push_process = true;
            }
            match (hit.group("package").or(seen.package.as_deref()), seen.place.pid) {
                (Some(package), _) => self.facts.push_app(package),
                // The line that names the process may come later, as in the event log of a bug report.
                (None, Some(pid)) if self.push_pids.len() < 64 => {
                    self.push_pids.entry((seen.place.input, pid)).or_insert(seen.place.line);
                }
                (None, _) => {}
            }
        }
        self.identities(hit, seen);
        if let Some(app_id) = hit.group("app_id") {
            self.app_id(app_id, hit, seen);
        }
        if let Some(role) = signature.role {
            self.role(role, hit, seen);
        }
        match signature.outcome {
            Outcome::Fact => {}
            Outcome::Note => self.add(hit, seen, Says::Note),
            Outcome::Pass => self.add(hit, seen, Says::Pass),
            Outcome::Warn => self.add(hit, seen, Says::Warn),
            Outcome::Fail => self.add(hit, seen, Says::Fail),
            Outcome::Code => self.code(hit, seen),
        }
    }

    fn role(&mut self, role: Role, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let input = seen.place.input;
        match role {
            Role::Proxy => {
                let name = hit.group("vendor").unwrap_or_default().to_ascii_lowercase();
                let vendor = self.catalog.vendors().find(|v| v.proxies.iter().any(|p| *p == name));
                let vendor = vendor.map_or(name, |v| v.id.to_string());
                if !self.facts.proxies.iter().any(|p| p.vendor == vendor && p.package == seen.package) {
                    self.facts.proxies.push(Proxy { vendor, package: seen.package.clone() });
                }
            }
            Role::Manufacturer => {
                let name = hit.group("manufacturer").unwrap_or_default();
                self.facts.manufacturer = self.catalog.find_vendor(name).map(|v| v.id.to_string());
            }
            Role::ProcessStart => {
                let user = hit.group("uid").and_then(user_of).or(seen.user);
                let name = hit.group("process").or_else(|| hit.group("package"));
                if let (Some(pid), Some(process)) = (
                    hit.group("pid").and_then(|p| p.parse().ok()),
                    name.and_then(|n| Process::from_name(n, user)),
                ) {
                    self.facts.push_process |= process.push;
                    self.processes.learn(input, seen.place.line, pid, process);
                }
            }
            Role::ProcessEnd => {
                let name = hit.group("process").or_else(|| hit.group("package"));
                if let (Some(pid), Some(process)) = (
                    hit.group("pid").and_then(|p| p.parse::<u32>().ok()),
                    name.and_then(|n| Process::from_name(n, seen.user)),
                ) {
                    if self.processes.get(input, pid, seen.place.time).is_none() {
                        self.processes.learn(input, seen.place.line, pid, process);
                    }
                    self.processes.end(input, pid, seen.place.time);
                }
                // Killed because somebody stopped the app.
                if seen.inside && !hit.signature.finding.is_empty() {
                    let mut evidence = self.evidence(hit, seen, Says::Warn);
                    evidence.finding = hit.signature.finding.to_string();
                    self.collected.add(evidence);
                }
            }
            Role::RpcCall => {
                let operation = hit.group("operation");
                let name = operation.or_else(|| hit.group("method")).unwrap_or_default();
                self.calls.called(
                    Call::from_name(name),
                    operation.is_some(),
                    hit.group("thread"),
                    &seen.place,
                );
            }
            Role::RpcOk => {
                if let Some(call) = self.call_of(hit, seen) {
                    self.rpc(call, hit.signature, None, &seen.place, seen.package.clone(), seen.user);
                }
            }
            Role::RpcError => self.rpc_error(hit, seen),
            Role::RpcStack => {
                let call = Call::from_name(hit.group("method").unwrap_or_default());
                for pending in self.calls.claim(&seen.place) {
                    let signature = self.signature_of(&pending);
                    if let Some(signature) = signature {
                        self.rpc(
                            call,
                            signature,
                            Some(&pending.code),
                            &pending.place,
                            seen.package.clone(),
                            seen.user,
                        );
                    }
                }
            }
            Role::Enqueued => {
                if let Some(package) = hit.group("package") {
                    self.enqueued = Some((seen.place.clone(), package.to_owned()));
                }
            }
            Role::UnnamedSuppression => self.unnamed_suppression(hit, seen),
            Role::LogGap => self.facts.gaps += 1,
            Role::Version | Role::VersionPair => self.version(hit, seen),
            Role::TokenDropped if hit.group("code").is_some_and(|c| !self.is_success(hit.signature, c)) => {}
            Role::TokenDropped | Role::AppReset => {
                let mut evidence = self.evidence(hit, seen, Says::Note);
                evidence.link = Link::Token;
                evidence.drops_token = true;
                evidence.finding =
                    if role == Role::AppReset { "token.app-reset" } else { "token.unregistered" }.to_owned();
                self.collected.add(evidence);
            }
            Role::Family | Role::Aggregator => self.family(role, hit, seen),
            Role::AdToken | Role::Foreign => {}
        }
    }

    /// Whether a code of a signature means success.
    fn is_success(&self, signature: &Signature, code: &str) -> bool {
        signature.ok.iter().any(|ok| ok == code)
            || self.find_code(folder(signature), "client", code).is_some_and(|c| c.kind == Kind::Ok)
    }

    fn unnamed_suppression(&mut self, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let place = &seen.place;
        let close = |(at, _): &&(Place, String)| {
            at.input == place.input
                && match (at.time, place.time) {
                    (Some(a), Some(b)) => (0..=JOIN).contains(&(b - a)),
                    _ => place.line.saturating_sub(at.line) <= 20,
                }
        };
        let joined = self.enqueued.as_ref().filter(close).or(self.arrived.as_ref().filter(close));
        let package = joined.map(|(_, package)| package.clone());
        let mut evidence = self.evidence(hit, seen, Says::Fail);
        evidence.link = Link::Display;
        evidence.vendor = None;
        evidence.user = None;
        if let Some(package) = package {
            evidence.finding = "display.notifications-off".to_owned();
            evidence.package = Some(package);
            evidence.confidence = Confidence::Medium;
        } else {
            evidence.finding = "display.unnamed-suppression".to_owned();
            evidence.package = None;
            evidence.says = Says::Warn;
            evidence.unattributed = true;
            evidence.confidence = Confidence::Low;
        }
        self.collected.add(evidence);
    }

    /// Versions of a vendor's service: one line may give both, or two lines one each.
    fn version(&mut self, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let vendor = folder(hit.signature).to_owned();
        let number = |name| hit.group(name).and_then(|v: &str| v.parse::<u64>().ok());
        let (installed, wanted) = (number("version"), number("min_version"));
        let pid = seen.place.pid;
        let at = match self.versions.iter().position(|v| v.vendor == vendor && v.pid == pid) {
            Some(at) => at,
            None if self.versions.len() < 256 => {
                self.versions.push(VersionSeen {
                    vendor: vendor.clone(),
                    pid,
                    installed: None,
                    wanted: None,
                });
                self.versions.len() - 1
            }
            None => return,
        };
        let Some(known) = self.versions.get_mut(at) else { return };
        known.installed = installed.or(known.installed);
        known.wanted = wanted.or(known.wanted);
        let (installed, wanted) = (known.installed, known.wanted);
        let floor = self
            .catalog
            .vendor(&vendor)
            .and_then(|v| v.service.iter().map(|s| s.min_version).find(|m| *m > 0))
            .unwrap_or(0);
        let stated = wanted.is_some();
        let (Some(installed), wanted) = (installed, wanted.unwrap_or(floor)) else { return };
        if wanted == 0 {
            return;
        }
        let mut evidence = self.evidence(hit, seen, Says::Note);
        evidence.link = Link::Token;
        evidence.detail = format!("{installed} / {wanted}");
        if installed < wanted {
            // Two numbers of the log prove it; a lowest version from a page only makes it likely.
            evidence.says = if stated { Says::Fail } else { Says::Warn };
            evidence.confidence = Confidence::Medium;
            evidence.finding = "token.service-outdated".to_owned();
        }
        self.collected.add(evidence);
    }

    /// A line whose code the catalogue judges.
    fn code(&mut self, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let signature = hit.signature;
        let mut evidence = self.evidence(hit, seen, Says::Note);
        let vendor = match (&evidence.vendor, signature.code_vendor.is_empty()) {
            (_, false) => signature.code_vendor.to_string(),
            (Some(vendor), true) => vendor.to_string(),
            (None, true) => folder(signature).to_owned(),
        };
        let Some(code) = hit.group("code").or_else(|| hit.group("symbol")) else { return };
        self.apply_code(&mut evidence, signature, &vendor, code);
        // A success that hands over no token is none.
        let token = hit.group("token").map(str::to_ascii_lowercase);
        let empty = token.as_deref().is_none_or(|t| ["null", "none", "undefined"].contains(&t));
        if evidence.says == Says::Pass && evidence.link == Link::Token && hit.has("token") && empty {
            evidence.says = Says::Note;
        }
        if evidence.says == Says::Note && evidence.link == Link::None {
            evidence.link = signature.link;
        }
        self.collected.add(evidence);
    }

    /// Puts a code and what the catalogue knows of it into the evidence.
    fn apply_code(&self, evidence: &mut Evidence, signature: &Signature, vendor: &str, code: &str) {
        let code = &format!("{}{}", signature.prefix, code.trim());
        let entry = signature.side.iter().find_map(|side| self.find_code(vendor, side, code));
        let good = if signature.ok_is_note { Says::Note } else { Says::Pass };
        if signature.ok.iter().any(|ok| ok.as_ref() == code.as_str())
            && entry.is_none_or(|e| e.kind == Kind::Ok)
        {
            evidence.says = good;
            evidence.link = signature.link;
            return;
        }
        let Some(entry) = entry else {
            let side = signature.side.first().map_or("client", |s| s.as_ref());
            evidence.says = Says::Fail;
            evidence.link = signature.link;
            evidence.confidence = Confidence::Medium;
            evidence.finding = format!("{vendor}.{side}.{code}");
            evidence.code = Some(CodeRef {
                vendor: vendor.to_owned(),
                side: side.to_owned(),
                code: code.clone(),
                known: false,
            });
            return;
        };
        apply_entry(evidence, entry, good);
        if matches!(evidence.says, Says::Pass | Says::Note) && entry.kind == Kind::Ok {
            evidence.link = signature.link;
        }
    }

    fn find_code(&self, vendor: &str, side: &str, code: &str) -> Option<&Code> {
        let plain = code.trim_start_matches('0');
        let code = if code.len() > 1 && !plain.is_empty() && code.starts_with('0') { plain } else { code };
        self.catalog.code(vendor, side, code).or_else(|| {
            self.catalog.codes().find(|c| {
                c.vendor == vendor
                    && c.side == side
                    && !c.symbol.is_empty()
                    && c.symbol.eq_ignore_ascii_case(code)
            })
        })
    }

    fn add(&mut self, hit: &Match<'c, '_>, seen: &Seen<'_>, says: Says) {
        let signature = hit.signature;
        let mut evidence = self.evidence(hit, seen, says);
        if matches!(signature.link, Link::Forward | Link::Display)
            && let (Says::Pass, Some(package)) = (says, &evidence.package)
        {
            self.arrived = Some((seen.place.clone(), package.clone()));
        }
        for link in signature.proves.iter().filter(|_| says == Says::Pass) {
            let mut proof = evidence.clone();
            proof.link = *link;
            proof.finding = String::new();
            self.collected.add(proof);
        }
        evidence.finding = signature.finding.to_string();
        self.collected.add(evidence);
    }

    /// The evidence of a line before its code or outcome is applied.
    fn evidence(&self, hit: &Match<'c, '_>, seen: &Seen<'_>, says: Says) -> Evidence {
        let signature = hit.signature;
        let named = hit.group("vendor").and_then(|name| {
            let name = name.trim().to_lowercase();
            self.catalog
                .vendors()
                .find(|v| v.proxies.iter().any(|p| *p == name))
                .or_else(|| self.catalog.find_vendor(&name))
        });
        let vendor = match (named, &signature.vendor) {
            (Some(vendor), _) => Some(vendor.id.clone()),
            (None, Some(vendor)) => Some(vendor.clone()).filter(|v| !v.is_empty()),
            (None, None) => {
                let folder = folder(signature);
                self.catalog.vendor(folder).filter(|v| v.channel).map(|v| v.id.clone())
            }
        };
        let package =
            hit.group("package").filter(|p| p.contains('.') && p.len() <= LONGEST).map(str::to_owned);
        let system = is_system_signature(signature);
        Evidence {
            link: signature.link,
            says,
            vendor,
            package: package.or_else(|| if system { None } else { seen.package.clone() }),
            user: hit.group("uid").and_then(user_of).or(if system { None } else { seen.user }),
            rule: signature.id.clone(),
            basis: signature.basis,
            confidence: signature.confidence.unwrap_or(by_basis(signature.basis)),
            channel: signature.channel,
            other_sdk: signature.role == Some(Role::Aggregator),
            user_targets_only: signature.user_targets,
            elsewhere: signature.elsewhere,
            message: hit.group("msg_id").filter(|id| id.len() <= LONGEST).map(str::to_owned),
            places: vec![seen.place.clone()],
            detail: hit.group("reason").or_else(|| hit.group("channel_id")).unwrap_or_default().to_owned(),
            ..Evidence::default()
        }
    }
}

/// Puts what the catalogue knows of a code into the evidence; `good` is what success is worth.
fn apply_entry(evidence: &mut Evidence, entry: &Code, good: Says) {
    evidence.link = entry.link;
    evidence.retry = Some(entry.retry);
    evidence.elsewhere = entry.elsewhere;
    evidence.token_stale = entry.token_stale;
    evidence.says = match entry.effect() {
        Effect::Fail => Says::Fail,
        Effect::Warn => Says::Warn,
        Effect::Guard => Says::Guard,
        Effect::Unknown => Says::Note,
        Effect::None if entry.kind == Kind::Ok => good,
        Effect::None => Says::Note,
    };
    if entry.kind == Kind::Ok {
        return;
    }
    evidence.finding = entry.finding();
    evidence.code = Some(CodeRef {
        vendor: entry.vendor.to_string(),
        side: entry.side.to_string(),
        code: entry.code.to_string(),
        known: true,
    });
}

/// The text with no-break and wide blanks and full-width equals signs as their ASCII twins.
fn plain_signs(text: &str) -> std::borrow::Cow<'_, str> {
    let odd = |c: char| matches!(c, '\u{a0}' | '\u{3000}' | '\u{ff1d}');
    if text.is_ascii() || !text.contains(odd) {
        return text.into();
    }
    text.chars()
        .map(|c| {
            if c == '\u{ff1d}' {
                '='
            } else if odd(c) {
                ' '
            } else {
                c
            }
        })
        .collect::<String>()
        .into()
}

/// The vendor folder that a signature stands in: the first part of its id.
fn folder(signature: &Signature) -> &str {
    signature.id.split('.').next().unwrap_or("")
}

/// Lines of the mPaaS push component itself, as opposed to a vendor's SDK or the system.
fn is_push_component(signature: &Signature) -> bool {
    if signature.role == Some(Role::Aggregator) {
        return false;
    }
    signature.role == Some(Role::Family)
        || signature.role == Some(Role::Proxy)
        || signature.id.contains(".mpaas-")
        || (folder(signature) == "mps" && !is_system_signature(signature))
}

/// Lines that Android's system server writes about an app: their process is not the app's.
fn is_system_signature(signature: &Signature) -> bool {
    signature.id.starts_with("mps.android-")
}

fn is_system(rule: &Text, _evidence: &Evidence) -> bool {
    rule.starts_with("mps.android-")
}

/// How sure a line is by where its wording is known from.
fn by_basis(basis: Basis) -> Confidence {
    match basis {
        Basis::Documented | Basis::Sdk | Basis::Partly => Confidence::High,
        Basis::Inferred | Basis::None => Confidence::Medium,
    }
}

/// The line as kept for evidence: whole lines of a megabyte help nobody.
fn shorten(text: &str) -> String {
    const MOST: usize = 1000;
    if text.len() <= MOST {
        return text.to_owned();
    }
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}
