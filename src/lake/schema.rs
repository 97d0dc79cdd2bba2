//! Rows of a canonical table as Arrow columns, and back.
//!
//! A column of the table is text (ids, lists joined by `;`, periods, choices, keys), a day, or a number `v` as three columns:
//! `v` (nullable), `v_status` (a word of the data contract) and `v_marker` (the marker as sent, nullable). After them come
//! `extra` and where the row came from. An empty text is null. An empty number reads back as a missing one.
//!
//! `board` is no column of the file: readers that open a table by its folder take it from `board=<board>`, and pyarrow's two
//! ways of doing so disagree about its type, so that one of them would refuse a file that also holds it. The file's metadata
//! names it, and [`with_board`] adds it for a query.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, RecordBatch, StringArray, StringBuilder, UInt32Array,
};
use arrow::datatypes::{DataType, Date32Type, Field, Float64Type, Schema, SchemaRef, UInt32Type};
use chrono::NaiveDate;

use crate::model::row::Value;
use crate::model::text::{TextHash, shared};
use crate::model::{ColumnKind, Error, Number, Period, Provenance, Row, Status, Table};

/// The columns that say where a row came from, beside `source_row`.
const ORIGIN: [&str; 5] = ["extra", "submission", "source_file", "source_sheet", "source_cell"];

/// The file columns of a table.
pub fn schema(table: Table) -> SchemaRef {
    let mut fields = Vec::new();
    for column in table.columns() {
        let name = column.name;
        match column.kind {
            ColumnKind::Number => {
                fields.push(Field::new(name, DataType::Float64, true));
                fields.push(Field::new(format!("{name}_status"), DataType::Utf8, false));
                fields.push(Field::new(format!("{name}_marker"), DataType::Utf8, true));
            }
            ColumnKind::Date => fields.push(Field::new(name, DataType::Date32, true)),
            _ => fields.push(Field::new(name, DataType::Utf8, true)),
        }
    }
    fields.extend(ORIGIN.map(|name| Field::new(name, DataType::Utf8, false)));
    fields.push(Field::new("source_row", DataType::UInt32, false));
    Arc::new(Schema::new(fields))
}

/// A batch with the column `board` after `extra`.
///
/// # Errors
/// [`Error::State`] for a batch without `extra`.
pub fn with_board(batch: &RecordBatch, board: &str) -> Result<RecordBatch, Error> {
    let schema = batch.schema();
    let at = schema.index_of("extra").map_err(|_| absent("lake", "extra"))? + 1;
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    fields.insert(at, Arc::new(Field::new("board", DataType::Utf8, false)));
    let mut columns = batch.columns().to_vec();
    columns.insert(at, Arc::new(StringArray::from(vec![board; batch.num_rows()])));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(|e| Error::state("lake", e.to_string(), super::file::MEND))
}

/// The names of a table's key columns; all of them are text.
pub fn key_columns(table: Table) -> Vec<&'static str> {
    table.columns().iter().filter(|c| c.key).map(|c| c.name).collect()
}

/// Rows as one batch.
///
/// # Errors
/// [`Error::State`] where a value is not of its column's kind, which is a mistake of ours.
pub fn encode(table: Table, rows: &[&Row]) -> Result<RecordBatch, Error> {
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (i, column) in table.columns().iter().enumerate() {
        let values = || rows.iter().map(move |row| row.values.get(i).unwrap_or(&Value::Empty));
        let misfit = |value: &Value| {
            Error::state(
                format!("table {}, column {}", table.as_str(), column.name),
                format!("`{value}` is not of the column's kind"),
                "This is a mistake of the program; please report it.",
            )
        };
        match column.kind {
            ColumnKind::Number => {
                let missing = Number::missing();
                let numbers: Vec<&Number> = values()
                    .map(|v| match v {
                        Value::Number(number) => Ok(number),
                        Value::Empty => Ok(&missing),
                        other => Err(misfit(other)),
                    })
                    .collect::<Result<_, _>>()?;
                columns.push(Arc::new(numbers.iter().map(|n| n.value).collect::<Float64Array>()));
                columns.push(Arc::new(numbers.iter().map(|n| Some(n.status.as_str())).collect::<StringArray>()));
                columns.push(Arc::new(numbers.iter().map(|n| n.marker.as_deref()).collect::<StringArray>()));
            }
            ColumnKind::Date => {
                let days = values().map(|v| match v {
                    Value::Date(day) => Ok(Some(Date32Type::from_naive_date(*day))),
                    Value::Empty => Ok(None),
                    other => Err(misfit(other)),
                });
                columns.push(Arc::new(days.collect::<Result<Date32Array, _>>()?));
            }
            _ => {
                let mut texts = StringBuilder::with_capacity(rows.len(), 8 * rows.len());
                let mut periods: HashMap<Period, String, TextHash> = HashMap::default();
                for value in values() {
                    match value {
                        Value::Text(text) if !text.is_empty() => texts.append_value(text.as_str()),
                        Value::Text(_) | Value::Empty => texts.append_null(),
                        Value::Period(period) => {
                            texts.append_value(periods.entry(*period).or_insert_with(|| period.to_string()));
                        }
                        Value::Ids(_) => texts.append_option(Some(value.to_string()).filter(|t| !t.is_empty())),
                        Value::Date(_) | Value::Number(_) => return Err(misfit(value)),
                    }
                }
                columns.push(Arc::new(texts.finish()));
            }
        }
    }
    let text = |of: fn(&Row) -> &str| Arc::new(rows.iter().map(|r| Some(of(r))).collect::<StringArray>()) as ArrayRef;
    columns.push(text(|r| &r.extra));
    columns.push(text(|r| &r.provenance.submission));
    columns.push(text(|r| &r.provenance.source_file));
    columns.push(text(|r| &r.provenance.source_sheet));
    columns.push(text(|r| &r.provenance.source_cell));
    columns.push(Arc::new(rows.iter().map(|r| r.provenance.source_row).collect::<UInt32Array>()));
    RecordBatch::try_new(schema(table), columns).map_err(|e| {
        Error::state(
            format!("table {}", table.as_str()),
            e.to_string(),
            "This is a mistake of the program; please report it.",
        )
    })
}

