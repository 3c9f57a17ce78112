//! Why an input could not be read, or not to its end.
//!
//! The person who runs the tool often has one file and one chance: every error
//! names the file and says what to do about it, so that nobody has to guess
//! what an "invalid header" of a library means.

use std::io;

use crate::lang::{Bilingual, Lang, spaced};

/// What went wrong with one input. The text is one sentence that names the
/// input and the remedy; the variants let the caller choose an exit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The path does not exist.
    #[error("{name}: no such file or folder, check the path")]
    NotFound {
        /// The input as shown to the user.
        name: String,
    },
    /// The operating system refuses to open it.
    #[error("{name}: permission to read it is denied, change its access rights or copy it elsewhere")]
    Permission {
        /// The input as shown to the user.
        name: String,
    },
    /// The file has no bytes.
    #[error("{name}: the file is empty, export the log again")]
    Empty {
        /// The input as shown to the user.
        name: String,
    },
    /// The file is not text.
    #[error("{name}: this is {what}, not a log, give the text log instead")]
    Binary {
        /// The input as shown to the user.
        name: String,
        /// The kind of file, with its article: "a PNG picture".
        what: &'static str,
    },
    /// A folder without one readable log.
    #[error("{name}: the folder holds no readable log, give the folder into which the log was exported")]
    EmptyFolder {
        /// The folder as shown to the user.
        name: String,
    },
    /// An archive without one entry that could be read.
    #[error("{name}: the archive holds no readable log, export the log again")]
    EmptyArchive {
        /// The archive as shown to the user.
        name: String,
    },
    /// A compressed stream or an archive which ends too early.
    #[error("{name}: the compressed data ends early, after {after} bytes of text, copy the file again")]
    TruncatedArchive {
        /// The input as shown to the user.
        name: String,
        /// Bytes which could be decompressed before the cut.
        after: u64,
    },
    /// A compressed stream or an archive with damage inside.
    #[error("{name}: the archive is damaged ({reason}), copy or export it again")]
    CorruptArchive {
        /// The input as shown to the user.
        name: String,
        /// What the decoder says.
        reason: String,
    },
    /// A stream which grows beyond any real log when decompressed.
    #[error(
        "{name}: stopped after {bytes} bytes because it expands more than {ratio} times, which no real log does; decompress it yourself if you trust it"
    )]
    Bomb {
        /// The input as shown to the user.
        name: String,
        /// Decompressed bytes at the stop.
        bytes: u64,
        /// The ratio that was passed.
        ratio: u64,
    },
    /// More archives inside archives than are followed.
    #[error("{name}: it lies deeper than {depth} archives or too many folders, unpack the outer ones first")]
    TooDeep {
        /// The input as shown to the user.
        name: String,
        /// The greatest depth that is followed.
        depth: u32,
    },
    /// More entries in an archive than are read.
    #[error("{name}: only the first {limit} entries were read, unpack it and give the log folder")]
    TooManyEntries {
        /// The archive as shown to the user.
        name: String,
        /// The greatest number of entries.
        limit: usize,
    },
    /// An archive that must be held in memory and is too large for that.
    #[error("{name}: a zip inside a stream may have at most {limit} bytes, unpack it first")]
    TooLarge {
        /// The archive as shown to the user.
        name: String,
        /// The greatest size in bytes.
        limit: u64,
    },
    /// An entry behind a password.
    #[error("{name}: the entry is encrypted, unpack the archive with its password first")]
    EncryptedEntry {
        /// The entry as shown to the user.
        name: String,
    },
    /// An archive kind or compression method which is not supported.
    #[error("{name}: {what} cannot be read here, unpack it first")]
    UnsupportedArchive {
        /// The input as shown to the user.
        name: String,
        /// The kind, with its article: "a RAR archive".
        what: String,
    },
    /// A file of columns, which is data but no text.
    #[error(
        "{name}: this is {what}, which is not read here, ship the log as JSON or convert the file to JSON lines"
    )]
    Columns {
        /// The input as shown to the user.
        name: String,
        /// The kind, with its article: "an ORC file".
        what: &'static str,
    },
    /// A bare block of snappy that is too large to be held in memory.
    #[error("{name}: a block of snappy may unfold to at most {limit} bytes, ship the log with gzip or zstd")]
    BlockTooLarge {
        /// The input as shown to the user.
        name: String,
        /// The greatest size in bytes, unfolded.
        limit: u64,
    },
    /// Neither a file nor a folder: a socket, a pipe or a device found in a folder.
    #[error("{name}: this is neither a file nor a folder, copy its content into a file first")]
    NotAFile {
        /// The input as shown to the user.
        name: String,
    },
    /// A JSON export of Android Studio which ends too early or is damaged.
    #[error("{name}: the JSON export {reason}, export it again")]
    BrokenExport {
        /// The input as shown to the user.
        name: String,
        /// What is wrong: "ends early".
        reason: String,
    },
    /// No failure: parts of a bug report that tell nothing of push.
    #[error(
        "{name}: {count} parts of the bug report that hold no log (traces, statistics, pictures) were not read"
    )]
    Spared {
        /// The bug report as shown to the user.
        name: String,
        /// How many there are.
        count: u64,
    },
    /// Any other failure of the operating system.
    #[error("{name}: it could not be read ({reason}), check the disk or copy the file again")]
    Io {
        /// The input as shown to the user.
        name: String,
        /// What the operating system says.
        reason: String,
    },
}

