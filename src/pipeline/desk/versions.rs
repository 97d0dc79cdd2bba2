//! What an agency has sent of a return, one version after the other, and what each changed in the figures that count.

use std::collections::BTreeSet;

use super::{Desk, changes};
use crate::lake::Lake;
use crate::model::history::History;
use crate::model::submission::Submission;
use crate::model::upload::Changes;
use crate::model::{Error, Period, Row, Table, Upload, UploadState, Verdict};

/// One version.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The upload; none for a file that came another way.
    pub upload: Option<Upload>,
    /// The submission that a run made of it; none before.
    pub submission: Option<Submission>,
    /// The file's name.
    pub file: String,
    /// The day of receipt.
    pub received_on: chrono::NaiveDate,
    /// The verdict; none while it is still to come.
    pub verdict: Option<Verdict>,
    /// The newest period; empty where none.
    pub period: String,
    /// Rows that are used.
    pub rows: usize,
    /// What it says of itself in a few words: `Counts in the report`, `Counts from the next run`.
    pub standing: &'static str,
}

impl Desk {
    /// Every version of an agency's return, the latest first; of all its returns where none is named. What no run has taken
    /// yet and what was not accepted is among them.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn versions(&self, agency: &str, return_id: Option<&str>) -> Result<Vec<Version>, Error> {
        let (uploads, submissions) = {
            let ledger = self.inner.reader();
            (ledger.uploads(agency)?, ledger.submissions_of(agency)?)
        };
        let known: BTreeSet<&str> = uploads.iter().map(|u| u.submission.as_str()).collect();
        let others = submissions.iter().filter(|s| !known.contains(s.id.as_str()));
        let mut versions: Vec<Version> = others.map(|s| of_submission(None, s)).collect();
        for upload in &uploads {
            let submission = submissions.iter().find(|s| s.id == upload.submission);
            versions.push(match submission {
                Some(submission) => of_submission(Some(upload.clone()), submission),
                None => of_upload(upload.clone()),
            });
        }
        let is_of = |v: &Version| match (return_id, &v.submission, v.upload.as_ref().and_then(|u| u.outcome.as_ref())) {
            (None, ..) => true,
            (Some(id), Some(submission), _) => submission.return_id == id,
            (Some(id), None, Some(outcome)) => outcome.return_id == id,
            (Some(_), None, None) => false,
        };
        versions.retain(is_of);
        let order = |v: &Version| (v.received_on, v.upload.as_ref().map(|u| u.received_at.clone()), v.file.clone());
        versions.sort_by_cached_key(|v| std::cmp::Reverse(order(v)));
        Ok(versions)
    }

    /// What an agency's submission changed in its own figures when it came, from the lake itself; none where the agency has
    /// no such submission, or it was not accepted.
    ///
    /// # Errors
    /// The lake or the ledger could not be read.
    pub fn effect(&self, agency: &str, submission: &str) -> Result<Option<Changes>, Error> {
        let all = self.inner.reader().all_submissions()?;
        let of_agency = |s: &&Submission| s.agency.split(';').any(|a| a == agency);
        let Some(this) = all.iter().filter(of_agency).find(|s| s.id == submission) else { return Ok(None) };
        if this.verdict != Verdict::Accepted {
            return Ok(None);
        }
        let configuration = self.configuration()?;
        let lake = Lake::open(self.data(), &configuration.pipeline.board)?;
        let order = |s: &Submission| {
            (s.received_on, Period::parse(&s.period).map(Period::end), s.file.clone(), s.sha256.clone())
        };
        let before: BTreeSet<String> =
            all.iter().filter(|s| order(s) < order(this)).map(|s| s.sha256.clone()).collect();
        let rows = |lake: &Lake| -> Result<Vec<Row>, Error> {
            let day = chrono::NaiveDate::MAX;
            let mut rows = lake.performance_rows(|of, _, _| of == agency, day)?;
            for table in [Table::Section11, Table::Intelligence] {
                rows.extend(lake.rows(table, day)?.into_iter().filter(|r| r.text("agency") == agency));
            }
            Ok(rows)
        };
        let past = rows(&lake.seeing(before))?;
        let own = rows(&lake.seeing([this.sha256.clone()].into()))?;
        Ok(Some(changes::against(&own, &History::new(&past))))
    }
}

fn of_submission(upload: Option<Upload>, submission: &Submission) -> Version {
    Version {
        file: upload.as_ref().map_or_else(|| submission.file.clone(), |u| u.name.clone()),
        received_on: submission.received_on,
        verdict: Some(submission.verdict),
        period: submission.period.clone(),
        rows: submission.rows,
        standing: match submission.verdict {
            Verdict::Accepted => "Counts in the report",
            Verdict::Rejected => "Nothing of it counts",
            Verdict::Quarantined => "Set aside, and destroyed after its days",
        },
        submission: Some(submission.clone()),
        upload,
    }
}

fn of_upload(upload: Upload) -> Version {
    let outcome = upload.outcome.as_ref();
    let standing = match (upload.state, outcome.map(|o| o.verdict)) {
        _ if upload.withdrawn_at.is_some() => "Withdrawn",
        (UploadState::Queued | UploadState::Judging, _) => "Being checked",
        (UploadState::Stuck, _) => "We could not check it",
        (_, Some(Verdict::Accepted)) => "Counts from the next run",
        (_, Some(Verdict::Quarantined)) => "Set aside, and destroyed after its days",
        _ => "Nothing of it counts",
    };
    Version {
        submission: None,
        file: upload.name.clone(),
        received_on: upload.received_on,
        verdict: outcome.filter(|_| !upload.state.is_pending()).map(|o| o.verdict),
        period: outcome.map(|o| o.period.clone()).unwrap_or_default(),
        rows: outcome.map_or(0, |o| o.rows),
        standing,
        upload: Some(upload),
    }
}
