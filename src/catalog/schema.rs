//! What a file under `error-codes/` may say.
//!
//! `build.rs` includes this file and `lint.rs` too, so the built-in data and a user's overlay are read
//! and linted by the same code: what the build refuses, the command line refuses, in the same words.

use std::borrow::Cow;

use serde::Deserialize;

/// Text that is either compiled in or was read from an overlay.
pub type Text = Cow<'static, str>;
/// A list that is either compiled in or was read from an overlay.
pub type List<T> = Cow<'static, [T]>;

/// Declares an enum whose variants are spelled in the files and in JSON in kebab-case.
macro_rules! terms {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }
        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The spelling used in files and in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }
    };
}
pub(crate) use terms;

terms! {
    /// A link of the delivery chain, in chain order. `None` marks a code that breaks no link.
    Link {
        Eligibility = "eligibility", Token = "token", Report = "report", Accept = "accept",
        Route = "route", Forward = "forward", Display = "display", None = "none",
    }
}
terms! {
    /// What sort of trouble a code tells of.
    Kind {
        Ok = "ok", Config = "config", Credential = "credential", Device = "device",
        Network = "network", Permission = "permission", Quota = "quota", Token = "token",
        Request = "request", Server = "server", Other = "other",
    }
}
terms! {
    /// May the same call succeed later?
    Retry {
        /// Never.
        No = "no",
        /// Yes, and it is safe: the trouble is transient.
        Yes = "yes",
        /// Only after somebody mended the cause.
        AfterFix = "after-fix",
    }
}
terms! {
    /// What follows when a vendor's service is missing, disabled or too old.
    Without {
        /// No token can be issued.
        Fail = "fail",
        /// Push works worse, or the service may have another name.
        Warn = "warn",
    }
}
terms! {
    /// Is the code still in use at the vendor?
    Status { Current = "current", Legacy = "legacy", Unverified = "unverified" }
}
terms! {
    /// Who must act.
    Owner {
        User = "user", AppDeveloper = "app-developer", ConsoleOperator = "console-operator",
        Sender = "sender", Vendor = "vendor", Mps = "mps", None = "none",
    }
}
terms! {
    /// What a code does to its link.
    Effect {
        Fail = "fail", Warn = "warn", None = "none",
        /// An SDK's guard against repeated calls: it never breaks a token that is held.
        Guard = "guard",
        /// It says nothing either way.
        Unknown = "unknown",
    }
}
terms! {
    /// How well an entry is known.
    Basis {
        /// Meaning and fix follow the source.
        Documented = "documented",
        /// The meaning is documented; cause and fix are our reading.
        Partly = "partly",
        /// Seen in a published SDK.
        Sdk = "sdk",
        /// Our own reading.
        Inferred = "inferred",
        None = "none",
    }
}
terms! {
    /// What a log line that matches a signature means.
    Outcome {
        /// The group `code` is looked up in the catalogue, and the entry decides.
        Code = "code",
        Pass = "pass", Fail = "fail", Warn = "warn",
        /// Worth showing, proves nothing.
        Note = "note",
        /// Feeds a fact (see [`Role`]), judges nothing.
        Fact = "fact",
    }
}
terms! {
    /// What else a signature's line tells, beyond its outcome.
    Role {
        /// mPaaS names the adapter it chose: the device's own vendor.
        Proxy = "proxy",
        /// A process started: `pid`, `package`, optional `uid`.
        ProcessStart = "process-start",
        /// A process ended: `pid`, `package`.
        ProcessEnd = "process-end",
        /// An RPC call began: `method` or `operation`, optional `thread`.
        RpcCall = "rpc-call",
        /// An RPC call was answered well.
        RpcOk = "rpc-ok",
        /// An RPC call failed with `code`.
        RpcError = "rpc-error",
        /// A stack frame names the RPC `method` of the exception above it.
        RpcStack = "rpc-stack",
        /// A notification of `package` reached the notification service.
        Enqueued = "enqueued",
        /// The system hid a notification without saying whose.
        UnnamedSuppression = "unnamed-suppression",
        /// The logger removed lines.
        LogGap = "log-gap",
        /// The self-built channel's own token: `token`.
        AdToken = "ad-token",
        /// Two versions in one line: `version` and `min_version`.
        VersionPair = "version-pair",
        /// HMS Core or another vendor service says its `version`.
        Version = "version",
        /// The vendor token went away on purpose (unregister, deleteToken).
        TokenDropped = "token-dropped",
        /// The app's data were cleared, or it was removed or installed anew: `package`.
        AppReset = "app-reset",
        /// MPS's device state names the `manufacturer`.
        Manufacturer = "manufacturer",
        /// A line of the push component whose exact wording is not public.
        Family = "family",
        /// A line of another product: whatever else it trips, it judges nothing.
        Foreign = "foreign",
        /// A line of another push service's SDK, which may carry a vendor's code.
        Aggregator = "aggregator",
    }
}
terms! {
    /// What a value in the app's files is, so that the same thing in two files can be compared.
    Means { AppId = "app-id", AppKey = "app-key", Workspace = "workspace", Other = "other" }
}
terms! {
    /// Where the general way stands beside a vendor's own.
    General {
        /// The vendor's steps prepare it.
        Then = "then",
        /// It is for those on whose phone the vendor's steps do not work.
        Instead = "instead",
    }
}
terms! {
    /// By which way a message travelled.
    Channel { Vendor = "vendor", SelfBuilt = "self-built" }
}
terms! {
    /// How sure a judgement is.
    Confidence { Low = "low", Medium = "medium", High = "high" }
}

