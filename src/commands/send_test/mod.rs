//! `send-test`: sends one test message, through MPS or straight to the vendor, and says what came of
//! it with the table of `diagnose`.

mod careful;
mod ends;
mod plan;
mod revoke;
mod watching;

use anyhow::bail;

use super::output;
use crate::aliyun::clock::{Clock, SystemClock};
use crate::aliyun::mps::{MpsClient, MpsConfig, MpsSender};
use crate::catalog::{Catalog, Via};
use crate::cli::{Global, SendTestArgs};
use crate::config::Config;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::http::Http;
use crate::lang::Bilingual;
use crate::report::redact::Policy;
use crate::report::send::{SendReport, Side, Watched};
use crate::report::{self, Format, Redactor, RenderOptions};
use crate::send::bisect::{self, Known, Leg};
use crate::send::evidence::{MPS, Origin, TargetState};
use crate::send::journal::Journal;
use crate::send::{Message, Outcome, SendState, Sender, deliver, text_limits};
use crate::vendor;
use plan::Plan;
use watching::{Followed, Surroundings};

/// Runs `send-test`.
///
/// # Errors
/// What keeps a message from being sent, as one sentence; then nothing was sent.
pub fn run(args: &SendTestArgs, global: &Global) -> anyhow::Result<Exit> {
    let lang = global.lang();
    let catalog = super::catalog(global)?;
    let policy = if args.no_redact { Policy::SecretsOnly } else { Policy::All };
    let redactor = Redactor::new(policy, None);
    let options = RenderOptions::new(lang, global.color, global.ambiguous_width, false);
    if args.history {
        return careful::history(args.format, &options);
    }
    let config = Config::load(args.config.as_deref(), &catalog, lang).map_err(anyhow::Error::msg)?;
    let say = |text: Bilingual| anyhow::Error::msg(redactor.redact_prose(text.get(lang)));
    let environment = Environment::of_process();
    if let Some(id) = &args.revoke {
        return revoke::run(id, args, &config, &environment, &catalog, &redactor, lang);
    }
    let phone_named =
        args.phone.serial.is_some() || args.phone.adb_server.is_some() || args.phone.timeout.is_some();
    if phone_named && !args.adb {
        bail!(lang.pick(
            "--serial, --adb-server and --timeout need --adb",
            "--serial、--adb-server、--timeout 需要与 --adb 一起使用"
        ));
    }
    let plan = plan::of(args, &catalog, &config, lang)?;
    let mps = match plan.via == MPS {
        true => {
            let mut settings = MpsConfig::from_config(&config, &environment).map_err(say)?;
            settings.apply(&args.set);
            Some(settings)
        }
        false => None,
    };
    if args.dry_run {
        return dry_run(&plan, args, mps.as_ref(), &config, &environment, &catalog, &redactor, &options);
    }
    let client = match &mps {
        Some(settings) => Some(MpsClient::connect(&catalog, settings.clone(), &environment).map_err(say)?),
        None => None,
    };
    let now = SystemClock::default().now_ms();
    let mut warnings = Vec::new();
    let mut ways = Vec::new();
    match (&client, &mps) {
        (Some(client), Some(settings)) => {
            let sender = client.sender().map_err(say)?;
            warnings.extend(sender.warnings(&plan.message).map_err(say)?);
            let transport = Http::new(&settings.transport_options()).map_err(say)?;
            ways.push(Way { sender: Box::new(sender), transport, message: plan.message.clone() });
        }
        _ => ways
            .push(straight(&plan.via, plan.message.clone(), &catalog, &config, &environment).map_err(say)?),
    }
    // Whatever is wrong with the message is said before anybody is asked for anything.
    for way in &ways {
        way.sender.request(&way.message, None, now).map_err(say)?;
    }
    let target = match &client {
        Some(client) => ask_target(client, &plan, &mut warnings),
        None => None,
    };
    if args.bisect {
        let (vendor, message) = plan.second(args, target.as_ref(), lang)?;
        let way = straight(&vendor, message, &catalog, &config, &environment).map_err(say)?;
        way.sender.request(&way.message, None, now).map_err(say)?;
        ways.push(way);
    }
    warnings.extend(foreign_ways(args, &config, &ways));
    if args.wait.is_some() && watching::sources(args) == 0 {
        warnings.push(Bilingual::new(
            "nothing is watched, so --wait will tell nothing: give --adb, --device-log, --server-log, --receipt or --sls",
            "没有可追踪的来源，--wait 不会有结果：请加 --adb、--device-log、--server-log、--receipt 或 --sls",
        ));
    }
    for way in &ways {
        check_texts(way, &catalog, target.as_ref(), &mut warnings).map_err(say)?;
    }
    for warning in &warnings {
        output::complain(&redactor.redact_prose(warning.get(lang)));
    }
    let app_id = mps.as_ref().and_then(|m| m.app_id.clone()).unwrap_or_default();
    let mut journal = Journal::of_user().map_err(say)?;
    for note in journal.notes() {
        output::complain(note.get(lang));
    }
    if !careful::confirmed(args, &plan, &ways, &app_id, &mut journal, target.as_ref(), &redactor, lang)? {
        return Ok(Exit::CouldNotRun);
    }
    let phone = match args.adb {
        true => Some(watching::phone(args, plan.message.package.as_deref(), &catalog, lang)?),
        false => None,
    };
    let origin = Origin {
        app_id,
        workspace_id: mps.as_ref().and_then(|m| m.workspace_id.clone()).unwrap_or_default(),
    };
    let surroundings = Surroundings {
        args,
        catalog: &catalog,
        config: &config,
        redactor: &redactor,
        options: &options,
        lang,
        origin,
        target: target.as_ref(),
        phone: phone.as_ref(),
        client: client.as_ref(),
    };
    let clock = SystemClock::default();
    let mut all: Vec<Followed> = Vec::new();
    for way in &ways {
        if all.iter().any(|f| matches!(f.ended, Some((crate::send::wait::Ended::Interrupted, _)))) {
            break;
        }
        let mut send = || {
            deliver::deliver(
                way.sender.as_ref(),
                &way.transport,
                &catalog,
                &way.message,
                &clock,
                &mut journal,
            )
        };
        all.push(surroundings.follow(way.sender.via(), &way.message, &mut send)?);
    }
    let side = match (all.as_slice(), ways.as_slice()) {
        ([mps, direct], [_, way]) => {
            Some(side(mps, direct, way, target.as_ref(), &catalog, surroundings.watches_phone()))
        }
        _ => None,
    };
    finish(&surroundings, &plan, &all, side.as_ref(), &warnings)
}

