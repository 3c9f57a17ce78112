//! The journal: what was sent, so that a kill or a lost answer is no excuse for sending twice.
//!
//! Before a request leaves, its intent is on the disk; what came of it follows. An intent without an
//! outcome is a message that may have been delivered. No token, user id or text stands in the file,
//! only keyed hashes of them.

pub mod entry;
mod repeats;
mod sent;
mod store;

use std::path::Path;
use std::time::Duration;

use entry::{Entry, Event};
use store::{Guard, Store};

pub use repeats::{Repeat, default_content};
pub use sent::Sent;

use crate::lang::Bilingual;
use crate::report::Redactor;
use crate::report::redact::{Identifier, Policy, lasting_key};
use crate::send::{Address, Message, Outcome, SendState};

/// Sends that the file holds before the oldest go.
const MOST: usize = 5_000;
/// Sends that stay then, so that not every send rewrites the file.
const KEPT: usize = 4_500;
/// Milliseconds for which an intent without outcome is never dropped.
const UNSETTLED: i64 = 7 * 24 * 3_600_000;

/// What keeps the two moments of a send.
pub trait Keeps {
    /// The message is about to leave; when this returns, it is known for good.
    ///
    /// # Errors
    /// One sentence; nothing may be sent then.
    fn intent(&mut self, message: &Message, via: &str, now_ms: i64) -> Result<(), Bilingual>;

    /// What came of the intent. Outcomes without an intent are not kept.
    ///
    /// # Errors
    /// One sentence; the send then counts as one of unknown outcome.
    fn outcome(&mut self, outcome: &Outcome) -> Result<(), Bilingual>;
}

/// The journal of one user.
#[derive(Debug)]
pub struct Journal {
    store: Store,
    redactor: Redactor,
    sends: Vec<Sent>,
    /// The entry of the intent that has no outcome yet.
    open: Option<Entry>,
    /// Intents of this run, which makes their keys differ.
    count: u32,
    again: bool,
    notes: Vec<Bilingual>,
}

impl Journal {
    /// The journal of the user, ready to be written.
    ///
    /// # Errors
    /// One sentence, where the state folder cannot be written or another writer does not end.
    pub fn of_user() -> Result<Self, Bilingual> {
        let folder = crate::user_dirs::state().ok_or_else(no_folder)?;
        let key = || lasting_key(&folder).ok_or_else(|| no_key(&folder));
        // The folder first: its sentence says what is to be done.
        Store::new(&folder, store::PATIENCE).prepare()?;
        Journal::open(&folder, key()?, store::PATIENCE)
    }

    /// The journal in a folder, with a key that the next run has too; another writer is waited for
    /// as long as `patience`.
    ///
    /// # Errors
    /// As [`Journal::of_user`].
    pub fn open(
        folder: &Path,
        key: crate::report::redact::Key,
        patience: Duration,
    ) -> Result<Self, Bilingual> {
        let store = Store::new(folder, patience);
        store.prepare()?;
        let guard = store.lock()?;
        let mut journal = Journal::with(store, Redactor::new(Policy::All, Some(key)));
        journal.read(true)?;
        drop(guard);
        Ok(journal)
    }

    /// The user's journal for reading only; empty where there is none.
    ///
    /// # Errors
    /// One sentence, where it is there and cannot be read.
    pub fn look() -> Result<Self, Bilingual> {
        Journal::look_in(&crate::user_dirs::state().ok_or_else(no_folder)?)
    }

    /// The journal in a folder for reading only.
    ///
    /// # Errors
    /// As [`Journal::look`].
    pub fn look_in(folder: &Path) -> Result<Self, Bilingual> {
        let store = Store::new(folder, store::PATIENCE);
        let mut journal = Journal::with(store, Redactor::new(Policy::All, None));
        journal.read(true)?;
        Ok(journal)
    }

    fn with(store: Store, redactor: Redactor) -> Self {
        Journal { store, redactor, sends: Vec::new(), open: None, count: 0, again: false, notes: Vec::new() }
    }

    /// Sends, the oldest first.
    pub fn sends(&self) -> &[Sent] {
        &self.sends
    }

