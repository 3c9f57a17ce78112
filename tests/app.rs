//! `diagnose --app`: every check on the app's files with its healthy twin, every way to spell an
//! app, and files that are none. All apps are made up; see `apk/mod.rs`.

mod apk;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use apk::{App, E, OPPO_2, OPPO_3, PACKAGE, V, meta, service};
use serde_json::Value;

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pushdoctor"));
    command
        .current_dir(dir)
        .env("XDG_CONFIG_HOME", dir.join("config"))
        .env("HOME", dir)
        .env("APPDATA", dir.join("config"))
        .env("PUSHDOCTOR_LANG", "en")
        .stdin(Stdio::null());
    command
}

fn run(dir: &Path, args: &[&str]) -> Output {
    command(dir).args(args).output().expect("the program starts")
}

/// What came of a diagnosis: exit code and JSON.
struct Report(i32, Value);

impl Report {
    fn verdict(&self) -> (&str, &str, &str) {
        let of = |key: &str| self.1["verdict"][key].as_str().unwrap_or_default();
        (of("state"), of("vendor"), of("finding"))
    }

    /// Findings of checks that did not pass, with the vendor.
    fn troubles(&self) -> Vec<String> {
        let checks = self.1["app"]["configuration"]["checks"].as_array().cloned().unwrap_or_default();
        let mut troubles: Vec<String> = checks
            .iter()
            .filter(|c| c["state"] != "pass")
            .map(|c| {
                let of = |key: &str| c[key].as_str().unwrap_or("-").to_owned();
                format!("{} {} {}", of("vendor"), of("state"), of("finding"))
            })
            .collect();
        troubles.sort();
        troubles.dedup();
        troubles
    }
}

fn diagnose_files(files: &[(&str, Vec<u8>)], extra: &[&str]) -> Report {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let mut args = vec!["diagnose", "--format", "json"];
    for (name, bytes) in files {
        std::fs::write(dir.join(name), bytes).unwrap();
        if name.ends_with(".log") {
            args.push(name);
        } else if *name != "pushdoctor.toml" {
            args.extend(["--app", name]);
        }
    }
    args.extend(extra);
    let out = run(dir, &args);
    let err = String::from_utf8_lossy(&out.stderr);
    assert!(!err.contains("panicked"), "{err}");
    let json = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {err}"));
    Report(out.status.code().unwrap(), json)
}

fn diagnose(app: &App) -> Report {
    diagnose_files(&[("app.apk", app.apk())], &[])
}

#[track_caller]
fn broken(app: &App, vendor: &str, finding: &str) {
    let report = diagnose(app);
    assert_eq!(
        report.troubles(),
        [format!("{} fail {finding}", if vendor.is_empty() { "-" } else { vendor })]
    );
    assert_eq!(report.verdict(), ("broken", vendor, finding));
    assert_eq!(report.0, 1);
}

#[track_caller]
fn doubtful(app: &App, vendor: &str, finding: &str) {
    let report = diagnose(app);
    assert_eq!(
        report.troubles(),
        [format!("{} warn {finding}", if vendor.is_empty() { "-" } else { vendor })]
    );
    assert_eq!(report.verdict().0, "degraded");
    assert_eq!(report.verdict().2, finding);
    assert_eq!(report.0, 0);
}

fn text(text: &str) -> V {
    V::Text(text.to_owned())
}

#[test]
fn a_healthy_app_passes_every_check_and_is_no_proof_of_delivery() {
    let report = diagnose(&App::healthy());
    assert_eq!(report.troubles(), Vec::<String>::new());
    assert_eq!(report.0, 0);
    assert_eq!(report.verdict().0, "healthy");
    let said = report.1["verdict"]["summary"].as_str().unwrap();
    assert!(said.contains("does not prove delivery"), "{said}");
    assert_eq!(report.1["verdict"]["confidence"], "low");
    let made = &report.1["app"]["configuration"];
    assert_eq!(made["package"], PACKAGE);
    assert_eq!(made["version"], "1.2.3");
    assert_eq!(made["target_sdk"], 33);
    assert_eq!(made["vendors"], serde_json::json!(["honor", "huawei", "oppo", "vivo", "xiaomi"]));
    assert_eq!(report.1["inputs"][0]["kind"], "app");
    assert_eq!(report.1["inputs"][0]["format"], "apk");
    for chain in report.1["chains"].as_array().unwrap() {
        assert!(chain["links"].as_array().unwrap().iter().all(|l| l["state"] != "pass"), "{chain}");
    }
}

