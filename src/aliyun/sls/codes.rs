//! What the error codes of the log service mean for a reader: try again, or what to do.

/// One code.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub code: &'static str,
    /// The same request may succeed a little later.
    pub retry: bool,
    pub en: &'static str,
    pub zh: &'static str,
}

const fn known(code: &'static str, retry: bool, en: &'static str, zh: &'static str) -> Known {
    Known { code, retry, en, zh }
}

/// The codes with a remedy of their own.
pub const KNOWN: &[Known] = &[
    known("RequestTimeTooSkewed", false, "set this machine's clock", "请校准本机时间"),
    known("RequestTimeExpired", false, "set this machine's clock", "请校准本机时间"),
    known(
        "IndexConfigNotExist",
        false,
        "the logstore has no index and cannot be searched: create one in the SLS console, or export the log and use --server-log",
        "该 Logstore 没有索引，无法查询：请在 SLS 控制台创建索引，或导出日志后使用 --server-log",
    ),
    known(
        "SignatureNotMatch",
        false,
        "the AccessKey secret does not belong to the AccessKey id, or this cloud wants sls.sign_version = \"v4\"",
        "AccessKey Secret 与 AccessKey ID 不匹配，或该云环境要求 sls.sign_version = \"v4\"",
    ),
    known(
        "InvalidAccessKeyId",
        false,
        "the AccessKey does not exist or is disabled: check it in the RAM console",
        "该 AccessKey 不存在或已停用：请在 RAM 控制台检查",
    ),
    known(
        "Unauthorized",
        false,
        "grant log:GetLogStoreLogs and log:GetLogStoreHistogram on this logstore to the account in the RAM console",
        "请在 RAM 控制台为该账号授予此 Logstore 的 log:GetLogStoreLogs 和 log:GetLogStoreHistogram 权限",
    ),
    known(
        "ProjectForbidden",
        false,
        "the project is suspended, usually for an overdue payment",
        "该 Project 已被停用，通常是因为欠费",
    ),
    known(
        "ProjectNotExist",
        false,
        "check sls.project, and that sls.endpoint is of the project's own region",
        "请检查 sls.project，并确认 sls.endpoint 属于该 Project 所在的地域",
    ),
    known(
        "LogStoreNotExist",
        false,
        "check sls.report_logstore and sls.forward_logstore",
        "请检查 sls.report_logstore 和 sls.forward_logstore",
    ),
    known(
        "ReadQuotaExceed",
        true,
        "the project's read quota is used up, try later",
        "该 Project 的读取配额已用完，请稍后再试",
    ),
    known("MetaOperationQpsLimitExceeded", true, "too many requests, try later", "请求过于频繁，请稍后再试"),
    known("ServerBusy", true, "the service is busy, try later", "服务繁忙，请稍后再试"),
    known("InternalServerError", true, "the service failed, try later", "服务内部错误，请稍后再试"),
    known(
        "RequestTimeout",
        true,
        "the service took too long, ask for a shorter time",
        "服务处理超时，请缩短时间范围",
    ),
];

/// What is known of a code.
pub fn find(code: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|k| k.code.eq_ignore_ascii_case(code))
}
