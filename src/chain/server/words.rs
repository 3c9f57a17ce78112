//! Sentences about records of the server, in both languages.

use std::collections::BTreeMap;

use super::join::Key;
use super::skew::Skew;
use crate::catalog::{Catalog, Channel, Kind, Limit, Vendor};
use crate::chain::words::name;
use crate::lang::{Bilingual, spaced};
use crate::source::server_log::record::{Record, RecordKind};

pub fn older_token() -> Bilingual {
    Bilingual::new(
        "The answer is about an older token, which the phone has replaced since; it says nothing of the present one.",
        "该应答针对的是旧 token，手机之后已换新；不能说明当前 token 的情况。",
    )
}

pub fn sends_to_older_token() -> Bilingual {
    Bilingual::new(
        "The message went to an older token although the phone had a newer one by then: MPS has not got the new one.",
        "消息仍发往旧 token，而手机当时已有新 token：MPS 没有拿到新的。",
    )
}

pub fn over_limit(vendor: &Vendor, limit: &Limit, sends: u64, unnamed: u64, day: &str) -> Bilingual {
    let of = name(vendor);
    let (low, high) = (limit.per_device_day, limit.per_device_day_news);
    let (figure_en, figure_zh) = if high > low {
        (
            format!("{high} (news apps) or {low} (others)"),
            format!("{high} 条（新闻类应用）或 {low} 条（其他应用）"),
        )
    } else {
        (low.to_string(), format!("{low} 条"))
    };
    let (class_en, class_zh) = if limit.all {
        ("of all classes".to_owned(), "（所有类别合计）".to_owned())
    } else {
        (format!("of the class {}", limit.class), format!("（{} 类）", limit.class))
    };
    let (assumed_en, assumed_zh) = match unnamed {
        0 => (String::new(), String::new()),
        n => (
            format!(" The class is not named in {n} of them; the vendor's default was taken."),
            format!("其中 {n} 条没有写明类别，按厂商默认类别计。"),
        ),
    };
    Bilingual::new(
        format!(
            "{sends} accepted messages {class_en} to this phone on {day}; {} shows {figure_en} a day.{assumed_en}",
            of.en
        ),
        spaced(&format!(
            "{day} 发给这台手机且已被受理的消息{class_zh}有 {sends} 条；{}每天最多展示 {figure_zh}。{assumed_zh}",
            of.zh
        )),
    )
}

/// The vendor's figures behind a quota code.
pub fn quota(limit: &Limit) -> Bilingual {
    Bilingual::new(
        format!("This is a quota: {} Source: {}", limit.en, limit.source),
        format!("这是配额限制：{}来源：{}", limit.zh, limit.source),
    )
}

pub fn rows_may_be_elsewhere() -> Bilingual {
    Bilingual::new(
        "No report row of this phone is among the server records, but they do not cover the whole range: the row may stand in another file or host.",
        "服务端记录中没有这台手机的上报，但记录不完整：可能在其他文件或其他主机上。",
    )
}

pub fn no_reports_were_read() -> Bilingual {
    Bilingual::new(
        "Nothing that holds token reports was read (a log of the mobile gateway, or report_logstore of [sls]), so a missing report says nothing.",
        "没有读取到记录 token 上报的日志（移动网关日志，或 [sls] 的 report_logstore），因此没有上报记录不能说明问题。",
    )
}

pub fn token_time_unknown() -> Bilingual {
    Bilingual::new(
        "No report row of this phone is among the server records; when the phone got its token is not known, so this proves nothing.",
        "服务端记录中没有这台手机的上报；但不知道手机何时拿到 token，因此不能说明问题。",
    )
}

pub fn range_unknown() -> Bilingual {
    Bilingual::new(
        "No report row of this phone is among the server records, and which time they cover is not known.",
        "服务端记录中没有这台手机的上报，也不知道这些记录覆盖的时间范围。",
    )
}

pub fn range_elsewhere() -> Bilingual {
    Bilingual::new(
        "The server records do not cover the time at which the phone got its token and the minutes after it.",
        "服务端记录没有覆盖手机拿到 token 的时刻及其后几分钟。",
    )
}

