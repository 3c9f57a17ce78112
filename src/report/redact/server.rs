//! Identifiers in rows of servers, where no name stands before the value: positions of the gateway's
//! digest and of the push core's statistics, and lists of tokens in receipts and answers.

use super::expression::Expression;
use super::rules::{Claims, Kind};

/// Behind the operation, system, app, workspace, code, product, version and channel of a digest line
/// stand user, device, UUID, track and address; in a line that is cut, whatever is left of them.
static DIGEST: Expression = Expression::new(|| {
    r"response,[YN],[0-9]+ ?ms,(?:[^,]*,){8}(?P<user>[^,]*)(?:,(?P<device>[^,]*)(?:,(?P<uuid>[^,]*)(?:,(?P<track>.*?),(?P<ip>[^,]*),HTTP|,(?P<rest>.*))?)?)?"
        .to_owned()
});
/// What the fields around the state are is not public: they may hold a target.
static STATISTICS: Expression = Expression::new(|| {
    r"[0-9]:[0-9]{2}:[0-9]{2}[.,][0-9]{1,6},[A-Z]+,(?:[^,]*,){4}[A-Z_]+,(?P<one>[^,]*),(?P<two>[^,]*),(?:[^,]*,){6}(?P<three>[^,]*),(?P<four>[^,]*)"
        .to_owned()
});
/// A name of a list of tokens, with the sign behind it; quotes may be escaped or URL-encoded.
static LISTS: Expression = Expression::new(|| {
    r#"(?i)(?:^|[^A-Za-z0-9_]|%22)(?:targets|target_?ids?|(?:bad_?)?reg_?ids?|registration_?ids?|push_?ids?|[a-z_]*tokens)(?:\\*["']|%22)?[ ]?(?:[:=]|%3a)[ ]?"#.to_owned()
});
/// A code with the list of those whom it refuses, as Meizu and OPPO answer.
static BY_CODE: Expression =
    Expression::new(|| r#"(?i)(?:\\*"|%22)[0-9]{3,6}(?:\\*"|%22)[ ]?(?::|%3a)[ ]?(?:\[|%5b)"#.to_owned());

/// Claims the positions that hold a person's, a phone's or an installation's id.
pub fn positions(text: &str, claims: &mut Claims) {
    if text.contains("response,") {
        for hit in DIGEST.hits(text) {
            let kinds = [
                ("user", Kind::User),
                ("device", Kind::Device),
                ("uuid", Kind::Device),
                ("track", Kind::Device),
                ("ip", Kind::Ip),
                ("rest", Kind::Device),
            ];
            for (name, kind) in kinds {
                claim(text, hit.group(name), kind, claims);
            }
        }
    }
    if text.bytes().filter(|b| *b == b',').count() >= 14 {
        for hit in STATISTICS.hits(text) {
            for name in ["one", "two", "three", "four"] {
                claim(text, hit.group(name), Kind::User, claims);
            }
        }
    }
}

fn claim(text: &str, range: Option<std::ops::Range<usize>>, kind: Kind, claims: &mut Claims) {
    let Some(range) = range else { return };
    let value = text.get(range.clone()).unwrap_or("").trim();
    if !matches!(value, "" | "-" | "#" | "null") {
        claims.claim(range.start, range.end, kind);
    }
}

/// Claims each token of a list: behind its name, in brackets, or with commas between.
pub fn lists(text: &str, claims: &mut Claims) {
    if !text.contains([':', '=', '%']) {
        return;
    }
    for hit in LISTS.hits(text) {
        let from = hit.whole.end;
        tokens(text, from, extent(text.get(from..).unwrap_or("")), claims);
    }
    if text.contains('[') || text.contains("%5") {
        for hit in BY_CODE.hits(text) {
            let from = hit.whole.end;
            let rest = text.get(from..).unwrap_or("");
            tokens(text, from, until(rest, &["]", "%5D", "%5d"]), claims);
        }
    }
}

/// How long the list is that begins here.
fn extent(rest: &str) -> usize {
    for (open, close) in [("[", &["]"] as &[&str]), ("%5B", &["%5D", "%5d"]), ("%5b", &["%5D", "%5d"])] {
        if let Some(inner) = rest.strip_prefix(open) {
            return open.len() + until(inner, close);
        }
    }
    for quote in ["\\\"", "\"", "%22", "'"] {
        if let Some(inner) = rest.strip_prefix(quote) {
            return quote.len() + until(inner, &[quote]);
        }
    }
    until(rest, &["&", " ", "}", ";", ")", "\t", "，"])
}

fn until(text: &str, ends: &[&str]) -> usize {
    ends.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len())
}

