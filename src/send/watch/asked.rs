//! A service that is asked again and again: forward rows of the log service, the device's state at
//! MPS, the detail of a task. Rows appear there with a delay, so that none yet means nothing.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use super::{Found, News, Polled, Watch};
use crate::diagnosis::Input;
use crate::lang::Bilingual;
use crate::source::server_log::coverage::{Covered, ServerCoverage};
use crate::source::server_log::record::Record;

/// Between the first questions.
const FIRST: Duration = Duration::from_secs(5);
/// Between later ones.
const LAST: Duration = Duration::from_secs(30);
/// How often it is looked whether an answer has come.
const LOOK: Duration = Duration::from_millis(500);
/// Rows of one source that are kept.
const KEPT: usize = 10_000;

/// What asks: all rows that the service has now, or why there are none.
pub type Question<'q> = dyn FnMut() -> Result<Vec<Record>, Bilingual> + 'q;

/// A service that is asked.
pub struct Asked<'q> {
    name: String,
    way: Way<'q>,
    pause: Duration,
    found: Found,
    known: HashSet<(String, u32, Option<i64>)>,
    said: Option<Bilingual>,
    left_out: bool,
}

enum Way<'q> {
    /// In place: the answer comes at once or within moments.
    Here(Box<Question<'q>>),
    /// By a thread of its own.
    Thread { ask: Sender<()>, answers: Receiver<Result<Vec<Record>, Bilingual>>, waiting: bool },
}

impl<'q> Asked<'q> {
    /// Asks in place, which keeps the other sources waiting as long as the answer takes.
    pub fn here(name: &str, question: impl FnMut() -> Result<Vec<Record>, Bilingual> + 'q) -> Self {
        Asked::new(name, Way::Here(Box::new(question)))
    }

    /// Asks in a thread of its own. It ends with its question when this value is gone.
    pub fn in_thread(
        name: &str,
        mut question: impl FnMut() -> Result<Vec<Record>, Bilingual> + Send + 'static,
    ) -> Asked<'static> {
        let (ask, asked) = channel();
        let (answer, answers) = channel();
        std::thread::spawn(move || while asked.recv().is_ok() && answer.send(question()).is_ok() {});
        Asked::new(name, Way::Thread { ask, answers, waiting: false })
    }

    fn new(name: &str, way: Way<'q>) -> Self {
        let input = Input {
            path: name.to_owned(),
            kind: "server-log".to_owned(),
            format: "api".to_owned(),
            ..Input::default()
        };
        Asked {
            name: name.to_owned(),
            way,
            pause: FIRST,
            found: Found {
                inputs: vec![input],
                coverage: ServerCoverage {
                    state: Covered::Partial,
                    reasons: vec![Bilingual::new(
                        "Rows appear in the service with a delay of up to some minutes: none yet says nothing.",
                        "服务中的记录会延迟出现（最长数分钟）：暂时没有记录不能说明问题。",
                    )],
                    ..ServerCoverage::default()
                },
                ..Found::default()
            },
            known: HashSet::new(),
            said: None,
            left_out: false,
        }
    }

    /// The pause before the next question, which grows.
    fn next_pause(&mut self) -> Duration {
        let pause = self.pause;
        self.pause = (pause * 2).min(LAST);
        pause
    }

    fn answered(&mut self, answer: Result<Vec<Record>, Bilingual>) -> Polled {
        let next = Some(self.next_pause());
        let rows = match answer {
            Ok(rows) => rows,
            Err(why) => {
                // The same trouble is said once.
                let trouble = (self.said.as_ref() != Some(&why)).then(|| why.clone());
                self.said = Some(why);
                return Polled { news: Vec::new(), next, trouble };
            }
        };
        self.said = None;
        let before = self.found.records.len();
        for mut record in rows {
            let key = (record.place.text.clone(), record.part, record.place.time);
            if self.known.contains(&key) {
                continue;
            }
            if self.known.len() >= KEPT {
                self.left_out = true;
                break;
            }
            self.known.insert(key);
            record.place.input = 0;
            // Rows of a service have no numbers; the order in which they were seen tells them apart.
            record.place.line = self.known.len() as u64;
            self.found.records.push(record);
        }
        if self.left_out && self.found.notes.is_empty() {
            self.found.notes.push(Bilingual::new(
                format!("{}: more than {KEPT} rows came; the rest was left out.", self.name),
                format!("{}：记录超过 {KEPT} 条，其余未保留。", self.name),
            ));
        }
        if let Some(input) = self.found.inputs.first_mut() {
            input.lines = self.found.records.len() as u64;
        }
        let news = match self.found.records.len() > before {
            true => vec![News::Found(Box::new(self.found.clone()))],
            false => Vec::new(),
        };
        Polled { news, next, trouble: None }
    }
}

impl Watch for Asked<'_> {
    fn poll(&mut self, _now_ms: u64) -> Polled {
        let answer = match &mut self.way {
            Way::Here(question) => question(),
            Way::Thread { ask, answers, waiting } => {
                if !std::mem::replace(waiting, true) && ask.send(()).is_err() {
                    return Polled { next: None, ..Polled::nothing(LOOK) };
                }
                match answers.try_recv() {
                    Ok(answer) => {
                        *waiting = false;
                        answer
                    }
                    Err(TryRecvError::Empty) => return Polled::nothing(LOOK),
                    Err(TryRecvError::Disconnected) => return Polled { next: None, ..Polled::nothing(LOOK) },
                }
            }
        };
        self.answered(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Place;

    fn row(text: &str) -> Record {
        Record { place: Place { input: 7, text: text.to_owned(), ..Place::default() }, ..Record::default() }
    }

    #[test]
    fn the_pauses_grow_and_rows_are_kept_once() {
        let mut asked = 0;
        let mut watch = Asked::here("sls:p/forward", move || {
            asked += 1;
            match asked {
                1 => Ok(vec![]),
                2 | 3 => Err(Bilingual::new("no answer", "没有应答")),
                4 => Ok(vec![row("a")]),
                _ => Ok(vec![row("a"), row("b")]),
            }
        });
        let mut pauses = Vec::new();
        let mut rows = Vec::new();
        let mut troubles = 0;
        for _ in 0..6 {
            let polled = watch.poll(0);
            pauses.push(polled.next.map_or(0, |next| next.as_secs()));
            troubles += u32::from(polled.trouble.is_some());
            for news in polled.news {
                let News::Found(found) = news else { panic!("only rows") };
                rows.push(
                    found.records.iter().map(|r| (r.place.text.clone(), r.place.input)).collect::<Vec<_>>(),
                );
            }
        }
        assert_eq!(pauses, [5, 10, 20, 30, 30, 30]);
        assert_eq!(troubles, 1);
        let (a, b) = (("a".to_owned(), 0), ("b".to_owned(), 0));
        assert_eq!(rows, [vec![a.clone()], vec![a, b]]);
    }

    #[test]
    fn a_slow_service_is_asked_once_and_does_not_keep_others_waiting() {
        let (release, held) = channel::<()>();
        let mut watch = Asked::in_thread("mps", move || {
            let _ = held.recv();
            Ok(vec![row("state")])
        });
        for _ in 0..3 {
            assert_eq!(watch.poll(0).next, Some(LOOK));
        }
        release.send(()).expect("the thread waits");
        let polled = loop {
            let polled = watch.poll(0);
            if polled.next != Some(LOOK) {
                break polled;
            }
            std::thread::yield_now();
        };
        assert_eq!(polled.news.len(), 1);
    }
}
