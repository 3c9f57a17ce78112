//! HarmonyOS 5 and later: no login, each request carries a token that the sender signs itself.

use serde_json::json;

use super::account::{Account, Body, post_json, with};
use super::jwt::{self, Algorithm};
use super::service_account::ServiceAccount;
use super::{Letter, Way};
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

pub const WAY: Way = Way { vendor: "harmony", login, body, request };

/// For whom the token is, whatever address the request goes to.
const AUDIENCE: &str = "https://oauth-login.cloud.huawei.com/oauth2/v3/token";
/// Seconds for which the token is good; more than a day is refused.
const LIFE: i64 = 3600;

fn login(_: &Account<'_>, _: &str, _: i64) -> Result<Option<Request>, Bilingual> {
    Ok(None)
}

fn body(_: &Account<'_>, message: &Message) -> Result<Body, Bilingual> {
    Ok(Body::Json(json!({
        "payload": {"notification": {
            "category": "MARKETING",
            "title": message.title,
            "body": message.content,
            "clickAction": {"actionType": 0},
        }},
        "target": {"token": [message.address.id()]},
        "pushOptions": {"testMessage": true, "ttl": message.ttl},
    })))
}

fn request(account: &Account<'_>, letter: Letter<'_>) -> Result<Request, Bilingual> {
    let service = ServiceAccount::read(account.key("service_account"))?;
    let now = letter.now_ms / 1000;
    let head = json!({"kid": service.field("key_id")?, "typ": "JWT", "alg": "PS256"});
    let claims = json!({
        "aud": AUDIENCE,
        "iss": service.field("sub_account")?,
        "exp": now.saturating_add(LIFE),
        "iat": now,
    });
    let token = jwt::token(Algorithm::Ps256, &head, &claims, &service.field("private_key")?)?;
    account.secrets.hide(&token);
    let project = account.project(&service)?;
    let url = account.url(&[("project_id", &project)]);
    let authorization = format!("Bearer {token}");
    let headers = [("Authorization", authorization.as_str()), ("push-type", "0")];
    Ok(with(post_json(url, "application/json", letter.document()), &headers))
}
