//! Overrides, with who gave and who ended them; nothing is taken out.

use chrono::NaiveDate;
use rusqlite::{Row, params};

use super::Ledger;
use crate::model::overrides::Override;
use crate::model::{Error, Who};

/// The table.
pub(super) const MIGRATION: &str = "CREATE TABLE overrides (
        id INTEGER PRIMARY KEY,
        agency TEXT NOT NULL,
        return_id TEXT NOT NULL,
        code TEXT NOT NULL,
        most INTEGER NOT NULL,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        reason TEXT NOT NULL,
        by_id INTEGER,
        by_name TEXT NOT NULL,
        at TEXT NOT NULL,
        ended_by TEXT,
        ended_at TEXT
    ) STRICT;";

/// An override with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideLine {
    /// The override.
    pub given: Override,
    /// When it was given, RFC 3339 UTC.
    pub at: String,
    /// Who ended it before its day; none where nobody did.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<String>,
}

impl Ledger {
    /// Keeps an override; its number is given by the ledger.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn add_override(&self, given: &Override, by: &Who, at: &str) -> Result<i64, Error> {
        let values = params![
            given.agency,
            given.return_id,
            given.code,
            given.most as i64,
            given.since.to_string(),
            given.until.to_string(),
            given.reason,
            by.id,
            by.name,
            at
        ];
        let done = self.connection.execute(
            "INSERT INTO overrides (agency, return_id, code, most, since, until, reason, by_id, by_name, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            values,
        );
        done.map_err(|e| self.failed(&e))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Ends an override before its day; gives whether it still held.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn end_override(&self, id: i64, by: &Who, at: &str) -> Result<bool, Error> {
        let done = self.connection.execute(
            "UPDATE overrides SET ended_by = ?2, ended_at = ?3 WHERE id = ?1 AND ended_at IS NULL",
            params![id, by.name, at],
        );
        done.map(|n| n > 0).map_err(|e| self.failed(&e))
    }

    /// Every override, the latest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn override_lines(&self) -> Result<Vec<OverrideLine>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(
                "SELECT id, agency, return_id, code, most, since, until, reason, by_name, at, ended_by, ended_at
                 FROM overrides ORDER BY id DESC",
            )?;
            let rows = statement.query_map([], line)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Those that nobody has ended, the earliest first: what a run takes in.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn overrides(&self) -> Result<Vec<Override>, Error> {
        let lines = self.override_lines()?.into_iter().rev();
        Ok(lines.filter(|l| l.ended_at.is_none()).map(|l| l.given).collect())
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<OverrideLine> {
    let day = |i: usize| row.get::<_, String>(i).map(|text| text.parse::<NaiveDate>().unwrap_or_default());
    Ok(OverrideLine {
        given: Override {
            id: row.get(0)?,
            agency: row.get(1)?,
            return_id: row.get(2)?,
            code: row.get(3)?,
            most: row.get::<_, i64>(4)? as usize,
            since: day(5)?,
            until: day(6)?,
            reason: row.get(7)?,
            by: row.get(8)?,
        },
        at: row.get(9)?,
        ended_by: row.get(10)?,
        ended_at: row.get(11)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_is_kept_and_ended_and_its_line_stays() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let given = Override {
            id: 0,
            agency: "probation".into(),
            return_id: "plain".into(),
            code: "V009".into(),
            most: 2,
            since: "2014-06-01".parse().unwrap(),
            until: "2014-08-31".parse().unwrap(),
            reason: "The list is late.".into(),
            by: "A. Analyst".into(),
        };
        let by = Who::person(1, "A. Analyst");
        let id = ledger.add_override(&given, &by, "2014-06-02T09:00:00Z").unwrap();
        assert_eq!(ledger.overrides().unwrap(), [Override { id, ..given }]);
        assert!(ledger.end_override(id, &by, "2014-06-03T09:00:00Z").unwrap());
        assert!(!ledger.end_override(id, &by, "2014-06-04T09:00:00Z").unwrap(), "it was ended");
        assert!(ledger.overrides().unwrap().is_empty());
        assert_eq!(ledger.override_lines().unwrap()[0].ended_by.as_deref(), Some("A. Analyst"));
    }
}
