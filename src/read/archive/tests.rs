//! Archives built in memory: good, nested, cut, damaged and hostile ones.

use std::io::{self, Cursor, Read, Write};
use std::path::PathBuf;

use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use crate::read::*;

const LOG: &str = "06-14 09:58:02.123  1234  5678 I PushCore: hello\n";

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    liblzma::read::XzEncoder::new(bytes, 1).read_to_end(&mut out).unwrap();
    out
}

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    bzip2::read::BzEncoder::new(bytes, bzip2::Compression::fast()).read_to_end(&mut out).unwrap();
    out
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn tarred(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_718_330_282);
        out.append_data(&mut header, name, *bytes).unwrap();
    }
    out.into_inner().unwrap()
}

type Seen = Vec<(String, String, Option<String>)>;

/// Visits the bytes as a file and returns name, text and error of each stream.
fn visit_with(bytes: &[u8], options: &OpenOptions) -> (Seen, Vec<Skipped>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.bin");
    std::fs::write(&path, bytes).unwrap();
    visit_paths(&[path], options, folder.path().to_str().unwrap())
}

fn visit_paths(paths: &[PathBuf], options: &OpenOptions, strip: &str) -> (Seen, Vec<Skipped>) {
    let mut seen = Vec::new();
    let mut skipped = visit_inputs(paths, options, &NoProgress, &mut |source, reader| {
        let mut bytes = Vec::new();
        let error = reader.read_to_end(&mut bytes).err();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let name = source.name.replace(strip, "").replace('\\', "/");
        seen.push((name, text, error.map(|error| error.to_string())));
        Ok(())
    });
    for skip in &mut skipped {
        skip.name = skip.name.replace(strip, "").replace('\\', "/");
    }
    (seen, skipped)
}

fn visit(bytes: &[u8]) -> (Seen, Vec<Skipped>) {
    visit_with(bytes, &OpenOptions::default())
}

#[track_caller]
fn one(bytes: &[u8], name: &str, text: &str) {
    let (seen, skipped) = visit(bytes);
    assert_eq!(seen, [(name.to_owned(), text.to_owned(), None)]);
    assert_eq!(skipped, []);
}

#[test]
fn compressed_files_by_their_first_bytes() {
    one(LOG.as_bytes(), "/in.bin", LOG);
    for pack in [gz, zst, xz, bz2] {
        one(&pack(LOG.as_bytes()), "/in.bin", LOG);
        // Parts one after the other, as log rotation appends them.
        let two = [pack(LOG.as_bytes()), pack(LOG.as_bytes())].concat();
        one(&two, "/in.bin", &LOG.repeat(2));
    }
    // Padding with zeros is usual behind gzip.
    one(&[gz(LOG.as_bytes()), vec![0; 700]].concat(), "/in.bin", LOG);
}

#[test]
fn what_follows_good_gzip_is_told() {
    let (seen, _) = visit(&[gz(LOG.as_bytes()), b"garbage".to_vec()].concat());
    assert_eq!(seen[0].1, LOG);
    assert!(seen[0].2.as_ref().unwrap().contains("other data follows"));
}

#[test]
fn archives_and_archives_in_archives() {
    let entries: &[(&str, &[u8])] = &[("logs/a.log", LOG.as_bytes()), ("b.txt", b"second")];
    let both = |name: &str| {
        vec![
            (format!("{name}!/logs/a.log"), LOG.to_owned(), None),
            (format!("{name}!/b.txt"), "second".to_owned(), None),
        ]
    };
    assert_eq!(visit(&zipped(entries)), (both("/in.bin"), vec![]));
    assert_eq!(visit(&tarred(entries)), (both("/in.bin"), vec![]));
    for pack in [gz, zst, xz, bz2] {
        assert_eq!(visit(&pack(&tarred(entries))), (both("/in.bin"), vec![]));
    }
    let nested = zipped(&[("bugreport.zip", &zipped(entries))]);
    assert_eq!(visit(&nested), (both("/in.bin!/bugreport.zip"), vec![]));
    let three = zipped(&[("x.tgz", &gz(&tarred(entries)))]);
    assert_eq!(visit(&three), (both("/in.bin!/x.tgz"), vec![]));
    let four = gz(&zipped(&[("x.tgz", &gz(&tarred(entries)))]));
    let (seen, skipped) = visit(&four);
    assert_eq!(seen, []);
    assert!(matches!(skipped[0].error, ReadError::TooDeep { depth: 3, .. }));
}