/// The rows of a batch. `place` names the file in an error.
///
/// # Errors
/// [`Error::State`] where a column is absent or holds what no writer of ours wrote.
pub fn decode(table: Table, batch: &RecordBatch, place: &str) -> Result<Vec<Row>, Error> {
    let count = batch.num_rows();
    let mut rows: Vec<Row> = (0..count).map(|_| Row::empty(table, Provenance::default())).collect();
    for (i, column) in table.columns().iter().enumerate() {
        let name = column.name;
        match column.kind {
            ColumnKind::Number => {
                let values = number_column(batch, name, place)?;
                let statuses = text_column(batch, &format!("{name}_status"), place)?;
                let markers = text_column(batch, &format!("{name}_marker"), place)?;
                for (at, row) in rows.iter_mut().enumerate() {
                    let word = statuses.value(at);
                    let status = Status::parse(word).ok_or_else(|| odd(place, &format!("{name}_status"), word))?;
                    let value = values.is_valid(at).then(|| values.value(at));
                    let marker = markers.is_valid(at).then(|| markers.value(at).to_owned());
                    row.values[i] = Value::Number(Number { value, status, marker });
                }
            }
            ColumnKind::Date => {
                let days = batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<Date32Type>());
                let days = days.ok_or_else(|| absent(place, name))?;
                for (at, row) in rows.iter_mut().enumerate().filter(|(at, _)| days.is_valid(*at)) {
                    row.values[i] = Value::Date(day(days.value(at)).ok_or_else(|| odd(place, name, "a day"))?);
                }
            }
            kind => {
                let texts = text_column(batch, name, place)?;
                for (at, row) in rows.iter_mut().enumerate().filter(|(at, _)| texts.is_valid(*at)) {
                    let text = texts.value(at);
                    row.values[i] = match kind {
                        ColumnKind::Ids(_) => Value::Ids(text.split(';').map(str::to_owned).collect()),
                        ColumnKind::Period => Value::Period(Period::parse(text).ok_or_else(|| odd(place, name, text))?),
                        _ => Value::Text(shared(text)),
                    };
                }
            }
        }
    }
    let [extra, submission, file, sheet, cell] = ORIGIN.map(|name| text_column(batch, name, place));
    let (extra, submission, file, sheet, cell) = (extra?, submission?, file?, sheet?, cell?);
    let numbers = batch.column_by_name("source_row").and_then(|c| c.as_primitive_opt::<UInt32Type>());
    let numbers = numbers.ok_or_else(|| absent(place, "source_row"))?;
    for (at, row) in rows.iter_mut().enumerate() {
        row.extra = extra.value(at).to_owned();
        row.provenance = Provenance {
            submission: shared(submission.value(at)),
            source_file: shared(file.value(at)),
            source_sheet: shared(sheet.value(at)),
            source_cell: shared(cell.value(at)),
            source_row: numbers.value(at),
        };
    }
    Ok(rows)
}

/// A text column of a batch by name.
pub fn text_column<'a>(batch: &'a RecordBatch, name: &str, place: &str) -> Result<&'a StringArray, Error> {
    batch.column_by_name(name).and_then(|c| c.as_string_opt::<i32>()).ok_or_else(|| absent(place, name))
}

/// A number column of a batch by name.
pub fn number_column<'a>(batch: &'a RecordBatch, name: &str, place: &str) -> Result<&'a Float64Array, Error> {
    batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<Float64Type>()).ok_or_else(|| absent(place, name))
}

/// The text at a row; empty for null.
pub fn text_at(column: &StringArray, row: usize) -> &str {
    if column.is_valid(row) { column.value(row) } else { "" }
}

fn day(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days)
}

fn absent(place: &str, column: &str) -> Error {
    Error::state(place, format!("no column `{column}` of the kind that the lake writes"), super::file::MEND)
}

fn odd(place: &str, column: &str, found: &str) -> Error {
    Error::state(place, format!("column `{column}` holds `{found}`, which the lake never writes"), super::file::MEND)
}
