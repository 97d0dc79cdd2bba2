//! Observations to series: every figure with its value, interval, limits, target and comparator.
//!
//! The only step whose cost grows with the rows of the lake: one parallel pass over Arrow columns that lie sorted by series.
//! Nothing here looks at a row as a whole; what follows works on series.

mod board;
mod columns;
mod judge;
mod limits;
mod lookup;
mod point;

pub use board::board_locality;

use arrow::array::RecordBatch;
use chrono::NaiveDate;
use rayon::prelude::*;

use crate::condense::columns::{Columns, Span};
use crate::condense::lookup::Lookup;
use crate::condense::point::Raw;
use crate::model::{Error, Series};
use crate::spec::Reference;
use crate::spec::reference::Indicator;

/// The series of the totals among `observations`, in order of agency, indicator and locality, and the board-wide series that
/// are summed from leaves where an agency gave none of its own.
///
/// Batches have the columns of the lake's observations and should lie sorted by series; a series that is spread over batches,
/// or out of order, is only slower. Breakdowns and indicators that the reference no longer lists are passed over.
///
/// # Errors
/// [`Error::State`] for a batch that lacks a column or holds what the lake never writes.
pub fn condense(
    observations: &[RecordBatch],
    reference: &Reference,
    as_of: NaiveDate,
) -> Result<Vec<Series>, Error> {
    let lookup = Lookup::new(reference, as_of);
    let columns: Vec<Columns<'_>> = observations.par_iter().map(Columns::of).collect::<Result<_, _>>()?;
    let mut spans: Vec<(Key<'_>, usize, Span)> = columns
        .par_iter()
        .enumerate()
        .flat_map_iter(|(batch, columns)| columns.spans().into_iter().map(move |span| (columns.key(span), batch, span)))
        .collect();
    spans.par_sort_unstable_by(|a, b| (a.0, a.1, a.2.start).cmp(&(b.0, b.1, b.2.start)));
    let groups: Vec<&[(Key<'_>, usize, Span)]> = spans.chunk_by(|a, b| a.0 == b.0).collect();
    let mut series: Vec<Series> = groups
        .into_par_iter()
        .filter_map(|spans| {
            let key = spans[0].0;
            let indicator = lookup.indicator(key.indicator)?;
            let raw = spans.iter().try_fold(Vec::new(), |mut raw, (_, batch, span)| {
                columns[*batch].read(*span, &mut raw)?;
                Ok(raw)
            });
            Some(raw.map(|raw| finish(&lookup, indicator, key, raw, 0)))
        })
        .collect::<Result<_, Error>>()?;
    board::add(&mut series, &lookup);
    Ok(series)
}

/// What a series is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    agency: &'a str,
    indicator: &'a str,
    locality: &'a str,
}

/// A series of its figures, in any order. `summed` tells how many of the periods were summed from leaves.
fn finish(lookup: &Lookup<'_>, indicator: &Indicator, key: Key<'_>, mut raw: Vec<Raw>, summed: usize) -> Series {
    raw.sort_by_key(|r| r.period);
    let mut series = Series {
        agency: key.agency.to_owned(),
        indicator: key.indicator.to_owned(),
        locality: key.locality.to_owned(),
        points: Vec::with_capacity(raw.len()),
        target: None,
        target_status: "",
        comparator: None,
        variation: None,
        assurance: Default::default(),
        notes: Vec::new(),
    };
    if summed > 0 {
        series.notes.push(format!("summed from its parts for {summed} of {} periods", raw.len()));
    }
    point::fill(&mut series, indicator, lookup.population(key.locality), &raw);
    judge::judge(&mut series, indicator, lookup);
    limits::draw(&mut series, indicator);
    series
}
