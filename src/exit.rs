//! The exit codes that scripts rely on, in one place, so that no command invents its own.

use std::process::ExitCode;

use crate::catalog::Link;
use crate::diagnosis::{Diagnosis, State, VerdictState};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Nothing is broken, or the answer was found.
    Ok,
    /// A broken link was found, the test push failed, or the code is not in the catalogue.
    Found,
    /// It could not run: usage, unknown vendor, unreadable input, bad config.
    CouldNotRun,
    /// It ran, and no link could be judged.
    Inconclusive,
    /// Interrupted by the user.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Found => 1,
            Exit::CouldNotRun => 2,
            Exit::Inconclusive => 3,
            Exit::Interrupted => 130,
        }
    }

    /// How a diagnosis ends the program, with the line drawn where `--fail-on` puts it.
    pub fn of(diagnosis: &Diagnosis, fail_on: FailOn) -> Self {
        let state = diagnosis.verdict.state;
        match (fail_on, state) {
            (FailOn::Never, _) => Exit::Ok,
            (_, VerdictState::Broken) => Exit::Found,
            (FailOn::Warn | FailOn::Unknown, VerdictState::Degraded) => Exit::Found,
            (FailOn::Unknown, VerdictState::Inconclusive) => Exit::Found,
            (_, VerdictState::Inconclusive) => Exit::Inconclusive,
            (FailOn::Unknown, VerdictState::Healthy) if leaves_unknown(diagnosis) => Exit::Found,
            _ => Exit::Ok,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

/// From which state on a diagnosis ends with 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// A broken link.
    #[default]
    Fail,
    /// A broken or a doubtful link.
    Warn,
    /// Anything that is not known to be good.
    Unknown,
    /// Never: 0 whenever it could run.
    Never,
}

/// Whether a chain that counts has a link nobody knows anything about.
fn leaves_unknown(diagnosis: &Diagnosis) -> bool {
    diagnosis
        .chains
        .iter()
        .filter(|chain| chain.aside.is_none())
        .flat_map(|chain| chain.links.iter())
        .any(|judged| judged.state == State::Unknown && judged.link != Link::None)
}
