//! The rebuildable copy of performance that condense and other engines read: dictionary-coded and sorted by series.
//!
//! `lake/observations/board=<board>/part-*.parquet`, and beside it `_current`, which says what it was made from and what its
//! bytes are: where either does not agree, the copy is made anew from the performance files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray, UInt8Array};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use chrono::NaiveDate;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::lake::atomic::{remove_file, write_atomically};
use crate::lake::store::parquet_files;
use crate::lake::{Lake, file, schema};
use crate::model::{Error, Period, Status, Table};

/// The coded columns, in the order in which they stand in the file.
const CODED: [&str; 5] = ["agency", "indicator", "locality", "period", "breakdown"];
/// The numbers; each has its status beside it.
const NUMBERS: [&str; 3] = ["numerator", "denominator", "value"];
/// A row group closes at the first series that ends after so many rows: small enough to be read in parallel, large enough
/// that a dictionary pays.
const GROUP_ROWS: usize = 65_536;
/// So many row groups a part.
const PART_GROUPS: usize = 64;

/// The columns: agency, indicator, locality, period, breakdown (dictionaries of text), then numerator, denominator, value
/// (nullable), then the status of each as its place in [`Status::ALL`].
pub fn observation_schema() -> SchemaRef {
    let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let mut fields: Vec<Field> = CODED.iter().map(|name| Field::new(*name, coded.clone(), false)).collect();
    fields.extend(NUMBERS.iter().map(|name| Field::new(*name, DataType::Float64, true)));
    fields.extend(NUMBERS.iter().map(|name| Field::new(format!("{name}_status"), DataType::UInt8, false)));
    Arc::new(Schema::new(fields))
}

/// What the copy was made from, and what it is.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Current {
    version: u32,
    /// SHA-256 over the content hashes of the performance files.
    inputs: String,
    /// SHA-256 of each part.
    parts: BTreeMap<String, String>,
}

const VERSION: u32 = 1;

impl Lake {
    /// Observations of performance in force on a day, sorted by indicator, agency, locality, breakdown and period, a batch a
    /// row group: from the copy where it is current, else made anew.
    ///
    /// # Errors
    /// [`Error::State`] naming a damaged lake file. A damaged copy is made anew.
    pub fn observations(&self, as_of: NaiveDate) -> Result<Vec<RecordBatch>, Error> {
        if self.seen.is_none()
            && let Some(parts) = self.current_parts(&self.inputs(as_of)?)
            && let Ok(batches) = read_parts(&parts)
        {
            return Ok(batches);
        }
        self.build_observations(as_of)
    }

    /// Writes the copy for a day, unless it is current, and gives the day's [`Lake::observations`]. A day that sees the same
    /// submissions has the same copy.
    ///
    /// # Errors
    /// [`Error::State`] naming a damaged lake file, [`Error::Io`] for a failed system call.
    pub fn compact(&self, as_of: NaiveDate) -> Result<Vec<RecordBatch>, Error> {
        let inputs = self.inputs(as_of)?;
        if let Some(parts) = self.current_parts(&inputs)
            && let Ok(batches) = read_parts(&parts)
        {
            return Ok(batches);
        }
        let folder = self.observations_folder();
        let batches = self.build_observations(as_of)?;
        let mut parts = BTreeMap::new();
        for (number, batches) in batches.chunks(PART_GROUPS).enumerate() {
            let name = format!("part-{number:04}.parquet");
            write_part(&folder.join(&name), batches)?;
            parts.insert(name.clone(), sha256(&folder.join(&name))?);
        }
        for path in parquet_files(&folder)? {
            if path.file_name().and_then(|n| n.to_str()).is_none_or(|n| !parts.contains_key(n)) {
                remove_file(&path)?;
            }
        }
        let current = Current { version: VERSION, inputs, parts };
        let path = folder.join("_current");
        let text = serde_json::to_string_pretty(&current)
            .map_err(|e| Error::state(path.display().to_string(), e.to_string(), file::DISK))?;
        write_atomically(&path, |out| out.write_all(text.as_bytes()).map_err(|e| Error::io(&path, "write", e)))?;
        Ok(batches)
    }

    /// `lake/observations/board=<board>`
    fn observations_folder(&self) -> PathBuf {
        self.data.join("lake/observations").join(format!("board={}", self.board))
    }

