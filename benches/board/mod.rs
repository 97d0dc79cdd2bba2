//! One board's five years, made in memory: the county's own lists, and 0.7 million observations in the lake's order.
//!
//! A fixed recurrence, the same on every machine. `LSCB_BENCH_ROWS` sets another number of rows.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray, UInt8Array};
use arrow::datatypes::Int32Type;
use chrono::NaiveDate;
use lscb::lake::observation_schema;
use lscb::model::{Period, Status};
use lscb::spec::Reference;
use lscb::spec::reference::{Frequency, Indicator, Unit};

const MONTHS: usize = 60;
/// What every proportion is out of, a month. A rate is on the population.
const OUT_OF: f64 = 60.0;
const ROWS_A_BATCH: usize = 65_536;

/// The sample county's lists.
pub fn reference() -> Reference {
    let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/reference");
    Reference::read(&lists).expect("the county's lists")
}

/// The last day of the five years.
pub fn as_of() -> NaiveDate {
    "2015-01-31".parse().expect("a day")
}

/// How many rows to make.
pub fn rows() -> usize {
    std::env::var("LSCB_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(700_000)
}

/// At most `rows` observations: every monthly indicator, from every agency, in every place, for sixty months, in the
/// lake's order (indicator, agency, locality, period). One in fifty is suppressed.
pub fn observations(reference: &Reference, rows: usize) -> Vec<RecordBatch> {
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    let mut monthly: Vec<&Indicator> =
        reference.indicators.iter().filter(|i| i.frequency == Frequency::Monthly).collect();
    monthly.sort_by(|a, b| a.indicator.cmp(&b.indicator));
    let agencies = sorted(reference.agencies_on(as_of()).iter().map(|a| a.agency.clone()).collect());
    let localities =
        sorted(reference.localities.iter().filter(|l| l.valid.holds(as_of())).map(|l| l.locality.clone()).collect());
    let mut month = Period::Month(2010, 2);
    let mut months = Vec::new();
    for _ in 0..MONTHS {
        months.push(month.to_string());
        month = month.next();
    }
    let (places, returners) = (localities.len(), agencies.len());
    let made = rows.min(monthly.len() * returners * places * MONTHS);
    assert!(made == rows, "the county's lists give {made} rows at most, {rows} are asked for");
    let names = |ids: Vec<String>| Arc::new(StringArray::from(ids));
    let indicators = names(monthly.iter().map(|i| i.indicator.clone()).collect());
    let (agencies, localities, months) = (names(agencies), names(localities), names(months));
    let total = names(vec![String::new()]);
    let mut turn = 42_u64;
    let mut next = move |below: u64| {
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (turn >> 33) % below
    };
    let all: Vec<usize> = (0..rows).collect();
    all.chunks(ROWS_A_BATCH)
        .map(|rows| {
            let series = |r: usize| r / MONTHS;
            let measure = |r: usize| series(r) / places / returners;
            let column = |values: &Arc<StringArray>, of: &dyn Fn(usize) -> usize| {
                let codes: Int32Array = rows.iter().map(|&r| of(r) as i32).collect();
                Arc::new(DictionaryArray::<Int32Type>::new(codes, values.clone())) as ArrayRef
            };
            let figures: Vec<[Option<f64>; 3]> = rows
                .iter()
                .map(|&r| {
                    let suppressed = next(50) == 0;
                    let figure = (!suppressed).then(|| next(40) as f64);
                    match monthly[measure(r)].unit {
                        Unit::Mean | Unit::Value => [None, None, figure],
                        Unit::Proportion => [figure, Some(OUT_OF), None],
                        _ => [figure, None, None],
                    }
                })
                .collect();
            let status = |row: &[Option<f64>; 3], at: usize| match row[at] {
                Some(0.0) => Status::Zero,
                Some(_) => Status::Value,
                None if at == 0 && row[2].is_none() => Status::Suppressed,
                None => Status::Missing,
            };
            let mut columns: Vec<ArrayRef> = vec![
                column(&agencies, &|r| series(r) / places % returners),
                column(&indicators, &measure),
                column(&localities, &|r| series(r) % places),
                column(&months, &|r| r % MONTHS),
                column(&total, &|_| 0),
            ];
            for at in 0..3 {
                columns.push(Arc::new(figures.iter().map(|row| row[at]).collect::<Float64Array>()));
            }
            for at in 0..3 {
                columns.push(Arc::new(figures.iter().map(|row| Some(status(row, at) as u8)).collect::<UInt8Array>()));
            }
            RecordBatch::try_new(observation_schema(), columns).expect("columns of the lake's schema")
        })
        .collect()
}
