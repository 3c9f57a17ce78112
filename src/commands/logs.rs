//! `logs`: records of the server's side, from files or from the log service, filtered and counted.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::server_sls::LogService;
use super::{output, progress, server};
use crate::catalog::Catalog;
use crate::cli::{Global, LogsArgs, LogsKind};
use crate::config::Config;
use crate::exit::Exit;
use crate::interrupt;
use crate::lang::{Bilingual, Lang};
use crate::read::total_size;
use crate::report::RenderOptions;
use crate::report::logs::{self, End, RecordWriter, Summary};
use crate::report::redact::{Policy, Redactor};
use crate::source::clock::{self, Clock};
use crate::source::moment::TimeBound;
use crate::source::server_log::coverage::Covered;
use crate::source::server_log::filter::{Filter, message_ids};
use crate::source::server_log::profile::Profiles;
use crate::source::server_log::reader::{self, ServerOutcome, ServerReading, ServerRequest};
use crate::source::server_log::record::{Record, RecordKind};
use crate::suggest;

/// Ids of one message that are followed.
const TIED: usize = 64;

/// Runs `logs`.
///
/// # Errors
/// No source, unknown names, a profile or config with a fault, or a server that refuses; each as one
/// sentence.
pub fn run(args: &LogsArgs, global: &Global) -> anyhow::Result<Exit> {
    let lang = global.lang();
    let catalog = super::catalog(global)?;
    let config = Config::load(args.config.as_deref(), &catalog, lang).map_err(anyhow::Error::msg)?;
    let paths: Vec<PathBuf> = args.paths.iter().chain(&args.server_log).cloned().collect();
    if paths.is_empty() && !args.sls {
        bail!(lang.pick(
            "no server log given: name files, folders or archives, - for standard input, or use --sls",
            "没有指定服务端日志：请给出文件、目录或压缩包，用 - 读标准输入，或使用 --sls",
        ));
    }
    let filter = filter(args, &catalog, lang)?;
    let service = if args.sls { Some(LogService::connect(&config, lang)?) } else { None };
    let profiles = server::profiles(&args.profile, &catalog, lang)?;
    let policy = if args.no_redact { Policy::SecretsOnly } else { Policy::All };
    let redactor = Redactor::new(policy, None);
    let file = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    let options = RenderOptions::new(lang, global.color, global.ambiguous_width, file.is_some());
    if let Some(path) = file {
        output::check(path, &[paths.as_slice(), &args.profile].concat(), lang)?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let inside = |input: &PathBuf| {
            let real = input.canonicalize().ok().filter(|real| real.is_dir());
            real.zip(folder.canonicalize().ok()).is_some_and(|(input, folder)| folder.starts_with(input))
        };
        if paths.iter().any(inside) {
            let path = path.display();
            bail!(match lang {
                Lang::En => format!(
                    "{path}: this lies in a folder that is read, so the list would be read too; name a file elsewhere with --output"
                ),
                Lang::Zh =>
                    format!("{path}：位于被读取的目录中，列表会把自己也读进去；请用 --output 指定别处的文件"),
            });
        }
    }
    let mut out: Box<dyn Write> = match file {
        Some(path) => {
            let written = File::create(path).with_context(|| output::cannot_write(path, lang))?;
            Box::new(BufWriter::new(written))
        }
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    let writer = logs::writer(args.format, args.limit, &catalog, &options, &redactor, &mut out);
    let bar = progress::Bar::new(total_size(&paths), args.no_progress);
    let filter = tied(filter, &paths, args, &profiles, &bar);
    let mut listing = Listing { writer, filter: &filter, summary: Summary::default(), failed: None };
    let request = ServerRequest {
        paths,
        encoding: args.encoding,
        zone: args.tz.clone(),
        literals: filter.literals(),
        complete: args.server_complete,
    };
    interrupt::arm();
    let mut reading = ServerReading::new(&request, &profiles, 0);
    reading.all_files(&bar, &mut |record, path| listing.take(&record, path));
    bar.finish();
    let mut unanswered = None;
    if let Some(service) = &service {
        let filters = [filter.clone()];
        let all = args.kind != LogsKind::All;
        let mut take = |record: Record, path: &str| listing.take(&record, path);
        unanswered = service.read(&filters, all, &mut reading, &mut take, lang).err();
    }
    let mut outcome = reading.finish();
    if let Some(error) = &unanswered {
        outcome.coverage.state = outcome.coverage.state.min(Covered::Partial);
        outcome.coverage.reasons.push(error.sentence());
        output::complain(error.sentence().get(lang));
    }
    let nothing_read = outcome.inputs.is_empty();
    let found = listing.summary.records;
    listing.end(&mut outcome)?;
    out.flush()?;
    drop(out);
    for skip in &outcome.errors {
        output::complain(&skip.error.sentence(lang));
    }
    for (_, why) in &outcome.unrecognised {
        output::complain(&redactor.redact_prose(why.get(lang)));
    }
    if args.format == logs::LogsFormat::Csv && outcome.skipped_count > 0 {
        output::complain(skipped(outcome.skipped_count).get(lang));
    }
    if let Some(note) = redactor.note() {
        output::complain(note.get(lang));
    }
    Ok(match (interrupt::requested(), found) {
        (true, _) => Exit::Interrupted,
        (_, 1..) => Exit::Ok,
        _ if nothing_read || outcome.unrecognised.len() == outcome.inputs.len() => Exit::CouldNotRun,
        _ => Exit::Inconclusive,
    })
}

/// Records on their way out.
struct Listing<'l> {
    writer: Box<dyn RecordWriter + 'l>,
    filter: &'l Filter,
    summary: Summary,
    failed: Option<io::Error>,
}

