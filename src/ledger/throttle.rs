//! Failed tries to sign in, counted by account and by address. What was typed is kept as a hash: people type passwords into
//! the wrong field.

use rusqlite::params;

use super::Ledger;
use crate::model::Error;

pub(super) const MIGRATION: &str = "CREATE TABLE tries (
        id INTEGER PRIMARY KEY,
        subject TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX tries_of ON tries (subject, at);";

impl Ledger {
    /// Counts a try of every subject as failed, unless one of them has had its `most` since a time: then nothing is counted,
    /// and none is given. A try counts before it is known how it ends, so that many at once are not more than many in turn.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn begin_try(&self, subjects: &[String], now: i64, since: i64, most: usize) -> Result<Option<Vec<i64>>, Error> {
        let write = || {
            let transaction = self.immediate()?;
            transaction.execute("DELETE FROM tries WHERE at <= ?1", [since])?;
            let mut numbers = Vec::new();
            for subject in subjects {
                let count = "SELECT count(*) FROM tries WHERE subject = ?1 AND at > ?2";
                let had: i64 = transaction.query_row(count, params![subject, since], |r| r.get(0))?;
                if had as usize >= most {
                    return Ok(None);
                }
                transaction.execute("INSERT INTO tries (subject, at) VALUES (?1, ?2)", params![subject, now])?;
                numbers.push(transaction.last_insert_rowid());
            }
            transaction.commit().map(|()| Some(numbers))
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Takes tries back that did not fail.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn end_try(&self, numbers: &[i64]) -> Result<(), Error> {
        for number in numbers {
            self.connection.execute("DELETE FROM tries WHERE id = ?1", [number]).map_err(|e| self.failed(&e))?;
        }
        Ok(())
    }

    /// Forgets the failed tries of a subject.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn forget_tries(&self, subject: &str) -> Result<(), Error> {
        self.connection
            .execute("DELETE FROM tries WHERE subject = ?1", [subject])
            .map(|_| ())
            .map_err(|e| self.failed(&e))
    }

    /// How many tries of a subject failed since a time.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn tries(&self, subject: &str, since: i64) -> Result<usize, Error> {
        let statement = "SELECT count(*) FROM tries WHERE subject = ?1 AND at > ?2";
        let count = self.connection.query_row(statement, params![subject, since], |r| r.get::<_, i64>(0));
        count.map(|n| n as usize).map_err(|e| self.failed(&e))
    }
}
