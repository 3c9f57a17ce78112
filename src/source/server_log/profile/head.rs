//! Whether a text is a server's log, by its first lines: strict, because a device's log must never be
//! taken for one.

use std::sync::OnceLock;

use super::compiled::Compiled;
use crate::catalog::Catalog;

/// How many lines are looked at.
const LINES: usize = 64;

/// The built-in log that the first lines of a text look like, or that the file's name and folder
/// name; `None` if nothing is sure.
pub fn starts_like_server_log(head: &[&str], file_name: &str) -> Option<&'static str> {
    static LOGS: OnceLock<Vec<Compiled<'static>>> = OnceLock::new();
    let logs = LOGS.get_or_init(|| Catalog::builtin().logs().cloned().map(Compiled::owned).collect());
    let lines: Vec<&str> = head.iter().copied().filter(|l| !l.trim().is_empty()).take(LINES).collect();
    if lines.is_empty() {
        return None;
    }
    for log in logs.iter().filter(|l| l.log.telling) {
        // Stack traces may stand between; a line of another log may not be the rule.
        let hits = lines.iter().filter(|line| log.takes_line(line, "")).count();
        if hits > 0 && hits * 2 >= lines.len() {
            return Some(name(log));
        }
    }
    let named = |l: &&Compiled| !l.log.paths.is_empty() && !l.log.needs_path && l.lies_at(file_name);
    let log = logs.iter().find(named)?;
    let stamped = lines.iter().filter(|l| super::stamp::leading(l).is_some()).count();
    (stamped > 0).then(|| name(log))
}

/// The id as it lives for ever.
fn name(log: &Compiled) -> &'static str {
    crate::catalog::built_in_log(&log.log.id).unwrap_or("server-log")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_logs_are_known_and_device_logs_are_not() {
        let digest = "2024-06-14 09:58:02,123 - (/mgw.htm,response,Y,5ms,com.example.balance,-,A,default,1000,-,-,-,-,d,u,t,192.0.2.1,HTTP,JSON,8,9,F,x,F,ANDROID,5,4,2.0)";
        let stat = "2024-6-14 9:58:02.123,HMS,0A1B-default,Android,1.2.0,0A1B_ANDROID-default,SIMPLE,-,-,200,true,true,2,ACKED,2.1.0,-,#,1,42";
        assert_eq!(starts_like_server_log(&[digest], "a.log"), Some("mgs-digest"));
        assert_eq!(starts_like_server_log(&["", stat, stat], "a.log"), Some("pushcore-notify-stat"));
        let text = "2024-06-14 09:58:02.123 INFO started";
        assert_eq!(starts_like_server_log(&[text], "h1/logs/mcometgw.log.1"), Some("mcometgw-text"));
        for line in [
            "06-14 09:58:02.123  1234  1260 I mPush14 : alipay.client.yunpushcore.device.report response,Y",
            "2024-06-14 09:58:02.123  1234  1260 I RpcInvoker: operationType=alipay.client.yunpushcore.bind",
            "2024-06-14 09:58:02.123 1234-1260/com.example I/mPush14: report",
            text,
        ] {
            assert_eq!(starts_like_server_log(&[line], "logcat.txt"), None, "{line}");
        }
        assert_eq!(starts_like_server_log(&[], "gateway-error.log"), None);
    }
}
