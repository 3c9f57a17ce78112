//! What `diagnose` and `logs` share: the profiles in use, and the server's records of one case.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::output;
use super::server_sls::LogService;
use crate::catalog::Catalog;
use crate::chain::Target;
use crate::cli::DiagnoseArgs;
use crate::lang::{Bilingual, Lang};
use crate::read::{Progress, Skipped};
use crate::source::Case;
use crate::source::identity::{IdKind, Identity};
use crate::source::server_log::coverage::Covered;
use crate::source::server_log::filter::Filter;
use crate::source::server_log::gather::Gathered;
use crate::source::server_log::profile::{self, Profiles};
use crate::source::server_log::reader::{ServerReading, ServerRequest};
use crate::source::server_log::record::Record;

/// Readings of the same files, until no record of the phone is missing.
const READINGS: usize = 4;
/// Searches of the log service for one diagnosis.
const SEARCHES: usize = 8;
/// Bytes of a file that tell whether it is a server's log.
const HEAD: u64 = 16 << 10;

/// The built-in profiles, those in the user's config folder, and those that are named.
///
/// # Errors
/// A profile with a fault, as one sentence.
pub fn profiles<'c>(files: &[PathBuf], catalog: &'c Catalog, lang: Lang) -> anyhow::Result<Profiles<'c>> {
    let mut profiles = Profiles::builtin(catalog);
    for file in own_profiles().iter().chain(files) {
        profiles.add_file(file).map_err(|fault| anyhow::Error::msg(fault.get(lang).to_owned()))?;
    }
    Ok(profiles)
}

/// The profiles in the user's config folder, in order of name.
fn own_profiles() -> Vec<PathBuf> {
    let folder = crate::user_dirs::config().map(|dir| dir.join("profiles"));
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    let mut files: Vec<PathBuf> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

/// The paths that are server logs by name of their flag, and those among the others that begin like
/// one; the rest stays in `paths`.
pub fn paths(args: &DiagnoseArgs, paths: &mut Vec<PathBuf>) -> Vec<PathBuf> {
    let mut server: Vec<PathBuf> = args.server_log.iter().chain(&args.receipt).cloned().collect();
    paths.retain(|path| {
        let is_server = begins_like_server_log(path);
        if is_server {
            server.push(path.clone());
        }
        !is_server
    });
    server
}

fn begins_like_server_log(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let mut head = Vec::new();
    if File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)).is_err() {
        return false;
    }
    let text = String::from_utf8_lossy(&head);
    let lines: Vec<&str> = text.lines().take(50).collect();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    profile::starts_like_server_log(&lines, &name).is_some()
}

/// What the log service is asked for: one filter for each id that is known, each over the time of the
/// phone's log unless the user says otherwise; and how many ids were too many.
///
/// # Errors
/// One sentence, where nothing is known by which to search.
pub fn filters(
    case: &Case,
    target: &Target,
    since: Option<i64>,
    until: Option<i64>,
) -> Result<(Vec<Filter>, usize), Bilingual> {
    const HOUR: i64 = 3_600_000_000;
    let times = || case.evidence.iter().flat_map(|e| &e.places).filter_map(|place| place.time);
    let time = Filter {
        since: since.or_else(|| times().min().map(|first| first - HOUR)),
        until: until.or_else(|| times().max().map(|last| last + 24 * HOUR)),
        ..Filter::default()
    };
    let seen = |kinds: &[IdKind]| {
        let fits = |identity: &&Identity| kinds.contains(&identity.kind);
        case.log.identities.all.iter().filter(fits).map(|i| i.value.clone()).collect::<Vec<_>>()
    };
    let both = |asked: &Option<String>, kinds: &[IdKind]| -> Vec<String> {
        let mut all: Vec<String> = asked.iter().cloned().chain(seen(kinds)).collect();
        let mut known = HashSet::new();
        all.retain(|id| known.insert(id.clone()));
        all
    };
    // What tells most comes first: only so many searches are made.
    let mut filters: Vec<Filter> = Vec::new();
    for id in target.message.iter().cloned() {
        filters.push(Filter { message: Some(id), ..time.clone() });
    }
    for id in both(&target.device, &[IdKind::Device, IdKind::AdToken]) {
        filters.push(Filter { device: Some(id), ..time.clone() });
    }
    for id in both(&target.user, &[IdKind::User]) {
        filters.push(Filter { user: Some(id), ..time.clone() });
    }
    for id in both(&target.token, &[IdKind::VendorToken]) {
        filters.push(Filter { token: Some(id), ..time.clone() });
    }
    // A trace id is indexed by no store for certain.
    for id in seen(&[IdKind::Message]).into_iter().filter(|id| target.message.as_ref() != Some(id)) {
        filters.push(Filter { message: Some(id), ..time.clone() });
    }
    let left_out = filters.len().saturating_sub(SEARCHES);
    filters.truncate(SEARCHES);
    if filters.is_empty() {
        return Err(Bilingual::new(
            "--sls has nothing to search for: the phone's log names no token, user, device or message, so give --device, --user, --token or --msg",
            "--sls 缺少查询条件：手机日志中没有 token、用户、设备或消息 ID，请用 --device、--user、--token 或 --msg 指定",
        ));
    }
    Ok((filters, left_out))
}

