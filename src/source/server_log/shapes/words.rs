//! What the shapes say of rows they could not read, and of inputs that are not whole.

use serde_json::{Map, Value};

use super::scan::{Broken, DEEPEST};
use crate::lang::Bilingual;
use crate::read::harmless;

pub(super) fn broken(broken: Broken) -> Bilingual {
    match broken {
        Broken::Ended => {
            Bilingual::new("the JSON row ends early, export the log again", "JSON 记录不完整，请重新导出日志")
        }
        Broken::LineEnd => Bilingual::new(
            "the JSON row is broken: a line ends inside a text",
            "JSON 记录损坏：字符串中间断行",
        ),
        Broken::Unexpected => Bilingual::new(
            "the JSON row is broken: a character stands where none may",
            "JSON 记录损坏：出现了不该有的字符",
        ),
        Broken::TooDeep => Bilingual::new(
            format!("the JSON row is nested more than {DEEPEST} deep, which no log is"),
            format!("JSON 记录嵌套超过 {DEEPEST} 层，不是正常日志"),
        ),
    }
}

pub(super) fn not_json(error: &serde_json::Error) -> Bilingual {
    // The library names the place inside of the row, not the text.
    let at = error.column();
    Bilingual::new(
        format!("the row is no valid JSON (column {at} of the row's line {})", error.line()),
        format!("记录不是合法的 JSON（记录内第 {} 行第 {at} 列）", error.line()),
    )
}

pub(super) fn too_long() -> Bilingual {
    Bilingual::new(
        "the row has more than 16 MiB and was passed over, which no log row has",
        "单条记录超过 16 MiB，不是正常日志，已跳过",
    )
}

pub(super) fn no_object() -> Bilingual {
    Bilingual::new("the element is no object with fields", "该元素不是带字段的对象")
}

pub(super) fn no_loki_value() -> Bilingual {
    Bilingual::new("the value of the stream is no pair of time and line", "流中的值不是“时间、日志行”的形式")
}

pub(super) fn other_text() -> Bilingual {
    Bilingual::new("text stands between the rows that is no JSON", "记录之间夹有非 JSON 文本")
}

pub(super) fn left_over(line: u64) -> Bilingual {
    Bilingual::new(
        format!("line {line}: a row is damaged, what stands behind its end was passed over"),
        format!("第 {line} 行：记录已损坏，其结尾之后的内容已跳过"),
    )
}

pub(super) fn envelope_broken(line: u64) -> Bilingual {
    Bilingual::new(
        format!("the object of line {line} is damaged behind its rows"),
        format!("第 {line} 行的对象在记录之后的部分已损坏"),
    )
}

pub(super) fn fields(found: usize, wanted: usize) -> Bilingual {
    Bilingual::new(
        format!("the row has {found} fields, the others have {wanted}"),
        format!("该行有 {found} 个字段，其他行为 {wanted} 个"),
    )
}

pub(super) fn open_quote() -> Bilingual {
    Bilingual::new(
        "the row ends inside of quotes: the file was cut, or a quote is missing",
        "该行在引号内结束：文件被截断或缺少引号",
    )
}

pub(super) fn no_key() -> Bilingual {
    Bilingual::new("the line is no \"name: value\"", "该行不是“字段名: 值”的形式")
}

pub(super) fn progress_incomplete() -> Bilingual {
    Bilingual::new(
        "the answer of the log service says Incomplete: rows are missing, repeat the query over a shorter time",
        "日志服务返回 Incomplete：结果不完整，请缩短时间范围重新查询",
    )
}

pub(super) fn elasticsearch_partial(shards: u64) -> Bilingual {
    Bilingual::new(
        format!("the search timed out or {shards} shards failed: rows are missing, repeat it"),
        format!("查询超时或有 {shards} 个分片失败：结果不完整，请重新查询"),
    )
}

