//! Read-only SQL over the lake's tables as of a day.

use std::path::Path;

use chrono::NaiveDate;

use super::run::today;
use crate::lake::{self, Lake};
use crate::model::{Error, Table};
use crate::spec::Pipeline;

/// The answer to a query, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Column names.
    pub columns: Vec<String>,
    /// Rows; an absent value is empty.
    pub rows: Vec<Vec<String>>,
}

/// Runs a query over the seven tables; `-` in a table's name is written `_`.
///
/// # Errors
/// The pipeline file does not read, there is no lake, or the query is no SQL that the engine knows.
pub fn query(pipeline: &Path, data: Option<&Path>, as_of: Option<NaiveDate>, sql: &str) -> Result<Answer, Error> {
    let pipeline = Pipeline::read(pipeline)?;
    let data = match data {
        Some(folder) => folder.to_owned(),
        None => super::run::required(&pipeline, "data", pipeline.paths.data.clone())?,
    };
    let lake = Lake::open(&data, &pipeline.board)?;
    let day = as_of.unwrap_or_else(|| today(&pipeline));
    let mut frames = Vec::new();
    for table in Table::ALL {
        frames.push((table.as_str().to_owned(), lake.frame(table, day)?));
    }
    let (columns, rows) = lake::text_table(&lake::sql(frames, sql)?);
    Ok(Answer { columns, rows })
}
