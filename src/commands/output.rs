//! Standard output carries only the result, standard error everything else; a reader that went
//! away is no failure.

use std::io::{ErrorKind, Write};

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
