//! What was sent before, for `--history`.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::SendState;
use super::journal::Sent;
use crate::lang::Lang;
use crate::report::RenderOptions;
use crate::report::json::rfc3339;
use crate::report::options::Paint;
use crate::report::redact::harmless;
use crate::report::table::grid;

/// The name and version of the format.
pub const SCHEMA: &str = "pushdoctor.journal/1";

/// Sends of the journal as JSON, in the order given.
pub fn json(sends: &[Sent]) -> Value {
    json_in(sends, &TimeZone::system())
}

fn json_in(sends: &[Sent], zone: &TimeZone) -> Value {
    let sends: Vec<Value> = sends.iter().map(|sent| entry(sent, zone)).collect();
    json!({ "schema": SCHEMA, "sends": sends })
}

fn entry(sent: &Sent, zone: &TimeZone) -> Value {
    let time = |ms: i64| rfc3339(ms.saturating_mul(1000), zone);
    json!({
        "at": time(sent.at),
        "via": shown(&sent.via),
        "action": shown(&sent.action),
        "target": shown(&sent.target),
        "msg_id": shown(&sent.msg_id),
        "state": sent.state.as_str(),
        "vendor_msg_id": shown(&sent.vendor_msg_id),
        "request_id": shown(&sent.request_id),
        "code": filled(&sent.code),
        "revoked_at": sent.revoked_at.and_then(time),
    })
}

/// Sends of the journal as a table, in the order given; one sentence where there are none.
pub fn table(sends: &[Sent], options: &RenderOptions) -> String {
    table_in(sends, options, &TimeZone::system())
}

fn table_in(sends: &[Sent], options: &RenderOptions, zone: &TimeZone) -> String {
    let lang = options.lang;
    if sends.is_empty() {
        return lang.pick("Nothing was sent yet.", "还没有发送过消息。").to_owned();
    }
    let rows: Vec<[String; 5]> = sends.iter().map(|sent| row(sent, lang, zone)).collect();
    let states: Vec<SendState> = sends.iter().map(|s| s.state).collect();
    let header = match lang {
        Lang::En => ["Sent at", "Via", "Target", "State", "Ids"],
        Lang::Zh => ["时间", "途径", "接收者", "结果", "ID"],
    };
    let paint = Paint(options.color);
    grid::draw(&header, &rows, options, |at, line| match states.get(at) {
        Some(SendState::Refused) => paint.red(line),
        Some(SendState::Unknown) => paint.yellow(line),
        Some(SendState::Unsent) => paint.dim(line),
        _ => line.to_owned(),
    })
}

fn row(sent: &Sent, lang: Lang, zone: &TimeZone) -> [String; 5] {
    let stamp = jiff::Timestamp::from_millisecond(sent.at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let at = stamp.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let ids = [("msg", &sent.msg_id), ("vendor", &sent.vendor_msg_id), ("request", &sent.request_id)];
    let ids = ids.iter().filter(|(_, id)| !id.is_empty()).map(|(name, id)| format!("{name}={}", shown(id)));
    let mut state = word(sent, lang).to_owned();
    if !sent.code.is_empty() {
        state.push_str(&format!(" {}", shown(&sent.code)));
    }
    if sent.revoked_at.is_some() {
        state.push_str(lang.pick(", revoked", "，已撤回"));
    }
    let via = format!("{} {}", shown(&sent.via), shown(&sent.action));
    [at, via.trim().to_owned(), shown(&sent.target), state, ids.collect::<Vec<_>>().join(" ")]
}

/// The state in words.
fn word(sent: &Sent, lang: Lang) -> &'static str {
    match (sent.state, sent.settled) {
        (SendState::Accepted, _) => lang.pick("accepted", "已受理"),
        (SendState::Refused, _) => lang.pick("refused", "被拒绝"),
        (SendState::Unsent, _) => lang.pick("not sent", "未发出"),
        (SendState::Unknown, true) => lang.pick("unknown", "未知"),
        (SendState::Unknown, false) => lang.pick("unknown (no outcome kept)", "未知（没有结果记录）"),
    }
}

/// The file is the user's own, but anybody may have written into it.
fn shown(text: &str) -> String {
    harmless(text).into_owned()
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| shown(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send::journal::Journal;

    const LINES: &str = concat!(
        "{\"at\":1700000000000,\"event\":\"intent\",\"key\":\"a\",\"via\":\"mps\",\"action\":\"simple\",\"target\":\"<user:00ff00>\",\"msg_id\":\"pd1\"}\n",
        "{\"at\":1700000001000,\"event\":\"outcome\",\"key\":\"a\",\"state\":\"refused\",\"request_id\":\"R\\u001b1\",\"code\":\"mps.api.MsgIdRepeat\"}\n",
        "{\"at\":1700000002000,\"event\":\"revoked\",\"key\":\"a\"}\n",
        "{\"at\":1700000003000,\"event\":\"intent\",\"key\":\"b\",\"via\":\"vivo\",\"target\":\"<token:00ff01>\",\"msg_id\":\"pd2\"}\n",
        "something else\n",
    );

    fn journal(text: &str) -> (tempfile::TempDir, Journal) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("sends.jsonl"), text).unwrap();
        let journal = Journal::look_in(dir.path()).unwrap();
        (dir, journal)
    }

    #[test]
    fn json_tells_every_send() {
        let (_dir, journal) = journal(LINES);
        let value = json_in(journal.sends(), &TimeZone::UTC);
        assert_eq!(value["schema"], "pushdoctor.journal/1");
        let first = &value["sends"][0];
        assert_eq!(first["at"], "2023-11-14T22:13:20.000+00:00");
        assert_eq!(
            (first["state"].as_str(), first["code"].as_str()),
            (Some("refused"), Some("mps.api.MsgIdRepeat"))
        );
        assert_eq!(first["request_id"], "R\\x1b1");
        assert_eq!(first["revoked_at"], "2023-11-14T22:13:22.000+00:00");
        let second = &value["sends"][1];
        assert_eq!((second["state"].as_str(), second["code"].is_null()), (Some("unknown"), true));
        assert!(second["revoked_at"].is_null());
        assert!(journal.notes()[0].en.contains("1 line is no entry"), "{:?}", journal.notes());
    }

    #[test]
    fn the_table_has_a_row_for_each_send_in_both_languages() {
        for (lang, words) in [
            (Lang::En, ["refused mps.api.MsgIdRepeat", "revoked", "no outcome kept", "msg=pd2"]),
            (Lang::Zh, ["被拒绝", "已撤回", "没有结果记录", "msg=pd2"]),
        ] {
            let (_dir, journal) = journal(LINES);
            let options = RenderOptions { lang, width: 160, ..RenderOptions::default() };
            let text = table_in(journal.sends(), &options, &TimeZone::UTC);
            let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for word in words {
                let there = word.split(' ').all(|part| flat.contains(part));
                assert!(there, "{word}: {text}");
            }
            assert!(!text.contains('\u{1b}'));
        }
        let (_dir, empty) = journal("");
        assert!(table(empty.sends(), &RenderOptions::default()).contains("Nothing"));
    }
}
