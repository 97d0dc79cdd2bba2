//! Headers that a person confirmed: what a column of an agency's return means that its spec does not know.

use rusqlite::params;
use serde::Serialize;

use super::Ledger;
use crate::model::Error;

/// A confirmed header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapping {
    /// The agency whose return it is.
    pub agency: String,
    /// The return; `plain` for the plain layout.
    pub return_id: String,
    /// The header as the agency writes it.
    pub header: String,
    /// What it means: a column of the return, or a label of one of its figures.
    pub to: String,
    /// Who confirmed it.
    pub by: String,
    /// When, in UTC.
    #[serde(skip)]
    pub noted_at: String,
}

impl Ledger {
    /// Keeps confirmed headers, all or none; a later confirmation replaces an earlier one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn map(&self, mappings: &[Mapping]) -> Result<(), Error> {
        let write = || {
            let transaction = self.connection.unchecked_transaction()?;
            for one in mappings {
                transaction.execute(
                    "INSERT OR REPLACE INTO mappings (agency, return_id, header, target, given_by) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![one.agency, one.return_id, one.header, one.to, one.by],
                )?;
            }
            transaction.commit()
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Forgets a confirmed header; gives whether there was one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn unmap(&self, agency: &str, return_id: &str, header: &str) -> Result<bool, Error> {
        let done = self.connection.execute(
            "DELETE FROM mappings WHERE agency = ?1 AND return_id = ?2 AND header = ?3",
            [agency, return_id, header],
        );
        done.map(|n| n > 0).map_err(|e| self.failed(&e))
    }

    /// Every confirmed header, in the order of agency, return and header.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn mappings(&self) -> Result<Vec<Mapping>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(
                "SELECT agency, return_id, header, target, given_by, noted_at FROM mappings
                 ORDER BY agency, return_id, header",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(Mapping {
                    agency: row.get(0)?,
                    return_id: row.get(1)?,
                    header: row.get(2)?,
                    to: row.get(3)?,
                    by: row.get(4)?,
                    noted_at: row.get(5)?,
                })
            })?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_kept_replaced_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let mapping = |to: &str| Mapping {
            agency: "police".into(),
            return_id: "plain".into(),
            header: "Numbr".into(),
            to: to.into(),
            by: "A. Analyst".into(),
            noted_at: String::new(),
        };
        ledger.map(&[mapping("denominator")]).unwrap();
        ledger.map(&[mapping("numerator")]).unwrap();
        let known = ledger.mappings().unwrap();
        assert_eq!((known.len(), known[0].to.as_str()), (1, "numerator"));
        assert!(!known[0].noted_at.is_empty(), "the ledger knows when");
        assert!(ledger.unmap("police", "plain", "Numbr").unwrap());
        assert!(!ledger.unmap("police", "plain", "Numbr").unwrap(), "there is none any more");
    }
}
