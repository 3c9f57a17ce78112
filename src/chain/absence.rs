//! What an unknown link says: why the log cannot show it, and what would settle it.
//!
//! A missing line proves nothing: release builds print nothing, push lines live in the `:push`
//! process, the logger drops lines, and some phones must be told to log at all.

use crate::catalog::{Channel, Link, Vendor};
use crate::diagnosis::{Judgement, Next, State};
use crate::lang::{self, Bilingual, spaced};

use super::{View, words};

/// An unknown link with the reason and the next observation.
pub fn unknown(view: &View<'_>, link: Link) -> Judgement {
    let mut judgement = Judgement::new(link, State::Unknown);
    judgement.summary = reason(view, link);
    judgement.next = next(view, link);
    // What the server's records cannot show says more than what the phone's log cannot.
    if view.server.given && matches!(link, Link::Report | Link::Accept | Link::Route | Link::Forward) {
        let told = view.evidence.iter().any(|e| e.server);
        match (link, &view.server.no_row) {
            (Link::Report, Some(why)) => {
                judgement.notes.push(why.clone());
                let (command, why) = super::server::words::look_for_report();
                if !judgement.next.iter().any(|n| n.command == command) {
                    judgement.next.push(Next { command, why });
                }
            }
            (Link::Report, None) => {}
            _ => judgement.summary = words::silent_server(told),
        }
    }
    judgement
}

/// A link that the user did not ask for.
pub fn not_asked(link: Link) -> Judgement {
    let mut judgement = Judgement::new(link, State::Unknown);
    judgement.summary = Bilingual::new("Not checked, as asked.", "按要求未检查。");
    judgement
}

/// A link behind a broken one of which nothing is known.
pub fn skip(judgement: &mut Judgement, broken: Link) {
    let (en, zh) = lang::link(broken);
    judgement.state = State::Skipped;
    judgement.summary = Bilingual::new(
        format!("Not judged: broken at {en}, before this link."),
        spaced(&format!("未判断：链路在前面的{zh}环节已断。")),
    );
    judgement.next.clear();
}

fn reason(view: &View<'_>, link: Link) -> Bilingual {
    match link {
        Link::Eligibility => why_not_eligibility(view),
        Link::Token | Link::Report => why_no_line(view, link),
        Link::Accept => Bilingual::new(
            "A phone's log cannot show whether MPS accepted the message.",
            "MPS 是否受理了消息，手机日志里看不到。",
        ),
        Link::Route => Bilingual::new(
            "A phone's log does not show which channel MPS chose.",
            "MPS 选择了哪个通道，手机日志里看不到。",
        ),
        Link::Forward if view.channel == Some(Channel::SelfBuilt) => Bilingual::new(
            "No line shows a message on the long connection.",
            "没有日志表明长连接上收到过消息。",
        ),
        Link::Forward => Bilingual::new(
            "Only the server sees the vendor's answer; a vendor notification leaves no line in the app.",
            "厂商的应答只有服务端能看到；厂商通知到达时，应用进程不打印日志。",
        ),
        Link::Display | Link::None => Bilingual::new(
            "No line shows that the notification was shown or hidden.",
            "没有日志表明通知已展示或被拦截。",
        ),
    }
}

/// Why nothing tells whether the phone may use the vendor's channel.
fn why_not_eligibility(view: &View<'_>) -> Bilingual {
    let device = &view.case.device;
    let vendor: Option<&Vendor> = view.vendor.and_then(|v| view.catalog.vendor(v));
    let Some(vendor) = vendor else {
        return match &device.family {
            None => Bilingual::new(
                "Neither the log nor phone properties name the vendor: no getprop output was given.",
                "没有提供 getprop 输出，日志里也没有说明是哪个厂商的手机。",
            ),
            Some(_) => Bilingual::new(
                "The brand of this phone has no vendor channel, yet a token was issued; whose it is, no line says.",
                "该品牌没有厂商通道，却获取到了 token；日志没有说明是哪个厂商的。",
            ),
        };
    };
    let Bilingual { en, zh } = words::name(vendor);
    if let Some(own) = view.natural.vendor().filter(|own| *own != vendor.id) {
        let own = view.catalog.vendor(own).map_or_else(|| Bilingual::new(own, own), words::name);
        return Bilingual::new(
            format!("This phone belongs to {}; nothing shows that it may use {en}'s channel.", own.en),
            spaced(&format!("这是{}手机；没有信息表明它可以使用{zh}通道。", own.zh)),
        );
    }
    if device.family.is_none() {
        return Bilingual::new(
            "No getprop output was given, so model and ROM of the phone are not known.",
            "没有提供 getprop 输出，不知道机型和 ROM。",
        );
    }
    let Some(_) = &device.rom else {
        return Bilingual::new(
            "The properties name the brand but no ROM; a full getprop output would.",
            "已有属性只说明了品牌，没有 ROM 信息；需要完整的 getprop 输出。",
        );
    };
    let rom = words::rom(device);
    match &vendor.eligibility {
        None => Bilingual::new(
            format!("Which phones {en} serves is not in the catalogue."),
            spaced(&format!("{zh}支持哪些手机，本工具的资料里没有。")),
        ),
        Some(rule)
            if view.has_token() && !rule.roms.iter().any(|r| device.rom.as_deref() == Some(r.as_ref())) =>
        {
            Bilingual::new(
                format!("{} is no system of {en}, yet a token was issued.", rom.en),
                spaced(&format!("{}不是{zh}的系统，却获取到了 token。", rom.zh)),
            )
        }
        Some(rule) if rule.model_list_unknown => Bilingual::new(
            format!(
                "{} fits, but {en} serves only the models of its own list, which is not part of the catalogue.",
                rom.en
            ),
            spaced(&format!("系统 {} 符合，但{zh}只支持其机型清单内的手机，本工具没有收录该清单。", rom.zh)),
        ),
        Some(_) => Bilingual::new(
            format!("Nothing tells whether {en} serves this phone."),
            spaced(&format!("没有信息表明{zh}是否支持这台手机。")),
        ),
    }
}

