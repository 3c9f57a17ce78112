//! The fixed words of reports, in both languages: links, states, owners and the like.

use crate::catalog::{Basis, Channel, Confidence, Kind, Link, Owner, Retry, Status};
use crate::diagnosis::{Aside, State};
pub use crate::lang::{link, side};

/// English and Chinese.
pub type Pair = (&'static str, &'static str);

/// The question that a link answers.
pub const fn question(link: Link) -> Pair {
    match link {
        Link::Eligibility => ("May this phone use the vendor's channel?", "这台手机能否使用厂商通道？"),
        Link::Token => ("Did the vendor's SDK issue a token?", "厂商 SDK 是否下发了 token？"),
        Link::Report => (
            "Did the token reach MPS, and is it the current one?",
            "token 是否已上报到 MPS，并且是当前有效的？",
        ),
        Link::Accept => ("Did MPS accept the message?", "MPS 是否受理了消息？"),
        Link::Route => ("Did MPS choose the vendor's channel?", "MPS 是否选择了厂商通道？"),
        Link::Forward => {
            ("Did the channel accept the message for this phone?", "通道是否收下了发给这台手机的消息？")
        }
        Link::Display => ("Did the phone show it?", "手机是否展示了通知？"),
        Link::None => ("Nothing to do with delivery.", "与投递无关。"),
    }
}

/// The word of a state.
pub const fn state(state: State) -> Pair {
    match state {
        State::Pass => ("pass", "通过"),
        State::Fail => ("fail", "失败"),
        State::Warn => ("warn", "警告"),
        State::Unknown => ("unknown", "未知"),
        State::Skipped => ("skipped", "跳过"),
        State::NotApplicable => ("n/a", "不适用"),
    }
}

/// The symbol of a state; all are narrow in every terminal.
pub const fn symbol(state: State, ascii: bool) -> &'static str {
    match (state, ascii) {
        (State::Pass, false) => "✔",
        (State::Pass, true) => "+",
        (State::Fail, false) => "✘",
        (State::Fail, true) => "x",
        (State::Warn, _) => "!",
        (State::Unknown, _) => "?",
        (State::Skipped | State::NotApplicable, _) => "-",
    }
}

/// Who must act.
pub const fn owner(owner: Owner) -> Pair {
    match owner {
        Owner::User => ("the user of the phone", "手机用户"),
        Owner::AppDeveloper => ("the app's developer", "应用开发者"),
        Owner::ConsoleOperator => ("the console operator", "控制台管理员"),
        Owner::Sender => ("the sender of the message", "消息发送方（业务服务端）"),
        Owner::Vendor => ("the phone vendor", "手机厂商"),
        Owner::Mps => ("MPS (Alibaba Cloud)", "MPS（阿里云）"),
        Owner::None => ("nobody", "无需处理"),
    }
}

/// May it be tried again?
pub const fn retry(retry: Retry) -> Pair {
    match retry {
        Retry::No => ("no", "不必，重试无效"),
        Retry::Yes => ("yes, later", "可以，稍后重试"),
        Retry::AfterFix => ("only after the cause is mended", "先修复原因再重试"),
    }
}

/// What sort of trouble it is.
pub const fn kind(kind: Kind) -> Pair {
    match kind {
        Kind::Ok => ("success", "成功"),
        Kind::Config => ("configuration", "配置"),
        Kind::Credential => ("credentials", "凭据"),
        Kind::Device => ("device", "设备"),
        Kind::Network => ("network", "网络"),
        Kind::Permission => ("permission", "权限"),
        Kind::Quota => ("quota", "配额"),
        Kind::Token => ("token", "token"),
        Kind::Request => ("request", "请求"),
        Kind::Server => ("server", "服务端"),
        Kind::Other => ("other", "其他"),
    }
}

/// Whether a code is still in use.
pub const fn status(status: Status) -> Pair {
    match status {
        Status::Current => ("current", "在用"),
        Status::Legacy => {
            ("legacy: an old interface or SDK, can still be met", "旧版：旧接口或旧 SDK 的码，仍可能遇到")
        }
        Status::Unverified => {
            ("unverified: seen, but not confirmed by the vendor", "未证实：有人遇到过，但厂商没有公开说明")
        }
    }
}

/// How well an entry is founded.
pub const fn basis(basis: Basis) -> Pair {
    match basis {
        Basis::Documented => ("documented", "有公开文档"),
        Basis::Partly => {
            ("meaning documented; cause and fix are our reading", "含义有公开文档，原因和处理是本工具的判断")
        }
        Basis::Sdk => ("seen in a published SDK", "见于公开的 SDK"),
        Basis::Inferred => ("inferred from the name or from neighbouring codes", "根据名称或相邻错误码推断"),
        Basis::None => ("no usable source", "没有找到可靠来源"),
    }
}

/// How sure a judgement is.
pub const fn confidence(confidence: Confidence) -> Pair {
    match confidence {
        Confidence::High => ("high", "高"),
        Confidence::Medium => ("medium", "中"),
        Confidence::Low => ("low", "低"),
    }
}

/// The way of a message.
pub const fn channel(channel: Channel) -> Pair {
    match channel {
        Channel::Vendor => ("vendor channel", "厂商通道"),
        Channel::SelfBuilt => ("self-built channel", "自建通道"),
    }
}

/// Why a chain does not count.
pub const fn aside(aside: Aside) -> Pair {
    match aside {
        Aside::OtherApp => ("another app, not part of the verdict", "其他应用，不计入结论"),
        Aside::OtherVendor => {
            ("another vendor's channel, not part of the verdict", "其他厂商的通道，不计入结论")
        }
    }
}

/// "1 row", "2 rows".
pub fn rows(n: u64) -> String {
    if n == 1 { "1 row".to_owned() } else { format!("{n} rows") }
}
