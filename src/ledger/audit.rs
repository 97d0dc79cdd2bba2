//! The audit trail: who did what to which thing, how it ended, from where and when. It only grows: the table refuses to
//! change or lose a line, and each line holds the hash of the one before, so that whoever goes around the table is seen.
//!
//! The hash of a line is the SHA-256 of the JSON array of its eight texts: number, time, who, what, object, outcome, from,
//! and the hash of the line before (empty for the first).

use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::Ledger;
use crate::model::Error;

pub(super) const MIGRATION: &str = "CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        object TEXT NOT NULL,
        outcome TEXT NOT NULL,
        origin TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_who ON audit (who);
    CREATE INDEX audit_what ON audit (what);
    CREATE TRIGGER audit_keeps_what_it_says BEFORE UPDATE ON audit
        BEGIN SELECT raise(ABORT, 'the audit trail is only added to'); END;
    CREATE TRIGGER audit_loses_nothing BEFORE DELETE ON audit
        BEGIN SELECT raise(ABORT, 'the audit trail is only added to'); END;";

const COLUMNS: &str = "number, at, who, what, object, outcome, origin, previous, hash";

/// What is to be written down. Never a value of a return, a password, a token or what somebody typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditEntry {
    /// The account, as [`AuditEntry::person`] writes it, or the token; empty for nobody.
    pub who: String,
    /// What was done, in a few fixed words.
    pub what: String,
    /// To which thing, by its id.
    pub object: String,
    /// How it ended: `done`, `refused`, `failed`.
    pub outcome: String,
    /// The address from which it came; empty for the machine itself.
    pub from: String,
}

/// A line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number, from 1 without a gap.
    pub number: i64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// What was written down.
    pub entry: AuditEntry,
    /// The hash of the line before.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
}

/// Which lines are wanted; an empty text means any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// A part of who.
    pub who: String,
    /// A part of what.
    pub what: String,
    /// The first day, `YYYY-MM-DD`.
    pub from_day: String,
    /// The last day.
    pub to_day: String,
}

/// What checking the whole chain came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCheck {
    /// Lines that were checked.
    pub lines: u64,
    /// The hash of the last line; empty where there is none. Written down elsewhere, it shows a trail that was rewritten
    /// from its beginning.
    pub head: String,
    /// The first line that does not fit, with why.
    pub broken: Option<(i64, &'static str)>,
}

impl AuditEntry {
    /// How an account is named in the trail.
    pub fn person(id: i64, name: &str) -> String {
        format!("user {id} ({name})")
    }
}

impl AuditLine {
    /// The hash that the line must have.
    fn own_hash(&self) -> String {
        let entry = &self.entry;
        let texts = [
            self.number.to_string().as_str(),
            &self.at,
            &entry.who,
            &entry.what,
            &entry.object,
            &entry.outcome,
            &entry.from,
            &self.previous,
        ]
        .map(str::to_owned);
        let text = serde_json::to_vec(&texts).unwrap_or_default();
        Sha256::digest(&text).iter().map(|b| format!("{b:02x}")).collect()
    }
}