    /// A hash of what the copy of a day is made from.
    fn inputs(&self, as_of: NaiveDate) -> Result<String, Error> {
        let mut hash = Sha256::new();
        for held in self.held(Table::Performance)?.iter().filter(|h| h.receipt.received_on <= as_of) {
            hash.update(&held.check);
            hash.update("\n");
        }
        Ok(hex(hash))
    }

    /// The parts of the copy, if it was made from these inputs and its bytes are those that were written.
    fn current_parts(&self, inputs: &str) -> Option<Vec<PathBuf>> {
        let folder = self.observations_folder();
        let text = fs::read_to_string(folder.join("_current")).ok()?;
        let current: Current = serde_json::from_str(&text).ok()?;
        let whole = |(name, hash): (&String, &String)| sha256(&folder.join(name)).is_ok_and(|found| found == *hash);
        let current_one = current.version == VERSION && current.inputs == inputs && current.parts.iter().all(whole);
        current_one.then(|| current.parts.keys().map(|name| folder.join(name)).collect())
    }

    fn build_observations(&self, as_of: NaiveDate) -> Result<Vec<RecordBatch>, Error> {
        let statuses = NUMBERS.map(|name| format!("{name}_status"));
        let columns: Vec<&str> = CODED.into_iter().chain(NUMBERS).chain(statuses.iter().map(String::as_str)).collect();
        let all = |batch: &RecordBatch| Ok(vec![true; batch.num_rows()]);
        let batches = self.in_force(Table::Performance, as_of, Some(&columns), &all)?;
        sorted(&batches)
    }
}

/// A column as codes into sorted values.
struct Coded {
    codes: Vec<u32>,
    values: Vec<String>,
}

/// Performance batches of the lake as observations, sorted, a batch a row group.
fn sorted(batches: &[RecordBatch]) -> Result<Vec<RecordBatch>, Error> {
    let place = Table::Performance.as_str();
    let coded = CODED.iter().map(|name| code(batches, name, place)).collect::<Result<Vec<_>, _>>()?;
    let [agency, indicator, locality, period, breakdown] = [0, 1, 2, 3, 4].map(|i| &coded[i].codes);
    let rows = agency.len();
    let mut order: Vec<u32> = (0..rows as u32).collect();
    order.par_sort_unstable_by_key(|&i| {
        let i = i as usize;
        (indicator[i], agency[i], locality[i], breakdown[i], period[i])
    });
    let series = |i: u32| {
        let i = i as usize;
        (indicator[i], agency[i], locality[i], breakdown[i])
    };
    let mut numbers = Vec::new();
    for name in NUMBERS {
        numbers.push(number(batches, name, place)?);
    }
    let dictionaries: Vec<Arc<StringArray>> =
        coded.iter().map(|c| Arc::new(c.values.iter().map(Some).collect::<StringArray>())).collect();
    groups(&order, series)
        .par_iter()
        .map(|rows| {
            let mut columns: Vec<ArrayRef> = Vec::new();
            for (column, dictionary) in coded.iter().zip(&dictionaries) {
                let keys: Int32Array = rows.iter().map(|&i| column.codes[i as usize] as i32).collect();
                columns.push(Arc::new(DictionaryArray::<Int32Type>::new(keys, dictionary.clone())));
            }
            for (values, _) in &numbers {
                columns.push(Arc::new(rows.iter().map(|&i| values[i as usize]).collect::<Float64Array>()));
            }
            for (_, statuses) in &numbers {
                columns.push(Arc::new(rows.iter().map(|&i| statuses[i as usize]).collect::<UInt8Array>()));
            }
            RecordBatch::try_new(observation_schema(), columns)
                .map_err(|e| Error::state(place, e.to_string(), "This is a mistake of the program; please report it."))
        })
        .collect()
}

/// Cuts sorted rows where a series ends, after [`GROUP_ROWS`] rows or a few more.
fn groups<S: PartialEq>(order: &[u32], series: impl Fn(u32) -> S) -> Vec<&[u32]> {
    let mut groups = Vec::new();
    let mut rest = order;
    while rest.len() > GROUP_ROWS {
        let last = series(rest[GROUP_ROWS - 1]);
        let more = rest[GROUP_ROWS..].iter().take_while(|&&i| series(i) == last).count();
        let (group, after) = rest.split_at(GROUP_ROWS + more);
        groups.push(group);
        rest = after;
    }
    if !rest.is_empty() {
        groups.push(rest);
    }
    groups
}