#[test]
fn a_cut_stream_gives_what_came_before() {
    let mut state = 1_u32;
    let text: String = (0..20_000)
        .map(|n| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            format!("{n} {state:x}\n")
        })
        .collect();
    for pack in [gz, zst, xz, bz2] {
        let whole = pack(text.as_bytes());
        let (seen, skipped) = visit(&whole[..whole.len() * 3 / 4]);
        if seen.is_empty() {
            // One block of bzip2 or xz may hold everything.
            assert!(matches!(skipped[0].error, ReadError::TruncatedArchive { .. }), "{skipped:?}");
            continue;
        }
        assert!(seen[0].1.len() > 8000 && text.starts_with(&seen[0].1));
        let error = seen[0].2.as_ref().unwrap();
        assert!(error.contains("/in.bin") && error.contains("ends early"), "{error}");
    }
    let whole = gz(&tarred(&[("a.log", LOG.as_bytes()), ("b.log", text.as_bytes())]));
    let (seen, skipped) = visit(&whole[..whole.len() / 2]);
    assert_eq!(seen[0].1, LOG);
    assert!(seen[1].2.as_ref().unwrap().contains("ends early"));
    assert!(matches!(skipped[0].error, ReadError::TruncatedArchive { .. }), "{skipped:?}");
    // A tar that was cut without compression.
    let whole = tarred(&[("b.log", text.as_bytes())]);
    let (seen, _) = visit(&whole[..20_000]);
    assert!(seen[0].2.as_ref().unwrap().contains("b.log: the compressed data ends early"));
    // A zip without its directory.
    let whole = zipped(&[("a.log", LOG.as_bytes()), ("b.log", text.as_bytes())]);
    let (seen, skipped) = visit(&whole[..whole.len() / 2]);
    assert_eq!(seen[0].1, LOG, "{skipped:?}");
    assert!(matches!(skipped.last().unwrap().error, ReadError::TruncatedArchive { .. }));
}

#[test]
fn damage_is_named() {
    let text: String = (0..9_000).map(|n| format!("{}\n", n * n)).collect();
    let mut bytes = gz(text.as_bytes());
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 40] {
        *byte ^= 0x55;
    }
    let (seen, _) = visit(&bytes);
    assert!(seen[0].2.as_ref().unwrap().contains("damaged"), "{:?}", seen[0].2);
    let (seen, skipped) = visit(&[&b"PK\x03\x04"[..], &[7; 100]].concat());
    assert_eq!(seen, []);
    assert_eq!(skipped.len(), 1);
}

#[test]
fn bombs_are_stopped() {
    let options = OpenOptions { bomb_bytes: 1 << 20, bomb_ratio: 100, ..OpenOptions::default() };
    let mut text = LOG.to_owned().into_bytes();
    text.resize(8 << 20, b'a');
    for bomb in [gz(&text), zst(&text), xz(&text), bz2(&text)] {
        let (seen, _) = visit_with(&bomb, &options);
        assert!(seen[0].1.len() <= 2 << 20, "{}", seen[0].1.len());
        assert!(seen[0].2.as_ref().unwrap().contains("expands more than 100 times"));
    }
    let (seen, _) = visit_with(&zipped(&[("a", &text)]), &options);
    assert!(seen[0].2.as_ref().unwrap().contains("expands more than"));
    // Many entries below the limit, together above it.
    let part = &text[..1 << 20];
    let names: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), part)).collect();
    let (seen, skipped) = visit_with(&zipped(&entries), &options);
    assert!(seen.len() < 30);
    assert!(matches!(skipped.last().unwrap().error, ReadError::Bomb { .. }), "{skipped:?}");
    // The usual limits let a repetitive log pass.
    assert_eq!(visit(&gz(&LOG.repeat(200_000).into_bytes())).0[0].2, None);
}

