use super::*;
use crate::catalog::Catalog;

const NEW: &str = "2020-10-28";

fn settings(list: &[(&str, &str)]) -> Vec<Setting> {
    list.iter().map(|(n, v)| Setting { name: (*n).to_owned(), value: (*v).to_owned() }).collect()
}

fn checked(action: &str, version: &str, list: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
    let catalog = Catalog::builtin();
    let rules = catalog.send("mps").unwrap();
    let found = check(rules, action, version, &settings(list));
    found
        .map(|all| all.into_iter().map(|c| (c.rule.name.to_string(), c.text)).collect())
        .map_err(|sentence| sentence.en)
}

fn fault(action: &str, name: &str, value: &str) -> String {
    checked(action, NEW, &[(name, value)]).unwrap_err()
}

#[test]
fn names_may_be_typed_in_any_case_and_values_reach_the_form_as_typed() {
    let all = checked("PushSimple", NEW, &[("notifytype", "notify"), ("SILENT", "0"), ("uri", "app://x y")]);
    let wanted = [("NotifyType", "notify"), ("Silent", "0"), ("Uri", "app://x y")];
    assert_eq!(all.unwrap(), wanted.map(|(n, v)| (n.to_owned(), v.to_owned())));
}

#[test]
fn maps_are_written_anew_as_the_sdks_write_them_and_other_json_stays() {
    let all = checked(
        "PushSimple",
        NEW,
        &[
            ("ThirdChannelCategory", "{ \"hms\" : \"1\", \"vivo\":1 }"),
            ("ExtendedParams", "{ \"k\" : \"v\" }"),
        ],
    );
    let texts: Vec<String> = all.unwrap().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["{\"hms\":\"1\",\"vivo\":1}", "{ \"k\" : \"v\" }"]);
}

#[test]
fn a_slip_gets_the_nearest_name() {
    assert_eq!(
        fault("PushSimple", "NotifyTyp", "notify"),
        "--set NotifyTyp: PushSimple has no such parameter; did you mean NotifyType?"
    );
    assert!(fault("PushSimple", "qqqqqqqq", "1").contains("known are AppId, WorkspaceId"));
}

#[test]
fn a_parameter_of_another_action_says_so() {
    assert_eq!(
        fault("PushSimple", "AndroidChannel", "1"),
        "--set AndroidChannel: PushSimple does not take it, only PushBroadcast"
    );
    assert_eq!(
        fault("PushMultiple", "TemplateKeyValue", "{}"),
        "--set TemplateKeyValue: PushMultiple does not take it, only PushTemplate, PushBroadcast; \
         PushMultiple takes TargetMsg.1.TemplateKeyValue"
    );
}

#[test]
fn a_parameter_of_another_version_says_so() {
    for (action, name) in [("PushSimple", "SmsStrategy"), ("PushBroadcast", "BindPeriod")] {
        assert!(checked(action, NEW, &[(name, "1")]).is_ok());
        let old = checked(action, "2020-07-10", &[(name, "1")]).unwrap_err();
        assert!(old.contains("version 2020-07-10 of the API does not know it, only 2020-10-28"), "{old}");
    }
}

#[test]
fn values_outside_of_the_list_are_refused_with_the_list() {
    assert!(fault("PushSimple", "NotifyType", "fast").contains("\"fast\" is none of its values: notify"));
    assert!(fault("PushBroadcast", "DeliveryType", "3").contains("in PushBroadcast: 1, 2, 7"));
    assert!(checked("PushSimple", NEW, &[("DeliveryType", "3")]).is_ok());
    assert!(fault("PushSimple", "Silent", "yes").contains("none of its values: 0, 1"));
    assert!(fault("PushSimple", "ExpiredSeconds", "0").contains("too small, the least is 1"));
    assert!(fault("PushSimple", "ExpiredSeconds", "604801").contains("too large, the most is 604800"));
    assert!(fault("PushSimple", "ExpiredSeconds", "1h").contains("whole number"));
    assert!(
        fault("PushTemplate", "TemplateName", &"x".repeat(201)).contains("201 characters, the most is 200")
    );
}

#[test]
fn maps_are_checked_by_key_and_value() {
    let of = |value: &str| fault("PushSimple", "ThirdChannelCategory", value);
    assert!(of("{\"huawei\":\"1\"}").contains("no key \"huawei\", known are hms"));
    assert!(of("{\"hms\":\"15\"}").contains("\"15\" is no value of \"hms\": 1, 2"));
    assert!(checked("PushSimple", NEW, &[("ThirdChannelCategory", "{\"hms\":14}")]).is_ok());
    assert!(of("{\"hms\":{}}").contains("JSON object of texts or numbers"));
    assert!(of("[1]").contains("JSON object of texts or numbers"));
    assert!(of("{\"hms\"").contains("no JSON from character"));
}

