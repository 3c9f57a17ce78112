//! Exports of log stores, in every form that a console, a tool or a shipping task writes: the same
//! rows come out of each. All rows are made up for the tests.

#[path = "exports/forms.rs"]
mod forms;
#[path = "exports/more.rs"]
mod more;

use std::io::{self, Read};

use forms::{Form, forms, truth};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
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

/// How many rows are whole in a part of the bytes: those before the last time that is seen.
fn whole_before(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    (0..7_usize).rev().find(|at| text.contains(&(1_780_000_000 + at).to_string())).unwrap_or(0)
}

/// A file that was cut gives the rows before the cut, and no row that was not in it.
#[track_caller]
fn check_cut(form: &Form, at: usize) {
    let bytes = &form.bytes[..at];
    let (taken, facts) = read_named(form.file, bytes);
    let Ok(facts) = facts else { return assert!(taken.rows.is_empty(), "{} at {at}", form.name) };
    let counted = taken.rows.len() + taken.bad.len();
    // Where the beginning is missing, the form is not to be known.
    if facts.form != form.id || !form.named {
        return assert!(counted <= 8, "{} at {at}: {counted}", form.name);
    }
    assert!(counted <= 7, "{} at {at}: {:?}", form.name, taken.bad);
    let by_line = ["csv", "tsv", "name-value"].contains(&form.id);
    for (number, (row, truth)) in taken.fields().iter().zip(truth()).enumerate() {
        let (row, whole) = (known(row, &truth), Value::Object(truth.clone()));
        let last = number + 1 == taken.rows.len();
        if row != whole && by_line && last {
            let cut = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let fits = truth.iter().all(|(k, v)| {
                let (whole, cut) = (v.as_str().unwrap(), cut(k));
                // Of a copied row, a name without its colon looks like a second line of the value before.
                let next_name = form.id == "name-value" && cut.starts_with(&format!("{whole}\n"));
                next_name || whole.starts_with(cut.trim_end_matches(['\u{fffd}', '\\']))
            });
            assert!(fits, "{} at {at}: {row}", form.name);
            // A copied row that ends with a line looks whole.
            let between_lines = form.id == "name-value" && bytes.ends_with(b"\n");
            assert!(!facts.notes.is_empty() || between_lines, "{} at {at}", form.name);
        } else {
            assert_eq!(row, whole, "{} at {at}", form.name);
        }
    }
    let there = if form.bytes.contains(&0) { 0 } else { whole_before(bytes) };
    assert!(taken.rows.len() >= there, "{} at {at}: {} of {there}", form.name, taken.rows.len());
}

