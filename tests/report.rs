//! Reports over hand-made diagnoses, in both languages, compared with files under `tests/golden/`.
//! `PUSHDOCTOR_ACCEPT=1` writes them anew.

use std::path::PathBuf;

use proptest::prelude::*;
use pushdoctor::catalog::{Basis, Channel, Confidence, Kind, Link, Owner, Retry};
use pushdoctor::diagnosis::*;
use pushdoctor::evidence::Place;
use pushdoctor::exit::{Exit, FailOn};
use pushdoctor::lang::{Bilingual, Lang};
use pushdoctor::report::redact::{Policy, Redactor};
use pushdoctor::report::{Format, RenderOptions, render};
use pushdoctor::text_width::Ambiguous;

const TOKEN: &str = "IQAAAACy0kfRAADnmFnRKHlPgF3tZ7dnVXyBMd1AEm0k5bqbqcxwG0sV";
const PHONE: &str = "13800138000";

fn redactor() -> Redactor {
    Redactor::new(Policy::All, Some([7; 32]))
}

fn say(en: &str, zh: &str) -> Bilingual {
    Bilingual::new(en, zh)
}

fn judged(link: Link, state: State, en: &str, zh: &str) -> Judgement {
    Judgement {
        link,
        state,
        confidence: Confidence::High,
        owner: Owner::None,
        basis: Basis::Documented,
        finding: String::new(),
        code: None,
        summary: say(en, zh),
        cause: Bilingual::default(),
        advice: Vec::new(),
        notes: Vec::new(),
        source: String::new(),
        count: 1,
        evidence: Vec::new(),
        next: Vec::new(),
        also: Vec::new(),
    }
}

fn place(line: u64, text: &str) -> Place {
    Place {
        line,
        time: Some(1_718_330_282_123_000 + i64::try_from(line).unwrap() * 1000),
        pid: Some(4617),
        tag: Some("mPush14".to_owned()),
        text: text.to_owned(),
        ..Place::default()
    }
}

