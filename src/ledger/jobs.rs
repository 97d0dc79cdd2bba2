//! Runs that were started from the portal or by its schedule: who, when, how far, and what came of it. A job's lines name
//! files and stages, never a cell.

use rusqlite::{OptionalExtension, Row, params};

use super::Ledger;
use crate::model::{Error, Who};

/// The tables.
pub(super) const MIGRATION: &str = "CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        started_by_id INTEGER,
        started_by TEXT NOT NULL,
        started_at TEXT NOT NULL,
        scheduled_for TEXT,
        full INTEGER NOT NULL,
        state TEXT NOT NULL,
        stage TEXT NOT NULL DEFAULT '',
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER NOT NULL DEFAULT 0,
        log TEXT NOT NULL DEFAULT '',
        ended_at TEXT,
        run TEXT,
        is_new INTEGER NOT NULL DEFAULT 0,
        judged INTEGER NOT NULL DEFAULT 0,
        refused INTEGER NOT NULL DEFAULT 0,
        hot_spots INTEGER NOT NULL DEFAULT 0,
        error TEXT
    ) STRICT;
    CREATE TABLE schedules (
        schedule TEXT PRIMARY KEY,
        since TEXT NOT NULL
    ) STRICT;";

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// At work.
    Running,
    /// It published, or found that nothing was new.
    Done,
    /// It ended with an error; what was published before stands.
    Failed,
    /// The portal or the machine stopped while it was at work.
    Interrupted,
}

impl JobState {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    fn parse(word: &str) -> Self {
        let all = [Self::Running, Self::Done, Self::Failed, Self::Interrupted];
        all.into_iter().find(|s| s.as_str() == word).unwrap_or(Self::Interrupted)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// Who started it.
    pub started_by: Who,
    /// When, RFC 3339 UTC.
    pub started_at: String,
    /// The time of the schedule that it was started for; none for one that a person started.
    pub scheduled_for: Option<String>,
    /// Whether every return was judged again.
    pub full: bool,
    /// How it stands.
    pub state: JobState,
    /// The stage that it is at, or was at when it ended.
    pub stage: String,
    /// Steps of the stage that are done.
    pub done: usize,
    /// Steps that the stage takes; 0 where that is not known.
    pub total: usize,
    /// What it said: a line each stage, and indented a line each step.
    pub log: Vec<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// The run that stands after it.
    pub run: Option<String>,
    /// Whether that run is new.
    pub is_new: bool,
    /// Files judged.
    pub judged: usize,
    /// Of these, not accepted.
    pub refused: usize,
    /// Cells listed as hot spots.
    pub hot_spots: usize,
    /// Why it failed, in words.
    pub error: Option<String>,
}

/// What came of a job that ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOutcome {
    /// The run that stands.
    pub run: String,
    /// Whether it is new.
    pub is_new: bool,
    /// Files judged.
    pub judged: usize,
    /// Of these, not accepted.
    pub refused: usize,
    /// Cells listed as hot spots.
    pub hot_spots: usize,
}

const COLUMNS: &str = "id, started_by_id, started_by, started_at, scheduled_for, full, state, stage, done, total, log, \
     ended_at, run, is_new, judged, refused, hot_spots, error";