/// The words of an entry in one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// One sentence that stands alone.
    pub meaning: Text,
    /// Why it happens.
    #[serde(default)]
    pub cause: Text,
    /// What to do, in order.
    #[serde(default)]
    pub fix: List<Text>,
}

/// One code of one vendor's side.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The vendor's folder name; filled in from the path.
    #[serde(skip)]
    pub vendor: Text,
    /// The side, which is the file's name; filled in from the path.
    #[serde(skip)]
    pub side: Text,
    /// The code exactly as the vendor writes it.
    pub code: Text,
    /// The vendor's constant for it, if one is known.
    #[serde(default)]
    pub symbol: Text,
    /// Other spellings of the same code.
    #[serde(default)]
    pub aliases: List<Text>,
    /// The link it tells of.
    pub link: Link,
    pub kind: Kind,
    pub retry: Retry,
    pub status: Status,
    pub owner: Owner,
    /// What it does to its link; by default nothing when `kind` is ok or `link` none, else fail.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// "Vendor service missing" or "device unsupported": noise on a phone of another brand.
    #[serde(default)]
    pub elsewhere: bool,
    /// The code only says that something behind it failed; a code of the same attempt that names
    /// the cause goes first.
    #[serde(default)]
    pub wrapper: bool,
    /// The answer says that the token is no longer valid.
    #[serde(default)]
    pub token_stale: bool,
    /// The answer proves that somebody saw the message, as a tap does.
    #[serde(default)]
    pub seen: bool,
    /// The finding of `findings.toml` that this code tells of, as the vendor saw it.
    #[serde(default)]
    pub same_as: Text,
    pub basis: Basis,
    /// Where the entry is known from: public pages, or `SDK constant (…)`.
    pub source: List<Text>,
    /// A remark for maintainers: what is inferred or doubtful.
    #[serde(default)]
    pub note: Text,
    /// A team's own remark, from an overlay.
    #[serde(skip)]
    pub team_note: Text,
    pub en: Words,
    pub zh: Words,
}

impl Code {
    /// What the code does to its link.
    pub fn effect(&self) -> Effect {
        match self.effect {
            Some(effect) => effect,
            None if self.kind == Kind::Ok || self.link == Link::None => Effect::None,
            None => Effect::Fail,
        }
    }

    /// The stable id of the finding that this code makes: `<vendor>.<side>.<code>`.
    pub fn finding(&self) -> String {
        format!("{}.{}.{}", self.vendor, self.side, self.code)
    }
}

/// A finding that is not a code: `<link>.<name>`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// `<link>.<name>`, stable.
    pub id: Text,
    pub link: Link,
    pub owner: Owner,
    pub basis: Basis,
    #[serde(default)]
    pub source: List<Text>,
    pub en: Words,
    pub zh: Words,
}

