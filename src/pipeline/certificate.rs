//! Certificates of destruction: what is left of a quarantined file when its days are over. A certificate names the
//! submission, the hash of the file and the days, and nothing that the file said.
//!
//! It is written before the file is destroyed, so that no crash can lose it, and it counts only once the file is gone.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::lake::{atomic, write_atomically};
use crate::model::Error;
use crate::model::submission::Submission;

/// That a file was destroyed, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Id of the submission.
    pub submission: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The day on which it was received.
    pub received_on: NaiveDate,
    /// The as-of date of the run that destroyed it.
    pub destroyed_on: NaiveDate,
    /// For how many days it was to be kept.
    pub quarantine_days: u32,
    /// Why it was destroyed.
    pub reason: String,
}

/// Where the certificates of a data folder lie.
fn folder(data: &Path) -> PathBuf {
    data.join("quarantine").join("certificates")
}

fn place(data: &Path, submission: &str) -> PathBuf {
    folder(data).join(format!("{submission}.json"))
}

/// Destroys the file of a submission whose days are over, certificate first. A file that somebody else has taken away gets
/// a certificate that says so; one that has its certificate is left in peace.
///
/// # Errors
/// The certificate could not be written, or the file not be removed.
pub fn destroy(data: &Path, held: &Submission, file: &Path, on: NaiveDate, days: u32) -> Result<(), Error> {
    let certificate = place(data, &held.id);
    let there = file.exists();
    if !there && certificate.exists() {
        return Ok(());
    }
    let reason = match there {
        true => "It seemed to hold personal data, and its days in quarantine were over.",
        false => "It seemed to hold personal data, and was found gone when its days in quarantine were over.",
    };
    let written = Certificate {
        submission: held.id.clone(),
        sha256: held.sha256.clone(),
        received_on: held.received_on,
        destroyed_on: on,
        quarantine_days: days,
        reason: reason.to_owned(),
    };
    write_atomically(&certificate, |to| {
        let text = serde_json::to_string_pretty(&written).map_err(std::io::Error::other);
        text.and_then(|text| std::io::Write::write_all(to, format!("{text}\n").as_bytes()))
            .map_err(|e| Error::io(&certificate, "the certificate could not be written", e))
    })?;
    atomic::remove_file(file)
}

/// The certificates of the submissions whose files are gone, in the order of their submissions.
///
/// # Errors
/// A certificate could not be read.
pub fn certificates(
    data: &Path,
    submissions: &[Submission],
    original: impl Fn(&Submission) -> PathBuf,
) -> Result<Vec<Certificate>, Error> {
    let mut found = Vec::new();
    for submission in submissions {
        let place = place(data, &submission.id);
        if place.exists() && !original(submission).exists() {
            let text = std::fs::read_to_string(&place)
                .map_err(|e| Error::io(&place, "the certificate could not be read", e))?;
            let certificate = serde_json::from_str(&text)
                .map_err(|e| Error::io(&place, "the certificate could not be read", e.into()))?;
            found.push(certificate);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Verdict;

    fn held() -> Submission {
        Submission {
            id: "2015-01-31-0123456789ab".into(),
            return_id: "plain".into(),
            agency: String::new(),
            period: String::new(),
            file: "care.csv".into(),
            sha256: "0123456789ab".repeat(5),
            received_on: "2015-01-31".parse().unwrap(),
            due_on: None,
            verdict: Verdict::Quarantined,
            rows: 0,
            findings: Vec::new(),
        }
    }

    #[test]
    fn a_certificate_is_there_before_the_file_is_gone_and_counts_after() {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("quarantine").join("x.csv");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "9434765919").unwrap();
        let (held, day) = (held(), |text: &str| text.parse::<NaiveDate>().unwrap());
        let known = || certificates(data.path(), std::slice::from_ref(&held), |_| file.clone()).unwrap();
        assert!(known().is_empty());
        destroy(data.path(), &held, &file, day("2015-03-02"), 30).unwrap();
        assert!(!file.exists());
        assert_eq!((known()[0].destroyed_on, known()[0].quarantine_days), (day("2015-03-02"), 30));
        destroy(data.path(), &held, &file, day("2015-04-01"), 30).unwrap();
        assert_eq!(known()[0].destroyed_on, day("2015-03-02"), "a later run changes nothing");
        std::fs::write(&file, "again").unwrap();
        assert!(known().is_empty(), "a crash before the end: the certificate does not count while the file is there");
        destroy(data.path(), &held, &file, day("2015-04-02"), 30).unwrap();
        assert_eq!(known()[0].destroyed_on, day("2015-04-02"), "the day on which it was destroyed indeed");
        assert!(!std::fs::read_to_string(place(data.path(), &held.id)).unwrap().contains("care.csv"));
    }

    #[test]
    fn a_file_that_is_gone_already_is_certified_as_that() {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("x.csv");
        destroy(data.path(), &held(), &file, "2015-03-02".parse().unwrap(), 30).unwrap();
        let known = certificates(data.path(), &[held()], |_| file.clone()).unwrap();
        assert!(known[0].reason.contains("found gone"));
    }
}
