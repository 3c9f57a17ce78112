//! Sends requests until one is answered: signed anew each time, with growing pauses, within a
//! budget of time for the whole reading.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Duration;

use super::answer::{Histogram, Page, histogram, page};
use super::endpoint::Endpoint;
use super::error::SlsError;
use super::request::{Api, Ask, Signing, build};
use crate::aliyun::backoff::Backoff;
use crate::aliyun::clock::{Clock, parse_http_date};
use crate::aliyun::credentials::Credentials;
use crate::http::{Failure, Response, Transport};
use crate::lang::{Bilingual, spaced};

/// Yields credentials that are good at a moment.
pub trait CredentialSource {
    /// # Errors
    /// One sentence that says where they were looked for and what to do.
    fn credentials(&self, now_ms: i64) -> Result<Credentials, Bilingual>;
}

impl CredentialSource for Credentials {
    fn credentials(&self, _: i64) -> Result<Credentials, Bilingual> {
        Ok(self.clone())
    }
}

/// How a project is reached, and how patiently.
#[derive(Clone, Debug)]
pub struct Settings {
    pub endpoint: Endpoint,
    pub api: Api,
    pub signing: Signing,
    /// Tries of one request.
    pub tries: u32,
    /// Tries where nobody can be reached at all.
    pub connect_tries: u32,
    /// The first pause; each further one is twice as long, up to `longest_pause`.
    pub pause: Duration,
    pub longest_pause: Duration,
    /// For everything that one client does.
    pub budget: Duration,
}

impl Settings {
    pub fn new(endpoint: Endpoint) -> Self {
        Settings {
            endpoint,
            api: Api::default(),
            signing: Signing::default(),
            tries: 8,
            connect_tries: 3,
            pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
            budget: Duration::from_secs(600),
        }
    }
}

/// A client of one project.
pub struct Client {
    settings: Settings,
    transport: Box<dyn Transport>,
    credentials: Box<dyn CredentialSource>,
    clock: Arc<dyn Clock>,
    stop: fn() -> bool,
    started: u64,
    /// How far the service's clock is ahead of this machine's, in milliseconds.
    ahead: Cell<i64>,
    /// The same as the last answer's date shows it; it is not signed with, as a proxy may have set it.
    seen_ahead: Cell<i64>,
    api: Cell<Api>,
    backoff: Backoff,
    requests: Cell<u64>,
    notes: RefCell<Vec<Bilingual>>,
}

impl Client {
    /// `stop` tells whether the user asked to end; it is asked before each request.
    pub fn new(
        settings: Settings,
        transport: Box<dyn Transport>,
        credentials: Box<dyn CredentialSource>,
        clock: Arc<dyn Clock>,
        stop: fn() -> bool,
    ) -> Self {
        Client {
            started: clock.elapsed_ms(),
            ahead: Cell::new(0),
            seen_ahead: Cell::new(0),
            api: Cell::new(settings.api),
            backoff: Backoff::new(settings.pause, settings.longest_pause, clock.now_ms().unsigned_abs()),
            requests: Cell::new(0),
            notes: RefCell::default(),
            settings,
            transport,
            credentials,
            clock,
            stop,
        }
    }

    /// A page of rows.
    ///
    /// # Errors
    /// After the last try, or at once where trying again is of no use.
    pub fn logs(&self, ask: &Ask<'_>) -> Result<Page, SlsError> {
        match self.call(ask, page) {
            Err(error) if self.api.get() == Api::V2 && lacks_v2(&error) => {
                self.api.set(Api::V1);
                self.note(Bilingual::new(
                    "this log service has no GetLogsV2, so GetLogs was used",
                    "该日志服务没有 GetLogsV2 接口，已改用 GetLogs",
                ));
                self.call(ask, page)
            }
            other => other,
        }
    }

    /// Counts over time.
    ///
    /// # Errors
    /// See [`Client::logs`].
    pub fn histogram(&self, ask: &Ask<'_>) -> Result<Histogram, SlsError> {
        self.call(ask, histogram)
    }

