//! Sends one message and watches what may tell of it: the order matters, because what is there before
//! the send must be known as old.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;

use crate::aliyun::clock::{Clock, SystemClock};
use crate::aliyun::mps::MpsClient;
use crate::catalog::Catalog;
use crate::chain::{self, Target};
use crate::cli::SendTestArgs;
use crate::commands::live::{Documents, Look, Screen};
use crate::commands::phone::{Phone, TemporaryBundle, tell_missing};
use crate::commands::server;
use crate::commands::server_sls::LogService;
use crate::config::Config;
use crate::diagnosis::Diagnosis;
use crate::exit::FailOn;
use crate::interrupt;
use crate::lang::Lang;
use crate::read::NoProgress;
use crate::report::{Format, Redactor, RenderOptions};
use crate::send::evidence::{self, Origin, TargetState};
use crate::send::wait::{Ask, Ended, Sent, Waited, Waiting};
use crate::send::watch::{AdbLog, Asked, LogFile, ServerFiles, Start};
use crate::send::{Address, Message, Outcome, SendState};
use crate::source::Case;
use crate::source::adb;
use crate::source::device_log::{LogReader, Request};
use crate::source::server_log::filter::Filter;
use crate::source::server_log::profile::Profiles;
use crate::source::server_log::reader::{ServerReading, ServerRequest};
use crate::source::server_log::record::{Record, RecordKind};

/// How long is watched where sources are named and no time is.
const USUAL: Duration = Duration::from_secs(60);

/// What all sends of one run share.
pub struct Surroundings<'a> {
    pub args: &'a SendTestArgs,
    pub catalog: &'a Catalog,
    pub config: &'a Config,
    pub redactor: &'a Redactor,
    pub options: &'a RenderOptions,
    pub lang: Lang,
    pub origin: Origin,
    /// What MPS says of the target.
    pub target: Option<&'a TargetState>,
    pub phone: Option<&'a (Phone, TemporaryBundle)>,
    pub client: Option<&'a MpsClient<'a>>,
}

/// A message that was sent, and what was seen of it.
pub struct Followed {
    pub outcome: Outcome,
    /// How the watching ended, and after how many seconds.
    pub ended: Option<(Ended, u64)>,
    pub waited: Option<Waited>,
    pub diagnosis: Diagnosis,
}

