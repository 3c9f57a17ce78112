//! The arguments: what was typed, as ready-made values, without side effects.
//!
//! The English help stands here, beside the arguments; the Chinese help stands in [`words`] and
//! is put in before parsing, because clap prints help while it parses.

pub mod errors;
pub mod values;
pub mod words;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};

use crate::exit::FailOn;
use crate::lang::Lang;
use crate::report::logs::LogsFormat;
use crate::report::{ColorChoice, Format};
use values::{SideName, TimeBound, VendorName};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .valid(AnsiColor::Green.on_default())
    .invalid(AnsiColor::Yellow.on_default());

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "pushdoctor", version, styles = STYLES, about = "Finds the link at which a push to an Android phone gets lost")]
#[command(disable_help_subcommand = true, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

/// What holds for every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Language of sentences; JSON keys are always English [default: from the environment]
    #[arg(long, global = true, value_enum, value_name = "LANG", help_heading = "Output")]
    pub lang: Option<Lang>,
    /// When to colour the output
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = "Output")]
    pub color: ColorChoice,
    /// Columns of a character of ambiguous width in your terminal [default: 2 in Chinese, unless the terminal is known]
    #[arg(long, global = true, value_name = "1|2", value_parser = clap::value_parser!(u8).range(1..=2), help_heading = "Output")]
    pub ambiguous_width: Option<u8>,
    /// A folder of your own codes and signatures, which win over the built-in ones
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Catalogue")]
    pub error_codes: Option<PathBuf>,
}

impl Global {
    /// The language to speak.
    pub fn lang(&self) -> Lang {
        self.lang.unwrap_or_else(Lang::from_environment)
    }
}

/// The commands. There is one value of it, so its size does not matter.
#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Command {
    /// Judge a device log, bugreport or folder link by link and name the first broken one
    Diagnose(Box<DiagnoseArgs>),
    /// Explain a vendor's code, an answer or a log line
    ExplainCode(ExplainCodeArgs),
    /// List what the server's logs say: token reports, sends, vendors' answers, receipts
    Logs(Box<LogsArgs>),
    /// Send one test message through MPS or straight to the vendor, and follow it along the chain
    SendTest(Box<SendTestArgs>),
    /// Take from a phone over adb all that a diagnosis needs, into one zip
    Collect(CollectArgs),
    /// Write what a customer without adb has to do to get the log, ready for a chat
    Ask(AskArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}

