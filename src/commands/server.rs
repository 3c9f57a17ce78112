//! What `diagnose` and `logs` share: the profiles in use, and the server's records of one case.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::output;
use crate::catalog::Catalog;
use crate::chain::Target;
use crate::cli::DiagnoseArgs;
use crate::lang::{Bilingual, Lang};
use crate::read::{Progress, Skipped};
use crate::source::Case;
use crate::source::server_log::gather::Gathered;
use crate::source::server_log::profile::{self, Profiles};
use crate::source::server_log::reader::{self, ServerRequest};

/// Readings of the same files, until no record of the phone is missing.
const READINGS: usize = 4;
/// Bytes of a file that tell whether it is a server's log.
const HEAD: u64 = 16 << 10;

/// The built-in profiles and the user's own.
///
/// # Errors
/// A profile with a fault, as one sentence.
pub fn profiles<'c>(files: &[PathBuf], catalog: &'c Catalog, lang: Lang) -> anyhow::Result<Profiles<'c>> {
    let mut profiles = Profiles::builtin(catalog);
    for file in files {
        profiles.add_file(file).map_err(|fault| anyhow::Error::msg(fault.get(lang).to_owned()))?;
    }
    Ok(profiles)
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

/// Reads the server's records of a case: of large logs those that share an id with the phone.
/// Returns what was not read.
pub fn read(
    case: &mut Case,
    request: &ServerRequest,
    profiles: &Profiles<'_>,
    target: &Target,
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
        let read = reader::read(request, profiles, first_input, progress, &mut |record, _| {
            gathered.add(record);
            true
        });
        outcome = Some(read);
        if once || !gathered.wants_more() {
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
