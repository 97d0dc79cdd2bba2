//! Runs and submissions, for `lscb history`.

use std::path::Path;

use crate::ledger::{Ledger, Run};
use crate::model::Error;
use crate::model::submission::Submission;

/// Everything the ledger knows.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Runs, the latest last.
    pub runs: Vec<Run>,
    /// Submissions in the order in which they were received.
    pub submissions: Vec<Submission>,
}

/// Reads the ledger of a data folder; empty where nothing has run yet.
///
/// # Errors
/// The ledger could not be read.
pub fn history(data: &Path) -> Result<History, Error> {
    if !data.join("ledger.sqlite").exists() {
        return Ok(History::default());
    }
    let ledger = Ledger::open(data)?;
    Ok(History { runs: ledger.runs()?, submissions: ledger.all_submissions()? })
}
