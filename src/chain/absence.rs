//! What an unknown link says: why the log cannot show it, and what would settle it.
//!
//! A missing line proves nothing: release builds print nothing, push lines live in the `:push`
//! process, the logger drops lines, and some phones must be told to log at all.

use crate::catalog::{Basis, Channel, Confidence, Link, Owner};
use crate::diagnosis::{Judgement, Next, State};
use crate::lang::Bilingual;

use super::{View, words};

fn empty(link: Link, state: State) -> Judgement {
    Judgement {
        link,
        state,
        confidence: Confidence::Low,
        owner: Owner::None,
        basis: Basis::None,
        finding: String::new(),
        code: None,
        summary: Bilingual::default(),
        cause: Bilingual::default(),
        advice: Vec::new(),
        notes: Vec::new(),
        source: String::new(),
        count: 0,
        evidence: Vec::new(),
        next: Vec::new(),
        also: Vec::new(),
    }
}

/// An unknown link with the reason and the next observation.
pub fn unknown(view: &View<'_>, link: Link) -> Judgement {
    let mut judgement = empty(link, State::Unknown);
    judgement.summary = reason(view, link);
    judgement.next = next(view, link);
    judgement
}

/// A link that the user did not ask for.
pub fn not_asked(link: Link) -> Judgement {
    let mut judgement = empty(link, State::Unknown);
    judgement.summary = Bilingual::new("Not checked, as asked.", "按要求未检查。");
    judgement
}

/// A link behind a broken one of which nothing is known.
pub fn skip(judgement: &mut Judgement, broken: Link) {
    judgement.state = State::Skipped;
    judgement.summary = Bilingual::new(
        format!("Not judged: the chain broke at {} before this link.", broken.as_str()),
        format!("未判断：链路已断在前面的“{}”环节。", words::link_name(broken).zh),
    );
    judgement.next.clear();
}

fn reason(view: &View<'_>, link: Link) -> Bilingual {
    let log = &view.case.log;
    match link {
        Link::Eligibility if view.case.device.rom.is_some() => Bilingual::new(
            "The ROM fits, but which models the vendor serves is not public.",
            "ROM 符合要求，但厂商未公开其支持的机型清单。",
        ),
        Link::Eligibility => {
            Bilingual::new("The log does not say which phone and ROM this is.", "日志里没有机型和 ROM 信息。")
        }
        Link::Token | Link::Report if log.no_info_lines => Bilingual::new(
            "The log has no I or D lines: on some phones logging must be switched on first, so a missing line proves nothing.",
            "日志中没有 I、D 级别的行：部分手机需先打开日志开关，缺少某行不能说明任何问题。",
        ),
        Link::Token | Link::Report if log.single_process && !log.push_process => Bilingual::new(
            "The log holds one process only; push lines are written by the app's :push process.",
            "日志只包含一个进程；推送相关日志由应用的 :push 进程输出。",
        ),
        Link::Token | Link::Report if log.gaps > 0 && log.push_lines == 0 => Bilingual::new(
            "No line tells; the logger removed lines here (chatty), so a missing line proves nothing.",
            "没有相关日志；系统日志服务丢弃过部分行（chatty），缺少某行不能说明任何问题。",
        ),
        Link::Token => Bilingual::new(
            "No line shows that a token was issued or refused; release builds may print none.",
            "没有日志表明 token 已获取或被拒绝；release 包可能不打印这类日志。",
        ),
        Link::Report => Bilingual::new(
            "No line shows that the token was reported to MPS or that the report failed.",
            "没有日志表明 token 已上报 MPS 或上报失败。",
        ),
        Link::Accept => Bilingual::new(
            "A phone's log cannot show whether MPS accepted the message.",
            "手机日志无法体现 MPS 是否接受了这条消息。",
        ),
        Link::Route => Bilingual::new(
            "A phone's log does not show which channel MPS chose.",
            "手机日志无法体现 MPS 选择了哪个通道。",
        ),
        Link::Forward if view.channel == Some(Channel::SelfBuilt) => Bilingual::new(
            "No line shows a message on the long connection.",
            "没有日志表明长连接上收到过消息。",
        ),
        Link::Forward => Bilingual::new(
            "Only the server shows what the vendor answered; a vendor notification leaves no line in the app.",
            "厂商服务器的应答只能在服务端看到；厂商通知到达时应用进程内没有日志。",
        ),
        Link::Display | Link::None => Bilingual::new(
            "No line shows that the notification was shown or hidden.",
            "没有日志表明通知已展示或被屏蔽。",
        ),
    }
}

/// What would settle a link, from the vendor's own list, else the general one.
fn next(view: &View<'_>, link: Link) -> Vec<Next> {
    let package = view.package.unwrap_or("<package>");
    let of = |vendor: &str| -> Vec<Next> {
        view.catalog
            .vendor(vendor)
            .into_iter()
            .flat_map(|v| v.next.iter())
            .filter(|n| n.link == link)
            .map(|n| Next {
                command: n.command.replace("{package}", package),
                why: Bilingual::new(n.en.as_ref(), n.zh.as_ref()),
            })
            .collect()
    };
    let mut steps = view.vendor.map(of).unwrap_or_default();
    if steps.is_empty() {
        steps = of("mps");
    }
    steps
}