impl Ledger {
    /// Begins a job; none where another is at work, or where this time of the schedule had its job. Both are asked and
    /// answered in one statement, so that of two who start at once one wins.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn begin_job(&self, by: &Who, at: &str, scheduled_for: Option<&str>, full: bool) -> Result<Option<i64>, Error> {
        let done = self.connection.execute(
            "INSERT INTO jobs (started_by_id, started_by, started_at, scheduled_for, full, state)
             SELECT ?1, ?2, ?3, ?4, ?5, 'running'
             WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'running')
               AND (?4 IS NULL OR NOT EXISTS (SELECT 1 FROM jobs WHERE scheduled_for >= ?4))",
            params![by.id, by.name, at, scheduled_for, full],
        );
        let is_begun = done.map_err(|e| self.failed(&e))? > 0;
        Ok(is_begun.then(|| self.connection.last_insert_rowid()))
    }

    /// Says how far a running job is, and adds lines to what it said.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn note_job(&self, id: i64, stage: &str, done: usize, total: usize, lines: &[String]) -> Result<(), Error> {
        let added: String = lines.iter().map(|l| format!("{l}\n")).collect();
        self.connection
            .execute(
                "UPDATE jobs SET stage = ?2, done = ?3, total = ?4, log = log || ?5 WHERE id = ?1 AND state = 'running'",
                params![id, stage, done as i64, total as i64, added],
            )
            .map(|_| ())
            .map_err(|e| self.failed(&e))
    }

    /// Ends a running job well.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn finish_job(&self, id: i64, at: &str, outcome: &JobOutcome) -> Result<(), Error> {
        self.connection
            .execute(
                "UPDATE jobs SET state = 'done', ended_at = ?2, run = ?3, is_new = ?4, judged = ?5, refused = ?6,
                    hot_spots = ?7 WHERE id = ?1 AND state = 'running'",
                params![
                    id,
                    at,
                    outcome.run,
                    outcome.is_new,
                    outcome.judged as i64,
                    outcome.refused as i64,
                    outcome.hot_spots as i64
                ],
            )
            .map(|_| ())
            .map_err(|e| self.failed(&e))
    }

    /// Ends a running job badly: failed or interrupted, and why.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn fail_job(&self, id: i64, at: &str, state: JobState, error: &str) -> Result<(), Error> {
        self.connection
            .execute(
                "UPDATE jobs SET state = ?3, ended_at = ?2, error = ?4 WHERE id = ?1 AND state = 'running'",
                params![id, at, state.as_str(), error],
            )
            .map(|_| ())
            .map_err(|e| self.failed(&e))
    }

    /// A job by its number.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn job(&self, id: i64) -> Result<Option<Job>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1");
        self.connection.query_row(&statement, [id], job).optional().map_err(|e| self.failed(&e))
    }

    /// The job at work.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn running_job(&self) -> Result<Option<Job>, Error> {
        let statement = format!("SELECT {COLUMNS} FROM jobs WHERE state = 'running' ORDER BY id DESC LIMIT 1");
        self.connection.query_row(&statement, [], job).optional().map_err(|e| self.failed(&e))
    }

    /// The latest jobs, the newest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn jobs(&self, most: usize) -> Result<Vec<Job>, Error> {
        let read = || {
            let mut statement =
                self.connection.prepare(&format!("SELECT {COLUMNS} FROM jobs ORDER BY id DESC LIMIT ?1"))?;
            let rows = statement.query_map([most as i64], job)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// The time of the schedule that the last scheduled job was started for.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn last_scheduled(&self) -> Result<Option<String>, Error> {
        self.connection
            .query_row("SELECT max(scheduled_for) FROM jobs", [], |row| row.get(0))
            .map_err(|e| self.failed(&e))
    }

    /// Since when a schedule holds: `now` for one that was never seen before. Times before that were never promised.
    ///
    /// # Errors
    /// The ledger could not be read or written.
    pub fn schedule_since(&self, schedule: &str, now: &str) -> Result<String, Error> {
        let write = || {
            // Another schedule ends this one: put back, it holds from then on.
            self.connection.execute("DELETE FROM schedules WHERE schedule <> ?1", [schedule])?;
            self.connection
                .execute("INSERT OR IGNORE INTO schedules (schedule, since) VALUES (?1, ?2)", [schedule, now])?;
            self.connection.query_row("SELECT since FROM schedules WHERE schedule = ?1", [schedule], |row| row.get(0))
        };
        write().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let count = |i: usize| row.get::<_, i64>(i).map(|n| n as usize);
    Ok(Job {
        id: row.get(0)?,
        started_by: Who { id: row.get(1)?, name: row.get(2)? },
        started_at: row.get(3)?,
        scheduled_for: row.get(4)?,
        full: row.get(5)?,
        state: JobState::parse(&row.get::<_, String>(6)?),
        stage: row.get(7)?,
        done: count(8)?,
        total: count(9)?,
        log: row.get::<_, String>(10)?.lines().map(str::to_owned).collect(),
        ended_at: row.get(11)?,
        run: row.get(12)?,
        is_new: row.get(13)?,
        judged: count(14)?,
        refused: count(15)?,
        hot_spots: count(16)?,
        error: row.get(17)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_job_at_a_time_and_one_for_each_time_of_the_schedule() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let by = Who::person(7, "A. Analyst");
        let begin = |at: &str, scheduled: Option<&str>| ledger.begin_job(&by, at, scheduled, false).unwrap();
        let first = begin("2026-01-01T02:00:00Z", Some("2026-01-01T02:00:00Z")).expect("nothing is at work");
        assert_eq!(begin("2026-01-01T02:00:01Z", None), None, "one at a time");
        ledger
            .note_job(first, "Checking returns", 1, 3, &["Checking returns".into(), "  a.csv: accepted".into()])
            .unwrap();
        ledger.note_job(first, "Checking returns", 2, 3, &["  b.csv: rejected".into()]).unwrap();
        let running = ledger.running_job().unwrap().unwrap();
        assert_eq!((running.done, running.total, running.log.len()), (2, 3, 3));
        let outcome = JobOutcome { run: "2015-01-31-aa".into(), is_new: true, judged: 3, refused: 1, hot_spots: 2 };
        ledger.finish_job(first, "2026-01-01T02:01:00Z", &outcome).unwrap();
        ledger.fail_job(first, "2026-01-01T02:02:00Z", JobState::Failed, "too late").unwrap();
        let done = ledger.job(first).unwrap().unwrap();
        assert_eq!((done.state, done.run.as_deref(), done.error), (JobState::Done, Some("2015-01-31-aa"), None));
        assert_eq!(begin("2026-01-01T02:02:00Z", Some("2026-01-01T02:00:00Z")), None, "it had its job");
        assert!(begin("2026-01-02T02:00:00Z", Some("2026-01-02T02:00:00Z")).is_some());
        assert_eq!(ledger.jobs(10).unwrap().len(), 2);
    }

    #[test]
    fn a_schedule_holds_from_the_day_on_which_it_was_first_seen() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        assert_eq!(ledger.schedule_since("02:00", "2026-01-01T12:00:00Z").unwrap(), "2026-01-01T12:00:00Z");
        assert_eq!(ledger.schedule_since("02:00", "2026-01-05T12:00:00Z").unwrap(), "2026-01-01T12:00:00Z");
        assert_eq!(ledger.schedule_since("03:00", "2026-01-06T12:00:00Z").unwrap(), "2026-01-06T12:00:00Z");
        assert_eq!(ledger.schedule_since("02:00", "2026-01-07T12:00:00Z").unwrap(), "2026-01-07T12:00:00Z");
    }
}