#[test]
fn values_left_over_from_a_sample_break_the_token() {
    let healthy = App::healthy;
    broken(
        &healthy().meta("com.oppo.push.app_key", text("OPPO开放平台获取")),
        "oppo",
        "token.manifest-placeholder",
    );
    broken(
        &healthy().meta("xiaomi_appid", text("\\ 2xxxxxxxxxxxxxxx")),
        "xiaomi",
        "token.manifest-placeholder",
    );
    broken(&healthy().meta("com.vivo.push.app_id", V::Int(0)), "vivo", "token.manifest-placeholder");
    broken(&healthy().meta("com.hihonor.push.app_id", text("")), "honor", "token.manifest-placeholder");
}

#[test]
fn an_id_that_was_compiled_as_a_number_is_lost_to_the_app() {
    let number = V::Float(2.882_303e18);
    broken(&App::healthy().meta("xiaomi_appid", number), "xiaomi", "token.manifest-value-not-text");
    // Written with the prefix by hand, or decoded without it: doubtful at most.
    let kept = diagnose(&App::healthy().meta("xiaomi_appid", text("\\ 2882303000000000001")));
    assert_eq!(kept.troubles(), Vec::<String>::new());
    doubtful(
        &App::healthy().meta("xiaomi_appid", text("2882303000000000001")),
        "xiaomi",
        "token.manifest-value-form",
    );
}

#[test]
fn half_of_what_is_needed_breaks_and_none_of_it_warns() {
    broken(&App::healthy().without("com.oppo.push.app_secret"), "oppo", "token.manifest-value-missing");
    broken(&App::healthy().without("com.vivo.push.api_key"), "vivo", "token.manifest-value-missing");
    let none = App::healthy().without("com.vivo.push.api_key").without("com.vivo.push.app_id");
    doubtful(&none, "vivo", "token.manifest-value-missing");
    // The console's file holds the id as well.
    let in_file = diagnose(&App::healthy().without("com.huawei.hms.client.appid"));
    assert_eq!(in_file.troubles(), Vec::<String>::new());
}

#[test]
fn the_services_of_oppo_must_be_those_of_its_library() {
    broken(&App::healthy().without(OPPO_3[1]), "oppo", "token.manifest-service-missing");
    let mut old = App::healthy().without(OPPO_3[0]).without(OPPO_3[1]);
    old.application.extend(OPPO_2.map(|name| service(name, ":push")));
    broken(&old, "oppo", "token.sdk-manifest-mismatch");
    // Of one generation, each is good; of code that cannot be read nothing is said.
    old.classes = OPPO_2.map(str::to_owned).to_vec();
    assert_eq!(diagnose(&old).troubles(), Vec::<String>::new());
    old.classes.clear();
    assert_eq!(diagnose(&old).troubles(), Vec::<String>::new());
    let mut none = App::healthy().without(OPPO_3[0]).without(OPPO_3[1]);
    none.classes.clear();
    doubtful(&none, "oppo", "token.manifest-service-missing");
}

#[test]
fn push_services_belong_into_the_push_process() {
    let mut app = App::healthy().without("com.alipay.pushsdk.push.NotificationService");
    app.application.push(service("com.alipay.pushsdk.push.NotificationService", ""));
    let report = diagnose(&app);
    assert_eq!(report.troubles(), ["- warn token.manifest-service-process"]);
    app.application.pop();
    app.application.push(service("com.alipay.pushsdk.push.NotificationService", "com.example.bank:push"));
    assert_eq!(diagnose(&app).troubles(), Vec::<String>::new());
    app.application.pop();
    doubtful(&app, "", "token.mpaas-push-missing");
}

#[test]
fn mpaas_needs_its_own_service() {
    let mut app = App::healthy().without("com.alipay.pushsdk.push.NotificationService");
    app.classes.push("com.alipay.pushsdk.push.NotificationService".to_owned());
    broken(&app, "", "token.manifest-service-missing");
}