/// One way of sending, and the message for it.
pub struct Way<'c> {
    pub sender: Box<dyn Sender + 'c>,
    pub transport: Http,
    pub message: Message,
}

/// The way straight to a vendor.
fn straight<'c>(
    vendor: &str,
    message: Message,
    catalog: &'c Catalog,
    config: &Config,
    environment: &Environment,
) -> Result<Way<'c>, Bilingual> {
    let sender = vendor::sender(vendor, catalog, config, environment)?;
    let transport = Http::new(&vendor::transport_options(vendor, config))?;
    Ok(Way { sender, transport, message })
}

/// Whether a config that merely lies in the working folder, perhaps beside a log that somebody
/// mailed, decides where message and credentials go.
fn foreign_ways(args: &SendTestArgs, config: &Config, ways: &[Way<'_>]) -> Option<Bilingual> {
    let path = config.path.as_deref().filter(|path| args.config.is_none() && path.is_relative())?;
    let path = crate::read::harmless(&path.display().to_string());
    let mut keys: Vec<&str> = Vec::new();
    for key in ["endpoint", "auth_endpoint", "proxy", "ca_file"] {
        let set = |way: &Way<'_>| match way.sender.via() {
            MPS => config.get(MPS, key).is_some(),
            vendor => config.of_vendor(vendor, key).is_some(),
        };
        if ways.iter().any(set) {
            keys.push(key);
        }
    }
    let keys = (!keys.is_empty()).then(|| keys.join(", "))?;
    Some(Bilingual::new(
        format!(
            "{path} in the working folder decides where message and credentials go ({keys}): go on only if the file is yours"
        ),
        format!("工作目录中的 {path} 决定了消息和凭证发往哪里（{keys}）：确认是自己的文件再继续"),
    ))
}

