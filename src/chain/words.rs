//! The chain's own sentences, in both languages. What is known of a code or a finding is in
//! `error-codes/`; here are only the sentences that join them.

use crate::catalog::{Basis, Channel, Confidence, Eligibility, Link, Vendor, Words};
use crate::diagnosis::{Device, Judgement, State};
use crate::evidence::{CodeRef, Evidence};
use crate::lang::{self, Bilingual, spaced};

use super::View;

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
        confidence: Confidence::High,
        basis: Basis::Documented,
        summary,
        ..Judgement::new(link, State::Pass)
    }
}

/// A vendor's name in both languages.
pub fn name(vendor: &Vendor) -> Bilingual {
    Bilingual::new(vendor.en.as_ref(), vendor.zh.as_ref())
}

/// The name of the chain's vendor.
pub fn vendor_name(view: &View<'_>) -> (String, String) {
    match view.vendor.and_then(|v| view.catalog.vendor(v)).map(name) {
        Some(name) => (name.en, name.zh),
        None => ("vendor".to_owned(), "厂商".to_owned()),
    }
}

/// A link that a message straight to the vendor does not have.
pub fn past_mps(link: Link) -> Judgement {
    Judgement {
        summary: Bilingual::new(
            "The message went straight to the vendor, past MPS, and says nothing of this link.",
            "消息直接发给了厂商，没有经过 MPS，与这一环节无关。",
        ),
        ..Judgement::new(link, State::NotApplicable)
    }
}

/// What a passing line proves.
pub fn passed(view: &View<'_>, link: Link, e: &Evidence) -> Bilingual {
    passed_by(&vendor_name(view), link, e)
}

/// The same with the vendor's name in both languages.
pub fn passed_by((en, zh): &(String, String), link: Link, e: &Evidence) -> Bilingual {
    if e.server
        && let Some(sentence) = passed_at_server(en, zh, link, e)
    {
        return sentence;
    }
    match link {
        Link::Eligibility => {
            Bilingual::new("The phone may use the vendor's channel.", "这台手机可以使用厂商通道。")
        }
        Link::Token => Bilingual::new(
            format!("The {en} SDK issued a token."),
            spaced(&format!("{zh} SDK 已下发 token。")),
        ),
        Link::Report => Bilingual::new("MPS took the report of the token.", "token 已成功上报 MPS。"),
        Link::Accept => Bilingual::new(
            "MPS accepted the message (accepted is not sent).",
            "MPS 已受理消息（受理不等于已下发）。",
        ),
        Link::Route => Bilingual::new("MPS chose the channel that was asked for.", "MPS 选择了预期的通道。"),
        Link::Forward => match e.channel {
            Some(Channel::SelfBuilt) => Bilingual::new(
                "The self-built channel works: the long connection is up or a message came through.",
                "自建通道可用：长连接已建立，或已收到消息。",
            ),
            _ => Bilingual::new(
                format!("A message came by the {en} channel."),
                spaced(&format!("消息已通过{zh}通道到达手机。")),
            ),
        },
        Link::Display | Link::None => {
            Bilingual::new("The phone showed the notification.", "手机已展示通知。")
        }
    }
}

