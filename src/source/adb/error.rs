//! What can go wrong between the program and a phone, each as one sentence with its remedy.

use crate::lang::{Bilingual, Lang};

use super::{Device, DeviceState};

/// Why the phone could not be asked, or not to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdbError {
    /// A flag or variable does not name a server.
    BadAddress { name: &'static str, value: String },
    /// Nobody listens.
    NoServer { server: String },
    /// The server cannot be reached for another reason.
    Unreachable { server: String, reason: String },
    /// The server takes the connection and says nothing.
    NoAnswer { server: String, seconds: u64 },
    /// The server hangs up in the middle of an answer.
    Dropped { server: String },
    /// What answers is no adb server.
    Garbage { server: String },
    /// The server refuses, in its own words.
    Refused { words: String },
    /// No phone is connected.
    NoDevice,
    /// Several are, and none was named.
    SeveralDevices { devices: Vec<String> },
    /// The one that was named is not among them.
    UnknownSerial { devices: Vec<String> },
    /// The phone is there, but cannot be asked.
    NotReady { serial: String, state: DeviceState },
    /// The phone went away in the middle of a command.
    Gone,
    /// A command on the phone gives no output for too long.
    Silent { seconds: u64 },
    /// A command on the phone does not end.
    Endless { seconds: u64 },
    /// A command on the phone gives more than any phone does.
    TooMuch { bytes: u64 },
    /// The user stopped it.
    Interrupted,
    /// What was received could not be kept.
    Local { reason: String },
}

impl AdbError {
    /// The list of phones for a sentence.
    pub(super) fn list(devices: &[Device]) -> Vec<String> {
        devices.iter().map(Device::label).collect()
    }

    /// Whether nothing more can be expected of this phone.
    pub fn is_final(&self) -> bool {
        !matches!(
            self,
            AdbError::Silent { .. }
                | AdbError::Endless { .. }
                | AdbError::TooMuch { .. }
                | AdbError::Refused { .. }
        )
    }

    /// The sentence in the user's language.
    pub fn sentence(&self, lang: Lang) -> String {
        self.both().get(lang).to_owned()
    }

