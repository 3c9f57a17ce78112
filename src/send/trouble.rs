//! What went wrong on the way, as a sentence with what to do: the user cannot see into TLS or a proxy.

use super::Step;
use super::mask::MASK;
use crate::aliyun::clock::parse_http_date;
use crate::http::{Failure, Response, TransportError};
use crate::lang::{Bilingual, spaced};

/// Milliseconds that this clock may differ from the server's; the strictest vendor takes as many.
const SKEW: i64 = 10 * 60_000;

/// `host` or `host:port` of an address; the rest may hold identifiers.
pub fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    crate::read::harmless(host)
}

/// The sentence on an exchange that gave no answer.
pub fn of(url: &str, step: Step, error: &TransportError) -> Bilingual {
    let host = host(url);
    let why = cause(&host, error);
    let sent = match (step, error.may_have_arrived) {
        (Step::Login, _) => ("nothing was sent", "消息没有发出"),
        (Step::Send, false) => ("nothing was sent", "消息没有发出"),
        (Step::Send, true) => (
            "whether the message was taken is not known, so it is not sent again",
            "消息是否已被受理未知，因此不会重发",
        ),
    };
    Bilingual::new(format!("{}; {}", why.en, sent.0), spaced(&format!("{}；{}", why.zh, sent.1)))
}

fn cause(host: &str, error: &TransportError) -> Bilingual {
    let detail = crate::read::harmless(&error.detail);
    let lower = detail.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    match error.kind {
        Failure::Tls if has(&["expired", "notvalidyet", "not valid yet"]) => Bilingual::new(
            format!(
                "{host}: its certificate is not valid at this time ({detail}): set this machine's clock right, or have the certificate renewed"
            ),
            format!("{host}：证书不在有效期内（{detail}）：请校准本机时钟，或更换证书"),
        ),
        Failure::Tls if has(&["not valid for name", "notvalidforname"]) => Bilingual::new(
            format!(
                "{host}: its certificate is for another name ({detail}): correct the endpoint, or see whether a proxy answers in its place"
            ),
            format!("{host}：证书的域名不符（{detail}）：请更正 endpoint，或检查是否被代理接管"),
        ),
        Failure::Tls if has(&["unknownissuer", "unknown issuer", "causedasendentity", "badsignature"]) => {
            Bilingual::new(
                format!(
                    "{host}: its certificate is signed by nobody this machine trusts ({detail}): name the file of your private CA with ca_file"
                ),
                format!("{host}：证书的签发者不受本机信任（{detail}）：请用 ca_file 指定私有 CA 证书文件"),
            )
        }
        Failure::Tls => Bilingual::new(
            format!(
                "{host}: TLS failed ({detail}): see whether the endpoint speaks HTTPS, and whether a proxy stands in between"
            ),
            format!("{host}：TLS 握手失败（{detail}）：请检查 endpoint 是否支持 HTTPS，以及中间是否有代理"),
        ),
        Failure::Connect if has(&["proxy authorization", "proxy authentication", "407"]) => proxy_login(host),
        Failure::Connect if has(&["tunnel", "unsuccessful"]) => Bilingual::new(
            format!(
                "{host}: the proxy does not let through to it ({detail}): have this host allowed at the proxy, or correct proxy"
            ),
            format!("{host}：代理拒绝连接该主机（{detail}）：请在代理上放行，或更正 proxy 配置"),
        ),
        Failure::Connect if is_unknown_name(&lower) => Bilingual::new(
            format!("{host}: the name is unknown here ({detail}): correct the endpoint, or see to DNS"),
            format!("{host}：域名无法解析（{detail}）：请更正 endpoint，或检查 DNS"),
        ),
        Failure::Connect => Bilingual::new(
            format!("{host}: no connection ({detail}): see whether this machine may reach it, or set proxy"),
            format!("{host}：无法连接（{detail}）：请检查网络是否放行，或配置 proxy"),
        ),
        Failure::Timeout if !error.may_have_arrived => Bilingual::new(
            format!("{host}: no connection in time: see whether this machine may reach it, or set proxy"),
            format!("{host}：连接超时：请检查网络是否放行，或配置 proxy"),
        ),
        Failure::Timeout => Bilingual::new(
            format!("{host}: the request went out and no answer came in time"),
            format!("{host}：请求已发出，但没有等到应答"),
        ),
        Failure::Dropped => Bilingual::new(
            format!("{host}: the connection ended before the answer ({detail})"),
            format!("{host}：收到应答之前连接已断开"),
        ),
        Failure::TooLarge => Bilingual::new(
            format!("{host}: the answer is too large to be one of this API ({detail}): correct the endpoint"),
            format!("{host}：应答过大，不像是该接口的应答（{detail}）：请更正 endpoint"),
        ),
    }
}

