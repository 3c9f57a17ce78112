//! Every format, by lines written for this test, and by random events that are
//! printed in every format and read back.

use proptest::prelude::*;

use super::*;

/// The fields of a line in one string, `-` for what the line does not carry.
fn fields(text: &str, head: Option<&str>, hint: Format) -> String {
    let line = parse(text, head, hint);
    let or = |field: Option<String>| field.unwrap_or_else(|| "-".to_owned());
    format!(
        "{} | {} | {} {} {} | {} | {} | {} | {}",
        line.format.name(),
        or(line.time.map(|time| time.raw())),
        or(line.uid.map(str::to_owned)),
        or(line.pid.map(|n| n.to_string())),
        or(line.tid.map(|n| n.to_string())),
        or(line.level.map(String::from)),
        or(line.tag.map(str::to_owned)),
        or(line.process.map(str::to_owned)),
        line.message,
    )
}

/// A line gives the same fields whatever was expected.
#[track_caller]
fn check(text: &str, expected: &str) {
    for hint in [Format::Threadtime, Format::Raw, Format::Brief, Format::Long, Format::StudioNew] {
        assert_eq!(fields(text, None, hint), expected, "hint {}", hint.name());
    }
}

#[test]
fn brief_and_tag() {
    check("I/PushCore( 1234): hello", "brief | - | - 1234 - | I | PushCore | - | hello");
    check(
        "E/Demo_http:// utils:(24643): channel:app",
        "brief | - | - 24643 - | E | Demo_http:// utils: | - | channel:app",
    );
    check("I/        ( 2663): sensor", "brief | - | - 2663 - | I |  | - | sensor");
    check("W/Demo(x)(  77): a (12): b", "brief | - | - 77 - | W | Demo(x) | - | a (12): b");
    check("D/Demo    ( 12):", "brief | - | - 12 - | D | Demo | - | ");
    check("I/flutter ( 2663): token: abc", "brief | - | - 2663 - | I | flutter | - | token: abc");
    check("E/LoggerFactory: [main] push", "tag | - | - - - | E | LoggerFactory | - | [main] push");
    check(
        "D/mPush.PushProxyFactory: found proxy",
        "tag | - | - - - | D | mPush.PushProxyFactory | - | found proxy",
    );
    check("I/Tag     : m", "tag | - | - - - | I | Tag | - | m");
    check("I/        : kernel", "tag | - | - - - | I |  | - | kernel");
}

#[test]
fn process_and_thread() {
    check("I( 1234) hello (x)  (PushCore)", "process | - | - 1234 - | I | PushCore | - | hello (x)");
    check("I( 1234) hello", "process | - | - 1234 - | I | - | - | hello");
    check("I( 1234: 5678) hello  (x)", "thread | - | - 1234 5678 | I | - | - | hello  (x)");
}

#[test]
fn time_and_its_relatives() {
    check(
        "06-14 09:58:02.123 I/PushCore( 1234): m",
        "time | 06-14 09:58:02.123 | - 1234 - | I | PushCore | - | m",
    );
    check(
        "04-30 14:23:29.700: I/Manager(1182):  Start",
        "time-colon | 04-30 14:23:29.700 | - 1182 - | I | Manager | - |  Start",
    );
    check(
        "2024-06-14 09:58:02.123 +0800 I/P( 4): m",
        "time | 2024-06-14 09:58:02.123 +0800 | - 4 - | I | P | - | m",
    );
    check(
        "06-14 09:58:02.123 E/HmsSDK: failed",
        "time | 06-14 09:58:02.123 | - - - | E | HmsSDK | - | failed",
    );
    check("  1710295261.845 I/P( 4): m", "time | 1710295261.845 | - 4 - | I | P | - | m");
    check(
        "2021-12-07 16:57:04.906\tDEBUG:\tEventBus : sent",
        "tabbed | 2021-12-07 16:57:04.906 | - - - | D | EventBus | - | sent",
    );
}

