//! What is about to be sent and to whom, for the person who is asked and for `--dry-run`.

use std::io::{BufRead, IsTerminal, Read, Write};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::mask::{self, MASK};
use super::{Address, Message, Secret, Sender, Step};
use crate::http::Request;
use crate::lang::{Bilingual, Lang, spaced};
use crate::report::redact::harmless;

/// Bytes that an answer on a terminal has at most.
const TYPED: u64 = 1 << 10;
/// Bytes from which on a part of a path is taken for a signature: no id or action is as long.
const SIGNATURE: usize = 64;

/// How identifiers are shown: as pseudonyms, or as they are.
pub type Shown<'s> = dyn Fn(&Address) -> String + 's;

/// A request as it will go out.
#[derive(Clone)]
pub struct Planned {
    pub via: String,
    pub step: Step,
    pub request: Request,
}

/// The requests of a send, without asking anybody: `<access token>` stands for what a login will give.
///
/// # Errors
/// One sentence of the sender on what is missing.
pub fn planned(sender: &dyn Sender, message: &Message, now_ms: i64) -> Result<Vec<Planned>, Bilingual> {
    let via = sender.via().to_owned();
    let mut all = Vec::new();
    if let Some(request) = sender.login(now_ms)? {
        all.push(Planned { via: via.clone(), step: Step::Login, request });
    }
    let request = sender.request(message, None, now_ms)?;
    all.push(Planned { via, step: Step::Send, request });
    Ok(all)
}

/// The spelling of a step in JSON.
pub const fn step_name(step: Step) -> &'static str {
    match step {
        Step::Login => "login",
        Step::Send => "send",
    }
}

/// A request for `--dry-run --format json`.
pub fn json(planned: &Planned, secrets: &[&Secret], address: &Address, shown: &Shown<'_>) -> Value {
    let view = View { secrets, address, shown };
    let mut headers = Map::new();
    for (name, value) in &planned.request.headers {
        headers.insert(harmless(name).into_owned(), Value::from(view.header(name, value)));
    }
    json!({
        "via": planned.via,
        "step": step_name(planned.step),
        "method": planned.request.method,
        "url": view.url(&planned.request.url),
        "headers": headers,
        "body": view.body(&planned.request.body),
    })
}

/// A request for a terminal, as HTTP writes it.
pub fn lines(planned: &Planned, secrets: &[&Secret], address: &Address, shown: &Shown<'_>) -> Vec<String> {
    let view = View { secrets, address, shown };
    let request = &planned.request;
    let mut all = vec![format!("{} {}", request.method, view.url(&request.url))];
    let headers = request.headers.iter();
    all.extend(headers.map(|(name, value)| format!("{}: {}", harmless(name), view.header(name, value))));
    if !request.body.is_empty() {
        all.push(String::new());
        all.extend(view.body(&request.body).lines().map(|line| harmless(line).into_owned()));
    }
    all
}

/// What will be sent and to whom, in words.
pub fn summary(message: &Message, via: &str, host: &str, lang: Lang, shown: &Shown<'_>) -> Vec<String> {
    let whom = match &message.address {
        Address::Everyone => lang.pick("everybody who has the app", "安装了该应用的所有人").to_owned(),
        Address::Device(_) => format!("{}{}", lang.pick("device ", "设备 "), shown(&message.address)),
        Address::User(_) => format!("{}{}", lang.pick("user ", "用户 "), shown(&message.address)),
        Address::Token(_) => format!("{}{}", lang.pick("token ", "token "), shown(&message.address)),
    };
    let action = if message.action.is_empty() { String::new() } else { format!(" {}", message.action) };
    let mut rows = vec![
        (lang.pick("Via", "途径"), format!("{via}{action} ({host})")),
        (lang.pick("To", "接收者"), whom),
        (lang.pick("Title", "标题"), message.title.clone()),
        (lang.pick("Content", "内容"), message.content.clone()),
        (lang.pick("Message id", "消息 ID"), message.msg_id.clone()),
        (lang.pick("Worth delivering for", "有效期"), format!("{} {}", message.ttl, lang.pick("s", "秒"))),
    ];
    rows.extend(message.settings.iter().map(|s| {
        let value = if mask::is_secret_name(&s.name) { MASK } else { s.value.as_str() };
        (s.name.as_str(), view_of(message, shown).text(value))
    }));
    let colon = lang.pick(": ", "：");
    rows.into_iter().map(|(name, value)| harmless(&format!("  {name}{colon}{value}")).into_owned()).collect()
}

