//! What can go wrong with a query to MPS, each with one sentence that says what to do.

use crate::http::{Failure, TransportError};
use crate::lang::{Bilingual, spaced};

/// An error of MPS, or of the way to it. None of them holds a secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MpsError {
    /// No whole answer came.
    #[error("{}", self.sentence().en)]
    Transport { host: String, error: TransportError },
    /// MPS, or the gateway in front of it, answered with an error of its own.
    #[error("{}", self.sentence().en)]
    Api {
        status: u16,
        code: String,
        message: String,
        request_id: String,
        /// What the catalogue says of the code; empty for one that it does not have.
        words: Bilingual,
        /// The same request may succeed a little later.
        retry: bool,
    },
    /// This machine's clock is too far from the service's.
    #[error("{}", self.sentence().en)]
    Clock {
        /// How far the service's clock is ahead, in milliseconds, where its answer tells.
        ahead_ms: Option<i64>,
        code: String,
        request_id: String,
    },
    /// Something else answered: a proxy, a captive portal, another service.
    #[error("{}", self.sentence().en)]
    NotAnswer { host: String, status: u16, title: String, html: bool },
    /// No credentials.
    #[error("{}", .0.en)]
    Credentials(Bilingual),
    /// A setting is of no use.
    #[error("{}", .0.en)]
    Setting(Bilingual),
    /// The user asked to end.
    #[error("{}", self.sentence().en)]
    Interrupted,
}

impl MpsError {
    /// Whether the same query may succeed a little later.
    pub fn retry(&self) -> bool {
        match self {
            MpsError::Transport { error, .. } => {
                matches!(error.kind, Failure::Connect | Failure::Timeout | Failure::Dropped)
            }
            MpsError::Api { status, retry, .. } => *retry || matches!(status, 408 | 429 | 500..=599),
            MpsError::NotAnswer { status, .. } => matches!(status, 429 | 500..=599),
            _ => false,
        }
    }

    /// The sentence for the user.
    pub fn sentence(&self) -> Bilingual {
        match self {
            MpsError::Transport { host, error } => transport(host, error),
            MpsError::Api { status, code, message, request_id, words, .. } => {
                let id = id(request_id);
                let said = if message.is_empty() { String::new() } else { format!(" “{message}”") };
                let (en, zh) = if words.is_empty() {
                    (String::new(), String::new())
                } else {
                    (format!(": {}", words.en), format!("：{}", words.zh))
                };
                Bilingual::new(
                    format!("MPS answered HTTP {status} {code}{said}{en}{}", id.en),
                    spaced(&format!("MPS 返回 HTTP {status} {code}{said}{zh}{}", id.zh)),
                )
            }
            MpsError::Clock { ahead_ms, code, request_id } => {
                let (by, by_zh) = ahead_ms.map(skew).unwrap_or_default();
                let id = id(request_id);
                Bilingual::new(
                    format!(
                        "MPS finds the time of the request wrong ({code}): {by}set this machine's clock{}",
                        id.en
                    ),
                    format!("MPS 认为请求时间不对（{code}）：{by_zh}请校准本机时间{}", id.zh),
                )
            }
            MpsError::NotAnswer { host, status, title, html } => {
                let shown = if title.is_empty() { String::new() } else { format!(" “{title}”") };
                let (en, zh) = if *html { ("a web page", "网页") } else { ("no JSON", "非 JSON 内容") };
                Bilingual::new(
                    format!(
                        "{host} answered HTTP {status} with {en}{shown}: a proxy or login page stands between here and MPS, check mps.proxy and mps.endpoint"
                    ),
                    spaced(&format!(
                        "{host} 返回了 HTTP {status} 和{zh}{shown}：本机与 MPS 之间有代理或登录页面，请检查 mps.proxy 和 mps.endpoint"
                    )),
                )
            }
            MpsError::Credentials(sentence) | MpsError::Setting(sentence) => sentence.clone(),
            MpsError::Interrupted => Bilingual::new("the query was interrupted", "查询被中断"),
        }
    }
}

/// How far apart two clocks are, as the beginning of a sentence.
fn skew(ahead: i64) -> (String, String) {
    let minutes = (ahead.unsigned_abs() + 30_000) / 60_000;
    if minutes == 0 {
        return Default::default();
    }
    let (en, zh) = if ahead > 0 { ("behind", "慢") } else { ("ahead", "快") };
    (format!("this machine is {minutes} min {en}, "), format!("本机时间{zh} {minutes} 分钟，"))
}

fn id(request_id: &str) -> Bilingual {
    if request_id.is_empty() {
        return Bilingual::default();
    }
    Bilingual::new(format!(" (request id {request_id})"), format!("（请求 ID {request_id}）"))
}

fn transport(host: &str, error: &TransportError) -> Bilingual {
    let why = &error.detail;
    match error.kind {
        Failure::Connect => Bilingual::new(
            format!("{host} cannot be reached ({why}): check mps.endpoint, the network and the proxy"),
            format!("无法连接 {host}（{why}）：请检查 mps.endpoint、网络和代理"),
        ),
        Failure::Timeout => Bilingual::new(
            format!("{host} did not answer in time: check the network, try again"),
            format!("{host} 未在规定时间内应答：请检查网络后重试"),
        ),
        Failure::Tls => Bilingual::new(
            format!(
                "{host} showed a certificate that is not trusted ({why}): name the authority's file with mps.ca_file"
            ),
            format!("{host} 的证书不受信任（{why}）：请用 mps.ca_file 指定签发机构的证书文件"),
        ),
        Failure::Dropped => Bilingual::new(
            format!("the connection to {host} broke off ({why}), try again"),
            format!("与 {host} 的连接中断（{why}），请重试"),
        ),
        Failure::TooLarge => Bilingual::new(
            format!("{host} answered with {why}, which is no answer of MPS: check mps.endpoint"),
            format!("{host} 的应答过大（{why}），不是 MPS 的应答：请检查 mps.endpoint"),
        ),
    }
}
