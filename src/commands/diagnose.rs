//! `diagnose`: reads what it is given, judges the chain, prints the report.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::server_sls::LogService;
use super::{checks, follow, output, phone, progress, server};
use crate::catalog::Catalog;
use crate::chain::{self, CheckFilter, Target};
use crate::cli::{DiagnoseArgs, Global};
use crate::config::Config;
use crate::diagnosis::{Diagnosis, VerdictState};
use crate::exit::Exit;
use crate::interrupt;
use crate::lang::Lang;
use crate::read::{ReadError, total_size};
use crate::report::redact::{Policy, Redactor};
use crate::report::{self, RenderOptions};
use crate::source::Case;
use crate::source::app_package::{self, AppFacts};
use crate::source::clock::{self, Clock};
use crate::source::device_log::{LogReader, Outcome, Request};
use crate::source::moment::TimeBound;
use crate::source::server_log::reader::ServerRequest;
use crate::suggest;

/// Runs `diagnose`.
///
/// # Errors
/// Unknown names, no input, or an output file that cannot be written; each as one sentence.
pub fn run(args: &DiagnoseArgs, global: &Global) -> anyhow::Result<Exit> {
    let lang = global.lang();
    let catalog = super::catalog(global)?;
    if args.list_checks {
        output::result(&checks::render(&checks::all(&catalog), lang))?;
        return Ok(Exit::Ok);
    }
    let config = Config::load(args.config.as_deref(), &catalog, lang).map_err(anyhow::Error::msg)?;
    let by_server = !args.server_log.is_empty() || !args.receipt.is_empty() || args.sls;
    if args.paths.is_empty() && args.app.is_empty() && !args.adb && !by_server && args.mps_status.is_none() {
        bail!(lang.pick(
            "no log given: name a file, a folder or an archive, or - for standard input",
            "没有指定日志：请给出文件、目录或压缩包，或用 - 读取标准输入"
        ));
    }
    check_window(args, lang)?;
    let named =
        args.phone.serial.is_some() || args.phone.adb_server.is_some() || args.phone.timeout.is_some();
    if named && !args.adb {
        bail!(lang.pick(
            "--serial, --adb-server and --timeout need --adb",
            "--serial、--adb-server、--timeout 需要与 --adb 一起使用"
        ));
    }
    let mut target = target(args, &catalog, lang)?;
    // The config's app, unless the files given are another's: then that is what a check says.
    let known = config.text("app", "package");
    if args.app.is_empty() {
        target.package = target.package.or_else(|| known.map(str::to_owned));
    }
    let file = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    if let Some(path) = file {
        output::check(path, &[args.paths.as_slice(), &args.app].concat(), lang)?;
    }
    let phone = match args.adb {
        true => Some(ask_phone(args, target.package.as_deref(), &catalog, lang)?),
        false => None,
    };
    if let Some((_, bundle)) = &phone
        && !bundle.summary.has_any
        && args.paths.is_empty()
    {
        // Why stands on standard error already.
        return Ok(if bundle.summary.interrupted { Exit::Interrupted } else { Exit::CouldNotRun });
    }
    let mut paths = args.paths.clone();
    let server_paths = server::paths(args, &mut paths);
    let profiles = server::profiles(&args.profile, &catalog, lang)?;
    paths.extend(phone.iter().map(|(_, bundle)| bundle.path.clone()));
    let request = Request {
        paths,
        encoding: args.encoding,
        year: args.year,
        zone: args.tz.clone(),
        since: args.since,
        until: args.until,
    };
    let policy = if args.no_redact { Policy::SecretsOnly } else { Policy::All };
    let redactor = Redactor::new(policy, None);
    let look = RenderOptions::new(lang, global.color, global.ambiguous_width, file.is_some());
    let reader = LogReader::new(&catalog);
    let everything: Vec<PathBuf> = request.paths.iter().chain(&server_paths).cloned().collect();
    let bar = progress::Bar::new(total_size(&everything), args.no_progress);
    if let (true, Some((phone, bundle))) = (args.follow, &phone) {
        let mut live = reader.live(&request, "adb!/logcat", &bar);
        bar.finish();
        let look =
            follow::Look { format: args.format, options: look, redactor: &redactor, fail_on: args.fail_on };
        let name = |outcome: &mut Outcome| bundle.name(outcome);
        return follow::run(phone, &mut live, &catalog, &target, &name, &look);
    }
    let mut read = match request.paths.is_empty() {
        true => Outcome { case: Case::default(), errors: Vec::new() },
        false => reader.read(&request, &bar),
    };
    let mut trouble = Vec::new();
    let service = if args.sls { Some(LogService::connect(&config, lang)?) } else { None };
    let (filters, left_out) = match &service {
        Some(_) => {
            let clock = Clock::new(args.tz.clone().unwrap_or_else(clock::china), args.year, None);
            let micros = |bound: Option<TimeBound>| bound.and_then(|b| b.micros(&clock));
            server::filters(&read.case, &target, micros(args.since), micros(args.until))
                .map_err(|why| anyhow::Error::msg(why.get(lang).to_owned()))?
        }
        None => (Vec::new(), 0),
    };
    read.case.mpaas.app_id = config.text("app", "app_id").map(str::to_owned);
    read.case.mpaas.workspace_id = config.text("app", "workspace_id").map(str::to_owned);
    if !server_paths.is_empty() || service.is_some() {
        let server_request = ServerRequest {
            paths: server_paths.clone(),
            encoding: args.encoding,
            zone: args.tz.clone(),
            literals: Vec::new(),
            complete: args.server_complete,
        };
        let service = service.as_ref().map(|service| (service, filters.as_slice(), left_out));
        trouble = server::read(&mut read.case, &server_request, &profiles, &target, service, &bar, lang);
    }
    bar.finish();
    for skip in trouble {
        read.case.skipped.push((skip.name, skip.error.both()));
        read.errors.push(skip.error);
    }
    for error in &read.errors {
        let sentence = error.sentence(lang);
        output::complain(&phone.as_ref().map_or(sentence.clone(), |(_, bundle)| bundle.named(&sentence)));
    }
    if let Some((_, bundle)) = &phone {
        bundle.name(&mut read);
    }
    let interrupted = phone.as_ref().is_some_and(|(_, bundle)| bundle.summary.interrupted);
    for error in app_package::read(&args.app, &catalog, &mut read.case) {
        output::complain(error.text.get(lang));
    }
    app_package::checks::run(&mut read.case, &config, &catalog);
    let given = read.case.app.as_ref().and_then(AppFacts::package);
    let known = known.filter(|known| given.is_none_or(|given| given == *known));
    target.package = target.package.or_else(|| known.map(str::to_owned));
    let told = !read.case.records.is_empty() || args.mps_status.is_some();
    if !read.case.log.read_text && read.case.properties.is_empty() && read.case.app.is_none() && !told {
        if by_server && read.errors.is_empty() && read.case.skipped.is_empty() {
            return Ok(Exit::Inconclusive);
        }
        if read.errors.is_empty() && args.app.is_empty() {
            bail!(lang.pick("nothing could be read: give a text log", "没有读到任何内容：请提供文本日志"));
        }
        return Ok(Exit::CouldNotRun);
    }
    let diagnosis = chain::judge(read.case, &catalog, &target);
    // A bomb is no log, whatever its first bytes say.
    let bomb = read.errors.iter().any(|e| matches!(e, ReadError::Bomb { .. }));
    let exit = match Exit::of(&diagnosis, args.fail_on) {
        _ if interrupted => Exit::Interrupted,
        Exit::Inconclusive if bomb => Exit::CouldNotRun,
        exit => exit,
    };
    let options = RenderOptions { exit, ..look };
    let text = report::render(args.format, &diagnosis, &options, &redactor);
    match file {
        // Only now, when there is something to keep, is the file touched.
        Some(path) => {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            std::fs::write(path, format!("{text}{end}")).with_context(|| output::cannot_write(path, lang))?;
        }
        None => output::result(&text)?,
    }
    if let Some(note) = redactor.note() {
        output::complain(note.get(lang));
    }
    if !request.paths.is_empty() && nothing_of_push(&diagnosis) {
        output::complain(lang.pick("no push line was found in the log", "日志中没有找到推送相关的行"));
    }
    Ok(exit)
}