impl Listing<'_> {
    fn take(&mut self, record: &Record, path: &str) -> bool {
        if !self.filter.takes(record) {
            return true;
        }
        self.summary.add(record);
        match self.writer.record(record, path) {
            Ok(()) => true,
            Err(error) => {
                self.failed = Some(error);
                false
            }
        }
    }

    fn end(mut self, outcome: &mut ServerOutcome) -> io::Result<()> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let notes: Vec<Bilingual> = outcome
            .notes
            .iter()
            .chain(outcome.inputs.iter().flat_map(|input| &input.notes))
            .cloned()
            .collect();
        self.writer.finish(&End {
            coverage: &outcome.coverage,
            skipped: &outcome.skipped,
            skipped_count: outcome.skipped_count,
            summary: &self.summary,
            notes: &notes,
        })
    }
}

fn filter(args: &LogsArgs, catalog: &Catalog, lang: Lang) -> anyhow::Result<Filter> {
    let clock = Clock::new(args.tz.clone().unwrap_or_else(clock::china), None, None);
    let micros = |bound: Option<TimeBound>| bound.and_then(|b| b.micros(&clock).or_else(|| b.today(&clock)));
    let (since, until) = (micros(args.since), micros(args.until));
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        bail!(lang.pick("--since lies after --until: swap the two", "--since 晚于 --until：请把两者对调"));
    }
    let mut filter = Filter {
        kinds: match args.kind {
            LogsKind::Report => vec![RecordKind::Report],
            LogsKind::Forward => vec![RecordKind::Accept, RecordKind::Forward, RecordKind::Receipt],
            LogsKind::All => Vec::new(),
        },
        operations: args.operation.clone(),
        device: args.device.clone(),
        user: args.user.clone(),
        token: args.token.clone(),
        message: args.msg.clone(),
        since,
        until,
        ..Filter::default()
    };
    if let Some(name) = &args.vendor {
        let vendor = suggest::vendor(catalog, name, lang).map_err(anyhow::Error::msg)?;
        filter.vendor = Some(vendor.id.to_string());
    }
    if let Some(code) = &args.code {
        // `huawei:80300007`; a code may itself hold a colon.
        let (name, rest) = code.split_once([':', '：']).unwrap_or(("", code));
        let known = |code: &str| catalog.codes().any(|c| c.code == code);
        filter.code = Some(match catalog.find_vendor(name) {
            Some(vendor) if !name.is_empty() => {
                filter.vendor = Some(vendor.id.to_string());
                rest.trim().to_owned()
            }
            _ if name.is_empty() || known(code) => code.trim().to_owned(),
            _ => bail!(suggest::unknown_vendor(catalog, name, lang)),
        });
    }
    Ok(filter)
}

/// The filter with every id that rows tie to the message asked for: the push core writes its own id
/// where the sender's does not stand.
fn tied(
    mut filter: Filter,
    paths: &[PathBuf],
    args: &LogsArgs,
    profiles: &Profiles<'_>,
    bar: &progress::Bar,
) -> Filter {
    let Some(message) = filter.message.clone() else { return filter };
    // Standard input cannot be read twice.
    if paths.iter().any(|path| path.as_os_str() == "-") {
        return filter;
    }
    let request = ServerRequest {
        paths: paths.to_vec(),
        encoding: args.encoding,
        zone: args.tz.clone(),
        literals: vec![message.clone()],
        complete: false,
    };
    let mut ids: Vec<String> = Vec::new();
    reader::read(&request, profiles, 0, bar, &mut |record, _| {
        let of_record = message_ids(&record);
        if of_record.contains(&message.as_str()) {
            let fresh = of_record.iter().filter(|id| !id.is_empty() && **id != message);
            let fresh: Vec<String> =
                fresh.filter(|id| !ids.iter().any(|k| k == *id)).map(|id| (*id).to_owned()).collect();
            ids.extend(fresh);
        }
        ids.len() < TIED
    });
    filter.tied = ids;
    filter
}

fn skipped(n: u64) -> Bilingual {
    Bilingual::new(
        format!("{n} rows could not be read: --format json lists them"),
        format!("有 {n} 行无法读取：用 --format json 列出"),
    )
}
