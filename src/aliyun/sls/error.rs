//! What can go wrong with the log service, each with one sentence that says what to do.

use super::codes;
use crate::http::{Failure, TransportError};
use crate::lang::{Bilingual, spaced};

/// An error of the log service, or of the way to it. None of them holds a secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SlsError {
    /// No whole answer came.
    #[error("{}", self.sentence().en)]
    Transport { host: String, error: TransportError },
    /// The service answered with an error of its own.
    #[error("{}", self.sentence().en)]
    Service { status: u16, code: String, message: String, request_id: String },
    /// Something else answered: a proxy, a captive portal, a gateway.
    #[error("{}", self.sentence().en)]
    NotTheService { host: String, status: u16, title: String, html: bool },
    /// An answer of the service that cannot be read.
    #[error("{}", self.sentence().en)]
    Damaged { what: String, request_id: String },
    /// No credentials.
    #[error("{}", .0.en)]
    Credentials(Bilingual),
    /// A setting is of no use.
    #[error("{}", .0.en)]
    Setting(Bilingual),
    /// The user asked to end.
    #[error("{}", self.sentence().en)]
    Interrupted,
    /// The time set aside for the whole is used up.
    #[error("{}", self.sentence().en)]
    Budget { seconds: u64, last: Option<Box<SlsError>> },
}

impl SlsError {
    /// Whether the same request may succeed a little later.
    pub fn retry(&self) -> bool {
        match self {
            SlsError::Transport { error, .. } => {
                matches!(error.kind, Failure::Connect | Failure::Timeout | Failure::Dropped)
            }
            SlsError::Service { status, code, .. } => match codes::find(code) {
                Some(known) => known.retry,
                None => matches!(status, 408 | 429 | 500..=599) || code.contains("QuotaExceed"),
            },
            SlsError::NotTheService { status, .. } => matches!(status, 429 | 500..=599),
            SlsError::Damaged { .. } => true,
            _ => false,
        }
    }

    /// Whether the service finds the clock wrong.
    pub fn is_clock(&self) -> bool {
        matches!(self, SlsError::Service { code, .. }
            if matches!(code.as_str(), "RequestTimeTooSkewed" | "RequestTimeExpired"))
    }

    /// Whether asking for something else is no use either: the account, the project or the way is
    /// the trouble, not the request.
    pub fn is_general(&self) -> bool {
        match self {
            SlsError::Service { status, code, .. } => {
                *status == 404
                    || code == "ProjectForbidden"
                    || code == "SignatureNotMatch"
                    || code == "InvalidAccessKeyId"
            }
            _ => true,
        }
    }

    /// The sentence for the user.
    pub fn sentence(&self) -> Bilingual {
        match self {
            SlsError::Transport { host, error } => transport(host, error),
            SlsError::Service { status, code, message, request_id } => {
                service(*status, code, message, request_id)
            }
            SlsError::NotTheService { host, status, title, html } => {
                let shown = if title.is_empty() { String::new() } else { format!(" “{title}”") };
                let (en, zh) = if *html { ("a web page", "网页") } else { ("no JSON", "非 JSON 内容") };
                Bilingual::new(
                    format!(
                        "{host} answered HTTP {status} with {en}{shown}: a proxy or login page stands between here and the log service, check sls.proxy and sls.endpoint"
                    ),
                    spaced(&format!(
                        "{host} 返回了 HTTP {status} 和{zh}{shown}：本机与日志服务之间有代理或登录页面，请检查 sls.proxy 和 sls.endpoint"
                    )),
                )
            }
            SlsError::Damaged { what, request_id } => {
                let id = id(request_id);
                Bilingual::new(
                    format!("the log service's answer cannot be read ({what}{}), try again", id.en),
                    format!("日志服务的应答无法解析（{what}{}），请重试", id.zh),
                )
            }
            SlsError::Credentials(sentence) | SlsError::Setting(sentence) => sentence.clone(),
            SlsError::Interrupted => Bilingual::new("the reading was interrupted", "读取被中断"),
            SlsError::Budget { seconds, last } => {
                let last = last.as_ref().map(|e| e.sentence());
                let (en, zh) = match &last {
                    Some(last) => (
                        format!("; the last answer was: {}", last.en),
                        format!("；最后一次应答：{}", last.zh),
                    ),
                    None => Default::default(),
                };
                Bilingual::new(
                    format!(
                        "reading from the log service took longer than {seconds} s, ask for a shorter time or less{en}"
                    ),
                    format!("从日志服务读取超过 {seconds} 秒，请缩短时间范围或收窄条件{zh}"),
                )
            }
        }
    }
}

fn id(request_id: &str) -> Bilingual {
    if request_id.is_empty() {
        return Bilingual::default();
    }
    Bilingual::new(format!(", request id {request_id}"), format!("，请求 ID {request_id}"))
}

fn transport(host: &str, error: &TransportError) -> Bilingual {
    let why = &error.detail;
    match error.kind {
        Failure::Connect => Bilingual::new(
            format!(
                "{host} cannot be reached ({why}): check sls.endpoint, sls.project, the network and the proxy"
            ),
            format!("无法连接 {host}（{why}）：请检查 sls.endpoint、sls.project、网络和代理"),
        ),
        Failure::Timeout => Bilingual::new(
            format!("{host} did not answer in time: check the network, or ask for a shorter time"),
            format!("{host} 未在规定时间内应答：请检查网络，或缩短时间范围"),
        ),
        Failure::Tls => Bilingual::new(
            format!(
                "{host} showed a certificate that is not trusted ({why}): name the authority's file with sls.ca_file"
            ),
            format!("{host} 的证书不受信任（{why}）：请用 sls.ca_file 指定签发机构的证书文件"),
        ),
        Failure::Dropped => Bilingual::new(
            format!("the connection to {host} broke off ({why}), try again"),
            format!("与 {host} 的连接中断（{why}），请重试"),
        ),
        Failure::TooLarge => Bilingual::new(
            format!("{host} answered with {why} at once, ask for a shorter time"),
            format!("{host} 单次应答过大（{why}），请缩短时间范围"),
        ),
    }
}

fn service(status: u16, code: &str, message: &str, request_id: &str) -> Bilingual {
    let id = id(request_id);
    // The message of a refused signature repeats the signature.
    let said = if code == "SignatureNotMatch" || message.is_empty() {
        String::new()
    } else {
        format!(": {message}")
    };
    let remedy = codes::find(code).map(|k| Bilingual::new(k.en, k.zh)).unwrap_or_else(|| match status {
        400 => Bilingual::new("check sls.query and what was asked for", "请检查 sls.query 和查询条件"),
        401 | 403 => {
            Bilingual::new("check the account's rights in the RAM console", "请在 RAM 控制台检查该账号的权限")
        }
        404 => Bilingual::new(
            "check sls.endpoint, sls.project and the logstore",
            "请检查 sls.endpoint、sls.project 和 Logstore",
        ),
        _ => Bilingual::new("try again later", "请稍后重试"),
    });
    Bilingual::new(
        format!("the log service refused with HTTP {status} {code}{said} ({}{})", remedy.en, id.en),
        format!("日志服务返回 HTTP {status} {code}{said}（{}{}）", remedy.zh, id.zh),
    )
}
