//! What stands between the command and the send: the journal is asked, what goes to whom is shown,
//! and the user says yes.

use anyhow::bail;

use super::Way;
use super::plan::Plan;
use crate::aliyun::clock::{Clock, SystemClock};
use crate::cli::SendTestArgs;
use crate::commands::output;
use crate::exit::Exit;
use crate::lang::{Bilingual, Lang};
use crate::report::send::identifiers;
use crate::report::{Format, Redactor, RenderOptions};
use crate::send::evidence::TargetState;
use crate::send::journal::Journal;
use crate::send::{Message, Sender, history as list, preview};

/// Lists what was sent.
///
/// # Errors
/// The journal cannot be read, or standard output is closed.
pub fn history(format: Format, options: &RenderOptions) -> anyhow::Result<Exit> {
    let lang = options.lang;
    let journal = Journal::look().map_err(|e| anyhow::Error::msg(e.get(lang).to_owned()))?;
    for note in journal.notes() {
        output::complain(note.get(lang));
    }
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&list::json(journal.sends()))?,
        Format::Table => list::table(journal.sends(), options),
    };
    output::result(&text)?;
    Ok(Exit::Ok)
}

/// Shows the exact requests, and sends nothing.
///
/// # Errors
/// One sentence, where a request cannot be made of the message.
pub fn show_requests(
    senders: &[(Box<dyn Sender + '_>, Message)],
    warnings: &[Bilingual],
    format: Format,
    redactor: &Redactor,
    lang: Lang,
) -> anyhow::Result<Exit> {
    let now = SystemClock::default().now_ms();
    let say = |text: Bilingual| anyhow::Error::msg(redactor.redact_prose(text.get(lang)));
    let mut shown = Vec::new();
    for (sender, message) in senders {
        let known = identifiers(message, None);
        let redact = |text: &str| redactor.redact_row(text, &known);
        shown.extend(preview::requests(sender.as_ref(), message, now, &redact).map_err(say)?);
    }
    match format {
        Format::Json => {
            let said: Vec<String> = warnings.iter().map(|w| redactor.redact_prose(w.get(lang))).collect();
            output::result(&serde_json::to_string_pretty(&preview::document(&shown, &said))?)?;
        }
        Format::Table => {
            for warning in warnings {
                output::complain(&redactor.redact_prose(warning.get(lang)));
            }
            output::result(&preview::text(&shown, lang))?;
        }
    }
    Ok(Exit::Ok)
}

/// Whether to send: the journal has nothing against it, and the user said yes.
///
/// # Errors
/// One sentence that says why nothing was sent and what to do.
#[allow(clippy::too_many_arguments)]
pub fn confirmed(
    args: &SendTestArgs,
    plan: &Plan,
    ways: &[Way<'_>],
    app_id: &str,
    journal: &mut Journal,
    target: Option<&TargetState>,
    redactor: &Redactor,
    lang: Lang,
) -> anyhow::Result<bool> {
    let now = SystemClock::default().now_ms();
    if args.again {
        journal.allow_again();
    }
    let asks = !args.yes && preview::can_ask();
    let mut questions = Vec::new();
    for way in ways {
        let repeat = journal.repeats(&way.message, way.sender.via(), now);
        let Some(sentence) = repeat.sentence() else { continue };
        if !args.again && repeat.needs_again() && !asks {
            bail!(match lang {
                Lang::En => format!("{}, so nothing was sent: see --history, or give --again", sentence.en),
                Lang::Zh => format!("{}，因此没有发送：请用 --history 查看，或加 --again", sentence.zh),
            });
        }
        questions.push(sentence);
    }
    if plan.everyone {
        broadcast(args, app_id, asks, lang)?;
    }
    if args.yes {
        questions.iter().for_each(|q| output::complain(q.get(lang)));
        return Ok(true);
    }
    if !asks {
        bail!(lang.pick(
            "nothing was sent: nobody can be asked here, so confirm with --yes (or look with --dry-run)",
            "没有发送：当前无法询问，请加 --yes 确认（或用 --dry-run 查看）"
        ));
    }
    for way in ways {
        let known = identifiers(&way.message, target);
        let redact = |text: &str| redactor.redact_row(text, &known);
        for line in preview::lines(way.sender.via(), &way.message, lang, &redact) {
            output::complain(&line);
        }
    }
    questions.iter().for_each(|q| output::complain(q.get(lang)));
    if preview::ask(lang.pick("Send it?", "确定发送吗？"), lang) {
        if !questions.is_empty() {
            journal.allow_again();
        }
        return Ok(true);
    }
    output::complain(lang.pick("nothing was sent", "没有发送"));
    Ok(false)
}

/// A broadcast wants the app id, typed or as an argument.
fn broadcast(args: &SendTestArgs, app_id: &str, asks: bool, lang: Lang) -> anyhow::Result<()> {
    let given = match (&args.confirm_broadcast, asks) {
        (Some(id), _) => Some(id.clone()),
        (None, true) => preview::typed(lang.pick(
            "This goes to everybody who has the app. Type the app id to go on:",
            "这会发给该应用的所有用户。请输入应用 ID 以继续：",
        )),
        (None, false) => None,
    };
    if !app_id.is_empty() && given.as_deref().map(str::trim) == Some(app_id) {
        return Ok(());
    }
    bail!(lang.pick(
        "nothing was sent: a broadcast goes to everybody, so confirm it with --confirm-broadcast and the app id",
        "没有发送：广播会发给所有人，请用 --confirm-broadcast 加应用 ID 确认"
    ))
}