/// Arguments of `diagnose`.
#[derive(Clone, Debug, Default, Args)]
pub struct DiagnoseArgs {
    /// Files, folders, archives or bugreports; `-` reads standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, help_heading = "Arguments")]
    pub paths: Vec<PathBuf>,
    /// Ask the connected phone: collect from it and judge at once
    #[arg(long, help_heading = "Phone")]
    pub adb: bool,
    /// Go on reading the phone's log and show the chain as it changes; Ctrl-C ends with the last result
    #[arg(long, requires = "adb", conflicts_with = "output", help_heading = "Phone")]
    pub follow: bool,
    #[command(flatten)]
    pub phone: PhoneArgs,
    /// Only lines from this time on: `06-14 09:58`, `2024-06-14T09:58:02+08:00`
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub since: Option<TimeBound>,
    /// Only lines up to this time
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub until: Option<TimeBound>,
    /// Year of time stamps that have none
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1990..=2100), help_heading = "Input")]
    pub year: Option<i16>,
    /// Time zone of time stamps that have none: `+08:00`, `Asia/Shanghai`
    #[arg(long, value_name = "OFFSET", value_parser = values::zone, allow_hyphen_values = true, help_heading = "Input")]
    pub tz: Option<jiff::tz::TimeZone>,
    /// Character encoding of the input: `gb18030`, `utf-16le` [default: recognised]
    #[arg(long, value_name = "ENCODING", value_parser = values::encoding, help_heading = "Input")]
    pub encoding: Option<crate::read::Encoding>,
    /// The app itself: an APK, bundle or split APKs, its manifest, agconnect-services.json or the like; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    pub app: Vec<PathBuf>,
    /// Logs and exports of the server's side: files, folders or archives; may be repeated
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath, help_heading = "Server")]
    pub server_log: Vec<PathBuf>,
    /// Delivery receipts of a vendor, as the app's server stored them; may be repeated
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath, help_heading = "Server")]
    pub receipt: Vec<PathBuf>,
    /// Ask Alibaba Cloud Log Service, as [sls] of the config says
    #[arg(long, help_heading = "Server")]
    pub sls: bool,
    /// How to read a server log of your own; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Server")]
    pub profile: Vec<PathBuf>,
    /// The server logs hold every server and all of their time range: what is missing in them did not happen
    #[arg(long, help_heading = "Server")]
    pub server_complete: bool,
    /// The push status that the MPS console shows for the message: `2`, `0`, or a vendor's code
    #[arg(long, value_name = "CODE", allow_hyphen_values = true, help_heading = "Server")]
    pub mps_status: Option<String>,
    /// What you know of app and consoles [default: pushdoctor.toml here or in your config folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// The user to whom the message was sent
    #[arg(long, value_name = "ID", help_heading = "Target")]
    pub user: Option<String>,
    /// The device: its ad-token, or the gateway's device id
    #[arg(long, value_name = "ID", help_heading = "Target")]
    pub device: Option<String>,
    /// The vendor token of the phone
    #[arg(long, value_name = "TOKEN", help_heading = "Target")]
    pub token: Option<String>,
    /// Judge this vendor's channel [default: the phone's own]
    #[arg(long, value_name = "VENDOR", value_parser = values::VendorNameParser, help_heading = "Target")]
    pub vendor: Option<VendorName>,
    /// Judge this app [default: the app with most evidence]
    #[arg(long, value_name = "PACKAGE", help_heading = "Target")]
    pub package: Option<String>,
    /// Judge the fate of this message
    #[arg(long, value_name = "ID", help_heading = "Target")]
    pub msg: Option<String>,
    /// Run only this check: a link, a finding or a code; may be repeated
    #[arg(long, value_name = "ID", help_heading = "Checks")]
    pub check: Vec<String>,
    /// Leave out this check; may be repeated
    #[arg(long, value_name = "ID", help_heading = "Checks")]
    pub skip: Vec<String>,
    /// List the checks and stop
    #[arg(long, help_heading = "Checks")]
    pub list_checks: bool,
    /// From which state on the exit code is 1
    #[arg(long, value_enum, default_value_t, value_name = "STATE", help_heading = "Checks")]
    pub fail_on: FailOn,
    /// Form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub format: Format,
    /// Write the report to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Show tokens, user ids and phone numbers as they are; secrets stay masked
    #[arg(long, help_heading = "Output")]
    pub no_redact: bool,
    /// Show no progress bar
    #[arg(long, help_heading = "Output")]
    pub no_progress: bool,
}

/// Which phone, and how patient to be with it.
#[derive(Clone, Debug, Default, Args)]
pub struct PhoneArgs {
    /// The phone's serial as `adb devices` shows it, if several are connected [default: ANDROID_SERIAL]
    #[arg(long, value_name = "SERIAL", help_heading = "Phone")]
    pub serial: Option<String>,
    /// The adb server [default: where adb itself looks, 127.0.0.1:5037]
    #[arg(long, value_name = "HOST:PORT", help_heading = "Phone")]
    pub adb_server: Option<String>,
    /// Give up a command on the phone after so many seconds without output [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600), help_heading = "Phone")]
    pub timeout: Option<u64>,
}

/// Arguments of `collect`.
#[derive(Clone, Debug, Default, Args)]
pub struct CollectArgs {
    #[command(flatten)]
    pub phone: PhoneArgs,
    /// Ask for this app too: version, permissions, notification settings; may be repeated
    #[arg(long, value_name = "PACKAGE", help_heading = "Target")]
    pub package: Vec<String>,
    /// The zip to write [default: pushdoctor-DATE-TIME.zip in the working folder]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Overwrite the zip if it exists
    #[arg(long, help_heading = "Output")]
    pub force: bool,
    /// Show no progress bar
    #[arg(long, help_heading = "Output")]
    pub no_progress: bool,
}