#[test]
fn two_adapters_for_huawei_exclude_each_other() {
    let mut app = App::healthy();
    app.classes.push("com.mpaas.push.external.hms5.Creator".to_owned());
    assert_eq!(diagnose(&app).troubles(), Vec::<String>::new());
    app.classes.push("com.mpaas.push.external.hms2.Creator".to_owned());
    broken(&app, "huawei", "token.hms-twice");
}

#[test]
fn permissions_and_queries_are_looked_for_where_the_target_asks_for_them() {
    let mut app = App::healthy();
    app.permissions.retain(|p| !p.ends_with("POST_NOTIFICATIONS"));
    doubtful(&app, "", "display.permission-not-declared");
    // A phone that does not know the permission is not concerned.
    let on = |sdk: &str| {
        let phone = format!("{}[ro.build.version.sdk]: [{sdk}]\n", PHONES[0].1);
        diagnose_files(&[("phone.log", phone.into_bytes()), ("app.apk", app.apk())], &[])
    };
    assert_eq!((on("29").verdict().0, on("34").verdict().0), ("healthy", "degraded"));
    app.target = 32;
    assert_eq!(diagnose(&app).troubles(), Vec::<String>::new());
    app.queries.clear();
    doubtful(&app, "huawei", "token.queries-missing");
    app.target = 29;
    assert_eq!(diagnose(&app).troubles(), Vec::<String>::new());
    app.permissions.retain(|p| !p.ends_with("MIPUSH_RECEIVE"));
    doubtful(&app, "xiaomi", "token.manifest-permission-missing");
}

#[test]
fn files_of_another_app_break() {
    let mut app = App::healthy();
    let file = String::from_utf8(app.files[0].1.clone()).unwrap();
    app.files[0].1 = file.replace(PACKAGE, "com.example.other").into_bytes();
    broken(&app, "huawei", "token.app-package-mismatch");
    app.files[0].1 = file.replace("100000001", "100000002").into_bytes();
    doubtful(&app, "huawei", "token.app-id-mismatch");
    let mut app = App::healthy();
    let file = String::from_utf8(app.files[1].1.clone()).unwrap();
    app.files[1].1 = file.replace("_ANDROID", "_IOS").into_bytes();
    broken(&app, "", "report.mpaas-config-mismatch");
    app.files[1].1 = file.replace("-default", "-other").into_bytes();
    doubtful(&app, "", "report.mpaas-config-mismatch");
}

fn with_config(app: &App, config: &str) -> Report {
    diagnose_files(&[("app.apk", app.apk()), ("pushdoctor.toml", config.as_bytes().to_vec())], &[])
}

#[test]
fn the_config_says_what_the_consoles_hold() {
    let app = App::healthy();
    let print =
        diagnose(&app).1["app"]["configuration"]["certificates"][0]["sha256"].as_str().unwrap().to_owned();
    let good = format!(
        "[app]\npackage = \"{PACKAGE}\"\napp_id = \"ONEX000000000001\"\nworkspace_id = \"default\"\n[vendors.hms]\napp_id = \"100000001\"\npackage = \"{PACKAGE}\"\nfingerprint = \"{}\"\n",
        print.to_lowercase().replace(':', "")
    );
    let report = with_config(&app, &good);
    assert_eq!((report.troubles(), report.0), (Vec::new(), 0));
    let cases = [
        (good.replace("\"100000001\"", "\"100000009\""), "huawei", "token.app-id-mismatch"),
        (
            good.replace(
                &format!("[vendors.hms]\napp_id = \"100000001\"\npackage = \"{PACKAGE}\""),
                "[vendors.hms]\npackage = \"a.b\"",
            ),
            "huawei",
            "display.package-mismatch",
        ),
        (
            format!("[vendors.huawei]\nfingerprint = [\"{}\"]\n", "AB:".repeat(32)),
            "huawei",
            "token.fingerprint-mismatch",
        ),
        (good.replace("ONEX000000000001", "ONEX000000000002"), "", "report.mpaas-config-mismatch"),
        (good.replace("\"default\"", "\"prod\""), "", "report.mpaas-config-mismatch"),
    ];
    // The config is about another app than the one given.
    let other = with_config(&app, "[app]\npackage = \"com.example.other\"\n");
    assert_eq!(other.verdict(), ("broken", "", "report.mpaas-config-mismatch"));
    let asked = diagnose_files(&[("app.apk", app.apk())], &["--package", "com.example.other"]);
    assert!(asked.1["notes"].to_string().contains("do not count"), "{}", asked.1["notes"]);
    for (config, vendor, finding) in cases {
        let report = with_config(&app, &config);
        let wanted = [format!("{} fail {finding}", if vendor.is_empty() { "-" } else { vendor })];
        assert_eq!(report.troubles(), wanted, "{config}");
        assert_eq!(report.verdict(), ("broken", vendor, finding));
        assert_eq!(report.0, 1);
    }
}

