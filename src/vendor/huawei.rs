//! Huawei: HMS Core Push, for Android and HarmonyOS up to 4.

use serde_json::json;

use super::account::{Account, Body, post_form, post_json, with};
use super::{Letter, Way};
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

pub const WAY: Way = Way { vendor: "huawei", login, body, request };

fn login(account: &Account<'_>, _: &str, _: i64) -> Result<Option<Request>, Bilingual> {
    Ok(Some(client_credentials(account)))
}

/// The login of OAuth 2 with a client's own credentials.
pub(super) fn client_credentials(account: &Account<'_>) -> Request {
    let secret = match account.keys.get("client_secret") {
        Some(secret) => secret,
        None => account.key("app_secret"),
    };
    post_form(
        account.auth_url(),
        [
            ("grant_type", "client_credentials"),
            ("client_id", account.key("client_id")),
            ("client_secret", secret),
        ],
    )
}

fn body(account: &Account<'_>, message: &Message) -> Result<Body, Bilingual> {
    let mut notification = json!({
        "title": message.title,
        "body": message.content,
        "click_action": {"type": 3},
        "importance": "NORMAL",
    });
    account.channel("/channel_id", &mut notification);
    Ok(Body::Json(json!({
        "validate_only": false,
        "message": {
            "android": {
                "target_user_type": 1,
                "ttl": format!("{}s", message.ttl),
                "bi_tag": message.msg_id,
                "notification": notification,
            },
            "token": [message.address.id()],
        },
    })))
}

fn request(account: &Account<'_>, letter: Letter<'_>) -> Result<Request, Bilingual> {
    let request = post_json(account.url(&[]), "application/json; charset=UTF-8", letter.document());
    Ok(with(request, &[("Authorization", &format!("Bearer {}", letter.access))]))
}
