//! What a manifest says that push depends on.

use super::Origin;
use super::element::{Element, Value};

/// A manifest, however it was spelled.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    pub origin: Origin,
    /// It is the merged manifest of a build: what is not in it is not in the app.
    pub compiled: bool,
    pub package: String,
    pub version_name: Option<String>,
    pub version_code: Option<String>,
    pub target_sdk: Option<u32>,
    pub permissions: Vec<String>,
    /// Packages and actions that `<queries>` names; `None` without that element.
    pub queries: Option<Vec<String>>,
    pub components: Vec<Component>,
    pub meta: Vec<Meta>,
}

/// A service, receiver, activity or provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    pub kind: String,
    /// The class, in full.
    pub name: String,
    /// As written: `:push`, or a whole name.
    pub process: String,
    pub disabled: bool,
}

/// A `<meta-data>` of the application.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    pub name: String,
    /// The value, looked up where it was a reference that could be.
    pub value: Option<Value>,
    /// The reference it was written as.
    pub reference: Option<String>,
}

/// Reads a tree. `resolve` looks references up.
pub fn read(
    root: &Element,
    origin: Origin,
    compiled: bool,
    resolve: &dyn Fn(&Value) -> Option<Value>,
) -> Manifest {
    let text = |element: &Element, name: &str| -> Option<String> {
        let value = element.value(name)?;
        let value = if value.is_reference() { resolve(value)? } else { value.clone() };
        Some(value.shown())
    };
    let package = text(root, "package").unwrap_or_default();
    let names = |tag: &str| -> Vec<String> { root.all(tag).filter_map(|e| text(e, "name")).collect() };
    let mut permissions = names("uses-permission");
    permissions.extend(names("uses-permission-sdk-23"));
    let mut manifest = Manifest {
        origin,
        compiled,
        version_name: text(root, "versionName"),
        version_code: text(root, "versionCode"),
        target_sdk: root.all("uses-sdk").find_map(|e| number(&text(e, "targetSdkVersion")?)),
        permissions,
        queries: queries(root, &text),
        ..Manifest::default()
    };
    for application in root.all("application") {
        let process = text(application, "process").unwrap_or_default();
        for element in &application.children {
            match element.name.as_str() {
                "meta-data" => manifest.meta.extend(meta(element, resolve)),
                kind @ ("service" | "receiver" | "activity" | "provider" | "activity-alias") => {
                    let name = text(element, "name").unwrap_or_default();
                    manifest.components.push(Component {
                        kind: kind.to_owned(),
                        name: full_name(&package, &name),
                        process: text(element, "process").unwrap_or_else(|| process.clone()),
                        disabled: text(element, "enabled").as_deref() == Some("false"),
                    });
                }
                _ => {}
            }
        }
    }
    manifest.package = package;
    manifest
}

/// Android completes names that begin with a dot or have none.
fn full_name(package: &str, name: &str) -> String {
    match name {
        "" => String::new(),
        _ if name.starts_with('.') => format!("{package}{name}"),
        _ if !name.contains('.') => format!("{package}.{name}"),
        _ => name.to_owned(),
    }
}

fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn meta(element: &Element, resolve: &dyn Fn(&Value) -> Option<Value>) -> Option<Meta> {
    let name = element.value("name")?.shown();
    let written = element.value("value").or_else(|| element.value("resource"));
    Some(match written {
        Some(reference) if reference.is_reference() => {
            // A resource is a text to the app, however it looks.
            let value = resolve(reference);
            Meta { name, value, reference: Some(reference.shown()) }
        }
        value => Meta { name, value: value.cloned(), reference: None },
    })
}

fn queries(root: &Element, text: &dyn Fn(&Element, &str) -> Option<String>) -> Option<Vec<String>> {
    root.all("queries").next()?;
    let mut list = Vec::new();
    for element in root.all("queries").flat_map(|q| q.children.iter()) {
        match element.name.as_str() {
            "package" => list.extend(text(element, "name")),
            "intent" => list.extend(element.all("action").filter_map(|a| text(a, "name"))),
            "provider" => list.extend(text(element, "authorities")),
            _ => {}
        }
    }
    Some(list)
}