/// Whether the system says that it does not know a name. The words are those of the C libraries and
/// of Windows, whose text is in the user's language and whose numbers are not.
fn is_unknown_name(lower: &str) -> bool {
    [
        "failed to lookup",
        "name or service not known",
        "nodename nor servname",
        "no such host",
        "dns",
        "os error 11001",
        "os error 11002",
        "os error 11003",
        "os error 11004",
    ]
    .iter()
    .any(|words| lower.contains(words))
}

/// Whether a failed exchange only means that the name of the host is not known here.
pub fn is_dns(error: &TransportError) -> bool {
    error.kind == Failure::Connect
        && !error.may_have_arrived
        && is_unknown_name(&error.detail.to_ascii_lowercase())
}

/// Whether saying the same again may help: a certificate does not get better.
pub fn may_pass(error: &TransportError) -> bool {
    matches!(error.kind, Failure::Connect | Failure::Timeout | Failure::Dropped)
}

fn proxy_login(host: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "{host}: the proxy wants a login: write it into proxy as http://user:password@host:port, or set HTTPS_PROXY"
        ),
        format!("{host}：代理要求身份验证：请在 proxy 中写成 http://用户:密码@主机:端口，或设置 HTTPS_PROXY"),
    )
}

/// The sentence on an answer that is not the API's but of something in between; `None` for others.
pub fn in_between(url: &str, response: &Response) -> Option<Bilingual> {
    let host = host(url);
    if response.status == 407 {
        return Some(proxy_login(&host));
    }
    let begin: Vec<u8> = response.body.iter().copied().skip_while(u8::is_ascii_whitespace).take(1).collect();
    let typed = response.header("content-type").is_some_and(|t| t.to_ascii_lowercase().contains("html"));
    if begin != b"<" && !typed {
        return None;
    }
    let status = response.status;
    let title = title(&response.body);
    let (en, zh) = match title {
        Some(title) => (format!(" \"{title}\""), format!("“{title}”")),
        None => (String::new(), String::new()),
    };
    Some(Bilingual::new(
        format!(
            "{host}: a web page{en} came instead of the API's answer (HTTP {status}): a proxy or gateway stands in between, or the endpoint is wrong"
        ),
        spaced(&format!(
            "{host}：返回的是网页{zh}而不是接口应答（HTTP {status}）：中间有代理或网关，或 endpoint 不对"
        )),
    ))
}

/// The title of a page, which is the quickest way to see whose it is.
fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body.get(..body.len().min(8 << 10))?);
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    let title: String = text.get(start..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
    let title: String = crate::read::harmless(&title).chars().take(60).collect();
    (!title.is_empty() && !title.contains(MASK)).then_some(title)
}

