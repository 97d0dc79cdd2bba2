//! One lake file: a submission's rows of one table, with its receipt and checks of its content in the file's metadata.
//!
//! Parquet carries no checksum of its own that this writer sets, so each column's content is hashed (SHA-256, the first 16
//! hex digits kept) and checked when it is read: a changed byte is an error with the file's name, never a wrong figure.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch, RecordBatchReader};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Date32Type, Float64Type, UInt32Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use sha2::{Digest, Sha256};

use crate::lake::Receipt;
use crate::lake::atomic::write_atomically;
use crate::model::Error;

/// What to do about a lake file that is not as it was written.
pub const MEND: &str =
    "Put the file back from a backup, or remove it and take the submission again from its original with --full.";

/// The version of the lake's files.
const SCHEMA_VERSION: &str = "1";

/// Rows read at a time: a damaged row count must not decide how much memory is asked for.
const ROWS_AT_A_TIME: usize = 65_536;

/// Writer settings of every Parquet file of ours: the same rows give the same bytes.
pub fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_created_by("lscb".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
}

/// A lake file that was made and not yet written.
pub struct Made {
    bytes: Vec<u8>,
    /// A hash of receipt and content, as [`Head::check`].
    pub check: String,
}

/// Makes the file of a batch with its board and the receipt that it came under.
///
/// # Errors
/// [`Error::State`] where the batch cannot be written as Parquet.
pub fn make(board: &str, receipt: &Receipt, batch: &RecordBatch) -> Result<Made, Error> {
    let mut metadata = pairs(board, receipt);
    metadata.push(("lscb.columns_sha256", column_hashes(batch)));
    let check = check(&metadata);
    metadata.push(("lscb.check", check.clone()));
    let metadata = metadata.into_iter().map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
    let properties = properties().set_key_value_metadata(Some(metadata)).build();
    let failed = |e: parquet::errors::ParquetError| Error::state(&receipt.submission, e.to_string(), DISK);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).map_err(failed)?;
    writer.write(batch).map_err(failed)?;
    writer.close().map_err(failed)?;
    Ok(Made { bytes, check })
}

impl Made {
    /// Writes it, atomically.
    ///
    /// # Errors
    /// [`Error::Io`] naming the file.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        write_atomically(path, |file| {
            file.write_all(&self.bytes).map_err(|e| Error::io(path, "a file of the lake could not be written", e))
        })
    }
}

/// What to do when a file cannot be written.
pub const DISK: &str = "Check that the disk has room and that the folder may be written to.";

/// What a footer says.
#[derive(Debug, Clone)]
pub struct Head {
    /// The receipt that the rows came under.
    pub receipt: Receipt,
    /// How many rows there are.
    pub rows: usize,
    /// A hash of receipt and content: two files with one check hold the same.
    pub check: String,
}

/// Reads the footer.
///
/// # Errors
/// [`Error::State`] for a damaged file.
pub fn head(path: &Path) -> Result<Head, Error> {
    guarded(path, || {
        let reader = open(path)?;
        let Footer { receipt, check, .. } = footer(path, &reader)?;
        let rows = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
        Ok(Head { receipt, rows, check })
    })
}

/// The whole content, or some columns of it, checked against the hashes of the writer.
///
/// # Errors
/// [`Error::State`] for a damaged file.
pub fn read(path: &Path, columns: Option<&[&str]>) -> Result<RecordBatch, Error> {
    guarded(path, || {
        let mut reader = open(path)?;
        let Footer { hashes, .. } = footer(path, &reader)?;
        if let Some(names) = columns {
            let mask = ProjectionMask::columns(reader.parquet_schema(), names.iter().copied());
            reader = reader.with_projection(mask);
        }
        let reader = reader.with_batch_size(ROWS_AT_A_TIME).build().map_err(|e| damaged(path, e))?;
        let schema = reader.schema();
        let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|e| damaged(path, e))?;
        let batch = concat_batches(&schema, &batches).map_err(|e| damaged(path, e))?;
        let written: BTreeMap<&str, &str> = hashes.split(';').filter_map(|pair| pair.split_once('=')).collect();
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            if written.get(field.name().as_str()) != Some(&column_hash(column).as_str()) {
                return Err(damaged(path, format!("column `{}` is not what was written", field.name())));
            }
        }
        Ok(batch)
    })
}