/// Where the wording of a log line is known from, and what it means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// `<vendor>.<name>`, stable.
    pub id: Text,
    /// The vendor whose chain the line belongs to; the folder's by default, empty for lines that
    /// belong to every chain of the app. A named group `vendor` overrides it.
    #[serde(default)]
    pub vendor: Option<Text>,
    #[serde(default = "no_link")]
    pub link: Link,
    pub outcome: Outcome,
    #[serde(default)]
    pub role: Option<Role>,
    /// With `outcome = "code"`: the sides in which the code is looked up, first match wins.
    #[serde(default)]
    pub side: List<Text>,
    /// The vendor whose codes those are, when it is not the chain's.
    #[serde(default)]
    pub code_vendor: Text,
    /// Codes that mean success here although the catalogue does not list them.
    #[serde(default)]
    pub ok: List<Text>,
    /// Put before the code as read, e.g. `onError:`.
    #[serde(default)]
    pub prefix: Text,
    /// What a successful code is worth: a pass (default) or only a note.
    #[serde(default)]
    pub ok_is_note: bool,
    /// "Vendor service missing" and the like: noise on a phone of another brand.
    #[serde(default)]
    pub elsewhere: bool,
    /// It concerns only messages that are sent to users (bind).
    #[serde(default)]
    pub user_targets: bool,
    /// The finding, when the outcome is fail or warn without a code (or the code is unknown).
    #[serde(default)]
    pub finding: Text,
    /// Strings of which at least one must stand in the line; the scan looks for nothing else.
    /// ASCII letters match in any case.
    pub literals: List<Text>,
    /// Tags (with `*` as wildcard, any case) that the line must carry if its format has tags.
    #[serde(default)]
    pub tags: List<Text>,
    /// Tags that rule the line out.
    #[serde(default)]
    pub not_tags: List<Text>,
    /// The message says too little without its tag: a format without tags never matches.
    #[serde(default)]
    pub needs_tag: bool,
    /// A regular expression on the message, with named groups.
    pub pattern: Text,
    /// Further regular expressions that must match the message too, wherever; their groups count
    /// as well. This is how "names a vendor, and a code, in any order" is said.
    #[serde(default)]
    pub also: List<Text>,
    /// A regular expression that must not match the message.
    #[serde(default)]
    pub not: Text,
    /// The channel that the message took, for lines of route, forward and display.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Other links that the same line proves.
    #[serde(default)]
    pub proves: List<Link>,
    /// Used only where no other signature took the line.
    #[serde(default)]
    pub fallback: bool,
    #[serde(default)]
    pub confidence: Option<Confidence>,
    pub basis: Basis,
    #[serde(default)]
    pub source: Text,
    /// A log line, written for this project, that trips this signature and no other.
    pub sample: Text,
    /// The same line as it looks in other hands; each must trip this signature and no other.
    #[serde(default)]
    pub samples: List<Text>,
}

fn no_link() -> Link {
    Link::None
}

/// One property test of a ROM rule: every named key must fit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RomRule {
    /// Rules of all vendors are tried in this order; the first that fits wins.
    pub order: u32,
    /// The ROM's name in reports: `EMUI`, `HyperOS` …
    pub rom: Text,
    /// `device.family`; empty takes the family from brand and manufacturer.
    #[serde(default)]
    pub family: Text,
    /// `key` must be set, and match `value` where that is given. All must hold.
    pub when: List<PropertyTest>,
    /// Any of these must hold too, if there are some.
    #[serde(default)]
    pub any: List<PropertyTest>,
    /// None of these may hold.
    #[serde(default)]
    pub unless: List<PropertyTest>,
    /// Keys that hold the version, first found wins; a group in `version_pattern` cuts it out.
    #[serde(default)]
    pub version: List<Text>,
    #[serde(default)]
    pub version_pattern: Text,
    pub source: Text,
}

/// One test of a system property.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyTest {
    pub key: Text,
    /// A regular expression; empty asks only that the key has a value.
    #[serde(default)]
    pub value: Text,
}

/// May a phone use this vendor's channel?
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// ROMs on which the channel works.
    pub roms: List<Text>,
    /// The lowest ROM version, by ROM, when one is known: `EMUI 3.0`.
    #[serde(default)]
    pub min: List<Text>,
    /// The lowest Android API level, when one is known.
    #[serde(default)]
    pub min_sdk: u32,
    /// The vendor serves only models of a list that is not public: a fitting ROM is not proof.
    #[serde(default)]
    pub model_list_unknown: bool,
    /// Every phone with one of these ROMs names it, so a whole list of properties without it is
    /// another system's.
    #[serde(default)]
    pub always_named: bool,
    pub source: Text,
    pub basis: Basis,
}

