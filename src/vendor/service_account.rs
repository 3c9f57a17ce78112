//! The key file of a service account, as Huawei and Google hand it out.

use serde_json::Value;

use crate::lang::Bilingual;

/// The fields of a key file.
pub struct ServiceAccount(Value);

impl ServiceAccount {
    /// # Errors
    /// One sentence, where the text is no key file.
    pub fn read(text: &str) -> Result<Self, Bilingual> {
        match serde_json::from_str::<Value>(text) {
            Ok(value) if value.is_object() => Ok(ServiceAccount(value)),
            _ => Err(Bilingual::new(
                "service_account is no JSON object: give the whole key file that the console let you download",
                "service_account 不是 JSON：请使用从控制台下载的完整密钥文件",
            )),
        }
    }

    /// A field that must be there; some files write numbers where others write texts.
    ///
    /// # Errors
    /// One sentence that names the field.
    pub fn field(&self, name: &str) -> Result<String, Bilingual> {
        self.0.get(name).and_then(crate::catalog::answer::scalar).ok_or_else(|| {
            Bilingual::new(
                format!(
                    "the key file of the service account has no \"{name}\": download it anew from the console"
                ),
                format!("服务账号密钥文件里没有“{name}”：请从控制台重新下载"),
            )
        })
    }
}

/// The private key in a text, if it is a key file.
pub fn key_in(text: &str) -> Option<String> {
    ServiceAccount::read(text).ok()?.field("private_key").ok()
}
