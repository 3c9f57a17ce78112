//! Link 4: did MPS accept the message? Accepted is not sent: this link proves nothing of others.

use crate::catalog::Link;
use crate::diagnosis::Judgement;
use crate::evidence::Evidence;
use crate::lang::Bilingual;

use super::{View, absence, weigh};

pub fn judge(view: &View<'_>) -> Judgement {
    let all = view.of(Link::Accept);
    weigh::by_newest(view, Link::Accept, &all).unwrap_or_else(|| {
        let mut judgement = absence::unknown(view, Link::Accept);
        // MPS says itself that it has not decided yet.
        let code = |e: &Evidence| {
            let code = e.code.as_ref()?;
            view.catalog.code(&code.vendor, &code.side, &code.code)
        };
        let waits = weigh::newest(all.iter().copied().filter(|e| e.server && code(e).is_some()));
        if let Some((waits, entry)) = waits.and_then(|e| Some((e, code(e)?))) {
            judgement.summary = Bilingual::new(entry.en.meaning.as_ref(), entry.zh.meaning.as_ref());
            judgement.evidence = weigh::places(waits);
        }
        judgement
    })
}
