//! Workbooks with something changed in them, through the program as a person runs it: whatever is in a file, there is an
//! answer, within 20 seconds and 512 MiB, and no program text in it.
//!
//! Five seconds in the suite; `LSCB_FAULT_SECONDS` says otherwise, and `make faults` takes a minute.

use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::Board;

/// Marsaglia's xorshift: any sequence will do so long as it is the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// Files to change, with their endings.
fn originals() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> =
        ["sample_data", "tests/data/ingest", "tests/data/bad-returns"].map(|f| root.join(f)).into();
    while let Some(folder) = open.pop() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().flatten().map(|e| e.path()).collect();
        entries.sort();
        for path in entries {
            let ending = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                open.push(path);
            } else if ["xlsx", "xls", "ods", "csv"].contains(&ending.as_str()) {
                let bytes = std::fs::read(&path).unwrap();
                if bytes.len() < 400_000 {
                    found.push((ending, bytes));
                }
            }
        }
    }
    let parts = super::personal::every_part("999 000 0360");
    found.extend(parts.into_iter().map(|(_, bytes, _)| ("xlsx".to_owned(), bytes)));
    found
}

/// Numbers and words that a reader might believe.
const STRANGE: [&str; 14] = [
    "0",
    "-1",
    "1048576",
    "1048577",
    "16384",
    "4294967295",
    "99999999999999999999",
    "1e309",
    "NaN",
    "A0",
    "XFD1048576",
    "&#0;",
    "<",
    "\"",
];

fn change_bytes(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=random.below(4) {
        if bytes.is_empty() {
            return;
        }
        let at = random.below(bytes.len());
        let length = random.below(64.min(bytes.len() - at) + 1);
        match random.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..at + length)),
            2 => {
                let piece = bytes[at..at + length].to_vec();
                let times = 1 + random.below(200);
                bytes.splice(at..at, piece.repeat(times));
            }
            3 if !other.is_empty() => {
                let from = random.below(other.len());
                let to = (from + random.below(2000)).min(other.len());
                bytes.splice(at..at + length, other[from..to].iter().copied());
            }
            4 => bytes[at] = b"<>\"'&=0A,;\n"[random.below(11)],
            5 => {
                // A length or a count of two or four bytes.
                let value = [0_u32, 1, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff][random.below(7)];
                let width = [2, 4][random.below(2)].min(bytes.len() - at);
                bytes[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
            }
            6 => number(random, bytes),
            _ => bytes[at] = random.below(256) as u8,
        }
    }
}

/// Another value for a run of digits or an attribute's.
fn number(random: &mut Random, bytes: &mut Vec<u8>) {
    let from = random.below(bytes.len());
    let Some(start) = bytes[from..].iter().position(u8::is_ascii_digit).map(|i| from + i) else { return };
    let end = bytes[start..].iter().position(|b| !b.is_ascii_digit()).map_or(bytes.len(), |i| start + i);
    let strange = STRANGE[random.below(STRANGE.len())];
    bytes.splice(start..end, strange.bytes());
}

/// Changes inside the parts of an archive, packed anew so that the readers get to see them; or a part left out, or doubled
/// under the name of another.
fn change_parts(random: &mut Random, bytes: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Vec::new();
    for index in 0..from.len() {
        let mut entry = from.by_index(index).ok()?;
        let name = entry.name().ok()?.into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).ok()?;
        parts.push((name, content));
    }
    let chosen = random.below(parts.len());
    match random.below(10) {
        0 => drop(parts.remove(chosen)),
        1 => {
            let content = parts[random.below(parts.len())].1.clone();
            parts[chosen].1 = content;
        }
        _ => change_bytes(random, &mut parts[chosen].1, other),
    }
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        to.start_file(name, zip::write::SimpleFileOptions::default()).ok()?;
        to.write_all(&content).ok()?;
    }
    Some(to.finish().ok()?.into_inner())
}

