//! Values of arguments: read once, with a sentence that says what would be accepted.

use std::ops::Deref;

use clap::builder::{PossibleValue, TypedValueParser};

use crate::catalog::Catalog;
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

/// A character encoding by any of its names.
pub fn encoding(text: &str) -> Result<crate::read::Encoding, String> {
    crate::read::encoding::from_label(text).ok_or_else(|| {
        "known are utf-8, gb18030, gbk, big5, utf-16le, utf-16be and the other names of the WHATWG list"
            .to_owned()
    })
}
