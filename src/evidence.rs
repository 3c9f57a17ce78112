//! The one type that flows from the sources to the chain.

use crate::catalog::{Basis, Channel, Confidence, Link, Retry, Text};
use crate::lang::Bilingual;
use crate::read::logcat::Stamp;

/// Where a piece of evidence stands.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Index into [`crate::diagnosis::Diagnosis::inputs`].
    pub input: usize,
    /// Line number, from 1.
    pub line: u64,
    /// The line's own time stamp, as read.
    pub stamp: Option<Stamp>,
    /// Microseconds since 1970 (UTC), once year and zone are settled.
    pub time: Option<i64>,
    pub pid: Option<u32>,
    pub tid: Option<u32>,
    pub tag: Option<String>,
    /// The line as read; redacted only when it is shown.
    pub text: String,
    /// What lies inside the input, where it is no text of lines: an entry of an APK.
    pub entry: Option<String>,
}

/// What a piece of evidence says of its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    /// Worth showing; proves nothing.
    Note,
    /// An SDK's guard against repeated calls: breaks nothing that is held.
    Guard,
    Pass,
    Warn,
    Fail,
}

/// A code as it was read, and whether the catalogue knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodeRef {
    pub vendor: String,
    pub side: String,
    pub code: String,
    pub known: bool,
}

/// One thing that the sources tell of one link; repeats are counted, not copied.
#[derive(Clone, Debug)]
pub struct Evidence {
    pub link: Link,
    pub says: Says,
    /// The vendor whose chain it belongs to; `None` for every chain of the app.
    pub vendor: Option<Text>,
    /// The app, where the line or its process names it.
    pub package: Option<String>,
    /// The Android user (0, 999 for clones), where known.
    pub user: Option<u32>,
    /// `<vendor>.<side>.<code>` or `<link>.<name>`; empty for a plain pass or note.
    pub finding: String,
    pub code: Option<CodeRef>,
    /// The signature or rule that saw it.
    pub rule: Text,
    pub basis: Basis,
    pub confidence: Confidence,
    pub channel: Option<Channel>,
    pub retry: Option<Retry>,
    /// A "missing" or "unsupported" answer, which is noise on a phone of another brand.
    pub elsewhere: bool,
    /// It says that the token at the server is not (or no longer) valid.
    pub token_stale: bool,
    /// The vendor token went away on purpose here.
    pub drops_token: bool,
    /// It names no app by itself, so it cannot break a link alone.
    pub unattributed: bool,
    /// Another push service wrote it.
    pub other_sdk: bool,
    /// It may be a success, but the log's format lacks the tag that would tell.
    pub perhaps_pass: bool,
    /// It concerns only messages that are sent to users (bind).
    pub user_targets_only: bool,
    /// It comes from the server's side.
    pub server: bool,
    /// It is about a message that was sent straight to the vendor, past MPS.
    pub direct: bool,
    /// The message it is about, if it names one.
    pub message: Option<String>,
    /// How often it was seen.
    pub count: u64,
    /// The first and the last occurrences, in reading order, at most [`KEPT`] each.
    pub places: Vec<Place>,
    /// Processes it was seen in, at most eight.
    pub pids: Vec<u32>,
    /// Text for the reader, such as two versions that were compared.
    pub detail: String,
    /// It comes from the app's own files: it says how the app is made, not what happened on a phone.
    pub configuration: bool,
    /// What the finding is in this case, for the reader.
    pub remark: Bilingual,
    /// Where the rule is known from, if not from the finding's own source.
    pub source: String,
}

/// How many first and how many last occurrences of one piece of evidence are kept.
pub const KEPT: usize = 8;

impl Default for Evidence {
    fn default() -> Self {
        Evidence {
            link: Link::None,
            says: Says::Note,
            vendor: None,
            package: None,
            user: None,
            finding: String::new(),
            code: None,
            rule: Text::Borrowed(""),
            basis: Basis::None,
            confidence: Confidence::High,
            channel: None,
            retry: None,
            elsewhere: false,
            token_stale: false,
            drops_token: false,
            unattributed: false,
            other_sdk: false,
            perhaps_pass: false,
            user_targets_only: false,
            server: false,
            direct: false,
            message: None,
            count: 1,
            places: Vec::new(),
            pids: Vec::new(),
            detail: String::new(),
            configuration: false,
            remark: Bilingual::default(),
            source: String::new(),
        }
    }
}

impl Evidence {
    /// The newest time at which it was seen.
    pub fn last_time(&self) -> Option<i64> {
        self.places.iter().filter_map(|p| p.time).max()
    }

    /// The oldest time at which it was seen.
    pub fn first_time(&self) -> Option<i64> {
        self.places.iter().filter_map(|p| p.time).min()
    }

    /// Counts one more occurrence.
    pub fn repeat(&mut self, place: Place) {
        self.count += 1;
        if let Some(pid) = place.pid
            && self.pids.len() < 8
            && !self.pids.contains(&pid)
        {
            self.pids.push(pid);
        }
        if self.places.len() >= 2 * KEPT {
            self.places.remove(KEPT);
        }
        self.places.push(place);
    }
}