/// Runs a reader of a file that may be damaged: a panic in a decoder is an error that names the file.
pub fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged(path, "the decoder gave up on it")))
}

/// The error of a damaged file.
pub fn damaged(path: &Path, what: impl std::fmt::Display) -> Error {
    Error::state(path.display().to_string(), format!("the file is damaged: {what}"), MEND)
}

fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, Error> {
    let file = File::open(path).map_err(|e| Error::io(path, "open", e))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| damaged(path, e))
}

fn pairs(board: &str, receipt: &Receipt) -> Vec<(&'static str, String)> {
    vec![
        ("lscb.schema_version", SCHEMA_VERSION.to_owned()),
        ("lscb.board", board.to_owned()),
        ("lscb.submission", receipt.submission.clone()),
        ("lscb.sha256", receipt.sha256.clone()),
        ("lscb.received_on", receipt.received_on.to_string()),
        ("lscb.newest_period_end", receipt.newest_period_end.map(|d| d.to_string()).unwrap_or_default()),
        ("lscb.file", receipt.file.clone()),
    ]
}

struct Footer {
    receipt: Receipt,
    /// `column=hash` joined by `;`.
    hashes: String,
    check: String,
}

fn footer(path: &Path, reader: &ParquetRecordBatchReaderBuilder<File>) -> Result<Footer, Error> {
    let written = reader.metadata().file_metadata().key_value_metadata();
    let get = |key: &str| {
        let pair = written.into_iter().flatten().find(|p| p.key == key);
        pair.map(|p| p.value.clone().unwrap_or_default()).ok_or_else(|| damaged(path, format!("no `{key}`")))
    };
    let version = get("lscb.schema_version")?;
    if version != SCHEMA_VERSION {
        let what = format!("lake files of version {version}; this program reads version {SCHEMA_VERSION}");
        return Err(Error::state(path.display().to_string(), what, "Use the program that wrote it, or a newer one."));
    }
    let day = |key: &str| -> Result<chrono::NaiveDate, Error> {
        let text = get(key)?;
        text.parse().map_err(|_| damaged(path, format!("`{key}` is `{text}`")))
    };
    let receipt = Receipt {
        submission: get("lscb.submission")?,
        sha256: get("lscb.sha256")?,
        received_on: day("lscb.received_on")?,
        newest_period_end: if get("lscb.newest_period_end")?.is_empty() {
            None
        } else {
            Some(day("lscb.newest_period_end")?)
        },
        file: get("lscb.file")?,
    };
    let hashes = get("lscb.columns_sha256")?;
    let mut metadata = pairs(&get("lscb.board")?, &receipt);
    metadata.push(("lscb.columns_sha256", hashes.clone()));
    let check = check(&metadata);
    if get("lscb.check")? != check {
        return Err(damaged(path, "its receipt is not what was written"));
    }
    Ok(Footer { receipt, hashes, check })
}

