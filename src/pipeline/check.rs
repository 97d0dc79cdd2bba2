//! `lscb validate`: the door alone, with nothing kept.

use std::path::Path;

use chrono::NaiveDate;

use super::configuration::Configuration;
use super::judge::{self, Looked};
use crate::ingest::{self, Limits};
use crate::model::Error;
use crate::model::history::History;
use crate::model::submission::Submission;

/// Judges a file against a board's configuration, without its history.
///
/// # Errors
/// The file could not be opened, or the reader could not be started.
pub fn check(path: &Path, configuration: &Configuration, as_of: NaiveDate) -> Result<Submission, Error> {
    Ok(look(path, configuration, as_of)?.judged.submission)
}

/// The same, with what was read of the file, for answers that show its cells.
///
/// # Errors
/// The file could not be opened, or the reader could not be started.
pub fn look(path: &Path, configuration: &Configuration, as_of: NaiveDate) -> Result<Looked, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let read = ingest::read(path, &Limits::default())?;
    Ok(judge::look(read, &name, configuration, &History::default(), as_of))
}