#[test]
fn only_the_phones_own_vendor_can_be_broken() {
    let app = App::healthy().meta("com.oppo.push.app_key", text("xxx"));
    let log = b"[ro.product.brand]: [HUAWEI]\n[ro.product.manufacturer]: [HUAWEI]\n[ro.build.version.emui]: [EmotionUI_10.0.0]\n".to_vec();
    let report = diagnose_files(&[("phone.log", log), ("app.apk", app.apk())], &[]);
    assert_ne!(report.verdict().0, "broken", "{}", report.1["verdict"]);
    let oppo = report.1["chains"].as_array().unwrap().iter().find(|c| c["vendor"] == "oppo").unwrap();
    assert_eq!(oppo["aside"], "other-vendor");
    let log = b"[ro.product.brand]: [OPPO]\n[ro.product.manufacturer]: [OPPO]\n[ro.build.version.opporom]: [V7.1]\n".to_vec();
    let report = diagnose_files(&[("phone.log", log), ("app.apk", app.apk())], &[]);
    assert_eq!(report.verdict(), ("broken", "oppo", "token.manifest-placeholder"));
}

#[test]
fn what_the_phone_shows_goes_before_what_the_files_let_expect() {
    let app = App::healthy().meta("com.huawei.hms.client.appid", text("appid=xxx"));
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/10-healthy.log");
    let log = std::fs::read(example).unwrap();
    let report = diagnose_files(&[("phone.log", log), ("app.apk", app.apk())], &["--vendor", "huawei"]);
    let chain = report.1["chains"].as_array().unwrap().iter().find(|c| c["aside"].is_null()).unwrap().clone();
    let token = &chain["links"][1];
    assert_eq!(token["state"], "pass", "{chain}");
    assert!(token["also"].as_array().unwrap().contains(&"token.manifest-placeholder".into()), "{token}");
}

#[test]
fn a_certificate_code_in_the_log_is_answered_with_the_apps_own_certificate() {
    let log = "06-14 09:58:02.123 12033 12061 I ActivityManager: Start proc 12033:com.example.bank:push/u0a1 for service {com.example.bank/com.alipay.pushsdk.push.NotificationService}\n06-14 09:58:03.123 12033 12061 E HMSSDK_HmsClient: receive msg status_code:1, error_code:6003, api_name:push.gettoken, app_id:100000007|, pkg_name:com.example.bank, session_id:*, resolution:null\n";
    let report =
        diagnose_files(&[("phone.log", log.as_bytes().to_vec()), ("app.apk", App::healthy().apk())], &[]);
    assert_eq!(report.verdict(), ("broken", "huawei", "huawei.client.6003"), "{}", report.1);
    let chain = &report.1["chains"][0];
    let notes = chain["links"][1]["notes"].to_string();
    assert!(notes.contains("SHA-256"), "{notes}");
    // The log's app id is not the APK's.
    assert!(notes.contains("token.app-id-mismatch"), "{notes}");
}