/// A hash of the metadata itself.
fn check(pairs: &[(&'static str, String)]) -> String {
    let mut hash = Sha256::new();
    for text in pairs.iter().flat_map(|(key, value)| [*key, value.as_str()]) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    short(hash)
}

fn column_hashes(batch: &RecordBatch) -> String {
    let schema = batch.schema();
    let pairs = schema.fields().iter().zip(batch.columns());
    pairs.map(|(field, column)| format!("{}={}", field.name(), column_hash(column))).collect::<Vec<_>>().join(";")
}

/// A hash of a column's content, the same however its buffers are laid out.
fn column_hash(column: &dyn Array) -> String {
    let mut hash = Sha256::new();
    hash.update((column.len() as u64).to_le_bytes());
    let nulls: Vec<u8> = match column.nulls() {
        Some(nulls) => nulls.iter().map(|valid| u8::from(!valid)).collect(),
        None => vec![0; column.len()],
    };
    hash.update(&nulls);
    let valid = |i: &usize| nulls[*i] == 0;
    match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            let mut lengths = Vec::with_capacity(4 * texts.len());
            let mut bytes = Vec::with_capacity(texts.value_data().len());
            for i in (0..texts.len()).filter(valid) {
                lengths.extend_from_slice(&(texts.value(i).len() as u32).to_le_bytes());
                bytes.extend_from_slice(texts.value(i).as_bytes());
            }
            hash.update(&lengths);
            hash.update(&bytes);
        }
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>();
            let bytes: Vec<u8> =
                (0..numbers.len()).filter(valid).flat_map(|i| numbers.value(i).to_bits().to_le_bytes()).collect();
            hash.update(&bytes);
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            let bytes: Vec<u8> = (0..days.len()).filter(valid).flat_map(|i| days.value(i).to_le_bytes()).collect();
            hash.update(&bytes);
        }
        DataType::UInt32 => {
            let numbers = column.as_primitive::<UInt32Type>();
            let bytes: Vec<u8> =
                (0..numbers.len()).filter(valid).flat_map(|i| numbers.value(i).to_le_bytes()).collect();
            hash.update(&bytes);
        }
        // The lake writes no other kind; a file that holds one was changed, and this hash then agrees with none.
        other => hash.update(other.to_string()),
    }
    short(hash)
}

/// The first 16 hex digits.
fn short(hash: Sha256) -> String {
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::lake::testing::{day, filled, lake, receipt};
    use crate::model::{Row, Table};

    /// Every eleventh byte changed and every 29th length: an error that names the file, or the very rows that were written
    /// (a byte that no reader looks at), never a panic and never another figure.
    #[test]
    fn a_damaged_file_is_named_and_never_read_wrong() {
        let (_folder, lake) = lake();
        let rows: Vec<Row> = (0..40).map(|n| filled(Table::Intelligence, n)).collect();
        lake.put(&receipt("s1", "2014-05-01"), &rows).unwrap();
        let path = lake.folder(Table::Intelligence).join("s1.parquet");
        let whole = fs::read(&path).unwrap();
        let sent = lake.rows(Table::Intelligence, day("2014-06-01")).unwrap();
        let mut refused = 0;
        let mut check = |bytes: &[u8], what: String| {
            fs::write(&path, bytes).unwrap();
            match lake.rows(Table::Intelligence, day("2014-06-01")) {
                Ok(rows) => assert_eq!(rows, sent, "{what}"),
                Err(error) => {
                    refused += 1;
                    assert!(matches!(error, Error::State { .. }), "{what}: {error}");
                    assert!(error.to_string().contains("s1.parquet"), "{what}: {error}");
                }
            }
        };
        for length in (0..whole.len()).step_by(29) {
            check(&whole[..length], format!("cut to {length} bytes"));
        }
        for at in (0..whole.len()).step_by(11) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x15;
            check(&bytes, format!("byte {at} changed"));
        }
        assert!(refused > whole.len() / 29, "at least every cut is noticed: {refused}");
    }

    #[test]
    fn a_newer_version_is_no_damage() {
        let (_folder, lake) = lake();
        lake.put(&receipt("s1", "2014-05-01"), &[filled(Table::Actions, 1)]).unwrap();
        let path = lake.folder(Table::Actions).join("s1.parquet");
        let batch = read(&path, None).unwrap();
        let properties = properties()
            .set_key_value_metadata(Some(vec![KeyValue::new("lscb.schema_version".to_owned(), "2".to_owned())]))
            .build();
        let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        assert!(head(&path).unwrap_err().to_string().contains("version 2"));
    }
}