/// Collects from the phone; what it lacks is said at once. With `--follow` the log itself comes later.
fn ask_phone(
    args: &DiagnoseArgs,
    package: Option<&str>,
    catalog: &Catalog,
    lang: Lang,
) -> anyhow::Result<(phone::Phone, phone::TemporaryBundle)> {
    interrupt::arm();
    let packages: Vec<String> = package.map(str::to_owned).into_iter().collect();
    let mut found = phone::Phone::find(&args.phone, &packages, catalog, args.no_progress, lang)?;
    let all = found.steps.clone();
    if args.follow {
        found.steps.retain(|step| !step.essential);
    }
    let bundle = phone::TemporaryBundle::collect(&found, catalog, lang)?;
    found.steps = all;
    phone::tell_missing(&bundle.summary, lang);
    if !args.follow {
        interrupt::disarm();
    }
    Ok((found, bundle))
}

/// Whether the log was read and told nothing.
fn nothing_of_push(diagnosis: &Diagnosis) -> bool {
    diagnosis.verdict.state == VerdictState::Inconclusive
        && diagnosis.chains.iter().flat_map(|c| &c.links).all(|j| j.evidence.is_empty())
}

/// A window that ends before it begins holds no line.
fn check_window(args: &DiagnoseArgs, lang: Lang) -> anyhow::Result<()> {
    let clock = Clock::new(args.tz.clone().unwrap_or_else(clock::china), args.year, None);
    let micros = |bound: Option<TimeBound>| bound.and_then(|b| b.micros(&clock));
    if micros(args.since).zip(micros(args.until)).is_some_and(|(since, until)| since > until) {
        bail!(lang.pick("--since lies after --until: swap the two", "--since 晚于 --until：请把两者对调"));
    }
    Ok(())
}

fn target(args: &DiagnoseArgs, catalog: &Catalog, lang: Lang) -> anyhow::Result<Target> {
    let vendor = match &args.vendor {
        Some(name) => Some(suggest::vendor(catalog, name, lang).map_err(anyhow::Error::msg)?.id.to_string()),
        None => None,
    };
    let known = if args.check.is_empty() && args.skip.is_empty() { Vec::new() } else { checks::all(catalog) };
    let resolve = |ids: &[String]| -> anyhow::Result<Vec<String>> {
        ids.iter().map(|id| checks::resolve(&known, id, lang).map_err(anyhow::Error::msg)).collect()
    };
    Ok(Target {
        vendor,
        package: args.package.clone(),
        message: args.msg.clone(),
        user: args.user.clone(),
        device: args.device.clone(),
        token: args.token.clone(),
        mps_status: args.mps_status.clone(),
        checks: CheckFilter { only: resolve(&args.check)?, skip: resolve(&args.skip)? },
    })
}
