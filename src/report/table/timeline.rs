//! Phone and server in one order of time, where the server's side was given.

use jiff::Timestamp;

use super::{Page, file_name};
use crate::diagnosis::{Event, Side};
use crate::lang::Lang;
use crate::report::{json, words};

/// How many of the first and how many of the last events are shown; JSON has more.
const SHOWN: usize = 8;

impl Page<'_> {
    pub(super) fn timeline(&mut self) {
        let diagnosis = self.diagnosis;
        let Some(server) = diagnosis.server.as_ref().filter(|_| !diagnosis.timeline.is_empty()) else {
            return;
        };
        self.gap();
        let head = self.pick(("timeline (the phone's clock):", "时间线（以手机时钟为准）："));
        self.line(head);
        let events = &diagnosis.timeline;
        let hidden = |at: usize| {
            at >= SHOWN && at + SHOWN < events.len() && events.get(at).is_some_and(|e| !e.breaking)
        };
        let mut gap = 0;
        for (at, event) in events.iter().enumerate() {
            if hidden(at) {
                gap += 1;
                continue;
            }
            if gap > 0 {
                self.left_out(gap);
                gap = 0;
            }
            self.event(event);
        }
        if server.timeline_left_out > 0 {
            self.left_out(server.timeline_left_out);
        }
    }

    fn left_out(&mut self, count: u64) {
        let text = match self.options.lang {
            Lang::En => format!("    … {count} more (--format json)"),
            Lang::Zh => format!("    … 另有 {count} 条（见 --format json）"),
        };
        let text = self.paint.dim(&text);
        self.line(&text);
    }

    fn event(&mut self, event: &Event) {
        let zone = json::zone(self.diagnosis);
        let time = Timestamp::from_microsecond(event.time)
            .map(|t| t.to_zoned_datetime(zone).strftime("%m-%d %H:%M:%S%.3f").to_string())
            .unwrap_or_default();
        let side = self.pick(match event.side {
            Side::Device => ("phone ", "手机  "),
            Side::Server => ("server", "服务端"),
        });
        let mark = if event.breaking { "►" } else { " " };
        let mark = if self.options.ascii && event.breaking { ">" } else { mark };
        let link = self.pick(words::link(event.link));
        let path =
            self.diagnosis.inputs.get(event.place.input).map(|i| file_name(&i.path)).unwrap_or_default();
        let place = match event.place.line {
            0 => String::new(),
            line => format!("  {}:{line}", self.redactor.redact_path(path)),
        };
        let colon = self.pick((": ", "："));
        let what = self.say(&event.what);
        self.paragraph(&format!("{mark} {time}  {side}  "), &format!("{link}{colon}{what}{place}"));
    }
}
