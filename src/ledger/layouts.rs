//! The layout of every return that was accepted, by the day on which it was taken in: what the next is held against.

use chrono::NaiveDate;
use rusqlite::params;

use super::Ledger;
use crate::model::{Error, Layout};

/// A remembered layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// SHA-256 of the file.
    pub sha256: String,
    /// The as-of date of the run that first took it, which may be later than the day from which its figures count.
    pub taken_on: NaiveDate,
    /// Last day of its newest period.
    pub newest_period_end: Option<NaiveDate>,
    /// File name, by which returns of one day are put in order.
    pub file: String,
    /// The layout; none where the return was not accepted.
    pub layout: Option<Layout>,
}

impl Remembered {
    /// The order in which returns supersede one another.
    pub fn order(&self) -> (NaiveDate, Option<NaiveDate>, &str, &str) {
        (self.taken_on, self.newest_period_end, &self.file, &self.sha256)
    }
}

impl Ledger {
    /// Remembers layouts, all or none; that of a file judged again replaces the one known, and keeps its day.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn remember_layouts(&self, layouts: &[Remembered]) -> Result<(), Error> {
        let write = || {
            let transaction = self.connection.unchecked_transaction()?;
            for one in layouts {
                let layout = one.layout.as_ref().and_then(|l| serde_json::to_string(l).ok());
                transaction.execute(
                    "INSERT INTO layouts (sha256, taken_on, newest_period_end, file, layout) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (sha256) DO UPDATE SET newest_period_end = excluded.newest_period_end,
                        file = excluded.file, layout = excluded.layout",
                    params![
                        one.sha256,
                        one.taken_on.to_string(),
                        one.newest_period_end.map(|d| d.to_string()),
                        one.file,
                        layout
                    ],
                )?;
            }
            transaction.commit()
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// Every remembered layout, in the order in which returns supersede one another.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn layouts(&self) -> Result<Vec<Remembered>, Error> {
        let read = || {
            let mut statement =
                self.connection.prepare("SELECT sha256, taken_on, newest_period_end, file, layout FROM layouts")?;
            let rows = statement.query_map([], |row| {
                let day = |text: String| text.parse::<NaiveDate>().unwrap_or_default();
                let layout: Option<String> = row.get(4)?;
                Ok(Remembered {
                    sha256: row.get(0)?,
                    taken_on: day(row.get(1)?),
                    newest_period_end: row.get::<_, Option<String>>(2)?.map(day),
                    file: row.get(3)?,
                    layout: layout.and_then(|l| serde_json::from_str(&l).ok()),
                })
            })?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        let mut found = read().map_err(|e: rusqlite::Error| self.failed(&e))?;
        found.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_remembered_is_read_in_order_and_keeps_its_day() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let one = |sha256: &str, day: &str, agency: Option<&str>| Remembered {
            sha256: sha256.into(),
            taken_on: day.parse().unwrap(),
            newest_period_end: None,
            file: format!("{sha256}.csv"),
            layout: agency.map(|a| Layout { agency: a.into(), ..Layout::default() }),
        };
        ledger.remember_layouts(&[one("bb", "2015-02-28", Some("care")), one("aa", "2015-01-31", None)]).unwrap();
        ledger.remember_layouts(&[one("aa", "2015-03-31", Some("police"))]).unwrap();
        let known = ledger.layouts().unwrap();
        assert_eq!(known, [one("aa", "2015-01-31", Some("police")), one("bb", "2015-02-28", Some("care"))]);
    }
}
