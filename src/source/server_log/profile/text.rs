//! Lines of logs whose grammar is not public: operations, vendors, answers and ids are recognised by
//! their looks. Whatever is found so is marked as recognised by pattern, not by a published format.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

use super::compiled::Compiled;
use super::fields::Fields;
use super::{Profiles, Reading, Sink, keyed};
use crate::catalog::{Form, List, Meanings, Text};

/// How much of a line is looked through.
const LOOKED: usize = 256 << 10;

impl Profiles<'_> {
    /// A line without a grammar.
    pub(super) fn text(&self, log: &Compiled, line: &str, sink: &mut Sink) -> Reading {
        let end = (0..=LOOKED.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        let looked = line.get(..end).unwrap_or("");
        let operations = self.catalog.operations().map(|o| o.name.as_ref());
        let operation = operations.filter(|o| stands(looked, o)).max_by_key(|o| o.len());
        if log.log.operations_only && operation.is_none() {
            return Reading::Nothing;
        }
        let Fields::Named(mut fields) = keyed::fields(looked) else { return Reading::Nothing };
        let mut add = |name: &'static str, value: Option<&str>| {
            if let Some(value) = value {
                fields.push((Cow::Borrowed(name), Cow::Owned(value.to_owned())));
            }
        };
        add("@line", Some(looked));
        add("@operation", operation);
        add("@vendor", self.vendor_in(looked));
        add("@trace", find(&TRACE, TRACE_FORM, looked));
        add("@core", find(&CORE, CORE_FORM, looked));
        add("@message", find(&MESSAGE, MESSAGE_FORM, looked).or_else(|| lone(looked)));
        let map = log.meanings.get_or_init(|| self.meanings(log));
        match self.understand_as(log, map, &Fields::Named(fields), line, sink) {
            // The file is known, so a line that tells nothing of push is no stranger.
            Reading::Unrecognised => Reading::Nothing,
            other => other,
        }
    }

    /// The names of the log itself, or else the usual ones, behind what was recognised by its looks.
    fn meanings(&self, log: &Compiled) -> Meanings {
        let usual = self.logs.iter().find(|l| l.log.form == Form::KeyValue && l.log.pattern.is_empty());
        let mut map = usual.map(|l| l.log.map.clone()).unwrap_or_default();
        let own = &log.log.map;
        let put = |list: &mut List<Text>, own: &List<Text>, looks: &'static str, first: bool| {
            let mut names: Vec<Text> = own.to_vec();
            names.extend(list.iter().cloned());
            if !looks.is_empty() {
                let at = if first { 0 } else { names.len() };
                names.insert(at, Text::Borrowed(looks));
            }
            *list = List::Owned(names);
        };
        // `type=` and `op=` of such a line may mean anything.
        map.kind = List::Borrowed(&[]);
        map.operation = List::Borrowed(&[]);
        put(&mut map.operation, &own.operation, "@operation", true);
        put(&mut map.vendor, &own.vendor, "@vendor", false);
        put(&mut map.trace_id, &own.trace_id, "@trace", false);
        put(&mut map.core_msg_id, &own.core_msg_id, "@core", true);
        put(&mut map.msg_id, &own.msg_id, "@message", true);
        map.answer = List::Borrowed(&[Text::Borrowed("@line")]);
        map
    }

    /// The vendor that a line names: by a host of its servers, else by one name alone.
    fn vendor_in(&self, line: &str) -> Option<&str> {
        let hosts = self.catalog.vendors().flat_map(|v| v.hosts.iter().map(move |h| (v, h)));
        if let Some((vendor, _)) =
            hosts.filter(|(_, h)| line.contains(h.as_ref())).max_by_key(|(_, h)| h.len())
        {
            return Some(&vendor.id);
        }
        let folded = line.to_ascii_lowercase();
        let named = |v: &&crate::catalog::Vendor| {
            let names = v.mps_channels.iter().chain([&v.id, &v.en, &v.zh]);
            !v.mps_channels.is_empty()
                && names.filter(|n| n.len() >= 3).any(|n| stands(&folded, &n.to_ascii_lowercase()))
        };
        let mut vendors = self.catalog.vendors().filter(named);
        let first = vendors.next()?;
        vendors.next().is_none().then_some(first.id.as_ref())
    }

    /// How a line went by its words alone, where it names no code.
    pub(super) fn by_words(&self, line: &str, has_code: bool) -> Option<bool> {
        let family = self.catalog.vendors().find_map(|v| v.family.as_ref())?;
        let folded = line.to_lowercase();
        let any = |words: &List<Text>| words.iter().any(|w| folded.contains(w.as_ref()));
        let failed = any(&family.failure) && !any(&family.not_failure);
        let went = any(&family.success) && !any(&family.not_success);
        match (failed, went, has_code) {
            (true, false, _) => Some(false),
            (false, true, false) => Some(true),
            _ => None,
        }
    }
}

/// The gateway's trace id, MPS's internal message id, and the sender's own.
static TRACE: OnceLock<Option<Regex>> = OnceLock::new();
static CORE: OnceLock<Option<Regex>> = OnceLock::new();
static MESSAGE: OnceLock<Option<Regex>> = OnceLock::new();
const TRACE_FORM: &str = r"(?-u)\b[0-9a-f]{8}1[0-9]{12}[0-9]{3,10}\b";
const CORE_FORM: &str = r"(?-u)\b[0-9]*(?:_[0-9]+)+_[0-9a-f]{20,}\b";
const MESSAGE_FORM: &str =
    r"(?i)(?:msg|message|biz|消息)[A-Za-z_ ]{0,12}(?:id|key|号)?[^A-Za-z0-9]{1,4}(?P<value>[0-9a-f]{32})\b";

fn find<'l>(cell: &OnceLock<Option<Regex>>, form: &str, line: &'l str) -> Option<&'l str> {
    let regex = cell.get_or_init(|| Regex::new(form).ok()).as_ref()?;
    let found = regex.captures(line)?;
    found.name("value").or_else(|| found.get(0)).map(|m| m.as_str())
}

/// The one word of 32 hexadecimal digits that stands in a line without a name of its own: so the
/// push core writes the sender's message id.
fn lone(line: &str) -> Option<&str> {
    let between = |c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';' | '[' | ']' | '(' | ')');
    let hex = |word: &&str| word.len() == 32 && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let mut words = line.split(between).filter(hex);
    let first = words.next()?;
    words.all(|word| word == first).then_some(first)
}

/// Whether a name stands in a line as a word of its own.
fn stands(line: &str, name: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).and_then(|t| t.chars().next_back());
        let after = line.get(at + name.len()..).and_then(|t| t.chars().next());
        // `device.report` goes on in `device.reportAll`, and `x.device` is another name; Chinese has
        // no blanks between words.
        !name.is_ascii() || (!part(before) && before != Some('.') && !part(after))
    })
}
