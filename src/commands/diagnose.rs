//! Placeholder of the `diagnose` command.

use crate::cli::{DiagnoseArgs, Global};
use crate::exit::Exit;

/// Runs `diagnose`.
pub fn run(_args: &DiagnoseArgs, _global: &Global) -> anyhow::Result<Exit> {
    anyhow::bail!("diagnose is not built yet")
}
