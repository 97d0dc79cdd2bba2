//! Notes that an agency writes on its own figures, for whoever reads them: a strike, a new system, a ward that moved.

use rusqlite::{Row, params};

use super::Ledger;
use crate::model::Error;

/// The table of notes.
pub(super) const MIGRATION: &str = "CREATE TABLE notes (
        id INTEGER PRIMARY KEY,
        agency TEXT NOT NULL,
        indicator TEXT NOT NULL,
        locality TEXT NOT NULL,
        period TEXT NOT NULL,
        text TEXT NOT NULL,
        user INTEGER NOT NULL,
        given_by TEXT NOT NULL,
        noted_at TEXT NOT NULL,
        withdrawn_at TEXT
    ) STRICT;
    CREATE INDEX notes_of ON notes (agency, indicator);";

/// A note on a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its number.
    pub id: i64,
    /// Whose figure it is.
    pub agency: String,
    /// The indicator.
    pub indicator: String,
    /// The place; empty where it is about all of them.
    pub locality: String,
    /// The period; empty where it is about all of them.
    pub period: String,
    /// What is to be known.
    pub text: String,
    /// Id of the user who wrote it.
    pub user: i64,
    /// The user's name at the time.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub noted_at: String,
}

const COLUMNS: &str = "id, agency, indicator, locality, period, text, user, given_by, noted_at";

impl Ledger {
    /// Keeps a note; gives its number. That of the argument counts for nothing.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn note(&self, note: &Note) -> Result<i64, Error> {
        let values = params![
            note.agency,
            note.indicator,
            note.locality,
            note.period,
            note.text,
            note.user,
            note.by,
            note.noted_at
        ];
        let statement = "INSERT INTO notes (agency, indicator, locality, period, text, user, given_by, noted_at)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.connection.execute(statement, values).map_err(|e| self.failed(&e))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Takes an agency's note back; gives whether there was one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn withdraw_note(&self, agency: &str, id: i64, at: &str) -> Result<bool, Error> {
        let statement = "UPDATE notes SET withdrawn_at = ?3 WHERE agency = ?1 AND id = ?2 AND withdrawn_at IS NULL";
        let done = self.connection.execute(statement, params![agency, id, at]);
        done.map(|n| n > 0).map_err(|e| self.failed(&e))
    }

    /// The notes that stand, of one agency or of all, the latest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn notes(&self, agency: Option<&str>) -> Result<Vec<Note>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(&format!(
                "SELECT {COLUMNS} FROM notes WHERE withdrawn_at IS NULL AND (?1 IS NULL OR agency = ?1) ORDER BY id DESC"
            ))?;
            let rows = statement.query_map([agency], note)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

fn note(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        id: row.get(0)?,
        agency: row.get(1)?,
        indicator: row.get(2)?,
        locality: row.get(3)?,
        period: row.get(4)?,
        text: row.get(5)?,
        user: row.get(6)?,
        by: row.get(7)?,
        noted_at: row.get(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_its_agencys_to_write_and_to_take_back() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let note = |text: &str| Note {
            id: 0,
            agency: "police".into(),
            indicator: "missing".into(),
            locality: "corby".into(),
            period: "2014-03".into(),
            text: text.into(),
            user: 7,
            by: "A. Sender".into(),
            noted_at: "2015-01-31T09:00:00Z".into(),
        };
        let first = ledger.note(&note("A new system.")).unwrap();
        let second = ledger.note(&note("A strike.")).unwrap();
        let texts = |agency| ledger.notes(agency).unwrap().into_iter().map(|n| n.text).collect::<Vec<_>>();
        assert_eq!(texts(Some("police")), ["A strike.", "A new system."]);
        assert!(texts(Some("care")).is_empty());
        assert!(!ledger.withdraw_note("care", first, "t").unwrap(), "another agency's");
        assert!(ledger.withdraw_note("police", second, "t").unwrap());
        assert!(!ledger.withdraw_note("police", second, "t").unwrap());
        assert_eq!(texts(None), ["A new system."]);
    }
}
