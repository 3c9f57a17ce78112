//! What is about to be sent and to whom, for the person who is asked and for `--dry-run`.

use std::io::{BufRead, IsTerminal, Read, Write};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::mask::{self, MASK};
use super::{Address, Message, Secret, Sender};
use crate::http::Request;
use crate::lang::{Bilingual, Lang};
use crate::report::redact::harmless;

/// The name and version of the document.
const SCHEMA: &str = "pushdoctor.send/1";
/// Bytes that an answer on a terminal has at most.
const TYPED: u64 = 1 << 10;
/// Bytes from which on a part of a path is taken for a signature: no id or action is as long.
const SIGNATURE: usize = 64;

/// Masks identifiers in a value; where they may be seen, it gives the value back.
pub type Redact<'r> = dyn Fn(&str) -> String + 'r;

/// The requests of a send for `--dry-run`, without asking anybody: secrets are `***`, and
/// `<access token>` stands for what a login will give.
///
/// # Errors
/// One sentence of the sender on what is missing.
pub fn requests(
    sender: &dyn Sender,
    message: &Message,
    now_ms: i64,
    redact: &Redact<'_>,
) -> Result<Vec<Value>, Bilingual> {
    let mut all = Vec::new();
    let login = sender.login_for(message, now_ms)?;
    let send = sender.request(message, None, now_ms)?;
    let secrets = sender.secrets();
    let view = View { secrets: &secrets, address: &message.address, redact };
    if let Some(request) = login {
        all.push(view.request(sender.via(), "login", &request));
    }
    all.push(view.request(sender.via(), "send", &send));
    Ok(all)
}

/// The document of `--dry-run --format json`.
pub fn document(requests: &[Value], warnings: &[String]) -> Value {
    json!({ "schema": SCHEMA, "dry_run": true, "requests": requests, "warnings": warnings })
}

/// Requests for a terminal, as HTTP writes them.
pub fn text(requests: &[Value], lang: Lang) -> String {
    let mut blocks = Vec::new();
    for request in requests {
        let of = |key: &str| request.get(key).and_then(Value::as_str).unwrap_or_default();
        let step = match of("step") {
            "login" => lang.pick("login", "登录"),
            _ => lang.pick("send", "发送"),
        };
        let mut block = format!("# {}: {step}\n{} {}\n", of("via"), of("method"), of("url"));
        for (name, value) in request.get("headers").and_then(Value::as_object).into_iter().flatten() {
            block.push_str(&format!("{name}: {}\n", value.as_str().unwrap_or_default()));
        }
        let body = of("body");
        if !body.is_empty() {
            block.push('\n');
            for line in body.lines() {
                block.push_str(&harmless(line));
                block.push('\n');
            }
        }
        blocks.push(block);
    }
    blocks.join("\n")
}

/// What will be sent and to whom, in words.
pub fn lines(via: &str, message: &Message, lang: Lang, redact: &Redact<'_>) -> Vec<String> {
    let whom = match &message.address {
        Address::Everyone => lang.pick("everybody who has the app", "安装了该应用的所有人").to_owned(),
        Address::Device(id) => format!("{} {}", lang.pick("device", "设备"), redact(id)),
        Address::User(id) => format!("{} {}", lang.pick("user", "用户"), redact(id)),
        Address::Token(id) => format!("token {}", redact(id)),
    };
    let via = format!("{via} {}", message.action);
    let mut rows = vec![
        (lang.pick("via", "途径"), via.trim().to_owned()),
        (lang.pick("to", "接收者"), whom),
        (lang.pick("title", "标题"), redact(&message.title)),
        (lang.pick("content", "内容"), redact(&message.content)),
        (lang.pick("message id", "消息 ID"), message.msg_id.clone()),
        (lang.pick("valid for", "有效期"), format!("{} {}", message.ttl, lang.pick("s", "秒"))),
    ];
    rows.extend(message.settings.iter().map(|s| {
        let value = if mask::is_secret_name(&s.name) { MASK.to_owned() } else { redact(&s.value) };
        (s.name.as_str(), value)
    }));
    let colon = lang.pick(": ", "：");
    rows.into_iter().map(|(name, value)| harmless(&format!("{name}{colon}{value}")).into_owned()).collect()
}