#[test]
fn every_spelling_of_an_app_is_read_alike() {
    let app = App::healthy().meta("com.oppo.push.app_key", text("xxx"));
    let wanted = ["oppo fail token.manifest-placeholder"];
    let manifest = |utf8: bool| apk::binary(&app.root(), utf8);
    for utf8 in [true, false] {
        let report = diagnose_files(&[("AndroidManifest.xml", manifest(utf8))], &[]);
        assert!(report.troubles().contains(&wanted[0].to_owned()), "{:?}", report.troubles());
    }
    let source = diagnose_files(&[("AndroidManifest.xml", apk::text(&app.root()).into_bytes())], &[]);
    assert!(source.troubles().contains(&wanted[0].to_owned()), "{:?}", source.troubles());
    let mut inner = vec![("base/manifest/AndroidManifest.xml", apk::proto::manifest(&app.root()))];
    inner.push(("META-INF/KEY.RSA", apk::pkcs7(&app.certificate)));
    inner.push(("base/dex/classes.dex", apk::code(&OPPO_3)));
    inner.push(("base/assets/agconnect-services.json", app.files[0].1.clone()));
    let bundle = diagnose_files(&[("app.aab", apk::zip(&inner))], &[]);
    assert_eq!(bundle.troubles(), wanted);
    assert_eq!(bundle.1["inputs"][0]["format"], "bundle");
    let split = E::new("manifest").text("package", PACKAGE).text("split", "config.zh");
    let splits = apk::zip(&[
        ("splits/base-master.apk", app.apk()),
        ("splits/base-zh.apk", apk::zip(&[("AndroidManifest.xml", apk::binary(&split, true))])),
    ]);
    let report = diagnose_files(&[("app.apks", splits)], &[]);
    assert_eq!(report.troubles(), wanted);
    assert_eq!(report.1["inputs"][0]["format"], "split apks");
}

#[test]
fn references_are_looked_up() {
    let mut app = App::healthy();
    app.files.push(("resources.arsc".to_owned(), apk::resources(&["other", "OPPO开放平台获取"])));
    let app = app.meta("com.oppo.push.app_key", V::Reference(0x7f01_0001));
    broken(&app, "oppo", "token.manifest-placeholder");
    let good = app.meta("com.oppo.push.app_key", V::Reference(0x7f01_0000));
    assert_eq!(diagnose(&good).troubles(), Vec::<String>::new());
    // A reference that leads nowhere is not judged, and says so.
    let lost = good.meta("com.oppo.push.app_key", V::Reference(0x7f01_0009));
    let report = diagnose(&lost);
    assert_eq!(report.troubles(), ["oppo unknown token.manifest-value-missing"]);
    assert_eq!(report.0, 0);
    let root = App::healthy().meta("com.oppo.push.app_key", text("@string/key")).root();
    let inner = [
        ("base/manifest/AndroidManifest.xml", apk::proto::manifest(&root)),
        ("base/resources.pb", apk::proto::resources("key", "xxx")),
        ("base/assets/agconnect-services.json", App::healthy().files[0].1.clone()),
    ];
    let bundle = diagnose_files(&[("app.aab", apk::zip(&inner))], &[]);
    assert_eq!(bundle.troubles(), ["oppo fail token.manifest-placeholder"]);
}

#[test]
fn the_certificate_is_the_same_in_the_old_and_the_new_scheme() {
    let app = App::healthy();
    let of = |bytes: Vec<u8>| {
        diagnose_files(&[("app.apk", bytes)], &[]).1["app"]["configuration"]["certificates"].clone()
    };
    let old = of(app.apk());
    assert_eq!(old.as_array().unwrap().len(), 1);
    let unsigned = apk::zip(&[("AndroidManifest.xml", apk::binary(&app.root(), true))]);
    assert_eq!(of(unsigned.clone()).as_array().unwrap().len(), 0);
    assert_eq!(of(apk::with_block(&unsigned, &app.certificate)), old);
    assert_ne!(of(apk::with_block(&unsigned, &apk::certificate(2))), old);
}

#[test]
fn secrets_never_reach_a_report() {
    let app = App::healthy().without("com.oppo.push.app_secret").meta("xiaomi_appkey", V::Float(5.0e12));
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("app.apk"), app.apk()).unwrap();
    for format in ["json", "table"] {
        for more in ["--no-redact", "--no-progress"] {
            let out = run(home.path(), &["diagnose", "--app", "app.apk", "--format", format, more]);
            let text = String::from_utf8_lossy(&out.stdout);
            assert!(text.contains("token.manifest"), "{text}");
            for secret in ["hidden", "5000000000000"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    }
}

#[track_caller]
fn refused(name: &str, bytes: &[u8], says: &str) {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(name), bytes).unwrap();
    let out = run(home.path(), &["diagnose", "--app", name]);
    let err = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.contains(says) && err.contains(name) && !err.contains("panicked"), "{err}");
    let zh = run(home.path(), &["diagnose", "--app", name, "--lang", "zh"]);
    let zh = String::from_utf8_lossy(&zh.stderr).into_owned();
    assert!(zh.contains('，') || zh.contains('：'), "{zh}");
}

