//! The verdict: the first broken link of the chain that counts, the others beside it.

use crate::catalog::{Catalog, Confidence, Link, Owner};
use crate::diagnosis::{Also, Chain, Judgement, State, Verdict, VerdictState};
use crate::lang::Bilingual;

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

fn named(
    state: VerdictState,
    chain: &Chain,
    judgement: &Judgement,
    also: Vec<Also>,
    catalog: &Catalog,
) -> Verdict {
    let code = judgement.code.as_ref();
    let vendor = chain.vendor.clone().or_else(|| code.map(|c| c.vendor.clone()));
    let (en, zh) = match vendor.as_deref().and_then(|v| catalog.vendor(v)) {
        Some(v) => (format!(" ({})", v.en), format!("（{}）", v.zh)),
        None => (String::new(), String::new()),
    };
    let name = words::link_name(judgement.link);
    let label = code.map_or_else(
        || judgement.finding.clone(),
        |c| {
            let symbol = if c.symbol.is_empty() { String::new() } else { format!(" {}", c.symbol) };
            format!("{} {} {}{symbol}", c.vendor, c.side, c.code)
        },
    );
    let (verb_en, verb_zh) = match state {
        VerdictState::Broken => ("Broken at", "断在"),
        _ => ("Doubtful at", "存在隐患："),
    };
    let sure = match judgement.confidence {
        Confidence::High => ("", ""),
        Confidence::Medium => (" (medium confidence)", "（置信度中）"),
        Confidence::Low => (" (low confidence)", "（置信度低）"),
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
            format!("{verb_en} {}{en}{}: {} [{label}]", name.en, sure.0, judgement.summary.en),
            format!("{verb_zh}{}环节{zh}{}：{} [{label}]", spaced(&name.zh), sure.1, judgement.summary.zh),
        ),
        also,
    }
}

/// A Chinese name that begins or ends in Latin letters keeps a blank from the words around it.
fn spaced(name: &str) -> String {
    let before = if name.starts_with(|c: char| c.is_ascii()) { " " } else { "" };
    let after = if name.ends_with(|c: char| c.is_ascii()) { " " } else { "" };
    format!("{before}{name}{after}")
}

fn healthy(chain: &Chain, also: Vec<Also>) -> Verdict {
    let of = |state: State| {
        let names = chain.links.iter().filter(|j| j.state == state).map(|j| words::link_name(j.link));
        names.map(|n| (n.en, n.zh)).unzip::<_, _, Vec<String>, Vec<String>>()
    };
    let ((passed, passed_zh), (unknown, unknown_zh)) = (of(State::Pass), of(State::Unknown));
    Verdict {
        state: VerdictState::Healthy,
        vendor: chain.vendor.clone(),
        link: None,
        finding: String::new(),
        side: String::new(),
        code: String::new(),
        owner: Owner::None,
        confidence: chain
            .links
            .iter()
            .filter(|j| j.state == State::Pass)
            .map(|j| j.confidence)
            .max()
            .unwrap_or(Confidence::Low),
        summary: Bilingual::new(
            format!(
                "Nothing is broken in what the log shows: {} passed, {} unknown ({}).",
                passed.join(", "),
                unknown.len(),
                if unknown.is_empty() { "none".to_owned() } else { unknown.join(", ") }
            ),
            format!(
                "日志中没有发现断点：{} 正常，{} 个环节未知（{}）。",
                passed_zh.join("、"),
                unknown_zh.len(),
                if unknown_zh.is_empty() { "无".to_owned() } else { unknown_zh.join("、") }
            ),
        ),
        also,
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
            "Inconclusive: no link could be judged from this log. That is no proof that push works; the next observations say what would settle it.",
            "无法判断：这份日志不足以判断任何环节。这不代表推送正常；请按下面的步骤补充信息。",
        ),
        also: Vec::new(),
    }
}
