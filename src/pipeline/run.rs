//! The nightly batch, from what arrived to what is published.

use std::path::{Path, PathBuf};

use chrono::{NaiveDate, Utc};
use chrono_tz::Europe::London;

use super::configuration::Configuration;
use super::intake::Intake;
pub use super::intake::Taken;
use super::lock::Lock;
use super::manifest::{Inputs, MANIFEST, Manifest, StageCount};
use super::progress::{Event, Progress};
use super::publish::{Building, point_latest};
use super::results::{self, Night};
use crate::lake::Lake;
use crate::ledger::{Ledger, Run};
use crate::model::{Error, Tier};
use crate::spec::Pipeline;

/// The exact board of a run, in its private folder: what `lscb explain` reads.
pub const PRIVATE_BOARD: &str = "board.json";

/// What the board may see of a run, in its private folder: what the board's pages are made of.
pub const SHOWN: &str = "shown.json";

/// The run's own copy of its configuration, in its private folder.
pub const CONFIGURATION: &str = "configuration";

/// In it the pipeline file,
pub const PIPELINE: &str = "pipeline.toml";

/// and the folder of the reference lists.
pub const LISTS: &str = "reference";

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The pipeline file.
    pub pipeline: PathBuf,
    /// Instead of the pipeline's inbox.
    pub inbox: Option<PathBuf>,
    /// Instead of the pipeline's data folder.
    pub data: Option<PathBuf>,
    /// Instead of the pipeline's reports folder.
    pub reports: Option<PathBuf>,
    /// Instead of the pipeline's as-of date.
    pub as_of: Option<NaiveDate>,
    /// Judge every known return again and do every stage again.
    pub full: bool,
}

/// Whether something new was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// A new report stands.
    New,
    /// This very night was published before.
    Nothing,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The run.
    pub run: String,
    /// Whether it is new.
    pub published: Published,
    /// Its report's folder.
    pub report: PathBuf,
    /// What was taken in.
    pub taken: Taken,
    /// Cells listed as hot spots.
    pub hot_spots: usize,
}

/// Runs a night.
///
/// # Errors
/// A configuration that does not hold, a folder or store that could not be read or written, another run at work. What was
/// published before stands.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome, Error> {
    let mut configuration = Configuration::read(&options.pipeline)?;
    let pipeline = &configuration.pipeline;
    let inbox = required(pipeline, "inbox", options.inbox.clone().or(pipeline.paths.inbox.clone()))?;
    let data = required(pipeline, "data", options.data.clone().or(pipeline.paths.data.clone()))?;
    let reports = required(pipeline, "reports", options.reports.clone().or(pipeline.paths.reports.clone()))?;
    let _lock = Lock::take(&data)?;
    let ledger = Ledger::open(&data)?;
    configuration.take_decisions(&ledger)?;
    let pipeline = &configuration.pipeline;
    let as_of = options.as_of.unwrap_or_else(|| today(pipeline));
    let intake =
        Intake { configuration: &configuration, data: &data, inbox: &inbox, as_of, full: options.full, progress };
    let taken = intake.run(&ledger)?;

    let submissions = ledger.submissions(as_of)?;
    let previous = ledger.previous_run(as_of)?;
    let nil = ledger.nil_returns(as_of)?;
    let inputs = Inputs::of(&configuration, as_of, previous.as_ref().map(|r| r.run.clone()), &submissions, &nil);
    let run = inputs.run();
    let report = reports.join(&run);
    let private = data.join("runs");
    let known = ledger.run(&run)?;
    let whole = |known: &Run| {
        let manifest = super::digest::of_file(&report.join(MANIFEST));
        let kept = [PRIVATE_BOARD, SHOWN].iter().all(|name| private.join(&run).join(name).is_file());
        manifest.is_ok_and(|sha256| sha256 == known.manifest_sha256) && kept
    };
    if let (Some(known), false) = (&known, options.full)
        && whole(known)
    {
        mend_links(&ledger, &reports, &private)?;
        progress.tell(Event::Done);
        let hot_spots = known.hot_spots;
        return Ok(Outcome { run, published: Published::Nothing, report, taken, hot_spots });
    }

    let lake = Lake::open(&data, &pipeline.board)?;
    let calendar = super::calendar::calendar(&configuration, &ledger, as_of)?;
    let previous_folder = previous.as_ref().map(|r| private.join(&r.run));
    let night = Night {
        configuration: &configuration,
        as_of,
        lake: &lake,
        submissions: &submissions,
        calendar: &calendar,
        inputs: &inputs,
        run: &run,
        previous: previous.as_ref().zip(previous_folder.as_deref()),
        progress,
    };
    let (public, exact) = (Building::begin(&reports, &run)?, Building::begin(&private, &run)?);
    let (board, mut stages) = results::build(&night, public.path(), exact.path())?;
    stages.insert(0, intake_count(&submissions));
    let manifest = Manifest {
        run: run.clone(),
        synthetic: pipeline.synthetic,
        inputs: inputs.clone(),
        method: pipeline.method.clone(),
        expected: pipeline.expected.clone(),
        disclosure: pipeline.disclosure.clone(),
        stages,
    };
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|e| Error::state("manifest.json", e.to_string(), "This is a mistake of ours: report it."))?;
    // Beside the exact results too: what a run knew is asked by the next, wherever its report has gone.
    for folder in [public.path(), exact.path()] {
        let file = folder.join(MANIFEST);
        std::fs::write(&file, &text).map_err(|e| Error::io(&file, "the manifest could not be written", e))?;
    }
    public.finish()?;
    exact.finish()?;
    let hot_spots = board.cells.iter().filter(|c| c.tier == Tier::HotSpot).count();
    if known.is_none() {
        ledger.commit_run(&Run {
            run: run.clone(),
            as_of,
            previous: previous.map(|r| r.run),
            inputs_sha256: inputs.sha256(),
            manifest_sha256: super::digest::of_bytes(&text),
            hot_spots,
            noted_at: String::new(),
        })?;
    }
    mend_links(&ledger, &reports, &private)?;
    progress.tell(Event::Done);
    Ok(Outcome { run, published: Published::New, report, taken, hot_spots })
}