#[test]
fn what_is_no_app_is_refused_in_one_sentence() {
    let apk = App::healthy().apk();
    refused("cut.apk", &apk[..apk.len() / 2], "cut");
    refused("noise.apk", &[0x5a; 4000], "no APK");
    refused("empty.apk", b"", "empty");
    refused("a.zip", &apk::zip(&[("readme.txt", b"hello".to_vec())]), "neither a manifest");
    let manifest = apk::binary(&App::healthy().root(), true);
    refused("AndroidManifest.xml", &manifest[..manifest.len() - 40], "damaged");
    let bad = apk::zip(&[("AndroidManifest.xml", manifest[..200].to_vec())]);
    refused("bad.apk", &bad, "damaged");
    refused("layout.xml", b"<layout/>", "no APK");
    refused("broken.xml", b"<manifest", "cannot be parsed");
    refused("some.json", b"{\"a\": 1}", "no APK");
    refused("broken.json", b"{\"a\": ", "cannot be parsed");
    let home = tempfile::tempdir().unwrap();
    let out = run(home.path(), &["diagnose", "--app", "missing.apk"]);
    assert_eq!(out.status.code(), Some(2));
    let out = run(home.path(), &["diagnose", "--app", "."]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("folder"));
}

#[test]
fn a_bad_config_stops_the_program() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    std::fs::write(dir.join("pushdoctor.toml"), "[app]\npakage = \"a.b\"\n").unwrap();
    std::fs::write(dir.join("app.apk"), App::healthy().apk()).unwrap();
    let out = run(dir, &["diagnose", "--app", "app.apk"]);
    let err = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{err}");
    assert!(err.contains("pushdoctor.toml, line 2") && err.contains("did you mean package"), "{err}");
    std::fs::write(dir.join("good.toml"), "[app]\npackage = \"com.example.bank\"\n").unwrap();
    let out = run(dir, &["diagnose", "--app", "app.apk", "--config", "good.toml"]);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let out = run(dir, &["diagnose", "--app", "app.apk", "--config", "missing.toml"]);
    assert_eq!(out.status.code(), Some(2));
}

/// `PUSHDOCTOR_ACCEPT=1` writes them anew.
#[test]
fn the_report_reads_as_accepted_in_both_languages() {
    let mut app =
        App::healthy().without("com.oppo.push.app_secret").meta("xiaomi_appid", V::Float(2.882_303e18));
    app.permissions.retain(|p| !p.ends_with("POST_NOTIFICATIONS"));
    app.application.push(meta("unrelated", text("x")));
    for lang in ["en", "zh"] {
        golden(&app, lang, &format!("app-{lang}.txt"), 1);
    }
}

#[track_caller]
fn golden(app: &App, lang: &str, name: &str, code: i32) {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("app.apk"), app.apk()).unwrap();
    let args = ["diagnose", "--app", "app.apk", "--lang", lang, "--ambiguous-width", "1"];
    let out = command(home.path()).args(args).env("COLUMNS", "100").output().unwrap();
    assert_eq!(out.status.code(), Some(code));
    let shown = String::from_utf8(out.stdout).unwrap().replace("\r\n", "\n");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("PUSHDOCTOR_ACCEPT").is_some() {
        std::fs::write(&golden, &shown).unwrap();
    }
    let wanted = std::fs::read_to_string(&golden).unwrap_or_default().replace("\r\n", "\n");
    assert!(wanted == shown, "accept with PUSHDOCTOR_ACCEPT=1\n{shown}");
}

