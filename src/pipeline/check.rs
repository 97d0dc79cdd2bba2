//! `lscb validate`: the door alone, with nothing kept.

use std::path::Path;

use chrono::NaiveDate;

use super::configuration::Configuration;
use super::judge;
use crate::model::Error;
use crate::model::history::History;
use crate::model::submission::Submission;

/// Judges a file against a board's configuration, without its history.
///
/// # Errors
/// The file could not be opened, or the reader could not be started.
pub fn check(path: &Path, configuration: &Configuration, as_of: NaiveDate) -> Result<Submission, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(judge::judge(path, &name, configuration, &History::default(), as_of)?.submission)
}
