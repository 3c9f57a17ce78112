//! Ids of the phone and the app, from the named groups of signatures.

use super::*;

impl<'c> Interpreter<'c> {
    /// Keeps the ids that a line shows.
    pub(super) fn identities(&mut self, hit: &Match<'c, '_>, seen: &Seen<'_>) {
        let signature = hit.signature;
        let foreign = matches!(signature.role, Some(Role::Foreign | Role::Aggregator | Role::TokenDropped));
        if !seen.inside || foreign {
            return;
        }
        let token = match signature.role {
            Some(Role::AdToken) => Some(IdKind::AdToken),
            _ if signature.link == Link::Token => Some(IdKind::VendorToken),
            _ => None,
        };
        let groups = [
            ("token", token),
            ("user", Some(IdKind::User)),
            ("device", Some(IdKind::Device)),
            ("msg_id", Some(IdKind::Message)),
            ("trace_id", Some(IdKind::Trace)),
        ];
        for (group, kind) in groups {
            let (Some(value), Some(kind)) = (hit.group(group), kind) else { continue };
            // Whose token it is matters only for those of vendors.
            let of = self.evidence(hit, seen, Says::Note);
            self.facts.identities.add(Identity {
                kind,
                vendor: of.vendor.filter(|_| kind == IdKind::VendorToken).map(Text::into_owned),
                value: value.to_owned(),
                package: of.package,
                place: seen.place.clone(),
            });
        }
    }
}