#[test]
fn threadtime_with_all_modifiers() {
    check(
        "06-14 09:58:02.123  1234  5678 I PushCore: a: b",
        "threadtime | 06-14 09:58:02.123 | - 1234 5678 | I | PushCore | - | a: b",
    );
    check(
        "2024-06-14 09:58:02.123456789 +0800 10123  1234  5678 E Demo.Long.Tag: m",
        "threadtime | 2024-06-14 09:58:02.123456789 +0800 | 10123 1234 5678 | E | Demo.Long.Tag | - | m",
    );
    check(
        "06-14 09:58:02.123 u0_a201  1234  5678 W T       : m",
        "threadtime | 06-14 09:58:02.123 | u0_a201 1234 5678 | W | T | - | m",
    );
    check(
        "06-14 09:58:02.123  root     1     1 I         : c5   4617 binder: x",
        "threadtime | 06-14 09:58:02.123 | root 1 1 | I |  | - | c5   4617 binder: x",
    );
    check(
        "06-14 09:58:02.123        1234  5678 I Demo:: m",
        "threadtime | 06-14 09:58:02.123 | - 1234 5678 | I | Demo: | - | m",
    );
    check(
        "         1710295261.845  1234  5678 I Demo    : m",
        "threadtime | 1710295261.845 | - 1234 5678 | I | Demo | - | m",
    );
    check(
        "  5123.000001  1234  5678 I Demo    : m",
        "threadtime | 5123.000001 | - 1234 5678 | I | Demo | - | m",
    );
    check(
        "06-14 09:58:02.123  1234  5678 I Demo    :",
        "threadtime | 06-14 09:58:02.123 | - 1234 5678 | I | Demo | - | ",
    );
    check(
        "12-18 10:31:13.784  1017   684 16027 I keystore2: m",
        "threadtime | 12-18 10:31:13.784 | 1017 684 16027 | I | keystore2 | - | m",
    );
}

#[test]
fn long_header_and_message() {
    let head = "[ 06-14 09:58:02.123  1234: 5678 E/PushCore  ]";
    check(head, "long | 06-14 09:58:02.123 | - 1234 5678 | E | PushCore | - | ");
    for text in ["register failed", "  indented: 1", "Error: 2"] {
        assert_eq!(
            fields(text, Some(head), Format::Long),
            format!("long | 06-14 09:58:02.123 | - 1234 5678 | E | PushCore | - | {text}")
        );
    }
    assert_eq!(
        fields("E/Inner: looks like a tag", Some(head), Format::Long),
        "long | 06-14 09:58:02.123 | - 1234 5678 | E | PushCore | - | E/Inner: looks like a tag"
    );
    check(
        "[ 2024-06-14 09:58:02.123456 +0800 10123: 1234: 5678 I/a/b [c] ]",
        "long | 2024-06-14 09:58:02.123456 +0800 | 10123 1234 5678 | I | a/b [c] | - | ",
    );
    check(
        "[ 06-14 09:58:02.123        1234: 5678 I/         ]",
        "long | 06-14 09:58:02.123 | - 1234 5678 | I |  | - | ",
    );
    check(
        "[          1710295261.845  1234: 5678 I/T        ]",
        "long | 1710295261.845 | - 1234 5678 | I | T | - | ",
    );
}

#[test]
fn android_studio_old() {
    check(
        "2020-04-16 15:32:41.472 12805-13126/com.example.demo:push E/DynamicRelease: msg",
        "studio-old | 2020-04-16 15:32:41.472 | - 12805 13126 | E | DynamicRelease | com.example.demo:push | msg",
    );
    check(
        "10-09 20:08:46.922 24290-24303/com.example I/XINGE: m",
        "studio-old | 10-09 20:08:46.922 | - 24290 24303 | I | XINGE | com.example | m",
    );
    check(
        "2020-04-16 15:32:41.472 8176-8218/? I/AIDLInvoke: m",
        "studio-old | 2020-04-16 15:32:41.472 | - 8176 8218 | I | AIDLInvoke | - | m",
    );
    check("12805-13126/com.example E/Tag: m", "studio-old | - | - 12805 13126 | E | Tag | com.example | m");
    let head = "2020-04-16 15:32:41.472 1-2/com.example E/AndroidRuntime: FATAL";
    assert_eq!(
        fields("        at com.example.A.b(A.java:1)", Some(head), Format::StudioOld),
        "studio-old | 2020-04-16 15:32:41.472 | - 1 2 | E | AndroidRuntime | com.example | at com.example.A.b(A.java:1)"
    );
}

#[test]
fn android_studio_new() {
    check(
        "2024-02-28 00:59:41.921 31173-31173 ActivityThread          com.example.happybirthday            I  preload:1",
        "studio-new | 2024-02-28 00:59:41.921 | - 31173 31173 | I | ActivityThread | com.example.happybirthday | preload:1",
    );
    check(
        "2024-02-28 00:59:41.921  1931-2044  AlipayPush...ionService pid-1931                             E  failed  I  see",
        "studio-new | 2024-02-28 00:59:41.921 | - 1931 2044 | E | AlipayPush...ionService | pid-1931 | failed  I  see",
    );
    check(
        "2024-02-28 00:59:41.921  1931-2044  Two Words               com.example:push                     W  ",
        "studio-new | 2024-02-28 00:59:41.921 | - 1931 2044 | W | Two Words | com.example:push | ",
    );
    check(
        "2024-02-28 00:59:41.921  1931-2044  Tag                     system_server                        W",
        "studio-new | 2024-02-28 00:59:41.921 | - 1931 2044 | W | Tag | system_server | ",
    );
    check(
        "2024-02-28 00:59:41.921  1931-2044                          com.example                          I  m",
        "studio-new | 2024-02-28 00:59:41.921 | - 1931 2044 | I |  | com.example | m",
    );
    check(
        "2024-02-28 00:59:41.921 31173-31173 Demo com.example I squeezed",
        "studio-new | 2024-02-28 00:59:41.921 | - 31173 31173 | I | Demo | com.example | squeezed",
    );
    check("00:59:41.921  I  message", "studio-compact | 00:59:41.921 | - - - | I | - | - | message");
    check(
        "2024-02-28 00:59:41.921  I  message",
        "studio-compact | 2024-02-28 00:59:41.921 | - - - | I | - | - | message",
    );
}

