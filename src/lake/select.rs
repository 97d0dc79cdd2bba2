//! Reading the lake: the rows in force on a day.

use std::collections::HashMap;

use arrow::array::{AsArray, BooleanArray, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, filter_record_batch, take_record_batch};
use arrow::datatypes::UInt32Type;
use chrono::NaiveDate;
use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::lake::order::{self, Coded};
use crate::lake::store::{Held, Key, keys};
use crate::lake::{Lake, bridge, file, schema};
use crate::model::text::TextHash;
use crate::model::{Error, Row, Table};

/// Says of each row of a batch, by its key columns alone, whether it is wanted.
type Wanted<'a> = &'a (dyn Fn(&RecordBatch) -> Result<Vec<bool>, Error> + Sync);

impl Lake {
    /// The rows of a table in force on a day: of those received by then, the latest of each key. In order of key; rows about
    /// single children in order of submission and place in the source, since their keys are hashes.
    ///
    /// # Errors
    /// [`Error::State`] naming a damaged file.
    pub fn rows(&self, table: Table, as_of: NaiveDate) -> Result<Vec<Row>, Error> {
        schema::decode(table, &self.in_order(table, as_of, &|b| Ok(vec![true; b.num_rows()]))?, table.as_str())
    }

    /// Rows of the performance table in force on a day whose agency, indicator and locality `filter` takes.
    ///
    /// # Errors
    /// [`Error::State`] naming a damaged file.
    pub fn performance_rows(
        &self,
        filter: impl Fn(&str, &str, &str) -> bool + Sync,
        as_of: NaiveDate,
    ) -> Result<Vec<Row>, Error> {
        let table = Table::Performance;
        let wanted = |batch: &RecordBatch| {
            let [agency, indicator, locality] =
                ["agency", "indicator", "locality"].map(|name| schema::text_column(batch, name, table.as_str()));
            let (agency, indicator, locality) = (agency?, indicator?, locality?);
            let text = schema::text_at;
            let rows = 0..batch.num_rows();
            Ok(rows.map(|i| filter(text(agency, i), text(indicator, i), text(locality, i))).collect())
        };
        schema::decode(table, &self.in_order(table, as_of, &wanted)?, table.as_str())
    }

    /// The rows of a table in force on a day as a Polars frame, with the columns of the lake's files and `board`, in the order
    /// of [`Lake::rows`].
    ///
    /// # Errors
    /// [`Error::State`] naming a damaged file.
    pub fn frame(&self, table: Table, as_of: NaiveDate) -> Result<DataFrame, Error> {
        let batch = self.in_order(table, as_of, &|b| Ok(vec![true; b.num_rows()]))?;
        bridge::frame(&[schema::with_board(&batch, &self.board)?])
    }

    /// The rows in force on a day, a batch a submission in order of receipt.
    pub(super) fn in_force(
        &self,
        table: Table,
        as_of: NaiveDate,
        columns: Option<&[&str]>,
        wanted: Wanted<'_>,
    ) -> Result<Vec<RecordBatch>, Error> {
        let seen = |h: &Held| self.seen.as_ref().is_none_or(|seen| seen.contains(&h.receipt.sha256));
        let known = |h: &Held| h.receipt.received_on <= as_of && seen(h);
        let held: Vec<_> = self.held(table)?.into_iter().filter(known).collect();
        let read: Vec<(RecordBatch, Vec<Key>)> = held
            .par_iter()
            .map(|held| {
                let batch = file::read(&held.full, columns)?;
                let wanted = BooleanArray::from(wanted(&batch)?);
                let batch = filter_record_batch(&batch, &wanted).map_err(|e| file::damaged(&held.full, e))?;
                let keys = keys(table, &batch, &held.full.display().to_string())?;
                Ok((batch, keys))
            })
            .collect::<Result<_, Error>>()?;
        let mut winners: HashMap<Key, usize, TextHash> = HashMap::default();
        for (at, (_, keys)) in read.iter().enumerate() {
            winners.extend(keys.iter().map(|key| (*key, at)));
        }
        read.iter()
            .enumerate()
            .map(|(at, (batch, keys))| {
                let mask: BooleanArray = keys.iter().map(|key| Some(winners.get(key) == Some(&at))).collect();
                filter_record_batch(batch, &mask).map_err(|e| file::damaged(&held[at].full, e))
            })
            .collect()
    }

    fn in_order(&self, table: Table, as_of: NaiveDate, wanted: Wanted<'_>) -> Result<RecordBatch, Error> {
        let arrow = |e: arrow::error::ArrowError| Error::state(table.as_str(), e.to_string(), file::MEND);
        let batch =
            concat_batches(&schema::schema(table), &self.in_force(table, as_of, None, wanted)?).map_err(arrow)?;
        let texts = |names: &[&str]| {
            names.iter().map(|name| schema::text_column(&batch, name, table.as_str())).collect::<Result<Vec<_>, _>>()
        };
        let order = if table.about_children() {
            let mut order: Vec<u32> = (0..batch.num_rows() as u32).collect();
            let origin = texts(&["submission", "source_sheet", "source_cell"])?;
            let number = batch.column_by_name("source_row").and_then(|c| c.as_primitive_opt::<UInt32Type>());
            let number = number.ok_or_else(|| Error::state(table.as_str(), "no column `source_row`", file::MEND))?;
            let text = |column: usize, at: u32| schema::text_at(origin[column], at as usize);
            // Rows of one submission keep the order of its file where the place says nothing.
            order.sort_by(|&a, &b| {
                let place = |i: u32| (text(0, i), number.value(i as usize), text(1, i), text(2, i));
                place(a).cmp(&place(b))
            });
            order
        } else {
            let keys: Vec<Coded<'_>> = texts(&schema::key_columns(table))?.into_iter().map(Coded::column).collect();
            order::joined(&keys, batch.num_rows())
        };
        take_record_batch(&batch, &UInt32Array::from(order)).map_err(arrow)
    }
}
