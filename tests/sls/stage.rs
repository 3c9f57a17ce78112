//! A client and a service on one stage: the service's data and moods are set, the client reads.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use pushdoctor::aliyun::credentials::{Credentials, Origin};
use pushdoctor::aliyun::sls::answer::Row;
use pushdoctor::aliyun::sls::read::{Limits, Reading, Search, read};
use pushdoctor::aliyun::sls::{Client, Endpoint, Settings, SlsError};
use pushdoctor::http::{Http, Options};
use pushdoctor::lang::Bilingual;

use super::loopback::{Loopback, TestClock};
use super::server::{ID, SECRET, Sls, Stored, row};

/// An hour that is long past for the test clock.
pub const FROM: i64 = 1_780_000_000;
pub const TO: i64 = FROM + 3600;
pub const NOW: i64 = TO + 86_400;

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Stage {
    _server: Loopback,
    pub sls: Arc<Mutex<Sls>>,
    pub clock: Arc<TestClock>,
    pub settings: Settings,
    pub token: Option<String>,
    pub limits: Limits,
    pub timeout: Duration,
    pub stop: fn() -> bool,
    /// In the place of the shared one.
    pub transport: Option<Http>,
}

impl Stage {
    pub fn new(rows: Vec<Stored>) -> Stage {
        let clock = TestClock::at(NOW);
        let sls = Arc::new(Mutex::new(Sls::new(Arc::clone(&clock), rows)));
        let theirs = Arc::clone(&sls);
        let server = Loopback::start(Box::new(move |incoming| theirs.lock().unwrap().answer(incoming)));
        let endpoint = Endpoint::new(&server.url(), "my-project").unwrap();
        sls.lock().unwrap().host = endpoint.host.clone();
        let settings = Settings::new(endpoint);
        let timeout = PATIENCE;
        Stage {
            _server: server,
            sls,
            clock,
            settings,
            token: None,
            limits: Limits::default(),
            timeout,
            stop: || false,
            transport: None,
        }
    }

    pub fn sls(&self) -> MutexGuard<'_, Sls> {
        self.sls.lock().unwrap()
    }

    pub fn client(&self) -> Client {
        let credentials = Credentials {
            id: ID.into(),
            secret: SECRET.into(),
            sts_token: self.token.clone(),
            expires: None,
            origin: Origin(Bilingual::new("the test", "测试")),
        };
        let transport = Box::new(self.transport.clone().unwrap_or_else(|| http(self.timeout)));
        Client::new(self.settings.clone(), transport, Box::new(credentials), self.clock.clone(), self.stop)
    }

    pub fn read(&self) -> (Result<Reading, SlsError>, Vec<Row>, Client) {
        let client = self.client();
        let mut rows = Vec::new();
        let search = Search { logstore: "gateway", query: "*", from: FROM, to: TO };
        let reading = read(&client, search, self.limits, &mut |row| {
            rows.push(row);
            true
        });
        (reading, rows, client)
    }
}

/// Setting up TLS takes longer than a whole reading, so it is shared.
fn http(timeout: Duration) -> Http {
    static SHARED: OnceLock<Http> = OnceLock::new();
    let made = || Http::new(&Options { direct: true, timeout, ..Options::default() }).unwrap();
    if timeout == PATIENCE { SHARED.get_or_init(made).clone() } else { made() }
}

pub fn ids(rows: &[Row]) -> Vec<String> {
    let mut ids: Vec<String> = rows.iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

pub fn numbered(count: i64) -> Vec<Stored> {
    (0..count).map(|i| row(FROM + i * 3600 / count, &format!("{i:06}"), "same text 同样的文本")).collect()
}

pub fn truth(stage: &Stage) -> Vec<String> {
    let mut ids: Vec<String> =
        stage.sls().rows.iter().map(|r| r.fields["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}
