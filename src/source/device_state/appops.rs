//! `dumpsys appops` and `cmd appops get`: the switch for notifications before Android 13.

use super::{At, DeviceState, is_package};
use crate::source::device_log::processes::user_of;

#[derive(Debug, Default)]
pub(super) struct Reader {
    user: u32,
    package: String,
    /// The app whose op was asked for.
    asked: String,
}

impl Reader {
    pub fn line(&mut self, at: At<'_>, state: &mut DeviceState) {
        let body = at.text.trim();
        if let Some((_, rest)) = body.split_once("appops get ") {
            (self.asked, self.user) = asked(rest);
        } else if let Some(uid) = body.strip_prefix("Uid ").and_then(|rest| rest.strip_suffix(':')) {
            self.user = user_of(uid).unwrap_or(0);
            self.package.clear();
        } else if let Some(name) = body.strip_prefix("Package ").and_then(|rest| rest.strip_suffix(':')) {
            self.package = if is_package(name) { name.to_owned() } else { String::new() };
        } else if let Some(rest) =
            body.strip_prefix("Uid mode: ").unwrap_or(body).strip_prefix("POST_NOTIFICATION")
            && let Some(allowed) = allowed(rest)
        {
            let indented = at.text.starts_with(' ');
            // A mode of a whole uid names no package; `cmd appops get` is not indented.
            if (indented && self.package.is_empty()) || !state.room() {
                return;
            }
            let package = if indented { &self.package } else { &self.asked };
            state.ops.insert((package.clone(), self.user), (allowed, at.place()));
        }
    }
}

/// The app and user of a command: `[--user 999] com.example.bank [POST_NOTIFICATION]`.
pub(super) fn asked(rest: &str) -> (String, u32) {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let user = words.iter().position(|word| *word == "--user").and_then(|at| words.get(at + 1));
    let package = words.iter().find(|word| word.contains('.') && is_package(word));
    (package.map(|p| (*p).to_owned()).unwrap_or_default(), user.and_then(|u| u.parse().ok()).unwrap_or(0))
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
