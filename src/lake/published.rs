//! Published tables as Parquet: what the report hands over, in the writer settings of the lake.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;

use crate::lake::atomic::write_atomically;
use crate::lake::file;
use crate::model::Error;

/// A table that may be shown: its columns in order, each as long as the others, and the pairs of its file's metadata.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Published {
    /// Name and values of each column.
    pub columns: Vec<(String, PublishedColumn)>,
    /// Key and value, such as `lscb.run`.
    pub metadata: Vec<(String, String)>,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum PublishedColumn {
    /// Text; none where there is none.
    Text(Vec<Option<String>>),
    /// Numbers; none where there is none, or where it is suppressed.
    Number(Vec<Option<f64>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// True or false.
    Truth(Vec<bool>),
}

/// Writes a table atomically; the same table gives the same bytes.
///
/// # Errors
/// [`Error::Io`] for a failed system call, [`Error::State`] for columns of different lengths.
pub fn write_table(path: &Path, table: &Published) -> Result<(), Error> {
    let failed = |e: &dyn std::fmt::Display| Error::state(path.display().to_string(), e.to_string(), file::DISK);
    let columns = table.columns.iter().map(|(name, column)| {
        let array: ArrayRef = match column {
            PublishedColumn::Text(values) => Arc::new(StringArray::from_iter(values)),
            PublishedColumn::Number(values) => Arc::new(Float64Array::from_iter(values)),
            PublishedColumn::Integer(values) => Arc::new(Int64Array::from_iter(values)),
            PublishedColumn::Truth(values) => Arc::new(BooleanArray::from_iter(values.iter().map(|v| Some(*v)))),
        };
        (name, array, !matches!(column, PublishedColumn::Truth(_)))
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|e| failed(&e))?;
    let pairs = table.metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    let properties = file::properties().set_key_value_metadata(Some(pairs)).build();
    write_atomically(path, |out| {
        let mut writer = ArrowWriter::try_new(out, batch.schema(), Some(properties)).map_err(|e| failed(&e))?;
        writer.write(&batch).map_err(|e| failed(&e))?;
        writer.close().map_err(|e| failed(&e))?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use arrow::array::{Array, AsArray};
    use arrow::datatypes::{Float64Type, Int64Type};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    #[test]
    fn a_table_reads_back_and_its_bytes_are_stable() {
        let folder = tempfile::tempdir().unwrap();
        let table = Published {
            columns: vec![
                ("cell".to_owned(), PublishedColumn::Text(vec![Some("board/cse".to_owned()), None])),
                ("score".to_owned(), PublishedColumn::Number(vec![None, Some(1.5)])),
                ("rank".to_owned(), PublishedColumn::Integer(vec![Some(1), None])),
                ("dissonance".to_owned(), PublishedColumn::Truth(vec![true, false])),
            ],
            metadata: vec![("lscb.synthetic".to_owned(), "true".to_owned())],
        };
        let (a, b) = (folder.path().join("a.parquet"), folder.path().join("b.parquet"));
        write_table(&a, &table).unwrap();
        write_table(&b, &table).unwrap();
        assert_eq!(fs::read(&a).unwrap(), fs::read(&b).unwrap());
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&a).unwrap()).unwrap();
        let pairs = reader.metadata().file_metadata().key_value_metadata().unwrap();
        assert!(pairs.iter().any(|p| p.key == "lscb.synthetic" && p.value.as_deref() == Some("true")));
        let batch = reader.build().unwrap().next().unwrap().unwrap();
        assert_eq!(batch.column(0).as_string::<i32>().value(0), "board/cse");
        assert!(batch.column(0).is_null(1) && batch.column(1).is_null(0));
        assert_eq!(batch.column(1).as_primitive::<Float64Type>().value(1), 1.5);
        assert_eq!(batch.column(2).as_primitive::<Int64Type>().value(0), 1);
        assert!(batch.column(3).as_boolean().value(0) && !batch.column(3).as_boolean().value(1));
    }

    #[test]
    fn columns_of_different_lengths_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let columns = vec![
            ("a".to_owned(), PublishedColumn::Truth(vec![true])),
            ("b".to_owned(), PublishedColumn::Truth(vec![true, false])),
        ];
        let path = folder.path().join("a.parquet");
        assert!(write_table(&path, &Published { columns, metadata: Vec::new() }).is_err());
        assert!(!path.exists());
    }
}
