//! Values of arguments: read once, with a sentence that says what would be accepted.

use std::ops::Deref;

use clap::builder::{PossibleValue, TypedValueParser};

use crate::catalog::Catalog;
use crate::lang::{Bilingual, Refused};
pub use crate::source::moment::{TimeBound, zone};

/// A vendor as it was typed; which vendor that is depends on the catalogue in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorName(pub String);

/// A side as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideName(pub String);

impl Deref for VendorName {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for SideName {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// Takes any name, and tells completions the built-in vendors.
#[derive(Clone, Debug)]
pub struct VendorNameParser;

/// Takes any name, and tells completions the ways by which a message can be sent.
#[derive(Clone, Debug)]
pub struct WayParser;

/// Takes any name, and tells completions the built-in sides.
#[derive(Clone, Debug)]
pub struct SideNameParser;

impl TypedValueParser for VendorNameParser {
    type Value = VendorName;

    fn parse_ref(
        &self,
        cmd: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<VendorName, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(cmd, arg, value).map(VendorName)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let ids: Vec<String> = Catalog::builtin().vendors().map(|v| v.id.to_string()).collect();
        Some(Box::new(ids.into_iter().map(PossibleValue::new)))
    }
}

impl TypedValueParser for WayParser {
    type Value = VendorName;

    fn parse_ref(
        &self,
        cmd: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<VendorName, clap::Error> {
        VendorNameParser.parse_ref(cmd, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let ids: Vec<String> = Catalog::builtin().sends().map(|s| s.vendor.to_string()).collect();
        Some(Box::new(ids.into_iter().map(PossibleValue::new)))
    }
}

impl TypedValueParser for SideNameParser {
    type Value = SideName;

    fn parse_ref(
        &self,
        cmd: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<SideName, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(cmd, arg, value).map(SideName)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let mut sides: Vec<String> = Vec::new();
        for side in Catalog::builtin().vendors().flat_map(|v| v.sides.iter()) {
            if !sides.iter().any(|s| s == side) {
                sides.push(side.to_string());
            }
        }
        Some(Box::new(sides.into_iter().map(PossibleValue::new)))
    }
}

/// A duration as people write it: `30s`, `2m`, `1h`, or seconds alone.
pub fn duration(text: &str) -> Result<std::time::Duration, Refused> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let (number, unit) = (digits.parse::<u64>().ok(), text.get(digits.len()..).unwrap_or_default());
    let factor = match unit.trim() {
        "" | "s" | "sec" | "秒" => Some(1),
        "m" | "min" | "分" | "分钟" => Some(60),
        "h" | "小时" => Some(3_600),
        _ => None,
    };
    let seconds = number.zip(factor).and_then(|(n, factor)| n.checked_mul(factor));
    match seconds.filter(|s| (1..=86_400).contains(s)) {
        Some(seconds) => Ok(std::time::Duration::from_secs(seconds)),
        None => Err(Refused(Bilingual::new(
            "write a duration of at most a day as 30s, 2m or 1h",
            "时长请写成 30s、2m 或 1h，最长一天",
        ))),
    }
}

/// `Name=Value`.
pub fn setting(text: &str) -> Result<crate::send::Setting, Refused> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok(crate::send::Setting { name: name.trim().to_owned(), value: value.to_owned() })
        }
        _ => Err(Refused(Bilingual::new("write it as Name=Value", "请写成 名称=取值"))),
    }
}

/// A character encoding by any of its names.
pub fn encoding(text: &str) -> Result<crate::read::Encoding, Refused> {
    crate::read::encoding::from_label(text).ok_or_else(|| {
        Refused(Bilingual::new(
            "known are utf-8, gb18030, gbk, big5, utf-16le, utf-16be and the other names of the WHATWG list",
            "可用 utf-8、gb18030、gbk、big5、utf-16le、utf-16be，以及 WHATWG 列表中的其他名称",
        ))
    })
}
