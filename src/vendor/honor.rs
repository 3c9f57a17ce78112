//! Honor: its own Client ID and Client Secret log in, the App ID stands in the address.

use serde_json::json;

use super::account::{Account, Body, post_json, with};
use super::{Letter, Way, huawei};
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

pub const WAY: Way = Way { vendor: "honor", login, body, request };

fn login(account: &Account<'_>, _: &str, _: i64) -> Result<Option<Request>, Bilingual> {
    Ok(Some(huawei::client_credentials(account)))
}

fn body(_: &Account<'_>, message: &Message) -> Result<Body, Bilingual> {
    Ok(Body::Json(json!({
        "android": {
            "targetUserType": 1,
            "ttl": format!("{}s", message.ttl),
            "biTag": message.msg_id,
            "notification": {
                "title": message.title,
                "body": message.content,
                "importance": "NORMAL",
                "clickAction": {"type": 3},
            },
        },
        "token": [message.address.id()],
    })))
}

fn request(account: &Account<'_>, letter: Letter<'_>) -> Result<Request, Bilingual> {
    let request = post_json(account.url(&[]), "application/json", letter.document());
    let authorization = format!("Bearer {}", letter.access);
    let timestamp = letter.now_ms.to_string();
    Ok(with(request, &[("Authorization", &authorization), ("timestamp", &timestamp)]))
}
