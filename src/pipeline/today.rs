//! What an analyst's day begins with: what waits for a decision, what went wrong, and what the board sees.

use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::calendar::calendar;
use super::configuration::Configuration;
use super::explanations::{self, QueryState};
use super::releases::{self, RunState};
use super::schedule::Schedule;
use super::{inbox, jobs, overrides};
use crate::ledger::{Job, JobState, Ledger, Release};
use crate::model::{DueState, Error, Verdict};

/// How many days before its end an override is spoken of.
const SOON: u64 = 14;

/// What there is to do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Today {
    /// Uploads that the next run takes.
    pub untaken: usize,
    /// Queries that an agency has explained.
    pub explained: usize,
    /// Queries that the agencies are to explain.
    pub asked: usize,
    /// Submissions that were rejected and not mended since.
    pub rejected: usize,
    /// That were set aside and not mended since.
    pub quarantined: usize,
    /// Returns whose last period did not come.
    pub missing: usize,
    /// Overrides that end soon.
    pub overrides_ending: usize,
    /// The latest run, where nobody has decided whether the board sees it.
    pub undecided: Option<String>,
    /// What the board sees.
    pub current: Option<Release>,
    /// The run at work.
    pub at_work: Option<Job>,
    /// The last run that ended.
    pub last: Option<Job>,
    /// When the next begins by the schedule.
    pub next: Option<DateTime<Tz>>,
}

impl Today {
    /// Whether nothing waits for an analyst.
    pub fn is_quiet(&self) -> bool {
        let waits = [self.explained, self.rejected, self.quarantined, self.missing, self.overrides_ending];
        waits.iter().all(|n| *n == 0) && self.undecided.is_none() && !self.has_failed()
    }

    /// Whether the last run failed.
    pub fn has_failed(&self) -> bool {
        self.last.as_ref().is_some_and(|j| matches!(j.state, JobState::Failed | JobState::Interrupted))
    }
}

/// What there is to do on a day.
///
/// # Errors
/// The ledger could not be read.
pub fn today(
    configuration: &Configuration,
    ledger: &Ledger,
    (data, reports): (&Path, &Path),
    day: NaiveDate,
    schedule: Option<&Schedule>,
) -> Result<Today, Error> {
    let queries = explanations::all(ledger, None)?;
    let is_asked = |s: &QueryState| matches!(s, QueryState::Asked | QueryState::AskedAgain | QueryState::SentBack(_));
    let unmended = inbox::unmended(ledger)?;
    let count = |verdict| unmended.iter().filter(|s| s.verdict == verdict).count();
    let dues = calendar(configuration, ledger, day)?;
    let last_of = |dues: &[crate::model::Due]| {
        dues.iter().rev().find(|d| d.period.end() <= day && d.state != DueState::NotYetDue).map(|d| d.state)
    };
    let same = |a: &crate::model::Due, b: &crate::model::Due| a.return_id == b.return_id && a.agency == b.agency;
    let missing = dues.chunk_by(same).filter(|d| last_of(d) == Some(DueState::Missing)).count();
    let soon = day.checked_add_days(Days::new(SOON)).unwrap_or(day);
    let ends = |l: &&crate::ledger::OverrideLine| overrides::is_in_force(l, day) && l.given.until <= soon;
    let lines = releases::lines(ledger, reports)?;
    // Of two on one day the later, which comes first.
    let latest = lines.iter().rev().max_by_key(|l| l.run.as_of).filter(|l| l.state == RunState::Waiting);
    let at_work = jobs::at_work(ledger, data)?;
    Ok(Today {
        untaken: ledger.uploads_untaken(None)?.len(),
        explained: queries.iter().filter(|q| q.state == QueryState::Explained).count(),
        asked: queries.iter().filter(|q| is_asked(&q.state)).count(),
        rejected: count(Verdict::Rejected),
        quarantined: count(Verdict::Quarantined),
        missing,
        overrides_ending: ledger.override_lines()?.iter().filter(ends).count(),
        undecided: latest.map(|l| l.run.run.clone()),
        current: ledger.current_release()?,
        last: ledger.jobs(2)?.into_iter().find(|j| j.state != JobState::Running),
        at_work,
        next: schedule.and_then(|s| s.next(Utc::now())),
    })
}
