//! Android Studio's exported `.logcat` file, rewritten as lines on the way.
//!
//! The export is one JSON document that may have gigabytes; it is cut into its
//! messages as it streams by, so that memory does not grow with the file and a
//! file that was cut in the middle still gives all messages before the cut.
//! The names that are read here follow the format of the file; each message
//! line becomes
//! `<seconds>.<nanos> <pid>-<tid>/<process> <level>/<tag>: <message line>`,
//! and the device of the head becomes lines in the shape of `getprop`.

use std::fmt::Write as _;
use std::io::{self, Read};

use serde_json::Value;

use super::error::ReadError;

/// The largest message that is read; a larger one is left out and counted.
const LARGEST: usize = 4 << 20;
const CHUNK: usize = 64 << 10;

/// Whether the head of a stream is such an export.
pub(crate) fn is_export(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    if !head.starts_with(b"{") {
        return false;
    }
    let reach = head.get(..4096).unwrap_or(head);
    [&b"\"logcatMessages\""[..], b"\"metadata\""].iter().any(|key| memchr::memmem::find(reach, key).is_some())
}

/// A reader of log lines over a reader of the JSON export.
pub(crate) struct JsonLines<'n, R> {
    name: &'n str,
    inner: R,
    chunk: Vec<u8>,
    cutter: Cutter,
    output: Vec<u8>,
    given: usize,
    end: Option<io::Result<()>>,
}

impl<'n, R: Read> JsonLines<'n, R> {
    pub(crate) fn new(name: &'n str, inner: R) -> Self {
        Self {
            name,
            inner,
            chunk: vec![0; CHUNK],
            cutter: Cutter::default(),
            output: Vec::new(),
            given: 0,
            end: None,
        }
    }

    fn fill(&mut self) {
        self.output.clear();
        self.given = 0;
        match self.inner.read(&mut self.chunk) {
            Ok(0) => self.end = Some(self.cutter.verdict(self.name)),
            Ok(n) => {
                let output = &mut self.output;
                for byte in self.chunk.get(..n).unwrap_or_default() {
                    self.cutter.push(*byte, output);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => self.end = Some(Err(error)),
        }
    }
}

impl<R: Read> Read for JsonLines<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let ready = self.output.get(self.given..).unwrap_or_default();
            if !ready.is_empty() {
                let n = ready.len().min(buffer.len());
                if let (Some(to), Some(from)) = (buffer.get_mut(..n), ready.get(..n)) {
                    to.copy_from_slice(from);
                }
                self.given += n;
                return Ok(n);
            }
            match &mut self.end {
                Some(end) => return std::mem::replace(end, Ok(())).map(|()| 0),
                None => self.fill(),
            }
        }
    }
}

/// Cuts the document into the objects that matter: the one behind `metadata`
/// and each one in an array right below the root.
#[derive(Default)]
struct Cutter {
    /// Open brackets, as seen outside of strings.
    open: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// The object being collected, and the depth at which it ends.
    object: Vec<u8>,
    collecting: Option<usize>,
    oversized: bool,
    started: bool,
    left_out: u64,
}

/// Deeper nesting than this occurs in no export.
const DEEPEST: usize = 64;

impl Cutter {
    fn push(&mut self, byte: u8, output: &mut Vec<u8>) {
        if self.collecting.is_some() {
            if self.object.len() < LARGEST {
                self.object.push(byte);
            } else {
                self.oversized = true;
            }
        }
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => {
                let below_root = self.open.len() == 1 && byte == b'{';
                let in_array = self.open.len() == 2 && byte == b'{' && self.open.last() == Some(&b'[');
                if self.collecting.is_none() && (below_root || in_array) {
                    self.collecting = Some(self.open.len());
                    self.object.clear();
                    self.object.push(byte);
                    self.oversized = false;
                }
                self.started = true;
                if self.open.len() < DEEPEST {
                    self.open.push(byte);
                }
            }
            b'}' | b']' => {
                self.open.pop();
                if self.collecting == Some(self.open.len()) {
                    self.collecting = None;
                    let done = !self.oversized && write_object(&self.object, output).is_some();
                    self.left_out += u64::from(!done);
                }
            }
            _ => {}
        }
    }

    /// What to say at the end of the stream.
    fn verdict(&self, name: &str) -> io::Result<()> {
        let reason = if !self.open.is_empty() || !self.started {
            "ends early".to_owned()
        } else if self.left_out > 0 {
            format!("holds {} messages that could not be read", self.left_out)
        } else {
            return Ok(());
        };
        let name = name.to_owned();
        Err(ReadError::BrokenExport { name, reason }.into_io())
    }
}

/// Writes a message or the metadata as lines.
fn write_object(object: &[u8], output: &mut Vec<u8>) -> Option<()> {
    let value: Value = serde_json::from_slice(object).ok()?;
    if let Some(header) = value.get("header") {
        let message = value.get("message").and_then(Value::as_str).unwrap_or("");
        write_message(header, message, output);
    } else if let Some(device) = value.get("device") {
        write_device(device, output);
    }
    Some(())
}

fn write_message(header: &Value, message: &str, output: &mut Vec<u8>) {
    let text = |key: &str| header.get(key).and_then(Value::as_str).unwrap_or("");
    let count = |key: &str| header.get(key).and_then(Value::as_u64).unwrap_or(0);
    let time = header.get("timestamp");
    let part = |key: &str| time.and_then(|time| time.get(key)).and_then(Value::as_i64).unwrap_or(0);
    let process = [text("processName"), text("applicationId"), "?"]
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or("?");
    let mut prefix = String::new();
    // Writing into a String cannot fail.
    let _ = write!(
        prefix,
        "{}.{:09} {}-{}/{} {}/{}: ",
        part("seconds").max(0),
        part("nanos").clamp(0, 999_999_999),
        count("pid"),
        count("tid"),
        plain(process).replace([' ', '\t'], "_"),
        level(text("logLevel")),
        plain(text("tag")),
    );
    for line in message.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        output.extend_from_slice(prefix.as_bytes());
        output.extend_from_slice(line.as_bytes());
        output.push(b'\n');
    }
    if message.trim_matches(['\n', '\r']).is_empty() {
        output.extend_from_slice(prefix.as_bytes());
        output.push(b'\n');
    }
}

fn level(word: &str) -> char {
    match word {
        "VERBOSE" => 'V',
        "DEBUG" => 'D',
        "WARN" | "WARNING" => 'W',
        "ERROR" => 'E',
        "ASSERT" | "FATAL" => 'A',
        _ => 'I',
    }
}

/// The device of the head as properties.
fn write_device(device: &Value, output: &mut Vec<u8>) {
    const KEYS: [(&str, &str); 6] = [
        ("model", "ro.product.model"),
        ("manufacturer", "ro.product.manufacturer"),
        ("brand", "ro.product.brand"),
        ("release", "ro.build.version.release"),
        ("sdk", "ro.build.version.sdk"),
        ("abi", "ro.product.cpu.abi"),
    ];
    for (field, property) in KEYS {
        let value = match device.get(field) {
            Some(Value::String(text)) if !text.is_empty() => plain(text).replace(['[', ']'], ""),
            Some(Value::Number(number)) => number.to_string(),
            _ => continue,
        };
        output.extend_from_slice(format!("[{property}]: [{value}]\n").as_bytes());
    }
}

/// One line without control characters.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
