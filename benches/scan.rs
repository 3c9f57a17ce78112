//! How fast a log is scanned, in bytes a second, and what a line costs that matches nothing: with
//! all signatures loaded, that is what almost every line of a log is.

use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pushdoctor::catalog::Catalog;
use pushdoctor::catalog::matcher::Matcher;
use pushdoctor::read::logcat::{Format, parse};
use pushdoctor::read::{Prefilter, ScanOptions, Source, scan};

/// Lines of ordinary tags; every `push_every`-th is a line of the push component.
fn log(bytes: usize, push_every: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes + 256);
    let mut n: usize = 0;
    while out.len() < bytes {
        n += 1;
        let (s, ms) = (n / 100, n % 1000);
        let head = format!("06-14 {:02}:{:02}:{:02}.{ms:03}", s / 3600 % 24, s / 60 % 60, s % 60);
        let line = if push_every > 0 && n.is_multiple_of(push_every) {
            format!("{head}  4377  4401 D mPush14 : heart beat {}ms rtt={}\n", n % 60_000, n % 900)
        } else {
            match n % 4 {
                0 => format!(
                    "{head}  1680  1699 D PowerManagerService: acquireWakeLockInternal: lock={n}, flags=0x1, tag=\"*alarm*\", uid=1000, pid=1680\n"
                ),
                1 => format!(
                    "{head}   622   660 I SurfaceFlinger: id={n} removeFromCurrentState com.example.bank/com.example.bank.ui.MainActivity#0 (9)\n"
                ),
                2 => format!(
                    "{head}  4312  4320 I art     : Background concurrent copying GC freed {n}(3MB) AllocSpace objects, 12(1MB) LOS objects, 49% free\n"
                ),
                _ => format!(
                    "{head}  4312  4350 D OkHttp  : <-- 200 OK https://api.example.com/v1/list ({}ms, {n}-byte body)\n",
                    n % 400
                ),
            }
        };
        out.extend_from_slice(line.as_bytes());
    }
    out
}

fn scanning(c: &mut Criterion) {
    let catalog = Catalog::builtin();
    let matcher = Matcher::new(&catalog);
    let literals: Vec<&str> = matcher.literals().iter().map(String::as_str).collect();
    let prefilter = Prefilter::new(&literals);
    let source =
        Source { name: "bench.log".into(), file_name: "bench.log".into(), modified: None, size: None };
    let mut group = c.benchmark_group("scan");
    for (name, push_every) in [("no line matches", 0), ("one line in a hundred matches", 100)] {
        let data = log(16 << 20, push_every);
        group.throughput(Throughput::Bytes(data.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut hits = 0_u64;
                let scanned = scan(
                    &source,
                    &mut Cursor::new(&data),
                    &prefilter,
                    &ScanOptions::default(),
                    &mut |hit| {
                        let line = parse(&hit.text, hit.head.as_deref(), Format::Threadtime);
                        hits += matcher.matches(&line, hit.literals).len() as u64;
                    },
                    &mut |_| {},
                    &mut |_| {},
                );
                (scanned.is_ok(), hits)
            });
        });
    }
    group.finish();
}

fn one_line(c: &mut Criterion) {
    let catalog = Catalog::builtin();
    let matcher = Matcher::new(&catalog);
    let text = "06-14 09:58:02.123  4312  4320 I art     : Background concurrent copying GC freed 48213(3MB) AllocSpace objects";
    c.bench_function("a line that matches nothing, parsed and tried", |b| {
        b.iter(|| {
            let line = parse(text, None, Format::Threadtime);
            matcher.matches(&line, &[]).len()
        });
    });
}

criterion_group!(benches, scanning, one_line);
criterion_main!(benches);
