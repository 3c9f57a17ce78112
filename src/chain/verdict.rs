//! The verdict: the first broken link of the chain that counts, the others beside it.

use crate::catalog::{Catalog, Confidence, Link, Owner};
use crate::diagnosis::{Also, Chain, Judgement, State, Verdict, VerdictState};
use crate::lang::{self, Bilingual, spaced};

use super::own_vendor::Own;
use super::words;

/// Finds the verdict and puts its chain first.
pub fn find(chains: &mut [Chain], own: &Own, catalog: &Catalog) -> Verdict {
    let several_users = chains.iter().any(|c| c.user != 0 && c.aside.is_none());
    chains.sort_by_key(|chain| {
        let counts = chain.aside.is_none();
        let is_own = own.vendor().is_some() && chain.vendor.as_deref() == own.vendor();
        // A user of whom nothing but the phone is known has no say before one with evidence.
        let bare = chain.links.iter().all(|j| j.link == Link::Eligibility || j.evidence.is_empty());
        (
            !counts,
            bare && chain.user == 0 && several_users,
            chain.user,
            !is_own,
            std::cmp::Reverse(strength(chain)),
        )
    });
    let Some(chain) = chains.iter().find(|c| c.aside.is_none()) else {
        return inconclusive(None);
    };
    let mut also = Vec::new();
    let first = chain.links.iter().find(|j| j.state == State::Fail);
    let warn = chain.links.iter().find(|j| j.state == State::Warn);
    let lead = first.or(warn);
    for other in chains.iter().filter(|c| c.aside.is_none()) {
        for judgement in other.links.iter().filter(|j| matches!(j.state, State::Fail | State::Warn)) {
            let same = std::ptr::eq(other, chain) && lead.is_some_and(|l| l.link == judgement.link);
            if !same && !judgement.finding.is_empty() {
                also.push(Also {
                    vendor: other.vendor.clone(),
                    link: judgement.link,
                    finding: judgement.finding.clone(),
                });
            }
        }
    }
    let passed = chain.links.iter().any(|j| j.state == State::Pass);
    let state = match (first, warn) {
        (Some(_), _) => VerdictState::Broken,
        (None, Some(_)) => VerdictState::Degraded,
        (None, None) if passed => VerdictState::Healthy,
        (None, None) => VerdictState::Inconclusive,
    };
    match lead {
        Some(judgement) => named(state, chain, judgement, also, catalog),
        None if state == VerdictState::Healthy => healthy(chain, also),
        None => Verdict { also, ..inconclusive(chain.vendor.clone()) },
    }
}

/// How strong a chain's evidence of a break is, for phones whose vendor nothing tells.
fn strength(chain: &Chain) -> (u8, Confidence, u64) {
    let best =
        |state: State| chain.links.iter().filter(|j| j.state == state).map(|j| (j.confidence, j.count)).max();
    if let Some((confidence, count)) = best(State::Fail) {
        return (3, confidence, count);
    }
    if let Some((confidence, count)) = best(State::Warn) {
        return (2, confidence, count);
    }
    best(State::Pass).map_or((0, Confidence::Low, 0), |(confidence, count)| (1, confidence, count))
}

/// One sentence: where it broke, for whom, why, and the code or finding behind it.
fn named(
    state: VerdictState,
    chain: &Chain,
    judgement: &Judgement,
    also: Vec<Also>,
    catalog: &Catalog,
) -> Verdict {
    let code = judgement.code.as_ref();
    let vendor = chain.vendor.clone().or_else(|| code.map(|c| c.vendor.clone()));
    let (of_en, of_zh) = of_vendor(vendor.as_deref().and_then(|v| catalog.vendor(v)).map(words::name));
    let (link_en, link_zh) = lang::link(judgement.link);
    let label = code.map_or_else(
        || judgement.finding.clone(),
        |c| {
            let symbol = if c.symbol.is_empty() { String::new() } else { format!(" {}", c.symbol) };
            format!("{} {} {}{symbol}", c.vendor, c.side, c.code)
        },
    );
    let (at_en, at_zh) = match (state, judgement.confidence) {
        (VerdictState::Broken, Confidence::Low) => ("Perhaps broken at", format!("可能断在{link_zh}环节")),
        (VerdictState::Broken, _) => ("Broken at", format!("断在{link_zh}环节")),
        _ => ("Doubtful at", format!("{link_zh}环节有隐患")),
    };
    Verdict {
        state,
        vendor,
        link: Some(judgement.link),
        finding: judgement.finding.clone(),
        side: code.map(|c| c.side.clone()).unwrap_or_default(),
        code: code.map(|c| c.code.clone()).unwrap_or_default(),
        owner: judgement.owner,
        confidence: judgement.confidence,
        summary: Bilingual::new(
            format!("{at_en} {link_en}{of_en}: {} [{label}]", judgement.summary.en),
            format!("{}{of_zh}：{}[{label}]", spaced(&at_zh), judgement.summary.zh),
        ),
        also,
    }
}