/// The sentence on a clock that is wrong, where a server that does not take the credentials says that
/// it has another time.
pub fn wrong_clock(response: &Response, now_ms: i64) -> Option<Bilingual> {
    let theirs = parse_http_date(&response.header("date")?)?;
    let ahead = now_ms.saturating_sub(theirs);
    if ahead.saturating_abs() <= SKEW {
        return None;
    }
    let minutes = ahead.saturating_abs() / 60_000;
    let (en, zh) = if ahead > 0 { ("ahead of", "快") } else { ("behind", "慢") };
    Some(Bilingual::new(
        format!(
            "this machine's clock is {minutes} minutes {en} the server's, which makes signatures invalid: set it right"
        ),
        format!("本机时钟比服务器{zh} {minutes} 分钟，会导致签名无效：请校准时钟"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: Failure, detail: &str, may_have_arrived: bool) -> TransportError {
        TransportError { kind, detail: detail.to_owned(), may_have_arrived }
    }

    #[test]
    fn each_failure_has_its_own_sentence() {
        let url = "https://user:pw@api.example.com:444/send?token=abc";
        let cases = [
            (
                error(
                    Failure::Connect,
                    "failed to lookup address information: Name or service not known",
                    false,
                ),
                "name is unknown",
                "无法解析",
            ),
            (
                error(Failure::Connect, "不知道这样的主机。 (os error 11001)", false),
                "name is unknown",
                "无法解析",
            ),
            (
                error(Failure::Connect, "Connection refused (os error 111)", false),
                "no connection",
                "无法连接",
            ),
            (
                error(Failure::Connect, "proxy authorization required", false),
                "proxy wants a login",
                "身份验证",
            ),
            (error(Failure::Connect, "unsuccessful tunnel", false), "does not let through", "代理拒绝"),
            (error(Failure::Tls, "invalid peer certificate: UnknownIssuer", false), "ca_file", "ca_file"),
            (
                error(
                    Failure::Tls,
                    "invalid peer certificate: certificate expired: verification time 5",
                    false,
                ),
                "clock",
                "时钟",
            ),
            (
                error(Failure::Tls, "invalid peer certificate: certificate not valid for name \"a\"", false),
                "another name",
                "域名不符",
            ),
            (
                error(Failure::Tls, "received fatal alert: HandshakeFailure", false),
                "TLS failed",
                "TLS 握手失败",
            ),
            (error(Failure::Timeout, "operation timed out", false), "no connection in time", "连接超时"),
            (error(Failure::Timeout, "operation timed out", true), "no answer came in time", "没有等到应答"),
            (error(Failure::Dropped, "connection reset", true), "ended before the answer", "断开"),
            (error(Failure::TooLarge, "more than 64 MiB", true), "too large", "过大"),
        ];
        for (error, en, zh) in cases {
            let said = of(url, Step::Send, &error);
            assert!(said.en.starts_with("api.example.com:444: ") && said.en.contains(en), "{said:?}");
            assert!(said.zh.contains(zh), "{said:?}");
            assert_eq!(said.en.contains("nothing was sent"), !error.may_have_arrived, "{said:?}");
            assert!(!said.en.contains("pw") && !said.en.contains("abc"));
            assert!(of(url, Step::Login, &error).en.contains("nothing was sent"));
        }
    }

    #[test]
    fn a_page_is_known_by_its_first_sign_or_its_type_and_named_by_its_title() {
        let page = |status, kind: &str, body: &str| Response {
            status,
            headers: vec![("Content-Type".into(), kind.as_bytes().to_vec())],
            body: body.as_bytes().to_vec(),
        };
        let url = "http://127.0.0.1:1/x";
        let said = in_between(url, &page(200, "", " <html><TITLE a>Please\n log in</TITLE>")).unwrap();
        assert!(said.en.contains("\"Please log in\"") && said.zh.contains("“Please log in”"), "{said:?}");
        assert!(in_between(url, &page(502, "text/html", "")).unwrap().en.contains("HTTP 502"));
        assert!(in_between(url, &page(407, "", "")).unwrap().en.contains("wants a login"));
        assert_eq!(in_between(url, &page(200, "application/json", "{}")), None);
    }

    #[test]
    fn a_clock_is_wrong_from_ten_minutes_on() {
        let date = b"Mon, 09 Nov 2015 06:11:16 GMT".to_vec();
        let response = Response { headers: vec![("date".into(), date)], ..Response::default() };
        let theirs = 1_447_049_476_000;
        assert_eq!(wrong_clock(&response, theirs + 599_000), None);
        assert!(wrong_clock(&response, theirs + 3_600_000).unwrap().en.contains("60 minutes ahead of"));
        assert!(wrong_clock(&response, theirs - 720_000).unwrap().zh.contains("慢 12 分钟"));
        assert_eq!(wrong_clock(&Response::default(), theirs), None);
    }
}
