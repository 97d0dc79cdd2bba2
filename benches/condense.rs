//! Condensing one board's five years: 0.7 million observations, sorted by series, a batch for about 65,000 of them.

mod board;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lscb::condense::condense;

fn bench(criterion: &mut Criterion) {
    let (reference, rows) = (board::reference(), board::rows());
    let batches = board::observations(&reference, rows);
    let mut group = criterion.benchmark_group("condense");
    group.throughput(Throughput::Elements(rows as u64));
    group.sample_size(10);
    group.bench_with_input(BenchmarkId::from_parameter(rows), &batches, |b, batches| {
        b.iter(|| black_box(condense(batches, &reference, board::as_of())).expect("sound observations").len());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
