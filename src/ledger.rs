//! The ledger: one SQLite file that remembers submissions, their verdicts and the runs. Its row of a run is the commit.

mod audit;
mod challenges;
mod contents;
mod edits;
mod explanations;
mod jobs;
mod layouts;
mod links;
mod mappings;
mod nil_returns;
mod notes;
mod overrides;
mod queries;
mod releases;
mod runs;
mod sessions;
mod snapshot;
mod submissions;
mod throttle;
mod tokens;
mod uploads;
mod users;

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

pub use audit::{AuditCheck, AuditEntry, AuditFilter, AuditLine};
pub use edits::Edit;
pub use explanations::{ExplanationState, Given};
pub use jobs::{Job, JobOutcome, JobState};
pub use layouts::Remembered;
pub use links::KeptLink;
pub use mappings::Mapping;
pub use notes::Note;
pub use overrides::OverrideLine;
pub use queries::Question;
pub use releases::{Release, ReleaseDecision};
pub use runs::Run;
pub use sessions::StoredSession;
pub use tokens::KeptToken;
pub use users::{Changed, Secrets};

use crate::model::Error;

/// The tables, one migration a version; a migration that was released is never edited.
const MIGRATIONS: &[M<'_>] = &[
    M::up(
        "CREATE TABLE submissions (
        id TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        file TEXT NOT NULL,
        return_id TEXT NOT NULL,
        agency TEXT NOT NULL,
        period TEXT NOT NULL,
        newest_period_end TEXT,
        received_on TEXT NOT NULL,
        due_on TEXT,
        verdict TEXT NOT NULL,
        rows INTEGER NOT NULL,
        findings TEXT NOT NULL,
        configuration TEXT NOT NULL,
        noted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    ) STRICT;
    CREATE TABLE runs (
        run TEXT PRIMARY KEY,
        as_of TEXT NOT NULL,
        previous TEXT,
        inputs_sha256 TEXT NOT NULL,
        manifest_sha256 TEXT NOT NULL,
        hot_spots INTEGER NOT NULL,
        noted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    ) STRICT;",
    ),
    M::up(contents::MIGRATION),
    M::up(
        "CREATE TABLE layouts (
            sha256 TEXT PRIMARY KEY,
            taken_on TEXT NOT NULL,
            newest_period_end TEXT,
            file TEXT NOT NULL,
            layout TEXT
        ) STRICT;
        CREATE TABLE queries (
            sha256 TEXT NOT NULL,
            id TEXT NOT NULL,
            code TEXT NOT NULL,
            agency TEXT NOT NULL,
            subject TEXT NOT NULL,
            period TEXT NOT NULL,
            value REAL,
            message TEXT NOT NULL
        ) STRICT;
        CREATE INDEX queries_of ON queries (sha256);
        CREATE TABLE answers (
            id TEXT NOT NULL,
            given_by TEXT NOT NULL,
            explanation TEXT NOT NULL,
            until TEXT NOT NULL,
            low REAL,
            high REAL,
            released INTEGER NOT NULL,
            since TEXT NOT NULL,
            agency TEXT NOT NULL,
            subject TEXT NOT NULL,
            noted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
            PRIMARY KEY (id, since)
        ) STRICT;
        CREATE TABLE mappings (
            agency TEXT NOT NULL,
            return_id TEXT NOT NULL,
            header TEXT NOT NULL,
            target TEXT NOT NULL,
            given_by TEXT NOT NULL,
            noted_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
            PRIMARY KEY (agency, return_id, header)
        ) STRICT;",
    ),
    M::up(sessions::MIGRATION),
    M::up(users::MIGRATION),
    M::up(links::MIGRATION),
    M::up(throttle::MIGRATION),
    M::up(tokens::MIGRATION),
    M::up(audit::MIGRATION),
    M::up(jobs::MIGRATION),
    M::up(releases::MIGRATION),
    M::up(explanations::MIGRATION),
    M::up(edits::MIGRATION),
    M::up(overrides::MIGRATION),
    M::up(users::SESSIONS_END),
    M::up(challenges::MIGRATION),
    M::up(uploads::MIGRATION),
    M::up(nil_returns::MIGRATION),
    M::up(notes::MIGRATION),
];

/// An open ledger.
pub struct Ledger {
    connection: Connection,
    place: String,
}

impl Ledger {
    /// Opens (or makes) `ledger.sqlite` in the data folder and brings its tables up to date.
    ///
    /// # Errors
    /// A folder that cannot be written, or a file that is no ledger or fails SQLite's own integrity check.
    pub fn open(data: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(data).map_err(|e| Error::io(data, "the data folder could not be made", e))?;
        let file = data.join("ledger.sqlite");
        let place = file.display().to_string();
        let failed = |e: &dyn std::fmt::Display| {
            Error::state(&place, format!("the ledger could not be opened: {e}"), "Restore the ledger from its backup.")
        };
        let mut connection = Connection::open(&file).map_err(|e| failed(&e))?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(|e| failed(&e))?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(|e| failed(&e))?;
        let sound: String = connection.query_row("PRAGMA quick_check", [], |r| r.get(0)).map_err(|e| failed(&e))?;
        if sound != "ok" {
            return Err(failed(&sound));
        }
        Migrations::from_slice(MIGRATIONS).to_latest(&mut connection).map_err(|e| failed(&e))?;
        Ok(Self { connection, place })
    }

    /// Opens a ledger that [`Ledger::open`] has found sound in this process: one more connection to it.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn reopen(data: &Path) -> Result<Self, Error> {
        let file = data.join("ledger.sqlite");
        let place = file.display().to_string();
        let opened = Connection::open(&file).and_then(|connection| {
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.busy_timeout(std::time::Duration::from_secs(10))?;
            Ok(connection)
        });
        let connection = opened.map_err(|e| {
            let what = format!("the ledger could not be opened: {e}");
            Error::state(&place, what, "Restore the ledger from its backup.")
        })?;
        Ok(Self { connection, place })
    }

    fn failed(&self, error: &rusqlite::Error) -> Error {
        Error::state(
            &self.place,
            format!("the ledger answered: {error}"),
            "Restore the ledger from its backup, or free disk space.",
        )
    }
}