/// The request as it may be seen.
struct View<'v> {
    secrets: &'v [&'v Secret],
    address: &'v Address,
    redact: &'v Redact<'v>,
}

impl View<'_> {
    fn request(&self, via: &str, step: &str, request: &Request) -> Value {
        let mut headers = Map::new();
        for (name, value) in &request.headers {
            headers.insert(harmless(name).into_owned(), Value::from(self.header(name, value)));
        }
        json!({
            "via": via,
            "step": step,
            "method": request.method,
            "url": self.url(&request.url),
            "headers": headers,
            "body": self.body(&request.body),
        })
    }

    /// A single value without the secrets, and with identifiers as they are to be shown.
    fn text(&self, text: &str) -> String {
        let mut out = mask::without(text, self.secrets);
        if out.is_empty() || out.contains(mask::ACCESS) {
            return out;
        }
        let id = self.address.id();
        let instead = (self.redact)(id);
        if !id.is_empty() && instead != id {
            // Also where it stands in a form, or in JSON inside of one.
            for form in mask::forms(id) {
                out = out.replace(&form, &instead);
            }
        }
        (self.redact)(&out)
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
        if let Ok(value) = serde_json::from_slice::<Value>(body)
            && (value.is_object() || value.is_array())
        {
            return self.json(mask::masked(value)).to_string();
        }
        let text = String::from_utf8_lossy(body);
        if text.contains('=') { self.form(&text) } else { self.text(&text) }
    }

    /// The texts of a document, each by itself: a key beside a text is no label of a log.
    fn json(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.text(&text)),
            Value::Array(list) => Value::Array(list.into_iter().map(|v| self.json(v)).collect()),
            Value::Object(map) => map.into_iter().map(|(k, v)| (k, self.json(v))).collect(),
            other => other,
        }
    }
}

/// Whether somebody sits at a terminal who can answer a question.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks on standard error and reads `y` or `是`; anything else, and no terminal, is a no.
pub fn ask(question: &str, lang: Lang) -> bool {
    let prompt = format!("{question} [{}]", lang.pick("y/N", "y/N，默认否"));
    typed(&prompt).is_some_and(|answer| is_yes(&answer))
}

/// Asks on standard error and reads one line; `None` without a terminal, or where the input ended.
pub fn typed(question: &str) -> Option<String> {
    if !can_ask() {
        return None;
    }
    read_line(question, &mut std::io::stdin().lock(), &mut std::io::stderr())
}

fn is_yes(typed: &str) -> bool {
    matches!(typed.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "确定" | "好")
}

/// Writes the question and reads one line; `None` where the input ended.
fn read_line(prompt: &str, input: &mut dyn BufRead, out: &mut dyn Write) -> Option<String> {
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

    fn request(url: &str, headers: &[(&str, &str)], body: &str) -> Request {
        let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Request { method: "POST", url: url.to_owned(), headers, body: body.into() }
    }

    fn view(request: &Request) -> Value {
        let address = Address::Token("to/ken=1".into());
        let secret = Secret("s3cret".into());
        let redact = |text: &str| text.replace("to/ken=1", "<token:abcdef>");
        View { secrets: &[&secret], address: &address, redact: &redact }.request("made-up", "send", request)
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
        let text = text(&[seen], Lang::En);
        assert!(text.starts_with("# made-up: send\nPOST https://h.example/push/"), "{text}");
        assert!(text.contains("\n\nclient_secret=***&"), "{text}");
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        let ask = |input: &str| {
            let mut out = Vec::new();
            let answer = read_line("Send it?", &mut input.as_bytes(), &mut out);
            assert!(out.starts_with(b"Send it? "));
            answer.is_some_and(|a| is_yes(&a))
        };
        assert!(ask("y\n") && ask("YES\r\n") && ask(" 是\n") && ask("yes"));
        assert!(!ask("\n") && !ask("") && !ask("n\n") && !ask("yy\n") && !ask("\u{0}y\n"));
    }

    #[test]
    fn the_lines_name_whom_and_hides_controls() {
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
            let redact = |text: &str| text.replace("13800000000", "<user:1>");
            let text = lines("mps", &message, lang, &redact).join("\n");
            assert!(text.contains("<user:1>") && !text.contains("138") && !text.contains('\u{1b}'), "{text}");
            assert!(text.contains("NotifyType") && text.contains("mps simple"), "{text}");
        }
    }
}
