//! Messages and ids here are made up.

use std::io::Write;

use super::*;
use crate::http::Failure;
use crate::send::Step;

const KEY: [u8; 32] = [7; 32];
const NOW: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;

fn open(folder: &Path) -> Journal {
    Journal::open(folder, KEY, Duration::from_millis(50)).unwrap()
}

fn message(id: &str, token: &str, content: &str) -> Message {
    Message {
        address: Address::Token(token.to_owned()),
        title: "pushdoctor".to_owned(),
        content: content.to_owned(),
        msg_id: id.to_owned(),
        action: String::new(),
        package: None,
        ttl: 600,
        settings: Vec::new(),
    }
}

fn outcome(message: &Message, state: SendState, at: i64) -> Outcome {
    Outcome {
        via: "huawei".to_owned(),
        state,
        step: Step::Send,
        codes: vec![crate::evidence::CodeRef {
            vendor: "huawei".into(),
            side: "server".into(),
            code: "80000000".into(),
            known: true,
        }],
        message: String::new(),
        msg_id: message.msg_id.clone(),
        vendor_msg_id: "v\u{1b}1".to_owned(),
        request_id: "r1".to_owned(),
        status: Some(200),
        answer: "the answer".to_owned(),
        failure: None::<Failure>,
        trouble: Bilingual::default(),
        sent_at: at * 1000,
        answered_at: (at + 5) * 1000,
    }
}

#[test]
fn an_intent_is_unknown_until_its_outcome_and_all_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("a").join("b");
    let mut journal = open(&folder);
    let sent = message("m1", "token-of-a-phone", "hello");
    journal.intent(&sent, "huawei", NOW).unwrap();
    let other = open(&folder);
    assert_eq!((other.sends()[0].state, other.sends()[0].settled), (SendState::Unknown, false));
    journal.outcome(&outcome(&sent, SendState::Accepted, NOW)).unwrap();
    journal.outcome(&outcome(&sent, SendState::Refused, NOW)).unwrap();
    for read in [open(&folder), Journal::look_in(&folder).unwrap()] {
        let [one] = read.sends() else { panic!("{:?}", read.sends()) };
        assert_eq!((one.state, one.settled, one.at), (SendState::Accepted, true, NOW));
        assert_eq!((one.vendor_msg_id.as_str(), one.code.as_str()), ("v\u{fffd}1", "huawei.server.80000000"));
    }
    let text = std::fs::read_to_string(folder.join(store::FILE)).unwrap();
    for private in ["token-of-a-phone", "hello", "the answer"] {
        assert!(!text.contains(private), "{text}");
    }
    assert!(open(&folder).went_to(&open(&folder).sends()[0], &sent.address));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(store::FILE);
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    open(dir.path()).intent(&message("m", "t", "c"), "huawei", NOW).unwrap();
    for name in [store::FILE, "sends.lock"] {
        let mode = std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn repeats_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    let first = message("m1", "t1", "hello");
    let again = |id: &str| message(id, "t1", "hello");
    assert_eq!(journal.repeats(&first, "huawei", NOW), Repeat::None);
    journal.intent(&first, "huawei", NOW).unwrap();
    // No outcome: the same id, and an equal message within its time.
    assert_eq!(journal.repeats(&first, "huawei", NOW), Repeat::SameId { at: NOW, state: SendState::Unknown });
    assert_eq!(journal.repeats(&again("m2"), "huawei", NOW + 1), Repeat::UnknownOutcome { at: NOW });
    assert_eq!(journal.repeats(&again("m2"), "huawei", NOW - 1), Repeat::UnknownOutcome { at: NOW });
    assert_eq!(journal.repeats(&again("m2"), "huawei", NOW + 10 * MINUTE), Repeat::None);
    // Others are not equal.
    assert_eq!(journal.repeats(&first, "honor", NOW), Repeat::None);
    assert_eq!(journal.repeats(&message("m2", "t2", "hello"), "huawei", NOW), Repeat::None);
    assert_eq!(journal.repeats(&message("m2", "t1", "hello!"), "huawei", NOW), Repeat::None);
    let user = Message { address: Address::User("t1".into()), ..again("m2") };
    assert_eq!(journal.repeats(&user, "huawei", NOW), Repeat::None);
    // Known: a word for ten minutes, and none of what did not leave.
    journal.outcome(&outcome(&first, SendState::Accepted, NOW)).unwrap();
    let recent = Repeat::RecentlySent { at: NOW, state: SendState::Accepted };
    assert_eq!(journal.repeats(&again("m2"), "huawei", NOW + MINUTE), recent);
    assert_eq!(journal.repeats(&again("m2"), "huawei", NOW + 10 * MINUTE), Repeat::None);
    assert!(!recent.needs_again());
    let unsent = message("m3", "t3", "x");
    journal.intent(&unsent, "huawei", NOW).unwrap();
    journal.outcome(&outcome(&unsent, SendState::Unsent, NOW)).unwrap();
    assert_eq!(journal.repeats(&unsent, "huawei", NOW), Repeat::None);
    // An outcome may be unknown too.
    let lost = message("m4", "t4", "x");
    journal.intent(&lost, "huawei", NOW).unwrap();
    journal.outcome(&outcome(&lost, SendState::Unknown, NOW)).unwrap();
    let repeat = journal.repeats(&message("m5", "t4", "x"), "huawei", NOW);
    assert_eq!(repeat, Repeat::UnknownOutcome { at: NOW });
}