/// Codes a text column over all batches; periods in order of time, all else in order of text.
fn code(batches: &[RecordBatch], name: &str, place: &str) -> Result<Coded, Error> {
    let columns = batches.iter().map(|batch| schema::text_column(batch, name, place)).collect::<Result<Vec<_>, _>>()?;
    let locals: Vec<(Vec<u32>, Vec<&str>)> = columns.par_iter().map(|column| local(column)).collect();
    let distinct: BTreeSet<&str> = locals.iter().flat_map(|(_, values)| values.iter().copied()).collect();
    let mut values: Vec<&str> = distinct.into_iter().collect();
    if name == "period" {
        if let Some(odd) = values.iter().find(|v| Period::parse(v).is_none()) {
            return Err(Error::state(place, format!("`{odd}` is no period"), file::MEND));
        }
        values.sort_by_key(|v| Period::parse(v));
    }
    let codes: HashMap<&str, u32> = values.iter().enumerate().map(|(i, v)| (*v, i as u32)).collect();
    let mut all = Vec::with_capacity(locals.iter().map(|(codes, _)| codes.len()).sum());
    for (local, words) in &locals {
        let global: Vec<u32> = words.iter().map(|w| codes[w]).collect();
        all.extend(local.iter().map(|i| global[*i as usize]));
    }
    Ok(Coded { codes: all, values: values.into_iter().map(str::to_owned).collect() })
}

/// The codes of one batch's column, by first appearance.
fn local(column: &StringArray) -> (Vec<u32>, Vec<&str>) {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let mut values = Vec::new();
    let codes = (0..column.len()).map(|row| {
        let text = schema::text_at(column, row);
        *seen.entry(text).or_insert_with(|| {
            values.push(text);
            values.len() as u32 - 1
        })
    });
    (codes.collect(), values)
}

/// A number column over all batches, and its statuses by place in [`Status::ALL`].
fn number(batches: &[RecordBatch], name: &str, place: &str) -> Result<(Vec<Option<f64>>, Vec<u8>), Error> {
    let (mut values, mut statuses) = (Vec::new(), Vec::new());
    for batch in batches {
        values.extend(schema::number_column(batch, name, place)?.iter());
        for word in schema::text_column(batch, &format!("{name}_status"), place)? {
            let status = word.and_then(Status::parse);
            let status = status.ok_or_else(|| Error::state(place, format!("`{word:?}` is no status"), file::MEND))?;
            statuses.push(status as u8);
        }
    }
    Ok((values, statuses))
}

fn write_part(path: &Path, batches: &[RecordBatch]) -> Result<(), Error> {
    let failed = |e: parquet::errors::ParquetError| Error::state(path.display().to_string(), e.to_string(), file::DISK);
    let properties = file::properties().set_max_row_group_row_count(None).build();
    write_atomically(path, |out| {
        let mut writer = ArrowWriter::try_new(out, observation_schema(), Some(properties)).map_err(failed)?;
        for batch in batches {
            writer.write(batch).map_err(failed)?;
            writer.flush().map_err(failed)?;
        }
        writer.close().map_err(failed)?;
        Ok(())
    })
}

/// Reads row groups in parallel, one batch each.
fn read_parts(parts: &[PathBuf]) -> Result<Vec<RecordBatch>, Error> {
    let mut tasks = Vec::new();
    for path in parts {
        let opened = File::open(path).map_err(|e| Error::io(path, "open", e))?;
        let metadata = file::guarded(path, || {
            ArrowReaderMetadata::load(&opened, Default::default()).map_err(|e| file::damaged(path, e))
        })?;
        tasks.extend((0..metadata.metadata().num_row_groups()).map(|group| (path, metadata.clone(), group)));
    }
    tasks.par_iter().map(|(path, metadata, group)| read_group(path, metadata, *group)).collect()
}

fn read_group(path: &Path, metadata: &ArrowReaderMetadata, group: usize) -> Result<RecordBatch, Error> {
    file::guarded(path, || {
        let opened = File::open(path).map_err(|e| Error::io(path, "open", e))?;
        let rows = usize::try_from(metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata.clone())
            .with_row_groups(vec![group])
            .with_batch_size(rows.clamp(1, 4 * GROUP_ROWS))
            .build()
            .map_err(|e| file::damaged(path, e))?;
        let mut batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|e| file::damaged(path, e))?;
        match batches.len() {
            1 => Ok(batches.remove(0)),
            _ => concat_batches(&observation_schema(), &batches).map_err(|e| file::damaged(path, e)),
        }
    })
}

