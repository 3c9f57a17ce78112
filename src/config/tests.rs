use super::read::read;
use super::*;

fn fault(text: &str) -> crate::lang::Bilingual {
    read("p.toml", text, &Catalog::builtin()).unwrap_err()
}

#[test]
fn the_example_names_every_key_and_parses() {
    let text = include_str!("../../examples/pushdoctor.toml");
    let values = read("examples/pushdoctor.toml", text, &Catalog::builtin()).unwrap();
    for (section, keys) in SECTIONS {
        for (key, _) in *keys {
            assert!(
                values.contains_key(&format!("{section}.{key}")),
                "[{section}] {key} is not in the example"
            );
        }
    }
    for (key, _) in VENDOR_KEYS {
        let found = values.keys().any(|k| k.starts_with("vendors.") && k.ends_with(&format!(".{key}")));
        assert!(found, "[vendors.*] {key} is not in the example");
    }
}

#[test]
fn values_are_found_under_the_vendors_id_whatever_it_is_called() {
    let text =
        "[app]\npackage = \"com.example.bank\"\n\n[vendors.\"华为\"]\nfingerprint = [\"aa\", \"bb\"]\n";
    let config = Config { path: None, values: read("p.toml", text, &Catalog::builtin()).unwrap() };
    assert_eq!(config.text("app", "package"), Some("com.example.bank"));
    let setting = config.of_vendor("huawei", "fingerprint").unwrap();
    assert_eq!((setting.values.len(), setting.line), (2, 5));
}

#[test]
fn a_slip_is_answered_with_file_line_and_the_nearest_key() {
    let known = |text: &str| fault(text).en;
    assert_eq!(
        known("[app]\npakage = \"a.b\"\n"),
        "p.toml, line 2: unknown key \"pakage\" in [app]; did you mean package?"
    );
    assert_eq!(
        known("[sls]\n[sls.feilds]\ntime = \"t\"\n"),
        "p.toml, line 2: unknown key \"feilds\" in [sls]; did you mean fields?"
    );
    assert_eq!(
        known("[vendors.huawie]\napp_id = \"1\"\n"),
        "p.toml, line 1: unknown vendor \"huawie\"; did you mean huawei?"
    );
    assert!(known("[app]\npackage = 3\n").contains("line 2: app.package wants a text in quotes"));
    assert!(known("[app\n").starts_with("p.toml, line 1: "));
    assert!(fault("[app]\npakage = \"a.b\"\n").zh.contains("第 2 行"));
}

#[test]
fn a_secret_in_plain_is_refused_and_not_repeated() {
    let error = fault("[vendors.oppo]\napp_secret = \"hunter2\"\n");
    assert!(error.en.contains("app_secret_file"), "{}", error.en);
    assert!(!error.en.contains("hunter2") && !error.zh.contains("hunter2"));
}