#[test]
fn texts_that_are_made_do_not_make_messages_different() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    journal.intent(&message("m1", "t", "11:13:05 test 0001"), "huawei", NOW).unwrap();
    let next = message("m2", "t", "11:14:09 test 0815");
    assert_eq!(journal.repeats(&next, "huawei", NOW), Repeat::UnknownOutcome { at: NOW });
}

#[test]
fn a_cut_line_counts_and_foreign_lines_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(store::FILE);
    let sent = message("m1", "t", "hello");
    open(dir.path()).intent(&sent, "huawei", NOW).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let equal = message("m2", "t", "hello");
    let mut counted = 0;
    for end in 0..whole.len() {
        std::fs::write(&path, &whole[..end]).unwrap();
        let journal = open(dir.path());
        let repeat = journal.repeats(&equal, "huawei", NOW);
        if !journal.sends().is_empty() {
            counted += 1;
            assert_eq!(repeat, Repeat::UnknownOutcome { at: NOW }, "cut at {end}");
        }
        // What follows stands on a line of its own.
        let mut journal = open(dir.path());
        journal.intent(&message("m9", "t9", "x"), "honor", NOW).unwrap();
        let read = open(dir.path());
        assert_eq!(read.sends().last().map(|s| s.msg_id.as_str()), Some("m9"), "cut at {end}");
        assert_eq!(read.sends().len(), journal.sends().len());
    }
    assert!(counted > whole.len() / 2);
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"\nhello\n[1]\n\xff\xfe\n\n").unwrap();
    let notes = open(dir.path()).notes().to_vec();
    assert!(notes.iter().any(|n| n.en.contains("3 lines") && n.zh.contains("3 行")), "{notes:?}");
}

#[test]
fn a_second_writer_waits_and_then_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    let guard = journal.store.lock().unwrap();
    let error = Journal::open(dir.path(), KEY, Duration::from_millis(30)).unwrap_err();
    assert!(error.en.contains("another pushdoctor") && error.zh.contains("另一个"), "{error:?}");
    drop(guard);
    let mut second = open(dir.path());
    // Both were told that there is nothing; only one may send.
    journal.intent(&message("m1", "t", "hello"), "huawei", NOW).unwrap();
    let error = second.intent(&message("m2", "t", "hello"), "huawei", NOW + 1).unwrap_err();
    assert!(error.en.contains("nothing was sent"), "{error:?}");
    assert_eq!(open(dir.path()).sends().len(), 1);
    second.allow_again();
    second.intent(&message("m3", "t", "hello"), "huawei", NOW + 2).unwrap();
    second.intent(&message("m4", "t", "other"), "huawei", NOW + 3).unwrap();
    assert_eq!(open(dir.path()).sends().len(), 3);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Journal::open(&file.join("state"), KEY, Duration::ZERO).unwrap_err();
    assert!(error.en.contains("cannot be written") && error.zh.contains("无法写入"), "{error:?}");
}

#[test]
fn the_newest_send_is_taken_back_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path());
    let states = [SendState::Accepted, SendState::Unknown, SendState::Refused, SendState::Unsent];
    for (id, state) in ["m1", "m2", "m3", "m4"].iter().zip(states) {
        let sent = message(id, id, "x");
        journal.intent(&sent, "mps", NOW).unwrap();
        journal.outcome(&outcome(&sent, state, NOW)).unwrap();
    }
    assert_eq!(journal.newest(Some("mps")).map(|s| s.msg_id.as_str()), Some("m2"));
    assert_eq!(journal.newest(Some("vivo")), None);
    journal.revoked("m2", "mps", NOW + 9).unwrap();
    journal.revoked("m7", "mps", NOW + 9).unwrap();
    let read = open(dir.path());
    assert_eq!(read.newest(None).map(|s| s.msg_id.as_str()), Some("m1"));
    assert_eq!(read.find("m2").and_then(|s| s.revoked_at), Some(NOW + 9));
    assert_eq!(read.find("m2").map(|s| s.state), Some(SendState::Unknown));
    assert_eq!(read.sends().len(), 4);
}

#[test]
fn the_oldest_go_but_none_whose_outcome_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for at in 0..MOST {
        let mut entry = open_entry(at);
        text.push_str(&entry.line());
        // The first three have no outcome; the very first is old.
        if at > 2 {
            entry.event = Event::Outcome;
            entry.state = "accepted".into();
            text.push_str(&entry.line());
        }
    }
    std::fs::write(dir.path().join(store::FILE), text).unwrap();
    let mut journal = open(dir.path());
    assert_eq!(journal.sends().len(), MOST);
    journal.intent(&message("new", "t", "x"), "huawei", NOW).unwrap();
    let read = open(dir.path());
    let ids: Vec<&str> = read.sends().iter().map(|s| s.msg_id.as_str()).collect();
    assert_eq!(ids.len(), KEPT + 3);
    assert_eq!(ids[..3], ["m1", "m2", "m500"]);
    assert_eq!(ids.last(), Some(&"new"));
    assert!(journal.notes().iter().any(|n| n.en.contains("5000")), "{:?}", journal.notes());
    let names: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

fn open_entry(at: usize) -> Entry {
    let days = if at == 0 { 8 } else { 1 };
    Entry {
        at: NOW - days * 24 * 3_600_000,
        event: Event::Intent,
        key: format!("k{at}"),
        via: "huawei".into(),
        action: String::new(),
        target: String::new(),
        same: format!("s{at}"),
        ttl: 600,
        msg_id: format!("m{at}"),
        state: String::new(),
        vendor_msg_id: String::new(),
        request_id: String::new(),
        code: String::new(),
    }
}
