//! Link 4: did MPS accept the message? Accepted is not sent: this link proves nothing of others.

use crate::catalog::Link;
use crate::diagnosis::Judgement;

use super::{View, absence, weigh};

pub fn judge(view: &View<'_>) -> Judgement {
    weigh::by_newest(view, Link::Accept, &view.of(Link::Accept))
        .unwrap_or_else(|| absence::unknown(view, Link::Accept))
}
