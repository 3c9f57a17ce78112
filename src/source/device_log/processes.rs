//! Which app a process id belongs to, learned from the log's own lines.

use std::collections::HashMap;

/// A process as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The application id, without a `:push` suffix.
    pub package: String,
    /// Whether it is the app's `:push` process.
    pub push: bool,
    /// The Android user, where a line told it.
    pub user: Option<u32>,
}

impl Process {
    /// From a process name such as `com.example.bank:push`.
    pub fn from_name(name: &str, user: Option<u32>) -> Option<Self> {
        let (package, part) = name.split_once(':').unwrap_or((name, ""));
        let plausible = package.len() <= 256
            && package.contains('.')
            && package.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
        plausible.then(|| Process { package: package.to_owned(), push: part == "push", user })
    }
}

/// Process ids by input; within an input the newest start wins.
#[derive(Clone, Debug, Default)]
pub struct Processes {
    now: HashMap<(usize, u32), Running>,
    /// The first process that ever had the id and the line that named it, for lines above.
    first: HashMap<(usize, u32), (Process, u64)>,
}

#[derive(Clone, Debug)]
struct Running {
    process: Process,
    /// When a line said that it is gone, in microseconds since 1970.
    ended: Option<i64>,
}

/// As many as a phone has process ids by default; a hostile log is not followed further.
const MOST: usize = 32_768;

/// Its last lines may stand behind the one that tells of its end, in microseconds.
const LAST_WORDS: i64 = 2_000_000;

impl Processes {
    /// A line told which process has this id.
    pub fn learn(&mut self, input: usize, line: u64, pid: u32, process: Process) {
        let key = (input, pid);
        if pid == 0 || (self.now.len() >= MOST && !self.now.contains_key(&key)) {
            return;
        }
        self.first.entry(key).or_insert_with(|| (process.clone(), line));
        let known = self.now.get(&key).map(|r| &r.process).filter(|p| p.package == process.package);
        let user = process.user.or(known.and_then(|p| p.user));
        self.now.insert(key, Running { process: Process { user, ..process }, ended: None });
    }

    /// The phone started in between: its ids mean other processes.
    pub fn forget(&mut self, input: usize) {
        self.now.retain(|(of, _), _| *of != input);
        self.first.retain(|(of, _), _| *of != input);
    }

    /// A line told that the process with this id is gone.
    pub fn end(&mut self, input: usize, pid: u32, time: Option<i64>) {
        if let Some(running) = self.now.get_mut(&(input, pid)) {
            running.ended = time;
        }
    }

    /// The process that has this id at a time.
    pub fn get(&self, input: usize, pid: u32, time: Option<i64>) -> Option<&Process> {
        let running = self.now.get(&(input, pid))?;
        let gone = running.ended.zip(time).is_some_and(|(end, now)| now > end.saturating_add(LAST_WORDS));
        (!gone).then_some(&running.process)
    }

    /// Whether any line named the process with this id.
    pub fn knows(&self, input: usize, pid: u32) -> bool {
        self.now.contains_key(&(input, pid))
    }

    /// For each app of each input the first lines that name its main and its `:push` process.
    pub fn first_named(&self) -> HashMap<(usize, &str), [Option<u64>; 2]> {
        let mut named: HashMap<(usize, &str), [Option<u64>; 2]> = HashMap::new();
        for ((input, _), (process, line)) in &self.first {
            let of = named.entry((*input, process.package.as_str())).or_default();
            let known = if process.push { &mut of[1] } else { &mut of[0] };
            *known = Some(known.map_or(*line, |before| before.min(*line)));
        }
        named
    }

    /// The process for a line that stood above every line naming it.
    pub fn in_hindsight(&self, input: usize, line: u64, pid: u32) -> Option<&Process> {
        self.first.get(&(input, pid)).filter(|(_, named)| line < *named).map(|(process, _)| process)
    }
}

/// The Android user of a uid as logcat prints it: a number, or `u0_a201`, `u0a201`, `u999a12`.
pub fn user_of(uid: &str) -> Option<u32> {
    if let Ok(number) = uid.trim().parse::<u32>() {
        return Some(number / 100_000);
    }
    let rest = uid.trim().strip_prefix('u')?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let after = rest.get(digits.len()..)?;
    after.trim_start_matches('_').starts_with(['a', 'i', 's']).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_from_uids() {
        assert_eq!(user_of("u0_a201"), Some(0));
        assert_eq!(user_of("u999a12"), Some(999));
        assert_eq!(user_of("99910123"), Some(999));
        assert_eq!(user_of("10123"), Some(0));
        assert_eq!(user_of("root"), None);
    }

    #[test]
    fn the_newest_start_wins_and_hindsight_keeps_the_first() {
        let mut processes = Processes::default();
        processes.learn(0, 10, 7, Process::from_name("com.example.a", None).unwrap());
        processes.learn(0, 20, 7, Process::from_name("com.example.b:push", None).unwrap());
        assert_eq!(processes.get(0, 7, None).unwrap().package, "com.example.b");
        assert!(processes.get(0, 7, None).unwrap().push);
        assert_eq!(processes.in_hindsight(0, 9, 7).unwrap().package, "com.example.a");
        assert!(processes.in_hindsight(0, 11, 7).is_none());
        assert!(processes.get(1, 7, None).is_none());
        processes.forget(0);
        assert!(processes.get(0, 7, None).is_none() && processes.in_hindsight(0, 9, 7).is_none());
    }

    #[test]
    fn an_id_is_free_again_after_its_process_has_ended() {
        let mut processes = Processes::default();
        processes.learn(0, 1, 7, Process::from_name("com.example.a", None).unwrap());
        processes.end(0, 7, Some(1_000_000));
        assert!(processes.get(0, 7, Some(2_000_000)).is_some());
        assert!(processes.get(0, 7, Some(9_000_000)).is_none());
        processes.learn(0, 2, 7, Process::from_name("com.example.b", None).unwrap());
        assert_eq!(processes.get(0, 7, Some(9_500_000)).unwrap().package, "com.example.b");
    }
}
