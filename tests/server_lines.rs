//! Rows of server logs: every built-in log reads its own samples, a cut or hostile row never makes a
//! code that does not stand there. All rows are made up.

use pushdoctor::catalog::{Catalog, Form, LogSample};
use pushdoctor::source::clock::china;
use pushdoctor::source::server_log::profile::{Context, Profiles, Reading};
use pushdoctor::source::server_log::record::Record;
use pushdoctor::source::server_log::row::{Body, Row};

fn read(profiles: &Profiles, row: &str, path: &str) -> (Reading, Vec<Record>) {
    let mut out = Vec::new();
    let row = Row { line: 1, body: Body::Line(row.to_owned()) };
    let context = Context { input: 0, path, zone: china() };
    let reading = profiles.read(&row, &context, &mut out);
    (reading, out)
}

fn read_fields(profiles: &Profiles, row: &str, path: &str) -> (Reading, Vec<Record>) {
    let mut out = Vec::new();
    let row = Row { line: 1, body: Body::Fields(serde_json::from_str(row).unwrap()) };
    let context = Context { input: 0, path, zone: china() };
    let reading = profiles.read(&row, &context, &mut out);
    (reading, out)
}

fn finding(record: &Record) -> String {
    record.code.as_ref().map(|c| format!("{}.{}.{}", c.vendor, c.side, c.code)).unwrap_or_default()
}

fn samples(catalog: &Catalog) -> Vec<(&str, &LogSample, Form)> {
    catalog.logs().flat_map(|l| l.sample.iter().map(|s| (l.id.as_ref(), s, l.form))).collect()
}

#[test]
fn every_log_reads_its_samples() {
    let catalog = Catalog::builtin();
    let profiles = Profiles::builtin(&catalog);
    let mut wrong = Vec::new();
    for (id, sample, _) in samples(&catalog) {
        let mut readings = vec![read(&profiles, &sample.row, &sample.path)];
        if sample.row.starts_with('{') {
            readings.push(read_fields(&profiles, &sample.row, &sample.path));
        } else {
            let mut fields = serde_json::Map::new();
            fields.insert("__time__".to_owned(), "1700000000".into());
            fields.insert("__tag__:__path__".to_owned(), sample.path.as_ref().into());
            fields.insert("content".to_owned(), sample.row.as_ref().into());
            readings.push(read_fields(&profiles, &serde_json::Value::Object(fields).to_string(), ""));
        }
        for (reading, records) in readings {
            let first = records.first();
            let said = |record: &Record| {
                let vendor = record.vendor.clone().unwrap_or_default();
                format!("{} {} {} {:?} {vendor}", record.profile, record.kind.as_str(), finding(record), record.ok)
            };
            let kind = sample.kind.map_or("", |k| k.as_str());
            let wanted = match sample.records {
                0 => "0 Nothing".to_owned(),
                n => format!("{n} Records {id} {kind} {} {:?} {}", sample.code, sample.ok, sample.vendor),
            };
            let reading = match reading {
                Reading::Bad(why) => why.en,
                other => format!("{other:?}"),
            };
            let found = format!("{} {reading} {}", records.len(), first.map(said).unwrap_or_default());
            if found.trim_end() != wanted.trim_end() {
                wrong.push(format!("{id}: {}\n  wanted {wanted}\n  found  {found}", sample.row));
            }
            let parts: Vec<u32> = records.iter().map(|r| r.part).collect();
            assert_eq!(parts, (0..parts.len() as u32).collect::<Vec<_>>(), "{}", sample.row);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_log_has_a_sample() {
    let catalog = Catalog::builtin();
    for log in catalog.logs() {
        assert!(!log.sample.is_empty(), "{}", log.id);
    }
}
