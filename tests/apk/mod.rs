//! Writes made-up apps for the tests: binary XML, a resource table, a bundle's protocol buffers,
//! certificates that are nothing but bytes in the right wrapping, and the zip around them. Nothing
//! here was taken from a real app.
#![allow(dead_code)]

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

/// The value of an attribute.
#[derive(Clone, Debug)]
pub enum V {
    Text(String),
    Int(i32),
    Float(f32),
    Reference(u32),
}

/// An element.
#[derive(Clone, Debug)]
pub struct E {
    pub name: String,
    pub attributes: Vec<(String, V)>,
    pub children: Vec<E>,
}

impl E {
    pub fn new(name: &str) -> Self {
        E { name: name.to_owned(), attributes: Vec::new(), children: Vec::new() }
    }
    pub fn set(mut self, name: &str, value: V) -> Self {
        self.attributes.push((name.to_owned(), value));
        self
    }
    pub fn text(self, name: &str, value: &str) -> Self {
        self.set(name, V::Text(value.to_owned()))
    }
    pub fn with(mut self, child: E) -> Self {
        self.children.push(child);
        self
    }
}

pub fn meta(name: &str, value: V) -> E {
    E::new("meta-data").text("name", name).set("value", value)
}

pub fn service(name: &str, process: &str) -> E {
    let service = E::new("service").text("name", name);
    if process.is_empty() { service } else { service.text("process", process) }
}

/// Attributes of Android's namespace, with their resources.
const ANDROID: &[(&str, u32)] = &[
    ("name", 0x0101_0003),
    ("process", 0x0101_0011),
    ("value", 0x0101_0024),
    ("versionName", 0x0101_021c),
    ("targetSdkVersion", 0x0101_0270),
    ("enabled", 0x0101_000e),
];

#[derive(Default)]
struct Pool(Vec<String>);

impl Pool {
    fn add(&mut self, text: &str) -> u32 {
        let at = self.0.iter().position(|t| t == text).unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        });
        u32::try_from(at).unwrap()
    }

    fn chunk(&self, utf8: bool) -> Vec<u8> {
        let (mut offsets, mut data) = (Vec::new(), Vec::new());
        for text in &self.0 {
            offsets.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
            if utf8 {
                assert!(text.len() < 0x8000);
                for len in [text.chars().count(), text.len()] {
                    if len > 0x7f {
                        data.push(u8::try_from(len >> 8).unwrap() | 0x80);
                    }
                    data.push(u8::try_from(len & 0xff).unwrap());
                }
                data.extend(text.as_bytes());
                data.push(0);
            } else {
                let units: Vec<u16> = text.encode_utf16().collect();
                data.extend(u16::try_from(units.len()).unwrap().to_le_bytes());
                data.extend(units.iter().flat_map(|u| u.to_le_bytes()));
                data.extend([0, 0]);
            }
        }
        while data.len() % 4 != 0 {
            data.push(0);
        }
        let start = 28 + u32::try_from(offsets.len()).unwrap();
        let mut body = Vec::new();
        for n in [u32::try_from(self.0.len()).unwrap(), 0, if utf8 { 0x100 } else { 0 }, start, 0] {
            body.extend(n.to_le_bytes());
        }
        body.extend(offsets);
        body.extend(data);
        chunk(1, 28, &body)
    }
}

fn chunk(kind: u16, header: u16, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(kind.to_le_bytes());
    out.extend(header.to_le_bytes());
    out.extend(u32::try_from(body.len() + 8).unwrap().to_le_bytes());
    out.extend(body);
    out
}

fn typed(value: &V, pool: &mut Pool) -> (u32, u8, u32) {
    match value {
        V::Text(text) => {
            let at = pool.add(text);
            (at, 3, at)
        }
        V::Int(n) => (u32::MAX, 0x10, n.cast_unsigned()),
        V::Float(f) => (u32::MAX, 4, f.to_bits()),
        V::Reference(id) => (u32::MAX, 1, *id),
    }
}

