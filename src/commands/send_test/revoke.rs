//! `--revoke`: takes an earlier test message back, where the API can.

use anyhow::bail;

use crate::aliyun::clock::{Clock, SystemClock};
use crate::aliyun::mps::{MpsClient, MpsConfig};
use crate::catalog::Catalog;
use crate::cli::SendTestArgs;
use crate::commands::output;
use crate::config::Config;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::lang::Lang;
use crate::read::harmless;
use crate::report::Redactor;
use crate::send::evidence::MPS;
use crate::send::journal::Journal;

/// Takes back the message of this id; of an empty one the newest of the journal.
///
/// # Errors
/// One sentence, where nothing is known of it, or the API cannot take it back.
pub fn run(
    id: &str,
    args: &SendTestArgs,
    config: &Config,
    environment: &Environment,
    catalog: &Catalog,
    redactor: &Redactor,
    lang: Lang,
) -> anyhow::Result<Exit> {
    let say = |text: crate::lang::Bilingual| anyhow::Error::msg(redactor.redact_prose(text.get(lang)));
    let mut journal = Journal::of_user().map_err(say)?;
    let known = if id.is_empty() { journal.newest(None) } else { journal.find(id) }.cloned();
    let id = match &known {
        Some(sent) => sent.msg_id.clone(),
        None if !id.is_empty() => id.to_owned(),
        None => bail!(lang.pick(
            "no message stands in the journal that could be taken back: name one with --revoke ID",
            "本地记录中没有可撤回的消息：请用 --revoke 消息ID 指定"
        )),
    };
    let via = known.as_ref().map_or(MPS, |entry| entry.via.as_str());
    if via != MPS {
        bail!(match lang {
            Lang::En => format!("{via} has no call that takes a message back; it ends with its validity"),
            Lang::Zh => format!("{via} 没有撤回接口；消息会在有效期后失效"),
        });
    }
    let Some(target) = args.device.as_ref().or(args.user.as_ref()) else {
        bail!(lang.pick(
            "to take a message back MPS wants its target again, which the journal does not keep: give --device or --user",
            "MPS 撤回消息需要目标，本地记录不保存目标：请用 --device 或 --user 给出"
        ));
    };
    let mut settings = MpsConfig::from_config(config, environment).map_err(say)?;
    settings.apply(&args.set);
    let client = MpsClient::connect(catalog, settings, environment).map_err(say)?;
    match client.revoke(&id, target) {
        Ok(request_id) => {
            if let Err(sentence) = journal.revoked(&id, MPS, SystemClock::default().now_ms()) {
                output::complain(sentence.get(lang));
            }
            let (id, request_id) = (harmless(&id), harmless(&request_id));
            output::result(&match lang {
                Lang::En => format!("Taken back: {id} (request id {request_id})."),
                Lang::Zh => format!("已撤回：{id}（请求 ID {request_id}）。"),
            })?;
            Ok(Exit::Ok)
        }
        Err(error) => {
            output::complain(&redactor.redact_prose(error.sentence().get(lang)));
            let refused = matches!(&error, crate::aliyun::mps::MpsError::Api { code, .. }
                if catalog.code(MPS, "api", code).is_none_or(|c| c.kind != crate::catalog::Kind::Credential));
            Ok(if refused { Exit::Found } else { Exit::CouldNotRun })
        }
    }
}
