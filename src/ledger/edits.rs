//! Changes of the board's own lists and settings that were made here: who, when, and the text of every version, so that
//! each can be put back. The files stay the truth.

use rusqlite::{OptionalExtension, Row, params};

use super::Ledger;
use crate::model::{Error, Who};

/// The tables.
pub(super) const MIGRATION: &str = "CREATE TABLE edits (
        id INTEGER PRIMARY KEY,
        file TEXT NOT NULL,
        by_id INTEGER,
        by_name TEXT NOT NULL,
        at TEXT NOT NULL,
        before_sha256 TEXT NOT NULL,
        after_sha256 TEXT NOT NULL,
        note TEXT NOT NULL
    ) STRICT;
    CREATE TABLE edit_texts (
        sha256 TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        kept_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    ) STRICT;";

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Its number.
    pub id: i64,
    /// The file by its role: `reference/targets.csv`, `pipeline.toml`.
    pub file: String,
    /// Who made it.
    pub by: Who,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// SHA-256 of the text before; empty where there was no file.
    pub before_sha256: String,
    /// SHA-256 of the text after.
    pub after_sha256: String,
    /// Why, in the words of whoever made it.
    pub note: String,
}

impl Ledger {
    /// Keeps an edit with both of its texts, all or none. Its number is given by the ledger.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn record_edit(&self, edit: &Edit, before: &str, after: &str) -> Result<i64, Error> {
        let write = || {
            let transaction = self.connection.unchecked_transaction()?;
            for (sha256, text) in [(&edit.before_sha256, before), (&edit.after_sha256, after)] {
                if !sha256.is_empty() {
                    transaction.execute(
                        "INSERT OR IGNORE INTO edit_texts (sha256, text) VALUES (?1, ?2)",
                        params![sha256, text],
                    )?;
                }
            }
            transaction.execute(
                "INSERT INTO edits (file, by_id, by_name, at, before_sha256, after_sha256, note)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![edit.file, edit.by.id, edit.by.name, edit.at, edit.before_sha256, edit.after_sha256, edit.note],
            )?;
            let id = transaction.last_insert_rowid();
            // Drafts that nobody took up.
            transaction.execute(
                "DELETE FROM edit_texts WHERE kept_at < datetime('now', '-2 days')
                 AND sha256 NOT IN (SELECT before_sha256 FROM edits UNION SELECT after_sha256 FROM edits)",
                [],
            )?;
            transaction.commit()?;
            Ok(id)
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Keeps a text that may become a version, for a day or two.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn keep_draft(&self, sha256: &str, text: &str) -> Result<(), Error> {
        self.connection
            .execute("INSERT OR IGNORE INTO edit_texts (sha256, text) VALUES (?1, ?2)", [sha256, text])
            .map(|_| ())
            .map_err(|e| self.failed(&e))
    }

    /// Every edit, the latest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn edits(&self) -> Result<Vec<Edit>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(
                "SELECT id, file, by_id, by_name, at, before_sha256, after_sha256, note FROM edits ORDER BY id DESC",
            )?;
            let rows = statement.query_map([], edit)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// The text of a version that was kept.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn edit_text(&self, sha256: &str) -> Result<Option<String>, Error> {
        self.connection
            .query_row("SELECT text FROM edit_texts WHERE sha256 = ?1", [sha256], |row| row.get(0))
            .optional()
            .map_err(|e| self.failed(&e))
    }
}

fn edit(row: &Row<'_>) -> rusqlite::Result<Edit> {
    Ok(Edit {
        id: row.get(0)?,
        file: row.get(1)?,
        by: Who { id: row.get(2)?, name: row.get(3)? },
        at: row.get(4)?,
        before_sha256: row.get(5)?,
        after_sha256: row.get(6)?,
        note: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_keeps_both_texts() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let edit = |before: &str, after: &str| Edit {
            id: 0,
            file: "reference/targets.csv".into(),
            by: Who::person(1, "A. Analyst"),
            at: "2026-01-01T00:00:00Z".into(),
            before_sha256: before.into(),
            after_sha256: after.into(),
            note: "agreed in May".into(),
        };
        ledger.record_edit(&edit("aa", "bb"), "old", "new").unwrap();
        ledger.record_edit(&edit("bb", "aa"), "new", "old").unwrap();
        let text = |sha256: &str| ledger.edit_text(sha256).unwrap();
        assert_eq!((text("aa").as_deref(), text("bb").as_deref(), text("cc")), (Some("old"), Some("new"), None));
        let edits = ledger.edits().unwrap();
        assert_eq!((edits.len(), edits[0].after_sha256.as_str()), (2, "aa"), "the latest first");
    }
}
