//! What became of each file that was received.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::finding::{Finding, Verdict};

/// One received instance of a return.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// `<received>-<first 12 of the SHA-256>`.
    pub id: String,
    /// Id of the return spec; `plain` for the plain layout; empty where none fits.
    pub return_id: String,
    /// The agency, or several joined by `;`.
    pub agency: String,
    /// The newest period it reports on, as text; empty where none.
    pub period: String,
    /// File name as it lay in the inbox.
    pub file: String,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// As-of date of the run that first took it.
    pub received_on: NaiveDate,
    /// When it was due; none where the spec gives no deadline.
    pub due_on: Option<NaiveDate>,
    /// Verdict at the door.
    pub verdict: Verdict,
    /// Canonical rows that it gave.
    pub rows: usize,
    /// Every finding.
    pub findings: Vec<Finding>,
}