#[test]
fn extended_parameters_know_reserved_keys_and_a_limit() {
    let of = |value: &str| fault("PushSimple", "ExtendedParams", value);
    for key in ["notifyType", "action", "silent", "pushType", "templateCode", "channel", "taskId", "TaskId"] {
        assert!(of(&format!("{{\"{key}\":\"1\"}}")).contains("reserved"), "{key}");
    }
    let many = |n: u32| {
        let entries: Vec<String> = (0..n).map(|i| format!("\"k{i}\":\"v\"")).collect();
        format!("{{{}}}", entries.join(","))
    };
    assert!(checked("PushSimple", NEW, &[("ExtendedParams", &many(20))]).is_ok());
    assert!(of(&many(21)).contains("21 keys, the most is 20"));
    let inner = "TargetMsg.1.ExtendedParams";
    assert!(checked("PushMultiple", NEW, &[(inner, &many(9))]).is_ok());
    assert!(fault("PushMultiple", inner, &many(10)).contains("10 keys, the most is 9"));
    assert!(of("\"text\"").contains("object or list"));
}

#[test]
fn a_setting_stands_once_and_options_are_not_settings() {
    let twice = checked("PushSimple", NEW, &[("Silent", "0"), ("silent", "1")]).unwrap_err();
    assert_eq!(twice, "--set Silent: it is given twice; keep one");
    assert!(fault("PushSimple", "Title", "x").contains("comes from --title; use that"));
    assert!(fault("PushSimple", "TargetMsgkey", "{}").contains("--device, --user, --msg"));
}

#[test]
fn some_values_call_for_other_parameters() {
    assert_eq!(
        fault("PushSimple", "StrategyType", "1"),
        "--set StrategyType: 1 needs StrategyContent beside it"
    );
    assert!(checked("PushSimple", NEW, &[("StrategyType", "0")]).is_ok());
    let both = [("StrategyType", "1"), ("StrategyContent", "{\"fixedTime\":1}")];
    assert!(checked("PushSimple", NEW, &both).is_ok());
    assert!(fault("PushBroadcast", "PushStatus", "0").contains("0 needs BindPeriod or TimeMode"));
    assert!(checked("PushBroadcast", NEW, &[("PushStatus", "0"), ("BindPeriod", "4")]).is_ok());
}

#[test]
fn what_is_required_and_missing_is_named_with_the_place_to_give_it() {
    let catalog = Catalog::builtin();
    let rules = catalog.send("mps").unwrap();
    let first = |given: &[&str]| missing(rules, "PushTemplate", NEW, given).map(|s| s.en);
    assert_eq!(
        first(&[]).unwrap(),
        "PushTemplate needs AppId (the app in the mPaaS console): set app_id in section [app] of \
         pushdoctor.toml, or --set AppId=…"
    );
    let most = ["AppId", "WorkspaceId", "DeliveryType", "TargetMsgkey", "ExpiredSeconds"];
    assert!(first(&most).unwrap().contains("TemplateName"));
    let all: Vec<&str> = most.into_iter().chain(["templatename"]).collect();
    assert_eq!(first(&all), None);
}

#[test]
fn choices_that_leave_the_vendors_channel_are_told() {
    let catalog = Catalog::builtin();
    let rules = catalog.send("mps").unwrap();
    let said = |action: &str, name: &str, value: &str| {
        let checked = check(rules, action, NEW, &settings(&[(name, value)])).unwrap();
        warnings(&checked).into_iter().map(|w| w.en).collect::<String>()
    };
    assert!(said("PushSimple", "NotifyType", "transparent").contains("sends by the self-built channel"));
    assert!(said("PushBroadcast", "AndroidChannel", "1").contains("sends by the self-built channel"));
    assert!(said("PushSimple", "Silent", "1").contains("may send by the self-built channel"));
    assert_eq!(said("PushSimple", "NotifyType", "notify"), "");
    assert_eq!(said("PushSimple", "Silent", "0"), "");
}

#[test]
fn hostile_names_and_values_stay_harmless() {
    let name = "\u{1b}[2J".repeat(100);
    let sentence = fault("PushSimple", &name, "x");
    assert!(!sentence.contains('\u{1b}'), "{sentence:?}");
    let value = "\u{1b}[2J".repeat(100);
    assert!(!fault("PushSimple", "NotifyType", &value).contains('\u{1b}'));
    let deep = "[".repeat(100_000);
    assert!(fault("PushSimple", "ExtendedParams", &deep).contains("no JSON"));
}
