//! `lscb run`: the nightly batch.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::arguments::Run;
use super::events;
use super::screen::Screen;
use crate::model::Error;
use crate::pipeline::run::{Options, Published, run as nightly};

/// A path as a person would write it: without `..`, and below the current folder where it lies there.
fn shown(path: &Path) -> PathBuf {
    let Ok(whole) = path.canonicalize() else { return path.to_owned() };
    let here = std::env::current_dir().and_then(|d| d.canonicalize()).ok();
    // `latest` leads there as well, and is easier to remember.
    let latest = whole.parent().and_then(Path::parent).map(|p| p.join("latest/index.html"));
    let whole = latest.filter(|l| l.canonicalize().is_ok_and(|l| l == whole)).unwrap_or(whole);
    here.and_then(|here| whole.strip_prefix(here).map(Path::to_owned).ok()).unwrap_or(whole)
}

/// Runs the command.
pub fn run(arguments: &Run) -> Result<ExitCode, Error> {
    let options = Options {
        pipeline: arguments.pipeline.clone(),
        inbox: arguments.inbox.clone(),
        data: arguments.data.clone(),
        reports: arguments.reports.clone(),
        as_of: arguments.as_of,
        full: arguments.full,
    };
    if arguments.events {
        return Ok(events::run(&options));
    }
    let outcome = nightly(&options, &Screen::new())?;
    let index = shown(&outcome.report.join("index.html"));
    match outcome.published {
        Published::New => say!("Published {}.", outcome.run),
        Published::Nothing => say!("Nothing new to publish: {} stands.", outcome.run),
    }
    say!("Returns: {} checked now, {} of them not accepted.", outcome.taken.judged, outcome.taken.refused);
    say!("Hot spots: {}.", outcome.hot_spots);
    say!("Report: {}", index.display());
    Ok(if outcome.taken.refused > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
}
