//! The block on the app's own files: which channels it carries, and what is wrong with each.

use super::Page;
use crate::diagnosis::{AppCheck, Configuration, State};
use crate::lang::Lang;

impl<'d> Page<'d> {
    /// One line a vendor, and under it every check that did not pass.
    pub(super) fn configuration(&mut self) {
        let diagnosis: &'d crate::diagnosis::Diagnosis = self.diagnosis;
        let Some(made) = &diagnosis.app.configuration else { return };
        self.gap();
        let title = self.made_title(made);
        self.paragraph("", &title);
        for (sha256, _) in &made.certificates {
            self.paragraph(self.pick(("  signed with SHA-256 ", "  签名 SHA-256 ")), sha256);
        }
        for (id, name) in &made.vendors {
            let checks: Vec<&AppCheck> =
                made.checks.iter().filter(|c| c.vendor.as_deref() == Some(id.as_str())).collect();
            self.subject(name.get(self.options.lang), &checks);
        }
        let checks: Vec<&AppCheck> = made.checks.iter().filter(|c| c.vendor.is_none()).collect();
        self.subject(self.pick(("every vendor", "各厂商共用")), &checks);
        if made.vendors.is_empty() {
            let none = self
                .pick(("  no vendor's channel was found in these files", "  这些文件里没有发现任何厂商通道"));
            self.line(none);
        }
    }

    fn made_title(&self, made: &Configuration) -> String {
        let mut parts: Vec<String> = made.package.iter().cloned().collect();
        parts.extend(made.version.clone());
        parts.extend(made.target_sdk.map(|t| format!("targetSdk {t}")));
        let about = self.redactor.redact_prose(&parts.join(" "));
        format!("{}{about}", self.pick(("the app's files: ", "应用文件：")))
    }

    fn subject(&mut self, name: &str, checks: &[&'d AppCheck]) {
        if checks.is_empty() {
            return;
        }
        let passed = checks.iter().filter(|c| c.state == State::Pass).count();
        let all = checks.len();
        let text = match self.options.lang {
            Lang::En => format!("  {name}: {passed} of {all} checks passed"),
            Lang::Zh => format!("  {name}：{all} 项检查通过 {passed} 项"),
        };
        self.line(&text);
        for check in checks.iter().filter(|c| c.state != State::Pass) {
            let word = self.state_word(check.state);
            let place = check.evidence.first().map(|p| self.spell_place("", p)).unwrap_or_default();
            let said = self.say(&check.remark);
            let lead = format!("    {} ", self.options.ambiguous.pad(&word, 10));
            let gap = self.pick((" ", ""));
            let text = format!("{said}{gap}[{}]  {place}", check.finding);
            let hung = self.options.ambiguous.hang(&lead, &text, self.options.width);
            let painted = hung.replacen(word.as_str(), &self.paint_state(check.state, &word), 1);
            self.line(&painted);
        }
    }
}