#[test]
fn a_cut_anywhere_keeps_the_rows_before_it() {
    let small = ["get_log_all", "GetLogsV2, sorted", "console", "TSVWithNames", "query_range, pretty"];
    for form in forms().iter().filter(|form| small.contains(&form.name)) {
        for at in 1..form.bytes.len() {
            check_cut(form, at);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_124), ..ProptestConfig::default() })]

    #[test]
    fn any_form_can_be_cut(which in 0_usize..64, at in 0.0..1.0_f64) {
        let forms = forms();
        let form = &forms[which % forms.len()];
        check_cut(form, ((form.bytes.len() as f64 * at) as usize).max(1));
    }

    #[test]
    fn the_pieces_in_which_it_comes_make_no_difference(
        which in 0_usize..64,
        sizes in prop::collection::vec(1_usize..300, 1..6),
    ) {
        let forms = forms();
        let form = &forms[which % forms.len()];
        let (expected, _) = whole(form.file, &form.bytes);
        let mut taken = Taken::default();
        let mut pieces = Pieces { bytes: &form.bytes, sizes, next: 0, error: None };
        let facts = read(&source(form.file), &mut pieces, &ShapeOptions::default(), &mut taken).unwrap();
        prop_assert_eq!(facts.form, form.id);
        prop_assert_eq!(taken.fields(), expected.fields());
        let lines = |taken: &Taken| taken.rows.iter().map(|row| row.line).collect::<Vec<_>>();
        prop_assert_eq!(lines(&taken), lines(&expected));
    }

    #[test]
    fn damage_costs_the_rows_it_hits(
        which in 0_usize..64,
        at in 0.0..1.0_f64,
        removed in 1_usize..40,
        added in prop::collection::vec(prop::sample::select(&b"\"{}[]\\,\n:x\x00\xff"[..]), 0..3),
    ) {
        let forms: Vec<Form> = forms().into_iter().filter(|f| f.named && !f.bytes.contains(&0)).collect();
        let form = &forms[which % forms.len()];
        let from = (form.bytes.len() as f64 * at) as usize;
        let to = (from + removed).min(form.bytes.len());
        let bytes = [&form.bytes[..from], &added, &form.bytes[to..]].concat();
        let (taken, facts) = read_named(form.file, &bytes);
        let facts = facts.unwrap();
        prop_assume!(facts.form == form.id);
        let rows = taken.fields();
        // No row is there twice, and those before the damage are as they were.
        let truths: Vec<Value> = truth().into_iter().map(Value::Object).collect();
        for truth in &truths {
            let fields = truth.as_object().unwrap();
            prop_assert!(rows.iter().filter(|row| row.is_object() && known(row, fields) == *truth).count() <= 1);
        }
        let before = whole_before(&form.bytes[..from]);
        for truth in &truths[..before] {
            let fields = truth.as_object().unwrap();
            let found = rows.iter().any(|row| row.is_object() && known(row, fields) == *truth);
            prop_assert!(found, "{}: {}", form.name, String::from_utf8_lossy(&bytes));
        }
    }

    /// One row of JSON lines, of pretty arrays and of pages is damaged inside of its line: all others are there.
    #[test]
    fn rows_behind_the_damage_are_there(
        which in 0_usize..3,
        row in 0_usize..7,
        at in 0.0..1.0_f64,
        removed in 1_usize..30,
    ) {
        let names = ["jmes filter", "jsonl, CRLF", "get_log_all, pretty"];
        let form = forms().into_iter().find(|form| form.name == names[which]).unwrap();
        let text = String::from_utf8(form.bytes.clone()).unwrap();
        let time = (1_780_000_000 + row).to_string();
        let place = text.find(&time).unwrap();
        let start = text[..place].rfind('{').unwrap() + 1;
        let line = &text[start..];
        let end = start + line.find(['\r', '\n']).filter(|_| which < 2).unwrap_or_else(|| line.find("\n    }").or(line.find("\n  }")).unwrap());
        let from = start + ((end - start) as f64 * at) as usize;
        let to = (from + removed).min(end);
        let bytes = [&form.bytes[..from], &form.bytes[to..]].concat();
        let (taken, _) = whole(form.file, &bytes);
        // No row is made up; a damaged one may be named at both ends of its damage.
        prop_assert!(taken.rows.len() <= 7 && taken.rows.len() + taken.bad.len() <= 8);
        let rows = taken.fields();
        for (number, truth) in truth().into_iter().enumerate().filter(|(number, _)| *number != row) {
            let whole = Value::Object(truth.clone());
            prop_assert!(rows.iter().any(|row| known(row, &truth) == whole), "{}: row {number}", form.name);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        start in prop::sample::select(&["", "{\"", "[{\"", "a,b\n", "\"a\",", "__time__:1\n", "{\"hits\":{\"hits\":[", "{\"data\":{\"result\":[{\"stream\":{\"a\":\"b\"},\"values\":["][..]),
        bytes in prop::collection::vec(prop::sample::select(&b"\"\"{}[]\\,,\n\n:xa1 \t\r\xe6\xff"[..]), 0..200),
    ) {
        let bytes = [start.as_bytes(), &bytes].concat();
        for name in ["a.json", "a.csv"] {
            let (taken, facts) = read_named(name, &bytes);
            if let Ok(facts) = facts {
                prop_assert_eq!(facts.rows, taken.rows.len() as u64);
                let lines = bytes.iter().filter(|b| **b == b'\n').count() as u64 + 1;
                prop_assert!(taken.rows.iter().all(|row| row.line >= 1 && row.line <= lines));
            }
        }
    }
}
