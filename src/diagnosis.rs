//! What the chain hands to the reports: links, states, the verdict. No words of a report format.

use crate::catalog::{Basis, Channel, Confidence, Kind, Link, Owner, Retry};
use crate::evidence::Place;
use crate::lang::Bilingual;

/// The state of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Pass,
    Warn,
    Fail,
    /// No evidence either way.
    Unknown,
    /// An earlier link failed, and nothing is known here.
    Skipped,
    /// This channel has no such link.
    NotApplicable,
}

impl State {
    /// The spelling in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Pass => "pass",
            State::Warn => "warn",
            State::Fail => "fail",
            State::Unknown => "unknown",
            State::Skipped => "skipped",
            State::NotApplicable => "n/a",
        }
    }
}

/// The code behind a judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedCode {
    pub vendor: String,
    pub side: String,
    pub code: String,
    pub symbol: String,
    pub kind: Option<Kind>,
    pub retry: Option<Retry>,
    /// A team's own remark from an overlay.
    pub team_note: String,
}

/// What is known of one link of one chain.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub link: Link,
    pub state: State,
    pub confidence: Confidence,
    pub owner: Owner,
    pub basis: Basis,
    /// Stable id of the finding; empty where there is none.
    pub finding: String,
    pub code: Option<JudgedCode>,
    pub summary: Bilingual,
    pub cause: Bilingual,
    /// What to do, in order.
    pub advice: Vec<Bilingual>,
    /// Remarks: "an earlier error was followed by a success", "may hide a later success".
    pub notes: Vec<Bilingual>,
    pub source: String,
    /// How often the evidence was seen.
    pub count: u64,
    pub evidence: Vec<Place>,
    /// What would settle it: a command or a console page, and what to look for.
    pub next: Vec<Next>,
    /// Further findings of the same link that stand beside the one named.
    pub also: Vec<String>,
}

impl Judgement {
    /// A judgement that says nothing but its link and state.
    pub fn new(link: Link, state: State) -> Self {
        Judgement {
            link,
            state,
            confidence: Confidence::Low,
            owner: Owner::None,
            basis: Basis::None,
            finding: String::new(),
            code: None,
            summary: Bilingual::default(),
            cause: Bilingual::default(),
            advice: Vec::new(),
            notes: Vec::new(),
            source: String::new(),
            count: 0,
            evidence: Vec::new(),
            next: Vec::new(),
            also: Vec::new(),
        }
    }
}

/// The next observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// To be typed or opened as it stands; only pages of a console differ by language.
    pub command: Bilingual,
    pub why: Bilingual,
}

/// One chain: an app, a user, a vendor.
#[derive(Clone, Debug)]
pub struct Chain {
    pub vendor: Option<String>,
    /// The vendor's name, where a vendor is known.
    pub vendor_name: Bilingual,
    pub package: Option<String>,
    pub user: u32,
    pub channel: Option<Channel>,
    pub links: Vec<Judgement>,
    /// Another app's or another vendor's chain: shown, but not part of the verdict.
    pub aside: Option<Aside>,
}

/// Why a chain is not part of the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    OtherApp,
    OtherVendor,
}

/// The state of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerdictState {
    Healthy,
    Broken,
    Degraded,
    Inconclusive,
}

impl VerdictState {
    /// The spelling in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            VerdictState::Healthy => "healthy",
            VerdictState::Broken => "broken",
            VerdictState::Degraded => "degraded",
            VerdictState::Inconclusive => "inconclusive",
        }
    }
}

/// A further broken or doubtful link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Also {
    pub vendor: Option<String>,
    pub link: Link,
    pub finding: String,
}

/// The verdict: the first broken link of the chain that counts.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub state: VerdictState,
    pub vendor: Option<String>,
    pub link: Option<Link>,
    pub finding: String,
    pub side: String,
    pub code: String,
    pub owner: Owner,
    pub confidence: Confidence,
    pub summary: Bilingual,
    pub also: Vec<Also>,
}

/// How far the server's side is known.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// `none`, `partial` or `complete`.
    pub server: &'static str,
    pub reason: Bilingual,
}

