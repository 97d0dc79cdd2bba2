//! Queries of accepted returns, and their answers.

use chrono::NaiveDate;
use rusqlite::{Row, params};

use super::Ledger;
use crate::model::Error;
use crate::model::query::{Answer, Asked};

/// A query with the return that asks it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What is asked.
    pub asked: Asked,
    /// Id of the submission.
    pub submission: String,
    /// Its return.
    pub return_id: String,
    /// When it was received.
    pub received_on: NaiveDate,
}

impl Ledger {
    /// Writes down what returns ask, in the place of what was known of these files.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn remember_queries(&self, of: &[(String, Vec<Asked>)]) -> Result<(), Error> {
        let write = || {
            let transaction = self.connection.unchecked_transaction()?;
            for (sha256, asked) in of {
                transaction.execute("DELETE FROM queries WHERE sha256 = ?1", [sha256])?;
                for one in asked {
                    transaction.execute(
                        "INSERT INTO queries (sha256, id, code, agency, subject, period, value, message)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        params![sha256, one.id, one.code, one.agency, one.subject, one.period, one.value, one.message],
                    )?;
                }
            }
            transaction.commit()
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Every query of an accepted submission, in the order of receipt, then as they were found.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn queries(&self) -> Result<Vec<Question>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(
                "SELECT q.id, q.code, q.agency, q.subject, q.period, q.value, q.message, s.id, s.return_id, s.received_on
                 FROM queries q JOIN submissions s ON s.sha256 = q.sha256
                 WHERE s.verdict = 'accepted' ORDER BY s.received_on, s.file, s.sha256, q.rowid",
            )?;
            let rows = statement.query_map([], question)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Keeps an answer; another to the same asking of a query replaces it. One to a later asking stands beside it: what was
    /// received between the two was held against the earlier one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn answer(&self, answer: &Answer) -> Result<(), Error> {
        let values = params![
            answer.id,
            answer.by,
            answer.explanation,
            answer.until.to_string(),
            answer.low,
            answer.high,
            answer.released,
            answer.since.to_string(),
            answer.agency,
            answer.subject
        ];
        self.connection
            .execute(
                "INSERT OR REPLACE INTO answers (id, given_by, explanation, until, low, high, released, since, agency, subject)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                values,
            )
            .map(|_| ())
            .map_err(|e| self.failed(&e))
    }

    /// Takes the latest answer to a query back; gives whether there was one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn withdraw(&self, id: &str) -> Result<bool, Error> {
        let done = self.connection.execute(
            "DELETE FROM answers WHERE id = ?1 AND since = (SELECT max(since) FROM answers WHERE id = ?1)",
            [id],
        );
        done.map(|n| n > 0).map_err(|e| self.failed(&e))
    }

    /// Every answer, in the order of the queries' ids, then of their days.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn answers(&self) -> Result<Vec<Answer>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(
                "SELECT id, given_by, explanation, until, low, high, released, since, agency, subject
                 FROM answers ORDER BY id, since",
            )?;
            let rows = statement.query_map([], answer)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_default()
}

fn question(row: &Row<'_>) -> rusqlite::Result<Question> {
    let asked = Asked {
        id: row.get(0)?,
        code: row.get(1)?,
        agency: row.get(2)?,
        subject: row.get(3)?,
        period: row.get(4)?,
        value: row.get(5)?,
        message: row.get(6)?,
    };
    let received: String = row.get(9)?;
    Ok(Question { asked, submission: row.get(7)?, return_id: row.get(8)?, received_on: day(&received) })
}

fn answer(row: &Row<'_>) -> rusqlite::Result<Answer> {
    Ok(Answer {
        id: row.get(0)?,
        by: row.get(1)?,
        explanation: row.get(2)?,
        until: day(&row.get::<_, String>(3)?),
        low: row.get(4)?,
        high: row.get(5)?,
        released: row.get(6)?,
        since: day(&row.get::<_, String>(7)?),
        agency: row.get(8)?,
        subject: row.get(9)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_replaced_and_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let answer = |explanation: &str| Answer {
            id: "C006-00000001".into(),
            by: "A. Analyst".into(),
            explanation: explanation.into(),
            until: day("2015-03-31"),
            low: Some(1.5),
            high: None,
            released: true,
            since: day("2015-01-31"),
            agency: "police".into(),
            subject: "performance missing corby".into(),
        };
        ledger.answer(&answer("first")).unwrap();
        ledger.answer(&answer("second")).unwrap();
        assert_eq!(ledger.answers().unwrap(), [answer("second")]);
        assert!(ledger.withdraw("C006-00000001").unwrap());
        assert!(!ledger.withdraw("C006-00000001").unwrap(), "there is none any more");
        assert!(ledger.answers().unwrap().is_empty());
    }
}
