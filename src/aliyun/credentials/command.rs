//! Credentials that a program of the user's prints.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use super::{Credentials, Origin};
use crate::aliyun::clock::parse_iso_date;
use crate::lang::Bilingual;

/// How long the program may take.
const LONGEST: Duration = Duration::from_secs(60);

/// Runs a command and reads the key that it prints as JSON.
///
/// # Errors
/// The end of a sentence that begins with the profile.
pub fn run(command: &str, origin: Origin) -> Result<Credentials, Bilingual> {
    run_for(command, origin, LONGEST)
}

/// The same with another limit on the time that the program may take.
fn run_for(command: &str, origin: Origin, longest: Duration) -> Result<Credentials, Bilingual> {
    let words = split(command);
    let Some((program, arguments)) = words.split_first() else {
        return Err(Bilingual::new("has an empty process_command", "的 process_command 为空"));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| failed(&e.to_string(), &e.to_string()))?;
    let Some(mut stdout) = child.stdout.take() else { return Err(failed("no output", "没有输出")) };
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.by_ref().take(1 << 20).read_to_end(&mut bytes);
        let _ = sender.send(read.map(|_| bytes));
    });
    let printed = receiver.recv_timeout(longest);
    let Ok(Ok(printed)) = printed else {
        let _ = child.kill();
        let _ = child.wait();
        let seconds = longest.as_secs_f64();
        return Err(failed(&format!("not done in {seconds} s"), &format!("{seconds} 秒内未结束")));
    };
    // It closed its output; what it does after that is not waited for long.
    let mut status = None;
    for _ in 0..50 {
        status = child.try_wait().ok().flatten();
        if status.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    match status {
        Some(status) if !status.success() => return Err(failed(&status.to_string(), &status.to_string())),
        Some(_) => {}
        None => {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
    let value: Value = serde_json::from_slice(&printed).unwrap_or_default();
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned).filter(|v| !v.is_empty());
    let found = || {
        let sts_token = text("sts_token");
        if text("mode").is_some_and(|m| m == "StsToken") && sts_token.is_none() {
            return None;
        }
        Some(Credentials {
            id: text("access_key_id")?,
            secret: text("access_key_secret")?,
            sts_token,
            expires: text("expiration").and_then(|e| parse_iso_date(&e)),
            origin: origin.clone(),
        })
    };
    found().ok_or_else(|| {
        failed(
            "no access_key_id and access_key_secret in its JSON",
            "输出的 JSON 中没有 access_key_id 和 access_key_secret",
        )
    })
}

fn failed(en: &str, zh: &str) -> Bilingual {
    let (en, zh) = (crate::read::harmless(en), crate::read::harmless(zh));
    Bilingual::new(
        format!("names a process_command that gave no credentials ({en}): run it by hand"),
        format!("的 process_command 未给出凭证（{zh}）：请手工运行检查"),
    )
}

/// Words of a command line: blanks part them, quotes of either kind hold them together. A backslash
/// stays what it is, as paths of Windows have it.
fn split(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not a test by itself: a program that prints nothing and does not end.
    #[test]
    #[ignore = "run by the test of the limit"]
    fn never_ends() {
        std::thread::sleep(Duration::from_secs(600));
    }

    #[test]
    fn a_program_that_does_not_end_is_ended_and_named_as_the_reason() {
        let own = std::env::current_exe().unwrap();
        let name = "aliyun::credentials::command::tests::never_ends";
        // Quiet, so that the program says nothing that could be taken for its end.
        let command = format!("\"{}\" --ignored --exact {name} --nocapture", own.display());
        let begun = std::time::Instant::now();
        let error =
            run_for(&command, Origin::new("made up", "虚构"), Duration::from_millis(500)).unwrap_err();
        assert!(error.en.contains("not done in 0.5 s") && error.zh.contains("0.5 秒内未结束"), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(300), "it was waited for");
    }

    #[test]
    fn the_limit_is_a_minute() {
        assert_eq!(LONGEST, Duration::from_secs(60));
    }

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(split("  a 'b c' \"d \\ e\" f'g' \"\""), ["a", "b c", "d \\ e", "fg", ""]);
        assert!(split(" ").is_empty());
    }
}