impl ReadError {
    /// The sentence in the user's language.
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }

    /// The sentence in both languages.
    pub fn both(&self) -> Bilingual {
        Bilingual::new(self.to_string(), self.chinese())
    }

    fn chinese(&self) -> String {
        match self {
            Self::Spared { name, count } => {
                format!("{name}：错误报告中有 {count} 个条目不含日志（调用栈、统计、图片等），未读取")
            }
            Self::NotFound { name } => format!("{name}：文件或目录不存在，请检查路径"),
            Self::Permission { name } => format!("{name}：没有读取权限，请修改权限或复制到别处"),
            Self::Empty { name } => format!("{name}：文件为空，请重新导出日志"),
            Self::Binary { name, what } => {
                format!("{name}：{}，不是日志，请提供文本日志", spaced(&format!("这是{}", kind(what))))
            }
            Self::EmptyFolder { name } => format!("{name}：目录中没有可读的日志，请指定导出日志的目录"),
            Self::EmptyArchive { name } => format!("{name}：压缩包中没有可读的日志，请重新导出"),
            Self::TruncatedArchive { name, after } => {
                format!("{name}：压缩数据不完整，解出 {after} 字节文本后中断，请重新拷贝文件")
            }
            Self::CorruptArchive { name, reason } => {
                format!("{name}：压缩包已损坏（{reason}），请重新拷贝或导出")
            }
            Self::Bomb { name, bytes, ratio } => {
                format!(
                    "{name}：解压膨胀超过 {ratio} 倍，已在 {bytes} 字节处停止；正常日志不会如此，若确认可信请自行解压"
                )
            }
            Self::TooDeep { name, depth } => {
                format!("{name}：嵌套超过 {depth} 层压缩包或目录过深，请先解开外层")
            }
            Self::TooManyEntries { name, limit } => {
                format!("{name}：只读取了前 {limit} 个条目，请解压后指定日志目录")
            }
            Self::TooLarge { name, limit } => format!("{name}：数据流中的 zip 最大 {limit} 字节，请先解压"),
            Self::EncryptedEntry { name } => format!("{name}：条目已加密，请先用密码解压"),
            Self::UnsupportedArchive { name, what } => {
                format!("{name}：{}，请先解压", spaced(&format!("不支持{}", kind(what))))
            }
            Self::Columns { name, what } => {
                let what = spaced(&format!("这是{}", kind(what)));
                format!("{name}：{what}，暂不支持读取，请改用 JSON 格式投递，或先转换为 JSON Lines")
            }
            Self::BlockTooLarge { name, limit } => {
                format!("{name}：单个 snappy 块解压后最多 {limit} 字节，请改用 gzip 或 zstd 压缩投递")
            }
            Self::NotAFile { name } => format!("{name}：既不是文件也不是目录，请先把内容复制到文件"),
            Self::BrokenExport { name, reason } => format!("{name}：JSON 导出{}，请重新导出", damage(reason)),
            Self::Io { name, reason } => format!("{name}：读取失败（{reason}），请检查磁盘或重新拷贝"),
        }
    }

    /// Turns an error of the operating system or of a decoder into a sentence
    /// about `name`. An error that already is a `ReadError` comes back as it was.
    pub fn from_io(name: &str, error: &io::Error) -> Self {
        if let Some(inner) = Self::inside(error) {
            return inner.clone();
        }
        let name = name.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound { name },
            io::ErrorKind::PermissionDenied => Self::Permission { name },
            _ => Self::Io { name, reason: error.to_string() },
        }
    }

    /// The `ReadError` that a reader of this module has put into an `io::Error`.
    pub fn inside(error: &io::Error) -> Option<&Self> {
        let mut next: &(dyn std::error::Error + 'static) = error.get_ref()?;
        // Decoders wrap the errors of their input in errors of their own.
        for _ in 0..8 {
            if let Some(found) = next.downcast_ref::<Self>() {
                return Some(found);
            }
            next = match next.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(inner) => inner,
                None => next.source()?,
            };
        }
        None
    }

    /// What an error of a decoder means for the archive `name`, of which
    /// `after` bytes were decoded.
    pub(crate) fn from_decoder(name: &str, error: &io::Error, after: u64) -> Self {
        if let Some(inner) = Self::inside(error) {
            return inner.clone();
        }
        let name = name.to_owned();
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::TruncatedArchive { name, after },
            _ => Self::CorruptArchive { name, reason: error.to_string() },
        }
    }

    /// Wraps the error so that it can pass through `std::io::Read`.
    pub(crate) fn into_io(self) -> io::Error {
        let kind = match self {
            Self::TruncatedArchive { .. } | Self::BrokenExport { .. } => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, self)
    }
}

