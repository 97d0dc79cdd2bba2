//! One-time links, by which a person sets a password. Only the SHA-256 of what the link holds lies here.

use rusqlite::{OptionalExtension, params};

use super::Ledger;
use crate::model::Error;

pub(super) const MIGRATION: &str = "CREATE TABLE links (
        sha256 TEXT PRIMARY KEY,
        user INTEGER NOT NULL REFERENCES users (id),
        purpose TEXT NOT NULL,
        made_by TEXT NOT NULL,
        made_at TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        ended_at TEXT
    ) STRICT;
    CREATE INDEX links_of ON links (user);";

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLink {
    /// Whose password it sets.
    pub user: i64,
    /// `invitation` or `reset`.
    pub purpose: String,
    /// When it ends, in seconds since 1970.
    pub expires_at: i64,
}

impl Ledger {
    /// Keeps a link; every earlier one of the account is void from here on.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn add_link(&self, sha256: &str, link: &KeptLink, made_by: &str, at: &str) -> Result<(), Error> {
        let write = || {
            let transaction = self.immediate()?;
            transaction.execute(
                "UPDATE links SET ended_at = ?2 WHERE user = ?1 AND ended_at IS NULL",
                params![link.user, at],
            )?;
            transaction.execute(
                "INSERT INTO links (sha256, user, purpose, made_by, made_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![sha256, link.user, link.purpose, made_by, at, link.expires_at],
            )?;
            transaction.commit()
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// A link that is still good, of an account that may sign in.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn link(&self, sha256: &str, now: i64) -> Result<Option<KeptLink>, Error> {
        let statement = "SELECT l.user, l.purpose, l.expires_at FROM links l JOIN users u ON u.id = l.user
                         WHERE l.sha256 = ?1 AND l.ended_at IS NULL AND l.expires_at > ?2 AND u.is_active";
        let found = self.connection.query_row(statement, params![sha256, now], |row| {
            Ok(KeptLink { user: row.get(0)?, purpose: row.get(1)?, expires_at: row.get(2)? })
        });
        found.optional().map_err(|e| self.failed(&e))
    }

    /// Uses a link for a new password, both or neither: gives whether it was still good. Sessions end.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn use_link(&self, sha256: &str, hash: &str, now: i64, at: &str) -> Result<bool, Error> {
        let write = || {
            let transaction = self.immediate()?;
            let statement = "UPDATE links SET ended_at = ?3 WHERE sha256 = ?1 AND ended_at IS NULL AND expires_at > ?2
                             RETURNING user";
            let user: Option<i64> =
                transaction.query_row(statement, params![sha256, now, at], |r| r.get(0)).optional()?;
            let Some(user) = user else { return Ok(false) };
            let statement = "UPDATE users SET password = ?2, epoch = epoch + 1 WHERE id = ?1 AND is_active";
            if transaction.execute(statement, params![user, hash])? == 0 {
                return Ok(false);
            }
            transaction.commit().map(|()| true)
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// When the good link of an account ends, in seconds since 1970, with its purpose; none where it has none.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn open_link(&self, user: i64, now: i64) -> Result<Option<KeptLink>, Error> {
        let statement = "SELECT user, purpose, expires_at FROM links
                         WHERE user = ?1 AND ended_at IS NULL AND expires_at > ?2 ORDER BY rowid DESC LIMIT 1";
        let found = self.connection.query_row(statement, params![user, now], |row| {
            Ok(KeptLink { user: row.get(0)?, purpose: row.get(1)?, expires_at: row.get(2)? })
        });
        found.optional().map_err(|e| self.failed(&e))
    }
}