fn write(element: &E, pool: &mut Pool, out: &mut Vec<u8>) {
    let name = pool.add(&element.name);
    let mut body = Vec::new();
    body.extend(1_u32.to_le_bytes());
    body.extend(u32::MAX.to_le_bytes());
    body.extend(u32::MAX.to_le_bytes());
    body.extend(name.to_le_bytes());
    for n in [20_u16, 20, u16::try_from(element.attributes.len()).unwrap(), 0, 0, 0] {
        body.extend(n.to_le_bytes());
    }
    for (attribute, value) in &element.attributes {
        let at = pool.add(attribute);
        let (raw, kind, data) = typed(value, pool);
        body.extend(u32::MAX.to_le_bytes());
        body.extend(at.to_le_bytes());
        body.extend(raw.to_le_bytes());
        body.extend([8, 0, 0, kind]);
        body.extend(data.to_le_bytes());
    }
    out.extend(chunk(0x0102, 16, &body));
    for child in &element.children {
        write(child, pool, out);
    }
    let mut end = Vec::new();
    end.extend(1_u32.to_le_bytes());
    end.extend(u32::MAX.to_le_bytes());
    end.extend(u32::MAX.to_le_bytes());
    end.extend(name.to_le_bytes());
    out.extend(chunk(0x0103, 16, &end));
}

/// A manifest in binary XML.
pub fn binary(root: &E, utf8: bool) -> Vec<u8> {
    let mut pool = Pool::default();
    for (name, _) in ANDROID {
        pool.add(name);
    }
    let mut elements = Vec::new();
    write(root, &mut pool, &mut elements);
    let map: Vec<u8> = ANDROID.iter().flat_map(|(_, id)| id.to_le_bytes()).collect();
    let mut body = pool.chunk(utf8);
    body.extend(chunk(0x0180, 8, &map));
    body.extend(elements);
    chunk(3, 8, &body)
}

/// A manifest in text.
pub fn text(root: &E) -> String {
    fn one(e: &E, out: &mut String) {
        out.push_str(&format!("<{}", e.name));
        for (name, value) in &e.attributes {
            let value = match value {
                V::Text(t) => t.clone(),
                V::Int(n) => n.to_string(),
                V::Float(f) => f.to_string(),
                V::Reference(id) => format!("@{id:x}"),
            };
            let prefix = if name == "package" { "" } else { "android:" };
            out.push_str(&format!(" {prefix}{name}=\"{value}\""));
        }
        out.push('>');
        e.children.iter().for_each(|c| one(c, out));
        out.push_str(&format!("</{}>", e.name));
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    one(root, &mut out);
    out.replacen("<manifest", "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\"", 1)
}

/// A resource table of texts; the first is `0x7f010000`.
pub fn resources(texts: &[&str]) -> Vec<u8> {
    let mut pool = Pool::default();
    let (mut offsets, mut entries) = (Vec::new(), Vec::new());
    for text in texts {
        let at = pool.add(text);
        offsets.extend(u32::try_from(entries.len()).unwrap().to_le_bytes());
        entries.extend(8_u16.to_le_bytes());
        entries.extend(0_u16.to_le_bytes());
        entries.extend(0_u32.to_le_bytes());
        entries.extend([8, 0, 0, 3]);
        entries.extend(at.to_le_bytes());
    }
    let count = u32::try_from(texts.len()).unwrap();
    let mut of_type = vec![1, 0, 0, 0];
    of_type.extend(count.to_le_bytes());
    of_type.extend((20 + 64 + count * 4).to_le_bytes());
    let mut config = vec![0; 64];
    config[0] = 64;
    of_type.extend(config);
    of_type.extend(offsets);
    of_type.extend(entries);
    let mut package = Vec::new();
    package.extend(0x7f_u32.to_le_bytes());
    package.extend([0; 256]);
    package.extend([0; 20]);
    package.extend(chunk(0x0201, 84, &of_type));
    let mut table = Vec::new();
    table.extend(1_u32.to_le_bytes());
    table.extend(pool.chunk(true));
    table.extend(chunk(0x0200, 288, &package));
    chunk(2, 12, &table)
}

/// One DER value.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag, 0x82];
    out.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
    out.extend(content);
    out
}

/// The wrapping of a certificate: a sequence of made-up bytes.
pub fn certificate(seed: u8) -> Vec<u8> {
    der(0x30, &[seed; 300])
}

/// `META-INF/CERT.RSA` around a certificate.
pub fn pkcs7(certificate: &[u8]) -> Vec<u8> {
    let oid = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let mut signed = vec![0x02, 0x01, 0x01];
    signed.extend(der(0x31, &[]));
    signed.extend(der(0x30, &[0x06, 0x01, 0x01]));
    signed.extend(der(0xa0, certificate));
    signed.extend(der(0x31, &[]));
    let mut info = oid.to_vec();
    info.extend(der(0xa0, &der(0x30, &signed)));
    der(0x30, &info)
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let mut out = u32::try_from(bytes.len()).unwrap().to_le_bytes().to_vec();
    out.extend(bytes);
    out
}