impl Ledger {
    /// Adds a line to the trail.
    ///
    /// # Errors
    /// The ledger could not be written: what was to be written down must then not be done, or be undone.
    pub fn record_audit(&self, entry: &AuditEntry) -> Result<(), Error> {
        self.record_audit_at(entry, &chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
    }

    fn record_audit_at(&self, entry: &AuditEntry, at: &str) -> Result<(), Error> {
        let write = || {
            let transaction = self.immediate()?;
            let last = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
            let (number, previous): (i64, String) =
                transaction.query_row(last, [], |r| Ok((r.get(0)?, r.get(1)?))).optional()?.unwrap_or_default();
            let mut line = AuditLine {
                number: number + 1,
                at: at.to_owned(),
                entry: entry.clone(),
                previous,
                hash: String::new(),
            };
            line.hash = line.own_hash();
            let statement = format!("INSERT INTO audit ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
            transaction.execute(
                &statement,
                params![
                    line.number,
                    line.at,
                    entry.who,
                    entry.what,
                    entry.object,
                    entry.outcome,
                    entry.from,
                    line.previous,
                    line.hash
                ],
            )?;
            transaction.commit()
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// The newest lines that a filter lets through, at most `most`, each with a number below `before` where that is given.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn audit_page(&self, filter: &AuditFilter, before: Option<i64>, most: usize) -> Result<Vec<AuditLine>, Error> {
        let statement = format!(
            "SELECT {COLUMNS} FROM audit WHERE (?1 = '' OR instr(lower(who), lower(?1)) > 0)
             AND (?2 = '' OR instr(lower(what), lower(?2)) > 0) AND (?3 = '' OR substr(at, 1, 10) >= ?3)
             AND (?4 = '' OR substr(at, 1, 10) <= ?4) AND number < ?5 ORDER BY number DESC LIMIT ?6"
        );
        let read = || {
            let mut statement = self.connection.prepare(&statement)?;
            let values = params![
                filter.who,
                filter.what,
                filter.from_day,
                filter.to_day,
                before.unwrap_or(i64::MAX),
                i64::try_from(most).unwrap_or(i64::MAX)
            ];
            let rows = statement.query_map(values, line)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Checks the whole chain, from its first line to the last that was ever given a number.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn check_audit(&self) -> Result<AuditCheck, Error> {
        let read = || {
            // One look at the table: lines that are added meanwhile belong to the next check.
            let transaction = self.connection.unchecked_transaction()?;
            let given = "SELECT seq FROM sqlite_sequence WHERE name = 'audit'";
            let given: i64 = transaction.query_row(given, [], |r| r.get(0)).optional()?.unwrap_or(0);
            let mut statement = transaction.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY number"))?;
            let mut check = AuditCheck { lines: 0, head: String::new(), broken: None };
            for found in statement.query_map([], line)? {
                let line = found?;
                let expected = check.lines as i64 + 1;
                let wrong = match () {
                    () if line.number != expected => Some((expected, "the line is missing")),
                    () if line.previous != check.head => Some((line.number, "it does not follow the line before")),
                    () if line.own_hash() != line.hash => Some((line.number, "it does not say what it said")),
                    () => None,
                };
                if wrong.is_some() {
                    check.broken = wrong;
                    return Ok(check);
                }
                check.lines += 1;
                check.head = line.hash;
            }
            if (check.lines as i64) < given {
                check.broken = Some((check.lines as i64 + 1, "the line is missing"));
            }
            Ok(check)
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<AuditLine> {
    Ok(AuditLine {
        number: row.get(0)?,
        at: row.get(1)?,
        entry: AuditEntry {
            who: row.get(2)?,
            what: row.get(3)?,
            object: row.get(4)?,
            outcome: row.get(5)?,
            from: row.get(6)?,
        },
        previous: row.get(7)?,
        hash: row.get(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail() -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        for (who, what, day) in
            [("1 Ann", "sign in", 1), ("2 Ben", "upload", 2), ("1 Ann", "upload", 3), ("3 Cy", "publish", 4)]
        {
            let entry = AuditEntry {
                who: who.into(),
                what: what.into(),
                object: "x".into(),
                outcome: "done".into(),
                from: "192.0.2.1".into(),
            };
            ledger.record_audit_at(&entry, &format!("2015-01-0{day}T09:00:00.000Z")).unwrap();
        }
        (folder, ledger)
    }

    #[test]
    fn the_trail_refuses_to_change_or_lose_a_line() {
        let (_folder, ledger) = trail();
        for statement in
            ["UPDATE audit SET who = 'x' WHERE number = 2", "DELETE FROM audit WHERE number = 4", "DELETE FROM audit"]
        {
            let error = ledger.connection.execute(statement, []).unwrap_err().to_string();
            assert!(error.contains("only added to"), "{statement}: {error}");
        }
        assert_eq!(ledger.check_audit().unwrap().broken, None);
        assert_eq!(ledger.check_audit().unwrap().lines, 4);
    }

    #[test]
    fn whoever_goes_around_the_table_is_seen_at_the_first_line() {
        // A forger who takes the triggers away, and what each way of forging comes to.
        for (forgery, broken, why) in [
            ("UPDATE audit SET who = 'x' WHERE number = 2", 2, "it does not say what it said"),
            ("UPDATE audit SET outcome = 'refused' WHERE number = 1", 1, "it does not say what it said"),
            ("UPDATE audit SET at = '2015-01-05T09:00:00.000Z' WHERE number = 4", 4, "it does not say what it said"),
            ("DELETE FROM audit WHERE number = 3", 3, "the line is missing"),
            ("DELETE FROM audit WHERE number = 4", 4, "the line is missing"),
            ("DELETE FROM audit", 1, "the line is missing"),
            ("UPDATE audit SET previous = '' WHERE number = 2", 2, "it does not follow the line before"),
            ("UPDATE audit SET who = what, what = who WHERE number = 3", 3, "it does not say what it said"),
        ] {
            let (_folder, ledger) = trail();
            ledger
                .connection
                .execute_batch(&format!(
                    "DROP TRIGGER audit_keeps_what_it_says; DROP TRIGGER audit_loses_nothing; {forgery}"
                ))
                .unwrap();
            assert_eq!(ledger.check_audit().unwrap().broken, Some((broken, why)), "{forgery}");
        }
    }

    #[test]
    fn the_newest_come_first_and_by_who_what_and_day() {
        let (_folder, ledger) = trail();
        let numbers = |filter: AuditFilter, before| -> Vec<i64> {
            ledger.audit_page(&filter, before, 2).unwrap().iter().map(|l| l.number).collect()
        };
        assert_eq!(numbers(AuditFilter::default(), None), [4, 3]);
        assert_eq!(numbers(AuditFilter::default(), Some(3)), [2, 1]);
        assert_eq!(numbers(AuditFilter { who: "ann".into(), ..AuditFilter::default() }, None), [3, 1]);
        assert_eq!(numbers(AuditFilter { what: "upload".into(), ..AuditFilter::default() }, None), [3, 2]);
        let days = AuditFilter { from_day: "2015-01-02".into(), to_day: "2015-01-03".into(), ..AuditFilter::default() };
        assert_eq!(numbers(days, None), [3, 2]);
        assert_eq!(numbers(AuditFilter { who: "%".into(), ..AuditFilter::default() }, None), [0; 0], "no wild cards");
    }

    #[test]
    fn the_hash_is_that_of_the_text_that_the_page_describes() {
        let (_folder, ledger) = trail();
        let first = ledger.audit_page(&AuditFilter::default(), Some(2), 1).unwrap().remove(0);
        // printf '["1","2015-01-01T09:00:00.000Z","1 Ann","sign in","x","done","192.0.2.1",""]' | sha256sum
        assert_eq!(first.hash, "b735d0aaf8e9ea7027eac23574ad27bc958c5c4b42ffd9c3bc69f9a721d7b402");
    }

    #[test]
    fn many_at_once_make_one_chain() {
        let (folder, ledger) = trail();
        let threads: Vec<_> = (0..4)
            .map(|i| {
                let path = folder.path().to_owned();
                std::thread::spawn(move || {
                    let ledger = Ledger::open(&path).unwrap();
                    for n in 0..10 {
                        let entry = AuditEntry { who: format!("{i}"), what: format!("{n}"), ..AuditEntry::default() };
                        ledger.record_audit(&entry).unwrap();
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|t| t.join().unwrap());
        let check = ledger.check_audit().unwrap();
        assert_eq!((check.lines, check.broken), (44, None));
    }
}
