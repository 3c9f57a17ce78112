//! The headings by which `dumpstate` and `dumpsys` divide their text.

/// What a section holds, as far as it matters to push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionKind {
    /// Lines of the Android log.
    Log,
    /// System properties.
    Properties,
    /// What one system service says of itself: `package`, `notification` …
    Service(String),
    /// Anything else.
    Other,
}

/// Services whose lines are handed on; all others are only counted.
const WANTED: [&str; 5] = ["package", "notification", "appops", "deviceidle", "usagestats"];

impl SectionKind {
    /// Whether each line of the section is handed on.
    pub(crate) fn wanted(&self) -> bool {
        match self {
            Self::Properties => true,
            Self::Service(name) => WANTED.contains(&name.as_str()),
            Self::Log | Self::Other => false,
        }
    }
}

/// A line that stands between two sections.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// `------ TITLE (command) ------`, `DUMP OF SERVICE name:`
    Begins { title: String, kind: SectionKind },
    /// `------ 0.1s was the duration of 'TITLE' ------`
    Ends { title: String },
    /// `== dumpstate: 2024-03-13 10:25:37`
    Dumpstate { time: String },
    /// `== Android Framework Services`: ends whatever came before.
    Chapter,
}

/// Longer titles are no titles.
const LONGEST: usize = 512;

/// Reads a line as a heading. `sure` says that the text is known to be a dump;
/// otherwise only what nobody writes by hand counts.
pub(crate) fn header(line: &[u8], sure: bool) -> Option<Header> {
    if line.len() > LONGEST {
        return None;
    }
    let text = std::str::from_utf8(line).ok()?.trim_end();
    if let Some(rest) = text.strip_prefix("------ ") {
        return rule(rest.strip_suffix(" ------")?.trim(), sure);
    }
    if let Some(rest) = text.strip_prefix("DUMP OF SERVICE ") {
        return service(rest);
    }
    let chapter = text.strip_prefix("== ")?;
    if let Some(time) = chapter.strip_prefix("dumpstate: ") {
        return Some(Header::Dumpstate { time: time.trim().to_owned() });
    }
    sure.then_some(Header::Chapter)
}

fn service(rest: &str) -> Option<Header> {
    let (name, _) = rest.split_once(':')?;
    let name = ["CRITICAL ", "HIGH ", "NORMAL "].iter().find_map(|p| name.strip_prefix(p)).unwrap_or(name);
    let name = name.trim();
    (!name.is_empty() && !name.contains(' '))
        .then(|| Header::Begins { title: name.to_owned(), kind: SectionKind::Service(name.to_owned()) })
}

fn rule(inner: &str, sure: bool) -> Option<Header> {
    if let Some((_, title)) = inner.split_once("s was the duration of '") {
        return Some(Header::Ends { title: title.trim_end_matches('\'').to_owned() });
    }
    let (title, command) = match inner.split_once(" (") {
        Some((title, command)) => (title.trim(), command.trim_end_matches(')')),
        None => (inner, ""),
    };
    if title.is_empty() {
        return None;
    }
    // People draw such rules too; theirs have no command and no shouting.
    if !sure && command.is_empty() && !is_shouted(title) {
        return None;
    }
    Some(Header::Begins { title: title.to_owned(), kind: kind(title, command) })
}

fn is_shouted(title: &str) -> bool {
    title.starts_with(|c: char| c.is_ascii_uppercase())
        && title.contains(' ')
        && title.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b" _-/".contains(&b))
}

fn kind(title: &str, command: &str) -> SectionKind {
    const LOGS: [&str; 8] = [
        "SYSTEM LOG",
        "MAIN LOG",
        "EVENT LOG",
        "EVENTS LOG",
        "RADIO LOG",
        "CRASH LOG",
        "LAST LOGCAT",
        "LOGCAT",
    ];
    let title = title.strip_suffix(" AFTER DONE").unwrap_or(title);
    let mut words = command.split_whitespace();
    let program = words.next().and_then(|word| word.rsplit('/').next()).unwrap_or_default();
    if program == "logcat" && !title.contains("STATISTICS") || LOGS.contains(&title) {
        return SectionKind::Log;
    }
    if title == "SYSTEM PROPERTIES" || program == "getprop" {
        return SectionKind::Properties;
    }
    // `------ CHECKIN … (dumpsys name --checkin) ------` has another form than the
    // text that people read, so only a bare `dumpsys name` counts.
    match (program, words.next(), words.next()) {
        ("dumpsys", Some(name), None) if !name.starts_with('-') => SectionKind::Service(name.to_owned()),
        _ => SectionKind::Other,
    }
}

