//! The phones that the server knows, and which of them is meant.

use crate::lang::Bilingual;
use crate::report::redact::harmless;

use super::{AdbError, Server};

/// A phone as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub serial: String,
    pub state: DeviceState,
    /// `model:` of the list, if it is there.
    pub model: Option<String>,
}

/// Whether a phone can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceState {
    Ready,
    Unauthorized,
    Authorizing,
    Offline,
    NoPermissions,
    /// Not the running system: recovery, bootloader, sideload.
    OtherMode,
    /// A word that is not known.
    Unknown,
}

impl DeviceState {
    /// Every state but the good one.
    pub const ALL: &'static [DeviceState] = &[
        DeviceState::Unauthorized,
        DeviceState::Authorizing,
        DeviceState::Offline,
        DeviceState::NoPermissions,
        DeviceState::OtherMode,
        DeviceState::Unknown,
    ];

    fn of(text: &str) -> Self {
        match text.split_whitespace().next().unwrap_or("") {
            "device" => DeviceState::Ready,
            "unauthorized" => DeviceState::Unauthorized,
            "authorizing" | "connecting" => DeviceState::Authorizing,
            "offline" | "detached" => DeviceState::Offline,
            "no" if text.starts_with("no permissions") => DeviceState::NoPermissions,
            "recovery" | "bootloader" | "sideload" | "rescue" | "host" => DeviceState::OtherMode,
            _ => DeviceState::Unknown,
        }
    }

    /// What is wrong and what to do, to stand behind the phone's name.
    pub(super) fn remedy(&self) -> Bilingual {
        match self {
            DeviceState::Ready => Bilingual::new("is ready", "可用"),
            DeviceState::Unauthorized => Bilingual::new(
                "does not trust this computer yet; unlock it and allow USB debugging in the question it shows",
                "尚未授权这台电脑；请解锁手机，在弹出的询问中允许 USB 调试",
            ),
            DeviceState::Authorizing => Bilingual::new(
                "is still connecting; wait a moment, answer the question on its screen, and run the command again",
                "还在连接中；请稍候，处理手机上的询问后重试",
            ),
            DeviceState::Offline => Bilingual::new(
                "is offline; plug the cable in again, or switch USB debugging off and on",
                "处于离线状态；请重新插拔数据线，或关闭再打开 USB 调试",
            ),
            DeviceState::NoPermissions => Bilingual::new(
                "may not be opened by your user; set up the udev rules for Android devices and restart the adb server",
                "当前用户无权访问；请配置 Android 设备的 udev 规则，并重启 adb 服务",
            ),
            DeviceState::OtherMode => Bilingual::new(
                "is not running Android (recovery or bootloader); start it normally",
                "不在正常系统中（处于 recovery 或 bootloader）；请正常开机",
            ),
            DeviceState::Unknown => Bilingual::new(
                "is in a state that is not known; look at \"adb devices\" and plug it in again",
                "状态未知；请用 adb devices 查看，并重新插拔数据线",
            ),
        }
    }
}

impl Device {
    /// One line of `host:devices-l`.
    fn of(line: &str) -> Option<Self> {
        let line = line.trim_end();
        // adb itself puts this where it may not read the serial.
        let (serial, rest) = match line.strip_prefix("(no serial number)") {
            Some(rest) => ("(no serial number)", rest),
            None => line.split_once([' ', '\t'])?,
        };
        let state = rest.trim_start();
        if serial.is_empty() || state.is_empty() {
            return None;
        }
        let model = state.split_whitespace().find_map(|w| w.strip_prefix("model:"));
        Some(Device {
            serial: serial.to_owned(),
            state: DeviceState::of(state),
            model: model.map(|m| harmless(m).into_owned()),
        })
    }

    /// Serial and model, as a person has to type and tell them apart.
    pub fn label(&self) -> String {
        let serial: String = harmless(&self.serial).chars().take(64).collect();
        match &self.model {
            Some(model) => format!("{serial} ({})", model.chars().take(64).collect::<String>()),
            None => serial,
        }
    }
}

impl Server<'_> {
    /// The version of the server's protocol; proves that it is an adb server.
    ///
    /// # Errors
    /// The server cannot be reached, or is none.
    pub fn version(&self) -> Result<u32, AdbError> {
        let text = self.ask("host:version")?;
        u32::from_str_radix(text.trim(), 16).map_err(|_| self.garbage())
    }

    /// Every phone that the server knows.
    ///
    /// # Errors
    /// The server cannot be reached or does not say.
    pub fn devices(&self) -> Result<Vec<Device>, AdbError> {
        let text = self.ask("host:devices-l")?;
        text.lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| Device::of(line).ok_or_else(|| self.garbage()))
            .collect()
    }

    /// The phone that is meant: the one with this serial, else the only one.
    ///
    /// # Errors
    /// None, several, or one that cannot be asked.
    pub fn choose(&self, serial: Option<&str>) -> Result<Device, AdbError> {
        let devices = self.devices()?;
        let device = match serial {
            Some(serial) => match devices.iter().find(|d| d.serial == serial) {
                Some(device) => device,
                None => return Err(AdbError::UnknownSerial { devices: AdbError::list(&devices) }),
            },
            None => match devices.as_slice() {
                [] => return Err(AdbError::NoDevice),
                [device] => device,
                _ => return Err(AdbError::SeveralDevices { devices: AdbError::list(&devices) }),
            },
        };
        match device.state {
            DeviceState::Ready => Ok(device.clone()),
            _ => Err(AdbError::NotReady { serial: device.label(), state: device.state.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_the_server_is_taken_apart() {
        let of = |line: &str| Device::of(line).unwrap();
        let good = of("ABC123                 device usb:1-1 product:a model:PFJM10 device:b transport_id:3");
        assert_eq!((good.state.clone(), good.label().as_str()), (DeviceState::Ready, "ABC123 (PFJM10)"));
        assert_eq!(of("ABC123\tunauthorized").state, DeviceState::Unauthorized);
        let line = "????????????           no permissions (user in plugdev group); see [http://developer.android.com]";
        assert_eq!(of(line).state, DeviceState::NoPermissions);
        assert_eq!(of("(no serial number)     offline usb:1-1").serial, "(no serial number)");
        assert_eq!(of("192.168.1.9:5555 offline").state, DeviceState::Offline);
        assert_eq!(of("X something new").state, DeviceState::Unknown);
        assert!(Device::of("word").is_none());
        assert!(!of("a\u{1b}[2Jb device").label().contains('\u{1b}'));
    }
}