pub fn phone_not_known_to_rows() -> Bilingual {
    Bilingual::new(
        "The report rows name devices by an id that this phone's log does not show, so none can be called missing; give the id with --device.",
        "上报记录用来标识设备的 ID 在手机日志里没有出现，无法判断是否缺失；请用 --device 指定该 ID。",
    )
}

/// What to look at to find the report row.
pub fn look_for_report() -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            "gateway-page-digest.log of every gateway host: alipay.client.yunpushcore.device.report",
            "所有网关主机的 gateway-page-digest.log：alipay.client.yunpushcore.device.report",
        ),
        Bilingual::new(
            "Shows whether the report of this device arrived (Y or N and the code), from the token's time to five minutes after it.",
            "查看该设备的上报是否到达（Y 或 N 及结果码），时间从拿到 token 起到其后五分钟。",
        ),
    )
}

/// How many records are of this phone, and by what that is known.
pub fn summary(by: &BTreeMap<Key, u64>, others: u64) -> Bilingual {
    let total: u64 = by.values().sum();
    let list = |zh: bool| -> String {
        let parts: Vec<String> = by
            .iter()
            .map(|(key, n)| format!("{n} {}", if zh { key_name(*key).1 } else { key_name(*key).0 }))
            .collect();
        parts.join(if zh { "，" } else { ", " })
    };
    let (by_en, by_zh) = match total {
        0 => (String::new(), String::new()),
        _ => (format!(" ({})", list(false)), format!("（{}）", list(true))),
    };
    Bilingual::new(
        format!(
            "Server records: {total} of this phone{by_en}; {others} of other phones or of nobody in particular, which judge nothing."
        ),
        spaced(&format!(
            "服务端记录：属于这台手机的 {total} 条{by_zh}；另有 {others} 条属于其他手机或无法确定，不参与判断。"
        )),
    )
}

const fn key_name(key: Key) -> (&'static str, &'static str) {
    match key {
        Key::VendorToken => ("by vendor token", "条按厂商 token"),
        Key::AdToken => ("by ad-token", "条按 ad-token"),
        Key::Device => ("by device id", "条按设备 ID"),
        Key::Trace => ("by trace id", "条按 traceId"),
        Key::Message => ("by message id", "条按消息 ID"),
        Key::User => ("by user", "条按用户 ID"),
        Key::Time => ("by time", "条按时间"),
        Key::Only => ("as the only target", "条因只有一个目标"),
    }
}

pub fn only_target() -> Bilingual {
    Bilingual::new(
        "No id ties the server records to this phone; they speak of exactly one target and nothing contradicts, so they are taken for its own. Give --device, --token, --user or --msg to be sure.",
        "没有 ID 能把服务端记录与这台手机对应起来；记录只涉及一个目标且无矛盾，因此按这台手机处理。要确认请指定 --device、--token、--user 或 --msg。",
    )
}

pub fn other_messages(count: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "{count} records of this phone are about other messages than the one asked for; they do not judge it."
        ),
        format!("这台手机有 {count} 条记录属于其他消息，不参与对所查消息的判断。"),
    )
}

pub fn skew(skew: Option<&Skew>) -> Bilingual {
    let Some(skew) = skew else {
        return Bilingual::new(
            "No event stands in both logs with its time, so the clocks of phone and server are compared as they are.",
            "两边日志中没有同一事件可用于对时，手机与服务端的时间按原样比较。",
        );
    };
    let seconds = skew.micros.unsigned_abs() as f64 / 1e6;
    let (en, zh) = if skew.micros < 0 { ("behind", "慢") } else { ("ahead of", "快") };
    if skew.pairs == 0 {
        return Bilingual::new(
            format!(
                "The server's clock is at least {seconds:.1} s {en} the phone's: a message arrived before it was sent. Times of the server are shown on the phone's clock."
            ),
            format!(
                "服务端时钟比手机至少{zh} {seconds:.1} 秒（消息的到达早于发送）；服务端时间已换算为手机时间。"
            ),
        );
    }
    Bilingual::new(
        format!(
            "The server's clock is {seconds:.1} s {en} the phone's ({} pairs of events); times of the server are shown on the phone's clock.",
            skew.pairs
        ),
        format!(
            "服务端时钟比手机{zh} {seconds:.1} 秒（依据 {} 对事件）；服务端时间已换算为手机时间。",
            skew.pairs
        ),
    )
}