    /// What the user should know of the file: lines that are no entries, a cut one, dropped sends.
    pub fn notes(&self) -> &[Bilingual] {
        &self.notes
    }

    /// The user wants to send whatever the journal holds (`--again`): an equal send that another
    /// process began meanwhile is then no error either.
    pub fn allow_again(&mut self) {
        self.again = true;
    }

    /// The newest send that can be taken back: accepted, or of unknown outcome, and not revoked.
    pub fn newest(&self, via: Option<&str>) -> Option<&Sent> {
        self.sends.iter().rev().find(|s| {
            via.is_none_or(|via| s.via == via)
                && s.revoked_at.is_none()
                && matches!(s.state, SendState::Accepted | SendState::Unknown)
        })
    }

    /// The newest send with this id of the message.
    pub fn find(&self, msg_id: &str) -> Option<&Sent> {
        self.sends.iter().rev().find(|s| !msg_id.is_empty() && s.msg_id == msg_id)
    }

    /// Whether a send went to this address.
    pub fn went_to(&self, sent: &Sent, address: &Address) -> bool {
        sent.target == self.target(address)
    }

    /// Whether a message was sent before.
    pub fn repeats(&self, message: &Message, via: &str, now_ms: i64) -> Repeat {
        repeats::find(&self.sends, &self.entry(message, via, now_ms), now_ms)
    }

    /// Keeps that a message was taken back. One that the journal does not hold is not kept.
    ///
    /// # Errors
    /// One sentence, where the journal cannot be written.
    pub fn revoked(&mut self, msg_id: &str, via: &str, now_ms: i64) -> Result<(), Bilingual> {
        let known = |s: &&Sent| s.msg_id == msg_id && s.via == via;
        let Some(sent) = self.sends.iter().rev().find(known) else { return Ok(()) };
        let entry = sent.entry(Event::Revoked, now_ms);
        let guard = self.store.lock()?;
        self.store.append(&guard, &entry)?;
        self.read(false)
    }

    /// The pseudonym of whom a message is for; empty for everyone.
    fn target(&self, address: &Address) -> String {
        match address {
            Address::Device(id) | Address::Token(id) => self.redactor.value(Identifier::Token, id),
            Address::User(id) => self.redactor.value(Identifier::User, id),
            Address::Everyone => "everyone".to_owned(),
        }
    }

    /// The intent of a message.
    fn entry(&self, message: &Message, via: &str, now_ms: i64) -> Entry {
        let address = message.address.id();
        let kind = match message.address {
            Address::Device(_) => "device",
            Address::User(_) => "user",
            Address::Token(_) => "token",
            Address::Everyone => "everyone",
        };
        let content = if default_content(&message.content) { "" } else { &message.content };
        let (now, process) = (now_ms.to_string(), std::process::id().to_string());
        let count = self.count.to_string();
        Entry {
            at: now_ms,
            event: Event::Intent,
            key: self.redactor.digest(&["send", &now, &process, &count, via, &message.msg_id]),
            via: via.to_owned(),
            action: message.action.clone(),
            target: self.target(&message.address),
            same: self.redactor.digest(&[via, &message.action, kind, address, &message.title, content]),
            ttl: message.ttl,
            msg_id: entry::id(&message.msg_id),
            state: String::new(),
            vendor_msg_id: String::new(),
            request_id: String::new(),
            code: String::new(),
        }
    }

    /// Reads the file anew.
    fn read(&mut self, first: bool) -> Result<(), Bilingual> {
        let lines = self.store.read()?;
        if first && lines.foreign > 0 {
            self.notes.push(foreign(&self.store, lines.foreign));
        }
        if first && lines.cut {
            self.notes.push(Bilingual::new(
                "a line of the journal of sends was cut off, what it still says counts as a send of unknown outcome",
                "发送记录中有一行不完整，按其中仍可读的内容视为结果未知的发送",
            ));
        }
        self.sends = sent::fold(&lines.entries);
        Ok(())
    }

