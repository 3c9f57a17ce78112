//! `dumpsys appops` and `cmd appops get`: the switch for notifications before Android 13.

use super::{At, DeviceState, is_package};
use crate::source::device_log::processes::user_of;

#[derive(Debug, Default)]
pub(super) struct Reader {
    user: u32,
    package: String,
}

impl Reader {
    pub fn line(&mut self, at: At<'_>, state: &mut DeviceState) {
        let body = at.text.trim();
        if let Some(uid) = body.strip_prefix("Uid ").and_then(|rest| rest.strip_suffix(':')) {
            self.user = user_of(uid).unwrap_or(0);
            self.package.clear();
        } else if let Some(name) = body.strip_prefix("Package ").and_then(|rest| rest.strip_suffix(':')) {
            self.package = if is_package(name) { name.to_owned() } else { String::new() };
        } else if let Some(rest) = body.strip_prefix("POST_NOTIFICATION")
            && let Some(allowed) = allowed(rest)
        {
            let indented = at.text.starts_with(' ');
            // A mode of a whole uid names no package; `cmd appops get` is not indented.
            if (indented && self.package.is_empty()) || !state.room() {
                return;
            }
            let key = if indented { (self.package.clone(), self.user) } else { (String::new(), 0) };
            state.ops.insert(key, (allowed, at.place()));
        }
    }
}

/// ` (ignore): `, `: mode=1; …`, `: mode=ignore`, `: ignore; …`
fn allowed(rest: &str) -> Option<bool> {
    let rest = rest.trim_start_matches([':', ' ', '(']);
    let rest = rest.strip_prefix("mode=").unwrap_or(rest);
    let word: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    match word.as_str() {
        "allow" | "default" | "0" | "3" => Some(true),
        "ignore" | "deny" | "1" | "2" => Some(false),
        _ => None,
    }
}