/// `PUSHDOCTOR_ACCEPT=1` writes them anew.
#[test]
fn an_app_without_fault_reads_as_accepted_in_both_languages() {
    for lang in ["en", "zh"] {
        golden(&App::healthy(), lang, &format!("app-healthy-{lang}.txt"), 0);
    }
}

#[test]
fn the_example_shows_both_of_its_faults() {
    let of = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/app").join(name);
        (name.to_owned(), std::fs::read(path).unwrap())
    };
    let (manifest, file) = (of("AndroidManifest.xml"), of("agconnect-services.json"));
    let report = diagnose_files(&[(&manifest.0, manifest.1), (&file.0, file.1)], &[]);
    let wanted = ["oppo fail token.manifest-placeholder", "xiaomi fail token.manifest-value-not-text"];
    assert_eq!(report.troubles(), wanted);
    assert_eq!(report.verdict(), ("broken", "oppo", "token.manifest-placeholder"));
    assert_eq!(report.0, 1);
}

#[test]
fn the_codes_that_the_apps_certificate_and_package_stand_behind_are_in_the_catalogue() {
    let catalog = pushdoctor::catalog::Catalog::builtin();
    for vendor in catalog.vendors() {
        let Some(rules) = &vendor.app else { continue };
        for name in rules.certificate_codes.iter().chain(rules.package_codes.iter()) {
            let (side, code) = name.split_once('.').unwrap();
            assert!(catalog.code(&vendor.id, side, code).is_some(), "{} {name}", vendor.id);
        }
    }
}

/// The properties of a phone of each vendor, as far as they tell whose it is. Made up.
const PHONES: &[(&str, &str)] = &[
    (
        "huawei",
        "[ro.product.brand]: [HUAWEI]\n[ro.product.manufacturer]: [HUAWEI]\n[ro.build.version.emui]: [EmotionUI_10.0.0]\n",
    ),
    (
        "honor",
        "[ro.product.brand]: [HONOR]\n[ro.product.manufacturer]: [HONOR]\n[ro.build.version.magic]: [MagicOS_8.0.0]\n[msc.config.magic.version]: [MagicOS_8.0.0]\n",
    ),
    (
        "xiaomi",
        "[ro.product.brand]: [Xiaomi]\n[ro.product.manufacturer]: [Xiaomi]\n[ro.miui.ui.version.name]: [V140]\n[ro.build.version.incremental]: [V14.0.3.0]\n",
    ),
    (
        "oppo",
        "[ro.product.brand]: [OPPO]\n[ro.product.manufacturer]: [OPPO]\n[ro.build.version.opporom]: [V7.1]\n",
    ),
    (
        "vivo",
        "[ro.product.brand]: [vivo]\n[ro.product.manufacturer]: [vivo]\n[ro.vivo.os.build.display.id]: [OriginOS 3]\n",
    ),
];

#[test]
fn one_fault_on_a_phone_of_each_vendor_is_the_verdict_and_its_twin_is_not_broken() {
    let app = App::healthy();
    for (vendor, phone) in PHONES {
        let on_phone = |config: String| {
            let files = [
                ("phone.log", phone.as_bytes().to_vec()),
                ("app.apk", app.apk()),
                ("pushdoctor.toml", config.into_bytes()),
            ];
            diagnose_files(&files, &[])
        };
        let good = on_phone(format!("[vendors.{vendor}]\npackage = \"{PACKAGE}\"\n"));
        assert_ne!(good.verdict().0, "broken", "{vendor}");
        assert_eq!(good.troubles(), Vec::<String>::new());
        let chain = good.1["chains"].as_array().unwrap().iter().find(|c| c["aside"].is_null()).unwrap();
        assert_eq!(chain["vendor"], *vendor);
        assert!(chain["links"][1]["notes"].to_string().contains("show no fault"), "{chain}");
        let package = on_phone(format!("[vendors.{vendor}]\npackage = \"com.example.old\"\n"));
        assert_eq!(package.verdict(), ("broken", *vendor, "display.package-mismatch"));
        let print = on_phone(format!("[vendors.{vendor}]\nfingerprint = \"{}\"\n", "0a".repeat(32)));
        assert_eq!(print.verdict(), ("broken", *vendor, "token.fingerprint-mismatch"));
        assert_eq!((package.0, print.0), (1, 1));
    }
}
