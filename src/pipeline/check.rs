//! `lscb validate`: the door alone, with nothing kept.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::configuration::Configuration;
use super::intake::history_before;
use super::judge::{self, Looked};
use super::memory::Memory;
use super::together::together;
use crate::ingest::{self, Limits};
use crate::lake::Lake;
use crate::ledger::Ledger;
use crate::model::Error;
use crate::model::history::History;
use crate::model::submission::Submission;

/// Judges a file against a board's configuration, without its history.
///
/// # Errors
/// The file could not be opened, or the reader could not be started.
pub fn check(path: &Path, configuration: &Configuration, as_of: NaiveDate) -> Result<Submission, Error> {
    Ok(look(path, configuration, as_of, &History::default())?.judged.submission)
}

/// The same against what was accepted before, with what was read of the file, for answers that show its cells.
///
/// # Errors
/// The file could not be opened, or the reader could not be started.
pub fn look(path: &Path, configuration: &Configuration, as_of: NaiveDate, history: &History) -> Result<Looked, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let read = ingest::read(path, &Limits::default())?;
    Ok(judge::look(read, &name, configuration, history, as_of))
}

/// The same for several files side by side, in the order of the files. Each is held with its cells: give as many as
/// [`side_by_side`] says.
pub fn look_all(
    paths: &[PathBuf],
    configuration: &Configuration,
    as_of: NaiveDate,
    history: &History,
) -> Vec<Result<Looked, Error>> {
    together(|| paths.par_iter().with_max_len(1).map(|path| look(path, configuration, as_of, history)).collect())
}

/// How many files are looked at together: twice as many as there are cores, so that none waits for the slowest for long.
pub fn side_by_side() -> usize {
    2 * rayon::current_num_threads()
}

/// What a board's data folder knows on the eve of a day; nothing where nothing has run yet.
///
/// # Errors
/// The lake or the ledger could not be read.
pub fn history_of(data: &Path, configuration: &Configuration, as_of: NaiveDate) -> Result<History, Error> {
    if !data.join("ledger.sqlite").exists() {
        return Ok(History::default());
    }
    let memory = Memory::open(&Ledger::open(data)?, &Default::default())?;
    let history = history_before(&Lake::open(data, &configuration.pipeline.board)?, as_of)?;
    let history = history.with_layouts(memory.layouts_before(as_of)).with_answers(as_of, &configuration.answers);
    Ok(history.with_overrides(as_of, &configuration.overrides))
}
