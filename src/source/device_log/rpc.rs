//! Joins the lines of one RPC call: who called what, and which answer belongs to it.
//!
//! An `RPCException: [7001]` line names no operation. Only its thread, its process or its stack
//! tells whether it was the token report; where nothing does, it stays unattributed and can at
//! most warn.

use std::collections::VecDeque;

use crate::evidence::Place;

/// The calls that the push chain cares about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `alipay.client.yunpushcore.device.report`: the vendor token to MPS.
    Report,
    /// `alipay.client.yunpushcore.bind` and `unbind`: the user to the device.
    Bind,
    /// Any other operation of the app.
    Other,
}

impl Call {
    /// From an operation name or an interface method.
    pub fn from_name(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or("");
        let push = name.contains("yunpushcore") || !name.contains('.');
        match last {
            "report" if push => Call::Report,
            "bind" | "unbind" if push => Call::Bind,
            _ => Call::Other,
        }
    }
}

impl Call {
    /// The operation of the push core that a message names, wherever it stands.
    pub fn named_in(message: &str) -> Option<Self> {
        let at = message.find("yunpushcore.")?;
        let name = message
            .get(at..)?
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
            .next()?;
        Some(Call::from_name(name.trim_end_matches('.')))
    }
}

/// A call whose answer may still come.
#[derive(Clone, Debug)]
struct Open {
    call: Call,
    input: usize,
    pid: Option<u32>,
    tid: Option<u32>,
    /// The RPC library's own thread number.
    thread: Option<String>,
    line: u64,
    time: Option<i64>,
}

/// An error that nothing has claimed yet.
#[derive(Clone, Debug)]
pub struct Pending {
    pub code: String,
    pub place: Place,
    /// The rule that saw it.
    pub rule: usize,
}

/// The calls in flight.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    open: VecDeque<Open>,
    pending: VecDeque<Pending>,
}

/// A call and its answer lie at most this far apart, in microseconds.
const WINDOW: i64 = 60_000_000;
/// Without times: at most this many lines apart.
const LINES: u64 = 2_000;
/// A stack frame stands at most this many lines under its exception.
const STACK: u64 = 80;
const MOST: usize = 64;

fn near(line: u64, time: Option<i64>, place: &Place) -> bool {
    match (time, place.time) {
        (Some(a), Some(b)) => (b - a).abs() <= WINDOW,
        _ => place.line.abs_diff(line) <= LINES,
    }
}

impl Calls {
    /// A call began, or (`by_operation`) a line told the operation of the call of its thread.
    pub fn called(&mut self, call: Call, by_operation: bool, thread: Option<&str>, place: &Place) {
        let known = self.open.iter_mut().rev().find(|o| {
            o.input == place.input
                && o.pid == place.pid
                && ((o.tid.is_some() && o.tid == place.tid)
                    || (thread.is_some() && o.thread.as_deref() == thread))
                && place.line.abs_diff(o.line) <= 50
        });
        if let Some(known) = known.filter(|_| by_operation) {
            known.call = call;
            known.line = place.line;
            return;
        }
        if self.open.len() >= MOST {
            self.open.pop_front();
        }
        self.open.push_back(Open {
            call,
            input: place.input,
            pid: place.pid,
            tid: place.tid,
            thread: thread.map(str::to_owned),
            line: place.line,
            time: place.time,
        });
    }

    /// The call that an answer at `place` belongs to: by thread number, then by thread id, then,
    /// where the format has no threads, by process.
    pub fn answered(&self, thread: Option<&str>, place: &Place) -> Option<Call> {
        let mut near = self
            .open
            .iter()
            .rev()
            .filter(|o| o.input == place.input && o.line <= place.line && near(o.line, o.time, place));
        let same_pid = |o: &&Open| o.pid == place.pid || o.pid.is_none() || place.pid.is_none();
        near.clone()
            .filter(same_pid)
            .find(|o| thread.is_some() && o.thread.as_deref() == thread)
            .or_else(|| near.clone().filter(same_pid).find(|o| place.tid.is_some() && o.tid == place.tid))
            .or_else(|| match place.tid {
                Some(_) => None,
                None => near.find(|o| o.pid == place.pid),
            })
            .map(|o| o.call)
    }

    /// Keeps an error until something claims it; returns errors that nothing claimed in time.
    pub fn wait(&mut self, pending: Pending) -> Vec<Pending> {
        self.pending.push_back(pending);
        let spare = self.pending.len().saturating_sub(MOST);
        self.pending.drain(..spare).collect()
    }

    /// A stack frame at `place` names a call: the errors above it that it explains.
    pub fn claim(&mut self, place: &Place) -> Vec<Pending> {
        self.take(|p| {
            p.place.input == place.input
                && place.line > p.place.line
                && place.line - p.place.line <= STACK
                && (p.place.pid == place.pid || p.place.pid.is_none() || place.pid.is_none())
                && (p.place.tid == place.tid || p.place.tid.is_none() || place.tid.is_none())
        })
    }

    /// Errors that are too far back to be claimed any more.
    pub fn expired(&mut self, place: &Place) -> Vec<Pending> {
        self.take(|p| p.place.input != place.input || place.line.saturating_sub(p.place.line) > STACK)
    }

    /// All errors that nothing claimed.
    pub fn rest(&mut self) -> Vec<Pending> {
        self.take(|_| true)
    }

    fn take(&mut self, wanted: impl Fn(&Pending) -> bool) -> Vec<Pending> {
        let (taken, kept): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.pending).into_iter().partition(wanted);
        self.pending = kept;
        taken.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u64, pid: u32, tid: Option<u32>) -> Place {
        Place { line, pid: Some(pid), tid, ..Place::default() }
    }

    #[test]
    fn an_answer_belongs_to_the_call_of_its_thread() {
        let mut calls = Calls::default();
        calls.called(Call::Report, false, Some("12"), &at(1, 100, Some(5)));
        calls.called(Call::Other, false, Some("13"), &at(2, 100, Some(6)));
        assert_eq!(calls.answered(None, &at(3, 100, Some(5))), Some(Call::Report));
        assert_eq!(calls.answered(Some("13"), &at(3, 100, Some(9))), Some(Call::Other));
        assert_eq!(calls.answered(None, &at(3, 100, Some(9))), None);
        assert_eq!(calls.answered(None, &at(3, 101, Some(5))), None);
        assert_eq!(calls.answered(None, &at(9_000, 100, Some(5))), None);
    }

    #[test]
    fn a_stack_frame_claims_the_error_above_it() {
        let mut calls = Calls::default();
        calls.wait(Pending { code: "7001".into(), place: at(10, 100, Some(5)), rule: 0 });
        assert!(calls.claim(&at(11, 200, Some(5))).is_empty());
        assert_eq!(calls.claim(&at(12, 100, Some(5))).len(), 1);
        assert!(calls.rest().is_empty());
    }

    #[test]
    fn operations_are_told_apart() {
        assert_eq!(Call::from_name("alipay.client.yunpushcore.device.report"), Call::Report);
        assert_eq!(Call::from_name("alipay.client.yunpushcore.bind"), Call::Bind);
        assert_eq!(Call::from_name("report"), Call::Report);
        assert_eq!(Call::from_name("alipay.client.getUnionResource"), Call::Other);
        assert_eq!(Call::from_name("com.example.log.report"), Call::Other);
    }
}
