//! Who yields evidence. Each source reads its inputs and adds to one [`Case`].

pub mod adb;
pub mod app_package;
pub mod clock;
pub mod device_facts;
pub mod device_log;
pub mod device_state;
pub mod identity;
pub mod moment;
pub mod server_log;
pub mod sls;

use crate::diagnosis::{Configuration, Device, Input};
use crate::evidence::{Evidence, Place};
use crate::lang::Bilingual;
use device_facts::Properties;
use device_state::DeviceState;

/// Everything that the sources found, before anything is judged.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub inputs: Vec<Input>,
    /// Inputs that could not be read, with the reason in one sentence.
    pub skipped: Vec<(String, Bilingual)>,
    /// What was assumed on the way (year, zone).
    pub notes: Vec<Bilingual>,
    pub properties: Properties,
    pub device: Device,
    pub evidence: Vec<Evidence>,
    pub log: LogFacts,
    /// What the phone's own services say of it.
    pub state: DeviceState,
    /// What the app's own files say, where some were given.
    pub app: Option<app_package::AppFacts>,
    /// What came of checking them.
    pub configuration: Option<Configuration>,
    /// Records of the server's side, in the order in which they were read.
    pub records: Vec<server_log::record::Record>,
    /// How far they cover the server's side.
    pub server: server_log::coverage::ServerCoverage,
    /// The app at mPaaS, as the team's config or the app's own files say.
    pub mpaas: MpaasApp,
}

/// Under which ids the app is known at mPaaS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MpaasApp {
    pub app_id: Option<String>,
    pub workspace_id: Option<String>,
}

/// What a device log tells besides evidence; it explains why a log cannot show something.
#[derive(Clone, Debug, Default)]
pub struct LogFacts {
    /// mPaaS's choice of vendor, as its `found proxy` lines say.
    pub proxies: Vec<Proxy>,
    /// MPS's Manufacturer of the device state, as a vendor id.
    pub manufacturer: Option<String>,
    /// Ids under which apps asked a vendor for a token.
    pub app_ids: Vec<SeenAppId>,
    /// Apps seen to run the mPaaS push component.
    pub push_apps: Vec<String>,
    /// A `:push` process was named, by a start line or by its own lines.
    pub push_process: bool,
    /// The ids of this phone and app.
    pub identities: identity::Identities,
    /// Lines that the logger removed, as far as it says so.
    pub gaps: u64,
    /// Lines of the push component, exact or of its family.
    pub push_lines: u64,
    /// Text was read that is a log (whether or not it held push lines).
    pub read_text: bool,
    /// Levels D and I are missing in a log that is long enough to have them.
    pub no_info_lines: bool,
    /// Lines could tell something, but none inside of the time window that was asked for.
    pub window_empty: bool,
    /// Only one process wrote all lines of the sample.
    pub single_process: bool,
}

impl LogFacts {
    /// An app that runs the push component; a hostile log names no more than some.
    fn push_app(&mut self, package: &str) {
        if self.push_apps.len() < 64 && !self.push_apps.iter().any(|known| known == package) {
            self.push_apps.push(package.to_owned());
        }
    }
}

/// An app's id at a vendor, as a line shows it.
#[derive(Clone, Debug)]
pub struct SeenAppId {
    pub vendor: String,
    pub app_id: String,
    pub package: Option<String>,
    pub place: Place,
}

/// A vendor that mPaaS chose.
#[derive(Clone, Debug)]
pub struct Proxy {
    pub vendor: String,
    pub package: Option<String>,
}