/// Arguments of `ask`.
#[derive(Clone, Debug, Default, Args)]
pub struct AskArgs {
    /// The brand of the customer's phone [default: the way that every Android phone has]
    #[arg(long, value_name = "VENDOR", value_parser = values::VendorNameParser, help_heading = "Target")]
    pub vendor: Option<VendorName>,
}

/// Arguments of `explain-code`.
#[derive(Clone, Debug, Default, Args)]
pub struct ExplainCodeArgs {
    /// Vendor and codes in any order and spelling, a JSON answer or a log line; `-` reads standard input
    #[arg(value_name = "VENDOR|CODE|TEXT", allow_negative_numbers = true, help_heading = "Arguments")]
    pub terms: Vec<String>,
    /// Only codes of this side: client, server, receipt …
    #[arg(long, value_name = "SIDE", value_parser = values::SideNameParser, help_heading = "Input")]
    pub side: Option<SideName>,
    /// Search the texts of both languages; every word must occur
    #[arg(long, value_name = "WORDS", help_heading = "Input")]
    pub search: Option<String>,
    /// List codes, one a line
    #[arg(long, conflicts_with = "search", help_heading = "Input")]
    pub list: bool,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub format: Format,
}

/// Which records `logs` lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogsKind {
    /// Token reports and bindings at the mobile gateway
    #[default]
    Report,
    /// Sends, vendors' answers and receipts
    Forward,
    /// Both
    All,
}

/// Arguments of `logs`.
#[derive(Clone, Debug, Default, Args)]
pub struct LogsArgs {
    /// Which records
    #[arg(value_enum, value_name = "KIND", help_heading = "Arguments")]
    pub kind: LogsKind,
    /// Server logs and exports: files, folders or archives; `-` reads standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, help_heading = "Arguments")]
    pub paths: Vec<PathBuf>,
    /// The same, by name; may be repeated
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath, help_heading = "Input")]
    pub server_log: Vec<PathBuf>,
    /// Ask Alibaba Cloud Log Service, as [sls] of the config says
    #[arg(long, help_heading = "Input")]
    pub sls: bool,
    /// How to read a log of your own; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    pub profile: Vec<PathBuf>,
    /// The files hold every server and all of their time range: what is missing in them did not happen
    #[arg(long, help_heading = "Input")]
    pub server_complete: bool,
    /// Only records from this time on: `09:58` (today), `06-14 09:58`, `2024-06-14T09:58:02+08:00`
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub since: Option<TimeBound>,
    /// Only records up to this time
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub until: Option<TimeBound>,
    /// Time zone of time stamps that have none: `+08:00`, `Asia/Shanghai`
    #[arg(long, value_name = "OFFSET", value_parser = values::zone, allow_hyphen_values = true, help_heading = "Input")]
    pub tz: Option<jiff::tz::TimeZone>,
    /// Character encoding of the input: `gb18030`, `utf-16le` [default: recognised]
    #[arg(long, value_name = "ENCODING", value_parser = values::encoding, help_heading = "Input")]
    pub encoding: Option<crate::read::Encoding>,
    /// What you know of app and consoles [default: pushdoctor.toml here or in your config folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Only this user
    #[arg(long, value_name = "ID", help_heading = "Target")]
    pub user: Option<String>,
    /// Only this device: its ad-token, or the gateway's device id
    #[arg(long, value_name = "ID", help_heading = "Target")]
    pub device: Option<String>,
    /// Only this vendor token
    #[arg(long, value_name = "TOKEN", help_heading = "Target")]
    pub token: Option<String>,
    /// Only this message, by any of its ids
    #[arg(long, value_name = "ID", help_heading = "Target")]
    pub msg: Option<String>,
    /// Only this code: `huawei:80300007`, `7002`
    #[arg(long, value_name = "CODE", allow_hyphen_values = true, help_heading = "Target")]
    pub code: Option<String>,
    /// Only this vendor
    #[arg(long, value_name = "VENDOR", value_parser = values::VendorNameParser, help_heading = "Target")]
    pub vendor: Option<VendorName>,
    /// Only this operation, as `alipay.client.yunpushcore.device.report`; may be repeated
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub operation: Vec<String>,
    /// Form of the list
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub format: LogsFormat,
    /// Write the list to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Records that a table shows at most
    #[arg(long, value_name = "N", default_value_t = 200, help_heading = "Output")]
    pub limit: usize,
    /// Show tokens, user ids and phone numbers as they are; secrets stay masked
    #[arg(long, help_heading = "Output")]
    pub no_redact: bool,
    /// Show no progress bar
    #[arg(long, help_heading = "Output")]
    pub no_progress: bool,
}