#[test]
fn entries_that_are_no_logs() {
    let png = b"\x89PNG\r\n\x1a\n0000";
    let (seen, skipped) = visit(&zipped(&[
        ("shot.png", png),
        ("empty.log", b""),
        ("../../etc/\u{1b}[2Jx.log", LOG.as_bytes()),
        ("x.rar", b"Rar!\x1a\x07\x01\0"),
    ]));
    assert_eq!(seen.len(), 1);
    assert!(seen[0].0.ends_with("\u{fffd}[2Jx.log"), "{}", seen[0].0);
    let kinds: Vec<bool> = vec![
        matches!(skipped[0].error, ReadError::Binary { what: "a PNG picture", .. }),
        matches!(skipped[1].error, ReadError::Empty { .. }),
        matches!(skipped[2].error, ReadError::UnsupportedArchive { .. }),
    ];
    assert_eq!(kinds, [true; 3], "{skipped:?}");
    let (_, skipped) = visit(&zipped(&[("AndroidManifest.xml", b"x"), ("classes.dex", b"y")]));
    assert!(matches!(skipped[0].error, ReadError::Binary { what: "an Android package (APK)", .. }));
    let (_, skipped) = visit(&zipped(&[]));
    assert!(matches!(skipped[0].error, ReadError::EmptyArchive { .. }), "{skipped:?}");
}

#[test]
fn names_of_chinese_tools_and_encrypted_entries() {
    // Stored entries are written by hand: the writer of the library sets UTF-8.
    let name = encoding_rs::GB18030.encode("日志.log").0.into_owned();
    let mut bytes = zipped(&[("XXXXXXXX", LOG.as_bytes())]);
    assert_eq!(name.len(), 8);
    while let Some(at) = bytes.windows(8).position(|part| part == b"XXXXXXXX") {
        bytes[at..at + 8].copy_from_slice(&name);
    }
    let (seen, _) = visit(&bytes);
    assert_eq!(seen[0].0, "/in.bin!/日志.log");
    // The flag of encryption in both headers.
    let mut bytes = zipped(&[("secret.log", LOG.as_bytes()), ("b.log", LOG.as_bytes())]);
    let local = 6;
    let central = bytes.windows(4).position(|part| part == b"PK\x01\x02").unwrap() + 8;
    bytes[local] |= 1;
    bytes[central] |= 1;
    let (seen, skipped) = visit(&bytes);
    assert_eq!(seen.len(), 1);
    assert!(matches!(skipped[0].error, ReadError::EncryptedEntry { .. }), "{skipped:?}");
}

#[test]
fn limits_on_entries_and_memory() {
    let options = OpenOptions { max_entries: 2, buffer_limit: 300, ..OpenOptions::default() };
    let entries: &[(&str, &[u8])] = &[("a", b"1"), ("b", b"2"), ("c", b"3")];
    for archive in [zipped(entries), tarred(entries)] {
        let (seen, skipped) = visit_with(&archive, &options);
        assert_eq!(seen.len(), 2);
        assert!(matches!(skipped[0].error, ReadError::TooManyEntries { limit: 2, .. }));
    }
    let big = zipped(&[("a", &gz(LOG.repeat(9).as_bytes())), ("b", b"x"), ("c", b"y")]);
    let (seen, skipped) = visit_with(&tarred(&[("x.zip", &big)]), &options);
    assert_eq!(seen.len(), 2, "too large to be held, so it is read forwards");
    assert!(matches!(skipped[0].error, ReadError::TooManyEntries { limit: 2, .. }), "{skipped:?}");
    let mut odd = big.clone();
    odd[6] |= 8;
    let (_, skipped) = visit_with(&tarred(&[("x.zip", &odd)]), &options);
    assert!(matches!(skipped[0].error, ReadError::TooLarge { limit: 300, .. }), "{skipped:?}");
}

