//! Walks the seven links of delivery and judges each by the evidence.
//!
//! Rules that hold for every link live in [`weigh`]; one file a link holds what is that link's own.
//! The order matters: the first broken link is the verdict.

mod absence;
mod accept;
mod adopt;
mod apps;
mod configuration;
mod display;
mod eligibility;
mod filter;
mod forward;
mod own_vendor;
mod report;
mod route;
mod server;
mod split;
mod stated;
mod token;
mod verdict;
mod weigh;
mod words;

pub use filter::CheckFilter;

use crate::catalog::{Catalog, Channel, Confidence, Link};
use crate::diagnosis::{App, Aside, Chain, Diagnosis, Event, Judgement, State, Verdict};
use crate::evidence::Evidence;
use crate::lang::Bilingual;
use crate::source::{Case, device_state};

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The vendor to judge, as an id.
    pub vendor: Option<String>,
    /// The app to judge.
    pub package: Option<String>,
    /// The message in hand: links are judged as of its time.
    pub message: Option<String>,
    /// The user to whom the message was sent.
    pub user: Option<String>,
    /// The device: its ad-token, or the gateway's device id.
    pub device: Option<String>,
    /// The vendor token.
    pub token: Option<String>,
    /// What the MPS console shows as the push status of the message.
    pub mps_status: Option<String>,
    /// Which checks run.
    pub checks: CheckFilter,
}

/// What a link's judge may look at.
pub(crate) struct View<'a> {
    pub catalog: &'a Catalog,
    pub case: &'a Case,
    pub target: &'a Target,
    pub vendor: Option<&'a str>,
    pub package: Option<&'a str>,
    pub channel: Option<Channel>,
    /// The device's own vendor, as far as it is known.
    pub own: &'a own_vendor::Own,
    /// The same without what the user asked for: the phone's own.
    pub natural: &'a own_vendor::Own,
    /// All evidence of this chain.
    pub evidence: &'a [&'a Evidence],
    /// The instant of the message in hand.
    pub as_of: Option<i64>,
    /// What the server's records tell beside their evidence.
    pub server: &'a server::Server,
}

impl View<'_> {
    /// Whether a line shows a token, of whatever vendor.
    pub fn has_token(&self) -> bool {
        self.evidence.iter().any(|e| e.link == Link::Token && e.says == crate::evidence::Says::Pass)
    }

    /// The evidence of one link, as of the message in hand; not how the app is made, which is
    /// weighed after all that happened.
    pub fn of(&self, link: Link) -> Vec<&Evidence> {
        self.evidence.iter().copied().filter(|e| e.link == link && !e.configuration).collect()
    }
}

/// The links in chain order.
pub const LINKS: [Link; 7] =
    [Link::Eligibility, Link::Token, Link::Report, Link::Accept, Link::Route, Link::Forward, Link::Display];

/// Judges a case.
pub fn judge(mut case: Case, catalog: &Catalog, target: &Target) -> Diagnosis {
    let records = server::add(&mut case, catalog, target);
    let own = own_vendor::find(&case, catalog, target);
    server::add_status(&mut case, catalog, target, &own);
    adopt::codes(&mut case.evidence, &own, catalog);
    adopt::other_sdks(&mut case.evidence, target.package.as_deref(), &case.log.push_apps);
    // What names no vendor belongs to the phone's own, whichever chain the user asks for.
    let natural = own_vendor::find(&case, catalog, &Target { vendor: None, ..target.clone() });
    let apps = apps::find(&case, target);
    let named = target.package.clone().map_or_else(|| case.log.push_apps.clone(), |package| vec![package]);
    let services = catalog.vendors().flat_map(|v| v.service.iter()).map(|s| s.package.as_ref());
    case.device.packages = case.state.versions(services.chain(named.iter().map(String::as_str)));
    let sdk = case.device.sdk;
    case.evidence.extend(device_state::evidence(&case.state, catalog, own.vendor(), &named, sdk));
    let evidence: Vec<&Evidence> = case.evidence.iter().filter(|e| target.checks.wants(e)).collect();
    let as_of = message_time(&case, target);
    let mut chains = Vec::new();
    for group in split::chains(&evidence, &own, &natural, &apps, target) {
        let vendor = group.vendor.as_deref();
        let mut view = View {
            catalog,
            case: &case,
            target,
            vendor,
            package: group.package.as_deref(),
            channel: None,
            own: &own,
            natural: &natural,
            evidence: &group.evidence,
            as_of,
            server: &records,
        };
        view.channel = route::channel(&view);
        let links = walk(&view);
        let aside = if !apps.is_target(group.package.as_deref()) {
            Some(Aside::OtherApp)
        } else if own.excludes(vendor) {
            Some(Aside::OtherVendor)
        } else {
            None
        };
        chains.push(Chain {
            vendor: group.vendor.clone(),
            vendor_name: vendor.and_then(|v| catalog.vendor(v)).map(words::name).unwrap_or_default(),
            package: group.package.clone(),
            user: group.user,
            channel: view.channel,
            links,
            aside,
        });
    }
    let mut verdict = verdict::find(&mut chains, &own, catalog);
    configuration::only(&case, &mut verdict);
    for reason in beside_the_question(&case, target) {
        verdict::doubt(&mut verdict, &chains);
        case.notes.push(reason);
    }
    let (timeline, left_out) = timeline(&case, catalog, &records, &apps, &chains, &verdict);
    let coverage = records.coverage(&case);
    let app = App {
        package: target.package.clone().or_else(|| chains.first().and_then(|c| c.package.clone())),
        push_process: case.log.read_text.then_some(case.log.push_process),
        configuration: case.configuration,
    };
    Diagnosis {
        inputs: case.inputs,
        device: case.device,
        app,
        chains,
        verdict,
        coverage,
        server: records.side(left_out),
        timeline,
        notes: case.notes,
        skipped: case.skipped,
    }
}

