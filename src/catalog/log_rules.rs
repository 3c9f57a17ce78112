//! What `error-codes/<vendor>/logs.toml`, and a user's own profile, may say of a server's log.
//!
//! `build.rs` includes this file, as it does `schema.rs`, so built-in logs and a user's are read and
//! linted by the same code.

use serde::Deserialize;

use super::schema::*;

terms! {
    /// How a row is taken apart.
    Form {
        /// A regular expression finds the part of a line that is split at a delimiter.
        Delimited = "delimited",
        /// The named groups of a regular expression are the fields.
        Regex = "regex",
        /// Named fields: JSON, CSV with names, columns.
        Fields = "fields",
        /// `name=value` or `name: value` in a line.
        KeyValue = "key-value",
        /// No grammar is known: identifiers, vendors and answers are recognised by their looks.
        Text = "text",
        /// The row is known and says nothing of push.
        Skip = "skip",
    }
}
terms! {
    /// What a row tells of.
    Tells {
        Report = "report", Accept = "accept", Forward = "forward", Receipt = "receipt", Other = "other",
    }
}

/// A file of logs: `<vendor>/logs.toml`, or a user's profile.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogFile {
    #[serde(default)]
    pub log: Vec<Log>,
    #[serde(default)]
    pub operation: Vec<Operation>,
    #[serde(default)]
    pub target: Vec<Target>,
}

/// One log: how its rows are recognised, taken apart and understood.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The name of the profile, stable.
    pub id: Text,
    /// Profiles are tried from the lowest number on; the first that takes a row has it.
    #[serde(default)]
    pub order: u32,
    pub form: Form,
    /// Where the file lies, with `*` for any characters; the end of the path counts.
    #[serde(default)]
    pub paths: List<Text>,
    /// A regular expression that a line of this log matches.
    #[serde(default)]
    pub pattern: Text,
    /// The pattern alone says too little: the path must fit too.
    #[serde(default)]
    pub needs_path: bool,
    /// A file is taken for this log by its lines alone.
    #[serde(default)]
    pub telling: bool,
    /// The grammar of a line: named groups are fields, and a group named `fields` is split.
    #[serde(default)]
    pub line: Text,
    /// What `fields` is split at; a comma by default.
    #[serde(default)]
    pub delimiter: Text,
    /// The names of the split fields, in order; more fields at the end are left alone.
    #[serde(default)]
    pub names: List<Text>,
    /// Fields that may hold the delimiter themselves.
    #[serde(default)]
    pub loose: List<Text>,
    /// Fields whose form is known: by them the loose ones find their end.
    #[serde(default)]
    pub anchor: List<PropertyTest>,
    /// Values that stand for nothing.
    #[serde(default)]
    pub empty: List<Text>,
    /// JSON pointers, or names, that must exist; `*` stands for any key or index.
    #[serde(default)]
    pub has: List<Text>,
    /// Those that must not.
    #[serde(default)]
    pub lacks: List<Text>,
    /// Values that must fit: a pointer or name, and a regular expression.
    #[serde(default)]
    pub fits: List<PropertyTest>,
    /// Names of fields that hold the document as a text (`data=<json>` of a form).
    #[serde(default)]
    pub inside: List<Text>,
    /// A JSON pointer to the parts of which each is a record by itself.
    #[serde(default)]
    pub each: Text,
    /// Which fields mean what.
    #[serde(default)]
    pub map: Meanings,
    /// How the time is written, as `%d/%b/%Y:%H:%M:%S %z`; usual spellings need no word.
    #[serde(default)]
    pub time: Text,
    /// The zone of times that name none, as `+00:00`.
    #[serde(default)]
    pub zone: Text,
    /// What every row tells of.
    #[serde(default)]
    pub kind: Option<Tells>,
    /// What a value of `kind` means.
    #[serde(default)]
    pub kinds: List<Meaning>,
    /// The vendor of every row.
    #[serde(default)]
    pub vendor: Text,
    /// What a value of `vendor` means: a vendor's id.
    #[serde(default)]
    pub vendors: List<Meaning>,
    /// The way of every row.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Rows of operations that are not listed have nothing to do with push.
    #[serde(default)]
    pub operations_only: bool,
    /// Values of `result` that mean success, failure, and neither yet.
    #[serde(default)]
    pub ok: List<Text>,
    #[serde(default)]
    pub failed: List<Text>,
    #[serde(default)]
    pub pending: List<Text>,
    #[serde(default)]
    pub code: List<CodePlace>,
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// Where the form of the log is known from.
    pub basis: Basis,
    pub source: Text,
    /// A remark for maintainers.
    #[serde(default)]
    pub note: Text,
    #[serde(default)]
    pub sample: List<LogSample>,
}

