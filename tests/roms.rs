//! The ROM rules against real property dumps, where they are at hand, and against a few made by hand.

use std::path::Path;

use pushdoctor::catalog::Catalog;
use pushdoctor::source::device_facts::{Properties, identify};

/// Properties as `getprop` prints them; some dumps are one single line.
fn properties(text: &str) -> Properties {
    let mut properties = Properties::default();
    for part in text.split("]: [").collect::<Vec<_>>().windows(2) {
        let [before, after] = part else { continue };
        let key = before.rsplit('[').next().unwrap_or("");
        let value = after.split(']').next().unwrap_or("");
        properties.add(key, value, Default::default());
    }
    properties
}

#[test]
fn the_decisive_property_wins_over_inherited_ones() {
    let catalog = Catalog::builtin();
    for (text, family, rom, version) in [
        (
            "[ro.product.brand]: [Xiaomi]\n[ro.mi.os.version.name]: [OS2.0]\n[ro.miui.ui.version.name]: [V816]",
            "xiaomi",
            Some("HyperOS"),
            Some("2.0"),
        ),
        (
            "[ro.product.brand]: [HONOR]\n[ro.product.manufacturer]: [HUAWEI]\n[ro.build.ohos.devicetype]: [phone]\n\
             [hw_sc.build.platform.version]: [3.0.0]\n[ro.build.version.emui]: [EmotionUI_13.0.0]\n[ro.build.version.magic]: [3.1.0]",
            "huawei",
            Some("HarmonyOS"),
            Some("3.0.0"),
        ),
        (
            "[ro.product.brand]: [HONOR]\n[msc.config.magic.version]: [7.0]\n[ro.build.version.emui]: [MagicOS_7.1.0]",
            "honor",
            Some("MagicOS"),
            Some("7.0"),
        ),
        (
            "[ro.product.brand]: [realme]\n[ro.build.version.realmeui]: [V2.0]\n[ro.build.version.opporom]: [V11.1]",
            "oppo",
            Some("realmeUI"),
            Some("2.0"),
        ),
        (
            "[ro.product.brand]: [OnePlus]\n[ro.build.version.oplusrom]: [V14.0.0]\n[ro.vendor.oplus.regionmark]: [EUEX]",
            "oppo",
            Some("OxygenOS"),
            Some("14.0.0"),
        ),
        (
            "[ro.product.brand]: [OnePlus]\n[ro.oxygen.version]: [9.0.4]",
            "oneplus",
            Some("OxygenOS"),
            Some("9.0.4"),
        ),
        (
            "[ro.product.brand]: [vivo]\n[ro.vivo.os.name]: [Funtouch]\n[ro.vivo.os.build.display.id]: [OriginOS 4]\n[ro.vivo.os.version]: [14.0]",
            "vivo",
            Some("OriginOS"),
            Some("4"),
        ),
        (
            "[ro.product.brand]: [Xiaomi]\n[ro.product.manufacturer]: [Xiaomi]\n[ro.lineage.version]: [21.0-20240601]",
            "xiaomi",
            Some("LineageOS"),
            Some("21.0"),
        ),
        ("[ro.product.brand]: [Lenovo]\n[ro.product.manufacturer]: [LENOVO]", "other", None, None),
    ] {
        let device = identify(&properties(text), &catalog);
        assert_eq!(
            (device.family.as_deref(), device.rom.as_deref(), device.rom_version.as_deref()),
            (Some(family), rom, version),
            "{text}"
        );
    }
}

#[test]
fn real_dumps_are_told_apart() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(table) = std::fs::read_to_string(folder.join("getprop.tsv")) else { return };
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for row in table.lines().skip(1) {
        let mut fields = row.split('\t');
        let (Some(file), Some(family), Some(rom)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let Ok(bytes) = std::fs::read(folder.join("getprop").join(file)) else { continue };
        let device = identify(&properties(&String::from_utf8_lossy(&bytes)), &catalog);
        let read = (device.family.as_deref(), device.rom.as_deref());
        if read != (Some(family), Some(rom)) {
            wrong.push(format!("{file}: {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