fn broken() -> Diagnosis {
    let mut eligibility = judged(
        Link::Eligibility,
        State::Pass,
        "EMUI 10.0.0 is Huawei's own system",
        "EMUI 10.0.0 是华为自有系统",
    );
    eligibility.evidence = vec![place(3, "[ro.build.version.emui]: [EmotionUI_10.0.0]")];
    let mut token = judged(
        Link::Token,
        State::Fail,
        "HMS Core on the phone is older than the push SDK asks for, so no Huawei token is issued.",
        "手机上的 HMS Core 版本低于推送 SDK 的要求，拿不到华为 token。",
    );
    token.owner = Owner::User;
    token.finding = "huawei.client.2".to_owned();
    token.code = Some(JudgedCode {
        vendor: "huawei".to_owned(),
        side: "client".to_owned(),
        code: "2".to_owned(),
        symbol: "SERVICE_VERSION_UPDATE_REQUIRED".to_owned(),
        kind: Some(Kind::Device),
        retry: Some(Retry::AfterFix),
        team_note: String::new(),
    });
    token.cause = say("HMS Core was never updated.", "HMS Core 长期没有更新。");
    token.advice = vec![
        say("Update HMS Core in AppGallery", "到华为应用市场更新 HMS Core"),
        say("Start the app again", "重新启动应用"),
    ];
    token.source = "https://developer.huawei.com/consumer/cn/forum/topic/33302445".to_owned();
    token.count = 3;
    token.evidence = vec![
        place(118, "06-14 09:58:02.123  4617  4640 E mPush14 : register failed, code = 2"),
        place(
            120,
            &format!(
                "06-14 09:58:02.125  4617  4640 E mPush14 : old token {TOKEN} user {PHONE} \u{1b}[31mred"
            ),
        ),
    ];
    token.notes = vec![say("a later success may be hidden", "后来可能成功过，但日志里看不到")];
    let mut display = judged(
        Link::Display,
        State::Unknown,
        "no line tells whether the phone showed a notification",
        "没有日志说明手机是否展示过通知",
    );
    display.next = vec![Next {
        command: say(
            "adb shell dumpsys notification --noredact",
            "adb shell dumpsys notification --noredact",
        ),
        why: say("look for importance=NONE of the app", "看应用是否为 importance=NONE"),
    }];
    let blocked = |link| judged(link, State::Skipped, "an earlier link is broken", "前面的环节已断开");
    let mut clone = judged(Link::Token, State::Pass, "a token was issued", "已拿到 token");
    clone.evidence = vec![place(400, "token ok")];
    Diagnosis {
        inputs: vec![Input {
            path: "logs/device.log".to_owned(),
            kind: "logcat".to_owned(),
            format: "threadtime".to_owned(),
            encoding: "utf-8".to_owned(),
            lines: 5321,
            bytes: 700_000,
            from: Some("2024-06-14T09:58:02.000+08:00".to_owned()),
            to: Some("2024-06-14T10:41:30.000+08:00".to_owned()),
            notes: vec![say("the last line is cut", "最后一行不完整")],
            ..Input::default()
        }],
        device: Device {
            brand: Some("HUAWEI".to_owned()),
            model: Some("LIO-AL00".to_owned()),
            family: Some("huawei".to_owned()),
            rom: Some("EMUI".to_owned()),
            rom_version: Some("10.0.0".to_owned()),
            sdk: Some(29),
            timezone: Some("Asia/Shanghai".to_owned()),
            properties: vec![
                ("ro.build.version.emui".to_owned(), "EmotionUI_10.0.0".to_owned()),
                ("ro.serialno".to_owned(), "8BN0217A12345678".to_owned()),
            ],
            ..Device::default()
        },
        app: App {
            package: Some("com.example.app".to_owned()),
            push_process: Some(true),
            configuration: None,
        },
        chains: vec![
            Chain {
                vendor: Some("huawei".to_owned()),
                vendor_name: say("Huawei", "华为"),
                package: Some("com.example.app".to_owned()),
                user: 0,
                channel: Some(Channel::Vendor),
                links: vec![
                    eligibility,
                    token,
                    blocked(Link::Report),
                    judged(
                        Link::Accept,
                        State::NotApplicable,
                        "no server log was given",
                        "没有提供服务端日志",
                    ),
                    blocked(Link::Route),
                    blocked(Link::Forward),
                    display,
                ],
                aside: None,
            },
            Chain {
                vendor: Some("huawei".to_owned()),
                vendor_name: say("Huawei", "华为"),
                package: Some("com.example.app".to_owned()),
                user: 999,
                channel: None,
                links: vec![clone, judged(Link::Display, State::Unknown, "", "")],
                aside: Some(Aside::OtherApp),
            },
        ],
        verdict: Verdict {
            state: VerdictState::Broken,
            vendor: Some("huawei".to_owned()),
            link: Some(Link::Token),
            finding: "huawei.client.2".to_owned(),
            side: "client".to_owned(),
            code: "2".to_owned(),
            owner: Owner::User,
            confidence: Confidence::Medium,
            summary: say(
                "Broken at token (Huawei): HMS Core on the phone is too old. [huawei client 2]",
                "断在厂商 token 环节（华为）：手机上的 HMS Core 版本太低。[huawei client 2]",
            ),
            also: vec![Also {
                vendor: Some("huawei".to_owned()),
                link: Link::Display,
                finding: "display.notifications-off".to_owned(),
            }],
        },
        server: None,
        timeline: Vec::new(),
        coverage: Coverage {
            server: "none", reason: say("no server log was given", "没有提供服务端日志")
        },
        notes: vec![say("the log names no year: 2024 was assumed", "日志里没有年份，按 2024 年处理")],
        skipped: vec![("logs/photo.jpg".to_owned(), say("not text", "不是文本"))],
    }
}

fn inconclusive() -> Diagnosis {
    let mut diagnosis = broken();
    diagnosis.chains.clear();
    diagnosis.device = Device::default();
    diagnosis.verdict = Verdict {
        state: VerdictState::Inconclusive,
        vendor: None,
        link: None,
        finding: String::new(),
        side: String::new(),
        code: String::new(),
        owner: Owner::None,
        confidence: Confidence::Low,
        summary: say("Inconclusive: no link could be judged.", "无法判断：没有一环能下结论。"),
        also: Vec::new(),
    };
    diagnosis
}

fn options(lang: Lang, width: usize, ambiguous: Ambiguous) -> RenderOptions {
    RenderOptions { lang, width, ambiguous, exit: Exit::Found, ..RenderOptions::default() }
}

fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("PUSHDOCTOR_ACCEPT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(wanted == text, "{name} differs; accept with PUSHDOCTOR_ACCEPT=1\n{text}");
}

#[test]
fn tables_are_as_accepted() {
    for (lang, code) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
        for (width, ambiguous) in [(100, Ambiguous::Narrow), (80, Ambiguous::Wide), (60, Ambiguous::Wide)] {
            let text = render(Format::Table, &broken(), &options(lang, width, ambiguous), &redactor());
            golden(&format!("broken-{code}-{width}.txt"), &text);
        }
        let text = render(Format::Table, &inconclusive(), &options(lang, 80, Ambiguous::Narrow), &redactor());
        golden(&format!("inconclusive-{code}.txt"), &text);
    }
}

#[test]
fn only_the_observations_worth_making_first_are_proposed() {
    let step = "dumpsys notification";
    let shown = |diagnosis: &Diagnosis| {
        let options = options(Lang::En, 100, Ambiguous::Narrow);
        render(Format::Table, diagnosis, &options, &redactor()).contains(step)
    };
    let mut diagnosis = broken();
    assert!(!shown(&diagnosis), "a later link does not confirm the break");
    diagnosis.verdict.state = VerdictState::Inconclusive;
    assert!(shown(&diagnosis));
    diagnosis.verdict.state = VerdictState::Healthy;
    diagnosis.verdict.link = None;
    assert!(shown(&diagnosis), "an open link of a chain that is not proved");
    if let Some(display) = diagnosis.chains[0].links.last_mut() {
        display.state = State::Pass;
    }
    assert!(!shown(&diagnosis), "the phone showed the message");
}

#[test]
fn rows_are_equally_wide_and_no_line_is_wider_than_the_terminal() {
    for lang in [Lang::En, Lang::Zh] {
        for ambiguous in [Ambiguous::Narrow, Ambiguous::Wide] {
            for width in [40, 60, 80, 100, 140] {
                let text = render(Format::Table, &broken(), &options(lang, width, ambiguous), &redactor());
                let rows: Vec<usize> = text
                    .lines()
                    .filter(|l| l.starts_with(['|', '+', '│', '┌', '├', '└', '╞']))
                    .map(|l| ambiguous.width(l))
                    .collect();
                assert!(rows.iter().all(|w| Some(w) == rows.first()), "{width}\n{text}");
                assert_eq!(rows.is_empty(), width < 80);
                for line in text.lines().filter(|l| !l.contains("https://") && !l.contains("adb shell")) {
                    assert!(ambiguous.width(line) <= width, "{width}: {line}");
                }
            }
        }
    }
}

#[test]
fn json_is_as_accepted_and_has_the_keys_of_the_contract() {
    let text = render(Format::Json, &broken(), &options(Lang::En, 100, Ambiguous::Narrow), &redactor());
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(text.contains(&version));
    golden("broken.json", &format!("{}\n", text.replace(&version, "\"version\": \"…\"")));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for pointer in [
        "/schema",
        "/inputs/0/path",
        "/device/rom_version",
        "/app/push_process",
        "/chains/0/channel",
        "/chains/0/links/1/code/symbol",
        "/chains/0/links/1/evidence/1/text",
        "/chains/0/links/6/next/0",
        "/verdict/also/0/finding",
        "/coverage/server",
        "/exit_code",
    ] {
        assert!(value.pointer(pointer).is_some_and(|v| !v.is_null()), "{pointer}");
    }
    let zh = render(Format::Json, &broken(), &options(Lang::Zh, 100, Ambiguous::Narrow), &redactor());
    let zh: serde_json::Value = serde_json::from_str(&zh).unwrap();
    assert_eq!(zh.pointer("/verdict/state").and_then(|v| v.as_str()), Some("broken"));
}

