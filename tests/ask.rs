//! What `ask` writes for a customer, compared with files under `tests/golden/`.
//! `PUSHDOCTOR_ACCEPT=1` writes them anew.

use std::path::PathBuf;
use std::process::Command;

use pushdoctor::catalog::{Catalog, General};
use pushdoctor::commands::ask::text;
use pushdoctor::lang::{Lang, is_chinese};

fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("PUSHDOCTOR_ACCEPT").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(wanted == text, "{name} differs; accept with PUSHDOCTOR_ACCEPT=1\n{text}");
}

#[test]
fn the_texts_are_as_accepted() {
    let catalog = Catalog::builtin();
    for (lang, code) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
        // Own steps and the general way; the general way behind own steps; the general way alone;
        // no Android at all.
        for vendor in ["oppo", "meizu", "vivo", "harmony"] {
            let text = text(&catalog, catalog.vendor(vendor), lang).unwrap();
            golden(&format!("ask-{vendor}-{code}.txt"), &text);
        }
    }
}

#[test]
fn every_vendor_has_a_text_in_both_languages_and_says_what_is_not_confirmed() {
    let catalog = Catalog::builtin();
    for vendor in catalog.vendors() {
        let (en, zh) = (
            text(&catalog, Some(vendor), Lang::En).unwrap(),
            text(&catalog, Some(vendor), Lang::Zh).unwrap(),
        );
        assert_eq!(en.lines().count(), zh.lines().count(), "{}", vendor.id);
        for (en, zh) in en.lines().zip(zh.lines()).filter(|(en, _)| !en.is_empty()) {
            assert!(zh.chars().any(is_chinese), "{}: {zh}", vendor.id);
            assert!(en.chars().any(|c| c.is_ascii_lowercase()), "{}: {en}", vendor.id);
        }
        let Some(ask) = &vendor.ask else { continue };
        if !ask.en.unverified.is_empty() {
            assert!(
                en.contains(ask.en.unverified.as_ref()) && zh.contains(ask.zh.unverified.as_ref()),
                "{}",
                vendor.id
            );
        }
        let general = en.contains("Take bug report");
        assert_eq!(general, vendor.id == "mps" || ask.general.is_some(), "{}", vendor.id);
        assert_eq!(en.contains("this way instead"), ask.general == Some(General::Instead), "{}", vendor.id);
    }
}

#[test]
fn only_the_text_goes_to_standard_output() {
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_pushdoctor"))
            .args(args)
            .env("PUSHDOCTOR_LANG", "zh")
            .output()
            .unwrap()
    };
    let out = run(&["ask", "--vendor", "一加"]);
    assert_eq!(out.status.code(), Some(0));
    let catalog = Catalog::builtin();
    let wanted = text(&catalog, catalog.vendor("oppo"), Lang::Zh).unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout), wanted);
    assert!(String::from_utf8_lossy(&out.stderr).contains("未在所有机型上实测"));
    let out = run(&["ask", "--vendor", "xaomi"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("是不是想找 xiaomi"));
}
