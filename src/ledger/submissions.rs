//! Submissions and their verdicts.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row, params};

use super::Ledger;
use crate::model::submission::Submission;
use crate::model::{Error, Verdict};

const COLUMNS: &str = "id, sha256, file, return_id, agency, period, received_on, due_on, verdict, rows, findings";

impl Ledger {
    /// Writes down a submission. One that the ledger knows by its SHA-256 is replaced: the same file judged again under
    /// another configuration keeps its id and its day.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn record(
        &self,
        submission: &Submission,
        newest_period_end: Option<NaiveDate>,
        configuration: &str,
    ) -> Result<(), Error> {
        let findings = serde_json::to_string(&submission.findings).unwrap_or_else(|_| "[]".to_owned());
        let day = |d: NaiveDate| d.to_string();
        let values = params![
            submission.id,
            submission.sha256,
            submission.file,
            submission.return_id,
            submission.agency,
            submission.period,
            day(submission.received_on),
            submission.due_on.map(day),
            submission.verdict.as_str(),
            submission.rows as i64,
            findings,
            newest_period_end.map(day),
            configuration,
        ];
        let statement = format!(
            "INSERT INTO submissions ({COLUMNS}, newest_period_end, configuration)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (sha256) DO UPDATE SET return_id = excluded.return_id, agency = excluded.agency,
                period = excluded.period, due_on = excluded.due_on, verdict = excluded.verdict, rows = excluded.rows,
                findings = excluded.findings, newest_period_end = excluded.newest_period_end,
                configuration = excluded.configuration"
        );
        self.connection.execute(&statement, values).map(|_| ()).map_err(|e| self.failed(&e))
    }

    /// Forgets under which rules every submission was judged, so that the next start judges all again, whatever happens to
    /// this one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn mark_stale(&self) -> Result<(), Error> {
        self.connection
            .execute("UPDATE submissions SET configuration = ''", [])
            .map(|_| ())
            .map_err(|e| self.failed(&e))
    }

    /// Writes several submissions down, all or none.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn record_all(
        &self,
        submissions: &[(Submission, Option<NaiveDate>)],
        configuration: &str,
    ) -> Result<(), Error> {
        let transaction = self.connection.unchecked_transaction().map_err(|e| self.failed(&e))?;
        for (submission, newest_period_end) in submissions {
            self.record(submission, *newest_period_end, configuration)?;
        }
        transaction.commit().map_err(|e| self.failed(&e))
    }

    /// The submission of a SHA-256, with the configuration that it was judged under.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn known(&self, sha256: &str) -> Result<Option<(Submission, String)>, Error> {
        let statement = format!("SELECT {COLUMNS}, configuration FROM submissions WHERE sha256 = ?1");
        self.connection
            .query_row(&statement, [sha256], |row| Ok((submission(row)?, row.get(11)?)))
            .optional()
            .map_err(|e| self.failed(&e))
    }

    /// Every submission, in the same order.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn all_submissions(&self) -> Result<Vec<Submission>, Error> {
        // Days are kept as text: the last one must sort after every four-digit year.
        self.submissions(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default())
    }

    /// Submissions received on or before a day, in the order of day, file name and SHA-256.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn submissions(&self, as_of: NaiveDate) -> Result<Vec<Submission>, Error> {
        let statement =
            format!("SELECT {COLUMNS} FROM submissions WHERE received_on <= ?1 ORDER BY received_on, file, sha256");
        let read = || {
            let mut statement = self.connection.prepare(&statement)?;
            let rows = statement.query_map([as_of.to_string()], submission)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

fn submission(row: &Row<'_>) -> rusqlite::Result<Submission> {
    let text = |i: usize| row.get::<_, String>(i);
    let day = |text: String| text.parse::<NaiveDate>().unwrap_or_default();
    let verdict = match text(8)?.as_str() {
        "accepted" => Verdict::Accepted,
        "quarantined" => Verdict::Quarantined,
        _ => Verdict::Rejected,
    };
    Ok(Submission {
        id: text(0)?,
        sha256: text(1)?,
        file: text(2)?,
        return_id: text(3)?,
        agency: text(4)?,
        period: text(5)?,
        received_on: day(text(6)?),
        due_on: row.get::<_, Option<String>>(7)?.map(day),
        verdict,
        rows: row.get::<_, i64>(9)? as usize,
        findings: serde_json::from_str(&text(10)?).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(sha256: &str, received: &str) -> Submission {
        Submission {
            id: format!("{received}-{sha256}"),
            return_id: "plain".into(),
            agency: "police".into(),
            period: "2014-03".into(),
            file: "police.csv".into(),
            sha256: sha256.into(),
            received_on: received.parse().unwrap(),
            due_on: None,
            verdict: Verdict::Accepted,
            rows: 3,
            findings: vec![crate::model::Finding::file("F001", crate::model::Severity::Note, "m", "f")],
        }
    }

    #[test]
    fn what_was_written_is_read_and_a_day_hides_what_came_later() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let (early, late) = (example("aa", "2015-01-31"), example("bb", "2015-02-28"));
        ledger.record(&late, None, "c1").unwrap();
        ledger.record(&early, Some("2014-03-31".parse().unwrap()), "c1").unwrap();
        assert_eq!(ledger.submissions("2015-02-27".parse().unwrap()).unwrap(), vec![early.clone()]);
        assert_eq!(ledger.submissions("2015-02-28".parse().unwrap()).unwrap(), vec![early.clone(), late]);
        assert_eq!(ledger.all_submissions().unwrap().len(), 2);
        assert_eq!(ledger.known("aa").unwrap(), Some((early, "c1".into())));
        assert_eq!(ledger.known("cc").unwrap(), None);
    }

    #[test]
    fn several_are_written_together_and_forgotten_together() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        ledger.record_all(&[(example("aa", "2015-01-31"), None), (example("bb", "2015-02-28"), None)], "c1").unwrap();
        assert_eq!(ledger.known("bb").unwrap().unwrap().1, "c1");
        ledger.mark_stale().unwrap();
        assert_eq!(ledger.known("aa").unwrap().unwrap().1, "");
        assert_eq!(ledger.all_submissions().unwrap().len(), 2);
    }

    #[test]
    fn judged_again_it_keeps_its_id_and_day() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        ledger.record(&example("aa", "2015-01-31"), None, "c1").unwrap();
        let mut again = example("aa", "2015-02-28");
        again.verdict = Verdict::Rejected;
        ledger.record(&again, None, "c2").unwrap();
        let (known, configuration) = ledger.known("aa").unwrap().unwrap();
        assert_eq!((known.id.as_str(), known.verdict), ("2015-01-31-aa", Verdict::Rejected));
        assert_eq!(configuration, "c2");
    }
}