#[test]
fn files_of_apps() {
    check(
        "1556072279716|D|PushCore|[Thread:275] get token",
        "mipush | 1556072279.716 | - - 275 | D | PushCore | - | get token",
    );
    check(
        "1556072279716 INFO/mPush:[275:main] bind ok",
        "mpaas-applog | 1556072279.716 | - - 275 | I | mPush | - | bind ok",
    );
    check(
        "$$1556072279716 E/mPush:[main] bind",
        "mpaas-applog | 1556072279.716 | - - - | E | mPush | - | bind",
    );
    check(
        "com.example.demo E/LoggerFactory: [main] x",
        "forum | - | - - - | E | LoggerFactory | com.example.demo | [main] x",
    );
    check(
        "com.example.demo:push D/mPush(12): x",
        "forum | - | - 12 - | D | mPush | com.example.demo:push | x",
    );
    check(
        "1700000000.123456789 12-34/com.example:push W/Tag: m",
        "studio-json | 1700000000.123456789 | - 12 34 | W | Tag | com.example:push | m",
    );
}

#[test]
fn what_stays_raw() {
    for text in [
        "",
        " ",
        "Error: 2",
        "I/O error: disk",
        "I/O: broken",
        "plain words",
        "push: ok",
        "20171223-22:15:29:606|Step_LSC|30002312|msg",
        "Demo[83767:2555863] [mPaaSLog] x",
        "see https://example.com/E/x: y",
        "A: b",
        "[ not a header ]",
        "V",
        "E/",
        "E/:",
        "(1): x",
        "We met and/or E: mailed",
        "2024",
        "12345678901234 x",
        "I/this is a sentence with many words: yes",
    ] {
        assert_eq!(fields(text, None, Format::Threadtime), format!("raw | - | - - - | - | - | - | {text}"));
    }
    check(
        "2019-09-04 15:53:07.572070+0800 demo[1690:837105] text",
        "raw | 2019-09-04 15:53:07.572070 +0800 | - 1690 837105 | - | - | demo | text",
    );
    check(
        "06-14 09:58:02.123 and nothing else",
        "raw | 06-14 09:58:02.123 | - - - | - | - | - | 06-14 09:58:02.123 and nothing else",
    );
}

#[test]
fn headers_inside_prose() {
    let expected = "threadtime | 06-14 09:58:02.123 | - 1234 5678 | E | HmsSDK | - | failed: 907";
    for before in ["> ", "│ ", "  - ", "* ", "他说: ", "看这行「", "17:", "logs/a.log:12:", "I wrote: ", "\t"]
    {
        check(&format!("{before}06-14 09:58:02.123  1234  5678 E HmsSDK: failed: 907"), expected);
    }
    check("日志 E/HmsSDK(12): failed", "brief | - | - 12 - | E | HmsSDK | - | failed");
    check("日志里有E/HmsSDK: failed", "tag | - | - - - | E | HmsSDK | - | failed");
    check("看 1-2/com.example E/Tag: m", "studio-old | - | - 1 2 | E | Tag | com.example | m");
    check(
        "x [ 06-14 09:58:02.123  1234: 5678 E/T ] y",
        "long | 06-14 09:58:02.123 | - 1234 5678 | E | T | - | ",
    );
}

#[test]
fn the_vote() {
    let names = |lines: &[&str]| vote(lines.iter().copied()).0.name();
    let threadtime = "06-14 09:58:02.123  1234  5678 I T: m";
    assert_eq!(names(&["--------- beginning of main", threadtime, "x", threadtime]), "threadtime");
    let long = "[ 06-14 09:58:02.123  1234: 5678 I/T        ]";
    assert_eq!(names(&[long, "a", "b", "", long, "c", "d"]), "long");
    assert_eq!(names(&["a", "b"]), "raw");
    assert_eq!(names(&[]), "raw");
    let (_, counts) = vote([threadtime, "I/T( 1): m", threadtime].into_iter());
    assert_eq!(counts.len(), 2);
}