/// What a record of the server proves, where that is another thing than a line of the phone.
fn passed_at_server(en: &str, zh: &str, link: Link, e: &Evidence) -> Option<Bilingual> {
    let receipt = e.rule.starts_with("server.receipt");
    let (en, zh) = match (link, e.channel) {
        (Link::Report, _) if e.rule == "mps.device-state" => (
            "MPS holds a vendor token of this target.".to_owned(),
            "MPS 已保存该目标的厂商 token。".to_owned(),
        ),
        (Link::Report, _) => (
            "The server's log shows that the report of the token arrived.".to_owned(),
            "服务端日志显示 token 上报已到达。".to_owned(),
        ),
        (Link::Route, Some(Channel::SelfBuilt)) => (
            "The message went by the self-built channel, as the sender asked.".to_owned(),
            "消息走了自建通道，与发送时的指定一致。".to_owned(),
        ),
        (Link::Route, _) => {
            (format!("MPS chose the {en} channel for the message."), format!("MPS 为该消息选择了{zh}通道。"))
        }
        (Link::Forward, Some(Channel::SelfBuilt)) => (
            "The phone confirmed the message on the self-built channel.".to_owned(),
            "手机已在自建通道上确认收到消息。".to_owned(),
        ),
        (Link::Forward, Some(Channel::Vendor)) if receipt => (
            format!("{en}'s receipt says that the message reached the phone."),
            format!("{zh}回执表明消息已到达手机。"),
        ),
        (Link::Forward, Some(Channel::Vendor)) => (
            format!("{en}'s server took the message for this phone (taken is not shown)."),
            format!("{zh}服务器已收下发给这台手机的消息（收下不等于已展示）。"),
        ),
        (Link::Forward, None) => (
            "MPS handed the message on and was answered well (that is not yet shown).".to_owned(),
            "MPS 已成功下发消息（下发成功不等于已展示）。".to_owned(),
        ),
        (Link::Display, _) if e.rule == "server.receipt-seen" => (
            "The user tapped the notification, as a receipt says.".to_owned(),
            "回执表明用户点击了通知。".to_owned(),
        ),
        (Link::Display, _) if receipt => (
            "The phone received the message, as a receipt says; that it was shown is likely.".to_owned(),
            "回执表明手机已收到消息，应已展示。".to_owned(),
        ),
        _ => return None,
    };
    Some(Bilingual::new(en, spaced(&zh)))
}

pub fn proven_by_vendor(link: Link) -> Bilingual {
    match link {
        Link::Token => Bilingual::new(
            "Proved by the vendor's server, which took a message for the token.",
            "厂商服务器收下了发往该 token 的消息，说明 token 有效。",
        ),
        _ => Bilingual::new(
            "Proved by the vendor's server, which took a message from MPS: MPS knows the token.",
            "厂商服务器收下了 MPS 下发的消息，说明 MPS 已有该 token。",
        ),
    }
}

pub fn silent_server(records: bool) -> Bilingual {
    match records {
        true => Bilingual::new(
            "The server records of this phone say nothing of this link.",
            "这台手机的服务端记录没有涉及这一环节。",
        ),
        false => Bilingual::new(
            "No server record of this phone says anything of this link.",
            "没有属于这台手机的服务端记录涉及这一环节。",
        ),
    }
}

pub fn repaired(finding: &str, count: u64) -> Bilingual {
    let (en, zh) =
        if count > 1 { (format!(" ({count}x)"), format!("（{count} 次）")) } else { Default::default() };
    Bilingual::new(
        format!("{finding} was seen earlier{en}; it worked afterwards."),
        format!("此前出现过 {finding}{zh}，之后已恢复正常。"),
    )
}

pub fn perhaps_repaired(finding: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "{finding} was seen, and a later line may show that it healed; this log format has no tags to tell. Export the log with -v threadtime."
        ),
        format!(
            "出现过 {finding}，之后有一行可能表示已恢复，但这种日志格式没有 tag，无法确认。请用 -v threadtime 重新导出。"
        ),
    )
}

pub fn worked_before() -> Bilingual {
    Bilingual::new("It had worked earlier in this log.", "这份日志更早的时候曾经成功过。")
}

pub fn still_held() -> Bilingual {
    Bilingual::new(
        "A token was issued earlier and stays valid until it is given back or declared invalid; only a newer request failed.",
        "此前已获取到 token，在注销或失效之前一直可用；失败的只是后来的一次请求。",
    )
}

pub fn guards(count: u64) -> Bilingual {
    Bilingual::new(
        format!("The SDK refused repeated calls ({count}x), which does not touch the token."),
        format!("SDK 拦截了 {count} 次重复调用，不影响已有的 token。"),
    )
}

pub fn only_guards() -> Bilingual {
    Bilingual::new(
        "The SDK only refused a repeated call; the log does not say whether a token is held.",
        "SDK 只是拦截了重复调用，日志没有说明是否已有 token。",
    )
}

pub fn asked_not_answered() -> Bilingual {
    Bilingual::new(
        "The token was asked for; neither a token nor an error follows in this log.",
        "已申请 token，但之后的日志里既没有 token 也没有错误。",
    )
}

