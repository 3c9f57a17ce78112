//! `dumpsys notification`: whether an app may notify, and which of its channels are off.

use super::package::field;
use super::{AppNotifications, At, ChannelState, DeviceState, LONGEST, is_package};

/// Channels of one app that are kept.
const MOST_CHANNELS: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Reader {
    app: Option<(String, u32)>,
}

impl Reader {
    pub fn line(&mut self, at: At<'_>, state: &mut DeviceState) {
        let body = at.text.trim_start();
        if let Some(rest) = body.strip_prefix("AppSettings: ") {
            self.app = app(rest);
            if let Some(key) = &self.app
                && state.room()
            {
                let importance = field(rest, "importance=").unwrap_or_default().trim().to_owned();
                let known = AppNotifications { importance, place: at.place(), channels: Vec::new() };
                state.notifications.insert(key.clone(), known);
            }
        } else if let Some(rest) = body.strip_prefix("NotificationChannel{") {
            self.channel(rest, at, state);
        } else if !at.text.starts_with(' ') && !body.is_empty() {
            self.app = None;
        }
    }

    fn channel(&self, rest: &str, at: At<'_>, state: &mut DeviceState) {
        let Some(key) = &self.app else { return };
        if rest.contains("mDeleted=true") {
            return;
        }
        let Some(id) = rest.split_once("mId='").and_then(|(_, rest)| rest.split_once('\'')).map(|(id, _)| id)
        else {
            return;
        };
        let Some(importance) = field(rest, "mImportance=").and_then(|value| value.parse().ok()) else {
            return;
        };
        if id.len() > LONGEST || !state.room() {
            return;
        }
        if let Some(app) = state.notifications.get_mut(key)
            && app.channels.len() < MOST_CHANNELS
        {
            app.channels.push(ChannelState { id: id.to_owned(), importance, place: at.place() });
        }
    }
}

/// `com.example.bank (10123) importance=NONE userSet=true`; a user is a hundred thousand ids.
fn app(rest: &str) -> Option<(String, u32)> {
    let (name, rest) = rest.split_once(" (")?;
    let (uid, _) = rest.split_once(')')?;
    let uid: u32 = uid.parse().ok()?;
    is_package(name).then(|| (name.to_owned(), uid / 100_000))
}
