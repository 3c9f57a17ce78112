//! The names under which people know a vendor.

use std::collections::HashMap;

use pushdoctor::catalog::Catalog;

/// What people type, and whom they mean.
const NAMES: &[(&str, &[&str])] = &[
    (
        "huawei",
        &[
            "huawei",
            "HUAWEI",
            "hms",
            "HMS Core",
            "hms2",
            "hms5",
            "hwpush",
            "华为",
            "华为推送",
            "华为通道",
            "EMUI",
            "鸿蒙4",
        ],
    ),
    ("honor", &["honor", "HONOR", "hihonor", "荣耀", "荣耀推送", "MagicOS"]),
    ("harmony", &["harmony", "HarmonyOS", "HarmonyOS NEXT", "next", "鸿蒙", "鸿蒙next", "纯血鸿蒙", "ohos"]),
    (
        "xiaomi",
        &[
            "xiaomi",
            "mi",
            "MiPush",
            "mi push",
            "MIUI",
            "HyperOS",
            "redmi",
            "小米",
            "小米推送",
            "米推",
            "红米",
            "澎湃",
        ],
    ),
    (
        "oppo",
        &[
            "oppo",
            "OPPO",
            "heytap",
            "coloros",
            "oneplus",
            "realme",
            "欧珀",
            "欧加",
            "一加",
            "真我",
            "oppo推送",
        ],
    ),
    ("vivo", &["vivo", "iQOO", "originos", "funtouch", "维沃", "vivo推送"]),
    ("meizu", &["meizu", "flyme", "魅族", "魅族推送"]),
    ("fcm", &["fcm", "FCM", "firebase", "gcm", "google", "谷歌"]),
    ("apns", &["apns", "APNs", "apple", "ios", "苹果", "iphone"]),
    ("mps", &["mps", "mPaaS", "mpush", "消息推送", "移动推送"]),
    ("mgs", &["mgs", "rpc", "gateway", "移动网关", "网关", "无线保镖"]),
    ("emas", &["emas", "cloudpush", "阿里云移动推送"]),
];

#[test]
fn a_vendor_is_found_by_every_name_people_use() {
    let catalog = Catalog::builtin();
    for (vendor, names) in NAMES {
        for name in *names {
            assert_eq!(catalog.find_vendor(name).map(|v| v.id.as_ref()), Some(*vendor), "{name}");
        }
    }
    let missing: Vec<&str> =
        catalog.vendors().map(|v| v.id.as_ref()).filter(|id| !NAMES.iter().any(|(n, _)| n == id)).collect();
    assert!(missing.is_empty(), "no names are tried for {missing:?}");
}

#[test]
fn no_name_belongs_to_two_vendors() {
    let catalog = Catalog::builtin();
    let mut owners: HashMap<String, &str> = HashMap::new();
    for vendor in catalog.vendors() {
        let own = [&vendor.id, &vendor.en, &vendor.zh];
        let others = vendor.aliases.iter().chain(vendor.proxies.iter()).chain(vendor.brands.iter());
        for name in own.into_iter().chain(others) {
            let owner = owners.entry(name.to_lowercase()).or_insert(&vendor.id);
            assert_eq!(*owner, vendor.id.as_ref(), "\"{name}\" names two vendors");
        }
        let mut seen = std::collections::HashSet::new();
        for alias in vendor.aliases.iter() {
            assert!(seen.insert(alias.to_lowercase()), "{}: alias \"{alias}\" stands twice", vendor.id);
            assert_eq!(alias.trim(), alias.as_ref(), "{}: blanks around \"{alias}\"", vendor.id);
        }
    }
}