    /// The time in milliseconds since 1970, as the service's last answer tells it.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms().saturating_add(self.seen_ahead.get())
    }

    /// Whether the user asked to end.
    pub fn stopped(&self) -> bool {
        (self.stop)()
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// What is worth saying of the exchange, so far.
    pub fn notes(&self) -> Vec<Bilingual> {
        self.notes.borrow().clone()
    }

    /// Waits before the same request is asked again, `round` from 0.
    ///
    /// # Errors
    /// Where the budget does not last.
    pub fn pause(&self, round: u32, last: Option<SlsError>) -> Result<(), SlsError> {
        self.wait(self.backoff.pause(round), last)
    }

    fn call<T>(
        &self,
        ask: &Ask<'_>,
        read: fn(&Response, &str) -> Result<T, SlsError>,
    ) -> Result<T, SlsError> {
        let mut clock_mended = false;
        let mut round = 0;
        let mut last = None;
        loop {
            self.may_go_on(last)?;
            let (error, retry_after) = match self.once(ask, read) {
                (Ok(value), _) => return Ok(value),
                (Err(error), response) => (error, response),
            };
            if error.is_clock() && !clock_mended && self.mend_clock(retry_after.date) {
                clock_mended = true;
                last = Some(error);
                continue;
            }
            round += 1;
            let unreachable =
                matches!(&error, SlsError::Transport { error, .. } if error.kind == Failure::Connect);
            let tries = if unreachable { self.settings.connect_tries } else { self.settings.tries };
            if !error.retry() || round >= tries {
                return Err(error);
            }
            let pause = self.backoff.pause(round - 1).max(retry_after.pause);
            self.wait(pause, Some(error.clone()))?;
            last = Some(error);
        }
    }

    /// One try: what came of it, and what the headers say beside it.
    fn once<T>(
        &self,
        ask: &Ask<'_>,
        read: fn(&Response, &str) -> Result<T, SlsError>,
    ) -> (Result<T, SlsError>, Aside) {
        let credentials = match self.credentials.credentials(self.clock.now_ms()) {
            Ok(credentials) => credentials,
            Err(sentence) => return (Err(SlsError::Credentials(sentence)), Aside::default()),
        };
        let settings = &self.settings;
        let request = build(
            ask,
            self.api.get(),
            &settings.endpoint,
            &settings.signing,
            &credentials,
            self.clock.now_ms().saturating_add(self.ahead.get()),
        );
        self.requests.set(self.requests.get() + 1);
        let host = &settings.endpoint.host;
        match self.transport.send(&request) {
            Ok(response) => {
                let aside = Aside::of(&response);
                if let Some(date) = aside.date {
                    let ahead = date.saturating_sub(self.clock.now_ms());
                    // The date has no fractions of a second.
                    self.seen_ahead.set(if ahead.abs() < 2_000 { 0 } else { ahead });
                }
                (read(&response, host).map_err(|e| scrubbed(e, &credentials)), aside)
            }
            Err(error) => (Err(SlsError::Transport { host: host.clone(), error }), Aside::default()),
        }
    }

    fn may_go_on(&self, last: Option<SlsError>) -> Result<(), SlsError> {
        if (self.stop)() {
            return Err(SlsError::Interrupted);
        }
        self.within(Duration::ZERO, last)
    }

    /// Whether the budget lasts for a pause.
    fn within(&self, pause: Duration, last: Option<SlsError>) -> Result<(), SlsError> {
        let spent = Duration::from_millis(self.clock.elapsed_ms().saturating_sub(self.started));
        let budget = self.settings.budget;
        if spent.saturating_add(pause) > budget {
            return Err(SlsError::Budget { seconds: budget.as_secs(), last: last.map(Box::new) });
        }
        Ok(())
    }

    fn wait(&self, pause: Duration, last: Option<SlsError>) -> Result<(), SlsError> {
        self.within(pause, last)?;
        self.clock.sleep(pause);
        if (self.stop)() { Err(SlsError::Interrupted) } else { Ok(()) }
    }

    /// Takes over the service's time; `false` if it did not tell it.
    fn mend_clock(&self, date: Option<i64>) -> bool {
        let Some(date) = date else { return false };
        let ahead = date.saturating_sub(self.clock.now_ms());
        self.ahead.set(ahead);
        let minutes = (ahead.unsigned_abs() + 30_000) / 60_000;
        let (en, zh) = if ahead > 0 { ("behind", "慢") } else { ("ahead of", "快") };
        let of = if ahead > 0 { " the log service's" } else { " the log service's clock" };
        self.note(Bilingual::new(
            format!("this machine's clock is {minutes} min {en}{of}, so its time was used"),
            spaced(&format!("本机时钟比日志服务{zh} {minutes} 分钟，已改用服务端时间")),
        ));
        true
    }

    fn note(&self, note: Bilingual) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}

/// What an answer's headers say besides the answer.
#[derive(Default)]
struct Aside {
    /// The service's time, in milliseconds since 1970.
    date: Option<i64>,
    pause: Duration,
}

impl Aside {
    fn of(response: &Response) -> Self {
        let seconds = response.header("retry-after").and_then(|v| v.parse::<u64>().ok()).unwrap_or(0);
        Aside {
            date: response.header("date").and_then(|v| parse_http_date(&v)),
            pause: Duration::from_secs(seconds.min(60)),
        }
    }
}

/// Whether an error says that the service knows GetLogs only.
fn lacks_v2(error: &SlsError) -> bool {
    match error {
        SlsError::Service { status, code, .. } => {
            matches!(status, 404 | 405)
                && !matches!(code.as_str(), "ProjectNotExist" | "LogStoreNotExist" | "LogstoreNotExist")
        }
        SlsError::NotTheService { status, html, .. } => matches!(status, 404 | 405) && !html,
        _ => false,
    }
}

/// The service repeats what it was sent; keys must not come back that way.
fn scrubbed(error: SlsError, credentials: &Credentials) -> SlsError {
    match error {
        SlsError::Service { status, code, message, request_id } => {
            SlsError::Service { status, code, message: credentials.scrub(&message), request_id }
        }
        other => other,
    }
}