/// Validates files within 512 MiB of memory: `ulimit -d` bounds the program and its reader, and to go beyond it is to
/// abort.
fn validate(files: &[PathBuf], pipeline: &Path) -> (std::process::Output, Duration) {
    let started = Instant::now();
    let output = Command::new("bash")
        .args(["-c", "ulimit -d 524288; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_lscb"), "validate"])
        .args(files)
        .args(["--format", "json", "--pipeline"])
        .arg(pipeline)
        .output()
        .expect("the program starts");
    (output, started.elapsed())
}

/// Files as large as they may be, with nothing right in them: every row has several findings.
#[test]
fn large_faulty_files_are_answered_in_time_and_memory() {
    let board = Board::plain();
    let pipeline = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/nightly.toml");
    let header = "agency,indicator,locality,period,breakdown,numerator,denominator,ref\n";
    let line =
        |i: usize| format!("polise,missing-episode,corbi,2014-{:02},a={i},x{i},y,{}\n", 1 + i % 12, 1_000_000_000 + i);
    for (rows, code, why) in [(79_000, "V001", "just within"), (240_000, "F013", "too many rows")] {
        let file = board.path("large.csv");
        std::fs::write(&file, header.to_owned() + &(0..rows).map(line).collect::<String>()).unwrap();
        let (output, took) = validate(&[file], &pipeline);
        let out = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(3), "{why}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(out.contains(&format!("\"code\":\"{code}\"")), "{why}: {out}");
        assert!(took < Duration::from_secs(20), "{why}: {took:?}");
    }
}

/// Files to a call: a process has its price.
const TOGETHER: usize = 6;

#[test]
fn whatever_is_changed_there_is_an_answer() {
    let seconds = std::env::var("LSCB_FAULT_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(5);
    let originals = originals();
    assert!(originals.len() > 60, "{}", originals.len());
    let board = Board::plain();
    // The county's own return specs, so that what can still be read goes through layout and rules.
    let pipeline = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/nightly.toml");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (begun, mut tried, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    let mut verdicts = std::collections::BTreeMap::new();
    while begun.elapsed() < Duration::from_secs(seconds) {
        let mut names = Vec::new();
        for number in 0..TOGETHER {
            let (ending, bytes) = &originals[random.below(originals.len())];
            let (_, other) = &originals[random.below(originals.len())];
            let repacked = (random.below(4) != 0).then(|| change_parts(&mut random, bytes, other)).flatten();
            let changed = repacked.unwrap_or_else(|| {
                let mut bytes = bytes.clone();
                change_bytes(&mut random, &mut bytes, other);
                bytes
            });
            let ending = if random.below(30) == 0 { random.one(&["xlsx", "xls", "ods", "csv"]) } else { ending };
            let name = format!("{number}.{ending}");
            std::fs::write(board.path(&name), changed).unwrap();
            names.push(name);
        }
        let files: Vec<PathBuf> = names.iter().map(|n| board.path(n)).collect();
        let (output, took) = validate(&files, &pipeline);
        slowest = slowest.max(took);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let lines: Vec<Value> = out.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
        let sane = matches!(output.status.code(), Some(0 | 3))
            && lines.len() == names.len()
            && ["panicked", "RUST_BACKTRACE", "overflow"].iter().all(|word| !err.contains(word))
            && took < Duration::from_secs(20);
        if !sane {
            let kept = tempfile::Builder::new().prefix("lscb-mutate-").tempdir().unwrap().keep();
            names.iter().for_each(|n| drop(std::fs::copy(board.path(n), kept.join(n))));
            panic!("{:?} after {took:?}, files kept in {}: {err}\n{out}", output.status, kept.display());
        }
        for line in &lines {
            let stopped = line["findings"].as_array().unwrap().iter().any(|f| f["code"] == "F003");
            let verdict = if stopped { "stopped" } else { line["verdict"].as_str().unwrap() };
            *verdicts.entry(verdict.to_owned()).or_insert(0) += 1;
        }
        tried += names.len();
    }
    println!("{tried} changed files in {seconds} s, the slowest {TOGETHER} in {slowest:.1?}: {verdicts:?}");
    assert!(tried >= 50, "{tried}");
}
