//! A phone's log that is followed while a message is waited for, over a stand-in adb server. All lines
//! are made up.

#[allow(dead_code)]
mod stand_in;

use std::io::Write;
use std::time::Duration;

use pushdoctor::aliyun::clock::{Clock, SystemClock};
use pushdoctor::catalog::Catalog;
use pushdoctor::chain::{self, Target};
use pushdoctor::diagnosis::Diagnosis;
use pushdoctor::lang::Bilingual;
use pushdoctor::read::NoProgress;
use pushdoctor::send::wait::{Ask, Ended, Sent, Show, Waiting};
use pushdoctor::send::watch::{AdbLog, LogFile, News, Start, Watch};
use pushdoctor::source::Case;
use pushdoctor::source::adb::{Address, Device, DeviceState, Limits};
use pushdoctor::source::device_log::{LogReader, Request};
use stand_in::{Manner, Reply, StandIn};

const ONE: &str = "R58M000001\tdevice\n";
const LOG: &str = "2026-06-14 09:58:01.000 +0800 10231  1234  1234 I art     : hello\n";

fn follow(port: u16) -> AdbLog {
    let address = Address { host: "127.0.0.1".into(), port };
    let device = Device { serial: "R58M000001".into(), state: DeviceState::Ready, model: None };
    AdbLog::start(address, Limits::default(), device, vec!["logcat -v threadtime".into()])
}

/// Looks again and again until the source is caught up or has ended: the log, and the trouble.
fn all(adb: &mut AdbLog) -> (Vec<u8>, Option<Bilingual>) {
    let (mut log, clock) = (Vec::new(), SystemClock::default());
    loop {
        let polled = adb.poll(clock.elapsed_ms());
        let mut caught_up = false;
        for news in polled.news {
            match news {
                News::Log(bytes) => log.extend(bytes),
                News::CaughtUp => caught_up = true,
                _ => {}
            }
        }
        if caught_up || polled.next.is_none() {
            return (log, polled.trouble);
        }
        clock.sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_log_is_handed_over_and_its_end_for_the_moment_is_said() {
    let server = StandIn::start(Manner::Good, ONE, |_| Reply::Stalls(LOG.as_bytes().to_vec()));
    let (log, trouble) = all(&mut follow(server.port));
    assert_eq!(String::from_utf8(log).unwrap(), LOG);
    assert_eq!(trouble, None);
}

#[test]
fn a_phone_that_goes_away_is_said() {
    let long = LOG.repeat(400);
    let given = long.clone();
    let server = StandIn::start(Manner::Good, ONE, move |_| Reply::Unplugs(given.as_bytes().to_vec()));
    let mut adb = follow(server.port);
    let (mut log, mut trouble) = all(&mut adb);
    while trouble.is_none() {
        let (more, then) = all(&mut adb);
        log.extend(more);
        trouble = then;
    }
    assert_eq!(log.len(), long.len());
    assert!(trouble.unwrap().en.contains("no longer followed"));
    assert_eq!(adb.poll(0).next, None);
}

#[derive(Default)]
struct Said(Vec<String>);

impl Show for Said {
    fn show(&mut self, _: &Diagnosis, _: Duration) -> anyhow::Result<()> {
        Ok(())
    }

    fn say(&mut self, sentence: &Bilingual) {
        self.0.push(sentence.en.clone());
    }
}

#[test]
fn without_an_adb_server_the_wait_goes_on_with_the_other_sources() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phone.log");
    std::fs::write(&path, "").unwrap();
    let catalog = Catalog::builtin();
    let reader = LogReader::new(&catalog);
    let request = Request::default();
    let clock = SystemClock::default();
    let mut waiting = Waiting::new(&catalog, &reader, &request, &NoProgress);
    waiting.add_adb(follow(port), "adb!/logcat");
    waiting.add_log_file(LogFile::new(&path, None, Start::Whole));
    waiting.before_the_send(&clock, &|| false);
    let at = clock.now_ms() * 1000;
    let now = jiff::Timestamp::from_microsecond(at).unwrap().to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let stamp = now.strftime("%Y-%m-%d %H:%M:%S%.3f +0000").to_string();
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    for text in [
        "AlipayPush_Listener: getNoticeInfo msgShowTitle=t, msgShowText=10:00 test 4821",
        "MyPushTest: 从厂商通道到的消息被点击：10:00 test 4821",
    ] {
        writeln!(file, "{stamp} 10231  1234  1260 D {text}").unwrap();
    }
    let sent = Sent { at, content: "10:00 test 4821".into(), ..Sent::default() };
    let judge = |case: &Case| chain::judge(case.clone(), &catalog, &Target::default());
    let (base, mut said) = (Case::default(), Said::default());
    let ask = Ask {
        sent: &sent,
        base: &base,
        records: &[],
        timeout: Duration::from_secs(60),
        judge: &judge,
        clock: &clock,
        interrupted: &|| false,
    };
    let waited = waiting.run(&ask, &mut said).unwrap();
    assert_eq!(waited.ended, Ended::Shown);
    assert!(said.0.iter().any(|s| s.contains("adb")), "{:?}", said.0);
}