/// Claims the pieces of a list.
fn tokens(text: &str, from: usize, length: usize, claims: &mut Claims) {
    let Some(list) = text.get(from..from + length) else { return };
    let mut start = 0;
    while start < list.len() {
        let rest = list.get(start..).unwrap_or("");
        let separators = [",", "\"", "\\", "[", "]", " ", "'", "%2C", "%2c", "%22", "%5B", "%5D", "{", "}"];
        let end = start + until(rest, &separators);
        let piece = list.get(start..end).unwrap_or("");
        let name = piece.bytes().all(|b| b.is_ascii_alphabetic()) && piece.len() < 16;
        if piece.len() >= 6 && !name && !piece.contains('=') {
            claims.claim(from + start, from + end, Kind::Token);
        } else if piece.contains('=') {
            // The next `name=value` begins.
            return;
        }
        let skipped = list.get(end..).unwrap_or("");
        let encoded = ["%2C", "%2c", "%22", "%5B", "%5D"].iter().any(|s| skipped.starts_with(s));
        let step = match encoded {
            true => 3,
            false => skipped.chars().next().map_or(1, char::len_utf8),
        };
        start = end + step;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Policy, Redactor};
    use super::*;

    const LINES: &[(&str, &[&str])] = &[
        (
            "2024-06-14 09:58:02,123 - (/mgw.htm,response,Y,61 ms,alipay.client.yunpushcore.bind,-,0A1B2C3D4E5F6,default,1000,-,-,-,zhang3,dev01,uu02,tr03,with,commas,192.0.XXX.XXX,HTTP2,PB,8,9,F,c0a8010a1718330282062000000001,T,ANDROID,58,4,2.0)",
            &["zhang3", "dev01", "uu02", "tr03", "commas", "192.0"],
        ),
        (
            "x (/mgw.htm,response,N,5ms,op,-,A,default,7003,-,-,-,zhang3,dev01,uu02,tr03",
            &["zhang3", "dev01", "uu02", "tr03"],
        ),
        ("x (/mgw.htm,response,N,5ms,op,-,A,default,7003,-,-,-,zhang3", &["zhang3"]),
        (
            "2024-6-14 9:58:02.123,HMS,0A1B-default,Android,1.2.0,0A1B_ANDROID-default,SIMPLE,user01,dev02,200,true,true,2,ACKED,2.1.0,tok03,#,1,42",
            &["user01", "dev02", "tok03"],
        ),
        (r#"{"scm1":{"type":16,"targets":"regIdA1,regIdB2"}}"#, &["regIdA1", "regIdB2"]),
        (r#"{"NS1-1":{"type":1,"targets":["pushA1","pushB2"]}}"#, &["pushA1", "pushB2"]),
        (r#"[{"registrationIds":"CN_exA1,CN_exB2","eventType":"push_arrive"}]"#, &["CN_exA1", "CN_exB2"]),
        (r#"{\"data\":{\"failTokens\":[\"tokenA1\",\"tokenB2\"]}}"#, &["tokenA1", "tokenB2"]),
        (r#"{"code":0,"data":{"bad_regids":"regIdA1,regIdB2"}}"#, &["regIdA1", "regIdB2"]),
        (r#"{"code":"200","value":{"110003":["pushA1","pushB2"]}}"#, &["pushA1", "pushB2"]),
        ("data=%7B%22scm1%22%3A%7B%22targets%22%3A%22regIdA1%2CregIdB2%22%7D%7D", &["regIdA1", "regIdB2"]),
        ("registrationIds=CN_exA1,CN_exB2 x=1", &["CN_exA1", "CN_exB2"]),
        (r#"{"invalidUser":{"status":2,"userid":"15700000000000012345678"}}"#, &["15700000000000012345678"]),
    ];

    const KEPT: &[&str] = &[
        "(/mgw.htm,response,Y,5ms,op,-,A,default,1000,-,-,-,-,-,-,-,-,HTTP,JSON,8,9,F,c0a8010a1718330282062000000001,T,ANDROID,58,4,2.0)",
        "2024-6-14 9:58:02.123,HMS,0A1B-default,Android,1.2.0,0A1B_ANDROID-default,SIMPLE,-,-,200,true,true,2,ACKED,2.1.0,-,#,1,42",
        "No valid targets! code=20301",
        r#"{"code":0,"data":{"bad_regids":""}}"#,
        r#"{"failTokens":[],"expireTokens":[]}"#,
        "(response,Y) is what it says",
    ];

    #[test]
    fn positions_and_lists_are_masked() {
        let redactor = Redactor::new(Policy::All, Some([7; 32]));
        for (line, gone) in LINES {
            let out = redactor.redact(line);
            for part in *gone {
                assert!(!out.contains(part), "{line} -> {out}");
            }
        }
        for line in KEPT {
            assert_eq!(&redactor.redact(line), line);
        }
    }

    #[test]
    fn both_engines_find_the_same() {
        for rule in [&DIGEST, &STATISTICS, &LISTS, &BY_CODE] {
            super::super::tests::texts().for_each(|text| rule.assert_same(text));
            LINES.iter().for_each(|(text, _)| rule.assert_same(text));
        }
    }
}
