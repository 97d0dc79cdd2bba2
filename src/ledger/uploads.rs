//! What was sent through the portal, in the order in which it came. A row is the receipt: it is written once the file lies
//! safely on the disk, and never taken away. A thing of an agency is always asked for by the agency and its id.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Ledger;
use crate::model::submission::Submission;
use crate::model::upload::{Outcome, Sender};
use crate::model::{Asked, Error, Finding, Upload, UploadState};

/// The table of uploads.
pub(super) const MIGRATION: &str = "CREATE TABLE uploads (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        agency TEXT NOT NULL,
        user INTEGER NOT NULL,
        user_name TEXT NOT NULL,
        is_own INTEGER NOT NULL,
        name TEXT NOT NULL,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        received_on TEXT NOT NULL,
        received_at TEXT NOT NULL,
        state TEXT NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0,
        deaths INTEGER NOT NULL DEFAULT 0,
        trouble TEXT NOT NULL DEFAULT '',
        submission TEXT NOT NULL DEFAULT '',
        withdrawn_at TEXT,
        same_as TEXT NOT NULL,
        named TEXT NOT NULL,
        outcome TEXT,
        findings TEXT NOT NULL DEFAULT '[]',
        asked TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
    CREATE INDEX uploads_of ON uploads (agency, number);
    CREATE INDEX uploads_by_file ON uploads (sha256);
    CREATE INDEX uploads_by_state ON uploads (state);
    CREATE INDEX uploads_by_sender ON uploads (user, user_name, received_at);";

const COLUMNS: &str = "id, agency, user, user_name, is_own, name, file, sha256, bytes, received_on, received_at, state,
    failures, deaths, trouble, submission, withdrawn_at, same_as, outcome";

