//! Sending one message once.
//!
//! The order is the care: first whatever may fail without harm (the login, the request), then the
//! intent on the disk, then one exchange that is never repeated, then what came of it on the disk.

use super::answer::{self, Answer};
use super::journal::Keeps;
use super::{Message, Outcome, Secret, SendState, Sender, Step, mask, trouble};
use crate::aliyun::clock::Clock;
use crate::catalog::{Catalog, Kind};
use crate::http::{Request, Response, Transport, TransportError};
use crate::lang::Bilingual;

/// Other addresses of a service that are tried where a name is not known.
const ELSEWHERE: usize = 4;

/// Sends a message once and tells what came of it.
///
/// Nothing was sent where the state is [`SendState::Unsent`]; where it is [`SendState::Unknown`] the
/// message may be delivered, and the journal holds it as such. An answer that could not be journalled
/// is told in the trouble of the outcome.
pub fn deliver(
    sender: &dyn Sender,
    transport: &dyn Transport,
    catalog: &Catalog,
    message: &Message,
    clock: &dyn Clock,
    journal: &mut dyn Keeps,
) -> Outcome {
    let way = Way { sender, transport, catalog, message, clock };
    let access = match way.login() {
        Ok(access) => access,
        Err(outcome) => return *outcome,
    };
    let request = match sender.request(message, access.as_ref(), clock.now_ms()) {
        Ok(request) => request,
        Err(why) => return way.unsent(Step::Send, why),
    };
    if let Err(why) = journal.intent(message, sender.via(), clock.now_ms()) {
        return way.unsent(Step::Send, why);
    }
    let mut outcome = way.send(request, access.as_ref());
    if let Err(why) = journal.outcome(&outcome) {
        outcome.trouble = both(outcome.trouble, why);
    }
    outcome
}

/// What every step needs.
struct Way<'w> {
    sender: &'w dyn Sender,
    transport: &'w dyn Transport,
    catalog: &'w Catalog,
    message: &'w Message,
    clock: &'w dyn Clock,
}

