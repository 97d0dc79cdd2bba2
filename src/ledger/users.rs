//! Accounts, and what they sign in with: the hash of a password, the sealed secret of a second factor, the hashes of
//! recovery codes. Nothing that lies here opens an account by itself.

use rusqlite::{OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::Ledger;
use crate::model::{Error, Role, User};

pub(super) const MIGRATION: &str = "CREATE TABLE users (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        email TEXT NOT NULL UNIQUE COLLATE NOCASE,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        agency TEXT,
        is_active INTEGER NOT NULL DEFAULT 1,
        password TEXT,
        totp TEXT,
        totp_confirmed INTEGER NOT NULL DEFAULT 0,
        totp_step INTEGER NOT NULL DEFAULT 0,
        epoch INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        signed_in_at TEXT,
        CHECK ((role = 'agency') = (agency IS NOT NULL))
    ) STRICT;
    CREATE TABLE recovery_codes (
        user INTEGER NOT NULL REFERENCES users (id),
        sha256 TEXT NOT NULL,
        used_at TEXT,
        PRIMARY KEY (user, sha256)
    ) STRICT;";

const COLUMNS: &str =
    "id, email, name, role, agency, is_active, totp IS NOT NULL AND totp_confirmed, created_at, signed_in_at";

/// What an account signs in with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secrets {
    /// The password's hash in PHC form; none before the invitation was accepted.
    pub password: Option<String>,
    /// The sealed secret of the second factor.
    pub totp: Option<String>,
    /// Whether a code of it was given once.
    pub totp_confirmed: bool,
    /// The last time step whose code was taken.
    pub totp_step: u64,
}

/// What became of a change to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Yes,
    /// There is no such account.
    NoSuchUser,
    /// It would leave nobody who can look after accounts.
    LastAdministrator,
}

impl Ledger {
    /// Makes an account without a password; none where the address has one already.
    ///
    /// # Errors
    /// The ledger could not be written, or an agency's uploader has no agency, or another role has one.
    pub fn add_user(
        &self,
        email: &str,
        name: &str,
        role: Role,
        agency: Option<&str>,
        at: &str,
    ) -> Result<Option<User>, Error> {
        let statement = "INSERT INTO users (email, name, role, agency, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
                         ON CONFLICT (email) DO NOTHING";
        let values = params![email, name, role.as_str(), agency, at];
        match self.connection.execute(statement, values).map_err(|e| self.failed(&e))? {
            0 => Ok(None),
            _ => self.user(self.connection.last_insert_rowid()),
        }
    }

