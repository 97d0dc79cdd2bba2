//! `lscb run`: the nightly batch.

use std::process::ExitCode;

use super::arguments::Run;
use super::screen::Screen;
use crate::model::Error;
use crate::pipeline::run::{Options, Published, run as nightly};

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
    let outcome = nightly(&options, &Screen::new())?;
    let index = outcome.report.join("index.html");
    match outcome.published {
        Published::New => say!("Published {}.", outcome.run),
        Published::Nothing => say!("Nothing new to publish: {} stands.", outcome.run),
    }
    say!("Returns: {} checked now, {} of them not accepted.", outcome.taken.judged, outcome.taken.refused);
    say!("Hot spots: {}.", outcome.hot_spots);
    say!("Report: {}", index.display());
    Ok(if outcome.taken.refused > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
}
