//! Where a project is reached: it is a label of the host name, also in front of a bare address.

use crate::aliyun::address::Address;
use crate::lang::Bilingual;

/// The address of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `https://project.cn-hangzhou.log.aliyuncs.com`, without a path.
    pub base: String,
    /// The value of the `Host` header.
    pub host: String,
}

impl Endpoint {
    /// From an endpoint as people write it: `cn-hangzhou.log.aliyuncs.com`, with or without
    /// `https://` or `http://`, a port, the project in front; or an address of a private cloud.
    /// Without a scheme it is https.
    ///
    /// # Errors
    /// One sentence, where the endpoint or the project cannot be part of an address.
    pub fn new(endpoint: &str, project: &str) -> Result<Self, Bilingual> {
        if !is_name(project) {
            return Err(Bilingual::new(
                "sls.project is not the name of a project: it has letters, digits and hyphens only",
                "sls.project 不是有效的 Project 名称：只能包含字母、数字和短横线",
            ));
        }
        let own = format!("{project}.");
        let Some(address) = Address::parse(endpoint, &own) else {
            return Err(Bilingual::new(
                "sls.endpoint is no host name: write it like cn-hangzhou.log.aliyuncs.com, without a path",
                "sls.endpoint 不是主机名：请写成 cn-hangzhou.log.aliyuncs.com 这样的形式，不要带路径",
            ));
        };
        let (scheme, host) = (&address.scheme, &address.host);
        let full = format!("{project}.{host}");
        let reached = if address.is_ip { host } else { &full };
        Ok(Endpoint { base: format!("{scheme}://{reached}"), host: full })
    }
}

/// Whether a text may be a project or logstore: what stands in an address as it is.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 128
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_a_label_of_the_host() {
        let made = |endpoint| {
            let e = Endpoint::new(endpoint, "p-1").unwrap();
            (e.base, e.host)
        };
        let public = ("https://p-1.cn-x.log.aliyuncs.com".into(), "p-1.cn-x.log.aliyuncs.com".into());
        assert_eq!(made("cn-x.log.aliyuncs.com"), public);
        assert_eq!(made("https://cn-x.log.aliyuncs.com/"), public);
        assert_eq!(made("p-1.cn-x.log.aliyuncs.com"), public);
        assert_eq!(made("http://10.0.0.9"), ("http://10.0.0.9".into(), "p-1.10.0.0.9".into()));
        assert_eq!(made("HTTP://10.0.0.9:8080"), ("http://10.0.0.9:8080".into(), "p-1.10.0.0.9:8080".into()));
    }

    #[test]
    fn what_cannot_be_a_host_is_refused() {
        for bad in ["", "https://", "a/b", "ftp://a", "a:99999", "a b", "a?x", "u:p@a"] {
            assert!(Endpoint::new(bad, "p").is_err(), "{bad}");
        }
        assert!(Endpoint::new("a", "p.q").is_err());
        assert!(Endpoint::new("a", "").is_err());
    }
}