/// The vendor in brackets, or nothing.
fn of_vendor(name: Option<Bilingual>) -> (String, String) {
    name.map(|n| (format!(" ({})", n.en), format!("（{}）", n.zh))).unwrap_or_default()
}

fn healthy(chain: &Chain, also: Vec<Also>) -> Verdict {
    let of = |state: State| chain.links.iter().filter(move |j| j.state == state);
    let names = |state: State| {
        let names: (Vec<_>, Vec<_>) = of(state).map(|j| lang::link(j.link)).unzip();
        (names.0.join(", "), names.1.join("、"))
    };
    let (passed_en, passed_zh) = names(State::Pass);
    let (unknown_en, unknown_zh) = names(State::Unknown);
    let (unknown, all) = (of(State::Unknown).count(), chain.links.len());
    let name = Some(chain.vendor_name.clone()).filter(|n| !n.is_empty());
    let (of_en, of_zh) = of_vendor(name);
    let shown = of(State::Pass).any(|j| j.link == Link::Display);
    let summary = match (shown, unknown) {
        (_, 0) => Bilingual::new(
            format!("Nothing is broken{of_en}: every link passed."),
            format!("链路正常{of_zh}：所有环节都通过。"),
        ),
        (true, _) => Bilingual::new(
            format!(
                "Nothing is broken{of_en}: the phone showed a message. {unknown} of {all} links cannot be seen in this log: {unknown_en}."
            ),
            spaced(&format!(
                "链路正常{of_zh}：手机已展示消息。{all} 个环节中有 {unknown} 个在这份日志里看不到：{unknown_zh}。"
            )),
        ),
        (false, _) => Bilingual::new(
            format!(
                "No break was found{of_en}, but this does not prove delivery: {passed_en} passed, {unknown} of {all} links are unknown ({unknown_en})."
            ),
            spaced(&format!(
                "没有发现断点{of_zh}，但不能证明消息能送达：{passed_zh}通过，{all} 个环节中有 {unknown} 个未知（{unknown_zh}）。"
            )),
        ),
    };
    Verdict {
        state: VerdictState::Healthy,
        vendor: chain.vendor.clone(),
        link: None,
        finding: String::new(),
        side: String::new(),
        code: String::new(),
        owner: Owner::None,
        confidence: of(State::Pass).map(|j| j.confidence).max().unwrap_or(Confidence::Low),
        summary,
        also,
    }
}

/// Nothing in the log is about the app or the time in question: that the phone may use the vendor's
/// channel is then no answer.
pub fn doubt(verdict: &mut Verdict, chains: &[Chain]) {
    let passed = chains
        .first()
        .into_iter()
        .flat_map(|c| c.links.iter())
        .any(|j| j.state == State::Pass && j.link != Link::Eligibility);
    if verdict.state == VerdictState::Healthy && !passed {
        let also = std::mem::take(&mut verdict.also);
        *verdict = Verdict { also, ..inconclusive(verdict.vendor.clone()) };
    }
}

fn inconclusive(vendor: Option<String>) -> Verdict {
    Verdict {
        state: VerdictState::Inconclusive,
        vendor,
        link: None::<Link>,
        finding: String::new(),
        side: String::new(),
        code: String::new(),
        owner: Owner::None,
        confidence: Confidence::Low,
        summary: Bilingual::new(
            "Inconclusive: no link could be judged from this log, which is no proof that push works.",
            "无法判断：凭这份日志判断不了任何环节，但这不代表推送正常。",
        ),
        also: Vec::new(),
    }
}