/// A system service that the vendor's channel needs on the phone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub package: Text,
    /// The lowest version code, 0 when none is known.
    #[serde(default)]
    pub min_version: u64,
    /// What it means for the token when it is missing, disabled or too old; without it nothing
    /// follows.
    #[serde(default)]
    pub without: Option<Without>,
    /// Services of one group stand for one another: one of them is enough.
    #[serde(default)]
    pub group: Text,
    pub what: Text,
    pub source: Text,
    pub basis: Basis,
}

/// A vendor's limit on messages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub class: Text,
    /// How records and requests name the class, any case.
    #[serde(default)]
    pub names: List<Text>,
    /// A message that names no class counts as this one.
    #[serde(default)]
    pub default: bool,
    /// It counts messages of every class.
    #[serde(default)]
    pub all: bool,
    /// Messages a device may get in a day; 0 = no limit.
    #[serde(default)]
    pub per_device_day: u32,
    /// The same for apps that the vendor counts as news; 0 = the same.
    #[serde(default)]
    pub per_device_day_news: u32,
    /// Codes of this vendor, as `receipt.256`, that say that the limit is reached.
    #[serde(default)]
    pub codes: List<Text>,
    pub source: Text,
    pub en: Text,
    pub zh: Text,
}

/// What in a record of a message says that it went, or may have gone, by the self-built channel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteRule {
    /// A name for maintainers.
    pub id: Text,
    /// A regular expression on the text of the record.
    pub pattern: Text,
    /// The sender asked for the self-built channel; otherwise it is only likely.
    #[serde(default)]
    pub asked: bool,
    pub source: Text,
    pub basis: Basis,
    /// A made-up record that matches.
    pub sample: Text,
    pub en: Text,
    pub zh: Text,
}

/// What the app itself must hold for this vendor's channel: names as they stand in its manifest, its
/// code and the files that the vendor's console hands out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRules {
    /// Classes whose presence, in the manifest or in the code, says that the app carries the
    /// channel; `*` at the end stands for whatever follows.
    #[serde(default)]
    pub marks: List<Text>,
    /// Values left over from samples, as regular expressions on the whole value; those of `mps`
    /// hold for every vendor.
    #[serde(default)]
    pub placeholders: List<Text>,
    /// What `<queries>` must name, any of it, from target SDK 30 on: packages and actions.
    #[serde(default)]
    pub queries: List<Text>,
    /// Codes of this vendor, as `client.6003`, behind which the app's certificate stands.
    #[serde(default)]
    pub certificate_codes: List<Text>,
    /// Codes behind which the app's package name stands.
    #[serde(default)]
    pub package_codes: List<Text>,
    #[serde(default)]
    pub meta: List<MetaRule>,
    #[serde(default)]
    pub component: List<ComponentRule>,
    #[serde(default)]
    pub permission: List<PermissionRule>,
    #[serde(default)]
    pub conflict: List<ConflictRule>,
    #[serde(default)]
    pub file: List<FileRule>,
}

/// A `<meta-data>` of the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetaRule {
    pub name: Text,
    /// Names that serve as well.
    #[serde(default)]
    pub or: List<Text>,
    pub means: Means,
    /// The channel does not work without it, unless one of the vendor's files holds the same.
    #[serde(default)]
    pub needed: bool,
    /// The value is never shown.
    #[serde(default)]
    pub secret: bool,
    /// The app reads a text: a value that was compiled as a number is lost to it.
    #[serde(default)]
    pub text: bool,
    /// A regular expression that a good value matches; a group named `value` is what counts.
    #[serde(default)]
    pub form: Text,
    pub source: Text,
    pub basis: Basis,
}

/// Components that belong together; of the sets of one vendor that are needed, one must be whole.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentRule {
    /// The generation of the SDK, as `3.x`.
    pub set: Text,
    /// Classes; `*` at the end stands for whatever follows.
    pub names: List<Text>,
    /// `service`, `receiver`, `activity` or `provider`.
    pub kind: Text,
    /// The process they must run in, as `:push`.
    #[serde(default)]
    pub process: Text,
    #[serde(default)]
    pub needed: bool,
    pub source: Text,
    pub basis: Basis,
}