/// Ids that differ: what was found, and what was expected.
pub fn other_app(found: &str, expected: &str) -> Bilingual {
    Bilingual::new(
        format!("The record says {found}; expected: {expected}."),
        format!("记录中为 {found}，预期为 {expected}。"),
    )
}

pub fn ambiguous_status(code: &str, vendors: &[Bilingual]) -> Bilingual {
    let en: Vec<&str> = vendors.iter().map(|v| v.en.as_str()).collect();
    let zh: Vec<&str> = vendors.iter().map(|v| v.zh.as_str()).collect();
    if vendors.is_empty() {
        return Bilingual::new(
            format!(
                "The status {code} is none of MPS's own, and whose code it is cannot be told; give --vendor."
            ),
            format!("状态码 {code} 不是 MPS 自己的，也无法判断属于哪个厂商；请用 --vendor 指定。"),
        );
    }
    Bilingual::new(
        format!(
            "The status {code} is a vendor's code, and {} have it; give --vendor to judge it.",
            en.join(", ")
        ),
        format!("状态码 {code} 是厂商错误码，{}都有该码；请用 --vendor 指定厂商。", zh.join("、")),
    )
}

pub fn console_status(code: &str) -> Bilingual {
    Bilingual::new(
        format!("The MPS console shows the status {code} for the message."),
        format!("MPS 控制台显示该消息的状态码为 {code}。"),
    )
}

/// One record in a few words, for the timeline.
pub fn event(catalog: &Catalog, record: &Record) -> Bilingual {
    let vendor = record.vendor.as_deref().or(record.code.as_ref().map(|c| c.vendor.as_str()));
    let vendor = vendor.and_then(|v| catalog.vendor(v)).filter(|v| v.channel).map(name);
    let entry = record.code.as_ref().and_then(|c| catalog.code(&c.vendor, &c.side, &c.code));
    let good = entry.map_or(record.ok, |e| Some(e.kind == Kind::Ok));
    let (what_en, what_zh) = match record.kind {
        RecordKind::Report => ("call of the phone at the gateway", "手机对网关的调用"),
        RecordKind::Accept => ("message handed to MPS", "消息提交给 MPS"),
        RecordKind::Forward if record.channel == Some(Channel::SelfBuilt) => {
            ("sent by the self-built channel", "经自建通道下发")
        }
        RecordKind::Forward => ("sent to the vendor", "下发给厂商"),
        RecordKind::Receipt => ("delivery receipt", "送达回执"),
        RecordKind::Other => ("record", "记录"),
    };
    let (good_en, good_zh) = match good {
        Some(true) => (": ok", "：成功"),
        Some(false) => (": failed", "：失败"),
        None => ("", ""),
    };
    let code = record.code.as_ref().map(|c| format!(" {}", c.code)).unwrap_or_default();
    let (en, zh) = vendor.map(|v| (format!("{}: ", v.en), format!("{}：", v.zh))).unwrap_or_default();
    let (meaning_en, meaning_zh) = entry
        .filter(|e| e.kind != Kind::Ok)
        .map(|e| (format!(" ({})", e.en.meaning), format!("（{}）", e.zh.meaning)))
        .unwrap_or_default();
    let operation = record.operation.rsplit('.').next().unwrap_or_default();
    let of = if operation.is_empty() || record.kind != RecordKind::Report {
        String::new()
    } else {
        format!(" ({operation})")
    };
    Bilingual::new(
        format!("{en}{what_en}{of}{good_en}{code}{meaning_en}"),
        spaced(&format!("{zh}{what_zh}{of}{good_zh}{code}{meaning_zh}")),
    )
}