impl Surroundings<'_> {
    /// For how long is watched; `None` where nothing is.
    pub fn time(&self) -> Option<Duration> {
        let args = self.args;
        args.wait.or((sources(args) > 0).then_some(USUAL))
    }

    /// Whether the phone's own log is among what is watched.
    pub fn watches_phone(&self) -> bool {
        self.args.adb || self.args.device_log.is_some()
    }

    /// Sends by `send`, and watches.
    ///
    /// # Errors
    /// Profiles or the log service are of no use, or standard output is closed.
    pub fn follow(
        &self,
        via: &str,
        message: &Message,
        send: &mut dyn FnMut() -> Outcome,
    ) -> anyhow::Result<Followed> {
        let Some(time) = self.time() else {
            let outcome = send();
            let mut case = Case::default();
            evidence::add(&mut case, message, &self.origin, std::slice::from_ref(&outcome), self.catalog);
            let diagnosis = self.judge(&case, via, message);
            return Ok(Followed { outcome, ended: None, waited: None, diagnosis });
        };
        let clock = SystemClock::default();
        let reader = LogReader::new(self.catalog);
        let paths: Vec<PathBuf> = match (&self.args.device_log, self.phone) {
            (Some(path), _) => path.exists().then(|| path.clone()).into_iter().collect(),
            (None, Some((_, bundle))) => vec![bundle.path.clone()],
            (None, None) => Vec::new(),
        };
        let request = Request { paths, ..Request::default() };
        let profiles = server::profiles(&[], self.catalog, self.lang)?;
        let service = if self.args.sls { Some(LogService::connect(self.config, self.lang)?) } else { None };
        let mut waiting = Waiting::new(self.catalog, &reader, &request, &NoProgress);
        self.add_sources(&mut waiting, message, &profiles, service.as_ref());
        interrupt::arm();
        waiting.before_the_send(&clock, &interrupt::requested);
        if interrupt::requested() {
            bail!(self.lang.pick("interrupted, nothing was sent", "已中断，消息没有发出"));
        }
        let outcome = send();
        let followed = self.watch(waiting, via, message, outcome, time, &clock);
        if !interrupt::requested() {
            interrupt::disarm();
        }
        followed
    }

    fn watch<'w>(
        &'w self,
        mut waiting: Waiting<'w>,
        via: &str,
        message: &Message,
        outcome: Outcome,
        time: Duration,
        clock: &dyn Clock,
    ) -> anyhow::Result<Followed> {
        let mut base = Case::default();
        evidence::add(&mut base, message, &self.origin, std::slice::from_ref(&outcome), self.catalog);
        let records = std::mem::take(&mut base.records);
        // What was surely not sent, or refused, needs no watching: nothing will come.
        let hopeless = matches!(outcome.state, SendState::Refused | SendState::Unsent);
        let time = if hopeless { Duration::ZERO } else { time };
        let straight = via != evidence::MPS;
        if self.task_of(&outcome, message).is_some() {
            let (outcome, message) = (outcome.clone(), message.clone());
            waiting.add(Box::new(Asked::here("MPS", move || {
                Ok(self.task_arrived(&outcome, &message).into_iter().collect())
            })));
        }
        let sent = Sent {
            at: outcome.sent_at,
            ids: [&outcome.msg_id, &outcome.vendor_msg_id]
                .into_iter()
                .filter(|id| !id.is_empty())
                .cloned()
                .collect(),
            vendor_id: straight.then(|| outcome.vendor_msg_id.clone()).filter(|id| !id.is_empty()),
            title: message.title.clone(),
            content: message.content.clone(),
            package: message.package.clone(),
            vendor: straight.then(|| via.to_owned()),
        };
        let judge = |case: &Case| self.judge(case, via, message);
        let ask = Ask {
            sent: &sent,
            base: &base,
            records: &records,
            timeout: time,
            judge: &judge,
            clock,
            interrupted: &interrupt::requested,
        };
        let look = Look {
            format: self.args.format,
            options: self.options.clone(),
            redactor: self.redactor,
            fail_on: FailOn::Fail,
        };
        let mut screen = Screen::new(&look, Documents::None);
        let waited: Waited = waiting.run(&ask, &mut screen)?;
        screen.clear()?;
        let ended = if hopeless { Ended::Failed } else { waited.ended };
        let diagnosis = waited.diagnosis.clone();
        Ok(Followed { outcome, ended: Some((ended, waited.seconds)), waited: Some(waited), diagnosis })
    }

    /// Judges a case with what MPS says of the target.
    pub fn judge(&self, case: &Case, via: &str, message: &Message) -> Diagnosis {
        let mut case = case.clone();
        if let Some(state) = self.target {
            evidence::add_target(&mut case, state, message.package.as_deref(), self.catalog);
        }
        let id = |wanted: bool| wanted.then(|| message.address.id().to_owned());
        let target = Target {
            vendor: (via != evidence::MPS).then(|| via.to_owned()),
            package: message.package.clone(),
            message: Some(message.msg_id.clone()),
            user: id(matches!(message.address, Address::User(_))),
            device: id(matches!(message.address, Address::Device(_))),
            token: id(matches!(message.address, Address::Token(_))),
            ..Target::default()
        };
        chain::judge(case, self.catalog, &target)
    }

    fn add_sources<'w>(
        &'w self,
        waiting: &mut Waiting<'w>,
        message: &Message,
        profiles: &'w Profiles<'w>,
        service: Option<&'w LogService>,
    ) {
        if let Some(path) = &self.args.device_log {
            waiting.add_log_file(LogFile::new(path, None, Start::Whole));
        }
        if let Some((phone, bundle)) = self.phone {
            waiting.rename(|outcome| bundle.name(outcome));
            let commands = adb::follow(&phone.steps);
            let (address, limits) = (phone.server.address.clone(), phone.server.limits.clone());
            waiting.add_adb(AdbLog::start(address, limits, phone.device.clone(), commands), "adb!/logcat");
        }
        let paths: Vec<PathBuf> = self.args.server_log.iter().chain(&self.args.receipt).cloned().collect();
        let seeds = vec![message.msg_id.clone(), message.address.id().to_owned()];
        if !paths.is_empty() {
            let request =
                ServerRequest { paths, encoding: None, zone: None, literals: Vec::new(), complete: false };
            waiting.add(Box::new(ServerFiles::new(request, profiles, seeds)));
        }
        if let Some(service) = service {
            let filter = Filter { message: Some(message.msg_id.clone()), ..Filter::default() };
            let lang = self.lang;
            waiting.add(Box::new(Asked::here("SLS", move || {
                let request = ServerRequest {
                    paths: Vec::new(),
                    encoding: None,
                    zone: None,
                    literals: Vec::new(),
                    complete: false,
                };
                let mut records: Vec<Record> = Vec::new();
                let mut reading = ServerReading::new(&request, profiles, 0);
                let mut add = |record: Record, _: &str| {
                    records.push(record);
                    true
                };
                // From an hour before now: what is asked for was sent just now.
                let since = SystemClock::default().now_ms().saturating_sub(3_600_000).saturating_mul(1000);
                let filter = Filter { since: Some(since), ..filter.clone() };
                let read = service.read(&[filter], false, &mut reading, &mut add, lang);
                read.map_err(|e| e.sentence())?;
                Ok(records)
            })));
        }
    }

    /// The task whose numbers MPS keeps: that of a message to several people.
    fn task_of<'o>(&self, outcome: &'o Outcome, message: &Message) -> Option<&'o str> {
        let several =
            outcome.via == evidence::MPS && !matches!(message.action.as_str(), "simple" | "template");
        (several && self.client.is_some())
            .then_some(outcome.vendor_msg_id.as_str())
            .filter(|id| !id.is_empty())
    }

    /// Asks MPS for the numbers of a task, which tell whether its messages arrived.
    fn task_arrived(&self, outcome: &Outcome, message: &Message) -> Option<Record> {
        let detail = self.client?.task_detail(self.task_of(outcome, message)?).ok().flatten()?;
        detail.arrived.is_some_and(|n| n > 0).then(|| Record {
            kind: RecordKind::Receipt,
            ok: Some(true),
            msg_id: message.msg_id.clone(),
            operation: "QueryPushAnalysisTaskDetail".to_owned(),
            ..Record::default()
        })
    }
}

/// How many things are named that may tell of the message.
pub fn sources(args: &SendTestArgs) -> usize {
    let one = [args.adb, args.device_log.is_some(), args.sls].into_iter().filter(|given| *given).count();
    one + args.server_log.len() + args.receipt.len()
}

/// Finds the phone and takes from it what does not grow.
///
/// # Errors
/// As `diagnose --adb`.
pub fn phone(
    args: &SendTestArgs,
    package: Option<&str>,
    catalog: &Catalog,
    lang: Lang,
) -> anyhow::Result<(Phone, TemporaryBundle)> {
    interrupt::arm();
    let packages: Vec<String> = package.map(str::to_owned).into_iter().collect();
    let mut found = Phone::find(&args.phone, &packages, catalog, args.format == Format::Json, lang)?;
    let all = found.steps.clone();
    found.steps.retain(|step| !step.essential);
    let bundle = TemporaryBundle::collect(&found, catalog, lang)?;
    found.steps = all;
    tell_missing(&bundle.summary, lang);
    interrupt::disarm();
    Ok((found, bundle))
}
