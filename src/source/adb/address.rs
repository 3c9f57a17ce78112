//! Which adb server: `--adb-server`, else what adb itself reads from the environment, else
//! 127.0.0.1:5037.

use std::fmt;

use super::AdbError;

/// Host and port of an adb server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub host: String,
    pub port: u16,
}

const HOST: &str = "127.0.0.1";
const PORT: u16 = 5037;

impl Address {
    /// From the flag or the environment.
    ///
    /// # Errors
    /// A value that is no TCP address.
    pub fn find(flag: Option<&str>) -> Result<Self, AdbError> {
        Self::choose(flag, &|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()))
    }

    fn choose(flag: Option<&str>, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, AdbError> {
        if let Some(flag) = flag {
            return Self::parse(flag).ok_or_else(|| bad("--adb-server", flag));
        }
        if let Some(socket) = env("ADB_SERVER_SOCKET") {
            let rest = socket.trim().strip_prefix("tcp:");
            return rest.and_then(Self::parse).ok_or_else(|| bad("ADB_SERVER_SOCKET", &socket));
        }
        let host = env("ANDROID_ADB_SERVER_ADDRESS").unwrap_or_else(|| HOST.to_owned());
        let port = match env("ANDROID_ADB_SERVER_PORT") {
            Some(port) => port
                .trim()
                .parse()
                .ok()
                .filter(|p| *p != 0)
                .ok_or_else(|| bad("ANDROID_ADB_SERVER_PORT", &port))?,
            None => PORT,
        };
        Ok(Address { host, port })
    }

    /// `HOST:PORT`, `HOST`, `PORT` or `[::1]:PORT`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(port) = text.parse::<u16>() {
            return (port != 0).then(|| Address { host: HOST.to_owned(), port });
        }
        let (host, port) = match text.strip_prefix('[').and_then(|t| t.split_once(']')) {
            Some((host, "")) => (host, PORT),
            Some((host, rest)) => (host, rest.strip_prefix(':')?.parse().ok()?),
            None => match text.split_once(':') {
                Some((host, port)) => (host, port.parse().ok()?),
                None => (text, PORT),
            },
        };
        let sound =
            !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control() || c == '/');
        (sound && port != 0).then(|| Address { host: host.to_owned(), port })
    }
}

fn bad(name: &'static str, value: &str) -> AdbError {
    AdbError::BadAddress { name, value: value.chars().take(80).collect() }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(flag: Option<&str>, set: &[(&str, &str)]) -> Result<String, AdbError> {
        let env = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Address::choose(flag, &env).map(|a| a.to_string())
    }

    #[test]
    fn the_flag_beats_the_socket_which_beats_the_port() {
        let set = [("ADB_SERVER_SOCKET", "tcp:10.0.0.2:6000"), ("ANDROID_ADB_SERVER_PORT", "7000")];
        assert_eq!(from(None, &[]).unwrap(), "127.0.0.1:5037");
        assert_eq!(from(None, &set[1..]).unwrap(), "127.0.0.1:7000");
        assert_eq!(from(None, &set).unwrap(), "10.0.0.2:6000");
        assert_eq!(from(Some("localhost:1"), &set).unwrap(), "localhost:1");
        assert_eq!(from(Some("[::1]:5038"), &set).unwrap(), "[::1]:5038");
        assert_eq!(from(Some("5038"), &set).unwrap(), "127.0.0.1:5038");
    }

    #[test]
    fn what_is_no_address_is_refused_by_name() {
        for (flag, set) in [
            (Some("a:b"), vec![]),
            (Some("a:0"), vec![]),
            (Some(""), vec![]),
            (None, vec![("ADB_SERVER_SOCKET", "localabstract:/tmp/adb")]),
            (None, vec![("ANDROID_ADB_SERVER_PORT", "seven")]),
        ] {
            assert!(matches!(from(flag, &set), Err(AdbError::BadAddress { .. })), "{flag:?} {set:?}");
        }
    }
}
