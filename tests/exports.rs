//! Exports of log stores, in every form that a console, a tool or a shipping task writes: the same
//! rows come out of each. All rows are made up for the tests.

#[path = "exports/forms.rs"]
mod forms;

use std::io::{self, Read};

use forms::{Form, forms, truth};
use proptest::prelude::*;
use pushdoctor::lang::Bilingual;
use pushdoctor::read::{ReadError, Source};
use pushdoctor::source::server_log::row::{Body, Row, RowSink};
use pushdoctor::source::server_log::shapes::{ShapeFacts, ShapeOptions, read};
use serde_json::{Map, Value, json};

/// What a shape hands over.
#[derive(Default)]
struct Taken {
    rows: Vec<Row>,
    bad: Vec<(u64, Bilingual)>,
    most: Option<usize>,
}

impl RowSink for Taken {
    fn row(&mut self, row: Row) -> bool {
        self.rows.push(row);
        self.most.is_none_or(|most| self.rows.len() < most)
    }
    fn bad(&mut self, line: u64, why: Bilingual) {
        assert!(!why.en.is_empty() && !why.zh.is_empty());
        self.bad.push((line, why));
    }
}

impl Taken {
    /// Every row as its fields; a line as its text.
    fn fields(&self) -> Vec<Value> {
        let value = |row: &Row| match &row.body {
            Body::Line(text) => Value::String(text.clone()),
            Body::Fields(fields) => fields.clone(),
        };
        self.rows.iter().map(value).collect()
    }
    /// The log line inside of every row.
    fn contents(&self) -> Vec<String> {
        let names = ["content", "line", "Line"];
        let text = |row: &Value| {
            let found = names.iter().find_map(|name| row.get(*name));
            found.or(Some(row)).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        self.fields().iter().map(text).collect()
    }
}

/// Gives its bytes in pieces of the sizes named, over and over.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: Vec<usize>,
    next: usize,
    error: Option<io::Error>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            return self.error.take().map_or(Ok(0), Err);
        }
        let size = self.sizes[self.next % self.sizes.len()].max(1);
        self.next += 1;
        let n = size.min(buffer.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(n);
        buffer[..n].copy_from_slice(now);
        self.bytes = later;
        Ok(n)
    }
}

fn source(name: &str) -> Source {
    Source { name: name.to_owned(), file_name: name.to_owned(), modified: None, size: None }
}

fn read_named(name: &str, bytes: &[u8]) -> (Taken, Result<ShapeFacts, ReadError>) {
    let mut taken = Taken::default();
    let facts = read(&source(name), &mut &bytes[..], &ShapeOptions::default(), &mut taken);
    (taken, facts)
}

#[track_caller]
fn whole(name: &str, bytes: &[u8]) -> (Taken, ShapeFacts) {
    let (taken, facts) = read_named(name, bytes);
    let facts = facts.expect("readable");
    assert_eq!(facts.rows, taken.rows.len() as u64);
    assert_eq!(facts.bad, taken.bad.len() as u64);
    (taken, facts)
}

/// Of a row only what the truth names: stores add fields of their own.
fn known(row: &Value, truth: &Map<String, Value>) -> Value {
    let fields = row.as_object().expect("a row with fields");
    let known = truth.keys().filter_map(|key| Some((key.clone(), fields.get(key)?.clone())));
    Value::Object(known.collect())
}

fn check(form: &Form) {
    let (taken, facts) = whole(form.file, &form.bytes);
    assert_eq!(facts.form, form.id, "{}", form.name);
    assert_eq!(taken.bad, [], "{}", form.name);
    if form.named {
        let rows: Vec<Value> =
            taken.fields().iter().zip(truth()).map(|(row, truth)| known(row, &truth)).collect();
        let truth: Vec<Value> = truth().into_iter().map(Value::Object).collect();
        assert_eq!(rows, truth, "{}", form.name);
    }
    if form.content {
        let truth: Vec<String> =
            truth().iter().map(|row| row["content"].as_str().unwrap().to_owned()).collect();
        assert_eq!(taken.contents(), truth, "{}", form.name);
    }
    assert_eq!(taken.rows.len(), truth().len(), "{}", form.name);
    assert!(taken.rows.windows(2).all(|pair| pair[0].line <= pair[1].line), "{}", form.name);
    assert!(!facts.incomplete, "{}: {:?}", form.name, facts.notes);
}

#[test]
fn every_form_gives_the_same_rows() {
    for form in forms() {
        check(&form);
    }
}
