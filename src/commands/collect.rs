//! `collect`: from a phone into one zip, which `diagnose` reads on any computer.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{output, phone};
use crate::cli::{CollectArgs, Global};
use crate::exit::Exit;
use crate::interrupt;
use crate::lang::Lang;
use crate::source::adb::{AdbError, Summary};

/// Runs `collect`.
///
/// # Errors
/// No phone that can be asked, or a zip that cannot be written; each as one sentence.
pub fn run(args: &CollectArgs, global: &Global) -> anyhow::Result<Exit> {
    let lang = global.lang();
    let catalog = super::catalog(global)?;
    let path = args.output.clone().unwrap_or_else(usual_name);
    phone::check_target(&path, args.force, lang)?;
    interrupt::arm();
    let phone = phone::Phone::find(&args.phone, &args.package, &catalog, args.no_progress, lang)?;
    // Beside its final place, so that it is there whole or not at all. On Unix only the user may
    // read it (mode 0600); on Windows it has the access rights of its folder.
    let mut file = tempfile::Builder::new()
        .prefix(".pushdoctor-")
        .suffix(".part")
        .tempfile_in(phone::folder_of(&path))
        .map_err(|e| cannot_keep(&e.to_string(), lang))?;
    interrupt::temporary(file.path());
    let summary = match phone.fill(file.as_file_mut(), &catalog) {
        Ok((_, summary)) => summary,
        Err(AdbError::Interrupted) => return Ok(Exit::Interrupted),
        Err(error) => return Err(anyhow!(error.sentence(lang))),
    };
    phone::tell_missing(&summary, lang);
    if !summary.has_any {
        output::complain(
            lang.pick("nothing could be collected, so no zip was written", "没有采集到任何内容，未生成 zip"),
        );
        return Ok(if summary.interrupted { Exit::Interrupted } else { Exit::CouldNotRun });
    }
    let kept = if args.force { file.persist(&path) } else { file.persist_noclobber(&path) };
    kept.map_err(|e| match e.error.kind() {
        std::io::ErrorKind::AlreadyExists => anyhow!(phone::exists(&path, lang)),
        _ => cannot_keep(&e.error.to_string(), lang),
    })?;
    output::result(&path.display().to_string())?;
    output::complain(&warning(&path, lang));
    if summary.has_log {
        let package = args.package.first().map(|p| format!(" --package {p}")).unwrap_or_default();
        let next = format!("pushdoctor diagnose {}{package}", path.display());
        output::complain(&match lang {
            Lang::En => format!("next: {next}"),
            Lang::Zh => format!("下一步：{next}"),
        });
    }
    Ok(exit(&summary, lang))
}

/// The log is what a diagnosis lives on: a zip without it is kept, but is no success.
fn exit(summary: &Summary, lang: Lang) -> Exit {
    if summary.interrupted {
        return Exit::Interrupted;
    }
    if summary.has_log {
        return Exit::Ok;
    }
    output::complain(lang.pick(
        "the zip lacks the log; connect the phone again and repeat the command",
        "zip 中没有日志；请重新连接手机后再试",
    ));
    Exit::Inconclusive
}

/// The zip is raw: whoever passes it on must know.
fn warning(path: &Path, lang: Lang) -> String {
    let path = path.display();
    let access = if cfg!(unix) {
        lang.pick("", "")
    } else {
        lang.pick("; it has the access rights of its folder", "；其访问权限与所在目录相同")
    };
    match lang {
        Lang::En => format!(
            "{path} is raw and holds personal data (numbers, accounts, tokens, names of apps); pass it on with care, or send the report of \"diagnose\" instead{access}"
        ),
        Lang::Zh => format!(
            "{path} 未脱敏，含个人信息（号码、账号、token、应用名称等）；请谨慎转发，或只发送 diagnose 的报告{access}"
        ),
    }
}

fn usual_name() -> PathBuf {
    PathBuf::from(
        Timestamp::now()
            .to_zoned_datetime(TimeZone::system())
            .strftime("pushdoctor-%Y%m%d-%H%M%S.zip")
            .to_string(),
    )
}

fn cannot_keep(reason: &str, lang: Lang) -> anyhow::Error {
    anyhow!(AdbError::Local { reason: reason.to_owned() }.sentence(lang))
}