#[test]
fn folders_in_order_without_circles() {
    let folder = tempfile::tempdir().unwrap();
    let strip = folder.path().to_str().unwrap();
    std::fs::create_dir_all(folder.path().join("sub/deep")).unwrap();
    std::fs::write(folder.path().join("b.log"), "b").unwrap();
    std::fs::write(folder.path().join("a.log"), "a").unwrap();
    std::fs::write(folder.path().join("sub/deep/c.log.gz"), gz(b"c")).unwrap();
    std::fs::write(folder.path().join("x.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("sub/circle")).unwrap();
    let paths = [folder.path().to_owned(), folder.path().join("missing.log")];
    let (seen, skipped) = visit_paths(&paths, &OpenOptions::default(), strip);
    let names: Vec<&str> = seen.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["/a.log", "/b.log", "/sub/deep/c.log.gz"]);
    assert!(matches!(skipped[0].error, ReadError::Binary { .. }));
    assert!(matches!(skipped[1].error, ReadError::NotFound { .. }));
    assert!(total_size(&paths[..1]).unwrap() > 10);
    assert_eq!(total_size(&paths), None);

    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(empty.join("x.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    let (_, skipped) = visit_paths(&[empty], &OpenOptions::default(), strip);
    assert!(matches!(skipped[1].error, ReadError::EmptyFolder { .. }), "{skipped:?}");
}

// Elsewhere the file might really take its three gigabytes.
#[cfg(unix)]
#[test]
fn a_huge_file_of_zeros_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zeros");
    std::fs::File::create(&path).unwrap().set_len(3 << 30).unwrap();
    let (seen, skipped) = visit_paths(&[path], &OpenOptions::default(), "");
    assert_eq!(seen, []);
    assert!(matches!(skipped[0].error, ReadError::Binary { .. }));
}

#[test]
fn an_empty_file_is_refused() {
    assert!(matches!(visit(b"").1[0].error, ReadError::Empty { .. }));
}

#[test]
fn progress_adds_up_to_the_size_of_the_files() {
    struct Sum(std::cell::Cell<u64>);
    impl Progress for Sum {
        fn bytes(&self, n: u64) {
            self.0.set(self.0.get() + n);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = ["a.log", "b.zip", "c.png"].iter().map(|n| folder.path().join(n)).collect();
    std::fs::write(&paths[0], LOG.repeat(60_000)).unwrap();
    std::fs::write(&paths[1], zipped(&[("x", LOG.as_bytes())])).unwrap();
    std::fs::write(&paths[2], [b"\x89PNG\r\n\x1a\n", &[1; 9000][..]].concat()).unwrap();
    let sum = Sum(std::cell::Cell::new(0));
    visit_inputs(&paths, &OpenOptions::default(), &sum, &mut |_, reader| {
        io::copy(reader, &mut io::sink()).unwrap();
        Ok(())
    });
    assert_eq!(Some(sum.0.get()), total_size(&paths));
}

#[test]
fn an_error_of_the_visitor_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    std::fs::write(&path, "x").unwrap();
    let skipped = visit_inputs(&[path], &OpenOptions::default(), &NoProgress, &mut |source, _| {
        Err(ReadError::Empty { name: source.name.clone() })
    });
    assert_eq!(skipped.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Bytes of any kind behind the mark of any container do no harm.
    #[test]
    fn no_bytes_panic(kind in 0..7_usize, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), cut in any::<prop::sample::Index>()) {
        let entries: &[(&str, &[u8])] = &[("a.log", LOG.as_bytes()), ("b.gz", b"\x1f\x8b\x08soup")];
        let mut bytes = match kind {
            0 => gz(LOG.as_bytes()),
            1 => zst(LOG.as_bytes()),
            2 => xz(LOG.as_bytes()),
            3 => bz2(LOG.as_bytes()),
            4 => zipped(entries),
            5 => tarred(entries),
            _ => Vec::new(),
        };
        for (at, byte) in flips {
            if bytes.is_empty() {
                bytes.push(byte);
            } else {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        bytes.truncate(cut.index(bytes.len() + 1).max(bytes.len() / 2));
        let (seen, skipped) = visit(&bytes);
        prop_assert!(!seen.is_empty() || !skipped.is_empty());
    }
}
