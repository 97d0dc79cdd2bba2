//! What each accepted submission holds: by agency, subject, period and place, as the calendar of returns asks.

use std::collections::BTreeMap;

use rusqlite::params;

use super::Ledger;
use crate::model::{Error, Held};

/// The table, and a fresh judgement of every submission that was taken before it was kept.
pub(super) const MIGRATION: &str = "CREATE TABLE contents (
        sha256 TEXT PRIMARY KEY,
        held TEXT NOT NULL
    ) STRICT;
    UPDATE submissions SET configuration = '';";

impl Ledger {
    /// Writes down what submissions hold, by SHA-256, all or none.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn record_contents(&self, contents: &[(String, Vec<Held>)]) -> Result<(), Error> {
        let transaction = self.connection.unchecked_transaction().map_err(|e| self.failed(&e))?;
        for (sha256, held) in contents {
            let held = serde_json::to_string(held).unwrap_or_else(|_| "[]".to_owned());
            let statement = "INSERT OR REPLACE INTO contents (sha256, held) VALUES (?1, ?2)";
            self.connection.execute(statement, params![sha256, held]).map_err(|e| self.failed(&e))?;
        }
        transaction.commit().map_err(|e| self.failed(&e))
    }

    /// What every submission holds, by SHA-256. One that is not there was not accepted.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn contents(&self) -> Result<BTreeMap<String, Vec<Held>>, Error> {
        let read = || {
            let mut statement = self.connection.prepare("SELECT sha256, held FROM contents")?;
            let rows = statement.query_map([], |row| {
                let held: String = row.get(1)?;
                Ok((row.get(0)?, serde_json::from_str(&held).unwrap_or_default()))
            })?;
            rows.collect::<Result<BTreeMap<_, _>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Period, Table};

    #[test]
    fn what_was_held_is_read_back_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let held = |place: &str| Held {
            table: Table::Performance,
            agency: "police".into(),
            subject: "missing-episodes".into(),
            period: Period::parse("2014-03"),
            places: [place.into()].into(),
            blank: Default::default(),
        };
        ledger.record_contents(&[("aa".into(), vec![held("corby")]), ("bb".into(), vec![])]).unwrap();
        ledger.record_contents(&[("aa".into(), vec![held("daventry")])]).unwrap();
        let contents = ledger.contents().unwrap();
        assert_eq!(contents["aa"], [held("daventry")]);
        assert!(contents["bb"].is_empty());
    }
}
