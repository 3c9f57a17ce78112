//! The chain's own sentences, in both languages. What is known of a code or a finding is in
//! `error-codes/`; here are only the sentences that join them.

use crate::catalog::{Basis, Channel, Confidence, Link, Owner, Words};
use crate::diagnosis::{Device, Judgement, State};
use crate::evidence::{CodeRef, Evidence};
use crate::lang::Bilingual;

use super::View;

/// The name of a link in sentences.
pub fn link_name(link: Link) -> Bilingual {
    let zh = match link {
        Link::Eligibility => "通道资格",
        Link::Token => "厂商 token",
        Link::Report => "token 上报",
        Link::Accept => "MPS 受理",
        Link::Route => "通道选择",
        Link::Forward => "通道下发",
        Link::Display | Link::None => "手机展示",
    };
    Bilingual::new(link.as_str(), zh)
}

/// Fix steps of an entry, paired by position.
pub fn steps(en: &Words, zh: &Words) -> Vec<Bilingual> {
    let count = en.fix.len().max(zh.fix.len());
    (0..count)
        .map(|i| {
            let en = en.fix.get(i).map(AsRef::as_ref).unwrap_or_default();
            let zh = zh.fix.get(i).map(AsRef::as_ref).unwrap_or_default();
            Bilingual::new(if en.is_empty() { zh } else { en }, if zh.is_empty() { en } else { zh })
        })
        .collect()
}

/// A judgement from a finding of `findings.toml` that no log line carries.
pub fn of_finding(view: &View<'_>, id: &str, state: State) -> Judgement {
    let link = id.split('.').next().and_then(|name| super::LINKS.iter().find(|l| l.as_str() == name));
    let mut judgement = passed_plain(link.copied().unwrap_or(Link::None), Bilingual::default());
    judgement.state = state;
    judgement.finding = id.to_owned();
    if let Some(finding) = view.catalog.finding(id) {
        judgement.owner = finding.owner;
        judgement.basis = finding.basis;
        judgement.summary = Bilingual::new(finding.en.meaning.as_ref(), finding.zh.meaning.as_ref());
        judgement.cause = Bilingual::new(finding.en.cause.as_ref(), finding.zh.cause.as_ref());
        judgement.advice = steps(&finding.en, &finding.zh);
        judgement.source = finding.source.first().map(ToString::to_string).unwrap_or_default();
    }
    judgement
}

/// A pass with a summary and nothing else.
pub fn passed_plain(link: Link, summary: Bilingual) -> Judgement {
    Judgement {
        link,
        state: State::Pass,
        confidence: Confidence::High,
        owner: Owner::None,
        basis: Basis::Documented,
        finding: String::new(),
        code: None,
        summary,
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

/// The vendor's name in both languages.
pub fn vendor_name(view: &View<'_>) -> (String, String) {
    match view.vendor.and_then(|v| view.catalog.vendor(v)) {
        Some(vendor) => (vendor.en.to_string(), vendor.zh.to_string()),
        None => ("vendor".to_owned(), "厂商".to_owned()),
    }
}

/// A name between Chinese characters: Latin letters keep a blank on both sides.
fn between(name: &str) -> String {
    if name.is_ascii() { format!(" {name} ") } else { name.to_owned() }
}

/// What a passing line proves.
pub fn passed(view: &View<'_>, link: Link, e: &Evidence) -> Bilingual {
    let (en, zh) = vendor_name(view);
    match link {
        Link::Eligibility => {
            Bilingual::new("The phone may use the vendor's channel.", "该手机可以使用厂商通道。")
        }
        Link::Token => {
            Bilingual::new(format!("The {en} SDK issued a token."), format!("{zh} SDK 已返回 token。"))
        }
        Link::Report => Bilingual::new("The report to MPS was answered well.", "token 上报 MPS 成功。"),
        Link::Accept => Bilingual::new(
            "MPS accepted the message (accepted is not sent).",
            "MPS 已接受消息（接受不等于已下发）。",
        ),
        Link::Route => Bilingual::new("MPS chose the channel that was asked for.", "MPS 选择了预期的通道。"),
        Link::Forward => match e.channel {
            Some(Channel::SelfBuilt) => Bilingual::new(
                "The self-built channel works: the long connection is up or a message came through.",
                "自建通道可用：长连接已建立或已收到消息。",
            ),
            _ => Bilingual::new(
                format!("A message came by the {en} channel."),
                format!("消息已通过{}通道到达。", between(&zh)),
            ),
        },
        Link::Display | Link::None => {
            Bilingual::new("The phone showed the notification.", "手机已展示通知。")
        }
    }
}

pub fn repaired(finding: &str, count: u64) -> Bilingual {
    Bilingual::new(
        format!("{finding} was seen earlier ({count}×); it worked afterwards."),
        format!("此前出现过 {finding}（{count} 次），之后已成功。"),
    )
}

pub fn perhaps_repaired(finding: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "{finding} was seen, and a later line may be its success; this log format has no tags to tell. Export it with -v threadtime."
        ),
        format!(
            "出现过 {finding}，之后有一行可能是成功；该日志格式没有 tag，无法确认。请用 -v threadtime 重新导出。"
        ),
    )
}

pub fn worked_before() -> Bilingual {
    Bilingual::new("It had worked earlier in this log.", "在这份日志的更早时间曾经成功过。")
}