impl Ledger {
    /// Writes down that a file was received; `named` is what its name gave away.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn receive_upload(&self, upload: &Upload, named: &[Finding]) -> Result<(), Error> {
        let values = params![
            upload.id,
            upload.agency,
            upload.sender.user,
            upload.sender.name,
            upload.sender.is_own,
            upload.name,
            upload.file,
            upload.sha256,
            upload.bytes as i64,
            upload.received_on.to_string(),
            upload.received_at,
            upload.state.as_str(),
            upload.same_as,
            json(&named),
        ];
        self.write(
            "INSERT INTO uploads (id, agency, user, user_name, is_own, name, file, sha256, bytes, received_on,
                received_at, state, same_as, named)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            values,
        )
        .map(|_| ())
    }

    /// Says that an upload is being looked at.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn begin_upload(&self, id: &str) -> Result<(), Error> {
        self.write("UPDATE uploads SET state = 'judging' WHERE id = ?1", params![id]).map(|_| ())
    }

    /// Writes down what came of an upload.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn judge_upload(
        &self,
        id: &str,
        outcome: &Outcome,
        findings: &[Finding],
        asked: &[Asked],
    ) -> Result<(), Error> {
        self.write(
            "UPDATE uploads SET state = 'judged', trouble = '', outcome = ?2, findings = ?3, asked = ?4 WHERE id = ?1",
            params![id, json(outcome), json(&findings), json(&asked)],
        )
        .map(|_| ())
    }

    /// Writes down that the program failed on an upload, and where it then stands.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn fail_upload(&self, id: &str, trouble: &str, state: UploadState) -> Result<(), Error> {
        self.write(
            "UPDATE uploads SET state = ?3, trouble = ?2, failures = failures + 1 WHERE id = ?1",
            params![id, trouble, state.as_str()],
        )
        .map(|_| ())
    }

    /// Puts an upload back, as if nobody had looked at it.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn requeue_upload(&self, id: &str) -> Result<(), Error> {
        self.write("UPDATE uploads SET state = 'queued' WHERE id = ?1", params![id]).map(|_| ())
    }

    /// At a start: what was being looked at when the program ended is queued again, and what that happened to `deaths_max`
    /// times is set aside.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn recover_uploads(&self, deaths_max: u32) -> Result<(), Error> {
        self.write(
            "UPDATE uploads SET deaths = deaths + 1,
                state = CASE WHEN deaths + 1 >= ?1 THEN 'stuck' ELSE 'queued' END,
                trouble = CASE WHEN deaths + 1 >= ?1 THEN 'the program ended while it looked at the file' ELSE trouble END
             WHERE state = 'judging'",
            params![deaths_max],
        )
        .map(|_| ())
    }

    /// Takes an upload back; gives whether that was still possible. A run that took it cannot untake it.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn withdraw_upload(&self, agency: &str, id: &str, at: &str) -> Result<bool, Error> {
        let done = self.write(
            "UPDATE uploads SET withdrawn_at = ?3
             WHERE agency = ?1 AND id = ?2 AND submission = '' AND withdrawn_at IS NULL",
            params![agency, id, at],
        );
        done.map(|n| n > 0)
    }

    /// Writes down which submissions runs made of which files, for every upload of theirs that does not know it yet.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn settle_uploads(&self) -> Result<(), Error> {
        self.write(
            "UPDATE uploads SET submission = (SELECT s.id FROM submissions s WHERE s.sha256 = uploads.sha256)
             WHERE submission = '' AND state = 'judged' AND json_extract(outcome, '$.is_foreign') = 0
                AND EXISTS (SELECT 1 FROM submissions s WHERE s.sha256 = uploads.sha256)",
            [],
        )
        .map(|_| ())
    }

    /// An agency's upload.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn upload(&self, agency: &str, id: &str) -> Result<Option<Upload>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM uploads WHERE agency = ?1 AND id = ?2");
        self.one(&statement, params![agency, id], upload)
    }

    /// An agency's uploads, the latest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn uploads(&self, agency: &str) -> Result<Vec<Upload>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM uploads WHERE agency = ?1 ORDER BY number DESC");
        self.many(&statement, params![agency], upload)
    }

    /// How many files a sender has sent since a moment, RFC 3339 in UTC.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn uploads_by(&self, sender: &Sender, since: &str) -> Result<usize, Error> {
        let statement = "SELECT count(*) FROM uploads WHERE user = ?1 AND user_name = ?2 AND received_at >= ?3";
        let of = params![sender.user, sender.name, since];
        let count = self.connection.query_row(statement, of, |row| row.get::<_, i64>(0));
        count.map(|n| n as usize).map_err(|e| self.failed(&e))
    }

    /// Uploads in a state, in the order in which they came.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn uploads_in(&self, state: UploadState) -> Result<Vec<Upload>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM uploads WHERE state = ?1 ORDER BY number");
        self.many(&statement, params![state.as_str()], upload)
    }

    /// Uploads that no run has taken yet and nobody took back, of all agencies or of one, the latest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn uploads_untaken(&self, agency: Option<&str>) -> Result<Vec<Upload>, Error> {
        let statement = format!(
            "SELECT {COLUMNS} FROM uploads WHERE submission = '' AND withdrawn_at IS NULL \
             AND (?1 IS NULL OR agency = ?1) ORDER BY number DESC"
        );
        self.many(&statement, params![agency], upload)
    }

    /// Every upload of a file, in the order in which they came.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn uploads_of_file(&self, sha256: &str) -> Result<Vec<Upload>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM uploads WHERE sha256 = ?1 ORDER BY number");
        self.many(&statement, params![sha256], upload)
    }

    /// The next upload that waits for the program itself, to be looked at by its id alone.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn upload_to_judge(&self, id: &str) -> Result<Option<Upload>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM uploads WHERE id = ?1");
        self.one(&statement, params![id], upload)
    }

    /// Every finding on an agency's upload, each cell by itself.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn upload_findings(&self, agency: &str, id: &str) -> Result<Vec<Finding>, Error> {
        let found: Option<String> =
            self.one("SELECT findings FROM uploads WHERE agency = ?1 AND id = ?2", params![agency, id], |r| r.get(0))?;
        Ok(found.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// What an agency's upload asks.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn upload_asked(&self, agency: &str, id: &str) -> Result<Vec<Asked>, Error> {
        let found: Option<String> =
            self.one("SELECT asked FROM uploads WHERE agency = ?1 AND id = ?2", params![agency, id], |r| r.get(0))?;
        Ok(found.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// What the name of an upload gave away.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn upload_named(&self, id: &str) -> Result<Vec<Finding>, Error> {
        let found: Option<String> = self.one("SELECT named FROM uploads WHERE id = ?1", params![id], |r| r.get(0))?;
        Ok(found.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// The ids of all uploads.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn upload_ids(&self) -> Result<BTreeSet<String>, Error> {
        Ok(self.many("SELECT id FROM uploads", [], |r| r.get(0))?.into_iter().collect())
    }

    /// How many uploads of an agency came on a day, and the greatest name under which a run will take one of them.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn uploads_on(&self, agency: &str, day: NaiveDate) -> Result<(usize, String), Error> {
        let statement = "SELECT count(*), coalesce(max(file), '') FROM uploads WHERE agency = ?1 AND received_on = ?2";
        let found =
            self.one(statement, params![agency, day.to_string()], |r| Ok((r.get::<_, i64>(0)? as usize, r.get(1)?)))?;
        Ok(found.unwrap_or_default())
    }

    /// What tells that something was taken in or judged anew since: counts and the latest moment.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn intake_stamp(&self) -> Result<String, Error> {
        let statement = "SELECT (SELECT count(*) || ' ' || coalesce(max(noted_at), '') FROM submissions) || ' ' ||
            (SELECT count(*) FROM layouts) || ' ' || (SELECT count(*) || ' ' || coalesce(max(noted_at), '') FROM runs)";
        Ok(self.one(statement, [], |r| r.get(0))?.unwrap_or_default())
    }

    /// An agency's submissions that came in any way, without their findings, in the order of receipt.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn submissions_of(&self, agency: &str) -> Result<Vec<Submission>, Error> {
        let mut all = self.all_submissions()?;
        all.retain(|s| s.agency.split(';').any(|a| a == agency));
        Ok(all)
    }

    fn write(&self, statement: &str, values: impl rusqlite::Params) -> Result<usize, Error> {
        let done = self.connection.prepare_cached(statement).and_then(|mut s| s.execute(values));
        done.map_err(|e| self.failed(&e))
    }

    fn one<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        let found = self.connection.prepare_cached(statement).and_then(|mut s| s.query_row(values, read).optional());
        found.map_err(|e| self.failed(&e))
    }

    fn many<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let all = |connection: &Connection| -> rusqlite::Result<Vec<T>> {
            let mut statement = connection.prepare_cached(statement)?;
            let rows = statement.query_map(values, read)?;
            rows.collect()
        };
        all(&self.connection).map_err(|e| self.failed(&e))
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

