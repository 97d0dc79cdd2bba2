//! Which run the board sees. A run is published into its folder by itself; that the board reads it is a decision of a
//! person, kept here line by line: released, or held with a reason. Nothing is ever taken out.

use rusqlite::{Row, params};

use super::Ledger;
use crate::model::{Error, Who};

/// The table.
pub(super) const MIGRATION: &str = "CREATE TABLE releases (
        id INTEGER PRIMARY KEY,
        run TEXT NOT NULL,
        is_release INTEGER NOT NULL,
        by_id INTEGER,
        by_name TEXT NOT NULL,
        at TEXT NOT NULL,
        note TEXT NOT NULL
    ) STRICT;";

/// A run that the board sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The run.
    pub run: String,
    /// Who released it.
    pub released_by: Who,
    /// When, RFC 3339 UTC.
    pub released_at: String,
    /// What was said of it; may be empty.
    pub note: String,
}

/// One line of the ledger of releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseDecision {
    /// Its number; later ones are greater.
    pub id: i64,
    /// The run.
    pub run: String,
    /// Released, else held.
    pub is_release: bool,
    /// Who decided.
    pub by: Who,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// The reason, or what was said of it.
    pub note: String,
}

impl Ledger {
    /// Writes down that a run was released, or held.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn decide_release(&self, run: &str, is_release: bool, by: &Who, at: &str, note: &str) -> Result<(), Error> {
        self.connection
            .execute(
                "INSERT INTO releases (run, is_release, by_id, by_name, at, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![run, is_release, by.id, by.name, at, note],
            )
            .map(|_| ())
            .map_err(|e| self.failed(&e))
    }

    /// Every decision, the latest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn release_decisions(&self) -> Result<Vec<ReleaseDecision>, Error> {
        let read = || {
            let mut statement = self
                .connection
                .prepare("SELECT id, run, is_release, by_id, by_name, at, note FROM releases ORDER BY id DESC")?;
            let rows = statement.query_map([], decision)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// What the board sees: the run that was released last and not held since. None before the first release.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn current_release(&self) -> Result<Option<Release>, Error> {
        let decisions = self.release_decisions()?;
        let is_last_word =
            |d: &&ReleaseDecision| decisions.iter().find(|l| l.run == d.run).is_some_and(|l| l.id == d.id);
        let current = decisions.iter().filter(is_last_word).find(|d| d.is_release);
        Ok(current.map(|d| Release {
            run: d.run.clone(),
            released_by: d.by.clone(),
            released_at: d.at.clone(),
            note: d.note.clone(),
        }))
    }
}

fn decision(row: &Row<'_>) -> rusqlite::Result<ReleaseDecision> {
    Ok(ReleaseDecision {
        id: row.get(0)?,
        run: row.get(1)?,
        is_release: row.get(2)?,
        by: Who { id: row.get(3)?, name: row.get(4)? },
        at: row.get(5)?,
        note: row.get(6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_board_sees_what_was_released_last_and_is_not_held() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let by = Who::person(1, "A. Analyst");
        let current = || ledger.current_release().unwrap().map(|r| r.run);
        assert_eq!(current(), None);
        for (run, is_release, expected, why) in [
            ("b", false, None, "held before anything was released"),
            ("a", true, Some("a"), "the first"),
            ("b", true, Some("b"), "released after it was held"),
            ("b", false, Some("a"), "held again: the one before stands"),
            ("a", false, None, "nothing is left"),
            ("b", true, Some("b"), "and again"),
            ("a", true, Some("a"), "an earlier run released again"),
        ] {
            ledger.decide_release(run, is_release, &by, "2026-01-01T00:00:00Z", "note").unwrap();
            assert_eq!(current().as_deref(), expected, "{why}");
        }
        assert_eq!(ledger.release_decisions().unwrap().len(), 7, "no line is lost");
    }
}