pub(super) fn more_found(total: u64, held: u64) -> Bilingual {
    Bilingual::new(
        format!("the search found {total} rows, the file holds {held}: export the rest too"),
        format!("查询命中 {total} 条，文件中只有 {held} 条，请把其余的也导出"),
    )
}

pub(super) fn round_number(rows: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "the export has exactly {rows} rows, which is a limit of exports: check that it was not cut there"
        ),
        format!("导出恰好 {rows} 条，正是导出上限，请确认没有被截断"),
    )
}

pub(super) fn cut_here() -> Bilingual {
    Bilingual::new(
        "the file ends inside of quotes: it was cut, export it again",
        "文件在引号内结束：已被截断，请重新导出",
    )
}

pub(super) fn last_line_cut() -> Bilingual {
    Bilingual::new("the last line has no line end: it may be cut", "最后一行没有换行符：可能被截断")
}

pub(super) fn replaced(rows: u64) -> Bilingual {
    Bilingual::new(
        format!("{rows} rows hold bytes that are no text; they were replaced, try --encoding"),
        format!("{rows} 条记录含有无法识别的字节，已替换；可用 --encoding 指定编码"),
    )
}

pub(super) fn numbered_columns() -> Bilingual {
    Bilingual::new(
        "the file has no header: its columns are called 1, 2, 3 and so on",
        "文件没有表头：各列依次命名为 1、2、3……",
    )
}

/// What an object says if it is no row but the error of a log store.
pub(super) fn store_error(fields: &Map<String, Value>) -> Option<Bilingual> {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    let few = fields.len() <= 8;
    if let Some(code) = text("errorCode").filter(|_| few && !fields.contains_key("__time__")) {
        let message = text("errorMessage").unwrap_or_default();
        return Some(sls_error(code, message));
    }
    if text("status") == Some("error") && fields.contains_key("errorType") {
        return Some(other_error("Loki", text("errorType").unwrap_or_default()));
    }
    let error = fields.get("error").and_then(Value::as_object).filter(|_| few)?;
    let kind = error.get("type").and_then(Value::as_str)?;
    fields.get("status").is_some_and(Value::is_number).then(|| other_error("Elasticsearch", kind))
}

fn sls_error(code: &str, message: &str) -> Bilingual {
    let what = if message.is_empty() { shown(code) } else { format!("{}, {}", shown(code), shown(message)) };
    Bilingual::new(
        format!("the export holds an SLS error: {what}"),
        format!("导出内容中有日志服务（SLS）的错误：{what}"),
    )
}

fn other_error(store: &str, kind: &str) -> Bilingual {
    let kind = shown(kind);
    Bilingual::new(
        format!("the export holds an error of {store}: {kind}"),
        format!("导出内容中有 {store} 的错误：{kind}"),
    )
}

/// What text between rows says if it is the failure of the tool that made the export.
pub(super) fn error_text(text: &str) -> Option<Bilingual> {
    let signs = ["errorCode", "Traceback (most recent call last)", "LogException", "Error!", "ERROR"];
    if !signs.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let object = text.find('{').and_then(|at| text.get(at..));
    if let Some(object) = object
        && let Some(Ok(Value::Object(fields))) = serde_json::Deserializer::from_str(object).into_iter().next()
        && let Some(why) = store_error(&fields)
    {
        return Some(why);
    }
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    Some(sls_error(last, ""))
}

/// The text of an error for display: short, and without what may be a key or a signature.
fn shown(text: &str) -> String {
    const LONGEST: usize = 160;
    let text = harmless(text);
    let mut out = String::new();
    for word in text.split_whitespace() {
        let digits = word.bytes().any(|b| b.is_ascii_digit());
        let letters = word.bytes().any(|b| b.is_ascii_alphabetic());
        let secret = word.len() >= 16 && digits && letters || word.len() > 40;
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(if secret { "…" } else { word });
        if out.chars().count() > LONGEST {
            out = out.chars().take(LONGEST).collect();
            out.push('…');
            break;
        }
    }
    out
}