fn view_of<'v>(message: &'v Message, shown: &'v Shown<'v>) -> View<'v> {
    View { secrets: &[], address: &message.address, shown }
}

/// The request as it may be seen.
struct View<'v> {
    secrets: &'v [&'v Secret],
    address: &'v Address,
    shown: &'v Shown<'v>,
}

impl View<'_> {
    /// A text without the secrets, and with the address as it is to be shown.
    fn text(&self, text: &str) -> String {
        let mut out = mask::without(text, self.secrets);
        let id = self.address.id();
        if id.is_empty() {
            return out;
        }
        let instead = (self.shown)(self.address);
        if instead != id {
            for form in mask::forms(id) {
                out = out.replace(&form, &instead);
            }
        }
        out
    }

    fn header(&self, name: &str, value: &str) -> String {
        if mask::is_secret_name(name) && !value.contains(mask::ACCESS) {
            // The scheme tells which signature it is.
            return match value.split_once(' ') {
                Some((scheme, _)) => format!("{} {MASK}", harmless(scheme)),
                None => MASK.to_owned(),
            };
        }
        harmless(&self.text(value)).into_owned()
    }

    fn url(&self, url: &str) -> String {
        let (path, query) = match url.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (url, None),
        };
        let path: Vec<String> = path
            .split('/')
            .map(|part| if part.len() > SIGNATURE { MASK.to_owned() } else { self.text(part) })
            .collect();
        let path = path.join("/");
        let url = match query {
            Some(query) => format!("{path}?{}", self.form(query)),
            None => path,
        };
        harmless(&url).into_owned()
    }

    /// A form or query with its secret fields masked.
    fn form(&self, form: &str) -> String {
        let fields = form.split('&').map(|field| match field.split_once('=') {
            Some((name, value)) => {
                let plain = percent_decode_str(name).decode_utf8_lossy();
                let access = percent_decode_str(value).decode_utf8_lossy() == mask::ACCESS;
                let hide = mask::is_secret_name(&plain) && !value.is_empty() && !access;
                format!("{name}={}", if hide { MASK.to_owned() } else { self.text(value) })
            }
            None => self.text(field),
        });
        fields.collect::<Vec<_>>().join("&")
    }

    fn body(&self, body: &[u8]) -> String {
        let text = String::from_utf8_lossy(body);
        let looks_like_form = !text.trim_start().starts_with(['{', '[', '<']) && text.contains('=');
        if looks_like_form { self.form(&text) } else { self.text(&mask::body(body, self.secrets)) }
    }
}

/// Whether somebody sits at a terminal who can answer a question.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks on standard error and reads `y` or `是`; anything else, and no terminal, is a no.
pub fn ask(prompt: &str) -> bool {
    can_ask()
        && typed(prompt, &mut std::io::stdin().lock(), &mut std::io::stderr()).is_some_and(|a| is_yes(&a))
}

/// Asks for the id of the app to which everybody belongs: a broadcast needs more than a `y`.
pub fn ask_app(app_id: &str, lang: Lang) -> bool {
    if !can_ask() {
        return false;
    }
    let prompt = app_prompt(lang);
    typed(&prompt, &mut std::io::stdin().lock(), &mut std::io::stderr()).is_some_and(|a| is_app(&a, app_id))
}

/// The question before a send.
pub fn question(message: &Message, lang: Lang) -> String {
    match (&message.address, lang) {
        (Address::Everyone, Lang::En) => "Send this to everybody who has the app?".to_owned(),
        (Address::Everyone, Lang::Zh) => "确定发送给安装了该应用的所有人吗？".to_owned(),
        (_, Lang::En) => "Send it? [y/N]".to_owned(),
        (_, Lang::Zh) => spaced("确定发送吗？[y/N]"),
    }
}

fn app_prompt(lang: Lang) -> String {
    lang.pick(
        "This reaches everybody who has the app. Type the app id to send it:",
        "该消息会发给安装了该应用的所有人。输入 App ID 确认发送：",
    )
    .to_owned()
}

/// Whether what was typed confirms a broadcast to this app.
pub fn is_app(typed: &str, app_id: &str) -> bool {
    !app_id.is_empty() && typed.trim() == app_id
}

fn is_yes(typed: &str) -> bool {
    matches!(typed.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "确定" | "好")
}

