//! `dumpsys usagestats` and `dumpsys deviceidle`: how far battery saving holds an app back.

use std::collections::BTreeSet;

use super::appops::asked;
use super::package::field;
use super::{At, DeviceState, is_package};

#[derive(Debug, Default)]
pub(super) struct Reader {
    in_list: bool,
    /// The app whose bucket the next line tells.
    asked: Option<(String, u32)>,
}

impl Reader {
    pub fn line(&mut self, at: At<'_>, state: &mut DeviceState) {
        let body = at.text.trim();
        if let Some((_, rest)) = body.split_once("get-standby-bucket ") {
            self.asked = Some(asked(rest)).filter(|(package, _)| !package.is_empty());
        } else if let Some(key) = self.asked.take() {
            if let Ok(bucket) = body.parse()
                && state.room()
            {
                state.buckets.insert(key, (bucket, at.place()));
            }
        } else if let (Some(package), Some(bucket)) = (field(body, "package="), field(body, "bucket=")) {
            let user = field(body, "u=").and_then(|u| u.parse().ok()).unwrap_or(0);
            if let Ok(bucket) = bucket.parse()
                && is_package(package)
                && state.room()
            {
                state.buckets.insert((package.to_owned(), user), (bucket, at.place()));
            }
        } else if body.ends_with(':') {
            self.in_list = body.starts_with("Whitelist") && body.ends_with("apps:");
            if self.in_list {
                state.doze_free.get_or_insert_with(BTreeSet::new);
            }
        } else if self.in_list && is_package(body) && body.contains('.') {
            if state.room()
                && let Some(list) = &mut state.doze_free
            {
                list.insert(body.to_owned());
            }
        } else {
            self.in_list = false;
        }
    }
}
