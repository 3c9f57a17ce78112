//! Every key that the file may have.

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// A text or a list of texts.
    Texts,
}

/// The sections and their keys.
pub const SECTIONS: &[(&str, &[(&str, Shape)])] = &[
    (
        "app",
        &[
            ("package", Shape::Text),
            ("app_id", Shape::Text),
            ("workspace_id", Shape::Text),
            ("tenant_id", Shape::Text),
        ],
    ),
    (
        "mps",
        &[
            ("endpoint", Shape::Text),
            ("region", Shape::Text),
            ("version", Shape::Text),
            ("sign_version", Shape::Text),
            ("api", Shape::Text),
            ("private_key_file", Shape::Text),
            ("proxy", Shape::Text),
            ("ca_file", Shape::Text),
        ],
    ),
    (
        "sls",
        &[
            ("endpoint", Shape::Text),
            ("project", Shape::Text),
            ("report_logstore", Shape::Text),
            ("forward_logstore", Shape::Text),
            ("query", Shape::Text),
            ("sign_version", Shape::Text),
            ("region", Shape::Text),
            ("api", Shape::Text),
            ("proxy", Shape::Text),
            ("ca_file", Shape::Text),
        ],
    ),
    ("sls.fields", FIELDS),
    (
        "clickhouse",
        &[
            ("url", Shape::Text),
            ("database", Shape::Text),
            ("table", Shape::Text),
            ("user", Shape::Text),
            ("password_file", Shape::Text),
        ],
    ),
    ("clickhouse.fields", FIELDS),
];

/// Fields of a server's record, each with the name it has in the team's own log.
pub const FIELDS: &[(&str, Shape)] = &[
    ("time", Shape::Text),
    ("vendor", Shape::Text),
    ("operation", Shape::Text),
    ("result", Shape::Text),
    ("code", Shape::Text),
    ("app_id", Shape::Text),
    ("workspace_id", Shape::Text),
    ("user", Shape::Text),
    ("device", Shape::Text),
    ("msg_id", Shape::Text),
    ("trace_id", Shape::Text),
];

/// The keys of `[vendors.<vendor>]`: what the vendor's console holds.
pub const VENDOR_KEYS: &[(&str, Shape)] = &[
    ("app_id", Shape::Text),
    ("package", Shape::Text),
    ("fingerprint", Shape::Texts),
    ("app_key_file", Shape::Text),
    ("app_secret_file", Shape::Text),
    ("client_id", Shape::Text),
    ("client_secret_file", Shape::Text),
    ("master_secret_file", Shape::Text),
    ("service_account_file", Shape::Text),
    ("project_id", Shape::Text),
    ("channel_id", Shape::Text),
    ("endpoint", Shape::Text),
    ("auth_endpoint", Shape::Text),
    ("proxy", Shape::Text),
    ("ca_file", Shape::Text),
];

/// Parts of names that are secrets: they stand in files of their own.
pub const SECRETS: &[&str] = &["secret", "password", "app_key", "appkey", "access_key", "token"];