/// Where a code stands in a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodePlace {
    /// Names or JSON pointers; the first that has a value counts.
    pub at: List<Text>,
    /// Where it is looked up, in order, as `mgs.rpc`; `{vendor}` is the row's vendor.
    pub sides: List<Text>,
    /// Only in rows of this kind.
    #[serde(default)]
    pub kind: Option<Tells>,
    /// Only values that match count; if the expression has a group, the group is the code.
    #[serde(default)]
    pub pattern: Text,
    /// Put before the code as read.
    #[serde(default)]
    pub prefix: Text,
    /// The code, whatever stands there.
    #[serde(default)]
    pub fixed: Text,
    /// It makes a record of its own, beside the first code.
    #[serde(default)]
    pub also: bool,
}

/// A value and what it means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// A value, in any case; `*` stands for any characters.
    pub value: Text,
    pub is: Text,
}

/// An operation of the gateway, or a kind of push.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The whole name.
    pub name: Text,
    pub kind: Tells,
}

/// Failures of single targets inside an answer that may call itself a success.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The folder's name; filled in from the path.
    #[serde(skip)]
    pub vendor: Text,
    pub side: Text,
    /// JSON pointers that must exist in the answer.
    pub has: List<Text>,
    /// JSON pointers to what tells of a target: an object, or with `code_is_key` or `fixed` the
    /// tokens themselves, as a list or with commas between them.
    pub each: List<Text>,
    /// The pointer to the code inside of it.
    #[serde(default)]
    pub code: Text,
    #[serde(default)]
    pub code_is_key: bool,
    #[serde(default)]
    pub code_pattern: Text,
    #[serde(default)]
    pub prefix: Text,
    #[serde(default)]
    pub fixed: Text,
    /// The pointer to the token inside of it.
    #[serde(default)]
    pub token: Text,
    /// What stands there is no token: the failure is told, but not whose.
    #[serde(default)]
    pub no_token: bool,
    pub sample: Text,
    pub sample_code: Text,
    #[serde(default)]
    pub sample_token: Text,
}

/// A made-up row, and what must be read from it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSample {
    /// A line, or a JSON object of fields.
    pub row: Text,
    /// The file it stands in.
    #[serde(default)]
    pub path: Text,
    /// How many records it makes.
    pub records: u32,
    /// Of the first record, where there is one.
    #[serde(default)]
    pub kind: Option<Tells>,
    #[serde(default)]
    pub code: Text,
    #[serde(default)]
    pub ok: Option<bool>,
    #[serde(default)]
    pub vendor: Text,
}

/// Which fields mean what: for each meaning the names that may carry it, the first with a value wins.
/// A name that begins with `/` is a JSON pointer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Meanings {
    pub ts: List<Text>,
    pub kind: List<Text>,
    pub operation: List<Text>,
    /// How it went, as the log says it.
    pub result: List<Text>,
    pub message: List<Text>,
    /// The channel or vendor.
    pub vendor: List<Text>,
    /// The vendor's answer, as JSON or a text that holds it.
    pub answer: List<Text>,
    pub app_id: List<Text>,
    pub workspace_id: List<Text>,
    /// `<app id>-<workspace id>` in one field.
    pub app_and_workspace: List<Text>,
    pub package: List<Text>,
    pub user: List<Text>,
    pub device: List<Text>,
    pub ad_token: List<Text>,
    /// The vendor's token; several stand as a list or with commas between them.
    pub vendor_token: List<Text>,
    pub msg_id: List<Text>,
    pub core_msg_id: List<Text>,
    pub vendor_msg_id: List<Text>,
    pub trace_id: List<Text>,
    pub host: List<Text>,
    pub class: List<Text>,
    pub count: List<Text>,
    /// How long it took, as `61ms`.
    pub cost: List<Text>,
}

