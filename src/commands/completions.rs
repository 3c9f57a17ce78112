//! Completion scripts and manual pages, made from the command line's own definition.

use crate::cli::{CompletionsArgs, Global, ManArgs, command};
use crate::exit::Exit;
use crate::lang::Lang;
use crate::suggest;

use super::output;

/// Prints the completion script of a shell.
pub fn completions(args: &CompletionsArgs, global: &Global) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(global.lang()), "pushdoctor", &mut script);
    output::result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}

/// Prints the manual page of the program or of one command.
pub fn man(args: &ManArgs, global: &Global) -> anyhow::Result<Exit> {
    let lang = global.lang();
    let mut whole = command(lang);
    whole.build();
    let page = match &args.command {
        None => whole,
        Some(name) => match whole.get_subcommands().find(|c| c.get_name() == name) {
            Some(found) => found.clone().name(format!("pushdoctor-{name}")),
            None => anyhow::bail!(unknown_command(lang, name, &whole)),
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    output::result(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Ok)
}

fn unknown_command(lang: Lang, name: &str, whole: &clap::Command) -> String {
    let near = suggest::nearest(name, whole.get_subcommands().map(clap::Command::get_name));
    let hint = suggest::did_you_mean(lang, &near);
    match lang {
        Lang::En => format!("there is no command \"{name}\"{hint}"),
        Lang::Zh => format!("没有命令“{name}”{hint}"),
    }
}
