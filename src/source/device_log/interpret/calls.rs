//! RPC lines: which call an answer belongs to, and what an attributed answer says of the report.

use super::*;

impl<'c> Interpreter<'c> {
    /// Which call an answer belongs to: the operation that it names, then the call of its thread,
    /// then a bare method name, which other interfaces of the app may have too.
    pub(super) fn call_of(&self, hit: &Match<'c, '_>, seen: &Seen<'_>) -> Option<Call> {
        hit.group("operation")
            .map(Call::from_name)
            .or_else(|| Call::named_in(seen.message))
            .or_else(|| self.calls.answered(hit.group("thread"), &seen.place))
            .or_else(|| hit.group("method").map(Call::from_name))
    }
    pub(super) fn rpc_error(&mut self, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let code = hit.group("code").unwrap_or_default().to_owned();
        if let Some(call) = self.call_of(hit, seen) {
            self.rpc(call, hit.signature, Some(&code), &seen.place, seen.package.clone(), seen.user);
            return;
        }
        let rule = self.catalog.signatures().position(|s| s.id == hit.signature.id).unwrap_or(0);
        for old in self.calls.wait(Pending { code, place: seen.place.clone(), rule }) {
            self.unclaimed(old);
        }
    }

    pub(super) fn signature_of(&self, pending: &Pending) -> Option<&'c Signature> {
        self.catalog.signatures().nth(pending.rule)
    }

    /// An RPC error that no call and no stack explains.
    pub(super) fn unclaimed(&mut self, pending: Pending) {
        let place = &pending.place;
        let again = self.attributed.iter().any(|(known, code)| {
            *code == pending.code
                && known.input == place.input
                && known.pid == place.pid
                && match (known.time, place.time) {
                    (Some(a), Some(b)) => (a - b).abs() <= 10_000_000,
                    _ => known.line.abs_diff(place.line) <= 200,
                }
        });
        let Some(signature) = self.signature_of(&pending) else { return };
        let process = place.pid.and_then(|p| self.processes.get(place.input, p, place.time)).cloned();
        let (package, user) = process.as_ref().map_or((None, None), |p| (Some(p.package.clone()), p.user));
        if again {
            return;
        }
        // Once the token is reported, other calls of the process may fail.
        let reported = self
            .collected
            .evidence
            .iter()
            .any(|e| e.link == Link::Report && e.says == Says::Pass && e.package == package);
        if process.is_some_and(|p| p.push) && !reported {
            self.rpc(Call::Report, signature, Some(&pending.code), place, package, user);
            return;
        }
        let mut evidence = self.rpc_evidence(signature, Some(&pending.code), place, package, user);
        if evidence.says == Says::Fail || evidence.says == Says::Warn {
            evidence.says = Says::Warn;
            evidence.unattributed = true;
            evidence.confidence = Confidence::Low;
            self.collected.add(evidence);
        }
    }

    /// An attributed answer of an RPC call: `code` is `None` when it went well.
    pub(super) fn rpc(
        &mut self,
        call: Call,
        signature: &'c Signature,
        code: Option<&str>,
        place: &Place,
        package: Option<String>,
        user: Option<u32>,
    ) {
        if let (Some(code), true) = (code, call != Call::Other) {
            if self.attributed.len() >= 64 {
                self.attributed.remove(0);
            }
            self.attributed.push((place.clone(), code.to_owned()));
        }
        let mut evidence = self.rpc_evidence(signature, code, place, package, user);
        match call {
            Call::Other => return,
            Call::Report => {}
            Call::Bind => {
                evidence.user_targets_only = true;
                // That a user was bound says nothing of the vendor token.
                if evidence.says == Says::Pass {
                    evidence.says = Says::Note;
                }
            }
        }
        self.collected.add(evidence);
    }

    pub(super) fn rpc_evidence(
        &self,
        signature: &'c Signature,
        code: Option<&str>,
        place: &Place,
        package: Option<String>,
        user: Option<u32>,
    ) -> Evidence {
        let mut evidence = Evidence {
            link: Link::Report,
            says: Says::Pass,
            package,
            user,
            rule: signature.id.clone(),
            basis: signature.basis,
            confidence: signature.confidence.unwrap_or(by_basis(signature.basis)),
            places: vec![place.clone()],
            ..Evidence::default()
        };
        let Some(code) = code else { return evidence };
        if code.is_empty() {
            evidence.says = Says::Fail;
            evidence.finding = signature.finding.to_string();
            evidence.confidence = Confidence::Medium;
            return evidence;
        }
        let vendor = match signature.code_vendor.is_empty() {
            true => folder(signature),
            false => &signature.code_vendor,
        };
        self.apply_code(&mut evidence, signature, vendor, code);
        if evidence.link == Link::None {
            evidence.link = Link::Report;
        }
        evidence
    }
}