fn sha256(path: &Path) -> Result<String, Error> {
    let failed = |e| Error::io(path, "read", e);
    let mut file = File::open(path).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok(hex(hash)),
            read => hash.update(&buffer[..read]),
        }
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::{Float64Type, UInt8Type};

    use super::*;
    use crate::lake::testing::{day, figure, filled, lake, receipt};
    use crate::model::row::Value;
    use crate::model::{Number, Row};

    /// Every observation as text, in order.
    fn lines(batches: &[RecordBatch]) -> Vec<String> {
        let mut lines = Vec::new();
        for batch in batches {
            for row in 0..batch.num_rows() {
                let mut cells = Vec::new();
                for name in ["indicator", "agency", "locality", "breakdown", "period"] {
                    let column = batch.column_by_name(name).unwrap().as_dictionary::<Int32Type>();
                    let values = column.values().as_string::<i32>();
                    cells.push(values.value(column.keys().value(row) as usize).to_owned());
                }
                for name in NUMBERS {
                    let values = batch.column_by_name(name).unwrap().as_primitive::<Float64Type>();
                    let status = batch.column_by_name(&format!("{name}_status")).unwrap().as_primitive::<UInt8Type>();
                    let value = values.is_valid(row).then(|| values.value(row));
                    cells.push(format!("{value:?} {}", Status::ALL[status.value(row) as usize].as_str()));
                }
                lines.push(cells.join(", "));
            }
        }
        lines
    }

    #[test]
    fn sorted_by_series_and_the_copy_agrees_with_the_files() {
        let (_folder, lake) = lake();
        let mut rows: Vec<Row> = (0..18).map(|n| filled(Table::Performance, n)).collect();
        for (period, n) in [("2014-10", 3.0), ("2014-02", 1.0), ("2013/14", 2.0)] {
            rows.push(figure("s1", period, n));
        }
        let mut part = figure("s1", "2014-02", 1.0);
        part.set("breakdown", Value::Text("sex=f".into()));
        part.set("numerator", Value::Number(Number::marked(Status::Suppressed, "c")));
        rows.push(part);
        lake.put(&receipt("s1", "2014-05-01"), &rows).unwrap();
        let made = lines(&lake.observations(day("2014-06-01")).unwrap());
        let one: Vec<&String> = made.iter().filter(|l| l.starts_with("missing")).collect();
        let rest = "None missing, None missing";
        assert_eq!(
            one,
            [
                &format!("missing, police, corby, , 2014-02, Some(1.0) value, {rest}"),
                &format!("missing, police, corby, , 2013/14, Some(2.0) value, {rest}"),
                &format!("missing, police, corby, , 2014-10, Some(3.0) value, {rest}"),
                &format!("missing, police, corby, sex=f, 2014-02, None suppressed, {rest}"),
            ],
            "a period stands by its last day, a breakdown after the total"
        );
        lake.compact(day("2014-06-01")).unwrap();
        let part = lake.observations_folder().join("part-0000.parquet");
        let bytes = fs::read(&part).unwrap();
        assert_eq!(lines(&lake.observations(day("2014-06-01")).unwrap()), made);
        assert_eq!(lines(&lake.observations(day("2014-06-02")).unwrap()), made, "another day, the same submissions");
        assert_eq!(lake.observations(day("2014-04-30")).unwrap(), Vec::<RecordBatch>::new(), "an earlier world");

        fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
        assert_eq!(lines(&lake.observations(day("2014-06-01")).unwrap()), made, "a damaged copy is made anew");
        lake.compact(day("2014-06-01")).unwrap();
        assert_eq!(fs::read(&part).unwrap(), bytes, "and has the same bytes");

        lake.put(&receipt("s2", "2014-05-02"), &[figure("s2", "2014-10", 9.0)]).unwrap();
        let after = lines(&lake.observations(day("2014-06-01")).unwrap());
        assert_eq!(after.len(), made.len());
        assert!(after.contains(&format!("missing, police, corby, , 2014-10, Some(9.0) value, {rest}")), "{after:?}");
    }

    #[test]
    fn groups_end_where_a_series_ends() {
        // Series of 1000 rows: the first group closes at 66,000, the first multiple of 1000 from 65,536.
        let order: Vec<u32> = (0..150_000).collect();
        let lengths: Vec<usize> = groups(&order, |i| i / 1000).iter().map(|g| g.len()).collect();
        assert_eq!(lengths, [66_000, 66_000, 18_000]);
        assert_eq!(groups(&order[..0], |i| i), Vec::<&[u32]>::new());
    }
}
