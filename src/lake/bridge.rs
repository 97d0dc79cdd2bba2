//! From Arrow to Polars through the Arrow C Data Interface, without a copy. The only unsafe code of the program.

use std::mem::transmute;
use std::path::Path;

use arrow::array::{Array, ArrayRef, RecordBatch, make_array};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::DataType;
use arrow::ffi::to_ffi;
use polars::prelude::{Column, DataFrame, PlSmallStr, Series};
use polars_arrow::ffi::{ArrowArray, ArrowSchema, import_array_from_c, import_field_from_c};

use crate::lake::file::guarded;
use crate::model::Error;

/// Batches of one schema as a Polars frame. Dictionaries come as text, small integers as wider ones.
///
/// # Errors
/// [`Error::State`] for a kind of column that Polars does not take, which is a mistake of ours.
pub fn frame(batches: &[RecordBatch]) -> Result<DataFrame, Error> {
    let Some(first) = batches.first() else { return Ok(DataFrame::empty()) };
    let batch = concat_batches(&first.schema(), batches).map_err(failed)?;
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        columns.push(Column::from(series(field.name(), &plain(array)?)?));
    }
    DataFrame::new(batch.num_rows(), columns).map_err(failed)
}

/// An array of a kind that the build of Polars knows.
fn plain(array: &ArrayRef) -> Result<ArrayRef, Error> {
    let target = match array.data_type() {
        DataType::Dictionary(_, values) if **values == DataType::Utf8 => DataType::Utf8,
        DataType::UInt8 => DataType::UInt32,
        _ => return Ok(array.clone()),
    };
    cast(array, &target).map_err(failed)
}

fn series(name: &str, array: &ArrayRef) -> Result<Series, Error> {
    // An array that begins in the middle of its buffers is copied first: readers of the interface differ on offsets.
    let data = array.to_data();
    let data = if data.offset() == 0 {
        data
    } else {
        arrow::compute::take(&make_array(data), &all(array.len()), None).map_err(failed)?.to_data()
    };
    let (array, schema) = to_ffi(&data).map_err(failed)?;
    // SAFETY: both structs are `repr(C)` and declare the fields of the interface's ArrowArray, in its order, and nothing
    // else; `transmute` checks that the sizes agree, and moves, so that the release callback runs once, on the far side.
    let array = unsafe { transmute::<arrow::ffi::FFI_ArrowArray, ArrowArray>(array) };
    // SAFETY: as above, for the interface's ArrowSchema.
    let schema = unsafe { transmute::<arrow::ffi::FFI_ArrowSchema, ArrowSchema>(schema) };
    // SAFETY: the schema was exported above by arrow and has not been released.
    let field = unsafe { import_field_from_c(&schema) }.map_err(failed)?;
    // SAFETY: the array was exported above by arrow together with this schema, has not been released, and is moved in; its
    // buffers live until Polars calls its release callback.
    let array = unsafe { import_array_from_c(array, field.dtype) }.map_err(failed)?;
    Series::try_from((PlSmallStr::from(name), array)).map_err(failed)
}

/// The places 0 to n.
fn all(n: usize) -> arrow::array::UInt32Array {
    (0..n as u32).collect()
}

fn failed(e: impl std::fmt::Display) -> Error {
    Error::state(
        "the bridge from Arrow to Polars",
        e.to_string(),
        "This is a mistake of the program; please report it.",
    )
}

/// Runs Polars code that might panic: its panic is an error.
pub(super) fn without_panic<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    guarded(Path::new("query"), run)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Date32Array, DictionaryArray, Float64Array, StringArray, UInt8Array, UInt32Array};
    use arrow::datatypes::Int32Type;
    use polars::prelude::DataType as PolarsType;
    use proptest::prelude::*;

    use super::*;

    fn check(texts: Vec<Option<String>>, numbers: Vec<Option<f64>>, days: Vec<Option<i32>>, from: usize) {
        let n = texts.len();
        let coded: DictionaryArray<Int32Type> = texts.iter().map(Option::as_deref).collect();
        let small: Vec<u8> = (0..n).map(|i| i as u8).collect();
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("text", Arc::new(StringArray::from(texts.clone())) as ArrayRef, true),
            ("coded", Arc::new(coded), true),
            ("number", Arc::new(Float64Array::from(numbers.clone())), true),
            ("day", Arc::new(Date32Array::from(days.clone())), true),
            ("small", Arc::new(UInt8Array::from(small)), false),
            ("row", Arc::new(UInt32Array::from_iter_values(0..n as u32)), false),
        ])
        .unwrap();
        // A slice: its arrays begin in the middle of their buffers.
        let frame = frame(&[batch.slice(from, n - from)]).unwrap();
        assert_eq!(frame.height(), n - from);
        for name in ["text", "coded"] {
            let column = frame.column(name).unwrap();
            assert_eq!(column.dtype(), &PolarsType::String);
            let read: Vec<Option<&str>> = column.str().unwrap().iter().collect();
            assert_eq!(read, texts[from..].iter().map(Option::as_deref).collect::<Vec<_>>(), "{name}");
        }
        let read: Vec<Option<u64>> =
            frame.column("number").unwrap().f64().unwrap().iter().map(|v| v.map(f64::to_bits)).collect();
        assert_eq!(read, numbers[from..].iter().map(|v| v.map(f64::to_bits)).collect::<Vec<_>>());
        assert_eq!(frame.column("day").unwrap().dtype(), &PolarsType::Date);
        let read: Vec<Option<i32>> = frame.column("day").unwrap().date().unwrap().phys.iter().collect();
        assert_eq!(read, days[from..]);
        let rows: Vec<u32> = frame.column("row").unwrap().u32().unwrap().iter().flatten().collect();
        assert_eq!(rows, (from as u32..n as u32).collect::<Vec<_>>());
        let small: Vec<u32> = frame.column("small").unwrap().u32().unwrap().iter().flatten().collect();
        assert_eq!(small, rows);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn values_nulls_and_dictionaries_survive(
            rows in prop::collection::vec(
                (prop::option::of("[a-zé;,]{0,20}"), prop::option::of(any::<f64>()), prop::option::of(-100_000..100_000_i32)),
                0..60,
            ),
            cut in 0.0..1.0_f64,
        ) {
            let from = (rows.len() as f64 * cut) as usize;
            let (texts, rest): (Vec<_>, Vec<_>) = rows.into_iter().map(|(t, n, d)| (t, (n, d))).unzip();
            let (numbers, days) = rest.into_iter().unzip();
            check(texts, numbers, days, from);
        }
    }

    #[test]
    fn no_batch_is_an_empty_frame() {
        assert_eq!(frame(&[]).unwrap().shape(), (0, 0));
    }
}
