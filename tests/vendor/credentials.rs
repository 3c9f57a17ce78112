//! Where credentials come from, and that they go nowhere else.

use pushdoctor::catalog::Catalog;
use pushdoctor::config::Config;
use pushdoctor::lang::Bilingual;
use pushdoctor::send::credentials::VendorKeys;
use pushdoctor::vendor;

use super::keys::{NOW, TOKEN, access, config, environment, message, sender, variables};

fn refused(catalog: &Catalog, vendor: &str, variables: &[(String, String)]) -> Bilingual {
    match vendor::sender(vendor, catalog, &Config::default(), &environment(variables)) {
        Ok(_) => panic!("{vendor} takes it"),
        Err(sentence) => sentence,
    }
}

#[test]
fn what_is_missing_is_named_with_variable_key_and_place() {
    let catalog = Catalog::builtin();
    for vendor in vendor::vendors() {
        let all = variables(vendor);
        for rule in catalog.send(vendor).unwrap().credential.iter() {
            assert!(rule.en != rule.zh && !rule.en.is_empty(), "{vendor} {}", rule.name);
            if rule.optional || !rule.or.is_empty() {
                continue;
            }
            let variable = format!("PUSHDOCTOR_{}_{}", vendor.to_uppercase(), rule.name.to_uppercase());
            let rest: Vec<_> = all.iter().filter(|(name, _)| *name != variable).cloned().collect();
            let error = refused(&catalog, vendor, &rest);
            let key = if rule.secret { format!("{}_file", rule.name) } else { rule.name.to_string() };
            for part in [variable.as_str(), key.as_str(), &format!("[vendors.{vendor}]")] {
                assert!(error.en.contains(part) && error.zh.contains(part), "{part}: {error:?}");
            }
            assert!(error.en.contains(rule.en.as_ref()), "{error:?}");
        }
    }
}

#[test]
fn the_environment_wins_and_files_are_trimmed() {
    let catalog = Catalog::builtin();
    let rules = catalog.send("huawei").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "\u{feff}from-file\r\n\n").unwrap();
    let shown = file.to_string_lossy().replace('\\', "/");
    let text =
        format!("[vendors.huawei]\napp_id = \"1\"\nclient_id = \"2\"\napp_secret_file = \"{shown}\"\n");
    let config = config(&catalog, &text);
    let keys = |list: &[(&str, &str)]| {
        let list: Vec<_> = list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        VendorKeys::load(rules, &config, &environment(&list))
    };
    let plain = keys(&[]).unwrap();
    assert_eq!((plain.get("app_id"), plain.get("client_id")), (Some("1"), Some("2")));
    assert_eq!(plain.get("app_secret"), Some("from-file"));
    assert_eq!(plain.get("channel_id"), None);
    let other =
        keys(&[("PUSHDOCTOR_HUAWEI_APP_SECRET", "from-env"), ("PUSHDOCTOR_HUAWEI_APP_ID", "3")]).unwrap();
    assert_eq!((other.get("app_secret"), other.get("app_id")), (Some("from-env"), Some("3")));
    let named = keys(&[("PUSHDOCTOR_HUAWEI_APP_SECRET_FILE", &shown)]).unwrap();
    assert_eq!(named.secret("app_secret").unwrap().0, "from-file");
    // Huawei's client id is the app's id where nobody says otherwise.
    let list = variables("huawei");
    let alone = VendorKeys::load(rules, &Config::default(), &environment(&list)).unwrap();
    assert_eq!(alone.get("client_id"), Some("100000001"));
}

#[test]
fn a_file_that_is_of_no_use_is_named_and_not_repeated() {
    let catalog = Catalog::builtin();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    };
    let cases = [
        (file("empty", b" \n"), "empty"),
        (file("large", &vec![b'a'; 70_000]), "larger than 64 KiB"),
        (file("binary", b"\xff\xfe\x00"), "UTF-8"),
        (file("lines", b"hunter2\nhunter3\n"), "more than one line"),
        (file("words", "hunter2 密钥".as_bytes()), "no credential has"),
        (folder.path().join("none").to_string_lossy().into_owned(), "no such file"),
    ];
    for (path, words) in cases {
        let mut list = variables("xiaomi");
        list.clear();
        list.push(("PUSHDOCTOR_XIAOMI_APP_SECRET_FILE".to_owned(), path.clone()));
        let error = refused(&catalog, "xiaomi", &list);
        assert!(error.en.contains(words) && error.en.contains(&path), "{error:?}");
        assert!(!error.en.contains("hunter") && !error.zh.contains("hunter"), "{error:?}");
    }
}

