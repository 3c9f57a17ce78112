//! A test message as evidence: the answers to its sends are records of the server's side like those
//! of a log, and what MPS tells of the target judges whether the token was reported.

use super::{Address, Message, Outcome, SendState};
use crate::catalog::{Basis, Catalog, Channel, Confidence, Link, Text};
use crate::diagnosis::Input;
use crate::evidence::{Evidence, Place, Says};
use crate::lang::Bilingual;
use crate::source::Case;
use crate::source::server_log::coverage::Covered;
use crate::source::server_log::record::{Record, RecordKind};

/// The name under which MPS is sent through.
pub const MPS: &str = "mps";

/// What records of a send are read by.
pub const PROFILE: &str = "send-test";

/// What MPS tells of a target (PushQueryDeviceState).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetState {
    /// MPS knows the target.
    pub found: bool,
    pub ad_token: String,
    pub user: String,
    /// The vendor token that MPS holds; empty where it holds none.
    pub vendor_token: String,
    /// As MPS spells it: `hms`, `android` …
    pub manufacturer: String,
    /// The vendor of that manufacturer, as a catalogue id, where phones can have its channel.
    pub vendor: Option<String>,
    /// `android`, `ios`, `harmonyos`.
    pub platform: String,
    /// Whether the self-built channel is up: `ONLINE`, `OFFLINE`, `UNKNOW`.
    pub status: String,
    /// The answer as it came.
    pub answer: String,
    /// Microseconds since 1970.
    pub at: i64,
}

/// The sender's place in MPS, as the config and the parameters say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub app_id: String,
    pub workspace_id: String,
}

/// Adds the answers to the sends of one message.
pub fn add(case: &mut Case, message: &Message, origin: &Origin, outcomes: &[Outcome], catalog: &Catalog) {
    for outcome in outcomes {
        let input = input(case, &outcome.via, catalog, outcome.answer.len());
        let records = records(message, origin, outcome, catalog, input);
        case.records.extend(records);
        if !outcome.trouble.is_empty() {
            case.notes.push(outcome.trouble.clone());
        }
    }
    if !outcomes.is_empty() && case.server.state == Covered::None {
        case.server.state = Covered::Partial;
        case.server.reasons.push(Bilingual::new(
            "Of the server's side only the answers to this test message are known.",
            "服务端只有这条测试消息的应答。",
        ));
    }
}

/// An input that is an answer, not a file.
fn input(case: &mut Case, via: &str, catalog: &Catalog, bytes: usize) -> usize {
    let name = catalog.vendor(via).map_or_else(|| via.to_owned(), |v| v.en.to_string());
    case.inputs.push(Input {
        path: name,
        kind: "answer".to_owned(),
        format: "json".to_owned(),
        encoding: crate::read::Encoding::Utf8.name().to_owned(),
        lines: 1,
        bytes: bytes as u64,
        ..Input::default()
    });
    case.inputs.len() - 1
}

fn records(
    message: &Message,
    origin: &Origin,
    outcome: &Outcome,
    catalog: &Catalog,
    input: usize,
) -> Vec<Record> {
    let through_mps = outcome.via == MPS;
    let actions = || catalog.send(MPS).map(|s| s.action.as_ref()).unwrap_or_default();
    let action = actions().iter().find(|a| a.short == message.action).filter(|_| through_mps);
    let operation = action.map_or_else(|| outcome.via.clone(), |a| a.name.to_string());
    let mut asked: Vec<String> = vec![operation.clone()];
    asked.extend(message.settings.iter().map(|s| format!("{}={}", s.name, s.value)));
    let answer = if outcome.answer.is_empty() { outcome.trouble.en.as_str() } else { &outcome.answer };
    let (mut ad_token, mut user, mut vendor_token) = (String::new(), String::new(), String::new());
    match &message.address {
        Address::Device(id) => ad_token.clone_from(id),
        Address::User(id) => user.clone_from(id),
        Address::Token(id) => vendor_token.clone_from(id),
        Address::Everyone => {}
    }
    let base = Record {
        kind: if through_mps { RecordKind::Accept } else { RecordKind::Forward },
        direct: !through_mps,
        place: Place {
            input,
            line: 1,
            time: Some(outcome.answered_at.max(outcome.sent_at)),
            text: format!("{} -> {}", asked.join(" "), one_line(answer)),
            ..Place::default()
        },
        vendor: (!through_mps).then(|| outcome.via.clone()),
        channel: (!through_mps).then_some(Channel::Vendor),
        operation,
        ok: match outcome.state {
            SendState::Accepted => Some(true),
            SendState::Refused => Some(false),
            SendState::Unsent | SendState::Unknown => None,
        },
        result: outcome.state.as_str().to_owned(),
        message: outcome.message.clone(),
        app_id: if through_mps { origin.app_id.clone() } else { String::new() },
        workspace_id: if through_mps { origin.workspace_id.clone() } else { String::new() },
        package: message.package.clone().unwrap_or_default(),
        user,
        ad_token,
        vendor_token,
        msg_id: outcome.msg_id.clone(),
        vendor_msg_id: if through_mps { String::new() } else { outcome.vendor_msg_id.clone() },
        profile: PROFILE.to_owned(),
        basis: Basis::Documented,
        confidence: Confidence::High,
        ..Record::default()
    };
    if outcome.codes.is_empty() || base.ok.is_none() {
        return vec![base];
    }
    let parts = outcome.codes.iter().zip(0_u32..);
    parts.map(|(code, part)| Record { code: Some(code.clone()), part, ..base.clone() }).collect()
}