pub fn app_reset() -> Bilingual {
    Bilingual::new(
        "The app's data were cleared, or it was removed or installed anew: a token from before is void.",
        "应用被清除数据、卸载或重装过：之前的 token 已作废。",
    )
}

pub fn may_have_healed() -> Bilingual {
    Bilingual::new(
        "This error can pass by itself and was seen once: a later success may be hidden outside this log.",
        "该错误可能自行恢复，且只出现了一次：后来也许已成功，只是不在这份日志里。",
    )
}

pub fn bind_only() -> Bilingual {
    Bilingual::new(
        "Binding matters only to messages that are sent to user ids.",
        "绑定失败只影响按用户 ID 推送的消息。",
    )
}

pub fn self_built_works() -> Bilingual {
    Bilingual::new(
        "The self-built channel delivered: push works only while the app lives.",
        "自建通道能收到消息，但只在应用存活时有效。",
    )
}

pub fn came_self_built() -> Bilingual {
    Bilingual::new(
        "The newest message came by the self-built channel; only the server knows whether that was asked for.",
        "最近一条消息走了自建通道；是否本来就指定走自建通道，只有服务端知道。",
    )
}

pub fn vendor_shows_itself() -> Bilingual {
    Bilingual::new(
        "A vendor notification is shown even when the app is stopped; self-built and data messages are lost.",
        "应用被强行停止后，厂商通知仍能展示；自建通道消息和透传消息会丢失。",
    )
}

pub fn app_not_named(package: &str) -> Bilingual {
    Bilingual::new(
        format!("No line names {package}: check the package name, or whether its processes are in this log."),
        format!("日志中没有任何一行提到 {package}：请核对包名，或确认日志包含该应用的进程。"),
    )
}

pub fn nothing_in_the_window() -> Bilingual {
    Bilingual::new(
        "Every line that could tell something lies outside of --since and --until.",
        "所有可能有用的日志行都不在 --since 和 --until 指定的时间范围内。",
    )
}

pub fn app_not_seen_to_push(view: &View<'_>) -> Bilingual {
    let package = view.package.unwrap_or("?");
    Bilingual::new(
        format!(
            "Nothing in the log shows that {package} is the app in question; if it is, add --package {package}."
        ),
        format!("日志没有表明 {package} 就是要排查的应用；如果是，请加 --package {package}。"),
    )
}

pub fn proven_by_arrival(link: Link) -> Bilingual {
    match link {
        Link::Token => Bilingual::new(
            "Proved by a message that came by the vendor's channel.",
            "有消息经厂商通道到达，说明 token 有效。",
        ),
        _ => Bilingual::new(
            "Proved by a message that came by the vendor's channel: MPS knows the token.",
            "有消息经厂商通道到达，说明 MPS 已有该 token。",
        ),
    }
}

pub fn eligible_by_token(view: &View<'_>) -> Bilingual {
    let (en, zh) = vendor_name(view);
    Bilingual::new(
        format!("Proved by the token: {en} issued one to this phone."),
        spaced(&format!("{zh}已给这台手机下发 token，说明可以使用厂商通道。")),
    )
}

pub fn eligible_by_rom(view: &View<'_>, device: &Device) -> Bilingual {
    let (en, zh) = vendor_name(view);
    let rom = rom(device);
    Bilingual::new(
        format!("{} is a system that {en}'s channel serves.", rom.en),
        spaced(&format!("{} 是{zh}通道支持的系统。", rom.zh)),
    )
}

