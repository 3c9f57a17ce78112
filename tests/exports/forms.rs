//! The same seven rows as every store and tool writes them. The forms are written by hand after
//! the documentation of each; the rows are made up.

use serde_json::{Map, Value, json};

/// One file.
pub struct Form {
    pub name: &'static str,
    /// The id that the reader gives it.
    pub id: &'static str,
    pub file: &'static str,
    pub bytes: Vec<u8>,
    /// Its rows carry the names of the truth.
    pub named: bool,
    /// Its rows carry the text of the log line.
    pub content: bool,
}

/// Fields of the rows, in order.
pub fn truth() -> Vec<Map<String, Value>> {
    let contents = [
        "2026-11-24 11:03:12,001 - (/mgw.htm,response,Y,61ms,alipay.client.yunpushcore.device.report,-)",
        "推送注册成功，通道：华为",
        "push failed\n\tat com.example.Push.send(Push.java:12)\n\tat com.example.Main.run(Main.java:3)",
        r#"answer {"code":"80300007","msg":"all \"tokens\" are invalid"}"#,
        "a, b; c | d\te",
        r"path C:\logs\new\table \N \u0041",
        "last line of the sample",
    ];
    let row = |(at, content): (usize, &&str)| {
        let row = json!({
            "__source__": "10.0.0.1",
            "__tag__:__path__": "/home/admin/logs/gateway/gateway-page-digest.log",
            "__time__": (1_780_000_000 + at).to_string(),
            "__topic__": "",
            "content": content,
        });
        match row {
            Value::Object(row) => row,
            _ => Map::new(),
        }
    };
    contents.iter().enumerate().map(row).collect()
}

fn rows() -> Vec<Value> {
    truth().into_iter().map(Value::Object).collect()
}

