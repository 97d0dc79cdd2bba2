//! Runs that were published.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row, params};

use super::Ledger;
use crate::model::Error;

/// A published run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// `<as-of>-<first 12 of the SHA-256 over the manifest's inputs>`.
    pub run: String,
    /// Its day.
    pub as_of: NaiveDate,
    /// The run it was compared with.
    pub previous: Option<String>,
    /// SHA-256 over the manifest's inputs.
    pub inputs_sha256: String,
    /// SHA-256 of `manifest.json`.
    pub manifest_sha256: String,
    /// How many cells it lists as hot spots.
    pub hot_spots: usize,
    /// When the ledger took it, UTC; not an input of anything.
    pub noted_at: String,
}

const COLUMNS: &str = "run, as_of, previous, inputs_sha256, manifest_sha256, hot_spots, noted_at";

impl Ledger {
    /// Commits a run: from here on it counts as published.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn commit_run(&self, run: &Run) -> Result<(), Error> {
        let values = params![
            run.run,
            run.as_of.to_string(),
            run.previous,
            run.inputs_sha256,
            run.manifest_sha256,
            run.hot_spots as i64
        ];
        let statement = "INSERT OR REPLACE INTO runs (run, as_of, previous, inputs_sha256, manifest_sha256, hot_spots)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.connection.execute(statement, values).map(|_| ()).map_err(|e| self.failed(&e))
    }

    /// A run by its name.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn run(&self, name: &str) -> Result<Option<Run>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM runs WHERE run = ?1");
        self.connection.query_row(&statement, [name], run).optional().map_err(|e| self.failed(&e))
    }

    /// All runs, the latest commit last.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn runs(&self) -> Result<Vec<Run>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(&format!("SELECT {COLUMNS} FROM runs ORDER BY rowid"))?;
            let rows = statement.query_map([], run)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// The run to compare with: the last one published with an earlier as-of date.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn previous_run(&self, as_of: NaiveDate) -> Result<Option<Run>, Error> {
        let earlier = self.runs()?.into_iter().enumerate().filter(|(_, r)| r.as_of < as_of);
        Ok(earlier.max_by_key(|(order, r)| (r.as_of, *order)).map(|(_, r)| r))
    }
}

fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        run: row.get(0)?,
        as_of: row.get::<_, String>(1)?.parse().unwrap_or_default(),
        previous: row.get(2)?,
        inputs_sha256: row.get(3)?,
        manifest_sha256: row.get(4)?,
        hot_spots: row.get::<_, i64>(5)? as usize,
        noted_at: row.get(6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_previous_run_is_the_last_with_an_earlier_day() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let add = |run: &str, as_of: &str| {
            let run = Run {
                run: run.into(),
                as_of: as_of.parse().unwrap(),
                previous: None,
                inputs_sha256: String::new(),
                manifest_sha256: String::new(),
                hot_spots: 0,
                noted_at: String::new(),
            };
            ledger.commit_run(&run).unwrap();
        };
        for (run, as_of) in [("a", "2015-01-31"), ("b", "2015-02-28"), ("c", "2015-01-31")] {
            add(run, as_of);
        }
        let previous = |day: &str| ledger.previous_run(day.parse().unwrap()).unwrap().map(|r| r.run);
        assert_eq!(previous("2015-02-28").as_deref(), Some("c"), "of two on one day the later commit");
        assert_eq!(previous("2015-01-31"), None);
        assert_eq!(previous("2015-03-31").as_deref(), Some("b"));
    }
}