    /// Drops the oldest sends where there are too many.
    fn shorten(&mut self, guard: &Guard, now_ms: i64) -> Result<(), Bilingual> {
        if self.sends.len() < MOST {
            return Ok(());
        }
        let lines = self.store.read()?;
        let old = self.sends.len().saturating_sub(KEPT);
        let stays = |(at, sent): (usize, &Sent)| {
            let open = !sent.settled && now_ms.saturating_sub(sent.at) < UNSETTLED;
            (at >= old || open).then(|| sent.key.clone())
        };
        let keys: std::collections::HashSet<String> =
            self.sends.iter().enumerate().filter_map(stays).collect();
        let kept: Vec<&Entry> = lines.entries.iter().filter(|e| keys.contains(&e.key)).collect();
        self.store.replace(guard, &kept)?;
        let (before, after) = (self.sends.len(), keys.len());
        self.notes.push(Bilingual::new(
            format!("the journal of sends held {before} sends, the newest {after} stay"),
            format!("发送记录已有 {before} 条，只保留最新的 {after} 条"),
        ));
        self.read(false)
    }
}

impl Keeps for Journal {
    fn intent(&mut self, message: &Message, via: &str, now_ms: i64) -> Result<(), Bilingual> {
        self.count = self.count.saturating_add(1);
        let entry = self.entry(message, via, now_ms);
        let guard = self.store.lock()?;
        let known: std::collections::HashSet<String> = self.sends.iter().map(|s| s.key.clone()).collect();
        self.read(false)?;
        // Another process may have sent since the user was asked.
        let new: Vec<Sent> = self.sends.iter().filter(|s| !known.contains(&s.key)).cloned().collect();
        let repeat = repeats::find(&new, &entry, now_ms);
        if repeat.needs_again() && !self.again {
            return Err(meanwhile());
        }
        if let Err(sentence) = self.shorten(&guard, now_ms) {
            self.notes.push(sentence);
        }
        self.store.append(&guard, &entry)?;
        self.sends.extend(sent::fold(std::slice::from_ref(&entry)));
        self.open = Some(entry);
        Ok(())
    }

    fn outcome(&mut self, outcome: &Outcome) -> Result<(), Bilingual> {
        let Some(mut entry) = self.open.take() else { return Ok(()) };
        entry.event = Event::Outcome;
        entry.at = outcome.answered_at / 1000;
        entry.state = outcome.state.as_str().to_owned();
        entry.vendor_msg_id = entry::id(&outcome.vendor_msg_id);
        entry.request_id = entry::id(&outcome.request_id);
        entry.code = outcome.codes.first().map(entry::code).unwrap_or_default();
        let guard = self.store.lock()?;
        self.store.append(&guard, &entry)?;
        self.read(false)
    }
}

fn foreign(store: &Store, count: u64) -> Bilingual {
    let path = crate::report::redact::harmless(&store.path().to_string_lossy()).into_owned();
    let s = if count == 1 { "line is" } else { "lines are" };
    Bilingual::new(
        format!("{path}: {count} {s} no entry of the journal of sends and counted for nothing"),
        format!("{path}：有 {count} 行不是发送记录，已忽略"),
    )
}

fn meanwhile() -> Bilingual {
    Bilingual::new(
        "another pushdoctor began to send the same message at this moment, so nothing was sent: see --history, then run the command again",
        "另一个 pushdoctor 此刻也在发送同一条消息，因此没有发送：请用 --history 查看后再执行",
    )
}

fn no_folder() -> Bilingual {
    Bilingual::new(
        "there is no state folder for the journal of sends: set HOME, or XDG_STATE_HOME",
        "找不到存放发送记录的状态目录：请设置 HOME 或 XDG_STATE_HOME",
    )
}

fn no_key(folder: &Path) -> Bilingual {
    let folder = crate::report::redact::harmless(&folder.to_string_lossy()).into_owned();
    Bilingual::new(
        format!(
            "{folder}: no key for the journal's pseudonyms can be kept there, nor in the config folder: make one of them writable"
        ),
        format!("{folder}：此目录和配置目录都无法保存代号密钥：请让其中之一可写"),
    )
}

#[cfg(test)]
mod tests;