#[test]
fn no_format_shows_what_the_log_should_have_kept() {
    for format in [Format::Table, Format::Json] {
        for lang in [Lang::En, Lang::Zh] {
            let text = render(format, &broken(), &options(lang, 100, Ambiguous::Narrow), &redactor());
            for secret in [TOKEN, PHONE, "8BN0217A12345678", "\u{1b}"] {
                assert!(!text.contains(secret), "{secret}");
            }
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let plain = render(Format::Table, &broken(), &options(Lang::Zh, 100, Ambiguous::Narrow), &redactor());
    let coloured = RenderOptions { color: true, ..options(Lang::Zh, 100, Ambiguous::Narrow) };
    let coloured = render(Format::Table, &broken(), &coloured, &redactor());
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        bare.push_str(before);
        rest = after.split_once('m').map_or("", |(_, r)| r);
    }
    bare.push_str(rest);
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(bare, plain);
}

#[test]
fn exit_codes_follow_the_verdict_and_fail_on() {
    let mut diagnosis = broken();
    assert_eq!(Exit::of(&diagnosis, FailOn::Fail), Exit::Found);
    assert_eq!(Exit::of(&diagnosis, FailOn::Never), Exit::Ok);
    diagnosis.verdict.state = VerdictState::Degraded;
    assert_eq!(Exit::of(&diagnosis, FailOn::Fail), Exit::Ok);
    assert_eq!(Exit::of(&diagnosis, FailOn::Warn), Exit::Found);
    diagnosis.verdict.state = VerdictState::Inconclusive;
    assert_eq!(Exit::of(&diagnosis, FailOn::Fail), Exit::Inconclusive);
    assert_eq!(Exit::of(&diagnosis, FailOn::Unknown), Exit::Found);
    diagnosis.verdict.state = VerdictState::Healthy;
    assert_eq!(Exit::of(&diagnosis, FailOn::Warn), Exit::Ok);
    assert_eq!(Exit::of(&diagnosis, FailOn::Unknown), Exit::Found);
}

/// A line with a secret in it, and the secret.
fn seeded() -> impl Strategy<Value = (String, String)> {
    let long = "[A-Za-z0-9]{30,60}";
    prop_oneof![
        "1[3-9][0-9]{9}".prop_map(|v| (format!("send to {v}, ok"), v)),
        "1[3-9][0-9]{9}".prop_map(|v| (format!("userId={v}"), v)),
        long.prop_map(|v| (format!("regId=1a{v} end"), v)),
        long.prop_map(|v| (format!("{{\"token\":\"a1{v}\"}}"), v)),
        long.prop_map(|v| (format!("{{\\\"masterSecret\\\":\\\"a1{v}\\\"}}"), v)),
        long.prop_map(|v| (format!("Authorization: Bearer a1{v}"), v)),
        "[0-9a-f]{32}".prop_map(|v| (format!("onNewToken {v}"), v)),
        "LTAI[A-Za-z0-9]{16}".prop_map(|v| (format!("ak {v}"), v)),
        "[0-9a-f]{15}1".prop_map(|v| (format!("android_id: {v}"), v)),
        "[a-z]{4,8}[0-9]{2}@(qq|163|example)\\.com".prop_map(|v| (format!("mail <{v}>"), v)),
        "(1[3-9][0-9]|2[0-4][0-9])\\.168\\.[1-9][0-9]\\.[1-9][0-9]"
            .prop_map(|v| (format!("from /{v}:443"), v)),
        "[\u{4e00}-\u{4e20}]{4,12}".prop_map(|v| (format!("title={v}, content=x{v}"), v)),
        "[\u{4e00}-\u{4e20}]{4,12}".prop_map(|v| (format!("push_msg_data={{\"k\":\"{v}\"}}"), v)),
        "46000[0-9]{10}".prop_map(|v| (format!("imsi {v}"), v)),
        "[A-Z0-9]{12}[A-Z][0-9]".prop_map(|v| (format!("[ro.serialno]: [{v}]"), v)),
    ]
}

proptest! {
    #[test]
    fn no_seeded_secret_is_in_any_output((line, secret) in seeded()) {
        let mut diagnosis = broken();
        if let Some(place) = diagnosis.chains[0].links[1].evidence.last_mut() {
            place.text = format!("06-14 09:58:02.125  4617  4640 E mPush14 : {line}");
            place.tag = Some(line.clone());
        }
        diagnosis.device.properties.push(("some.key".to_owned(), line));
        for format in [Format::Table, Format::Json] {
            for lang in [Lang::En, Lang::Zh] {
                let text = render(format, &diagnosis, &options(lang, 160, Ambiguous::Narrow), &redactor());
                prop_assert!(!text.contains(&secret), "{secret} in {text}");
            }
        }
    }
}
