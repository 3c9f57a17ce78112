//! Xiaomi: no login, the AppSecret itself stands in a header.

use super::account::{Account, Body, Unit, post_form, with};
use super::{Letter, Way};
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

pub const WAY: Way = Way { vendor: "xiaomi", login, body, request };

fn login(_: &Account<'_>, _: &str, _: i64) -> Result<Option<Request>, Bilingual> {
    Ok(None)
}

fn body(account: &Account<'_>, message: &Message) -> Result<Body, Bilingual> {
    let package = account.keys.get("package").or(message.package.as_deref()).unwrap_or_default();
    let lasting = account.lasting("time_to_live", Unit::Milliseconds, message)?;
    let mut fields = vec![
        ("registration_id", message.address.id().to_owned()),
        ("restricted_package_name", package.to_owned()),
        ("pass_through", "0".to_owned()),
        ("title", message.title.clone()),
        ("description", message.content.clone()),
        ("notify_type", "-1".to_owned()),
        ("notify_id", notify_id(&message.msg_id).to_string()),
        ("time_to_live", lasting.to_string()),
        ("extra.notify_effect", "1".to_owned()),
    ];
    if let Some(channel) = account.keys.get("channel_id") {
        fields.push(("extra.channel_id", channel.to_owned()));
    }
    Ok(Body::Form(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
}

/// Notifications with one id replace each other, so each message has its own.
fn notify_id(msg_id: &str) -> u32 {
    let mixed = msg_id.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    mixed % 1_000_000
}

fn request(account: &Account<'_>, letter: Letter<'_>) -> Result<Request, Bilingual> {
    let fields = letter.fields();
    let package = fields.iter().find(|(name, _)| name == "restricted_package_name");
    if package.is_none_or(|(_, value)| value.trim().is_empty()) {
        return Err(Bilingual::new(
            "xiaomi needs the app's package: give it with --package, or package in [app] or [vendors.xiaomi]",
            "xiaomi 需要应用包名：请用 --package 给出，或在 [app]、[vendors.xiaomi] 中填写 package",
        ));
    }
    let request =
        post_form(account.url(&[]), fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Ok(with(request, &[("Authorization", &format!("key={}", account.key("app_secret")))]))
}