/// A random event. Tags may hold nearly anything; what is left out is only
/// what the printed line itself leaves open.
#[derive(Debug, Clone)]
struct Event {
    pid: u32,
    tid: u32,
    uid: Option<String>,
    level: char,
    tag: String,
    message: String,
}

fn event() -> impl Strategy<Value = Event> {
    (
        0_u32..4_194_304,
        0_u32..4_194_304,
        prop::option::of("1[0-9]{3,4}|root|radio|u0_a[0-9]{1,3}"),
        prop::sample::select(vec!['V', 'D', 'I', 'W', 'E', 'F']),
        r"([A-Za-z推_.$:/\[\]()<>-][A-Za-z0-9推_.$:/\[\]()<>-]{0,30}( [A-Za-z_:./-]{1,8})?)?",
        r"(\PC|[ :/()\[\]0-9\\\x1b\t]){0,60}",
    )
        .prop_map(|(pid, tid, uid, level, tag, message)| Event { pid, tid, uid, level, tag, message })
        .prop_filter("a tag that the line itself leaves open", |event| {
            let tag = &event.tag;
            !tag.contains(": ")
                && !tag.starts_with("O ")
                && tag != "O"
                // A colon before padding.
                && !tag.contains(" :")
                // "( 12): " inside a tag of brief and time.
                && !tag.contains('(')
        })
}

const TIMES: [&str; 7] = [
    "06-14 09:58:02.123",
    "2024-06-14 09:58:02.123",
    "06-14 09:58:02.123456",
    "06-14 09:58:02.123456789",
    "2024-06-14 09:58:02.123 +0800",
    "         1710295261.845",
    "  5123.000001",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn events_come_back_from_every_format(event in event(), time in 0..TIMES.len()) {
        let Event { pid, tid, uid, level, tag, message } = &event;
        let time = TIMES[time];
        // C pads by bytes, Rust by characters.
        let padded = format!("{tag}{}", " ".repeat(8_usize.saturating_sub(tag.len())));
        let uid_column = uid.as_ref().map_or_else(|| " ".repeat(6), |uid| format!("{uid:>5} "));
        let uid_long = uid.as_ref().map_or_else(|| " ".repeat(6), |uid| format!("{uid:>5}:"));
        let printed = [
            (Format::Brief, format!("{level}/{padded}({pid:5}): {message}")),
            (Format::Process, format!("{level}({pid:5}) {message}  ({tag})")),
            (Format::Tag, format!("{level}/{padded}: {message}")),
            (Format::Thread, format!("{level}({pid:5}:{tid:5}) {message}")),
            (Format::Time, format!("{time} {level}/{padded}({pid:5}): {message}")),
            (Format::Threadtime, format!("{time} {uid_column}{pid:5} {tid:5} {level} {padded}: {message}")),
            (Format::Long, format!("[ {time} {uid_long}{pid:5}:{tid:5} {level}/{padded} ]")),
            (Format::StudioOld, format!("2024-06-14 09:58:02.123 {pid}-{tid}/com.example:push {level}/{tag}: {message}")),
        ];
        for (format, text) in printed {
            for hint in [format, Format::Threadtime, Format::Raw] {
                let line = parse(&text, None, hint);
                prop_assert_eq!(line.format, format, "{}", &text);
                prop_assert_eq!(line.level, Some(*level), "{}", &text);
                if format != Format::Tag {
                    prop_assert_eq!(line.pid, Some(*pid), "{}", &text);
                }
                if matches!(format, Format::Thread | Format::Threadtime | Format::Long | Format::StudioOld) {
                    prop_assert_eq!(line.tid, Some(*tid), "{}", &text);
                }
                if format != Format::Thread {
                    prop_assert_eq!(line.tag, Some(tag.as_str()), "{}", &text);
                }
                if matches!(format, Format::Threadtime | Format::Long) {
                    prop_assert_eq!(line.uid, uid.as_deref(), "{}", &text);
                }
                if format == Format::StudioOld {
                    prop_assert_eq!(line.process, Some("com.example:push"));
                } else if let Some(stamp) = line.time {
                    prop_assert_eq!(stamp.raw(), time.trim());
                }
                let expected = if format == Format::Long { "" } else { message };
                prop_assert_eq!(line.message, expected, "{}", &text);
            }
        }
    }

    #[test]
    fn no_text_panics(text in r"(\PC|[VDIWEF]/|[\[\]:()/ |$-]|06-14 09:58:02.123|1-2/|[0-9]{1,13}){0,12}", head in ".{0,40}") {
        for hint in [Format::Threadtime, Format::Long, Format::StudioNew, Format::MiPush, Format::Raw] {
            let line = parse(&text, Some(&head), hint);
            prop_assert!(text.contains(line.message) || head.contains(line.message));
        }
    }
}
