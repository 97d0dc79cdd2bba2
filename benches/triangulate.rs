//! From series and rows to the lattice: the sample county of seed 1, scores alone (what a simulation pays) and in full
//! (what a night pays: evidence lists, 1,000 draws of ranks, leaving one stream out).

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use lscb::condense::condense;
use lscb::lake::{Lake, Receipt};
use lscb::model::{Row, Table};
use lscb::sample::{Settings, county};
use lscb::spec::Reference;
use lscb::spec::pipeline::{Expected, Method};
use lscb::triangulate::{Depth, World, triangulate};

fn bench(criterion: &mut Criterion) {
    let lists = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/reference");
    let reference = Reference::read(&lists).expect("the county's lists");
    let settings = Settings::default();
    let rows = county(&reference, settings).rows;
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::open(folder.path(), "county").expect("a lake");
    let receipt = Receipt {
        submission: "made-up".into(),
        sha256: "0".repeat(64),
        received_on: settings.as_of,
        newest_period_end: None,
        file: "made-up".into(),
    };
    lake.put(&receipt, &rows).expect("kept");
    let observations = lake.observations(settings.as_of).expect("observations");
    let series = condense(&observations, &reference, settings.as_of).expect("series");
    let of = |table: Table| -> Vec<Row> { rows.iter().filter(|r| r.table == table).cloned().collect() };
    let (section11, audits) = (of(Table::Section11), of(Table::Audits));
    let (child_deaths, case_reviews, intelligence) =
        (of(Table::ChildDeaths), of(Table::CaseReviews), of(Table::Intelligence));
    let (method, expected) = (Method::default(), Expected::default());
    let world = World {
        reference: &reference,
        method: &method,
        expected: &expected,
        as_of: settings.as_of,
        series: &series,
        section11: &section11,
        audits: &audits,
        child_deaths: &child_deaths,
        case_reviews: &case_reviews,
        intelligence: &intelligence,
        depth: Depth::Scores,
    };
    let mut group = criterion.benchmark_group("triangulate");
    group.sample_size(10);
    group.bench_function("county, scores", |b| b.iter(|| black_box(triangulate(&world))));
    let full = World { depth: Depth::Full { seed: 1 }, ..world };
    group.bench_function("county, in full", |b| b.iter(|| black_box(triangulate(&full))));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
