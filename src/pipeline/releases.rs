//! What the board sees: a person releases a run, holds it with a reason, or releases an earlier one again. What a night
//! publishes to its folder is untouched by it.

use std::path::Path;

use chrono::{NaiveDate, Utc};

use super::configuration::Configuration;
use super::digest;
use super::freetext;
use super::manifest::MANIFEST;
use super::refusal::{Form, Refusal};
use super::schedule::stamp;
use crate::ledger::{Ledger, Release, ReleaseDecision, Run};
use crate::model::{Error, Who};

/// How a run stands with the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// Nobody has decided.
    Waiting,
    /// The board sees it.
    Current,
    /// The board saw it, and sees another now.
    Earlier,
    /// It is not to be seen.
    Held,
}

impl RunState {
    /// For a tag.
    pub fn words(self) -> &'static str {
        match self {
            Self::Waiting => "Not published",
            Self::Current => "The board sees this",
            Self::Earlier => "Released earlier",
            Self::Held => "Held",
        }
    }
}

/// A run with what was decided of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLine {
    /// The run.
    pub run: Run,
    /// How it stands.
    pub state: RunState,
    /// What was decided, the latest first.
    pub decisions: Vec<ReleaseDecision>,
    /// Whether its report lies whole in its folder.
    pub is_whole: bool,
}

/// Every run, the latest first.
///
/// # Errors
/// The ledger could not be read.
pub fn lines(ledger: &Ledger, reports: &Path) -> Result<Vec<RunLine>, Error> {
    let decisions = ledger.release_decisions()?;
    let current = ledger.current_release()?.map(|r| r.run);
    let line = |run: Run| {
        let decisions: Vec<ReleaseDecision> = decisions.iter().filter(|d| d.run == run.run).cloned().collect();
        let state = match decisions.first() {
            _ if current.as_ref() == Some(&run.run) => RunState::Current,
            None => RunState::Waiting,
            Some(last) if last.is_release => RunState::Earlier,
            Some(_) => RunState::Held,
        };
        let is_whole = is_whole(&run, reports);
        RunLine { run, state, decisions, is_whole }
    };
    Ok(ledger.runs()?.into_iter().rev().map(line).collect())
}

fn is_whole(run: &Run, reports: &Path) -> bool {
    digest::of_file(&reports.join(&run.run).join(MANIFEST)).is_ok_and(|sha256| sha256 == run.manifest_sha256)
}

/// Releases a run: the board sees it from now on.
///
/// # Errors
/// No such run, a report that does not lie whole in its folder, or a note that holds personal data.
pub fn release(
    ledger: &Ledger,
    (configuration, today): (&Configuration, NaiveDate),
    reports: &Path,
    run: &str,
    note: &str,
    by: &Who,
) -> Result<Release, Refusal> {
    let known = known(ledger, run)?;
    let mut form = Form::default();
    check_note(&mut form, configuration, note, today);
    form.done()?;
    if !is_whole(&known, reports) {
        return Err(Refusal::Gone(
            "The report of this run is not whole in its folder. Run again before it is released.".into(),
        ));
    }
    let (at, note) = (stamp(Utc::now()), note.trim().to_owned());
    ledger.decide_release(run, true, by, &at, &note)?;
    Ok(Release { run: run.to_owned(), released_by: by.clone(), released_at: at, note })
}

/// Holds a run: the board does not see it; where it did, it sees the run that was released before.
///
/// # Errors
/// No such run, no reason, or one that holds personal data.
pub fn hold(
    ledger: &Ledger,
    (configuration, today): (&Configuration, NaiveDate),
    run: &str,
    reason: &str,
    by: &Who,
) -> Result<(), Refusal> {
    known(ledger, run)?;
    let mut form = Form::default();
    form.expect(!reason.trim().is_empty(), "note", "Enter why the run is held");
    check_note(&mut form, configuration, reason, today);
    form.done()?;
    ledger.decide_release(run, false, by, &stamp(Utc::now()), reason.trim())?;
    Ok(())
}