/// What MPS knows of the target. That it does not tell keeps nobody from sending.
fn ask_target(client: &MpsClient<'_>, plan: &Plan, warnings: &mut Vec<Bilingual>) -> Option<TargetState> {
    if plan.everyone {
        return None;
    }
    match client.device_state(&plan.message.address) {
        Ok(state) => {
            warnings.extend(client.notes());
            let at = SystemClock::default().now_ms().saturating_mul(1000);
            Some(TargetState {
                found: state.known,
                answer: shown(&state),
                ad_token: state.device_id,
                user: state.user_id,
                vendor_token: state.third_token,
                manufacturer: state.manufacturer,
                vendor: state.vendor,
                platform: state.platform,
                status: state.status,
                at,
            })
        }
        Err(error) => {
            let why = error.sentence();
            warnings.push(Bilingual::new(
                format!("MPS did not tell the state of the target: {}", why.en),
                format!("未能从 MPS 查到目标状态：{}", why.zh),
            ));
            None
        }
    }
}

/// The answer as evidence shows it: no id stands in it.
fn shown(state: &crate::aliyun::mps::DeviceState) -> String {
    let held = if state.third_token.is_empty() { "\"\"" } else { "\"…\"" };
    if !state.known {
        return format!("{{\"RequestId\":\"{}\",\"Data\":null}}", state.request_id);
    }
    format!(
        "{{\"RequestId\":\"{}\",\"Data\":{{\"ThirdToken\":{held},\"Platform\":\"{}\",\"Manufacturer\":\"{}\",\"Statue\":\"{}\"}}}}",
        state.request_id, state.platform, state.manufacturer, state.status
    )
}

/// Title and content against the limits of the vendor that will show them.
fn check_texts(
    way: &Way<'_>,
    catalog: &Catalog,
    target: Option<&TargetState>,
    warnings: &mut Vec<Bilingual>,
) -> Result<(), Bilingual> {
    let through_mps = way.sender.via() == MPS;
    let vendor = if through_mps { target.and_then(|t| t.vendor.as_deref()) } else { Some(way.sender.via()) };
    let carried = !through_mps || text_limits::carries_texts(way.sender.rules(), &way.message.action);
    let (Some(vendor), true) = (vendor, carried) else { return Ok(()) };
    let (Some(rules), Some(entry)) = (catalog.send(vendor), catalog.vendor(vendor)) else { return Ok(()) };
    let name = Bilingual::new(entry.en.as_ref(), entry.zh.as_ref());
    let via = if through_mps { Via::Mps } else { Via::Direct };
    let found = text_limits::check(rules, &name, via, &way.message.title, &way.message.content);
    if let Some(refused) = found.errors.into_iter().next() {
        return Err(refused);
    }
    warnings.extend(found.warnings);
    Ok(())
}

