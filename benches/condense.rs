//! Condensing one board's five years: 0.7 million observations, sorted by series, a batch for about 65,000 of them.
//!
//! Made in memory by a fixed recurrence, the same on every machine. `LSCB_BENCH_ROWS` sets another number of rows.

use std::hint::black_box;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray, UInt8Array};
use arrow::datatypes::Int32Type;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lscb::condense::condense;
use lscb::lake::observation_schema;
use lscb::model::{Period, Status};
use lscb::spec::Reference;
use lscb::spec::reference::{
    Basis, Disclosure, Frequency, Indicator, Locality, Polarity, Population, Target, Unit, Validity,
};

const AGENCIES: usize = 15;
const LOCALITIES: usize = 8;
const MONTHS: usize = 60;
const ROWS_A_BATCH: usize = 65_536;

/// A county of seven districts, with indicators of every unit.
fn reference(indicators: usize) -> Reference {
    let place = |i: usize| Locality {
        locality: locality(i),
        name: locality(i),
        gss_code: String::new(),
        parent: if i == 0 { String::new() } else { locality(0) },
        valid: Validity::default(),
        extra: Default::default(),
    };
    let populations = (0..LOCALITIES).flat_map(|i| {
        (2009..=2014).map(move |year| Population {
            locality: locality(i),
            year,
            age_from: 0,
            age_to: 17,
            population: 15_000.0 + 1000.0 * i as f64,
            extra: Default::default(),
        })
    });
    Reference {
        localities: (0..LOCALITIES).map(place).collect(),
        populations: populations.collect(),
        indicators: (0..indicators).map(measure).collect(),
        targets: (0..indicators)
            .map(|i| Target {
                indicator: indicator(i),
                valid: Validity::default(),
                target: 0.5,
                tolerance: 0.1,
                extra: Default::default(),
            })
            .collect(),
        ..Reference::default()
    }
}

fn measure(i: usize) -> Indicator {
    Indicator {
        indicator: indicator(i),
        name: indicator(i),
        theme: "neglect".to_owned(),
        agency: String::new(),
        unit: [Unit::Proportion, Unit::Rate, Unit::Count][i % 3],
        numerator_label: String::new(),
        denominator_label: String::new(),
        multiplier: 10_000.0,
        frequency: Frequency::Monthly,
        polarity: [Polarity::HighIsGood, Polarity::LowIsGood][i % 2],
        minimum: None,
        maximum: None,
        description: String::new(),
        basis: Basis::Flow,
        population_from: 0,
        population_to: 17,
        disclosure: Disclosure::Children,
        extra: Default::default(),
    }
}

fn indicator(i: usize) -> String {
    format!("indicator-{i:03}")
}

fn locality(i: usize) -> String {
    format!("locality-{i}")
}

/// Observations in the lake's order: indicator, agency, locality, period. One in fifty is suppressed.
fn observations(rows: usize) -> Vec<RecordBatch> {
    let mut month = Period::Month(2010, 1);
    let mut months = Vec::new();
    for _ in 0..MONTHS {
        months.push(month.to_string());
        month = month.next();
    }
    let indicators = rows.div_ceil(AGENCIES * LOCALITIES * MONTHS);
    let dictionaries = [
        (0..AGENCIES).map(|i| format!("agency-{i:02}")).collect::<Vec<_>>(),
        (0..indicators).map(indicator).collect(),
        (0..LOCALITIES).map(locality).collect(),
        months,
        vec![String::new()],
    ]
    .map(|values| Arc::new(StringArray::from(values)));
    let mut turn = 42_u64;
    let mut next = move |below: u64| {
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (turn >> 33) % below
    };
    let all: Vec<usize> = (0..rows).collect();
    all.chunks(ROWS_A_BATCH)
        .map(|rows| {
            let code = |of: &dyn Fn(usize) -> usize| rows.iter().map(|&r| of(r) as i32).collect::<Int32Array>();
            let series = |r: usize| r / MONTHS;
            let codes = [
                code(&|r| series(r) / LOCALITIES % AGENCIES),
                code(&|r| series(r) / LOCALITIES / AGENCIES),
                code(&|r| series(r) % LOCALITIES),
                code(&|r| r % MONTHS),
                code(&|_| 0),
            ];
            let mut columns: Vec<ArrayRef> = Vec::new();
            for (codes, values) in codes.into_iter().zip(&dictionaries) {
                columns.push(Arc::new(DictionaryArray::<Int32Type>::new(codes, values.clone())));
            }
            let numerators: Vec<Option<f64>> = rows.iter().map(|_| (next(50) > 0).then(|| next(40) as f64)).collect();
            let status = |value: &Option<f64>| match value {
                None => Status::Suppressed as u8,
                Some(0.0) => Status::Zero as u8,
                Some(_) => Status::Value as u8,
            };
            let proportion = |r: &usize| (series(*r) / LOCALITIES / AGENCIES).is_multiple_of(3);
            let denominators: Vec<Option<f64>> = rows.iter().map(|r| proportion(r).then_some(60.0)).collect();
            let statuses: UInt8Array = numerators.iter().map(|n| Some(status(n))).collect();
            let given = |d: &Option<f64>| Some(if d.is_some() { Status::Value as u8 } else { Status::Missing as u8 });
            columns.push(Arc::new(Float64Array::from(numerators)));
            let denominator_statuses: UInt8Array = denominators.iter().map(given).collect();
            columns.push(Arc::new(Float64Array::from(denominators)));
            columns.push(Arc::new(Float64Array::from(vec![None; rows.len()])));
            columns.push(Arc::new(statuses));
            columns.push(Arc::new(denominator_statuses));
            columns.push(Arc::new(UInt8Array::from(vec![Status::Missing as u8; rows.len()])));
            RecordBatch::try_new(observation_schema(), columns).expect("columns of the lake's schema")
        })
        .collect()
}

fn bench(c: &mut Criterion) {
    let rows = std::env::var("LSCB_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(700_000);
    let batches = observations(rows);
    let reference = reference(rows.div_ceil(AGENCIES * LOCALITIES * MONTHS));
    let as_of = "2015-01-31".parse().expect("a day");
    let mut group = c.benchmark_group("condense");
    group.throughput(Throughput::Elements(rows as u64));
    group.sample_size(10);
    group.bench_with_input(BenchmarkId::from_parameter(rows), &batches, |b, batches| {
        b.iter(|| black_box(condense(batches, &reference, as_of)).expect("sound observations").len());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
