//! The objects in which log stores wrap their rows: which array of which object it is.

/// What the elements of an array are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An object at the top.
    Top,
    /// Elements of an array that is wrapped in nothing.
    Plain,
    /// `{"meta":{…},"data":[…]}`, as GetLogsV2 answers.
    SlsV2,
    /// `{"next_cursor":…,"count":…,"logs":[…]}`, as logs are pulled from a shard.
    SlsPull,
    /// `{"hits":{"hits":[{"_source":{…}}]}}`
    Elasticsearch,
    /// `{"data":{"result":[{"stream":{…},"values":[…]}]}}`
    LokiStream,
    /// `["<nanoseconds>","<line>"]` in such a stream.
    LokiValue,
    /// `{"meta":[…],"data":[…]}`
    ClickHouse,
}

impl Kind {
    /// The id of the form.
    pub(super) fn form(self) -> Option<&'static str> {
        match self {
            Kind::Top | Kind::Plain => None,
            Kind::SlsV2 => Some("sls-v2"),
            Kind::SlsPull => Some("sls-pull"),
            Kind::Elasticsearch => Some("elasticsearch"),
            Kind::LokiStream | Kind::LokiValue => Some("loki"),
            Kind::ClickHouse => Some("clickhouse-json"),
        }
    }
}

/// What is known of an object while it is read.
pub(super) struct Envelope {
    /// Set once its rows were met.
    pub(super) kind: Option<Kind>,
    /// The object with an empty array in place of the rows.
    pub(super) head: Vec<u8>,
    /// It begins with an array `data`: only what follows tells whether that holds rows.
    pub(super) may_hold_rows_first: bool,
    forced: bool,
    keys: Vec<(String, u8)>,
}

impl Envelope {
    pub(super) fn new(forced: bool) -> Self {
        Envelope { kind: None, head: Vec::new(), may_hold_rows_first: false, forced, keys: Vec::new() }
    }

    /// Notes a member by its path and the first byte of its value.
    pub(super) fn saw(&mut self, path: String, first: u8) {
        if self.keys.len() < 64 {
            self.keys.push((path, first));
        }
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.keys.iter().any(|(key, _)| key == path)
    }

    /// Whether the rows may lie in this object inside of the object.
    pub(super) fn goes_into(&self, path: &str) -> bool {
        self.kind.is_none() && matches!(path, "hits" | "data")
    }

    /// What the array that begins here holds, if it holds rows. `so_far` is the object up to here.
    pub(super) fn rows_at(&mut self, path: &str, first: u8, so_far: Option<&[u8]>) -> Option<Kind> {
        if first != b'[' || self.kind.is_some() {
            return None;
        }
        let begins_with = |key: &str, byte: u8| self.keys.iter().any(|(k, b)| k == key && *b == byte);
        match path {
            "hits.hits" => Some(Kind::Elasticsearch),
            "data.result" => Some(Kind::LokiStream),
            "logs" if self.has("next_cursor") || self.has("count") => Some(Kind::SlsPull),
            "data" if begins_with("meta", b'[') => Some(Kind::ClickHouse),
            "data" if begins_with("meta", b'{') => {
                let answers = |raw| memchr::memmem::find(raw, b"\"progress\"").is_some();
                so_far.is_none_or(answers).then_some(Kind::SlsV2)
            }
            "data" if self.forced => Some(Kind::SlsV2),
            "data" if self.keys.is_empty() => {
                self.may_hold_rows_first = true;
                None
            }
            _ => None,
        }
    }
}
