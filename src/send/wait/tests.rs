//! Logs that grow while a clock is turned by hand. All lines are made up.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::*;
use crate::catalog::Link;
use crate::chain::{self, Target};
use crate::diagnosis::Input;
use crate::evidence::{CodeRef, Place};
use crate::read::NoProgress;
use crate::send::watch::{Asked, ServerFiles, Start};
use crate::source::server_log::profile::Profiles;
use crate::source::server_log::reader::ServerRequest;
use crate::source::server_log::record::RecordKind;

/// 2026-06-14 10:00:00 +08:00, in milliseconds.
const TEN: i64 = 1_781_402_400_000;
const APP: &str = "com.example.bank";

type Action<'a> = Box<dyn FnMut() + Send + 'a>;

/// Waits in no time; things happen at their moments.
#[derive(Default)]
struct ByHand<'a> {
    state: Mutex<(u64, Vec<(u64, Option<Action<'a>>)>)>,
}

impl<'a> ByHand<'a> {
    fn at(&self, seconds: u64, action: impl FnMut() + Send + 'a) {
        self.state.lock().unwrap().1.push((seconds * 1000, Some(Box::new(action))));
    }
}

impl Clock for ByHand<'_> {
    fn now_ms(&self) -> i64 {
        TEN + self.elapsed_ms() as i64
    }

    fn elapsed_ms(&self) -> u64 {
        self.state.lock().unwrap().0
    }

    fn sleep(&self, duration: Duration) {
        let mut state = self.state.lock().unwrap();
        state.0 += duration.as_millis() as u64;
        let now = state.0;
        state.1.sort_by_key(|(at, _)| *at);
        for (_, action) in state.1.iter_mut().filter(|(at, _)| *at <= now) {
            if let Some(mut action) = action.take() {
                action();
            }
        }
    }
}

#[derive(Default)]
struct Seen {
    shows: Vec<u64>,
    said: Vec<String>,
}

impl Show for Seen {
    fn show(&mut self, _: &Diagnosis, left: Duration) -> anyhow::Result<()> {
        self.shows.push(left.as_secs());
        Ok(())
    }

    fn say(&mut self, sentence: &Bilingual) {
        self.said.push(sentence.en.clone());
    }
}

fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

/// One line of the phone, so many seconds after ten o'clock by its own clock.
fn line(seconds: i64, tag: &str, text: &str) -> String {
    let all = 10 * 3600 + seconds;
    let (h, m, s) = (all / 3600, all / 60 % 60, all % 60);
    format!("06-14 {h:02}:{m:02}:{s:02}.100  4377  4410 D {tag}: {text}\n")
}

fn started(seconds: i64) -> String {
    line(
        seconds,
        "ActivityManager",
        &format!(
            "Start proc 4377:{APP}:push/u0a231 for service {{{APP}/com.alipay.pushsdk.push.NotificationService}}"
        ),
    )
}

fn arrives(seconds: i64, content: &str) -> String {
    line(
        seconds,
        "AlipayPush_Listener",
        &format!("pushlog getNoticeInfo msgShowTitle=pushdoctor, msgShowText={content}"),
    )
}

fn shows(seconds: i64) -> String {
    line(
        seconds,
        "AlipayPush_Notifier",
        &format!("pushlog sendBroadcast {APP}.push.action.SHOW_NOTIFICATION"),
    )
}

fn suppressed(seconds: i64) -> String {
    line(
        seconds,
        "NotificationService",
        &format!("Suppressing notification from package {APP} by user request."),
    )
}

fn no_channel(seconds: i64) -> String {
    line(
        seconds,
        "NotificationService",
        &format!(
            "No Channel found for pkg={APP}, channelId=news, id=7, tag=null, opPkg={APP}, callingUid=10041"
        ),
    )
}

fn received(seconds: i64, id: &str) -> String {
    line(
        seconds,
        "XMPush-4377",
        &format!("[Tid:61] message arrived: receive a message, msgid={id}, jobkey=j1"),
    )
}

fn sent() -> Sent {
    Sent {
        at: TEN * 1000,
        ids: vec!["pd17814024000000a1b2".into()],
        vendor_id: None,
        title: "pushdoctor".into(),
        content: "10:00 test 4821".into(),
        package: Some(APP.into()),
        vendor: None,
    }
}

/// One run: what the log holds before, what is written when, and how it is read.
struct Run<'a> {
    folder: tempfile::TempDir,
    clock: ByHand<'a>,
    sent: Sent,
    whole: bool,
    timeout: u64,
    screen: Seen,
}