/// What the first line of a dump without a heading begins with, and whose dump
/// it is.
const STARTS: [(&str, &str); 20] = [
    ("Packages:", "package"),
    ("Hidden system packages:", "package"),
    ("Activity Resolver Table:", "package"),
    ("Receiver Resolver Table:", "package"),
    ("Service Resolver Table:", "package"),
    ("Provider Resolver Table:", "package"),
    ("Database versions:", "package"),
    ("Unable to find package:", "package"),
    ("  Package [", "package"),
    ("Current Notification Manager state", "notification"),
    ("Current AppOps Service state", "appops"),
    ("  Whitelist system apps:", "deviceidle"),
    ("  Whitelist (except idle) system apps:", "deviceidle"),
    ("  Whitelist user apps:", "deviceidle"),
    ("User 0 App Standby States:", "usagestats"),
    // Answers that name no app, below the command that does.
    ("$ cmd appops get ", "appops"),
    ("$ appops get ", "appops"),
    ("$ adb shell cmd appops get ", "appops"),
    ("$ am get-standby-bucket ", "usagestats"),
    ("$ adb shell am get-standby-bucket ", "usagestats"),
];

/// The service whose dump begins with this line.
pub(crate) fn start_of_dump(line: &[u8]) -> Option<&'static str> {
    STARTS.iter().find(|(start, _)| line.starts_with(start.as_bytes())).map(|(_, service)| *service)
}

/// What a search over line starts must look for: headings, and if `dumps` also
/// the first lines of dumps.
pub(crate) fn beginnings(dumps: bool) -> impl Iterator<Item = &'static str> {
    let headings = ["------ ", "DUMP OF SERVICE ", "== "].into_iter();
    headings.chain(STARTS.iter().map(|(start, _)| *start).filter(move |_| dumps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(line: &str) -> Option<SectionKind> {
        match header(line.as_bytes(), false)? {
            Header::Begins { kind, .. } => Some(kind),
            _ => None,
        }
    }

    #[test]
    fn headings_of_every_age_are_read() {
        let log = Some(SectionKind::Log);
        for line in [
            "------ SYSTEM LOG (logcat -v threadtime -v printable -v uid -d *:v) ------",
            "------ SYSTEM LOG (logcat -v time -d *:v) ------\r",
            "------ SYSTEM LOG AFTER DONE (logcat -v threadtime -T 1) ------",
            "------ EVENT LOG (/system/bin/logcat -b events -v time -d *:v) ------",
            "------ LAST LOGCAT (logcat -L -b all -v threadtime) ------",
            "------ SYSTEM LOG ------",
        ] {
            assert_eq!(kind_of(line), log, "{line}");
        }
        for line in [
            "------ LAST KMSG (/proc/last_kmsg) ------",
            "------ KERNEL LOG (dmesg) ------",
            "------ LOG STATISTICS (logcat -b all -S) ------",
            "------ EVENT LOG TAGS (/etc/event-log-tags) ------",
            "------ CHECKIN PACKAGE (dumpsys package --checkin) ------",
        ] {
            assert_eq!(kind_of(line), Some(SectionKind::Other), "{line}");
        }
        assert_eq!(kind_of("------ SYSTEM PROPERTIES ------"), Some(SectionKind::Properties));
        let service = |name: &str| Some(SectionKind::Service(name.to_owned()));
        assert_eq!(kind_of("DUMP OF SERVICE HIGH package:"), service("package"));
        assert_eq!(kind_of("DUMP OF SERVICE notification:"), service("notification"));
        assert_eq!(kind_of("------ NOTIFICATION (dumpsys notification) ------"), service("notification"));
    }

    #[test]
    fn what_people_draw_is_no_heading() {
        for line in ["------ main log ------", "--------- beginning of main", "------ x", "== see below"] {
            assert_eq!(header(line.as_bytes(), false), None, "{line}");
        }
    }

    #[test]
    fn a_duration_names_its_section() {
        assert_eq!(
            header(b"------ 0.101s was the duration of 'DUMPSYS CRITICAL' ------", true),
            Some(Header::Ends { title: "DUMPSYS CRITICAL".to_owned() })
        );
    }
}
