//! Tokens of programs that call the API. Only the SHA-256 of a token's secret lies here, beside the prefix by which people
//! know it.

use rusqlite::{OptionalExtension, Row, params};

use super::Ledger;
use crate::model::Error;

pub(super) const MIGRATION: &str = "CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        prefix TEXT NOT NULL UNIQUE,
        sha256 TEXT NOT NULL,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        agency TEXT,
        made_by TEXT NOT NULL,
        made_at TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        used_at TEXT,
        revoked_at TEXT
    ) STRICT;";

const COLUMNS: &str = "id, prefix, sha256, name, scopes, agency, made_by, made_at, expires_at, used_at, revoked_at";

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptToken {
    /// Its number.
    pub id: i64,
    /// What people know it by.
    pub prefix: String,
    /// SHA-256 of its secret.
    pub sha256: String,
    /// What it is for.
    pub name: String,
    /// What it may do, joined by blanks.
    pub scopes: String,
    /// The one agency for which it acts; none for the whole board.
    pub agency: Option<String>,
    /// Who made it.
    pub made_by: String,
    /// When it was made.
    pub made_at: String,
    /// When it ends, in seconds since 1970.
    pub expires_at: i64,
    /// When it was last used, to the minute or so.
    pub used_at: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<String>,
}

impl Ledger {
    /// Keeps a token, whose number and uses are given by the ledger; gives the number.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn add_token(&self, token: &KeptToken) -> Result<i64, Error> {
        let statement = "INSERT INTO tokens (prefix, sha256, name, scopes, agency, made_by, made_at, expires_at)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let values = params![
            token.prefix,
            token.sha256,
            token.name,
            token.scopes,
            token.agency,
            token.made_by,
            token.made_at,
            token.expires_at
        ];
        self.connection
            .execute(statement, values)
            .map(|_| self.connection.last_insert_rowid())
            .map_err(|e| self.failed(&e))
    }

    /// A token by its prefix, whether it is still good or not.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn token_by_prefix(&self, prefix: &str) -> Result<Option<KeptToken>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM tokens WHERE prefix = ?1");
        self.connection.query_row(&statement, [prefix], token).optional().map_err(|e| self.failed(&e))
    }

    /// Every token, the newest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn tokens(&self) -> Result<Vec<KeptToken>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(&format!("SELECT {COLUMNS} FROM tokens ORDER BY id DESC"))?;
            let rows = statement.query_map([], token)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn note_token_use(&self, id: i64, at: &str) -> Result<(), Error> {
        let done = self.connection.execute("UPDATE tokens SET used_at = ?2 WHERE id = ?1", params![id, at]);
        done.map(|_| ()).map_err(|e| self.failed(&e))
    }

    /// Revokes a token; gives whether there was one to revoke.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn revoke_token(&self, id: i64, at: &str) -> Result<bool, Error> {
        let statement = "UPDATE tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
        self.connection.execute(statement, params![id, at]).map(|n| n > 0).map_err(|e| self.failed(&e))
    }
}

fn token(row: &Row<'_>) -> rusqlite::Result<KeptToken> {
    Ok(KeptToken {
        id: row.get(0)?,
        prefix: row.get(1)?,
        sha256: row.get(2)?,
        name: row.get(3)?,
        scopes: row.get(4)?,
        agency: row.get(5)?,
        made_by: row.get(6)?,
        made_at: row.get(7)?,
        expires_at: row.get(8)?,
        used_at: row.get(9)?,
        revoked_at: row.get(10)?,
    })
}