/// Where runs are released at once: releases the latest run, unless somebody has decided on it. Gives the run that was
/// released now.
///
/// # Errors
/// The ledger could not be read or written.
pub fn release_at_once(ledger: &Ledger, reports: &Path) -> Result<Option<String>, Error> {
    let mut runs: Vec<(usize, Run)> = ledger.runs()?.into_iter().enumerate().collect();
    runs.sort_by_key(|(order, run)| (run.as_of, *order));
    let Some((_, latest)) = runs.pop() else { return Ok(None) };
    let is_decided = ledger.release_decisions()?.iter().any(|d| d.run == latest.run);
    if is_decided || !is_whole(&latest, reports) {
        return Ok(None);
    }
    let note = "Released at once, as the pipeline file says.";
    ledger.decide_release(&latest.run, true, &Who::program("the portal"), &stamp(Utc::now()), note)?;
    Ok(Some(latest.run))
}

/// A file of a run's report; none where there is no such run or no such file in it.
///
/// # Errors
/// The ledger or the file could not be read.
pub fn file(ledger: &Ledger, reports: &Path, run: &str, file: &str) -> Result<Option<Vec<u8>>, Error> {
    let is_plain = !file.is_empty() && file.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    if !is_plain || file.contains('\\') || ledger.run(run)?.is_none() {
        return Ok(None);
    }
    let path = reports.join(run).join(file);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::IsADirectory) => Ok(None),
        Err(e) => Err(Error::io(&path, "a file of the report could not be read", e)),
    }
}

fn known(ledger: &Ledger, run: &str) -> Result<Run, Refusal> {
    ledger.run(run)?.ok_or_else(|| Refusal::Gone("There is no such run.".to_owned()))
}

fn check_note(form: &mut Form, configuration: &Configuration, note: &str, today: NaiveDate) {
    for reason in freetext::check(configuration, note, today).err().unwrap_or_default() {
        form.wrong("note", reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str, as_of: &str, text: &[u8]) -> Run {
        Run {
            run: name.into(),
            as_of: as_of.parse().unwrap(),
            previous: None,
            inputs_sha256: String::new(),
            manifest_sha256: digest::of_bytes(text),
            hot_spots: 0,
            noted_at: String::new(),
        }
    }

    #[test]
    fn the_latest_run_is_released_at_once_unless_somebody_decided() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let reports = folder.path().join("reports");
        let add = |name: &str, as_of: &str| {
            std::fs::create_dir_all(reports.join(name)).unwrap();
            std::fs::write(reports.join(name).join(MANIFEST), name).unwrap();
            ledger.commit_run(&run(name, as_of, name.as_bytes())).unwrap();
        };
        assert_eq!(release_at_once(&ledger, &reports).unwrap(), None, "nothing was run");
        add("a", "2015-01-31");
        assert_eq!(release_at_once(&ledger, &reports).unwrap().as_deref(), Some("a"));
        assert_eq!(release_at_once(&ledger, &reports).unwrap(), None, "and once");
        add("b", "2014-12-31");
        assert_eq!(release_at_once(&ledger, &reports).unwrap(), None, "a look at an earlier day");
        add("c", "2015-02-28");
        ledger.decide_release("c", false, &Who::person(1, "A. Analyst"), "2026-01-01T00:00:00Z", "Wait.").unwrap();
        assert_eq!(release_at_once(&ledger, &reports).unwrap(), None, "held");
        let states: Vec<(String, RunState)> =
            lines(&ledger, &reports).unwrap().into_iter().map(|l| (l.run.run, l.state)).collect();
        let expected = [("c", RunState::Held), ("b", RunState::Waiting), ("a", RunState::Current)];
        assert_eq!(states, expected.map(|(name, state)| (name.to_owned(), state)));
        std::fs::write(reports.join("a").join(MANIFEST), "other").unwrap();
        assert!(!lines(&ledger, &reports).unwrap()[2].is_whole, "its manifest is another");
    }
}