#[test]
fn an_id_or_a_key_file_of_no_use_is_named() {
    let catalog = Catalog::builtin();
    let with = |vendor: &str, name: &str, value: &str| {
        let mut list = variables(vendor);
        list.retain(|(n, _)| !n.ends_with(name));
        list.push((format!("PUSHDOCTOR_{}_{name}", vendor.to_uppercase()), value.to_owned()));
        let list = environment(&list);
        let sender = vendor::sender(vendor, &catalog, &Config::default(), &list).unwrap();
        sender.request(&message(TOKEN, &[]), Some(&access()), NOW).map(|_| ()).unwrap_err().en
    };
    assert!(with("vivo", "APP_ID", "abc").contains("app_id of vivo is \"abc\""));
    assert!(with("fcm", "SERVICE_ACCOUNT", "notjson").contains("JSON object"));
    assert!(with("fcm", "SERVICE_ACCOUNT", "{\"a\":1}").contains("\"project_id\""));
    assert!(with("harmony", "SERVICE_ACCOUNT", "{\"project_id\":\"1\"}").contains("\"key_id\""));
}

#[test]
fn an_endpoint_that_is_no_address_is_named() {
    let catalog = Catalog::builtin();
    for bad in ["https://", "ftp://a", "https://u:p@host", "https://a b", "https://a/?x=1"] {
        let config = config(&catalog, &format!("[vendors.vivo]\nendpoint = \"{bad}\"\n"));
        let error = vendor::sender("vivo", &catalog, &config, &environment(&variables("vivo")));
        let error = error.err().unwrap_or_else(|| panic!("{bad}"));
        assert!(error.en.contains("endpoint of [vendors.vivo]"), "{error:?}");
        assert!(!error.en.contains("u:p"), "{error:?}");
    }
    let error = vendor::sender("apns", &catalog, &Config::default(), &environment(&[]));
    assert!(error.err().unwrap().en.contains("huawei, harmony, honor"));
}

#[test]
fn the_way_to_a_vendor_is_its_own() {
    let catalog = Catalog::builtin();
    let config = config(&catalog, "[vendors.fcm]\nproxy = \"http://p:1\"\nca_file = \"/c.pem\"\n");
    let fcm = vendor::transport_options("fcm", &config);
    assert_eq!(fcm.proxy.as_deref(), Some("http://p:1"));
    assert_eq!(fcm.ca_file.unwrap().to_string_lossy(), "/c.pem");
    assert!(vendor::transport_options("vivo", &config).proxy.is_none());
}

/// Whatever leaves the program of a request, once the sender's secrets are masked in it, holds none.
#[test]
fn secrets_can_be_masked_in_every_request_and_stand_in_no_debug_output() {
    let catalog = Catalog::builtin();
    for vendor in vendor::vendors() {
        let list = variables(vendor);
        let sender = sender(&catalog, vendor);
        let login = sender.login(NOW).unwrap();
        let request = sender.request(&message(TOKEN, &[]), Some(&access()), NOW).unwrap();
        let mut secrets: Vec<String> = list
            .iter()
            .filter(|(name, _)| ["SECRET", "KEY", "ACCOUNT"].iter().any(|end| name.ends_with(end)))
            .map(|(_, value)| value.clone())
            .collect();
        let hidden: Vec<String> = sender.secrets().into_iter().map(|s| s.0.clone()).collect();
        for request in login.iter().chain([&request]) {
            let mut text =
                format!("{} {:?} {}", request.url, request.headers, String::from_utf8_lossy(&request.body));
            let signs: Vec<String> = ["\"sign\":\"", "sign=", "assertion=", "Bearer ey"]
                .iter()
                .filter_map(|mark| text.split_once(mark))
                .map(|(_, rest)| rest.split(['"', '&', ' ']).next().unwrap().to_owned())
                .collect();
            secrets.extend(signs);
            for secret in &hidden {
                text = text.replace(secret.as_str(), "***");
            }
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{vendor}: {text}");
            }
        }
        let keys =
            VendorKeys::load(catalog.send(vendor).unwrap(), &Config::default(), &environment(&list)).unwrap();
        let shown = format!("{keys:?}");
        assert!(secrets.iter().all(|s| !shown.contains(s.as_str())), "{shown}");
    }
}
