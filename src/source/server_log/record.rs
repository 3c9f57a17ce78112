//! One record of a server: a token report, a send, the vendor's answer, a receipt. Whatever log or
//! export it stood in, joining and judging see only this.

use crate::catalog::{Basis, Channel, Confidence};
use crate::evidence::{CodeRef, Place};

/// What a record tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// A call of the phone to MPS through the mobile gateway: report of the token, bind, unbind.
    Report,
    /// The app's server handed a message to MPS.
    Accept,
    /// MPS handed a message to a vendor, or to the long connection.
    Forward,
    /// A vendor or MPS tells afterwards what became of a message.
    Receipt,
    /// A record of the same log that has nothing to do with push.
    #[default]
    Other,
}

impl RecordKind {
    /// The spelling in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            RecordKind::Report => "report",
            RecordKind::Accept => "accept",
            RecordKind::Forward => "forward",
            RecordKind::Receipt => "receipt",
            RecordKind::Other => "other",
        }
    }
}

/// One record. Empty text means that the log does not say it.
#[derive(Clone, Debug)]
pub struct Record {
    pub kind: RecordKind,
    /// Where it stands; `time` is microseconds since 1970 (UTC), `text` the row as read.
    pub place: Place,
    /// Which part of its row this is, from 0: an answer for several targets makes several records.
    pub part: u32,
    /// The vendor, as a catalogue id.
    pub vendor: Option<String>,
    pub channel: Option<Channel>,
    /// `alipay.client.yunpushcore.device.report`, `SIMPLE`, a vendor's host …
    pub operation: String,
    /// The message was sent straight to the vendor, past MPS.
    pub direct: bool,
    /// Whether it went well, as far as the record itself says; codes are judged by the catalogue.
    pub ok: Option<bool>,
    /// As the log writes it: `Y`, `ACKED`, `TO_PUSH` …
    pub result: String,
    /// The code, tied to the catalogue where that knows it.
    pub code: Option<CodeRef>,
    /// The text beside the code.
    pub message: String,
    pub app_id: String,
    pub workspace_id: String,
    pub package: String,
    pub user: String,
    /// The gateway's device id (did, utdid).
    pub device: String,
    pub ad_token: String,
    pub vendor_token: String,
    /// The sender's own message id.
    pub msg_id: String,
    /// MPS's internal message id.
    pub core_msg_id: String,
    /// The vendor's message, task or request id.
    pub vendor_msg_id: String,
    pub trace_id: String,
    /// The server that wrote it.
    pub host: String,
    /// The class of the message as the record names it (`0` or `operational` at vivo …).
    pub class: String,
    /// How many sends the record counts; 1 unless it says more.
    pub count: u64,
    /// The profile that read it.
    pub profile: String,
    pub basis: Basis,
    pub confidence: Confidence,
}

impl Default for Record {
    fn default() -> Self {
        Record {
            kind: RecordKind::Other,
            place: Place::default(),
            part: 0,
            vendor: None,
            channel: None,
            operation: String::new(),
            direct: false,
            ok: None,
            result: String::new(),
            code: None,
            message: String::new(),
            app_id: String::new(),
            workspace_id: String::new(),
            package: String::new(),
            user: String::new(),
            device: String::new(),
            ad_token: String::new(),
            vendor_token: String::new(),
            msg_id: String::new(),
            core_msg_id: String::new(),
            vendor_msg_id: String::new(),
            trace_id: String::new(),
            host: String::new(),
            class: String::new(),
            count: 1,
            profile: String::new(),
            basis: Basis::None,
            confidence: Confidence::High,
        }
    }
}
