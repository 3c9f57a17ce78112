//! The program is ended at every step of a send, and the power goes while the journal is written:
//! what may have been delivered is never sent again without being told to, and is known afterwards.
//! Messages and servers are made up.

use std::fs::OpenOptions;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use pushdoctor::aliyun::clock::Clock;
use pushdoctor::catalog::{Catalog, SendRules};
use pushdoctor::http::{Request, Response, Transport, TransportError};
use pushdoctor::lang::Bilingual;
use pushdoctor::send::deliver::deliver;
use pushdoctor::send::journal::{Journal, Keeps, Repeat, Sent};
use pushdoctor::send::{Address, Message, Outcome, Secret, SendState, Sender};

const KEY: [u8; 32] = [3; 32];
const NOW: i64 = 1_700_000_000_000;

/// Where the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    BeforeLogin,
    AfterLogin,
    BeforeIntent,
    /// The power goes while the intent is written.
    IntentCut,
    AfterIntent,
    BeforeArrival,
    AfterArrival,
    BeforeOutcome,
    /// The power goes while the outcome is written.
    OutcomeCut,
    AfterOutcome,
}

const ENDS: [End; 10] = [
    End::BeforeLogin,
    End::AfterLogin,
    End::BeforeIntent,
    End::IntentCut,
    End::AfterIntent,
    End::BeforeArrival,
    End::AfterArrival,
    End::BeforeOutcome,
    End::OutcomeCut,
    End::AfterOutcome,
];

/// One run of the program: its folder, where it ends, and how.
#[derive(Clone)]
struct Run {
    folder: PathBuf,
    end: Option<End>,
    /// How much of a line is on the disk when the power goes.
    cut: u64,
    die: fn() -> !,
}

impl Run {
    fn reach(&self, end: End) {
        if self.end == Some(end) {
            (self.die)();
        }
    }

    /// The message reached the server, which the sender can forget but the world cannot.
    fn deliver(&self) {
        let path = self.folder.join("delivered");
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(b"x").unwrap();
        file.sync_all().unwrap();
    }

    /// Leaves a part of what was appended since.
    fn cut_since(&self, before: u64) {
        let path = self.folder.join("sends.jsonl");
        let after = std::fs::metadata(&path).unwrap().len();
        let kept = before + self.cut % (after - before);
        OpenOptions::new().write(true).open(&path).unwrap().set_len(kept).unwrap();
    }

    fn length(&self) -> u64 {
        std::fs::metadata(self.folder.join("sends.jsonl")).map_or(0, |m| m.len())
    }
}

struct Server<'r>(&'r Run);

impl Transport for Server<'_> {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let login = request.url.ends_with("/login");
        let body = if login {
            self.0.reach(End::BeforeLogin);
            r#"{"access_token":"made-up","expires_in":3600}"#
        } else {
            self.0.reach(End::BeforeArrival);
            self.0.deliver();
            self.0.reach(End::AfterArrival);
            r#"{"code":"80000000","msg":"Success","requestId":"1"}"#
        };
        if login {
            self.0.reach(End::AfterLogin);
        }
        Ok(Response { status: 200, headers: Vec::new(), body: body.into() })
    }
}

struct Book<'r> {
    run: &'r Run,
    journal: Journal,
}

impl Keeps for Book<'_> {
    fn intent(&mut self, message: &Message, via: &str, now_ms: i64) -> Result<(), Bilingual> {
        self.run.reach(End::BeforeIntent);
        let before = self.run.length();
        self.journal.intent(message, via, now_ms)?;
        if self.run.end == Some(End::IntentCut) {
            self.run.cut_since(before);
        }
        self.run.reach(End::IntentCut);
        self.run.reach(End::AfterIntent);
        Ok(())
    }

    fn outcome(&mut self, outcome: &Outcome) -> Result<(), Bilingual> {
        self.run.reach(End::BeforeOutcome);
        let before = self.run.length();
        self.journal.outcome(outcome)?;
        if self.run.end == Some(End::OutcomeCut) {
            self.run.cut_since(before);
        }
        self.run.reach(End::OutcomeCut);
        self.run.reach(End::AfterOutcome);
        Ok(())
    }
}

struct Made(SendRules);

impl Sender for Made {
    fn via(&self) -> &str {
        "huawei"
    }
    fn rules(&self) -> &SendRules {
        &self.0
    }
    fn login(&self, _: i64) -> Result<Option<Request>, Bilingual> {
        Ok(Some(request("http://push.example.invalid/login")))
    }
    fn request(&self, _: &Message, _: Option<&Secret>, _: i64) -> Result<Request, Bilingual> {
        Ok(request("http://push.example.invalid/send"))
    }
    fn secrets(&self) -> Vec<&Secret> {
        Vec::new()
    }
}

fn request(url: &str) -> Request {
    Request { method: "POST", url: url.to_owned(), headers: Vec::new(), body: Vec::new() }
}

struct At(i64);

impl Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
    fn elapsed_ms(&self) -> u64 {
        0
    }
    fn sleep(&self, _: Duration) {}
}

fn message(id: &str, content: &str) -> Message {
    Message {
        address: Address::Token("made-up-token".into()),
        title: "pushdoctor".into(),
        content: content.into(),
        msg_id: id.into(),
        action: String::new(),
        package: None,
        ttl: 600,
        settings: Vec::new(),
    }
}

fn open(folder: &Path) -> Journal {
    Journal::open(folder, KEY, Duration::from_secs(5)).unwrap()
}

