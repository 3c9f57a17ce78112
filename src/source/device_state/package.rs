//! `dumpsys package`: which packages there are, in which version, and how each stands for each user.

use super::{At, DeviceState, Package, PackageUser, is_package};
use crate::evidence::Place;

const POST_NOTIFICATIONS: &str = "android.permission.POST_NOTIFICATIONS";

/// A phone has more packages than this; a shorter list is that of a few.
const WHOLE: usize = 50;

/// The part of the dump that is being read.
#[derive(Debug, Default, PartialEq, Eq)]
enum Block {
    /// Also what stands before any heading: a pasted piece begins with a package.
    #[default]
    Packages,
    Other,
}

/// The list inside a package that is being read.
#[derive(Debug, Default, PartialEq, Eq)]
enum List {
    #[default]
    None,
    Requested,
    Runtime,
}

#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The text is a bug report, whose list is always of all packages.
    pub report: bool,
    block: Block,
    list: List,
    name: Option<String>,
    user: Option<u32>,
    /// The heading of the list of all packages, and whether the framework itself was in it.
    listed: Option<Place>,
    framework: bool,
    count: usize,
    broken: bool,
}

impl Reader {
    pub fn line(&mut self, at: At<'_>, state: &mut DeviceState) {
        let text = at.text;
        let body = text.trim();
        if body.is_empty() {
            return;
        }
        if text.starts_with("*** SERVICE") {
            // The dump ran out of time: what is missing may exist.
            self.broken = true;
            return;
        }
        if !text.starts_with([' ', '\t']) {
            return self.heading(body, at, state);
        }
        if self.block == Block::Packages {
            self.inside(body, at, state);
        }
    }

    fn heading(&mut self, body: &str, at: At<'_>, state: &mut DeviceState) {
        (self.name, self.user, self.list) = (None, None, List::None);
        if let Some(name) = body.strip_prefix("Unable to find package:") {
            let name = name.trim();
            if is_package(name) && state.room() {
                state.absent.insert(name.to_owned(), at.place());
            }
            return;
        }
        // Only a heading behind the list shows that the list is whole.
        self.finish_list(state);
        if body == "Packages:" {
            self.block = Block::Packages;
            self.listed = Some(at.place());
            (self.framework, self.count) = (false, 0);
        } else {
            self.block = Block::Other;
        }
    }

    fn finish_list(&mut self, state: &mut DeviceState) {
        if let Some(listed) = self.listed.take()
            && !self.broken
        {
            let whole = self.framework && self.count >= WHOLE;
            state.whole |= whole;
            if whole || self.report && self.count > 0 {
                state.complete = Some(listed);
            }
        }
    }

    /// The section is over; `closed` says that something came behind it.
    pub fn end(&mut self, closed: bool, state: &mut DeviceState) {
        if closed {
            self.finish_list(state);
        }
    }

    fn inside(&mut self, body: &str, at: At<'_>, state: &mut DeviceState) {
        if let Some(rest) = body.strip_prefix("Package [") {
            return self.package(rest, at, state);
        }
        let Some(package) = self.name.as_ref().and_then(|name| state.packages.get_mut(name)) else { return };
        if let Some(rest) = body.strip_prefix("User ")
            && let Some((user, rest)) = rest.split_once(':')
            && let Ok(user) = user.parse::<u32>()
        {
            self.list = List::None;
            self.user = None;
            if state.room() {
                self.user = Some(user);
                if let Some(package) = self.name.as_ref().and_then(|name| state.packages.get_mut(name)) {
                    let known = package.users.remove(&user).and_then(|before| before.may_notify);
                    let state = PackageUser { may_notify: known, ..user_state(rest, at) };
                    package.users.insert(user, state);
                }
            }
            return;
        }
        match body {
            "requested permissions:" => {
                package.asks_to_notify = Some(false);
                self.list = List::Requested;
                return;
            }
            "runtime permissions:" => {
                self.list = List::Runtime;
                return;
            }
            _ if body.ends_with("ermissions:") => {
                self.list = List::None;
                return;
            }
            _ => {}
        }
        if let Some(rest) = body.strip_prefix(POST_NOTIFICATIONS) {
            return self.permission(rest, at, package);
        }
        if let Some(version) = field(body, "versionCode=") {
            package.version_code = version.parse().ok();
            package.place = at.place();
        }
        if let Some(sdk) = field(body, "targetSdk=") {
            package.target_sdk = sdk.parse().ok();
        }
        if let Some(name) = body.strip_prefix("versionName=") {
            package.version_name = Some(name.chars().take(64).collect());
        }
    }

    fn package(&mut self, rest: &str, at: At<'_>, state: &mut DeviceState) {
        (self.name, self.user, self.list) = (None, None, List::None);
        let Some((name, _)) = rest.split_once(']') else { return };
        if !is_package(name) {
            return;
        }
        self.framework |= name == "android";
        self.count += 1;
        if state.room() {
            state.packages.insert(name.to_owned(), Package { place: at.place(), ..Package::default() });
            self.name = Some(name.to_owned());
        } else {
            self.broken = true;
        }
    }

    fn permission(&self, rest: &str, at: At<'_>, package: &mut Package) {
        match self.list {
            List::Requested => package.asks_to_notify = Some(true),
            List::Runtime => {
                let Some(granted) = field(rest, "granted=") else { return };
                let granted = granted.starts_with("true");
                // Where the list stands above all users there is but the first.
                let user = self.user.unwrap_or(0);
                let first = || PackageUser { installed: true, place: at.place(), ..PackageUser::default() };
                package.users.entry(user).or_insert_with(first).may_notify = Some((granted, at.place()));
            }
            List::None => {}
        }
    }
}

/// `ceDataInode=1 installed=true hidden=false suspended=false stopped=true … enabled=0`
fn user_state(rest: &str, at: At<'_>) -> PackageUser {
    let is = |key: &str| field(rest, key).is_some_and(|value| value == "true");
    PackageUser {
        installed: is("installed="),
        hidden: is("hidden="),
        suspended: is("suspended="),
        stopped: is("stopped="),
        // 0 and 1: enabled; 2 to 4: disabled in one way or another.
        disabled: field(rest, "enabled=").is_some_and(|value| matches!(value, "2" | "3" | "4")),
        place: at.place(),
        may_notify: None,
    }
}

/// The value of `key=` at the start of a word.
pub(super) fn field<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.split([' ', ',', ':']).find_map(|word| word.strip_prefix(key))
}