/// The `latest` links show the run of the latest day (of two on one day the later commit) that lies in their folder: a look
/// at an earlier day does not hide the newest report, and a run that died between its commit and its links is mended by the
/// next.
fn mend_links(ledger: &Ledger, reports: &Path, private: &Path) -> Result<(), Error> {
    let mut runs: Vec<(usize, Run)> = ledger.runs()?.into_iter().enumerate().collect();
    runs.sort_by_key(|(order, run)| (run.as_of, *order));
    for parent in [reports, private] {
        if let Some((_, last)) = runs.iter().rev().find(|(_, run)| parent.join(&run.run).is_dir()) {
            point_latest(parent, &last.run)?;
        }
    }
    Ok(())
}

fn intake_count(submissions: &[crate::model::submission::Submission]) -> StageCount {
    let accepted = submissions.iter().filter(|s| s.verdict == crate::model::Verdict::Accepted);
    StageCount { stage: "intake", rows_in: submissions.len(), rows_out: accepted.map(|s| s.rows).sum() }
}

/// The pipeline's as-of date, else today in London.
pub fn today(pipeline: &Pipeline) -> NaiveDate {
    pipeline.as_of.unwrap_or_else(|| Utc::now().with_timezone(&London).date_naive())
}

/// A folder that the command needs.
///
/// # Errors
/// Neither the command line nor the pipeline file names it.
pub fn required(pipeline: &Pipeline, name: &str, folder: Option<PathBuf>) -> Result<PathBuf, Error> {
    folder.ok_or_else(|| {
        Error::configuration(
            pipeline.file.display().to_string(),
            format!("[paths] names no `{name}`"),
            format!("Add `{name} = \"...\"` under [paths], or give --{name} DIR."),
        )
    })
}

/// The data folder that a pipeline file names.
///
/// # Errors
/// The file does not read, or names none.
pub fn data_of(pipeline: &Path) -> Result<PathBuf, Error> {
    let pipeline = Pipeline::read(pipeline)?;
    required(&pipeline, "data", pipeline.paths.data.clone())
}
