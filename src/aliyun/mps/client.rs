//! Asks MPS: what it knows of a device, how far a task has got, and to take a message back. Queries
//! change nothing, and taking back twice is taking back once, so they may be asked again; sends are
//! never made here.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::answer::{Reader, ahead, text};
use super::config::{Api, Endpoint, MpsConfig};
use super::error::MpsError;
use super::openapi::{self, Call, Stamp};
use super::rest::PrivateKey;
use super::sender::{MpsSender, Signer, rules};
use super::states::{DeviceState, TaskDetail};
use crate::aliyun::backoff::Backoff;
use crate::aliyun::clock::{Clock, SystemClock};
use crate::aliyun::credentials::{Chain, Credentials, Origin};
use crate::aliyun::sign::nonce;
use crate::aliyun::sls::CredentialSource;
use crate::catalog::Catalog;
use crate::environment::Environment;
use crate::http::{Failure, Http, Response, Transport};
use crate::lang::{Bilingual, spaced};
use crate::send::Address;

/// Tries of one query.
const TRIES: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// The names under which MPS's own documentation keeps an access key.
const KEY_ID: &str = "MPAAS_AK_ENV";
const KEY_SECRET: &str = "MPAAS_SK_ENV";

/// What was learned of the way to MPS, shared by queries and sends.
#[derive(Debug, Default)]
pub struct Reach {
    host: Cell<usize>,
    /// How far the service's clock is ahead of this machine's, in milliseconds.
    ahead: Cell<i64>,
}

impl Reach {
    /// The host in use.
    ///
    /// # Errors
    /// Where the config has none.
    pub fn endpoint<'e>(&self, config: &'e MpsConfig) -> Result<&'e Endpoint, Bilingual> {
        config.endpoints.get(self.host.get()).ok_or_else(|| {
            Bilingual::new(
                "MPS has no address: set endpoint in section [mps] of pushdoctor.toml",
                "没有 MPS 的地址：请在 pushdoctor.toml 的 [mps] 小节填写 endpoint",
            )
        })
    }

    /// Goes on to the next host; `false` if there is none.
    pub fn next(&self, config: &MpsConfig) -> bool {
        let next = self.host.get() + 1;
        let exists = next < config.endpoints.len();
        if exists {
            self.host.set(next);
        }
        exists
    }

    /// The service's time at a moment of this machine.
    pub fn service_time(&self, now_ms: i64) -> i64 {
        now_ms.saturating_add(self.ahead.get())
    }
}

/// A client of one app of MPS.
pub struct MpsClient<'c> {
    catalog: &'c Catalog,
    config: MpsConfig,
    transport: Box<dyn Transport>,
    credentials: Rc<dyn CredentialSource>,
    clock: Arc<dyn Clock>,
    stop: fn() -> bool,
    reach: Rc<Reach>,
    backoff: Backoff,
    nonce: Option<String>,
    notes: RefCell<Vec<Bilingual>>,
}

impl<'c> MpsClient<'c> {
    /// A client with the proxy of the config and the credentials of the surroundings. Nothing is sent
    /// and no credential is looked for until something is asked.
    ///
    /// # Errors
    /// One sentence, where the proxy, the file of authorities or the environment is of no use.
    pub fn connect(
        catalog: &'c Catalog,
        config: MpsConfig,
        environment: &Environment,
    ) -> Result<Self, Bilingual> {
        let options = config.transport_options();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let transport = Box::new(Http::new(&options)?);
        let credentials: Rc<dyn CredentialSource> = match own_key(environment)? {
            Some(key) => Rc::new(key),
            None => Rc::new(Chain::new(environment.clone(), clock.clone(), &options)?),
        };
        Ok(Self::new(catalog, config, transport, credentials, clock, crate::interrupt::requested))
    }

