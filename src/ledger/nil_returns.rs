//! Nil returns: that an agency has nothing to report of a return for a period. Said again, the first saying stands, for it
//! decides whether the agency was in time.

use chrono::NaiveDate;
use rusqlite::params;

use super::Ledger;
use crate::model::{Error, NilReturn, Period};

/// The table of nil returns.
pub(super) const MIGRATION: &str = "CREATE TABLE nil_returns (
        agency TEXT NOT NULL,
        return_id TEXT NOT NULL,
        period TEXT NOT NULL,
        user INTEGER NOT NULL,
        given_by TEXT NOT NULL,
        received_on TEXT NOT NULL,
        received_at TEXT NOT NULL,
        PRIMARY KEY (agency, return_id, period)
    ) STRICT;";

impl Ledger {
    /// Keeps a nil return; gives whether it is the first of its kind.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn record_nil(&self, nil: &NilReturn) -> Result<bool, Error> {
        let values = params![
            nil.agency,
            nil.return_id,
            nil.period.to_string(),
            nil.user,
            nil.by,
            nil.received_on.to_string(),
            nil.received_at
        ];
        let statement = "INSERT INTO nil_returns (agency, return_id, period, user, given_by, received_on, received_at)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
        self.connection.execute(statement, values).map(|n| n > 0).map_err(|e| self.failed(&e))
    }

    /// Takes a nil return back, for there is something to report after all; gives whether there was one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn withdraw_nil(&self, agency: &str, return_id: &str, period: Period) -> Result<bool, Error> {
        let statement = "DELETE FROM nil_returns WHERE agency = ?1 AND return_id = ?2 AND period = ?3";
        let done = self.connection.execute(statement, params![agency, return_id, period.to_string()]);
        done.map(|n| n > 0).map_err(|e| self.failed(&e))
    }

    /// The nil returns received on or before a day, by agency, return and period.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn nil_returns(&self, as_of: NaiveDate) -> Result<Vec<NilReturn>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(
                "SELECT agency, return_id, period, user, given_by, received_on, received_at FROM nil_returns
                 WHERE received_on <= ?1 ORDER BY agency, return_id, period",
            )?;
            let rows = statement.query_map([as_of.to_string()], |row| {
                let period: String = row.get(2)?;
                let Some(period) = Period::parse(&period) else { return Ok(None) };
                Ok(Some(NilReturn {
                    agency: row.get(0)?,
                    return_id: row.get(1)?,
                    period,
                    user: row.get(3)?,
                    by: row.get(4)?,
                    received_on: row.get::<_, String>(5)?.parse().unwrap_or_default(),
                    received_at: row.get(6)?,
                }))
            })?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        let found = read().map_err(|e: rusqlite::Error| self.failed(&e))?;
        Ok(found.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_saying_stands_and_a_day_hides_what_came_later() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let nil = |day: &str| NilReturn {
            agency: "police".into(),
            return_id: "register".into(),
            period: Period::parse("2014-Q4").unwrap(),
            user: 7,
            by: "A. Sender".into(),
            received_on: day.parse().unwrap(),
            received_at: format!("{day}T09:00:00Z"),
        };
        assert!(ledger.record_nil(&nil("2015-01-10")).unwrap());
        assert!(!ledger.record_nil(&nil("2015-01-20")).unwrap());
        let on = |day: &str| ledger.nil_returns(day.parse().unwrap()).unwrap();
        assert_eq!(on("2015-01-31"), [nil("2015-01-10")]);
        assert!(on("2015-01-09").is_empty());
        assert!(ledger.withdraw_nil("police", "register", nil("2015-01-10").period).unwrap());
        assert!(!ledger.withdraw_nil("police", "register", nil("2015-01-10").period).unwrap());
    }
}