/// Reads a file of logs and lints it.
///
/// `path` is only for messages. Errors are one sentence that names the file and the entry.
pub fn parse_logs(path: &str, vendor: &str, text: &str) -> Result<LogFile, String> {
    let mut file: LogFile = toml::from_str(text).map_err(|e| super::lint::syntax(path, &e.to_string()))?;
    let mut seen = std::collections::HashSet::new();
    for log in &file.log {
        if !seen.insert(log.id.clone()) {
            return Err(format!("{path}: log \"{}\" stands twice; keep one", log.id));
        }
        lint_log(&format!("{path}: log \"{}\"", log.id), log)?;
    }
    for target in &mut file.target {
        target.vendor = Text::Owned(vendor.to_owned());
        lint_target(&format!("{path}: target with sample_code \"{}\"", target.sample_code), target)?;
    }
    Ok(file)
}

fn lint_log(at: &str, log: &Log) -> Result<(), String> {
    let regex = |key: &str, text: &str| regex::Regex::new(text).map_err(|e| format!("{at}: {key}: {e}"));
    if log.id.trim().is_empty() {
        return Err(format!("{at}: id is empty; name the profile"));
    }
    if log.source.trim().is_empty() {
        return Err(format!("{at}: no source; name a page or write \"our own log\""));
    }
    regex("pattern", &log.pattern)?;
    let groups: Vec<String> =
        regex("line", &log.line)?.capture_names().flatten().map(str::to_owned).collect();
    for test in log.anchor.iter().chain(log.fits.iter()) {
        regex(&test.key, &test.value)?;
    }
    for place in log.code.iter() {
        regex("code.pattern", &place.pattern)?;
        if place.at.is_empty() || place.sides.is_empty() {
            return Err(format!("{at}: code needs both at and sides"));
        }
        if let Some(side) = place.sides.iter().find(|s| !s.contains('.')) {
            return Err(format!("{at}: \"{side}\" in sides must be <vendor>.<side>, as mgs.rpc"));
        }
    }
    for meaning in log.kinds.iter() {
        if !Tells::ALL.iter().any(|t| t.as_str() == meaning.is) {
            let all: Vec<&str> = Tells::ALL.iter().map(|t| t.as_str()).collect();
            return Err(format!("{at}: kinds: \"{}\" is none of {}", meaning.is, all.join(", ")));
        }
    }
    match log.form {
        Form::Delimited => {
            if !groups.iter().any(|g| g == "fields") || log.names.is_empty() || log.pattern.is_empty() {
                return Err(format!(
                    "{at}: form delimited needs pattern, names, and a group named fields in line"
                ));
            }
            let known = |name: &Text| log.names.contains(name);
            if let Some(name) = log.loose.iter().chain(log.anchor.iter().map(|a| &a.key)).find(|n| !known(n))
            {
                return Err(format!("{at}: names does not list \"{name}\""));
            }
        }
        Form::Regex if groups.is_empty() || log.pattern.is_empty() => {
            return Err(format!("{at}: form regex needs pattern, and named groups in line"));
        }
        Form::Text | Form::Skip if log.paths.is_empty() && log.pattern.is_empty() => {
            return Err(format!("{at}: no paths and no pattern, so every row would be it"));
        }
        _ => {}
    }
    if log.needs_path && log.paths.is_empty() {
        return Err(format!("{at}: needs_path without paths"));
    }
    if log.form != Form::Skip
        && log.kind.is_none()
        && log.map.kind.is_empty()
        && log.map.operation.is_empty()
        && log.form != Form::Text
    {
        return Err(format!("{at}: nothing says what a row tells of; set kind, map.kind or map.operation"));
    }
    Ok(())
}

fn lint_target(at: &str, target: &Target) -> Result<(), String> {
    if target.each.is_empty() || target.has.is_empty() {
        return Err(format!("{at}: needs both has and each"));
    }
    for pointer in target.has.iter().chain(target.each.iter()) {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(format!("{at}: \"{pointer}\" is no JSON pointer; begin it with /"));
        }
    }
    let ways = [!target.code.is_empty(), target.code_is_key, !target.fixed.is_empty()];
    if ways.iter().filter(|way| **way).count() != 1 {
        return Err(format!("{at}: set one of code, code_is_key and fixed"));
    }
    regex::Regex::new(&target.code_pattern).map_err(|e| format!("{at}: code_pattern: {e}"))?;
    Ok(())
}