/// A whole list of properties in which the vendor's systems do not appear.
pub fn no_rom_named(rule: &Eligibility) -> Bilingual {
    let roms: Vec<&str> = rule.roms.iter().map(AsRef::as_ref).collect();
    Bilingual::new(
        format!("None of the phone's properties names {}.", roms.join(", ")),
        spaced(&format!("手机的全部系统属性中都没有 {} 的标识。", roms.join("、"))),
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
    if name.is_empty() {
        return Bilingual::new(format!("The phone: {}.", rom.en), format!("手机：{}。", rom.zh));
    }
    Bilingual::new(format!("The phone: {name}, {}.", rom.en), format!("手机：{name}，{}。", rom.zh))
}

/// The system of the phone and its version.
pub fn rom(device: &Device) -> Bilingual {
    match (&device.rom, &device.rom_version) {
        (Some(rom), Some(version)) => Bilingual::new(format!("{rom} {version}"), format!("{rom} {version}")),
        (Some(rom), None) => Bilingual::new(rom, rom),
        _ => Bilingual::new("unknown ROM", "ROM 未知"),
    }
}

pub fn unknown_code(view: &View<'_>, code: &CodeRef) -> Bilingual {
    let vendor = view.catalog.vendor(&code.vendor);
    let name = vendor.map_or_else(|| Bilingual::new(&code.vendor, &code.vendor), name);
    let (en, zh) = match lang::side(&code.side) {
        ("", "") => (code.side.as_str(), code.side.as_str()),
        words => words,
    };
    Bilingual::new(
        format!("{} gave the code {} ({en}), which the catalogue does not know.", name.en, code.code),
        spaced(&format!("{}返回错误码 {}（{zh}），错误码库中没有收录。", name.zh, code.code)),
    )
}

pub fn unknown_code_steps() -> Vec<Bilingual> {
    vec![Bilingual::new(
        "Look the code up in the vendor's own table, and add it to your own catalogue (--error-codes) for the next time.",
        "到厂商官方错误码表中查询，并加入自己的错误码目录（--error-codes），下次即可识别。",
    )]
}

pub fn works_though(finding: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "It worked on the phone, although the app's files say {finding}: the installed build may not be the one given."
        ),
        format!("手机上是正常的，但应用文件显示 {finding}：安装的可能不是这里提供的版本。"),
    )
}

/// What the app's files say beside the finding that is named.
pub fn files_add(view: &View<'_>, e: &Evidence) -> Bilingual {
    let finding = view.catalog.finding(&e.finding);
    let meaning = finding.map(|f| Bilingual::new(f.en.meaning.as_ref(), f.zh.meaning.as_ref()));
    let meaning = meaning.unwrap_or_default();
    Bilingual::new(
        format!("The app's files: {} {} [{}]", meaning.en, e.remark.en, e.finding),
        format!("应用文件：{}{}[{}]", meaning.zh, e.remark.zh, e.finding),
    )
}

pub fn signed_with(fingerprints: &[&str]) -> Bilingual {
    let list = fingerprints.join(", ");
    Bilingual::new(
        format!("The given build is signed with SHA-256 {list}: this must stand in the vendor's console."),
        format!("所给安装包的签名证书 SHA-256 为 {list}，厂商后台登记的应与它一致。"),
    )
}

pub fn app_is(package: &str) -> Bilingual {
    Bilingual::new(
        format!("The given build is {package}: this must stand in the vendor's console."),
        format!("所给安装包的包名是 {package}，厂商后台登记的应与它一致。"),
    )
}

pub fn files_pass(passed: usize, vendors: &[Bilingual]) -> Bilingual {
    let en: Vec<&str> = vendors.iter().map(|v| v.en.as_str()).collect();
    let zh: Vec<&str> = vendors.iter().map(|v| v.zh.as_str()).collect();
    Bilingual::new(
        format!(
            "No fault was found in the app's files ({passed} checks; {}), but this does not prove delivery: nothing of a phone or a server was seen.",
            en.join(", ")
        ),
        spaced(&format!(
            "应用文件中没有发现问题（检查了 {passed} 项；{}），但不能证明消息能送达：没有看到手机和服务端的任何信息。",
            zh.join("、")
        )),
    )
}

pub fn files_of_another(given: &str, wanted: &str) -> Bilingual {
    Bilingual::new(
        format!("The app's files are of {given}, but {wanted} is judged: they do not count."),
        format!("应用文件属于 {given}，而要判断的是 {wanted}：这些文件不计入。"),
    )
}

pub fn files_show_no_fault(view: &View<'_>, checks: usize) -> Bilingual {
    let (en, zh) = vendor_name(view);
    Bilingual::new(
        format!("The app's files show no fault in what {en} needs ({checks} checks)."),
        spaced(&format!("应用文件中没有发现{zh}所需配置的问题（检查了 {checks} 项）。")),
    )
}
