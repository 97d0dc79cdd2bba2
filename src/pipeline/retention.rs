//! What is kept for a time only: quarantined files, until when each, and the certificates of those that are gone. No name of
//! a file is told: it may hold a person's.

use std::path::Path;

use chrono::{Days, NaiveDate};

use super::certificate::{Certificate, certificates};
use super::intake::original;
use crate::ledger::Ledger;
use crate::model::{Error, Verdict};

/// A quarantined file that is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Id of the submission.
    pub submission: String,
    /// Its agency; empty where it could not be told.
    pub agency: String,
    /// When it was received.
    pub received_on: NaiveDate,
    /// The first run on or after this day destroys it.
    pub destroyed_on: NaiveDate,
}

/// What is kept for a time only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retention {
    /// Files in quarantine, the next to go first.
    pub waiting: Vec<Waiting>,
    /// Certificates of files that are gone, the latest first.
    pub destroyed: Vec<Certificate>,
}

/// Looks through the quarantine, whose files are kept for `days`.
///
/// # Errors
/// The ledger or a certificate could not be read.
pub fn retention(data: &Path, ledger: &Ledger, days: u32) -> Result<Retention, Error> {
    let submissions = ledger.all_submissions()?;
    let place = |s: &crate::model::submission::Submission| original(data, &s.sha256, &s.file, Verdict::Quarantined);
    let held = submissions.iter().filter(|s| s.verdict == Verdict::Quarantined && place(s).exists());
    let mut waiting: Vec<Waiting> = held
        .map(|s| Waiting {
            submission: s.id.clone(),
            agency: s.agency.clone(),
            received_on: s.received_on,
            destroyed_on: s.received_on.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX),
        })
        .collect();
    waiting.sort_by(|a, b| (a.destroyed_on, &a.submission).cmp(&(b.destroyed_on, &b.submission)));
    let mut destroyed = certificates(data, &submissions, place)?;
    destroyed.sort_by(|a, b| (b.destroyed_on, &b.submission).cmp(&(a.destroyed_on, &a.submission)));
    Ok(Retention { waiting, destroyed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::submission::Submission;

    #[test]
    fn the_next_to_go_comes_first_and_no_name_is_told() {
        let data = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(data.path()).unwrap();
        for (sha256, day, verdict, there) in [
            ("aa", "2015-01-31", Verdict::Quarantined, true),
            ("bb", "2015-01-15", Verdict::Quarantined, true),
            ("cc", "2015-01-01", Verdict::Quarantined, false),
            ("dd", "2015-01-01", Verdict::Accepted, true),
        ] {
            let submission = Submission {
                id: format!("{day}-{sha256}"),
                return_id: "plain".into(),
                agency: "care".into(),
                period: String::new(),
                file: "sam-smith.csv".into(),
                sha256: sha256.into(),
                received_on: day.parse().unwrap(),
                due_on: None,
                verdict,
                rows: 0,
                findings: Vec::new(),
            };
            ledger.record(&submission, None, "").unwrap();
            if there {
                let file = original(data.path(), sha256, "sam-smith.csv", verdict);
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(file, "x").unwrap();
            }
        }
        let found = retention(data.path(), &ledger, 30).unwrap();
        let told: Vec<_> = found.waiting.iter().map(|w| (w.submission.as_str(), w.destroyed_on.to_string())).collect();
        assert_eq!(told, [("2015-01-15-bb", "2015-02-14".to_owned()), ("2015-01-31-aa", "2015-03-02".to_owned())]);
        assert!(found.destroyed.is_empty() && !format!("{found:?}").contains("sam"));
    }
}