/// One input, file, folder or archive entry that was not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The input as shown to the user, such as `bundle.zip!/logs/a.log`.
    pub name: String,
    /// The reason.
    pub error: ReadError,
}

/// What a file is, in Chinese: the names of formats stay, the nouns are translated.
fn kind(what: &str) -> String {
    const WHOLE: [(&str, &str); 8] = [
        ("a video or picture", "视频或图片"),
        ("a file of zero bytes only", "全零文件"),
        ("binary data", "二进制数据"),
        ("binary or encrypted data", "二进制或加密数据"),
        ("an old Office document", "旧版 Office 文档"),
        ("a binary property list", "二进制 plist"),
        ("an Android package (APK)", "安卓安装包（APK）"),
        ("an Android program (dex)", "安卓程序（dex）"),
    ];
    const NOUNS: [(&str, &str); 15] = [
        ("picture", "图片"),
        ("program library", "程序库"),
        ("program", "程序"),
        ("database", "数据库"),
        ("document", "文档"),
        ("recording", "录音"),
        ("video", "视频"),
        ("Java class", "Java 类文件"),
        ("heap dump", "堆转储"),
        ("backup", "备份"),
        ("network capture", "抓包文件"),
        ("font", "字体"),
        ("data file", "数据文件"),
        ("archive", "压缩包"),
        ("file", "文件"),
    ];
    if let Some((_, chinese)) = WHOLE.iter().find(|(english, _)| *english == what) {
        return (*chinese).to_owned();
    }
    if let Some(method) = what.strip_prefix("the compression method ") {
        return format!("压缩方式 {method}");
    }
    let bare = what.strip_prefix("an ").or_else(|| what.strip_prefix("a ")).unwrap_or(what);
    match NOUNS.iter().find_map(|(noun, chinese)| Some((bare.strip_suffix(noun)?, chinese))) {
        Some((name, chinese)) => spaced(&format!("{}{chinese}", name.trim_end().replace("cabinet", "CAB"))),
        None => bare.to_owned(),
    }
}

/// What is wrong with a JSON export, in Chinese.
fn damage(reason: &str) -> String {
    match reason {
        "ends early" => "不完整".to_owned(),
        other => match other.strip_prefix("holds ").and_then(|rest| rest.split_once(' ')) {
            Some((count, _)) => format!("中有 {count} 条消息读不出来"),
            None => format!("已损坏（{other}）"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::is_chinese;

    #[test]
    fn kinds_of_files_are_named_in_chinese() {
        for (english, chinese) in [
            ("a PNG picture", "PNG 图片"),
            ("a RAR archive", "RAR 压缩包"),
            ("a cabinet archive", "CAB 压缩包"),
            ("an ORC file", "ORC 文件"),
            ("a program library", "程序库"),
            ("the compression method Ppmd", "压缩方式 Ppmd"),
        ] {
            assert_eq!(kind(english), chinese);
        }
    }

    #[test]
    fn every_kind_that_is_recognised_has_a_chinese_name() {
        let source = include_str!("magic.rs");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let names = code
            .split('"')
            .filter(|t| t.starts_with("a ") || t.starts_with("an ") || t.starts_with("binary"));
        for name in names {
            assert!(kind(name).chars().any(is_chinese) || name.contains("plist"), "{name}: {}", kind(name));
        }
    }
}