/// Writes the question and reads one line; `None` where the input ended.
fn typed(prompt: &str, input: &mut dyn BufRead, out: &mut dyn Write) -> Option<String> {
    write!(out, "{} ", harmless(prompt)).ok()?;
    out.flush().ok()?;
    let mut bytes = Vec::new();
    input.take(TYPED).read_until(b'\n', &mut bytes).ok()?;
    if bytes.is_empty() {
        // The next words start on a line of their own.
        let _ = writeln!(out);
        return None;
    }
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str, headers: &[(&str, &str)], body: &str) -> Planned {
        let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let request = Request { method: "POST", url: url.to_owned(), headers, body: body.into() };
        Planned { via: "made-up".into(), step: Step::Send, request }
    }

    fn view(planned: &Planned) -> Value {
        let address = Address::Token("to/ken=1".into());
        let secret = Secret("s3cret".into());
        json(planned, &[&secret], &address, &|_| "<token:abcdef>".to_owned())
    }

    #[test]
    fn secrets_are_stars_and_the_address_is_a_pseudonym() {
        let planned = request(
            "https://h.example/v1/send?Signature=abc%3D&AccessToken=%3Caccess%20token%3E&to=to%2Fken%3D1",
            &[
                ("Authorization", "ACS3-HMAC-SHA256 Credential=a,Signature=f00"),
                ("authToken", "<access token>"),
                ("X-Note", "s3cret to/ken=1"),
            ],
            r#"{"regId":"to/ken=1","sign":"0123","keep":"x"}"#,
        );
        let seen = view(&planned);
        assert_eq!(
            seen["url"],
            "https://h.example/v1/send?Signature=***&AccessToken=%3Caccess%20token%3E&to=<token:abcdef>"
        );
        assert_eq!(seen["headers"]["Authorization"], "ACS3-HMAC-SHA256 ***");
        assert_eq!(seen["headers"]["authToken"], "<access token>");
        assert_eq!(seen["headers"]["X-Note"], "*** <token:abcdef>");
        assert_eq!(seen["body"], r#"{"regId":"<token:abcdef>","sign":"***","keep":"x"}"#);
        assert_eq!((seen["step"].as_str(), seen["method"].as_str()), (Some("send"), Some("POST")));
    }

    #[test]
    fn forms_and_signed_paths_are_masked_too() {
        let sign = "f".repeat(300);
        let planned = request(
            &format!("https://h.example/push/simple/app/space/{sign}"),
            &[],
            "client_secret=x&message=%7B%22t%22%3A%22to%2Fken%3D1%22%7D&a=s3cret",
        );
        let seen = view(&planned);
        assert_eq!(seen["url"], "https://h.example/push/simple/app/space/***");
        assert_eq!(seen["body"], "client_secret=***&message=%7B%22t%22%3A%22<token:abcdef>%22%7D&a=***");
        let address = Address::Everyone;
        let text = lines(&planned, &[], &address, &|_| String::new()).join("\n");
        assert!(text.starts_with("POST https://h.example/push/") && text.contains("\n\nclient_secret=***&"));
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        let ask = |input: &str| {
            let mut out = Vec::new();
            let answer = typed("Send it?", &mut input.as_bytes(), &mut out);
            assert!(out.starts_with(b"Send it? "));
            answer.is_some_and(|a| is_yes(&a))
        };
        assert!(ask("y\n") && ask("YES\r\n") && ask(" 是\n") && ask("yes"));
        assert!(!ask("\n") && !ask("") && !ask("n\n") && !ask("yy\n") && !ask("\u{0}y\n"));
        assert!(
            is_app(" APP1\n", "APP1") && !is_app("y", "APP1") && !is_app("", "") && !is_app("app1", "APP1")
        );
    }

    #[test]
    fn the_summary_names_whom_and_hides_controls() {
        let message = Message {
            address: Address::User("13800000000".into()),
            title: "a\u{1b}[31m".into(),
            content: "c".into(),
            msg_id: "m".into(),
            action: "simple".into(),
            package: None,
            ttl: 60,
            settings: vec![crate::send::Setting { name: "NotifyType".into(), value: "transparent".into() }],
        };
        for lang in [Lang::En, Lang::Zh] {
            let text = summary(&message, "mps", "h", lang, &|_| "<user:1>".into()).join("\n");
            assert!(text.contains("<user:1>") && !text.contains("138") && !text.contains('\u{1b}'), "{text}");
            assert!(text.contains("NotifyType") && text.contains("mps simple (h)"), "{text}");
        }
    }
}
