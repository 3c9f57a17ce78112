//! Lines of the push component, and of other push services, whose wording is not public: what the
//! words of a line are worth as evidence.

use super::*;

impl<'c> Interpreter<'c> {
    /// A line whose wording is not public, read by its words.
    pub(super) fn family(&mut self, role: Role, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let told = self.family.understand(seen.place.tag.as_deref(), seen.message);
        let mut evidence = self.evidence(hit, seen, Says::Note);
        evidence.confidence = Confidence::Medium;
        evidence.vendor = told.vendor.clone().map(Text::Owned);
        evidence.user_targets_only = told.about == About::Bind;
        evidence.link = if told.about == About::Token { Link::Token } else { Link::Report };
        let failed = told.mood == Mood::Failure;
        match (&told.code, &told.vendor, told.about) {
            (Some(code), Some(vendor), About::Token) => {
                let entry = self.catalog.code(vendor, "client", code);
                match entry {
                    Some(entry) => apply_entry(&mut evidence, entry, Says::Note),
                    None if failed => {
                        evidence.says = Says::Fail;
                        evidence.confidence = Confidence::Low;
                        evidence.finding = format!("{vendor}.client.{code}");
                        evidence.code = Some(CodeRef {
                            vendor: vendor.clone(),
                            side: "client".to_owned(),
                            code: code.clone(),
                            known: false,
                        });
                    }
                    None => {}
                }
            }
            // Whose code it is, the phone's own vendor decides later.
            (Some(code), None, About::Token) if failed && role == Role::Family => {
                evidence.says = Says::Fail;
                evidence.confidence = Confidence::Low;
                evidence.finding = "token.register-failed".to_owned();
                evidence.code = Some(CodeRef {
                    vendor: String::new(),
                    side: "client".to_owned(),
                    code: code.clone(),
                    known: false,
                });
            }
            (Some(code), _, About::Report | About::Bind) if failed && role == Role::Family => {
                evidence.vendor = None;
                match family::rpc_code(self.catalog, code) {
                    Some(entry) => {
                        apply_entry(&mut evidence, entry, Says::Note);
                        evidence.link = Link::Report;
                    }
                    None => {
                        evidence.says = Says::Warn;
                        evidence.confidence = Confidence::Low;
                        evidence.finding = "report.refused".to_owned();
                    }
                }
            }
            (None, Some(_), About::Token) if failed && role == Role::Family => {
                evidence.says = Says::Warn;
                evidence.confidence = Confidence::Low;
                evidence.finding = "token.register-failed".to_owned();
            }
            (None, _, About::Token) if told.mood == Mood::Success && role == Role::Family => {
                let about_token = told.has_token || told.vendor.is_some();
                evidence.says = if about_token { Says::Pass } else { Says::Note };
                evidence.confidence = if told.has_token { Confidence::Medium } else { Confidence::Low };
            }
            (None, _, About::Report) if told.mood == Mood::Success && role == Role::Family => {
                evidence.vendor = None;
                evidence.says = Says::Pass;
            }
            _ => {}
        }
        self.collected.add(evidence);
    }
}
