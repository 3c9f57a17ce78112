//! A phone of Xiaomi's that writes a log as a message comes, and a push core that writes a row of
//! what the vendor said. All lines are made up in the format of the examples.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::Offset};
use serde_json::json;

use super::keys::PACKAGE;
use super::wire::Accepted;

/// What the phone does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Shows it, and its owner taps on it.
    Shows,
    /// The owner has switched the app's notifications off.
    Suppresses,
    /// It is off: nothing comes.
    Silent,
}

fn local(format: &str) -> String {
    Timestamp::now().to_zoned_datetime(Offset::constant(8).to_time_zone()).strftime(format).to_string()
}

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// One line in logcat's threadtime format, now.
fn line(pid: u32, level: char, tag: &str, text: &str) -> String {
    format!("{} {pid:5} {pid:5} {level} {tag}: {text}\n", local("%m-%d %H:%M:%S.%3f"))
}

/// The phone.
#[derive(Clone)]
pub struct Phone {
    pub log: PathBuf,
    pub habit: Habit,
}

impl Phone {
    /// A phone whose app has its token and has reported it.
    pub fn new(log: &Path, habit: Habit) -> Phone {
        let properties = "[ro.product.brand]: [Xiaomi]\n[ro.product.manufacturer]: [Xiaomi]\n\
            [ro.product.model]: [M2011K2C]\n[ro.build.version.sdk]: [30]\n\
            [ro.miui.ui.version.name]: [V125]\n[ro.miui.ui.version.code]: [12]\n\
            [persist.sys.timezone]: [Asia/Shanghai]\n";
        append(log, "--------- beginning of main\n");
        append(log, properties);
        let report =
            "operationType=alipay.client.yunpushcore.device.report,serializerClass=ProtobufCodecImpl";
        for (pid, level, tag, text) in [
            (
                1680,
                'I',
                "ActivityManager",
                &*format!(
                    "Start proc 4377:{PACKAGE}:push/u0a231 for service {{{PACKAGE}/com.alipay.pushsdk.push.NotificationService}}"
                ),
            ),
            (4377, 'D', "mPush.PushProxyFactory", "found proxy com.mpaas.push.external.mi.Creator"),
            (
                4377,
                'V',
                "XMPush-4377",
                "[Tid:61] begin execute onCommandResult, command=register, resultCode=0, reason=success",
            ),
            (4377, 'V', "RpcInvoker", report),
            (4377, 'D', "HttpCaller", "threadid=41 Response success."),
            (4377, 'D', "PushDemo", "上报厂商 token 成功"),
        ] {
            append(log, &line(pid, level, tag, text));
        }
        Phone { log: log.to_owned(), habit }
    }

    /// A message comes from the vendor.
    pub fn receive(&self, id: &str) {
        if self.habit == Habit::Silent {
            return;
        }
        let came = format!("[Tid:61] message arrived: receive a message, msgid={id}, jobkey=null");
        append(&self.log, &line(4377, 'V', "XMPush-4377", &came));
        let seen = if self.habit == Habit::Suppresses {
            let text = format!("Suppressing notification from package {PACKAGE} by user request.");
            line(1680, 'E', "NotificationService", &text)
        } else {
            let text = format!("[10231,4377,{PACKAGE},4821,NULL,0,Notification(channel=notice pri=0),0]");
            let tapped = "[Tid:61] begin execute onNotificationMessageClicked from xmsf";
            line(1680, 'I', "notification_enqueue", &text) + &line(4377, 'W', "XMPush-4377", tapped)
        };
        append(&self.log, &seen);
    }
}

/// The row that MPS's push core writes of what Xiaomi answered.
pub fn forward_row(file: &Path, accepted: &Accepted, token: &str, answer: &str) {
    let row = json!({
        "__time__": Timestamp::now().as_second().to_string(), "__source__": "192.0.2.21",
        "__tag__:__path__": "/home/admin/logs/yunpushcore/forward.log",
        "time": local("%Y-%m-%d %H:%M:%S.%3f"), "channel": "MIUI", "msgId": accepted.msg_id,
        "token": token, "response": answer,
    });
    append(file, &format!("{row}\n"));
}

/// What Xiaomi's id of a message is in its answer.
pub fn vendor_id(answer: &str) -> String {
    let answer: serde_json::Value = serde_json::from_str(answer).unwrap_or_default();
    answer["data"]["id"].as_str().unwrap_or_default().to_owned()
}
