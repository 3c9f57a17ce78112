//! With which code `send-test` ends.

use super::watching::Followed;
use crate::catalog::{Catalog, Kind};
use crate::diagnosis::{Diagnosis, VerdictState};
use crate::exit::{Exit, FailOn};
use crate::send::wait::Ended;
use crate::send::{Outcome, SendState};

/// What a send by itself ends with; `None` where it was accepted.
fn of_send(outcome: &Outcome, catalog: &Catalog) -> Option<Exit> {
    match outcome.state {
        SendState::Accepted => None,
        SendState::Refused => {
            let kind =
                |c: &crate::evidence::CodeRef| catalog.code(&c.vendor, &c.side, &c.code).map(|c| c.kind);
            let credential = outcome.codes.first().and_then(kind) == Some(Kind::Credential);
            Some(if credential { Exit::CouldNotRun } else { Exit::Found })
        }
        SendState::Unsent => Some(Exit::CouldNotRun),
        SendState::Unknown => Some(Exit::Inconclusive),
    }
}

/// The exit code of all sends of one run; `diagnosis` is that of the one that decides.
pub fn exit(all: &[Followed], diagnosis: &Diagnosis, catalog: &Catalog) -> Exit {
    let ended = |wanted: Ended| all.iter().any(|f| f.ended.is_some_and(|(ended, _)| ended == wanted));
    if ended(Ended::Interrupted) {
        return Exit::Interrupted;
    }
    let sends: Vec<Exit> = all.iter().filter_map(|f| of_send(&f.outcome, catalog)).collect();
    for worst in [Exit::Found, Exit::CouldNotRun, Exit::Inconclusive] {
        if sends.contains(&worst) && !(worst == Exit::Inconclusive && ended(Ended::Shown)) {
            return worst;
        }
    }
    match Exit::of(diagnosis, FailOn::Fail) {
        Exit::Found => Exit::Found,
        _ if ended(Ended::Failed) => Exit::Found,
        _ if ended(Ended::Timeout) => Exit::Inconclusive,
        // An accepted message is an answer, even where no link can be judged by it.
        _ if diagnosis.verdict.state == VerdictState::Inconclusive
            && all.iter().all(|f| f.ended.is_some()) =>
        {
            Exit::Inconclusive
        }
        _ => Exit::Ok,
    }
}