fn upload(row: &Row<'_>) -> rusqlite::Result<Upload> {
    let outcome: Option<String> = row.get(18)?;
    Ok(Upload {
        id: row.get(0)?,
        agency: row.get(1)?,
        sender: Sender { user: row.get(2)?, name: row.get(3)?, is_own: row.get(4)? },
        name: row.get(5)?,
        file: row.get(6)?,
        sha256: row.get(7)?,
        bytes: row.get::<_, i64>(8)? as u64,
        received_on: row.get::<_, String>(9)?.parse().unwrap_or_default(),
        received_at: row.get(10)?,
        state: UploadState::parse(&row.get::<_, String>(11)?),
        failures: row.get(12)?,
        deaths: row.get(13)?,
        trouble: row.get(14)?,
        submission: row.get(15)?,
        withdrawn_at: row.get(16)?,
        same_as: row.get(17)?,
        outcome: outcome.and_then(|text| serde_json::from_str(&text).ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::upload::Changes;
    use crate::model::{Severity, Verdict};

    fn example(id: &str, agency: &str) -> Upload {
        Upload {
            id: id.into(),
            agency: agency.into(),
            sender: Sender { user: 7, name: "A. Sender".into(), is_own: true },
            name: "return.csv".into(),
            file: format!("{agency}/return.csv"),
            sha256: format!("{id}{id}"),
            bytes: 3,
            received_on: "2015-01-31".parse().unwrap(),
            received_at: "2015-01-31T09:00:00Z".into(),
            state: UploadState::Queued,
            failures: 0,
            deaths: 0,
            trouble: String::new(),
            submission: String::new(),
            withdrawn_at: None,
            same_as: String::new(),
            outcome: None,
        }
    }

    fn outcome() -> Outcome {
        Outcome {
            verdict: Verdict::Accepted,
            return_id: "plain".into(),
            agencies: "police".into(),
            period: "2014-03".into(),
            due_on: None,
            rows: 1,
            errors: 0,
            queries: 1,
            notes: 0,
            changes: Changes::default(),
            contents: Vec::new(),
            is_foreign: false,
            judged_at: "2015-01-31T09:00:01Z".into(),
            receipt: "{}".into(),
        }
    }

    #[test]
    fn an_upload_is_received_judged_and_found_by_its_agency_alone() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let (a, b) = (example("aa", "police"), example("bb", "care"));
        ledger.receive_upload(&a, &[Finding::file("P001", Severity::Error, "m", "f")]).unwrap();
        ledger.receive_upload(&b, &[]).unwrap();
        assert_eq!(ledger.upload("police", "aa").unwrap(), Some(a.clone()));
        assert_eq!(ledger.upload("care", "aa").unwrap(), None, "another agency's is not there");
        assert_eq!((ledger.upload_named("aa").unwrap().len(), ledger.upload_named("bb").unwrap().len()), (1, 0));
        let finding = Finding::file("V001", Severity::Query, "m", "f");
        ledger.judge_upload("aa", &outcome(), std::slice::from_ref(&finding), &[]).unwrap();
        let judged = ledger.upload("police", "aa").unwrap().unwrap();
        assert_eq!((judged.state, judged.outcome), (UploadState::Judged, Some(outcome())));
        assert_eq!(ledger.upload_findings("police", "aa").unwrap(), [finding]);
        assert!(ledger.upload_findings("care", "aa").unwrap().is_empty());
        assert_eq!(ledger.uploads_on("police", a.received_on).unwrap(), (1, "police/return.csv".to_owned()));
        assert!(ledger.withdraw_upload("police", "aa", "2015-01-31T10:00:00Z").unwrap());
        assert!(!ledger.withdraw_upload("police", "aa", "2015-01-31T11:00:00Z").unwrap(), "it is taken back already");
        assert!(!ledger.withdraw_upload("police", "bb", "2015-01-31T10:00:00Z").unwrap(), "it is another agency's");
    }

    #[test]
    fn what_was_being_judged_when_the_program_died_is_queued_again_but_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        ledger.receive_upload(&example("aa", "police"), &[]).unwrap();
        ledger.receive_upload(&example("bb", "police"), &[]).unwrap();
        for (death, expected) in [(1, UploadState::Queued), (2, UploadState::Queued), (3, UploadState::Stuck)] {
            ledger.begin_upload("aa").unwrap();
            ledger.recover_uploads(3).unwrap();
            let upload = ledger.upload("police", "aa").unwrap().unwrap();
            assert_eq!((upload.deaths, upload.state), (death, expected));
        }
        assert_eq!(ledger.upload("police", "bb").unwrap().unwrap().deaths, 0, "it only waited");
        ledger.fail_upload("bb", "the reader could not be started", UploadState::Queued).unwrap();
        let failed = ledger.upload("police", "bb").unwrap().unwrap();
        assert_eq!((failed.failures, failed.trouble.as_str()), (1, "the reader could not be started"));
        assert_eq!(ledger.uploads_in(UploadState::Queued).unwrap().len(), 1);
    }

    #[test]
    fn a_file_that_a_run_took_knows_its_submission() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let upload = example("aa", "police");
        ledger.receive_upload(&upload, &[]).unwrap();
        let submission = Submission {
            id: "2015-01-31-aaaa".into(),
            return_id: "plain".into(),
            agency: "police;care".into(),
            period: String::new(),
            file: upload.file.clone(),
            sha256: upload.sha256.clone(),
            received_on: upload.received_on,
            due_on: None,
            verdict: Verdict::Accepted,
            rows: 1,
            findings: Vec::new(),
        };
        let before = ledger.intake_stamp().unwrap();
        ledger.record(&submission, None, "c").unwrap();
        assert_ne!(ledger.intake_stamp().unwrap(), before);
        ledger.settle_uploads().unwrap();
        assert_eq!(ledger.upload("police", "aa").unwrap().unwrap().submission, "", "it is not judged yet");
        ledger.judge_upload("aa", &outcome(), &[], &[]).unwrap();
        ledger.settle_uploads().unwrap();
        assert_eq!(ledger.upload("police", "aa").unwrap().unwrap().submission, submission.id);
        assert!(!ledger.withdraw_upload("police", "aa", "x").unwrap(), "a run took it");
        assert_eq!(ledger.submissions_of("care").unwrap().len(), 1);
        assert!(ledger.submissions_of("car").unwrap().is_empty());
    }
}