/// One thing that was read.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub path: String,
    /// `logcat`, `getprop`, `bugreport`, `unknown` …
    pub kind: String,
    pub format: String,
    pub encoding: String,
    pub lines: u64,
    pub bytes: u64,
    /// First and last time stamp, as RFC 3339.
    pub from: Option<String>,
    pub to: Option<String>,
    pub notes: Vec<Bilingual>,
    /// System properties that were read from it.
    pub properties: u64,
    /// Sections of a bug report or of dumps, by name, with their lines.
    pub sections: Vec<(String, u64)>,
}

/// What is known of the phone.
#[derive(Clone, Debug, Default)]
pub struct Device {
    pub brand: Option<String>,
    pub manufacturer: Option<String>,
    pub model: Option<String>,
    /// huawei honor xiaomi oppo vivo meizu oneplus samsung other
    pub family: Option<String>,
    pub rom: Option<String>,
    pub rom_version: Option<String>,
    pub sdk: Option<u32>,
    pub timezone: Option<String>,
    /// The properties that the judgement rests on.
    pub properties: Vec<(String, String)>,
    /// Their lines, the most telling first.
    pub seen: Vec<Place>,
    /// All properties of the phone were read, so that one that is missing does not exist.
    pub whole: bool,
    /// Vendors' services and the apps in question, as far as a dump lists them.
    pub packages: Vec<InstalledPackage>,
}

/// A package on the phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstalledPackage {
    pub package: String,
    pub version_code: Option<u64>,
    pub version_name: Option<String>,
}

/// What is known of the app.
#[derive(Clone, Debug, Default)]
pub struct App {
    pub package: Option<String>,
    /// Whether the log holds lines of the app's `:push` process.
    pub push_process: Option<bool>,
    /// What the app's own files say, where some were given.
    pub configuration: Option<Configuration>,
}

/// How the app is made, and what came of checking it.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    pub package: Option<String>,
    pub version: Option<String>,
    pub target_sdk: Option<u32>,
    /// SHA-256 and SHA-1 of the certificates it is signed with.
    pub certificates: Vec<(String, String)>,
    /// The vendors whose channel the app carries: id and name.
    pub vendors: Vec<(String, Bilingual)>,
    pub checks: Vec<AppCheck>,
}

/// One check of the app's files.
#[derive(Clone, Debug)]
pub struct AppCheck {
    /// `None` for what concerns every vendor.
    pub vendor: Option<String>,
    /// The finding that it makes when it does not pass.
    pub finding: String,
    /// Pass, warn, fail; unknown where it could not be made.
    pub state: State,
    pub source: String,
    pub remark: Bilingual,
    pub evidence: Vec<Place>,
}

/// On which side something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Device,
    Server,
}

impl Side {
    /// The spelling in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Side::Device => "device",
            Side::Server => "server",
        }
    }
}

/// One event of the phone or of the server.
#[derive(Clone, Debug)]
pub struct Event {
    /// Microseconds since 1970, by the phone's clock.
    pub time: i64,
    pub side: Side,
    pub link: Link,
    pub vendor: Option<String>,
    pub what: Bilingual,
    pub place: Place,
    /// The verdict rests on it.
    pub breaking: bool,
}

/// What came of joining the server's records to the phone.
#[derive(Clone, Debug, Default)]
pub struct ServerSide {
    /// Microseconds by which the server's clock is ahead of the phone's, and from how many pairs of
    /// events; with 0 pairs it is the least that is possible.
    pub skew: Option<(i64, usize)>,
    /// Records of this phone, by the key that tied them to it.
    pub joined: Vec<(&'static str, u64)>,
    /// Records about other phones, or about nobody that can be told.
    pub not_joined: u64,
    /// Events of the middle that the timeline leaves out.
    pub timeline_left_out: u64,
}

/// A whole diagnosis.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    pub inputs: Vec<Input>,
    pub device: Device,
    pub app: App,
    pub chains: Vec<Chain>,
    pub verdict: Verdict,
    pub coverage: Coverage,
    /// Where records of the server were given.
    pub server: Option<ServerSide>,
    /// Phone and server in one order, where records of the server were given.
    pub timeline: Vec<Event>,
    /// What was assumed (year, zone) and what could not be read.
    pub notes: Vec<Bilingual>,
    /// Inputs that were skipped, with the reason.
    pub skipped: Vec<(String, Bilingual)>,
}
