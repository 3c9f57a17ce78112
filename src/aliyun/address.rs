//! Addresses of services as people write them: a host, with or without scheme and port.

use std::net::IpAddr;

/// A host that can be part of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `https` unless it says `http`.
    pub scheme: String,
    /// The host, with the port where one is named.
    pub host: String,
    /// It is a bare IP address.
    pub is_ip: bool,
}

impl Address {
    /// Reads an address; what stands in `prefix` is cut off in front of the host. `None` where it can
    /// be no host: it has a path, a user, a space …
    pub fn parse(text: &str, prefix: &str) -> Option<Address> {
        let text = text.trim().trim_end_matches('/');
        let (scheme, host) = text.split_once("://").unwrap_or(("https", text));
        let scheme = scheme.to_ascii_lowercase();
        let host = host.strip_prefix(prefix).unwrap_or(host);
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
            _ => (host, None),
        };
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let is_ip = bare.parse::<IpAddr>().is_ok();
        let named = !bare.is_empty()
            && bare.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        let port_ok = port.is_none_or(|p| p.parse::<u16>().is_ok_and(|p| p > 0));
        if !matches!(scheme.as_str(), "http" | "https") || !port_ok || !(named || is_ip) {
            return None;
        }
        let host = match port {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        Some(Address { scheme, host, is_ip })
    }
}