/// Why no line tells of the token or of its report.
fn why_no_line(view: &View<'_>, link: Link) -> Bilingual {
    let log = &view.case.log;
    let inputs = &view.case.inputs;
    if !inputs.is_empty() && inputs.iter().all(|i| i.kind == "getprop") {
        return Bilingual::new("Only phone properties were given, no log.", "只提供了手机属性，没有日志。");
    }
    if !inputs.is_empty() && inputs.iter().all(|i| matches!(i.kind.as_str(), "app" | "getprop")) {
        return Bilingual::new(
            "The app's files were given, but no log: they cannot show it.",
            "只提供了应用文件，没有日志，看不出来。",
        );
    }
    if !inputs.is_empty() && inputs.iter().all(|i| matches!(i.kind.as_str(), "app" | "getprop" | "dumpsys")) {
        return Bilingual::new(
            "The phone's state was given (dumpsys), but no log.",
            "只提供了手机状态（dumpsys），没有日志。",
        );
    }
    if log.no_info_lines {
        return Bilingual::new(
            "The log has no D or I lines: some phones print them only after logging is switched on, so a missing line proves nothing.",
            "日志中没有 D、I 级别的行：部分手机要先打开日志开关，因此缺少某行不能说明问题。",
        );
    }
    if log.single_process && !log.push_process {
        return Bilingual::new(
            "The log holds one process only; push lines are written by the app's :push process.",
            "日志只包含一个进程，而推送日志由应用的 :push 进程输出。",
        );
    }
    if log.gaps > 0 && log.push_lines == 0 {
        return Bilingual::new(
            "No push line is left; the logger removed lines here (chatty), so a missing line proves nothing.",
            "没有推送相关的行；系统日志服务丢弃过部分行（chatty），因此缺少某行不能说明问题。",
        );
    }
    if log.push_lines == 0 {
        return Bilingual::new(
            "The log holds no line of the push component: a release build may print none, or the log begins after the app had started.",
            "日志中没有推送组件的行：release 包可能不打印，或日志是在应用启动之后才开始抓取的。",
        );
    }
    match link {
        Link::Report => Bilingual::new(
            "No line shows the report of the token to MPS; release builds may print no RPC lines.",
            "没有日志表明 token 是否已上报 MPS；release 包可能不打印 RPC 日志。",
        ),
        _ => Bilingual::new(
            "No line shows that a token was issued or refused; release builds may print none.",
            "没有日志表明是否获取到 token；release 包可能不打印这类日志。",
        ),
    }
}

/// What would settle a link, from the vendor's own list, else the general one.
pub fn next(view: &View<'_>, link: Link) -> Vec<Next> {
    let fill = |text: &str, placeholder: &str| text.replace("{package}", view.package.unwrap_or(placeholder));
    let of = |vendor: &str| -> Vec<Next> {
        view.catalog
            .vendor(vendor)
            .into_iter()
            .flat_map(|v| v.next.iter())
            .filter(|n| n.link == link)
            .map(|n| {
                let command_zh = if n.command_zh.is_empty() { &n.command } else { &n.command_zh };
                Next {
                    command: Bilingual::new(fill(&n.command, "<package>"), fill(command_zh, "<包名>")),
                    why: Bilingual::new(fill(&n.en, "<package>"), fill(&n.zh, "<包名>")),
                }
            })
            .collect()
    };
    let mut steps = view.vendor.map(of).unwrap_or_default();
    if steps.is_empty() {
        steps = of("mps");
    }
    steps
}