/// Arguments of `send-test`.
#[derive(Clone, Debug, Default, Args)]
pub struct SendTestArgs {
    /// The device to send to through MPS: its ad-token
    #[arg(long, value_name = "ADTOKEN", conflicts_with = "user", help_heading = "Target")]
    pub device: Option<String>,
    /// The user to send to through MPS
    #[arg(long, value_name = "ID", help_heading = "Target")]
    pub user: Option<String>,
    /// The vendor token to send to, straight to the vendor of --via
    #[arg(long, value_name = "VENDORTOKEN", help_heading = "Target")]
    pub token: Option<String>,
    /// The app's package, for vendors that want it and for the phone's log [default: from the config]
    #[arg(long, value_name = "PACKAGE", help_heading = "Target")]
    pub package: Option<String>,
    /// By which way: mps, or a vendor [default: mps]
    #[arg(long, value_name = "WAY", value_parser = values::WayParser, help_heading = "Message")]
    pub via: Option<VendorName>,
    /// Send through MPS and straight to the vendor, and say on which side the fault lies
    #[arg(long, conflicts_with_all = ["revoke", "history"], help_heading = "Message")]
    pub bisect: bool,
    /// The call of the MPS API: simple, template, multiple or broadcast [default: simple]
    #[arg(long, value_name = "NAME", help_heading = "Message")]
    pub api: Option<String>,
    /// Title of the notification [default: pushdoctor]
    #[arg(long, value_name = "TEXT", help_heading = "Message")]
    pub title: Option<String>,
    /// Text of the notification [default: the time and a number, to be found again]
    #[arg(long, value_name = "TEXT", help_heading = "Message")]
    pub content: Option<String>,
    /// Your id of the message [default: made anew]
    #[arg(long, value_name = "ID", help_heading = "Message")]
    pub msg: Option<String>,
    /// For how many seconds the message is worth delivering
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=604_800), help_heading = "Message")]
    pub ttl: u32,
    /// A parameter of the API, as it spells it: `NotifyLevel={"hms":2}`; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::setting, help_heading = "Message")]
    pub set: Vec<crate::send::Setting>,
    /// Print the exact requests and send nothing
    #[arg(long, conflicts_with_all = ["revoke", "history", "wait"], help_heading = "Care")]
    pub dry_run: bool,
    /// Send without asking
    #[arg(long, short, help_heading = "Care")]
    pub yes: bool,
    /// Send once more what may have been sent already
    #[arg(long, help_heading = "Care")]
    pub again: bool,
    /// A broadcast goes to everybody: it is sent only when this is the app id
    #[arg(long, value_name = "APPID", help_heading = "Care")]
    pub confirm_broadcast: Option<String>,
    /// Take an earlier test message back, by its id [default: the newest]; sends nothing
    #[arg(long, value_name = "MSGID", num_args = 0..=1, default_missing_value = "", conflicts_with = "history", help_heading = "Care")]
    pub revoke: Option<String>,
    /// List what was sent from this machine
    #[arg(long, help_heading = "Care")]
    pub history: bool,
    /// Watch what becomes of the message, for so long: `30s`, `2m` [default: 60s]
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "60s", value_parser = values::duration, help_heading = "Watching")]
    pub wait: Option<std::time::Duration>,
    /// Watch the log of the connected phone
    #[arg(long, help_heading = "Watching")]
    pub adb: bool,
    #[command(flatten)]
    pub phone: PhoneArgs,
    /// Watch this log of the phone as it grows
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "adb", help_heading = "Watching")]
    pub device_log: Option<PathBuf>,
    /// Watch these logs of the server; may be repeated
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath, help_heading = "Watching")]
    pub server_log: Vec<PathBuf>,
    /// Watch these delivery receipts, as the app's server stores them; may be repeated
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath, help_heading = "Watching")]
    pub receipt: Vec<PathBuf>,
    /// Watch Alibaba Cloud Log Service, as [sls] of the config says
    #[arg(long, help_heading = "Watching")]
    pub sls: bool,
    /// Endpoints, app and credentials' files [default: pushdoctor.toml here or in your config folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub format: Format,
    /// Show tokens, user ids and phone numbers as they are; secrets stay masked
    #[arg(long, help_heading = "Output")]
    pub no_redact: bool,
}

