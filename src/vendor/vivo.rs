//! vivo and iQOO: the login is signed, the token of it stands in a header.

use md5::{Digest, Md5};
use serde_json::json;

use super::account::{Account, Body, Unit, post_json, with};
use super::{Letter, Way};
use crate::aliyun::sign::hex;
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

pub const WAY: Way = Way { vendor: "vivo", login, body, request };

/// The app's id, which vivo wants as a number.
fn app_id(account: &Account<'_>) -> Result<i64, Bilingual> {
    let text = account.key("app_id");
    text.parse().map_err(|_| {
        let shown = crate::read::harmless(text);
        Bilingual::new(
            format!(
                "app_id of vivo is \"{shown}\", but it is a number: copy it anew from the vivo push console"
            ),
            format!("vivo 的 app_id 是“{shown}”，但它应为数字：请从 vivo 推送平台重新复制"),
        )
    })
}

fn login(account: &Account<'_>, _: &str, now_ms: i64) -> Result<Option<Request>, Bilingual> {
    let (id, key) = (app_id(account)?, account.key("app_key"));
    let signed = format!("{id}{key}{now_ms}{}", account.key("app_secret"));
    let sign = hex(&Md5::digest(signed.as_bytes()));
    account.secrets.hide(&sign);
    let document = json!({"appId": id, "appKey": key, "timestamp": now_ms, "sign": sign});
    Ok(Some(post_json(account.auth_url(), "application/json", &document)))
}

fn body(account: &Account<'_>, message: &Message) -> Result<Body, Bilingual> {
    Ok(Body::Json(json!({
        "appId": app_id(account)?,
        "regId": message.address.id(),
        "notifyType": 1,
        "title": message.title,
        "content": message.content,
        "skipType": 1,
        "timeToLive": account.lasting("timeToLive", Unit::Seconds, message)?,
        "requestId": message.msg_id,
        "pushMode": 1,
        "classification": 1,
        "category": "IM",
    })))
}

fn request(account: &Account<'_>, letter: Letter<'_>) -> Result<Request, Bilingual> {
    let request = post_json(account.url(&[]), "application/json", letter.document());
    Ok(with(request, &[("authToken", letter.access)]))
}