/// Adds what MPS tells of the target; `phone` tokens of the log are compared with MPS's.
pub fn add_target(case: &mut Case, state: &TargetState, package: Option<&str>, catalog: &Catalog) {
    let input = input(case, MPS, catalog, state.answer.len());
    case.log.manufacturer = case.log.manufacturer.take().or_else(|| state.vendor.clone());
    let place = Place {
        input,
        line: 1,
        time: Some(state.at),
        text: format!("PushQueryDeviceState -> {}", one_line(&state.answer)),
        ..Place::default()
    };
    let base = Evidence {
        link: Link::Report,
        package: package.map(str::to_owned),
        vendor: state.vendor.clone().map(Text::Owned),
        rule: "mps.device-state".into(),
        basis: Basis::Documented,
        server: true,
        places: vec![place],
        source: "https://help.aliyun.com/document_detail/2926886.html".to_owned(),
        ..Evidence::default()
    };
    let newest = case
        .log
        .identities
        .all
        .iter()
        .filter(|i| i.kind == crate::source::identity::IdKind::VendorToken)
        .filter(|i| i.vendor.is_none() || state.vendor.is_none() || i.vendor == state.vendor)
        .max_by_key(|i| i.place.time);
    let stale = newest.is_some_and(|i| !state.vendor_token.is_empty() && i.value != state.vendor_token);
    let evidence = if !state.found {
        Evidence { says: Says::Fail, finding: "report.target-unknown".to_owned(), ..base }
    } else if stale {
        Evidence { says: Says::Fail, finding: "report.token-stale".to_owned(), token_stale: true, ..base }
    } else if !state.vendor_token.is_empty() {
        let remark = Bilingual::new(
            format!("MPS holds a vendor token of this target; manufacturer {}.", shown(&state.manufacturer)),
            format!("MPS 已有该目标的厂商 token，厂商为 {}。", shown(&state.manufacturer)),
        );
        Evidence { says: Says::Pass, remark, ..base }
    } else {
        // A phone without a vendor's channel never reports a token of one.
        let says = if state.vendor.is_some() { Says::Fail } else { Says::Warn };
        Evidence { says, finding: "report.no-vendor-token".to_owned(), ..base }
    };
    case.evidence.push(evidence);
    if state.found && state.status == "OFFLINE" {
        case.notes.push(Bilingual::new(
            "MPS says that the phone's long connection is down: only the vendor's channel reaches it now.",
            "MPS 显示手机的长连接已断开：目前只有厂商通道能到达。",
        ));
    }
    if case.server.state == Covered::None {
        case.server.state = Covered::Partial;
    }
}

fn shown(manufacturer: &str) -> &str {
    if manufacturer.is_empty() { "unknown" } else { manufacturer }
}

