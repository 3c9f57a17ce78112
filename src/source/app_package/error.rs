//! Why a file of the app could not be read: one sentence with the file and what to do.

use crate::lang::{Bilingual, spaced};

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppError {
    /// The file as shown.
    pub name: String,
    pub text: Bilingual,
}

impl AppError {
    fn new(name: &str, en: String, zh: String) -> Self {
        AppError {
            name: name.to_owned(),
            text: Bilingual::new(format!("{name}: {en}"), format!("{name}：{zh}")),
        }
    }

    pub fn io(name: &str, error: &std::io::Error) -> Self {
        let known = crate::read::ReadError::from_io(name, error);
        AppError { name: name.to_owned(), text: known.both() }
    }

    pub fn folder(name: &str) -> Self {
        let en = "this is a folder, name the APK, bundle or configuration files in it";
        Self::new(name, en.into(), "这是目录，请给出其中的 APK、bundle 或配置文件".into())
    }

    pub fn empty(name: &str) -> Self {
        Self::new(name, "the file is empty, copy it again".into(), "文件为空，请重新拷贝".into())
    }

    pub fn unknown(name: &str) -> Self {
        Self::new(
            name,
            "this is no APK, bundle, manifest or configuration file of a push vendor, give one of those to --app and a log without it".into(),
            "不是 APK、bundle、清单文件，也不是推送厂商的配置文件；--app 只接受这些文件，日志请直接写在命令后面".into(),
        )
    }

    /// An archive that cannot be opened.
    pub fn archive(name: &str, reason: &str) -> Self {
        Self::new(
            name,
            format!("the package is damaged or was cut ({reason}), copy it again"),
            format!("安装包已损坏或不完整（{reason}），请重新拷贝"),
        )
    }

    pub fn no_manifest(name: &str) -> Self {
        Self::new(
            name,
            "the archive holds neither a manifest nor an APK, give the APK or bundle itself".into(),
            "压缩包里没有清单文件，也没有 APK，请直接给出 APK 或 bundle".into(),
        )
    }

    /// A part whose inside does not fit together.
    pub fn damaged(name: &str, what: &'static str) -> Self {
        let zh = match what {
            "manifest" => "清单文件",
            "resource table" => "资源表",
            "signature" => "签名",
            _ => "代码",
        };
        Self::new(
            name,
            format!("the {what} is damaged, build or copy the file again"),
            spaced(&format!("{zh}已损坏，请重新构建或拷贝文件")),
        )
    }

    pub fn too_large(name: &str, limit: u64) -> Self {
        Self::new(
            name,
            format!(
                "it is larger than {limit} bytes and was not read, take it out of the archive and name it"
            ),
            format!("超过 {limit} 字节，未读取；请解压后单独指定"),
        )
    }

    /// More of something than any app has; the rest was not read.
    pub fn too_many(name: &str, limit: usize, what: &Bilingual) -> Self {
        Self::new(
            name,
            format!(
                "it holds more than {limit} {}, the rest was not read; check where the file is from",
                what.en
            ),
            format!("{}超过 {limit} 个，其余未读取；请核对文件来源", what.zh),
        )
    }

    pub fn syntax(name: &str, reason: &str) -> Self {
        let reason = crate::read::harmless(reason);
        Self::new(
            name,
            format!("it cannot be parsed ({reason}), mend or copy it again"),
            format!("解析失败（{reason}），请修正或重新拷贝"),
        )
    }

    pub fn other_app(name: &str, package: &str, known: &str) -> Self {
        let (package, known) = (crate::read::harmless(package), crate::read::harmless(known));
        Self::new(
            name,
            format!("this is {package}, but {known} was read before; diagnose one app at a time"),
            format!("这是 {package} 的文件，而之前读取的是 {known}；请一次只诊断一个应用"),
        )
    }
}
