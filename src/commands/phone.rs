//! What `collect` and `diagnose --adb` share: finding the phone, and filling a bundle from it.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{anyhow, bail};

use super::{output, progress};
use crate::catalog::Catalog;
use crate::cli::PhoneArgs;
use crate::interrupt;
use crate::lang::{Bilingual, Lang};
use crate::report::redact::{Policy, Redactor};
use crate::source::adb::bundle::{Bundle, manifest};
use crate::source::adb::{
    AdbError, Address, Collector, Device, Limits, Missing, Server, Step, Summary, is_package, plan,
};
use crate::source::device_log::Outcome;

/// A phone that can be asked, and what it will be asked.
pub struct Phone {
    pub server: Server<'static>,
    pub device: Device,
    pub steps: Vec<Step>,
    packages: Vec<String>,
    hidden: bool,
}

impl Phone {
    /// Finds the phone.
    ///
    /// # Errors
    /// A bad name of an app, or no phone that can be asked; as one sentence.
    pub fn find(
        args: &PhoneArgs,
        packages: &[String],
        catalog: &Catalog,
        hidden: bool,
        lang: Lang,
    ) -> anyhow::Result<Self> {
        if let Some(bad) = packages.iter().find(|p| !is_package(p)) {
            let bad = Redactor::new(Policy::All, None).redact(bad);
            bail!(match lang {
                Lang::En =>
                    format!("--package: \"{bad}\" is no application id, which looks like com.example.app"),
                Lang::Zh => format!("--package：“{bad}”不是应用包名；包名形如 com.example.app"),
            });
        }
        let say = |error: AdbError| anyhow!(error.sentence(lang));
        let mut limits = Limits::default();
        if let Some(seconds) = args.timeout {
            limits.silence = Duration::from_secs(seconds);
            limits.answer = limits.answer.min(limits.silence);
        }
        let address = Address::find(args.adb_server.as_deref()).map_err(say)?;
        let server = Server { address, limits, interrupted: &interrupt::requested };
        let named =
            args.serial.clone().or_else(|| std::env::var("ANDROID_SERIAL").ok().filter(|s| !s.is_empty()));
        let device = server.choose(named.as_deref()).map_err(say)?;
        Ok(Phone { server, device, steps: plan(catalog, packages), packages: packages.to_vec(), hidden })
    }

    /// Runs the plan into a zip.
    ///
    /// # Errors
    /// The server does not answer at all, or the zip cannot be written.
    pub fn fill<W: Write + Seek>(&self, to: W, catalog: &Catalog) -> Result<(W, Summary), AdbError> {
        let mut bundle = Bundle::new(to);
        let bar = progress::Steps::new(self.hidden);
        let collector =
            Collector { server: &self.server, device: &self.device, steps: &self.steps, watch: &bar };
        let summary = collector.run(&mut bundle);
        bar.finish();
        let mut summary = summary?;
        if self.packages.is_empty() {
            summary.missing.extend(unnamed(catalog));
        }
        let pseudonym = Redactor::new(Policy::All, None).serial(&self.device.serial);
        let to = bundle.finish(&manifest(&summary, &pseudonym, &self.packages))?;
        Ok((to, summary))
    }
}

/// What was not asked because no app was named.
fn unnamed(catalog: &Catalog) -> Vec<Missing> {
    let commands =
        catalog.vendors().flat_map(|v| v.collect.iter()).filter(|c| c.command.contains("{package}"));
    let missing = commands.map(|c| Missing {
        file: c.file.to_string(),
        command: c.command.to_string(),
        partly: false,
        why: Bilingual::new("no app was named with --package", "没有用 --package 指定应用"),
    });
    missing.collect()
}

