//! The columns of a batch of observations, and the runs of rows of one series in it.

use arrow::array::{Array, AsArray, Float64Array, PrimitiveArray, RecordBatch, StringArray, UInt8Array};
use arrow::datatypes::{ArrowPrimitiveType, Float64Type, Int32Type, UInt8Type};

use crate::condense::Key;
use crate::condense::point::Raw;
use crate::model::series::Figure;
use crate::model::{Error, Period, Status};

/// Rows `start..end` of a batch, all totals of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
}

/// The columns of a batch, each of the kind that the lake writes.
pub(super) struct Columns<'a> {
    agency: Coded<'a>,
    indicator: Coded<'a>,
    locality: Coded<'a>,
    /// Whether a breakdown's code is the empty text, so that the row is a total.
    total: Vec<bool>,
    breakdown: &'a [i32],
    /// The period of each code.
    periods: Vec<Period>,
    period: &'a [i32],
    numerator: Numbers<'a>,
    denominator: Numbers<'a>,
    value: Numbers<'a>,
}

/// A text column as codes into its values.
struct Coded<'a> {
    codes: &'a [i32],
    values: &'a StringArray,
}

struct Numbers<'a> {
    values: &'a Float64Array,
    statuses: &'a UInt8Array,
}

impl<'a> Columns<'a> {
    /// The columns of a batch.
    pub fn of(batch: &'a RecordBatch) -> Result<Self, Error> {
        let breakdown = coded(batch, "breakdown")?;
        let period = coded(batch, "period")?;
        let periods = period.values.iter().map(|text| {
            let text = text.unwrap_or_default();
            Period::parse(text).ok_or_else(|| odd(&format!("`{text}` is no period")))
        });
        Ok(Self {
            agency: coded(batch, "agency")?,
            indicator: coded(batch, "indicator")?,
            locality: coded(batch, "locality")?,
            total: breakdown.values.iter().map(|text| text.unwrap_or_default().is_empty()).collect(),
            breakdown: breakdown.codes,
            periods: periods.collect::<Result<_, _>>()?,
            period: period.codes,
            numerator: numbers(batch, "numerator")?,
            denominator: numbers(batch, "denominator")?,
            value: numbers(batch, "value")?,
        })
    }

    /// The runs of neighbouring totals of one series.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut last = None;
        for row in 0..self.breakdown.len() {
            let codes = (self.agency.codes[row], self.indicator.codes[row], self.locality.codes[row]);
            let of = self.total[self.breakdown[row] as usize].then_some(codes);
            match (of, spans.last_mut()) {
                (Some(_), Some(span)) if of == last => span.end = row + 1,
                (Some(_), _) => spans.push(Span { start: row, end: row + 1 }),
                (None, _) => {}
            }
            last = of;
        }
        spans
    }

    /// What a span's series is of.
    pub fn key(&self, span: Span) -> Key<'a> {
        let text = |column: &Coded<'a>| column.values.value(column.codes[span.start] as usize);
        Key { agency: text(&self.agency), indicator: text(&self.indicator), locality: text(&self.locality) }
    }

    /// Appends the figures of a span.
    pub fn read(&self, span: Span, raw: &mut Vec<Raw>) -> Result<(), Error> {
        raw.reserve(span.end - span.start);
        for row in span.start..span.end {
            raw.push(Raw {
                period: self.periods[self.period[row] as usize],
                numerator: self.numerator.figure(row)?,
                denominator: self.denominator.figure(row)?,
                value: self.value.figure(row)?,
            });
        }
        Ok(())
    }
}

impl Numbers<'_> {
    fn figure(&self, row: usize) -> Result<Figure, Error> {
        let status = self.statuses.value(row);
        let status = *Status::ALL.get(usize::from(status)).ok_or_else(|| odd(&format!("{status} is no status")))?;
        Ok(Figure { value: self.values.is_valid(row).then(|| self.values.value(row)), status })
    }
}

fn coded<'a>(batch: &'a RecordBatch, name: &str) -> Result<Coded<'a>, Error> {
    let dictionary = batch.column_by_name(name).and_then(|c| c.as_dictionary_opt::<Int32Type>());
    let dictionary = dictionary.filter(|d| d.null_count() == 0).ok_or_else(|| absent(name))?;
    let values = dictionary.values().as_string_opt::<i32>().ok_or_else(|| absent(name))?;
    Ok(Coded { codes: dictionary.keys().values(), values })
}

fn numbers<'a>(batch: &'a RecordBatch, name: &str) -> Result<Numbers<'a>, Error> {
    let statuses = format!("{name}_status");
    Ok(Numbers { values: primitive::<Float64Type>(batch, name)?, statuses: primitive::<UInt8Type>(batch, &statuses)? })
}

fn primitive<'a, T: ArrowPrimitiveType>(batch: &'a RecordBatch, name: &str) -> Result<&'a PrimitiveArray<T>, Error> {
    batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<T>()).ok_or_else(|| absent(name))
}

fn absent(name: &str) -> Error {
    odd(&format!("there is no column `{name}` of the kind that the lake writes"))
}

fn odd(what: &str) -> Error {
    Error::state("lake/observations", what, "The folder is a copy: remove it, and the next run makes it anew.")
}