/// Arguments of `completions`.
#[derive(Clone, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL", help_heading = "Arguments")]
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Clone, Debug, Default, Args)]
pub struct ManArgs {
    /// The command whose page to print [default: the program's]
    #[arg(value_name = "COMMAND", help_heading = "Arguments")]
    pub command: Option<String>,
}

/// The clap command with its help in `lang`.
pub fn command(lang: Lang) -> clap::Command {
    words::localise(Cli::command(), lang)
}

/// Parses the arguments, with help and errors in the language that they or the environment ask for.
pub fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = command(language(args));
    let matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches(&matches).map_err(|e| e.format(&mut command))
}

/// The language, before anything is parsed: `--lang` where it stands, else the environment.
pub fn language(args: &[OsString]) -> Lang {
    let mut args = args.iter().skip(1).filter_map(|a| a.to_str()).take_while(|a| *a != "--");
    while let Some(arg) = args.next() {
        let value = match arg.strip_prefix("--lang") {
            Some("") => args.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        match value {
            Some(v) if v.eq_ignore_ascii_case("zh") => return Lang::Zh,
            Some(v) if v.eq_ignore_ascii_case("en") => return Lang::En,
            _ => {}
        }
    }
    Lang::from_environment()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &[&str]) -> Vec<OsString> {
        args.iter().map(OsString::from).collect()
    }

    #[test]
    fn clap_finds_no_fault_in_either_language() {
        command(Lang::En).debug_assert();
        command(Lang::Zh).debug_assert();
    }

    #[test]
    fn the_language_is_known_before_parsing() {
        assert_eq!(language(&os(&["pushdoctor", "--lang", "zh", "--help"])), Lang::Zh);
        assert_eq!(language(&os(&["pushdoctor", "diagnose", "--lang=en"])), Lang::En);
    }

    #[test]
    fn negative_codes_are_values() {
        let cli = parse(&os(&["pushdoctor", "explain-code", "oppo", "-2"])).unwrap();
        let Command::ExplainCode(args) = cli.command else { panic!("wrong command") };
        assert_eq!(args.terms, ["oppo", "-2"]);
    }

    #[test]
    fn diagnose_takes_typed_values() {
        let cli = parse(&os(&[
            "pushdoctor",
            "diagnose",
            "-",
            "--tz",
            "-03:30",
            "--year",
            "2024",
            "--since",
            "06-14 09:58",
            "--encoding",
            "gbk",
            "--vendor",
            "华为",
            "--check",
            "token",
            "--check",
            "display",
            "--fail-on",
            "warn",
        ]))
        .unwrap();
        let Command::Diagnose(args) = cli.command else { panic!("wrong command") };
        assert_eq!(args.year, Some(2024));
        assert_eq!(args.encoding.map(crate::read::Encoding::name), Some("gb18030".into()));
        assert_eq!(args.check, ["token", "display"]);
        assert_eq!(args.fail_on, FailOn::Warn);
        assert_eq!(args.vendor.as_deref(), Some("华为"));
    }
}
