//! `send-test`: sends one test message and says what came of it.

mod plan;

use crate::cli::{Global, SendTestArgs};
use crate::exit::Exit;

pub fn run(args: &SendTestArgs, global: &Global) -> anyhow::Result<Exit> {
    let lang = global.lang();
    let catalog = super::catalog(global)?;
    let config =
        crate::config::Config::load(args.config.as_deref(), &catalog, lang).map_err(anyhow::Error::msg)?;
    let _plan = plan::of(args, &catalog, &config, lang)?;
    Ok(Exit::Ok)
}
