//! Standard output carries only the result, standard error everything else; a reader that went
//! away is no failure.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::lang::Lang;
use crate::report::redact::harmless;

/// Writes the result and one line end behind it, if it has none.
pub fn result(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// One sentence on standard error; nobody can be told if that fails.
pub fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr().lock(), "pushdoctor: {}", harmless(sentence));
}

/// Several lines on standard error, the first of them a sentence.
pub fn complain_lines(text: &str) {
    let mut lines = text.lines();
    complain(lines.next().unwrap_or_default());
    for line in lines {
        let _ = writeln!(std::io::stderr().lock(), "{}", harmless(line));
    }
}

/// Whether the error is only that nobody reads any more.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|io| io.kind() == ErrorKind::BrokenPipe)
}

/// A bad path must fail before the work, and an input is never overwritten.
///
/// # Errors
/// One sentence that names the path.
pub fn check(path: &Path, inputs: &[PathBuf], lang: Lang) -> anyhow::Result<()> {
    let real = path.canonicalize().ok();
    if real.is_some() && inputs.iter().any(|input| input.canonicalize().ok() == real) {
        let path = path.display();
        bail!(match lang {
            Lang::En => format!("{path}: this is the input; name another file with --output"),
            Lang::Zh => format!("{path}：这是输入文件；请用 --output 指定其他文件"),
        });
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.is_dir() || !folder.is_dir() {
        bail!(cannot_write(path, lang));
    }
    Ok(())
}

/// The sentence on a path that cannot be written.
pub fn cannot_write(path: &Path, lang: Lang) -> String {
    let path = path.display();
    match lang {
        Lang::En => format!("{path}: it cannot be written there; name another file with --output"),
        Lang::Zh => format!("{path}：无法写入；请用 --output 指定其他文件"),
    }
}
