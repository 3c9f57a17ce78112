//! The client of the log service against a service of our own: signatures, paging, packing, and
//! everything that breaks on the way. All rows, keys and names are made up.

mod loopback;
mod sls_server;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use loopback::{Loopback, TestClock};
use pushdoctor::aliyun::credentials::{Credentials, Origin};
use pushdoctor::aliyun::http::{Http, Options};
use pushdoctor::aliyun::sls::answer::Row;
use pushdoctor::aliyun::sls::read::{Limits, Reading, Search, read};
use pushdoctor::aliyun::sls::request::{Api, Signing};
use pushdoctor::aliyun::sls::{Client, Endpoint, Settings, SlsError};
use pushdoctor::lang::Bilingual;
use sls_server::{Fault, ID, Packing, REGION, SECRET, Sls, row};

/// An hour that is long past for the test clock.
const FROM: i64 = 1_780_000_000;
const TO: i64 = FROM + 3600;
const NOW: i64 = TO + 86_400;

struct Stage {
    server: Loopback,
    sls: Arc<Mutex<Sls>>,
    clock: Arc<TestClock>,
    settings: Settings,
    token: Option<String>,
    limits: Limits,
    timeout: Duration,
}

impl Stage {
    fn new(rows: Vec<sls_server::Stored>) -> Stage {
        let clock = TestClock::at(NOW);
        let sls = Arc::new(Mutex::new(Sls::new(Arc::clone(&clock), rows)));
        let theirs = Arc::clone(&sls);
        let server = Loopback::start(Box::new(move |incoming| theirs.lock().unwrap().answer(incoming)));
        let endpoint = Endpoint::new(&server.url(), "my-project").unwrap();
        sls.lock().unwrap().host = endpoint.host.clone();
        let settings = Settings::new(endpoint);
        let timeout = Duration::from_secs(20);
        Stage { server, sls, clock, settings, token: None, limits: Limits::default(), timeout }
    }

    fn sls(&self) -> std::sync::MutexGuard<'_, Sls> {
        self.sls.lock().unwrap()
    }

    fn client(&self) -> Client {
        let options = Options { direct: true, timeout: self.timeout, ..Options::default() };
        let credentials = Credentials {
            id: ID.into(),
            secret: SECRET.into(),
            sts_token: self.token.clone(),
            expires: None,
            origin: Origin(Bilingual::new("the test", "测试")),
        };
        let transport = Box::new(Http::new(&options).unwrap());
        Client::new(self.settings.clone(), transport, Box::new(credentials), self.clock.clone(), || false)
    }

    fn read(&self) -> (Result<Reading, SlsError>, Vec<Row>, Client) {
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

fn ids(rows: &[Row]) -> Vec<String> {
    let mut ids: Vec<String> = rows.iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

fn numbered(count: i64) -> Vec<sls_server::Stored> {
    (0..count).map(|i| row(FROM + i * 3600 / count, &format!("{i:06}"), "same text 同样的文本")).collect()
}

fn truth(stage: &Stage) -> Vec<String> {
    let mut ids: Vec<String> =
        stage.sls().rows.iter().map(|r| r.fields["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn all_rows_come_once_by_either_call_signature_and_packing() {
    for api in [Api::V2, Api::V1] {
        for signing in [Signing::V1, Signing::V4 { region: REGION.into() }] {
            for packing in [Packing::None, Packing::Gzip, Packing::Zstd, Packing::Lz4] {
                let mut stage = Stage::new(numbered(523));
                stage.settings.api = api;
                stage.settings.signing = signing.clone();
                stage.sls().packing = packing;
                stage.sls().query_info = "{\"mode\":0,\"查询\":1}".as_bytes().to_vec();
                let (reading, rows, _) = stage.read();
                let reading = reading.unwrap();
                assert!(reading.gaps.is_empty(), "{:?}", reading.gaps);
                assert_eq!(ids(&rows), truth(&stage), "{api:?} {signing:?} {packing:?}");
                assert_eq!(reading.rows, 523);
                assert_eq!((reading.settled, reading.to), (TO, TO));
                assert_eq!(stage.sls().complaints, Vec::<String>::new());
            }
        }
    }
}

#[test]
fn a_session_token_is_signed_too() {
    for signing in [Signing::V1, Signing::V4 { region: REGION.into() }] {
        let mut stage = Stage::new(numbered(3));
        stage.settings.signing = signing;
        stage.token = Some("made-up-token/+=".into());
        stage.sls().token = stage.token.clone();
        let (reading, rows, _) = stage.read();
        assert!(reading.unwrap().gaps.is_empty());
        assert_eq!(rows.len(), 3);
    }
}

#[test]
fn a_large_range_is_cut_along_its_counts() {
    let mut stage = Stage::new(numbered(3000));
    stage.limits.slice_rows = 250;
    let (reading, rows, _) = stage.read();
    assert!(reading.unwrap().gaps.is_empty());
    assert_eq!(ids(&rows), truth(&stage));
    let offsets = stage.sls().requests.iter().any(|r| String::from_utf8_lossy(&r.body).contains("\"offset\":300"));
    assert!(!offsets, "no slice needs a far offset");
}