/// An answer as one line of evidence, of bounded length.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 2_000;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Target, judge};
    use crate::diagnosis::{Diagnosis, State, VerdictState};
    use crate::evidence::CodeRef;
    use crate::send::Step;

    /// 2026-06-14 09:58:00 +08:00; everything here is made up.
    const NOW: i64 = 1_781_402_280_000_000;
    const TOKEN: &str = "IQAAAACy0pvvAADexampleexampleexample";

    fn message(address: Address) -> Message {
        Message {
            address,
            title: "pushdoctor".to_owned(),
            content: "09:58:00 ping 4821".to_owned(),
            msg_id: "pd1".to_owned(),
            action: "simple".to_owned(),
            package: Some("com.example.bank".to_owned()),
            ttl: 600,
            settings: Vec::new(),
        }
    }

    fn outcome(via: &str, state: SendState, code: Option<(&str, &str)>) -> Outcome {
        let code = code.map(|(side, code)| CodeRef {
            vendor: via.to_owned(),
            side: side.to_owned(),
            code: code.to_owned(),
            known: true,
        });
        Outcome {
            via: via.to_owned(),
            state,
            step: Step::Send,
            codes: code.into_iter().collect(),
            message: String::new(),
            msg_id: "pd1".to_owned(),
            vendor_msg_id: "v1".to_owned(),
            request_id: String::new(),
            status: Some(200),
            answer: "{}".to_owned(),
            failure: None,
            trouble: Bilingual::default(),
            sent_at: NOW,
            answered_at: NOW + 200_000,
        }
    }

    fn judged(mut case: Case, message: &Message, outcomes: &[Outcome]) -> Diagnosis {
        let catalog = Catalog::builtin();
        add(&mut case, message, &Origin::default(), outcomes, &catalog);
        let id = |want: bool| want.then(|| message.address.id().to_owned());
        let target = Target {
            package: message.package.clone(),
            message: Some(message.msg_id.clone()),
            device: id(matches!(message.address, Address::Device(_))),
            token: id(matches!(message.address, Address::Token(_))),
            ..Target::default()
        };
        judge(case, &catalog, &target)
    }

    fn states(diagnosis: &Diagnosis) -> Vec<&'static str> {
        diagnosis.chains[0].links.iter().map(|j| j.state.as_str()).collect()
    }

    #[test]
    fn what_mps_accepts_passes_accept_and_nothing_else() {
        let message = message(Address::Device("ad-token-1".to_owned()));
        let d =
            judged(Case::default(), &message, &[outcome("mps", SendState::Accepted, Some(("api", "100")))]);
        assert_eq!(states(&d), ["unknown", "unknown", "unknown", "pass", "unknown", "unknown", "unknown"]);
        assert_eq!(d.verdict.state, VerdictState::Healthy);
    }

    #[test]
    fn what_mps_refuses_breaks_accept() {
        let message = message(Address::User("u1".to_owned()));
        let d =
            judged(Case::default(), &message, &[outcome("mps", SendState::Refused, Some(("api", "3007")))]);
        assert_eq!(d.verdict.finding, "mps.api.3007");
        assert_eq!(d.verdict.link, Some(Link::Accept));
    }

    #[test]
    fn a_message_straight_to_the_vendor_proves_the_token_and_nothing_of_mps() {
        let message = message(Address::Token(TOKEN.to_owned()));
        let sent = [outcome("huawei", SendState::Accepted, Some(("server", "80000000")))];
        let d = judged(Case::default(), &message, &sent);
        assert_eq!(states(&d), ["pass", "pass", "n/a", "n/a", "n/a", "pass", "unknown"]);
        let bad = [outcome("huawei", SendState::Refused, Some(("server", "80300007")))];
        let d = judged(Case::default(), &message, &bad);
        assert_eq!(d.verdict.state, VerdictState::Broken);
        assert_eq!(d.verdict.finding, "huawei.server.80300007");
    }

    #[test]
    fn what_may_have_been_sent_is_unknown_and_says_why() {
        let message = message(Address::Device("ad-token-1".to_owned()));
        let trouble = Bilingual::new("no answer came", "没有应答");
        let sent = [Outcome { trouble: trouble.clone(), ..outcome("mps", SendState::Unknown, None) }];
        let d = judged(Case::default(), &message, &sent);
        assert_eq!(d.verdict.state, VerdictState::Inconclusive);
        assert!(d.notes.contains(&trouble));
    }

    #[test]
    fn what_mps_knows_of_the_target_judges_the_report() {
        let catalog = Catalog::builtin();
        let of = |state: TargetState| {
            let mut case = Case::default();
            add_target(&mut case, &state, Some("com.example.bank"), &catalog);
            let d = judge(case, &catalog, &Target::default());
            let judged = d.chains[0].links.iter().find(|j| j.link == Link::Report).cloned().unwrap();
            (judged.state, judged.finding)
        };
        let huawei = TargetState {
            found: true,
            vendor: Some("huawei".to_owned()),
            manufacturer: "hms".to_owned(),
            at: NOW,
            ..TargetState::default()
        };
        let held = TargetState { vendor_token: TOKEN.to_owned(), ..huawei.clone() };
        assert_eq!(of(held), (State::Pass, String::new()));
        assert_eq!(of(huawei), (State::Fail, "report.no-vendor-token".to_owned()));
        assert_eq!(of(TargetState::default()), (State::Fail, "report.target-unknown".to_owned()));
        let other = TargetState { found: true, manufacturer: "android".to_owned(), ..TargetState::default() };
        assert_eq!(of(other), (State::Warn, "report.no-vendor-token".to_owned()));
    }
}