pub fn still_held() -> Bilingual {
    Bilingual::new(
        "A token was issued earlier and stays valid until it is given back or declared invalid; only a newer request failed.",
        "此前已获取 token，在注销或被判失效前仍然有效；失败的只是之后的一次请求。",
    )
}

pub fn guards(count: u64) -> Bilingual {
    Bilingual::new(
        format!("The SDK refused {count} repeated call(s); that does not touch the token."),
        format!("SDK 拦截了 {count} 次重复调用，不影响已有 token。"),
    )
}

pub fn only_guards() -> Bilingual {
    Bilingual::new(
        "The SDK only refused a repeated call; whether a token is held, the log does not say.",
        "SDK 只是拦截了重复调用；日志没有说明是否已有 token。",
    )
}

pub fn asked_not_answered() -> Bilingual {
    Bilingual::new(
        "The token was asked for; neither a token nor an error follows in this log.",
        "已发起 token 请求，但日志中之后既没有 token 也没有错误。",
    )
}

pub fn app_reset() -> Bilingual {
    Bilingual::new(
        "The app's data were cleared or it was installed anew after the last token: that token is void.",
        "最后一次获取 token 之后应用被清除数据或重装：原 token 已作废。",
    )
}

pub fn may_have_healed() -> Bilingual {
    Bilingual::new(
        "This error can pass by itself and was seen once: a later success may be hidden outside this log.",
        "该错误可能自行恢复且只出现一次：之后的成功可能不在这份日志里。",
    )
}

pub fn bind_only() -> Bilingual {
    Bilingual::new(
        "Binding matters only to messages that are sent to user ids.",
        "绑定只影响按用户 ID 推送的消息。",
    )
}

pub fn self_built_works() -> Bilingual {
    Bilingual::new(
        "The self-built channel delivered: push works only while the app lives.",
        "自建通道能收到消息：只有应用存活时推送可用。",
    )
}

pub fn came_self_built() -> Bilingual {
    Bilingual::new(
        "The newest message came by the self-built channel; whether that was asked for, only the server shows.",
        "最近一条消息走了自建通道；是否本来就要求走自建，只有服务端能看到。",
    )
}

pub fn vendor_shows_itself() -> Bilingual {
    Bilingual::new(
        "A vendor notification is shown even when the app is stopped; self-built and data messages are lost.",
        "应用被强制停止时厂商通知仍可展示；自建通道和透传消息会丢失。",
    )
}

pub fn app_not_seen_to_push(view: &View<'_>) -> Bilingual {
    let package = view.package.unwrap_or("?");
    Bilingual::new(
        format!(
            "Nothing in the log shows that {package} is the app in question; --package {package} says so."
        ),
        format!("日志没有表明 {package} 就是要排查的应用；可用 --package {package} 指定。"),
    )
}

pub fn proven_by_arrival(link: Link) -> Bilingual {
    match link {
        Link::Token => Bilingual::new(
            "Proved by a message that came by the vendor's channel.",
            "已有消息经厂商通道到达，说明 token 有效。",
        ),
        _ => Bilingual::new(
            "Proved by a message that came by the vendor's channel: MPS knows the token.",
            "已有消息经厂商通道到达，说明 MPS 持有该 token。",
        ),
    }
}

pub fn eligible_by_token(view: &View<'_>) -> Bilingual {
    let (en, zh) = vendor_name(view);
    Bilingual::new(
        format!("Proved by the token: {en} issued one to this phone."),
        format!("{}已向这台手机签发 token，说明可用厂商通道。", between(&zh).trim_start()),
    )
}

pub fn eligible_by_rom(view: &View<'_>, device: &Device) -> Bilingual {
    let (en, zh) = vendor_name(view);
    let rom = rom(device);
    Bilingual::new(
        format!("{rom} is a system of {en}'s channel."),
        format!("{rom} 属于{}通道支持的系统。", between(&zh)),
    )
}

/// The phone in a few words.
pub fn phone(device: &Device) -> Bilingual {
    let name = [device.brand.as_deref(), device.model.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let rom = rom(device);
    Bilingual::new(format!("The phone: {name}, {rom}."), format!("手机：{name}，{rom}。"))
}

fn rom(device: &Device) -> String {
    match (&device.rom, &device.rom_version) {
        (Some(rom), Some(version)) => format!("{rom} {version}"),
        (Some(rom), None) => rom.clone(),
        _ => "ROM ?".to_owned(),
    }
}

pub fn unknown_code(view: &View<'_>, code: &CodeRef) -> Bilingual {
    let (en, zh) = match view.catalog.vendor(&code.vendor) {
        Some(vendor) => (vendor.en.to_string(), vendor.zh.to_string()),
        None => (code.vendor.clone(), code.vendor.clone()),
    };
    Bilingual::new(
        format!("{en} answered {} ({}), which the catalogue does not know.", code.code, code.side),
        format!("{zh}返回 {}（{}），目录中没有该码。", code.code, code.side),
    )
}

pub fn unknown_code_steps() -> Vec<Bilingual> {
    vec![Bilingual::new(
        "Look the code up in the vendor's own table, and add it to your overlay (--error-codes) for the next time.",
        "到厂商官方错误码表查询，并加入自己的扩展目录（--error-codes），下次即可识别。",
    )]
}