/// Non-ASCII letters escaped, as the command line tool does by default.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for unit in text.chars() {
        if unit.is_ascii() {
            out.push(unit);
        } else {
            let mut units = [0; 2];
            for unit in unit.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

pub fn jsonl() -> String {
    rows().iter().map(|row| format!("{row}\n")).collect()
}

fn quoted(text: &str, quote_all: bool) -> String {
    if quote_all || text.contains(['"', ',', '\n', '\r', '|', '\t', ' ']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

pub fn csv(delimiter: &str, header: bool, quote_all: bool, end: &str) -> String {
    let mut out = String::new();
    let mut line = |fields: Vec<String>| out.push_str(&(fields.join(delimiter) + end));
    let rows = truth();
    if header {
        line(rows[0].keys().map(|name| quoted(name, quote_all)).collect());
    }
    for row in &rows {
        line(row.values().map(|value| quoted(value.as_str().unwrap(), quote_all)).collect());
    }
    out
}

fn tsv(types: bool) -> String {
    let rows = truth();
    let mut out = rows[0].keys().cloned().collect::<Vec<_>>().join("\t") + "\n";
    if types {
        out.push_str("String\tString\tUInt32\tNullable(String)\tString\n");
    }
    for row in &rows {
        let escape = |value: &Value| {
            let text = value.as_str().unwrap();
            text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\'', "\\'")
        };
        out.push_str(&(row.values().map(escape).collect::<Vec<_>>().join("\t") + "\n"));
    }
    out
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn v2_answer() -> Value {
    json!({
        "meta": {"progress": "Complete", "count": 7, "hasSQL": false, "terms": [{"term": "x", "key": ""}]},
        "data": rows(),
    })
}

/// The keys of every object in order, as Python sorts them.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|(k, v)| (k.clone(), sorted(v))).collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

fn elastic(rows: &[Value]) -> Vec<Value> {
    let hit = |(at, row): (usize, &Value)| {
        json!({"_index": "push-2026.11", "_id": at.to_string(), "_score": null, "_source": row,
            "sort": [{"nested": at}]})
    };
    rows.iter().enumerate().map(hit).collect()
}

fn loki(streams_last: bool) -> Value {
    let values = |rows: &[Value]| -> Value {
        rows.iter()
            .map(|row| json!([format!("{}000000000", row["__time__"].as_str().unwrap()), row["content"]]))
            .collect()
    };
    let stream = |rows: &[Value]| {
        let (labels, values) = (json!({"app": "gateway", "pod": "gw-1"}), values(rows));
        if streams_last {
            json!({"values": values, "stream": labels})
        } else {
            json!({"stream": labels, "values": values})
        }
    };
    let rows = rows();
    json!({"status": "success", "data": {"resultType": "streams",
        "result": [stream(&rows[..3]), stream(&rows[3..])], "stats": {"summary": {"x": [1]}}}})
}

fn blocks() -> String {
    truth()
        .iter()
        .map(|row| {
            row.iter().map(|(k, v)| format!("{k}:{}\n", v.as_str().unwrap())).collect::<String>() + "\n"
        })
        .collect()
}

/// Every form.
pub fn forms() -> Vec<Form> {
    let mut all = Vec::new();
    let mut add = |name, id, file, bytes: Vec<u8>, named, content| {
        all.push(Form { name, id, file, bytes, named, content });
    };
    let rows = rows();
    let page = |rows: &[Value]| Value::Array(rows.to_vec());
    let pages = [page(&rows[..3]), page(&rows[3..6]), page(&rows[6..]), page(&[])];
    let lines = |pages: &[Value]| pages.iter().map(|page| format!("{page}\n")).collect::<String>();
    let all_pretty = pages.iter().map(|page| pretty(&sorted(page)) + "\n").collect::<String>();
    let text = |text: String| text.into_bytes();
    add("get_log_all", "sls-arrays", "all.json", escaped(&lines(&pages)).into(), true, true);
    add("get_log_all, no_escape", "sls-arrays", "all", text(lines(&pages)), true, true);
    add("get_log_all, pretty", "sls-arrays", "all.json", escaped(&all_pretty).into(), true, true);
    add("get_log_all, glued", "sls-arrays", "all.json", text(lines(&pages).replace('\n', "")), true, true);
    add("one array", "sls-arrays", "one.json", text(page(&rows).to_string()), true, true);
    add("one array, pretty", "sls-arrays", "one.json", text(pretty(&page(&rows))), true, true);
    add("jmes filter", "jsonl", "rows.json", text(jsonl()), true, true);
    add("jsonl, CRLF", "jsonl", "rows.json", text(jsonl().replace('\n', "\r\n")), true, true);
    add("jsonl, BOM", "jsonl", "rows.json", text(format!("\u{feff}{}", jsonl())), true, true);
    add("jsonl, GBK", "jsonl", "rows.json", gbk(&jsonl()), true, true);
    add("jsonl, UTF-16", "jsonl", "rows.json", utf16(&jsonl()), true, true);
    add("jsonl, no last line end", "jsonl", "rows.json", text(jsonl().trim_end().into()), true, true);
    let back_to_back: String = rows.iter().map(pretty).collect();
    add("objects, pretty, back to back", "jsonl", "rows.json", text(back_to_back), true, true);
    let batches: String = [&rows[..4], &rows[4..], &[]]
        .iter()
        .map(|rows| json!({"next_cursor": "MTQ0NzI5OTYwNjg5NjYzMjM1Ng==", "count": rows.len(), "logs": rows}))
        .map(|batch| format!("{batch}\n"))
        .collect();
    add("pull_log", "sls-pull", "pull.json", escaped(&batches).into(), true, true);
    add("GetLogsV2", "sls-v2", "v2.json", text(v2_answer().to_string()), true, true);
    add("GetLogsV2, pretty", "sls-v2", "v2.json", text(pretty(&v2_answer())), true, true);
    add("GetLogsV2, sorted", "sls-v2", "v2.json", text(pretty(&sorted(&v2_answer()))), true, true);
    let answer =
        format!("HTTP/1.1 200 OK\r\nx-log-progress: Complete\r\nx-log-count: 7\r\n\r\n{}", page(&rows));
    add("curl -i", "sls-arrays", "answer.txt", text(answer), true, true);
    let search = json!({"took": 3, "timed_out": false, "_shards": {"total": 1, "failed": 0},
        "hits": {"total": {"value": 7, "relation": "eq"}, "max_score": null, "hits": elastic(&rows)}});
    add("_search", "elasticsearch", "hits.json", text(search.to_string()), true, true);
    add("_search?pretty", "elasticsearch", "hits.json", text(pretty(&search)), true, true);
    let dump: String = elastic(&rows).iter().map(|hit| format!("{hit}\n")).collect();
    add("elasticdump", "elasticdump", "dump.json", text(dump), true, true);
    add("query_range", "loki", "loki.json", text(loki(false).to_string()), false, true);
    add("query_range, pretty", "loki", "loki.json", text(pretty(&loki(false))), false, true);
    add("query_range, labels last", "loki", "loki.json", text(loki(true).to_string()), false, true);
    let logcli: String = rows
        .iter()
        .map(|row| json!({"labels": {"app": "gateway"}, "line": row["content"], "timestamp": "2026-11-24T11:03:12.345+08:00"}))
        .map(|row| format!("{row}\n"))
        .collect();
    add("logcli", "logcli", "logcli.jsonl", text(logcli), false, true);
    let explore: Vec<Value> = rows
        .iter()
        .map(|row| json!({"line": row["content"], "timestamp": "1780000000000000000", "date": "2026-11-24T03:03:12Z", "fields": {"app": "gateway"}}))
        .collect();
    add("Grafana, JSON", "json", "Explore-logs.json", text(Value::Array(explore).to_string()), false, true);
    let click = json!({"meta": [{"name": "content", "type": "String"}], "data": rows, "rows": 7,
        "rows_before_limit_at_least": 7, "statistics": {"elapsed": 0.1}});
    add("FORMAT JSON", "clickhouse-json", "click.json", text(pretty(&click)), true, true);
    add("TSVWithNames", "tsv", "click.tsv", text(tsv(false)), true, true);
    add("TSVWithNames, no suffix", "tsv", "click", text(tsv(false)), true, true);
    add("TSVWithNamesAndTypes", "tsv", "click.tsv", text(tsv(true)), true, true);
    add("CSVWithNames", "csv", "click.csv", text(csv(",", true, true, "\n")), true, true);
    add("console", "csv", "downloaded.csv", text(csv(",", true, false, "\r\n")), true, true);
    add(
        "console, BOM",
        "csv",
        "d.csv",
        text(format!("\u{feff}{}", csv(",", true, true, "\r\n"))),
        true,
        true,
    );
    add("console, saved by a spreadsheet", "csv", "d.csv", gbk(&csv(",", true, false, "\r\n")), true, true);
    add("console, UTF-16 with tabs", "csv", "d.txt", utf16(&csv("\t", true, false, "\r\n")), true, true);
    add(
        "shipping, pipes",
        "csv",
        "54_1453812893059571256_937.csv",
        text(csv("|", true, true, "\n")),
        true,
        true,
    );
    add("shipping, no header", "csv", "54_1.csv", text(csv(",", false, false, "\n")), false, false);
    add("shipping, pipes, no header", "csv", "54_1.csv", text(csv("|", false, false, "\n")), false, false);
    add("shipping, blanks, no header", "csv", "54_1.csv", text(csv(" ", false, true, "\n")), false, false);
    add("copied out of the console", "name-value", "pasted.txt", text(blocks()), true, true);
    all
}
