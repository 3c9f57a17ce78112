//! A user's own profiles: the same keys as the built-in logs have, linted by the same code.

use std::path::Path;

use super::Profiles;
use super::compiled::Compiled;
use crate::catalog::parse_logs;
use crate::lang::{Bilingual, Lang};
use crate::suggest;

/// More than this is no profile.
const LARGEST: u64 = 1 << 20;

impl Profiles<'_> {
    /// Adds the logs of a file; they are tried before the built-in ones, and a log with the name of
    /// another replaces it.
    ///
    /// # Errors
    /// One sentence that names file, line and fault, and the nearest known key.
    pub fn add_file(&mut self, path: &Path) -> Result<(), Bilingual> {
        let shown = path.display().to_string();
        let size = std::fs::metadata(path).map(|m| m.len());
        if size.as_ref().is_ok_and(|size| *size > LARGEST) {
            return Err(Bilingual::new(
                format!("{shown}: {LARGEST} bytes is the most that a profile may have"),
                format!("{shown}：profile 文件不能超过 {LARGEST} 字节"),
            ));
        }
        let text = std::fs::read_to_string(path).map_err(|e| {
            Bilingual::new(
                format!("{shown}: {e}; --profile wants a TOML file with [[log]] tables"),
                format!("{shown}：{e}；--profile 需要含 [[log]] 表的 TOML 文件"),
            )
        })?;
        let file = parse_logs(&shown, "", &text).map_err(|fault| helped(&fault))?;
        let said = |message: String, zh: String| Err(Bilingual::new(message, zh));
        if file.log.is_empty() || !file.operation.is_empty() || !file.target.is_empty() {
            return said(
                format!("{shown}: a profile holds [[log]] tables, and nothing else"),
                format!("{shown}：profile 只能包含 [[log]] 表"),
            );
        }
        for log in &file.log {
            let vendors = log.vendors.iter().map(|m| &m.is).chain([&log.vendor]).filter(|v| !v.is_empty());
            let sides = log.code.iter().flat_map(|c| c.sides.iter()).filter_map(|s| s.split_once('.'));
            let named = vendors.map(AsRef::as_ref).chain(sides.map(|(v, _)| v).filter(|v| *v != "{vendor}"));
            for vendor in named {
                if self.catalog.vendor(vendor).is_none() {
                    let near = suggest::nearest(vendor, self.catalog.vendors().map(|v| v.id.as_ref()));
                    let hint = |lang| suggest::did_you_mean(lang, &near);
                    return said(
                        format!("{shown}: log \"{}\": unknown vendor \"{vendor}\"{}", log.id, hint(Lang::En)),
                        format!("{shown}：log“{}”：没有厂商“{vendor}”{}", log.id, hint(Lang::Zh)),
                    );
                }
            }
        }
        let mut logs: Vec<Compiled> = file.log.into_iter().map(Compiled::owned).collect();
        logs.sort_by_key(|l| l.log.order);
        self.logs.retain(|old| logs.iter().all(|new| new.log.id != old.log.id));
        self.logs.splice(0..0, logs);
        Ok(())
    }
}

/// The fault with the nearest key that exists, where it is about one that does not.
fn helped(fault: &str) -> Bilingual {
    let unknown = fault.split_once("unknown field `").and_then(|(_, rest)| rest.split_once('`'));
    let Some((key, rest)) = unknown else {
        return Bilingual::new(
            format!("this profile cannot be used: {fault}"),
            format!("profile 无法使用：{fault}"),
        );
    };
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let near = suggest::nearest(key, known.iter().copied());
    let at = fault.split(": unknown field").next().unwrap_or("");
    let hint = |lang| suggest::did_you_mean(lang, &near);
    Bilingual::new(
        format!("{at}: there is no key \"{key}\"{}", hint(Lang::En)),
        format!("{at}：没有“{key}”这个键{}", hint(Lang::Zh)),
    )
}
