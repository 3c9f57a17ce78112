//! What clap complains of, in the user's language.
//!
//! clap speaks English only; its errors carry what was wrong as data, so the Chinese sentence is
//! made from the same data.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::exit::Exit;
use crate::lang::{Lang, Refused};

/// Prints help to standard output and errors to standard error, and gives the exit code.
pub fn show(error: &clap::Error, lang: Lang) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            Exit::Ok
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Exit::CouldNotRun
        }
        _ if lang == Lang::Zh => {
            crate::commands::output::complain(&chinese(error));
            Exit::CouldNotRun
        }
        _ => {
            let _ = error.print();
            Exit::CouldNotRun
        }
    }
}

/// One Chinese sentence.
fn chinese(error: &clap::Error) -> String {
    let get = |kind| error.get(kind).map(text).unwrap_or_default();
    let arg = get(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .map(get)
        .find(|s| !s.is_empty());
    let hint = near.map(|n| format!("；是不是想用 {n}？")).unwrap_or_default();
    let sentence = match error.kind() {
        ErrorKind::InvalidSubcommand => format!("没有命令“{}”{hint}", get(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument => format!("没有参数“{arg}”{hint}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("参数 {arg} 缺少取值"),
        ErrorKind::InvalidValue => {
            let valid = get(ContextKind::ValidValue);
            let valid =
                if valid.is_empty() { String::new() } else { format!("；可用的取值：{valid}") };
            format!("参数 {arg} 的取值“{value}”无效{}", if hint.is_empty() { valid } else { hint })
        }
        ErrorKind::ValueValidation => {
            let why =
                std::error::Error::source(error).map(|e| format!("：{}", reason(e))).unwrap_or_default();
            format!("参数 {arg} 的取值“{value}”无效{why}")
        }
        ErrorKind::ArgumentConflict => format!("参数 {arg} 不能与 {} 同时使用", get(ContextKind::PriorArg)),
        ErrorKind::MissingRequiredArgument => format!("缺少参数：{arg}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::TooManyValues => format!("参数 {arg} 的取值过多"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("参数 {arg} 的取值个数不对")
        }
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文本".to_owned(),
        _ => format!("参数有误：{}", error.to_string().lines().next().unwrap_or_default()),
    };
    format!("{sentence}（用 --help 查看用法）")
}

/// Why a value was not taken: our own parsers say it in both languages, clap's number ranges in
/// English.
fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return refused.0.zh.clone();
    }
    let text = error.to_string();
    match text.split_once(" is not in ") {
        Some((_, range)) => match range.split_once("..=").or_else(|| range.split_once("..")) {
            Some((low, high)) => format!("应在 {low} 到 {high} 之间"),
            None => format!("应在 {range} 之内"),
        },
        None if text.contains("invalid digit") || text.contains("empty string") => "应为整数".to_owned(),
        None => text,
    }
}

fn text(value: &ContextValue) -> String {
    match value {
        ContextValue::String(s) => s.clone(),
        ContextValue::Strings(list) => list.join("、"),
        ContextValue::StyledStr(s) => s.to_string(),
        ContextValue::StyledStrs(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
        ContextValue::Number(n) => n.to_string(),
        ContextValue::Bool(b) => b.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn sentence(args: &[&str]) -> String {
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        chinese(&crate::cli::parse(&args).unwrap_err())
    }

    #[test]
    fn errors_are_chinese_and_name_the_argument() {
        let cases: &[(&[&str], &str)] = &[
            (&["pushdoctor", "diagnos"], "diagnose"),
            (&["pushdoctor", "diagnose", "--formt", "json"], "--format"),
            (&["pushdoctor", "diagnose", "--format", "yaml"], "table、json"),
            (&["pushdoctor", "diagnose", "--tz", "Mars"], "时区名"),
            (&["pushdoctor", "diagnose", "--since", "yesterday"], "时间应写成"),
            (&["pushdoctor", "diagnose", "--encoding", "klingon"], "WHATWG 列表"),
            (&["pushdoctor", "diagnose", "--year", "1"], "--year"),
            (&["pushdoctor", "diagnose", "--year", "1"], "应在 1990 到 2100 之间"),
            (&["pushdoctor", "diagnose", "--year", "x"], "应为整数"),
            (&["pushdoctor", "completions"], "SHELL"),
        ];
        for (args, part) in cases {
            let sentence = sentence(args);
            assert!(sentence.contains(part), "{args:?}: {sentence}");
            assert!(!sentence.contains('\n'), "{sentence}");
        }
    }
}