/// A permission that the manifest must ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionRule {
    /// Any of these will do; `{package}` is the app's.
    pub any: List<Text>,
    pub source: Text,
    pub basis: Basis,
}

/// Two things that must not be in one app.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConflictRule {
    /// Classes as in `marks`.
    pub one: List<Text>,
    pub other: List<Text>,
    pub finding: Text,
    pub source: Text,
    pub basis: Basis,
}

/// A file that a console hands out, recognised by its content.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule {
    pub name: Text,
    /// JSON pointers that must exist; `*` stands for any key or index.
    pub has: List<Text>,
    #[serde(default)]
    pub app_id: List<Text>,
    #[serde(default)]
    pub workspace: List<Text>,
    /// Where package names stand; the app's must be among them.
    #[serde(default)]
    pub package: List<Text>,
    /// What must fit together inside the file.
    #[serde(default)]
    pub fits: List<FitRule>,
    pub source: Text,
    pub basis: Basis,
}

/// A value of a file that is made of its other values.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitRule {
    pub pointer: Text,
    /// What stands there, with `{/pointer}` filled in and `*` at the end for whatever follows.
    pub template: Text,
    /// The finding when it does not; it breaks the link only where this is documented.
    pub finding: Text,
    pub basis: Basis,
}

/// What would settle an unknown link of this vendor's chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    pub link: Link,
    /// A command or console page, as to be typed or opened. `{package}` is filled in.
    pub command: Text,
    /// The page's name in Chinese; a command that is typed needs none.
    #[serde(default)]
    pub command_zh: Text,
    /// What it shows.
    pub en: Text,
    pub zh: Text,
}

/// A command that `collect` runs on the phone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collect {
    /// The file inside the bundle; commands of one file stand one behind the other.
    pub file: Text,
    /// What is run on the phone. `{package}` runs it for each app, `{service}` for each package of
    /// all `[[service]]` tables.
    pub command: Text,
    /// What to try, in this order, where the phone does not know the command.
    #[serde(default)]
    pub otherwise: List<Text>,
    /// The service whose dump it is: the heading that it has in a bug report.
    #[serde(default)]
    pub dump: Text,
    /// The log itself: without it a bundle tells little, and `--follow` runs it without `-d`.
    #[serde(default)]
    pub essential: bool,
    pub basis: Basis,
    pub source: Text,
}

/// What a customer without adb does on a phone of this vendor to get the log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Where the steps are known from.
    pub basis: Basis,
    pub source: List<Text>,
    /// How the bug report that every Android phone can make comes in; without it, not at all.
    #[serde(default)]
    pub general: Option<General>,
    /// A remark for maintainers: what is inferred or doubtful.
    #[serde(default)]
    pub note: Text,
    pub en: AskWords,
    pub zh: AskWords,
}

/// The words of [`Ask`] in one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskWords {
    /// What to do, in order.
    pub steps: List<Text>,
    /// What to send back, and where it lies.
    pub send: List<Text>,
    /// What was not tried out, in one sentence; empty when all is documented.
    #[serde(default)]
    pub unverified: Text,
}

