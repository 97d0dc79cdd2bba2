//! The lake: Parquet files of canonical rows, what supersedes what, and the world as of a day.
//!
//! `lake/<table>/board=<board>/<submission>.parquet` holds rows in force. A file whose rows are superseded in part moves,
//! unchanged, to `lake-history/...`, and what of it is still in force lies in `<submission>.<n>.parquet`, so that any reader
//! of a table's folder sees each row once. This room is the only user of `parquet`.

pub mod atomic;
pub mod bridge;
mod file;
mod observations;
mod order;
mod published;
mod query;
mod schema;
mod select;
mod store;
#[cfg(test)]
mod testing;

pub use atomic::write_atomically;
pub use observations::observation_schema;
pub use published::{Published, PublishedColumn, write_table};
pub use query::{sql, text_table};
pub use store::{Lake, Prepared, Receipt};
