//! What is about to be sent and to whom, for the person who is asked and for `--dry-run`.

use std::io::{BufRead, IsTerminal, Read, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::mask::{self, MASK};
use super::{Address, Message, Secret, Sender};
use crate::http::Request;
use crate::lang::{Bilingual, Lang};
use crate::report::redact::harmless;

/// The name and version of the document.
const SCHEMA: &str = "pushdoctor.send/1";
/// The header with the hash of the body.
const BODY_HASH: &str = "x-acs-content-sha256";
/// Bytes that an answer on a terminal has at most.
const TYPED: u64 = 1 << 10;
/// Bytes from which on a part of a path is taken for a signature: no id or action is as long.
const SIGNATURE: usize = 64;

/// In a form of which something is hidden, pseudonyms and stars stay readable.
const READABLE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'<')
    .remove(b'>')
    .remove(b':')
    .remove(b'*');

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
    let view = View { secrets: &secrets, address: &message.address, msg_id: &message.msg_id, redact };
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
    /// The id of the message, which is looked up elsewhere and so is shown.
    msg_id: &'v str,
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

    /// A text in which only the address can be an identifier, without the secrets.
    fn known(&self, text: &str) -> String {
        let text = mask::without(text, self.secrets);
        match self.address_in(&text) {
            Some((before, after)) => {
                format!("{}{}{}", self.known(before), (self.redact)(self.address.id()), self.known(after))
            }
            None => text,
        }
    }

    /// A single value of the message, which may be any identifier.
    fn value(&self, text: &str) -> String {
        if text.contains(mask::ACCESS) || text == self.msg_id {
            return self.known(text);
        }
        let text = mask::without(text, self.secrets);
        match self.address_in(&text) {
            Some((before, after)) => {
                format!("{}{}{}", self.value(before), (self.redact)(self.address.id()), self.value(after))
            }
            None if text.is_empty() || text == MASK => text,
            None => (self.redact)(&text),
        }
    }

    /// What stands before and behind the address, in whatever form it is written.
    fn address_in<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        mask::forms(self.address.id()).iter().find_map(|form| text.split_once(form.as_str()))
    }

    fn header(&self, name: &str, value: &str) -> String {
        if mask::is_secret_name(name) && !value.contains(mask::ACCESS) {
            // The scheme tells which signature it is.
            return match value.split_once(' ') {
                Some((scheme, _)) => format!("{} {MASK}", harmless(scheme)),
                None => MASK.to_owned(),
            };
        }
        // A short id can be guessed from the hash of a body of which all else is known.
        let hidden = (self.redact)(self.address.id()) != self.address.id();
        if hidden && name.eq_ignore_ascii_case(BODY_HASH) {
            return MASK.to_owned();
        }
        harmless(&self.known(value)).into_owned()
    }

    fn url(&self, url: &str) -> String {
        let (path, query) = match url.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (url, None),
        };
        let path: Vec<String> = path
            .split('/')
            .map(|part| if part.len() > SIGNATURE { MASK.to_owned() } else { self.known(part) })
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
            Some((name, value)) => format!("{}={}", self.known(name), self.form_value(name, value)),
            None => self.known(field),
        });
        fields.collect::<Vec<_>>().join("&")
    }

    /// A value as the form has it, or what it means where something of it is hidden.
    fn form_value(&self, name: &str, encoded: &str) -> String {
        let decode =
            |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let plain = decode(encoded);
        if mask::is_secret_name(&decode(name)) && !plain.is_empty() && plain != mask::ACCESS {
            return MASK.to_owned();
        }
        let document = serde_json::from_str::<Value>(&plain).ok().filter(|v| v.is_object() || v.is_array());
        let shown = match document {
            Some(document) => {
                let shown = self.json(mask::masked(document.clone()));
                if shown == document { plain.clone() } else { shown.to_string() }
            }
            None => self.value(&plain),
        };
        if shown == plain { encoded.to_owned() } else { utf8_percent_encode(&shown, READABLE).to_string() }
    }

    fn body(&self, body: &[u8]) -> String {
        if let Ok(value) = serde_json::from_slice::<Value>(body)
            && (value.is_object() || value.is_array())
        {
            return self.json(mask::masked(value)).to_string();
        }
        let text = String::from_utf8_lossy(body);
        if text.contains('=') { self.form(&text) } else { self.value(&text) }
    }

    /// The texts of a document, each by itself: a key beside a text is no label of a log. A key may
    /// be the address.
    fn json(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.value(&text)),
            Value::Array(list) => Value::Array(list.into_iter().map(|v| self.json(v)).collect()),
            Value::Object(map) => map.into_iter().map(|(k, v)| (self.known(&k), self.json(v))).collect(),
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
    use crate::report::Redactor;
    use crate::report::redact::{Identifier, Policy};

    const MSG_ID: &str = "pd17955467998853f0da98765432";

    fn request(url: &str, headers: &[(&str, &str)], body: &str) -> Request {
        let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Request { method: "POST", url: url.to_owned(), headers, body: body.into() }
    }

    /// Masks what the reports' redactor would take for an identifier.
    fn view(request: &Request) -> Value {
        let redactor = Redactor::new(Policy::All, Some([1; 32]));
        let address = Address::Token("to/ken=1".into());
        let secret = Secret("s3cret".into());
        let known = [(Identifier::Token, "to/ken=1")];
        let redact = |text: &str| match text {
            "to/ken=1" => "<token:abcdef>".to_owned(),
            other => redactor.redact_row(other, &known),
        };
        let view = View { secrets: &[&secret], address: &address, msg_id: MSG_ID, redact: &redact };
        view.request("made-up", "send", request)
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
            "client_secret=x&message=%7B%22t%22%3A%22to%2Fken%3D1%22%7D&a=s3cret&auth_token=%3Caccess+token%3E",
        );
        let seen = view(&planned);
        assert_eq!(seen["url"], "https://h.example/push/simple/app/space/***");
        assert_eq!(
            seen["body"],
            "client_secret=***&message=%7B%22t%22:%22<token:abcdef>%22%7D&a=***&auth_token=%3Caccess+token%3E"
        );
        let text = text(&[seen], Lang::En);
        assert!(text.starts_with("# made-up: send\nPOST https://h.example/push/"), "{text}");
        assert!(text.contains("\n\nclient_secret=***&"), "{text}");
    }

    #[test]
    fn the_message_id_and_what_is_no_value_stay_while_the_address_goes_even_as_a_key() {
        let sha = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";
        let target = format!(r#"{{"to/ken=1":"{MSG_ID}"}}"#);
        let form = format!("Content=a+b%21&TargetMsgkey={}", utf8_percent_encode(&target, NON_ALPHANUMERIC));
        let headers = [("x-acs-content-sha256", sha), ("x-trace", sha)];
        let seen = view(&request("https://h.example/", &headers, &form));
        // From it a short id could be guessed, as all else of the body is shown.
        assert_eq!(seen["headers"]["x-acs-content-sha256"], "***");
        assert_eq!(seen["headers"]["x-trace"], sha);
        let shown = format!("Content=a+b%21&TargetMsgkey=%7B%22<token:abcdef>%22:%22{MSG_ID}%22%7D");
        assert_eq!(seen["body"], shown);
        let json = format!(r#"{{"to/ken=1":"{MSG_ID}","other":"IQAAAACy0kfRAADnmFnRKHlPgF3tZ7dnVX"}}"#);
        let seen = view(&request("https://h.example/", &[], &json));
        let body = seen["body"].as_str().unwrap();
        assert!(body.starts_with(&format!(r#"{{"<token:abcdef>":"{MSG_ID}","other":"<token:"#)), "{body}");
        assert!(!body.contains("IQAAA") && !body.contains("<token:<"), "{body}");
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
