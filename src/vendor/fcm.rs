//! Google's FCM: a token signed with the key of a service account is exchanged for an access token.

use serde_json::{Value, json};

use super::account::{Account, Body, post_form, post_json, with};
use super::jwt::{self, Algorithm};
use super::service_account::ServiceAccount;
use super::{Letter, Way};
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

pub const WAY: Way = Way { vendor: "fcm", login, body, request };

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Seconds for which the signed token is good; more is refused.
const LIFE: i64 = 3600;

fn login(account: &Account<'_>, _: &str, now_ms: i64) -> Result<Option<Request>, Bilingual> {
    let service = ServiceAccount::read(account.key("service_account"))?;
    let now = now_ms / 1000;
    let head = json!({"alg": "RS256", "typ": "JWT", "kid": service.field("private_key_id")?});
    let claims = json!({
        "iss": service.field("client_email")?,
        "scope": SCOPE,
        "aud": account.rules.auth_url,
        "exp": now.saturating_add(LIFE),
        "iat": now,
    });
    let token = jwt::token(Algorithm::Rs256, &head, &claims, &service.field("private_key")?)?;
    account.secrets.hide(&token);
    Ok(Some(post_form(account.auth_url(), [("grant_type", GRANT), ("assertion", &token)])))
}

fn body(account: &Account<'_>, message: &Message) -> Result<Body, Bilingual> {
    let mut android = json!({"priority": "high", "ttl": format!("{}s", message.ttl)});
    account.channel("/notification/channel_id", &mut android);
    Ok(Body::Json(json!({
        "validate_only": false,
        "message": {
            "token": message.address.id(),
            "notification": {"title": message.title, "body": message.content},
            "android": android,
        },
    })))
}

fn request(account: &Account<'_>, mut letter: Letter<'_>) -> Result<Request, Bilingual> {
    if let Body::Json(document) = &mut letter.body {
        texts_only(document.pointer_mut("/message/data"));
    }
    let service = ServiceAccount::read(account.key("service_account"))?;
    let project = account.project(&service)?;
    let request = post_json(account.url(&[("project_id", &project)]), "application/json", letter.document());
    Ok(with(request, &[("Authorization", &format!("Bearer {}", letter.access))]))
}

/// FCM takes texts only as values of `data`.
fn texts_only(data: Option<&mut Value>) {
    for (_, value) in data.and_then(Value::as_object_mut).into_iter().flatten() {
        if !value.is_string() {
            *value = Value::String(value.to_string());
        }
    }
}