/// What a script does with `--yes`: it sends unless the journal wants to be told `--again`.
fn script(run: &Run, message: &Message, now: i64, again: bool) -> (Repeat, Option<Outcome>) {
    let mut journal = open(&run.folder);
    let repeat = journal.repeats(message, "huawei", now);
    if repeat.needs_again() && !again {
        return (repeat, None);
    }
    if again {
        journal.allow_again();
    }
    let catalog = Catalog::builtin();
    let sender = Made(catalog.send("huawei").unwrap().clone());
    let mut book = Book { run, journal };
    (repeat, Some(deliver(&sender, &Server(run), &catalog, message, &At(now), &mut book)))
}

fn delivered(folder: &Path) -> usize {
    std::fs::read(folder.join("delivered")).map_or(0, |bytes| bytes.len())
}

/// Whether the last line of the journal still tells that the message was taken.
fn outcome_is_kept(folder: &Path) -> bool {
    let text = std::fs::read_to_string(folder.join("sends.jsonl")).unwrap_or_default();
    text.lines().last().is_some_and(|line| line.contains("\"state\":\"accepted\""))
}

/// Small, and the same on every machine (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

fn panics() -> ! {
    // Without the words of a panic for each of hundreds of runs.
    std::panic::resume_unwind(Box::new("ended"));
}

/// Ends runs of one message at points that the dice choose, and looks after each.
fn play(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let dir = tempfile::tempdir().unwrap();
    let same_id = dice.below(2) == 0;
    let made_text = dice.below(2) == 0;
    let mut unknown = false;
    for round in 0..6_u64 {
        let run = Run {
            folder: dir.path().to_owned(),
            end: ENDS.get(usize::try_from(dice.below(12)).unwrap()).copied(),
            cut: dice.below(10_000),
            die: panics,
        };
        let id = if same_id { "pd1".to_owned() } else { format!("pd{round}") };
        let content = if made_text { format!("11:13:0{round} test 000{round}") } else { "hello".to_owned() };
        let message = message(&id, &content);
        let now = NOW + i64::try_from(round).unwrap() * 1000;
        let before = delivered(dir.path());
        let result = catch_unwind(AssertUnwindSafe(|| script(&run, &message, now, false)));
        let sent = delivered(dir.path()) - before;
        let note = format!("seed {seed}, round {round}, {:?}", run.end);
        assert!(sent <= 1, "{note}: sent twice at once");
        assert!(sent == 0 || !unknown, "{note}: sent although an earlier one may have arrived");
        let ended = result.is_err();
        if sent == 1 && ended && !outcome_is_kept(dir.path()) {
            unknown = true;
        }
        if let Ok((_, Some(outcome))) = &result {
            assert_eq!(outcome.state, SendState::Accepted, "{note}");
        }
        // What reached the server is in the journal, as taken or as unknown.
        let listed = open(dir.path());
        let may_be = |s: &&Sent| matches!(s.state, SendState::Accepted | SendState::Unknown);
        assert!(listed.sends().iter().filter(may_be).count() >= delivered(dir.path()), "{note}");
        if unknown {
            let repeat = listed.repeats(&message, "huawei", now + 1);
            assert!(repeat.needs_again(), "{note}: {repeat:?}");
        }
    }
    // Told to, it sends.
    let run = Run { folder: dir.path().to_owned(), end: None, cut: 0, die: panics };
    let before = delivered(dir.path());
    let (_, outcome) = script(&run, &message("pd1", "hello"), NOW + 10_000, true);
    assert_eq!(outcome.map(|o| o.state), Some(SendState::Accepted), "seed {seed}");
    assert_eq!(delivered(dir.path()), before + 1, "seed {seed}");
}

#[test]
fn whatever_may_have_arrived_is_not_sent_again_without_being_told_to() {
    for seed in 1..=300 {
        play(seed);
    }
}

/// Not a test by itself: the program that is ended for good.
#[test]
#[ignore = "run by the test below"]
fn a_process_that_is_ended() {
    let (Ok(folder), Ok(at)) = (std::env::var("CRASH_FOLDER"), std::env::var("CRASH_AT")) else { return };
    let at: usize = at.parse().unwrap();
    let run = Run {
        folder: folder.into(),
        end: ENDS.get(at).copied(),
        cut: 40 * u64::try_from(at).unwrap(),
        die: || std::process::abort(),
    };
    let _ = script(&run, &message("pd1", "hello"), NOW, false);
}

#[test]
fn a_process_that_is_ended_for_good_leaves_the_same() {
    for (at, end) in ENDS.iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        let process = || {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--ignored", "--exact", "a_process_that_is_ended"]);
            command.env("CRASH_FOLDER", dir.path()).env("CRASH_AT", at.to_string());
            command.output().unwrap()
        };
        let output = process();
        assert!(!output.status.success(), "{end:?} was not reached: {output:?}");
        let arrived = delivered(dir.path());
        let can_arrive =
            matches!(end, End::AfterArrival | End::BeforeOutcome | End::OutcomeCut | End::AfterOutcome);
        assert_eq!(arrived, usize::from(can_arrive), "{end:?}");
        // The same command once more, in another process, with the same id.
        let _ = process();
        assert!(delivered(dir.path()) <= 1, "{end:?}");
        let repeat = open(dir.path()).repeats(&message("pd2", "hello"), "huawei", NOW + 1);
        match end {
            End::BeforeLogin | End::AfterLogin | End::BeforeIntent => {
                assert_eq!(repeat, Repeat::None, "{end:?}")
            }
            End::AfterIntent | End::BeforeArrival | End::AfterArrival | End::BeforeOutcome => {
                assert_eq!(repeat, Repeat::UnknownOutcome { at: NOW }, "{end:?}");
            }
            End::AfterOutcome => {
                assert_eq!(repeat, Repeat::RecentlySent { at: NOW, state: SendState::Accepted }, "{end:?}");
            }
            End::IntentCut | End::OutcomeCut => {}
        }
    }
}