    /// An account by its number.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn user(&self, id: i64) -> Result<Option<User>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM users WHERE id = ?1");
        self.connection.query_row(&statement, [id], user).optional().map_err(|e| self.failed(&e))
    }

    /// An account by its address, in whatever case.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM users WHERE email = ?1");
        self.connection.query_row(&statement, [email], user).optional().map_err(|e| self.failed(&e))
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn users(&self) -> Result<Vec<User>, Error> {
        let read = || {
            let statement = format!("SELECT {COLUMNS} FROM users ORDER BY is_active DESC, name COLLATE NOCASE, id");
            let mut statement = self.connection.prepare(&statement)?;
            let rows = statement.query_map([], user)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// What an account signs in with; empty where there is no such account.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn secrets(&self, id: i64) -> Result<Secrets, Error> {
        let statement = "SELECT password, totp, totp_confirmed, totp_step FROM users WHERE id = ?1";
        let found = self.connection.query_row(statement, [id], |row| {
            Ok(Secrets {
                password: row.get(0)?,
                totp: row.get(1)?,
                totp_confirmed: row.get(2)?,
                totp_step: row.get::<_, i64>(3)? as u64,
            })
        });
        found.optional().map(Option::unwrap_or_default).map_err(|e| self.failed(&e))
    }

    /// The number that every session of an account carries; a session with an older one is over.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn epoch(&self, id: i64) -> Result<i64, Error> {
        let found = self.connection.query_row("SELECT epoch FROM users WHERE id = ?1", [id], |r| r.get(0));
        found.optional().map(|e| e.unwrap_or(-1)).map_err(|e| self.failed(&e))
    }

    /// Ends every session of an account, by raising the number that they carry.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn end_sessions(&self, id: i64) -> Result<(), Error> {
        self.change_user("UPDATE users SET epoch = epoch + 1 WHERE id = ?1", params![id]).map(|_| ())
    }

    /// Keeps the hash of a new password, and ends every session.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn set_password(&self, id: i64, hash: &str) -> Result<(), Error> {
        self.change_user("UPDATE users SET password = ?2, epoch = epoch + 1 WHERE id = ?1", params![id, hash])
            .map(|_| ())
    }

    /// Notes that an account has signed in.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn note_sign_in(&self, id: i64, at: &str) -> Result<(), Error> {
        self.change_user("UPDATE users SET signed_in_at = ?2 WHERE id = ?1", params![id, at]).map(|_| ())
    }

    /// Keeps the sealed secret of a second factor that is not in force before a code of it was given. One that is in force
    /// is left alone: gives whether it was kept.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn set_totp(&self, id: i64, sealed: &str) -> Result<bool, Error> {
        let statement = "UPDATE users SET totp = ?2, totp_step = 0 WHERE id = ?1 AND NOT totp_confirmed";
        self.change_user(statement, params![id, sealed]).map(|n| n > 0)
    }

    /// Puts a second factor into force by the step of the code that was given, with the hashes of its recovery codes; gives
    /// whether it was this call that did it.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn confirm_totp(&self, id: i64, step: u64, recovery: &[String]) -> Result<bool, Error> {
        let write = || {
            let transaction = self.immediate()?;
            let statement = "UPDATE users SET totp_confirmed = 1, totp_step = ?2 WHERE id = ?1 AND totp IS NOT NULL
                             AND NOT totp_confirmed";
            if transaction.execute(statement, params![id, step as i64])? == 0 {
                return Ok(false);
            }
            transaction.execute("DELETE FROM recovery_codes WHERE user = ?1", [id])?;
            for sha256 in recovery {
                transaction
                    .execute("INSERT INTO recovery_codes (user, sha256) VALUES (?1, ?2)", params![id, sha256])?;
            }
            transaction.commit().map(|()| true)
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Takes the code of a time step, once: gives whether no code of it or of a later one was taken before.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn take_totp_step(&self, id: i64, step: u64) -> Result<bool, Error> {
        let statement = "UPDATE users SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2";
        self.change_user(statement, params![id, step as i64]).map(|n| n > 0)
    }

    /// Takes a recovery code by its hash, once.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn take_recovery_code(&self, id: i64, sha256: &str, at: &str) -> Result<bool, Error> {
        let statement = "UPDATE recovery_codes SET used_at = ?3 WHERE user = ?1 AND sha256 = ?2 AND used_at IS NULL";
        self.change_user(statement, params![id, sha256, at]).map(|n| n > 0)
    }

    /// How many recovery codes an account has left.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn recovery_codes_left(&self, id: i64) -> Result<usize, Error> {
        let statement = "SELECT count(*) FROM recovery_codes WHERE user = ?1 AND used_at IS NULL";
        self.connection
            .query_row(statement, [id], |r| r.get::<_, i64>(0))
            .map(|n| n as usize)
            .map_err(|e| self.failed(&e))
    }

    /// Takes the second factor of an account away, with its recovery codes, and ends every session: it is set up anew at the
    /// next sign-in where the role needs one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn clear_totp(&self, id: i64) -> Result<(), Error> {
        let write = || {
            let transaction = self.immediate()?;
            transaction.execute("DELETE FROM recovery_codes WHERE user = ?1", [id])?;
            transaction.execute(
                "UPDATE users SET totp = NULL, totp_confirmed = 0, totp_step = 0, epoch = epoch + 1 WHERE id = ?1",
                [id],
            )?;
            transaction.commit()
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Gives an account another name, role or agency, and ends its sessions: a page is never shown to a former role.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn change_role(&self, id: i64, name: &str, role: Role, agency: Option<&str>) -> Result<Changed, Error> {
        let statement = "UPDATE users SET name = ?2, role = ?3, agency = ?4, epoch = epoch + 1 WHERE id = ?1";
        self.guarded(id, role == Role::Administrator, statement, params![id, name, role.as_str(), agency])
    }

    /// Lets an account sign in, or no longer; its sessions end.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn set_active(&self, id: i64, is_active: bool) -> Result<Changed, Error> {
        let statement = "UPDATE users SET is_active = ?2, epoch = epoch + 1 WHERE id = ?1";
        self.guarded(id, is_active, statement, params![id, is_active])
    }

    /// Makes a change unless it takes away the last administrator who can sign in.
    fn guarded(&self, id: i64, stays: bool, statement: &str, values: impl rusqlite::Params) -> Result<Changed, Error> {
        let able = "role = 'administrator' AND is_active AND password IS NOT NULL";
        let write = || {
            let transaction = self.immediate()?;
            let is_able = format!("SELECT EXISTS (SELECT 1 FROM users WHERE id = ?1 AND {able})");
            let others = format!("SELECT EXISTS (SELECT 1 FROM users WHERE id <> ?1 AND {able})");
            let asked = |question: &str| transaction.query_row(question, [id], |r| r.get::<_, bool>(0));
            if !stays && asked(&is_able)? && !asked(&others)? {
                return Ok(Changed::LastAdministrator);
            }
            if transaction.execute(statement, values)? == 0 {
                return Ok(Changed::NoSuchUser);
            }
            transaction.commit().map(|()| Changed::Yes)
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    fn change_user(&self, statement: &str, values: impl rusqlite::Params) -> Result<usize, Error> {
        self.connection.execute(statement, values).map_err(|e| self.failed(&e))
    }

    /// A transaction that writes from its first word on: of two that read before they write, the second waits.
    pub(super) fn immediate(&self) -> rusqlite::Result<Transaction<'_>> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
    }
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        email: row.get(1)?,
        name: row.get(2)?,
        // A word that this version does not know opens the fewest doors.
        role: Role::of(&row.get::<_, String>(3)?).unwrap_or(Role::Board),
        agency: row.get(4)?,
        is_active: row.get(5)?,
        has_totp: row.get(6)?,
        created_at: row.get(7)?,
        signed_in_at: row.get(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2015-01-31T09:00:00Z";

    fn ledger() -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        (folder, ledger)
    }

    #[test]
    fn an_address_has_one_account_whatever_its_case() {
        let (_folder, ledger) = ledger();
        let first = ledger.add_user("Ann@police.example", "Ann", Role::Agency, Some("police"), AT).unwrap().unwrap();
        assert_eq!(ledger.add_user("ann@POLICE.example", "Another", Role::Board, None, AT).unwrap(), None);
        assert_eq!(ledger.user_by_email("ANN@police.example").unwrap(), Some(first.clone()));
        assert_eq!((first.agency.as_deref(), first.is_active, first.has_totp), (Some("police"), true, false));
    }

    #[test]
    fn an_uploader_has_an_agency_and_no_other_role_has() {
        let (_folder, ledger) = ledger();
        assert!(ledger.add_user("a@x.example", "A", Role::Agency, None, AT).is_err());
        assert!(ledger.add_user("b@x.example", "B", Role::Analyst, Some("police"), AT).is_err());
    }

    #[test]
    fn the_last_administrator_who_can_sign_in_stays() {
        let (_folder, ledger) = ledger();
        let add = |email: &str| ledger.add_user(email, "N", Role::Administrator, None, AT).unwrap().unwrap().id;
        let (one, two) = (add("one@x.example"), add("two@x.example"));
        ledger.set_password(one, "hash").unwrap();
        assert_eq!(ledger.set_active(one, false).unwrap(), Changed::LastAdministrator, "the other was only invited");
        assert_eq!(ledger.change_role(one, "N", Role::Board, None).unwrap(), Changed::LastAdministrator);
        assert_eq!(
            ledger.change_role(one, "Name", Role::Administrator, None).unwrap(),
            Changed::Yes,
            "a new name is no harm"
        );
        ledger.set_password(two, "hash").unwrap();
        assert_eq!(ledger.set_active(one, false).unwrap(), Changed::Yes);
        assert_eq!(ledger.set_active(two, false).unwrap(), Changed::LastAdministrator);
        assert_eq!(ledger.set_active(99, true).unwrap(), Changed::NoSuchUser);
    }

    #[test]
    fn what_changes_an_account_ends_its_sessions() {
        let (_folder, ledger) = ledger();
        let id = ledger.add_user("a@x.example", "A", Role::Analyst, None, AT).unwrap().unwrap().id;
        let mut before = ledger.epoch(id).unwrap();
        let mut raised = |what: &str| {
            let now = ledger.epoch(id).unwrap();
            assert!(now > before, "{what}");
            before = now;
        };
        ledger.set_password(id, "hash").unwrap();
        raised("a new password");
        ledger.change_role(id, "A", Role::Board, None).unwrap();
        raised("another role");
        ledger.set_active(id, false).unwrap();
        raised("deactivated");
        ledger.clear_totp(id).unwrap();
        raised("the second factor taken away");
        ledger.end_sessions(id).unwrap();
        raised("signed out by an administrator");
        ledger.note_sign_in(id, AT).unwrap();
        assert_eq!(ledger.epoch(id).unwrap(), before, "a sign-in ends no other session");
        assert_eq!(ledger.epoch(99).unwrap(), -1, "a session of nobody is over");
    }

    #[test]
    fn a_step_and_a_recovery_code_are_taken_once() {
        let (_folder, ledger) = ledger();
        let id = ledger.add_user("a@x.example", "A", Role::Analyst, None, AT).unwrap().unwrap().id;
        assert!(ledger.set_totp(id, "sealed").unwrap());
        assert!(!ledger.user(id).unwrap().unwrap().has_totp, "not before a code was given");
        assert!(ledger.confirm_totp(id, 100, &["aa".into(), "bb".into()]).unwrap());
        assert!(ledger.user(id).unwrap().unwrap().has_totp);
        assert!(!ledger.set_totp(id, "another").unwrap(), "one in force is not replaced");
        assert!(!ledger.take_totp_step(id, 100).unwrap() && !ledger.take_totp_step(id, 99).unwrap());
        assert!(ledger.take_totp_step(id, 101).unwrap());
        assert!(ledger.take_recovery_code(id, "aa", AT).unwrap());
        assert!(!ledger.take_recovery_code(id, "aa", AT).unwrap());
        assert_eq!(ledger.recovery_codes_left(id).unwrap(), 1);
    }
}
