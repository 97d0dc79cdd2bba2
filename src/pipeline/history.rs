//! Runs and submissions, for `lscb history`.

use std::path::Path;

use super::certificate::{Certificate, certificates};
use super::intake::original;
use crate::ledger::{Ledger, Run};
use crate::model::submission::Submission;
use crate::model::{Error, Verdict};

/// Everything the ledger knows.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Runs, the latest last.
    pub runs: Vec<Run>,
    /// Submissions in the order in which they were received.
    pub submissions: Vec<Submission>,
    /// Certificates of quarantined files that were destroyed.
    pub certificates: Vec<Certificate>,
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
    let submissions = ledger.all_submissions()?;
    let place = |s: &Submission| original(data, &s.sha256, &s.file, Verdict::Quarantined);
    let certificates = certificates(data, &submissions, place)?;
    Ok(History { runs: ledger.runs()?, submissions, certificates })
}