/// Phone and server in one order, where the server's side was given.
fn timeline(
    case: &Case,
    catalog: &Catalog,
    records: &server::Server,
    apps: &apps::Apps,
    chains: &[Chain],
    verdict: &Verdict,
) -> (Vec<Event>, u64) {
    if !records.given {
        return (Vec::new(), 0);
    }
    let mut events = records.events();
    let ours = case.evidence.iter().filter(|e| apps.is_target(e.package.as_deref()));
    events.extend(ours.flat_map(|e| server::timeline::of_evidence(catalog, e)));
    let broken = chains
        .iter()
        .flat_map(|c| c.links.iter())
        .find(|j| Some(j.link) == verdict.link && j.finding == verdict.finding);
    let breaking: Vec<(usize, u64)> =
        broken.iter().flat_map(|j| j.evidence.iter()).map(|p| (p.input, p.line)).collect();
    server::timeline::order(events, verdict, &breaking)
}

/// Why nothing in the log is about what was asked.
fn beside_the_question(case: &Case, target: &Target) -> Vec<Bilingual> {
    let mut reasons = Vec::new();
    let given = case.configuration.as_ref().and_then(|c| c.package.as_deref());
    if let (Some(wanted), Some(given)) = (target.package.as_deref(), given)
        && wanted != given
    {
        reasons.push(words::files_of_another(given, wanted));
    }
    if let Some(package) = target.package.as_deref()
        && (case.log.read_text || case.configuration.is_none())
        && !case.log.push_apps.iter().any(|a| a == package)
        && !case.evidence.iter().any(|e| e.package.as_deref() == Some(package) && e.rule != "state.service")
    {
        reasons.push(words::app_not_named(package));
    }
    if case.log.window_empty {
        reasons.push(words::nothing_in_the_window());
    }
    reasons
}

/// Judges the seven links of one chain in order.
fn walk(view: &View<'_>) -> Vec<Judgement> {
    let mut links: Vec<Judgement> = LINKS
        .iter()
        .map(|link| {
            if !view.target.checks.judges(*link) {
                return absence::not_asked(*link);
            }
            let mut judgement = match link {
                Link::Eligibility => eligibility::judge(view),
                Link::Token => token::judge(view),
                Link::Report => report::judge(view),
                Link::Accept => accept::judge(view),
                Link::Route => route::judge(view),
                Link::Forward => forward::judge(view),
                Link::Display | Link::None => display::judge(view),
            };
            stated::add(view, &mut judgement);
            let of_mps = matches!(link, Link::Report | Link::Accept | Link::Route);
            if of_mps && judgement.state == State::Unknown && weigh::sent_past_mps(view) {
                return words::past_mps(*link);
            }
            judgement
        })
        .collect();
    weigh::prove_backwards(&mut links, view);
    links.iter_mut().for_each(|judgement| configuration::weigh_in(view, judgement));
    // A failure that is not certain says what would confirm it.
    for judgement in &mut links {
        let doubtful = judgement.confidence < Confidence::High && judgement.next.is_empty();
        if doubtful && matches!(judgement.state, State::Fail | State::Warn) {
            judgement.next = absence::next(view, judgement.link);
        }
    }
    let mut broken: Option<Link> = None;
    for judgement in &mut links {
        match (broken, judgement.state) {
            (None, State::Fail) => broken = Some(judgement.link),
            (Some(at), State::Unknown) => absence::skip(judgement, at),
            _ => {}
        }
    }
    links
}

/// When the message in hand was seen, if it was.
fn message_time(case: &Case, target: &Target) -> Option<i64> {
    let message = target.message.as_deref()?;
    case.evidence
        .iter()
        .filter(|e| e.message.as_deref() == Some(message))
        .filter_map(Evidence::first_time)
        .min()
}

#[cfg(test)]
mod server_tests;
#[cfg(test)]
mod tests;