    /// The sentence in both languages.
    pub fn both(&self) -> Bilingual {
        match self {
            AdbError::BadAddress { name, value } => Bilingual::new(
                format!(
                    "{name}: \"{value}\" is no adb server; write HOST:PORT, as 127.0.0.1:5037 (in ADB_SERVER_SOCKET with tcp: before it)"
                ),
                format!(
                    "{name}：“{value}”不是 adb 服务地址；请写成 主机:端口，如 127.0.0.1:5037（ADB_SERVER_SOCKET 还要在前面加 tcp:）"
                ),
            ),
            AdbError::NoServer { server } => Bilingual::new(
                format!(
                    "no adb server listens on {server}; start it with \"adb start-server\" and connect the phone"
                ),
                format!("{server} 上没有 adb 服务；请先运行 adb start-server，并连接手机"),
            ),
            AdbError::Unreachable { server, reason } => Bilingual::new(
                format!("the adb server {server} cannot be reached ({reason}); check the address"),
                format!("无法连接 adb 服务 {server}（{reason}）；请检查地址"),
            ),
            AdbError::NoAnswer { server, seconds } => Bilingual::new(
                format!(
                    "the adb server {server} did not answer within {seconds} s; restart it with \"adb kill-server\" and \"adb start-server\""
                ),
                format!(
                    "adb 服务 {server} 在 {seconds} 秒内没有应答；请依次运行 adb kill-server、adb start-server 重启服务"
                ),
            ),
            AdbError::Dropped { server } => Bilingual::new(
                format!(
                    "the adb server {server} hung up in the middle of an answer; run the command again, or restart the server with \"adb kill-server\" and \"adb start-server\""
                ),
                format!(
                    "adb 服务 {server} 应答到一半断开了连接；请重试，或依次运行 adb kill-server、adb start-server 重启服务"
                ),
            ),
            AdbError::Garbage { server } => Bilingual::new(
                format!(
                    "what answers on {server} is no adb server; check the address with --adb-server, or restart adb"
                ),
                format!("{server} 上应答的不是 adb 服务；请用 --adb-server 指定正确的地址，或重启 adb"),
            ),
            AdbError::Refused { words } => Bilingual::new(
                format!("adb refuses: {words}; look at \"adb devices\" and connect the phone again"),
                format!("adb 拒绝了请求：{words}；请用 adb devices 查看状态，并重新连接手机"),
            ),
            AdbError::NoDevice => Bilingual::new(
                "no phone is connected; plug it in, switch on USB debugging in its developer options, and check \"adb devices\"",
                "没有连接手机；请插好数据线，在手机的开发者选项中打开 USB 调试，再用 adb devices 检查",
            ),
            AdbError::SeveralDevices { devices } => Bilingual::new(
                format!("several phones are connected; name one with --serial: {}", devices.join(", ")),
                format!("连接了多部手机；请用 --serial 指定其中一部：{}", devices.join("、")),
            ),
            AdbError::UnknownSerial { devices } if devices.is_empty() => Bilingual::new(
                "no phone with this serial is connected, nor any other; check \"adb devices\"",
                "没有连接该序列号的手机，也没有其他手机；请用 adb devices 检查",
            ),
            AdbError::UnknownSerial { devices } => Bilingual::new(
                format!("no phone with this serial is connected; connected are {}", devices.join(", ")),
                format!("没有连接该序列号的手机；已连接的有：{}", devices.join("、")),
            ),
            AdbError::NotReady { serial, state } => {
                let remedy = state.remedy();
                Bilingual::new(
                    format!("the phone {serial} {}", remedy.en),
                    format!("手机 {serial} {}", remedy.zh),
                )
            }
            AdbError::Gone => Bilingual::new(
                "the phone went away; check the cable and run the command again",
                "手机连接中断；请检查数据线后重试",
            ),
            AdbError::Silent { seconds } => Bilingual::new(
                format!("the phone gave no output for {seconds} s; try again with a longer --timeout"),
                format!("手机 {seconds} 秒没有输出；请用更长的 --timeout 重试"),
            ),
            AdbError::Endless { seconds } => Bilingual::new(
                format!(
                    "the command did not end within {seconds} s and was stopped; what it had given is kept"
                ),
                format!("命令在 {seconds} 秒内没有结束，已停止；已得到的内容予以保留"),
            ),
            AdbError::TooMuch { bytes } => Bilingual::new(
                format!("the command gave more than {bytes} bytes and was stopped; what came before is kept"),
                format!("命令输出超过 {bytes} 字节，已停止；此前的内容予以保留"),
            ),
            AdbError::Interrupted => Bilingual::new("interrupted", "已被中断"),
            AdbError::Local { reason } => Bilingual::new(
                format!("what the phone said could not be kept ({reason}); check the disk"),
                format!("无法保存手机返回的内容（{reason}）；请检查磁盘"),
            ),
        }
    }
}

impl std::fmt::Display for AdbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.both().en)
    }
}

impl std::error::Error for AdbError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::is_chinese;

    #[test]
    fn every_fault_is_one_line_in_both_languages() {
        let text = || "x".to_owned();
        let mut all = vec![
            AdbError::BadAddress { name: "--adb-server", value: text() },
            AdbError::NoServer { server: text() },
            AdbError::Unreachable { server: text(), reason: text() },
            AdbError::NoAnswer { server: text(), seconds: 1 },
            AdbError::Dropped { server: text() },
            AdbError::Garbage { server: text() },
            AdbError::Refused { words: text() },
            AdbError::NoDevice,
            AdbError::SeveralDevices { devices: vec![text()] },
            AdbError::UnknownSerial { devices: vec![] },
            AdbError::UnknownSerial { devices: vec![text()] },
            AdbError::Gone,
            AdbError::Silent { seconds: 1 },
            AdbError::Endless { seconds: 1 },
            AdbError::TooMuch { bytes: 1 },
            AdbError::Interrupted,
            AdbError::Local { reason: text() },
        ];
        all.extend(
            DeviceState::ALL.iter().map(|state| AdbError::NotReady { serial: text(), state: state.clone() }),
        );
        for error in all {
            let both = error.both();
            assert!(!both.en.is_empty() && !both.en.contains('\n'), "{both:?}");
            assert!(!both.en.chars().any(is_chinese), "{both:?}");
            assert!(both.zh.chars().any(is_chinese), "{both:?}");
        }
    }
}