/// A zip with a signing block (scheme v2) before its directory.
pub fn with_block(zip: &[u8], certificate: &[u8]) -> Vec<u8> {
    let signed = [prefixed(b"digests"), prefixed(&prefixed(certificate))].concat();
    let signer = prefixed(&prefixed(&signed));
    let value = [0x7109_871a_u32.to_le_bytes().to_vec(), prefixed(&signer)].concat();
    let pair = [u64::try_from(value.len()).unwrap().to_le_bytes().to_vec(), value].concat();
    let size = u64::try_from(pair.len() + 24).unwrap().to_le_bytes();
    let block = [size.to_vec(), pair, size.to_vec(), b"APK Sig Block 42".to_vec()].concat();
    let end = zip.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    let directory = u32::from_le_bytes(zip[end + 16..end + 20].try_into().unwrap()) as usize;
    let mut out = zip[..directory].to_vec();
    out.extend(&block);
    out.extend(&zip[directory..]);
    let moved = u32::try_from(directory + block.len()).unwrap();
    let at = end + block.len() + 16;
    out[at..at + 4].copy_from_slice(&moved.to_le_bytes());
    out
}

/// A zip of entries.
pub fn zip(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Code that holds these classes, as far as names go.
pub fn code(classes: &[&str]) -> Vec<u8> {
    let mut out = b"dex\n035\0".to_vec();
    for class in classes {
        out.extend(vec![0x11; 70_000]);
        out.extend(format!("L{};\0", class.replace('.', "/")).as_bytes());
    }
    out
}

/// Protocol buffers, written by hand.
pub mod proto {
    use super::{E, V};

    fn varint(mut n: u64) -> Vec<u8> {
        let mut out = Vec::new();
        while n > 0x7f {
            out.push(u8::try_from(n & 0x7f).unwrap() | 0x80);
            n >>= 7;
        }
        out.push(u8::try_from(n).unwrap());
        out
    }

    pub fn bytes(number: u64, value: &[u8]) -> Vec<u8> {
        [varint(number << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
    }

    fn number(number: u64, value: u64) -> Vec<u8> {
        [varint(number << 3), varint(value)].concat()
    }

    fn attribute(name: &str, value: &V) -> Vec<u8> {
        let mut out = bytes(2, name.as_bytes());
        match value {
            V::Text(text) => match text.strip_prefix('@') {
                Some(named) => out.extend(bytes(6, &bytes(1, &bytes(3, named.as_bytes())))),
                None => out.extend(bytes(3, text.as_bytes())),
            },
            V::Int(n) => {
                out.extend(bytes(3, n.to_string().as_bytes()));
                out.extend(bytes(6, &bytes(7, &number(6, u64::from(n.cast_unsigned())))));
            }
            V::Float(f) => {
                let bits = [varint(3 << 3 | 5), f.to_bits().to_le_bytes().to_vec()].concat();
                out.extend(bytes(6, &bytes(7, &bits)));
            }
            V::Reference(id) => out.extend(bytes(6, &bytes(1, &number(2, u64::from(*id))))),
        }
        out
    }

    fn element(e: &E) -> Vec<u8> {
        let mut out = bytes(3, e.name.as_bytes());
        for (name, value) in &e.attributes {
            out.extend(bytes(4, &attribute(name, value)));
        }
        for child in &e.children {
            out.extend(bytes(5, &bytes(1, &element(child))));
        }
        out
    }

    /// A bundle's manifest.
    pub fn manifest(root: &E) -> Vec<u8> {
        bytes(1, &element(root))
    }

    /// A bundle's resources with one text.
    pub fn resources(name: &str, text: &str) -> Vec<u8> {
        let item = bytes(2, &bytes(1, text.as_bytes()));
        let value = bytes(6, &bytes(2, &bytes(4, &item)));
        let entry = bytes(3, &[bytes(2, name.as_bytes()), value].concat());
        let of_type = bytes(3, &[bytes(2, b"string"), entry].concat());
        bytes(2, &of_type)
    }
}

/// How the healthy app is changed.
#[derive(Clone, Debug)]
pub struct App {
    pub package: String,
    pub target: i32,
    pub permissions: Vec<String>,
    pub queries: Vec<String>,
    pub application: Vec<E>,
    pub files: Vec<(String, Vec<u8>)>,
    pub classes: Vec<String>,
    pub certificate: Vec<u8>,
}

pub const PACKAGE: &str = "com.example.bank";
pub const OPPO_3: [&str; 2] = [
    "com.heytap.msp.push.service.CompatibleDataMessageCallbackService",
    "com.heytap.msp.push.service.DataMessageCallbackService",
];
pub const OPPO_2: [&str; 2] = ["com.heytap.mcssdk.PushService", "com.heytap.mcssdk.AppPushService"];

impl App {
    /// An app in which every check passes.
    pub fn healthy() -> Self {
        let text = |t: &str| V::Text(t.to_owned());
        let agconnect = format!(
            r#"{{"agcgw":{{"url":"example.invalid"}},"client":{{"app_id":"100000001","package_name":"{PACKAGE}","api_key":"hidden-api-key","client_secret":"hidden-client-secret"}},"configuration_version":"3.0"}}"#
        );
        let mpaas = format!(
            r#"{{"appId":"ONEX000000000001","appKey":"ONEX000000000001_ANDROID","workspaceId":"default","rootPath":"mpaas/android/ONEX000000000001-default","packageName":"{PACKAGE}","base64Code":"hidden-picture","mpaasConfigLicense":"hidden-licence"}}"#
        );
        App {
            package: PACKAGE.to_owned(),
            target: 33,
            permissions: [
                "android.permission.POST_NOTIFICATIONS",
                "com.example.bank.permission.MIPUSH_RECEIVE",
                "com.heytap.mcs.permission.RECIEVE_MCS_MESSAGE",
            ]
            .map(str::to_owned)
            .to_vec(),
            queries: vec!["com.huawei.hms.core.aidlservice".to_owned()],
            application: vec![
                service("com.alipay.pushsdk.push.NotificationService", ":push"),
                meta("com.huawei.hms.client.appid", text("appid=100000001")),
                meta("xiaomi_appid", text(" 2882303000000000001")),
                meta("xiaomi_appkey", text(" 5000000000001")),
                meta("com.oppo.push.app_key", text("hidden0oppo0key")),
                meta("com.oppo.push.app_secret", text("hidden0oppo0secret")),
                meta("com.vivo.push.app_id", V::Int(100_000_003)),
                meta("com.vivo.push.api_key", text("hidden-vivo-key")),
                meta("com.hihonor.push.app_id", V::Int(100_000_004)),
                service(OPPO_3[0], ":push"),
                service(OPPO_3[1], ":push"),
                service("com.vivo.push.sdk.service.CommandClientService", ":push"),
            ],
            files: vec![
                ("assets/agconnect-services.json".to_owned(), agconnect.into_bytes()),
                ("assets/mpaas.config".to_owned(), mpaas.into_bytes()),
            ],
            classes: OPPO_3.map(str::to_owned).to_vec(),
            certificate: certificate(1),
        }
    }

    /// Puts another value into a meta-data.
    pub fn meta(mut self, name: &str, value: V) -> Self {
        let found = self.application.iter_mut().find(|e| is_named(e, name)).unwrap();
        found.attributes[1].1 = value;
        self
    }

    /// Takes a meta-data or component out.
    pub fn without(mut self, name: &str) -> Self {
        let before = self.application.len();
        self.application.retain(|e| !is_named(e, name));
        assert_ne!(before, self.application.len(), "{name}");
        self
    }

    pub fn root(&self) -> E {
        let mut root = E::new("manifest")
            .text("package", &self.package)
            .text("versionName", "1.2.3")
            .with(E::new("uses-sdk").set("targetSdkVersion", V::Int(self.target)));
        for permission in &self.permissions {
            root = root.with(E::new("uses-permission").text("name", permission));
        }
        if !self.queries.is_empty() {
            let mut queries = E::new("queries");
            for query in &self.queries {
                queries = queries.with(E::new("intent").with(E::new("action").text("name", query)));
            }
            root = root.with(queries);
        }
        let mut application = E::new("application");
        application.children = self.application.clone();
        root.with(application)
    }

    fn entries(&self) -> Vec<(&str, Vec<u8>)> {
        let classes: Vec<&str> = self.classes.iter().map(String::as_str).collect();
        let mut entries = vec![
            ("AndroidManifest.xml", binary(&self.root(), true)),
            ("classes.dex", code(&classes)),
            ("META-INF/CERT.RSA", pkcs7(&self.certificate)),
        ];
        entries.extend(self.files.iter().map(|(n, b)| (n.as_str(), b.clone())));
        entries
    }

    /// The app as an APK.
    pub fn apk(&self) -> Vec<u8> {
        zip(&self.entries())
    }
}

fn is_named(element: &E, name: &str) -> bool {
    matches!(element.attributes.first(), Some((_, V::Text(found))) if found == name)
}
