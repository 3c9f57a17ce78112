//! One file a command. Here is what they share: the catalogue in use, names a person typed, and
//! the way to standard output.

pub mod ask;
pub mod checks;
pub mod collect;
pub mod completions;
pub mod diagnose;
pub mod explain;
pub mod explain_code;
pub mod follow;
pub mod live;
pub mod logs;
pub mod output;
pub mod phone;
pub mod progress;
pub mod send_test;
pub mod server;
mod server_sls;

use std::ffi::OsString;

use crate::catalog::Catalog;
use crate::cli::{Cli, Command, Global};
use crate::exit::Exit;

/// Runs the command that was asked for.
pub fn run(cli: Cli) -> anyhow::Result<Exit> {
    let Cli { command, global } = cli;
    match command {
        Command::Diagnose(args) => diagnose::run(&args, &global),
        Command::ExplainCode(args) => explain_code::run(&args, &global),
        Command::Logs(args) => logs::run(&args, &global),
        Command::SendTest(args) => send_test::run(&args, &global),
        Command::Collect(args) => collect::run(&args, &global),
        Command::Ask(args) => ask::run(&args, &global),
        Command::Completions(args) => completions::completions(&args, &global),
        Command::Man(args) => completions::man(&args, &global),
    }
}

/// Parses, runs, and prints what went wrong as one sentence on standard error.
pub fn main(args: &[OsString]) -> Exit {
    let lang = crate::cli::language(args);
    let cli = match crate::cli::parse(args) {
        Ok(cli) => cli,
        Err(error) => return crate::cli::errors::show(&error, lang),
    };
    match run(cli) {
        Ok(exit) => exit,
        Err(error) if output::is_broken_pipe(&error) => Exit::Ok,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            if crate::interrupt::requested() { Exit::Interrupted } else { Exit::CouldNotRun }
        }
    }
}

/// The catalogue, with the user's own folder and the one asked for laid over it.
///
/// # Errors
/// An overlay that does not lint, as one sentence that names the file and the entry.
pub fn catalog(global: &Global) -> anyhow::Result<Catalog> {
    let mut catalog = Catalog::builtin();
    if let Some(dir) = crate::user_dirs::config().map(|d| d.join("error-codes")).filter(|d| d.is_dir()) {
        catalog.overlay(&dir)?;
    }
    if let Some(dir) = &global.error_codes {
        catalog.overlay(dir)?;
    }
    Ok(catalog)
}
