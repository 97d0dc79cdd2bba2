//! Sessions of the portal. A session is known by the SHA-256 of its id: who reads the ledger cannot take one over.

use rusqlite::{OptionalExtension, params};

use super::Ledger;
use crate::model::Error;

/// The table.
pub(super) const MIGRATION: &str = "CREATE TABLE sessions (
    id_sha256 TEXT PRIMARY KEY,
    user INTEGER,
    address TEXT NOT NULL,
    started INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_of ON sessions (user);";

/// A session. Times are seconds since 1970 in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// SHA-256 of its id, lower-case hexadecimal.
    pub id_sha256: String,
    /// The account, once it is signed in.
    pub user: Option<i64>,
    /// Where it was used from last.
    pub address: String,
    /// When it began.
    pub started: i64,
    /// When it was last used, to the minute.
    pub seen: i64,
    /// When it ends by itself.
    pub expires: i64,
    /// What the web side keeps in it, JSON.
    pub data: String,
}

impl Ledger {
    /// Writes a session down, new or known.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn save_session(&self, session: &StoredSession) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO sessions (id_sha256, user, address, started, seen, expires, data)
                   VALUES (?, ?, ?, ?, ?, ?, ?)";
        let s = session;
        let values = params![s.id_sha256, s.user, s.address, s.started, s.seen, s.expires, s.data];
        self.connection.execute(sql, values).map_err(|e| self.failed(&e))?;
        Ok(())
    }

    /// A session that has not ended at `now`.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn session(&self, id_sha256: &str, now: i64) -> Result<Option<StoredSession>, Error> {
        let sql = "SELECT id_sha256, user, address, started, seen, expires, data FROM sessions
                   WHERE id_sha256 = ? AND expires > ?";
        self.connection.query_row(sql, params![id_sha256, now], stored).optional().map_err(|e| self.failed(&e))
    }

    /// The sessions that are signed in, of one account or of all, the last used first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn sessions(&self, user: Option<i64>, now: i64) -> Result<Vec<StoredSession>, Error> {
        let sql = "SELECT id_sha256, user, address, started, seen, expires, data FROM sessions
                   WHERE user IS NOT NULL AND expires > ?1 AND (?2 IS NULL OR user = ?2) ORDER BY seen DESC, id_sha256";
        let mut statement = self.connection.prepare(sql).map_err(|e| self.failed(&e))?;
        let rows = statement.query_map(params![now, user], stored).map_err(|e| self.failed(&e))?;
        rows.collect::<Result<_, _>>().map_err(|e| self.failed(&e))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn end_session(&self, id_sha256: &str) -> Result<(), Error> {
        let sql = "DELETE FROM sessions WHERE id_sha256 = ?";
        self.connection.execute(sql, params![id_sha256]).map_err(|e| self.failed(&e))?;
        Ok(())
    }

    /// Ends all sessions of an account but one, if it is named; gives how many.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn end_sessions_of(&self, user: i64, but: Option<&str>) -> Result<usize, Error> {
        let sql = "DELETE FROM sessions WHERE user = ? AND id_sha256 <> coalesce(?, '')";
        self.connection.execute(sql, params![user, but]).map_err(|e| self.failed(&e))
    }

    /// Forgets sessions that have ended.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn forget_ended_sessions(&self, now: i64) -> Result<usize, Error> {
        self.connection.execute("DELETE FROM sessions WHERE expires <= ?", params![now]).map_err(|e| self.failed(&e))
    }
}

fn stored(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredSession> {
    Ok(StoredSession {
        id_sha256: row.get(0)?,
        user: row.get(1)?,
        address: row.get(2)?,
        started: row.get(3)?,
        seen: row.get(4)?,
        expires: row.get(5)?,
        data: row.get(6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_itself_by_its_account_and_by_hand() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let session = |id: &str, user, expires| StoredSession {
            id_sha256: id.to_owned(),
            user,
            address: "192.0.2.1".to_owned(),
            started: 0,
            seen: 0,
            expires,
            data: "{}".to_owned(),
        };
        for s in
            [session("a", Some(1), 10), session("b", Some(1), 20), session("c", None, 20), session("d", Some(2), 20)]
        {
            ledger.save_session(&s).unwrap();
        }
        assert!(ledger.session("a", 9).unwrap().is_some() && ledger.session("a", 10).unwrap().is_none(), "over at 10");
        let open = |user, now| ledger.sessions(user, now).unwrap().into_iter().map(|s| s.id_sha256).collect::<Vec<_>>();
        assert_eq!(open(None, 0), ["a", "b", "d"], "one that nobody signed in is nobody's");
        assert_eq!(ledger.end_sessions_of(1, Some("b")).unwrap(), 1);
        assert_eq!(open(Some(1), 0), ["b"]);
        ledger.end_session("b").unwrap();
        assert_eq!(ledger.forget_ended_sessions(20).unwrap(), 2);
    }
}
