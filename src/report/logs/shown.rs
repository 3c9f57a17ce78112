//! A record's values as they may be seen: identifiers masked by what their field means, the row
//! itself by the same values and by everything that looks like one.

use jiff::tz::Offset;

use crate::catalog::Catalog;
use crate::lang::{Bilingual, Lang};
use crate::report::Redactor;
use crate::report::json::rfc3339;
use crate::report::redact::Identifier;
use crate::source::server_log::record::Record;

/// What every writer needs.
pub struct Shown<'s> {
    pub catalog: &'s Catalog,
    pub lang: Lang,
    pub redactor: &'s Redactor,
}

impl Shown<'_> {
    /// The time of a record on the clock of its servers, +08:00.
    pub fn time(&self, micros: Option<i64>) -> Option<String> {
        rfc3339(micros?, &Offset::constant(8).to_time_zone())
    }

    pub fn token(&self, value: &str) -> Option<String> {
        filled(value).map(|v| self.redactor.value(Identifier::Token, v))
    }

    pub fn user(&self, value: &str) -> Option<String> {
        filled(value).map(|v| self.redactor.value(Identifier::User, v))
    }

    pub fn device(&self, value: &str) -> Option<String> {
        filled(value).map(|v| self.redactor.value(Identifier::Device, v))
    }

    /// Any other field.
    pub fn text(&self, value: &str) -> Option<String> {
        filled(value).map(|v| self.redactor.redact(v))
    }

    /// An id that is looked up elsewhere; control characters go.
    pub fn id(&self, value: &str) -> Option<String> {
        filled(value).map(|v| crate::report::redact::harmless(v).into_owned())
    }

    /// The row as it was read.
    pub fn raw(&self, record: &Record) -> String {
        let known = [
            (Identifier::Token, record.vendor_token.as_str()),
            (Identifier::Token, record.ad_token.as_str()),
            (Identifier::User, record.user.as_str()),
            (Identifier::Device, record.device.as_str()),
        ];
        self.redactor.redact_row(&record.place.text, &known)
    }

    pub fn say(&self, text: &Bilingual) -> String {
        self.redactor.redact_prose(text.get(self.lang))
    }

    /// The finding id of a record's code, if the catalogue knows it.
    pub fn finding(&self, record: &Record) -> Option<String> {
        let code = record.code.as_ref().filter(|c| c.known)?;
        self.catalog.code(&code.vendor, &code.side, &code.code).map(crate::catalog::Code::finding)
    }

    /// What a code means, in the reader's language; empty when the catalogue does not know it.
    pub fn meaning(&self, vendor: &str, side: &str, code: &str) -> String {
        let entry = self.catalog.code(vendor, side, code);
        entry.map(|c| self.lang.pick(&c.en.meaning, &c.zh.meaning).to_owned()).unwrap_or_default()
    }
}

/// A value, unless the log leaves it empty.
fn filled(value: &str) -> Option<&str> {
    (!value.is_empty()).then_some(value)
}