/// Reads the server's records of a case: of large logs those that share an id with the phone.
/// Returns what was not read.
pub fn read(
    case: &mut Case,
    request: &ServerRequest,
    profiles: &Profiles<'_>,
    target: &Target,
    service: Option<(&LogService, &[Filter], usize)>,
    progress: &dyn Progress,
    lang: Lang,
) -> Vec<Skipped> {
    let asked = [&target.user, &target.device, &target.token, &target.message];
    let seen = case.log.identities.all.iter().map(|identity| identity.value.clone());
    let seeds = asked.into_iter().flatten().cloned().chain(seen);
    let mut gathered = Gathered::new(seeds);
    let first_input = case.inputs.len();
    // Standard input cannot be read twice.
    let once = request.paths.iter().any(|path| path.as_os_str() == "-");
    let mut outcome = None;
    for _ in 0..READINGS {
        let mut reading = ServerReading::new(request, profiles, first_input);
        let mut add = |record: Record, _: &str| {
            gathered.add(record);
            true
        };
        reading.all_files(progress, &mut add);
        let unanswered = service.and_then(|(service, filters, _)| {
            service.read(filters, false, &mut reading, &mut add, lang).err()
        });
        if let Some((_, _, left_out @ 1..)) = service {
            reading.doubt(Bilingual::new(
                format!("The phone's log holds many ids; {left_out} of them were not searched for: name one with --device, --user, --token or --msg."),
                format!("手机日志中的 ID 较多，有 {left_out} 个没有查询：请用 --device、--user、--token 或 --msg 指定。"),
            ));
        }
        let mut read = reading.finish();
        if let Some(error) = unanswered {
            read.coverage.state = read.coverage.state.min(Covered::Partial);
            read.coverage.reasons.push(error.sentence());
            output::complain(error.sentence().get(lang));
        }
        outcome = Some(read);
        // The log service was asked for the phone's own records only.
        if request.paths.is_empty() || once || !gathered.wants_more() {
            break;
        }
        gathered = gathered.again();
    }
    let Some(outcome) = outcome else { return Vec::new() };
    if gathered.overflow > 0 || gathered.wants_more() {
        case.notes.push(Bilingual::new(
            "The server logs hold more records of this phone than can be kept: narrow the time with --since and --until.",
            "服务端日志中与该手机有关的记录过多，未能全部保留：请用 --since、--until 缩小时间范围。",
        ));
    }
    case.server = outcome.coverage;
    case.inputs.extend(outcome.inputs);
    if outcome.skipped_count > 0 {
        let n = outcome.skipped_count;
        case.notes.push(Bilingual::new(
            format!("{n} rows of the server logs could not be read; pushdoctor logs all lists them."),
            format!("服务端日志中有 {n} 行无法读取；可用 pushdoctor logs all 查看。"),
        ));
    }
    for row in outcome.skipped {
        case.skipped.push((format!("{}:{}", row.path, row.line), row.why));
    }
    for (name, why) in outcome.unrecognised {
        output::complain(why.get(lang));
        case.skipped.push((name, why));
    }
    case.notes.extend(outcome.notes);
    case.records = gathered.into_records();
    outcome.errors
}