    /// A client of parts. `stop` tells whether the user asked to end; it is asked before each request.
    pub fn new(
        catalog: &'c Catalog,
        config: MpsConfig,
        transport: Box<dyn Transport>,
        credentials: Rc<dyn CredentialSource>,
        clock: Arc<dyn Clock>,
        stop: fn() -> bool,
    ) -> Self {
        let backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE, clock.now_ms().unsigned_abs());
        MpsClient {
            catalog,
            config,
            transport,
            credentials,
            clock,
            stop,
            reach: Rc::default(),
            backoff,
            nonce: None,
            notes: RefCell::default(),
        }
    }

    /// The same with a number used once that is always the same: for comparisons only.
    #[must_use]
    pub fn with_nonce(mut self, nonce: &str) -> Self {
        self.nonce = Some(nonce.to_owned());
        self
    }

    /// A sender by the same way, with the same credentials.
    ///
    /// # Errors
    /// One sentence, where the private key of the REST API is missing or of no use.
    pub fn sender(&self) -> Result<MpsSender<'c>, Bilingual> {
        let signer = match (self.config.api, &self.config.private_key_file) {
            (Api::OpenApi, _) => Signer::Key(Rc::clone(&self.credentials)),
            (Api::Rest, Some(path)) => Signer::Rsa(PrivateKey::load(path)?),
            (Api::Rest, None) => {
                return Err(Bilingual::new(
                    "the REST API needs an RSA private key: name its file with private_key_file in section [mps] of pushdoctor.toml, or PUSHDOCTOR_MPS_PRIVATE_KEY_FILE",
                    "REST 接口需要 RSA 私钥：请在 pushdoctor.toml 的 [mps] 小节用 private_key_file 指定文件，或设置 PUSHDOCTOR_MPS_PRIVATE_KEY_FILE",
                ));
            }
        };
        MpsSender::new(self.catalog, &self.config, signer, Rc::clone(&self.reach))
    }

    /// What MPS knows of a device, or of a user's device.
    ///
    /// # Errors
    /// After the last try, or at once where trying again is of no use.
    pub fn device_state(&self, target: &Address) -> Result<DeviceState, MpsError> {
        let kind = match target {
            Address::Device(_) => "1",
            Address::User(_) => "2",
            Address::Token(_) | Address::Everyone => {
                return Err(MpsError::Setting(Bilingual::new(
                    "MPS tells the state of a device or a user only: give --device or --user",
                    "MPS 只能查询设备或用户的状态：请给出 --device 或 --user",
                )));
            }
        };
        let answer = self.ask("PushQueryDeviceState", &[("Target", target.id()), ("TargetType", kind)])?;
        let good = answer.0.pointer("/Success").is_none_or(|v| *v != Value::Bool(false))
            && matches!(text(&answer.0, &["/Code"], 80).as_str(), "" | "100" | "OK");
        if !good {
            return Err(self.refused(&answer, &["/Code"], &["/Message"]));
        }
        Ok(DeviceState::read(self.catalog, &answer.0))
    }

    /// Takes a message back, by the sender's own id and the target that it went to. MPS does so for
    /// messages of the last seven days.
    ///
    /// # Errors
    /// See [`MpsClient::device_state`]; also where MPS cannot take it back.
    pub fn revoke(&self, msg_id: &str, target: &str) -> Result<String, MpsError> {
        self.take_back("RevokePushMessage", &[("MessageId", msg_id), ("TargetId", target)])
    }

    /// Takes a task back.
    ///
    /// # Errors
    /// See [`MpsClient::revoke`].
    pub fn revoke_task(&self, task_id: &str) -> Result<String, MpsError> {
        self.take_back("RevokePushTask", &[("TaskId", task_id)])
    }

    /// How far a task has got; `None` where MPS has no numbers, as for a simple push.
    ///
    /// # Errors
    /// See [`MpsClient::device_state`].
    pub fn task_detail(&self, task_id: &str) -> Result<Option<TaskDetail>, MpsError> {
        let answer = self.ask("QueryPushAnalysisTaskDetail", &[("TaskId", task_id)])?;
        self.expect_ok(&answer)?;
        Ok(TaskDetail::read(&answer.0))
    }

    /// What is worth saying of the exchange, so far.
    pub fn notes(&self) -> Vec<Bilingual> {
        self.notes.borrow().clone()
    }

    /// The way to MPS as it is known by now.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Yields the id of the request.
    fn take_back(&self, action: &str, parameters: &[(&str, &str)]) -> Result<String, MpsError> {
        let answer = self.ask(action, parameters)?;
        self.expect_ok(&answer)?;
        Ok(text(&answer.0, &["/RequestId"], 80))
    }

    /// The result is OK, and no failure hides in it.
    fn expect_ok(&self, answer: &(Value, u16)) -> Result<(), MpsError> {
        let value = &answer.0;
        let code = text(value, &["/ResultCode"], 80);
        let hidden = ["/PushResult/Success", "/ResultContent/Success"];
        let failed = hidden.iter().any(|p| value.pointer(p) == Some(&Value::Bool(false)));
        if matches!(code.as_str(), "" | "OK" | "100") && !failed {
            return Ok(());
        }
        let codes: &[&str] = if failed && !code.is_empty() && matches!(code.as_str(), "OK" | "100") {
            &["/PushResult/ResultMsg", "/ResultContent/Code"]
        } else {
            &["/ResultCode"]
        };
        Err(self.refused(answer, codes, &["/ResultMessage", "/PushResult/ResultMsg"]))
    }

    fn refused(&self, (value, status): &(Value, u16), codes: &[&str], messages: &[&str]) -> MpsError {
        let reader = match rules(self.catalog) {
            Ok(rules) => Reader { catalog: self.catalog, rules },
            Err(sentence) => return MpsError::Setting(sentence),
        };
        let (code, id) = (text(value, codes, 80), text(value, &["/RequestId", "/requestId"], 80));
        let message = text(value, messages, 300);
        let message = if message == code { String::new() } else { message };
        reader.refusal(*status, code, message, id)
    }

    /// Asks until there is an answer, or no use in asking.
    fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Result<(Value, u16), MpsError> {
        if self.config.api == Api::Rest {
            return Err(MpsError::Setting(Bilingual::new(
                "the REST API of MPS only sends: states and taking back need the OpenAPI",
                "MPS 的 REST 接口只能发送：查询状态和撤回需要 OpenAPI",
            )));
        }
        let (app, workspace) = self.config.app().map_err(MpsError::Setting)?;
        let mut all: Vec<(String, String)> =
            vec![("AppId".to_owned(), app.to_owned()), ("WorkspaceId".to_owned(), workspace.to_owned())];
        if let Some(tenant) = &self.config.tenant_id {
            all.push(("TenantId".to_owned(), tenant.clone()));
        }
        all.extend(parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let call = Call { action, version: &self.config.version, parameters: &all };
        let mut clock_mended = false;
        let mut round = 0;
        loop {
            if (self.stop)() {
                return Err(MpsError::Interrupted);
            }
            let (error, pause) = match self.once(call) {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            match &error {
                MpsError::Clock { ahead_ms: Some(ahead), .. } if !clock_mended => {
                    clock_mended = true;
                    self.mend_clock(*ahead);
                    continue;
                }
                MpsError::Transport { error, .. }
                    if error.kind == Failure::Connect && self.reach.next(&self.config) =>
                {
                    continue;
                }
                _ => {}
            }
            round += 1;
            if !error.retry() || round >= TRIES {
                return Err(error);
            }
            self.clock.sleep(self.backoff.pause(round - 1).max(pause));
        }
    }

    /// One try: the answer, or the error and how long the service asks to wait.
    fn once(&self, call: Call<'_>) -> Result<(Value, u16), (MpsError, Duration)> {
        let quick = |error: MpsError| (error, Duration::ZERO);
        let setting = |sentence: Bilingual| quick(MpsError::Setting(sentence));
        let reader = Reader { catalog: self.catalog, rules: rules(self.catalog).map_err(setting)? };
        let endpoint = self.reach.endpoint(&self.config).map_err(setting)?;
        let now = self.clock.now_ms();
        let credentials = self.credentials.credentials(now).map_err(|s| quick(MpsError::Credentials(s)))?;
        let random = self.nonce.clone().unwrap_or_else(nonce);
        let stamp = Stamp { now_ms: self.reach.service_time(now), nonce: &random };
        let region = self.config.region.as_deref();
        let request =
            openapi::request(call, endpoint, self.config.signing, region, Some(&credentials), stamp);
        let response = self
            .transport
            .send(&request)
            .map_err(|error| quick(MpsError::Transport { host: endpoint.host.clone(), error }))?;
        match reader.json(&endpoint.host, &response, ahead(&response, self.clock.now_ms())) {
            Ok(value) => Ok((value, response.status)),
            Err(error) => Err((scrubbed(error, &credentials), retry_after(&response))),
        }
    }

    fn mend_clock(&self, ahead: i64) {
        self.reach.ahead.set(ahead);
        let minutes = (ahead.unsigned_abs() + 30_000) / 60_000;
        let (en, zh) = if ahead > 0 { ("behind MPS's", "慢") } else { ("ahead of MPS's", "快") };
        self.notes.borrow_mut().push(Bilingual::new(
            format!("this machine's clock is {minutes} min {en}, so its time is used"),
            spaced(&format!("本机时钟比 MPS {zh} {minutes} 分钟，已改用服务端时间")),
        ));
    }
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.header("retry-after").and_then(|v| v.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_secs(seconds.min(30))
}

/// The gateway repeats what it was sent; keys must not come back that way.
fn scrubbed(error: MpsError, credentials: &Credentials) -> MpsError {
    match error {
        MpsError::Api { status, code, message, request_id, words, retry } => {
            MpsError::Api { status, code, message: credentials.scrub(&message), request_id, words, retry }
        }
        other => other,
    }
}

/// The access key under the names of MPS's documentation, which goes before every other.
fn own_key(environment: &Environment) -> Result<Option<Credentials>, Bilingual> {
    let half = |set: &str, unset: &str| {
        Bilingual::new(
            format!("{set} is set but {unset} is not: set both or none"),
            format!("已设置 {set}，但未设置 {unset}：请两个都设置，或都不设置"),
        )
    };
    match (environment.get(KEY_ID), environment.get(KEY_SECRET)) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(half(KEY_ID, KEY_SECRET)),
        (None, Some(_)) => Err(half(KEY_SECRET, KEY_ID)),
        (Some(id), Some(secret)) => Ok(Some(Credentials {
            id: id.to_owned(),
            secret: secret.to_owned(),
            sts_token: None,
            expires: None,
            origin: Origin(Bilingual::new(
                format!("the environment ({KEY_ID})"),
                format!("环境变量（{KEY_ID}）"),
            )),
        })),
    }
}
