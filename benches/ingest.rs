//! Reading one return: a workbook of 20,000 rows and a CSV file of 200,000, in process (the reader alone) and through the
//! limited child (what a batch pays).
//!
//! Made in memory by a fixed recurrence. The child is the `lscb` binary of the same profile.

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lscb::ingest::{self, Limits};
use rust_xlsxwriter::Workbook;

const HEADER: [&str; 8] =
    ["agency", "indicator", "locality", "period", "breakdown", "numerator", "denominator", "value"];

fn row(i: usize) -> [String; 8] {
    let period = format!("{}-{:02}", 2010 + i / 12 % 5, i % 12 + 1);
    let place = format!("place-{}", i % 7);
    let indicator = format!("indicator-{}", i / 420 % 100);
    let numerator = (i * 2_654_435_761 % 97).to_string();
    ["police".into(), indicator, place, period, String::new(), numerator, "120".into(), String::new()]
}

fn workbook(path: &Path, rows: usize) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let cells = |sheet: &mut rust_xlsxwriter::Worksheet, r: u32, c: usize, text: &str| match text.parse::<f64>() {
        Ok(number) => sheet.write_number(r, c as u16, number).map(|_| ()),
        Err(_) => sheet.write_string(r, c as u16, text).map(|_| ()),
    };
    for (c, name) in HEADER.iter().enumerate() {
        cells(sheet, 0, c, name).expect("a cell");
    }
    for i in 0..rows {
        for (c, text) in row(i).iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            cells(sheet, i as u32 + 1, c, text).expect("a cell");
        }
    }
    book.save(path).expect("a workbook");
}

fn text(path: &Path, rows: usize) {
    let mut out = HEADER.join(",") + "\n";
    (0..rows).for_each(|i| writeln!(out, "{}", row(i).join(",")).expect("a line"));
    std::fs::write(path, out).expect("a file");
}

fn bench(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    ingest::set_reader(env!("CARGO_BIN_EXE_lscb"));
    let limits = Limits::default();
    let mut group = criterion.benchmark_group("ingest");
    group.sample_size(10);
    for (name, rows) in [("workbook.xlsx", 20_000), ("text.csv", 200_000)] {
        let path = folder.path().join(name);
        if name.ends_with("xlsx") {
            workbook(&path, rows)
        } else {
            text(&path, rows)
        }
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(format!("{name}, in process"), |b| {
            b.iter(|| black_box(ingest::read_here(&path, &limits)).raw.expect("it reads"));
        });
        group.bench_function(format!("{name}, through the child"), |b| {
            b.iter(|| black_box(ingest::read(&path, &limits)).expect("it starts").raw.expect("it reads"));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