impl<'a> Run<'a> {
    fn new(before: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let run = Run {
            clock: ByHand::default(),
            sent: sent(),
            whole: true,
            timeout: 60,
            screen: Seen::default(),
            folder,
        };
        append(&run.log(), before);
        run
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("phone.log")
    }

    /// The log grows by this at a moment after the send.
    fn grows(&self, seconds: u64, bytes: impl Into<Vec<u8>>) {
        let (path, bytes) = (self.log(), bytes.into());
        self.clock.at(seconds, move || append(&path, &bytes));
    }

    fn wait(&mut self) -> Waited {
        self.wait_with(&Case::default(), &[], |_| {})
    }

    fn wait_with(&mut self, base: &Case, records: &[Record], more: impl FnOnce(&mut Waiting<'_>)) -> Waited {
        let catalog = Catalog::builtin();
        let reader = LogReader::new(&catalog);
        let paths = if self.whole { vec![self.log()] } else { Vec::new() };
        let request = Request { paths, year: Some(2026), ..Request::default() };
        let mut waiting = Waiting::new(&catalog, &reader, &request, &NoProgress);
        waiting.add_log_file(LogFile::new(&self.log(), None, Start::End(64 << 10)));
        more(&mut waiting);
        waiting.before_the_send(&self.clock, &|| false);
        let target = Target {
            message: self.sent.ids.first().cloned(),
            package: Some(APP.into()),
            ..Target::default()
        };
        let judge = |case: &Case| chain::judge(case.clone(), &catalog, &target);
        let ask = Ask {
            sent: &self.sent,
            base,
            records,
            timeout: Duration::from_secs(self.timeout),
            judge: &judge,
            clock: &self.clock,
            interrupted: &|| false,
        };
        waiting.run(&ask, &mut self.screen).unwrap()
    }
}

fn reason(waited: &Waited) -> (Link, Tie) {
    let reason = waited.reason.as_ref().expect("it says why");
    (reason.link, reason.tie)
}

#[test]
fn a_message_that_is_shown_ends_the_wait_by_its_content() {
    let mut run = Run::new(started(-60).as_bytes());
    run.grows(5, arrives(5, "10:00 test 4821"));
    run.grows(6, shows(6));
    let waited = run.wait();
    assert_eq!(waited.ended, Ended::Shown);
    assert!((5..=10).contains(&waited.seconds), "{}", waited.seconds);
    assert_eq!(waited.reason.expect("why").tie, Tie::Content);
    let evidence = &waited.case.evidence;
    assert!(evidence.iter().any(|e| e.link == Link::Display && e.package.as_deref() == Some(APP)));
}

#[test]
fn an_arrival_is_shown_only_if_nothing_keeps_it_from_that() {
    let mut run = Run::new(started(-60).as_bytes());
    run.grows(5, arrives(5, "10:00 test 4821"));
    run.grows(7, suppressed(5));
    let waited = run.wait();
    assert_eq!((waited.ended, reason(&waited).0), (Ended::Failed, Link::Display));
    assert_eq!(waited.reason.expect("why").finding, "display.notifications-off");
}

#[test]
fn a_channel_that_does_not_exist_fails() {
    let mut run = Run::new(started(-60).as_bytes());
    run.grows(4, no_channel(4));
    let waited = run.wait();
    assert_eq!(waited.ended, Ended::Failed);
    assert_eq!(waited.reason.expect("why").finding, "display.channel-missing");
}

#[test]
fn nothing_at_all_is_a_timeout_after_exactly_the_time() {
    let mut run = Run::new(started(-60).as_bytes());
    run.grows(9, line(9, "art", "hello"));
    let waited = run.wait();
    assert_eq!((waited.ended, waited.seconds), (Ended::Timeout, 60));
    assert!(waited.reason.is_none());
    // Redrawn about once a second, with the time that is left.
    assert!((55..=75).contains(&run.screen.shows.len()), "{:?}", run.screen.shows);
    assert!(run.screen.shows.is_sorted_by(|a, b| a >= b));
}

#[test]
fn lines_from_before_the_send_never_end_the_wait() {
    for whole in [true, false] {
        let before =
            [started(-300), arrives(-200, "10:00 test 4821"), shows(-199), suppressed(-100)].concat();
        let mut run = Run::new(before.as_bytes());
        run.whole = whole;
        let waited = run.wait();
        assert_eq!(waited.ended, Ended::Timeout, "whole: {whole}");
    }
}

#[test]
fn old_lines_that_arrive_late_do_not_end_it_either() {
    let mut run = Run::new(started(-300).as_bytes());
    run.grows(2, [arrives(-400, "10:00 test 4821"), shows(-399), suppressed(-398)].concat());
    assert_eq!(run.wait().ended, Ended::Timeout);
    // A file that appears only then, with the whole buffer of the phone in it.
    let mut run = Run::new(b"");
    run.grows(2, [started(-500), arrives(-400, "10:00 test 4821"), shows(-399)].concat());
    assert_eq!(run.wait().ended, Ended::Timeout);
}

#[test]
fn another_message_is_not_this_one() {
    let mut run = Run::new(started(-60).as_bytes());
    run.grows(5, arrives(5, "Your bill is due"));
    assert_eq!(run.wait().ended, Ended::Timeout);
    // A vendor's id is known, and this is another.
    let mut run = Run::new(started(-60).as_bytes());
    run.sent.vendor_id = Some("sdm40012718330400123AB".into());
    run.sent.ids.push("sdm40012718330400123AB".into());
    run.grows(5, received(5, "sdm40012718330499999ZZ"));
    assert_eq!(run.wait().ended, Ended::Timeout);
}

#[test]
fn a_line_that_names_the_message_is_the_surest() {
    let mut run = Run::new(started(-60).as_bytes());
    run.sent.vendor_id = Some("sdm40012718330400123AB".into());
    run.sent.ids.push("sdm40012718330400123AB".into());
    run.grows(5, received(5, "sdm40012718330400123AB"));
    let waited = run.wait();
    assert_eq!((waited.ended, reason(&waited)), (Ended::Shown, (Link::Forward, Tie::Message)));
}

#[test]
fn a_vendors_id_that_cannot_be_compared_ties_by_time_only() {
    let mut run = Run::new(started(-60).as_bytes());
    run.grows(5, received(5, "sdm40012718330400123AB"));
    let waited = run.wait();
    assert_eq!((waited.ended, reason(&waited).1), (Ended::Shown, Tie::Time));
}

#[test]
fn a_phone_whose_clock_is_wrong_is_understood() {
    for skew in [-600, 600] {
        let before = [started(skew - 60), line(skew - 1, "art", "hello")].concat();
        let mut run = Run::new(before.as_bytes());
        run.grows(5, arrives(skew + 5, "10:00 test 4821"));
        assert_eq!(run.wait().ended, Ended::Shown, "{skew}");
    }
}

#[test]
fn a_failure_on_a_phone_whose_clock_is_behind_is_judged_as_of_the_send() {
    // A second is as common as it is enough to put an arrival before the send.
    for skew in [-1, -600] {
        let before = [started(skew - 60), line(skew - 1, "art", "hello")].concat();
        let mut run = Run::new(before.as_bytes());
        run.grows(1, suppressed(skew + 1));
        let (base, record) = own_send(true);
        let waited = run.wait_with(&base, &[record], |_| {});
        assert_eq!(waited.ended, Ended::Failed, "{skew}");
        assert_eq!(waited.diagnosis.verdict.finding, "display.notifications-off", "{skew}");
        let said = waited.case.notes.iter().any(|n| n.en.contains("clock is 59") && n.en.contains("behind"));
        assert_eq!(said, skew == -600, "{:?}", waited.case.notes);
    }
}

#[test]
fn a_line_that_comes_in_pieces_is_one_line_and_one_without_end_counts_at_the_end() {
    let text = arrives(5, "10:00 test 4821");
    let (head, tail) = text.split_at(90);
    let mut run = Run::new(started(-60).as_bytes());
    run.grows(5, head);
    run.grows(8, tail);
    let waited = run.wait();
    assert_eq!(waited.ended, Ended::Shown);
    assert!(waited.seconds >= 8);
    let mut run = Run::new(started(-60).as_bytes());
    run.timeout = 10;
    run.grows(5, text.trim_end());
    assert_eq!(run.wait().ended, Ended::Shown);
}

#[test]
fn a_log_that_is_cut_or_turned_over_is_read_on() {
    let before = [started(-60), line(-50, "art", &"long ".repeat(200))].concat();
    // Cut in place.
    let mut run = Run::new(before.as_bytes());
    let path = run.log();
    run.clock.at(3, move || std::fs::write(&path, arrives(3, "10:00 test 4821")).unwrap());
    let waited = run.wait();
    assert_eq!(waited.ended, Ended::Shown);
    assert!(waited.case.inputs[0].notes.iter().any(|n| n.en.contains("replaced")));
    // Turned over, with a new file that is longer than the old one was; what was still written into
    // the old one counts too.
    let mut run = Run::new(before.as_bytes());
    let (path, old) = (run.log(), run.folder.path().join("phone.log.1"));
    let filler = line(2, "art", &"more ".repeat(500));
    run.clock.at(3, move || {
        append(&path, no_channel(2).as_bytes());
        std::fs::rename(&path, &old).unwrap();
        append(&path, filler.as_bytes());
    });
    run.grows(8, line(8, "art", "hello"));
    let waited = run.wait();
    assert_eq!(waited.ended, Ended::Failed);
}

#[test]
fn a_new_file_after_a_turn_is_read_from_its_beginning() {
    let mut run = Run::new(started(-60).as_bytes());
    let (path, old) = (run.log(), run.folder.path().join("phone.log.1"));
    run.clock.at(3, move || {
        std::fs::rename(&path, &old).unwrap();
        append(&path, line(3, "art", &"more ".repeat(500)).as_bytes());
    });
    run.grows(6, arrives(6, "10:00 test 4821"));
    let waited = run.wait();
    assert_eq!(waited.ended, Ended::Shown);
    assert_eq!(waited.case.inputs.len(), 1);
}

#[test]
fn a_log_that_is_not_there_yet_is_waited_for_and_said_once() {
    let mut run = Run::new(b"");
    std::fs::remove_file(run.log()).unwrap();
    run.whole = false;
    run.grows(5, [started(5), arrives(5, "10:00 test 4821")].concat());
    let waited = run.wait();
    assert_eq!(waited.ended, Ended::Shown);
    assert_eq!(run.screen.said.len(), 1, "{:?}", run.screen.said);
    assert_eq!(waited.troubles.len(), 1);
}

#[test]
fn every_encoding_is_read_while_it_grows() {
    let demo = |s| line(s, "MyPushTest", "从自建通道收到消息：title: 测试, content: 十点测试 4821");
    type Encode = fn(&str) -> Vec<u8>;
    let encodings: [(&str, Encode); 4] = [
        ("gb18030", |t| encoding_rs::GB18030.encode(t).0.into_owned()),
        ("utf-16le", |t| t.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("utf-16be", |t| t.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("utf-8", |t| t.as_bytes().to_vec()),
    ];
    for (name, encode) in encodings {
        for whole in [true, false] {
            let before = [started(-60), line(-50, "PushDemo", "中文日志")].concat();
            let mut run = Run::new(&encode(&before));
            run.whole = whole;
            run.sent.content = "十点测试 4821".into();
            run.grows(5, encode(&demo(5)));
            let waited = run.wait();
            assert_eq!(waited.ended, Ended::Shown, "{name} whole: {whole}");
            assert_eq!(waited.reason.expect("why").tie, Tie::Content, "{name}");
            assert_eq!(waited.case.inputs[0].encoding, name);
        }
    }
}

#[test]
fn the_process_that_was_named_before_the_send_is_known_after_it() {
    let mut run = Run::new([started(-60), line(-50, "art", "hello")].concat().as_bytes());
    run.grows(5, received(5, "sdm40012718330400123AB"));
    let waited = run.wait();
    let arrived = waited.case.evidence.iter().find(|e| e.message.is_some()).expect("it arrived");
    assert_eq!(arrived.package.as_deref(), Some(APP));
    // The lines are counted on.
    assert_eq!(arrived.places[0].line, 3);
}

fn forward(msg: &str, clock: &str, answer: &str) -> String {
    format!(
        "{{\"__source__\":\"192.0.2.21\",\"__tag__:__path__\":\"/home/admin/logs/yunpushcore/forward.log\",\"time\":\"2026-06-14 {clock}\",\"channel\":\"HMS\",\"msgId\":\"{msg}\",\"token\":\"IQAAAACyExampleHuaweiToken0000000000000001\",\"response\":\"{answer}\"}}\n"
    )
}

const TOO_LONG: &str =
    "{\\\"code\\\": \\\"80300008\\\", \\\"msg\\\": \\\"The message body size exceeds the default value.\\\"}";

/// A run that watches a server log which grows.
fn with_server_log(run: &mut Run<'_>, before: &str, rows: &[(u64, String)]) -> Waited {
    let path = run.folder.path().join("forward.jsonl");
    append(&path, before.as_bytes());
    for (seconds, row) in rows {
        let (path, row) = (path.clone(), row.clone());
        run.clock.at(*seconds, move || append(&path, row.as_bytes()));
    }
    // A source may outlive the call that adds it.
    let catalog: &'static Catalog = Box::leak(Box::new(Catalog::builtin()));
    let profiles: &'static Profiles<'static> = Box::leak(Box::new(Profiles::builtin(catalog)));
    let request = ServerRequest { paths: vec![path], ..ServerRequest::default() };
    let seeds = run.sent.ids.clone();
    run.wait_with(&Case::default(), &[], move |waiting| {
        waiting.add(Box::new(ServerFiles::new(request, profiles, seeds)));
    })
}

#[test]
fn a_vendor_that_refuses_the_message_ends_the_wait() {
    let mut run = Run::new(started(-60).as_bytes());
    let id = run.sent.ids[0].clone();
    let waited = with_server_log(&mut run, "", &[(4, forward(&id, "10:00:04.000", TOO_LONG))]);
    assert_eq!((waited.ended, reason(&waited)), (Ended::Failed, (Link::Forward, Tie::Message)));
    assert_eq!(waited.reason.expect("why").finding, "huawei.server.80300008");
    assert_eq!(waited.case.inputs.len(), 2);
}

#[test]
fn rows_of_old_and_of_other_messages_do_not() {
    let mut run = Run::new(started(-60).as_bytes());
    let id = run.sent.ids[0].clone();
    let old = forward("bill-1", "09:59:50.000", TOO_LONG);
    let other = forward("bill-2", "10:00:05.000", TOO_LONG);
    let early = forward(&id, "09:40:00.000", TOO_LONG);
    let waited = with_server_log(&mut run, &old, &[(3, early), (5, other)]);
    assert_eq!(waited.ended, Ended::Timeout, "{:?}", waited.reason);
}

/// The send's own record: its place counts the inputs of the base.
fn own_send(ok: bool) -> (Case, Record) {
    let base = Case {
        inputs: vec![Input { path: "send:mps".into(), kind: "server-log".into(), ..Input::default() }],
        ..Case::default()
    };
    let code = CodeRef { vendor: "mps".into(), side: "api".into(), code: "3032".into(), known: true };
    let record = Record {
        kind: RecordKind::Accept,
        place: Place { input: 0, line: 1, time: Some(TEN * 1000), text: "{}".into(), ..Place::default() },
        ok: Some(ok),
        code: (!ok).then_some(code),
        msg_id: sent().ids[0].clone(),
        package: APP.into(),
        ..Record::default()
    };
    (base, record)
}

#[test]
fn what_the_send_itself_brought_is_no_news() {
    let mut run = Run::new(started(-60).as_bytes());
    let (base, record) = own_send(false);
    run.timeout = 5;
    let waited = run.wait_with(&base, &[record], |_| {});
    assert_eq!(waited.ended, Ended::Timeout);
    let place = &waited.case.records[0].place;
    assert_eq!(waited.case.inputs[place.input].path, "send:mps");
}

#[test]
fn a_service_that_fails_is_said_once_and_the_others_go_on() {
    let mut run = Run::new(started(-60).as_bytes());
    run.grows(20, arrives(20, "10:00 test 4821"));
    let asked = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = std::rc::Rc::clone(&asked);
    let waited = run.wait_with(&Case::default(), &[], move |waiting| {
        waiting.add(Box::new(Asked::here("sls:p/forward", move || {
            count.set(count.get() + 1);
            Err(Bilingual::new("the log service does not answer", "日志服务没有应答"))
        })));
    });
    assert_eq!(waited.ended, Ended::Shown);
    assert_eq!(run.screen.said, ["the log service does not answer"]);
    // At 0, 5 and 15 seconds, and never before the send.
    assert_eq!(asked.get(), 3);
}

#[test]
fn an_interruption_ends_it_with_what_is_known() {
    let run = Run::new(started(-60).as_bytes());
    let catalog = Catalog::builtin();
    let reader = LogReader::new(&catalog);
    let request = Request { paths: vec![run.log()], year: Some(2026), ..Request::default() };
    let mut waiting = Waiting::new(&catalog, &reader, &request, &NoProgress);
    waiting.add_log_file(LogFile::new(&run.log(), None, Start::Whole));
    waiting.before_the_send(&run.clock, &|| false);
    let judge = |case: &Case| chain::judge(case.clone(), &catalog, &Target::default());
    let (sent, base) = (sent(), Case::default());
    let interrupted = || run.clock.elapsed_ms() > 3000;
    let ask = Ask {
        sent: &sent,
        base: &base,
        records: &[],
        timeout: Duration::from_secs(60),
        judge: &judge,
        clock: &run.clock,
        interrupted: &interrupted,
    };
    let waited = waiting.run(&ask, &mut Seen::default()).unwrap();
    assert_eq!(waited.ended, Ended::Interrupted);
    assert!(waited.seconds <= 5);
}