/// Says on standard error what is missing and why; the manifest says the same.
pub fn tell_missing(summary: &Summary, lang: Lang) {
    let why_rest = summary.stopped.as_ref().map(AdbError::both);
    let (rest, own): (Vec<_>, Vec<_>) =
        summary.missing.iter().partition(|m| !m.partly && Some(&m.why) == why_rest.as_ref());
    let unnamed = own.iter().filter(|m| m.command.contains("{package}")).count();
    if unnamed > 0 {
        output::complain(lang.pick(
            "no app was named, so its version, permissions and settings are missing; name it with --package",
            "没有指定应用，缺少它的版本、权限和设置；请用 --package 指定",
        ));
    }
    for missing in own.iter().filter(|m| !m.command.contains("{package}")) {
        let why = missing.why.get(lang);
        output::complain(&match (lang, missing.partly) {
            (Lang::En, true) => format!("{}: cut short: {why}", missing.command),
            (Lang::En, false) => format!("{}: missing: {why}", missing.command),
            (Lang::Zh, true) => format!("{}：不完整：{why}", missing.command),
            (Lang::Zh, false) => format!("{}：缺失：{why}", missing.command),
        });
    }
    if let (Some(why), false) = (&why_rest, rest.is_empty()) {
        let n = rest.len();
        output::complain(&match lang {
            Lang::En => format!("{}; {n} of the commands were not run", why.en),
            Lang::Zh => format!("{}；有 {n} 条命令没有执行", why.zh),
        });
    }
}

/// A bundle in a temporary folder that only this user may read; it is gone with this value.
pub struct TemporaryBundle {
    _folder: tempfile::TempDir,
    pub path: PathBuf,
    pub summary: Summary,
}

/// Its name in reports.
const SHOWN: &str = "adb";

impl TemporaryBundle {
    /// Collects from the phone.
    ///
    /// # Errors
    /// Nothing could be collected; as one sentence.
    pub fn collect(phone: &Phone, catalog: &Catalog, lang: Lang) -> anyhow::Result<Self> {
        let made = tempfile::tempdir().and_then(|folder| {
            interrupt::temporary(folder.path());
            let path = folder.path().join("adb.zip");
            let file = std::fs::File::create_new(&path)?;
            Ok((folder, path, file))
        });
        let (folder, path, file) =
            made.map_err(|e| anyhow!(AdbError::Local { reason: e.to_string() }.sentence(lang)))?;
        let (_, summary) = phone.fill(file, catalog).map_err(|e| anyhow!(e.sentence(lang)))?;
        Ok(TemporaryBundle { _folder: folder, path, summary })
    }

    /// In what was read, the phone stands in the place of the temporary file.
    pub fn name(&self, outcome: &mut Outcome) {
        let path = self.path.display().to_string();
        for input in &mut outcome.case.inputs {
            input.path = shown(&input.path, &path);
        }
        for (name, why) in &mut outcome.case.skipped {
            *name = shown(name, &path);
            *why = Bilingual::new(shown(&why.en, &path), shown(&why.zh, &path));
        }
    }

    /// A sentence that may name the temporary file.
    pub fn named(&self, sentence: &str) -> String {
        shown(sentence, &self.path.display().to_string())
    }
}

fn shown(text: &str, path: &str) -> String {
    text.replace(path, SHOWN)
}

/// Whether a zip may be written there.
///
/// # Errors
/// It exists and may not be overwritten, or its folder does not exist.
pub fn check_target(path: &Path, force: bool, lang: Lang) -> anyhow::Result<()> {
    let shown = path.display();
    if path.as_os_str() == "-" {
        bail!(lang.pick(
            "a zip cannot be written to standard output; name a file with --output",
            "zip 不能写到标准输出；请用 --output 指定文件"
        ));
    }
    let folder = folder_of(path);
    if path.is_dir() || !folder.is_dir() {
        bail!(match lang {
            Lang::En => format!(
                "{shown}: the zip cannot be written there; name a file in an existing folder with --output"
            ),
            Lang::Zh => format!("{shown}：无法写入 zip；请用 --output 指定已有目录下的文件"),
        });
    }
    if !force && path.symlink_metadata().is_ok() {
        bail!(exists(path, lang));
    }
    Ok(())
}

/// The sentence on a file that is there already.
pub fn exists(path: &Path, lang: Lang) -> String {
    let path = path.display();
    match lang {
        Lang::En => {
            format!("{path}: the file exists; name another one with --output, or overwrite it with --force")
        }
        Lang::Zh => format!("{path}：文件已存在；请用 --output 指定其他文件，或用 --force 覆盖"),
    }
}

/// The folder that a file lies in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
