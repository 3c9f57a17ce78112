//! Meizu: no login, each request is signed over its parameters as they are, not as they are encoded.

use md5::{Digest, Md5};
use serde_json::json;

use super::account::{Account, Body, Unit, post_form};
use super::{Letter, Way};
use crate::aliyun::sign::hex;
use crate::http::Request;
use crate::lang::Bilingual;
use crate::send::Message;

pub const WAY: Way = Way { vendor: "meizu", login, body, request };

fn login(_: &Account<'_>, _: &str, _: i64) -> Result<Option<Request>, Bilingual> {
    Ok(None)
}

fn body(account: &Account<'_>, message: &Message) -> Result<Body, Bilingual> {
    Ok(Body::Json(json!({
        "noticeBarInfo": {
            "noticeMsgType": 0,
            "noticeBarType": 0,
            "title": message.title,
            "content": message.content,
        },
        "noticeExpandInfo": {"noticeExpandType": 0},
        "clickTypeInfo": {"clickType": 0},
        "pushTimeInfo": {"offLine": 1, "validTime": account.lasting("validTime", Unit::Hours, message)?},
        "advanceInfo": {"suspend": 1, "clearNoticeBar": 1},
    })))
}

fn request(account: &Account<'_>, letter: Letter<'_>) -> Result<Request, Bilingual> {
    let message = letter.document().to_string();
    let pairs = [("appId", account.key("app_id")), ("pushIds", letter.token), ("messageJson", &message)];
    let sign = signature(&pairs, account.key("app_secret"));
    account.secrets.hide(&sign);
    Ok(post_form(account.url(&[]), pairs.into_iter().chain([("sign", sign.as_str())])))
}

/// The signature over parameters, which are sorted by their names.
fn signature(pairs: &[(&str, &str)], secret: &str) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let text: String = sorted.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    hex(&Md5::digest(format!("{text}{secret}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made-up keys; the last is the vendor's own sample, whose secret is a placeholder.
    #[test]
    fn parameters_are_signed_as_they_are() {
        let push = "ABC12345678901234567890123456789012345678901";
        let signed = |json: &str| {
            signature(&[("appId", "100999"), ("pushIds", push), ("messageJson", json)], "s3cr3tS3CR3T")
        };
        assert_eq!(
            signed(r#"{"noticeBarInfo":{"title":"ping","content":"pushdoctor 1"}}"#),
            "1af4c2c59301e769bbcc5c4baa276d93"
        );
        let hard = signed(r#"{"noticeBarInfo":{"title":"检查","content":"a=b&c d+e%"}}"#);
        assert_eq!(hard, "a7c9ae760c260694fbf859fb02e9408f");
        assert_ne!(hard, "1ec65efdfc0429d846e2759fac18519c", "the encoded text was signed");
        let switch = signature(&[("pushId", push), ("appId", "100999")], "s3cr3tS3CR3T");
        assert_eq!(switch, "db24170ff1e79df72242fc6b42565e52");
        let own = signature(
            &[
                ("appId", "10000"),
                ("pushIds", "RA50c6348036344485d01776773577c64740465480a6b"),
                (
                    "messageJson",
                    r#"{"title":"title","content":"content","pushTimeInfo":{"offLine":1,"validTime":24}}"#,
                ),
            ],
            "<APP_SECRET>",
        );
        assert_eq!(own, "ac076ff25d9900015a681cb5172aa53b");
    }
}