impl Way<'_> {
    /// The access token, where the vendor wants one; otherwise how the send ended here.
    fn login(&self) -> Result<Option<Secret>, Box<Outcome>> {
        let unsent = |why| Box::new(self.unsent(Step::Login, why));
        let Some(request) = self.sender.login_for(self.message, self.clock.now_ms()).map_err(unsent)? else {
            return Ok(None);
        };
        let sent_at = self.micros();
        let mut result = self.transport.send(&request);
        // A login gives no message, and one that did not arrive may be said again.
        if result.as_ref().is_err_and(|e| !e.may_have_arrived && trouble::may_pass(e)) {
            result = self.transport.send(&request);
        }
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                let mut outcome = self.failed(&request, Step::Login, &error, None);
                outcome.state = SendState::Unsent;
                outcome.sent_at = sent_at;
                return Err(Box::new(outcome));
            }
        };
        let mut answer = self.answer(&request, Step::Login, &response);
        let access = answer.access.take();
        match (answer.state, access) {
            (SendState::Accepted, Some(access)) => Ok(Some(access)),
            (state, access) => {
                // Without a login nothing was sent, whatever the answer means.
                let refused = state == SendState::Refused;
                answer.state = if refused { SendState::Refused } else { SendState::Unsent };
                if !refused && answer.trouble.is_empty() {
                    answer.trouble = no_access(&request);
                }
                let mut outcome = self.answered(Step::Login, &response, answer, access.as_ref());
                outcome.sent_at = sent_at;
                Err(Box::new(outcome))
            }
        }
    }

    /// The one exchange. Where the name of the host is not known nothing left, so that another host
    /// of the same service may be asked.
    fn send(&self, mut request: Request, access: Option<&Secret>) -> Outcome {
        let sent_at = self.micros();
        let mut result = self.transport.send(&request);
        for _ in 0..ELSEWHERE {
            if !result.as_ref().is_err_and(trouble::is_dns) || !self.sender.elsewhere() {
                break;
            }
            match self.sender.request(self.message, access, self.clock.now_ms()) {
                Ok(other) => request = other,
                Err(_) => break,
            }
            result = self.transport.send(&request);
        }
        let mut outcome = match result {
            Ok(response) => {
                let answer = self.answer(&request, Step::Send, &response);
                self.answered(Step::Send, &response, answer, access)
            }
            Err(error) => self.failed(&request, Step::Send, &error, access),
        };
        outcome.sent_at = sent_at;
        outcome
    }

    /// The answer as read, with what something in between or a wrong clock makes of it.
    fn answer(&self, request: &Request, step: Step, response: &Response) -> Answer {
        let mut answer = answer::read(self.catalog, self.sender.rules(), step, response);
        if matches!(answer.state, SendState::Unsent | SendState::Unknown)
            && let Some(why) = trouble::in_between(&request.url, response)
        {
            answer.trouble = why;
        }
        let credential = answer.codes.iter().any(|c| {
            let code = self.catalog.code(&c.vendor, &c.side, &c.code);
            let clock = &self.sender.rules().clock;
            code.is_some_and(|code| code.kind == Kind::Credential) || clock.iter().any(|own| *own == c.code)
        });
        let refused = answer.state == SendState::Refused && (credential || response.status == 401);
        if refused && let Some(why) = trouble::wrong_clock(response, self.clock.now_ms()) {
            answer.trouble = both(answer.trouble, why);
        }
        answer
    }

    fn answered(&self, step: Step, response: &Response, answer: Answer, access: Option<&Secret>) -> Outcome {
        let secrets = self.secrets(access);
        let clean = |text: &str| mask::without(text, &secrets);
        Outcome {
            state: answer.state,
            codes: answer.codes,
            message: clean(&answer.message),
            vendor_msg_id: clean(&answer.vendor_msg_id),
            request_id: clean(&answer.request_id),
            status: Some(response.status),
            answer: mask::body(&response.body, &secrets),
            trouble: Bilingual::new(clean(&answer.trouble.en), clean(&answer.trouble.zh)),
            ..self.unsent(step, Bilingual::default())
        }
    }

    fn failed(
        &self,
        request: &Request,
        step: Step,
        error: &TransportError,
        access: Option<&Secret>,
    ) -> Outcome {
        let secrets = self.secrets(access);
        let why = trouble::of(&request.url, step, error);
        Outcome {
            state: if error.may_have_arrived { SendState::Unknown } else { SendState::Unsent },
            failure: Some(error.kind),
            trouble: Bilingual::new(mask::without(&why.en, &secrets), mask::without(&why.zh, &secrets)),
            ..self.unsent(step, Bilingual::default())
        }
    }

    /// An outcome of which nothing left.
    fn unsent(&self, step: Step, trouble: Bilingual) -> Outcome {
        let now = self.micros();
        Outcome {
            via: self.sender.via().to_owned(),
            state: SendState::Unsent,
            step,
            codes: Vec::new(),
            message: String::new(),
            msg_id: self.message.msg_id.clone(),
            vendor_msg_id: String::new(),
            request_id: String::new(),
            status: None,
            answer: String::new(),
            failure: None,
            trouble,
            sent_at: now,
            answered_at: now,
        }
    }

    fn secrets<'s>(&'s self, access: Option<&'s Secret>) -> Vec<&'s Secret> {
        self.sender.secrets().into_iter().chain(access).collect()
    }

    fn micros(&self) -> i64 {
        self.clock.now_ms().saturating_mul(1000)
    }
}

/// Two sentences, one of which may be missing.
fn both(first: Bilingual, second: Bilingual) -> Bilingual {
    if first.is_empty() {
        return second;
    }
    Bilingual::new(format!("{}; {}", first.en, second.en), format!("{}；{}", first.zh, second.zh))
}

fn no_access(request: &Request) -> Bilingual {
    let host = trouble::host(&request.url);
    Bilingual::new(
        format!("{host}: the answer to the login holds no access token: see whether auth_endpoint is right"),
        format!("{host}：登录应答中没有 access token：请检查 auth_endpoint 是否正确"),
    )
}

#[cfg(test)]
mod tests;