/// The exact requests, secrets masked.
#[allow(clippy::too_many_arguments)]
fn dry_run(
    plan: &Plan,
    args: &SendTestArgs,
    mps: Option<&MpsConfig>,
    config: &Config,
    environment: &Environment,
    catalog: &Catalog,
    redactor: &Redactor,
    options: &RenderOptions,
) -> anyhow::Result<Exit> {
    let lang = options.lang;
    let say = |text: Bilingual| anyhow::Error::msg(redactor.redact_prose(text.get(lang)));
    let mut warnings = Vec::new();
    let mut senders: Vec<(Box<dyn Sender + '_>, Message)> = Vec::new();
    match mps {
        Some(settings) => {
            let sender = MpsSender::for_show(catalog, settings).map_err(say)?;
            warnings.extend(sender.warnings(&plan.message).map_err(say)?);
            senders.push((Box::new(sender), plan.message.clone()));
        }
        None => {
            let sender = vendor::sender(&plan.via, catalog, config, environment).map_err(say)?;
            senders.push((sender, plan.message.clone()));
        }
    }
    if args.bisect {
        match plan.second(args, None, lang) {
            Ok((vendor, message)) => {
                senders.push((vendor::sender(&vendor, catalog, config, environment).map_err(say)?, message));
            }
            Err(_) => warnings.push(Bilingual::new(
                "Vendor and token of the direct message are asked of MPS before sending; name them with --via and --token to see that request.",
                "直发消息的厂商和 token 要在发送前向 MPS 查询；用 --via 和 --token 指定后可以看到该请求。",
            )),
        }
    }
    careful::show_requests(&senders, &warnings, args.format, redactor, lang)
}

/// On which side the fault lies.
fn side(
    mps: &Followed,
    direct: &Followed,
    way: &Way<'_>,
    target: Option<&TargetState>,
    catalog: &Catalog,
    watched: bool,
) -> Side {
    let known = Known {
        vendor_token: target.map(|t| !t.vendor_token.is_empty()),
        vendor: target.and_then(|t| t.vendor.clone()),
        online: target.and_then(|t| match t.status.as_str() {
            "ONLINE" => Some(true),
            "OFFLINE" => Some(false),
            _ => None,
        }),
    };
    let test = crate::send::is_test(way.sender.as_ref(), &way.message, SystemClock::default().now_ms());
    let leg = |f: &Followed, test| Leg::of(&f.outcome, f.waited.as_ref(), watched, test);
    let found = bisect::bisect(catalog, way.sender.via(), &leg(mps, false), &leg(direct, test), None, &known);
    Side { name: found.side.as_str(), summary: found.summary }
}

/// Prints the result.
fn finish(
    surroundings: &Surroundings<'_>,
    plan: &Plan,
    all: &[Followed],
    side: Option<&Side>,
    warnings: &[Bilingual],
) -> anyhow::Result<Exit> {
    let (catalog, redactor) = (surroundings.catalog, surroundings.redactor);
    let Some(first) = all.first() else { return Ok(Exit::CouldNotRun) };
    // The diagnosis is that of the message that decides: the one that failed, else the first.
    let failed = |f: &&Followed| f.outcome.state == SendState::Refused;
    let decides = all.iter().find(failed).unwrap_or(first);
    let outcomes: Vec<Outcome> = all.iter().map(|f| f.outcome.clone()).collect();
    let exit = ends::exit(all, &decides.diagnosis, catalog);
    let watched = decides.ended.map(|(ended, seconds)| Watched { ended: ended.as_str(), seconds });
    let send = SendReport {
        message: &plan.message,
        outcomes: &outcomes,
        target: surroundings.target,
        side,
        watched,
        warnings,
    };
    let options = RenderOptions { exit, ..surroundings.options.clone() };
    match surroundings.args.format {
        Format::Json => {
            let mut value = report::json::value(&decides.diagnosis, &options, redactor);
            if let Some(map) = value.as_object_mut() {
                map.insert("send".to_owned(), send.json(redactor, surroundings.lang));
            }
            output::result(&serde_json::to_string_pretty(&value)?)?;
        }
        Format::Table => {
            output::result(&send.text(&options, redactor))?;
            output::result(&report::render(Format::Table, &decides.diagnosis, &options, redactor))?;
        }
    }
    if let Some(note) = redactor.note() {
        output::complain(note.get(surroundings.lang));
    }
    Ok(exit)
}
