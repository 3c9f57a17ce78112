//! What the phone's own services say of a link without breaking it: a permission that is granted
//! proves that nothing hides a message, never that one was shown. So it stands as a remark.

use crate::catalog::Link;
use crate::diagnosis::{Judgement, State};
use crate::evidence::{Evidence, Says};
use crate::lang::Bilingual;

use super::{View, weigh};

/// Whether the evidence is a fact of a dump.
pub fn is_stated(e: &Evidence) -> bool {
    e.rule.starts_with("state.")
}

/// Adds the remarks to a judgement; an unknown link shows the lines they stand on.
pub fn add(view: &View<'_>, judgement: &mut Judgement) {
    let notes: Vec<&Evidence> = view
        .evidence
        .iter()
        .copied()
        .filter(|e| e.link == judgement.link && e.says == Says::Note && is_stated(e))
        .collect();
    for note in &notes {
        let Some(text) = sentence(note) else { continue };
        judgement.notes.push(text);
        if judgement.state == State::Unknown && judgement.evidence.len() < 6 {
            judgement.evidence.extend(weigh::places(note));
        }
    }
    // What the dumps have answered need not be asked again.
    if judgement.state == State::Unknown && !notes.is_empty() {
        let open: Vec<_> =
            judgement.next.iter().filter(|step| !is_answered(&step.command.en)).cloned().collect();
        if !open.is_empty() {
            judgement.next = open;
        }
    }
    // What was compared stands beside the failure.
    let failed = view.evidence.iter().find(|e| {
        e.link == judgement.link
            && is_stated(e)
            && e.says != Says::Note
            && e.finding == judgement.finding
            && !e.detail.is_empty()
    });
    if let Some(failed) = failed
        && matches!(judgement.state, State::Fail | State::Warn)
    {
        judgement.notes.push(compared(failed));
    }
}

/// Commands whose output is a dump.
fn is_answered(command: &str) -> bool {
    ["adb shell dumpsys ", "adb shell cmd appops "].iter().any(|start| command.starts_with(start))
}

fn compared(e: &Evidence) -> Bilingual {
    let detail = &e.detail;
    match e.finding.as_str() {
        "token.service-outdated" => {
            let (have, want) = detail.split_once(" / ").unwrap_or((detail, "?"));
            Bilingual::new(
                format!("On the phone: {have}; at least {want} is wanted."),
                format!("手机上的版本：{have}，至少需要 {want}。"),
            )
        }
        _ if e.rule == "state.never-asks" => Bilingual::new(
            "The app is built for Android 13 or later and does not ask for POST_NOTIFICATIONS.",
            "应用面向 Android 13 及以上，却没有申请 POST_NOTIFICATIONS 权限。",
        ),
        "display.channel-off" => {
            Bilingual::new(format!("The channel: {detail}."), format!("通知渠道：{detail}。"))
        }
        _ => Bilingual::new(format!("The package: {detail}."), format!("软件包：{detail}。")),
    }
}

fn sentence(e: &Evidence) -> Option<Bilingual> {
    let detail = &e.detail;
    let (en, zh) = match (e.link, e.rule.as_ref()) {
        (Link::Token, "state.service") => (
            format!("The vendor's service is installed and new enough: {detail}."),
            format!("厂商服务已安装，版本满足要求：{detail}。"),
        ),
        (_, "state.running") => (
            "The app is installed, enabled and not force-stopped.".to_owned(),
            "应用已安装、未停用，也没有被强行停止。".to_owned(),
        ),
        (_, "state.permission") => (
            "The permission to show notifications is granted.".to_owned(),
            "已授予通知权限（POST_NOTIFICATIONS）。".to_owned(),
        ),
        (_, "state.importance") if detail.is_empty() => (
            "The notification service does not block the app.".to_owned(),
            "通知服务没有屏蔽该应用。".to_owned(),
        ),
        (_, "state.importance") => (
            format!("The notification service does not block the app (importance {detail})."),
            format!("通知服务没有屏蔽该应用（importance {detail}）。"),
        ),
        (_, "state.channel") => (
            format!("Some channels of the app are switched off: {detail}. Messages sent to them are hidden."),
            format!("应用的部分通知渠道已关闭：{detail}。发到这些渠道的消息不会展示。"),
        ),
        (_, "state.doze-free") => (
            "Battery saving leaves the app alone.".to_owned(),
            "省电机制不限制该应用（在白名单中）。".to_owned(),
        ),
        (_, "state.bucket") => {
            let bucket: u32 = detail.parse().unwrap_or(0);
            if bucket < 40 {
                return None;
            }
            (
                format!(
                    "The system runs the app rarely (standby bucket {bucket}), which delays the self-built channel."
                ),
                format!("系统限制该应用的后台运行（待机分组 {bucket}），自建通道的消息可能延迟。"),
            )
        }
        _ => return None,
    };
    Some(Bilingual::new(en, zh))
}