/// A vendor: names, ROMs, services, signatures, limits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    #[serde(skip)]
    pub id: Text,
    /// The name in reports.
    pub en: Text,
    pub zh: Text,
    /// Every other name a person may use, in either language.
    pub aliases: List<Text>,
    /// Names that mPaaS's `found proxy …<name>.Creator` line uses.
    #[serde(default)]
    pub proxies: List<Text>,
    /// Names and numbers by which MPS's records call this vendor's channel.
    #[serde(default)]
    pub mps_channels: List<Text>,
    /// Names by which MPS's records call the self-built channel; `mps` has them.
    #[serde(default)]
    pub self_built: List<Text>,
    /// Hosts of the vendor's servers, with a path where that tells more; the longest that stands in
    /// a line wins.
    #[serde(default)]
    pub hosts: List<Text>,
    /// `ro.product.brand` / `ro.product.manufacturer` values of this vendor's phones.
    #[serde(default)]
    pub brands: List<Text>,
    /// Whether phones of this vendor exist and its channel can be a device's own.
    #[serde(default)]
    pub channel: bool,
    /// Sides in the order in which explain-code shows them.
    pub sides: List<Text>,
    /// Another vendor whose adapter serves some phones of this family (old Honor by Huawei).
    #[serde(default)]
    pub shared_with: List<Text>,
    #[serde(default)]
    pub eligibility: Option<Eligibility>,
    #[serde(default)]
    pub rom: List<RomRule>,
    #[serde(default)]
    pub service: List<Service>,
    /// Ids of the notification channels that the vendor's messages are shown in, as regular
    /// expressions.
    #[serde(default)]
    pub channels: List<Text>,
    #[serde(default)]
    pub limit: List<Limit>,
    #[serde(default)]
    pub route: List<RouteRule>,
    #[serde(default)]
    pub next: List<NextStep>,
    #[serde(default)]
    pub collect: List<Collect>,
    #[serde(default)]
    pub ask: Option<Ask>,
    /// What the app itself must hold.
    #[serde(default)]
    pub app: Option<AppRules>,
    /// Tags of mPaaS's own adapter for this vendor, with `*` as wildcard.
    #[serde(default)]
    pub tags: List<Text>,
    /// The words by which lines of unknown wording are read; `mps` has them.
    #[serde(default)]
    pub family: Option<FamilyWords>,
    /// How a JSON answer or a log line of this vendor is recognised by `explain-code`.
    #[serde(default)]
    pub answer: List<Answer>,
    #[serde(default)]
    pub signature: List<Signature>,
}

/// Words, in lower case, by which a line of the push component is read whose exact wording is not
/// public.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyWords {
    /// Words right behind which a code stands.
    pub code: List<Text>,
    /// Codes that mean success where the catalogue has none.
    pub ok: List<Text>,
    pub failure: List<Text>,
    /// Phrases that hold a word of failure and tell of none.
    pub not_failure: List<Text>,
    pub success: List<Text>,
    pub not_success: List<Text>,
    /// The line is about the report to MPS.
    pub report: List<Text>,
    /// The line is about binding a user.
    pub bind: List<Text>,
    /// The line is about something else altogether: its numbers are no codes.
    pub quiet: List<Text>,
}

/// A shape of JSON answer that carries a code of this vendor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub side: Text,
    /// JSON pointers that must exist for the shape to fit; `*` stands for any key or index.
    pub has: List<Text>,
    /// JSON pointers that must not exist.
    #[serde(default)]
    pub lacks: List<Text>,
    /// JSON pointers at which codes stand, in order of weight.
    pub code: List<Text>,
    /// The codes are the keys of the objects at `code`, not their values; a key without content
    /// (null, an empty text, list or object) is none.
    #[serde(default)]
    pub code_is_key: bool,
    /// Only codes that fit this regular expression count. If it has a group, the group is the code.
    #[serde(default)]
    pub code_pattern: Text,
    /// The first values at the pointers of `code`, with this between them, are one code.
    #[serde(default)]
    pub join: Text,
    /// The code for whatever is found at `code`: what stands there says only that it happened.
    #[serde(default)]
    pub fixed: Text,
    /// Put before the code as read, e.g. `barStatus:`.
    #[serde(default)]
    pub prefix: Text,
    /// How telling the shape is; the highest that fits wins.
    pub weight: u32,
    /// A made-up example, which must be read as `sample_code`.
    pub sample: Text,
    pub sample_code: Text,
}

/// A file of codes: `<vendor>/<side>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeFile {
    #[serde(default)]
    pub code: Vec<Code>,
}

/// The file of findings: `findings.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingFile {
    #[serde(default)]
    pub finding: Vec<Finding>,
}

/// Named groups that a pattern may have.
pub const GROUPS: &[&str] = &[
    "code",
    "token",
    "package",
    "process",
    "vendor",
    "user",
    "uid",
    "pid",
    "thread",
    "method",
    "operation",
    "msg_id",
    "request_id",
    "trace_id",
    "device",
    "title",
    "content",
    "reason",
    "version",
    "min_version",
    "host",
    "port",
    "channel_id",
    "manufacturer",
    "symbol",
    "app_id",
];
