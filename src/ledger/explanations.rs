//! What agencies explain of their queries, and what an analyst decides of it. An explanation decides nothing by itself: one
//! that is accepted becomes an answer, by which later returns are held.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row, params};

use super::Ledger;
use crate::model::{Error, Who};

/// The table.
pub(super) const MIGRATION: &str = "CREATE TABLE explanations (
        id INTEGER PRIMARY KEY,
        query TEXT NOT NULL,
        agency TEXT NOT NULL,
        asked_on TEXT NOT NULL,
        explanation TEXT NOT NULL,
        low REAL,
        high REAL,
        until TEXT,
        by_id INTEGER,
        by_name TEXT NOT NULL,
        at TEXT NOT NULL,
        state TEXT NOT NULL,
        decided_by_id INTEGER,
        decided_by TEXT,
        decided_at TEXT,
        reason TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX explanations_of ON explanations (query, id);";

/// Where an explanation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExplanationState {
    /// An analyst has not decided.
    Waiting,
    /// It became an answer.
    Accepted,
    /// The agency is asked for another, with a reason.
    SentBack,
    /// The agency gave another before anybody decided.
    Replaced,
}

impl ExplanationState {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::SentBack => "sent-back",
            Self::Replaced => "replaced",
        }
    }

    fn parse(word: &str) -> Self {
        let all = [Self::Waiting, Self::Accepted, Self::SentBack];
        all.into_iter().find(|s| s.as_str() == word).unwrap_or(Self::Replaced)
    }
}

/// What an agency said of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Its number; 0 before it is kept.
    pub id: i64,
    /// The query's id.
    pub query: String,
    /// The agency that explains.
    pub agency: String,
    /// The day of receipt of the return that asked.
    pub asked_on: NaiveDate,
    /// The explanation.
    pub explanation: String,
    /// The least figure that it explains.
    pub low: Option<f64>,
    /// The greatest figure that it explains.
    pub high: Option<f64>,
    /// Until when the agency thinks that it holds.
    pub until: Option<NaiveDate>,
    /// Who explained.
    pub by: Who,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Where it stands.
    pub state: ExplanationState,
    /// Who decided.
    pub decided_by: Option<Who>,
    /// When.
    pub decided_at: Option<String>,
    /// Why it was sent back; empty otherwise.
    pub reason: String,
}

const COLUMNS: &str = "id, query, agency, asked_on, explanation, low, high, until, by_id, by_name, at, state, \
     decided_by_id, decided_by, decided_at, reason";

impl Ledger {
    /// Keeps an explanation; one of the same query that still waits is replaced. Gives its number.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn explain(&self, given: &Given) -> Result<i64, Error> {
        let write = || {
            let transaction = self.connection.unchecked_transaction()?;
            transaction.execute(
                "UPDATE explanations SET state = 'replaced' WHERE query = ?1 AND agency = ?2 AND state = 'waiting'",
                [&given.query, &given.agency],
            )?;
            transaction.execute(
                "INSERT INTO explanations (query, agency, asked_on, explanation, low, high, until, by_id, by_name, at, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'waiting')",
                params![
                    given.query,
                    given.agency,
                    given.asked_on.to_string(),
                    given.explanation,
                    given.low,
                    given.high,
                    given.until.map(|d| d.to_string()),
                    given.by.id,
                    given.by.name,
                    given.at
                ],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.commit()?;
            Ok(id)
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Decides on an explanation that waits; gives whether it still did.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn decide_explanation(
        &self,
        id: i64,
        state: ExplanationState,
        by: &Who,
        at: &str,
        reason: &str,
    ) -> Result<bool, Error> {
        let done = self.connection.execute(
            "UPDATE explanations SET state = ?2, decided_by_id = ?3, decided_by = ?4, decided_at = ?5, reason = ?6
             WHERE id = ?1 AND state = 'waiting'",
            params![id, state.as_str(), by.id, by.name, at, reason],
        );
        done.map(|n| n > 0).map_err(|e| self.failed(&e))
    }

    /// An explanation by its number.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn explanation(&self, id: i64) -> Result<Option<Given>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM explanations WHERE id = ?1");
        self.connection.query_row(&statement, [id], given).optional().map_err(|e| self.failed(&e))
    }

    /// Every explanation, the oldest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn explanations(&self) -> Result<Vec<Given>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(&format!("SELECT {COLUMNS} FROM explanations ORDER BY id"))?;
            let rows = statement.query_map([], given)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

fn given(row: &Row<'_>) -> rusqlite::Result<Given> {
    let day = |text: String| text.parse::<NaiveDate>().unwrap_or_default();
    let decided_by: Option<String> = row.get(13)?;
    Ok(Given {
        id: row.get(0)?,
        query: row.get(1)?,
        agency: row.get(2)?,
        asked_on: day(row.get(3)?),
        explanation: row.get(4)?,
        low: row.get(5)?,
        high: row.get(6)?,
        until: row.get::<_, Option<String>>(7)?.map(day),
        by: Who { id: row.get(8)?, name: row.get(9)? },
        at: row.get(10)?,
        state: ExplanationState::parse(&row.get::<_, String>(11)?),
        decided_by: decided_by.map(|name| Ok::<_, rusqlite::Error>(Who { id: row.get(12)?, name })).transpose()?,
        decided_at: row.get(14)?,
        reason: row.get(15)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(explanation: &str) -> Given {
        Given {
            id: 0,
            query: "C006-00000001".into(),
            agency: "police".into(),
            asked_on: "2014-11-10".parse().unwrap(),
            explanation: explanation.into(),
            low: Some(60.0),
            high: None,
            until: None,
            by: Who::person(3, "P. Officer"),
            at: "2014-11-11T10:00:00Z".into(),
            state: ExplanationState::Waiting,
            decided_by: None,
            decided_at: None,
            reason: String::new(),
        }
    }

    #[test]
    fn a_later_explanation_replaces_one_that_waits_and_a_decision_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let first = ledger.explain(&example("A new unit.")).unwrap();
        let second = ledger.explain(&example("A new unit counts.")).unwrap();
        let state = |id| ledger.explanation(id).unwrap().unwrap().state;
        assert_eq!((state(first), state(second)), (ExplanationState::Replaced, ExplanationState::Waiting));
        let by = Who::person(1, "A. Analyst");
        let decide = |id, state| ledger.decide_explanation(id, state, &by, "2014-11-12T09:00:00Z", "Which unit?");
        assert!(decide(second, ExplanationState::SentBack).unwrap());
        assert!(!decide(second, ExplanationState::Accepted).unwrap(), "it was decided");
        let kept = ledger.explanation(second).unwrap().unwrap();
        assert_eq!((kept.reason.as_str(), kept.decided_by), ("Which unit?", Some(by)));
        assert_eq!(ledger.explanations().unwrap().len(), 2);
    }
}
