//! Which parts of a bug report are worth reading.
//!
//! A bug report holds hundreds of entries, and only its text and the saved logs tell anything of
//! push. The rest (traces, statistics of drivers, pictures) is passed over and counted, so that it
//! costs nothing and frightens nobody with errors.

/// What a container of these names is.
pub(crate) struct Plan {
    /// The folder in which the bug report's own text stands; `None` when it is no bug report.
    root: Option<String>,
}

/// Entries beside the text that say nothing of the phone.
const ASIDE: [&str; 3] = ["version.txt", "main_entry.txt", "dumpstate_log.txt"];
const TEXT: [&str; 2] = [".txt", ".log"];
const PACKED: [&str; 8] = [".zip", ".gz", ".tgz", ".tar", ".xz", ".zst", ".bz2", ".lzma"];

impl Plan {
    /// Looks through all names, with `/` between folders.
    pub(crate) fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut root: Option<String> = None;
        for name in names {
            let (folder, file) = split(name);
            if is_report(file) && root.as_ref().is_none_or(|known| folder.len() < known.len()) {
                root = Some(folder.to_owned());
            }
        }
        Self { root }
    }

    /// The plan for a stream of entries whose names are not known beforehand.
    pub(crate) fn by_name(file: &str) -> Self {
        let file = file.to_ascii_lowercase();
        let report = file.starts_with("bugreport") || file.starts_with("dumpstate");
        Self { root: report.then(String::new) }
    }

    /// Whether the entry is to be read.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let Some(root) = &self.root else { return true };
        let (folder, file) = split(name);
        let file = file.to_ascii_lowercase();
        let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| file.ends_with(suffix));
        if folder == root {
            return (ends(&TEXT) || ends(&PACKED)) && !ASIDE.contains(&file.as_str());
        }
        let inside = name.strip_prefix(root.as_str()).unwrap_or(name).to_ascii_lowercase();
        if !name.starts_with(root.as_str()) {
            // Something else lies in the same container.
            return true;
        }
        inside.contains("logcat")
            || inside.contains("/logd/")
            || (is_report(&file) && ends(&TEXT))
            || ends(&[".zip"])
    }
}

fn split(name: &str) -> (&str, &str) {
    match name.rfind('/') {
        Some(at) => name.split_at_checked(at + 1).unwrap_or(("", name)),
        None => ("", name),
    }
}

/// The text of a bug report, or the entry that names it.
fn is_report(file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    file == "main_entry.txt"
        || (TEXT.iter().any(|suffix| file.ends_with(suffix))
            && (file.starts_with("bugreport") || file.starts_with("dumpstate"))
            && file != "dumpstate_log.txt")
}

#[cfg(test)]
mod tests {
    use super::Plan;

    fn kept(names: &[&str]) -> Vec<String> {
        let plan = Plan::of(names.iter().copied());
        names.iter().filter(|name| plan.wants(name)).map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn of_a_bug_report_only_text_and_logs_are_read() {
        let names = [
            "version.txt",
            "main_entry.txt",
            "dumpstate_log.txt",
            "bugreport-one.txt",
            "proto/activity.proto",
            "FS/data/anr/anr_1",
            "FS/data/misc/logd/logcat.01",
            "FS/proc/1/mountinfo",
            "screenshot.png",
        ];
        assert_eq!(kept(&names), ["bugreport-one.txt", "FS/data/misc/logd/logcat.01"]);
        let inside: Vec<String> = names.iter().map(|name| format!("folder/{name}")).collect();
        let inside: Vec<&str> = inside.iter().map(String::as_str).collect();
        assert_eq!(kept(&inside), ["folder/bugreport-one.txt", "folder/FS/data/misc/logd/logcat.01"]);
    }

    #[test]
    fn other_containers_are_read_whole() {
        let names = ["log/main_log.txt", "log/bugreport/bugreport.zip", "picture.png"];
        assert_eq!(kept(&names), names);
    }

    #[test]
    fn what_lies_beside_a_bug_report_is_read() {
        let names = ["a/main_entry.txt", "a/bugreport.txt", "a/x.bin", "device.log"];
        assert_eq!(kept(&names), ["a/bugreport.txt", "device.log"]);
    }
}
