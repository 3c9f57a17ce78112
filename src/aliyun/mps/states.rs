//! What MPS tells of a device and of a task.

use serde_json::Value;

use super::answer::text;
use crate::catalog::Catalog;

/// Characters of a field that are kept.
const FIELD: usize = 1024;

/// What MPS holds of a device, or of the device that a user is bound to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DeviceState {
    /// MPS knows the target. If not, everything else is empty.
    pub known: bool,
    pub user_id: String,
    /// The ad-token of an Android device.
    pub device_id: String,
    /// The token of the self-built channel.
    pub delivery_token: String,
    /// The vendor's token; empty where none was ever reported.
    pub third_token: String,
    /// `android`, `ios`, `harmonyos`.
    pub platform: String,
    /// As MPS writes it: `hms`, `miui`; `android` for a device without a vendor's channel.
    pub manufacturer: String,
    /// The vendor's id in the catalogue.
    pub vendor: Option<String>,
    /// `ONLINE`, `OFFLINE` or `UNKNOW` (as MPS spells it): the self-built connection.
    pub status: String,
    pub request_id: String,
}

impl DeviceState {
    /// From the answer to PushQueryDeviceState. The field of the state is misspelt `Statue` there.
    pub fn read(catalog: &Catalog, answer: &Value) -> Self {
        let request_id = text(answer, &["/RequestId", "/requestId"], FIELD);
        let Some(data) = answer.pointer("/Data").filter(|data| data.is_object()) else {
            return DeviceState { request_id, ..DeviceState::default() };
        };
        let manufacturer = text(data, &["/Manufacturer"], FIELD);
        let vendor = catalog
            .vendors()
            .find(|v| v.mps_channels.iter().any(|c| c.eq_ignore_ascii_case(&manufacturer)))
            .map(|v| v.id.to_string());
        DeviceState {
            known: true,
            user_id: text(data, &["/UserId"], FIELD),
            device_id: text(data, &["/DeviceId"], FIELD),
            delivery_token: text(data, &["/DeliveryToken"], FIELD),
            third_token: text(data, &["/ThirdToken"], FIELD),
            platform: text(data, &["/Platform"], FIELD),
            manufacturer,
            vendor,
            status: text(data, &["/Statue", "/Status", "/State"], FIELD).to_ascii_uppercase(),
            request_id,
        }
    }
}

impl std::fmt::Debug for DeviceState {
    /// Without the ids and tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceState")
            .field("known", &self.known)
            .field("platform", &self.platform)
            .field("manufacturer", &self.manufacturer)
            .field("vendor", &self.vendor)
            .field("status", &self.status)
            .field("has_vendor_token", &!self.third_token.is_empty())
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// How far a task has got. MPS keeps numbers for multiple pushes and broadcasts only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskDetail {
    pub task_id: String,
    /// Messages that were to be sent.
    pub total: Option<u64>,
    /// Those that were sent.
    pub sent: Option<u64>,
    /// Those that arrived.
    pub arrived: Option<u64>,
    /// Milliseconds since 1970.
    pub started: Option<i64>,
    pub ended: Option<i64>,
    /// As MPS writes it.
    pub duration: String,
    pub request_id: String,
}

impl TaskDetail {
    /// From the answer to QueryPushAnalysisTaskDetail; `None` where MPS has no numbers.
    pub fn read(answer: &Value) -> Option<Self> {
        let data = answer.pointer("/ResultContent/Data").filter(|data| data.is_object())?;
        let count = |name: &str| number(data.get(name)?).and_then(|n| u64::try_from(n).ok());
        let moment = |name: &str| number(data.get(name)?).filter(|ms| *ms > 0);
        Some(TaskDetail {
            task_id: text(data, &["/TaskId"], FIELD),
            total: count("PushNum"),
            sent: count("PushSuccessNum"),
            arrived: count("PushArrivalNum"),
            started: moment("StartTime"),
            ended: moment("EndTime"),
            duration: text(data, &["/Duration"], FIELD),
            request_id: text(answer, &["/RequestId", "/requestId"], FIELD),
        })
    }
}

/// A whole number, also where it is written as a text or with a fraction of nothing.
fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64().or_else(|| whole(n.as_f64()?)),
        Value::String(text) => text.parse().ok().or_else(|| whole(text.parse::<f64>().ok()?)),
        _ => None,
    }
}

/// A conversion from a float saturates.
fn whole(number: f64) -> Option<i64> {
    number.is_finite().then_some(number.trunc() as i64)
}
