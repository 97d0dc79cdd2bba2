//! From series and rows to the lattice: the sample county of seed 1, and the same county with five years of every
//! monthly indicator from every agency in every place (0.7 million observations). Scores alone is what a simulation
//! pays; in full is what a night pays: evidence lists, 1,000 draws of ranks, leaving one stream out.

mod board;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lscb::condense::condense;
use lscb::lake::{Lake, Receipt};
use lscb::model::{Row, Series, Table};
use lscb::sample::{Settings, county};
use lscb::spec::Reference;
use lscb::spec::pipeline::{Expected, Method};
use lscb::triangulate::{Depth, World, triangulate};

/// The county's own series, through a lake of its own.
fn county_series(rows: &[Row], reference: &Reference) -> Vec<Series> {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path(), "county").expect("a lake");
    let receipt = Receipt {
        submission: "made-up".into(),
        sha256: "0".repeat(64),
        received_on: board::as_of(),
        newest_period_end: None,
        file: "made-up".into(),
    };
    lake.put(&receipt, rows).expect("kept");
    let observations = lake.observations(board::as_of()).expect("observations");
    condense(&observations, reference, board::as_of()).expect("series")
}

fn bench(criterion: &mut Criterion) {
    let reference = board::reference();
    let rows = county(&reference, Settings { as_of: board::as_of(), ..Settings::default() }).rows;
    let of = |table: Table| -> Vec<Row> { rows.iter().filter(|r| r.table == table).cloned().collect() };
    let (section11, audits) = (of(Table::Section11), of(Table::Audits));
    let (child_deaths, case_reviews, intelligence) =
        (of(Table::ChildDeaths), of(Table::CaseReviews), of(Table::Intelligence));
    let (method, expected) = (Method::default(), Expected::default());
    let mut group = criterion.benchmark_group("triangulate");
    group.sample_size(10);
    let five_years = board::observations(&reference, board::rows());
    for (name, series) in [
        ("county".to_owned(), county_series(&rows, &reference)),
        (board::rows().to_string(), condense(&five_years, &reference, board::as_of()).expect("series")),
    ] {
        let world = World {
            reference: &reference,
            method: &method,
            expected: &expected,
            as_of: board::as_of(),
            series: &series,
            section11: &section11,
            audits: &audits,
            child_deaths: &child_deaths,
            case_reviews: &case_reviews,
            intelligence: &intelligence,
            depth: Depth::Scores,
        };
        let full = World { depth: Depth::Full { seed: 1 }, ..world };
        group.bench_function(BenchmarkId::new("scores", &name), |b| b.iter(|| black_box(triangulate(&world))));
        group.bench_function(BenchmarkId::new("in full", &name), |b| b.iter(|| black_box(triangulate(&full))));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
