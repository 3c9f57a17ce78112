//! Mutated files of apps never make the program panic or hang, whatever they claim of themselves.

mod apk;

use std::sync::LazyLock;

use apk::{App, V};
use proptest::prelude::*;
use pushdoctor::catalog::Catalog;
use pushdoctor::config::Config;
use pushdoctor::source::{Case, app_package};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::builtin);

/// Reads a file as `--app` does, and runs the checks.
fn read(bytes: &[u8]) -> Case {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut case = Case::default();
    let errors = app_package::read(&[file.path().to_owned()], &CATALOG, &mut case);
    for error in errors {
        assert!(!error.text.en.is_empty() && !error.text.zh.is_empty());
        assert!(!error.text.en.chars().any(char::is_control), "{:?}", error.text.en);
    }
    app_package::checks::run(&mut case, &Config::default(), &CATALOG);
    case
}

/// Bytes to put at places (in thousandths of the length), and where to cut.
fn damage() -> impl Strategy<Value = (Vec<(usize, u8)>, usize)> {
    let bytes = prop_oneof![Just(0_u8), Just(0xff), Just(0x7f), Just(0x80), any::<u8>()];
    (
        proptest::collection::vec((0..1000_usize, bytes), 0..12),
        prop_oneof![4 => Just(1000_usize), 1 => 0..1000_usize],
    )
}

fn damaged(bytes: &[u8], (places, cut): &(Vec<(usize, u8)>, usize)) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for (place, byte) in places {
        let at = place * out.len() / 1000;
        if let Some(b) = out.get_mut(at) {
            *b = *byte;
        }
    }
    out.truncate(out.len() * cut / 1000);
    out
}

fn app() -> App {
    App::healthy().meta("com.oppo.push.app_key", V::Reference(0x7f01_0001))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_binary_manifest_is_read_or_refused(harm in damage(), utf8 in any::<bool>()) {
        read(&damaged(&apk::binary(&app().root(), utf8), &harm));
    }

    #[test]
    fn bytes_behind_the_mark_of_binary_xml_are_read_or_refused(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        read(&[&[3, 0, 8, 0], noise.as_slice()].concat());
    }

    #[test]
    fn damaged_parts_of_an_apk_are_read_or_refused(harm in damage(), which in 0..4_usize) {
        let harmed = |at: usize, bytes: Vec<u8>| if at == which { damaged(&bytes, &harm) } else { bytes };
        let app = app();
        let zip = apk::zip(&[
            ("AndroidManifest.xml", harmed(0, apk::binary(&app.root(), true))),
            ("resources.arsc", harmed(1, apk::resources(&["a", "b", "c"]))),
            ("META-INF/CERT.RSA", harmed(2, apk::pkcs7(&app.certificate))),
            ("assets/agconnect-services.json", harmed(3, app.files[0].1.clone())),
        ]);
        read(&zip);
    }

    #[test]
    fn a_damaged_apk_is_read_or_refused(harm in damage()) {
        read(&damaged(&apk::with_block(&app().apk(), &apk::certificate(3)), &harm));
    }

    #[test]
    fn a_damaged_bundle_is_read_or_refused(harm in damage()) {
        let zip = apk::zip(&[
            ("base/manifest/AndroidManifest.xml", damaged(&apk::proto::manifest(&app().root()), &harm)),
            ("base/resources.pb", damaged(&apk::proto::resources("key", "value"), &harm)),
        ]);
        read(&zip);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[<{].{0,200}") {
        read(text.as_bytes());
    }
}

#[test]
fn what_is_not_damaged_is_read() {
    assert_eq!(read(&app().apk()).app.unwrap().package(), Some(apk::PACKAGE));
}

#[test]
fn deep_nesting_and_circles_end() {
    let mut deep = apk::E::new("a");
    for _ in 0..2000 {
        deep = apk::E::new("a").with(deep);
    }
    let root = apk::E::new("manifest").text("package", "a.b").with(deep);
    assert!(read(&apk::binary(&root, true)).app.is_none());
    assert!(read(apk::text(&root).as_bytes()).app.is_none());
    read(&apk::zip(&[("base/manifest/AndroidManifest.xml", apk::proto::manifest(&root))]));
}
